//! What the price list pages show: the draft with its prices, the frozen list, the shared list.

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use trade::Week;
use trade::mercuriale::{Change, LinePolicy, MercurialeLine, difference, draft, explain};
use trade::unit::Qty;

use super::forms::line_key;
use crate::access::published::ListWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::frame::{Frame, Notice};
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Asked, ListVisit, Visit, html, pdf};

/// One line with what its price is made of.
struct Row {
    key: String,
    product: String,
    detail: String,
    labels: String,
    farm: String,
    pack: String,
    unit: &'static str,
    cost: String,
    sale: String,
    sale_input: String,
    markup: String,
    quote: String,
    gain: String,
    is_below_goal: bool,
    change: String,
    is_changed: bool,
    offered: Vec<String>,
}

struct Family {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "mercuriale.html")]
struct MercurialePage {
    frame: Frame,
    families: Vec<Family>,
    gone: Vec<String>,
    days: Vec<String>,
    is_published: bool,
    may_write: bool,
    list_href: String,
    prices_action: String,
    publish_action: String,
    columns: usize,
}

/// Last week's lines, to compare with.
async fn before(visit: &Visit) -> Result<Vec<MercurialeLine>, Failure> {
    let place = visit.place.at(visit.place.week.previous());
    let lines = visit.app().read(place, |week, _| {
        week.publication().map(|publication| publication.lines.clone()).unwrap_or_default()
    });
    lines.await
}

/// `GET …/mercuriale`
pub async fn mercuriale(visit: Visit) -> Answer {
    let before = before(&visit).await?;
    let page = visit.see(|week| page(&visit, week, &before)).await?;
    html(&page)
}

fn page(visit: &Visit, week: &Week, before: &[MercurialeLine]) -> Result<MercurialePage, Failure> {
    let mut frame = visit.frame(week, "mercuriale", "Mercuriale");
    let lines = match week.publication() {
        Some(publication) => publication.lines.clone(),
        None => draft(week)?,
    };
    match week.publication() {
        Some(publication) => {
            let (day, minute) = clock::civil(publication.stamp.at);
            frame.subtitle =
                format!("Publiée le {} à {}. Elle ne change plus.", fr::day(day), fr::time(minute));
        }
        None => frame.subtitle = "Brouillon : il suit les offres jusqu'à la publication.".into(),
    }
    let (changes, gone) = difference(before, &lines);
    let mut families: Vec<Family> = Vec::new();
    for (line, change) in lines.iter().zip(changes) {
        let product = week.register().product(line.product)?;
        let name = fr::family(product.family);
        let change = if before.is_empty() { Change::Same } else { change };
        let row = row(week, line, change)?;
        match families.last_mut() {
            Some(family) if family.name == name => family.rows.push(row),
            _ => families.push(Family { name, rows: vec![row] }),
        }
    }
    let flagged = families.iter().flat_map(|family| &family.rows).filter(|row| row.is_below_goal);
    let flagged = flagged.count() as i64;
    if flagged > 0 {
        let goal = fr::rate(week.register().hub.income_goal);
        let lines = fr::count(flagged, "ligne paie", "lignes paient");
        let said = format!("{lines} la ferme moins de {goal} au-dessus du cours.");
        frame = frame.tell(Notice::changed(said));
    }
    let register = week.register();
    let days = register.delivery_days(week.week());
    let name = |line: &&MercurialeLine| {
        register.product(line.product).map(|product| product.name.clone()).unwrap_or_default()
    };
    let mut gone: Vec<String> = gone.iter().map(name).collect();
    gone.dedup();
    Ok(MercurialePage {
        frame,
        families,
        gone,
        columns: 9 + days.len(),
        days: days.into_iter().map(fr::short_day).collect(),
        is_published: week.publication().is_some(),
        may_write: visit.person.role.may("mercuriale", true),
        list_href: visit.href("price-list"),
        prices_action: visit.href("mercuriale/prices"),
        publish_action: visit.href("mercuriale/publication"),
    })
}

fn row(week: &Week, line: &MercurialeLine, change: Change) -> Result<Row, Failure> {
    let register = week.register();
    let product = register.product(line.product)?;
    let parts = explain(week, line, line.sale);
    let signed = |rate: trade::unit::Rate| match rate.get() < 0 {
        true => fr::rate(rate),
        false => format!("+{}", fr::rate(rate)),
    };
    let days = register.delivery_days(week.week());
    let offered = days.iter().map(|&day| offered(week, line, day, product.unit));
    let joined = trade::mercuriale::joined_offers(week, line);
    let mut farms: Vec<_> =
        joined.filter_map(|id| week.offer(id).ok()).map(|offer| offer.producer).collect();
    farms.sort_unstable();
    farms.dedup();
    let detail = [product.variety.as_str(), product.size_grade.as_str()];
    Ok(Row {
        key: line_key(line.product, line.labels, line.policy),
        product: product.name.clone(),
        detail: detail.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
        labels: fr::labels(line.labels),
        farm: match line.policy {
            LinePolicy::Pooled => fr::count(farms.len() as i64, "ferme", "fermes"),
            LinePolicy::Named(producer) => register.producer(producer)?.identity.name.clone(),
        },
        pack: papers::pack(line.pack, product.unit),
        unit: fr::unit(product.unit, false),
        cost: fr::price(line.cost),
        sale: fr::price(line.sale),
        sale_input: fr::price(line.sale).replace('€', "").trim().to_string(),
        markup: parts.markup.map(fr::rate).unwrap_or_default(),
        quote: line.quote.map(fr::price).unwrap_or_default(),
        gain: parts.gain.map(signed).unwrap_or_default(),
        is_below_goal: parts.below_goal,
        change: match change {
            Change::New => "nouveau".into(),
            Change::Up { before } => format!("↑ avant {}", fr::price(before)),
            Change::Down { before } => format!("↓ avant {}", fr::price(before)),
            Change::Same => String::new(),
        },
        is_changed: change != Change::Same,
        offered: offered.collect(),
    })
}

/// What is left of a line for a day, of what was offered.
fn offered(
    week: &Week,
    line: &MercurialeLine,
    day: trade::calendar::Day,
    unit: trade::catalog::SaleUnit,
) -> String {
    if week.publication().is_some() {
        let offered = week.offered(line.id, day);
        return match offered.is_zero() {
            true => String::new(),
            false => {
                format!("{} / {}", fr::number(week.left(line.id, day)), fr::qty(offered, unit))
            }
        };
    }
    let joined = trade::mercuriale::joined_offers(week, line);
    let offers = joined.filter_map(|id| week.offer(id).ok()).filter(|offer| offer.day == day);
    let sum: i64 = offers.map(|offer| line.whole_packs(offer.quantity).get()).sum();
    if sum == 0 { String::new() } else { fr::qty(Qty::new(sum), unit) }
}

/// `GET …/price-list/paper`: the published list on paper.
pub async fn paper(visit: ListVisit) -> Answer {
    let before = visit.scope.lines(visit.app(), visit.week.previous()).await?;
    let list = visit.scope.see(visit.app(), visit.week, |week| week.paper(&before)).await?;
    let bytes = papers::set(list, paper::price_list).await?;
    pdf(bytes, &format!("mercuriale-{}", visit.week))
}

/// A line as all buyers see it.
struct PublicRow {
    number: i64,
    product: String,
    detail: String,
    labels: String,
    origin: String,
    pack: String,
    price: String,
}

struct PublicFamily {
    name: String,
    rows: Vec<PublicRow>,
}

#[derive(Template)]
#[template(path = "price_list.html")]
struct PriceListPage {
    hub: String,
    week: String,
    paper_href: String,
    families: Vec<PublicFamily>,
    is_published: bool,
    days: Vec<(String, String)>,
    minimum: String,
}

/// `GET …/price-list`: the published list as all buyers see it, kept as bytes because it never
/// changes once it is published.
pub async fn shared_list(visit: ListVisit) -> Answer {
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    let pages = &visit.app().pages;
    let key = visit.scope.key(visit.week);
    if let Some(page) = pages.get(key) {
        return Ok((kind, page).into_response());
    }
    let look = |week: ListWeek<'_>| shared_page(&visit, week);
    let page = visit.scope.see(visit.app(), visit.week, look).await?;
    let text = page.render().map_err(|error| Failure::Other(error.into()))?;
    let bytes = axum::body::Bytes::from(text);
    if page.is_published {
        pages.keep(key, bytes.clone());
    }
    Ok((kind, bytes).into_response())
}

fn shared_page(visit: &Asked, week: ListWeek<'_>) -> Result<PriceListPage, Failure> {
    let (days, lines) = match week.publication() {
        Some(publication) => (&publication.days[..], &publication.lines[..]),
        None => (&[][..], &[][..]),
    };
    let mut families: Vec<PublicFamily> = Vec::new();
    for line in lines {
        let product = week.product(line.product)?;
        let class = match product.quality_class.as_str() {
            "" => String::new(),
            class => format!("cat. {class}"),
        };
        let details = [product.variety.clone(), class, product.size_grade.clone()];
        let details: Vec<String> = details.into_iter().filter(|text| !text.is_empty()).collect();
        let row = PublicRow {
            number: line.id.0,
            product: product.name.clone(),
            detail: details.join(" · "),
            labels: fr::labels(line.labels),
            origin: week.origin(line.policy),
            pack: papers::pack(line.pack, product.unit),
            price: fr::price_per(line.sale, product.unit),
        };
        let name = fr::family(product.family);
        match families.last_mut() {
            Some(family) if family.name == name => family.rows.push(row),
            _ => families.push(PublicFamily { name, rows: vec![row] }),
        }
    }
    let days = days.iter().map(|sale| {
        let (day, minute) = clock::civil(sale.cutoff_at);
        (fr::day(sale.day), format!("{} à {}", fr::day(day), fr::time(minute)))
    });
    Ok(PriceListPage {
        hub: week.hub().identity.name.clone(),
        week: fr::week_title(week.week()),
        paper_href: visit.href("price-list/paper"),
        families,
        is_published: week.publication().is_some(),
        days: days.collect(),
        minimum: fr::euros(week.hub().minimum_order),
    })
}
