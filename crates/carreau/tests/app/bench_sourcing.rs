//! Days of a folder of data, planned and measured, with the same problems for other solvers.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hub::Folder;
use crate::packs::{carreau, text};

fn objects(said: &str) -> Vec<Value> {
    let object = |line: &str| -> Value {
        serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}"))
    };
    said.lines().map(object).collect()
}

/// Two weeks of a small hub.
fn two_weeks() -> Folder {
    let pack = Folder::new();
    let folder = pack.path().to_str().expect("a plain path");
    let made = ["generate", "--scale", "xs", "--seed", "3", "--from", "2037-W10", "--weeks", "2"];
    let out = carreau(pack.path(), &[made.as_slice(), &[folder]].concat());
    assert!(out.status.success(), "{}", text(&out.stderr));
    pack
}

/// What is said of a folder, and the problems that are written down.
fn benched(pack: &Folder, more: &[&str]) -> (Vec<Value>, Vec<Value>) {
    let data = Folder::new();
    let file = data.path().join("problems");
    let folder = pack.path().to_str().expect("a plain path");
    let model = file.to_str().expect("a plain path");
    let words = ["bench", "sourcing", folder, "--json", "--plan", "--model", model];
    let out = carreau(data.path(), &[words.as_slice(), more].concat());
    assert!(out.status.success(), "{}", text(&out.stderr));
    let problems = std::fs::read_to_string(&file).expect("the problems");
    (objects(&text(&out.stdout)), objects(&problems))
}

fn list<'a>(of: &'a Value, key: &str) -> &'a Vec<Value> {
    of[key].as_array().unwrap_or_else(|| panic!("{key} of {of}"))
}

fn number(of: &Value) -> i64 {
    of.as_i64().unwrap_or_else(|| panic!("a whole number: {of}"))
}

fn value(of: &Value, aim: &str) -> i64 {
    let found = list(of, "aims").iter().find(|one| one["aim"] == aim);
    number(&found.unwrap_or_else(|| panic!("{aim} of {of}"))["value"])
}

#[test]
fn every_week_of_a_folder_is_planned_and_then_all_of_it() {
    let pack = two_weeks();
    let (told, problems) = benched(&pack, &[]);
    let [first, second, total] = &told[..] else { panic!("two weeks and a total: {told:?}") };
    assert_eq!(first["week"], "2037-W10");
    assert_eq!(second["week"], "2037-W11");
    assert_eq!(total["weeks"], 2);
    for aim in ["promises", "served", "income", "splits_and_trips", "kilometres"] {
        assert_eq!(value(total, aim), value(first, aim) + value(second, aim), "{aim}");
    }
    assert!(value(total, "served") > 0, "{total}");
    let days = list(first, "days").len() + list(second, "days").len();
    assert_eq!(problems.len(), days);
    let (alone, _) = benched(&pack, &["--week", "2037-W11"]);
    let plans = |week: &Value| -> Vec<Value> {
        list(week, "days").iter().map(|day| day["plan"].clone()).collect()
    };
    assert_eq!(plans(&alone[0]), plans(second));
    let folder = pack.path().to_str().expect("a plain path");
    let out = carreau(pack.path(), &["bench", "sourcing", folder, "--week", "2037-W20"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("ce dossier n'a pas d'offre en 2037-W20"));
}

/// The problem alone is enough to say what a plan serves and pays.
#[test]
fn a_plan_is_worth_in_the_problem_what_is_said_of_it() {
    let (told, problems) = benched(&two_weeks(), &[]);
    let days = told.iter().filter(|one| one["days"].is_array());
    let days: Vec<&Value> = days.flat_map(|week| list(week, "days")).collect();
    for (day, problem) in days.into_iter().zip(&problems) {
        assert_eq!(day["name"], problem["name"]);
        let wants: BTreeMap<&str, &Value> = list(problem, "wants")
            .iter()
            .map(|want| (want["id"].as_str().expect("a code"), want))
            .collect();
        let (mut served, mut paid) = (0, 0);
        for part in list(day, "plan") {
            let want = wants[part[0].as_str().expect("a code")];
            let quantity = number(&part[2]);
            assert_eq!(quantity % number(&want["step"]), 0, "{part} of {want}");
            served += quantity;
            paid += quantity * number(&want["cost"]);
        }
        assert_eq!(value(day, "served"), served);
        assert_eq!(value(day, "income"), (paid + 50_000) / 100_000);
    }
}
