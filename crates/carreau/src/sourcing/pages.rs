//! What the sourcing page shows: the plan proposed for each day, and the purchases made.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use trade::Week;
use trade::calendar::Day;
use trade::id::ProducerId;
use trade::orders::{Channel, Order};
use trade::sourcing::shortage::is_short;
use trade::unit::{Cents, Rate, amount, rate_between};

use super::acts::{self, Proposal};
use super::asked::{Asked, Told};
use super::forms::is_answered;
use super::paper::{purchase_order, purchase_orders};
use super::proposed::{PlanView, plan_view};
use super::slots;
use crate::failure::Failure;
use crate::ui::chart::{Chart, Mark, Share, shares};
use crate::ui::frame::{Frame, Notice};
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, ProducerVisit, Visit, html, pdf};

/// A purchase line with the farm's answer.
struct PurchaseRow {
    id: i64,
    product: String,
    labels: String,
    asked: String,
    confirmed: String,
    unit: &'static str,
    price: String,
    amount: String,
    is_received: bool,
    /// The farm has answered: until then what is confirmed is only what was ordered.
    is_answered: bool,
    is_less: bool,
    /// Where what is missing of it is shared out.
    shortage: String,
}

struct PurchaseFarm {
    code: String,
    name: String,
    phone: String,
    paper: String,
    total: String,
    /// When it unloads: its slot, and what is to be said of it.
    slot: String,
    slot_note: String,
    is_slotless: bool,
    /// Some of its lines wait for its answer.
    is_open: bool,
    rows: Vec<PurchaseRow>,
}

impl PurchaseRow {
    /// The farm may still answer, and has not.
    fn waits(&self) -> bool {
        !self.is_answered && !self.is_received
    }
}

struct DayView {
    code: String,
    day: String,
    /// All purchase orders of the day on paper.
    papers: String,
    state: &'static str,
    plan: Option<PlanView>,
    /// What would become of it.
    told: Option<Told>,
    farms: Vec<PurchaseFarm>,
    /// A farm may still answer.
    is_open: bool,
    /// Lines to which no farm has answered.
    waiting: usize,
    shares: Chart,
    short: Vec<ShortRow>,
}

/// An order line that gets less than was ordered: somebody to call.
struct ShortRow {
    buyer: String,
    phone: String,
    product: String,
    ordered: String,
    expected: String,
}

#[derive(Template)]
#[template(path = "sourcing.html")]
struct SourcingPage {
    frame: Frame,
    days: Vec<DayView>,
    action: String,
    may_write: bool,
    asked: Asked,
}

/// `GET …/sourcing`
pub async fn sourcing(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let days = visit.see(|week| {
        let days = week.publication().map(|publication| publication.days.clone());
        Ok(days.unwrap_or_default().into_iter().map(|sale| sale.day).collect::<Vec<Day>>())
    });
    let mut proposals = BTreeMap::new();
    for day in days.await? {
        match acts::propose(visit.app(), visit.place, day).await {
            Ok(proposal) => drop(proposals.insert(day, proposal)),
            // An open day has nothing to propose yet.
            Err(Failure::Denied(_)) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let page = visit.see(|week| page(&visit, week, &proposals, asked)).await?;
    html(&page)
}

fn page(
    visit: &Visit,
    week: &Week,
    proposals: &BTreeMap<Day, Proposal>,
    asked: Asked,
) -> Result<SourcingPage, Failure> {
    let mut frame = visit.frame(week, "sourcing", "Achats");
    frame.subtitle = "Commander aux fermes exactement ce qui est vendu.".into();
    let Some(publication) = week.publication() else {
        let frame = frame.tell(Notice::known("La mercuriale n'est pas encore publiée."));
        let action = visit.href("sourcing");
        return Ok(SourcingPage { frame, days: Vec::new(), action, may_write: false, asked });
    };
    let mut days = Vec::new();
    for sale in &publication.days {
        days.push(day_view(visit, week, sale.day, proposals.get(&sale.day), &asked)?);
    }
    let may_write = visit.person.role.may("sourcing", true);
    Ok(SourcingPage { frame, days, action: visit.href("sourcing"), may_write, asked })
}

fn day_view(
    visit: &Visit,
    week: &Week,
    day: Day,
    proposal: Option<&Proposal>,
    asked: &Asked,
) -> Result<DayView, Failure> {
    let farms = purchase_farms(visit, week, day)?;
    let proposal = proposal.filter(|proposal| !proposal.task.wants.is_empty());
    // What no farm can bring is known once a plan has said so.
    let is_known = |proposal: &&Proposal| {
        !proposal.plan.allotments.is_empty() || !week.plans().iter().any(|plan| plan.day == day)
    };
    let proposal = proposal.filter(is_known);
    let plan = proposal.map(|proposal| plan_view(visit, week, day, proposal));
    let told = proposal.map(|proposal| asked.told(week, day, proposal)).transpose()?;
    Ok(DayView {
        code: day.to_string(),
        papers: visit.href(&format!("sourcing/papers/{day}")),
        day: fr::day(day),
        state: match (week.closing(day).is_some(), plan.is_some(), farms.is_empty()) {
            (false, _, _) => "Commandes ouvertes : le plan se fait après la clôture.",
            (true, true, _) => "",
            (true, false, false) => "Tout ce que les fermes peuvent apporter est commandé.",
            (true, false, true) => "Rien n'a été commandé pour ce jour.",
        },
        plan: plan.transpose()?,
        told: told.flatten(),
        shares: share_chart(week, day),
        short: short_rows(week, day)?,
        is_open: farms.iter().flat_map(|farm| &farm.rows).any(|row| !row.is_received),
        waiting: farms.iter().flat_map(|farm| &farm.rows).filter(|row| row.waits()).count(),
        farms,
    })
}

fn short_rows(week: &Week, day: Day) -> Result<Vec<ShortRow>, Failure> {
    let mut rows = Vec::new();
    if !week.plans().iter().any(|plan| plan.day == day) {
        return Ok(rows);
    }
    let is_sourced = |order: &&Order| order.day == day && order.channel != Channel::Surplus;
    for order in week.orders().iter().filter(is_sourced) {
        let buyer = &week.register().buyer(order.buyer)?.identity;
        for line in &order.lines {
            let id = order.line_id(line.rank);
            let (ordered, expected) = (week.ordered(id), trade::sourcing::expected(week, id));
            if is_short(expected, ordered, line.pack, line.unit) {
                rows.push(ShortRow {
                    buyer: buyer.name.clone(),
                    phone: buyer.phone.clone(),
                    product: format!("{} {}", line.name, fr::labels(line.labels)),
                    ordered: fr::qty(ordered, line.unit),
                    expected: fr::qty(expected, line.unit),
                });
            }
        }
    }
    Ok(rows)
}

fn purchase_farms(visit: &Visit, week: &Week, day: Day) -> Result<Vec<PurchaseFarm>, Failure> {
    let register = week.register();
    let mut farms: BTreeMap<ProducerId, (Vec<PurchaseRow>, i64)> = BTreeMap::new();
    for line in week.purchase_lines_on(day) {
        let product = register.product(line.product)?;
        let confirmed = week.confirmed(line.id);
        let net = amount(confirmed, line.price);
        let farm = farms.entry(line.producer).or_default();
        farm.1 += net.get();
        farm.0.push(PurchaseRow {
            id: line.id.0,
            product: product.name.clone(),
            labels: fr::labels(line.labels),
            asked: fr::number(line.quantity),
            confirmed: fr::number(confirmed),
            unit: fr::unit(product.unit, true),
            price: fr::price(line.price),
            amount: fr::euros(net),
            is_received: week.receipts_of(line.id).next().is_some(),
            is_answered: is_answered(week, line.id),
            is_less: confirmed < line.quantity,
            shortage: visit.href(&format!("sourcing/shortage/{}", line.id)),
        });
    }
    let mut slots = slots::of_day(week, day)?;
    let mut shown = Vec::new();
    for (id, (rows, total)) in farms {
        let slot = slots.remove(&id);
        let identity = &register.producer(id)?.identity;
        shown.push(PurchaseFarm {
            code: id.to_string(),
            name: identity.name.clone(),
            phone: identity.phone.clone(),
            is_open: rows.iter().any(PurchaseRow::waits),
            paper: visit.href(&format!("sourcing/paper/{day}/{id}")),
            total: fr::euros(Cents::new(total)),
            is_slotless: slot.as_ref().is_some_and(|slot| slot.is_wrong),
            slot_note: slot.as_ref().map(|slot| slot.note.clone()).unwrap_or_default(),
            slot: slot.map(|slot| slot.said).unwrap_or_default(),
            rows,
        });
    }
    Ok(shown)
}

/// Each farm's part of what is bought for a day, by amount.
fn share_chart(week: &Week, day: Day) -> Chart {
    let mut sums: BTreeMap<ProducerId, i64> = BTreeMap::new();
    for line in week.purchase_lines_on(day) {
        *sums.entry(line.producer).or_default() +=
            amount(week.confirmed(line.id), line.price).get();
    }
    let whole: i64 = sums.values().sum();
    let mut rows: Vec<(ProducerId, i64)> = sums.into_iter().collect();
    rows.sort_by_key(|(id, sum)| (-sum, *id));
    let rows = rows.into_iter().take(15).filter_map(|(id, sum)| {
        let farm = week.register().producers.get(&id)?;
        let part = rate_between(sum, whole).unwrap_or(Rate::ZERO);
        Some(Share {
            name: farm.identity.name.clone(),
            part,
            target: farm.season_share,
            said: format!("{} · {}", fr::euros(Cents::new(sum)), fr::rate(part)),
            mark: Mark::Plain,
        })
    });
    let rows: Vec<Share> = rows.collect();
    shares("Parts des fermes", "en euros commandés, ce jour", &rows)
}

/// `GET …/sourcing/paper/{day}/{producer}`
pub async fn paper(visit: Visit) -> Answer {
    let (day, code) = (visit.day()?, visit.param("producer")?);
    let producer = ProducerId::parse(code)
        .map_err(|_| Failure::NotFound(format!("La ferme « {code} » est inconnue.")))?;
    let order = visit.see(|week| purchase_order(week, producer, day)).await?;
    show(order, day, producer).await
}

/// `GET …/sourcing/papers/{day}`: all purchase orders of a day, each on a page of its own.
pub async fn papers_of_day(visit: Visit) -> Answer {
    let day = visit.day()?;
    let orders = visit.see(|week| purchase_orders(week, day)).await?;
    let bytes = papers::set(orders, paper::purchase_orders).await?;
    pdf(bytes, &format!("bons-de-commande-{day}"))
}

/// `GET …/my-offers/order/{day}`: the farm's own purchase order.
pub async fn own_paper(visit: ProducerVisit) -> Answer {
    let day = visit.day()?;
    let order = visit.see(|week| week.order_paper(day)).await?;
    show(order, day, visit.scope.producer()).await
}

async fn show(order: paper::PurchaseOrder, day: Day, producer: ProducerId) -> Answer {
    let bytes = papers::set(order, paper::purchase_order).await?;
    pdf(bytes, &format!("bon-de-commande-{day}-{producer}"))
}
