//! Who gets less than was ordered: once the goods of an order line are in, what the dock shares
//! out of them, and the list of a day for whoever telephones. How it was shared out is taken back
//! from here.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::Query;
use plan::distance::metres;
use trade::Week;
use trade::calendar::Day;
use trade::dock::Choices;
use trade::dock::unsort::unsort;
use trade::id::{BuyerId, LineId, OrderLineId};
use trade::offers::Stamp;
use trade::sourcing::effective;
use trade::sourcing::shortage::{ShortagePolicy, is_short};
use trade::unit::Qty;

use super::acts;
use super::floor::{self, Trouble};
use super::told::{Written, told, unheard};
use crate::failure::Failure;
use crate::mail;
use crate::sourcing::words::policy_name;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, Visit, back_to, html};

/// Products that a sentence names.
const NAMED: usize = 4;

/// An order line whose goods are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub line: OrderLineId,
    pub ordered: Qty,
    pub gets: Qty,
    /// What its farms had said that they bring of it.
    pub promised: Qty,
    /// It gets less than was ordered.
    pub is_short: bool,
}

/// The order lines of a day that get less than was ordered, of what has all come.
/// `choices`: how the dock would share them out.
pub fn short_lines(week: &Week, day: Day, choices: &Choices) -> Result<Vec<Short>, Failure> {
    let mut lines = lines_in(week, day, choices)?;
    lines.retain(|line| line.is_short);
    Ok(lines)
}

/// The order lines of a day of which all has come: what is put aside for them, with what the dock
/// would put aside now.
pub fn lines_in(week: &Week, day: Day, choices: &Choices) -> Result<Vec<Short>, Failure> {
    let mut promised: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    let mut waiting: BTreeSet<LineId> = BTreeSet::new();
    for purchase in week.purchase_lines_on(day) {
        let comes = !week.confirmed(purchase.id).is_zero();
        if comes && week.receipts_of(purchase.id).next().is_none() {
            waiting.insert(purchase.line);
        }
        for (line, quantity) in effective(week, purchase) {
            *promised.entry(line).or_default() += quantity.get();
        }
    }
    // For what the last plan found no farm, nothing comes.
    let plan = week.plans().iter().rfind(|plan| plan.day == day);
    for shortfall in plan.iter().flat_map(|plan| &plan.shortfalls) {
        promised.entry(shortfall.order_line).or_default();
    }
    let mut coming: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    // Nothing to sort is nothing to come.
    for sorting in trade::dock::sort_by(week, day, choices, metres).unwrap_or_default() {
        *coming.entry(sorting.order_line).or_default() += sorting.quantity.get();
    }
    let mut lines = Vec::new();
    for (line, promised) in promised {
        let known = week.order_line(line)?.1;
        if waiting.contains(&known.line) {
            continue;
        }
        let more = coming.get(&line).copied().unwrap_or(0);
        let (ordered, gets) = (week.ordered(line), Qty::new(week.sorted_for(line).get() + more));
        let is_short = is_short(gets, ordered, known.pack, known.unit);
        lines.push(Short { line, ordered, gets, promised: Qty::new(promised), is_short });
    }
    Ok(lines)
}

/// « 6 acheteurs reçoivent moins que commandé : Carotte, Poireau »; empty when all get theirs.
pub fn said(week: &Week, short: &[Short]) -> Result<String, Failure> {
    let (mut buyers, mut products) = (BTreeSet::new(), BTreeSet::new());
    for one in short {
        let (order, line) = week.order_line(one.line)?;
        buyers.insert(order.buyer);
        products.insert(line.name.as_str());
    }
    if buyers.is_empty() {
        return Ok(String::new());
    }
    let who = fr::count(buyers.len() as i64, "acheteur reçoit", "acheteurs reçoivent");
    let named: Vec<&str> = products.iter().take(NAMED).copied().collect();
    let more = match products.len().saturating_sub(NAMED) {
        0 => String::new(),
        many => format!(" et {}", fr::count(many as i64, "autre produit", "autres produits")),
    };
    Ok(format!("{who} moins que commandé : {}{more}", named.join(", ")))
}

/// Somebody who gets less.
struct Row {
    buyer: String,
    site: String,
    phone: String,
    ordered: String,
    gets: String,
    lacks: String,
    is_told: bool,
}

/// Goods of which there is less.
struct Goods {
    line: LineId,
    product: String,
    /// The rule that is looked at; empty: as farms' words were shared out, else in proportion.
    policy: &'static str,
    /// It was shared out, and nobody has signed for any of it.
    can_undo: bool,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "dock_shortages.html")]
struct ShortPage {
    frame: Frame,
    action: String,
    back_href: String,
    day: String,
    troubles: Vec<Trouble>,
    goods: Vec<Goods>,
    /// Buyers who have not heard of it.
    unheard: usize,
    /// What has come is still to be shared out.
    can_sort: bool,
    /// Rules to choose from, by code.
    policies: Vec<(&'static str, &'static str)>,
    may_write: bool,
}

/// The rules that are chosen for goods: `policy-12=priority`, by line of the price list.
pub fn choices<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Choices, Failure> {
    let mut choices = Choices::new();
    for (line, policy) in fields.filter(|(_, policy)| !policy.is_empty()) {
        let known = line.parse().ok().map(LineId).zip(ShortagePolicy::parse(policy));
        let unknown = || Failure::Input(format!("« Partage » : « {policy} » est inconnu."));
        let (line, policy) = known.ok_or_else(unknown)?;
        choices.insert(line, policy);
    }
    Ok(choices)
}

/// `GET …/dock/shortages/{day}?policy-12=priority`: who gets less of what, as it is put aside or
/// would be.
pub async fn look(visit: Visit, Query(asked): Query<Vec<(String, String)>>) -> Answer {
    let chosen = asked
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("policy-")?, value.as_str())));
    let choices = choices(chosen)?;
    let day = visit.day()?;
    let written = mail::shortages_written(visit.app(), visit.place).await?;
    html(&visit.see(|week| page(&visit, week, day, &choices, &written)).await?)
}

fn page(
    visit: &Visit,
    week: &Week,
    day: Day,
    choices: &Choices,
    written: &Written,
) -> Result<ShortPage, Failure> {
    let mut frame = visit.frame(week, "dock", "Qui reçoit moins");
    let can_sort = trade::dock::sort(week, day, metres).is_ok();
    let how = match can_sort {
        true => "ce que donnera l'allotissement de ce qui est reçu",
        false => "ce qui est alloti",
    };
    let rule = match choices.is_empty() {
        true => "selon les partages confirmés, sinon en proportion",
        false => "selon le partage choisi",
    };
    frame.subtitle = format!("{} · {how}, {rule}", fr::day(day));
    let unheard = unheard(week, day, choices, written)?;
    let troubles = floor::troubles(visit, week, day)?.into_iter();
    Ok(ShortPage {
        frame,
        action: visit.href("dock"),
        back_href: visit.href("dock"),
        day: day.to_string(),
        troubles: troubles.filter(|one| one.day == day).collect(),
        goods: goods(week, day, choices, (&unheard, &visit.stamp()))?,
        unheard: unheard.len(),
        can_sort,
        policies: ShortagePolicy::ALL.map(|one| (one.code(), policy_name(one))).to_vec(),
        may_write: visit.may("dock", true),
    })
}

fn goods(
    week: &Week,
    day: Day,
    choices: &Choices,
    (unheard, stamp): (&BTreeMap<BuyerId, Vec<OrderLineId>>, &Stamp),
) -> Result<Vec<Goods>, Failure> {
    let register = week.register();
    let mut goods: BTreeMap<LineId, Goods> = BTreeMap::new();
    for short in short_lines(week, day, choices)? {
        let (order, line) = week.order_line(short.line)?;
        let buyer = &register.buyer(order.buyer)?.identity;
        let site = &register.site(order.site)?.name;
        let lacks = Qty::new(short.ordered.get() - short.gets.get());
        let of = goods.entry(line.line).or_insert_with(|| Goods {
            line: line.line,
            product: format!("{} {}", line.name, fr::labels(line.labels)).trim().into(),
            policy: choices.get(&line.line).map_or("", |policy| policy.code()),
            can_undo: unsort(week, day, line.line, stamp.clone()).is_ok(),
            rows: Vec::new(),
        });
        of.rows.push(Row {
            buyer: buyer.name.clone(),
            site: if *site == buyer.name { String::new() } else { site.clone() },
            phone: buyer.phone.clone(),
            ordered: fr::qty(short.ordered, line.unit),
            gets: fr::qty(short.gets, line.unit),
            lacks: fr::qty(lacks, line.unit),
            is_told: !unheard.get(&order.buyer).is_some_and(|own| own.contains(&short.line)),
        });
    }
    Ok(goods.into_values().collect())
}

/// `POST …/dock/shortages`: writes to those who have not heard yet, of goods that never came too.
pub async fn send(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let letters = acts::tell_short(visit.app(), visit.place, day, &visit.stamp()).await?;
    let said = match letters {
        0 => "Tous ceux qui reçoivent moins sont déjà prévenus.".into(),
        many => format!("{}.", told(many)),
    };
    back_to(&visit.href(&format!("dock/shortages/{day}")), &said)
}

/// `POST …/dock/unsortings`: takes back how goods were shared out. Who heard of it hears of how
/// they are shared out anew.
pub async fn undo(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let line = LineId(fields.number("line", "Ligne de la mercuriale")?);
    acts::unsort(visit.app(), visit.place, day, line, &visit.stamp()).await?;
    let name = visit.see(|week| goods_name(week, line)).await?;
    let said = format!(
        "{name} : partage annulé, la marchandise est de nouveau à allotir. Qui était prévenu le \
         sera du nouveau partage."
    );
    back_to(&visit.href(&format!("dock/shortages/{day}")), &said)
}

fn goods_name(week: &Week, line: LineId) -> Result<String, Failure> {
    let product = week.sale()?.publication.line(line)?.product;
    Ok(week.register().product(product)?.name.clone())
}
