//! What the dock sends: offers, hours, what it takes back, who did not come.

use axum::http::HeaderMap;
use trade::calendar::{Day, Instant};
use trade::dock::surplus::{SurplusRequest, SurplusSource};
use trade::id::{OfferId, ReservationId, SurplusId};
use trade::unit::{Grams, Price};

use super::acts;
use crate::clock;
use crate::dock::forms::read_source;
use crate::failure::Failure;
use crate::law;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to, read_qty};

/// `POST …/dock/surplus`: what has a quantity is offered.
pub async fn offer(visit: Visit, headers: HeaderMap, fields: Fields) -> Answer {
    let place = fields.needed("place", "Lieu")?.to_string();
    let until = moment(&fields, "until_day", "until_time", "Jusqu'à")?;
    let (day, _) = clock::civil(visit.stamp().at);
    let mut requests = Vec::new();
    for (key, value) in fields.starting("quantity-") {
        let source = source(key)?;
        let price = match fields.text(&format!("price-{key}")) {
            "" => None,
            text => Some(price(text)?),
        };
        let code = fields.text(&format!("value-{key}"));
        let code = if code.is_empty() { "saleable" } else { code };
        let value_rate = law::gift_value(code, day).map(|(rate, _)| rate);
        let value_rate = value_rate
            .ok_or_else(|| Failure::Input(format!("« Valeur » : « {code} » est inconnu.")))?;
        let quantity = read_qty(value, "Quantité offerte")?;
        let place = place.clone();
        requests.push(SurplusRequest { source, quantity, price, value_rate, place, until });
    }
    if requests.is_empty() {
        let said = "Aucune quantité n'est remplie : écrivez ce que vous offrez.";
        return Err(Failure::Input(said.into()).into());
    }
    let (stamp, site) = (visit.stamp(), visit.web.site.address(&headers));
    let ids = acts::offer(visit.app(), visit.place, &requests, &stamp, &site).await?;
    let said = fr::count(ids.len() as i64, "surplus offert", "surplus offerts");
    back_to(&visit.href("dock/surplus"), &format!("{said} : l'aide alimentaire est prévenue."))
}

fn source(key: &str) -> Result<SurplusSource, Failure> {
    let farm = key.strip_prefix("farm.").and_then(|id| id.parse().ok());
    let found = match farm {
        Some(offer) => Some(SurplusSource::Farm(OfferId(offer))),
        None => read_source(key).map(SurplusSource::Left),
    };
    found.ok_or_else(|| Failure::Input(format!("La marchandise « {key} » est inconnue.")))
}

fn price(text: &str) -> Result<Price, Failure> {
    fr::parse_price(text).map_err(|said| Failure::Input(format!("« Prix » : {said}")))
}

/// A day and a time of it.
fn moment(fields: &Fields, day: &str, time: &str, label: &str) -> Result<Instant, Failure> {
    Ok(clock::instant(fields.day(day, label)?, minute(fields.needed(time, label)?, label)?))
}

/// `14:00`, `14 h 30`, `14h`.
fn minute(text: &str, label: &str) -> Result<i64, Failure> {
    let bad = || Failure::Input(format!("« {label} » : « {text} » n'est pas une heure."));
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().map_or(Some(0), |part| part.parse::<i64>().ok());
    let (hours, minutes) = (next().ok_or_else(bad)?, next().ok_or_else(bad)?);
    let is_time = hours < 24 && minutes < 60 && text.starts_with(|c: char| c.is_ascii_digit());
    if is_time { Ok(hours * 60 + minutes) } else { Err(bad()) }
}

/// `POST …/dock/surplus/slots`
pub async fn slot(visit: Visit, fields: Fields) -> Answer {
    let day: Day = fields.day("day", "Jour")?;
    let at = |name, label| -> Result<Instant, Failure> {
        Ok(clock::instant(day, minute(fields.needed(name, label)?, label)?))
    };
    let hours = (at("from", "De")?, at("to", "À")?);
    let capacity = Grams::new(fields.qty("capacity", "Charge en kg")?.get());
    acts::open_slot(visit.app(), visit.place, hours, capacity, &visit.stamp()).await?;
    back_to(&visit.href("dock/surplus"), "Créneau ouvert.")
}

/// `POST …/dock/surplus/withdrawals`
pub async fn withdraw(visit: Visit, fields: Fields) -> Answer {
    let surplus = SurplusId(fields.number("surplus", "Surplus")?);
    let back = acts::withdraw(visit.app(), visit.place, surplus, &visit.stamp()).await?;
    let said = match back.is_zero() {
        true => "Rien à reprendre : tout est réservé ou enlevé.".to_string(),
        false => format!("{} repris : trouvez-leur une autre suite au quai.", fr::number(back)),
    };
    back_to(&visit.href("dock/surplus"), &said)
}

/// `POST …/dock/surplus/cancellations`: whoever did not come.
pub async fn cancel(visit: Visit, fields: Fields) -> Answer {
    let id = ReservationId(fields.number("reservation", "Réservation")?);
    acts::cancel(visit.app(), visit.place, id, true, &visit.stamp()).await?;
    back_to(&visit.href("dock/surplus"), "Réservation libérée : d'autres peuvent la prendre.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, expected) in
            [("14:00", Some(840)), ("14 h 30", Some(870)), ("9h", Some(540)), ("0:05", Some(5))]
        {
            assert_eq!(minute(text, "De").ok(), expected, "{text}");
        }
        for text in ["", "midi", "25:00", "12:75", "-3:00"] {
            assert!(minute(text, "De").is_err(), "{text}");
        }
    }
}
