//! Who gets less than was ordered: once the goods of an order line are in, what the dock shares
//! out of them, the list of a day for whoever telephones, and the letters about it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use askama::Template;
use axum::extract::Query;
use trade::Week;
use trade::calendar::Day;
use trade::dock::Choices;
use trade::id::{BuyerId, LineId, OrderLineId};
use trade::offers::Stamp;
use trade::sourcing::effective;
use trade::sourcing::shortage::{ShortagePolicy, is_short};
use trade::unit::Qty;

use super::acts;
use super::floor::{self, Trouble};
use crate::failure::Failure;
use crate::mail;
use crate::sourcing::words::policy_name;
use crate::store::act::Act;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, Visit, back_to, html};

/// Letters about shortages that are written: to whom, in which version.
pub type Written = HashSet<(String, i64)>;

/// The version of a letter of the dock is a day, and a bit for each order line of the buyer that it
/// speaks of. Before the goods come, a version counts the words of the farms, which are fewer.
/// Order lines of a buyer and day that have a bit of their own; further ones share them.
const LINES: u32 = 40;

/// Products that a sentence names.
const NAMED: usize = 4;

/// An order line whose goods are in, and that gets less than was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub line: OrderLineId,
    pub ordered: Qty,
    pub gets: Qty,
    /// What its farms had said that they bring of it.
    promised: Qty,
}

/// The order lines of a day that get less than was ordered, of what has all come: what is put
/// aside for them, with what the dock would put aside now.
/// `choices`: how the dock would share them out.
pub fn short_lines(week: &Week, day: Day, choices: &Choices) -> Result<Vec<Short>, Failure> {
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
    for sorting in trade::dock::sort_by(week, day, choices).unwrap_or_default() {
        *coming.entry(sorting.order_line).or_default() += sorting.quantity.get();
    }
    let mut short = Vec::new();
    for (line, promised) in promised {
        let known = week.order_line(line)?.1;
        if waiting.contains(&known.line) {
            continue;
        }
        let more = coming.get(&line).copied().unwrap_or(0);
        let (ordered, gets) = (week.ordered(line), Qty::new(week.sorted_for(line).get() + more));
        if is_short(gets, ordered, known.pack, known.unit) {
            short.push(Short { line, ordered, gets, promised: Qty::new(promised) });
        }
    }
    Ok(short)
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

/// The bits of order lines among all that their buyer ordered for the day.
fn bits(week: &Week, day: Day, buyer: BuyerId, lines: &[OrderLineId]) -> i64 {
    let orders = week.orders().iter().filter(|order| order.buyer == buyer && order.day == day);
    let all = orders.flat_map(|order| order.lines.iter().map(|line| order.line_id(line.rank)));
    let own = (0..LINES).cycle().zip(all).filter(|(_, line)| lines.contains(line));
    own.fold(0, |bits, (bit, _)| bits | 1 << bit)
}

/// The version of the letter of a day about these lines.
fn version(day: Day, bits: i64) -> i64 {
    (i64::from(day.days()) << LINES) | bits
}

/// The bits of all lines of a day of which a buyer has had letters.
fn told_bits(day: Day, buyer: BuyerId, written: &Written) -> i64 {
    let of_day = version(day, 0);
    let own = written.iter().filter(|(who, _)| who.as_str() == buyer.as_str());
    let own =
        own.map(|(_, version)| version - of_day).filter(|bits| (0..1 << LINES).contains(bits));
    own.fold(0, |all, bits| all | bits)
}

/// The buyers who have not heard yet of what they get less, each with those order lines. Who had a
/// letter when the farm said so, before the goods came, has heard of as much.
fn unheard(
    week: &Week,
    day: Day,
    choices: &Choices,
    written: &Written,
) -> Result<BTreeMap<BuyerId, Vec<OrderLineId>>, Failure> {
    let mut news: BTreeMap<BuyerId, Vec<OrderLineId>> = BTreeMap::new();
    for short in short_lines(week, day, choices)? {
        let (order, line) = week.order_line(short.line)?;
        let is_known = has_heard(week, order.buyer, short.line, written);
        if !is_known || is_short(short.gets, short.promised, line.pack, line.unit) {
            news.entry(order.buyer).or_default().push(short.line);
        }
    }
    // A buyer hears once of a line, and again only of others.
    for (&buyer, lines) in &mut news {
        let told = told_bits(day, buyer, written);
        lines.retain(|&line| bits(week, day, buyer, &[line]) & !told != 0);
    }
    news.retain(|_, lines| !lines.is_empty());
    Ok(news)
}

/// True when a letter was about the word of a farm for this order line: its version is the number
/// of that word.
fn has_heard(week: &Week, buyer: BuyerId, line: OrderLineId, written: &Written) -> bool {
    let own = written.iter().filter(|(who, _)| who.as_str() == buyer.as_str());
    let mut words = own.filter_map(|(_, version)| {
        let at = usize::try_from(*version).ok()?.checked_sub(1)?;
        week.confirmations().get(at)
    });
    words.any(|word| week.allocations_for(line).any(|part| part.purchase_line == word.line))
}

/// Writes to every buyer who has not heard yet of getting less; how many.
pub fn tell(
    act: &mut Act<'_>,
    day: Day,
    written: &Written,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    let news = unheard(act.week(), day, &Choices::new(), written)?;
    for (&buyer, lines) in &news {
        let version = version(day, bits(act.week(), day, buyer, lines));
        let letter = mail::shortage(act.week(), buyer, lines, version, stamp)?;
        act.send(letter);
    }
    Ok(news.len())
}

/// « 3 acheteurs prévenus par courriel »
pub fn told(letters: usize) -> String {
    let who = fr::count(letters as i64, "acheteur prévenu", "acheteurs prévenus");
    format!("{who} par courriel")
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
    let can_sort = trade::dock::sort(week, day).is_ok();
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
        goods: goods(week, day, choices, &unheard)?,
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
    unheard: &BTreeMap<BuyerId, Vec<OrderLineId>>,
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
