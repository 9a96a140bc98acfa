//! What the own words of a reply mean: yes, as last week, nothing, or goods line by line. What is
//! not whole understood is not understood at all.

use trade::calendar::Weekday;
use trade::unit::{Price, Qty, round_div};

use super::Own;
use crate::list::{Counted, DecimalSign, Evidence, Figure, plain, unit};

/// What a reply says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// "ok".
    Yes,
    /// "comme la semaine dernière".
    AsBefore,
    /// "rien cette semaine".
    Nothing,
    Goods(Vec<GoodsLine>),
    Unclear(Unclear),
}

/// Why a person has to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Nothing is written, or politeness alone.
    Empty,
    /// Words between quoted lines or behind a signature.
    Scattered,
    /// "mais", "sauf", "au lieu de", a question: this line.
    Reserve(String),
    /// This line is none that is known.
    Line(String),
    /// "ok" and goods, or two answers at once.
    Several,
}

/// Goods on one line: `tomates 40 kg à 1,20 mardi`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodsLine {
    /// As it was written.
    pub line: String,
    /// What is left of it without numbers, units and days.
    pub words: String,
    pub quantity: Qty,
    pub unit: Option<Counted>,
    pub price: Option<Price>,
    pub price_unit: Option<Counted>,
    pub weekday: Option<Weekday>,
}

/// The most lines that are read as an answer.
const LINES_MAX: usize = 60;

/// Words behind which a yes is no longer one.
const RESERVES: [&str; 42] = [
    "mais",
    "sauf",
    "lieu",
    "pas",
    "non",
    "sinon",
    "peut",
    "si",
    "ou",
    "entre",
    "environ",
    "env",
    "max",
    "maxi",
    "maximum",
    "mini",
    "minimum",
    "annule",
    "annuler",
    "annulation",
    "seulement",
    "moins",
    "plus",
    "reste",
    "manque",
    "manquera",
    "hors",
    "excepte",
    "attention",
    "probleme",
    "desole",
    "desolee",
    "malheureusement",
    "impossible",
    "plutot",
    "cependant",
    "toutefois",
    "jusqu",
    "probablement",
    "presque",
    "que",
    "absent",
];

/// Several words that are one.
const PHRASES: [(&str, &str); 17] = [
    ("c est bon", "ok"),
    ("c est ok", "ok"),
    ("c est d accord", "ok"),
    ("d accord", "ok"),
    ("ca marche", "ok"),
    ("ca roule", "ok"),
    ("pas de probleme", "ok"),
    ("pas de souci", "ok"),
    ("pas de soucis", "ok"),
    ("je confirme", "ok"),
    ("nous confirmons", "ok"),
    ("on confirme", "ok"),
    ("semaine derniere", "avant"),
    ("derniere semaine", "avant"),
    ("semaine passee", "avant"),
    ("semaine precedente", "avant"),
    ("derniere fois", "avant"),
];

const YES: [&str; 8] =
    ["ok", "okay", "oui", "entendu", "parfait", "confirme", "confirmee", "valide"];
const AGAIN: [&str; 4] = ["comme", "idem", "pareil", "meme"];

/// Words that add nothing to an answer.
const IDLE: [&str; 42] = [
    "pour",
    "moi",
    "nous",
    "merci",
    "beaucoup",
    "bonjour",
    "bonsoir",
    "salut",
    "tout",
    "toute",
    "la",
    "le",
    "les",
    "commande",
    "bien",
    "tres",
    "a",
    "vous",
    "tous",
    "toutes",
    "de",
    "du",
    "bonne",
    "reception",
    "notre",
    "voici",
    "nos",
    "mes",
    "ma",
    "cette",
    "semaine",
    "memes",
    "meme",
    "chose",
    "quantites",
    "produits",
    "avance",
    "d",
    "et",
    "par",
    "je",
    "on",
];

/// Words around goods that name none.
const AROUND: [&str; 38] = [
    "pour",
    "le",
    "la",
    "les",
    "du",
    "de",
    "des",
    "d",
    "l",
    "on",
    "nous",
    "avons",
    "aurons",
    "j",
    "ai",
    "aurai",
    "je",
    "peux",
    "pouvons",
    "apporter",
    "apporte",
    "apporterai",
    "livrer",
    "proposer",
    "propose",
    "proposons",
    "vous",
    "dispo",
    "dispos",
    "disponible",
    "disponibles",
    "y",
    "aura",
    "il",
    "prix",
    "bonjour",
    "bonsoir",
    "merci",
];

/// Reads the own words of a reply.
pub fn understood(own: &Own) -> Said {
    if own.is_scattered {
        return Said::Unclear(Unclear::Scattered);
    }
    let lines: Vec<&str> = own.text.lines().collect();
    if lines.len() > LINES_MAX {
        return Said::Unclear(Unclear::Line(lines[LINES_MAX].to_string()));
    }
    let (mut found, mut goods, mut heading) = (Vec::new(), Vec::new(), None);
    for line in lines {
        match read_line(line) {
            Line::Polite => {}
            Line::Answer(said) => found.push(said),
            Line::Day(day) => heading = Some(day),
            Line::Goods(all) => goods.extend(all.into_iter().map(|mut one: GoodsLine| {
                one.weekday = one.weekday.or(heading);
                one
            })),
            Line::Unclear(unclear) => return Said::Unclear(unclear),
        }
    }
    if !goods.is_empty() {
        found.push(Said::Goods(goods));
    }
    match found.len() {
        0 => Said::Unclear(Unclear::Empty),
        1 => found.remove(0),
        _ => Said::Unclear(Unclear::Several),
    }
}

enum Line {
    Polite,
    Answer(Said),
    /// A day as the heading of the lines below.
    Day(Weekday),
    Goods(Vec<GoodsLine>),
    Unclear(Unclear),
}

/// Whether a line holds back, asks or refuses.
pub(super) fn is_doubtful(line: &str) -> bool {
    let phrased = phrased(line);
    // "maïs" is a vegetable, and has its own two points.
    let is_corn = line.to_lowercase().contains("maïs");
    let holds = |word: &str| RESERVES.contains(&word) && !(is_corn && word == "mais");
    line.contains('?') || phrased.split(' ').any(holds)
}

fn phrased(line: &str) -> String {
    let padded = format!(" {} ", plain(line));
    let joined = PHRASES
        .iter()
        .fold(padded, |text, (many, one)| text.replace(&format!(" {many} "), &format!(" {one} ")));
    joined.trim().to_string()
}

fn read_line(line: &str) -> Line {
    let phrased = phrased(line);
    let words: Vec<&str> = phrased.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Line::Polite;
    }
    // "que" holds back, but for "que la semaine dernière".
    let is_before = words.contains(&"avant") && words.iter().any(|word| AGAIN.contains(word));
    let rest_is_idle =
        |own: &[&str]| words.iter().all(|word| own.contains(word) || IDLE.contains(word));
    if is_before && rest_is_idle(&["avant", "comme", "idem", "pareil", "meme", "que", "ok"]) {
        return Line::Answer(Said::AsBefore);
    }
    let nothing = ["rien", "proposer", "vendre", "apporter", "livrer", "offrir", "n", "avons", "j"];
    if words.contains(&"rien") && rest_is_idle(&[&nothing[..], &["ai", "aurons"]].concat()) {
        return Line::Answer(Said::Nothing);
    }
    if is_doubtful(line) {
        return Line::Unclear(Unclear::Reserve(line.to_string()));
    }
    if words.iter().any(|word| YES.contains(word)) && rest_is_idle(&YES) {
        return Line::Answer(Said::Yes);
    }
    if rest_is_idle(&[]) || is_greeting(&words) {
        return Line::Polite;
    }
    match goods(line) {
        // "ok tomates 12": a yes to all of it, or to the tomatoes?
        Some(Line::Goods(_)) if words.iter().any(|word| YES.contains(word)) => {
            Line::Unclear(Unclear::Several)
        }
        Some(read) => read,
        None => Line::Unclear(Unclear::Line(line.to_string())),
    }
}

/// `Bonjour Anaïs`.
fn is_greeting(words: &[&str]) -> bool {
    let is_name = |word: &&str| word.chars().all(char::is_alphabetic) && !YES.contains(word);
    matches!(words[0], "bonjour" | "bonsoir" | "salut" | "chere" | "cher" | "coucou")
        && words.len() <= 4
        && words.iter().all(is_name)
}

/// Goods of a line: all of it, or each of its parts where several stand on one line.
fn goods(line: &str) -> Option<Line> {
    let line = line.trim_start_matches(['-', '–', '•', '*', '·', ' ']).trim_end_matches(['.', ' ']);
    let line = without_greeting(line);
    match GoodsLine::of(line) {
        Some(Part::Goods(one)) => return Some(Line::Goods(vec![one])),
        Some(Part::Day(day)) => return Some(Line::Day(day)),
        None => {}
    }
    let parts: Vec<&str> =
        line.split([';', '+']).flat_map(|part| part.split(", ")).map(str::trim).collect();
    let mut all = Vec::new();
    let mut day = None;
    for part in parts.iter().filter(|part| !part.is_empty()) {
        match GoodsLine::of(part)? {
            Part::Goods(mut one) => {
                one.weekday = one.weekday.or(day);
                all.push(one);
            }
            Part::Day(of_all) if all.is_empty() => day = Some(of_all),
            Part::Day(_) => return None,
        }
    }
    (parts.len() > 1 && !all.is_empty()).then_some(Line::Goods(all))
}

/// `Bonjour Anaïs, tomates 40` without what stands before the comma.
fn without_greeting(line: &str) -> &str {
    let Some((head, rest)) = line.split_once(',') else { return line };
    let said = plain(head);
    let words: Vec<&str> = said.split(' ').collect();
    if is_greeting(&words) { rest.trim() } else { line }
}

enum Part {
    Goods(GoodsLine),
    Day(Weekday),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Number(String),
    Word(String),
    Euro,
    At,
    Sign(char),
}

/// Numbers, words and signs of a line.
fn pieces(line: &str) -> Vec<Piece> {
    let line = line.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'").to_lowercase();
    let letters: Vec<char> = line.chars().collect();
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let from = at;
        let letter = letters[at];
        if letter.is_ascii_digit() {
            while is_digit(at) || (matches!(letters.get(at), Some(',' | '.')) && is_digit(at + 1)) {
                at += 1;
            }
            pieces.push(Piece::Number(letters[from..at].iter().collect()));
            continue;
        }
        if letter.is_alphabetic() {
            while letters.get(at).is_some_and(|c| c.is_alphabetic()) {
                at += 1;
            }
            let word: String = letters[from..at].iter().collect();
            let is_at = word == "à" || word == "a";
            pieces.push(if is_at { Piece::At } else { Piece::Word(word) });
            continue;
        }
        match letter {
            '€' => pieces.push(Piece::Euro),
            '@' => pieces.push(Piece::At),
            ' ' | '\'' | '(' | ')' | ',' | '.' => {}
            sign => pieces.push(Piece::Sign(sign)),
        }
        at += 1;
    }
    pieces
}

/// A line while it is read.
#[derive(Default)]
struct Draft {
    words: Vec<String>,
    quantity: Option<(Qty, Option<Counted>)>,
    price: Option<(Price, Option<Counted>)>,
    weekday: Option<Weekday>,
}

impl GoodsLine {
    /// `None` when something on the line is read twice, or not at all.
    fn of(line: &str) -> Option<Part> {
        let pieces = pieces(line);
        let mut draft = Draft::default();
        let mut at = 0;
        while at < pieces.len() {
            at += match &pieces[at] {
                Piece::Number(number) => draft.number(number, &pieces, at)?,
                Piece::Word(word) => draft.word(word, &pieces[at + 1..])?,
                Piece::At | Piece::Sign(':' | '-' | '–' | '=' | '/') => 1,
                Piece::Euro | Piece::Sign(_) => return None,
            };
        }
        let words = draft.words.join(" ");
        match (draft.quantity, draft.weekday) {
            (None, Some(day)) if words.is_empty() && draft.price.is_none() => Some(Part::Day(day)),
            (Some((quantity, unit)), weekday) if !words.is_empty() => {
                let (price, price_unit) = match draft.price {
                    Some((price, unit)) => (Some(price), unit),
                    None => (None, None),
                };
                let line = line.to_string();
                let own = GoodsLine { line, words, quantity, unit, price, price_unit, weekday };
                Some(Part::Goods(own))
            }
            _ => None,
        }
    }
}

impl Draft {
    /// A number is a price behind "à" or before "€", else the quantity; how many pieces it takes.
    fn number(&mut self, number: &str, pieces: &[Piece], at: usize) -> Option<usize> {
        let next = pieces.get(at + 1);
        let is_euro = |piece: Option<&Piece>| match piece {
            Some(Piece::Euro) => true,
            Some(Piece::Word(word)) => ["euro", "euros", "eur", "e"].contains(&word.as_str()),
            _ => false,
        };
        // `30-40` is no quantity, `1/2` neither.
        if matches!(next, Some(Piece::Sign('-' | '–' | '/')))
            && matches!(pieces.get(at + 2), Some(Piece::Number(_)))
        {
            return None;
        }
        let is_behind_at = at > 0 && pieces[at - 1] == Piece::At;
        if is_euro(next) || is_behind_at {
            if self.price.is_some() {
                return None;
            }
            let price = figure(number, 4).map(Price::new)?;
            let behind = at + 1 + usize::from(is_euro(next));
            let (unit, taken) = price_unit(pieces, behind, is_euro(next))?;
            self.price = Some((price, unit));
            return Some(1 + usize::from(is_euro(next)) + taken);
        }
        if self.quantity.is_some() {
            return None;
        }
        let counted = match next {
            Some(Piece::Word(word)) => unit(word),
            _ => None,
        };
        let value = i128::from(figure(number, 3)?);
        let (counted, factor) = counted.map_or((None, 1_000), |(one, of)| (Some(one), of.get()));
        let quantity = Qty::new(round_div(value * i128::from(factor), 1_000));
        self.quantity = Some((quantity, counted));
        Some(1 + usize::from(counted.is_some()))
    }

    /// A day, or a word of the goods; how many pieces it takes.
    fn word(&mut self, word: &str, rest: &[Piece]) -> Option<usize> {
        if let Some(day) = weekday(word) {
            if self.weekday.replace(day).is_some_and(|before| before != day) {
                return None;
            }
            return Some(1 + date(rest, self.words.is_empty()));
        }
        if !AROUND.contains(&plain(word).as_str()) {
            self.words.push(word.to_string());
        }
        Some(1)
    }
}

/// `24 novembre`, or `24` before a colon, behind a weekday: how many pieces. A bare number is a
/// date only where no goods stand before it.
fn date(rest: &[Piece], is_first: bool) -> usize {
    const MONTHS: [&str; 12] = [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ];
    let is_month = |word: &str| {
        let word = plain(word);
        word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&word))
    };
    match rest {
        [Piece::Number(_), Piece::Word(word), ..] if is_month(word) => 2,
        [Piece::Number(_), Piece::Sign(':'), ..] => 1,
        [Piece::Number(_)] if is_first => 1,
        [Piece::Number(_), Piece::Sign('/'), Piece::Number(_), ..] => 3,
        _ => 0,
    }
}

/// `/kg`, `le kilo`, `HT la botte` behind a price: the unit and how many pieces it takes. `None`
/// when a unit stands there that the price cannot be for (`à 40 kg`).
fn price_unit(pieces: &[Piece], from: usize, is_euro: bool) -> Option<(Option<Counted>, usize)> {
    let idle = |piece: &Piece| match piece {
        Piece::Word(word) => ["ht", "net", "le", "la", "l", "du", "par"].contains(&word.as_str()),
        Piece::Sign('/') => true,
        _ => false,
    };
    let skipped = pieces[from.min(pieces.len())..].iter().take_while(|piece| idle(piece)).count();
    match pieces.get(from + skipped) {
        Some(Piece::Word(word)) => match unit(word) {
            Some((counted, factor)) if factor.get() == 1_000 && (skipped > 0 || is_euro) => {
                Some((Some(counted), skipped + 1))
            }
            Some(_) => None,
            None => Some((None, skipped)),
        },
        _ => Some((None, skipped)),
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, &str); 7] = [
        ("lundi", "lun"),
        ("mardi", "mar"),
        ("mercredi", "mer"),
        ("jeudi", "jeu"),
        ("vendredi", "ven"),
        ("samedi", "sam"),
        ("dimanche", "dim"),
    ];
    let at = NAMES.iter().position(|(long, short)| word == *long || word == *short)?;
    Some(Weekday::ALL[at])
}

/// A number x 10^decimals that can be read in one way only.
fn figure(number: &str, decimals: u32) -> Option<i64> {
    let figure = Figure::of(number).ok()?;
    let sign = match figure.evidence() {
        Evidence::None => DecimalSign::Comma,
        Evidence::Says(sign) => sign,
        Evidence::Open(_) => return None,
    };
    figure.value(sign, decimals, false).ok().map(|(value, _)| value)
}
