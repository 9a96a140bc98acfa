//! Ending the links of a buyer: those in its letters, and those that it asked for at the door.

use axum::Extension;
use trade::id::BuyerId;

use crate::access::audit::{self, Seen};
use crate::access::{Role, handed};
use crate::clock;
use crate::web::{Answer, Caller, Fields, Visit, back_to};

/// `POST …/orders/links/removal`: one link (`link`: its name), or with `all` every one.
pub async fn end(visit: Visit, caller: Extension<Caller>, fields: Fields) -> Answer {
    let buyer = fields.code("buyer", "Acheteur", BuyerId::parse)?;
    let which = fields.needed("link", "Lien")?;
    let (app, scope, stamp) = (visit.app(), visit.place.scope(), visit.stamp());
    let said = handed::end(app, scope, Role::Buyer(buyer), which, &stamp).await?;
    let (about, now) = (format!("acheteur {buyer}"), clock::now());
    let (hub, seen) = (scope.hub(), Seen::LinkRevoked);
    audit::note(app, hub, seen, &stamp.by, &about, &caller.address, now).await;
    back_to(&visit.href(&format!("orders?buyer={buyer}")), said)
}
