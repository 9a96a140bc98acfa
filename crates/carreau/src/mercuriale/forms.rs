//! What is sent about the price list.

use axum::http::HeaderMap;
use trade::Week;
use trade::catalog::Labels;
use trade::id::{ProducerId, ProductId};
use trade::mercuriale::sheet::RowId;
use trade::mercuriale::{LinePolicy, Publication};

use super::acts::{self, Setting};
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to};

/// How a line of the draft is named in a form: `carotte|organic|*` or `carotte||garrigues`.
pub fn line_key(product: ProductId, labels: Labels, policy: LinePolicy) -> String {
    let farm = match policy {
        LinePolicy::Pooled => "*".to_string(),
        LinePolicy::Named(producer) => producer.to_string(),
    };
    format!("{product}|{}|{farm}", labels.code())
}

/// Reads what [`line_key`] writes.
pub fn read_key(key: &str) -> Option<(ProductId, Labels, LinePolicy)> {
    let mut parts = key.split('|');
    let product = ProductId::parse(parts.next()?).ok()?;
    let labels = Labels::parse(parts.next()?).ok()?;
    let policy = match parts.next()? {
        "*" => LinePolicy::Pooled,
        farm => LinePolicy::Named(ProducerId::parse(farm).ok()?),
    };
    Some((product, labels, policy))
}

/// `POST …/mercuriale/prices`: sale prices set by hand; only those that changed are kept.
pub async fn price(visit: Visit, fields: Fields) -> Answer {
    let settings = visit.see(|week| settings(week, &fields)).await?;
    let changed = acts::price_lines(visit.app(), visit.place, &settings, &visit.stamp()).await?;
    let said = fr::count(changed as i64, "prix changé", "prix changés");
    back_to(&visit.href("mercuriale"), &format!("{said}."))
}

fn settings(week: &Week, fields: &Fields) -> Result<Vec<Setting>, Failure> {
    let mut settings = Vec::new();
    for (key, value) in fields.all_starting("price-") {
        let line = read_key(key);
        let (product, labels, policy) =
            line.ok_or_else(|| Failure::Input(format!("La ligne « {key} » ne se lit pas.")))?;
        let name = &week.register().product(product)?.name;
        let bad = |said| Failure::Input(format!("Prix de vente de « {name} » : {said}"));
        // An emptied price follows the rule again.
        let sale = match value {
            "" => None,
            text => Some(fr::parse_price(text).map_err(bad)?),
        };
        let seen = match fields.text(&format!("seen-{key}")) {
            "" => None,
            text => Some(fr::parse_price(text).map_err(bad)?),
        };
        settings.push(Setting { row: RowId { product, labels, policy }, seen, sale });
    }
    Ok(settings)
}

/// Freezes the list, with the prices that were just typed.
pub async fn publish(visit: &Visit, fields: &Fields) -> Result<Publication, Failure> {
    let settings = visit.see(|week| settings(week, fields)).await?;
    if !settings.is_empty() {
        acts::price_lines(visit.app(), visit.place, &settings, &visit.stamp()).await?;
    }
    acts::publish_week(visit.app(), visit.place, &visit.stamp()).await
}

/// `POST …/mercuriale/letters`: the published list to each buyer, at the buyer's own prices; who
/// has it already gets it no second time.
pub async fn send(visit: Visit, headers: HeaderMap) -> Answer {
    let site = visit.web.site.address(&headers);
    let count = mail::send_price_lists(visit.app(), visit.place, &visit.stamp(), &site).await?;
    let said = match count {
        0 => "Tous les acheteurs ont déjà reçu cette mercuriale.".to_string(),
        many => {
            let letters = fr::count(many as i64, "lettre", "lettres");
            format!("{letters} dans la boîte d'envoi, chacune aux prix de son acheteur.")
        }
    };
    back_to(&visit.href("mercuriale"), &said)
}
