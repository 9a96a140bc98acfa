//! Which refusals are a line of the audit. Whoever is refused may ask again a thousand times a
//! minute, and must not fill the table: the same refusal is counted within a quarter of an hour,
//! and the 1st, 10th, 100th, 1 000th … of it are told, with their number.
//!
//! What is the same: of a stranger whatever comes from one address, of a kind; of somebody who
//! came in what they asked for as well. Only [`OWN_MAX`] are counted by themselves in a quarter of
//! an hour, all further ones together, so that many addresses make no more lines than that and a
//! few. What was counted between two lines is lost at the end of its quarter of an hour, and each
//! program counts for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use trade::calendar::Instant;

use crate::ui::fr;

/// Seconds within which the same refusals are counted together.
const QUARTER_S: i64 = 900;
/// Refusals that are counted by themselves within a quarter of an hour.
pub const OWN_MAX: usize = 256;

/// The refusals of this quarter of an hour.
#[derive(Default)]
pub struct Refusals(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    quarter: i64,
    own: HashMap<String, i64>,
    others: i64,
}

impl Refusals {
    /// Counts a refusal, `key` being what it is the same as; what a line says about it, when one
    /// is due.
    pub fn due(&self, key: String, about: &str, now: Instant) -> Option<String> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = &mut *counted;
        let quarter = now.0.div_euclid(QUARTER_S);
        if counted.quarter != quarter {
            *counted = Counted { quarter, ..Counted::default() };
        }
        let is_own = counted.own.contains_key(&key) || counted.own.len() < OWN_MAX;
        let count = match is_own {
            true => counted.own.entry(key).or_default(),
            false => &mut counted.others,
        };
        *count += 1;
        let count = *count;
        is_told(count).then(|| match (is_own, count) {
            (_, 1) => about.to_string(),
            (true, _) => {
                let times = fr::count(count, "fois", "fois");
                format!("{times} en un quart d'heure, dont : {about}")
            }
            (false, _) => {
                let others = fr::count(count, "autre refus", "autres refus");
                format!("{others} en un quart d'heure, dont : {about}")
            }
        })
    }

    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Counted::default();
    }
}

/// 1, 10, 100 and so on.
fn is_told(count: i64) -> bool {
    10_i64.pow(count.ilog10()) == count
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Instant = Instant(9_000);

    /// The lines that refusals of these keys leave.
    fn lines(refusals: &Refusals, keys: impl Iterator<Item = String>, at: Instant) -> Vec<String> {
        keys.filter_map(|key| refusals.due(key, "/x", at)).collect()
    }

    fn same(count: usize) -> impl Iterator<Item = String> {
        std::iter::repeat_n("a".to_string(), count)
    }

    #[test]
    fn the_same_is_told_at_each_power_of_ten() {
        let refusals = Refusals::default();
        let told = lines(&refusals, same(1_000), AT);
        assert_eq!(told.len(), 4);
        assert_eq!(told[0], "/x");
        assert!(told[3].ends_with("fois en un quart d'heure, dont : /x"), "{}", told[3]);
        // A new quarter of an hour begins anew; the broken variant, which always does, tells all.
        assert_eq!(lines(&refusals, same(1), Instant(AT.0 + QUARTER_S)), ["/x"]);
        let anew = (0..30).filter_map(|at| {
            let at = Instant(AT.0 + at * QUARTER_S);
            refusals.due("a".into(), "/x", at)
        });
        assert_eq!(anew.count(), 30);
    }

    #[test]
    fn many_addresses_share_what_is_left() {
        let refusals = Refusals::default();
        let keys = (0..OWN_MAX + 1_000).map(|at| at.to_string());
        let told = lines(&refusals, keys, AT);
        assert_eq!(told.len(), OWN_MAX + 4, "1, 10, 100 and 1 000 of the others");
        assert!(told[OWN_MAX + 3].contains("autres refus"), "{}", told[OWN_MAX + 3]);
        // Who has a count of its own keeps it.
        assert_eq!(lines(&refusals, std::iter::once("0".into()), AT), [""; 0]);
    }
}
