//! Signing for what was fetched: all that is reserved on one page, how much, how warm, by whom.

use askama::Template;
use trade::id::ReservationId;
use trade::unit::Qty;

use super::acts::Signature;
use super::pages::{key, name_of, owner, reservation_id};
use crate::access::aid::AidWeek;
use crate::clock;
use crate::failure::Failure;
use crate::law;
use crate::ui::frame::Frame;
use crate::ui::{fr, paper as papers};
use crate::web::{AidVisit, Answer, Fields, back_to, html, pdf, read_qty};

struct Line {
    id: i64,
    name: String,
    reserved: String,
    unit: &'static str,
    limit: String,
}

#[derive(Template)]
#[template(path = "surplus_receipt.html")]
struct ReceiptPage {
    frame: Frame,
    lines: Vec<Line>,
    /// What the coldest of the goods may have at most; empty where none has a limit.
    limit: String,
    signed_by: String,
    key: String,
    owner: String,
    base: String,
}

/// `GET …/surplus/receipt`
pub async fn page(visit: AidVisit) -> Answer {
    html(&visit.see(|week| receipt_page(&visit, week)).await?)
}

fn receipt_page(visit: &AidVisit, week: AidWeek<'_>) -> Result<ReceiptPage, Failure> {
    let mut lines = Vec::new();
    let mut limit: Option<i64> = None;
    for own in week.open() {
        let product = week.product(week.goods(week.offer(own.surplus)?)?.product)?;
        let most = law::most_celsius_dc(product.temperature);
        limit = limit.into_iter().chain(most).min();
        lines.push(Line {
            id: own.id.0,
            name: name_of(week, own)?.0,
            reserved: fr::number(own.quantity),
            unit: fr::unit(product.unit, true),
            limit: most.map(fr::temperature).unwrap_or_default(),
        });
    }
    let known = week.reservations().filter_map(|own| week.pickup(own));
    let last = known.max_by_key(|pickup| pickup.stamp.at);
    let signed_by = last.map(|pickup| pickup.signed_by.clone());
    Ok(ReceiptPage {
        frame: visit.frame(week, "Signer le reçu"),
        lines,
        limit: limit.map(|most| format!("{} au plus", fr::temperature(most))).unwrap_or_default(),
        signed_by: signed_by.unwrap_or_else(|| visit.person.name.clone()),
        key: key(),
        owner: owner(visit),
        base: visit.href("surplus"),
    })
}

/// `POST …/surplus/receipt`: what is left empty is not fetched yet, zero is left to the others.
pub async fn sign(visit: AidVisit, fields: Fields) -> Answer {
    let key = fields.needed("key", "Clé du formulaire")?.to_string();
    let signed_by = fields.needed("signed_by", "Votre nom")?.to_string();
    let temperature = temperature(fields.text("temperature"))?;
    let mut received = Vec::new();
    for (id, value) in fields.starting("received-") {
        let id = id.parse().map(ReservationId);
        let id = id.map_err(|_| Failure::Input("Rechargez la page.".into()))?;
        received.push((id, read_qty(value, "Quantité reçue")?, temperature));
    }
    if received.is_empty() {
        let said = "Aucune quantité n'est remplie : écrivez ce que vous emportez.";
        return Err(Failure::Input(said.into()).into());
    }
    visit.see(|week| check_cold(week, &received)).await?;
    let signature = Signature { key, received, signed_by, day: clock::today() };
    let stamp = visit.stamp();
    let said = visit.scope.sign_pickup(visit.app(), visit.week, &signature, &stamp).await?;
    back_to(&visit.href("surplus"), &said)
}

/// What is too warm is not taken, and what must be cold is measured (order of 21 December 2009).
fn check_cold(
    week: AidWeek<'_>,
    received: &[(ReservationId, Qty, Option<i64>)],
) -> Result<(), Failure> {
    for &(id, quantity, measured) in received {
        let own = week.reservation(id)?;
        let product = week.product(week.goods(week.offer(own.surplus)?)?.product)?;
        let Some(most) = law::most_celsius_dc(product.temperature) else { continue };
        let (name, most_said) = (&product.name, fr::temperature(most));
        match measured {
            _ if quantity.is_zero() => {}
            None => {
                let said = format!("{name} : relevez la température, {most_said} au plus.");
                return Err(Failure::Input(said));
            }
            Some(found) if found > most => {
                return Err(Failure::Input(format!(
                    "{name} : {} mesurés pour {most_said} au plus. Laissez ce lot, écrivez 0, et \
                     prévenez le quai.",
                    fr::temperature(found)
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Reads degrees with one decimal.
fn temperature(text: &str) -> Result<Option<i64>, Failure> {
    let bare = text.trim_end_matches(['C', '°', ' ']);
    if bare.is_empty() {
        return Ok(None);
    }
    let thousandths = read_qty(bare, "Température")?;
    Ok(Some(thousandths.get() / 100))
}

/// `GET …/surplus/receipt/{reservation}/paper`
pub async fn paper(visit: AidVisit) -> Answer {
    let id = reservation_id(&visit)?;
    let note = visit.see(|week| week.pickup_paper(id)).await?;
    let number = note.number.clone();
    let bytes = papers::set(note, paper::donation_note).await?;
    pdf(bytes, &number)
}
