//! What is sent about orders.

use trade::calendar::Day;
use trade::id::{BuyerId, LineId, OrderId, OrderLineId, SiteId};
use trade::orders::{Channel, Order, OrderRequest};
use trade::unit::Qty;

use super::{acts, intake};
use crate::clock;
use crate::failure::Failure;
use crate::mercuriale;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to, read_qty};

/// `POST …/orders`: an order keyed in by the hub.
pub async fn key_in(visit: Visit, fields: Fields) -> Answer {
    let buyer = fields.code("buyer", "Acheteur", BuyerId::parse)?;
    let (request, key) = request(buyer, Channel::Phone, &fields)?;
    let taken = intake::take(visit.app(), visit.place, &request, &key, &visit.stamp()).await;
    match taken {
        Err(failure @ Failure::Denied(_)) => {
            Err(intake::named(visit.app(), visit.place, failure).await.into())
        }
        taken => {
            let name = visit.see(|week| Ok(week.register().buyer(buyer)?.identity.name.clone()));
            done(&visit.href("orders"), &name.await?, taken)
        }
    }
}

/// `POST …/mercuriale/publication`: freezes the list and takes what is ordered every week.
pub async fn publish(visit: Visit, fields: Fields) -> Answer {
    let publication = mercuriale::forms::publish(&visit, &fields).await?;
    let lines = fr::count(publication.lines.len() as i64, "ligne", "lignes");
    let standing = acts::standing_taken(visit.app(), visit.place, &visit.stamp()).await;
    let said = format!("Mercuriale publiée : {lines}. {standing}");
    back_to(&visit.href("mercuriale"), said.trim_end())
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
    for note in intake.notes.iter().take(acts::NOTES) {
        said.push_str(&format!(" {note}"));
    }
    back_to(&visit.href("orders"), &said)
}

/// What a form orders, and the key under which it is taken once: the page made it.
fn request(
    buyer: BuyerId,
    channel: Channel,
    fields: &Fields,
) -> Result<(OrderRequest, String), Failure> {
    let request = OrderRequest {
        buyer,
        site: fields.code("site", "Site", SiteId::parse)?,
        day: fields.day("day", "Jour")?,
        channel,
        commitment_number: fields.text("commitment_number").to_string(),
        lines: lines(fields)?,
    };
    Ok((request, format!("form-{}", fields.needed("key", "Clé du formulaire")?)))
}

/// Says whose order was taken, also when it was taken before.
fn done(back: &str, buyer: &str, taken: Result<Order, Failure>) -> Answer {
    let order = match taken {
        Ok(order) => order,
        Err(Failure::Replayed(id)) => {
            return back_to(
                back,
                &format!("{buyer} : commande {id} déjà prise : elle ne compte qu'une fois."),
            );
        }
        Err(failure) => return Err(failure.into()),
    };
    let said = format!(
        "{buyer}, commande {} prise : {}, {} HT, à livrer le {}.",
        order.id,
        fr::count(order.lines.len() as i64, "ligne", "lignes"),
        fr::euros(order.net()),
        fr::day(order.day)
    );
    back_to(back, &said)
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

/// `POST …/orders/amendments`: new quantities of one order.
pub async fn amend(visit: Visit, fields: Fields) -> Answer {
    let order = OrderId(fields.number("order", "Commande")?);
    let known = visit
        .see(|week| {
            let found = week.order(order);
            let found = found.ok_or_else(|| {
                Failure::NotFound(format!("La commande {order} n'existe pas cette semaine."))
            })?;
            let ranks = found.lines.iter().map(|line| found.line_id(line.rank));
            Ok(ranks.map(|id| (id, week.ordered(id))).collect::<Vec<_>>())
        })
        .await?;
    let changes = changes(order, &known, &fields)?;
    match acts::amend(visit.app(), visit.place, &changes, &visit.stamp()).await {
        Ok(_) => amended(&visit.href("orders"), order, &changes),
        Err(failure) => Err(intake::named(visit.app(), visit.place, failure).await.into()),
    }
}

pub type Quantities = Vec<(OrderLineId, Qty)>;

/// What differs from the quantities that are known.
pub fn changes(
    order: OrderId,
    known: &[(OrderLineId, Qty)],
    fields: &Fields,
) -> Result<Quantities, Failure> {
    let mut changed = Vec::new();
    for (rank, value) in fields.starting("quantity-") {
        let rank: i64 = rank.parse().unwrap_or_default();
        let id = OrderLineId { order, rank };
        let quantity = read_qty(value, &format!("Quantité, ligne {rank}"))?;
        if known.iter().any(|&(known, before)| known == id && before != quantity) {
            changed.push((id, quantity));
        }
    }
    Ok(changed)
}

pub fn amended(back: &str, order: OrderId, changes: &[(OrderLineId, Qty)]) -> Answer {
    let said = fr::count(changes.len() as i64, "quantité changée", "quantités changées");
    back_to(back, &format!("Commande {order} : {said}."))
}

/// `POST …/orders/closings`: ends order taking for a day.
pub async fn close(visit: Visit, fields: Fields) -> Answer {
    let day: Day = fields.day("day", "Jour")?;
    let is_new = acts::close(visit.app(), visit.place, day, &visit.stamp()).await?;
    let said = match is_new {
        true => format!("Commandes du {} closes.", fr::day(day)),
        false => format!("Les commandes du {} étaient déjà closes.", fr::day(day)),
    };
    // What comes next: who brings what was sold.
    back_to(&format!("{}#{day}", visit.href("sourcing")), &said)
}
