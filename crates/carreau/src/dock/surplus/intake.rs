//! Reserving: judged from memory, decided by one conditional write, never promised twice.

use db::{BoxFuture, FromRow, Row, Val};
use trade::Denial;
use trade::dock::surplus::{self, Reservation};
use trade::id::{BuyerId, ReservationId, SurplusId};
use trade::offers::Stamp;
use trade::unit::Qty;

use super::rows::ReservationRow;
use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{Place, raised};
use crate::store::keys::fingerprint;
use crate::store::table::{insert_week_or, run};

const TAKE_OPEN: &str = "UPDATE surplus_offers SET left_qty = left_qty - $1 \
    WHERE hub_id = $2 AND week = $3 AND id = $4 AND left_qty >= $1 AND until_at > $5";
const BY_KEY: &str = "SELECT id, request_hash FROM surplus_reservations \
    WHERE hub_id = $1 AND idempotency_key = $2";
const LEFT: &str = "SELECT left_qty, until_at FROM surplus_offers \
    WHERE hub_id = $1 AND week = $2 AND id = $3";

/// Behind the INSERT of a reservation: of two with the same key the second adds no row.
pub const ONCE: &str = "ON CONFLICT (hub_id, idempotency_key) DO NOTHING";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[TAKE_OPEN, BY_KEY, LEFT];

struct Pair(i64, i64);

impl FromRow for Pair {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Pair(row.i64(0)?, row.i64(1)?))
    }
}

/// What somebody wants to reserve.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub buyer: BuyerId,
    pub surplus: SurplusId,
    pub quantity: Qty,
}

/// Reserves at the instant of `stamp`. The same `key` with the same content gives
/// [`Failure::Replayed`] with the first reservation; with another content it is refused.
pub fn reserve<'a>(
    app: &'a App,
    place: Place,
    asked: Asked,
    key: &'a str,
    stamp: &'a Stamp,
) -> BoxFuture<'a, Result<Reservation, Failure>> {
    Box::pin(reserved(app, place, asked, key, stamp))
}

async fn reserved(
    app: &App,
    place: Place,
    asked: Asked,
    key: &str,
    stamp: &Stamp,
) -> Result<Reservation, Failure> {
    let Asked { buyer, surplus, quantity } = asked;
    let hash = fingerprint(&format!("{buyer}|{}|{surplus}|{}", place.week, quantity.get()));
    let id = ReservationId(app.order_id(place.scope()).await?.0);
    let judged = app
        .read(place, |week, _| surplus::reserve(week, id, surplus, buyer, quantity, stamp.clone()))
        .await?;
    let reservation = match judged {
        Ok(reservation) => reservation,
        // Who sends again what was reserved is not told that it is gone.
        Err(denial) => {
            known(app, place, key, hash).await?;
            return Err(denial.into());
        }
    };
    match save(app, place, &reservation, key, hash).await? {
        Saved::Done => {
            app.tell_reservation(place, &reservation).await;
            Ok(reservation)
        }
        Saved::Known => {
            known(app, place, key, hash).await?;
            Err(Failure::Busy)
        }
        Saved::Short => {
            known(app, place, key, hash).await?;
            Err(what_is_short(app, place, asked, stamp).await?)
        }
    }
}

enum Saved {
    Done,
    Known,
    Short,
}

/// Undoes the transaction, and says which of the two it was.
enum Undone {
    Known,
    Short,
    Failed(db::Error),
}

impl From<db::Error> for Undone {
    fn from(error: db::Error) -> Undone {
        Undone::Failed(error)
    }
}

/// One transaction, statements in one order for everybody: the week, the reservation, the goods.
async fn save(
    app: &App,
    place: Place,
    reservation: &Reservation,
    key: &str,
    hash: i64,
) -> Result<Saved, Failure> {
    let mut commands = vec![raised(place)];
    let row = ReservationRow::new(reservation, key, hash);
    insert_week_or(place.hub, place.week, &[row], ONCE, &mut commands);
    let key = [place.hub.as_str().into(), Val::I(place.week.number())];
    let (quantity, at) = (reservation.quantity.get(), reservation.stamp.at.0);
    let values = [&[Val::I(quantity)], &key[..], &[Val::I(reservation.surplus.0), Val::I(at)]];
    commands.push((TAKE_OPEN, values.concat()));
    let db = app.db(place.scope());
    let written = db.write(move |tx| {
        Box::pin(async move {
            let touched = run(tx, commands).await?;
            match touched[..] {
                [_, 0, _] => Err(Undone::Known),
                [_, _, 0] => Err(Undone::Short),
                _ => Ok(()),
            }
        })
    });
    match written.await {
        Ok(()) => Ok(Saved::Done),
        Err(Undone::Known) => Ok(Saved::Known),
        Err(Undone::Short) => Ok(Saved::Short),
        Err(Undone::Failed(error)) => Err(error.into()),
    }
}

/// When the key is known: the first answer again, or a refusal when the content differs.
async fn known(app: &App, place: Place, key: &str, hash: i64) -> Result<(), Failure> {
    let values = vec![place.hub.as_str().into(), key.into()];
    let rows: Vec<Pair> = app.db(place.scope()).query(BY_KEY, values).await?;
    match rows.first() {
        Some(Pair(id, before)) if *before == hash => Err(Failure::Replayed(*id)),
        Some(_) => Err(Failure::OtherContent),
        None => Ok(()),
    }
}

/// Others were quicker: what is left now.
async fn what_is_short(
    app: &App,
    place: Place,
    asked: Asked,
    stamp: &Stamp,
) -> Result<Failure, Failure> {
    let Asked { surplus, quantity, .. } = asked;
    let week = Val::I(place.week.number());
    let values = vec![place.hub.as_str().into(), week, Val::I(surplus.0)];
    let rows: Vec<Pair> = app.db(place.scope()).query(LEFT, values).await?;
    Ok(match rows.first() {
        None => Denial::UnknownSurplus { surplus }.into(),
        Some(Pair(_, until)) if *until <= stamp.at.0 => {
            Denial::SurplusEnded { until: trade::calendar::Instant(*until) }.into()
        }
        // Given back in between: worth another try.
        Some(Pair(left, _)) if *left >= quantity.get() => Failure::Busy,
        Some(Pair(left, _)) => {
            Denial::SurplusGone { surplus, asked: quantity, left: Qty::new(*left) }.into()
        }
    })
}
