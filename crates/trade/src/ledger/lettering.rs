//! Lettering (*lettrage*): what an invoice and its payments share once they settle each other.

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::unit::Cents;

/// A line that settles or is settled: lines with one key belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settling<K> {
    pub key: K,
    pub day: Day,
    pub debit: Cents,
    pub credit: Cents,
}

/// The letters of each line and the day on which it was settled; `None` while something of its key
/// is open. Letters go from A in the order in which keys were settled. Shape: one per line.
pub fn letters<K: Ord + Clone>(lines: &[Settling<K>]) -> Vec<Option<(String, Day)>> {
    let mut sums: BTreeMap<&K, (i64, usize, Day)> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(&line.key).or_insert((0, 0, line.day));
        sum.0 += line.debit.get() - line.credit.get();
        sum.1 += 1;
        sum.2 = sum.2.max(line.day);
    }
    let settled = sums.into_iter().filter(|(_, (left, count, _))| *left == 0 && *count > 1);
    let mut settled: Vec<(Day, &K)> = settled.map(|(key, (_, _, day))| (day, key)).collect();
    settled.sort();
    let named = (0..).zip(settled).map(|(at, (day, key))| (key, (name(at), day)));
    let named: BTreeMap<&K, (String, Day)> = named.collect();
    lines.iter().map(|line| named.get(&line.key).cloned()).collect()
}

/// A, B … Z, AA, AB …
fn name(at: usize) -> String {
    let letter = char::from(b'A' + (at % 26) as u8);
    match at / 26 {
        0 => letter.to_string(),
        more => format!("{}{letter}", name(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_settles_each_other_shares_letters() {
        let line = |key: &'static str, day: &str, debit: i64, credit: i64| Settling {
            key,
            day: Day::parse(day).expect("a day"),
            debit: Cents::new(debit),
            credit: Cents::new(credit),
        };
        let told = |lines: &[Settling<&str>]| {
            let shown = letters(lines).into_iter();
            let shown = shown
                .map(|one| one.map_or("-".into(), |(letters, day)| format!("{letters} {day}")));
            shown.collect::<Vec<String>>().join(", ")
        };
        let sold = [line("F1", "2026-11-01", 100, 0), line("F2", "2026-11-02", 50, 0)];
        assert_eq!(told(&sold), "-, -");
        let paid = [&sold[..], &[line("F2", "2026-11-09", 0, 50), line("F1", "2026-11-20", 0, 60)]];
        assert_eq!(told(&paid.concat()), "-, A 2026-11-09, A 2026-11-09, -");
        let all = [&paid.concat()[..], &[line("F1", "2026-11-21", 0, 40)]].concat();
        assert_eq!(
            told(&all),
            "B 2026-11-21, A 2026-11-09, A 2026-11-09, B 2026-11-21, \
            B 2026-11-21"
        );
        // Taken back and paid anew: four lines in one.
        let back = [&all[..], &[line("F2", "2026-11-30", 50, 0)]].concat();
        assert_eq!(told(&back), "A 2026-11-21, -, -, A 2026-11-21, A 2026-11-21, -");
        let names: Vec<String> = [0, 25, 26, 701, 702].into_iter().map(name).collect();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
