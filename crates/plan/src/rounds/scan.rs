//! The best place of a call in a truck's day.

use super::chance::Chance;
use super::day::{Day, Slot};
use super::problem::{NEVER, Pair, Problem, Spot};

/// Where a call goes in, and what it costs more. `NONE` costs more than any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub cost: i32,
    /// Before the slot of this rank.
    pub rank: u32,
    pub turn: Turn,
}

/// Whether the truck turns back to the dock beside the call, which makes one more round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    No,
    Before,
    After,
}

pub const NONE: Way = Way { cost: i32::MAX, rank: 0, turn: Turn::No };

/// One place in so many is overlooked, which keeps the search from doing the same again
/// (Christiaens and Vanden Berghe 2020, *blinks*). Only a better one needs the draw.
const BLINK: usize = 100;

/// The best way that costs less than `bound`. Without chance nothing is overlooked.
pub fn best(
    problem: &Problem,
    truck: usize,
    day: &Day,
    place: u32,
    bound: i32,
    chance: Option<&mut Chance>,
) -> Way {
    if !problem.is_plain {
        return super::scan_full::best(problem, truck, day, place, bound, chance);
    }
    let spot = &problem.spots[place as usize];
    let wheels = &problem.trucks[truck];
    if day.load[0] + spot.brings[0] > wheels.capacity[0]
        || day.load[1] + spot.brings[1] > wheels.capacity[1]
    {
        return NONE;
    }
    let row = problem.row(truck, place);
    if !day.is_empty() {
        return plain(row, spot, &day.slots, bound, chance);
    }
    let first = wheels.per_day.min(i64::from(NEVER)) as i32;
    let way = plain(row, spot, &day.slots, bound - first, chance);
    if way == NONE { NONE } else { Way { cost: way.cost + first, ..way } }
}

pub fn blinks(chance: &mut Chance) -> bool {
    chance.one_in(BLINK)
}

fn plain(
    row: &[Pair],
    spot: &Spot,
    slots: &[Slot],
    bound: i32,
    mut chance: Option<&mut Chance>,
) -> Way {
    let (opens, closes) = spot.windows[0];
    let done = opens + spot.service;
    let mut best = Way { cost: bound, ..NONE };
    // Before these, what follows could not wait so long.
    let skipped = slots[1..slots.len() - 1].partition_point(|slot| slot.late < done);
    let mut before = slots[skipped];
    let mut into = row[before.place as usize];
    for (at, &after) in slots.iter().enumerate().skip(skipped + 1) {
        if before.leave > closes {
            break;
        }
        let out = row[after.place as usize];
        let cost = into.cost_in + out.cost_out - after.leg;
        if cost < best.cost {
            let begins = (before.leave + into.time_in).max(opens);
            let is_in_time = begins <= closes && begins + spot.service + out.time_out <= after.late;
            if is_in_time && !chance.as_deref_mut().is_some_and(blinks) {
                best = Way { cost, rank: at as u32, turn: Turn::No };
            }
        }
        (before, into) = (after, out);
    }
    if best.rank == 0 { NONE } else { best }
}
