//! The month of food aid: kilos, value and farms, as both need them for the tax receipt. For one
//! organisation its own, for the hub all of them; on the page, and as files.

use askama::Template;
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use trade::Week;
use trade::calendar::{Day, IsoWeek};
use trade::impact::aid::{AidKind, AidRow, AidSum, of_week, summed};
use trade::register::Register;
use wire::aid::{AidLine, AidReport};

use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::ui::paper::designation;
use crate::web::{AidVisit, Answer, Visit, html};

/// `?month=2026-11`; the month of the week without.
#[derive(Deserialize)]
pub struct Asked {
    month: Option<String>,
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Month {
    year: i32,
    month: i32,
}

impl Month {
    fn of(asked: &Asked, week: IsoWeek) -> Result<Month, Failure> {
        let Some(text) = &asked.month else {
            // Of the week that is looked at; nothing is known of a month to come.
            let (year, month, _) = week.monday().plus_days(3).min(clock::today()).ymd();
            return Ok(Month { year, month });
        };
        let read = text.split_once('-').and_then(|(year, month)| {
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            Day::from_ymd(year, month, 1).map(|_| Month { year, month })
        });
        read.ok_or_else(|| {
            Failure::Input(format!("« {text} » n'est pas un mois. Exemple : 2026-11."))
        })
    }

    fn first(self) -> Day {
        Day::from_ymd(self.year, self.month, 1).unwrap_or(Day::from_days(0))
    }

    fn has(self, day: Day) -> bool {
        let (year, month, _) = day.ymd();
        (year, month) == (self.year, self.month)
    }

    fn moved(self, by: i32) -> Month {
        let (year, month, _) = self.first().plus_days(if by < 0 { -1 } else { 31 }).ymd();
        Month { year, month }
    }

    fn code(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// « novembre 2026 »
    fn name(self) -> String {
        fr::date(self.first()).split(' ').skip(1).collect::<Vec<_>>().join(" ")
    }

    /// Weeks in which something of the month may have been traded: what is fetched late belongs
    /// to the week before.
    fn weeks(self) -> Vec<IsoWeek> {
        let first = self.first().plus_days(-7).week();
        let last = self.moved(1).first().plus_days(-1).week();
        let mut weeks = vec![first];
        while let Some(&week) = weeks.last().filter(|week| **week < last) {
            weeks.push(week.next());
        }
        weeks
    }
}

/// `GET …/surplus/report`
pub async fn own(visit: AidVisit, Query(asked): Query<Asked>) -> Answer {
    let month = Month::of(&asked, visit.week)?;
    let rows = own_rows(&visit, month).await?;
    let base = visit.href("surplus/report");
    let look = |week: crate::access::aid::AidWeek<'_>| {
        let frame = visit.frame(week, "Rapport du mois");
        report_page(frame, week.register(), month, &rows, &base, false)
    };
    html(&visit.see(look).await?)
}

async fn own_rows(visit: &AidVisit, month: Month) -> Result<Vec<AidRow>, Failure> {
    let mut rows = Vec::new();
    for week in month.weeks() {
        rows.extend(visit.scope.aid_rows(visit.app(), week).await?);
    }
    rows.retain(|row| month.has(row.day));
    Ok(rows)
}

/// `GET …/surplus/report/csv` and `…/xlsx`
pub async fn own_file(visit: AidVisit, Query(asked): Query<Asked>) -> Answer {
    let month = Month::of(&asked, visit.week)?;
    let rows = own_rows(&visit, month).await?;
    let look = |week: crate::access::aid::AidWeek<'_>| file(week.register(), month, &rows);
    let report = visit.see(look).await?;
    answer(&report, visit.param("format")?, month)
}

/// `GET …/impact/aid`
pub async fn all(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let month = Month::of(&asked, visit.week)?;
    let rows = all_rows(&visit, month).await?;
    let base = visit.href("impact/aid");
    let look = |week: &Week| {
        let frame = visit.frame(week, "impact/aid", "Aide alimentaire : rapport du mois");
        report_page(frame, week.register(), month, &rows, &base, true)
    };
    html(&visit.see(look).await?)
}

async fn all_rows(visit: &Visit, month: Month) -> Result<Vec<AidRow>, Failure> {
    let mut rows = Vec::new();
    for week in month.weeks() {
        rows.extend(visit.app().read(visit.place.at(week), |week, _| of_week(week, None)).await??);
    }
    rows.retain(|row| month.has(row.day));
    Ok(rows)
}

/// `GET …/impact/aid/csv` and `…/xlsx`
pub async fn all_file(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let month = Month::of(&asked, visit.week)?;
    let rows = all_rows(&visit, month).await?;
    let report = visit.see(|week| file(week.register(), month, &rows)).await?;
    answer(&report, visit.param("format")?, month)
}

struct GoodsRow {
    name: String,
    kind: &'static str,
    quantity: String,
    kilos: String,
    value: String,
    gift: String,
    paid: String,
}

struct FarmRows {
    name: String,
    rows: Vec<GoodsRow>,
}

#[derive(Template)]
#[template(path = "surplus_report.html")]
struct ReportPage {
    frame: Frame,
    month: String,
    previous: String,
    next: String,
    tiles: Vec<(String, &'static str)>,
    farms: Vec<FarmRows>,
    sum: GoodsRow,
    csv: String,
    xlsx: String,
    is_hub: bool,
}

fn report_page(
    mut frame: Frame,
    register: &Register,
    month: Month,
    rows: &[AidRow],
    base: &str,
    is_hub: bool,
) -> Result<ReportPage, Failure> {
    frame.subtitle = month.name();
    let mut farms: Vec<(trade::id::ProducerId, FarmRows)> = Vec::new();
    for ((producer, product, labels, kind), sum) in summed(rows) {
        let product = register.product(product)?;
        let name = format!("{} {}", designation(product), fr::labels(labels));
        let mut row = goods_row(name.trim_end().to_string(), kind_name(kind), &sum);
        row.quantity = fr::qty(sum.quantity, product.unit);
        match farms.last_mut().filter(|(known, _)| *known == producer) {
            Some((_, farm)) => farm.rows.push(row),
            None => {
                let name = register.producer(producer)?.identity.name.clone();
                farms.push((producer, FarmRows { name, rows: vec![row] }));
            }
        }
    }
    let of = |kinds: &[AidKind]| AidSum::of(rows.iter().filter(|row| kinds.contains(&row.kind)));
    let (all, given) = (AidSum::of(rows), of(&[AidKind::Gift, AidKind::FarmGift]));
    let address = |month: Month, rest: &str| format!("{base}{rest}?month={}", month.code());
    Ok(ReportPage {
        frame,
        month: month.name(),
        previous: address(month.moved(-1), ""),
        next: address(month.moved(1), ""),
        tiles: vec![
            (fr::weight(all.weight), "reçus en tout"),
            (fr::weight(given.weight), "de dons"),
            (fr::euros(given.gift_value), "valeur retenue des dons HT"),
            (fr::euros(all.paid), "achetés au prix d'aide HT"),
        ],
        farms: farms.into_iter().map(|(_, farm)| farm).collect(),
        sum: goods_row("Total".into(), "", &all),
        csv: address(month, "/csv"),
        xlsx: address(month, "/xlsx"),
        is_hub,
    })
}

fn goods_row(name: String, kind: &'static str, sum: &AidSum) -> GoodsRow {
    let some = |cents: trade::unit::Cents| match cents.is_zero() {
        true => String::new(),
        false => fr::euros(cents),
    };
    GoodsRow {
        name,
        kind,
        quantity: String::new(),
        kilos: fr::kilos(sum.weight),
        value: fr::euros(sum.value),
        gift: some(sum.gift_value),
        paid: some(sum.paid),
    }
}

fn kind_name(kind: AidKind) -> &'static str {
    match kind {
        AidKind::Gift => "don",
        AidKind::FarmGift => "don de la ferme",
        AidKind::Purchase => "achat au prix d'aide",
    }
}

/// Line by line, for those who sum up themselves.
fn file(register: &Register, month: Month, rows: &[AidRow]) -> Result<AidReport, Failure> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let product = register.product(row.product)?;
        let farm = &register.producer(row.producer)?.identity;
        lines.push(AidLine {
            day: row.day,
            kind: kind_name(row.kind).into(),
            aid: register.buyer(row.buyer)?.identity.name.clone(),
            farm: farm.name.clone(),
            siret: farm.siret.clone(),
            product: designation(product),
            labels: fr::labels(row.labels),
            quantity: row.quantity,
            unit: fr::unit(product.unit, false).into(),
            weight: row.weight,
            cost: row.cost,
            value: row.value,
            gift_value: row.gift_value,
            paid: row.paid,
        });
    }
    Ok(AidReport { title: format!("Aide alimentaire, {}", month.name()), lines })
}

fn answer(report: &AidReport, format: &str, month: Month) -> Answer {
    let (bytes, kind) = match format {
        "csv" => (wire::aid::csv(report), "text/csv; charset=utf-8"),
        "xlsx" => {
            let book = wire::aid::xlsx(report).map_err(|said| Failure::Told(vec![said]))?;
            (book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        other => {
            let said = format!("« {other} » : le rapport existe en csv et en xlsx.");
            return Err(Failure::NotFound(said).into());
        }
    };
    let name = format!("attachment; filename=\"aide-alimentaire-{}.{format}\"", month.code());
    let headers = [(CONTENT_TYPE, kind.to_string()), (CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_looks_at_all_weeks_that_it_touches() {
        let november = Month { year: 2026, month: 11 };
        let weeks: Vec<String> = november.weeks().iter().map(IsoWeek::to_string).collect();
        let expected = ["2026-W43", "2026-W44", "2026-W45", "2026-W46", "2026-W47", "2026-W48"];
        assert_eq!(weeks[..6], expected);
        assert_eq!(weeks[6..], ["2026-W49"], "Monday 30 November");
        assert_eq!(november.moved(1).moved(1), Month { year: 2027, month: 1 });
        assert_eq!(november.moved(-1).name(), "octobre 2026");
    }
}
