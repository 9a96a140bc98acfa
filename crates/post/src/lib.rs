//! Letters by electronic mail: made into MIME, and handed to a mail server.
//!
//! A [`Letter`] has one recipient. The same letter makes the same bytes each time, so that a
//! second copy of it is recognised: what may be handed over twice (the server took it, its "yes"
//! was lost) carries the same `Message-ID`.
//!
//! ```no_run
//! # async fn example(letter: post::Letter) {
//! let carrier = post::Carrier::smtp("smtps://user:secret@mail.example.org").expect("an address");
//! match carrier.send(&letter).await {
//!     Ok(()) => {}
//!     Err(post::Fault::Refused(why)) => println!("never: {why}"),
//!     Err(post::Fault::Later(why)) => println!("not now: {why}"),
//! }
//! # }
//! ```

mod carrier;
mod letter;
#[cfg(feature = "testing")]
pub mod testing;

use std::fmt;

pub use carrier::{BadUrl, Carrier};
pub use letter::{Attachment, Letter, Mailbox};

/// Why a letter did not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The letter or its address is bad: the same letter will never go.
    Refused(String),
    /// The network, the server or our own settings: to be tried again.
    Later(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refused(why) | Fault::Later(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}
