//! Statements as banks write them, and what is read of them. The layouts are those of public
//! exports; names and numbers are made up.

use proptest::prelude::*;
use trade::calendar::Day;
use wire::bank::{cents, read};

fn today() -> Day {
    Day::parse("2026-11-27").expect("a day")
}

/// `format`, then `number day amount label [reference]` for each line, then what is not read.
fn told(bytes: &[u8]) -> String {
    let statement = match read(bytes, today()) {
        Ok(statement) => statement,
        Err(said) => return said,
    };
    let mut out = vec![statement.format.unwrap_or("titres reconnus").to_string()];
    for one in &statement.lines {
        let line = &one.line;
        let reference = match line.reference.as_str() {
            "" => String::new(),
            reference => format!(" [{reference}]"),
        };
        let amount = line.amount_with_vat.get();
        out.push(format!("{} {} {amount} {}{reference}", one.number, line.day, line.label));
    }
    out.extend(statement.unread.iter().map(|one| format!("{} ? {}", one.number, one.why)));
    out.join("\n")
}

#[test]
fn each_bank_is_read() {
    let cases = [
        (
            "Téléchargement du 27/11/2026;\n\nCompte de dépôt n° 00012345678;\nSolde au 27/11/2026 12 345,67 €\n\n\
             Date;Libellé;Débit euros;Crédit euros;\n\
             20/11/2026;\"VIREMENT EN VOTRE FAVEUR\nDDFIP HERAULT   F2026-000012 \";;1 234,56;\n\
             21/11/2026;\"FRAIS TENUE DE COMPTE\";8,40;;\n",
            "Crédit Agricole\n\
             7 2026-11-20 123456 VIREMENT EN VOTRE FAVEUR DDFIP HERAULT F2026-000012\n\
             8 2026-11-21 -840 FRAIS TENUE DE COMPTE",
        ),
        (
            "Compte de chèques;****1234;27/11/2026;;1 234,56\n\n\
             Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro\n\
             20-11-2026;VIREMENT RECU;Virement reçu;VIR SEPA RECU /DE DDFIP /MOTIF F2026-000012;1 234,56\n\
             20-11-2026;COMMISSIONS;Frais;COMMISSIONS;-8,40\n",
            "BNP Paribas\n\
             4 2026-11-20 123456 VIREMENT RECU VIR SEPA RECU /DE DDFIP /MOTIF F2026-000012\n\
             5 2026-11-20 -840 COMMISSIONS",
        ),
        (
            "=\"0010012345678\";01/11/2026;27/11/2026;\nDate de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise\n\
             20/11/2026;VIR RECU 123;VIR RECU 123 DE: DDFIP MOTIF: F2026-000012;1.234,56;EUR\n\
             20/11/2026;VIR RECU 124;VIR RECU 124 DE: LONDON;10,00;GBP\n",
            "Société Générale\n\
             3 2026-11-20 123456 VIR RECU 123 DE: DDFIP MOTIF: F2026-000012\n\
             4 ? Colonne « Devise » : « GBP », seuls les euros sont repris.",
        ),
        (
            "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n\
             20/11/2026;20/11/2026;;1234,56;VIR DDFIP F2026-000012;2000,00\n\
             20/11/2026;20/11/2026;-8,40;;F COTIS EUROCOMPTE;1991,60\n",
            "Crédit Mutuel\n\
             2 2026-11-20 123456 VIR DDFIP F2026-000012\n\
             3 2026-11-20 -840 F COTIS EUROCOMPTE",
        ),
        (
            "Numéro Compte   :\t1234567A030\nType\t: CCP\nCompte tenu en  :\teuros\n\nDate\tLibellé\tMontant(EUROS)\tMontant(FRANCS)\n\
             20/11/2026\tVIREMENT DE DRFIP OCCITANIE\t1234,56\t8098,18\n",
            "La Banque Postale\n6 2026-11-20 123456 VIREMENT DE DRFIP OCCITANIE",
        ),
        (
            "Date opération;Date valeur;Libellé;Référence;Montant;Sens\n\
             20/11/26;21/11/26;VIR COLLEGE C ROYER;2026-EJ-0013;1 234,56;C\n\
             20/11/26;21/11/26;VIR FERME;BA2026-000001;210,00;D\n",
            "Compte au Trésor (DGFiP)\n\
             2 2026-11-20 123456 VIR COLLEGE C ROYER [2026-EJ-0013]\n\
             3 2026-11-20 -21000 VIR FERME [BA2026-000001]",
        ),
        (
            "date,libelle,montant\n2026-11-20,\"VIR DDFIP, F2026-000012\",\"1,234.56\"\n",
            "titres reconnus\n2 2026-11-20 123456 VIR DDFIP, F2026-000012",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(told(text.as_bytes()), wanted, "{text}");
        // The same with the line ends and letters of Windows.
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(told(&windows), wanted, "cp1252: {text}");
        assert_eq!(told(text.replace('\n', "\r\n").as_bytes()), wanted, "CRLF: {text}");
    }
}

#[test]
fn what_cannot_be_read_is_told_by_line_and_column() {
    let text = "Date;Libellé;Débit;Crédit\n\
        31/02/2026;VIR;;10,00\n\
        20/11/2026;VIR;;dix\n\
        20/11/2026;VIR;5,00;10,00\n\
        20/11/2026;VIR;;\n\
        ;VIR;;10,00\n\
        20/11/2026;VIR;;1.234\n\
        20/11/2026;SUITE;;10,00\n\
        ;du libellé;;\n";
    let wanted = "titres reconnus\n\
        8 2026-11-20 1000 SUITE du libellé\n\
        2 ? Colonne « Date » : « 31/02/2026 », ce jour n'est pas dans le calendrier.\n\
        3 ? Colonne « Crédit » : « dix », ce n'est pas un montant. Exemple : 1 234,56.\n\
        4 ? Le débit et le crédit sont tous deux remplis : gardez-en un.\n\
        5 ? Le montant manque : complétez la ligne, ou retirez-la.\n\
        6 ? La date manque : complétez la ligne, ou retirez-la.\n\
        7 ? Colonne « Crédit » : « 1.234 », ce montant se lit de deux façons. Écrivez-le avec ses \
        centimes.";
    assert_eq!(told(text.as_bytes()), wanted);
    for text in ["", "  \n ", "20/11/2026;VIR;10,00\n", "Date;Libellé;Débit;Crédit\n", "\0\0"] {
        let said = read(text.as_bytes(), today()).expect_err(text);
        assert!(said.ends_with('.'), "{said}");
    }
}

#[test]
fn amounts_are_read_or_refused() {
    for (text, wanted) in [
        ("1\u{202f}234,56 €", 123_456),
        ("-12,5", -1_250),
        ("45,00-", -4_500),
        ("+80", 8_000),
        ("1.234.567,80", 123_456_780),
        ("12.50 EUR", 1_250),
        ("0,00", 0),
    ] {
        assert_eq!(cents(text), Ok(wanted), "{text}");
    }
    for text in ["", "x", "1,234", "1.23.4", "--5", "1e3", "12,345,6", ",5", "9999999999999"] {
        assert!(cents(text).is_err(), "{text}");
    }
}

proptest! {
    /// Any amount comes back from any way of writing it.
    #[test]
    fn an_amount_is_read_back(amount in -999_999_999_i64..999_999_999, way in 0..4) {
        let (whole, part) = (amount.abs() / 100, amount.abs() % 100);
        let grouped = |sign: &str| {
            let digits = whole.to_string();
            let from = |at: usize| &digits[at.saturating_sub(3)..at];
            let mut groups: Vec<&str> = Vec::new();
            let mut at = digits.len();
            while at > 0 {
                groups.insert(0, from(at));
                at = at.saturating_sub(3);
            }
            groups.join(sign)
        };
        let text = match way {
            0 => format!("{whole},{part:02}"),
            1 => format!("{} ,{part:02}", grouped("\u{a0}")).replace(" ,", ","),
            2 => format!("{},{part:02} €", grouped(".")),
            _ => format!("{}.{part:02}", grouped(",")),
        };
        let text = if amount < 0 { format!("-{text}") } else { text };
        prop_assert_eq!(cents(&text), Ok(amount), "{}", text);
    }

    /// No bytes at all stop the reader.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut text = b"Date;Libelle;Montant\n".to_vec();
        text.extend(&bytes);
        let _ = read(&text, today());
        if let Err(said) = read(&bytes, today()) {
            prop_assert!(!said.is_empty());
        }
    }
}
