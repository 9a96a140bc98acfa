//! What is sent about offers.

use trade::Week;
use trade::catalog::Labels;
use trade::id::{ProducerId, ProductId};
use trade::offers::{Offer, OfferRequest};
use trade::unit::Qty;

use super::acts;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to, read_qty};

/// `POST …/offers`: an offer keyed in by the hub, on the telephone or from a mail.
pub async fn note(visit: Visit, fields: Fields) -> Answer {
    let request = request(fields.code("producer", "Ferme", ProducerId::parse)?, &fields)?;
    acts::note(visit.app(), visit.place, std::slice::from_ref(&request), &visit.stamp()).await?;
    let said = visit.see(|week| said(week, &request)).await?;
    back_to(&visit.href("offers"), &said)
}

fn request(producer: ProducerId, fields: &Fields) -> Result<OfferRequest, Failure> {
    Ok(OfferRequest {
        producer,
        product: fields.code("product", "Produit", ProductId::parse)?,
        labels: labels(fields)?,
        day: fields.day("day", "Jour")?,
        quantity: fields.qty("quantity", "Quantité")?,
        price: fields.price("price", "Prix demandé")?,
    })
}

/// "Offre notée : 50 kg de Carotte de la ferme des Figuiers pour le mardi 8 décembre, à 1,20 €."
fn said(week: &Week, request: &OfferRequest) -> Result<String, Failure> {
    let product = week.register().product(request.product)?;
    let farm = &week.register().producer(request.producer)?.identity.name;
    Ok(format!(
        "Offre notée : {}, {} de {farm}, le {}, à {}.",
        product.name,
        fr::qty(request.quantity, product.unit),
        fr::day(request.day),
        fr::price_per(request.price, product.unit)
    ))
}

/// Labels ticked one by one.
fn labels(fields: &Fields) -> Result<Labels, Failure> {
    let mut labels = Labels::NONE;
    for (code, _) in fields.starting("label-") {
        let label = trade::catalog::Label::parse(code);
        let label =
            label.ok_or_else(|| Failure::Input(format!("Le label « {code} » est inconnu.")))?;
        labels = labels.with(label);
    }
    Ok(labels)
}

/// `POST …/offers/quantities`: all quantities of a table at once, and only those that changed.
pub async fn note_all(visit: Visit, fields: Fields) -> Answer {
    let requests = visit.see(|week| changes(week, &fields)).await?;
    acts::note(visit.app(), visit.place, &requests, &visit.stamp()).await?;
    noted(&visit.href("offers"), &requests)
}

fn noted(back: &str, requests: &[OfferRequest]) -> Answer {
    let changed = fr::count(requests.len() as i64, "offre changée", "offres changées");
    back_to(back, &format!("{changed}."))
}

/// What differs from what the page showed. A page may be older than the last save: a row is
/// compared with the offer that it showed, so that only what somebody changed there is noted.
fn changes(week: &Week, fields: &Fields) -> Result<Vec<OfferRequest>, Failure> {
    let mut requests = Vec::new();
    for (id, value) in fields.all_starting("quantity-") {
        let shown = week.offers().iter().find(|offer| offer.id.to_string() == id);
        let shown = shown.ok_or_else(|| {
            Failure::Input("Une ligne de cette page n'existe plus. Rechargez la page.".into())
        })?;
        let name = &week.register().product(shown.product)?.name;
        // An emptied quantity says that nothing comes.
        let quantity = match value {
            "" => Qty::ZERO,
            text => read_qty(text, &format!("Quantité de {name}"))?,
        };
        let field = format!("price-{id}");
        let price = match fields.was_sent(&field) {
            true => fields.price(&field, &format!("Prix de {name}"))?,
            false => shown.price,
        };
        if (quantity, price) != (shown.quantity, shown.price) {
            let Offer { producer, product, labels, day, .. } = *shown;
            requests.push(OfferRequest { producer, product, labels, day, quantity, price });
        }
    }
    Ok(requests)
}
