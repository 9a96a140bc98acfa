//! Every statement of the program is prepared on every database.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use carreau::accounts::rows::SealRow;
use carreau::billing::rows::{DocumentLineRow, EntryLineRow};
use carreau::dock::surplus::rows::{
    AppointmentRow, OfferRow, PickupRow, ReservationRow, SlotRow, SplitRow, WithdrawalRow,
};
use carreau::mercuriale::rows::{AvailabilityRow, PublicationRow, SaleDayRow, SettingRow};
use carreau::orders::rows::{OrderLineRow, OrderRow};
use carreau::rounds::roads::{LegRow, RoadSettings};
use carreau::rounds::rows::{NoteLineRow, StopRow};
use carreau::sourcing::rows::{
    AllocationRow, ConfirmationPartRow, ConfirmationRow, LockRow, PlanRow, PurchaseLineRow,
    ShortfallRow,
};
use carreau::store::ahead::{MenuRow, PledgeRow};
use carreau::store::register::{CeilingRow, ContractPriceRow, RuleRow};
use carreau::store::settings::ExceptionRow;
use carreau::store::table::{texts_of_hub as of_hub, texts_of_week as of_week};
use carreau::store::told::{ToldArrivalRow, ToldHandoverRow, ToldLeftoverRow, ToldOrderRow};
use carreau::{
    access, accounts, admin, anticipation, app, data, dock, mail, needs, offers, orders, rounds,
    search, sourcing, store, vehicles,
};
use db::sql::interned;
use db::testing;
use trade::billing::{Document, Payout};
use trade::calendar::deliveries::Rhythm;
use trade::catalog::{MarketQuote, Product};
use trade::contract::Contract;
use trade::dock::surplus::Cancellation;
use trade::dock::unsort::Unsorting;
use trade::dock::{Outcome, Receipt, Sorting, Withdrawal};
use trade::ledger::Entry;
use trade::mercuriale::MercurialeLine;
use trade::offers::Offer;
use trade::orders::Amendment;
use trade::party::{AidProfile, Buyer, Certificate, Hub, Producer, Site, Vehicle};
use trade::register::{LetterWords, StandingOrder};
use trade::rounds::{DeliveryNote, Round};
use trade::sourcing::SourcingSetting;

/// The texts that stand as such in the sources.
fn written() -> Vec<&'static str> {
    let lists = [
        accounts::book::TEXTS,
        accounts::proof::TEXTS,
        accounts::rows::TEXTS,
        accounts::seal::TEXTS,
        access::api_token::TEXTS,
        access::audit::TEXTS,
        access::claims::TEXTS,
        access::handed::TEXTS,
        access::keyring::TEXTS,
        access::link::TEXTS,
        access::paid::TEXTS,
        access::past::TEXTS,
        access::people::TEXTS,
        access::roster::TEXTS,
        access::session::TEXTS,
        access::weeks::TEXTS,
        access::words::TEXTS,
        accounts::bank::rows::TEXTS,
        accounts::exports::rows::TEXTS,
        admin::rows::TEXTS,
        anticipation::rows::TEXTS,
        app::TEXTS,
        dock::surplus::intake::TEXTS,
        dock::surplus::rows::TEXTS,
        data::export::TEXTS,
        mail::replies::rows::TEXTS,
        mail::rows::TEXTS,
        offers::notes::TEXTS,
        needs::foreseen::TEXTS,
        orders::acts::TEXTS,
        orders::intake::TEXTS,
        rounds::roads::TEXTS,
        search::rows::TEXTS,
        sourcing::acts::TEXTS,
        store::act::TEXTS,
        store::ahead::TEXTS,
        store::jobs::TEXTS,
        store::keys::TEXTS,
        store::register::TEXTS,
        store::settings::TEXTS,
        store::told::TEXTS,
        store::week::TEXTS,
        vehicles::rows::TEXTS,
    ];
    lists.concat()
}

/// The texts that are made from the columns of a record.
fn made() -> Vec<&'static str> {
    let register = [
        of_hub::<Hub>(),
        of_hub::<Producer>(),
        of_hub::<Certificate>(),
        of_hub::<Buyer>(),
        of_hub::<Site>(),
        of_hub::<Product>(),
        of_hub::<MarketQuote>(),
        of_hub::<Contract>(),
        of_hub::<ContractPriceRow>(),
        of_hub::<CeilingRow>(),
        of_hub::<StandingOrder>(),
        of_hub::<Vehicle>(),
        of_hub::<RuleRow>(),
        of_hub::<Rhythm>(),
        of_hub::<ExceptionRow>(),
        of_hub::<LetterWords>(),
        of_hub::<SourcingSetting>(),
        of_hub::<AidProfile>(),
        of_hub::<PledgeRow>(),
        of_hub::<MenuRow>(),
        of_hub::<SealRow>(),
        of_hub::<RoadSettings>(),
        of_hub::<LegRow>(),
    ];
    let until_closing = [
        of_week::<Offer>(),
        of_week::<SettingRow>(),
        of_week::<PublicationRow>(),
        of_week::<SaleDayRow>(),
        of_week::<MercurialeLine>(),
        of_week::<AvailabilityRow>(),
        of_week::<OrderRow>(),
        of_week::<OrderLineRow>(),
        of_week::<Amendment>(),
    ];
    let after = [
        of_week::<PlanRow>(),
        of_week::<PurchaseLineRow>(),
        of_week::<AllocationRow>(),
        of_week::<ShortfallRow>(),
        of_week::<ConfirmationRow>(),
        of_week::<ConfirmationPartRow>(),
        of_week::<LockRow>(),
        of_week::<Receipt>(),
        of_week::<Withdrawal>(),
        of_week::<Sorting>(),
        of_week::<Unsorting>(),
        of_week::<Outcome>(),
        of_week::<Round>(),
        of_week::<StopRow>(),
        of_week::<DeliveryNote>(),
        of_week::<NoteLineRow>(),
        of_week::<Document>(),
        of_week::<DocumentLineRow>(),
        of_week::<Payout>(),
        of_week::<Entry>(),
        of_week::<EntryLineRow>(),
    ];
    let surplus = [
        of_week::<SlotRow>(),
        of_week::<OfferRow>(),
        of_week::<WithdrawalRow>(),
        of_week::<ReservationRow>(),
        of_week::<Cancellation>(),
        of_week::<AppointmentRow>(),
        of_week::<PickupRow>(),
        of_week::<SplitRow>(),
    ];
    let told = [
        of_week::<ToldOrderRow>(),
        of_week::<ToldArrivalRow>(),
        of_week::<ToldHandoverRow>(),
        of_week::<ToldLeftoverRow>(),
    ];
    let mut all: Vec<&'static str> =
        [&register[..], &until_closing, &after, &told, &surplus].concat().concat();
    let [_, reservation] = of_week::<ReservationRow>();
    all.push(interned(format!("{reservation}{}", dock::surplus::intake::ONCE)));
    let [_, order] = of_week::<OrderRow>();
    all.push(interned(format!("{order}{}", orders::intake::ONCE)));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_prepares_on_every_database() {
    for database in testing::databases() {
        let db = database.open().await;
        store::migrate(&db).await.expect("an empty database takes the tables");
        let mut refused = Vec::new();
        for text in written().into_iter().chain(made()) {
            if let Err(error) = db.check(text).await {
                refused.push(format!("{text}\n  {error}"));
            }
        }
        assert!(refused.is_empty(), "{}:\n{}", database.name, refused.join("\n"));
        // The check itself says no where it should.
        let nonsense = db.check("SELECT week FROM weeks WHERE hub = $1").await;
        assert!(nonsense.is_err(), "{}: a wrong column prepares", database.name);
        db.close().await;
    }
}

#[test]
fn no_statement_is_left_out() {
    let known: BTreeSet<&str> = written().into_iter().collect();
    let made = made();
    let (mut texts, mut tables) = (0, 0);
    for (path, source) in sources() {
        for text in literals(&source).into_iter().filter(|text| is_statement(text)) {
            texts += 1;
            assert!(known.contains(text.as_str()), "{path:?}: not in TEXTS: {text}");
        }
        for table in declared_tables(&source) {
            tables += 1;
            let read = format!(" FROM {table} WHERE ");
            assert!(made.iter().any(|text| text.contains(&read)), "{path:?}: {table}");
        }
    }
    assert_eq!(texts, written().len(), "texts found in the sources");
    let reads = made.iter().filter(|text| text.starts_with("SELECT")).count();
    assert_eq!(tables, reads, "tables found in the sources");
}

#[test]
fn the_search_finds_a_forgotten_statement() {
    let source = r#"
        const LATE: &str = "SELECT day FROM sale_days \
            WHERE hub_id = $1"; // "UPDATE" is a word
        table!(Late, "late", 1, "id", { id });
    "#;
    let found: Vec<String> = literals(source).into_iter().filter(|t| is_statement(t)).collect();
    assert_eq!(found, ["SELECT day FROM sale_days WHERE hub_id = $1"]);
    assert_eq!(declared_tables(source), ["late"]);
}

/// A whole statement; what has holes to fill is made from a record.
fn is_statement(text: &str) -> bool {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    verbs.iter().any(|verb| text.starts_with(verb)) && !text.contains('{')
}

fn declared_tables(source: &str) -> Vec<String> {
    let declarations = source.split("table!(").skip(1);
    // The macro's own text has no name in quotes before its first comma.
    let name = |text: &str| {
        let second = text.split_once(',')?.1.trim_start().strip_prefix('"')?;
        Some(second.split_once('"')?.0.to_string())
    };
    declarations.filter_map(name).collect()
}

/// The string literals of a source, line continuations removed. Good enough for SQL, which has
/// no escaped quotes: a comment or character with a lone quote would shift what follows, and the
/// counts above would then differ.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "] {
        for (at, _) in source.match_indices(&format!("\"{start}")) {
            let rest = &source[at + 1..];
            let Some(end) = rest.find('"') else { continue };
            let lines = rest[..end].split("\\\n");
            found.push(lines.map(str::trim_start).collect());
        }
    }
    found
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the crate's sources") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let source = std::fs::read_to_string(&path).expect("a source file");
                found.push((path, source));
            }
        }
    }
    found
}
