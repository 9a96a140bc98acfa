//! After the split: no want has more farms than it needs, farms are near their shares again, and
//! wants that came to two farms find one where that costs nobody anything.

use std::collections::BTreeMap;

use super::model::Model;
use super::shares::Shares;
use super::split::{Piece, Pieces};
use super::trips::Trips;

/// Repairs of fairness after the split; each makes it fairer, few are needed.
const REPAIRS: usize = 400;

pub(super) struct Polish<'a, 'b> {
    pub model: &'b Model<'a>,
    pub pieces: Pieces,
    pub off: Vec<i64>,
    prices: &'b [i64],
}

impl<'a, 'b> Polish<'a, 'b> {
    pub fn new(model: &'b Model<'a>, pieces: Pieces, shares: &'b Shares) -> Polish<'a, 'b> {
        let mut off = shares.start(model);
        for piece in &pieces.all {
            let source = &model.sources[piece.source];
            off[source.farm] += piece.quantity * shares.prices[source.goods];
        }
        Polish { model, pieces, off, prices: &shares.prices }
    }

    fn farm(&self, source: usize) -> usize {
        self.model.sources[source].farm
    }

    fn value(&self, source: usize, quantity: i64) -> i64 {
        quantity * self.prices[self.model.sources[source].goods]
    }

    fn take(&mut self, source: usize, quantity: i64) {
        self.pieces.free[source] -= quantity;
        let farm = self.farm(source);
        self.off[farm] += self.value(source, quantity);
    }

    /// Places of the pieces of each want that has several.
    fn groups(&self) -> Vec<std::ops::Range<usize>> {
        let mut groups = Vec::new();
        let mut from = 0;
        for group in self.pieces.all.chunk_by(|a, b| a.want == b.want) {
            groups.push(from..from + group.len());
            from += group.len();
        }
        groups
    }

    /// Serves each want from at most as many farms as its class says, wherever so many have
    /// enough: what it has from them and what they have left.
    pub fn few_farms(&mut self) {
        let mut is_new = true;
        while is_new {
            is_new = false;
            for group in self.groups() {
                let pieces = &self.pieces.all[group.clone()];
                let most = self.model.classes[pieces[0].class].most;
                let mut farms: Vec<usize> = pieces.iter().map(|p| self.farm(p.source)).collect();
                // Pieces stand by source, and sources by farm.
                farms.dedup();
                is_new |= farms.len() > most && self.gather(group, most);
            }
            self.clear();
        }
    }

    /// Serves a want anew from the farms that have most for it.
    fn gather(&mut self, group: std::ops::Range<usize>, most: usize) -> bool {
        let first = self.pieces.all[group.start];
        let class = &self.model.classes[first.class];
        let own = |source: usize| -> i64 {
            let pieces = self.pieces.all[group.clone()].iter();
            pieces.filter(|piece| piece.source == source).map(|piece| piece.quantity).sum()
        };
        let can = |&source: &usize| {
            let free = self.pieces.free[source] / class.step * class.step;
            (source, own(source) + free)
        };
        let able: Vec<(usize, i64)> = class.sources.iter().map(can).collect();
        let farms = able.chunk_by(|a, b| self.farm(a.0) == self.farm(b.0));
        let sum = |able: &[(usize, i64)]| -> i64 { able.iter().map(|(_, can)| can).sum() };
        let mut farms: Vec<(i64, &[(usize, i64)])> = farms.map(|own| (-sum(own), own)).collect();
        farms.sort_by_key(|(can, own)| (*can, own[0].0));
        farms.truncate(most);
        let wanted: i64 = self.pieces.all[group.clone()].iter().map(|one| one.quantity).sum();
        if farms.iter().map(|(can, _)| -can).sum::<i64>() < wanted {
            return false;
        }
        let chosen: Vec<(usize, i64)> =
            farms.into_iter().flat_map(|(_, own)| own.to_vec()).collect();
        for at in group {
            let Piece { source, quantity, .. } = self.pieces.all[at];
            self.take(source, -quantity);
            self.pieces.all[at].quantity = 0;
        }
        let mut rest = wanted;
        for (source, can) in chosen {
            let quantity = can.min(rest);
            rest -= quantity;
            self.take(source, quantity);
            let piece = Piece { source, quantity, is_kept_together: true, ..first };
            self.pieces.all.push(piece);
        }
        true
    }

    fn clear(&mut self) {
        self.pieces.all.retain(|piece| piece.quantity > 0);
        self.pieces.all.sort_by_key(|piece| (piece.want, piece.source));
    }

    /// Moves parts of wants between farms until none is farther from its share than `enough`, or
    /// nothing more helps. No want comes to more farms than its class says.
    pub fn repair(&mut self, enough: i64) {
        for _ in 0..REPAIRS {
            let far = (0..self.off.len()).filter(|&farm| self.off[farm].abs() > enough);
            let mut far: Vec<usize> = far.collect();
            far.sort_by_key(|&farm| (-self.off[farm].abs(), farm));
            if !far.into_iter().any(|farm| self.repair_one(farm)) {
                break;
            }
            self.clear();
        }
    }

    /// The change that helps a farm most.
    fn repair_one(&mut self, farm: usize) -> bool {
        let gives = self.off[farm] > 0;
        let mut best: Option<(i128, usize, usize, i64)> = None;
        for group in self.groups() {
            for at in group.clone() {
                let piece = self.pieces.all[at];
                if gives && self.farm(piece.source) != farm {
                    continue;
                }
                let class = &self.model.classes[piece.class];
                for &to in &class.sources {
                    let is_other = self.farm(to) == self.farm(piece.source);
                    if is_other || !gives && self.farm(to) != farm {
                        continue;
                    }
                    let has = self.pieces.all[group.clone()].iter().any(|one| one.source == to);
                    let splits = has || group.len() < class.most;
                    for quantity in [class.pack, piece.quantity] {
                        let whole = quantity == piece.quantity;
                        let fits = quantity <= piece.quantity && quantity <= self.pieces.free[to];
                        if !fits || !(whole || splits) {
                            continue;
                        }
                        let gain = self.gain(piece.source, to, quantity);
                        if gain > 0 && best.is_none_or(|(known, ..)| gain > known) {
                            best = Some((gain, at, to, quantity));
                        }
                    }
                }
            }
        }
        let Some((_, at, to, quantity)) = best else { return false };
        self.give(at, to, quantity);
        true
    }

    fn gain(&self, from: usize, to: usize, quantity: i64) -> i128 {
        let value = i128::from(self.value(from, quantity));
        let (a, b) = (i128::from(self.off[self.farm(from)]), i128::from(self.off[self.farm(to)]));
        2 * value * (a - b - value)
    }

    /// Hands a part of a piece to another source; [`Polish::clear`] is to follow.
    fn give(&mut self, at: usize, to: usize, quantity: i64) {
        let piece = self.pieces.all[at];
        self.take(piece.source, -quantity);
        self.take(to, quantity);
        self.pieces.all[at].quantity -= quantity;
        let same = |one: &Piece| one.want == piece.want && one.source == to;
        match self.pieces.all.iter_mut().find(|one| same(one)) {
            Some(known) => known.quantity += quantity,
            None => self.pieces.all.push(Piece { source: to, quantity, ..piece }),
        }
    }

    /// Brings wants of several farms to one: from what the farm has left, when no farm then is
    /// farther from its share than its limit; or in exchange with a want of one farm.
    pub fn join(&mut self, limits: &[i64], trips: &Trips, start: &[i64]) {
        let mut whole: BTreeMap<(usize, usize, i64), Vec<usize>> = BTreeMap::new();
        let groups = self.groups();
        for group in groups.iter().filter(|group| group.len() == 1) {
            let Piece { class, source, quantity, .. } = self.pieces.all[group.start];
            whole.entry((class, source, quantity)).or_default().push(group.start);
        }
        for group in groups.into_iter().filter(|group| group.len() == 2) {
            for (to, from) in [(group.start, group.start + 1), (group.start + 1, group.start)] {
                let (keeps, gives) = (self.pieces.all[to], self.pieces.all[from]);
                if self.pieces.free[keeps.source] >= gives.quantity
                    && self.stays_near(gives.source, keeps.source, gives.quantity, limits)
                    && self.still_pays(gives.source, gives.quantity, trips, start)
                {
                    self.take(gives.source, -gives.quantity);
                    self.take(keeps.source, gives.quantity);
                } else {
                    let key = (gives.class, keeps.source, gives.quantity);
                    let Some(other) = whole.get_mut(&key).and_then(Vec::pop) else { continue };
                    self.pieces.all[other].source = gives.source;
                    let key = (gives.class, gives.source, gives.quantity);
                    whole.entry(key).or_default().push(other);
                }
                self.pieces.all[to].quantity += gives.quantity;
                self.pieces.all[to].is_kept_together = true;
                self.pieces.all[from].quantity = 0;
                break;
            }
        }
        self.clear();
    }

    /// False when the way of the farm that brings less would no longer be worth making.
    fn still_pays(&self, source: usize, less: i64, trips: &Trips, start: &[i64]) -> bool {
        let farm = self.farm(source);
        let brings = self.off[farm] - start[farm] + trips.settled[farm];
        let value = self.value(source, less);
        !trips.is_poor(farm, brings - value) || trips.is_poor(farm, brings)
    }

    fn stays_near(&self, from: usize, to: usize, quantity: i64, limits: &[i64]) -> bool {
        let value = self.value(from, quantity);
        let (from, to) = (self.farm(from), self.farm(to));
        let near =
            |farm: usize, off: i64| off.abs() <= limits[farm] || off.abs() <= self.off[farm].abs();
        from == to || near(from, self.off[from] - value) && near(to, self.off[to] + value)
    }
}
