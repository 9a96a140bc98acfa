//! The price list as a workbook and as a text file, for desks and for buyers.

use axum::response::IntoResponse;
use trade::calendar::Day;
use trade::mercuriale::{MercurialeLine, draft, sheet};
use wire::mercuriale::{Available, Family, PriceList, PriceRow, csv, xlsx};

use crate::access::published::ListWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, ListVisit, Visit};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET …/mercuriale/export/{format}`: the draft or the published list, with quantities.
pub async fn desk(visit: Visit) -> Answer {
    let list = visit.see(|week| {
        let lines = match week.publication() {
            Some(publication) => publication.lines.clone(),
            None => draft(week)?,
        };
        let how = match week.publication() {
            Some(publication) => said("Publiée", publication.stamp.at),
            None => {
                format!("{}. Les prix peuvent encore changer.", said("Brouillon", clock::now()))
            }
        };
        let available = |line: &MercurialeLine, day: Day| match sheet::offered(week, line, day) {
            none if none.is_zero() => Available::No,
            quantity => Available::Quantity(quantity),
        };
        let days = week.register().delivery_days(week.week());
        list(ListWeek::of(week), &lines, &days, how, available)
    });
    answer(list.await?, visit.param("format")?, visit.week)
}

/// `GET …/price-list/export/{format}`: the published list as all buyers see it.
pub async fn buyers(visit: ListVisit) -> Answer {
    let list = visit.scope.see(visit.app(), visit.week, |week| {
        let publication = week.publication().ok_or(trade::Denial::NotPublished)?;
        let how = said("Publiée", publication.stamp.at);
        let days: Vec<Day> = publication.days.iter().map(|sale| sale.day).collect();
        let available =
            |line: &MercurialeLine, day: Day| match publication.offered(line.id, day).is_zero() {
                true => Available::No,
                false => Available::Yes,
            };
        list(week, &publication.lines, &days, how, available)
    });
    answer(list.await?, visit.param("format")?, visit.week)
}

fn said(what: &str, at: trade::calendar::Instant) -> String {
    let (day, minute) = clock::civil(at);
    format!("{what} le {} à {}", fr::numbers_day(day), fr::time(minute))
}

fn answer(list: PriceList, format: &str, week: trade::calendar::IsoWeek) -> Answer {
    let (kind, bytes) = match format {
        "xlsx" => (XLSX, xlsx(&[list]).map_err(|why| Failure::Other(anyhow::anyhow!(why)))?),
        "csv" => ("text/csv; charset=utf-8", csv(&list)),
        other => {
            let said = format!("« {other} » n'est pas un format : demandez xlsx ou csv.");
            return Err(Failure::NotFound(said).into());
        }
    };
    let name = format!("attachment; filename=\"mercuriale-{week}.{format}\"");
    let headers = [("content-type", kind.to_string()), ("content-disposition", name)];
    Ok((headers, bytes).into_response())
}

fn list(
    week: ListWeek<'_>,
    lines: &[MercurialeLine],
    days: &[Day],
    how: String,
    available: impl Fn(&MercurialeLine, Day) -> Available,
) -> Result<PriceList, Failure> {
    let hub = week.hub();
    let mut families: Vec<Family> = Vec::new();
    for line in lines {
        let product = week.product(line.product)?;
        let class = match product.quality_class.as_str() {
            "" => String::new(),
            class => format!("cat. {class}"),
        };
        let texts = [product.variety.clone(), class];
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let row = PriceRow {
            code: product.id.to_string(),
            product: product.name.clone(),
            variety: texts.join(", "),
            size_grade: product.size_grade.clone(),
            labels: fr::labels(line.labels),
            origin: week.origin(line.policy),
            pack: papers::pack(line.pack, product.unit),
            unit: fr::unit(product.unit, false).into(),
            price: line.sale,
            vat: line.vat,
            available: days.iter().map(|&day| available(line, day)).collect(),
        };
        let name = fr::family(product.family);
        match families.last_mut() {
            Some(family) if family.name == name => family.rows.push(row),
            _ => families.push(Family { name, rows: vec![row] }),
        }
    }
    let mut remarks = vec![hub.identity.name.clone(), how];
    for sale in week.sale_days() {
        let (day, minute) = clock::civil(sale.cutoff_at);
        let until = format!("{} à {}", fr::day(day), fr::time(minute));
        remarks.push(format!("Livraison {} : commandes jusqu'au {until}", fr::day(sale.day)));
    }
    let minimum = fr::euros(hub.minimum_order);
    remarks.push(format!("Prix hors taxes, livrés. Commande minimum : {minimum} par livraison."));
    let number = week.week();
    Ok(PriceList {
        sheet: format!("S{:02} {}", number.week(), number.number() / 100),
        title: format!("Mercuriale de la {}", fr::week(number)),
        remarks,
        days: days.iter().map(|&day| said_day(day)).collect(),
        families,
    })
}

/// « mardi 24/11 ».
fn said_day(day: Day) -> String {
    let (_, month, of_month) = day.ymd();
    format!("{} {of_month:02}/{month:02}", fr::weekday(day.weekday()))
}
