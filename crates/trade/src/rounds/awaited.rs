//! Goods that our trucks fetch in the morning for deliveries of the same day (*ramasse*). The hub
//! holds no stock: they are at its dock before the rounds leave that deliver them.

use std::collections::BTreeSet;

use super::demand::open_lines;
use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{ProducerId, PurchaseLineId, SiteId};
use crate::party::DockRules;
use crate::sourcing::expected_part;
use crate::week::Week;

/// Minutes from the end of the dock's receiving hours until what was fetched is unloaded, checked,
/// sorted by site and loaded. The last trucks unload for a quarter of an hour and more
/// ([`crate::party::unloading_seconds`]) and as much goes to sorting and loading: a round figure to
/// begin with, no measurement.
const SORTING_MINUTES: i64 = 30;

/// Farms with goods still to be fetched that were sold for the day, and sites that expect some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    pub farms: BTreeSet<ProducerId>,
    pub sites: BTreeSet<SiteId>,
}

impl DockRules {
    /// Seconds of the day by which fetched goods are at the dock that leave it the same day.
    pub fn fetched_by(&self) -> i64 {
        self.hours.to * 60
    }

    /// Seconds of the day from which rounds with fetched goods may leave.
    pub fn fetched_ready(&self) -> i64 {
        self.fetched_by() + SORTING_MINUTES * 60
    }
}

/// What the deliveries of a day still wait for, as it was accepted and confirmed.
pub fn awaited(week: &Week, day: Day) -> Result<Awaited, Denial> {
    let mut awaited = Awaited::default();
    for line in open_lines(week, day) {
        for part in week.allocations_for(line.id) {
            let farm = week.purchase_line(part.purchase_line)?.producer;
            if is_to_fetch(week, part.purchase_line)? && !expected_part(week, part).is_zero() {
                awaited.farms.insert(farm);
                awaited.sites.insert(line.site);
            }
        }
    }
    Ok(awaited)
}

/// Whether our truck fetches what a farm confirmed, and has not brought any of it yet.
pub(super) fn is_to_fetch(week: &Week, purchase: PurchaseLineId) -> Result<bool, Denial> {
    let farm = week.purchase_line(purchase)?.producer;
    let is_fetched = week.register().producer(farm)?.carriage.is_fetched;
    let is_in = week.receipts_of(purchase).next().is_some();
    Ok(is_fetched && !is_in && !week.confirmed(purchase).is_zero())
}
