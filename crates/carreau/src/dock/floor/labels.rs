//! Labels of a day: of its lots, or of the crates on one pallet or all of them.

use std::collections::BTreeMap;

use axum::extract::Query;
use paper::{CrateLabel, LabelSheet, Labels, QrCode};
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::dock::crates::{crates, lot_code, part_code};
use trade::dock::{Receipt, Sorting};
use trade::id::SiteId;
use trade::sourcing::PurchaseLine;
use trade::unit::Qty;

use crate::dock::pallets::{Pallet, pallets};
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Visit, pdf};

/// `GET …/dock/labels/{day}?of=lots|all|{site}&on=a4|roll`
pub async fn labels(visit: Visit, Query(query): Query<BTreeMap<String, String>>) -> Answer {
    let day = visit.day()?;
    let of = query.get("of").map(String::as_str).unwrap_or("all");
    let sheet = match query.get("on").map(String::as_str) {
        Some("roll") => LabelSheet::Roll,
        _ => LabelSheet::A4,
    };
    let labels = visit.see(|week| sheet_of(week, day, of, sheet)).await?;
    let bytes = papers::set(labels, paper::labels).await?;
    pdf(bytes, &format!("etiquettes-{day}-{of}"))
}

fn sheet_of(week: &Week, day: Day, of: &str, on: LabelSheet) -> Result<Labels, Failure> {
    let labels = match of {
        "lots" => lots(week, day)?,
        "all" => parts(week, day, None)?,
        site => {
            let unknown = || Failure::NotFound(format!("Le site « {site} » n'existe pas."));
            let site = SiteId::parse(site).map_err(|_| unknown())?;
            week.register().site(site).map_err(|_| unknown())?;
            parts(week, day, Some(site))?
        }
    };
    if labels.is_empty() {
        let said = match of {
            "lots" => format!("Rien n'est reçu pour le {} : pas encore de lot.", fr::day(day)),
            _ => format!("Rien n'est alloti pour le {} : allotissez d'abord.", fr::day(day)),
        };
        return Err(Failure::NotFound(said));
    }
    let at = week.receipts().iter().map(|receipt| receipt.stamp.at).max().unwrap_or(Instant(0));
    let hub = &week.register().hub;
    let ident = format!("etiquettes/{}/{}/{of}", hub.id, day.number());
    Ok(Labels { imprint: papers::imprint(hub, "Étiquettes", &ident, at), on, labels })
}

fn lots(week: &Week, day: Day) -> Result<Vec<CrateLabel>, Failure> {
    let mut labels = Vec::new();
    for line in week.purchase_lines_on(day) {
        for receipt in week.receipts_of(line.id).filter(|one| one.accepted() > Qty::ZERO) {
            let quantity = fr::qty(receipt.accepted(), week.register().product(line.product)?.unit);
            let code = lot_code(receipt.id);
            labels.push(label(week, line, receipt, None, quantity, String::new(), code)?);
        }
    }
    Ok(labels)
}

/// One label for each crate, pallet by pallet.
fn parts(week: &Week, day: Day, only: Option<SiteId>) -> Result<Vec<CrateLabel>, Failure> {
    let mut labels = Vec::new();
    for pallet in pallets(week, day) {
        if only.is_some_and(|only| only != pallet.site) {
            continue;
        }
        for sorting in week.sortings_for(pallet.site, day) {
            labels.extend(crate_labels(week, &pallet, sorting)?);
        }
    }
    Ok(labels)
}

fn crate_labels(
    week: &Week,
    pallet: &Pallet,
    sorting: &Sorting,
) -> Result<Vec<CrateLabel>, Failure> {
    let receipt = week.receipt(sorting.receipt)?;
    let line = week.purchase_line(receipt.line)?;
    let unit = week.register().product(line.product)?.unit;
    let filled = crates(week, sorting.id)?;
    let all = filled.len();
    let crates = (1..).zip(filled).map(|(rank, quantity)| {
        let code = format!("{}-{rank}", part_code(sorting.id));
        let of_all = if all > 1 { format!("{rank} / {all}") } else { String::new() };
        label(week, line, receipt, Some(pallet), fr::qty(quantity, unit), of_all, code)
    });
    crates.collect()
}

fn label(
    week: &Week,
    line: &PurchaseLine,
    receipt: &Receipt,
    pallet: Option<&Pallet>,
    quantity: String,
    rank: String,
    code: String,
) -> Result<CrateLabel, Failure> {
    let product = week.register().product(line.product)?;
    let identity = &week.register().producer(line.producer)?.identity;
    let qr = QrCode::of(&format!("{}.{code}", week.week()));
    let qr = qr.map_err(|error| Failure::Other(anyhow::anyhow!("étiquette {code} : {error}")))?;
    Ok(CrateLabel {
        letter: pallet.map(|pallet| pallet.letter.clone()),
        client: pallet.map(|pallet| pallet.name.clone()),
        round: pallet.and_then(|pallet| pallet.round.clone()),
        product: format!("{} {}", papers::designation(product), fr::labels(line.labels))
            .trim()
            .into(),
        farm: format!("{}, {}", identity.name, identity.commune),
        batch: receipt.batch.clone(),
        day: fr::short_day(line.day),
        quantity,
        rank,
        code,
        qr,
    })
}
