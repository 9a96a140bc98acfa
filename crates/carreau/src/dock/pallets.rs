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

/// Where a site stands in the row: those that ordered by their code, behind them those that only
/// buy surplus, as they came.
type Rank = (i64, SiteId);

/// The clients of a day in the order of their letters. A letter depends on who ordered and on
/// nothing else. What arrives does not change it: a paper printed at four says the same as a
/// screen at eight. Nor do the rounds, which are planned from what is already put aside: a crate
/// that was put under A stays under A, and the round and stop stand beside the letter.
pub fn pallets(week: &Week, day: Day) -> Vec<Pallet> {
    let rounds = stops(week, day);
    let mut sites: BTreeMap<SiteId, Client> = BTreeMap::new();
    for order in week.orders().iter().filter(|order| order.day == day) {
        let wants =
            order.lines.iter().any(|line| week.ordered(order.line_id(line.rank)) > Qty::ZERO);
        let is_surplus = order.channel == Channel::Surplus;
        // Surplus that was let go keeps its letter free: those behind it do not move up.
        if !wants && !is_surplus {
            continue;
        }
        let late = if is_surplus { order.id.0 } else { 0 };
        let known = sites.entry(order.site).or_insert(Client { late, wants });
        known.late = late.min(known.late);
        known.wants |= wants;
    }
    let mut ranked: Vec<Rank> = sites.iter().map(|(&site, client)| (client.late, site)).collect();
    ranked.sort_unstable();
    let register = week.register();
    let pallet = |(rank, (_, site)): (usize, Rank)| Pallet {
        site,
        letter: letter(rank),
        name: register.sites.get(&site).map_or(site.to_string(), |known| known.name.clone()),
        round: rounds.get(&site).map(|(round, stop)| format!("T{round} · {stop}")),
    };
    let is_shown = |(_, (_, site)): &(usize, Rank)| sites.get(site).is_some_and(|one| one.wants);
    ranked.into_iter().enumerate().filter(is_shown).map(pallet).collect()
}

/// A site of the day, while its letter is looked for.
struct Client {
    /// The first order of surplus; 0 for whoever ordered from the list.
    late: i64,
    wants: bool,
}

/// Round and stop of each site, both from 1.
fn stops(week: &Week, day: Day) -> BTreeMap<SiteId, (usize, usize)> {
    let mut rounds = BTreeMap::new();
    for (round, way) in week.current_rounds(day).enumerate() {
        for (stop, at) in way.stops.iter().enumerate() {
            if let Some(site) = at.site() {
                rounds.insert(site, (round + 1, stop + 1));
            }
        }
    }
    rounds
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_lettered_beyond_z() {
        let letters: Vec<String> = [0, 25, 26, 27, 52, 702].map(super::letter).into();
        assert_eq!(letters, ["A", "Z", "AA", "AB", "BA", "AAA"]);
    }
}
