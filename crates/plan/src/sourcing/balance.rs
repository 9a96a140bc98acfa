//! Whole crates near the fair shares: crates go from a farm above its target to one below it, by
//! themselves or over a third farm, while the sum of squared deviations falls. What is served
//! stays as it is.

use super::layout::{Layout, Part};
use super::model::Model;
use super::shares::Shares;

/// A crate that could come from another farm.
#[derive(Clone, Copy, Debug)]
struct Move {
    part: usize,
    /// Columns of the part.
    from: usize,
    to: usize,
    /// What a crate counts.
    value: i64,
}

/// Chains that are tried for one farm before it is left as it is.
const TRIES: usize = 64;

pub(super) struct Balance<'a, 'b> {
    pub model: &'b Model<'a>,
    pub layout: &'b mut Layout,
    /// How far each farm is from its target.
    pub off: Vec<i64>,
    prices: &'b [i64],
    /// Moves by the farm that gives and by the farm that takes.
    out: Vec<Vec<Move>>,
    into: Vec<Vec<Move>>,
}

impl<'a, 'b> Balance<'a, 'b> {
    pub fn new(
        model: &'b Model<'a>,
        layout: &'b mut Layout,
        shares: &'b Shares,
    ) -> Balance<'a, 'b> {
        let off = shares.deviations(model, layout);
        let mut out = vec![Vec::new(); off.len()];
        let mut into = vec![Vec::new(); off.len()];
        for (at, part) in layout.parts.iter().enumerate() {
            let farm = |column: usize| model.sources[part.sources[column]].farm;
            let price = shares.prices[model.sources[part.sources[0]].goods];
            for from in 0..part.sources.len() {
                for to in (0..part.sources.len()).filter(|&to| farm(to) != farm(from)) {
                    let one = Move { part: at, from, to, value: part.pack * price };
                    out[farm(from)].push(one);
                    into[farm(to)].push(one);
                }
            }
        }
        Balance { model, layout, off, prices: &shares.prices, out, into }
    }

    /// Moves crates until no move and no chain makes it fairer. `enough`: deviations for which no
    /// chain is looked for.
    pub fn settle(&mut self, enough: i64) {
        self.level();
        let mut tried = vec![0; self.off.len()];
        loop {
            let open = (0..self.off.len()).filter(|&farm| tried[farm] < TRIES);
            let far = open.filter(|&farm| self.off[farm].abs() > enough);
            let Some(farm) = far.max_by_key(|&farm| (self.off[farm].abs(), farm)) else { break };
            tried[farm] += 1;
            if self.chain(farm) {
                self.level();
            } else {
                tried[farm] = TRIES;
            }
        }
    }

    fn farm(&self, part: usize, column: usize) -> usize {
        self.model.sources[self.layout.parts[part].sources[column]].farm
    }

    /// Single moves, until none makes it fairer.
    fn level(&mut self) {
        let mut is_new = true;
        while is_new {
            is_new = false;
            for farm in 0..self.off.len() {
                for at in 0..self.out[farm].len() {
                    let one = self.out[farm][at];
                    is_new |= self.level_one(one);
                }
            }
        }
    }

    /// As many crates as make two farms most alike.
    fn level_one(&mut self, one: Move) -> bool {
        let (from, to) = (self.farm(one.part, one.from), self.farm(one.part, one.to));
        let apart = self.off[from] - self.off[to];
        if apart <= one.value {
            return self.level_tail(one, from, to);
        }
        let crates = ((apart + one.value) / (2 * one.value)).max(1);
        let part = &self.layout.parts[one.part];
        let (used, free) = (part.used(one.from), self.layout.free[part.sources[one.to]]);
        let crates = crates.min(used / part.pack).min(free / part.pack);
        let pack = part.pack;
        if crates < 1 {
            return self.level_tail(one, from, to);
        }
        self.shift(one, crates * pack) || crates > 1 && self.shift(one, pack)
    }

    /// The last of goods sold by weight, less than a crate, goes as a whole.
    fn level_tail(&mut self, one: Move, from: usize, to: usize) -> bool {
        let part = &self.layout.parts[one.part];
        if part.step == part.pack {
            return false;
        }
        let used = part.used(one.from);
        let tail = used % part.pack;
        let source = part.sources[one.to];
        let value = tail * self.prices[self.model.sources[source].goods];
        let is_fairer = tail > 0 && self.off[from] - self.off[to] > value;
        // A tail that meets a tail makes no more of them; a new one is as bad as the old one.
        is_fairer && self.layout.free[source] >= tail && self.shift(one, tail)
    }

    /// Moves a quantity, if classes can change places for it.
    pub fn shift_between(&mut self, part: usize, from: usize, to: usize, quantity: i64) -> bool {
        self.shift(Move { part, from, to, value: 0 }, quantity)
    }

    fn shift(&mut self, one: Move, quantity: i64) -> bool {
        let (from, to) = (self.farm(one.part, one.from), self.farm(one.part, one.to));
        let part = &mut self.layout.parts[one.part];
        if !part.transfer(one.from, one.to, quantity) {
            return false;
        }
        let (source, target) = (part.sources[one.from], part.sources[one.to]);
        self.layout.free[source] += quantity;
        self.layout.free[target] -= quantity;
        let value = quantity * self.prices[self.model.sources[source].goods];
        self.off[from] -= value;
        self.off[to] += value;
        true
    }

    fn has_crate(&self, one: Move) -> bool {
        let part: &Part = &self.layout.parts[one.part];
        part.used(one.from) >= part.pack && self.layout.free[part.sources[one.to]] >= part.pack
    }

    /// A crate away from (or to) a farm over another one, that makes it fairer by most.
    fn chain(&mut self, farm: usize) -> bool {
        let gives = self.off[farm] > 0;
        let firsts = if gives { &self.out[farm] } else { &self.into[farm] };
        let mut best: Option<(i128, Move, Move)> = None;
        for &first in firsts.iter().filter(|&&first| self.has_crate(first)) {
            let end = if gives { first.to } else { first.from };
            let middle = self.farm(first.part, end);
            let seconds = if gives { &self.out[middle] } else { &self.into[middle] };
            for &second in seconds {
                let pair = if gives { (first, second) } else { (second, first) };
                let gain = self.gain(pair);
                let is_best = best.is_none_or(|(known, ..)| gain > known);
                let is_same = first.part == second.part;
                if gain > 0 && is_best && !is_same && self.has_crate(second) {
                    best = Some((gain, pair.0, pair.1));
                }
            }
        }
        let Some((_, first, second)) = best else { return false };
        let (pack, other) =
            (self.layout.parts[first.part].pack, self.layout.parts[second.part].pack);
        if !self.shift(first, pack) {
            return false;
        }
        if !self.shift(second, other) {
            self.shift(Move { from: first.to, to: first.from, ..first }, pack);
            return false;
        }
        true
    }

    /// By how much the sum of squares falls when two crates move, the second away from where the
    /// first came to.
    fn gain(&self, (first, second): (Move, Move)) -> i128 {
        let start = self.farm(first.part, first.from);
        let middle = self.farm(first.part, first.to);
        let end = self.farm(second.part, second.to);
        let square = |value: i64| i128::from(value) * i128::from(value);
        let changed = |farm: usize, by: i64| square(self.off[farm]) - square(self.off[farm] + by);
        let between = changed(middle, first.value - second.value);
        if start == end {
            return between + changed(start, second.value - first.value);
        }
        between + changed(start, -first.value) + changed(end, second.value)
    }
}
