//! What is sent about orders.

use trade::calendar::Day;
use trade::id::{BuyerId, LineId, OrderId, OrderLineId, SiteId};
use trade::orders::{Channel, OrderRequest};
use trade::unit::Qty;

use super::{acts, intake};
use crate::clock;
use crate::denied::sentence_with;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Role, Visit, back_to, read_qty};

/// `POST …/orders`: an order keyed in by the hub.
pub async fn key_in(visit: Visit, fields: Fields) -> Answer {
    let buyer = fields.code("buyer", "Acheteur", BuyerId::parse)?;
    save(&visit, buyer, Channel::Phone, &fields, "orders").await
}

/// `POST …/my-orders`: an order of the buyer itself.
pub async fn order(visit: Visit, fields: Fields) -> Answer {
    let Role::Buyer(buyer) = visit.person.role else {
        return Err(Failure::Input("Entrez d'abord comme acheteur.".into()).into());
    };
    save(&visit, buyer, Channel::Web, &fields, "my-orders").await
}

/// `POST …/orders/waiting`: takes the standing orders, and those that a data pack told.
pub async fn take_waiting(visit: Visit, _: Fields) -> Answer {
    let now = clock::now();
    let published_at = clock::publication_of(visit.place.week).min(now);
    let by = visit.person.signature();
    let intake = acts::take_waiting(visit.app(), visit.place, published_at, now, &by).await?;
    let mut said = format!(
        "{}, {}, {}.",
        fr::count(intake.taken, "commande prise", "commandes prises"),
        fr::count(intake.cut, "réduite", "réduites"),
        fr::count(intake.refused, "refusée", "refusées")
    );
    for note in intake.notes.iter().take(NOTES) {
        said.push_str(&format!(" {note}"));
    }
    back_to(&visit.href("orders"), &said)
}

/// Notes shown after an intake: a cookie carries them, and it is short.
const NOTES: usize = 4;

async fn save(
    visit: &Visit,
    buyer: BuyerId,
    channel: Channel,
    fields: &Fields,
    back: &str,
) -> Answer {
    let request = OrderRequest {
        buyer,
        site: fields.code("site", "Site", SiteId::parse)?,
        day: fields.day("day", "Jour")?,
        channel,
        commitment_number: fields.text("commitment_number").to_string(),
        lines: lines(fields)?,
    };
    // The page made the key: sending the form twice is one order.
    let key = format!("form-{}", fields.needed("key", "Clé du formulaire")?);
    let taken = intake::take(visit.app(), visit.place, &request, &key, &visit.stamp()).await;
    let order = match taken {
        Ok(order) => order,
        Err(Failure::Replayed(id)) => {
            return back_to(
                &visit.href(back),
                &format!("Commande {id} déjà prise, une seule fois."),
            );
        }
        Err(failure) => return Err(with_names(visit, failure).await.into()),
    };
    let said = format!(
        "Commande {} prise : {}, {} HT, livrée le {}.",
        order.id,
        fr::count(order.lines.len() as i64, "ligne", "lignes"),
        fr::euros(order.net()),
        fr::day(order.day)
    );
    back_to(&visit.href(back), &said)
}

/// Refusals with the names of the goods instead of line numbers.
async fn with_names(visit: &Visit, failure: Failure) -> Failure {
    let Failure::Denied(denials) = &failure else { return failure };
    let Ok(on_sale) = visit.app().on_sale(visit.place).await else { return failure };
    let sale = on_sale.sale();
    let sentences = denials.iter().map(|denial| sentence_with(denial, &sale));
    Failure::Input(sentences.collect::<Vec<_>>().join(" "))
}

fn lines(fields: &Fields) -> Result<Vec<(LineId, Qty)>, Failure> {
    let mut lines = Vec::new();
    for (line, value) in fields.starting("quantity-") {
        let number = line.parse().map_err(|_| {
            Failure::Input(format!("La ligne « {line} » de la mercuriale est inconnue."))
        })?;
        let quantity = read_qty(value, &format!("Quantité, ligne {line}"))?;
        if !quantity.is_zero() {
            lines.push((LineId(number), quantity));
        }
    }
    Ok(lines)
}

/// `POST …/orders/amendments` and `…/my-orders/amendments`: new quantities of one order.
pub async fn amend(visit: Visit, fields: Fields) -> Answer {
    let order = OrderId(fields.number("order", "Commande")?);
    let own = visit
        .see(|week| {
            let found = week.order(order);
            let found = found.ok_or_else(|| {
                Failure::NotFound(format!("La commande {order} n'existe pas cette semaine."))
            })?;
            let ranks = found.lines.iter().map(|line| found.line_id(line.rank));
            let known = ranks.map(|id| (id, week.ordered(id))).collect::<Vec<_>>();
            Ok((found.buyer, known))
        })
        .await?;
    if matches!(visit.person.role, Role::Buyer(buyer) if buyer != own.0) {
        return Err(Failure::Input("Cette commande est d'un autre acheteur.".into()).into());
    }
    let mut changed = Vec::new();
    for (rank, value) in fields.starting("quantity-") {
        let rank: i64 = rank.parse().unwrap_or_default();
        let id = OrderLineId { order, rank };
        let quantity = read_qty(value, &format!("Quantité, ligne {rank}"))?;
        if own.1.iter().any(|&(known, before)| known == id && before != quantity) {
            changed.push((id, quantity));
        }
    }
    if let Err(failure) = acts::amend(visit.app(), visit.place, &changed, &visit.stamp()).await {
        return Err(with_names(&visit, failure).await.into());
    }
    let back = if matches!(visit.person.role, Role::Buyer(_)) { "my-orders" } else { "orders" };
    let said = fr::count(changed.len() as i64, "quantité changée", "quantités changées");
    back_to(&visit.href(back), &format!("Commande {order} : {said}."))
}

/// `POST …/orders/closings`: ends order taking for a day.
pub async fn close(visit: Visit, fields: Fields) -> Answer {
    let day: Day = fields.day("day", "Jour")?;
    let is_new = acts::close(visit.app(), visit.place, day, &visit.stamp()).await?;
    let said = match is_new {
        true => format!("Commandes du {} closes.", fr::day(day)),
        false => format!("Les commandes du {} étaient déjà closes.", fr::day(day)),
    };
    back_to(&visit.href("orders"), &said)
}
