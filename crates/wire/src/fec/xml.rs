//! The same entries as XML, by the schema `formatA47A-I-VII-1.xsd` of the tax office.

use std::collections::BTreeMap;
use std::fmt::Write;

use trade::calendar::Day;

use super::FecEntry;

/// The XML file of a fiscal year. The schema has one lettering for a whole entry: it is written
/// where all lettered lines of an entry have the same.
pub fn xml(entries: &[FecEntry], closing: Day) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<comptabilite><exercice>");
    element(&mut out, "DateCloture", &closing.to_string());
    let mut journals: BTreeMap<(&str, &str), Vec<&FecEntry>> = BTreeMap::new();
    for entry in entries {
        journals.entry((&entry.journal, &entry.journal_name)).or_default().push(entry);
    }
    for ((code, name), own) in journals {
        out.push_str("<journal>");
        element(&mut out, "JournalCode", code);
        element(&mut out, "JournalLib", name);
        own.into_iter().for_each(|one| entry(&mut out, one));
        out.push_str("</journal>");
    }
    out.push_str("</exercice></comptabilite>\n");
    out
}

fn entry(out: &mut String, entry: &FecEntry) {
    out.push_str("<ecriture>");
    element(out, "EcritureNum", &entry.number.to_string());
    element(out, "EcritureDate", &entry.day.to_string());
    element(out, "EcritureLib", &entry.label);
    element(out, "PieceRef", &entry.piece);
    element(out, "PieceDate", &entry.piece_day.to_string());
    let mut lettered = entry.lines.iter().filter_map(|line| line.lettering.as_ref());
    if let Some((letters, day)) = lettered.next()
        && lettered.all(|other| other.0 == *letters)
    {
        element(out, "EcritureLet", letters);
        element(out, "DateLet", &day.to_string());
    }
    element(out, "ValidDate", &entry.validated_on.to_string());
    for line in &entry.lines {
        out.push_str("<ligne>");
        element(out, "CompteNum", &line.account);
        element(out, "CompteLib", &line.account_name);
        if !line.party.is_empty() {
            element(out, "CompAuxNum", &line.party);
            element(out, "CompAuxLib", &line.party_name);
        }
        let (name, amount) = match line.debit {
            0 => ("Credit", line.credit),
            debit => ("Debit", debit),
        };
        element(out, name, &format!("{}.{:02}", amount / 100, amount % 100));
        out.push_str("</ligne>");
    }
    out.push_str("</ecriture>");
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, "<{name}>");
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // No reader of XML takes these.
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    let _ = write!(out, "</{name}>");
}
