//! A farm brings less than was ordered from it: who gets how much of it. The split is by a rule, in
//! whole packs, or by the coordinator's own numbers; it is looked at, confirmed, and may be taken
//! back until the goods have come.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::Week;
use trade::id::{BuyerId, OrderId, OrderLineId, PurchaseLineId};
use trade::offers::Stamp;
use trade::sourcing::shortage::{ShortagePolicy, is_short};
use trade::sourcing::{
    self, Confirmation, PurchaseLine, SharedBy, Sharing, confirm_shared, effective, expected,
    share_out,
};
use trade::unit::Qty;

use super::words::{policy_name, shared_name};
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::Place;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Fields, Visit, back_to, html, read_qty};

/// What an order line gets.
struct Part {
    /// The order line, as the form names it.
    code: String,
    buyer: String,
    site: String,
    phone: String,
    asked: String,
    gets: String,
    /// The same, as it is typed.
    typed: String,
    lacks: String,
    is_short: bool,
}

#[derive(Template)]
#[template(path = "shortage.html")]
struct ShortagePage {
    frame: Frame,
    action: String,
    line: i64,
    unit: &'static str,
    asked: String,
    /// All of it, as it is typed.
    all: String,
    /// What the farm brings, as it is typed.
    brings: String,
    brings_said: String,
    lacks_said: String,
    parts: Vec<Part>,
    /// The rules to choose from, and the one that is shown.
    policies: Vec<(&'static str, &'static str)>,
    policy: &'static str,
    /// How it is shared out, in words.
    how: &'static str,
    /// Buyers who get less than they do now.
    short: usize,
    /// The split differs from what stands: it can be confirmed.
    is_new: bool,
    /// Less than all is confirmed: it can be taken back.
    is_noted: bool,
    is_open: bool,
    /// Farms that still have some of the goods that day.
    others: Vec<(String, String)>,
    back_href: String,
    /// What the dock shares out, once the goods are here.
    dock_href: String,
    may_write: bool,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    brings: String,
    #[serde(default)]
    policy: String,
}

/// The rule that is asked for; `None` where the page is only looked at.
fn policy_of(text: &str) -> Result<Option<ShortagePolicy>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let unknown = || Failure::Input(format!("« Partage » : « {text} » est inconnu."));
    ShortagePolicy::parse(text).map(Some).ok_or_else(unknown)
}

fn line_of(visit: &Visit) -> Result<PurchaseLineId, Failure> {
    let code = visit.param("line")?;
    let unknown = || Failure::NotFound(format!("La ligne d'achat « {code} » est inconnue."));
    code.parse().map(PurchaseLineId).map_err(|_| unknown())
}

/// `GET …/sourcing/shortage/{line}?brings=30&policy=priority`: the split that would be.
pub async fn look(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let id = line_of(&visit)?;
    let brings = match asked.brings.trim() {
        "" => None,
        text => Some(read_qty(text, "La ferme apporte")?),
    };
    let policy = policy_of(asked.policy.trim())?;
    html(&visit.see(|week| page(&visit, week, id, (brings, policy))).await?)
}

fn page(
    visit: &Visit,
    week: &Week,
    id: PurchaseLineId,
    (brings, policy): (Option<Qty>, Option<ShortagePolicy>),
) -> Result<ShortagePage, Failure> {
    let line = week.purchase_line(id)?;
    let register = week.register();
    let (product, farm) = (register.product(line.product)?, register.producer(line.producer)?);
    let stands = week.confirmed(id);
    let brings = brings.unwrap_or(stands);
    let known = week.sharing(id).map(|sharing| sharing.by);
    let is_new = brings != stands || policy.is_some_and(|one| is_other(known, one));
    let by = by(known, policy, is_new);
    let is_open = week.receipts_of(id).next().is_none();
    let refusal = (brings != stands)
        .then(|| sourcing::confirm(week, id, brings, visit.stamp()).err())
        .flatten();
    let of = |quantity: Qty| fr::qty(quantity, product.unit);
    let mut frame = visit.frame(week, "sourcing", &format!("Manque : {}", product.name));
    let goods = format!("{} {}", product.name, fr::labels(line.labels));
    let (goods, farm) = (goods.trim_end(), &farm.identity.name);
    let (day, ordered) = (fr::day(line.day), of(line.quantity));
    frame.subtitle = format!("{goods} · {farm} · {day} · {ordered} en commande");
    if let Some(denial) = &refusal {
        frame = frame.tell(Notice::wrong(crate::denied::sentence(denial)));
    } else if !is_open {
        let said = "La marchandise est arrivée : le partage est celui du quai.";
        frame = frame.tell(Notice::known(said));
    }
    let gets = match (is_new, by) {
        (true, SharedBy::Policy(policy)) => {
            share_out(week, line, brings.min(line.quantity), policy)
        }
        _ => effective(week, line),
    };
    let parts = parts(week, line, &gets)?;
    let lacks = line.quantity.get() - brings.get();
    Ok(ShortagePage {
        frame,
        action: visit.href("sourcing/shortages"),
        line: id.0,
        unit: fr::unit(product.unit, true),
        asked: of(line.quantity),
        all: fr::number(line.quantity),
        brings: fr::number(brings),
        brings_said: of(brings),
        lacks_said: of(Qty::new(lacks.max(0))),
        short: parts.iter().filter(|part| part.is_short).count(),
        parts,
        policies: ShortagePolicy::ALL.map(|one| (one.code(), policy_name(one))).to_vec(),
        policy: by.code(),
        how: shared_name(by),
        is_new: is_new && brings < line.quantity.max(stands) && refusal.is_none(),
        is_noted: stands < line.quantity,
        is_open,
        others: others(week, line)?,
        back_href: format!("{}#{}", visit.href("sourcing"), line.day),
        dock_href: visit.href(&format!("dock/shortages/{}#l{}", line.day, line.line)),
        may_write: visit.may("sourcing", true),
    })
}

/// How a split is made that is shown: as it stands, or by the rule that is chosen.
fn by(known: Option<SharedBy>, chosen: Option<ShortagePolicy>, is_new: bool) -> SharedBy {
    let standing = known.unwrap_or(SharedBy::Policy(ShortagePolicy::Proportional));
    match (chosen, is_new, standing) {
        (Some(policy), true, _) => SharedBy::Policy(policy),
        // What was chosen by hand fits no other quantity.
        (None, true, SharedBy::Hand) => SharedBy::Policy(ShortagePolicy::Proportional),
        _ => standing,
    }
}

/// True when the rule is not the one that stands.
fn is_other(known: Option<SharedBy>, policy: ShortagePolicy) -> bool {
    known.unwrap_or(SharedBy::Policy(ShortagePolicy::Proportional)) != SharedBy::Policy(policy)
}

/// What each order line was to get of a purchase line, and gets.
fn parts(
    week: &Week,
    line: &PurchaseLine,
    gets: &[(OrderLineId, Qty)],
) -> Result<Vec<Part>, Failure> {
    let register = week.register();
    let unit = register.product(line.product)?.unit;
    let mut parts = Vec::with_capacity(gets.len());
    let mut seen = BTreeSet::new();
    for one in week.allocations_of(line.id) {
        let id = one.order_line;
        if !seen.insert(id) {
            continue;
        }
        let own = week.allocations_of(line.id).filter(|other| other.order_line == id);
        let asked = Qty::new(own.map(|other| other.quantity.get()).sum());
        let own = gets.iter().filter(|(one, _)| *one == id);
        let gets = Qty::new(own.map(|(_, part)| part.get()).sum());
        let (order, _) = week.order_line(id)?;
        let buyer = &register.buyer(order.buyer)?.identity;
        let site = &register.site(order.site)?.name;
        let lacks = Qty::new(asked.get() - gets.get());
        parts.push(Part {
            code: id.to_string(),
            buyer: buyer.name.clone(),
            site: if *site == buyer.name { String::new() } else { site.clone() },
            phone: buyer.phone.clone(),
            asked: fr::qty(asked, unit),
            gets: fr::qty(gets, unit),
            typed: fr::number(gets),
            lacks: if lacks.is_zero() { String::new() } else { fr::qty(lacks, unit) },
            is_short: !lacks.is_zero(),
        });
    }
    Ok(parts)
}

/// Farms with some of the same goods left that day: the plan asks them next.
fn others(week: &Week, line: &PurchaseLine) -> Result<Vec<(String, String)>, Failure> {
    let register = week.register();
    let unit = register.product(line.product)?.unit;
    let mut others = Vec::new();
    let same = |offer: &&trade::offers::Offer| {
        (offer.product, offer.labels, offer.day) == (line.product, line.labels, line.day)
            && offer.producer != line.producer
            && offer.price <= line.price
    };
    for offer in week.current_offers().filter(same) {
        let left = week.offer_left(offer);
        if !left.is_zero() {
            let name = register.producer(offer.producer)?.identity.name.clone();
            others.push((name, fr::qty(left, unit)));
        }
    }
    Ok(others)
}

/// What the form says of the split: a rule, and numbers typed over its parts.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub policy: Option<ShortagePolicy>,
    pub typed: Vec<(OrderLineId, Qty)>,
}

impl Chosen {
    fn of(fields: &Fields) -> Result<Chosen, Failure> {
        let mut typed = Vec::new();
        for (code, value) in fields.starting("gets-") {
            let parts = code.split_once('.').and_then(|(order, rank)| {
                Some(OrderLineId { order: OrderId(order.parse().ok()?), rank: rank.parse().ok()? })
            });
            let unknown = || Failure::Input(format!("La ligne de commande {code} est inconnue."));
            typed.push((parts.ok_or_else(unknown)?, read_qty(value, "Reçoit")?));
        }
        Ok(Chosen { policy: policy_of(fields.text("policy"))?, typed })
    }

    /// What the farm's word comes to with this choice.
    fn confirmation(
        &self,
        week: &Week,
        id: PurchaseLineId,
        brings: Qty,
        stamp: &Stamp,
    ) -> Result<Confirmation, Failure> {
        let Some(policy) = self.policy else {
            return Ok(sourcing::confirm(week, id, brings, stamp.clone())?);
        };
        let line = week.purchase_line(id)?;
        let mut parts = share_out(week, line, brings, policy);
        let mut by = SharedBy::Policy(policy);
        for &(line, part) in &self.typed {
            match parts.iter_mut().find(|(own, _)| *own == line) {
                Some((_, own)) if *own == part => continue,
                Some((_, own)) => *own = part,
                None => parts.push((line, part)),
            }
            by = SharedBy::Hand;
        }
        Ok(confirm_shared(week, id, brings, Sharing { by, parts }, stamp.clone())?)
    }
}

/// `POST …/sourcing/shortages`: what the farm brings, and with it the split; `tell`: its buyers
/// hear of it by mail.
pub async fn settle(visit: Visit, fields: Fields) -> Answer {
    let id = PurchaseLineId(fields.number("line", "Ligne d'achat")?);
    let brings = fields.qty("brings", "La ferme apporte")?;
    let (tells, chosen) = (fields.was_sent("tell"), Chosen::of(&fields)?);
    let (app, place, stamp) = (visit.app(), visit.place, visit.stamp());
    let told = note(app, place, id, (brings, &chosen), tells, &stamp).await?;
    let said = visit.see(|week| said(week, id, brings, told)).await?;
    back_to(&visit.href(&format!("sourcing/shortage/{id}")), &said)
}

fn said(week: &Week, id: PurchaseLineId, brings: Qty, told: usize) -> Result<String, Failure> {
    let line = week.purchase_line(id)?;
    let product = week.register().product(line.product)?;
    let letters = match told {
        0 => String::new(),
        many => {
            format!(" {} prévenus par courriel.", fr::count(many as i64, "acheteur", "acheteurs"))
        }
    };
    let letters = if told == 1 { " 1 acheteur prévenu par courriel.".into() } else { letters };
    Ok(match brings >= line.quantity {
        true => format!("{} : manque annulé, tout est servi.{letters}", product.name),
        false => {
            let lacks = fr::qty(Qty::new(line.quantity.get() - brings.get()), product.unit);
            format!("{} : il manque {lacks}, le partage est noté.{letters}", product.name)
        }
    })
}

/// What each allocation of a purchase line brings, and whether its order line lacks something: no
/// word is lost on goods by weight that are a little lighter. Shape: as [`effective`].
fn brought(week: &Week, line: &PurchaseLine) -> Result<Vec<(OrderLineId, Qty, bool)>, Failure> {
    let mut parts = Vec::new();
    for (id, part) in effective(week, line) {
        let known = week.order_line(id)?.1;
        let lacks = is_short(expected(week, id), week.ordered(id), known.pack, known.unit);
        parts.push((id, part, lacks));
    }
    Ok(parts)
}

/// Notes what a farm brings of a purchase line, and writes to the buyers for whom that changes
/// something, where something was missing or is now; how many letters.
pub async fn note(
    app: &App,
    place: Place,
    id: PurchaseLineId,
    (brings, chosen): (Qty, &Chosen),
    tells: bool,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let line = act.week().purchase_line(id)?.clone();
        let before = brought(act.week(), &line)?;
        let confirmation = chosen.confirmation(act.week(), id, brings, stamp)?;
        act.add(confirmation);
        if !tells {
            return Ok(0);
        }
        let after = brought(act.week(), &line)?;
        let pairs = before.iter().zip(&after);
        let changed = pairs.filter(|(old, new)| old.1 != new.1 && (old.2 || new.2));
        let changed: Vec<OrderLineId> = changed.map(|(old, _)| old.0).collect();
        let mut buyers: BTreeSet<BuyerId> = BTreeSet::new();
        for id in &changed {
            buyers.insert(act.week().order_line(*id)?.0.buyer);
        }
        // Each word of a farm is one letter to each of its buyers.
        let version = act.week().confirmations().len() as i64;
        let count = buyers.len();
        for buyer in buyers {
            let letter = mail::shortage(act.week(), buyer, &changed, version, stamp)?;
            act.send(letter);
        }
        Ok(count)
    })
    .await
}
