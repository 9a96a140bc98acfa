//! One line of the price list before its plan is accepted: who would bring it to whom, and what
//! the coordinator settles by hand, with a reason that stays beside the name.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use trade::Week;
use trade::calendar::Day;
use trade::catalog::{SaleUnit, alphabetical};
use trade::id::{LineId, OrderId, OrderLineId, ProducerId};
use trade::mercuriale::{MercurialeLine, joins};
use trade::orders::{Channel, Order, OrderLine};
use trade::sourcing::lock::current;
use trade::sourcing::{LockRule, LockTarget, Locking};

use super::acts::{self, Proposal};
use super::words::{cause_sentence, reason_sentence, rule_name};
use crate::access::signed::signed_by;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Fields, Visit, back_to, html};

/// An order line of the goods.
struct BuyerRow {
    code: String,
    buyer: String,
    site: String,
    wants: String,
    /// `Mas Bel, 20 kg`, with why.
    parts: Vec<(String, String)>,
    /// What no farm brings, and why; empty when all is served.
    short: String,
}

struct LockRow {
    target: String,
    farm_code: String,
    buyer: String,
    farm: String,
    rule: String,
    reason: String,
    by: String,
}

#[derive(Template)]
#[template(path = "sourcing_by_hand.html")]
struct ByHandPage {
    frame: Frame,
    action: String,
    back_href: String,
    day: String,
    line: i64,
    unit: &'static str,
    rows: Vec<BuyerRow>,
    locks: Vec<LockRow>,
    /// Farms with several decisions, taken back at once: code, name, how many.
    removals: Vec<(String, String, usize)>,
    /// Farms with some of the goods: code, and name with what is left.
    farms: Vec<(String, String)>,
    may_write: bool,
}

fn line_of(text: &str) -> Result<LineId, Failure> {
    let unknown = || Failure::NotFound(format!("La ligne {text} de la mercuriale est inconnue."));
    text.parse().map(LineId).map_err(|_| unknown())
}

/// `GET …/sourcing/plans/{day}/{line}`
pub async fn look(visit: Visit) -> Answer {
    let (day, line) = (visit.day()?, line_of(visit.param("line")?)?);
    let proposal = match acts::propose(visit.app(), visit.place, day).await {
        Ok(proposal) => Some(proposal),
        // An open day has nothing to propose yet.
        Err(Failure::Denied(_)) => None,
        Err(failure) => return Err(failure.into()),
    };
    html(&visit.see(|week| page(&visit, week, (day, line), proposal.as_ref())).await?)
}

fn page(
    visit: &Visit,
    week: &Week,
    (day, line): (Day, LineId),
    proposal: Option<&Proposal>,
) -> Result<ByHandPage, Failure> {
    let publication = week.publication().ok_or(trade::Denial::NotPublished)?;
    let known = publication.line(line)?;
    let product = week.register().product(known.product)?;
    let title = format!("{} {}", product.name, fr::labels(known.labels));
    let mut frame = visit.frame(week, "sourcing", title.trim());
    frame.subtitle = format!("{} · qui apporte quoi, et ce qui est décidé à la main", fr::day(day));
    if proposal.is_none() {
        let said = "Les commandes sont ouvertes : le plan se fait après la clôture.";
        frame = frame.tell(Notice::known(said));
    }
    let locks = lock_rows(week, (day, line), product.unit)?;
    Ok(ByHandPage {
        frame,
        action: visit.href("sourcing/locks"),
        back_href: format!("{}#{day}", visit.href("sourcing")),
        day: day.to_string(),
        line: line.0,
        unit: fr::unit(product.unit, true),
        rows: rows(week, (day, line), proposal)?,
        removals: removals(&locks),
        locks,
        farms: farms(week, day, known)?,
        may_write: visit.may("sourcing", true) && proposal.is_some(),
    })
}

/// The order lines of goods on a day.
fn lines(week: &Week, day: Day, line: LineId) -> impl Iterator<Item = (&Order, &OrderLine)> {
    let is_sourced = move |order: &&Order| order.day == day && order.channel != Channel::Surplus;
    let orders = week.orders().iter().filter(is_sourced);
    let all = orders.flat_map(|order| order.lines.iter().map(move |line| (order, line)));
    all.filter(move |(_, one)| one.line == line)
}

fn rows(
    week: &Week,
    (day, line): (Day, LineId),
    proposal: Option<&Proposal>,
) -> Result<Vec<BuyerRow>, Failure> {
    let Some(Proposal { task, plan, .. }) = proposal else { return Ok(Vec::new()) };
    let wants: BTreeMap<OrderLineId, trade::unit::Qty> =
        task.wants.iter().map(|want| (want.order_line, want.quantity)).collect();
    let register = week.register();
    let mut rows = Vec::new();
    for (order, own) in lines(week, day, line) {
        let id = order.line_id(own.rank);
        let Some(&wanted) = wants.get(&id) else { continue };
        let buyer = &register.buyer(order.buyer)?.identity.name;
        let site = &register.site(order.site)?.name;
        let mut parts = Vec::new();
        for one in plan.allotments.iter().filter(|one| one.order_line == id) {
            let farm = register.producer(week.offer(one.offer)?.producer)?;
            let quantity = fr::qty(one.quantity, own.unit);
            let said = format!("{}, {quantity}", farm.identity.name);
            parts.push((said, reason_sentence(&one.reason)));
        }
        let short = plan.shortfalls.iter().find(|one| one.order_line == id).map(|short| {
            let quantity = fr::qty(short.quantity, own.unit);
            format!("{quantity} sans ferme : {}", cause_sentence(&short.cause, own.unit))
        });
        rows.push(BuyerRow {
            code: id.to_string(),
            buyer: buyer.clone(),
            site: if site == buyer { String::new() } else { site.clone() },
            wants: fr::qty(wanted, own.unit),
            parts,
            short: short.unwrap_or_default(),
        });
    }
    rows.sort_by_cached_key(|row| alphabetical(&row.buyer));
    Ok(rows)
}

fn lock_rows(
    week: &Week,
    (day, line): (Day, LineId),
    unit: SaleUnit,
) -> Result<Vec<LockRow>, Failure> {
    let register = week.register();
    let own: BTreeSet<OrderLineId> =
        lines(week, day, line).map(|(order, one)| order.line_id(one.rank)).collect();
    let mut rows = Vec::new();
    for ((order_line, farm), lock) in current(week) {
        let Some(rule) = lock.rule.filter(|_| own.contains(&order_line)) else { continue };
        let buyer = week.order_line(order_line)?.0.buyer;
        let by = signed_by(register, &lock.stamp.by);
        rows.push(LockRow {
            target: order_line.to_string(),
            farm_code: farm.to_string(),
            buyer: register.buyer(buyer)?.identity.name.clone(),
            farm: register.producer(farm)?.identity.name.clone(),
            rule: rule_name(rule, unit),
            reason: lock.reason.clone(),
            by: format!("{by}, {}", fr::numbers_moment(lock.stamp.at)),
        });
    }
    Ok(rows)
}

/// Farms with more than one decision: code, name, how many.
fn removals(locks: &[LockRow]) -> Vec<(String, String, usize)> {
    let mut farms: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for lock in locks {
        *farms.entry((lock.farm_code.as_str(), lock.farm.as_str())).or_default() += 1;
    }
    let many = farms.into_iter().filter(|(_, many)| *many > 1);
    many.map(|((code, name), many)| (code.to_string(), name.to_string(), many)).collect()
}

/// Farms whose offers the line can take, with what is left of them.
fn farms(week: &Week, day: Day, line: &MercurialeLine) -> Result<Vec<(String, String)>, Failure> {
    let unit = week.register().product(line.product)?.unit;
    let mut farms = Vec::new();
    for offer in week.current_offers().filter(|one| one.day == day && joins(one, line)) {
        let name = &week.register().producer(offer.producer)?.identity.name;
        let left = fr::qty(week.offer_left(offer), unit);
        farms.push((offer.producer.to_string(), format!("{name} ({left})")));
    }
    farms.sort_by_cached_key(|(_, name)| alphabetical(name));
    Ok(farms)
}

/// What a form is about: `all` or an order line, of the day and line in its other fields.
fn target(fields: &Fields) -> Result<(Day, LineId, LockTarget), Failure> {
    let (day, line) = (fields.day("day", "Jour")?, LineId(fields.number("line", "Produit")?));
    let text = fields.needed("target", "Pour qui")?;
    if text == "all" {
        return Ok((day, line, LockTarget::Goods(line, day)));
    }
    let parts = text.split_once('.').and_then(|(order, rank)| {
        Some(OrderLineId { order: OrderId(order.parse().ok()?), rank: rank.parse().ok()? })
    });
    let own = parts.ok_or_else(|| {
        Failure::Input(format!("« Pour qui » : « {text} » n'est pas une ligne de commande."))
    })?;
    Ok((day, line, LockTarget::Line(own)))
}

/// `POST …/sourcing/locks`: what a farm brings of goods, or of one order line, by hand.
pub async fn lock(visit: Visit, fields: Fields) -> Answer {
    let (day, line, target) = target(&fields)?;
    let producer = fields.code("farm", "Ferme", ProducerId::parse)?;
    let rule = match fields.needed("rule", "Décision")? {
        "exactly" => LockRule::Exactly(fields.qty("quantity", "Quantité")?),
        "at_least" => LockRule::AtLeast(fields.qty("quantity", "Quantité")?),
        "nothing" => LockRule::Nothing,
        other => return Err(Failure::Input(format!("« {other} » n'est pas une décision.")).into()),
    };
    let reason = fields.needed("reason", "Pourquoi")?.replace(['\r', '\n', '\t'], " ");
    let asked = Locking { target, producer, rule, reason };
    let many = acts::lock(visit.app(), visit.place, &asked, &visit.stamp()).await?;
    let lines = fr::count(many as i64, "commande réglée", "commandes réglées");
    let page = visit.href(&format!("sourcing/plans/{day}/{line}"));
    back_to(&page, &format!("{lines} à la main : le plan en tient compte."))
}

/// `POST …/sourcing/locks/removal`
pub async fn unlock(visit: Visit, fields: Fields) -> Answer {
    let (day, line, target) = target(&fields)?;
    let producer = fields.code("farm", "Ferme", ProducerId::parse)?;
    let stamp = visit.stamp();
    let many = acts::unlock(visit.app(), visit.place, target, producer, &stamp).await?;
    let said = match many {
        0 => "Rien n'était réglé à la main.",
        _ => "La décision ne tient plus : le plan est refait sans elle.",
    };
    back_to(&visit.href(&format!("sourcing/plans/{day}/{line}")), said)
}
