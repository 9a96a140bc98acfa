//! What a buyer ordered last, and what of it can be ordered again.

use std::collections::{BTreeMap, BTreeSet};

use trade::calendar::{Day, IsoWeek, Weekday};
use trade::catalog::{Labels, Product, SaleUnit};
use trade::id::{LineId, ProducerId, ProductId, SiteId};
use trade::mercuriale::{LinePolicy, MercurialeLine, Publication};
use trade::orders::{Channel, Order};
use trade::unit::Qty;

use super::sheet::{Cell, Typed};
use crate::access::buyer::BuyerWeek;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::BuyerVisit;

/// What a buyer ordered in the last week before this one in which it ordered anything.
#[derive(Default)]
pub struct Last {
    /// `la semaine dernière`, `le mardi 10 novembre`, `la semaine du 9 novembre`: what stands
    /// behind "comme". Empty when nothing was ordered before.
    pub name: String,
    pub lines: Vec<Before>,
}

impl Last {
    /// With "de": `de la semaine dernière`, `du mardi 10 novembre`.
    pub fn of(&self) -> String {
        match self.name.strip_prefix("le ") {
            Some(day) => format!("du {day}"),
            None => format!("de {}", self.name),
        }
    }
}

/// A quantity that was ordered before.
pub struct Before {
    product: ProductId,
    labels: Labels,
    producer: Option<ProducerId>,
    name: String,
    unit: SaleUnit,
    site: SiteId,
    weekday: Weekday,
    quantity: Qty,
}

/// What the buyer ordered last before the week of the visit, as last amended. Standing orders come
/// by themselves, and surplus was a chance: ordering them again would have them twice.
pub async fn last_order(visit: &BuyerVisit) -> Result<Last, Failure> {
    for earlier in visit.scope.last_ordered(visit.app(), visit.week).await? {
        let look = |week: BuyerWeek<'_>| Ok((sums(week), days(week)));
        let weeks = (visit.week, earlier);
        match visit.scope.see_earlier(visit.app(), weeks, look).await {
            // All of it may have been taken back.
            Ok((lines, _)) if lines.is_empty() => {}
            Ok((lines, days)) => {
                let name = named_as(visit.week, earlier, &days);
                return Ok(Last { name, lines });
            }
            // The buyer was not known then.
            Err(Failure::NotFound(_) | Failure::Denied(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Last::default())
}

/// What an earlier order is called: by its day, or by its week when it was for several.
fn named_as(here: IsoWeek, earlier: IsoWeek, days: &BTreeSet<Day>) -> String {
    match (earlier == here.previous(), days.first()) {
        (true, _) => "la semaine dernière".into(),
        (false, Some(&day)) if days.len() == 1 => format!("le {}", fr::day(day)),
        (false, _) => format!("la semaine du {}", fr::day_of_month(earlier.monday())),
    }
}

/// The orders that can be made again.
fn again_of(week: BuyerWeek<'_>) -> impl Iterator<Item = &Order> {
    week.orders().filter(|one| !matches!(one.channel, Channel::Standing | Channel::Surplus))
}

fn days(week: BuyerWeek<'_>) -> BTreeSet<Day> {
    again_of(week).map(|order| order.day).collect()
}

fn sums(week: BuyerWeek<'_>) -> Vec<Before> {
    let mut found: Vec<Before> = Vec::new();
    for order in again_of(week) {
        for line in &order.lines {
            let quantity = week.ordered(order.line_id(line.rank));
            let producer = match line.policy {
                LinePolicy::Pooled => None,
                LinePolicy::Named(producer) => Some(producer),
            };
            let same = |one: &&mut Before| {
                (one.product, one.labels, one.producer) == (line.product, line.labels, producer)
                    && (one.site, one.weekday) == (order.site, order.day.weekday())
            };
            match found.iter_mut().find(same) {
                Some(one) => one.quantity = Qty::new(one.quantity.get() + quantity.get()),
                None => found.push(Before {
                    product: line.product,
                    labels: line.labels,
                    producer,
                    name: line.name.clone(),
                    unit: line.unit,
                    site: order.site,
                    weekday: order.day.weekday(),
                    quantity,
                }),
            }
        }
    }
    found.retain(|one| !one.quantity.is_zero());
    found
}

/// The last quantities on the same weekdays of this week, and one sentence for each that
/// cannot be had again as it was. `columns` are the open deliveries, `fresh` those of them for
/// which nothing is ordered yet.
pub fn again(
    week: BuyerWeek<'_>,
    list: &Publication,
    fresh: &[(Day, SiteId)],
    columns: &[(Day, SiteId)],
    before: &[Before],
) -> Result<(Typed, Vec<String>), Failure> {
    let mut typed = Typed::default();
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut said = Vec::new();
    let mut ordered: BTreeSet<String> = BTreeSet::new();
    let mut closed: BTreeMap<i32, i64> = BTreeMap::new();
    for one in before {
        let open = |(day, site): &&(Day, SiteId)| day.weekday() == one.weekday && *site == one.site;
        let Some(&(day, site)) = columns.iter().find(open) else {
            *closed.entry(one.weekday.rank()).or_default() += 1;
            continue;
        };
        if !fresh.contains(&(day, site)) {
            ordered.insert(format!("Le {} est déjà commandé : rien n'y est repris.", fr::day(day)));
            continue;
        }
        let asked = fr::qty(one.quantity, one.unit);
        let Some(line) = list.find(one.product, one.labels, one.producer) else {
            let instead = instead(week, list, one)?;
            let name = named(&one.name, one.labels);
            let what = format!("{asked} le {}", fr::weekday(one.weekday));
            missing.entry(format!("{name}|{instead}")).or_default().push(what);
            continue;
        };
        let left = week.left(line.id, day);
        let possible = line.whole_packs(one.quantity.min(left));
        if possible < one.quantity {
            let have = match possible.is_zero() {
                true => "il n'en reste plus".to_string(),
                false => format!("{} au lieu de {asked}", fr::qty(possible, one.unit)),
            };
            said.push(format!("{}, {} : {have}.", named(&one.name, one.labels), fr::day(day)));
        }
        if !possible.is_zero() {
            typed.add((line.id, day, site), possible);
        }
    }
    let mut all: Vec<String> = missing.iter().map(|(key, days)| gone(key, days)).collect();
    all.extend(said);
    all.extend(ordered);
    all.extend(closed.iter().map(|(rank, lines)| not_open(*rank, *lines)));
    Ok((typed, all))
}

fn gone(key: &str, days: &[String]) -> String {
    let (name, instead) = key.split_once('|').unwrap_or((key, ""));
    let days = days.join(", ");
    match instead {
        "" => format!("{name} ({days}) : plus à la mercuriale, rien ne le remplace."),
        instead => format!("{name} ({days}) : plus à la mercuriale. À la place : {instead}."),
    }
}

fn not_open(rank: i32, lines: i64) -> String {
    let weekday = Weekday::ALL.into_iter().find(|day| day.rank() == rank);
    let name = weekday.map(fr::weekday).unwrap_or_default();
    let lines = fr::count(lines, "quantité n'est pas reprise", "quantités ne sont pas reprises");
    format!("Le {name} ne prend plus de commande : {lines}.")
}

fn named(name: &str, labels: Labels) -> String {
    match labels.is_empty() {
        true => name.to_string(),
        false => format!("{name} {}", fr::labels(labels)),
    }
}

/// What stands nearest to goods that are gone: the same product, else the same species.
fn instead(week: BuyerWeek<'_>, list: &Publication, gone: &Before) -> Result<String, Failure> {
    let species = week.list().product(gone.product).map(|product| product.species.clone());
    let species = species.unwrap_or_default();
    let mut near: Vec<(&MercurialeLine, &Product)> = Vec::new();
    for line in &list.lines {
        let product = week.list().product(line.product)?;
        let is_near =
            product.id == gone.product || (!species.is_empty() && product.species == species);
        if is_near && product.unit == gone.unit {
            near.push((line, product));
        }
    }
    near.sort_by_key(|(line, product)| (product.id != gone.product, line.sale, line.id));
    let said = near.iter().take(2).map(|(line, product)| {
        format!(
            "{} à {}",
            named(&product.name, line.labels),
            fr::price_per(line.sale, product.unit)
        )
    });
    Ok(said.collect::<Vec<_>>().join(" ou "))
}

/// Which lines of the list the buyer had in its last order.
pub fn known_lines(list: &Publication, before: &[Before]) -> Vec<LineId> {
    let lines = before.iter().filter_map(|one| list.find(one.product, one.labels, one.producer));
    lines.map(|line| line.id).collect()
}

impl Typed {
    pub fn add(&mut self, cell: Cell, quantity: Qty) {
        let sum = self.sum.entry(cell).or_default();
        *sum = Qty::new(sum.get() + quantity.get());
        self.text.insert(cell, fr::number(*sum));
    }
}
