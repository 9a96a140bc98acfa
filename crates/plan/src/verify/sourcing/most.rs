//! The most that can be promised, served and paid, found anew: largest flows from who wants goods
//! to who offers them, turn after turn. What flows up to a turn is the most that it and those
//! before it can be given by any plan that keeps what locks settle, since a cut of that size
//! stands in the way.

use std::collections::BTreeMap;

use trade::id::OfferId;
use trade::sourcing::Aim;
use trade::unit::round_div;

use super::aims::CENT;
use super::free::{Free, Goods, common};
use super::pipes::{Pipes, WIDE};

/// What no plan can exceed. Goods in packs of several sizes are taken as if they were divided in
/// steps that fit all such packs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Most {
    promised: i128,
    served: i128,
    /// In 10^-7 EUR, where those who pay most are served first.
    paid: i128,
}

impl Most {
    pub fn of(free: &Free<'_>) -> Most {
        let mut most = Most::default();
        for one in &free.settled {
            let want = one.want;
            most.add(want.is_promised, want.cost.get(), i128::from(one.quantity));
        }
        let mixed = free.goods.iter().filter(|goods| goods.is_mixed);
        let fine = mixed.map(|goods| goods.step).fold(0, common);
        for goods in &free.goods {
            most.serve(goods, if goods.is_mixed { fine } else { goods.step });
        }
        most
    }

    /// In the unit of an aim, where this tells it.
    pub fn value(self, aim: Aim) -> Option<i64> {
        match aim {
            Aim::Promises => Some(self.promised as i64),
            Aim::Served => Some(self.served as i64),
            Aim::Income => Some(round_div(self.paid, CENT)),
            Aim::FairShare | Aim::SplitsAndTrips | Aim::Kilometres => None,
        }
    }

    fn add(&mut self, is_promised: bool, cost: i64, quantity: i128) {
        self.promised += if is_promised { quantity } else { 0 };
        self.served += quantity;
        self.paid += quantity * i128::from(cost);
    }

    fn serve(&mut self, goods: &Goods<'_>, step: i64) {
        let mut pipes = Pipes::default();
        let mut places: BTreeMap<OfferId, usize> = BTreeMap::new();
        for (place, (supply, left)) in (2..).zip(&goods.offers) {
            places.insert(supply.offer, place);
            pipes.lay(place, 1, i128::from(left - left.rem_euclid(step)));
        }
        let mut group = 2 + goods.offers.len();
        for (&(is_other, cost), groups) in &goods.turns {
            for (able, &wanted) in groups {
                pipes.lay(0, group, i128::from(wanted));
                able.iter().for_each(|offer| pipes.lay(group, places[offer], WIDE));
                group += 1;
            }
            self.add(!is_other, -cost, pipes.flow());
        }
    }
}
