//! Payments: a statement finds its invoices, is noted once, is taken back by entries; two people at
//! once never settle twice. The books then leave in the forms that others read.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use carreau::accounts::bank::rows::{Known, known};
use carreau::accounts::bank::sample::{SampleLine, csv, statement};
use carreau::accounts::bank::{Chosen, note, read, take_back};
use carreau::accounts::proof::prove;
use carreau::clock;
use carreau::failure::Failure;
use carreau::generate::Scale;
use carreau::play::payments::receive;
use carreau::play::{Until, pay_farms, play};
use db::Val;
use trade::bank::{BankLine, BankPart, MatchFinding};
use trade::ledger::{Account, party_balance};
use trade::offers::Stamp;
use wire::pack::Pack;

use crate::browser::{Browser, Sent, attribute, tags};
use crate::hub::{House, houses, pack};
use crate::standing::{count, write};

/// Two weeks of a small hub, billed and paid out.
fn billed() -> Pack {
    pack(Scale::S, 11, 2)
}

async fn billed_houses() -> Vec<House> {
    let houses = houses(&billed()).await;
    for house in &houses {
        for at in 0..2 {
            play(&house.app, house.place(at), Until::Billed).await.expect("a billed week");
            pay_farms(&house.app, house.place(at)).await.expect("farms that are paid");
        }
    }
    houses
}

async fn books(house: &House) -> Known {
    let db = house.app.db(house.place(0).scope());
    known(&db, house.hub).await.expect("books")
}

fn stamp() -> Stamp {
    Stamp { at: clock::now(), by: "Claire Vidal".into() }
}

fn lines(sample: &[SampleLine]) -> Vec<BankLine> {
    sample.iter().map(|one| one.line.clone()).collect()
}

/// Everything that is certain, as the page has it ticked.
async fn ticked(house: &House, lines: &[BankLine]) -> Chosen {
    let reading = read(&house.app, house.place(0).scope(), lines).await.expect("a reading");
    let ticked = reading.matched.iter().enumerate().filter_map(|(at, one)| match &one.finding {
        MatchFinding::Certain(proposal) => Some((at, proposal.key())),
        _ => None,
    });
    ticked.collect()
}

/// What invoices still wait for, by reference.
async fn left(house: &House) -> BTreeMap<String, i64> {
    let known = books(house).await;
    let left = known.books.invoices.iter();
    left.map(|one| (one.reference.clone(), one.left_with_vat().get())).collect()
}

/// F4: of forty lines at least nine in ten find what they pay by themselves, and none finds a
/// wrong one.
#[tokio::test(flavor = "multi_thread")]
async fn f_4_forty_lines_find_their_invoices() {
    for house in billed_houses().await {
        let name = house.database.name;
        let known = books(&house).await;
        let sample = statement(&known, clock::today(), 40);
        assert_eq!(sample.len(), 40, "{name}");
        // As it comes from the bank: written as a file and read back.
        let statement = wire::bank::read(csv(&sample).as_bytes(), clock::today()).expect("a file");
        assert!(statement.unread.is_empty(), "{name}: {:?}", statement.unread);
        let read_back: Vec<BankLine> = statement.lines.into_iter().map(|one| one.line).collect();
        assert_eq!(read_back, lines(&sample), "{name}");
        let reading = read(&house.app, house.place(0).scope(), &read_back).await.expect("read");
        let (mut certain, mut told) = (0, Vec::new());
        for (one, found) in sample.iter().zip(&reading.matched) {
            match &found.finding {
                MatchFinding::Certain(proposal) => {
                    certain += 1;
                    let named = proposal.parts.iter().filter_map(|part| match part {
                        BankPart::Invoice(reference, _) | BankPart::Payout(reference, _) => {
                            Some(reference.clone())
                        }
                        _ => None,
                    });
                    let named: BTreeSet<String> = named.collect();
                    let wanted: BTreeSet<String> = one.pays.iter().cloned().collect();
                    assert_eq!(named, wanted, "{name}: {} is taken wrongly", one.line.label);
                    assert!(!one.is_doubtful, "{name}: {} wants a look", one.line.label);
                }
                other => told.push(format!("{}: {other:?}", one.line.label)),
            }
        }
        assert!(certain >= 36, "{name}: {certain} of 40\n{}", told.join("\n"));
    }
}

/// Noted once, however often it is brought; taken back by entries; noted anew. The books stay
/// whole, and what buyers owe in the ledger is what the invoices wait for.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_noted_once_and_taken_back() {
    for house in billed_houses().await {
        let (name, scope) = (house.database.name, house.place(0).scope());
        let before = left(&house).await;
        let sample = statement(&books(&house).await, clock::today(), 40);
        let lines = lines(&sample);
        let chosen = ticked(&house, &lines).await;
        let noted = note(&house.app, scope, "releve.csv", &lines, &chosen, &stamp()).await;
        assert_eq!(noted.expect("noted"), chosen.len(), "{name}");
        let after = left(&house).await;
        for (one, at) in sample.iter().zip(0..) {
            for paid in one.pays.iter().filter(|_| chosen.contains_key(&at)) {
                assert_eq!(after.get(paid).copied().unwrap_or(0), 0, "{name}: {paid}");
            }
        }
        assert_balances(&house).await;
        // Brought again, nothing is left to note; sent again, nothing is noted.
        assert!(ticked(&house, &lines).await.is_empty(), "{name}");
        let again = note(&house.app, scope, "releve.csv", &lines, &chosen, &stamp()).await;
        assert!(matches!(again, Err(Failure::Gone(_))), "{name}: {again:?}");
        let back = take_back(&house.app, scope, 1, &stamp()).await.expect("taken back");
        assert_eq!(back, chosen.len(), "{name}");
        assert_eq!(left(&house).await, before, "{name}");
        assert_balances(&house).await;
        let twice = take_back(&house.app, scope, 1, &stamp()).await;
        assert!(matches!(twice, Err(Failure::NotFound(_))), "{name}: {twice:?}");
        assert_eq!(ticked(&house, &lines).await, chosen, "{name}: the same lines wait again");
        note(&house.app, scope, "releve.csv", &lines, &chosen, &stamp()).await.expect("anew");
        assert_eq!(left(&house).await, after, "{name}");
        assert_balances(&house).await;
    }
}

/// What each buyer owes by the ledger is what its invoices wait for; the chain is whole.
async fn assert_balances(house: &House) {
    let name = house.database.name;
    let day = |text: &str| trade::calendar::Day::parse(text).expect("a day");
    let scope = house.place(0).scope();
    let sealed = carreau::accounts::book::sealed_between(
        &house.app,
        scope,
        day("2025-01-01"),
        day("2099-12-31"),
    );
    let sealed = sealed.await.expect("sealed entries");
    let entries: Vec<_> = sealed.into_iter().map(|one| one.entry).collect();
    let known = books(house).await;
    for party in &known.books.parties {
        let own = known.books.invoices.iter().filter(|one| one.party == party.code);
        let open: i64 = own.map(|one| one.left_with_vat().get()).sum();
        let owed = party_balance(&entries, Account::Buyers, party.code);
        assert_eq!(owed.get(), open, "{name}: {}", party.name);
    }
    let proof = prove(&house.app, scope).await.expect("a proof");
    assert!(proof.verdict.is_whole(), "{name}: {}", proof.conclusion());
}

/// Two people, each with a statement of their own, pay the same invoices at once, in two programs:
/// each invoice is paid once. Broken variant: counted without saying what was seen, each is paid
/// twice.
#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_never_settle_twice() {
    for house in billed_houses().await {
        let (name, scope) = (house.database.name, house.place(0).scope());
        let known = books(&house).await;
        let wanted: Vec<_> =
            known.books.invoices.iter().filter(|one| one.left_with_vat().get() > 0).collect();
        let (first, second) = (wanted[0], wanted[1]);
        let line = |label: &str, one: &trade::bank::OpenInvoice| BankLine {
            day: clock::today(),
            label: format!("{label} {}", one.reference),
            reference: String::new(),
            amount_with_vat: one.left_with_vat(),
        };
        let mine = [line("VIR DDFIP", first), line("VIR DDFIP", second)];
        let theirs = [line("DRFIP OCCITANIE", second), line("DRFIP OCCITANIE", first)];
        let other = house.other_app().await;
        let (my, their) = (ticked(&house, &mine).await, ticked(&house, &theirs).await);
        assert_eq!((my.len(), their.len()), (2, 2), "{name}");
        let stamp = stamp();
        let (one, two) = tokio::join!(
            note(&house.app, scope, "a.csv", &mine, &my, &stamp),
            note(&other, scope, "b.csv", &theirs, &their, &stamp),
        );
        let done = [one, two].into_iter().filter(Result::is_ok).count();
        assert_eq!(done, 1, "{name}: one of the two is told that it is done");
        let paid = "SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM bank_parts \
            WHERE kind = $1";
        let sum: Vec<i64> =
            house.app.everything().query(paid, vec!["invoice".into()]).await.expect("a sum");
        let owed = first.left_with_vat().get() + second.left_with_vat().get();
        assert_eq!(sum, [owed], "{name}");
        assert_eq!(left(&house).await[&first.reference], 0, "{name}");
        // The broken variant: both add to what they saw without saying what that was.
        let third = wanted[2];
        let (week, document) = known.places[&third.reference];
        let key = || vec![Val::from(house.hub.as_str()), Val::I(week), Val::I(document)];
        let begin = "INSERT INTO paid_documents (hub_id, week, document, paid_cents) \
            VALUES ($1, $2, $3, 0) ON CONFLICT (hub_id, week, document) DO NOTHING";
        let blind = "UPDATE paid_documents SET paid_cents = paid_cents + $1 \
            WHERE hub_id = $2 AND week = $3 AND document = $4";
        let both = || {
            let add = [vec![Val::I(third.left_with_vat().get())], key()].concat();
            vec![(begin, key()), (blind, add)]
        };
        let all = (house.app.everything(), other.everything());
        tokio::join!(write(all.0, both()), write(all.1, both()));
        let over = -third.left_with_vat().get();
        assert_eq!(left(&house).await[&third.reference], over, "{name}: paid twice, and seen");
    }
}

/// The pages: pasted, read, noted by one confirmation, told on the invoice; without a script.
#[tokio::test(flavor = "multi_thread")]
async fn an_accountant_pastes_reads_and_confirms() {
    for house in billed_houses().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "accountant").await;
        let begin = desk.get("/accounts/bank").await;
        let form = begin.forms().into_iter().find(|form| form.action == "/accounts/bank");
        let mut form = form.expect("a field for the statement");
        let file = desk.get("/accounts/bank/sample").await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        form.fields.push(("text".into(), file.html().to_string()));
        let read = desk.post_once("/accounts/bank", &form.fields).await;
        assert!(read.text().contains("À regarder"), "{name}: {}", read.text());
        let forms = read.forms();
        let confirm = forms.into_iter().find(|form| form.action == "/accounts/bank/batches");
        let mut fields = confirm.expect("one confirmation").fields;
        // Ticks as the page has them.
        let is_tick = |tag: &&str| tag.contains("type=\"checkbox\"") && tag.contains(" checked");
        let ticks = tags(read.html(), "input").filter(is_tick);
        let ticks =
            ticks.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
        fields.extend(ticks);
        let ticked: Sent =
            fields.iter().filter(|(name, _)| name.starts_with("line-")).cloned().collect();
        assert!(ticked.len() >= 36, "{name}: {} lines", ticked.len());
        let noted = desk.post("/accounts/bank/batches", &fields).await;
        assert!(noted.text().contains("lignes notées"), "{name}: {}", noted.text());
        // What is left to look at is listed, and taken up again as it is.
        assert!(noted.text().contains("à regarder."), "{name}: {}", noted.text());
        let is_carried = |(name, _): &(String, String)| name == "carried";
        let left = noted.forms().into_iter().find(|form| form.fields.iter().any(is_carried));
        let left = left.expect("what is left").fields;
        let taken_up = desk.post_once("/accounts/bank", &left).await;
        assert!(taken_up.text().contains("Déjà notées"), "{name}: {}", taken_up.text());
        assert!(taken_up.text().contains("À regarder"), "{name}: {}", taken_up.text());
        assert!(!taken_up.html().contains("type=\"checkbox\""), "{name}");
        let again = desk.post_once("/accounts/bank/batches", &fields).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{name}");
        assert!(again.text().contains("est déjà notée"), "{name}: {}", again.text());
        // The billing page, the list of what waits and the buyer's own history say so.
        let billing = desk.get(&format!("/weeks/{}/billing", house.weeks[0])).await;
        assert!(billing.text().contains("payée le"), "{name}: {}", billing.text());
        let due = desk.get("/accounts/due").await;
        assert!(due.text().contains("à encaisser, TTC"), "{name}: {}", due.text());
        let paid = "SELECT d.party FROM bank_parts p JOIN documents d ON d.hub_id = p.hub_id \
            AND d.week = p.week AND d.id = p.document WHERE p.kind = $1 ORDER BY p.line LIMIT 1";
        let rows: Vec<String> =
            house.app.everything().query(paid, vec!["invoice".into()]).await.expect("a buyer");
        let mut buyer = Browser::new(&house, &format!("buyer.{}", rows[0])).await;
        let own = buyer.get(&format!("/weeks/{}/my-orders/history", house.weeks[1])).await;
        assert!(own.text().contains("payée le"), "{name}: {}", own.text());
        let undo = desk.post("/accounts/bank/batches/1/removal", &[]).await;
        assert!(undo.text().contains("attendent de nouveau"), "{name}: {}", undo.text());
        assert!(undo.text().contains("annulé"), "{name}");
        // What cannot be read is told, and nothing is noted.
        for (text, said) in [
            ("", "La liste est vide"),
            ("bonjour", "Les titres des colonnes manquent"),
            ("Date;Libellé;Montant\n40/01/2026;VIR;10,00", "Ligne 2"),
        ] {
            let sent: Sent = vec![("text".into(), text.into())];
            let page = desk.post_once("/accounts/bank", &sent).await;
            assert!(page.text().contains(said), "{name}: {text}: {}", page.text());
        }
        assert_eq!(count(house.app.everything(), "bank_batches").await, 1, "{name}");
    }
}

/// F3 and T-45: the year as the tax office wants it, and as four programs take it in; a period that
/// is not whole is refused with a sentence.
#[tokio::test(flavor = "multi_thread")]
async fn t_45_the_books_of_a_year_leave_whole() {
    for house in billed_houses().await {
        let (name, scope) = (house.database.name, house.place(0).scope());
        let spring = trade::calendar::Day::parse("2026-03-31").expect("a day");
        let sample = statement(&books(&house).await, spring, 40);
        let lines = lines(&sample);
        let chosen = ticked(&house, &lines).await;
        note(&house.app, scope, "releve.csv", &lines, &chosen, &stamp()).await.expect("noted");
        let mut desk = Browser::new(&house, "accountant").await;
        let year = 2026;
        let page = desk.get(&format!("/accounts/exports?period={year}")).await;
        let files: Vec<String> =
            page.links().into_iter().filter(|link| link.contains("/exports/file")).collect();
        assert_eq!(files.len(), 5, "{name}: {}", page.text());
        for file in &files {
            let file = file.replace("&amp;", "&");
            let answer = desk.get(&file).await;
            assert_eq!(answer.status, StatusCode::OK, "{name}: {file}");
            let disposition = answer.headers[CONTENT_DISPOSITION].to_str().expect("a name");
            if !file.ends_with("fec") {
                assert!(answer.bytes.len() > 1_000, "{name}: {file}");
                continue;
            }
            let siren = format!("FEC{year}1231.txt\"");
            assert!(disposition.ends_with(&siren), "{name}: {disposition}");
            let entries = wire::fec::read(&answer.bytes).expect("a file that is read back");
            assert_eq!(wire::fec::check(&entries, &|_| false), [], "{name}");
            let numbers: Vec<i64> = entries.iter().map(|one| one.number).collect();
            let seals = count(house.app.everything(), "seals").await;
            assert_eq!(numbers, (1..=seals).collect::<Vec<_>>(), "{name}");
            let lettered = entries.iter().flat_map(|one| &one.lines);
            let lettered = lettered.filter(|line| line.lettering.is_some()).count();
            assert!(lettered > 60, "{name}: {lettered} lines are lettered");
        }
        // An entry that nobody sealed: the period is refused, and says which.
        let text = "INSERT INTO entries (hub_id, week, id, journal, day, piece) \
            VALUES ($1, 0, 999999, 'OD', $2, 'X-1')";
        let values = vec![Val::from(house.hub.as_str()), Val::I(spring.number())];
        write(house.app.everything(), vec![(text, values)]).await;
        let refused =
            desk.get_once(&format!("/accounts/exports/file?period={year}&format=fec")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.text().contains("X-1 n'est pas scellée"), "{name}: {}", refused.text());
        let page = desk.get(&format!("/accounts/exports?period={year}")).await;
        assert!(page.text().contains("ne peut pas être exportée"), "{name}");
        // Another month is whole.
        let before = format!("/accounts/exports?period={}-01", year - 1);
        assert!(!desk.get(&before).await.text().contains("scellée."), "{name}");
    }
}

/// As the text of a page has an amount.
fn euros(cents: i64) -> String {
    let said = carreau::ui::fr::euros(trade::unit::Cents::new(cents));
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Debits and credits of January, of one account or of all.
async fn january(house: &House, only: Option<Account>) -> (i64, i64) {
    let day = |text: &str| trade::calendar::Day::parse(text).expect("a day");
    let (from, to) = (day("2026-01-01"), day("2026-01-31"));
    let scope = house.place(0).scope();
    let sealed = carreau::accounts::book::sealed_between(&house.app, scope, from, to).await;
    let mut sums = (0, 0);
    for line in sealed.expect("sealed entries").iter().flat_map(|one| &one.entry.lines) {
        if only.is_none_or(|account| account == line.account) {
            sums = (sums.0 + line.debit.get(), sums.1 + line.credit.get());
        }
    }
    sums
}

/// The books to be read: a month entry by entry, each with the way to its paper; one account with
/// what it comes to, carried over to the month after.
#[tokio::test(flavor = "multi_thread")]
async fn the_books_are_read_by_month_and_by_account() {
    for house in billed_houses().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "accountant").await;
        let journal = desk.get("/accounts/journal?month=2026-01").await;
        let (debit, credit) = january(&house, None).await;
        assert_eq!(debit, credit, "{name}");
        let total = format!("Total du mois {0} {0}", euros(debit));
        for said in
            ["N° 1 · ", "Ventes · F2026-000001 Facture F2026-000001", "janvier 2026", &total]
        {
            assert!(journal.text().contains(said), "{name}: {said}: {}", journal.text());
        }
        let paper = format!("/weeks/{}/billing/paper/1", house.weeks[0]);
        assert!(journal.links().contains(&paper), "{name}: {:?}", journal.links());
        let (debit, credit) = january(&house, Some(Account::Buyers)).await;
        let owed = format!("{} D", euros(debit - credit));
        let ledger = desk.get("/accounts/journal?month=2026-01&account=411").await;
        let total = format!("Total du mois {} {} {owed}", euros(debit), euros(credit));
        for said in ["411000 Clients, janvier 2026", "Solde au 1er janvier 2026 0,00 €", &total] {
            assert!(ledger.text().contains(said), "{name}: {said}: {}", ledger.text());
        }
        let after = desk.get("/accounts/journal?month=2026-02&account=411000").await;
        let carried = format!("Solde au 1er février 2026 {owed}");
        assert!(after.text().contains(&carried), "{name}: {carried}: {}", after.text());
        for (asked, status, said) in [
            ("month=2031-05", StatusCode::OK, "Aucune écriture ce mois"),
            ("month=2026", StatusCode::NOT_FOUND, "« 2026 » n'est pas un mois"),
            ("month=2026-13", StatusCode::NOT_FOUND, "« 2026-13 » n'est pas un mois"),
            ("account=999", StatusCode::NOT_FOUND, "« 999 » n'est pas un compte"),
            ("account=4", StatusCode::NOT_FOUND, "Plusieurs comptes commencent par 4"),
        ] {
            let page = desk.get_once(&format!("/accounts/journal?{asked}")).await;
            assert_eq!(page.status, status, "{name}: {asked}");
            assert!(page.text().contains(said), "{name}: {asked}: {}", page.text());
        }
    }
}

/// A played hub is paid as a real one is: nothing long before its term, most by their term, a few
/// late. Played again, nothing is paid twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_played_hub_is_paid_by_most() {
    let evening =
        |day: &str| clock::instant(trade::calendar::Day::parse(day).expect("a day"), 17 * 60);
    for house in billed_houses().await {
        let (name, scope) = (house.database.name, house.place(0).scope());
        let waiting = async || left(&house).await.values().filter(|left| **left > 0).count();
        let before = waiting().await;
        // Billed on 9 and 16 January, due after thirty days.
        for (day, again, least, most) in [
            ("2026-01-30", false, before, before),
            ("2026-02-16", false, 1, before / 10),
            ("2026-02-16", true, 1, before / 10),
            ("2026-03-31", false, 0, 0),
        ] {
            let open = waiting().await;
            let paid = receive(&house.app, scope, evening(day)).await.expect("a statement");
            let still = waiting().await;
            assert_eq!(open - still, paid, "{name}: {day}");
            assert!((least..=most).contains(&still), "{name}: {day}: {still} of {before}");
            assert!(!again || paid == 0, "{name}: {day}: {paid} twice");
        }
        assert_balances(&house).await;
    }
}
