//! A question, and how alike two words are. Accents, capitals, plurals and œ do not matter; a slip
//! of the pen costs rank, not the result.

use trade::calendar::{Day, IsoWeek};
use wire::list::matching::{is_idle, remembered_as, singular, slips, spelled_out};

/// The longest question that is looked at, in letters, and its most words.
const LETTERS_MAX: usize = 120;
const WORDS_MAX: usize = 8;

/// Signs of quality: lines of a list have them, names do not.
const LABELS: [&str; 6] = ["bio", "ab", "hve", "aop", "aoc", "igp"];

/// A word that is what it is compared with.
pub const SAME: u16 = 1_000;

/// A day as people write one: `24/11`, `24/11/2026`, `2026-11-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedDay {
    day: i32,
    month: i32,
    year: Option<i32>,
}

impl AskedDay {
    pub fn is(self, day: Day) -> bool {
        let (year, month, of_month) = day.ymd();
        (of_month, month) == (self.day, self.month) && self.year.is_none_or(|own| own == year)
    }
}

/// What somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Words that must be found, in the singular.
    pub words: Vec<String>,
    /// All letters and digits in a row: a number with its dashes is one word.
    pub joined: String,
    pub day: Option<AskedDay>,
    /// The number of a week in its year.
    pub week: Option<i32>,
}

impl Question {
    pub fn of(text: &str) -> Question {
        let text: String = text.chars().take(LETTERS_MAX).collect();
        let mut question = Question { joined: joined(&text), ..Question::default() };
        let mut parts = text.split_whitespace().peekable();
        let mut words = Vec::new();
        while let Some(part) = parts.next() {
            let number = |text: &&str| text.parse::<i32>().ok().filter(|n| (1..=53).contains(n));
            if let Some(day) = asked_day(part) {
                question.day = Some(day);
            } else if let Some(week) = asked_week(part) {
                question.week = Some(week);
            } else if remembered_as(part) == "semaine"
                && let Some(week) = parts.peek().and_then(number)
            {
                question.week = Some(week);
                parts.next();
            } else {
                words.extend(folded(part));
            }
        }
        // A word that only joins others says nothing, unless it is all there is.
        let tells = |word: &&String| !is_idle(word) && !LABELS.contains(&word.as_str());
        let telling: Vec<String> = words.iter().filter(tells).cloned().collect();
        question.words = if telling.is_empty() { words } else { telling };
        question.words.truncate(WORDS_MAX);
        question
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.day.is_none() && self.week.is_none()
    }

    /// A number of an order, a lot, an invoice: it has a digit, and its parts may have dashes.
    pub fn number(&self) -> Option<&str> {
        let has_digit = self.joined.bytes().any(|byte| byte.is_ascii_digit());
        (has_digit && self.day.is_none() && self.week.is_none()).then_some(self.joined.as_str())
    }
}

/// Small letters and digits without anything between them.
pub fn joined(text: &str) -> String {
    remembered_as(text).replace(' ', "")
}

/// The words of a name or of a part of a question, in the singular, short forms spelled out.
pub fn folded(text: &str) -> Vec<String> {
    let plain = remembered_as(text);
    let words = plain.split(' ').filter(|word| !word.is_empty()).flat_map(|word| {
        let one = singular(word);
        let long = spelled_out(&one).map(str::to_string).unwrap_or(one);
        long.split(' ').map(str::to_string).collect::<Vec<_>>()
    });
    words.collect()
}

fn asked_day(text: &str) -> Option<AskedDay> {
    if let Some(day) = Day::parse(text) {
        let (year, month, day) = day.ymd();
        return Some(AskedDay { day, month, year: Some(year) });
    }
    let mut parts = text.split('/').map(str::parse::<i32>);
    let (day, month) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let year = match parts.next() {
        None => None,
        Some(year) => Some(year.ok().map(|year| if year < 100 { 2_000 + year } else { year })?),
    };
    // A leap year: the 29th of February may be asked for without saying which.
    Day::from_ymd(year.unwrap_or(2_028), month, day)?;
    parts.next().is_none().then_some(AskedDay { day, month, year })
}

fn asked_week(text: &str) -> Option<i32> {
    if text.contains(['W', 'w', '-']) {
        return IsoWeek::parse(text).map(|week| week.week());
    }
    let number = text.strip_prefix(['s', 'S'])?.parse().ok()?;
    (1..=53).contains(&number).then_some(number)
}

/// Which letters a word has: two words with many different ones are not compared further.
pub fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |set, byte| {
        set | 1
            << match byte {
                b'a'..=b'z' => u32::from(byte - b'a'),
                b'0'..=b'9' => 26 + u32::from(byte - b'0'),
                _ => 40 + u32::from(byte % 20),
            }
    })
}

/// How many slips a word of a question may have: none in short ones and in numbers.
fn forgiven(asked: &str) -> usize {
    match asked.chars().count() {
        _ if asked.bytes().any(|byte| byte.is_ascii_digit()) => 0,
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// How alike a word of a question is to a word of a name, from 0 to [`SAME`]. Both are folded;
/// the question's may be the beginning of the other.
pub fn likeness(asked: &str, letters_asked: u64, word: &str, letters_word: u64) -> u16 {
    if asked == word {
        return SAME;
    }
    let length = asked.len();
    let is_number = asked.bytes().all(|byte| byte.is_ascii_digit());
    if length >= if is_number { 4 } else { 2 } && word.starts_with(asked) {
        return 900 - (10 * (word.len() - length)).min(150) as u16;
    }
    let most = forgiven(asked);
    // Every slip brings at most one letter more on each side.
    if most > 0 && (letters_asked & !letters_word).count_ones() as usize <= most {
        let is_near = (letters_word & !letters_asked).count_ones() as usize <= most;
        if is_near && word.len().abs_diff(length) <= 2 * most {
            let found = slips(asked, word);
            if found <= most {
                return 800 - 110 * found as u16;
            }
        }
        // A slip in what has been typed so far of a longer word.
        if length >= 5 && word.len() > length {
            let begins = [length - 1, length, length + 1].into_iter();
            let begins = begins.filter_map(|end| word.get(..end));
            let begins = begins.filter(|begin| {
                let own = letters(begin);
                let differ = |a: u64, b: u64| (a & !b).count_ones();
                differ(letters_asked, own) <= 1 && differ(own, letters_asked) <= 1
            });
            if begins.map(|begin| slips(asked, begin)).min().is_some_and(|found| found <= 1) {
                return 600;
            }
        }
    }
    if length >= 4 && !is_number && word.contains(asked) { 500 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(asked: &str, name: &str) -> u16 {
        let (asked, name) = (folded(asked), folded(name));
        let (asked, name) = (&asked[0], &name[0]);
        likeness(asked, letters(asked), name, letters(name))
    }

    #[test]
    fn words_are_found_as_people_type_them() {
        for (asked, name) in [
            ("oeufs", "Œuf"),
            ("ŒUF", "oeufs"),
            ("carottes", "Carotte"),
            ("courjette", "Courgette"),
            ("carrotte", "Carotte"),
            ("aricot", "haricots"),
            ("haircot", "haricot"),
            ("brocolli", "Brocoli"),
            ("épinar", "epinards"),
            ("mermz", "Mermoz"),
            ("clemntine", "Clémentine"),
            ("garrigeu", "Garrigues"),
            ("aubregin", "aubergine"),
        ] {
            assert!(alike(asked, name) > 0, "{asked} / {name}");
        }
    }

    #[test]
    fn what_is_another_word_is_not_found() {
        for (asked, name) in [
            ("poire", "poivron"),
            ("ail", "aile"),
            ("chou", "choix"),
            ("menthe", "mangue"),
            ("1234", "1243"),
        ] {
            let found = alike(asked, name);
            // "ail" begins "aile": that much is meant.
            assert!(found == 0 || name.starts_with(asked), "{asked} / {name}: {found}");
        }
    }

    #[test]
    fn the_nearer_word_is_before_the_farther() {
        let order = ["carotte", "carottes nouvelles", "carote", "carotteraie"];
        let scores: Vec<u16> = order.iter().map(|name| alike("carotte", name)).collect();
        assert!(scores[0] == SAME && scores[1] == SAME, "{scores:?}");
        assert!(scores[3] > scores[2] && scores[2] > 0, "{scores:?}");
    }

    #[test]
    fn a_question_has_words_days_weeks_and_numbers() {
        let question = Question::of("Lots de carottes 24/11 S48");
        assert_eq!(question.words, ["lot", "carotte"]);
        let day = Day::parse("2026-11-24").expect("a day");
        assert!(question.day.is_some_and(|asked| asked.is(day) && !asked.is(day.plus_days(1))));
        assert_eq!(question.week, Some(48));
        assert_eq!(Question::of("pdt").words, ["pomme", "terre"]);
        assert_eq!(Question::of("semaine 7 mermoz").week, Some(7));
        assert_eq!(Question::of("de la").words, ["de", "la"]);
        assert_eq!(Question::of("F2026-000123").number(), Some("f2026000123"));
        assert_eq!(Question::of("carotte").number(), None);
        assert_eq!(Question::of("31/02").day, None);
        assert!(Question::of("  ").is_empty());
        assert!(Question::of(&"x ".repeat(500)).words.len() <= WORDS_MAX);
    }
}
