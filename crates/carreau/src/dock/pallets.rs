//! Who stands where on the dock: a letter for each client of a day, the same on the sheet, on the
//! labels and on the floor.

use std::collections::BTreeMap;

use trade::Week;
use trade::calendar::Day;
use trade::id::SiteId;
use trade::orders::Channel;
use trade::unit::Qty;

/// What is put aside for one client of a day, under one letter.
pub struct Pallet {
    pub site: SiteId,
    /// `A` to `Z`, then `AA`.
    pub letter: String,
    pub name: String,
    /// Round and stop: `T1 · 3`.
    pub round: Option<String>,
}

/// A, B, … Z, AA, AB…
pub fn letter(rank: usize) -> String {
    let last = char::from(b'A' + (rank % 26) as u8);
    if rank < 26 { last.to_string() } else { format!("{}{last}", letter(rank / 26 - 1)) }
}

/// Where a site stands in the row: round and stop, then sites without a round by their code, at
/// the end those that only buy surplus, as they came.
type Rank = (usize, usize, i64, SiteId);

/// The clients of a day in loading order. A letter depends on who ordered and on the rounds, not
/// on what has arrived: a paper printed at four says the same as a screen at eight.
pub fn pallets(week: &Week, day: Day) -> Vec<Pallet> {
    let mut rounds: BTreeMap<SiteId, (usize, usize)> = BTreeMap::new();
    for (round, way) in week.current_rounds(day).enumerate() {
        for (stop, at) in way.stops.iter().enumerate() {
            rounds.insert(at.site, (round + 1, stop + 1));
        }
    }
    let mut sites: BTreeMap<SiteId, i64> = BTreeMap::new();
    for order in week.orders().iter().filter(|order| order.day == day) {
        let wants = |rank| week.ordered(order.line_id(rank)) > Qty::ZERO;
        if !order.lines.iter().any(|line| wants(line.rank)) {
            continue;
        }
        let late = if order.channel == Channel::Surplus { order.id.0 } else { 0 };
        let known = sites.entry(order.site).or_insert(late);
        *known = late.min(*known);
    }
    let last = (usize::MAX, 0);
    let ranked = sites.into_iter().map(|(site, late)| {
        let (round, stop) = rounds.get(&site).copied().unwrap_or(last);
        (round, stop, late, site)
    });
    let mut ranked: Vec<Rank> = ranked.collect();
    ranked.sort_unstable();
    let register = week.register();
    let pallet = |(rank, (round, stop, _, site)): (usize, Rank)| Pallet {
        site,
        letter: letter(rank),
        name: register.sites.get(&site).map_or(site.to_string(), |known| known.name.clone()),
        round: (round != usize::MAX).then(|| format!("T{round} · {stop}")),
    };
    ranked.into_iter().enumerate().map(pallet).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_lettered_beyond_z() {
        let letters: Vec<String> = [0, 25, 26, 27, 52, 702].map(super::letter).into();
        assert_eq!(letters, ["A", "Z", "AA", "AB", "BA", "AAA"]);
    }
}
