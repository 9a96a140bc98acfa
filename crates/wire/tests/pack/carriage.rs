//! What rounds look at: folders that say nothing of it, that say it, and that say half of it.

use trade::party::{Access, Carriage, DockRules, Duty, Hours, Rest};
use trade::unit::{Cents, Grams};
use wire::pack::read;

use crate::folder::{Files, files, pack_of, told};

/// How many columns of each file rounds alone look at: the last ones.
const OF_ROUNDS: [(&str, usize); 4] =
    [("hub.csv", 5), ("producers.csv", 3), ("sites.csv", 6), ("vehicles.csv", 14)];

/// The good folder as it was written before there were these columns.
fn before() -> Files {
    let mut all = files();
    for (file, columns) in OF_ROUNDS {
        let (_, bytes) = all.iter_mut().find(|(name, _)| name == file).expect("a known file");
        let text = String::from_utf8(bytes.clone()).expect("the good files are UTF-8");
        let rows = text.lines().map(|row| row.rsplitn(columns + 1, ',').last().unwrap_or_default());
        *bytes = (rows.collect::<Vec<_>>().join("\n") + "\n").into_bytes();
    }
    all
}

/// The folder of before with columns beside those of a file, one row of cells for each of its rows.
fn with(file: &str, columns: &str, cells: &[&str]) -> Files {
    let mut all = before();
    let (_, bytes) = all.iter_mut().find(|(name, _)| name == file).expect("a known file");
    let text = String::from_utf8(bytes.clone()).expect("the good files are UTF-8");
    let beside = std::iter::once(&columns).chain(cells);
    let rows: Vec<String> =
        text.lines().zip(beside).map(|(row, cells)| format!("{row},{cells}")).collect();
    *bytes = (rows.join("\n") + "\n").into_bytes();
    all
}

#[test]
fn a_folder_of_before_has_the_usual_figures() {
    let pack = pack_of(&before());
    assert!(pack.hub.is_some_and(|hub| hub.dock == DockRules::default()));
    assert!(pack.sites.iter().all(|site| site.access == Access::default()));
    assert!(pack.vehicles.iter().all(|vehicle| vehicle.duty == Duty::default()));
    assert!(pack.vehicles.iter().all(|vehicle| !vehicle.is_retired));
    assert!(pack.producers.iter().all(|farm| farm.carriage == Carriage::default()));
}

#[test]
fn hours_access_and_costs_are_read_under_both_names() {
    let sites = with(
        "sites.csv",
        "rouvre,referme,minutes_sur_place,ptac_max_kg,priorite,caisses_rendues",
        &["13:30,15h,20,3500,1,12", ",,,,,", ",,,,,"],
    );
    let access = pack_of(&sites).sites[0].access;
    let again = Some(Hours { from: 810, to: 900 });
    let largest = Some(Grams::new(3_500_000));
    let said = Access { again, service_minutes: 20, largest, priority: 1, empties: 12 };
    assert_eq!(access, said);
    let vehicles = with(
        "vehicles.csv",
        "litres,gross_kg,shift_from,shift_to,rest_from,rest_to,rest_minutes,per_km,carrier",
        &["9000,3500,5:00,13:00,9:00,11:00,30,0.3,oui", ",,,,,,,,"],
    );
    let duty = pack_of(&vehicles).vehicles[0].duty;
    assert_eq!(duty.shift, Hours { from: 300, to: 780 });
    let window = Hours { from: 540, to: 660 };
    assert_eq!(duty.rest, Some(Rest { window, minutes: 30 }));
    assert_eq!((duty.litres, duty.gross), (Some(9_000), Some(Grams::new(3_500_000))));
    assert_eq!((duty.per_km, duty.is_carrier), (Cents::new(30), true));
}

#[test]
fn vehicles_are_preferred_in_the_order_of_their_rows() {
    let pack = pack_of(&files());
    let said: Vec<_> = pack.vehicles.iter().map(|one| (one.id.as_str(), one.rank)).collect();
    assert_eq!(said, [("camion", 1), ("kangoo", 2)]);
    assert_eq!(pack.vehicles.iter().map(|one| one.is_retired).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn half_of_two_hours_is_a_fault() {
    let half = with("sites.csv", "reopens,recloses", &["13:30,", ",15:00", "9:00,10:00"]);
    let said = told(&read(&half).expect_err("three faults"));
    for piece in [
        "une heure de début va avec une heure de fin",
        "une heure de fin va avec une heure de début",
        "le site rouvre avant d'avoir fermé",
    ] {
        assert!(said.contains(piece), "{piece} in {said}");
    }
}
