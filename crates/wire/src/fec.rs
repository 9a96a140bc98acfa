//! The file of accounting entries (*fichier des écritures comptables*) that the tax office asks
//! for: LPF art. A47 A-1, 18 columns, as a text file or as XML.
//!
//! Columns are parted by TAB, lines end with CR LF, letters are those of ISO 8859-15, days are
//! AAAAMMJJ, amounts have a comma and no sign between thousands. Nothing is put right silently:
//! [`check`] tells what the tax office's own tool would report, and [`text`] refuses then.

mod xml;

use std::fmt;

use encoding_rs::ISO_8859_15;
use trade::calendar::Day;

pub use xml::xml;

pub const COLUMNS: [&str; 18] = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
];

/// An entry as it is exported, to the tax office or to another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FecEntry {
    pub journal: String,
    pub journal_name: String,
    /// In the sequence of all entries of the hub; from 1.
    pub number: i64,
    pub day: Day,
    pub piece: String,
    pub piece_day: Day,
    pub label: String,
    pub validated_on: Day,
    pub lines: Vec<FecLine>,
}

/// One side of an entry, in cents: debit or credit is zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FecLine {
    pub account: String,
    pub account_name: String,
    /// The buyer or farm; both empty without one.
    pub party: String,
    pub party_name: String,
    pub debit: i64,
    pub credit: i64,
    /// The letters of what settles each other, and the day on which it was settled.
    pub lettering: Option<(String, Day)>,
}

/// What the tax office's tool would report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FecFault {
    /// The entry, by its number.
    pub number: i64,
    /// French.
    pub why: String,
}

impl fmt::Display for FecFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Écriture {} : {}", self.number, self.why)
    }
}

/// `913000006FEC20261231.txt`: the SIREN and the last day of the fiscal year.
pub fn file_name(siren: &str, closing: Day) -> String {
    format!("{siren}FEC{}.txt", ymd(closing))
}

pub(crate) fn ymd(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}")
}

/// What is wrong with the entries of a file. `outside`: numbers in between that belong to another
/// period, which are not missing.
pub fn check(entries: &[FecEntry], outside: &dyn Fn(i64) -> bool) -> Vec<FecFault> {
    let mut faults = Vec::new();
    let mut before: Option<i64> = None;
    for entry in entries {
        let number = entry.number;
        let mut fault = |why: String| faults.push(FecFault { number, why });
        match before {
            Some(last) if number <= last => fault("son numéro ne suit pas le précédent.".into()),
            Some(last) => {
                if let Some(gap) = (last + 1..number).find(|&gap| !outside(gap)) {
                    fault(format!("l'écriture {gap} manque avant elle."));
                }
            }
            None => {}
        }
        before = Some(number);
        let sum = |side: fn(&FecLine) -> i64| entry.lines.iter().map(side).sum::<i64>();
        if sum(|line| line.debit) != sum(|line| line.credit) {
            fault("le débit et le crédit diffèrent.".into());
        }
        if entry.lines.len() < 2 {
            fault("elle a moins de deux lignes.".into());
        }
        for line in &entry.lines {
            if (line.debit == 0) == (line.credit == 0) {
                fault(format!("compte {} : un montant, au débit ou au crédit.", line.account));
            }
            let digits = line.account.bytes().take(3).filter(u8::is_ascii_digit).count();
            if digits != 3 {
                fault(format!("« {} » n'est pas un compte.", line.account));
            }
        }
        for (name, text, is_needed) in texts(entry) {
            if is_needed && text.trim().is_empty() {
                fault(format!("{name} est vide."));
            }
            if text.contains(['\t', '|', '\r', '\n']) {
                fault(format!("{name} contient un signe qui coupe les colonnes ou les lignes."));
            }
        }
    }
    faults
}

/// All texts of an entry, by column; whether they must not be empty.
fn texts(entry: &FecEntry) -> Vec<(&'static str, &str, bool)> {
    let mut all = vec![
        (COLUMNS[0], entry.journal.as_str(), true),
        (COLUMNS[1], entry.journal_name.as_str(), true),
        (COLUMNS[8], entry.piece.as_str(), true),
        (COLUMNS[10], entry.label.as_str(), true),
    ];
    for line in &entry.lines {
        all.push((COLUMNS[4], &line.account, true));
        all.push((COLUMNS[5], &line.account_name, true));
        all.push((COLUMNS[6], &line.party, false));
        all.push((COLUMNS[7], &line.party_name, !line.party.is_empty()));
        if let Some((letters, _)) = &line.lettering {
            all.push((COLUMNS[13], letters, true));
        }
    }
    all
}

/// A text that a file of columns can carry: no TAB, bar or line end, one space between words.
pub fn clean(text: &str) -> String {
    let parted = text.replace('|', "/");
    let is_cut = |c: char| c.is_whitespace() || c.is_control();
    parted.split(is_cut).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `1234,56`
pub fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{},{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// Letters that ISO 8859-15 lacks, by what a reader takes them for.
pub fn to_latin9(text: &str) -> Vec<u8> {
    let mut fit = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '‘' | '’' | '‚' | '′' => fit.push('\''),
            '“' | '”' | '„' | '″' => fit.push('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' | '•' => fit.push('-'),
            '…' => fit.push_str("..."),
            '\u{a0}' | '\u{2009}' | '\u{202f}' => fit.push(' '),
            '\u{300}'..='\u{36f}' | '\u{feff}' | '\u{200b}' => {}
            letter => {
                let mut bytes = [0; 4];
                let one: &str = letter.encode_utf8(&mut bytes);
                let (_, _, is_lost) = ISO_8859_15.encode(one);
                fit.push(if is_lost { '?' } else { letter });
            }
        }
    }
    ISO_8859_15.encode(&fit).0.into_owned()
}

/// The text file. Errors: all that [`check`] finds.
pub fn text(entries: &[FecEntry], outside: &dyn Fn(i64) -> bool) -> Result<Vec<u8>, Vec<FecFault>> {
    let faults = check(entries, outside);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut out = format!("{}\r\n", COLUMNS.join("\t"));
    for entry in entries {
        for line in &entry.lines {
            let (letters, settled) = match &line.lettering {
                Some((letters, day)) => (letters.clone(), ymd(*day)),
                None => Default::default(),
            };
            let cells = [
                entry.journal.clone(),
                entry.journal_name.clone(),
                entry.number.to_string(),
                ymd(entry.day),
                line.account.clone(),
                line.account_name.clone(),
                line.party.clone(),
                line.party_name.clone(),
                entry.piece.clone(),
                ymd(entry.piece_day),
                entry.label.clone(),
                decimal(line.debit),
                decimal(line.credit),
                letters,
                settled,
                ymd(entry.validated_on),
                String::new(),
                String::new(),
            ];
            out.push_str(&cells.join("\t"));
            out.push_str("\r\n");
        }
    }
    Ok(to_latin9(&out))
}

/// Reads a text file of ours back. Errors: French, with the line.
pub fn read(bytes: &[u8]) -> Result<Vec<FecEntry>, String> {
    let (text, _, _) = ISO_8859_15.decode(bytes);
    let mut lines = text.split_terminator("\r\n").zip(1..);
    let is_heading = |line: &str| line.split('\t').eq(COLUMNS);
    if !lines.next().is_some_and(|(line, _)| is_heading(line)) {
        return Err("La première ligne n'a pas les 18 titres du FEC.".into());
    }
    let mut entries: Vec<FecEntry> = Vec::new();
    for (line, at) in lines {
        let bad = |what: &str| format!("Ligne {at} : {what} ne se lit pas.");
        let cells: Vec<&str> = line.split('\t').collect();
        let cells: [&str; 18] = cells.try_into().map_err(|_| bad("le nombre de colonnes"))?;
        let text = |column: usize| cells[column].to_string();
        let day = |column: usize| day(cells[column]).ok_or_else(|| bad(COLUMNS[column]));
        let cents = |column: usize| cents(cells[column]).ok_or_else(|| bad(COLUMNS[column]));
        let number: i64 = cells[2].parse().map_err(|_| bad(COLUMNS[2]))?;
        let lettering = match cells[13] {
            "" => None,
            letters => Some((letters.to_string(), day(14)?)),
        };
        let own = FecLine {
            account: text(4),
            account_name: text(5),
            party: text(6),
            party_name: text(7),
            debit: cents(11)?,
            credit: cents(12)?,
            lettering,
        };
        match entries.last_mut().filter(|last| last.number == number) {
            Some(last) => last.lines.push(own),
            None => entries.push(FecEntry {
                journal: text(0),
                journal_name: text(1),
                number,
                day: day(3)?,
                piece: text(8),
                piece_day: day(9)?,
                label: text(10),
                validated_on: day(15)?,
                lines: vec![own],
            }),
        }
    }
    Ok(entries)
}

fn day(text: &str) -> Option<Day> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i32>().ok();
    if text.len() != 8 {
        return None;
    }
    Day::from_ymd(number(0, 4)?, number(4, 6)?, number(6, 8)?)
}

fn cents(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once(',')?;
    if part.len() != 2 {
        return None;
    }
    format!("{whole}{part}").parse().ok()
}
