//! Receiving, sorting and emptying the dock.

use plan::distance::metres;
use trade::Fact;
use trade::calendar::Day;
use trade::dock::{self, Choices, LeftoverSource, OutcomeKind, ReceiptRequest, surplus};
use trade::id::{LineId, OrderLineId, ReceiptId};
use trade::offers::Stamp;
use trade::unit::Qty;

use super::short;
use super::told::{Written, tell};
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::{Act, Place};

/// Notes arrivals, all or none.
pub async fn receive(
    app: &App,
    place: Place,
    requests: &[ReceiptRequest],
    stamp: &Stamp,
) -> Result<Vec<ReceiptId>, Failure> {
    app.act(place, |act| {
        let mut ids = Vec::with_capacity(requests.len());
        for request in requests {
            let receipt = dock::receive(act.week(), request, stamp.clone())?;
            ids.push(receipt.id);
            act.add(receipt);
        }
        Ok(ids)
    })
    .await
}

/// Takes a receipt back.
pub async fn withdraw(
    app: &App,
    place: Place,
    receipt: ReceiptId,
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| {
        let withdrawal = dock::withdraw(act.week(), receipt, stamp.clone())?;
        act.add(withdrawal);
        Ok(())
    })
    .await
}

/// Sorts what has arrived to order lines; the number of parts put aside.
pub async fn sort(app: &App, place: Place, day: Day) -> Result<usize, Failure> {
    app.act(place, |act| {
        let sortings = dock::sort(act.week(), day, metres)?;
        let count = sortings.len();
        for sorting in sortings {
            act.add(sorting);
        }
        Ok(count)
    })
    .await
}

/// What was put aside, and who is told that it is less than was ordered.
#[derive(Clone, Debug)]
pub struct Allotted {
    pub parts: usize,
    /// Who gets less of what, in a sentence; empty when nobody does.
    pub less: String,
    /// Letters about it.
    pub letters: usize,
}

/// [`sort`], with a letter to each buyer who gets less than was ordered and has not heard of it.
/// `choices`: how goods that come short are shared out.
pub async fn allot(
    app: &App,
    place: Place,
    day: Day,
    choices: &Choices,
    stamp: &Stamp,
) -> Result<Allotted, Failure> {
    let written = mail::shortages_written(app, place).await?;
    app.act(place, |act| allot_in(act, day, choices, &written, stamp)).await
}

/// [`allot`], as part of an act. `written`: the letters that are.
pub fn allot_in(
    act: &mut Act<'_>,
    day: Day,
    choices: &Choices,
    written: &Written,
    stamp: &Stamp,
) -> Result<Allotted, Failure> {
    let sortings = dock::sort_by(act.week(), day, choices, metres)?;
    let parts = sortings.len();
    for sorting in sortings {
        act.add(sorting);
    }
    let less = short::said(act.week(), &short::short_lines(act.week(), day, choices)?)?;
    let letters = tell(act, day, written, stamp)?;
    Ok(Allotted { parts, less, letters })
}

/// Takes back how the goods of a line of the price list were shared out for a day.
pub async fn unsort(
    app: &App,
    place: Place,
    day: Day,
    line: LineId,
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| {
        let unsorting = dock::unsort::unsort(act.week(), day, line, stamp.clone())?;
        act.add(unsorting);
        Ok(())
    })
    .await
}

/// Writes to the buyers who get less on a day and have not heard of it; how many letters.
pub async fn tell_short(
    app: &App,
    place: Place,
    day: Day,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    let written = mail::shortages_written(app, place).await?;
    app.act(place, |act| tell(act, day, &written, stamp)).await
}

/// Puts part of a receipt aside for one order line by hand.
pub async fn sort_by_hand(
    app: &App,
    place: Place,
    receipt: ReceiptId,
    line: OrderLineId,
    quantity: Qty,
) -> Result<(), Failure> {
    app.act(place, |act| {
        let sorting = dock::sort_by_hand(act.week(), receipt, line, quantity, metres)?;
        act.add(sorting);
        Ok(())
    })
    .await
}

/// What is decided for goods without a taker.
#[derive(Clone, Debug)]
pub struct Decision {
    pub source: LeftoverSource,
    pub kind: OutcomeKind,
    pub quantity: Qty,
    pub reason: String,
}

/// Notes what becomes of goods without a taker, all or none. What was offered to food aid and not
/// fetched in time is taken back for it.
pub async fn resolve(
    app: &App,
    place: Place,
    decisions: &[Decision],
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| {
        for one in decisions {
            let Decision { source, kind, quantity, ref reason } = *one;
            for freed in surplus::release(act.week(), source, quantity, stamp)? {
                act.add(Fact::Surplus(freed));
            }
            let outcome = dock::resolve(act.week(), source, kind, quantity, reason, stamp.clone())?;
            act.add(outcome);
        }
        Ok(())
    })
    .await
}
