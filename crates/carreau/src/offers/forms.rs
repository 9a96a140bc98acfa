//! What is sent about offers.

use trade::catalog::Labels;
use trade::id::{ProducerId, ProductId};
use trade::offers::OfferRequest;

use super::acts;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Role, Visit, back_to};

/// `POST …/offers`: an offer keyed in by the hub, on the telephone or from a mail.
pub async fn note(visit: Visit, fields: Fields) -> Answer {
    let producer = fields.code("producer", "Ferme", ProducerId::parse)?;
    save(&visit, producer, &fields, "offers").await
}

/// `POST …/my-offers`: an offer of the farm itself.
pub async fn note_own(visit: Visit, fields: Fields) -> Answer {
    let Role::Producer(producer) = visit.person.role else {
        return Err(Failure::Input("Entrez d'abord comme ferme.".into()).into());
    };
    save(&visit, producer, &fields, "my-offers").await
}

async fn save(visit: &Visit, producer: ProducerId, fields: &Fields, back: &str) -> Answer {
    let request = OfferRequest {
        producer,
        product: fields.code("product", "Produit", ProductId::parse)?,
        labels: labels(fields)?,
        day: fields.day("day", "Jour")?,
        quantity: fields.qty("quantity", "Quantité")?,
        price: fields.price("price", "Prix demandé")?,
    };
    acts::note(visit.app(), visit.place, std::slice::from_ref(&request), &visit.stamp()).await?;
    let said = format!(
        "Offre notée : {} pour le {}, à {}.",
        fr::number(request.quantity),
        fr::day(request.day),
        fr::price(request.price)
    );
    back_to(&visit.href(back), &said)
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
    let mut requests = Vec::new();
    let rows: Vec<_> = visit.see(|week| Ok(week.current_offers().cloned().collect())).await?;
    for (id, value) in fields.starting("quantity-") {
        let Some(offer) =
            rows.iter().find(|offer: &&trade::offers::Offer| offer.id.to_string() == id)
        else {
            continue;
        };
        let quantity = crate::web::read_qty(value, "Quantité")?;
        let price = match fields.text(&format!("price-{id}")) {
            "" => offer.price,
            text => fr::parse_price(text).map_err(Failure::Input)?,
        };
        if (quantity, price) != (offer.quantity, offer.price) {
            requests.push(OfferRequest {
                producer: offer.producer,
                product: offer.product,
                labels: offer.labels,
                day: offer.day,
                quantity,
                price,
            });
        }
    }
    if let Role::Producer(own) = visit.person.role
        && requests.iter().any(|request| request.producer != own)
    {
        return Err(Failure::Input("Ces offres sont d'une autre ferme.".into()).into());
    }
    acts::note(visit.app(), visit.place, &requests, &visit.stamp()).await?;
    let back = if matches!(visit.person.role, Role::Producer(_)) { "my-offers" } else { "offers" };
    let changed = fr::count(requests.len() as i64, "offre changée", "offres changées");
    back_to(&visit.href(back), &format!("{changed}."))
}
