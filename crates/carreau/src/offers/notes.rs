//! What farms say of a week beside their offers: a sentence, or that nothing comes.

use std::collections::BTreeMap;

use db::{Db, FromRow, Row, Val};
use trade::id::ProducerId;
use trade::offers::Stamp;

use crate::failure::Failure;
use crate::store::act::Place;

const OF_WEEK: &str = "SELECT producer, note, is_nothing, said_at, said_by FROM farm_notes \
    WHERE hub_id = $1 AND week = $2";
const SAY: &str = "INSERT INTO farm_notes (hub_id, week, producer, note, is_nothing, said_at, \
    said_by) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (hub_id, week, producer) DO UPDATE SET note = excluded.note, \
    is_nothing = excluded.is_nothing, said_at = excluded.said_at, said_by = excluded.said_by";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[OF_WEEK, SAY];

/// Most characters of a note.
pub const NOTE_MAX: usize = 500;

/// A farm's last word about a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarmNote {
    pub text: String,
    /// The farm brings nothing this week, and nobody needs to ask again.
    pub is_nothing: bool,
    pub said_at: i64,
    pub said_by: String,
}

struct Found(ProducerId, FarmNote);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |_| db::Error::Db("the farm of a note".to_owned());
        let producer = ProducerId::parse(&row.text(0)?).map_err(bad)?;
        let (text, is_nothing) = (row.text(1)?, row.i64(2)? != 0);
        let (said_at, said_by) = (row.i64(3)?, row.text(4)?);
        Ok(Found(producer, FarmNote { text, is_nothing, said_at, said_by }))
    }
}

/// The notes of a week, by farm.
pub async fn of_week(db: &Db, place: Place) -> Result<BTreeMap<ProducerId, FarmNote>, Failure> {
    let values = vec![place.hub.as_str().into(), Val::I(place.week.number())];
    let rows: Vec<Found> = db.query(OF_WEEK, values).await?;
    Ok(rows.into_iter().map(|Found(farm, note)| (farm, note)).collect())
}

/// Writes a farm's word over its earlier one.
pub async fn say(
    db: &Db,
    place: Place,
    producer: ProducerId,
    text: &str,
    is_nothing: bool,
    stamp: &Stamp,
) -> Result<(), Failure> {
    if text.chars().count() > NOTE_MAX {
        let said = format!("Le mot dépasse {NOTE_MAX} caractères : raccourcissez-le.");
        return Err(Failure::Input(said));
    }
    let (text, values) = saying(place, producer, text, is_nothing, stamp);
    db.write(move |tx| {
        let values = values.clone();
        Box::pin(async move { tx.exec(text, values).await.map(drop) })
    })
    .await?;
    Ok(())
}

/// The statement that writes a farm's word over its earlier one.
pub fn saying(
    place: Place,
    producer: ProducerId,
    text: &str,
    is_nothing: bool,
    stamp: &Stamp,
) -> (&'static str, Vec<Val>) {
    let values: Vec<Val> = vec![
        place.hub.as_str().into(),
        Val::I(place.week.number()),
        producer.to_string().into(),
        text.into(),
        Val::I(i64::from(is_nothing)),
        Val::I(stamp.at.0),
        stamp.by.as_str().into(),
    ];
    (SAY, values)
}
