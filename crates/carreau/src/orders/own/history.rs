//! Past weeks: orders, delivery notes, invoices and credit notes, by commitment number; the year's
//! purchases for *ma cantine*.

use askama::Template;
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use trade::calendar::{Day, IsoWeek};
use trade::unit::{Cents, amount};
use wire::ma_cantine::{Family, Origin, Purchase, categories, csv};

use super::pages::site_name;
use crate::access::buyer::BuyerWeek;
use crate::access::past::Past;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::forms::encoded;
use crate::web::{Answer, BuyerVisit, html};

#[derive(Deserialize)]
pub struct Asking {
    #[serde(default)]
    engagement: String,
}

/// A paper or an order of a week.
struct PastRow {
    title: String,
    said: String,
    net: String,
    href: String,
}

struct WeekRow {
    name: String,
    href: String,
    orders: Vec<PastRow>,
    notes: Vec<PastRow>,
    invoices: Vec<PastRow>,
}

/// One commitment from the order to the invoice.
struct Sums {
    ordered: String,
    delivered: String,
    invoiced: String,
    /// Taken back by credit notes; empty without.
    credited: String,
    /// Delivered and not invoiced yet; empty when all is.
    open: String,
    is_equal: bool,
    /// More is invoiced than was delivered under this number.
    is_over: bool,
    proof: String,
}

/// A commitment number under which something was ordered.
struct NumberRow {
    number: String,
    href: String,
    proof: String,
}

#[derive(Template)]
#[template(path = "my_history.html")]
struct HistoryPage {
    frame: Frame,
    action: String,
    engagement: String,
    /// Of the number that is looked for.
    sums: Option<Sums>,
    numbers: Vec<NumberRow>,
    weeks: Vec<WeekRow>,
    years: Vec<i32>,
    ma_cantine: String,
    has_siret: bool,
}

/// `GET …/my-orders/history?engagement=2026-EJ-0013`
pub async fn history(visit: BuyerVisit, Query(asked): Query<Asking>) -> Answer {
    let past = visit.scope.past(visit.app(), visit.week).await?;
    let wanted = asked.engagement.trim().to_string();
    html(&visit.see(|week| page(&visit, week, &past, wanted)).await?)
}

fn page(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    past: &Past,
    engagement: String,
) -> Result<HistoryPage, Failure> {
    let mut frame = visit.frame(week, "my-orders", "Historique");
    frame.subtitle = "Commandes, bons de livraison et factures de toutes les semaines.".into();
    let mut numbers: Vec<String> = past
        .orders
        .iter()
        .map(|one| one.commitment_number.clone())
        .filter(|number| !number.is_empty())
        .collect();
    numbers.sort();
    numbers.dedup();
    // A declaration is of what was delivered: nothing of days to come.
    let this_year = clock::today().ymd().0;
    let years = past.orders.iter().map(|one| one.day.ymd().0);
    let mut years: Vec<i32> = years.filter(|&year| year <= this_year).collect();
    years.dedup();
    let mut weeks: Vec<IsoWeek> = past.orders.iter().map(|one| one.week).collect();
    weeks.extend(past.invoices.iter().map(|one| one.week));
    weeks.sort_unstable();
    weeks.dedup();
    let rows = weeks.into_iter().rev().map(|at| week_row(week, at, past, &engagement));
    let rows: Result<Vec<WeekRow>, Failure> = rows.collect();
    let has_rows = |row: &WeekRow| !row.orders.is_empty() || !row.invoices.is_empty();
    Ok(HistoryPage {
        frame,
        sums: found_sums(visit, past, &numbers, &engagement),
        action: visit.href("my-orders/history"),
        weeks: rows?.into_iter().filter(has_rows).collect(),
        engagement,
        numbers: numbers.into_iter().map(|number| number_row(visit, number)).collect(),
        years,
        ma_cantine: visit.href("my-orders/ma-cantine"),
        has_siret: !week.own().identity.siret.is_empty(),
    })
}

fn week_row(
    week: BuyerWeek<'_>,
    at: IsoWeek,
    past: &Past,
    engagement: &str,
) -> Result<WeekRow, Failure> {
    let is_wanted = |number: &str| engagement.is_empty() || number.contains(engagement);
    let base = format!("/weeks/{at}/my-orders");
    let mut row = WeekRow {
        name: fr::week_title(at),
        href: base.clone(),
        orders: Vec::new(),
        notes: Vec::new(),
        invoices: Vec::new(),
    };
    let mut deliveries = Vec::new();
    let orders = past.orders.iter().filter(|one| one.week == at);
    for one in orders.filter(|one| is_wanted(&one.commitment_number)) {
        deliveries.push((one.day, one.site));
        row.orders.push(PastRow {
            title: format!("Commande {} · {}", one.id, fr::day(one.day)),
            said: joined(site_name(week, one.site)?, &one.commitment_number),
            net: format!("{} HT", fr::euros(one.net)),
            href: base.clone(),
        });
    }
    let notes = past.notes.iter().filter(|one| one.week == at);
    for one in notes.filter(|one| deliveries.contains(&(one.day, one.site))) {
        let own = one.nets.iter().filter(|(number, _)| is_wanted(number));
        let net = Cents::new(own.map(|(_, net)| net.get()).sum());
        row.notes.push(PastRow {
            title: format!("Bon de livraison · {}", fr::day(one.day)),
            said: site_name(week, one.site)?.to_string(),
            net: format!("{} HT", fr::euros(net)),
            href: format!("{base}/note/{}/{}", one.day, one.site),
        });
    }
    let invoices = past.invoices.iter().filter(|one| one.week == at);
    for one in invoices.filter(|one| is_wanted(&one.commitment_number)) {
        row.invoices.push(PastRow {
            title: format!("Facture {}", one.reference),
            said: with_payment(joined("", &one.commitment_number), one.paid),
            net: format!("{} HT", fr::euros(one.net)),
            href: format!("{base}/invoice/{}", one.id),
        });
    }
    let credits = past.credits.iter().filter(|one| one.week == at);
    for one in credits.filter(|one| is_wanted(&one.commitment_number)) {
        row.invoices.push(PastRow {
            title: format!("Avoir {}", one.reference),
            said: joined("", &one.commitment_number),
            net: format!("− {} HT", fr::euros(one.net)),
            href: format!("{base}/invoice/{}", one.id),
        });
    }
    Ok(row)
}

fn number_row(visit: &BuyerVisit, number: String) -> NumberRow {
    let code = encoded(&number);
    NumberRow {
        href: format!("{}?engagement={code}", visit.href("my-orders/history")),
        proof: format!("{}?engagement={code}", visit.href("my-orders/proof")),
        number,
    }
}

/// What was ordered, delivered and invoiced under the one number that is looked for.
fn found_sums(
    visit: &BuyerVisit,
    past: &Past,
    numbers: &[String],
    engagement: &str,
) -> Option<Sums> {
    let mut meant = numbers.iter().filter(|number| number.contains(engagement));
    let exact = numbers.iter().find(|number| *number == engagement);
    let number = exact.or_else(|| meant.next().filter(|_| meant.next().is_none()))?;
    if engagement.is_empty() {
        return None;
    }
    let is_its = |own: &String| own == number;
    let orders = past.orders.iter().filter(|one| is_its(&one.commitment_number));
    let ordered: i64 = orders.map(|one| one.net.get()).sum();
    let notes = past.notes.iter().filter_map(|one| one.nets.get(number));
    let delivered: i64 = notes.map(|net| net.get()).sum();
    let invoices = past.invoices.iter().filter(|one| is_its(&one.commitment_number));
    let invoiced: i64 = invoices.map(|one| one.net.get()).sum();
    let credits = past.credits.iter().filter(|one| is_its(&one.commitment_number));
    let credited: i64 = credits.map(|one| one.net.get()).sum();
    let said = |cents: i64| fr::euros(Cents::new(cents));
    let open = delivered - invoiced;
    Some(Sums {
        ordered: said(ordered),
        delivered: said(delivered),
        invoiced: said(invoiced),
        credited: if credited == 0 { String::new() } else { format!("− {}", said(credited)) },
        open: if open == 0 { String::new() } else { said(open.abs()) },
        is_equal: open == 0 && delivered > 0,
        is_over: open < 0,
        proof: format!("{}?engagement={}", visit.href("my-orders/proof"), encoded(number)),
    })
}

/// `payée le 20/11/2026`, behind what is said already.
fn with_payment(said: String, paid: Option<(Cents, Day, bool)>) -> String {
    let told = match paid {
        None => return said,
        Some((_, day, true)) => format!("payée le {}", fr::numbers_day(day)),
        Some((paid, day, false)) => {
            format!("{} reçus le {}", fr::euros(paid), fr::numbers_day(day))
        }
    };
    if said.is_empty() { told } else { format!("{said} · {told}") }
}

fn joined(site: &str, number: &str) -> String {
    match (site, number) {
        (site, "") => site.to_string(),
        ("", number) => format!("engagement {number}"),
        (site, number) => format!("{site} · engagement {number}"),
    }
}

#[derive(Deserialize)]
pub struct Year {
    year: i32,
}

/// `GET …/my-orders/ma-cantine?year=2026`: what was delivered, one line for each order line.
pub async fn ma_cantine(visit: BuyerVisit, Query(asked): Query<Year>) -> Answer {
    let past = visit.scope.past(visit.app(), visit.week).await?;
    let of_year = past.orders.iter().filter(|one| one.day.ymd().0 == asked.year);
    let mut weeks: Vec<IsoWeek> = of_year.map(|one| one.week).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let mut all = Vec::new();
    for at in weeks {
        let look = |week: BuyerWeek<'_>| purchases(week, asked.year);
        all.extend(visit.scope.see(visit.app(), at, look).await?);
    }
    if all.is_empty() {
        let said = format!("Rien ne vous a été livré en {} : il n'y a pas de fichier.", asked.year);
        return Err(Failure::NotFound(said).into());
    }
    let file = csv(&all, clock::today())
        .map_err(|faults| Failure::Told(faults.iter().map(ToString::to_string).collect()))?;
    let name =
        format!("attachment; filename=\"ma-cantine-{}-{}.csv\"", visit.scope.buyer(), asked.year);
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_string()), (CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}

fn purchases(week: BuyerWeek<'_>, year: i32) -> Result<Vec<Purchase>, Failure> {
    let mut found = Vec::new();
    for order in week.orders().filter(|order| order.day.ymd().0 == year) {
        for line in &order.lines {
            let delivered = week.delivered(order.line_id(line.rank));
            if delivered.is_zero() {
                continue;
            }
            // What a credit note took back was not bought.
            let back = week.credited(order.line_id(line.rank));
            let net = Cents::new(amount(delivered, line.price).get() - back.get());
            if net.is_zero() {
                continue;
            }
            let labels = fr::labels(line.labels);
            let family = week.list().product(line.product)?.family;
            found.push(Purchase {
                siret: week.own().identity.siret.clone(),
                description: format!("{} {labels}", line.name).trim_end().to_string(),
                supplier: week.hub().identity.name.clone(),
                day: order.day,
                amount: net,
                family: match family.as_str() {
                    "legumineuse" => Family::Other,
                    _ => Family::FruitAndVegetables,
                },
                categories: categories(line.labels),
                origin: Some(Origin::France),
                // Farm, hub, canteen: one party between.
                is_short_circuit: true,
                // Each canteen has its own meaning of local, which is not known here.
                local: None,
            });
        }
    }
    Ok(found)
}
