//! How often somebody may be wrong: wrong keys are counted by address, and answered no more for a
//! while when there are too many. Nobody's account is ever locked, so that nobody can lock another
//! out by guessing (field-tests T-33).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use trade::calendar::Instant;

/// Wrong keys from one address that are answered within [`WINDOW_S`].
pub const WRONG_MAX: u32 = 20;
/// Seconds after which an address begins anew.
const WINDOW_S: i64 = 600;
/// Addresses remembered; with more, the oldest windows go first.
const REMEMBERED: usize = 20_000;

/// Wrong keys by address: the begin of its window and the count.
#[derive(Default)]
pub struct Holds(Mutex<HashMap<String, (i64, u32)>>);

impl Holds {
    /// True when an address has been wrong too often: it is not even listened to.
    pub fn is_held(&self, address: &str, now: Instant) -> bool {
        let holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |(since, wrong): &(i64, u32)| now.0 - since < WINDOW_S && *wrong >= WRONG_MAX;
        holds.get(address).is_some_and(held)
    }

    /// Counts a wrong key; true when it is the one that begins a hold.
    pub fn wrong(&self, address: &str, now: Instant) -> bool {
        let mut holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if holds.len() >= REMEMBERED {
            holds.retain(|_, (since, _)| now.0 - *since < WINDOW_S);
        }
        let window = holds.entry(address.to_string()).or_insert((now.0, 0));
        if now.0 - window.0 >= WINDOW_S {
            *window = (now.0, 0);
        }
        window.1 += 1;
        window.1 == WRONG_MAX
    }

    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_held_after_twenty_wrong_keys_and_let_go_later() {
        let holds = Holds::default();
        let at = Instant(1_000);
        let begins: Vec<bool> = (0..WRONG_MAX).map(|_| holds.wrong("a", at)).collect();
        assert_eq!(begins.iter().filter(|begins| **begins).count(), 1);
        assert!(holds.is_held("a", at) && !holds.is_held("b", at));
        assert!(!holds.is_held("a", Instant(at.0 + WINDOW_S)));
        assert!(!holds.wrong("a", Instant(at.0 + WINDOW_S)), "a new window begins");
    }
}
