//! Labels for the crates of a farm: one for each pack that is ordered, with its lot. What the dock
//! reads is what the farm stuck on.

use askama::Template;
use trade::calendar::Day;
use trade::catalog::{Label, SaleUnit};
use trade::dock::issue_batch;
use trade::sourcing::PurchaseLine;
use trade::unit::Qty;

use super::AtFarm;
use super::page::{Head, head};
use crate::access::producer::ProducerWeek;
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, html};

/// What stands on a crate: by the rules for fruit and vegetables (règlement délégué (UE)
/// 2023/2429) who packs, what it is, from where, class and size; and the lot.
struct CrateLabel {
    product: String,
    detail: String,
    labels: String,
    quantity: String,
    lot: String,
    rank: String,
}

#[derive(Template)]
#[template(path = "my_labels.html")]
struct LabelsPage {
    head: Head,
    base: String,
    day: String,
    farm: String,
    place: String,
    hub: String,
    body: String,
    labels: Vec<CrateLabel>,
    sheets: usize,
    /// Lots with their totals, to check off what is loaded.
    lots: Vec<(String, String, String)>,
}

/// Labels on a sheet of A4.
const ON_A_SHEET: usize = 8;
/// Most labels of one line: beyond, one for each pallet is what helps.
const PACKS_MAX: i64 = 60;

/// `GET …/my-offers/labels/{day}`, `GET …/offers/farm/{producer}/labels/{day}`
pub async fn labels(at: AtFarm) -> Answer {
    let day = at.day()?;
    html(&at.see(|week| page(&at, week, day)).await?)
}

fn page(at: &AtFarm, week: ProducerWeek<'_>, day: Day) -> Result<LabelsPage, Failure> {
    let (mut labels, mut lots) = (Vec::new(), Vec::new());
    for line in week.purchases().filter(|line| line.day == day) {
        let quantity = week.confirmed(line.id);
        if quantity.is_zero() {
            continue;
        }
        let product = week.product(line.product)?;
        let name = papers::designation(product);
        let signs = fr::labels(line.labels);
        let named = format!("{name} {signs}").trim_end().to_string();
        lots.push((named, fr::qty(quantity, product.unit), issue_batch(line)));
        labels.extend(of_line(line, quantity, &name, product));
    }
    if labels.is_empty() {
        let said = format!("Rien ne vous est commandé pour le {}.", fr::day(day));
        return Err(Failure::NotFound(said));
    }
    let own = &week.own().identity;
    let organic = week.certificates().find(|one| one.label == Label::Organic);
    Ok(LabelsPage {
        head: head(at, week),
        base: at.base(),
        day: fr::day(day),
        farm: own.name.clone(),
        place: format!("{} {}", own.postcode, own.commune).trim().to_string(),
        hub: week.hub().identity.name.clone(),
        body: organic.map(|one| one.body.clone()).unwrap_or_default(),
        sheets: labels.len().div_ceil(ON_A_SHEET),
        labels,
        lots,
    })
}

fn of_line(
    line: &PurchaseLine,
    quantity: Qty,
    name: &str,
    product: &trade::catalog::Product,
) -> Vec<CrateLabel> {
    let size = line.pack.size.get();
    let is_packed = !line.pack.weighed && size > 1_000 && quantity.get() % size == 0;
    let count = if is_packed { (quantity.get() / size).min(PACKS_MAX) } else { 1 };
    let details = [
        Some(product.quality_class.as_str())
            .filter(|class| !class.is_empty())
            .map(|class| format!("cat. {class}")),
        Some(product.size_grade.clone()).filter(|grade| !grade.is_empty()),
    ];
    let detail = details.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let label = |rank: i64| CrateLabel {
        product: name.to_string(),
        detail: detail.clone(),
        labels: fr::labels(line.labels),
        quantity: match (is_packed, line.pack.weighed, product.unit) {
            (true, _, unit) => fr::qty(line.pack.size, unit),
            // The weight is written by hand once it is known.
            (false, true, SaleUnit::Kilo) => "________ kg".into(),
            (false, _, unit) => fr::qty(quantity, unit),
        },
        lot: issue_batch(line),
        rank: if count > 1 { format!("{rank}/{count}") } else { String::new() },
    };
    (1..=count).map(label).collect()
}
