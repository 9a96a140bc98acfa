//! The chain of sealed entries: whole under many writers, begun once, and never forked.

use std::sync::Arc;

use carreau::accounts::book::sealed_between;
use carreau::accounts::rows::{SealRow, ledger};
use carreau::accounts::seal::{self, End};
use carreau::app::App;
use carreau::billing;
use carreau::clock;
use carreau::failure::Failure;
use carreau::play::{Until, play};
use carreau::store;
use carreau::store::table::load_hub;
use db::testing::all_modes;
use trade::calendar::Day;
use trade::id::{Code, EntryId};
use trade::ledger::{Account, Entry, EntryLine, Journal, entry};
use trade::offers::Stamp;
use trade::unit::Cents;
use wire::seal::{FIRST, Head, chained};

use crate::hub::{House, house, houses};
use crate::pages::two_weeks;
use crate::standing::{count, write};

/// What is wrong with a chain; empty of a whole one. Written apart from the program's own proof.
async fn broken(house: &House) -> Vec<String> {
    let db = house.app.everything();
    let seals = load_hub::<SealRow>(db, house.hub).await.expect("the seals");
    let ledger = ledger(db, house.hub).await.expect("the ledger");
    let mut wrong = Vec::new();
    let mut last = FIRST.to_string();
    for (expected, seal) in (1..).zip(&seals) {
        if seal.number != expected {
            wrong.push(format!("number {} after {}", seal.number, expected - 1));
        }
        let hub = house.hub.to_string();
        let head = Head { hub, number: seal.number, day: seal.day, at: seal.at };
        let same = |one: &&wire::seal::RawEntry| (one.week, one.id) == (seal.week, seal.entry);
        match ledger.entries.iter().find(same) {
            Some(entry) if entry.text(&head) == seal.said => {}
            Some(entry) => wrong.push(format!("{}\n{}", entry.text(&head), seal.said)),
            None => wrong.push(format!("no entry {}", seal.number)),
        }
        if keys::digest(&chained(&last, &seal.said)) != seal.hash {
            wrong.push(format!("hash of {}", seal.number));
        }
        last = seal.hash.clone();
    }
    let end = seal::end(db, house.hub).await.expect("an end");
    if end != (End { number: seals.len() as i64, hash: last }) {
        wrong.push(format!("the end is {end:?}"));
    }
    if ledger.entries.len() != seals.len() {
        wrong.push(format!("{} entries, {} seals", ledger.entries.len(), seals.len()));
    }
    wrong
}

fn receipt(cents: i64, piece: &str) -> Entry {
    let party = Some(Code::parse("lycee-x").expect("a code"));
    let (amount, none) = (Cents::new(cents), Cents::ZERO);
    let bank = EntryLine { account: Account::Bank, party: None, debit: amount, credit: none };
    let buyers = EntryLine { account: Account::Buyers, party, debit: none, credit: amount };
    let day = Day::parse("2026-01-20").expect("a day");
    entry(EntryId(0), Journal::Bank, day, piece.into(), vec![bank, buyers]).expect("balanced")
}

async fn book(app: &App, house: &House, entry: Entry) -> Result<Vec<EntryId>, Failure> {
    let hub = house.hub;
    let db = app.everything().of(hub.as_str());
    db.write(move |tx| {
        Box::pin(async move { seal::book(tx, hub, clock::now(), vec![entry]).await })
    })
    .await
}

fn stamp() -> Stamp {
    Stamp { at: clock::now(), by: "compta".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_played_week_is_sealed_whole() {
    for house in houses(&two_weeks()).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Billed).await.expect("a played week");
        assert_eq!(broken(&house).await, [""; 0], "{name}");
        let entries = count(house.app.everything(), "entries").await;
        assert!(entries > 10, "{name}: {entries}");
        let scope = house.place(0).scope();
        let day = |text: &str| Day::parse(text).expect("a day");
        let (first, last) = (day("2000-01-01"), day("2100-01-01"));
        let sealed = sealed_between(&house.app, scope, first, last).await.expect("the book");
        let numbers: Vec<i64> = sealed.iter().map(|one| one.number).collect();
        assert_eq!(numbers, (1..=entries).collect::<Vec<_>>(), "{name}");
        let owed = sealed.iter().flat_map(|one| {
            let lines = one.entry.lines.iter().filter(|line| line.account == Account::Buyers);
            lines.map(|line| one.name_of(line).unwrap_or_default().to_string())
        });
        let owed: Vec<String> = owed.collect();
        let known = house.app.read(house.place(0), |week, _| {
            let names = week.register().buyers.values().map(|buyer| buyer.identity.name.clone());
            names.collect::<Vec<_>>()
        });
        let known = known.await.expect("a week");
        assert!(!owed.is_empty() && owed.iter().all(|name| known.contains(name)), "{owed:?}");
        // Of no day: nothing; the days of accounting count, not those of validation.
        let none = sealed_between(&house.app, scope, first, day("2000-12-31")).await;
        assert_eq!(none.expect("the book"), [], "{name}");
    }
}

/// Two programs, two weeks and payments of no week, all at once.
#[tokio::test(flavor = "multi_thread")]
async fn many_writers_make_one_chain() {
    for database in all_modes() {
        let house = Arc::new(house(database, &two_weeks()).await);
        let name = house.database.name;
        for at in [0, 1] {
            play(&house.app, house.place(at), Until::Delivered).await.expect("a played week");
        }
        let other = house.other_app().await;
        let mut tasks = tokio::task::JoinSet::new();
        for at in [0, 1] {
            let (app, house) = ([house.app.clone(), other.clone()][at].clone(), house.clone());
            tasks.spawn(async move {
                let place = house.place(at);
                let today = clock::today();
                let posted = billing::acts::bill_farms(&app, place, None, today, &stamp()).await;
                posted.expect("farm bills");
            });
        }
        for n in 0..24 {
            let (app, house) = ([house.app.clone(), other.clone()][n % 2].clone(), house.clone());
            tasks.spawn(async move {
                let piece = format!("REL-{n}");
                while let Err(failure) = book(&app, &house, receipt(100 + n as i64, &piece)).await {
                    assert!(matches!(failure, Failure::Busy), "{failure}");
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        assert_eq!(broken(&house).await, [""; 0], "{name}");
        let free = "SELECT COUNT(*) FROM entries WHERE week = 0";
        let free: Vec<i64> = house.app.everything().query(free, vec![]).await.expect("a count");
        assert_eq!(free, [24], "{name}");
    }
}

/// Who decided on an end that has moved writes nothing. Broken variant: the end is made to look
/// unmoved to it, and the same check finds the fork.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_end_is_refused() {
    for house in houses(&two_weeks()).await {
        let name = house.database.name;
        let (db, hub) = (house.app.everything().of(house.hub.as_str()), house.hub);
        let stale = seal::end(&db, hub).await.expect("an end");
        book(&house.app, &house, receipt(100, "REL-1")).await.expect("the first payment");
        let extend = |end: End| {
            let raw = wire::seal::RawEntry::of(None, &receipt(200, "REL-2"), None);
            db.write(move |tx| {
                Box::pin(async move { seal::extend(tx, hub, clock::now(), end, &[raw]).await })
            })
        };
        let refused = extend(stale.clone()).await;
        assert!(matches!(refused, Err(Failure::Busy)), "{name}: {refused:?}");
        assert_eq!(broken(&house).await, [""; 0], "{name}");
        let text = "UPDATE seal_heads SET hash = $1";
        write(&db, vec![(text, vec![stale.hash.as_str().into()])]).await;
        extend(End { number: 1, ..stale }).await.expect("nothing stops it now");
        let wrong = broken(&house).await;
        assert!(wrong.contains(&"hash of 2".to_string()), "{name}: {wrong:?}");
    }
}

/// What ends an act leaves no seal, as it leaves no entry.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_fails_seals_nothing() {
    for house in houses(&two_weeks()).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Billed).await.expect("a played week");
        let before = seal::end(house.app.everything(), house.hub).await.expect("an end");
        let act = |text: &'static str| {
            house.app.act(house.place(0), move |act| {
                let id = EntryId(act.week().entries().len() as i64 + 1);
                act.add(Entry { id, ..receipt(100, "REL-1") });
                act.write(text, vec![]);
                Ok(())
            })
        };
        let refused = act("UPDATE hubs SET name = name WHERE 1 = 0").await;
        assert!(matches!(refused, Err(Failure::Busy)), "{name}: {refused:?}");
        let end = seal::end(house.app.everything(), house.hub).await.expect("an end");
        assert_eq!(end, before, "{name}");
        act("UPDATE hubs SET name = name WHERE 1 = 1").await.expect("a written entry");
        let end = seal::end(house.app.everything(), house.hub).await.expect("an end");
        assert_eq!(end.number, before.number + 1, "{name}");
        assert_eq!(broken(&house).await, [""; 0], "{name}");
    }
}

/// A hub from before the chain: sealed at the start, once. What is put in later by hand is not.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_is_sealed_once() {
    for house in houses(&two_weeks()).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Billed).await.expect("a played week");
        let db = house.app.everything();
        let before = count(db, "seals").await;
        write(db, vec![("DELETE FROM seals", vec![]), ("DELETE FROM seal_heads", vec![])]).await;
        store::migrate(db).await.expect("a start");
        assert_eq!(count(db, "seals").await, before, "{name}");
        assert_eq!(broken(&house).await, [""; 0], "{name}");
        let end = seal::end(db, house.hub).await.expect("an end");
        store::migrate(db).await.expect("another start");
        assert_eq!(seal::end(db, house.hub).await.expect("an end"), end, "{name}");
        let forged = "INSERT INTO entries (hub_id, week, id, journal, day, piece) \
            SELECT hub_id, week, 999, journal, day, piece FROM entries WHERE id = 1";
        write(db, vec![(forged, vec![])]).await;
        store::migrate(db).await.expect("a third start");
        assert_eq!(seal::end(db, house.hub).await.expect("an end"), end, "{name}");
        let wrong = broken(&house).await;
        assert_eq!(wrong, [format!("{} entries, {before} seals", before + 1)], "{name}");
    }
}
