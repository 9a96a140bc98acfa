//! What the price list pages show: the draft with its prices, the frozen list, the shared list.

use askama::Template;
use axum::extract::Query;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use std::collections::BTreeMap;
use trade::Week;
use trade::id::ProducerId;
use trade::mercuriale::{MercurialeLine, SaleDay, difference, draft, is_to_confirm};

use super::carry;
use super::cells::revision;
use super::grid::{Before, Row, Rows};
use crate::access::buyer::BuyerWeek;
use crate::access::published::ListWeek;
use crate::clock;
use crate::failure::Failure;
use crate::mail;
use crate::ui::frame::{Frame, Notice};
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Asked, ListVisit, Visit, html, pdf};

struct Family {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "mercuriale.html")]
struct MercurialePage {
    frame: Frame,
    /// The words that the list is narrowed to at first.
    find: String,
    families: Vec<Family>,
    gone: Vec<String>,
    days: Vec<String>,
    is_published: bool,
    may_write: bool,
    /// Delivery days with their cut-off.
    deadlines: Vec<(String, String)>,
    /// The number of the week from which one can begin; `None` when there is none.
    last: Option<i32>,
    /// Farms whose offers were carried over and that have not said yet whether they hold.
    waiting: Vec<Waiting>,
    /// Lines of the list that nobody has confirmed: they are not published.
    /// Farms that have not answered yet.
    silent: usize,
    unconfirmed: usize,
    /// Buyers, and how many of them have their letter.
    buyers: usize,
    lettered: usize,
    action: String,
    revision: String,
    /// How the list stands, for its paper: « Brouillon du 23/11/2026 à 14 h 02 ».
    version: String,
    list_href: String,
    cells_href: String,
    reading_href: String,
    prices_action: String,
    publish_action: String,
    columns: usize,
}

/// A farm that has to say whether what was carried over holds.
struct Waiting {
    code: String,
    name: String,
    phone: String,
    href: String,
    lines: usize,
}

/// Last week, to compare with.
pub(super) async fn before(visit: &Visit) -> Result<Before, Failure> {
    let place = visit.place.at(visit.place.week.previous());
    visit.app().read(place, |week, _| Before::of(week)).await
}

#[derive(Deserialize)]
pub struct Finding {
    #[serde(default)]
    find: String,
}

/// `GET …/mercuriale?find=…`
pub async fn mercuriale(visit: Visit, Query(asked): Query<Finding>) -> Answer {
    let before = before(&visit).await?;
    let mut page = visit.see(|week| page(&visit, week, &before)).await?;
    page.find = asked.find;
    if page.is_published {
        let db = visit.app().db(visit.place.scope());
        let known = mail::rows::known(&db, visit.place, mail::PRICE_LIST).await?;
        page.lettered = known.len().min(page.buyers);
    } else if page.may_write {
        page.last = carry::source(visit.app(), visit.place).await?.map(|week| week.week());
    }
    html(&page)
}

fn page(visit: &Visit, week: &Week, before: &Before) -> Result<MercurialePage, Failure> {
    let lines = match week.publication() {
        Some(publication) => publication.lines.clone(),
        None => draft(week)?,
    };
    let rows = Rows::of(week, before)?;
    let days = rows.days().to_vec();
    let mut families: Vec<Family> = Vec::new();
    for (line, row) in lines.iter().zip(rows.all(&lines)?) {
        let name = fr::family(week.register().product(line.product)?.family);
        match families.last_mut() {
            Some(family) if family.name == name => family.rows.push(row),
            _ => families.push(Family { name, rows: vec![row] }),
        }
    }
    let is_published = week.publication().is_some();
    let to_confirm = |line: &&MercurialeLine| !is_published && is_to_confirm(week, line);
    let cutoffs = match week.publication() {
        Some(publication) => publication.days.clone(),
        None => clock::sale_days(week.register(), week.week()),
    };
    Ok(MercurialePage {
        frame: frame(visit, week, &families),
        find: String::new(),
        deadlines: deadlines(&cutoffs),
        last: None,
        waiting: waiting(visit, week)?,
        silent: mail::silent_farms(week).len(),
        unconfirmed: lines.iter().filter(to_confirm).count(),
        buyers: week.register().buyers.len(),
        lettered: 0,
        action: visit.href("mercuriale"),
        families,
        gone: gone(week, before, &lines),
        columns: 9 + days.len(),
        days: days.into_iter().map(fr::short_day).collect(),
        is_published,
        may_write: visit.may("mercuriale", true),
        revision: revision(week),
        version: version(week),
        list_href: visit.href("price-list"),
        cells_href: visit.href("mercuriale/cells"),
        reading_href: visit.href("mercuriale/reading"),
        prices_action: visit.href("mercuriale/prices"),
        publish_action: visit.href("mercuriale/publication"),
    })
}

/// « mardi 1er décembre », « dimanche 29 novembre à 12 h 00 ».
fn deadlines(days: &[SaleDay]) -> Vec<(String, String)> {
    let said = |sale: &SaleDay| {
        let (day, minute) = clock::civil(sale.cutoff_at);
        (fr::day(sale.day), format!("{} à {}", fr::day(day), fr::time(minute)))
    };
    days.iter().map(said).collect()
}

fn waiting(visit: &Visit, week: &Week) -> Result<Vec<Waiting>, Failure> {
    let mut lines: BTreeMap<ProducerId, usize> = BTreeMap::new();
    for offer in week.carried_offers().filter(|_| week.publication().is_none()) {
        *lines.entry(offer.producer).or_default() += 1;
    }
    let mut waiting = Vec::with_capacity(lines.len());
    for (farm, lines) in lines {
        let identity = &week.register().producer(farm)?.identity;
        waiting.push(Waiting {
            code: farm.to_string(),
            name: identity.name.clone(),
            phone: identity.phone.clone(),
            href: visit.href(&format!("offers/farm/{farm}")),
            lines,
        });
    }
    waiting.sort_by_cached_key(|farm| trade::catalog::alphabetical(&farm.name));
    Ok(waiting)
}

fn version(week: &Week) -> String {
    let (what, at) = match week.publication() {
        Some(publication) => ("Publiée", publication.stamp.at),
        None => ("Brouillon", clock::now()),
    };
    let (day, minute) = clock::civil(at);
    format!("{what} le {} à {}", fr::numbers_day(day), fr::time(minute))
}

fn frame(visit: &Visit, week: &Week, families: &[Family]) -> Frame {
    let mut frame = visit.frame(week, "mercuriale", "Mercuriale");
    frame.subtitle = match week.publication() {
        Some(_) => format!("{}. Elle ne change plus.", version(week)),
        None => "Brouillon : il suit les offres jusqu'à la publication.".into(),
    };
    frame = frame.tell_all(crate::needs::closures(week));
    let rows = families.iter().flat_map(|family| &family.rows);
    let flagged = rows.filter(|row| row.is_below_goal).count() as i64;
    if flagged > 0 {
        let goal = fr::rate(week.register().hub.income_goal);
        let lines = fr::count(flagged, "ligne paie", "lignes paient");
        let said = format!("{lines} la ferme moins de {goal} au-dessus du cours.");
        frame = frame.tell(Notice::changed(said));
    }
    frame
}

/// What was on last week's list and is not on this one.
fn gone(week: &Week, before: &Before, lines: &[MercurialeLine]) -> Vec<String> {
    let (_, gone) = difference(&before.lines, lines);
    let register = week.register();
    let name = |line: &&MercurialeLine| {
        register.product(line.product).map(|product| product.name.clone()).unwrap_or_default()
    };
    let mut gone: Vec<String> = gone.iter().map(name).collect();
    gone.dedup();
    gone
}

/// `GET …/mercuriale/paper`: the list on paper as it stands, also before it is published.
pub async fn draft_paper(visit: Visit) -> Answer {
    let before = before(&visit).await?;
    let list = visit.see(|week| match week.publication() {
        Some(_) => super::paper::price_list(week, &before.lines),
        None => super::paper::draft_list(week, &before.lines, clock::now()),
    });
    let bytes = papers::set(list.await?, paper::price_list).await?;
    pdf(bytes, &format!("mercuriale-{}", visit.week))
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
    /// The product's code at its first line, for links to it.
    anchor: String,
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
    frame: Frame,
    paper_href: String,
    /// Where a buyer orders from the list; empty when no day takes orders.
    order_href: String,
    families: Vec<PublicFamily>,
    is_published: bool,
    days: Vec<(String, String)>,
}

/// `GET …/price-list`: the published list, for a buyer among its own pages; for the desks as one
/// page, kept as bytes because it never changes once it is published.
pub async fn shared_list(visit: ListVisit) -> Answer {
    if let Some(page) = own_list(&visit).await? {
        return html(&page);
    }
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    let pages = &visit.app().pages;
    let key = visit.scope.key(visit.week);
    if let Some(page) = pages.get(key) {
        return Ok((kind, page).into_response());
    }
    let look = |week: ListWeek<'_>| {
        let frame = visit.shared_frame(&week.hub().identity.name, "Mercuriale");
        list_page(&visit, week, frame)
    };
    let page = visit.scope.see(visit.app(), visit.week, look).await?;
    let text = page.render().map_err(|error| Failure::Other(error.into()))?;
    let bytes = axum::body::Bytes::from(text);
    if page.is_published {
        pages.keep(key, bytes.clone());
    }
    Ok((kind, bytes).into_response())
}

/// The list as a buyer's own page. `None` for a desk, and for a week in which the buyer is not
/// known or that its link does not open: the list is everybody's there.
async fn own_list(visit: &ListVisit) -> Result<Option<PriceListPage>, Failure> {
    let Some(scope) = visit.person.buyer_scope() else { return Ok(None) };
    let look = |week: BuyerWeek<'_>| {
        let mut page = list_page(visit, week.list(), visit.own_frame(week, "Mercuriale"))?;
        let days = week.publication().map(|list| &list.days[..]).unwrap_or_default();
        if days.iter().any(|sale| week.check_open(sale.day, clock::now()).is_ok()) {
            page.order_href = visit.href("my-orders/new?like=empty");
        }
        Ok(page)
    };
    match scope.see(visit.app(), visit.week, look).await {
        Ok(page) => Ok(Some(page)),
        Err(Failure::Forbidden(_) | Failure::NotFound(_) | Failure::Denied(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn list_page(
    visit: &Asked,
    week: ListWeek<'_>,
    mut frame: Frame,
) -> Result<PriceListPage, Failure> {
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
        let details = [papers::variety(product).to_string(), class, product.size_grade.clone()];
        let details: Vec<String> = details.into_iter().filter(|text| !text.is_empty()).collect();
        let is_first = lines.iter().find(|one| one.product == line.product) == Some(line);
        let row = PublicRow {
            number: line.id.0,
            anchor: if is_first { line.product.to_string() } else { String::new() },
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
    let minimum = fr::euros(week.hub().minimum_order);
    frame.subtitle = format!(
        "{} · prix hors taxes, livrés · commande minimum {minimum} par livraison",
        fr::week_title(week.week())
    );
    Ok(PriceListPage {
        frame,
        paper_href: visit.href("price-list/paper"),
        order_href: String::new(),
        families,
        is_published: week.publication().is_some(),
        days: days.collect(),
    })
}
