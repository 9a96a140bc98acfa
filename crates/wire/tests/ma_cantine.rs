//! The purchases file of *ma cantine*: against the platform's own schema and samples where they
//! are at hand (`CARREAU_DATA`), and against fixed lines everywhere.

use std::path::PathBuf;

use serde_json::Value;
use trade::calendar::Day;
use trade::catalog::{Label, Labels};
use trade::unit::Cents;
use wire::ma_cantine::{COLUMNS, Category, Family, Local, Origin, Purchase, categories, csv};

fn day(year: i32, month: i32, day: i32) -> Day {
    Day::from_ymd(year, month, day).expect("a day")
}

fn purchase() -> Purchase {
    Purchase {
        siret: "21010034300016".into(),
        description: "Pomme Golden cat. I\n(Ferme du Lez ; Mauguio)".into(),
        supplier: "Producteurs d'Occitanie".into(),
        day: day(2026, 11, 18),
        amount: Cents::new(3_458),
        family: Family::FruitAndVegetables,
        categories: categories(Labels::of(&[Label::Organic, Label::Hve])),
        origin: Some(Origin::France),
        is_short_circuit: true,
        local: Some(Local::Km(42)),
    }
}

fn text(purchases: &[Purchase]) -> String {
    String::from_utf8(csv(purchases, day(2026, 11, 23)).expect("written")).expect("UTF-8")
}

/// One of each word of the platform.
fn all_words() -> Vec<Purchase> {
    let families = Family::ALL.iter().map(|family| Purchase { family: *family, ..purchase() });
    let by_category = |one: &Category| Purchase { categories: vec![*one], ..purchase() };
    let locals = [
        Local::FoodProject,
        Local::Commune,
        Local::Departement,
        Local::Region,
        Local::Km(1),
        Local::Undefined,
    ];
    let locals = locals.map(|local| Purchase { local: Some(local), ..purchase() });
    let mut all: Vec<Purchase> = families.collect();
    all.extend(Category::ALL.iter().map(by_category));
    all.extend(locals);
    all.push(Purchase { categories: Category::ALL.to_vec(), ..purchase() });
    all.push(Purchase {
        description: "=CMD()".into(),
        supplier: String::new(),
        amount: Cents::new(5),
        categories: Vec::new(),
        origin: Some(Origin::Europe),
        is_short_circuit: false,
        local: None,
        ..purchase()
    });
    all
}

#[test]
fn a_purchase_is_a_line_of_twelve_cells() {
    let written = text(&[purchase()]);
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], COLUMNS.join(";"));
    let expected = "21010034300016;\"Pomme Golden cat. I (Ferme du Lez ; Mauguio)\";\
                    Producteurs d'Occitanie;2026-11-18;34.58;FRUITS_ET_LEGUMES;\"BIO,HVE\";FRANCE;\
                    OUI;OUI;KM;42";
    assert_eq!(lines[1..], [expected]);
}

#[test]
fn labels_are_counted_once() {
    let both = Labels::of(&[Label::Conversion, Label::Organic]);
    assert_eq!(categories(both), [Category::Organic]);
    assert_eq!(categories(Labels::NONE), []);
    let all = categories(Labels::of(&Label::ALL));
    let codes: Vec<&str> = all.iter().map(|one| one.code()).collect();
    assert_eq!(codes, ["BIO", "LABEL_ROUGE", "AOCAOP", "IGP", "HVE"]);
}

#[test]
fn what_the_platform_refuses_is_told_before() {
    let wrong = [
        Purchase { siret: "21010034300017".into(), ..purchase() },
        Purchase { description: " ".into(), ..purchase() },
        Purchase { day: day(2026, 11, 24), ..purchase() },
        Purchase { amount: Cents::new(-150), ..purchase() },
        Purchase { local: Some(Local::Km(0)), ..purchase() },
    ];
    let faults = csv(&wrong, day(2026, 11, 23)).expect_err("refused");
    let places: Vec<_> = faults.iter().map(|one| (one.line, one.column.as_str())).collect();
    let columns = ["siret", "description", "date", "prix_ht", "definition_local_km"];
    assert_eq!(places, (2..).zip(columns).collect::<Vec<_>>());
    assert_eq!(faults[3].value, "-1.50");
    assert!(csv(&[], day(2026, 11, 23)).is_err());
}

/// The platform's schema, and its folder of samples.
fn official() -> Option<(Value, PathBuf)> {
    let Some(folder) = std::env::var_os("CARREAU_DATA") else {
        println!("skipped: CARREAU_DATA names no folder with the platform's schema");
        return None;
    };
    let folder = PathBuf::from(folder).join("macantine");
    let schema = std::fs::read_to_string(folder.join("achats_siret.json")).expect("a schema");
    Some((serde_json::from_str(&schema).expect("JSON"), folder.join("samples")))
}

/// What the schema says against a file: the part of Table Schema that it uses.
fn against(schema: &Value, text: &str) -> Vec<String> {
    let fields: Vec<&Value> = schema["fields"].as_array().expect("fields").iter().collect();
    let first = text.lines().next().unwrap_or_default();
    let separator = [b';', b'\t', b','].into_iter().find(|one| first.contains(*one as char));
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(separator.unwrap_or(b','));
    let mut reader = reader.from_reader(text.as_bytes());
    let mut rows = reader.records().map(|record| record.expect("a record"));
    let heading: Vec<String> =
        rows.next().map(|row| row.iter().map(str::to_string).collect()).unwrap_or_default();
    let names: Vec<&str> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
    if heading != names {
        return vec![format!("titles: {heading:?}")];
    }
    let mut found = Vec::new();
    for (row, line) in rows.zip(2..) {
        if row.len() != fields.len() {
            found.push(format!("{line}: {} cells", row.len()));
            continue;
        }
        let wrong = fields.iter().zip(&row).filter(|(field, cell)| !is_fit(field, cell));
        found.extend(wrong.map(|(field, cell)| format!("{line}: {}: {cell}", field["name"])));
    }
    found
}

fn is_fit(field: &Value, cell: &str) -> bool {
    let bare = cell.trim();
    let listed = |list: &Value| {
        list.as_array().is_some_and(|words| words.iter().any(|word| word.as_str() == Some(bare)))
    };
    if bare.is_empty() {
        return field["constraints"]["required"] != Value::Bool(true);
    }
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match field["type"].as_str() {
        Some("boolean") => listed(&field["trueValues"]) || listed(&field["falseValues"]),
        Some("number") => bare.splitn(2, '.').all(is_digits),
        Some("date") => bare.len() == 10 && Day::parse(bare).is_some(),
        _ if field["doc_enum_multiple"] == Value::Bool(true) => bare.split(',').all(|word| {
            let word = Value::String(word.trim().into());
            field["doc_enum"].as_array().is_some_and(|words| words.contains(&word))
        }),
        _ if field["doc_enum"].is_array() => listed(&field["doc_enum"]),
        _ => true,
    }
}

#[test]
fn the_platform_s_schema_takes_every_word_that_we_write() {
    let Some((schema, _)) = official() else { return };
    assert_eq!(against(&schema, &text(&all_words())), Vec::<String>::new());
    // The same words, no more and no less.
    let words = |name: &str| -> Vec<String> {
        let fields = schema["fields"].as_array().expect("fields");
        let field = fields.iter().find(|field| field["name"] == name).expect("a field");
        let words = field["doc_enum"].as_array().expect("words").iter();
        words.map(|word| word.as_str().expect("a word").to_string()).collect()
    };
    let ours = |codes: Vec<&str>| codes.into_iter().map(str::to_string).collect::<Vec<_>>();
    let families = Family::ALL.iter().map(|one| one.code()).collect();
    assert_eq!(words("famille_produits"), ours(families));
    let categories = Category::ALL.iter().map(|one| one.code()).collect();
    assert_eq!(words("categories_egalim"), ours(categories));
}

#[test]
fn the_check_agrees_with_the_platform_on_its_own_samples() {
    let Some((schema, samples)) = official() else { return };
    let judge = |name: &str| {
        let bytes = std::fs::read(samples.join(name)).expect(name);
        against(&schema, &String::from_utf8_lossy(&bytes))
    };
    for good in [
        "purchases_good.csv",
        "purchases_good_separator_comma.csv",
        "purchases_good_separator_semicolon.csv",
        "purchases_good_separator_tab.tsv",
        "purchases_good_local_vs_circuit_court.csv",
    ] {
        assert_eq!(judge(good), Vec::<String>::new(), "{good}");
    }
    for bad in [
        "purchases_bad.csv",
        "purchases_bad_one_error.csv",
        "purchases_bad_wrong_header.csv",
        "purchases_bad_wrong_header_typo.csv",
        "purchases_bad_extra_columns.csv",
        "purchases_bad_no_header.csv",
        "purchases_good_old.csv",
        "bad_decimal_comma.csv",
    ] {
        assert!(!judge(bad).is_empty(), "{bad}");
    }
}

#[test]
fn a_file_spoilt_by_hand_is_seen() {
    let Some((schema, _)) = official() else { return };
    let good = text(&[purchase()]);
    for (from, to) in [
        ("34.58", "34,58"),
        ("2026-11-18", "18/11/2026"),
        ("FRUITS_ET_LEGUMES", "Fruits"),
        ("BIO,HVE", "BIO,LOCAL"),
        (";OUI;OUI", ";vrai;OUI"),
        ("definition_local_km", "definition_km"),
        ("21010034300016", ""),
    ] {
        let spoilt = good.replacen(from, to, 1);
        assert!(spoilt != good && !against(&schema, &spoilt).is_empty(), "{to}");
    }
}
