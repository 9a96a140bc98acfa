//! The trucks' morning from what was told.

use std::collections::{BTreeMap, BTreeSet};

use trade::Week;
use trade::calendar::Day;
use trade::id::{OrderLineId, SiteId};
use trade::rounds::HandoverGap;
use trade::unit::Qty;
use wire::pack::HandoverNote;

use super::dock::Purse;
use super::{DELIVERED, LOADED, stamp_on};
use crate::app::App;
use crate::failure::Failure;
use crate::rounds::acts::{self, Handover};
use crate::store::act::Place;
use crate::store::told::Told;

/// Plans the rounds of a day and hands over at every site.
pub(super) async fn play(app: &App, place: Place, day: Day, told: &Told) -> Result<(), Failure> {
    let is_due = app.read(place, |week, _| week.sortings_to_deliver(day).next().is_some()).await?;
    if !is_due {
        return Ok(());
    }
    let is_planned = app.read(place, |week, _| week.current_rounds(day).next().is_some()).await?;
    if !is_planned {
        acts::accept(app, place, day, None, &stamp_on(day, LOADED)).await?;
    }
    let handovers = app.read(place, |week, _| handovers(week, day, told)).await??;
    acts::deliver(app, place, day, &handovers, &stamp_on(day, DELIVERED)).await?;
    Ok(())
}

fn handovers(week: &Week, day: Day, told: &Told) -> Result<Vec<Handover>, Failure> {
    let mut sites: BTreeSet<SiteId> = BTreeSet::new();
    for sorting in week.sortings_to_deliver(day) {
        sites.insert(week.order_line(sorting.order_line)?.0.site);
    }
    let mut handovers = Vec::with_capacity(sites.len());
    for site in sites {
        let gaps = gaps(week, site, day, told)?;
        handovers.push(Handover { site, gaps, signed_by: "la réception".into() });
    }
    Ok(handovers)
}

fn gaps(week: &Week, site: SiteId, day: Day, told: &Told) -> Result<Vec<HandoverGap>, Failure> {
    let own = |note: &&HandoverNote| note.site == site && note.day == day;
    if !told.handovers.iter().any(|note| own(&note)) {
        return Ok(Vec::new());
    }
    let mut loaded: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for sorting in week.sortings_for(site, day) {
        if week.note_line(sorting.id).is_err() {
            let sum = loaded.entry(sorting.order_line).or_default();
            *sum = Qty::new(sum.get() + sorting.quantity.get());
        }
    }
    let mut purse = Purse::default();
    let mut gaps = Vec::new();
    for (at, note) in told.handovers.iter().enumerate().filter(|(_, note)| own(note)) {
        for (&order_line, left) in &mut loaded {
            let line = week.order_line(order_line)?.1;
            if (line.product, line.labels) != (note.product, note.labels) {
                continue;
            }
            let mut take = |kind, amount: Option<wire::pack::Amount>, left: &mut Qty| {
                let taken = amount.map_or(Qty::ZERO, |amount| {
                    purse.take((kind, at), amount, *left, line.unit, false).min(*left)
                });
                *left = Qty::new(left.get() - taken.get());
                taken
            };
            let refused = take(0, note.refused, left);
            let missing = take(1, note.missing, left);
            if !refused.is_zero() || !missing.is_zero() {
                let reason = match note.reason.trim() {
                    "" => "écart signalé à la livraison".to_string(),
                    told => told.to_string(),
                };
                gaps.push(HandoverGap { order_line, refused, missing, reason });
            }
        }
    }
    Ok(gaps)
}
