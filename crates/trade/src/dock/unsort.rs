//! Taking back how goods were shared out at the dock, by a rule or by hand: what was put aside of
//! them lies on the dock again, and waits to be shared out anew.

use super::Sorting;
use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{LineId, SortingId, UnsortingId};
use crate::offers::Stamp;
use crate::orders::Channel;
use crate::week::Week;

/// How some goods of a day were shared out, taken back (*annulation d'un partage*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsorting {
    pub id: UnsortingId,
    /// The last part that goes back; it and all parts before it of the same goods and day.
    pub last: SortingId,
    pub stamp: Stamp,
}

/// Takes back how the goods of a line of the price list were shared out for a day. Nobody may have
/// signed for any of them; what is billed has been signed for. Surplus that was sold stays sold.
pub fn unsort(week: &Week, day: Day, line: LineId, stamp: Stamp) -> Result<Unsorting, Denial> {
    let mut last = None;
    for part in parts(week, day, line) {
        if week.note_line(part.id).is_ok() {
            return Err(Denial::SortedAndDelivered { line, day });
        }
        last = last.max(Some(part.id));
    }
    let last = last.ok_or(Denial::NothingSorted { line, day })?;
    Ok(Unsorting { id: UnsortingId(week.unsortings().len() as i64 + 1), last, stamp })
}

/// What is put aside of the goods of a line for a day, but for surplus.
fn parts(week: &Week, day: Day, line: LineId) -> impl Iterator<Item = &Sorting> {
    week.valid_sortings().filter(move |part| {
        goods(week, part) == Some((day, line))
            && week.order_line(part.order_line).is_ok_and(|(order, _)| is_listed(order.channel))
    })
}

fn is_listed(channel: Channel) -> bool {
    channel != Channel::Surplus
}

/// Of which day and which line of the price list a part is.
fn goods(week: &Week, part: &Sorting) -> Option<(Day, LineId)> {
    let purchase = week.purchase_line(week.receipt(part.receipt).ok()?.line).ok()?;
    Some((purchase.day, purchase.line))
}

/// The parts that go back to the dock.
pub(crate) fn taken_back(week: &Week, unsorting: &Unsorting) -> Vec<SortingId> {
    let Some((day, line)) = taken_back_of(week, unsorting) else { return Vec::new() };
    let own = parts(week, day, line).map(|part| part.id);
    own.filter(|part| *part <= unsorting.last).collect()
}

/// Of which day and goods the parts were.
pub fn taken_back_of(week: &Week, unsorting: &Unsorting) -> Option<(Day, LineId)> {
    goods(week, week.sorting(unsorting.last).ok()?)
}
