//! The page of the weeks ahead.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::calendar::IsoWeek;
use trade::catalog::SaleUnit;
use trade::needs::{AHEAD_WEEKS, MEMORY_WEEKS};
use trade::offers::outlook::{Expected, Gap, Grower, Outlook, WeekOutlook, outlook};
use trade::register::Register;
use trade::unit::{Cents, Qty};

use super::desk::Desk;
use super::rows;
use crate::failure::Failure;
use crate::needs::foreseen::foreseen;
use crate::needs::{about, whole_units};
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

#[derive(Deserialize, Default)]
pub struct Asked {
    /// The week from which one looks ahead.
    #[serde(default)]
    week: String,
}

/// A week in the head of the table.
struct Head {
    name: String,
    /// What is not as usual in it; empty for an ordinary week of school.
    note: String,
}

/// Some goods in one week.
struct Cell {
    week: String,
    likely: String,
    range: String,
    /// What farms are counted on for, a line each.
    supply: Vec<String>,
    tag: &'static str,
    gap: String,
}

/// A farm to call.
struct Farm {
    name: String,
    phone: String,
    last: String,
    /// Where its word is written down.
    href: String,
}

struct Row {
    name: String,
    labels: String,
    /// The class of the row: what its dearest gap is.
    class: &'static str,
    cells: Vec<Cell>,
    worth: String,
    calls: bool,
    farms: Vec<Farm>,
    /// The page on which surplus is offered to food aid; empty without any.
    aid: String,
}

#[derive(Template)]
#[template(path = "anticipation.html")]
struct OutlookPage {
    frame: Frame,
    heads: Vec<Head>,
    tiles: Vec<(String, &'static str, &'static str)>,
    /// Goods with a gap, then those without; empty where nothing is known yet.
    parts: Vec<Part>,
}

struct Part {
    title: String,
    is_open: bool,
    rows: Vec<Row>,
}

/// `GET /anticipation`
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let week = desk.week(&asked.week).await?;
    let weeks = std::iter::successors(Some(week.next()), |week| Some(week.next()));
    let weeks: Vec<IsoWeek> = weeks.take(AHEAD_WEEKS).collect();
    let known = if is_over(&desk, week).await? { week } else { week.previous() };
    let needs = foreseen(desk.app(), desk.scope, known, weeks.clone()).await?;
    let first = known.monday().plus_days(-7 * (MEMORY_WEEKS - 1)).week();
    let last = weeks.last().copied().unwrap_or(week);
    let offers = rows::offers(&desk.db(), desk.scope.hub(), (first, last)).await?;
    let register = desk.register(week).await?;
    let found = outlook(&register, &needs, &offers, known, &weeks);
    let mut frame = desk.frame(week, "Quatre semaines devant").await?;
    frame.subtitle = "Ce que les cuisines voudront sans doute, à côté de ce que les fermes ont \
        annoncé, promis pour la saison ou apportent d'habitude. L'écart le plus cher d'abord."
        .into();
    html(&OutlookPage {
        frame,
        heads: weeks.iter().map(|&week| head(&register, week)).collect(),
        tiles: tiles(&found),
        parts: parts(&desk, &register, &found)?,
    })
}

fn parts(desk: &Desk, register: &Register, found: &[Outlook]) -> Result<Vec<Part>, Failure> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (mut gaps, mut even) = (Vec::new(), Vec::new());
    for one in found {
        let has_gap = one.weeks.iter().any(|week| week.gap != Gap::Even);
        let rows = if has_gap { &mut gaps } else { &mut even };
        rows.push(row(desk, register, one)?);
    }
    let title = match gaps.is_empty() {
        true => "Rien ne manque, rien n'est de trop",
        false => "À trouver ou à proposer",
    };
    let mut parts = vec![Part { title: title.into(), is_open: true, rows: gaps }];
    if !even.is_empty() {
        let count = even.len() as i64;
        let title = fr::count(count, "produit équilibré", "produits équilibrés");
        parts.push(Part { title, is_open: false, rows: even });
    }
    Ok(parts)
}

/// Whether all orders of a week are there: its list is out, and each of its days is closed.
async fn is_over(desk: &Desk, week: IsoWeek) -> Result<bool, Failure> {
    desk.app()
        .read(desk.scope.at(week), |week, _| {
            let days = week.publication().map(|publication| &publication.days);
            days.is_some_and(|days| days.iter().all(|one| week.closing(one.day).is_some()))
        })
        .await
}

/// What is not as usual in a week: deliveries, days on which schools serve.
fn head(register: &Register, week: IsoWeek) -> Head {
    let deliveries = register.delivery_days(week).len();
    let deliveries = match deliveries {
        0 => "pas de livraison".into(),
        few if few < register.rhythm(week).days.len() => {
            fr::counted(few, "livraison", "livraisons")
        }
        _ => String::new(),
    };
    let school = match register.calendar.school_days(week) {
        0 => "écoles fermées".into(),
        5 => String::new(),
        some => fr::count(some, "jour d'école", "jours d'école"),
    };
    let notes: Vec<String> =
        [deliveries, school].into_iter().filter(|note| !note.is_empty()).collect();
    Head { name: short(week), note: notes.join(", ") }
}

/// `S. 49`
fn short(week: IsoWeek) -> String {
    format!("S.\u{a0}{}", week.week())
}

/// Sums over all goods and weeks: what is missing, what is too much, at what farms are paid.
fn tiles(found: &[Outlook]) -> Vec<(String, &'static str, &'static str)> {
    let weeks = || found.iter().flat_map(|one| &one.weeks);
    let euros = |is_it: fn(&Gap) -> bool| -> i64 {
        weeks().filter(|week| is_it(&week.gap)).map(|week| week.worth.get()).sum()
    };
    let missing = euros(|gap| matches!(gap, Gap::Missing(_)));
    let too_much = euros(|gap| matches!(gap, Gap::TooMuch(_)));
    let lacks = |one: &&Outlook| one.weeks.iter().any(|week| matches!(week.gap, Gap::Missing(_)));
    let goods = found.iter().filter(lacks).count() as i64;
    let (late, changed) =
        (if missing > 0 { "late" } else { "" }, if too_much > 0 { "changed" } else { "" });
    vec![
        (fr::whole_euros(Cents::new(missing)), "à trouver, au prix des fermes", late),
        (fr::whole_euros(Cents::new(too_much)), "de trop, au prix des fermes", changed),
        (fr::integer(goods), fr::plural(goods, "produit à trouver", "produits à trouver"), ""),
    ]
}

fn row(desk: &Desk, register: &Register, one: &Outlook) -> Result<Row, Failure> {
    let product = register.product(one.product)?;
    let first = |is_it: fn(&Gap) -> bool| {
        one.weeks.iter().find(|week| is_it(&week.gap)).map(|week| week.week)
    };
    let missing = first(|gap| matches!(gap, Gap::Missing(_)));
    let too_much = first(|gap| matches!(gap, Gap::TooMuch(_)));
    let dearest = one.weeks.iter().max_by_key(|week| (week.worth, week.gap != Gap::Even));
    let class = match dearest.map(|week| week.gap) {
        Some(Gap::Missing(_)) => "late",
        Some(Gap::TooMuch(_)) => "changed",
        _ => "",
    };
    let farms = match missing {
        Some(week) => one
            .growers
            .iter()
            .filter_map(|grower| farm(desk, register, grower, week, product.unit))
            .collect(),
        None => Vec::new(),
    };
    let worst = one.worst();
    Ok(Row {
        name: product.name.clone(),
        labels: fr::labels(one.labels),
        class,
        cells: one.weeks.iter().map(|week| cell(week, product.unit)).collect(),
        worth: if worst.is_zero() { "–".into() } else { fr::whole_euros(worst) },
        calls: missing.is_some(),
        farms,
        aid: match too_much.filter(|_| desk.caught.may("dock", false)) {
            Some(week) => format!("/weeks/{week}/dock/surplus"),
            None => String::new(),
        },
    })
}

fn cell(week: &WeekOutlook, unit: SaleUnit) -> Cell {
    let (tag, gap) = match week.gap {
        Gap::Even => ("", String::new()),
        Gap::Missing(quantity) => ("late", format!("manque {}", about(quantity, unit))),
        Gap::TooMuch(quantity) => ("changed", format!("{} de trop", about(quantity, unit))),
    };
    let bare = |quantity: Qty| match quantity.is_zero() {
        true => "0".to_string(),
        false => fr::number(whole_units(quantity)),
    };
    Cell {
        week: short(week.week),
        likely: match week.likely.is_zero() {
            true => "–".into(),
            false => about(week.likely, unit),
        },
        range: match week.high.is_zero() {
            true => String::new(),
            false => format!("{} à {}", bare(week.low), bare(week.high)),
        },
        supply: supply(&week.expected, bare),
        tag,
        gap,
    }
}

/// « annoncé 30 », « promis 80 », « habituel 20 »: what there is of it.
fn supply(expected: &Expected, bare: impl Fn(Qty) -> String) -> Vec<String> {
    let parts =
        [("annoncé", expected.said), ("promis", expected.pledged), ("habituel", expected.usual)];
    let there = parts.iter().filter(|(_, quantity)| !quantity.is_zero());
    let said: Vec<String> =
        there.map(|(name, quantity)| format!("{name}\u{a0}{}", bare(*quantity))).collect();
    if said.is_empty() { vec!["rien d'annoncé".into()] } else { said }
}

fn farm(
    desk: &Desk,
    register: &Register,
    grower: &Grower,
    week: IsoWeek,
    unit: SaleUnit,
) -> Option<Farm> {
    let known = register.producers.get(&grower.producer)?;
    let last = grower.last.map(|(week, quantity)| {
        format!("{} en {}", about(quantity, unit), short(week).to_lowercase())
    });
    let pledged = (!grower.pledged.is_zero())
        .then(|| format!("promis {} par semaine", about(grower.pledged, unit)));
    let said: Vec<String> = [pledged, last].into_iter().flatten().collect();
    Some(Farm {
        name: known.identity.name.clone(),
        phone: known.identity.phone.clone(),
        last: said.join(", "),
        href: match desk.caught.may("offers", true) {
            true => format!("/weeks/{week}/offers/farm/{}", grower.producer),
            false => String::new(),
        },
    })
}
