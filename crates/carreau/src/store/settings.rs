//! What the hub sets, in tables: rhythms, words for single dates, its own words in letters, what
//! plans of purchases aim at.

use db::{Db, Tx, Val};
use trade::calendar::deliveries::{DayException, DeliveryChange, Moment, Rhythm};
use trade::calendar::{Day, Instant};
use trade::id::HubId;
use trade::offers::Stamp;
use trade::register::{LetterWords, Register};
use trade::sourcing::SourcingSetting;
use wire::pack::SourcingNote;

use crate::access::signed::PACK;
use crate::clock;

use super::table::{Of, Record, load_hub, run, select_hub_text, table, upsert_hub};

table!(Rhythm, "rhythms", 1, "from_week, days, cutoff_days_before, cutoff_minute",
    { from, days, cutoff_days_before, cutoff_minute });

table!(LetterWords, "letter_words", 2, "kind, version, opening, closing, at, by_whom",
    { kind, version, opening, closing, stamp });

table!(SourcingSetting, "sourcing_settings", 1, "version, aims, farms_most, tolerance_cents, at, \
    by_whom",
    { version, aims, farms_most, tolerance, stamp });

/// What was last said of a date.
#[derive(Clone, Debug)]
pub struct ExceptionRow {
    day: Day,
    delivery: String,
    moved_to: Option<Day>,
    cutoff_on: Option<Day>,
    cutoff_minute: Option<i64>,
    reason: String,
    pub stamp: Stamp,
}

table!(ExceptionRow, "day_exceptions", 1, "day, delivery, moved_to, cutoff_on, cutoff_minute, \
    reason, at, by_whom",
    { day, delivery, moved_to, cutoff_on, cutoff_minute, reason, stamp });

impl ExceptionRow {
    pub fn new(exception: &DayException, stamp: Stamp) -> ExceptionRow {
        let (delivery, moved_to) = match exception.delivery {
            DeliveryChange::Usual => ("usual", None),
            DeliveryChange::NoDelivery => ("none", None),
            DeliveryChange::Extra => ("extra", None),
            DeliveryChange::MovedTo(to) => ("moved", Some(to)),
        };
        ExceptionRow {
            day: exception.day,
            delivery: delivery.into(),
            moved_to,
            cutoff_on: exception.cutoff.map(|cutoff| cutoff.day),
            cutoff_minute: exception.cutoff.map(|cutoff| cutoff.minute),
            reason: exception.reason.clone(),
            stamp,
        }
    }

    pub fn exception(&self) -> DayException {
        let delivery = match (self.delivery.as_str(), self.moved_to) {
            ("none", _) => DeliveryChange::NoDelivery,
            ("extra", _) => DeliveryChange::Extra,
            ("moved", Some(to)) => DeliveryChange::MovedTo(to),
            _ => DeliveryChange::Usual,
        };
        let cutoff = self.cutoff_on.zip(self.cutoff_minute);
        let cutoff = cutoff.map(|(day, minute)| Moment { day, minute });
        DayException { day: self.day, delivery, cutoff, reason: self.reason.clone() }
    }
}

/// A date as a data pack tells it: as if it had been said the day before the list of its week.
pub fn told(exception: &DayException) -> ExceptionRow {
    let at = Instant(clock::publication_of(exception.day.week()).0 - 86_400);
    ExceptionRow::new(exception, Stamp { at, by: PACK.into() })
}

/// Reads what the hub sets into its register.
pub async fn load(db: &Db, hub: HubId, register: &mut Register) -> Result<(), db::Error> {
    register.rhythms = load_hub(db, hub).await?;
    let said = exceptions(db, hub).await?;
    let said = said.iter().map(ExceptionRow::exception);
    register.exceptions = said.filter(|exception| !exception.is_nothing()).collect();
    register.words = load_hub(db, hub).await?;
    register.sourcing = load_hub(db, hub).await?;
    Ok(())
}

/// What was said of dates, with who said it; words that were taken back too.
pub async fn exceptions(db: &Db, hub: HubId) -> Result<Vec<ExceptionRow>, db::Error> {
    load_hub(db, hub).await
}

type Command = (&'static str, Vec<Val>);

pub fn say(hub: HubId, exception: &DayException, stamp: Stamp) -> Vec<Command> {
    let mut commands = Vec::new();
    upsert_hub(hub, &[ExceptionRow::new(exception, stamp)], &mut commands);
    commands
}

const ADD_SOURCING: &str = "INSERT INTO sourcing_settings (hub_id, version, aims, farms_most, \
    tolerance_cents, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (hub_id, version) DO NOTHING";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[ADD_SOURCING];

/// Adds a version of what plans aim at; touches no row where that version is known.
pub fn add_sourcing(hub: HubId, setting: &SourcingSetting) -> Command {
    let mut values = vec![Val::from(hub.as_str())];
    setting.put(&mut values);
    (ADD_SOURCING, values)
}

/// What plans aim at as a data pack tells it: a further version, unless the latest says the same.
pub async fn take_sourcing(tx: &mut Tx, hub: HubId, told: &SourcingNote) -> Result<(), db::Error> {
    let values = vec![Val::from(hub.as_str())];
    let known: Vec<Of<SourcingSetting>> =
        tx.query(select_hub_text::<SourcingSetting>(), values).await?;
    let latest = known.into_iter().map(|row| row.0).max_by_key(|one| one.version);
    if latest.as_ref().is_some_and(|latest| SourcingNote::of(latest) == *told) {
        return Ok(());
    }
    let stamp = Stamp { at: clock::now(), by: PACK.into() };
    let version = latest.map_or(0, |latest| latest.version) + 1;
    let added = run(tx, vec![add_sourcing(hub, &told.clone().setting(version, stamp))]).await?;
    match added.as_slice() {
        [0] => Err(db::Error::Retry("somebody has set what plans aim at".into())),
        _ => Ok(()),
    }
}

pub fn set_rhythm(hub: HubId, rhythm: Rhythm) -> Vec<Command> {
    let mut commands = Vec::new();
    upsert_hub(hub, &[rhythm], &mut commands);
    commands
}
