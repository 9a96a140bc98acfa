//! A product's text as words that count, and those that only describe.

use std::collections::BTreeSet;

use crate::list::words::plain;

/// A text taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What is meant, in the singular and in the order of letters.
    words: Vec<String>,
    /// Signs of quality: never passed over, for a canteen pays and counts them.
    labels: BTreeSet<&'static str>,
    /// Sizes and classes: `50/75`, `cat1`.
    sizes: BTreeSet<String>,
    /// What is in a pack: `10kg`, `x180`.
    packs: BTreeSet<String>,
}

/// Words that say nothing of the product.
const IDLE: [&str; 26] = [
    "de",
    "du",
    "des",
    "d",
    "la",
    "le",
    "les",
    "l",
    "a",
    "au",
    "aux",
    "en",
    "et",
    "un",
    "une",
    "environ",
    "env",
    "france",
    "francais",
    "francaise",
    "local",
    "locale",
    "origine",
    "occitanie",
    "conventionnel",
    "conv",
];

/// Units and packs: what is bought, not what it is.
const PACKS: [&str; 48] = [
    "kg",
    "kgs",
    "kilo",
    "kilos",
    "g",
    "gr",
    "grs",
    "l",
    "litre",
    "cl",
    "piece",
    "pce",
    "pc",
    "pcs",
    "pces",
    "u",
    "unite",
    "unit",
    "botte",
    "bot",
    "bouquet",
    "colis",
    "col",
    "cagette",
    "cageot",
    "caisse",
    "carton",
    "ctn",
    "plateau",
    "plt",
    "sac",
    "filet",
    "bac",
    "barquette",
    "barq",
    "bq",
    "vrac",
    "lot",
    "boite",
    "bte",
    "sachet",
    "pot",
    "piec",
    "uvc",
    "pack",
    "poche",
    "seau",
    "alveole",
];

const LABELS: [(&str, &str); 12] = [
    ("bio", "bio"),
    ("ab", "bio"),
    ("biologique", "bio"),
    ("organic", "bio"),
    ("conversion", "conversion"),
    ("c2", "conversion"),
    ("hve", "hve"),
    ("hve3", "hve"),
    ("aop", "aop"),
    ("aoc", "aop"),
    ("igp", "igp"),
    ("fermier", "fermier"),
];

/// Short forms, in words of the long form (singular).
const SHORT: [(&str, &str); 19] = [
    ("pdt", "pomme terre"),
    ("pdterre", "pomme terre"),
    ("patate", "pomme terre"),
    ("tom", "tomate"),
    ("sal", "salade"),
    ("chx", "chou"),
    ("hv", "haricot vert"),
    ("har", "haricot"),
    ("champ", "champignon"),
    ("cham", "champignon"),
    ("conc", "concombre"),
    ("courg", "courgette"),
    ("carot", "carotte"),
    ("poir", "poireau"),
    ("oign", "oignon"),
    ("clem", "clementine"),
    ("bett", "betterave"),
    ("btv", "betterave"),
    ("nect", "nectarine"),
];

impl Said {
    pub fn of(text: &str) -> Said {
        let mut said = Said::default();
        let marked = text.to_lowercase().replace("label rouge", "labelrouge");
        let tokens = tokens(&marked);
        let mut at = 0;
        while at < tokens.len() {
            let next = tokens.get(at + 1).map_or("", String::as_str);
            at += said.take(&tokens[at], next);
        }
        said.words.sort_unstable();
        said
    }

    /// Takes a word, with the next where both are one thing; gives how many were taken.
    fn take(&mut self, word: &str, next: &str) -> usize {
        let is_number = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
        let label = LABELS.iter().find(|(name, _)| *name == singular(word));
        match word {
            "labelrouge" => self.labels.extend(["rouge"]),
            // Potatoes and onions are red too: a colour is a word of the name.
            "rouge" => self.words.push(word.into()),
            "cal" | "calibre" | "diam" if is_number(next) => {
                self.sizes.insert(next.into());
                return 2;
            }
            "cat" | "categorie" if !next.is_empty() => {
                self.sizes.insert(format!("cat{}", class(next)));
                return 2;
            }
            "x" if is_number(next) => {
                self.packs.insert(next.into());
                return 2;
            }
            _ if label.is_some() => self.labels.extend(label.map(|(_, label)| *label)),
            // Small sizes of eggs and fruit: `50/75`, `80-85`, `+80`.
            _ if is_number(word) && word.contains('/') => drop(self.sizes.insert(word.into())),
            _ if is_number(word) && PACKS.contains(&next) => {
                self.packs.insert(format!("{word}{next}"));
                return 2;
            }
            _ if is_number(word) => drop(self.packs.insert(word.into())),
            _ if PACKS.contains(&word) || PACKS.contains(&singular(word).as_str()) => {}
            _ if is_idle(word) => {}
            _ => {
                let one = singular(word);
                let long = spelled_out(&one);
                self.words.extend(long.unwrap_or(&one).split(' ').map(str::to_string));
            }
        }
        1
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The same words and labels.
    pub fn is_same(&self, other: &Said) -> bool {
        !self.is_empty() && self.words == other.words && self.labels == other.labels
    }

    /// The same in sizes and packs too.
    pub fn is_same_in_all(&self, other: &Said) -> bool {
        self.is_same(other) && self.sizes == other.sizes && self.packs == other.packs
    }

    /// Whether both tell a size, or what is in a pack, and not the same.
    pub fn is_against(&self, other: &Said) -> bool {
        let differ = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
            !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
        };
        differ(&self.sizes, &other.sizes) || differ(&self.packs, &other.packs)
    }
}

/// Small letters without accents; a sign between digits stays (`50/75`), digits and letters
/// part (`10kg`).
fn tokens(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut marked = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let between = at > 0 && is_digit(at - 1) && is_digit(at + 1);
        match letter {
            '/' | '-' | '–' if between => marked.push('/'),
            ',' | '.' if between => marked.push('.'),
            _ => {
                let turns = at > 0
                    && letter.is_alphanumeric()
                    && letters[at - 1].is_alphanumeric()
                    && is_digit(at - 1) != is_digit(at);
                let is_label = turns && matches!(letters[at - 1], 'c' | 'e') && is_digit(at);
                if turns && !is_label {
                    marked.push(' ');
                }
                marked.push(*letter);
            }
        }
    }
    let words = marked.split(|c: char| !c.is_alphanumeric() && c != '/' && c != '.');
    let is_figure = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    words
        .flat_map(|word| match is_figure(word) {
            true => vec![word.trim_end_matches(['/', '.']).to_string()],
            false => plain(word).split(' ').map(str::to_string).collect(),
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// `I`, `II`, `1`, `2`, `extra`.
fn class(word: &str) -> &str {
    match word {
        "i" => "1",
        "ii" => "2",
        word => word,
    }
}

/// The long form of a word that people shorten (`pdt`), in words of the singular.
pub fn spelled_out(word: &str) -> Option<&'static str> {
    SHORT.iter().find(|(short, _)| *short == word).map(|(_, long)| *long)
}

/// Words that say nothing of what is meant: articles, `environ`, `france`.
pub fn is_idle(word: &str) -> bool {
    IDLE.contains(&word)
}

/// The singular as far as spelling goes; words that end so by nature lose it on both sides. A
/// plural in x follows a u (`choux`, `poireaux`): `noix` is none.
pub fn singular(word: &str) -> String {
    let is_long = word.chars().count() > 3;
    let in_x = |word: &&str| word.ends_with('u');
    let cut = word.strip_suffix('s').or_else(|| word.strip_suffix('x').filter(in_x));
    let bare = cut.filter(|_| is_long).unwrap_or(word);
    // Adjectives follow the product's gender: `verte` and `vert`.
    match bare {
        "verte" => "vert".into(),
        "blanche" => "blanc".into(),
        "longue" => "long".into(),
        "ronde" => "rond".into(),
        "violette" => "violet".into(),
        bare => bare.into(),
    }
}

/// How alike two texts are, from 0 to 1 000: each word finds its nearest on the other side; the
/// first asks for more, for a longer name may only be more precise.
pub fn likeness(said: &Said, name: &Said) -> u32 {
    if said.is_empty() || name.is_empty() {
        return 0;
    }
    let best = |word: &String, among: &[String]| {
        among.iter().map(|other| word_likeness(word, other)).max().unwrap_or(0)
    };
    let sum = |from: &[String], to: &[String]| from.iter().map(|word| best(word, to)).sum::<u32>();
    let here = sum(&said.words, &name.words) / said.words.len() as u32;
    let there = sum(&name.words, &said.words) / name.words.len() as u32;
    let words = (here * 3 + there) / 4;
    let other_labels = said.labels.symmetric_difference(&name.labels).count() as u32;
    let other_size = u32::from(said.is_against(name));
    words.saturating_sub(other_labels * 60 + other_size * 60)
}

/// How alike two words are, from 0 to 1 000; little likeness is none.
fn word_likeness(a: &str, b: &str) -> u32 {
    if a == b {
        return 1_000;
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() >= 4 && long.starts_with(short) {
        return 850;
    }
    let length = a.chars().count().max(b.chars().count()) as u32;
    let slips = slips(a, b) as u32;
    let alike = 1_000_u32.saturating_sub(slips * 1_000 / length);
    if alike >= 700 { alike } else { 0 }
}

/// Letters to change, add, take away or swap with the next.
pub fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
