//! How fast programs may ask: so many requests a minute for each token, saved up for half a minute
//! at most. Without a token the address counts, so that guessing is no faster.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::keys::fingerprint;

/// Requests of one token in a minute, unless somebody says otherwise: twenty a second.
pub const PER_MINUTE: i64 = 1_200;
/// As good as no limit.
pub const MOST_PER_MINUTE: i64 = 1_000_000_000;
/// Tokens and addresses remembered; with more, those that have saved up all go first.
const REMEMBERED: usize = 20_000;
/// What one request takes, so that what is saved up each millisecond is a whole number.
const ONE: i64 = 60_000;

/// What each has saved up, and when that was.
pub struct Rates {
    saved: Mutex<HashMap<i64, (i64, i64)>>,
    per_minute: AtomicI64,
}

impl Default for Rates {
    fn default() -> Rates {
        Rates { saved: Mutex::default(), per_minute: AtomicI64::new(PER_MINUTE) }
    }
}

impl Rates {
    /// How many requests a minute are listened to.
    pub fn set(&self, per_minute: i64) {
        self.per_minute.store(per_minute.clamp(1, MOST_PER_MINUTE), Ordering::Relaxed);
    }

    /// Takes one request of `whose` at a millisecond. Errors: the seconds until the next one.
    pub fn take(&self, whose: &str, now: i64) -> Result<(), i64> {
        let rate = self.per_minute.load(Ordering::Relaxed);
        let most = (rate * ONE / 2).max(ONE);
        let mut all = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |&(saved, at): &(i64, i64)| {
            most.min(rate.saturating_mul((now - at).max(0)).saturating_add(saved))
        };
        if all.len() >= REMEMBERED {
            all.retain(|_, one| filled(one) < most);
        }
        // A text is not kept: nobody reads a token out of the memory of this table.
        let one = all.entry(fingerprint(whose)).or_insert((most, now));
        let saved = filled(one);
        if saved < ONE {
            *one = (saved, now);
            let seconds = (ONE - saved).div_euclid(rate * 1_000) + 1;
            return Err(seconds);
        }
        *one = (saved - ONE, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_asks_too_fast_waits_and_the_others_do_not() {
        let rates = Rates::default();
        rates.set(60);
        let taken = (0..100).filter(|_| rates.take("a", 0).is_ok()).count();
        assert_eq!(taken, 30, "half a minute is saved up");
        assert_eq!(rates.take("a", 0), Err(2));
        assert_eq!(rates.take("b", 0), Ok(()));
        assert_eq!(rates.take("a", 1_000), Ok(()), "one a second");
        assert!(rates.take("a", 1_001).is_err());
        // Broken variant: without a limit that counts, all are taken.
        rates.set(MOST_PER_MINUTE);
        assert!((0..100).all(|_| rates.take("c", 0).is_ok()));
    }
}
