//! What can be found, in memory: names with their words, and the records of each week, which have
//! no words of their own but their numbers: they are found by whose they are.
//!
//! A question looks at each word of the names once, however often it occurs; the records are then
//! walked through with the scores of their names at hand.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use trade::calendar::{Day, IsoWeek};
use trade::catalog::SaleUnit;
use trade::id::{BuyerId, Code, ProducerId, ProductId};

use super::words::{Question, SAME, joined, letters, likeness};

/// What is found. In the order in which kinds are shown when nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Product,
    Farm,
    Buyer,
    Site,
    Person,
    Order,
    Purchase,
    Lot,
    Note,
    Invoice,
    FarmBill,
}

impl Kind {
    pub const ALL: [Kind; 11] = [
        Kind::Product,
        Kind::Farm,
        Kind::Buyer,
        Kind::Site,
        Kind::Person,
        Kind::Order,
        Kind::Purchase,
        Kind::Lot,
        Kind::Note,
        Kind::Invoice,
        Kind::FarmBill,
    ];

    /// Its name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Product => "products",
            Kind::Farm => "farms",
            Kind::Buyer => "buyers",
            Kind::Site => "sites",
            Kind::Person => "people",
            Kind::Order => "orders",
            Kind::Purchase => "purchases",
            Kind::Lot => "lots",
            Kind::Note => "notes",
            Kind::Invoice => "invoices",
            Kind::FarmBill => "farm-bills",
        }
    }

    pub fn parse(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What people call it when they look for it, folded.
    fn called(self) -> &'static [&'static str] {
        match self {
            Kind::Product => &["produit", "article"],
            Kind::Farm => &["ferme", "producteur"],
            Kind::Buyer => &["acheteur", "client", "cantine"],
            Kind::Site => &["site", "adresse"],
            Kind::Person => &["personne", "contact"],
            Kind::Order => &["commande"],
            Kind::Purchase => &["achat", "bon", "commande"],
            Kind::Lot => &["lot", "arrivage", "reception"],
            Kind::Note => &["livraison", "bon", "bl"],
            Kind::Invoice => &["facture", "avoir"],
            Kind::FarmBill => &["releve", "bulletin", "autofacture", "paiement"],
        }
    }
}

/// A number that stands for no name.
pub const NOBODY: u32 = u32::MAX;

/// A product, a farm, a buyer, a site or a person.
#[derive(Clone, Debug)]
pub struct Thing {
    pub kind: Kind,
    pub code: Code,
    pub name: String,
    /// What one wants to know of it at a glance.
    pub said: String,
    pub phone: String,
    /// The buyer of a site.
    pub owner: u32,
    /// The account of a person.
    pub person: String,
    /// Places in the vocabulary; those of its proper name come first.
    words: Vec<u32>,
    named: usize,
}

/// What the register gives of a thing.
pub struct Given {
    pub kind: Kind,
    pub code: Code,
    pub name: String,
    pub said: String,
    pub phone: String,
    pub owner: Option<BuyerId>,
    pub person: String,
    /// Words by which it is found beside its name.
    pub others: Vec<String>,
}

/// All names of a hub and the words in them. Numbers of things stay the same when the register
/// changes: the records of the weeks hold them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub hub: String,
    /// In what each product is sold.
    pub units: HashMap<Code, SaleUnit>,
    things: Vec<Thing>,
    number: HashMap<(Kind, Code), u32>,
    vocabulary: Vec<(String, u64)>,
}

impl Names {
    /// The names as they are now; what is gone keeps its number and its last name.
    pub fn renewed(before: &Names, hub: &str, given: Vec<Given>) -> Names {
        let mut names = Names {
            hub: hub.to_string(),
            units: HashMap::new(),
            things: before.things.clone(),
            number: before.number.clone(),
            vocabulary: Vec::new(),
        };
        let mut place: HashMap<String, u32> = HashMap::new();
        for one in &given {
            names.number_of(one.kind, one.code);
        }
        for one in given {
            let number = names.number_of(one.kind, one.code) as usize;
            let owner = one.owner.and_then(|buyer| names.known(Kind::Buyer, buyer.0));
            let mut of = |text: &str| -> Vec<u32> {
                let words = super::words::folded(text);
                // "Choufleur" finds "Chou-fleur".
                let pairs = words.windows(2).map(|pair| pair.concat()).collect::<Vec<_>>();
                let all = words.into_iter().chain(pairs);
                let enter = |word: String| {
                    let next = names.vocabulary.len() as u32;
                    *place.entry(word).or_insert_with_key(|word| {
                        names.vocabulary.push((word.clone(), letters(word)));
                        next
                    })
                };
                all.map(enter).collect()
            };
            let mut words = of(&one.name);
            let named = super::words::folded(&one.name).len();
            words.extend(one.others.iter().flat_map(|text| of(text)));
            let Given { kind, code, name, said, phone, person, .. } = one;
            let owner = owner.unwrap_or(NOBODY);
            names.things[number] =
                Thing { kind, code, name, said, phone, owner, person, words, named };
        }
        names
    }

    pub fn known(&self, kind: Kind, code: Code) -> Option<u32> {
        self.number.get(&(kind, code)).copied()
    }

    /// The number of a thing, new when it was not known.
    pub fn number_of(&mut self, kind: Kind, code: Code) -> u32 {
        let next = self.things.len() as u32;
        let number = *self.number.entry((kind, code)).or_insert(next);
        if number == next {
            let (name, said, phone) = (code.to_string(), String::new(), String::new());
            let owner = NOBODY;
            let (person, words) = (String::new(), Vec::new());
            self.things.push(Thing {
                kind,
                code,
                name,
                said,
                phone,
                owner,
                person,
                words,
                named: 0,
            });
        }
        number
    }

    pub fn thing(&self, number: u32) -> Option<&Thing> {
        self.things.get(number as usize)
    }
}

/// A record of a week.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: Kind,
    pub id: i64,
    pub day: Day,
    /// Whose it is: the buyer or the farm.
    pub party: u32,
    /// The site or the product that it is about.
    pub other: u32,
    /// Its number as papers show it: `F2026-000123`, a lot, an order's number.
    pub number: Box<str>,
    /// What is found beside it: a commitment number. Folded to letters and digits.
    second: Box<str>,
    /// The number folded, and its figures without leading zeros.
    joined: Box<str>,
    figures: Box<str>,
    /// Thousandths of a lot's unit, or lines of a purchase order.
    pub quantity: i64,
}

impl Entry {
    pub fn new(
        kind: Kind,
        (id, day): (i64, Day),
        (party, other): (u32, u32),
        (number, figures): (&str, i64),
        second: &str,
        quantity: i64,
    ) -> Entry {
        let figures = if figures > 0 { figures.to_string() } else { String::new() };
        Entry {
            kind,
            id,
            day,
            party,
            other,
            number: number.into(),
            second: joined(second).into(),
            joined: joined(number).into(),
            figures: figures.into(),
            quantity,
        }
    }

    /// How well a number that somebody typed is this record's.
    fn by_number(&self, asked: &str) -> u16 {
        let bare = asked.trim_start_matches('0');
        let all = [&*self.joined, &*self.figures, &*self.second];
        if all.iter().any(|own| !own.is_empty() && (**own == *asked || **own == *bare)) {
            return SAME + 100;
        }
        let is_long = asked.len() >= 2;
        let begins =
            |own: &str| own.starts_with(asked) || (!bare.is_empty() && own.starts_with(bare));
        if is_long && all.iter().any(|own| begins(own)) { 900 } else { 0 }
    }
}

/// How far a week had come when its records were read.
pub type Stand = (i64, i64);

/// A hub's names and the records of its weeks.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub register: i64,
    pub names: Arc<Names>,
    pub weeks: BTreeMap<i64, (Stand, Arc<Vec<Entry>>)>,
}

/// What somebody may find: made in [`crate::access::finding`].
#[derive(Clone, Debug, Default)]
pub struct Within {
    pub buyer: Option<BuyerId>,
    pub farm: Option<ProducerId>,
    pub week: Option<IsoWeek>,
    /// The only products that are shown; all without.
    pub goods: Option<HashSet<ProductId>>,
    /// Also the people who may come in, with their telephone: for who calls them.
    pub people: bool,
    /// Kinds that are not shown at all.
    pub without: Vec<Kind>,
}

/// Something found.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'index> {
    pub score: u16,
    pub what: What<'index>,
}

#[derive(Clone, Copy, Debug)]
pub enum What<'index> {
    Thing(&'index Thing),
    /// With the week's number.
    Entry(i64, &'index Entry),
}

/// What was found of a kind: how many in all, the best of them first.
#[derive(Clone, Debug)]
pub struct Group<'index> {
    pub kind: Kind,
    pub count: usize,
    pub hits: Vec<Hit<'index>>,
}

impl Group<'_> {
    /// What carries the very number that was typed comes first, then names, then the records that
    /// are found by them.
    pub(super) fn rank(&self) -> (u8, i32, Kind) {
        let hit = &self.hits[0];
        let score = i32::from(hit.score);
        match hit.what {
            What::Entry(..) if hit.score > SAME => (0, 0, self.kind),
            What::Thing(_) => (1, -score, self.kind),
            What::Entry(..) => (2, -score / 100, self.kind),
        }
    }
}

/// How well one word of a question fits each name and each kind.
struct Fit {
    things: Vec<u16>,
    /// As `things`, by the proper names alone.
    named: Vec<u16>,
    kinds: [u16; Kind::ALL.len()],
    number: Option<String>,
}

impl Index {
    /// What a question finds, kind by kind, the best kind first; at most `most` of each, which are
    /// chosen by how well they fit and then by their day.
    pub fn find(&self, question: &Question, within: &Within, most: usize) -> Vec<Group<'_>> {
        if question.is_empty() {
            return Vec::new();
        }
        let fits: Vec<Fit> = question.words.iter().map(|word| self.fit(word)).collect();
        let mut found: BTreeMap<Kind, Vec<Hit<'_>>> = BTreeMap::new();
        if !question.words.is_empty() && question.day.is_none() && question.week.is_none() {
            // A telephone number is typed with spaces.
            let figures = question.number().filter(|one| one.bytes().all(|b| b.is_ascii_digit()));
            let whole: Vec<Fit> = figures.map(|one| self.fit(one)).into_iter().collect();
            for (number, thing) in self.names.things.iter().enumerate() {
                let is_shown = self.is_shown(number as u32, thing, within);
                let score = || {
                    let by_words = thing_score(number, thing, &fits);
                    by_words.or_else(|| thing_score(number, thing, &whole))
                };
                if is_shown && let Some(score) = score() {
                    let what = What::Thing(thing);
                    found.entry(thing.kind).or_default().push(Hit { score, what });
                }
            }
        }
        let seen = Seen { party: self.own(within), question, fits: &fits, within };
        for (&week, (_, entries)) in &self.weeks {
            let is_asked = question.week.is_none_or(|asked| i64::from(asked) == week % 100);
            let is_open = within.week.is_none_or(|only| only.number() == week);
            if is_asked && is_open {
                for entry in entries.iter() {
                    if let Some(score) = seen.score(entry) {
                        let what = What::Entry(week, entry);
                        found.entry(entry.kind).or_default().push(Hit { score, what });
                    }
                }
            }
        }
        let mut groups: Vec<Group<'_>> =
            found.into_iter().map(|(kind, hits)| best(kind, hits, most)).collect();
        groups.sort_by_key(Group::rank);
        groups
    }

    /// The text of each name and record in small letters, as a plain search would look at it.
    pub fn texts(&self) -> Vec<String> {
        let name = |number: u32| self.names.thing(number).map_or("", |thing| &thing.name);
        let things = self.names.things.iter().map(|one| format!("{} {}", one.name, one.said));
        let entries = self.weeks.values().flat_map(|(_, entries)| entries.iter());
        let entries = entries.map(|one| {
            let (party, other) = (name(one.party), name(one.other));
            format!("{} {} {party} {other} {}", one.kind.called()[0], one.number, one.day)
        });
        things.chain(entries).map(|text| trade::catalog::alphabetical(&text)).collect()
    }

    /// The number of the party to which all is narrowed; `None` for the whole hub.
    fn own(&self, within: &Within) -> Option<u32> {
        let buyer = within.buyer.map(|buyer| (Kind::Buyer, buyer.0));
        let party = buyer.or(within.farm.map(|farm| (Kind::Farm, farm.0)));
        party.map(|(kind, code)| self.names.known(kind, code).unwrap_or(NOBODY))
    }

    fn is_shown(&self, number: u32, thing: &Thing, within: &Within) -> bool {
        // What is gone from the register has no words and is found by nothing.
        if thing.words.is_empty() || within.without.contains(&thing.kind) {
            return false;
        }
        let own = self.own(within);
        match thing.kind {
            Kind::Product => {
                let product = ProductId(thing.code);
                within.goods.as_ref().is_none_or(|goods| goods.contains(&product))
            }
            Kind::Site => own.is_none_or(|own| thing.owner == own),
            _ => own.is_none_or(|own| number == own),
        }
    }

    fn fit(&self, asked: &str) -> Fit {
        let set = letters(asked);
        let words = self.names.vocabulary.iter();
        let words: Vec<u16> = words.map(|(word, own)| likeness(asked, set, word, *own)).collect();
        let best =
            |places: &[u32]| places.iter().map(|&place| words[place as usize]).max().unwrap_or(0);
        let things = &self.names.things;
        let kind = |kind: Kind| {
            let names = kind.called().iter();
            names.map(|name| likeness(asked, set, name, letters(name))).max().unwrap_or(0)
        };
        let has_digit = asked.bytes().any(|byte| byte.is_ascii_digit());
        Fit {
            things: things.iter().map(|thing| best(&thing.words)).collect(),
            named: things.iter().map(|thing| best(&thing.words[..thing.named])).collect(),
            // A kind is not guessed from a beginning: "com" is no word for orders.
            kinds: Kind::ALL.map(|one| Some(kind(one)).filter(|&fit| fit >= 690).unwrap_or(0)),
            number: has_digit.then(|| asked.to_string()),
        }
    }
}

/// How well a thing fits all words of a question; `None` when a word fits nothing of it.
fn thing_score(number: usize, thing: &Thing, fits: &[Fit]) -> Option<u16> {
    if fits.is_empty() {
        return None;
    }
    let mut sum = 0;
    let mut by_name = 0;
    for fit in fits {
        let (own, kind) = (fit.things[number], fit.kinds[thing.kind as usize]);
        if own == 0 && kind == 0 {
            return None;
        }
        by_name += usize::from(own > 0);
        // Its own name says more than its town or its kind.
        let score = match own {
            own if own > 0 && fit.named[number] == own => own,
            own => own.saturating_sub(60).max(kind / 2),
        };
        sum += u32::from(score);
    }
    let average = (sum / fits.len() as u32) as u16;
    let left = thing.named.saturating_sub(by_name).min(5) as u16;
    Some(average.saturating_sub(12 * left))
}

/// What the records of weeks are looked through with.
struct Seen<'asked> {
    party: Option<u32>,
    question: &'asked Question,
    fits: &'asked [Fit],
    within: &'asked Within,
}

impl Seen<'_> {
    fn score(&self, entry: &Entry) -> Option<u16> {
        if self.party.is_some_and(|own| entry.party != own)
            || self.within.without.contains(&entry.kind)
            || self.question.day.is_some_and(|asked| !asked.is(entry.day))
        {
            return None;
        }
        // The whole question may be one number with spaces and dashes.
        let whole = self.question.number().map_or(0, |number| entry.by_number(number));
        if whole > 0 {
            return Some(whole);
        }
        if self.fits.is_empty() {
            return Some(SAME / 2);
        }
        let mut sum = 0;
        for fit in self.fits {
            let of = |number: u32| fit.things.get(number as usize).copied().unwrap_or(0);
            let number = fit.number.as_ref().map_or(0, |asked| entry.by_number(asked));
            let name = of(entry.party).max(of(entry.other)).max(fit.kinds[entry.kind as usize]);
            match number.max(name) {
                0 => return None,
                best => sum += u32::from(best),
            }
        }
        Some((sum / self.fits.len() as u32) as u16)
    }
}

/// The best of a kind: how well they fit, then the latest day, then the name.
fn best(kind: Kind, mut hits: Vec<Hit<'_>>, most: usize) -> Group<'_> {
    let count = hits.len();
    let key = |hit: &Hit<'_>| match hit.what {
        What::Thing(_) => (-i32::from(hit.score), 0, 0),
        What::Entry(_, entry) => {
            // A little better or worse is no reason to put an old paper before a new one.
            (-i32::from(hit.score / 20), -i64::from(entry.day.days()), -entry.id)
        }
    };
    let name = |hit: &Hit<'_>| match hit.what {
        What::Thing(thing) => trade::catalog::alphabetical(&thing.name),
        What::Entry(..) => String::new(),
    };
    if hits.len() > most && matches!(hits[0].what, What::Entry(..)) {
        hits.select_nth_unstable_by_key(most, key);
        hits.truncate(most);
    }
    hits.sort_by_cached_key(|hit| (key(hit), name(hit)));
    hits.truncate(most);
    Group { kind, count, hits }
}
