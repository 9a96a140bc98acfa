//! The page of the weeks ahead.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::calendar::IsoWeek;
use trade::catalog::{Product, SaleUnit};
use trade::needs::whole_units;
use trade::offers::outlook::{Expected, Gap, Grower, Outlook, WeekOutlook};
use trade::register::Register;
use trade::unit::{Cents, Qty};

use super::aid::line_code;
use super::desk::Desk;
use super::look::Ahead;
use crate::clock;
use crate::failure::Failure;
use crate::needs::about;
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
    /// Even, in a row that has a gap in another week: left out where there is no room.
    is_calm: bool,
    /// When food aid was told of it, and of how much; empty when it was not.
    told: String,
    /// What the form sends to tell it; empty where there is nothing to tell.
    line: String,
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
    /// What is missing in the dearest of the weeks, and what is too much in its own; or empty.
    lack: String,
    excess: String,
    calls: bool,
    farms: Vec<Farm>,
    /// The page on which surplus of a published week is offered to food aid; empty without any.
    aid: String,
}

#[derive(Template)]
#[template(path = "anticipation.html")]
struct OutlookPage {
    frame: Frame,
    heads: Vec<Head>,
    tiles: Vec<(String, &'static str, &'static str)>,
    /// Goods with a gap by family, then those without; empty where nothing is known yet.
    parts: Vec<Part>,
    /// The week from which one looks, for the form that tells food aid; empty when there is nothing
    /// to tell, or not by this person.
    telling: String,
}

struct Part {
    title: String,
    is_open: bool,
    rows: Vec<Row>,
}

/// `GET /anticipation`
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let ahead = Ahead::of(&desk, &asked.week).await?;
    let register = &ahead.register;
    let mut frame = desk.frame(ahead.week, "Quatre semaines devant").await?;
    frame.subtitle = "Ce que les cuisines voudront sans doute, à côté de ce que les fermes ont \
        annoncé, promis pour la saison ou apportent d'habitude. L'écart le plus cher d'abord."
        .into();
    let parts = parts(&desk, &ahead)?;
    let tells = |row: &Row| row.cells.iter().any(|cell| !cell.line.is_empty());
    let has_some = parts.iter().flat_map(|part| &part.rows).any(tells);
    html(&OutlookPage {
        frame,
        heads: ahead.weeks.iter().map(|&week| head(register, week)).collect(),
        tiles: tiles(&ahead.found),
        parts,
        telling: if has_some { ahead.week.to_string() } else { String::new() },
    })
}

/// Families in the order of their dearest gap, open; then all that is even, folded.
fn parts(desk: &Desk, ahead: &Ahead) -> Result<Vec<Part>, Failure> {
    let mut families: Vec<(String, Vec<(&Outlook, &Product)>)> = Vec::new();
    let mut even = Vec::new();
    for one in &ahead.found {
        let product = ahead.register.product(one.product)?;
        if !one.has_gap() {
            even.push(row(desk, ahead, one, product));
            continue;
        }
        let family = fr::family(product.family);
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, all)) => all.push((one, product)),
            None => families.push((family, vec![(one, product)])),
        }
    }
    let mut parts = Vec::new();
    for (family, all) in families {
        let title = format!("{family} : {}", counted_gaps(&all));
        let rows = all.into_iter().map(|(one, product)| row(desk, ahead, one, product));
        parts.push(Part { title: fr::typeset(&title), is_open: true, rows: rows.collect() });
    }
    if !even.is_empty() {
        let rest = if parts.is_empty() { "Tout va" } else { "Le reste va" };
        let title = format!("{rest} : {}", fr::counted(even.len(), "produit", "produits"));
        parts.push(Part { title: fr::typeset(&title), is_open: false, rows: even });
    }
    Ok(parts)
}

/// `3 à trouver, 1 de trop`
fn counted_gaps(all: &[(&Outlook, &Product)]) -> String {
    let count = |is_it: fn(&Gap) -> bool| {
        all.iter().filter(|(one, _)| one.weeks.iter().any(|week| is_it(&week.gap))).count()
    };
    let counts = [
        (count(|gap| matches!(gap, Gap::Missing(_))), "à trouver"),
        (count(|gap| matches!(gap, Gap::TooMuch(_))), "de trop"),
    ];
    let some = counts.into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
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
        (fr::whole_euros(Cents::new(missing)), "Manque, au prix des fermes", late),
        (fr::whole_euros(Cents::new(too_much)), "Excédent, au prix des fermes", changed),
        (fr::integer(goods), fr::plural(goods, "produit à trouver", "produits à trouver"), ""),
    ]
}

fn row(desk: &Desk, ahead: &Ahead, one: &Outlook, product: &Product) -> Row {
    let first = |is_it: fn(&Gap) -> bool| {
        one.weeks.iter().find(|week| is_it(&week.gap)).map(|week| week.week)
    };
    let missing = first(|gap| matches!(gap, Gap::Missing(_)));
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
            .filter_map(|grower| farm(desk, &ahead.register, grower, week, product.unit))
            .collect(),
        None => Vec::new(),
    };
    let worth = |worth: Cents| match worth.is_zero() {
        true => String::new(),
        false => fr::whole_euros(worth),
    };
    Row {
        name: product.name.clone(),
        labels: fr::labels(one.labels),
        class,
        cells: one.weeks.iter().map(|week| cell(desk, ahead, one, week, product.unit)).collect(),
        lack: worth(one.lack()),
        excess: worth(one.excess()),
        calls: missing.is_some(),
        farms,
        aid: surplus_page(desk, ahead, one),
    }
}

/// Where surplus is offered, in the first week of too much whose list is out: before that there is
/// nothing to offer.
fn surplus_page(desk: &Desk, ahead: &Ahead, one: &Outlook) -> String {
    let is_it = |week: &&WeekOutlook| {
        matches!(week.gap, Gap::TooMuch(_)) && ahead.published.contains(&week.week)
    };
    match one.weeks.iter().find(is_it).filter(|_| desk.caught.may("dock", false)) {
        Some(week) => format!("/weeks/{}/dock/surplus", week.week),
        None => String::new(),
    }
}

fn cell(desk: &Desk, ahead: &Ahead, one: &Outlook, week: &WeekOutlook, unit: SaleUnit) -> Cell {
    let (tag, gap) = match week.gap {
        Gap::Even => ("", String::new()),
        Gap::Missing(quantity) => ("late", format!("manque {}", about(quantity, unit))),
        Gap::TooMuch(quantity) => ("changed", format!("{} de trop", about(quantity, unit))),
    };
    let bare = |quantity: Qty| match quantity.is_zero() {
        true => "0".to_string(),
        false => fr::number(whole_units(quantity)),
    };
    let line = (one.goods(), week.week);
    let told = ahead.told(line).map(|told| {
        let day = fr::numbers_day(clock::civil(told.at).0);
        format!("annoncé le {day}, environ {}", about(told.what.quantity, unit))
    });
    let is_new = matches!(week.gap, Gap::TooMuch(_)) && desk.may_write() && ahead.may_tell(line);
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
        is_calm: week.gap == Gap::Even && one.has_gap(),
        told: told.unwrap_or_default(),
        line: if is_new { line_code(line) } else { String::new() },
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
