//! The links of a farm, for the hub on the telephone: which live, a new one, ending them.

use axum::Extension;
use axum::http::HeaderMap;

use super::AtFarm;
use crate::access::audit::{self, Seen};
use crate::access::handed::{self, Living};
use crate::access::link::{self, Opens};
use crate::access::{HubScope, Role};
use crate::clock;
use crate::failure::Failure;
use crate::mail::replies;
use crate::web::{Answer, Caller, Fields, back_to};

/// What the page shows of the farm's links; nothing to the farm itself and to who only looks.
pub(super) async fn living(at: &AtFarm) -> Result<Vec<Living>, Failure> {
    match scope(at) {
        Ok(scope) if may_hand_out(at) => {
            handed::living(at.app(), scope, role(at), clock::now()).await
        }
        _ => Ok(Vec::new()),
    }
}

/// Whether whoever looks at the page gives out and ends the farm's links.
pub(super) fn may_hand_out(at: &AtFarm) -> bool {
    at.is_by_hub && at.may("offers", true)
}

fn role(at: &AtFarm) -> Role {
    Role::Producer(at.scope.producer())
}

fn scope(at: &AtFarm) -> Result<HubScope, Failure> {
    let scope = at.person.hub_scope();
    scope.ok_or_else(|| Failure::Forbidden("Cette page est celle de la plateforme.".into()))
}

/// `POST …/offers/farm/{producer}/links`: one more link, shown once, also for a farm that has
/// answered.
pub async fn make(at: AtFarm, caller: Extension<Caller>, headers: HeaderMap) -> Answer {
    let (stamp, opens) = (at.stamp(), Opens::Farm(at.scope.producer(), at.week));
    let token = link::make(at.app(), scope(&at)?, &opens, &stamp.by, stamp.at, None).await?;
    note(&at, &caller, Seen::LinkMade).await;
    let address = link::address_of(&at.web.site.address(&headers), &token);
    let said = format!("Nouveau lien, montré une fois, à envoyer à cette ferme seule : {address}");
    back_to(&at.base(), &said)
}

/// `POST …/offers/farm/{producer}/links/removal`: one link (`link`: its name), or with `all` every
/// one, and the addresses at which the farm answers its letters.
pub async fn end(at: AtFarm, caller: Extension<Caller>, fields: Fields) -> Answer {
    let which = fields.needed("link", "Lien")?;
    let (app, scope) = (at.app(), scope(&at)?);
    let said = handed::end(app, scope, role(&at), which, &at.stamp()).await?;
    if which == "all" {
        replies::rows::end(&app.db(scope), scope.hub(), at.scope.producer()).await?;
    }
    note(&at, &caller, Seen::LinkRevoked).await;
    back_to(&at.base(), said)
}

async fn note(at: &AtFarm, caller: &Caller, seen: Seen) {
    let (hub, who, now) = (at.person.hub, at.person.signature(), clock::now());
    let about = format!("ferme {}", at.scope.producer());
    audit::note(at.app(), hub, seen, &who, &about, &caller.address, now).await;
}
