//! Entries as accounting programs take them in. Each layout is that of a public description, named
//! at its function; none was tried with the program itself, which the documentation says too.

use encoding_rs::WINDOWS_1252;
use trade::calendar::Day;

use crate::fec::{FecEntry, FecLine, clean, decimal};
use crate::safe;

/// A program that takes entries in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Sage,
    Cegid,
    Ebp,
    Pennylane,
}

impl Program {
    pub const ALL: [Program; 4] = [Program::Sage, Program::Cegid, Program::Ebp, Program::Pennylane];

    pub const fn code(self) -> &'static str {
        match self {
            Program::Sage => "sage",
            Program::Cegid => "cegid",
            Program::Ebp => "ebp",
            Program::Pennylane => "pennylane",
        }
    }

    pub const fn french(self) -> &'static str {
        match self {
            Program::Sage => "Sage 100",
            Program::Cegid => "Cegid",
            Program::Ebp => "EBP",
            Program::Pennylane => "Pennylane",
        }
    }

    pub const fn extension(self) -> &'static str {
        match self {
            Program::Sage | Program::Ebp => "txt",
            Program::Cegid | Program::Pennylane => "csv",
        }
    }

    pub fn parse(code: &str) -> Option<Program> {
        Program::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The file of these entries.
    pub fn file(self, entries: &[FecEntry]) -> Vec<u8> {
        match self {
            Program::Sage => sage(entries),
            Program::Cegid => cegid(entries),
            Program::Ebp => ebp(entries),
            Program::Pennylane => pennylane(entries),
        }
    }
}

fn lines(entries: &[FecEntry]) -> impl Iterator<Item = (&FecEntry, &FecLine)> {
    entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry, line)))
}

fn cut(text: &str, most: usize) -> String {
    safe::guarded(&clean(text)).chars().take(most).collect()
}

fn dmy(day: Day, parted: &str) -> String {
    let (year, month, day) = day.ymd();
    format!("{day:02}{parted}{month:02}{parted}{year:04}")
}

/// `306.00`
fn point(cents: i64) -> String {
    decimal(cents).replace(',', ".")
}

/// Sage 100, text import of entries, eleven columns parted by TAB: kind, journal, day JJMMAA,
/// number, general account, party, label, way of payment, day due, debit, credit. Lines of one
/// journal, day and number are one entry: the number is the sealed one.
/// Source: developer.sage.com/100, "Exemples mappage import texte".
fn sage(entries: &[FecEntry]) -> Vec<u8> {
    let mut out = String::new();
    for (entry, line) in lines(entries) {
        let day = dmy(entry.day, "");
        let cells = [
            "G".to_string(),
            cut(&entry.journal, 6),
            format!("{}{}", &day[..4], &day[6..]),
            entry.number.to_string(),
            line.account.clone(),
            cut(&line.party, 17),
            cut(&format!("{} {}", entry.piece, entry.label), 69),
            String::new(),
            String::new(),
            decimal(line.debit),
            decimal(line.credit),
        ];
        out.push_str(&cells.join("\t"));
        out.push_str("\r\n");
    }
    WINDOWS_1252.encode(&out).0.into_owned()
}

/// Cegid, model ECREXCEL: journal, day JJ/MM/AAAA, general account, party, piece, label, debit,
/// credit, parted by semicolons; an amount that is zero stays empty; UTF-8.
/// Source: openflyers.com, "Accounting export template CegidEcrexcel".
fn cegid(entries: &[FecEntry]) -> Vec<u8> {
    let amount = |cents: i64| if cents == 0 { String::new() } else { point(cents) };
    let row = |(entry, line): (&FecEntry, &FecLine)| {
        [
            cut(&entry.journal, 3),
            dmy(entry.day, "/"),
            cut(&line.account, 17),
            cut(&line.party, 17),
            cut(&entry.piece, 35),
            cut(&entry.label, 35),
            amount(line.debit),
            amount(line.credit),
        ]
    };
    safe::csv(';', lines(entries).map(row)).replace('\n', "\r\n").into_bytes()
}

/// EBP, text journal parted by commas: number of the line, day JJMMAAAA, journal, account, label,
/// piece, amount, D or C, day due. A buyer's or farm's account is the root of the general one with
/// its code. Source: the export for EBP of Dolibarr, `accountancyexport.class.php`.
fn ebp(entries: &[FecEntry]) -> Vec<u8> {
    let mut out = String::new();
    for (rank, (entry, line)) in (1..).zip(lines(entries)) {
        let account = match line.party.as_str() {
            "" => line.account.clone(),
            party => {
                let code = party.chars().filter(char::is_ascii_alphanumeric);
                let root: String = line.account.chars().take(3).collect();
                format!("{root}{}", code.collect::<String>().to_ascii_uppercase())
            }
        };
        let quoted =
            |text: &str, most: usize| format!("\"{}\"", cut(&text.replace('"', "'"), most));
        let side = if line.debit == 0 { "C" } else { "D" };
        let cells = [
            rank.to_string(),
            dmy(entry.day, ""),
            cut(&entry.journal, 4),
            account,
            quoted(&entry.label, 40),
            quoted(&entry.piece, 15),
            point(line.debit + line.credit),
            side.to_string(),
            dmy(entry.day, ""),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    WINDOWS_1252.encode(&out).0.into_owned()
}

/// Pennylane: a table with titles, whose columns are attributed at the import. Pennylane also takes
/// the FEC, which needs no attribution (help.pennylane.com, "Importer un FEC").
fn pennylane(entries: &[FecEntry]) -> Vec<u8> {
    let titles = [
        "Date",
        "Code journal",
        "Numéro de compte",
        "Libellé de compte",
        "Tiers",
        "Numéro de pièce",
        "Libellé de ligne",
        "Débit",
        "Crédit",
    ];
    let row = |(entry, line): (&FecEntry, &FecLine)| {
        let texts = [
            dmy(entry.day, "/"),
            entry.journal.clone(),
            line.account.clone(),
            clean(&line.account_name),
            clean(&line.party_name),
            clean(&entry.piece),
            clean(&entry.label),
        ];
        let amounts = [decimal(line.debit), decimal(line.credit)];
        texts.into_iter().chain(amounts).collect::<Vec<String>>()
    };
    let titles = titles.map(str::to_string).to_vec();
    let rows = std::iter::once(titles).chain(lines(entries).map(row));
    safe::csv(';', rows).replace('\n', "\r\n").into_bytes()
}
