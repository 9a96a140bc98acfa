//! What is sent from the dock.

use trade::Week;
use trade::catalog::Product;
use trade::dock::surplus::leftovers_at;
use trade::dock::{LeftoverSource, OutcomeKind, ReceiptRequest, Rejection};
use trade::id::{BuyerId, NoteId, OrderId, OrderLineId, PurchaseLineId, ReceiptId, SortingId};
use trade::unit::Qty;

use super::acts::{self, Decision};
use super::short::choices;
use super::told::told;
use crate::clock;
use crate::failure::Failure;
use crate::law;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to, read_qty};

/// `POST …/dock/receipts`: what farms brought, or only the one whose button was pressed. Lines left
/// empty have not arrived yet.
pub async fn receive(visit: Visit, fields: Fields) -> Answer {
    let requests = visit.see(|week| receipts(week, &fields)).await?;
    if requests.is_empty() {
        let said = "Aucune quantité reçue : pesez au moins une ligne.";
        return Err(Failure::Input(said.into()).into());
    }
    acts::receive(visit.app(), visit.place, &requests, &visit.stamp()).await?;
    let said = fr::count(requests.len() as i64, "ligne reçue", "lignes reçues");
    back_to(&visit.href("dock"), &format!("{said}."))
}

fn receipts(week: &Week, fields: &Fields) -> Result<Vec<ReceiptRequest>, Failure> {
    let farm = fields.text("farm");
    let mut requests = Vec::new();
    for (line, value) in fields.starting("received-") {
        let unknown = || Failure::Input(format!("La ligne d'achat « {line} » est inconnue."));
        let purchase = week.purchase_line(PurchaseLineId(line.parse().map_err(|_| unknown())?));
        let purchase = purchase.map_err(|_| unknown())?;
        if !farm.is_empty() && purchase.producer.as_str() != farm {
            continue;
        }
        let product = week.register().product(purchase.product)?;
        // Sent twice, or from an old page: a second receipt would be added to the first.
        if week.receipts_of(purchase.id).next().is_some() {
            let name = &product.name;
            return Err(Failure::Input(format!("« {name} » est déjà reçu. Rechargez la page.")));
        }
        let received = read_qty(value, &format!("Reçu, {}", product.name))?;
        let rejected = fields.qty_or_none(&format!("rejected-{line}"), "Refusé")?;
        let rejected = rejected.unwrap_or(Qty::ZERO);
        let temperature_dc = temperature(fields.text(&format!("temperature-{line}")))?;
        check_temperature(product, temperature_dc, received != rejected)?;
        let reason = Rejection::parse(fields.text(&format!("rejection-{line}")));
        if reason.is_some() && rejected.is_zero() && !received.is_zero() {
            return Err(Failure::Input(format!(
                "{} : un motif de refus est choisi, et « Refusé » est vide. Écrivez combien.",
                product.name
            )));
        }
        let no_show = received.is_zero().then_some(Rejection::NoShow);
        requests.push(ReceiptRequest {
            line: purchase.id,
            batch: fields.text(&format!("batch-{line}")).to_string(),
            received,
            rejected,
            rejection: reason.or(no_show),
            temperature_dc,
        });
    }
    Ok(requests)
}

/// What is too warm is not taken in (order of 21 December 2009, annex I).
pub(super) fn check_temperature(
    product: &Product,
    measured: Option<i64>,
    is_taken: bool,
) -> Result<(), Failure> {
    let Some(most) = law::most_celsius_dc(product.temperature) else { return Ok(()) };
    let Some(measured) = measured else {
        return match is_taken {
            false => Ok(()),
            true => Err(Failure::Input(format!(
                "{} : relevez la température, {} au plus.",
                product.name,
                fr::temperature(most)
            ))),
        };
    };
    if !is_taken || measured <= most {
        return Ok(());
    }
    Err(Failure::Input(format!(
        "{} : {} mesurés pour {} au plus. Refusez le lot, motif « température », ou corrigez la \
         mesure. Rien n'a été reçu.",
        product.name,
        fr::temperature(measured),
        fr::temperature(most)
    )))
}

/// Reads degrees with one decimal.
fn temperature(text: &str) -> Result<Option<i64>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let bare = text.trim_end_matches(['C', '°', ' ']);
    let thousandths = read_qty(bare, "Température")?;
    Ok(Some(thousandths.get() / 100))
}

/// `POST …/dock/withdrawals`: takes a receipt back.
pub async fn withdraw(visit: Visit, fields: Fields) -> Answer {
    let receipt = ReceiptId(fields.number("receipt", "Réception")?);
    acts::withdraw(visit.app(), visit.place, receipt, &visit.stamp()).await?;
    back_to(&visit.href("dock"), "Réception annulée : la ligne est de nouveau attendue.")
}

/// `POST …/dock/sortings`: sorts what has arrived for a day.
pub async fn sort(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let choices = choices(fields.starting("policy-"))?;
    let done = acts::allot(visit.app(), visit.place, day, &choices, &visit.stamp()).await?;
    let mut said = format!("{}.", fr::count(done.parts as i64, "part allotie", "parts alloties"));
    if !done.less.is_empty() {
        said = format!("{said} {}.", done.less);
    }
    if done.letters > 0 {
        said = format!("{said} {}.", told(done.letters));
    }
    back_to(&visit.href("dock"), &said)
}

/// `POST …/dock/sortings-by-hand`: part of a receipt for one order line.
pub async fn sort_by_hand(visit: Visit, fields: Fields) -> Answer {
    let receipt = ReceiptId(fields.number("receipt", "Réception")?);
    let line = fields.needed("order_line", "Ligne de commande")?;
    let parts = line.split_once('.').and_then(|(order, rank)| {
        Some(OrderLineId { order: OrderId(order.parse().ok()?), rank: rank.parse().ok()? })
    });
    let line = parts.ok_or_else(|| {
        Failure::Input(format!("« {line} » n'est pas une ligne de commande. Exemple : 12.1"))
    })?;
    let quantity = fields.qty("quantity", "Quantité")?;
    acts::sort_by_hand(visit.app(), visit.place, receipt, line, quantity).await?;
    back_to(&visit.href("dock"), "Part allotie à la main.")
}

/// How goods without a taker are named in a form: `dock.7` or `refusal.3.12`.
pub fn source_key(source: LeftoverSource) -> String {
    match source {
        LeftoverSource::Dock(receipt) => format!("dock.{receipt}"),
        LeftoverSource::Refusal(note, sorting) => format!("refusal.{note}.{sorting}"),
    }
}

pub fn read_source(key: &str) -> Option<LeftoverSource> {
    let mut parts = key.split('.');
    let kind = parts.next()?;
    let mut number = || parts.next()?.parse().ok();
    match kind {
        "dock" => Some(LeftoverSource::Dock(ReceiptId(number()?))),
        "refusal" => {
            let note = NoteId(number()?);
            Some(LeftoverSource::Refusal(note, SortingId(number()?)))
        }
        _ => None,
    }
}

/// `POST …/dock/outcomes`: what becomes of all that is left of some goods.
pub async fn resolve(visit: Visit, fields: Fields) -> Answer {
    let key = fields.needed("source", "Marchandise")?;
    let source = read_source(key)
        .ok_or_else(|| Failure::Input(format!("La marchandise « {key} » est inconnue.")))?;
    let kind = match fields.needed("kind", "Suite")? {
        "donated" => OutcomeKind::Donated(fields.code("buyer", "Bénéficiaire", BuyerId::parse)?),
        "returned" => OutcomeKind::Returned,
        "wasted" => OutcomeKind::Wasted,
        other => return Err(Failure::Input(format!("La suite « {other} » est inconnue.")).into()),
    };
    let day = fields.day("day", "Jour")?;
    let quantity = match fields.qty_or_none("quantity", "Quantité")? {
        Some(quantity) => quantity,
        None => {
            let left = visit.see(|week| {
                let mut all = leftovers_at(week, day, clock::now()).into_iter();
                let found = all.find(|(known, _)| *known == source);
                Ok(found.map_or(Qty::ZERO, |(_, left)| left))
            });
            left.await?
        }
    };
    let reason = fields.needed("reason", "Motif")?.to_string();
    let decision = Decision { source, kind, quantity, reason };
    acts::resolve(visit.app(), visit.place, &[decision], &visit.stamp()).await?;
    let back = if fields.text("back") == "rounds" { "rounds" } else { "dock" };
    back_to(&visit.href(back), "Suite notée.")
}
