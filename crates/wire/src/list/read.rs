//! From bytes to a preview: one guess after the other, then the rows.

use trade::calendar::Day;

use super::bytes::{self, Encoding, Separator, guess_encoding, guess_separator};
use super::choice::Choice;
use super::day::{DayOrder, DayText, french};
use super::grid::{Cell, Line, Sheet};
use super::layout::{Layout, layout, shown};
use super::number::{DecimalSign, Evidence, Figure};
use super::row::{Habits, Reading};
use super::words::{Role, titles};
use super::{
    About, Alternative, BYTES_MAX, Guess, LeftOut, ListFile, ListPreview, WhyLeftOut, book,
};
use crate::pack::Fault;

/// The last choice that says something of one thing.
fn chosen<T>(choices: &[Choice], said: impl Fn(&Choice) -> Option<T>) -> Option<T> {
    choices.iter().rev().find_map(said)
}

pub fn read(file: &ListFile, choices: &[Choice]) -> Result<ListPreview, Fault> {
    let refuse = |line: u64, reason: String| Fault::new(file.name, line, "", "", reason);
    if file.bytes.len() > BYTES_MAX {
        let reason = format!("ce fichier dépasse {} Mo : coupez la liste.", BYTES_MAX >> 20);
        return Err(refuse(0, reason));
    }
    let mut guesses = Vec::new();
    let sheet = match file.bytes {
        [b'P', b'K', ..] => {
            let sheets = book::sheets(file.bytes).map_err(|reason| refuse(0, reason))?;
            choose_sheet(sheets, choices, &mut guesses)
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            let reason = "c'est un ancien classeur (.xls), ou il a un mot de passe. \
                          Enregistrez-le en .xlsx sans mot de passe, ou en CSV UTF-8.";
            return Err(refuse(0, reason.into()));
        }
        [b'%', b'P', b'D', b'F', ..] => {
            return Err(refuse(0, "c'est un PDF : il faut un classeur .xlsx ou un CSV.".into()));
        }
        bytes => text_sheet(bytes, choices, &mut guesses).map_err(|(at, why)| refuse(at, why))?,
    };
    if sheet.lines.is_empty() {
        return Err(refuse(0, "ce fichier est vide.".into()));
    }
    let layout = layout(&sheet, choices, &mut guesses);
    let body = &sheet.lines[layout.heading.map_or(0, |at| at + 1)..];
    let decimals = decimals(body, &layout, choices, &mut guesses);
    let (order, since) = days(body, &layout, file.today, choices, &mut guesses);
    let keep = choices.iter().filter_map(|choice| match choice {
        Choice::Keep(line) => Some(*line),
        _ => None,
    });
    let habits = Habits { decimals, order, since, keep: keep.collect() };
    let mut reading = Reading::new(&layout, habits);
    for line in &sheet.lines[..layout.heading.unwrap_or(0)] {
        let (line, shown) = (line.number, shown(line));
        reading.left_out.push(LeftOut { line, why: WhyLeftOut::Above, shown });
    }
    let titles = layout.heading.map(|at| &sheet.lines[at]);
    body.iter().for_each(|line| reading.take(line, titles));
    guesses.extend(totals(&reading));
    Ok(ListPreview { guesses, rows: reading.rows, left_out: reading.left_out })
}

fn text_sheet(
    bytes: &[u8],
    choices: &[Choice],
    guesses: &mut Vec<Guess>,
) -> Result<Sheet, (u64, String)> {
    let said = chosen(choices, |choice| match choice {
        Choice::Encoding(one) => Some(*one),
        _ => None,
    });
    let (encoding, is_doubtful) = match said {
        Some(one) => (one, false),
        None => guess_encoding(bytes).map_err(|why| (0, why))?,
    };
    let text = encoding
        .decode(bytes)
        .ok_or_else(|| (0, format!("ce fichier n'est pas en {}.", encoding.french())))?;
    let others = Encoding::ALL.into_iter().filter(|one| *one != encoding);
    let others = others.filter(|one| one.decode(bytes).is_some());
    let alternatives =
        others.map(|one| Alternative { label: one.french().into(), choice: Choice::Encoding(one) });
    guesses.push(Guess {
        about: About::Encoding,
        sentence: format!("Le codage des lettres est {}.", encoding.french()),
        is_doubtful,
        is_chosen: said.is_some(),
        alternatives: alternatives.collect(),
    });
    let said = chosen(choices, |choice| match choice {
        Choice::Separator(one) => Some(*one),
        _ => None,
    });
    let (separator, is_doubtful) = match said {
        Some(one) => (one, false),
        None => guess_separator(&text),
    };
    let others = Separator::ALL.into_iter().filter(|one| *one != separator);
    let alternatives = others
        .map(|one| Alternative { label: one.french().into(), choice: Choice::Separator(one) });
    guesses.push(Guess {
        about: About::Separator,
        sentence: format!("Le signe entre les colonnes est : {}.", separator.french()),
        is_doubtful,
        is_chosen: said.is_some(),
        alternatives: alternatives.collect(),
    });
    bytes::sheet(&text, separator)
}

fn choose_sheet(mut sheets: Vec<Sheet>, choices: &[Choice], guesses: &mut Vec<Guess>) -> Sheet {
    let said = chosen(choices, |choice| match choice {
        Choice::Sheet(rank) => Some(*rank),
        _ => None,
    });
    let score = |sheet: &Sheet| {
        let lines = sheet.lines.iter().take(super::layout::HEADING_MAX);
        let best = lines.map(titles).max().unwrap_or(0);
        (best >= 2, !sheet.lines.is_empty())
    };
    let scores: Vec<_> = sheets.iter().map(score).collect();
    let best = scores.iter().max().copied().unwrap_or_default();
    let guessed = scores.iter().position(|one| *one == best).unwrap_or(0);
    let rank = said.filter(|rank| *rank < sheets.len()).unwrap_or(guessed);
    if sheets.len() > 1 {
        let rivals = scores.iter().filter(|one| one.1 && **one == best).count();
        let others = sheets.iter().enumerate().filter(|(at, _)| *at != rank);
        let alternatives = others.map(|(at, sheet)| Alternative {
            label: format!("Feuille « {} »", sheet.name),
            choice: Choice::Sheet(at),
        });
        guesses.push(Guess {
            about: About::Sheet,
            sentence: format!("La feuille lue est « {} ».", sheets[rank].name),
            is_doubtful: said.is_none() && rivals > 1,
            is_chosen: said.is_some(),
            alternatives: alternatives.collect(),
        });
    }
    sheets.swap_remove(rank)
}

/// The texts of the cells of some roles.
fn texts<'body>(
    body: &'body [Line],
    layout: &'body Layout,
    roles: &'body [Role],
) -> impl Iterator<Item = &'body str> {
    let is_quantity = roles.contains(&Role::Quantity);
    let dated = layout.days.iter().filter(move |_| is_quantity).map(|(place, _)| *place);
    let cells = roles.iter().filter_map(|role| layout.place(*role)).chain(dated);
    let cells = cells.flat_map(move |place| body.iter().map(move |line| line.cell(place)));
    cells.filter_map(|cell| if let Cell::Text(text) = cell { Some(text.as_str()) } else { None })
}

/// Which sign begins the decimals. `None`: no text of a number has a sign.
fn decimals(
    body: &[Line],
    layout: &Layout,
    choices: &[Choice],
    guesses: &mut Vec<Guess>,
) -> (DecimalSign, bool) {
    let figures = texts(body, layout, &[Role::Quantity, Role::Price]);
    let told: Vec<Evidence> =
        figures.filter_map(|text| Figure::of(text).ok()).map(|one| one.evidence()).collect();
    let says = |sign| told.iter().filter(|one| **one == Evidence::Says(sign)).count();
    let (commas, points) = (says(DecimalSign::Comma), says(DecimalSign::Point));
    let opens = told.iter().filter(|one| matches!(one, Evidence::Open(_))).count();
    let said = chosen(choices, |choice| match choice {
        Choice::Decimals(sign) => Some(*sign),
        _ => None,
    });
    let guessed = if points > commas { DecimalSign::Point } else { DecimalSign::Comma };
    let sign = said.unwrap_or(guessed);
    if commas + points + opens == 0 {
        return (sign, said.is_some());
    }
    let (is, other) = match sign {
        DecimalSign::Comma => ("une virgule : 1 234,50", DecimalSign::Point),
        DecimalSign::Point => ("un point : 1,234.50", DecimalSign::Comma),
    };
    let label = match other {
        DecimalSign::Comma => "Une virgule : 1 234,50",
        DecimalSign::Point => "Un point : 1,234.50",
    };
    let is_settled = said.is_some() || opens == 0 || (commas > 0) != (points > 0);
    guesses.push(Guess {
        about: About::Decimals,
        sentence: format!("Le signe des décimales est {is}."),
        is_doubtful: !is_settled,
        is_chosen: said.is_some(),
        alternatives: vec![Alternative { label: label.into(), choice: Choice::Decimals(other) }],
    });
    (sign, said.is_some())
}

/// Which number of `03/04` is the day, and around which day those without a year are.
fn days(
    body: &[Line],
    layout: &Layout,
    today: Day,
    choices: &[Choice],
    guesses: &mut Vec<Guess>,
) -> (DayOrder, Day) {
    let titles = layout.days.iter().map(|(_, title)| title.as_str());
    let told: Vec<DayText> = texts(body, layout, &[Role::Day])
        .chain(titles)
        .filter_map(|text| DayText::of(text).ok())
        .collect();
    let said = chosen(choices, |choice| match choice {
        Choice::DayOrder(order) => Some(*order),
        _ => None,
    });
    let says = |order| told.iter().any(|one| one.evidence() == Some(order));
    let (first, second) = (says(DayOrder::DayFirst), says(DayOrder::MonthFirst));
    let guessed = if second && !first { DayOrder::MonthFirst } else { DayOrder::DayFirst };
    let order = said.unwrap_or(guessed);
    let has_open = told.iter().any(DayText::is_open);
    if first || second || has_open {
        let (is, label, other) = match order {
            DayOrder::DayFirst => {
                ("le jour puis le mois", "Le mois puis le jour", DayOrder::MonthFirst)
            }
            DayOrder::MonthFirst => {
                ("le mois puis le jour", "Le jour puis le mois", DayOrder::DayFirst)
            }
        };
        guesses.push(Guess {
            about: About::DayOrder,
            sentence: format!("Les dates sont écrites {is} (03/04)."),
            is_doubtful: said.is_none() && (has_open && !(first || second) || first && second),
            is_chosen: said.is_some(),
            alternatives: vec![Alternative {
                label: label.into(),
                choice: Choice::DayOrder(other),
            }],
        });
    }
    let said = chosen(choices, |choice| match choice {
        Choice::Since(day) => Some(*day),
        _ => None,
    });
    let since = said.unwrap_or(today.plus_days(1));
    if told.iter().any(DayText::is_undated) {
        let label = |day: Day| format!("À partir du {}", french(day));
        let other = |days: i32| {
            let day = since.plus_days(days);
            Alternative { label: label(day), choice: Choice::Since(day) }
        };
        guesses.push(Guess {
            about: About::Week,
            sentence: format!(
                "Des jours sont sans année ou sans semaine : ce sont ceux à partir du {}.",
                french(since)
            ),
            is_doubtful: said.is_none(),
            is_chosen: said.is_some(),
            alternatives: vec![other(7), other(-7)],
        });
    }
    (order, since)
}

/// The lines left out as sums.
fn totals(reading: &Reading) -> Option<Guess> {
    let is_total = |one: &&LeftOut| one.why == WhyLeftOut::Total;
    let left: Vec<&LeftOut> = reading.left_out.iter().filter(is_total).collect();
    let lines: Vec<String> = left.iter().map(|one| one.line.to_string()).collect();
    let sentence = match lines.len() {
        0 => return None,
        1 => format!("La ligne {} est un total : elle n'est pas lue.", lines[0]),
        _ => format!("Les lignes {} sont des totaux : elles ne sont pas lues.", lines.join(", ")),
    };
    let alternatives = left.iter().map(|one| Alternative {
        label: format!("La ligne {} est un produit : {}", one.line, one.shown),
        choice: Choice::Keep(one.line),
    });
    Some(Guess {
        about: About::Total,
        sentence,
        is_doubtful: reading.has_doubtful_total,
        is_chosen: false,
        alternatives: alternatives.collect(),
    })
}
