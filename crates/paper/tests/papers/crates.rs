//! Labels: one to a crate, whatever the names are.

use crate::samples::imprint;
use crate::{assert_reads, proof};
use paper::{CrateLabel, LabelSheet, Labels, QrCode};

fn label(rank: usize) -> CrateLabel {
    CrateLabel {
        letter: Some("B".into()),
        client: Some("Collège Fontcarrade".into()),
        round: Some("T1 · 3".into()),
        product: "Tomate ronde Marbonne AB".into(),
        farm: "GAEC du Vidourle, Lunel".into(),
        batch: "L20261124-vidourle-tomate".into(),
        day: "mar. 24".into(),
        quantity: "10\u{a0}kg".into(),
        rank: format!("{rank} / 9"),
        code: format!("347-{rank}"),
        qr: QrCode::of(&format!("2026-W48.347-{rank}")).expect("a short text"),
    }
}

fn labels(on: LabelSheet, labels: Vec<CrateLabel>) -> Labels {
    Labels { imprint: imprint("Étiquettes", "etiquettes/1"), on, labels }
}

#[test]
fn eight_labels_lie_on_a_sheet_and_one_on_a_piece_of_the_roll() {
    for (on, pages) in [(LabelSheet::A4, 2), (LabelSheet::Roll, 9)] {
        let name = format!("labels_{on:?}");
        let printed = proof(&name, &labels(on, (1..=9).map(label).collect()));
        assert_eq!(printed.pages, pages, "{name}");
        let wanted =
            ["Collège Fontcarrade", "T1 · 3", "Tomate ronde Marbonne", "10 kg", "347-9", "9 / 9"];
        assert_reads(&name, &printed.pdf, &wanted);
    }
}

#[test]
fn a_lot_has_no_letter() {
    let lot = CrateLabel { letter: None, client: None, round: None, ..label(1) };
    let printed = proof("labels_lot", &labels(LabelSheet::A4, vec![lot]));
    assert_eq!(printed.pages, 1);
    assert_reads("labels_lot", &printed.pdf, &["Lot", "L20261124-vidourle-tomate", "mar. 24"]);
}

#[test]
fn no_name_pushes_a_label_onto_the_next_page() {
    const HOSTILE: [&str; 3] = [
        "Lycée d'enseignement général et technologique agricole de l'Hérault, site annexe, cuisine \
         centrale du bas, porte de derrière, à droite après le silo",
        "#import \"/etc/passwd\": * ] #panic(1) [ $x^2$ // = Titre",
        "Pourquoiunnomdeproduitseraitildunseultenantsansaucuneespacejusquauboutdeletiquette",
    ];
    for (text, on) in
        HOSTILE.iter().flat_map(|text| [LabelSheet::A4, LabelSheet::Roll].map(|on| (*text, on)))
    {
        let long = CrateLabel {
            letter: Some("AAB".into()),
            client: Some(text.into()),
            product: text.into(),
            farm: text.into(),
            batch: text.into(),
            quantity: "123 456,789\u{a0}kg".into(),
            ..label(1)
        };
        let printed = proof("labels_hostile", &labels(on, vec![long]));
        assert_eq!(printed.pages, 1, "{on:?}: {text}");
    }
}
