//! Amending and closing.

use std::collections::BTreeMap;

use trade::Denial;
use trade::calendar::{Day, Instant};
use trade::id::{ContractId, OrderLineId};
use trade::mercuriale::Publication;
use trade::offers::Stamp;
use trade::orders::{self, Amendment, Channel, OrderRequest};
use trade::unit::{Cents, Qty};
use wire::pack::OrderNote;

use super::intake;
use crate::app::App;
use crate::denied::sentence;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::{Act, Place, Spending, Taking};
use crate::store::keys::{self, Once};
use crate::store::told;
use crate::ui::fr;

/// Changes quantities of order lines before the cut-off, all or none.
pub async fn amend(
    app: &App,
    place: Place,
    changes: &[(OrderLineId, Qty)],
    stamp: &Stamp,
) -> Result<Vec<Amendment>, Failure> {
    let ceilings = intake::ceilings_left(app, place.scope()).await?;
    app.act(place, |act| amend_in(act, &ceilings, changes, stamp)).await
}

/// [`amend`], once for its key; `told` is what is answered, also to the same key again.
pub async fn amend_once(
    app: &App,
    place: Place,
    changes: &[(OrderLineId, Qty)],
    stamp: &Stamp,
    once: &Once,
    told: impl Fn(&[Amendment]) -> String,
) -> Result<String, Failure> {
    let ceilings = intake::ceilings_left(app, place.scope()).await?;
    let body = |act: &mut Act<'_>| Ok(told(&amend_in(act, &ceilings, changes, stamp)?));
    keys::once(app, place, once, body).await
}

fn amend_in(
    act: &mut Act<'_>,
    ceilings: &BTreeMap<ContractId, Cents>,
    changes: &[(OrderLineId, Qty)],
    stamp: &Stamp,
) -> Result<Vec<Amendment>, Failure> {
    let mut called_off = BTreeMap::new();
    let mut amendments = Vec::with_capacity(changes.len());
    for &(line, quantity) in changes {
        let week = act.week();
        let amendment = orders::amend(week, line, quantity, stamp.clone())?;
        let (order, order_line) = week.order_line(line)?;
        let taking = Taking {
            line: order_line.line,
            day: order.day,
            quantity: Qty::new(quantity.get() - week.ordered(line).get()),
        };
        if let Some((contract, more)) = orders::called_off_more(week, line, quantity)? {
            let sum = called_off.entry(contract).or_insert(Cents::ZERO);
            *sum = Cents::new(sum.get() + more.get());
        }
        act.take(taking);
        act.add(amendment.clone());
        amendments.push(amendment);
    }
    for (contract, asked) in called_off {
        let Some(&left) = ceilings.get(&contract) else { continue };
        // Calling off less is always allowed, even where the ceiling was lowered since.
        if asked > left && asked > Cents::ZERO {
            return Err(Denial::CeilingReached { contract, asked, left }.into());
        }
        act.spend(Spending { contract, amount: asked });
    }
    Ok(amendments)
}

/// Ends order taking for a day, and tells each buyer what it has ordered. `false` when it had
/// ended before.
pub async fn close(app: &App, place: Place, day: Day, stamp: &Stamp) -> Result<bool, Failure> {
    app.act(place, |act| close_in(act, day, stamp)).await
}

/// [`close`], once for its key; `told` is what is answered, also to the same key again.
pub async fn close_once(
    app: &App,
    place: Place,
    day: Day,
    stamp: &Stamp,
    once: &Once,
    told: impl Fn(bool) -> String,
) -> Result<String, Failure> {
    keys::once(app, place, once, |act| Ok(told(close_in(act, day, stamp)?))).await
}

fn close_in(act: &mut Act<'_>, day: Day, stamp: &Stamp) -> Result<bool, Failure> {
    let closing = orders::close(act.week(), day, stamp.clone())?;
    let is_new = closing.is_some();
    if let Some(closing) = closing {
        for letter in mail::confirmations(act.week(), day, stamp)? {
            act.send(letter);
        }
        act.add(closing);
    }
    Ok(is_new)
}

/// What became of orders that were told to the hub.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    pub taken: i64,
    /// Taken with less than was asked, because of what was left.
    pub cut: i64,
    pub refused: i64,
    /// One sentence for each order that was cut or refused.
    pub notes: Vec<String>,
}

impl Intake {
    fn add(&mut self, other: Intake) {
        self.taken += other.taken;
        self.cut += other.cut;
        self.refused += other.refused;
        self.notes.extend(other.notes);
    }
}

/// Orders that wait for one commit together.
const TOGETHER: usize = 64;

/// An order to take: its key, what it is called in a sentence, and what it asks.
struct Keyed {
    key: String,
    name: String,
    request: OrderRequest,
    /// What of it the list does not have.
    note: Option<String>,
}

/// Takes what waits for the list: standing orders at `published_at`, and at `told_at` the orders
/// that a data pack tells, in their order, as somebody at the telephone would. What is not left is
/// cut, half packs are rounded down, what is not on the list is passed over. What was taken before
/// is not taken again.
pub async fn take_waiting(
    app: &App,
    place: Place,
    published_at: Instant,
    told_at: Instant,
    by: &str,
) -> Result<Intake, Failure> {
    let mut intake = take_standing(app, place, published_at, by).await?;
    let on_sale = app.on_sale(place).await?;
    let told = told::load(&app.db(place.scope()), place.hub, place.week).await?;
    let mut waiting = Vec::with_capacity(told.orders.len());
    for note in &told.orders {
        let (request, passed_over) = request_of(&on_sale.publication, note);
        let name = format!("« {} »", note.reference);
        let key = format!("pack-{}-{}", place.week, note.reference);
        let goods = passed_over.join(", ");
        let said =
            format!("Commande {name} : sans {goods}, que la mercuriale n'a pas en colis entiers.");
        let note = (!goods.is_empty()).then_some(said);
        if request.lines.is_empty() {
            intake.refused += 1;
            intake.notes.extend(note);
        } else {
            waiting.push(Keyed { key, name, request, note });
        }
    }
    intake.add(take_all(app, place, &waiting, &stamp(told_at, by)).await?);
    Ok(intake)
}

/// Takes the standing orders of the published list: what is not left is cut, and what was taken
/// before is not taken again.
pub async fn take_standing(
    app: &App,
    place: Place,
    at: Instant,
    by: &str,
) -> Result<Intake, Failure> {
    let on_sale = app.on_sale(place).await?;
    let requests = orders::standing_requests(on_sale.sale());
    let keyed = requests.into_iter().map(|request| Keyed {
        key: format!("standing-{}-{}-{}", place.week, request.site, request.day),
        name: format!("récurrente de « {} »", request.site),
        request,
        note: None,
    });
    let keyed: Vec<Keyed> = keyed.collect();
    take_all(app, place, &keyed, &stamp(at, by)).await
}

/// What is said of the standing orders that were taken with a publication; empty without any. A
/// failure leaves the list published, and the page of orders says what waits.
pub async fn standing_taken(app: &App, place: Place, stamp: &Stamp) -> String {
    match take_standing(app, place, stamp.at, &stamp.by).await {
        Ok(intake) if intake.taken + intake.refused == 0 => String::new(),
        Ok(intake) => {
            let (one, more) = ("commande récurrente prise", "commandes récurrentes prises");
            let mut said = fr::count(intake.taken, one, more);
            for (many, one, more) in
                [(intake.cut, "réduite", "réduites"), (intake.refused, "refusée", "refusées")]
            {
                if many > 0 {
                    said.push_str(&format!(", {}", fr::count(many, one, more)));
                }
            }
            said.push('.');
            for note in intake.notes.iter().take(NOTES) {
                said.push_str(&format!(" {note}"));
            }
            said
        }
        Err(failure) => {
            eprintln!("carreau : commandes récurrentes : {failure}");
            "Les commandes récurrentes n'ont pas été prises : prenez-les à l'étape Commandes."
                .into()
        }
    }
}

/// Notes shown after an intake: a cookie carries them, and it is short.
pub const NOTES: usize = 4;

fn stamp(at: Instant, by: &str) -> Stamp {
    Stamp { at, by: by.into() }
}

/// How many orders wait for the published list: standing ones while none of them is taken, told
/// ones likewise.
pub async fn waiting(app: &App, place: Place) -> Result<usize, Failure> {
    let on_sale = match app.on_sale(place).await {
        Ok(on_sale) => on_sale,
        Err(Failure::Denied(_)) => return Ok(0),
        Err(failure) => return Err(failure),
    };
    let values = vec![place.hub.as_str().into(), place.week.number().into()];
    let known: Vec<(i64, i64)> = app.db(place.scope()).query(WAITED, values).await?;
    let (has_told, has_standing) =
        known.first().map_or((false, false), |(told, standing)| (*told > 0, *standing > 0));
    let mut count = 0;
    if !has_standing {
        count += orders::standing_requests(on_sale.sale()).len();
    }
    if !has_told {
        let told = told::load(&app.db(place.scope()), place.hub, place.week).await?;
        count += told.orders.len();
    }
    Ok(count)
}

const WAITED: &str = "SELECT \
    CAST(COALESCE(SUM(CASE WHEN idempotency_key LIKE 'pack-%' THEN 1 ELSE 0 END), 0) AS BIGINT), \
    CAST(COALESCE(SUM(CASE WHEN idempotency_key LIKE 'standing-%' THEN 1 ELSE 0 END), 0) AS BIGINT) \
    FROM orders WHERE hub_id = $1 AND week = $2";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[WAITED];

/// What can be asked of the list, and the products of which nothing or less can.
fn request_of(publication: &Publication, note: &OrderNote) -> (OrderRequest, Vec<String>) {
    let mut lines: Vec<(trade::id::LineId, Qty)> = Vec::with_capacity(note.lines.len());
    let mut passed_over = Vec::new();
    for line in &note.lines {
        let found = publication.find(line.product, line.labels, line.producer);
        let Some(found) = found else {
            passed_over.push(format!("« {} »", line.product));
            continue;
        };
        let whole = found.whole_packs(line.quantity);
        if whole < line.quantity {
            let rest = fr::number(Qty::new(line.quantity.get() - whole.get()));
            passed_over.push(format!("{rest} de « {} »", line.product));
        }
        match lines.iter_mut().find(|known| known.0 == found.id) {
            Some(known) => known.1 = Qty::new(known.1.get() + whole.get()),
            None if !whole.is_zero() => lines.push((found.id, whole)),
            None => {}
        }
    }
    let request = OrderRequest {
        buyer: note.buyer,
        site: note.site,
        day: note.day,
        channel: match note.channel {
            Channel::Surplus => Channel::File,
            other => other,
        },
        commitment_number: note.commitment_number.clone(),
        lines,
    };
    (request, passed_over)
}

/// Takes many orders in their order. Those of a group are committed together; who found too
/// little is served from what is left once the group is through, so that the outcome does not
/// depend on who was quicker.
async fn take_all(
    app: &App,
    place: Place,
    keyed: &[Keyed],
    stamp: &Stamp,
) -> Result<Intake, Failure> {
    let mut intake = Intake::default();
    for group in keyed.chunks(TOGETHER) {
        let all = group.iter().map(|one| intake::take(app, place, &one.request, &one.key, stamp));
        let outcomes = futures_util::future::join_all(all).await;
        for (one, outcome) in group.iter().zip(outcomes) {
            match outcome {
                Ok(_) => {
                    intake.taken += 1;
                    intake.notes.extend(one.note.clone());
                }
                // Taken before, whole or cut to what was left.
                Err(Failure::Replayed(_) | Failure::OtherContent) => {}
                Err(Failure::Denied(_) | Failure::Busy) => {
                    take_within_reach(app, place, one, stamp, &mut intake).await?;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(intake)
}

async fn take_within_reach(
    app: &App,
    place: Place,
    asked: &Keyed,
    stamp: &Stamp,
    intake: &mut Intake,
) -> Result<(), Failure> {
    let Keyed { key, name, request, note } = asked;
    let cut = intake::within_reach(app, place, request).await?;
    if cut.lines.is_empty() {
        intake.refused += 1;
        intake.notes.push(format!("Commande {name} refusée : il ne reste rien de ses produits."));
        return Ok(());
    }
    match intake::take(app, place, &cut, key, stamp).await {
        Ok(_) if cut == *request => {
            intake.taken += 1;
            intake.notes.extend(note.clone());
        }
        Ok(_) => {
            intake.cut += 1;
            intake.notes.extend(note.clone());
            intake.notes.push(format!("Commande {name} réduite à ce qui restait."));
        }
        Err(Failure::Replayed(_)) => {}
        Err(Failure::Denied(denials)) => {
            intake.refused += 1;
            let why: Vec<String> = denials.iter().map(sentence).collect();
            intake.notes.push(format!("Commande {name} refusée : {}", why.join(" ")));
        }
        Err(failure) => return Err(failure),
    }
    Ok(())
}
