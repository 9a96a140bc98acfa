//! Which product of a price list a person means by a few words.
//!
//! Sure is only what cannot be anything else: what was chosen before, the product's own code, or
//! the same words. A label more or less, another size, a slip of the pen: candidates, and a
//! person chooses. The choice is remembered by whoever calls.

use std::collections::BTreeMap;

mod words;

use words::{Said, likeness};

pub use words::{is_idle, singular, slips, spelled_out};

/// A product as the price list tells it. Its key is the caller's own: a code, or a code with
/// labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    /// With its labels and size where they part it from others: `Carotte bio`.
    pub name: String,
    /// Other texts that mean the same: its code, its name in another list.
    pub others: Vec<String>,
}

/// Which product a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    Sure(String),
    /// The best first, at most [`CANDIDATES`].
    Likely(Vec<Candidate>),
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub key: String,
    /// From 0 to 1 000 (the same words).
    pub score: u32,
}

/// The most candidates that are shown.
pub const CANDIDATES: usize = 5;
/// Below this score two texts are not alike.
const LIKE: u32 = 600;

/// A price list prepared for many texts.
pub struct Matcher<'list> {
    listed: Vec<(&'list str, Vec<Said>)>,
    /// What a person chose before for a text in the form of [`remembered_as`].
    remembered: &'list BTreeMap<String, String>,
}

/// The form in which a choice is remembered: spaces, accents and capitals do not matter.
pub fn remembered_as(text: &str) -> String {
    super::words::plain(text)
}

impl<'list> Matcher<'list> {
    pub fn new(
        list: &'list [Listed],
        remembered: &'list BTreeMap<String, String>,
    ) -> Matcher<'list> {
        let said = |one: &'list Listed| {
            let texts = std::iter::once(&one.name).chain(&one.others);
            (one.key.as_str(), texts.map(|text| Said::of(text)).collect())
        };
        Matcher { listed: list.iter().map(said).collect(), remembered }
    }

    /// The product that `text` means; `code` is what the row says beside it, or empty.
    pub fn find(&self, text: &str, code: &str) -> Matched {
        let is_listed = |key: &str| self.listed.iter().any(|(one, _)| *one == key);
        let before = self.remembered.get(&remembered_as(text)).filter(|key| is_listed(key));
        if let Some(key) = before {
            return Matched::Sure(key.clone());
        }
        let is_code = |key: &str| !code.is_empty() && key.eq_ignore_ascii_case(code.trim());
        let by_code = self.listed.iter().find(|(key, _)| is_code(key));
        let said = Said::of(text);
        if let Some((key, names)) = by_code {
            // A code beside words that mean another thing was put on the wrong line.
            let is_alike = names.iter().any(|name| likeness(&said, name) >= LIKE);
            return match is_alike || text.trim().is_empty() {
                true => Matched::Sure((*key).to_string()),
                false => self.likely(&said, Some(key)),
            };
        }
        if said.is_empty() {
            return Matched::Unknown;
        }
        let is_same = |names: &Vec<Said>| names.iter().any(|name| said.is_same(name));
        let same: Vec<_> = self.listed.iter().filter(|(_, names)| is_same(names)).collect();
        let fits = |names: &Vec<Said>| names.iter().any(|name| said.is_same_in_all(name));
        match same.as_slice() {
            [(key, names)]
                if !names.iter().any(|name| said.is_same(name) && said.is_against(name)) =>
            {
                Matched::Sure((*key).to_string())
            }
            [_, _, ..] => {
                // Sizes and packs part products of one name.
                let mut exact = same.iter().filter(|(_, names)| fits(names));
                match (exact.next(), exact.next()) {
                    (Some((key, _)), None) => Matched::Sure((*key).to_string()),
                    _ => self.likely(&said, None),
                }
            }
            _ => self.likely(&said, None),
        }
    }

    fn likely(&self, said: &Said, by_code: Option<&str>) -> Matched {
        let score = |names: &Vec<Said>| names.iter().map(|name| likeness(said, name)).max();
        let mut found: Vec<Candidate> = self
            .listed
            .iter()
            .map(|(key, names)| {
                let score = score(names).unwrap_or(0);
                let is_coded = by_code == Some(key);
                Candidate { key: (*key).to_string(), score: score.max(u32::from(is_coded) * LIKE) }
            })
            .filter(|one| one.score >= LIKE)
            .collect();
        found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
        found.truncate(CANDIDATES);
        if found.is_empty() { Matched::Unknown } else { Matched::Likely(found) }
    }
}
