//! Who may see and do what: scopes as types, and the people, sessions and links behind them.

pub mod aid;
pub mod api_token;
pub mod asked;
pub mod audit;
pub mod buyer;
pub mod claims;
pub mod finding;
pub mod handed;
pub mod hold;
pub mod keyring;
pub mod link;
pub mod paid;
pub mod past;
pub mod people;
pub mod person;
pub mod producer;
pub mod published;
pub mod rates;
pub mod refusals;
pub mod roster;
pub mod scope;
pub mod session;
pub mod signed;
pub mod treasury;
pub mod weeks;
pub mod words;

pub use aid::AidScope;
pub use person::{Person, Role};
pub use published::ListScope;
pub use scope::{AdminScope, BuyerScope, HubScope, Place, ProducerScope};

/// What the doors remember between requests.
pub struct Doors {
    pub sessions: session::Known,
    pub holds: hold::Holds,
    /// How fast programs may ask.
    pub rates: rates::Rates,
    /// What strangers were refused, and what those who came in were.
    pub strangers: refusals::Refusals,
    pub insiders: refusals::Refusals,
    /// Turns at hashing a password.
    hashing: tokio::sync::Semaphore,
}

/// Passwords hashed at once, 19 MiB each.
const HASHING: usize = 2;

impl Default for Doors {
    fn default() -> Doors {
        let hashing = tokio::sync::Semaphore::new(HASHING);
        Doors {
            sessions: session::Known::default(),
            holds: hold::Holds::default(),
            rates: rates::Rates::default(),
            strangers: refusals::Refusals::default(),
            insiders: refusals::Refusals::default(),
            hashing,
        }
    }
}

impl Doors {
    /// Somebody's rights have changed: everybody is looked up again.
    pub fn forget(&self) {
        self.sessions.forget();
    }
}
