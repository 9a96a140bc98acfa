//! `POST …/my-orders`: one sheet becomes one order for each delivery. Each is taken or refused by
//! itself; what was refused stays on the screen as it was typed, with its reason.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use trade::Denial;
use trade::calendar::Day;
use trade::id::{LineId, OrderId, SiteId};
use trade::orders::{Channel, Order, OrderRequest};
use trade::treasury::References;
use trade::unit::Qty;

use super::late::Late;
use super::pages::site_name;
use super::sheet::{self, Cell, Making, SheetPage, Typed};
use crate::access::buyer::BuyerWeek;
use crate::denied::sentence;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, BuyerVisit, Fields, html};

/// What became of one delivery.
struct Outcome {
    delivery: (Day, SiteId),
    taken: Option<OrderId>,
    /// The order is smaller than what was asked.
    is_cut: bool,
    reasons: Vec<String>,
    is_late: bool,
    /// Somebody was quicker: what is asked is gone.
    is_gone: bool,
}

/// What was sent, by delivery; and what could not even be read.
struct Sent {
    typed: Typed,
    requests: BTreeMap<(Day, SiteId), Vec<(LineId, Qty)>>,
    commitment_number: String,
}

/// `POST …/my-orders`
pub async fn order(visit: BuyerVisit, fields: Fields) -> Answer {
    let key = fields.needed("key", "Clé du formulaire")?.to_string();
    let sent = sent(&visit, &fields).await?;
    if !sent.typed.errors.is_empty() {
        return refused_sheet(&visit, sent, Vec::new()).await;
    }
    if sent.requests.is_empty() {
        let said = "Aucune quantité n'est remplie : écrivez ce que vous voulez, puis commandez.";
        return Err(Failure::Input(said.into()).into());
    }
    note_service_code(&visit, &fields).await?;
    let is_cut = !fields.text("cut").is_empty();
    let mut outcomes = Vec::with_capacity(sent.requests.len());
    for (delivery, lines) in &sent.requests {
        let request = request(&visit, *delivery, lines, &sent.commitment_number);
        let key = format!("form-{key}-{}", sheet::column_code(delivery.0, delivery.1));
        outcomes.push(take(&visit, request, &key, is_cut).await?);
    }
    match outcomes.iter().all(|outcome| outcome.taken.is_some()) {
        true => taken_page(&visit, &outcomes).await,
        false => refused_sheet(&visit, sent, outcomes).await,
    }
}

/// A service code that was asked for on the sheet is kept for all orders to come.
async fn note_service_code(visit: &BuyerVisit, fields: &Fields) -> Result<(), Failure> {
    let code = fields.text("service_code");
    if code.is_empty() {
        return Ok(());
    }
    let known = visit.see(|week| Ok(week.own().references())).await?;
    let mut wanted = References { service_code: code.to_string(), ..known };
    if wanted.commitment_number.is_empty() {
        wanted.commitment_number = fields.text("commitment_number").to_string();
    }
    match visit.scope.set_references(visit.app(), visit.week, &wanted, None).await {
        // What is still missing is said of each order.
        Err(Failure::Denied(_)) => Ok(()),
        other => other,
    }
}

fn request(
    visit: &BuyerVisit,
    (day, site): (Day, SiteId),
    lines: &[(LineId, Qty)],
    commitment_number: &str,
) -> OrderRequest {
    OrderRequest {
        buyer: visit.scope.buyer(),
        site,
        day,
        channel: Channel::Web,
        commitment_number: commitment_number.to_string(),
        lines: lines.to_vec(),
    }
}

/// Reads the sheet. What cannot be read is an error at its field, and nothing is ordered.
async fn sent(visit: &BuyerVisit, fields: &Fields) -> Result<Sent, Failure> {
    let mut sent = Sent {
        typed: Typed::default(),
        requests: BTreeMap::new(),
        commitment_number: fields.text("commitment_number").to_string(),
    };
    for (name, value) in fields.starting("quantity-") {
        let cell = cell(name)?;
        sent.typed.text.insert(cell, value.to_string());
        match fr::parse_qty(value) {
            Err(said) => drop(sent.typed.errors.insert(cell, said)),
            Ok(quantity) if quantity.is_zero() => {}
            Ok(quantity) => {
                sent.requests.entry((cell.1, cell.2)).or_default().push((cell.0, quantity));
            }
        }
    }
    let sites: BTreeSet<SiteId> = sent.requests.keys().map(|(_, site)| *site).collect();
    // Somebody else's site is no site at all.
    visit.see(|week| sites.iter().try_for_each(|&site| week.site(site).map(drop))).await?;
    Ok(sent)
}

/// `12@2026-11-24@lycee-x`
pub fn cell(name: &str) -> Result<Cell, Failure> {
    let parts: Vec<&str> = name.split('@').collect();
    let read = match parts[..] {
        [line, day, site] => line.parse().ok().zip(Day::parse(day)).zip(SiteId::parse(site).ok()),
        _ => None,
    };
    let ((line, day), site) = read.ok_or_else(|| {
        Failure::Input(format!("Le champ « {name} » est inconnu. Rechargez la page."))
    })?;
    Ok((LineId(line), day, site))
}

async fn take(
    visit: &BuyerVisit,
    request: OrderRequest,
    key: &str,
    cut: bool,
) -> Result<Outcome, Failure> {
    let delivery = (request.day, request.site);
    let (app, week, stamp) = (visit.app(), visit.week, visit.stamp());
    let refused = |reasons, is_late| Outcome {
        delivery,
        taken: None,
        is_cut: false,
        reasons,
        is_late,
        is_gone: false,
    };
    let smaller = match cut {
        true => visit.scope.within_reach(app, week, &request).await?,
        false => request.clone(),
    };
    if smaller.lines.is_empty() {
        let said = "il ne reste rien de ce que vous demandez".to_string();
        return Ok(refused(vec![said], false));
    }
    let is_cut = smaller.lines != request.lines;
    let taken = |id| Outcome { taken: Some(id), is_cut, ..refused(Vec::new(), false) };
    match visit.scope.order(app, week, &smaller, key, &stamp).await {
        Ok(order) => Ok(taken(order.id)),
        Err(Failure::Replayed(id)) => Ok(taken(OrderId(id))),
        Err(Failure::Late(said)) => Ok(refused(said, true)),
        Err(Failure::Told(said)) => Ok(refused(said, false)),
        Err(Failure::Gone(said)) => Ok(Outcome { is_gone: true, ..refused(said, false) }),
        Err(failure @ (Failure::OtherContent | Failure::Busy)) => {
            Ok(refused(vec![failure.to_string()], false))
        }
        Err(failure) => Err(failure),
    }
}

/// An order that was taken, as the answer shows it.
struct TakenRow {
    id: OrderId,
    title: String,
    lines: String,
    net: String,
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "my_orders_taken.html")]
struct TakenPage {
    frame: Frame,
    rows: Vec<TakenRow>,
    sum: String,
    href: String,
    cutoffs: Vec<String>,
}

/// Everything was taken: 201. Sent again, the same page again.
async fn taken_page(visit: &BuyerVisit, outcomes: &[Outcome]) -> Answer {
    let look = |week: BuyerWeek<'_>| {
        let frame = visit.frame(week, "my-orders", "Commande enregistrée");
        let orders = outcomes.iter().filter_map(|one| Some((one.taken?, one.is_cut)));
        let mut rows = Vec::new();
        let mut sum = 0;
        for (id, is_cut) in orders {
            let order = week.order(id)?;
            sum += order.net().get();
            rows.push(taken_row(week, order, is_cut)?);
        }
        let days: BTreeSet<Day> = outcomes.iter().map(|one| one.delivery.0).collect();
        let sales = week.publication().map(|list| &list.days[..]).unwrap_or_default();
        let cutoffs = sales
            .iter()
            .filter(|sale| days.contains(&sale.day))
            .map(|sale| format!("{} : {}", fr::day(sale.day), super::pages::cutoff(sale)));
        Ok(TakenPage {
            frame,
            rows,
            sum: fr::euros(trade::unit::Cents::new(sum)),
            href: visit.href("my-orders"),
            cutoffs: cutoffs.collect(),
        })
    };
    let mut response = html(&visit.see(look).await?)?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

fn taken_row(week: BuyerWeek<'_>, order: &Order, is_cut: bool) -> Result<TakenRow, Failure> {
    Ok(TakenRow {
        id: order.id,
        title: format!("{} · {}", fr::day(order.day), site_name(week, order.site)?),
        lines: fr::count(order.lines.len() as i64, "ligne", "lignes"),
        net: fr::euros(order.net()),
        is_cut,
    })
}

/// The sheet again, with what was refused. 409 when order taking had ended or all that was refused
/// is gone, else 422.
async fn refused_sheet(visit: &BuyerVisit, sent: Sent, outcomes: Vec<Outcome>) -> Answer {
    let ceilings = visit.scope.ceilings(visit.app(), visit.week).await?;
    let last = super::last::last_order(visit).await?;
    let status = status_of(&outcomes);
    let page = visit.see(|week| {
        let made = refused_page(visit, week, &sent, &outcomes, &ceilings, &last.lines);
        made.map(|page| html(&page))
    });
    let page = page.await?;
    Ok((status, page?).into_response())
}

fn status_of(outcomes: &[Outcome]) -> StatusCode {
    let refused = |outcome: &&Outcome| outcome.taken.is_none();
    let is_gone = outcomes.iter().any(|outcome| outcome.is_gone)
        && outcomes.iter().filter(refused).all(|outcome| outcome.is_gone);
    match is_gone || outcomes.iter().any(|outcome| outcome.is_late) {
        true => StatusCode::CONFLICT,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn refused_page(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    sent: &Sent,
    outcomes: &[Outcome],
    ceilings: &BTreeMap<trade::id::ContractId, trade::unit::Cents>,
    before: &[super::last::Before],
) -> Result<SheetPage, Failure> {
    let list = week.publication().ok_or(Denial::NotPublished)?;
    let of = |is: fn(&Outcome) -> bool| {
        let deliveries = outcomes.iter().filter(move |one| is(one)).map(|one| one.delivery);
        deliveries.collect::<BTreeSet<_>>()
    };
    let (taken, late) = (of(|one| one.taken.is_some()), of(|one| one.is_late));
    let mut typed = Typed { errors: sent.typed.errors.clone(), ..Typed::default() };
    let stays = |cell: &Cell| !taken.contains(&(cell.1, cell.2));
    typed.text = sent.typed.text.clone().into_iter().filter(|(cell, _)| stays(cell)).collect();
    let asked = sent.requests.iter().filter(|(delivery, _)| !taken.contains(delivery));
    let mut may_cut = false;
    for (&(day, site), lines) in asked.filter(|(delivery, _)| !late.contains(delivery)) {
        for &(line, quantity) in lines {
            may_cut |= mark(week, list, &mut typed, (line, day, site), quantity)?;
        }
    }
    let frame = told(visit, week, outcomes, typed.errors.len())?;
    let known = super::last::known_lines(list, before);
    let making = Making { typed: &typed, ceilings, known: &known, taken: &taken };
    let mut page = sheet::sheet(week, frame, &making)?;
    page.chorus.commitment_number = sent.commitment_number.clone();
    if page.chorus.is_asked && sent.commitment_number.is_empty() {
        page.chorus.error = sentence(&Denial::CommitmentMissing { buyer: week.own().id });
    }
    page.may_cut = may_cut;
    page.late = Late::of(week, &sent.requests, &late)?;
    Ok(page)
}

/// Says at a field what is wrong with it; whether what is left would do.
fn mark(
    week: BuyerWeek<'_>,
    list: &trade::mercuriale::Publication,
    typed: &mut Typed,
    cell: Cell,
    quantity: Qty,
) -> Result<bool, Failure> {
    let line = list.line(cell.0)?;
    let unit = week.list().product(line.product)?.unit;
    let left = week.left(cell.0, cell.1);
    if quantity > left {
        let said = match left.get() > 0 {
            true => format!("il reste {}", fr::qty(left, unit)),
            false => "il n'en reste plus".into(),
        };
        typed.errors.insert(cell, said);
        return Ok(true);
    }
    let whole = line.whole_packs(quantity);
    if whole < quantity {
        let above = Qty::new(whole.get() + line.pack.size.get());
        let said = format!("{} ou {}", fr::number(whole), fr::qty(above, unit));
        typed.errors.insert(cell, format!("par colis entiers : {said}"));
        return Ok(true);
    }
    Ok(false)
}

/// The frame with what was taken and what was not.
fn told(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    outcomes: &[Outcome],
    wrong: usize,
) -> Result<Frame, Failure> {
    let mut frame = visit.frame(week, "my-orders", "Commander");
    let name = |(day, site): (Day, SiteId)| -> Result<String, Failure> {
        Ok(format!("{} · {}", fr::day(day), site_name(week, site)?))
    };
    let mut taken = Vec::new();
    for outcome in outcomes {
        if let Some(id) = outcome.taken {
            let cut = if outcome.is_cut { ", réduite à ce qui restait" } else { "" };
            taken.push(format!("{} : commande {id}{cut}", name(outcome.delivery)?));
        }
    }
    if !taken.is_empty() {
        frame = frame.tell(Notice::done("Ce qui est commandé :").items(taken));
    }
    for outcome in outcomes.iter().filter(|outcome| outcome.taken.is_none()) {
        let title = format!("{} : rien n'est commandé.", name(outcome.delivery)?);
        frame = frame.tell(Notice::wrong(title).items(outcome.reasons.clone()));
    }
    if outcomes.is_empty() {
        let fields =
            fr::count(wrong as i64, "quantité ne se lit pas", "quantités ne se lisent pas");
        frame = frame.tell(Notice::wrong(format!("{fields} : corrigez, puis commandez.")));
    }
    Ok(frame)
}
