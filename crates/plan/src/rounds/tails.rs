//! Exchanges what follows two neighbouring calls of two trucks (2-opt*: Potvin and Rousseau, *An
//! exchange heuristic for routeing problems with time windows*, 1995): long rounds are joined,
//! divided and crossed in one step, for which strings are too short.

use super::day::Slot;
use super::search::Search;
use super::sides;
use super::state::NOWHERE;

/// Among how many of the nearest a partner is drawn.
const NEAREST: usize = 24;
/// Pairs that are looked at in a step: most are seen to be late or too dear at once.
const TRIES: usize = 8;

/// Two cuts: behind `ends` of its truck goes on what began at `begins` of the other.
#[derive(Clone, Copy)]
struct Cross {
    one: usize,
    ends: usize,
    other: usize,
    begins: usize,
}

impl Search<'_> {
    /// Tries some pairs; true when one was exchanged, for less than `allowed` more.
    pub(super) fn exchange_tails(&mut self, allowed: f64) -> bool {
        for _ in 0..TRIES {
            let Some(cross) = self.draw() else { continue };
            if !self.is_worth(cross, allowed) {
                continue;
            }
            self.absent_before.clone_from(&self.now.absent);
            if self.cross(cross) && self.more() < allowed {
                return true;
            }
            self.undo();
        }
        false
    }

    /// A call, and what could follow it: a near call of another truck, or nothing more.
    fn draw(&mut self) -> Option<Cross> {
        let problem = self.problem;
        let place = 1 + self.chance.below(problem.size - 1);
        let one = self.now.truck_of[place];
        if one == NOWHERE {
            return None;
        }
        let one = one as usize;
        let ends = self.now.rank_of[place] as usize;
        let near = &problem.near[place];
        let drawn = self.chance.below(NEAREST.min(near.len() - 1) + 1);
        if drawn == 0 {
            // The rest goes with another truck, or one that has nothing yet.
            let other = self.free_like(one)?;
            let begins = self.now.days[other].slots.len() - 1;
            return Some(Cross { one, ends, other, begins });
        }
        let next = near[drawn] as usize;
        let other = self.now.truck_of[next];
        if other == NOWHERE || other as usize == one {
            return None;
        }
        let begins = self.now.rank_of[next] as usize;
        Some(Cross { one, ends, other: other as usize, begins })
    }

    /// A truck without calls, of the same kind if there is one.
    fn free_like(&self, truck: usize) -> Option<usize> {
        let free = |other: &usize| self.now.days[*other].is_empty();
        let is_like = |other: &usize| self.problem.kinds[*other] == self.problem.kinds[truck];
        let trucks = 0..self.now.days.len();
        trucks.clone().find(|t| free(t) && is_like(t)).or_else(|| trucks.clone().find(free))
    }

    /// Where a problem is plain, most pairs are seen to be late or too dear without a change.
    fn is_worth(&self, cross: Cross, allowed: f64) -> bool {
        let problem = self.problem;
        if !problem.is_plain || problem.kinds[cross.one] != problem.kinds[cross.other] {
            return true;
        }
        let (one, other) = (&self.now.days[cross.one].slots, &self.now.days[cross.other].slots);
        let (last, next) = (one[cross.ends], other[cross.begins]);
        let (before, after) = (other[cross.begins - 1], one[cross.ends + 1]);
        let (there, back) = (
            problem.pair(cross.one, last.place, next.place),
            problem.pair(cross.one, before.place, after.place),
        );
        let legs = there.cost_out + back.cost_out - next.leg - after.leg;
        let out = match (other.len() == 2, before.place == 0 && after.place == 0) {
            (true, false) => problem.trucks[cross.one].per_day,
            (false, true) => -problem.trucks[cross.one].per_day,
            _ => 0,
        };
        ((i64::from(legs) + out) as f64) < allowed
            && last.leave + there.time_out <= next.late
            && before.leave + back.time_out <= after.late
    }

    /// Makes the exchange; false when it cannot be, or not in time.
    fn cross(&mut self, cross: Cross) -> bool {
        let Cross { one, ends, other, begins } = cross;
        let problem = self.problem;
        let is_free = |slot: &Slot| slot.place == 0 || !problem.spots[slot.place as usize].is_kept;
        let comes = |truck: usize, slot: &Slot| is_free(slot) && problem.fits(truck, slot.place);
        let days = &self.now.days;
        // A kept round gets nothing more behind its last call either.
        if !is_free(&days[one].slots[ends]) || !is_free(&days[other].slots[begins - 1]) {
            return false;
        }
        if !days[one].slots[ends + 1..].iter().all(|slot| comes(other, slot))
            || !days[other].slots[begins..].iter().all(|slot| comes(one, slot))
        {
            return false;
        }
        self.keep(one);
        self.keep(other);
        let days = &mut self.now.days;
        let to_one = days[other].slots.split_off(begins);
        let to_other = days[one].slots.split_off(ends + 1);
        days[one].slots.extend(to_one);
        days[other].slots.extend(to_other);
        [one, other].iter().all(|&truck| {
            super::search::close_rounds(&mut self.now.days[truck].slots);
            self.now.refresh(problem, truck) && self.carries(truck)
        })
    }

    /// Whether a truck can carry what it has, in as many rounds as it makes.
    fn carries(&self, truck: usize) -> bool {
        let (problem, day) = (self.problem, &self.now.days[truck]);
        let wheels = &problem.trucks[truck];
        if problem.is_plain {
            return sides::holds(wheels, day.load);
        }
        let rounds = day.slots.windows(2).filter(|two| two[0].place == 0 && two[1].place != 0);
        rounds.count() <= wheels.rounds_most as usize
            && day.sides.iter().all(|side| sides::holds(wheels, side.fullest_before))
    }
}
