//! Why each part was given, and why what is missing is missing.

use std::collections::{BTreeMap, BTreeSet};

use trade::mercuriale::LinePolicy;
use trade::sourcing::{Cause, LockRule, Reason, Supply, Want};
use trade::unit::{Cents, Qty, Rate, rate_between};

use super::model::{Model, serves};
use super::polish::Polish;
use super::shares::{CENT, Shares};
use super::split::Piece;

/// What the sentences are made of.
pub(super) struct Teller<'a, 'b> {
    model: &'b Model<'a>,
    shares: &'b Shares,
    polish: &'b Polish<'a, 'b>,
    /// Taken from each source.
    taken: Vec<i64>,
    /// Farms that bring more so that their way is worth making.
    filled: Vec<bool>,
    /// Sources used by each class.
    uses: Vec<BTreeSet<usize>>,
}

impl<'a, 'b> Teller<'a, 'b> {
    pub fn new(
        model: &'b Model<'a>,
        shares: &'b Shares,
        polish: &'b Polish<'a, 'b>,
        filled: Vec<bool>,
    ) -> Teller<'a, 'b> {
        let mut taken = vec![0; model.sources.len()];
        let mut paid = vec![0; model.farms.len()];
        let mut uses = vec![BTreeSet::new(); model.classes.len()];
        for piece in &polish.pieces.all {
            taken[piece.source] += piece.quantity;
            let farm = model.sources[piece.source].farm;
            paid[farm] += piece.quantity * model.task.wants[piece.want].cost.get();
            uses[piece.class].insert(piece.source);
        }
        let class_of =
            |want: usize| model.classes.iter().position(|class| class.wants.contains(&want));
        for settled in &model.settled {
            taken[settled.source] += settled.quantity;
            if let Some(class) = class_of(settled.want) {
                uses[class].insert(settled.source);
            }
        }
        let is_worth = |(farm, filled): (usize, bool)| {
            let known = model.task.farms.get(&model.farms[farm]);
            filled && known.is_some_and(|known| paid[farm] >= known.minimum_trip.get() * CENT)
        };
        let filled = filled.into_iter().enumerate().map(is_worth).collect();
        Teller { model, shares, polish, taken, filled, uses }
    }

    /// Why a piece was given. `farms`: how many bring its want.
    pub fn reason(&self, piece: &Piece, farms: usize) -> Reason {
        let model = self.model;
        let farm = model.sources[piece.source].farm;
        if let Some(only) = self.only(piece) {
            return only;
        }
        if self.filled[farm] {
            let known = model.task.farms.get(&model.farms[farm]);
            let minimum = known.map_or(Cents::ZERO, |known| known.minimum_trip);
            return Reason::WorthTheTrip { minimum };
        }
        let is_beyond = self.polish.off[farm] > 0;
        if piece.is_kept_together && farms == 1 && is_beyond {
            return Reason::OneFarmForLine;
        }
        let standing = self.shares.farms[farm];
        if standing.target <= standing.bought {
            return Reason::Remainder;
        }
        let offered = model.supply(piece.source).left.get();
        let of_offer = rate_between(self.taken[piece.source], offered).unwrap_or(Rate::ZERO);
        let (season_before, season_goal) = self.shares.rates(farm);
        Reason::FairShare { of_offer, season_before, season_goal }
    }

    /// When the plan had one farm to choose from: what keeps the others away.
    fn only(&self, piece: &Piece) -> Option<Reason> {
        let farm = |source: &usize| self.model.sources[*source].farm;
        let own = farm(&piece.source);
        if self.model.classes[piece.class].sources.iter().any(|source| farm(source) != own) {
            return None;
        }
        let want = &self.model.task.wants[piece.want];
        if let LinePolicy::Named(_) = want.policy {
            return Some(Reason::NamedFarm);
        }
        let own = self.model.farms[own];
        let is_other = |supply: &&Supply| supply.producer != own && supply.left.get() > 0;
        let others = || self.model.task.supplies.iter().filter(is_other);
        let anywhere = Want { only: None, ..want.clone() };
        Some(if others().any(|supply| serves(supply, want)) {
            // Able and allowed, but none of the class: locks say what they bring.
            Reason::OthersByHand
        } else if others().any(|supply| serves(supply, &anywhere)) {
            Reason::OnlyAllowedFarm
        } else {
            Reason::OnlyFarm
        })
    }

    /// Why wants of a class are short.
    pub fn cause(&self, class: usize) -> Cause {
        let known = &self.model.classes[class];
        if known.sources.is_empty() {
            return no_farm(self.model, &self.model.task.wants[known.wants[0]]);
        }
        let (wanted, offered) = self.tight(class);
        match wanted > offered {
            true => Cause::Shortage { wanted: Qty::new(wanted), offered: Qty::new(offered) },
            false => Cause::BelowPack,
        }
    }

    /// The sources from which a class could be served if others gave way, all of them used up:
    /// what is wanted by those who have no other ones, and what is offered there.
    fn tight(&self, class: usize) -> (i64, i64) {
        let classes = &self.model.classes;
        let mut reached: BTreeSet<usize> = classes[class].sources.iter().copied().collect();
        loop {
            let before = reached.len();
            for (at, uses) in self.uses.iter().enumerate() {
                if !uses.is_disjoint(&reached) {
                    reached.extend(&classes[at].sources);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let bound = classes.iter().filter(|class| {
            !class.sources.is_empty() && class.sources.iter().all(|one| reached.contains(one))
        });
        let wants = bound.flat_map(|class| &class.wants);
        let wanted = wants.map(|&want| self.model.task.wants[want].quantity.get()).sum();
        let offered = reached.iter().map(|&source| self.model.supply(source).left.get()).sum();
        (wanted, offered)
    }
}

/// Why no farm can bring any of a want.
pub(super) fn no_farm(model: &Model<'_>, want: &Want) -> Cause {
    let goods = (want.product, want.labels);
    let mut left: Vec<&Supply> = model
        .task
        .supplies
        .iter()
        .filter(|supply| (supply.product, supply.labels) == goods && supply.left.get() > 0)
        .collect();
    if let LinePolicy::Named(farm) = want.policy {
        left.retain(|supply| supply.producer == farm);
    }
    if left.is_empty() {
        return Cause::NoOffer;
    }
    left.retain(|supply| supply.is_proven);
    if left.is_empty() {
        return Cause::NoProof;
    }
    let asked = left.iter().map(|supply| supply.price).min().unwrap_or(want.cost);
    left.retain(|supply| supply.price <= want.cost);
    if left.is_empty() {
        return Cause::TooDear { asked, paid: want.cost };
    }
    left.retain(|supply| want.only.as_ref().is_none_or(|only| only.contains(&supply.producer)));
    if left.is_empty() {
        return Cause::OutsideOrigin;
    }
    Cause::Locked
}

/// What a lock says of the parts that it settles.
pub(super) fn by_hand(model: &Model<'_>, lock: usize) -> Reason {
    let lock = &model.task.locks[lock];
    debug_assert!(lock.rule != LockRule::Nothing);
    Reason::ByHand { by: lock.by.clone(), why: lock.reason.clone() }
}

/// The cause of every want that no class holds: its goods are not offered at all.
pub(super) fn causes_of_others(model: &Model<'_>) -> BTreeMap<usize, Cause> {
    let mut held = vec![false; model.task.wants.len()];
    for class in &model.classes {
        class.wants.iter().for_each(|&want| held[want] = true);
    }
    let others = (0..held.len()).filter(|&want| !held[want]);
    others.map(|want| (want, Cause::NoOffer)).collect()
}
