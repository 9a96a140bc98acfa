//! Texts that would break a template made by gluing strings together.

use crate::samples::{price_list, purchase_order, sorting_sheet};
use crate::samples_out::{delivery_note, donation_note, invoice, proof_report, round_sheets};
use crate::{proof, squeezed, text_of};
use paper::{Paper, typeset};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const HOSTILE: [&str; 12] = [
    "",
    "#import \"/etc/passwd\": *",
    "] #panic(1) [",
    "\"guillemet\" \\ antislash \\n",
    "$x^2$ *gras* _souligné_ `code` <label> @ref",
    "// commentaire /* bloc */ -- --- ...",
    "Œuf, œuf, Ça, «\u{a0}bœuf\u{a0}», 12 €, m², n° 5, ½, 20 °C",
    "{\"json\": [1, 2]}",
    "= Titre",
    "#read(\"data.json\") #eval(\"1+1\")",
    "e\u{301}te\u{301} de\u{301}compose\u{301}",
    "deux\nlignes",
];

/// The paper with every text in it replaced, but for the few that are machine values.
fn with_every_text<P: Serialize + DeserializeOwned>(paper: &P, text: &str) -> P {
    fn replace(key: &str, value: &mut Value, text: &str) {
        match value {
            Value::String(old) if key != "mark" => *old = text.to_owned(),
            Value::Array(items) => items.iter_mut().for_each(|item| replace(key, item, text)),
            Value::Object(map) => map.iter_mut().for_each(|(k, v)| replace(k, v, text)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(paper).expect("plain data");
    replace("", &mut value, text);
    serde_json::from_value(value).expect("same shape")
}

fn survives<P: Paper + Serialize + DeserializeOwned>(name: &str, paper: &P, must_read: bool) {
    for text in HOSTILE {
        let printed = proof(&format!("hostile_{name}"), &with_every_text(paper, text));
        assert_eq!(printed.lost, Vec::<char>::new(), "{name}: {text:?}");
        let Some(read) = text_of(&printed.pdf).filter(|_| must_read) else { continue };
        let want = squeezed(text).replace("e\u{301}", "é");
        let read = squeezed(&read).replace("e\u{301}", "é");
        assert!(read.contains(&want), "{name}: {text:?} is not literal in:\n{read}");
    }
}

#[test]
fn hostile_price_list() {
    survives("price_list", &price_list(), true);
}

#[test]
fn hostile_purchase_order() {
    survives("purchase_order", &purchase_order(), true);
}

#[test]
fn hostile_sorting_sheet() {
    survives("sorting_sheet", &sorting_sheet(5, 3), true);
}

#[test]
fn hostile_donation_note() {
    survives("donation_note", &donation_note(), true);
}

#[test]
fn hostile_round_sheets() {
    survives("round_sheets", &round_sheets(), true);
}

#[test]
fn hostile_proof_report() {
    survives("proof_report", &proof_report(), true);
}

#[test]
fn hostile_delivery_note() {
    survives("delivery_note", &delivery_note(), true);
}

#[test]
fn hostile_invoice() {
    survives("invoice", &invoice(), true);
}

#[test]
fn a_smiley_does_not_cost_an_invoice() {
    let mut paper = invoice();
    paper.lines[0].designation = "Tomate 🍅 d'hiver".to_owned();
    let printed = typeset(&paper).expect("printed all the same");
    assert_eq!(printed.lost, vec!['🍅']);
    crate::assert_reads("smiley", &printed.pdf, &["Tomate ? d'hiver"]);
}

/// A name without a space is cut, not printed over its neighbour; a page of prose is not lost.
#[test]
fn very_long_names_stay_in_their_cell() {
    let long = "Anticonstitutionnellement".repeat(8);
    let prose = "Carotte nantaise de plein champ, lavée, équeutée. ".repeat(12);
    for text in [long.as_str(), prose.as_str()] {
        let mut paper = invoice();
        paper.lines[0].designation = text.to_owned();
        paper.buyer.name = text.to_owned();
        let printed = proof("long_invoice", &paper);
        crate::assert_reads("long_invoice", &printed.pdf, &[text]);
        let mut list = price_list();
        list.families[0].lines[0].product = text.to_owned();
        crate::assert_reads("long_list", &proof("long_list", &list).pdf, &["Légumes feuilles"]);
        let mut sheet = sorting_sheet(16, 4);
        sheet.rows[0].product = text.to_owned();
        sheet.clients[0].name = text.to_owned();
        proof("long_sheet", &sheet);
        let mut note = delivery_note();
        note.lines[0].product = text.to_owned();
        note.site.name = text.to_owned();
        proof("long_note", &note);
        let mut order = purchase_order();
        order.lines[0].designation = text.to_owned();
        proof("long_order", &order);
    }
}

/// No line, no note, no optional text: still a paper.
#[test]
fn bare_papers_print() {
    fn strip(value: &mut Value) {
        match value {
            Value::Array(items) => items.clear(),
            Value::Object(map) => map.values_mut().for_each(strip),
            _ => {}
        }
    }
    fn bare<P: Paper + Serialize + DeserializeOwned>(name: &str, paper: &P) {
        let mut value = serde_json::to_value(paper).expect("plain data");
        strip(&mut value);
        let paper: P = serde_json::from_value(value).expect("same shape");
        assert_eq!(proof(name, &paper).pages, 1, "{name}");
    }
    bare("bare_price_list", &price_list());
    bare("bare_purchase_order", &purchase_order());
    bare("bare_sorting_sheet", &sorting_sheet(3, 3));
    bare("bare_delivery_note", &delivery_note());
    bare("bare_invoice", &invoice());
}

/// A text of several pages in one cell is silly, but must not fall off the paper.
#[test]
fn a_row_taller_than_a_page_is_not_cut_off() {
    let words: Vec<String> = (0..2500).map(|i| format!("mot{i}")).collect();
    let mut paper = invoice();
    paper.lines[0].designation = words.join(" ");
    let printed = proof("tall_invoice", &paper);
    assert!(printed.pages > 3, "{} pages", printed.pages);
    crate::assert_reads("tall_invoice", &printed.pdf, &["mot0", "mot2499", "Total TTC"]);
    let mut list = price_list();
    list.families[0].lines[0].product = words.join(" ");
    let printed = proof("tall_list", &list);
    assert!(printed.pages > 3, "{} pages", printed.pages);
    let mut sheet = sorting_sheet(2, 2);
    sheet.rows[0].product = words.join(" ");
    assert!(proof("tall_sheet", &sheet).pages > 3);
}
