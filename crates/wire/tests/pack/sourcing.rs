//! What plans of purchases aim at: folders that say nothing of it, and folders that say it in
//! French.

use trade::sourcing::Aim;
use trade::unit::Cents;
use wire::pack::{SourcingNote, write};

use crate::folder::{Files, files, pack_of};

/// The good folder with this text in the place of its settings; without one where there is none.
fn with(text: Option<&str>) -> Files {
    let mut all = files();
    all.retain(|(name, _)| name != "sourcing.csv");
    all.extend(text.map(|text| ("sourcing.csv".to_string(), text.as_bytes().to_vec())));
    all
}

#[test]
fn a_folder_of_before_says_nothing_and_is_written_without_it() {
    let pack = pack_of(&with(None));
    assert_eq!(pack.sourcing, None);
    let written = write(&pack);
    assert!(written.iter().all(|(name, _)| name != "sourcing.csv"));
    assert_eq!(pack_of(&written), pack);
}

#[test]
fn aims_are_read_in_their_order_under_french_names() {
    let text = "tolérance;fermes au plus;objectifs\n\
        12,50 €;3;promesses + servi + km + partages et trajets + part de saison\n";
    let aims =
        vec![Aim::Promises, Aim::Served, Aim::Kilometres, Aim::SplitsAndTrips, Aim::FairShare];
    let said = SourcingNote { aims, farms_most: 3, tolerance: Some(Cents::new(1_250)) };
    assert_eq!(pack_of(&with(Some(text))).sourcing, Some(said));
}

#[test]
fn an_empty_tolerance_is_none_and_nothing_is_nothing() {
    let tolerance = |cell: &str| {
        let text = format!("aims,farms_most,tolerance\npromises+served,1,{cell}\n");
        pack_of(&with(Some(&text))).sourcing.expect("settings").tolerance
    };
    assert_eq!(tolerance(""), None);
    assert_eq!(tolerance("0"), Some(Cents::ZERO));
}
