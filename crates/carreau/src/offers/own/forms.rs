//! What is sent from a farm's page.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use trade::catalog::{Label, Labels};
use trade::id::{OfferId, ProductId, PurchaseLineId};
use trade::offers::{Offer, OfferRequest};
use trade::unit::{Price, Qty};

use super::{AtFarm, goods_code, read_goods};
use crate::access::producer::ProducerWeek;
use crate::denied::sentence;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to, read_qty};

/// `POST …/my-offers`: what was changed on the page, and the farm's word.
pub async fn save(at: AtFarm, fields: Fields) -> Answer {
    let requests = at.see(|week| changes(week, &fields)).await?;
    announce(&at, &requests).await?;
    let mut said = match requests.len() {
        0 => "Rien n'a changé.".to_string(),
        many => format!("Noté : {}.", fr::count(many as i64, "changement", "changements")),
    };
    let before = at.scope.note(at.app(), at.week).await?;
    let text = fields.text("note");
    let old = before.as_ref().map_or("", |note| note.text.as_str());
    let was_nothing = before.as_ref().is_some_and(|note| note.is_nothing);
    if text != old || (was_nothing && !requests.is_empty()) {
        at.scope.say(at.app(), at.week, text, false, &at.signed()).await?;
        said = if requests.is_empty() { "Votre mot est noté.".into() } else { said };
    }
    back_to(&at.base(), &said)
}

async fn announce(at: &AtFarm, requests: &[OfferRequest]) -> Result<(), Failure> {
    at.see(|week| match requests.iter().find(|request| week.is_closed(request.day)) {
        Some(request) if !at.is_by_hub => Err(Failure::Input(format!(
            "Les commandes du {} sont closes : votre offre ne change plus ici. Appelez la \
             plateforme.",
            fr::day(request.day)
        ))),
        _ => Ok(()),
    })
    .await?;
    if !requests.is_empty() {
        at.scope.announce(at.app(), at.week, requests, &at.signed()).await?;
    }
    Ok(())
}

/// What differs from what the page showed. A page may be older than the last save: a field is
/// compared with the word that stood when the page was made (`since`, the last offer then), so
/// that only what somebody changed there is noted.
fn changes(week: ProducerWeek<'_>, fields: &Fields) -> Result<Vec<OfferRequest>, Failure> {
    let since = OfferId(fields.number("since", "Version de la page")?);
    let mut requests = Vec::new();
    for (code, value) in fields.all_starting("quantity-") {
        let (product, labels, day) = read_goods(code)?;
        let day = day.ok_or_else(|| Failure::Input(format!("Le champ « {code} » est inconnu.")))?;
        let name = &week.product(product)?.name;
        let key = (week.own().id, product, labels, day);
        let shown: Option<&Offer> =
            week.words().filter(|one| one.key() == key && one.id <= since).last();
        let quantity = match value {
            "" => Qty::ZERO,
            text => read_qty(text, &format!("{name}, {}", fr::day(day)))?,
        };
        let before = shown.map_or(Qty::ZERO, |offer| offer.quantity);
        if quantity.is_zero() && before.is_zero() {
            continue;
        }
        let price = price_of(fields, product, labels, name, shown)?;
        if quantity != before || shown.is_some_and(|offer| offer.price != price) {
            let producer = week.own().id;
            requests.push(OfferRequest { producer, product, labels, day, quantity, price });
        }
    }
    Ok(requests)
}

fn price_of(
    fields: &Fields,
    product: ProductId,
    labels: Labels,
    name: &str,
    shown: Option<&Offer>,
) -> Result<Price, Failure> {
    let field = format!("price-{}", goods_code(product, labels));
    match (fields.was_sent(&field), shown) {
        (true, _) => fields.price(&field, &format!("Prix de {name}")),
        (false, Some(offer)) => Ok(offer.price),
        (false, None) => {
            let said = format!("Dites aussi le prix de {name}.");
            Err(Failure::Input(said))
        }
    }
}

/// `POST …/my-offers/same`: as last week, on the same weekdays, what can still be offered.
pub async fn same(at: AtFarm) -> Answer {
    let before = at.scope.before(at.app(), at.week).await?;
    let (requests, left_out) = at.see(|week| again(week, &before)).await?;
    if requests.is_empty() && left_out.is_empty() {
        let said = "Il n'y a rien à reprendre : tout est déjà noté, ou rien n'a été offert les \
            quatre dernières semaines.";
        return back_to(&at.base(), said);
    }
    announce(&at, &requests).await?;
    // A farm counts what it brings, not on how many days.
    let goods: BTreeSet<_> = requests.iter().map(|one| (one.product, one.labels)).collect();
    let mut said = match goods.len() {
        0 => String::new(),
        many => format!("{}.", fr::count(many as i64, "produit noté", "produits notés")),
    };
    for one in left_out {
        said.push_str(&format!(" {one}"));
    }
    back_to(&at.base(), said.trim())
}

/// Last week's offers on this week's days, and what cannot be taken up, with the reason.
fn again(
    week: ProducerWeek<'_>,
    before: &[Offer],
) -> Result<(Vec<OfferRequest>, Vec<String>), Failure> {
    let days = week.delivery_days();
    let (mut requests, mut left_out) = (Vec::new(), Vec::new());
    for offer in before {
        let Offer { producer, product, labels, quantity, price, .. } = *offer;
        let same_weekday = |day: &&trade::calendar::Day| day.weekday() == offer.day.weekday();
        let Some(&day) = days.iter().find(same_weekday) else { continue };
        let request = OfferRequest { producer, product, labels, day, quantity, price };
        let is_known =
            week.current_offers().any(|one| one.key() == (producer, product, labels, day));
        if is_known || week.is_closed(day) {
            continue;
        }
        match week.refusal(&request) {
            None => requests.push(request),
            Some(denial) => {
                let name = &week.product(product)?.name;
                left_out.push(format!("{name} : {}", sentence(&denial)));
            }
        }
    }
    Ok((requests, left_out))
}

/// `POST …/my-offers/nothing`: nothing comes this week; nobody asks again.
pub async fn nothing(at: AtFarm, fields: Fields) -> Answer {
    let has_offers =
        at.see(|week| Ok(week.current_offers().any(|offer| !offer.quantity.is_zero())));
    if has_offers.await? {
        let said = "Vous avez des offres cette semaine : mettez leurs quantités à zéro d'abord.";
        return Err(Failure::Input(said.into()).into());
    }
    at.scope.say(at.app(), at.week, fields.text("note"), true, &at.signed()).await?;
    back_to(&at.base(), "Noté : rien cette semaine. Merci d'avoir répondu.")
}

/// `POST …/my-offers/goods`: something that was not on the page.
pub async fn add(at: AtFarm, fields: Fields) -> Answer {
    let product = fields.code("product", "Produit", ProductId::parse)?;
    let mut labels = Labels::NONE;
    for (code, _) in fields.starting("label-") {
        let label = Label::parse(code);
        labels = labels.with(
            label.ok_or_else(|| Failure::Input(format!("Le label « {code} » est inconnu.")))?,
        );
    }
    let price = fields.price("price", "Prix net")?;
    let mut requests = Vec::new();
    for (day, value) in fields.starting("day-") {
        let day = fr::parse_day(day).map_err(Failure::Input)?;
        let quantity = read_qty(value, &format!("Quantité du {}", fr::day(day)))?;
        let producer = at.scope.producer();
        requests.push(OfferRequest { producer, product, labels, day, quantity, price });
    }
    if requests.is_empty() {
        return Err(Failure::Input("Dites au moins une quantité, pour un jour.".into()).into());
    }
    announce(&at, &requests).await?;
    let name = at.see(|week| Ok(week.product(product)?.name.clone())).await?;
    back_to(&at.base(), &format!("Noté : {name}."))
}

/// `POST …/my-offers/copy`: the week as a letter that prints.
pub async fn copy(at: AtFarm, headers: HeaderMap) -> Answer {
    let email = at.see(|week| Ok(week.own().identity.email.clone())).await?;
    if email.is_empty() {
        let said = "La plateforme ne connaît pas votre adresse : donnez-la-lui pour recevoir une \
            copie.";
        return Err(Failure::Input(said.into()).into());
    }
    let site = at.web.site.address(&headers);
    let said = match at.scope.send_copy(at.app(), at.week, &at.signed(), &site).await? {
        true => format!("Copie envoyée à {email}."),
        false => format!("Rien n'a changé depuis la copie envoyée à {email}."),
    };
    back_to(&at.base(), &said)
}

/// `POST …/my-offers/confirmations`: what the farm will bring of what the hub ordered.
pub async fn confirm(at: AtFarm, fields: Fields) -> Answer {
    let mut answers = Vec::new();
    for (id, value) in fields.all_starting("line-") {
        let id: i64 = id.parse().map_err(|_| {
            Failure::Input(format!("La ligne « {id} » est inconnue. Rechargez la page."))
        })?;
        answers.push((PurchaseLineId(id), read_qty(value, "Quantité confirmée")?));
    }
    at.scope.confirm(at.app(), at.week, &answers, &at.signed()).await?;
    back_to(&at.base(), "Confirmé. Merci !")
}
