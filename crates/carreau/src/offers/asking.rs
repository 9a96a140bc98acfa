//! Asking the farms: letters with their links, a reminder, a link by hand.

use std::collections::HashMap;

use axum::http::HeaderMap;
use trade::id::ProducerId;
use trade::offers::Stamp;

use super::notes;
use crate::access::link::{self, Opens};
use crate::access::person::Role;
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to};

/// `POST …/offers/requests`: asks every farm that was not asked before.
pub async fn request(visit: Visit, headers: HeaderMap) -> Answer {
    let farms = visit.see(|week| Ok(week.register().producers.keys().copied().collect())).await?;
    let links = links(&visit, &headers, farms).await?;
    let of = |farm: ProducerId| links.get(&farm).cloned().unwrap_or_default();
    let count = mail::request_offers(visit.app(), visit.place, &visit.stamp(), of).await?;
    let said = match count {
        0 => "Toutes les fermes ont déjà été interrogées pour cette semaine.".into(),
        many => format!("{} : voir le courrier.", sent(many)),
    };
    back_to(&visit.href("offers"), &said)
}

/// `POST …/offers/reminders`: reminds those who have not answered, once a day.
pub async fn remind(visit: Visit, headers: HeaderMap) -> Answer {
    let db = visit.app().db(visit.place.scope());
    let notes = notes::of_week(&db, visit.place).await?;
    let is_unheard = |farm: &ProducerId| !notes.get(farm).is_some_and(|note| note.is_nothing);
    let farms: Vec<ProducerId> = visit
        .see(|week| Ok(mail::silent_farms(week).into_iter().filter(is_unheard).collect()))
        .await?;
    let links = links(&visit, &headers, farms).await?;
    let of = |farm: ProducerId| links.get(&farm).cloned();
    let count = mail::nudge(visit.app(), visit.place, &visit.stamp(), of).await?;
    let said = match count {
        0 => "Personne à relancer : tous ont répondu, ou ont déjà été relancés aujourd'hui.".into(),
        many => format!("{} : voir le courrier.", sent(many)),
    };
    back_to(&visit.href("offers"), &said)
}

fn sent(many: usize) -> String {
    let letters = fr::count(many as i64, "lettre", "lettres");
    format!("{letters} dans la boîte d'envoi")
}

/// A link for each farm that can be written to.
async fn links(
    visit: &Visit,
    headers: &HeaderMap,
    farms: Vec<ProducerId>,
) -> Result<HashMap<ProducerId, String>, Failure> {
    let stamp = visit.stamp();
    let mut links = HashMap::new();
    for farm in farms {
        links.insert(farm, address(visit, headers, farm, &stamp).await?);
    }
    Ok(links)
}

async fn address(
    visit: &Visit,
    headers: &HeaderMap,
    farm: ProducerId,
    stamp: &Stamp,
) -> Result<String, Failure> {
    let opens = Opens::Farm(farm, visit.week);
    let scope = visit.place.scope();
    let token = link::make(visit.app(), scope, &opens, &stamp.by, stamp.at, None).await?;
    Ok(link::address_of(&visit.web.site.address(headers), &token))
}

/// `POST …/offers/links`: a link to be sent by SMS or read aloud, shown once; with `end`, every
/// link of the farm for the week is dead, and the pages it opened.
pub async fn make_link(visit: Visit, headers: HeaderMap, fields: Fields) -> Answer {
    let farm = fields.code("producer", "Ferme", ProducerId::parse)?;
    let name = visit.see(|week| Ok(week.register().producer(farm)?.identity.name.clone())).await?;
    let stamp = visit.stamp();
    if fields.was_sent("end") {
        let (scope, week) = (visit.place.scope(), Some(visit.week));
        let role = Role::Producer(farm);
        link::revoke(visit.app(), scope, role, week, &stamp.by, stamp.at).await?;
        let db = visit.app().db(scope);
        mail::replies::rows::end(&db, scope.hub(), farm, visit.week).await?;
        return back_to(&visit.href("offers"), &format!("{name} : ses liens n'ouvrent plus rien."));
    }
    let address = address(&visit, &headers, farm, &stamp).await?;
    let said = format!("Lien de {name}, à envoyer à elle seule : {address}");
    back_to(&visit.href("offers"), &said)
}
