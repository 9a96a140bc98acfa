//! What all papers are filled with.

use paper::{Imprint, Party, WrittenAt};
use trade::calendar::Instant;
use trade::catalog::{Product, alphabetical};
use trade::party::{Hub, Identity};

use super::fr;
use crate::clock;
use crate::failure::Failure;

/// Title, stable name, instant and foot of a paper. The instant is that of the fact on it.
pub fn imprint(hub: &Hub, title: &str, ident: &str, at: Instant) -> Imprint {
    let (day, minute) = clock::civil(at);
    Imprint {
        title: title.to_string(),
        author: hub.identity.name.clone(),
        ident: ident.to_string(),
        written_at: written_at(at),
        foot: format!("{title} · {} à {}", fr::numbers_day(day), fr::time(minute)),
    }
}

fn written_at(at: Instant) -> WrittenAt {
    let day = trade::calendar::Day::from_days(at.0.div_euclid(86_400) as i32);
    let (year, month, of_month) = day.ymd();
    let second = at.0.rem_euclid(86_400);
    WrittenAt {
        year,
        month: month as u8,
        day: of_month as u8,
        hour: (second / 3_600) as u8,
        minute: (second / 60 % 60) as u8,
        second: (second % 60) as u8,
    }
}

/// A hub, a farm or a buyer as papers name it.
pub fn party(identity: &Identity) -> Party {
    let Identity { name, address, postcode, commune, siret, vat_number, email, phone, .. } =
        identity;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let town = format!("{postcode} {commune}").trim().to_string();
    Party {
        name: name.clone(),
        address: [address.clone(), town].into_iter().filter(|line| !line.is_empty()).collect(),
        siret: some(siret),
        siren: siret.get(..9).map(ToString::to_string),
        vat_number: some(vat_number),
        contact: [phone, email].into_iter().filter_map(|line| some(line)).collect(),
    }
}

/// Sets a paper away from the threads that answer requests.
pub async fn set<P, F>(paper: P, press: F) -> Result<Vec<u8>, Failure>
where
    P: Send + 'static,
    F: FnOnce(&P) -> Result<Vec<u8>, paper::PaperError> + Send + 'static,
{
    let set = tokio::task::spawn_blocking(move || press(&paper)).await;
    let pdf = set.map_err(|error| Failure::Other(error.into()))?;
    pdf.map_err(|error| Failure::Other(anyhow::anyhow!("le papier ne s'imprime pas : {error}")))
}

/// `Colis 10 kg`, `au poids trouvé`, `à la pièce`.
pub fn pack(pack: trade::catalog::Pack, unit: trade::catalog::SaleUnit) -> String {
    if pack.weighed {
        return "au poids trouvé".into();
    }
    if pack.size.get() == 1_000 {
        return format!("à l'unité ({})", fr::unit(unit, false));
    }
    format!("colis {}", fr::qty(pack.size, unit))
}

/// `12 colis`, or nothing for goods sold by weight found.
pub fn packs(quantity: trade::unit::Qty, pack: trade::catalog::Pack) -> String {
    let size = pack.size.get();
    if pack.weighed || size <= 0 || quantity.get() % size != 0 {
        return String::new();
    }
    fr::count(quantity.get() / size, "colis", "colis")
}

/// `kg`, `kg, par 10`: of what a quantity is, and of how many at a time it is ordered.
pub fn unit_by(pack: trade::catalog::Pack, unit: trade::catalog::SaleUnit) -> String {
    let name = fr::unit(unit, true);
    match pack.weighed || matches!(pack.size.get(), 0 | 1_000) {
        true => name.into(),
        false => format!("{name}, par {}", fr::number(pack.size)),
    }
}

/// "Pomme Gala", "Tomate ronde Marbonne": the variety, unless the name tells it already.
pub fn designation(product: &Product) -> String {
    match variety(product) {
        "" => product.name.clone(),
        beside => format!("{} {beside}", product.name),
    }
}

/// The variety; empty when the name tells it already.
pub fn variety(product: &Product) -> &str {
    match alphabetical(&product.name).contains(&alphabetical(&product.variety)) {
        true => "",
        false => &product.variety,
    }
}
