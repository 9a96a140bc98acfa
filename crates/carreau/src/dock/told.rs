//! Who hears by mail that they get less, once the dock has shared out: once of each order line, and
//! again when its goods were shared out anew.

use std::collections::{BTreeMap, HashSet};

use trade::Week;
use trade::calendar::Day;
use trade::dock::Choices;
use trade::dock::unsort::taken_back_of;
use trade::id::{BuyerId, LineId, OrderLineId};
use trade::offers::Stamp;
use trade::sourcing::shortage::is_short;

use super::short::lines_in;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::Act;
use crate::ui::fr;

/// Letters about shortages that are written: to whom, in which version.
pub type Written = HashSet<(String, i64)>;

/// The version of a letter of the dock is how often goods of the day had gone back to the dock, the
/// day, and a bit for each order line of the buyer that it speaks of. Before the goods come, a
/// version counts the words of the farms, which are fewer.
/// Order lines of a buyer and day that have a bit of their own; further ones share them.
const LINES: u32 = 40;

/// Bits of the day.
const DAYS: u32 = 16;

/// As often as letters tell apart.
const BACK_MAX: i64 = 127;

/// The bits of order lines among all that their buyer ordered for the day.
fn bits(week: &Week, day: Day, buyer: BuyerId, lines: &[OrderLineId]) -> i64 {
    let orders = week.orders().iter().filter(|order| order.buyer == buyer && order.day == day);
    let all = orders.flat_map(|order| order.lines.iter().map(|line| order.line_id(line.rank)));
    let own = (0..LINES).cycle().zip(all).filter(|(_, line)| lines.contains(line));
    own.fold(0, |bits, (bit, _)| bits | 1 << bit)
}

/// The version of the letter of a day about these lines. `back`: how often goods had gone back.
fn version(day: Day, back: i64, bits: i64) -> i64 {
    (back << (LINES + DAYS)) | (i64::from(day.days()) << LINES) | bits
}

/// The letters of a day to a buyer: how often goods had gone back, and about which lines.
fn letters(day: Day, buyer: BuyerId, written: &Written) -> impl Iterator<Item = (i64, i64)> {
    let own = written.iter().filter(move |(who, _)| who.as_str() == buyer.as_str());
    own.filter_map(move |&(_, version)| {
        let of = (version >> LINES) & ((1 << DAYS) - 1);
        let is_own = of == i64::from(day.days());
        is_own.then_some((version >> (LINES + DAYS), version & ((1 << LINES) - 1)))
    })
}

/// How often goods of a day went back to the dock, and for each line of the price list, at which
/// of these times last.
fn gone_back(week: &Week, day: Day) -> (i64, BTreeMap<LineId, i64>) {
    let (mut count, mut last) = (0, BTreeMap::new());
    for unsorting in week.unsortings() {
        if let Some((of, line)) = taken_back_of(week, unsorting)
            && of == day
        {
            count = BACK_MAX.min(count + 1);
            last.insert(line, count);
        }
    }
    (count, last)
}

/// The buyers who have not heard yet of what they get less, each with those order lines, and of
/// what they get now where they had heard of how it was shared out before. Who had a letter when
/// the farm said so, before the goods came, has heard of as much.
pub fn unheard(
    week: &Week,
    day: Day,
    choices: &Choices,
    written: &Written,
) -> Result<BTreeMap<BuyerId, Vec<OrderLineId>>, Failure> {
    let mut news: BTreeMap<BuyerId, Vec<OrderLineId>> = BTreeMap::new();
    let (_, back) = gone_back(week, day);
    for one in lines_in(week, day, choices)? {
        let (order, line) = week.order_line(one.line)?;
        let since = back.get(&line.line).copied().unwrap_or(0);
        if !one.is_short && since == 0 {
            continue;
        }
        let own = bits(week, day, order.buyer, &[one.line]);
        let about = letters(day, order.buyer, written).filter(|(_, bits)| bits & own != 0);
        let told = about.map(|(back, _)| back).max();
        let is_news = match told {
            // A buyer hears once of a line.
            Some(back) if back >= since => false,
            Some(_) => true,
            None if !one.is_short => false,
            None => {
                !has_heard(week, order.buyer, one.line, written)
                    || is_short(one.gets, one.promised, line.pack, line.unit)
            }
        };
        if is_news {
            news.entry(order.buyer).or_default().push(one.line);
        }
    }
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

/// Writes to every buyer who has not heard yet; how many.
pub fn tell(
    act: &mut Act<'_>,
    day: Day,
    written: &Written,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    let news = unheard(act.week(), day, &Choices::new(), written)?;
    let (back, _) = gone_back(act.week(), day);
    for (&buyer, lines) in &news {
        let version = version(day, back, bits(act.week(), day, buyer, lines));
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
