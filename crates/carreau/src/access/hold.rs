//! How often somebody may be wrong: wrong keys are counted by address, and answered no more for a
//! while when there are too many. Nobody's account is ever locked, so that nobody can lock another
//! out by guessing (field-tests T-33). The counts live in memory: each program counts for itself,
//! and begins anew when it is started.

use std::collections::HashMap;
use std::net::Ipv6Addr;
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

/// Who an address is: of IPv6 the network (64 bits), for one household has as many addresses as it
/// likes.
pub(super) fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.to_string(),
            None => format!("{:x}", ip.to_bits() >> 64),
        },
        Err(_) => address.to_string(),
    }
}

impl Holds {
    /// True when an address has been wrong too often: it is not even listened to.
    pub fn is_held(&self, address: &str, now: Instant) -> bool {
        let holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |(since, wrong): &(i64, u32)| now.0 - since < WINDOW_S && *wrong >= WRONG_MAX;
        holds.get(&network(address)).is_some_and(held)
    }

    /// Counts a wrong key; true when it is the one that begins a hold.
    pub fn wrong(&self, address: &str, now: Instant) -> bool {
        let mut holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if holds.len() >= REMEMBERED {
            holds.retain(|_, (since, _)| now.0 - *since < WINDOW_S);
        }
        let window = holds.entry(network(address)).or_insert((now.0, 0));
        if now.0 - window.0 >= WINDOW_S {
            *window = (now.0, 0);
        }
        window.1 += 1;
        window.1 == WRONG_MAX
    }

    /// Takes one back: what was counted when it was asked for was answered with a right key.
    pub fn right(&self, address: &str) {
        let mut holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, wrong)) = holds.get_mut(&network(address)) {
            *wrong = wrong.saturating_sub(1);
        }
    }

    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_address() {
        let same = |a: &str, b: &str| network(a) == network(b);
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("::ffff:192.0.2.7", "192.0.2.7"));
        assert!(!same("192.0.2.7", "192.0.2.8"));
    }

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

    /// Fifty people of one network come in within a minute, each by a question and its answer. The
    /// broken variant, which takes none back, holds the network at the twentieth.
    #[test]
    fn what_is_answered_rightly_counts_for_nothing() {
        let at = Instant(1_000);
        let (sound, broken) = (Holds::default(), Holds::default());
        for _ in 0..50 {
            sound.wrong("a", at);
            sound.right("a");
            broken.wrong("a", at);
        }
        assert!(!sound.is_held("a", at) && broken.is_held("a", at));
    }
}
