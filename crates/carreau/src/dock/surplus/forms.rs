//! What food aid sends: reservations, cancellations, hours.

use trade::id::{ReservationId, SlotId};

use super::pages;
use crate::access::aid::AidWeek;
use crate::failure::Failure;
use crate::web::{AidVisit, Answer, Fields, back_to};

/// `POST …/surplus/offers/{surplus}`: reserves all or a part, once for each key.
pub async fn reserve(visit: AidVisit, fields: Fields) -> Answer {
    let id = pages::surplus_id(&visit)?;
    let key = fields.needed("key", "Clé du formulaire")?;
    let typed = fields.text("quantity").to_string();
    let quantity = fields.qty("quantity", "Quantité")?;
    let (app, week, stamp) = (visit.app(), visit.week, visit.stamp());
    let key = format!("surplus-{}-{key}", visit.scope.buyer());
    match visit.scope.reserve(app, week, id, quantity, &key, &stamp).await {
        Ok(reservation) => reserved(&visit, reservation).await,
        Err(Failure::Denied(denials)) => pages::refused(&visit, id, &typed, &denials).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn reserved(visit: &AidVisit, id: ReservationId) -> Answer {
    let name = |week: AidWeek<'_>| pages::name_of(week, week.reservation(id)?);
    let (name, quantity) = visit.see(name).await?;
    let said = format!("Réservé : {quantity}, {name}. Dites maintenant quand vous venez.");
    back_to(&visit.href("surplus"), &said)
}

/// `POST …/surplus/cancellations`
pub async fn cancel(visit: AidVisit, fields: Fields) -> Answer {
    let id = ReservationId(fields.number("reservation", "Réservation")?);
    let stamp = visit.stamp();
    visit.scope.cancel_reservation(visit.app(), visit.week, id, &stamp).await?;
    back_to(&visit.href("surplus"), "Réservation annulée : d'autres peuvent la prendre.")
}

/// `POST …/surplus/slot`
pub async fn plan(visit: AidVisit, fields: Fields) -> Answer {
    let slot = SlotId(fields.number("slot", "Créneau")?);
    let (van, stamp) = (fields.text("van"), visit.stamp());
    visit.scope.plan_pickup(visit.app(), visit.week, slot, van, &stamp).await?;
    back_to(&visit.href("surplus"), "Créneau réservé : le quai vous attend.")
}
