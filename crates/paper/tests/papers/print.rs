//! The realistic papers: text, pages, bytes.

use crate::samples::{price_list, purchase_order, sorting_sheet};
use crate::samples_out::{credit_note, delivery_note, donation_note, invoice};
use crate::samples_out::{private_invoice, proof_report, purchase_slip, round_sheets, self_bill};
use crate::{assert_reads, proof};
use paper::{PaperError, page_texts, typeset};

#[test]
fn price_list_reads() {
    let printed = proof("price_list", &price_list());
    assert_eq!(printed.pages, 1);
    assert_reads(
        "price_list",
        &printed.pdf,
        &[
            "Mercuriale",
            "Producteurs d'Occitanie",
            "Semaine 48",
            "dimanche 22, 18 h 00",
            "Légumes racines",
            "Carotte",
            "Nantaise · Cat. I · 20/40",
            "1,45 €",
            "Œufs plein air",
            "France, Mauguio (34)",
            "↑",
            "↓",
            "page 1 / 1",
            "version 2",
        ],
    );
}

#[test]
fn purchase_order_reads() {
    let printed = proof("purchase_order", &purchase_order());
    assert_eq!(printed.pages, 1);
    assert_reads(
        "purchase_order",
        &printed.pdf,
        &[
            "BC-2026-1184",
            "EARL Mas des Garrigues",
            "512 345 678 00021",
            "34130 Mauguio",
            "GAR-2026-329-01",
            "18 caisses de 10 kg",
            "208,80 €",
            "588,00 €",
            "Prix ferme",
            "L443-3",
            "Mode de détermination du prix",
            "quai 7",
        ],
    );
}

#[test]
fn sorting_sheet_reads() {
    let printed = proof("sorting_sheet", &sorting_sheet(9, 16));
    assert_eq!(printed.pages, 1);
    assert_reads(
        "sorting_sheet",
        &printed.pdf,
        &[
            "Fiche d'allotissement",
            "Mercredi 25 novembre 2026",
            "Carotte",
            "GAR-2026-329-00",
            "Total par client",
            "1 250",
            "186 colis",
        ],
    );
}

#[test]
fn sorting_sheet_wants_one_cell_per_client() {
    let mut paper = sorting_sheet(3, 2);
    paper.rows[1].cells.pop();
    let refused = typeset(&paper).expect_err("a ragged row");
    assert!(matches!(refused, PaperError::Ragged { cells: 2, clients: 3, .. }), "{refused}");
}

#[test]
fn round_sheets_read_one_round_on_a_page() {
    let printed = proof("round_sheets", &round_sheets());
    assert_eq!(printed.pages, 2);
    assert_reads(
        "round_sheets",
        &printed.pdf,
        &[
            "Feuille de route",
            "mardi 24 novembre 2026",
            "T2",
            "Fourgon",
            "Lycée Feuillade",
            "6 h 48",
            "04 67 00 00 03",
            "BL-261124-lycee",
            "Poireau 62 kg",
            "240 kg",
            "signature",
            "page 1 / 2",
        ],
    );
}

#[test]
fn proof_report_reads() {
    let printed = proof("proof_report", &proof_report());
    assert_eq!(printed.pages, 1);
    assert_reads(
        "proof_report",
        &printed.pdf,
        &[
            "Preuve d'intégrité des écritures",
            "Chaque écriture est équilibrée",
            "1 écart",
            "La preuve ne tient pas",
            "Série F2026 : le numéro 12 manque.",
            "N° 182",
            "page 1 / 1",
        ],
    );
}

#[test]
fn donation_note_reads() {
    let printed = proof("donation_note", &donation_note());
    assert_eq!(printed.pages, 1);
    assert_reads(
        "donation_note",
        &printed.pdf,
        &[
            "Bon de don alimentaire",
            "DON-261124-101",
            "Donateur",
            "844 512 307 00018",
            "34-2024-07, du 12 mars 2024",
            "64,5 kg",
            "1,16 €",
            "Valeur retenue HT",
            "89,22 €",
            "6,5 °C",
            "Nadia Benali",
            "page 1 / 1",
        ],
    );
}

#[test]
fn delivery_note_reads() {
    let printed = proof("delivery_note", &delivery_note());
    assert_eq!(printed.pages, 1);
    assert_reads(
        "delivery_note",
        &printed.pdf,
        &[
            "BL-2026-3207",
            "Lycée Jean-Moulin",
            "T1 Béziers",
            "Arrêt",
            "VID-2026-329-01",
            "Température",
            "8 °C au plus",
            "Réserves",
            "signature",
            "Caisse plastique",
            "108",
        ],
    );
}

#[test]
fn invoice_reads_as_the_portal_wants() {
    let printed = proof("invoice", &invoice());
    assert_eq!(printed.pages, 1);
    assert_reads(
        "invoice",
        &printed.pdf,
        &[
            "Facture",
            "F2026-000123",
            "SIRET client : 193 400 091 00018",
            "SIRET fournisseur : 844 512 307 00018",
            "N° d'engagement",
            "4500012345",
            "Code service",
            "CANTINE",
            "FR 15 844512307",
            "Total HT",
            "416,00 €",
            "440,62 €",
            "5,5 %",
            "404,00 €",
            "FR76 3000 6000 0112 3456 7890 189",
            "40 €",
            "Date d'échéance",
            "BL-2026-3207",
        ],
    );
}

#[test]
fn other_kinds_of_invoice_read() {
    let printed = proof("self_bill", &self_bill());
    assert_reads(
        "self_bill",
        &printed.pdf,
        &["Autofacturation", "au nom et pour le compte", "Net à payer", "−100,00 €"],
    );
    let printed = proof("credit_note", &credit_note());
    assert_reads("credit_note", &printed.pdf, &["Avoir", "Document corrigé", "F2026-000123"]);
    let printed = proof("private_invoice", &private_invoice());
    let wanted = ["trois fois le taux de l'intérêt légal", "SIREN client : 552 100 554", "40 €"];
    assert_reads("private_invoice", &printed.pdf, &wanted);
}

/// A farm under the flat-rate scheme charges no tax: one total, and the sentence that says why.
#[test]
fn purchase_slip_shows_no_tax() {
    let slip = purchase_slip();
    let printed = proof("purchase_slip", &slip);
    let wanted = ["Bulletin d'achat", "404,00 €", "remboursement forfaitaire", "Acheteur"];
    assert_reads("purchase_slip", &printed.pdf, &wanted);
    let text = page_texts(&slip).expect("prints").concat();
    for absent in ["Total HT", "Total TVA", "Total TTC", "Taux de TVA", "PU HT"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn same_data_same_bytes() {
    let twice = [0, 1].map(|_| {
        [
            proof("price_list", &price_list()).pdf,
            proof("purchase_order", &purchase_order()).pdf,
            proof("sorting_sheet", &sorting_sheet(9, 16)).pdf,
            proof("delivery_note", &delivery_note()).pdf,
            proof("invoice", &invoice()).pdf,
        ]
    });
    assert!(twice[0] == twice[1]);
    let mut later = invoice();
    later.imprint.written_at.minute += 1;
    assert_ne!(proof("invoice_later", &later).pdf, twice[0][4], "the instant is in the file");
}

#[test]
fn a_wrong_date_is_refused() {
    let mut paper = invoice();
    paper.imprint.written_at.month = 13;
    assert!(matches!(typeset(&paper), Err(PaperError::Date)));
}

#[test]
fn the_file_says_archive() {
    let pdf = proof("invoice", &invoice()).pdf;
    let text = String::from_utf8_lossy(&pdf);
    for want in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "2026-11-23T09:42:00",
        "GTS_PDFA1",
    ] {
        assert!(text.contains(want), "{want}");
    }
}
