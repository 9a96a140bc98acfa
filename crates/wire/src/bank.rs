//! A bank's statement as it is downloaded or copied from the bank's page: which columns it has by
//! their titles, in any of the usual letters and separators. What cannot be read is told by line
//! and column; the other lines are read.

use trade::bank::BankLine;
use trade::calendar::Day;
use trade::unit::Cents;

use crate::list::bytes::{Separator, guess_encoding, sheet};
use crate::list::day::{DayOrder, DayText};
use crate::list::grid::{Line, Sheet};
use crate::list::words::plain;

/// A line of the statement with its number in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub number: u64,
    pub line: BankLine,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub number: u64,
    /// As it stands there, cut to what a page shows.
    pub text: String,
    /// French; names the column and what to do.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whose titles these are, where they are known.
    pub format: Option<&'static str>,
    pub lines: Vec<Numbered>,
    pub unread: Vec<Unread>,
}

/// Titles of exports as banks were seen to write them, in `plain` letters. Only the name on the
/// page hangs on this table: a column is read by its own title.
pub const FORMATS: [(&str, &[&str]); 8] = [
    ("Crédit Agricole", &["date", "libelle", "debit euros", "credit euros"]),
    (
        "BNP Paribas",
        &[
            "date operation",
            "libelle court",
            "type operation",
            "libelle operation",
            "montant operation en euro",
        ],
    ),
    (
        "Société Générale",
        &[
            "date de l operation",
            "libelle",
            "detail de l ecriture",
            "montant de l operation",
            "devise",
        ],
    ),
    ("Crédit Mutuel", &["date", "date de valeur", "debit", "credit", "libelle", "solde"]),
    ("La Banque Postale", &["date", "libelle", "montant euros"]),
    (
        "Caisse d'Épargne",
        &[
            "date de comptabilisation",
            "libelle simplifie",
            "libelle operation",
            "reference",
            "informations complementaires",
            "type operation",
            "categorie",
            "sous categorie",
            "debit",
            "credit",
        ],
    ),
    (
        "Compte au Trésor (DGFiP)",
        &["date operation", "date valeur", "libelle", "reference", "montant", "sens"],
    ),
    ("Crédit Coopératif", &["date", "date valeur", "libelle", "reference", "debit", "credit"]),
];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Day,
    ValueDay,
    Label,
    Reference,
    Debit,
    Credit,
    Amount,
    /// `D` or `C` beside an amount without a sign.
    Side,
    Currency,
    Other,
}

/// Titles stand in one of the first lines: banks put the account and its balance before them.
const HEADING_MAX: usize = 25;

/// Reads a statement; `today` completes days without a year. Errors: French, of the whole file.
pub fn read(bytes: &[u8], today: Day) -> Result<Statement, String> {
    let (encoding, _) = guess_encoding(bytes)?;
    let text = encoding.decode(bytes).ok_or("Les lettres de ce fichier ne se lisent pas.")?;
    if text.trim().is_empty() {
        return Err("Le relevé est vide : collez ses lignes, ou choisissez un fichier.".into());
    }
    let read = Separator::ALL.map(|separator| titled(&text, separator));
    let best = read.into_iter().flatten().max_by_key(|(columns, ..)| columns.len());
    let (columns, at, sheet) = best.ok_or_else(|| {
        "Les titres des colonnes manquent. La première ligne doit nommer la date, le libellé et le \
         montant (ou le débit et le crédit) : copiez-la avec le relevé."
            .to_string()
    })?;
    let titles = &sheet.lines[at];
    let mut statement = Statement { format: format_of(titles), lines: vec![], unread: vec![] };
    for line in &sheet.lines[at + 1..] {
        match read_line(line, titles, &columns, today) {
            Ok(Read::Line(read)) => {
                statement.lines.push(Numbered { number: line.number, line: read });
            }
            Ok(Read::More(more)) => {
                if let Some(last) = statement.lines.last_mut() {
                    last.line.label = format!("{} {more}", last.line.label);
                }
            }
            Ok(Read::Nothing) => {}
            Err(why) => {
                statement.unread.push(Unread { number: line.number, text: shown(line), why });
            }
        }
    }
    if statement.lines.is_empty() && statement.unread.is_empty() {
        return Err("Le relevé n'a que des titres : aucune ligne ne suit.".into());
    }
    Ok(statement)
}

fn shown(line: &Line) -> String {
    let cells: Vec<String> = line.cells.iter().map(|cell| cell.shown()).collect();
    cells.join(" · ").chars().take(120).collect()
}

/// The columns by a separator, the place of their titles, and all lines.
fn titled(text: &str, separator: Separator) -> Option<(Vec<Column>, usize, Sheet)> {
    let sheet = sheet(text, separator).ok()?;
    let heading = sheet.lines.iter().take(HEADING_MAX).enumerate();
    let (at, columns) = heading.map(|(at, line)| (at, columns(line))).find(|(_, columns)| {
        let has = |column| columns.contains(&column);
        let has_day = has(Column::Day) || has(Column::ValueDay);
        let has_amount = has(Column::Amount) || (has(Column::Debit) && has(Column::Credit));
        has_day && has(Column::Label) && has_amount
    })?;
    Some((columns, at, sheet))
}

fn title_of(line: &Line, at: usize) -> String {
    plain(&line.cell(at).shown())
}

fn columns(line: &Line) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for at in 0..line.cells.len() {
        let title = title_of(line, at);
        let begins = |words: &[&str]| words.iter().any(|word| title.starts_with(word));
        let column = if title.starts_with("date") && title.contains("valeur") {
            Column::ValueDay
        } else if title.starts_with("date") {
            Column::Day
        } else if begins(&["debit"]) {
            Column::Debit
        } else if begins(&["credit"]) {
            Column::Credit
        } else if begins(&["montant"]) && !title.contains("franc") {
            Column::Amount
        } else if begins(&["sens"]) {
            Column::Side
        } else if begins(&["devise", "monnaie"]) {
            Column::Currency
        } else if begins(&["reference", "ref"]) {
            Column::Reference
        } else if begins(&["libelle", "detail", "informations", "communication", "motif", "nature"])
        {
            Column::Label
        } else {
            Column::Other
        };
        // The first day is that of the operation; an amount is taken once.
        let is_once = matches!(column, Column::Day | Column::Amount | Column::Debit);
        let is_known = is_once && columns.contains(&column);
        columns.push(if is_known { Column::Other } else { column });
    }
    columns
}

fn format_of(titles: &Line) -> Option<&'static str> {
    let own: Vec<String> = (0..titles.cells.len()).map(|at| title_of(titles, at)).collect();
    let fits = |known: &&[&str]| known.iter().zip(&own).filter(|(a, b)| **a == b.as_str()).count();
    let all = FORMATS.iter().filter(|(_, known)| fits(known) == known.len());
    all.max_by_key(|(_, known)| known.len()).map(|(name, _)| *name)
}

enum Read {
    Line(BankLine),
    /// The label of the line before goes on.
    More(String),
    Nothing,
}

fn read_line(line: &Line, titles: &Line, columns: &[Column], today: Day) -> Result<Read, String> {
    let all = |wanted: Column| {
        let places = columns.iter().enumerate().filter(move |(_, column)| **column == wanted);
        places.map(|(at, _)| at).filter(|&at| !line.cell(at).is_empty())
    };
    let labels = all(Column::Label).map(|at| line.cell(at).shown());
    let label = joined(labels.collect());
    let is_empty = |column| all(column).next().is_none();
    let days = [Column::Day, Column::ValueDay];
    let amounts = [Column::Amount, Column::Debit, Column::Credit];
    if days.iter().chain(&amounts).all(|&column| is_empty(column)) {
        return Ok(if label.is_empty() { Read::Nothing } else { Read::More(label) });
    }
    let at = all(Column::Day).next().or_else(|| all(Column::ValueDay).next());
    let at = at.ok_or("La date manque : complétez la ligne, ou retirez-la.")?;
    let named = |at: usize, said: String| {
        format!("Colonne « {} » : « {} », {said}", titles.cell(at).shown(), line.cell(at).shown())
    };
    let day = DayText::of(&line.cell(at).shown())
        .and_then(|text| text.value(DayOrder::DayFirst, today))
        .map_err(|said| named(at, said))?;
    let cents = |at: usize| cents(&line.cell(at).shown()).map_err(|said| named(at, said));
    let mut sum = 0;
    let mut filled = 0;
    for column in amounts {
        for at in all(column) {
            let amount = cents(at)?;
            filled += usize::from(amount != 0);
            sum += match column {
                Column::Debit => -amount.abs(),
                Column::Credit => amount.abs(),
                _ => amount,
            };
        }
    }
    match filled {
        0 => return Err("Le montant manque : complétez la ligne, ou retirez-la.".into()),
        1 => {}
        _ => return Err("Le débit et le crédit sont tous deux remplis : gardez-en un.".into()),
    }
    if let Some(at) = all(Column::Side).next() {
        match plain(&line.cell(at).shown()).chars().next() {
            Some('d') => sum = -sum.abs(),
            Some('c') => sum = sum.abs(),
            _ => return Err(named(at, "ce n'est ni D (débit) ni C (crédit).".into())),
        }
    }
    let foreign = all(Column::Currency).find(|&at| {
        !matches!(plain(&line.cell(at).shown()).as_str(), "eur" | "euro" | "euros" | "")
    });
    if let Some(at) = foreign {
        return Err(named(at, "seuls les euros sont repris.".into()));
    }
    let reference = joined(all(Column::Reference).map(|at| line.cell(at).shown()).collect());
    Ok(Read::Line(BankLine { day, label, reference, amount_with_vat: Cents::new(sum) }))
}

/// Texts of several columns in one line; what another holds already is left out.
fn joined(texts: Vec<String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if kept.iter().any(|other| other.contains(&text)) {
            continue;
        }
        kept.retain(|other| !text.contains(other.as_str()));
        kept.push(text);
    }
    kept.join(" ")
}

/// `1 234,56`, `-12,50 €`, `1.234,56`, `+80`, `12.50`, `45,00-`. Errors: French.
pub fn cents(text: &str) -> Result<i64, String> {
    const BAD: &str = "ce n'est pas un montant. Exemple : 1 234,56.";
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
    let bare = bare.trim_end_matches("EUR");
    let (is_negative, bare) = match bare.strip_prefix(['-', '−']).or(bare.strip_suffix('-')) {
        Some(rest) => (true, rest),
        None => (false, bare.strip_prefix('+').unwrap_or(bare)),
    };
    let is_sound = bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
    if !is_sound {
        return Err(BAD.into());
    }
    let (whole, part) = match bare.rfind([',', '.']) {
        None => (bare, ""),
        Some(at) if bare.len() - at - 1 <= 2 => (&bare[..at], &bare[at + 1..]),
        // One sign before three digits: thousands, or thousandths?
        Some(_) if bare.matches([',', '.']).count() == 1 => {
            return Err("ce montant se lit de deux façons. Écrivez-le avec ses centimes.".into());
        }
        Some(_) => (bare, ""),
    };
    // One sign parts thousands, the other begins the cents.
    let signs: std::collections::BTreeSet<char> =
        whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let begins_cents = bare[whole.len()..].chars().next();
    if signs.len() > 1 || begins_cents.is_some_and(|sign| signs.contains(&sign)) {
        return Err(BAD.into());
    }
    let mut groups = whole.split([',', '.']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.iter().all(|group| group.len() == 3)
        && (rest.is_empty() || (1..=3).contains(&first.len()));
    let digits: String = std::iter::once(first).chain(rest).collect();
    if !is_grouped || digits.is_empty() || digits.len() > 12 {
        return Err(BAD.into());
    }
    let number: i64 = format!("{digits}{part:0<2}").parse().map_err(|_| BAD.to_string())?;
    Ok(if is_negative { -number } else { number })
}
