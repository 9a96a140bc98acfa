//! What a line is taken for. A question mark: somebody looks, with what could be meant.

use trade::bank::{MatchFinding, bank_entry, fingerprints, judge, match_lines, reversal};
use trade::id::{Code, EntryId};
use trade::ledger::Account;

use crate::telling::{books, check, line, told};

const BOOKS: &str = "
    party 0340038G 19340038800011 Lycée Jean Moulin
    party 0340048T 19340048800014 Collège Clémence Royer
    party 0341030K 19341030500018 Collège Camille Claudel
    party upc-agde 22340001100225 Unité de production culinaire d'Agde
    party garrigues - EARL des Garrigues
    party figuiers - Ferme des Figuiers
    invoice F2026-000010 0340038G 2026-10-02 120,00
    invoice F2026-000011 0340038G 2026-10-09 80,00
    invoice F2026-000012 0340038G 2026-10-16 45,50
    invoice F2026-000013 0340048T 2026-10-16 310,20 ej=2026-EJ-0013
    invoice F2026-000014 0340048T 2026-10-23 95,00 ej=2026-EJ-0013
    invoice F2026-000015 0341030K 2026-10-23 64,00
    invoice F2026-000016 0341030K 2026-10-30 64,00
    invoice F2026-000017 upc-agde 2026-10-30 1500,00
    payout BA2026-000001 garrigues 2026-11-10 210,00
    payout RL2026-000001 figuiers 2026-11-10 99,90
    payout RL2026-000002 figuiers 2026-11-17 55,00
";

#[test]
fn references_are_found_however_they_are_written() {
    check(
        BOOKS,
        "2026-11-20 120,00 VIR SEPA DDFIP HERAULT F2026-000010 LYCEE JEAN MOULIN
         -> Named: F2026-000010 120,00
         2026-11-20 80,00 vir. recu /ddfip de l'hérault/ f2026 000011
         -> Named: F2026-000011 80,00
         2026-11-20 45,50 VIREMENT DRFIP OCCITANIE FACT F202600 0012
         -> Named: F2026-000012 45,50
         2026-11-20 310,20 VIR SEPA SGC LITTORAL F2026-00001
         -> NamedInPart: F2026-000013 310,20
         2026-11-20 95,00 PAIERIE DEPARTEMENTALE FACTURE N° 14
         -> NamedInPart: F2026-000014 95,00
         2026-11-20 1500,00 CONSEIL DEPARTEMENTAL F2026-17
         -> NamedInPart: F2026-000017 1500,00",
    );
}

#[test]
fn one_line_pays_several_invoices() {
    check(
        BOOKS,
        "2026-11-20 200,00 DDFIP HERAULT F2026-000010 F2026-000011
         -> Named: F2026-000010 120,00 + F2026-000011 80,00
         2026-11-20 405,20 DDFIP HERAULT F2026-000013/14
         -> NamedInPart: F2026-000013 310,20 + F2026-000014 95,00
         2026-11-20 1545,50 TRESORERIE F2026-000012 ET F2026-000017
         -> Named: F2026-000012 45,50 + F2026-000017 1500,00",
    );
    check(
        BOOKS,
        "2026-11-20 245,50 VIR LYC JEAN MOULIN
         -> SumOfPayer: F2026-000010 120,00 + F2026-000011 80,00 + F2026-000012 45,50
         2026-11-20 405,20 VIR SEPA ENGAGEMENT 2026-EJ-0013
         -> Commitment: F2026-000013 310,20 + F2026-000014 95,00",
    );
    check(
        BOOKS,
        "2026-11-20 165,50 VIR DDFIP F2026-000010 ET AUTRE
         -> NamedWithOthers: F2026-000010 120,00 + F2026-000012 45,50",
    );
}

#[test]
fn a_payer_is_known_by_name_siret_or_code() {
    check(
        BOOKS,
        "2026-11-20 120,00 VIR LYCEE JEAN MOULIN
         -> OnlyOneDue: F2026-000010 120,00
         2026-11-20 80,00 VIR INST 19340038800011
         -> OnlyOneDue: F2026-000011 80,00
         2026-11-20 45,50 VIR 0340038G CANTINE
         -> OnlyOneDue: F2026-000012 45,50
         2026-11-20 310,20 VIR CLG C ROYER
         -> OnlyOneDue: F2026-000013 310,20
         2026-11-20 95,00 VIREMENT DE COLLEGE CLEMENCE ROYE
         -> OnlyOneDue: F2026-000014 95,00
         2026-11-20 1500,00 SGC AGDE
         -> ? AmountOnly: F2026-000017 1500,00 | suspense 1500,00",
    );
}

#[test]
fn of_equal_ones_the_older_is_paid_unless_the_numbers_differ() {
    check(
        BOOKS,
        "2026-11-20 64,00 VIR COLLEGE CAMILLE CLAUDEL
         -> OldestOfEqual: F2026-000015 64,00
         2026-11-21 64,00 VIR COLLEGE CAMILLE CLAUDEL
         -> OnlyOneDue: F2026-000016 64,00",
    );
    let two_numbers = BOOKS
        .replace("2026-10-23 64,00", "2026-10-23 64,00 ej=A")
        .replace("2026-10-30 64,00", "2026-10-30 64,00 ej=B");
    check(
        &two_numbers,
        "2026-11-20 64,00 VIR COLLEGE CAMILLE CLAUDEL
         -> ? SeveralWays: F2026-000015 64,00 | F2026-000016 64,00 | suspense 64,00",
    );
    let two_sums = format!("{BOOKS}\ninvoice F2026-000018 0340038G 2026-10-30 125,50");
    check(
        &two_sums,
        "2026-11-20 245,50 VIR LYCEE JEAN MOULIN
         -> ? SeveralWays: F2026-000010 120,00 + F2026-000011 80,00 + F2026-000012 45,50 \
         | F2026-000010 120,00 + F2026-000018 125,50 | suspense 245,50",
    );
}

#[test]
fn what_is_named_is_kept_from_what_is_reckoned() {
    check(
        BOOKS,
        "2026-11-20 80,00 VIR LYCEE JEAN MOULIN
         -> ? NamedElsewhere: F2026-000011 80,00 | F2026-000010 80,00 | suspense 80,00
         2026-11-21 30,00 DDFIP F2026-000011 ACOMPTE
         -> ? AmountDiffers: F2026-000011 30,00 | F2026-000010 30,00 | suspense 30,00",
    );
}

#[test]
fn too_little_too_much_and_twice_are_looked_at() {
    check(
        &BOOKS.replace("2026-10-16 45,50", "2026-10-16 45,50 paid=45,50"),
        "2026-11-20 100,00 DDFIP F2026-000010
         -> ? AmountDiffers: F2026-000010 100,00 | suspense 100,00
         2026-11-20 90,00 DDFIP F2026-000011
         -> ? AmountDiffers: F2026-000011 80,00 + account of 0340038G 10,00 | F2026-000010 90,00 | suspense 90,00
         2026-11-20 45,50 DDFIP F2026-000012
         -> ? PaidBefore: account of 0340038G 45,50 | F2026-000010 45,50 | suspense 45,50
         2026-11-20 777,00 VIR LYCEE JEAN MOULIN
         -> ? AmountDiffers: F2026-000010 120,00 + F2026-000011 80,00 + account of 0340038G 577,00 | suspense 777,00
         2026-11-20 12,34 VIR M DUPONT
         -> ? NothingKnown: suspense 12,34
         2026-10-01 120,00 VIR LYCEE JEAN MOULIN
         -> ? AmountDiffers: account of 0340038G 120,00 | suspense 120,00",
    );
}

#[test]
fn payouts_leave_and_the_bank_takes_its_own() {
    check(
        BOOKS,
        "2026-11-11 -210,00 VIR SEPA EARL DES GARRIGUES BA2026-000001
         -> PayoutNamed: BA2026-000001 210,00
         2026-11-18 -55,00 VIREMENT EMIS FERME DES FIGUIERS
         -> PayoutOfFarm: RL2026-000002 55,00
         2026-11-18 -99,90 PRLV INCONNU
         -> ? AmountOnly: RL2026-000001 99,90 | charge 99,90 | suspense 99,90
         2026-11-18 -8,40 FRAIS TENUE DE COMPTE
         -> Charges: charge 8,40
         2026-11-18 -250,00 COMMISSION D'ENGAGEMENT
         -> ? LargeCharge: charge 250,00 | suspense 250,00",
    );
    check(
        BOOKS,
        "2026-11-11 -309,90 REMISE VIREMENTS SEPA 2 OPERATIONS
         -> PayoutsOfDay: BA2026-000001 210,00 + RL2026-000001 99,90",
    );
}

#[test]
fn a_statement_brought_twice_counts_once_and_equal_charges_are_two() {
    let mut books = books(BOOKS);
    let lines = ["2026-11-18 -2,00 FRAIS SEPA", "2026-11-18 -2,00 Frais  SEPA"].map(line);
    assert_eq!(
        match_lines(&lines, &books).iter().map(told).collect::<Vec<_>>(),
        ["Charges: charge 2,00", "Charges: charge 2,00"]
    );
    books.known.extend(fingerprints(&lines[..1]));
    let again: Vec<String> = match_lines(&lines, &books).iter().map(told).collect();
    assert_eq!(again, ["known", "Charges: charge 2,00"]);
    books.known.extend(fingerprints(&lines));
    let again: Vec<String> = match_lines(&lines, &books).iter().map(told).collect();
    assert_eq!(again, ["known", "known"]);
}

#[test]
fn an_entry_balances_and_is_taken_back_by_another() {
    let books = books(BOOKS);
    let line = line("2026-11-20 200,00 DDFIP F2026-000010 F2026-000011");
    let found = match_lines(std::slice::from_ref(&line), &books).remove(0);
    let MatchFinding::Certain(one) = found.finding else { panic!("two references and the sum") };
    let party = |reference: &str| {
        let own = books.invoices.iter().find(|one| one.reference == reference);
        own.map(|one| one.party)
    };
    let entry = bank_entry(&line, &one.parts, party, "R1/1".into(), EntryId(1));
    let entry = entry.expect("balanced").expect("an entry");
    let lycee = Code::parse("0340038G").expect("a code");
    let rows: Vec<_> = entry.lines.iter().map(|one| (one.account, one.party)).collect();
    assert_eq!(
        rows,
        [(Account::Bank, None), (Account::Buyers, Some(lycee)), (Account::Buyers, Some(lycee))]
    );
    assert_eq!((entry.lines[0].debit.get(), entry.lines[1].credit.get()), (20_000, 12_000));
    let back = reversal(&entry, line.day, "A1/1".into(), EntryId(2)).expect("balanced");
    assert_eq!((back.lines[0].credit.get(), back.lines[1].debit.get()), (20_000, 12_000));
    // Posted twice, it would pay beyond what is left.
    let twice = judge([(&line, &one.parts[..]), (&line, &one.parts[..])], &books);
    assert_eq!(twice.expect_err("paid twice").len(), 2);
}
