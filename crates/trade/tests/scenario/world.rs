//! The world of a scenario: a register, a week, a clock, and the counters of a hub.

use std::collections::BTreeMap;
use std::sync::Arc;

use trade::billing::Counters;
use trade::calendar::Instant;
use trade::id::ContractId;
use trade::needs::{Menu, PastOrder};
use trade::offers::Stamp;
use trade::offers::forewarning::Forewarning;
use trade::offers::outlook::PastOffer;
use trade::register::Register;
use trade::sourcing::Season;
use trade::unit::Cents;
use trade::{Fact, Week};

use crate::script::Acted;
use crate::{
    acts, acts_aid, acts_late, acts_rounds, acts_sourcing, cast, shows, shows_late, words,
};

pub struct World {
    pub register: Register,
    pub week: Week,
    /// The week before, once a new one has begun.
    pub before: Option<Week>,
    /// All that happened, to be told again with a change (see `breaches.rs`).
    pub facts: Vec<Fact>,
    pub now: Instant,
    pub counters: Counters,
    /// What each contract has been called off, as storage keeps it.
    pub spent: BTreeMap<ContractId, Cents>,
    pub past: Vec<PastOrder>,
    pub menus: Vec<Menu>,
    /// What farms said in past weeks, and those ahead.
    pub brought: Vec<PastOffer>,
    /// What food aid was told weeks ahead.
    pub forewarned: Vec<Forewarning>,
    pub season: Season,
}

impl World {
    /// The cast of `cast.rs`, on Monday at eight.
    pub fn new() -> World {
        let mut world = World {
            register: Register::new(cast::hub()),
            week: Week::new(words::week(), Arc::new(Register::new(cast::hub()))),
            before: None,
            facts: Vec::new(),
            now: words::instant(words::day("mon"), "08:00"),
            counters: Counters::default(),
            spent: BTreeMap::new(),
            past: Vec::new(),
            menus: Vec::new(),
            brought: Vec::new(),
            forewarned: Vec::new(),
            season: Season::new(),
        };
        for line in cast::CAST.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let known = cast::enlist(&mut world, &split(line));
            assert!(known, "unknown line of the cast: {line}");
        }
        world.set_register();
        world
    }

    pub fn stamp(&self) -> Stamp {
        Stamp { at: self.now, by: "scenario".into() }
    }

    pub fn apply(&mut self, fact: impl Into<Fact>) {
        let fact = fact.into();
        self.facts.push(fact.clone());
        self.week.apply(fact);
    }

    pub fn set_register(&mut self) {
        self.week.set_register(Arc::new(self.register.clone()));
    }

    /// Runs one line of a scenario.
    pub fn act(&mut self, line: &str) -> Acted {
        let words = split(line);
        if cast::enlist(self, &words) {
            self.set_register();
            return crate::script::said("ok");
        }
        let acted = acts::act(self, &words)
            .or_else(|| acts_sourcing::act(self, &words))
            .or_else(|| acts_late::act(self, &words))
            .or_else(|| acts_rounds::act(self, &words))
            .or_else(|| acts_aid::act(self, &words))
            .or_else(|| shows::show(self, &words))
            .or_else(|| acts_rounds::show(self, &words))
            .or_else(|| shows_late::show(self, &words));
        acted.unwrap_or_else(|| panic!("unknown act: {line}"))
    }
}

fn split(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// The value of `key=value` among `words`.
pub fn option<'line>(words: &[&'line str], key: &str) -> Option<&'line str> {
    words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

/// Words after a colon, cut at commas: `tue: carrot 60, leek 10`.
pub fn items<'line>(words: &[&'line str]) -> Vec<Vec<&'line str>> {
    let mut items = vec![Vec::new()];
    for word in words {
        let (plain, ends) = word.strip_suffix([',', ';']).map_or((*word, false), |w| (w, true));
        items.last_mut().expect("one item").push(plain);
        if ends {
            items.push(Vec::new());
        }
    }
    items
}
