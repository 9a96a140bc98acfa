//! A reply to one of our letters, as a mail server hands it over (RFC 5322): who is meant, whether
//! a program wrote it, and what the person wrote themself.
//!
//! Nothing is decided here, and nothing is guessed: what can be meant in two ways is
//! [`Said::Unclear`], for a person to read.

mod own;
mod said;

use mail_parser::{Addr, Message, MessageParser};

pub use own::Own;
pub use said::{GoodsLine, Said, Unclear, understood};

/// The most bytes of a letter that are read; of a longer one the begin.
pub const BYTES_MAX: usize = 10 << 20;
/// The most letters of its text.
const TEXT_MAX: usize = 64 << 10;

/// A letter that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Without angle brackets; empty when the letter has none.
    pub message_id: String,
    /// From whom it claims to be: proof of nothing.
    pub sender: String,
    pub subject: String,
    /// Every address that it names as its recipient, also those that servers noted on the way.
    pub addressed: Vec<String>,
    /// Why it was not written by a person, if that shows.
    pub automatic: Option<Automatic>,
    pub own: Own,
    /// Files that came with it. None is opened.
    pub attachments: usize,
    /// Longer than what is read.
    pub is_cut: bool,
}

/// What shows that a program wrote a letter (RFC 3834 and older habits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Automatic {
    /// `Auto-Submitted`, `X-Autoreply` and the like.
    Submitted,
    /// `Precedence: bulk`, `junk`, `list`, `auto_reply`.
    Precedence,
    /// An empty return path: nobody is to answer it.
    NoReturn,
    /// A mailing list.
    List,
    /// A report of a mail server.
    Report,
}

/// Reads a letter; `None` when the bytes are none. `to`: where the mail server delivered it, when
/// it says so beside the letter; empty otherwise.
pub fn read(bytes: &[u8], to: &str) -> Option<Reply> {
    let is_cut = bytes.len() > BYTES_MAX;
    let bytes = &bytes[..bytes.len().min(BYTES_MAX)];
    let message = MessageParser::default().parse(bytes)?;
    let text = text(&message);
    let sender = message.from().and_then(|from| from.first()).map(address).unwrap_or_default();
    Some(Reply {
        message_id: one_line(message.message_id().unwrap_or_default(), 250),
        automatic: automatic(&message, &sender),
        sender: one_line(&sender, 200),
        subject: one_line(message.subject().unwrap_or_default(), 200),
        addressed: addressed(&message, to),
        own: Own::of(&text),
        attachments: message.attachment_count(),
        is_cut: is_cut || text.len() >= TEXT_MAX,
    })
}

fn address(one: &Addr<'_>) -> String {
    one.address().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The texts of a letter, of HTML what a reader sees.
fn text(message: &Message<'_>) -> String {
    let mut text = String::new();
    for at in 0..message.text_body_count() {
        if let Some(body) = message.body_text(at) {
            text.push_str(&body);
            text.push('\n');
        }
        if text.len() >= TEXT_MAX {
            let end = (0..=TEXT_MAX).rev().find(|&end| text.is_char_boundary(end));
            text.truncate(end.unwrap_or(0));
            break;
        }
    }
    text
}

fn addressed(message: &Message<'_>, to: &str) -> Vec<String> {
    let named = [message.to(), message.cc()].into_iter().flatten();
    let named = named.flat_map(|all| all.iter().map(address).collect::<Vec<_>>());
    let noted = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];
    let noted = noted.iter().flat_map(|name| values(message, name));
    let mut all: Vec<String> = std::iter::once(to.to_string()).chain(noted).chain(named).collect();
    for one in &mut all {
        *one = one.trim().trim_start_matches('<').trim_end_matches('>').to_ascii_lowercase();
    }
    all.retain(|one| one.contains('@'));
    all.sort_unstable();
    all.dedup();
    all
}

/// What a header says, each time it stands there.
fn values(message: &Message<'_>, name: &str) -> Vec<String> {
    let all = message.headers_raw().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    all.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn automatic(message: &Message<'_>, sender: &str) -> Option<Automatic> {
    let says = |name: &str, is: &dyn Fn(&str) -> bool| {
        values(message, name).iter().any(|value| is(value.to_ascii_lowercase().trim()))
    };
    let is_there = |name: &str| says(name, &|_| true);
    let is_bulk = |value: &str| ["bulk", "junk", "list", "auto_reply"].contains(&value);
    let is_list = ["List-Id", "List-Unsubscribe", "Mailing-List"].into_iter().any(is_there);
    let is_answered = ["X-Autoreply", "X-Autorespond", "X-Autoresponder"].into_iter().any(is_there);
    let local = sender.split('@').next().unwrap_or_default();
    let is_report = ["mailer-daemon", "postmaster"].contains(&local)
        || says("Content-Type", &|value| value.starts_with("multipart/report"));
    match () {
        () if says("Auto-Submitted", &|value| !value.starts_with("no")) || is_answered => {
            Some(Automatic::Submitted)
        }
        () if says("Precedence", &is_bulk) => Some(Automatic::Precedence),
        () if says("Return-Path", &|value| value.replace(' ', "") == "<>") => {
            Some(Automatic::NoReturn)
        }
        () if is_report => Some(Automatic::Report),
        () if is_list => Some(Automatic::List),
        () => None,
    }
}

/// A header's text without what could break a line of ours.
fn one_line(text: &str, most: usize) -> String {
    let spaced = text.replace(|c: char| c.is_control(), " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}
