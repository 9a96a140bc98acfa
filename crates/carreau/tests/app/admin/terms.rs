//! What plans look at beside offers, as the administrator keeps it: the least that a farm's trip
//! must be worth, its agreed share of the season, where goods of a contract may come from.

use axum::http::StatusCode;
use trade::contract::{Contract, Origin};
use trade::unit::{Cents, Rate};

use super::{houses_of, plain, play, post};
use crate::browser::{Browser, Form, Page};
use crate::hub::House;
use crate::pages::faults;

/// Whether a field of the page says what is wrong with it.
fn is_wrong(page: &Page, field: &str) -> bool {
    page.html().contains(&format!("id=\"e-{field}\""))
}

fn form_to(page: &Page, action: &str) -> Form {
    let mut forms = page.forms().into_iter();
    forms.find(|form| form.is_post && form.action == action).expect("the form")
}

/// The least worth of a trip and the agreed share of the first farm, with its page.
async fn terms(house: &House) -> (String, Cents, Option<Rate>) {
    let found = house.app.read(house.place(0), |week, _| {
        let farm = week.register().producers.values().next().expect("a farm");
        (format!("/admin/parties/farm/{}", farm.id), farm.minimum_trip, farm.season_share)
    });
    found.await.expect("a week")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_farm_has_its_least_trip_and_its_agreed_share() {
    const WRONG: &str = "
        minimum_trip=beaucoup; season_share= | minimum_trip | « beaucoup » n'est pas un nombre
        minimum_trip=-5; season_share=       | minimum_trip | écrivez de 0 à 10 000 €
        minimum_trip=10 001; season_share=   | minimum_trip | écrivez de 0 à 10 000 €
        minimum_trip=12,345; season_share=   | minimum_trip | deux décimales au plus
        minimum_trip=; season_share=0        | season_share | écrivez plus de 0
        minimum_trip=; season_share=101 %    | season_share | et 100 au plus
        minimum_trip=x; season_share=y       | season_share | « y » n'est pas un nombre
        minimum_trip=x; season_share=y       | minimum_trip | « x » n'est pas un nombre";
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let (page, ..) = terms(&house).await;
        let mut browser = Browser::new(&house, "administrator").await;
        let good = "email=; minimum_trip=1 250,50 €; season_share=12,5 %";
        play(&mut browser, &format!("{page} | {good} | Fiche enregistrée.")).await;
        let kept = (page.clone(), Cents::new(125_050), Some(Rate::new(1_250)));
        assert_eq!(terms(&house).await, kept, "{name}");
        // Its page shows what is known, and sends it back as it is.
        let form = form_to(&browser.get(&page).await, &page);
        assert_eq!(form.value("season_share"), Some("12,5"), "{name}");
        let same = browser.post(&page, &form.fields).await;
        assert!(plain(&same).contains("Fiche enregistrée."), "{name}: {}", plain(&same));
        assert_eq!(terms(&house).await, kept, "{name}");
        // What cannot be is said at its field, what was typed is still there, nothing is kept.
        for row in WRONG.lines().filter(|row| !row.trim().is_empty()) {
            let columns: Vec<&str> = row.split('|').map(str::trim).collect();
            let [fields, field, said] = columns[..] else { panic!("three columns: {row}") };
            let typed = format!("email=ferme@exemple.fr; fetched=1; {fields}");
            let refused = post(&mut browser, &page, &typed).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name} {row}");
            assert!(is_wrong(&refused, field), "{name} {row}");
            assert!(plain(&refused).contains(said), "{name} {row}: {}", plain(&refused));
            assert_eq!(faults(&refused), Vec::<String>::new(), "{name} {row}");
            let form = form_to(&refused, &page);
            assert_eq!(form.value("email"), Some("ferme@exemple.fr"), "{name} {row}");
            assert_eq!(form.value("fetched"), Some("1"), "{name} {row}");
        }
        assert_eq!(terms(&house).await, kept, "{name}");
        // A form that does not speak of them changes nothing of them; empty ones are none.
        play(&mut browser, &format!("{page} | email= | Fiche enregistrée.")).await;
        assert_eq!(terms(&house).await, kept, "{name}");
        let none = format!("{page} | email=; minimum_trip=; season_share= | Fiche enregistrée.");
        play(&mut browser, &none).await;
        assert_eq!(terms(&house).await, (page.clone(), Cents::ZERO, None), "{name}");
        let journal = plain(&browser.get("/admin/audit").await);
        assert!(journal.contains("Part de saison convenue : 12,5 → vide"), "{name}: {journal}");
    }
}

/// The first contract, the commune of a farm, and a buyer whose contract it is not.
async fn contract(house: &House) -> (Contract, String, String) {
    let found = house.app.read(house.place(0), |week, _| {
        let register = week.register();
        let contract = register.contracts.first().expect("a contract").clone();
        let farm = register.producers.values().next().expect("a farm");
        let mut others = register.buyers.keys().filter(|buyer| **buyer != contract.buyer);
        let other = others.next().expect("another buyer").to_string();
        (contract, farm.identity.commune.clone(), other)
    });
    found.await.expect("a week")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_says_where_its_goods_come_from() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let (known, commune, other) = contract(&house).await;
        let (code, own) = (known.id, format!("/admin/parties/buyer/{}", known.buyer));
        let address = format!("{own}/origins");
        let origin = async || contract(&house).await.0.origin;
        let mut browser = Browser::new(&house, "administrator").await;
        let near = format!("contract={code}; origin=within; kilometres=150; communes=");
        play(&mut browser, &format!("{address} | {near} | Clause d'origine enregistrée.")).await;
        assert_eq!(origin().await, Origin::Within { metres: 150_000 }, "{name}");
        let page = browser.get(&own).await;
        assert!(plain(&page).contains("à 150 km au plus du site livré · "), "{}", plain(&page));
        assert_eq!(form_to(&page, &address).value("kilometres"), Some("150"), "{name}");
        // A commune without a farm is kept, and told: it may be a slip.
        let listed = format!("contract={code}; origin=communes; communes={commune}, Nulle-Part");
        let said = "Pas de ferme pour l'instant à : Nulle-Part.";
        play(&mut browser, &format!("{address} | {listed} | {said}")).await;
        let names = vec![commune.clone(), "Nulle-Part".to_string()];
        assert_eq!(origin().await, Origin::Communes(names.clone()), "{name}");
        let form = form_to(&browser.get(&own).await, &address);
        assert_eq!(form.value("origin"), Some("communes"), "{name}");
        assert_eq!(form.value("communes"), Some(names.join(", ").as_str()), "{name}");
        // The buyer reads it beside its prices.
        let mut kitchen = Browser::new(&house, &format!("buyer.{}", known.buyer)).await;
        let read = kitchen.get(&format!("/weeks/{}/my-orders/contracts", house.weeks[0])).await;
        let said = "Produits de fermes de ces communes : ";
        assert!(plain(&read).contains(said), "{name}: {}", plain(&read));
        let journal = plain(&browser.get("/admin/audit").await);
        assert!(journal.contains("au plus du site livré → de fermes de ces"), "{name}: {journal}");
        wrong_clauses(&mut browser, &address, &code.to_string()).await;
        let of_another = format!("/admin/parties/buyer/{other}/origins");
        let said = "n'est pas de cet acheteur";
        play(&mut browser, &format!("{of_another} | {near} | {said}")).await;
        assert_eq!(origin().await, Origin::Communes(names), "{name}: nothing is kept");
        let free = format!("contract={code}; origin=anywhere; kilometres=9; communes=Aniane");
        play(&mut browser, &format!("{address} | {free} | Clause d'origine enregistrée.")).await;
        assert_eq!(origin().await, Origin::Anywhere, "{name}");
    }
}

/// What cannot be is said at its field, and what was typed is still there.
async fn wrong_clauses(browser: &mut Browser, address: &str, code: &str) {
    const WRONG: &str = "
        origin=within; kilometres=           | kilometres | Ce champ est vide
        origin=within; kilometres=0          | kilometres | de 1 à 1 500
        origin=within; kilometres=60 km      | kilometres | « 60 km » ne va pas
        origin=communes; communes=           | communes   | donnez au moins une commune
        origin=communes; communes= , ;       | communes   | donnez au moins une commune
        origin=communes; communes=34010      | communes   | « 34010 » n'est pas un nom
        origin=lune                          | origin     | choisissez d'où";
    for row in WRONG.lines().filter(|row| !row.trim().is_empty()) {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [fields, field, said] = columns[..] else { panic!("three columns: {row}") };
        let refused = post(browser, address, &format!("contract={code}; {fields}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{row}");
        assert!(is_wrong(&refused, &format!("{field}-{code}")), "{row}");
        assert!(plain(&refused).contains(said), "{row}: {}", plain(&refused));
        assert_eq!(faults(&refused), Vec::<String>::new(), "{row}");
    }
    let typed = format!("contract={code}; origin=within; kilometres=loin");
    let refused = post(browser, address, &typed).await;
    let form = form_to(&refused, address);
    let values = [form.value("origin"), form.value("kilometres")];
    assert_eq!(values, [Some("within"), Some("loin")]);
}
