//! A season under two ways of planning, side by side.

use serde_json::Value;

use crate::hub::Folder;
use crate::packs::{carreau, text};

/// What each way of planning came to, without its seconds.
fn two_weeks() -> Vec<Value> {
    let data = Folder::new();
    let words = ["bench", "season", "--weeks", "2", "--scale", "xs", "--seed", "3", "--json"];
    let out = carreau(data.path(), &words);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let read = |line: &str| -> Value {
        let mut object: Value =
            serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}"));
        let seconds = object.as_object_mut().and_then(|object| object.remove("cpu_seconds"));
        assert!(seconds.is_some_and(|seconds| seconds.is_number()), "{line}");
        object
    };
    text(&out.stdout).lines().map(read).collect()
}

#[test]
fn both_planners_play_the_same_weeks_and_aims_serve_no_less() {
    let outcomes = two_weeks();
    let [greedy, by_aims] = &outcomes[..] else { panic!("two planners: {outcomes:?}") };
    assert_eq!(greedy["planner"], "greedy");
    assert_eq!(by_aims["planner"], "by_aims");
    let number = |of: &Value, key: &str| of[key].as_i64().unwrap_or_else(|| panic!("{key}: {of}"));
    for key in ["wanted_g", "promised_g", "order_lines"] {
        assert_eq!(number(greedy, key), number(by_aims, key), "{key}");
    }
    // What farms can no longer bring depends on who was asked: the first plans are alike.
    assert!(number(by_aims, "planned_g") >= number(greedy, "planned_g"), "{outcomes:?}");
    for of in &outcomes {
        assert!(number(of, "served_g") > 0 && number(of, "paid_cents") > 0, "{of}");
        assert!(number(of, "round_metres") > 0 && number(of, "truck_seconds") > 0, "{of}");
        for (part, whole) in [
            ("planned_g", "wanted_g"),
            ("served_g", "wanted_g"),
            ("split_lines", "order_lines"),
            ("poor_trips", "trips"),
            ("mean_off_cents", "farthest_cents"),
        ] {
            assert!(number(of, part) <= number(of, whole), "{part} of {whole}: {of}");
        }
    }
    // The search leaves out what it cannot reach in time.
    assert_eq!((number(by_aims, "late_stops"), number(by_aims, "broken_rules")), (0, 0));
    assert_eq!(two_weeks(), outcomes);
}

#[test]
fn a_season_is_a_table_of_36_weeks_at_most() {
    let data = Folder::new();
    let out = carreau(data.path(), &["bench", "season", "--weeks", "1", "--scale", "xs"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let said = text(&out.stdout);
    let head = said.lines().next().unwrap_or_default();
    assert!(head.contains("de proche en proche") && head.ends_with("par buts"), "{said}");
    assert!(said.contains("Lieux sans tournée"), "{said}");
    for weeks in ["0", "37"] {
        let out = carreau(data.path(), &["bench", "season", "--weeks", weeks]);
        assert_eq!(out.status.code(), Some(1));
        assert!(text(&out.stderr).contains("une saison compte de 1 à 36 semaines"), "{weeks}");
    }
}
