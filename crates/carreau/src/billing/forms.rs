//! What is sent about invoices, farm bills and payouts.

use trade::id::{BuyerId, DocumentId, ProducerId};
use trade::treasury::References;

use super::acts;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to};

/// `POST …/billing/invoices`: one buyer's, or all.
pub async fn invoice(visit: Visit, fields: Fields) -> Answer {
    let only = match fields.text("buyer") {
        "" => None,
        _ => Some(fields.code("buyer", "Acheteur", BuyerId::parse)?),
    };
    let today = clock::today();
    let posted = acts::invoice(visit.app(), visit.place, only, today, &visit.stamp()).await?;
    let said = fr::count(posted.len() as i64, "facture émise", "factures émises");
    let held = visit.see(|week| Ok(acts::held(week)?)).await?;
    let held = match held {
        0 => String::new(),
        many => format!(" {} : voyez pourquoi ci-dessous.", fr::count(many, "attend", "attendent")),
    };
    back_to(&visit.href("billing"), &format!("{said}.{held}"))
}

/// `POST …/billing/references`: what was missing for a buyer's treasury, as it says on the
/// telephone. The invoice may then go.
pub async fn references(visit: Visit, fields: Fields) -> Answer {
    let buyer = fields.code("buyer", "Acheteur", BuyerId::parse)?;
    let known = visit.see(|week| Ok(week.register().buyer(buyer)?.references())).await?;
    let or = |name: &str, known: String| match fields.text(name) {
        "" => known,
        text => text.to_string(),
    };
    let wanted = References {
        commitment_number: or("commitment_number", known.commitment_number),
        service_code: or("service_code", known.service_code),
    };
    let siret: String = fields.text("siret").split_whitespace().collect();
    let siret = fields.was_sent("siret").then_some(siret.as_str());
    let customer = visit.place.scope().customer(buyer);
    customer.set_references(visit.app(), visit.place.week, &wanted, siret).await?;
    back_to(&visit.href("billing"), "Références notées : la facture peut partir.")
}

/// `POST …/billing/farm-bills`: one farm's, or all; and what was lost or given leaves purchases.
pub async fn bill_farms(visit: Visit, fields: Fields) -> Answer {
    let only = match fields.text("producer") {
        "" => None,
        _ => Some(fields.code("producer", "Ferme", ProducerId::parse)?),
    };
    let today = clock::today();
    let posted = acts::bill_farms(visit.app(), visit.place, only, today, &visit.stamp()).await?;
    let said = fr::count(posted.len() as i64, "relevé émis", "relevés émis");
    back_to(&visit.href("billing"), &format!("{said}."))
}

/// `POST …/billing/payouts`: one farm bill, or all that are due.
pub async fn pay(visit: Visit, fields: Fields) -> Answer {
    let today = clock::today();
    let said = match fields.text("document") {
        "" => {
            let paid = acts::pay_due(visit.app(), visit.place, today, &visit.stamp()).await?;
            if paid == 0 {
                return Err(Failure::Input(
                    "Aucun relevé n'est échu. Payez-en un seul depuis sa ligne.".into(),
                )
                .into());
            }
            fr::count(paid as i64, "relevé payé", "relevés payés")
        }
        _ => {
            let document = DocumentId(fields.number("document", "Pièce")?);
            acts::pay(visit.app(), visit.place, document, today, &visit.stamp()).await?;
            "1 relevé payé".into()
        }
    };
    back_to(&visit.href("billing"), &format!("{said}."))
}
