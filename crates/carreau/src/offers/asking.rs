//! Asking the farms: letters with their links, a reminder, a link by hand.

use std::collections::HashMap;

use axum::http::HeaderMap;
use trade::id::ProducerId;
use trade::offers::Stamp;

use super::notes;
use crate::access::link::{self, Opens};
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to};

/// `POST …/offers/requests`: asks every farm that was not asked before.
pub async fn request(visit: Visit, headers: HeaderMap) -> Answer {
    let farms = visit.see(|week| Ok(week.register().producers.keys().copied().collect())).await?;
    let stamp = visit.stamp();
    let links = links(&visit, &headers, (mail::OFFER_REQUEST, 1), farms, &stamp).await?;
    let of = |farm: ProducerId| links.get(&farm).cloned().unwrap_or_default();
    let count = mail::request_offers(visit.app(), visit.place, &stamp, of).await?;
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
    let stamp = visit.stamp();
    let letter = (mail::NUDGE, mail::nudge_version(&stamp));
    let links = links(&visit, &headers, letter, farms, &stamp).await?;
    let of = |farm: ProducerId| links.get(&farm).cloned();
    let count = mail::nudge(visit.app(), visit.place, &stamp, of).await?;
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

/// A link for each farm that has no letter of this kind and version yet, all made at once.
async fn links(
    visit: &Visit,
    headers: &HeaderMap,
    (kind, version): (&'static str, i64),
    mut farms: Vec<ProducerId>,
    stamp: &Stamp,
) -> Result<HashMap<ProducerId, String>, Failure> {
    let (app, scope) = (visit.app(), visit.place.scope());
    let known = mail::rows::known(&app.db(scope), visit.place, kind).await?;
    farms.retain(|farm| !known.contains(&(farm.to_string(), version)));
    let opens: Vec<Opens> = farms.iter().map(|&farm| Opens::Farm(farm, visit.week)).collect();
    let tokens = link::make_all(app, scope, &opens, stamp).await?;
    let site = visit.web.site.address(headers);
    let addresses = tokens.iter().map(|token| link::address_of(&site, token));
    Ok(farms.into_iter().zip(addresses).collect())
}

/// `POST …/offers/links`: a link to be sent by SMS or read aloud, shown once.
pub async fn make_link(visit: Visit, headers: HeaderMap, fields: Fields) -> Answer {
    let farm = fields.code("producer", "Ferme", ProducerId::parse)?;
    let name = visit.see(|week| Ok(week.register().producer(farm)?.identity.name.clone())).await?;
    let (stamp, opens) = (visit.stamp(), Opens::Farm(farm, visit.week));
    let scope = visit.place.scope();
    let token = link::make(visit.app(), scope, &opens, &stamp.by, stamp.at, None).await?;
    let address = link::address_of(&visit.web.site.address(&headers), &token);
    let said = format!("Lien de {name}, à envoyer à elle seule : {address}");
    back_to(&visit.href("offers"), &said)
}
