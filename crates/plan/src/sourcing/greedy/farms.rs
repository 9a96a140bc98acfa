//! Who brings a line of the price list: first how much each farm should bring, by its season,
//! then which farm serves which buyer.

use trade::mercuriale::LinePolicy;
use trade::sourcing::{Reason, SourcingTask};
use trade::unit::{Qty, Rate, rate_between, share};

/// How goods may be divided, in thousandths of the sale unit.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// What every part is a multiple of: a pack, or a gram for goods sold by weight found.
    pub step: i64,
    /// What a farm would rather bring multiples of: a pack.
    pub pack: i64,
}

impl Cut {
    pub fn whole(self, quantity: i64) -> i64 {
        quantity - quantity % self.step
    }
}

/// A farm that can serve a line.
pub(super) struct Farm {
    /// Its place among the supplies of the task.
    pub supply: usize,
    /// What it had for this line, in whole steps.
    pub had: i64,
    /// What of it is not given yet.
    pub stock: i64,
    /// What it should still bring. Below zero when it brought more to spare a buyer a farm.
    part: i64,
    /// Its part of what was bought so far this season.
    before: Rate,
    /// The part that it should have.
    goal: Rate,
    /// What brings it to its goal with this line, at most what it has.
    due: i64,
}

/// The farms of a line, with what each should bring of `total`. `supplies` are places among the
/// supplies of the task, `left` what each supply still has.
pub(super) fn farms(
    task: &SourcingTask,
    supplies: &[usize],
    left: &[i64],
    total: i64,
    cut: Cut,
) -> Vec<Farm> {
    let farm = |&supply: &usize| {
        let had = cut.whole(left[supply]);
        let (before, goal) = (Rate::ZERO, Rate::ZERO);
        Farm { supply, had, stock: had, part: 0, before, goal, due: 0 }
    };
    let mut farms: Vec<Farm> = supplies.iter().map(farm).collect();
    note_seasons(task, &mut farms, total);
    set_parts(&mut farms, total, cut);
    farms
}

/// The goal of a farm is what was agreed with it; farms without agreement divide the rest by what
/// they offered this season, the present offer included.
fn note_seasons(task: &SourcingTask, farms: &mut [Farm], total: i64) {
    let row = |farm: &Farm| {
        let supply = &task.supplies[farm.supply];
        task.season.get(&(supply.producer, supply.product)).copied().unwrap_or_default()
    };
    let agreed =
        |farm: &Farm| task.agreed_shares.get(&task.supplies[farm.supply].producer).copied();
    let bought: i64 = farms.iter().map(|farm| row(farm).purchased.get()).sum();
    let offered = |farm: &Farm| row(farm).offered.get() + farm.had;
    let others: i64 = farms.iter().filter(|farm| agreed(farm).is_none()).map(offered).sum();
    let promised: i64 = farms.iter().filter_map(agreed).map(Rate::get).sum();
    let rest = i128::from((10_000 - promised).max(0));
    for farm in farms {
        let purchased = row(farm).purchased.get();
        farm.before = rate_between(purchased, bought).unwrap_or(Rate::ZERO);
        farm.goal = agreed(farm).unwrap_or_else(|| {
            let own = i128::from(rate_between(offered(farm), others).unwrap_or(Rate::ZERO).get());
            Rate::new((own * rest / 10_000) as i64)
        });
        let by_goal = i128::from(bought + total) * i128::from(farm.goal.get()) / 10_000;
        farm.due = (by_goal - i128::from(purchased)).clamp(0, i128::from(farm.had)) as i64;
    }
}

/// Divides `total`: what is due, in whole packs by largest remainder; then in proportion of what
/// farms have beyond it.
fn set_parts(farms: &mut [Farm], total: i64, cut: Cut) {
    let due: i64 = farms.iter().map(|farm| farm.due).sum();
    let ideal = |farm: &Farm| match due > total {
        true => (i128::from(farm.due) * i128::from(total) / i128::from(due)) as i64,
        false => farm.due,
    };
    let ideals: Vec<i64> = farms.iter().map(ideal).collect();
    let mut rest = total;
    for (farm, ideal) in farms.iter_mut().zip(&ideals) {
        farm.part = ideal - ideal % cut.pack;
        rest -= farm.part;
    }
    let mut order: Vec<usize> = (0..farms.len()).filter(|&at| ideals[at] > 0).collect();
    order.sort_by_key(|&at| (farms[at].part - ideals[at], at));
    for at in order {
        let more = cut.pack.min(farms[at].had - farms[at].part).min(rest);
        farms[at].part += more;
        rest -= more;
    }
    let spare: Vec<Qty> = farms.iter().map(|farm| Qty::new(farm.had - farm.part)).collect();
    let shares = share(Qty::new(rest - rest % cut.pack), &spare, Qty::new(cut.pack));
    for (farm, more) in farms.iter_mut().zip(shares) {
        farm.part += more.get();
        rest -= more.get();
    }
    // Goods sold by weight found: what is less than a pack comes from one farm if it can.
    while let Some(farm) = farms.iter_mut().rev().max_by_key(|farm| farm.had - farm.part) {
        let more = rest.min(farm.had - farm.part);
        if more <= 0 {
            break;
        }
        farm.part += more;
        rest -= more;
    }
}

/// Why this farm brings what it brings of the line.
pub(super) fn reason(farms: &[Farm], rank: usize, policy: LinePolicy) -> Reason {
    let farm = &farms[rank];
    if let LinePolicy::Named(_) = policy {
        return Reason::NamedFarm;
    }
    if farms.len() == 1 {
        return Reason::OnlyFarm;
    }
    if farm.due == 0 {
        return Reason::Remainder;
    }
    Reason::FairShare {
        of_offer: rate_between(farm.had - farm.stock, farm.had).unwrap_or(Rate::ZERO),
        season_before: farm.before,
        season_goal: farm.goal,
    }
}

/// Takes `wanted` from as few farms as can be, keeping to their parts where two are enough.
/// Shape: ranks among `farms` with quantities; together `wanted` when the farms have as much.
pub(super) fn draw(farms: &mut [Farm], mut wanted: i64, cut: Cut) -> Vec<(usize, i64)> {
    let mut drawn = Vec::with_capacity(2);
    while wanted > 0 {
        let few = by_parts(farms, wanted, cut).or_else(|| by_stock(farms, wanted, cut));
        // Where two are not enough: all of the fullest, and on with the rest.
        let taken = few.unwrap_or_else(|| {
            let rank = fullest(farms);
            [(rank, farms[rank].stock), (rank, 0)]
        });
        let before = wanted;
        for (rank, quantity) in taken.into_iter().filter(|(_, quantity)| *quantity > 0) {
            farms[rank].stock -= quantity;
            farms[rank].part -= quantity;
            wanted -= quantity;
            drawn.push((rank, quantity));
        }
        if wanted == before {
            break;
        }
    }
    drawn
}

/// One farm or two whose parts are enough.
fn by_parts(farms: &[Farm], wanted: i64, cut: Cut) -> Option<[(usize, i64); 2]> {
    if let Some(rank) = one(farms, wanted, None, cut) {
        return Some([(rank, wanted), (rank, 0)]);
    }
    let first = (0..farms.len()).rev().max_by_key(|&rank| farms[rank].part)?;
    let most = farms[first].part;
    if most <= 0 {
        return None;
    }
    let second = one(farms, wanted - most, Some(first), cut)?;
    Some([(first, most), (second, wanted - most)])
}

/// The farm whose part is just enough; or the one with the largest part, when what is beyond it is
/// less than a pack: not worth another farm.
fn one(farms: &[Farm], wanted: i64, but: Option<usize>, cut: Cut) -> Option<usize> {
    let able = |rank: &usize| Some(*rank) != but && farms[*rank].stock >= wanted;
    let ranks = || (0..farms.len()).filter(able);
    let enough = ranks().filter(|&rank| farms[rank].part >= wanted);
    let nearly = |part: i64| part > 0 && part + cut.pack - cut.step >= wanted;
    enough.min_by_key(|&rank| farms[rank].part).or_else(|| {
        let near = ranks().rev().filter(|&rank| nearly(farms[rank].part));
        near.max_by_key(|&rank| farms[rank].part)
    })
}

/// Two farms that have enough between them, whatever their parts: those with the largest parts.
fn by_stock(farms: &[Farm], wanted: i64, cut: Cut) -> Option<[(usize, i64); 2]> {
    let ranks = || (0..farms.len()).rev();
    let by_part = |&rank: &usize| (farms[rank].part, farms[rank].stock);
    let pair = |first: usize| {
        let rest = wanted - farms[first].stock;
        let able = ranks().filter(|&rank| rank != first && farms[rank].stock >= rest);
        Some((first, able.max_by_key(by_part)?))
    };
    let (first, second) =
        ranks().max_by_key(by_part).and_then(pair).or_else(|| pair(fullest(farms)))?;
    let (own, other) = (farms[first].part.max(0), farms[second].part.max(0));
    let ideal = match own + other {
        0 => wanted,
        both => (i128::from(wanted) * i128::from(own) / i128::from(both)) as i64,
    };
    let least = (wanted - farms[second].stock).max(0);
    let most = farms[first].stock.min(wanted);
    let quantity = (ideal - ideal % cut.pack).clamp(least, most);
    Some([(first, quantity), (second, wanted - quantity)])
}

/// The farm that has most, the first of equals. There must be one.
fn fullest(farms: &[Farm]) -> usize {
    let ranks = (0..farms.len()).rev();
    ranks.max_by_key(|&rank| farms[rank].stock).unwrap_or_default()
}
