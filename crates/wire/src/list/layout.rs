//! Where the titles stand, and which column holds what.

use super::bytes::oddity;
use super::choice::Choice;
use super::day::DayText;
use super::grid::{Cell, Line, Sheet};
use super::number::Figure;
use super::words::{self, Counted, Role, Title, title};
use super::{About, Alternative, Guess};

/// Lines from the top among which the titles are looked for.
pub const HEADING_MAX: usize = 40;

/// The columns of one sheet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The place of the titles among the sheet's lines.
    pub heading: Option<usize>,
    places: Vec<(Role, usize)>,
    titles: Vec<String>,
    /// Columns that hold the quantities of one day each, with the day's text.
    pub days: Vec<(usize, String)>,
}

impl Layout {
    pub fn place(&self, role: Role) -> Option<usize> {
        self.places.iter().find(|(one, _)| *one == role).map(|(_, place)| *place)
    }

    /// The title of a column, or its letter: `prix HT`, `colonne C`.
    pub fn name(&self, place: usize) -> String {
        match self.titles.get(place).map_or("", String::as_str) {
            "" => format!("colonne {}", letters(place)),
            title => title.to_string(),
        }
    }

    /// The unit that a title tells for the whole column: `Quantité (kg)`.
    pub fn unit(&self, role: Role) -> Option<Counted> {
        let title = words::plain(self.titles.get(self.place(role)?)?);
        let (unit, factor) = words::unit(title.split(' ').next_back()?)?;
        (factor.get() == 1_000 && title != "u" && title != "unite").then_some(unit)
    }
}

/// `A` to `Z`, then `AA`.
fn letters(place: usize) -> String {
    let letter = |rank: usize| char::from(b'A' + (rank % 26) as u8);
    match place {
        0..26 => letter(place).to_string(),
        _ => format!("{}{}", letter(place / 26 - 1), letter(place)),
    }
}

/// Guesses the layout of a sheet, and tells each guess.
pub fn layout(sheet: &Sheet, choices: &[Choice], guesses: &mut Vec<Guess>) -> Layout {
    let (heading, guess) = heading(sheet, choices);
    guesses.push(guess);
    let titles = match heading.map(|at| &sheet.lines[at]) {
        Some(line) => line.cells.iter().map(Cell::shown).collect(),
        None => Vec::new(),
    };
    let mut layout = Layout { heading, titles, ..Layout::default() };
    let body = &sheet.lines[heading.map_or(0, |at| at + 1)..];
    let columns: Vec<Column> =
        (0..sheet.width()).map(|place| Column::of(place, &layout, body)).collect();
    for role in Role::ALL {
        let chosen = choices.iter().rev().find_map(|choice| match choice {
            Choice::Column(one, place) if *one == role => Some(*place),
            _ => None,
        });
        if let Some(guess) = settle(role, chosen, &columns, &mut layout) {
            guesses.push(guess);
        }
    }
    guesses.extend(days(&columns, &mut layout));
    guesses.extend(without_measure(&layout, &columns));
    guesses.extend(unread(&layout, &columns));
    layout
}

fn heading(sheet: &Sheet, choices: &[Choice]) -> (Option<usize>, Guess) {
    let scores: Vec<usize> = sheet.lines.iter().take(HEADING_MAX).map(words::titles).collect();
    let best = scores.iter().copied().max().unwrap_or(0);
    let rivals: Vec<usize> = (0..scores.len()).filter(|at| scores[*at] == best).collect();
    let is_product = |line: &Line| {
        let is_it = |cell: &Cell| {
            title(&cell.shown())
                .is_some_and(|(one, strength)| one == Title::Is(Role::Product) && strength == 3)
        };
        line.cells.iter().any(is_it)
    };
    let guessed = rivals
        .first()
        .copied()
        .filter(|at| best >= 2 || best == 1 && is_product(&sheet.lines[*at]));
    let chosen = choices.iter().rev().find_map(|choice| match choice {
        Choice::Heading(line) => Some(*line),
        _ => None,
    });
    let found = match chosen {
        Some(line) => line.and_then(|line| sheet.lines.iter().position(|one| one.number == line)),
        None => guessed,
    };
    let is_alike =
        |at: &usize| guessed.is_some_and(|g| sheet.lines[*at].cells == sheet.lines[g].cells);
    let is_rivalled = rivals.iter().any(|at| !is_alike(at));
    let sentence = match found {
        Some(at) => format!("Les titres des colonnes sont à la ligne {}.", sheet.lines[at].number),
        None => "Aucune ligne de titres : les colonnes sont devinées à leur contenu.".into(),
    };
    let others = sheet.lines.iter().enumerate().take(HEADING_MAX);
    let is_same = |line: &Line| found.is_some_and(|at| sheet.lines[at].cells == line.cells);
    let others = others
        .filter(|(at, line)| (scores[*at] > 0 || found.is_none()) && !is_same(line))
        .filter(|(_, line)| line.filled() > 0);
    let mut alternatives: Vec<Alternative> = others
        .take(5)
        .map(|(_, line)| Alternative {
            label: format!("Ligne {} : {}", line.number, shown(line)),
            choice: Choice::Heading(Some(line.number)),
        })
        .collect();
    if found.is_some() {
        let label = "Il n'y a pas de ligne de titres".into();
        alternatives.push(Alternative { label, choice: Choice::Heading(None) });
    }
    let is_odd = found
        .is_some_and(|at| sheet.lines[at].cells.iter().any(|cell| oddity(&cell.shown()).is_some()));
    let is_open = chosen.is_none() && (found.is_none() || is_rivalled || best < 2);
    let guess = Guess {
        about: About::Heading,
        sentence,
        is_doubtful: is_odd || is_open,
        is_chosen: chosen.is_some(),
        alternatives,
    };
    (found, guess)
}

/// The beginning of a line as a person reads it.
pub fn shown(line: &Line) -> String {
    let cells: Vec<String> = line.cells.iter().map(Cell::shown).filter(|c| !c.is_empty()).collect();
    let text = cells.join(" | ").replace(['\n', '\r', '\t'], " ");
    match text.chars().count() > 60 {
        true => text.chars().take(59).chain(['…']).collect(),
        false => text,
    }
}

/// What a column shows before it is read.
struct Column {
    place: usize,
    title: Option<(Title, u8)>,
    /// The day that the title names.
    day: Option<String>,
    has_title: bool,
    filled: usize,
    /// Cells that are numbers, a unit behind them or not.
    numbers: usize,
    /// Cells with letters.
    texts: usize,
}

impl Column {
    fn of(place: usize, layout: &Layout, body: &[Line]) -> Column {
        let said = layout.titles.get(place).map_or("", String::as_str);
        let day = day_of(said);
        let cells = || body.iter().map(|line| line.cell(place)).filter(|cell| !cell.is_empty());
        let is_number = |cell: &&Cell| match cell {
            Cell::Number(_) => true,
            Cell::Text(text) => Figure::of(text).is_ok(),
            _ => false,
        };
        let is_text =
            |cell: &&Cell| matches!(cell, Cell::Text(text) if text.contains(char::is_alphabetic));
        Column {
            place,
            title: if day.is_some() { None } else { title(said) },
            day,
            has_title: !said.is_empty(),
            filled: cells().count(),
            numbers: cells().filter(is_number).count(),
            texts: cells().filter(|cell| is_text(cell) && !is_number(cell)).count(),
        }
    }

    fn is_numeric(&self) -> bool {
        self.numbers * 2 > self.filled
    }

    /// How well this column would hold a role; 0: not at all.
    fn fits(&self, role: Role, has_heading: bool) -> u8 {
        if has_heading {
            let Some((Title::Is(found), strength)) = self.title else { return 0 };
            let is_of_numbers = matches!(role, Role::Quantity | Role::Price);
            let is_misfit = is_of_numbers && self.filled > 0 && self.numbers == 0;
            return match found == role {
                true if is_misfit => 1,
                true => strength + 1,
                false => 0,
            };
        }
        let is_wordy = self.filled > 0 && self.texts * 2 > self.filled;
        match role {
            Role::Product => u8::from(is_wordy),
            Role::Quantity | Role::Price => u8::from(self.filled > 0 && self.is_numeric()),
            _ => 0,
        }
    }
}

/// Settles which column holds a role. No guess where nothing speaks for any.
fn settle(
    role: Role,
    chosen: Option<Option<usize>>,
    columns: &[Column],
    layout: &mut Layout,
) -> Option<Guess> {
    let has_heading = layout.heading.is_some();
    let is_free = |column: &&Column| !layout.places.iter().any(|(_, at)| *at == column.place);
    let best = columns.iter().map(|column| column.fits(role, has_heading)).max().unwrap_or(0);
    let fitting = |least: u8| {
        let is_fit = move |one: &&Column| one.fits(role, has_heading) >= least.max(1);
        columns.iter().filter(is_fit).filter(is_free)
    };
    let guessed = fitting(best).next().map(|column| column.place);
    let place = chosen.unwrap_or(guessed).filter(|place| *place < columns.len());
    let rivals = fitting(1).count();
    let is_needed = role == Role::Product;
    if place.is_none() && chosen.is_none() && !is_needed {
        return None;
    }
    let others = columns.iter().filter(|one| one.filled > 0 && Some(one.place) != place);
    let mut alternatives: Vec<Alternative> = others
        .map(|one| Alternative {
            label: layout.name(one.place),
            choice: Choice::Column(role, Some(one.place)),
        })
        .collect();
    if place.is_some() {
        let label = "Aucune colonne".into();
        alternatives.push(Alternative { label, choice: Choice::Column(role, None) });
    }
    let what = role.french();
    let sentence = match place {
        Some(place) => {
            format!("La colonne {} (« {} ») : {what}.", letters(place), layout.name(place))
        }
        None if chosen.is_some() => format!("Aucune colonne : {what}."),
        None => "La colonne des produits n'a pas été trouvée : laquelle est-ce ?".into(),
    };
    let is_doubtful =
        chosen.is_none() && (!has_heading || place.is_none() || rivals > 1 || best <= 2);
    if let Some(place) = place {
        // A person's choice takes the column from the role that a guess gave it to.
        layout.places.retain(|(_, at)| *at != place);
        layout.places.push((role, place));
    }
    let about = About::Column(role);
    Some(Guess { about, sentence, is_doubtful, is_chosen: chosen.is_some(), alternatives })
}

/// The day that a title names: `Mardi`, `24/11`, `Qté jeudi 26/11`.
fn day_of(title: &str) -> Option<String> {
    if DayText::of(title).is_ok() {
        return Some(title.to_string());
    }
    let said = words::plain(title);
    let mut rest = said.as_str();
    while let Some((word, after)) = rest.split_once(' ') {
        if !matches!(word, "livraison" | "qte" | "quantite" | "commande" | "pour") {
            break;
        }
        rest = after;
    }
    (rest.len() < said.len() && DayText::of(rest).is_ok()).then(|| rest.to_string())
}

/// Without a column of quantities and one of days, columns under days are the quantities of each.
fn days(columns: &[Column], layout: &mut Layout) -> Option<Guess> {
    if [Role::Quantity, Role::Day].iter().any(|role| layout.place(*role).is_some()) {
        return None;
    }
    let is_free = |one: &&Column| !layout.places.iter().any(|(_, at)| *at == one.place);
    let dated = columns.iter().filter(is_free).filter(|one| one.filled == 0 || one.numbers > 0);
    let days: Vec<(usize, String)> =
        dated.filter_map(|one| Some((one.place, one.day.clone()?))).collect();
    if days.is_empty() {
        return None;
    }
    let names: Vec<String> = days.iter().map(|(place, _)| layout.name(*place)).collect();
    let alternatives = days.iter().map(|(place, _)| Alternative {
        label: format!("{} seule : {}", layout.name(*place), Role::Quantity.french()),
        choice: Choice::Column(Role::Quantity, Some(*place)),
    });
    let guess = Guess {
        about: About::Days,
        sentence: format!("Chaque jour a sa colonne de quantités : {}.", names.join(", ")),
        is_doubtful: false,
        is_chosen: false,
        alternatives: alternatives.collect(),
    };
    layout.days = days;
    Some(guess)
}

/// A list that neither orders nor prices is hardly what was meant.
fn without_measure(layout: &Layout, columns: &[Column]) -> Option<Guess> {
    let has_measure =
        [Role::Quantity, Role::Price].iter().any(|role| layout.place(*role).is_some());
    if has_measure || !layout.days.is_empty() {
        return None;
    }
    let filled = columns.iter().filter(|one| one.filled > 0);
    let choices = filled.flat_map(|one| {
        [Role::Quantity, Role::Price].map(|role| Alternative {
            label: format!("{} : {}", layout.name(one.place), role.french()),
            choice: Choice::Column(role, Some(one.place)),
        })
    });
    Some(Guess {
        about: About::Column(Role::Quantity),
        sentence: "Aucune colonne de quantités ni de prix n'a été trouvée.".into(),
        is_doubtful: true,
        is_chosen: false,
        alternatives: choices.take(12).collect(),
    })
}

/// The filled columns that no role reads: doubtful when one holds numbers under a title that says
/// nothing to us, for those may be what is ordered.
fn unread(layout: &Layout, columns: &[Column]) -> Option<Guess> {
    let is_read = |column: &&Column| {
        layout.places.iter().any(|(_, at)| *at == column.place)
            || layout.days.iter().any(|(at, _)| *at == column.place)
    };
    let left: Vec<&Column> = columns.iter().filter(|one| one.filled > 0 && !is_read(one)).collect();
    let is_open = |one: &&&Column| match one.title {
        Some((Title::Other, _)) => false,
        Some(_) => true,
        None => one.is_numeric() || !one.has_title || one.day.is_some(),
    };
    let name = |one: &&Column| format!("{} (« {} »)", letters(one.place), layout.name(one.place));
    let open: Vec<String> = left.iter().filter(is_open).map(name).collect();
    let names: Vec<String> = left.iter().map(name).collect();
    let sentence = match names.len() {
        0 => return None,
        1 => format!("Colonne non lue : {}.", names[0]),
        _ => format!("Colonnes non lues : {}.", names.join(", ")),
    };
    let is_doubtful = !open.is_empty();
    let roles = [Role::Quantity, Role::Price, Role::Note];
    let choices = left.iter().filter(is_open).flat_map(|one| {
        roles.map(|role| Alternative {
            label: format!("{} : {}", layout.name(one.place), role.french()),
            choice: Choice::Column(role, Some(one.place)),
        })
    });
    let alternatives = choices.take(12).collect();
    Some(Guess { about: About::Unread, sentence, is_doubtful, is_chosen: false, alternatives })
}
