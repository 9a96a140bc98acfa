//! Amending and closing.

use std::collections::BTreeMap;

use trade::Denial;
use trade::calendar::Day;
use trade::id::OrderLineId;
use trade::mercuriale::Publication;
use trade::offers::Stamp;
use trade::orders::{self, Amendment, Channel, OrderRequest};
use trade::unit::{Cents, Qty};
use wire::pack::OrderNote;

use super::intake;
use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{Place, Spending, Taking};

/// Changes quantities of order lines before the cut-off, all or none.
pub async fn amend(
    app: &App,
    place: Place,
    changes: &[(OrderLineId, Qty)],
    stamp: &Stamp,
) -> Result<Vec<Amendment>, Failure> {
    let ceilings = intake::ceilings_left(app, place.hub).await?;
    app.act(place, |act| {
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
    })
    .await
}

/// Ends order taking for a day. `false` when it had ended before.
pub async fn close(app: &App, place: Place, day: Day, stamp: &Stamp) -> Result<bool, Failure> {
    app.act(place, |act| {
        let closing = orders::close(act.week(), day, stamp.clone())?;
        let is_new = closing.is_some();
        if let Some(closing) = closing {
            act.add(closing);
        }
        Ok(is_new)
    })
    .await
}

/// What became of orders that were told to the hub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    pub taken: i64,
    /// Taken with less than was asked, because of what was left.
    pub cut: i64,
    pub refused: i64,
}

/// Orders that wait for one commit together.
const TOGETHER: usize = 64;

/// Takes the standing orders of a published week.
pub async fn take_standing(app: &App, place: Place, stamp: &Stamp) -> Result<Intake, Failure> {
    let requests = orders::standing_requests(app.on_sale(place).await?.sale());
    let key = |request: &OrderRequest| {
        format!("standing-{}-{}-{}", place.week, request.site, request.day)
    };
    let keyed: Vec<_> = requests.into_iter().map(|request| (key(&request), request)).collect();
    take_all(app, place, &keyed, stamp).await
}

/// Takes the orders that a data pack tells, in their order, as somebody at the telephone would:
/// what is not left is cut, half packs are rounded down, what is not on the list is passed over.
pub async fn take_told(
    app: &App,
    place: Place,
    notes: &[OrderNote],
    stamp: &Stamp,
) -> Result<Intake, Failure> {
    let on_sale = app.on_sale(place).await?;
    let requests = notes.iter().map(|note| {
        let key = format!("pack-{}-{}", place.week, note.reference);
        (key, request_of(&on_sale.publication, note))
    });
    let (keyed, empty): (Vec<_>, Vec<_>) =
        requests.partition(|(_, request)| !request.lines.is_empty());
    let mut intake = take_all(app, place, &keyed, stamp).await?;
    intake.refused += empty.len() as i64;
    Ok(intake)
}

fn request_of(publication: &Publication, note: &OrderNote) -> OrderRequest {
    let mut lines: Vec<(trade::id::LineId, Qty)> = Vec::with_capacity(note.lines.len());
    for line in &note.lines {
        let found = publication.find(line.product, line.labels, line.producer);
        let Some(found) = found else { continue };
        let whole = found.whole_packs(line.quantity);
        match lines.iter_mut().find(|known| known.0 == found.id) {
            Some(known) => known.1 = Qty::new(known.1.get() + whole.get()),
            None if !whole.is_zero() => lines.push((found.id, whole)),
            None => {}
        }
    }
    OrderRequest {
        buyer: note.buyer,
        site: note.site,
        day: note.day,
        channel: match note.channel {
            Channel::Surplus => Channel::File,
            other => other,
        },
        commitment_number: note.commitment_number.clone(),
        lines,
    }
}

/// Takes many orders in their order. Those of a group are committed together; who found too
/// little is served from what is left once the group is through, so that the outcome does not
/// depend on who was quicker.
async fn take_all(
    app: &App,
    place: Place,
    keyed: &[(String, OrderRequest)],
    stamp: &Stamp,
) -> Result<Intake, Failure> {
    let mut intake = Intake::default();
    for group in keyed.chunks(TOGETHER) {
        let all = group.iter().map(|(key, request)| intake::take(app, place, request, key, stamp));
        let outcomes = futures_util::future::join_all(all).await;
        for ((key, request), outcome) in group.iter().zip(outcomes) {
            match outcome {
                Ok(_) => intake.taken += 1,
                // Taken before, whole or cut to what was left.
                Err(Failure::Replayed(_) | Failure::OtherContent) => {}
                Err(Failure::Denied(_) | Failure::Busy) => {
                    take_within_reach(app, place, request, key, stamp, &mut intake).await?;
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
    request: &OrderRequest,
    key: &str,
    stamp: &Stamp,
    intake: &mut Intake,
) -> Result<(), Failure> {
    let cut = intake::within_reach(app, place, request).await?;
    if cut.lines.is_empty() {
        intake.refused += 1;
        return Ok(());
    }
    match intake::take(app, place, &cut, key, stamp).await {
        Ok(_) if cut == *request => intake.taken += 1,
        Ok(_) => intake.cut += 1,
        Err(Failure::Replayed(_)) => {}
        Err(Failure::Denied(_)) => intake.refused += 1,
        Err(failure) => return Err(failure),
    }
    Ok(())
}
