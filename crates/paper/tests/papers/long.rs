//! Papers of many pages: nothing lost, headings repeated, pages numbered.

use crate::proof;
use crate::samples::{price_line, price_list, purchase_order, sorting_sheet};
use crate::samples_out::{delivery_note, invoice};
use paper::{Family, Paper, page_texts};

/// The pages of a paper, proofed: each carries its number and the count, in order.
fn pages<P: Paper>(name: &str, paper: &P) -> Vec<String> {
    let pages = page_texts(paper).expect("prints");
    assert_eq!(proof(name, paper).pages, pages.len());
    for (i, text) in pages.iter().enumerate() {
        let number = format!("page {} / {}", i + 1, pages.len());
        assert!(squeezed(text).contains(&squeezed(&number)), "{number} not in {text}");
    }
    pages
}

fn squeezed(text: &str) -> String {
    crate::squeezed(text)
}

/// How often a text occurs on each page.
fn counts(pages: &[String], text: &str) -> Vec<usize> {
    let text = squeezed(text);
    pages.iter().map(|page| squeezed(page).matches(&text).count()).collect()
}

/// `lines` numbered lines, "n°0;" to "n°199;": all printed once, under a head on every page
/// that has one.
fn all_lines_under_heads(pages: &[String], lines: usize, head: &str) {
    for line in 0..lines {
        let count: usize = counts(pages, &format!("n°{line};")).iter().sum();
        assert_eq!(count, 1, "line {line}");
    }
    let with_lines = counts(pages, "n°");
    for (page, (lines, heads)) in with_lines.iter().zip(counts(pages, head)).enumerate() {
        assert_eq!(heads, usize::from(*lines > 0), "page {} has {lines} lines", page + 1);
    }
}

#[test]
fn invoice_of_200_lines() {
    let mut paper = invoice();
    let model = paper.lines[0].clone();
    paper.lines = (0..200).map(|_| model.clone()).collect();
    for (i, line) in paper.lines.iter_mut().enumerate() {
        line.designation = format!("Carotte n°{i};");
    }
    let pages = pages("invoice_200", &paper);
    all_lines_under_heads(&pages, 200, "Désignation");
    assert_eq!(counts(&pages, "Total TTC").iter().sum::<usize>(), 1);
    let tables = counts(&pages, "Taux de TVA");
    assert_eq!(tables, counts(&pages, "Total TTC"), "the tax table and the total stay together");
    let named = counts(&pages, "F2026-000123");
    assert!(named.iter().all(|count| *count > 0), "a page without the invoice's number");
}

#[test]
fn delivery_note_of_200_lines() {
    let mut paper = delivery_note();
    let model = paper.lines[0].clone();
    paper.lines = (0..200).map(|_| model.clone()).collect();
    for (i, line) in paper.lines.iter_mut().enumerate() {
        line.product = format!("Chou n°{i};");
    }
    let pages = pages("delivery_note_200", &paper);
    all_lines_under_heads(&pages, 200, "Commandé");
    let signed = counts(&pages, "signature");
    assert_eq!(signed.iter().sum::<usize>(), 1);
    assert_eq!(signed, counts(&pages, "Réserves du client"), "what is signed stays together");
}

#[test]
fn purchase_order_of_200_lines() {
    let mut paper = purchase_order();
    let model = paper.lines[0].clone();
    paper.lines = (0..200).map(|_| model.clone()).collect();
    for (i, line) in paper.lines.iter_mut().enumerate() {
        line.designation = format!("Blette n°{i};");
    }
    all_lines_under_heads(&pages("purchase_order_200", &paper), 200, "Désignation");
}

/// Ten families of 20 lines, in columns: a head on each, and the family's name above its lines.
#[test]
fn price_list_of_200_lines() {
    let mut paper = price_list();
    let line = |i: usize| {
        price_line(&format!(
            "=|Produit n°{i};|Variété|Cat. I|20/40|France, Lunel (34)|AB|Caisse 10 kg|kg|1,45 €"
        ))
    };
    paper.families = (0..10)
        .map(|f| Family {
            name: format!("Famille {f}"),
            lines: (0..20).map(|i| line(f * 20 + i)).collect(),
        })
        .collect();
    let pages = pages("price_list_200", &paper);
    assert!((3..=5).contains(&pages.len()), "{} pages", pages.len());
    for line in 0..200 {
        let lines = counts(&pages, &format!("n°{line};"));
        assert_eq!(lines.iter().sum::<usize>(), 1, "line {line}");
        let families = counts(&pages, &format!("Famille {}", line / 20));
        let headed = lines.iter().zip(&families).all(|(line, family)| *line == 0 || *family > 0);
        assert!(headed, "line {line} without its family on the page");
    }
}

/// What fills two columns of a page stays on two pages.
#[test]
fn price_list_of_120_lines_is_a_sheet_printed_on_both_sides() {
    let mut paper = price_list();
    let line = paper.families[0].lines[1].clone();
    let family = |f: usize| Family { name: format!("Famille {f}"), lines: vec![line.clone(); 20] };
    paper.families = (0..6).map(family).collect();
    assert_eq!(pages("price_list_120", &paper).len(), 2);
}

#[test]
fn sorting_sheet_of_40_clients_and_50_products() {
    let pages = pages("sorting_sheet_40x50", &sorting_sheet(40, 50));
    assert!(counts(&pages, "Fiche d'allotissement Mercredi").iter().all(|heads| *heads == 1));
    // Four slices of ten clients, each with all products.
    assert_eq!(counts(&pages, "GAR-2026-329-49").iter().sum::<usize>(), 4);
    for letters in ["clients A à J", "clients K à T", "clients U à AD", "clients AE à AN"] {
        assert!(counts(&pages, letters).iter().sum::<usize>() > 0, "{letters}");
    }
}

/// One client more than a page holds makes two pages of seven and six, not of twelve and one.
#[test]
fn sorting_sheet_spreads_its_clients() {
    assert_eq!(pages("sorting_12", &sorting_sheet(12, 8)).len(), 1);
    let pages = pages("sorting_13", &sorting_sheet(13, 8));
    assert_eq!(counts(&pages, "clients A à G sur 13"), [1, 0]);
    assert_eq!(counts(&pages, "clients H à M sur 13"), [0, 1]);
}
