//! The law as data: dated tables from `seeds/`, read once. Sources stand beside each row there.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use trade::calendar::{ClosedPeriod, Closure, Day, ServiceCalendar};
use trade::catalog::{
    EgalimCategory, Label, LabelRow, LabelTable, TemperatureClass, VatKind, VatRow, VatTable,
};
use trade::unit::Rate;

const VAT_RATES: &str = include_str!("../../../seeds/vat_rates.csv");
const LABELS: &str = include_str!("../../../seeds/labels.csv");
const CALENDAR: &str = include_str!("../../../seeds/calendar_zone_c.csv");
const MENTIONS: &str = include_str!("../../../seeds/legal_mentions.csv");
const TEMPERATURES: &str = include_str!("../../../seeds/temperatures.csv");
const GIFT_VALUES: &str = include_str!("../../../seeds/gift_values.csv");

/// One row of a seed, by the names of its header.
pub(crate) type SeedRow = BTreeMap<String, String>;

/// Reads a seed file. Seeds are compiled in and tested: one that does not read is a broken build.
pub(crate) fn seed_rows(text: &str) -> Vec<SeedRow> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a seed row fits its header")).collect()
}

fn day(row: &SeedRow, column: &str) -> Day {
    Day::parse(&row[column]).expect("a seed date is written 2026-09-01")
}

fn last_day(row: &SeedRow, column: &str) -> Option<Day> {
    (!row[column].is_empty()).then(|| day(row, column))
}

/// VAT rates by kind of goods. Rows of the seed for which the trade has no kind are left out.
pub fn vat_table() -> &'static VatTable {
    static TABLE: OnceLock<VatTable> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = seed_rows(VAT_RATES);
        VatTable(rows.iter().filter_map(vat_row).collect())
    })
}

fn vat_row(row: &SeedRow) -> Option<VatRow> {
    Some(VatRow {
        kind: VatKind::parse(&row["category"])?,
        from: day(row, "valid_from"),
        to: last_day(row, "valid_to"),
        rate: rate(row),
    })
}

fn rate(row: &SeedRow) -> Rate {
    Rate::new(row["rate_bp"].parse().expect("a seed rate is whole basis points"))
}

/// The flat-rate refund of farms outside VAT, for plants (*remboursement forfaitaire agricole*).
/// It is the State that pays it: it stands on the yearly attestation, never on a price.
pub fn flat_refund(on: Day) -> Option<Rate> {
    static ROWS: OnceLock<Vec<(Day, Option<Day>, Rate)>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let rows = seed_rows(VAT_RATES);
        let plants = rows.iter().filter(|row| row["category"] == "flat_refund_plants");
        plants.map(|row| (day(row, "valid_from"), last_day(row, "valid_to"), rate(row))).collect()
    });
    let holds = |row: &&(Day, Option<Day>, Rate)| row.0 <= on && row.1.is_none_or(|to| on <= to);
    rows.iter().find(holds).map(|row| row.2)
}

/// When a label counts for a canteen, and as what.
pub fn label_table() -> &'static LabelTable {
    static TABLE: OnceLock<LabelTable> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = seed_rows(LABELS);
        LabelTable(rows.iter().filter_map(label_row).collect())
    })
}

fn label_row(row: &SeedRow) -> Option<LabelRow> {
    let label = match row["code"].as_str() {
        "bio" => Label::Organic,
        code => Label::parse(code)?,
    };
    let category = match row["egalim_category"].as_str() {
        "BIO" => EgalimCategory::Organic,
        "LABEL_ROUGE" | "AOCAOP" | "IGP" | "STG" => EgalimCategory::Siqo,
        _ => EgalimCategory::OtherEgalim,
    };
    let (from, to) = (day(row, "counts_from"), last_day(row, "counts_to"));
    Some(LabelRow { label, category, from, to })
}

/// School holidays of zone C and public holidays. Days outside of the seed count as open.
pub fn service_calendar() -> &'static ServiceCalendar {
    static CLOSED: OnceLock<ServiceCalendar> = OnceLock::new();
    CLOSED.get_or_init(|| {
        let rows = seed_rows(CALENDAR);
        ServiceCalendar { closed: rows.iter().map(closed_period).collect() }
    })
}

fn closed_period(row: &SeedRow) -> ClosedPeriod {
    let closure = match row["kind"].as_str() {
        "public" => Closure::PublicHoliday,
        _ => Closure::SchoolHoliday,
    };
    ClosedPeriod { from: day(row, "from"), to: day(row, "to"), closure, name: row["name"].clone() }
}

/// A sentence that the law wants on a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// `late_penalties`, `self_billing`...
    pub code: String,
    /// `invoice`, `self_bill`, `purchase_slip`, `delivery_note`...
    pub document: String,
    pub from: Day,
    pub to: Option<Day>,
    /// French, with `{words}` that [`fill`] replaces.
    pub text: String,
    pub source: String,
    /// A text saying so was read.
    pub checked: bool,
}

/// All mentions of the table, in its order.
pub fn mentions() -> &'static [Mention] {
    static ALL: OnceLock<Vec<Mention>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mention = |row: &SeedRow| Mention {
            code: row["code"].clone(),
            document: row["document"].clone(),
            from: day(row, "valid_from"),
            to: last_day(row, "valid_to"),
            text: row["text_fr"].clone(),
            source: row["source"].clone(),
            checked: row["checked"] == "1",
        };
        seed_rows(MENTIONS).iter().map(mention).collect()
    })
}

/// The mention in force on a day; `None` when there is none.
pub fn mention(code: &str, on: Day) -> Option<&'static Mention> {
    let holds = |mention: &&Mention| {
        mention.code == code && mention.from <= on && mention.to.is_none_or(|to| on <= to)
    };
    mentions().iter().find(holds)
}

/// A mention's text with its `{words}` replaced.
pub fn fill(text: &str, words: &[(&str, &str)]) -> String {
    words
        .iter()
        .fold(text.to_string(), |text, (word, value)| text.replace(&format!("{{{word}}}"), value))
}

/// What food given to an association counts for: the part of its cost price, and why in French.
/// `saleable` or `downgraded`; `None` for another code, or before the table begins.
pub fn gift_value(code: &str, on: Day) -> Option<(Rate, String)> {
    static ROWS: OnceLock<Vec<SeedRow>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| seed_rows(GIFT_VALUES));
    let holds = |row: &&SeedRow| {
        let to = last_day(row, "valid_to");
        row["code"] == code && day(row, "valid_from") <= on && to.is_none_or(|to| on <= to)
    };
    rows.iter().find(holds).map(|row| (rate(row), row["name_fr"].clone()))
}

/// The warmest that goods of a class may be at the dock, in tenths of a degree; `None` where no
/// text sets a limit.
pub fn most_celsius_dc(class: TemperatureClass) -> Option<i64> {
    static LIMITS: OnceLock<Vec<SeedRow>> = OnceLock::new();
    let rows = LIMITS.get_or_init(|| seed_rows(TEMPERATURES));
    let row = rows.iter().find(|row| row["class"] == class.code())?;
    row["max_celsius_x10"].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trade::calendar::IsoWeek;
    use trade::catalog::Labels;

    fn on(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn food_has_its_rate_on_both_sides_of_the_new_code() {
        for day in ["2026-08-31", "2026-09-01"] {
            assert_eq!(vat_table().rate(VatKind::Food, on(day)), Some(Rate::new(550)));
            assert_eq!(vat_table().rate(VatKind::Catering, on(day)), Some(Rate::new(1_000)));
            assert_eq!(vat_table().rate(VatKind::Standard, on(day)), Some(Rate::new(2_000)));
            assert_eq!(flat_refund(on(day)), Some(Rate::new(443)));
        }
        assert_eq!(vat_table().rate(VatKind::Food, on("2013-12-31")), None);
        assert_eq!(flat_refund(on("2013-12-31")), None);
    }

    #[test]
    fn every_kind_of_vat_and_every_label_has_a_row() {
        for kind in VatKind::ALL {
            assert!(vat_table().rate(kind, on("2026-11-24")).is_some(), "{kind:?}");
        }
        for label in Label::ALL {
            assert!(label_table().0.iter().any(|row| row.label == label), "{label:?}");
        }
    }

    #[test]
    fn a_purchase_counts_once_in_its_best_category() {
        let category = |labels| label_table().category(labels, on("2026-11-24"));
        let organic = Labels::of(&[Label::Organic, Label::Hve]);
        assert_eq!(category(organic), EgalimCategory::Organic);
        assert_eq!(category(Labels::of(&[Label::Aop])), EgalimCategory::Siqo);
        assert_eq!(category(Labels::of(&[Label::Hve])), EgalimCategory::OtherEgalim);
        assert_eq!(category(Labels::NONE), EgalimCategory::None);
        let before = label_table().category(organic, on("2021-12-31"));
        assert_eq!(before, EgalimCategory::None);
    }

    #[test]
    fn kitchens_are_closed_in_holidays_of_zone_c() {
        let calendar = service_calendar();
        let days = |week: &str| calendar.school_days(IsoWeek::parse(week).expect("a week"));
        assert_eq!(days("2026-W47"), 5);
        assert_eq!(days("2026-W43"), 0, "All Saints' holidays");
        assert_eq!(days("2026-W46"), 4, "11 November");
        assert!(calendar.is_public_holiday(on("2026-12-25")));
        assert!(!calendar.is_public_holiday(on("2026-12-24")));
    }

    #[test]
    fn mentions_change_on_their_day_and_are_filled() {
        let old = mention("self_billing", on("2026-08-31")).expect("in force");
        let new = mention("self_billing", on("2026-09-01")).expect("in force");
        assert_ne!(old.source, new.source);
        let words = [("hub", "Le Carreau"), ("producer", "Mas"), ("mandate_on", "1er mai 2025")];
        let text = fill(&new.text, &words);
        assert!(text.contains("établie par Le Carreau au nom et pour le compte de Mas"), "{text}");
        assert!(!text.contains('{'), "{text}");
        assert_eq!(mention("self_billing", on("2013-12-31")), None);
        assert_eq!(mention("nothing", on("2026-09-01")), None);
        assert!(mentions().iter().any(|mention| !mention.checked));
    }

    #[test]
    fn only_cut_vegetables_have_a_limit() {
        assert_eq!(most_celsius_dc(TemperatureClass::Chilled), Some(40));
        assert_eq!(most_celsius_dc(TemperatureClass::Fresh), None);
        assert_eq!(most_celsius_dc(TemperatureClass::Ambient), None);
    }
}
