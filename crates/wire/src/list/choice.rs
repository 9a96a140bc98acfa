//! What a person may choose, as a value and as the text of a form.

use trade::calendar::Day;

use super::bytes::{Encoding, Separator};
use super::day::DayOrder;
use super::number::DecimalSign;
use super::words::Role;

/// One guess corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Encoding(Encoding),
    Separator(Separator),
    /// The sheet of a workbook, from 0 among those that are seen.
    Sheet(usize),
    /// The line of the titles as the spreadsheet shows it; `None`: there are no titles.
    Heading(Option<u64>),
    /// The column of a role, from 0; `None`: there is none.
    Column(Role, Option<usize>),
    Decimals(DecimalSign),
    DayOrder(DayOrder),
    /// Weekdays without a date are the first from this day.
    Since(Day),
    /// This line looks like a sum and is goods.
    Keep(u64),
}

impl Choice {
    /// `column:price=3`, for a form's field. [`Choice::parse`] reads it.
    pub fn code(&self) -> String {
        let place = |place: &Option<usize>| place.map_or("none".into(), |place| place.to_string());
        match self {
            Choice::Encoding(one) => format!("encoding={}", one.code()),
            Choice::Separator(one) => format!("separator={}", one.code()),
            Choice::Sheet(rank) => format!("sheet={rank}"),
            Choice::Heading(None) => "heading=none".into(),
            Choice::Heading(Some(line)) => format!("heading={line}"),
            Choice::Column(role, at) => format!("column:{}={}", role.code(), place(at)),
            Choice::Decimals(DecimalSign::Comma) => "decimals=comma".into(),
            Choice::Decimals(DecimalSign::Point) => "decimals=point".into(),
            Choice::DayOrder(DayOrder::DayFirst) => "days=day".into(),
            Choice::DayOrder(DayOrder::MonthFirst) => "days=month".into(),
            Choice::Since(day) => format!("since={day}"),
            Choice::Keep(line) => format!("keep={line}"),
        }
    }

    /// `None` for what no form of ours sends.
    pub fn parse(code: &str) -> Option<Choice> {
        let (about, said) = code.split_once('=')?;
        let number = || said.parse::<usize>().ok();
        Some(match about {
            "encoding" => {
                Choice::Encoding(Encoding::ALL.into_iter().find(|one| one.code() == said)?)
            }
            "separator" => {
                Choice::Separator(Separator::ALL.into_iter().find(|one| one.code() == said)?)
            }
            "sheet" => Choice::Sheet(number()?),
            "heading" if said == "none" => Choice::Heading(None),
            "heading" => Choice::Heading(Some(said.parse().ok()?)),
            "decimals" if said == "comma" => Choice::Decimals(DecimalSign::Comma),
            "decimals" if said == "point" => Choice::Decimals(DecimalSign::Point),
            "days" if said == "day" => Choice::DayOrder(DayOrder::DayFirst),
            "days" if said == "month" => Choice::DayOrder(DayOrder::MonthFirst),
            "since" => Choice::Since(Day::parse(said)?),
            "keep" => Choice::Keep(said.parse().ok()?),
            _ => {
                let name = about.strip_prefix("column:")?;
                let role = Role::ALL.into_iter().find(|role| role.code() == name)?;
                let place = if said == "none" { None } else { Some(number()?) };
                Choice::Column(role, place)
            }
        })
    }
}
