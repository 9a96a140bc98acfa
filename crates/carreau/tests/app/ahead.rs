//! The page of the weeks ahead, season commitments and announced menus, as a coordinator uses them.

use axum::http::StatusCode;
use carreau::generate::Scale;
use carreau::play::{Until, play};

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses, pack};

pub fn form(page: &Page, action: &str) -> Option<Form> {
    page.forms().into_iter().find(|form| form.is_post && form.action == action)
}

/// A kitchen that is never closed, a farm, and goods whose plate has a weight, by their codes.
pub async fn cast(house: &House) -> (String, String, String, String) {
    house
        .app
        .read(house.place(0), |week, _| {
            let register = week.register();
            let mut buyers = register.buyers.values();
            let buyer = buyers.find(|one| !one.kind.follows_school()).expect("a hospital");
            let farm = register.producers.values().next().expect("a farm");
            let mut products = register.products.values();
            let product = products.find(|one| !one.grammage.is_zero()).expect("a plate of it");
            let goods = (format!("{}|", product.id), product.name.clone());
            (buyer.id.to_string(), farm.id.to_string(), goods.0, goods.1)
        })
        .await
        .expect("a week")
}

/// A menu for a crowd is missing; the farm that promises it is counted on, until it stops.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_promised_and_no_longer_missing() {
    for house in houses(&pack(Scale::Xs, 3, 1)).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Closed).await.expect("a closed week");
        let (buyer, farm, goods, called) = cast(&house).await;
        let week = house.weeks[0].next().to_string();
        let ahead = format!("/anticipation?week={}", house.weeks[0]);
        let mut desk = Browser::new(&house, "coordinator").await;

        let mut menu = form(&desk.get("/anticipation/menus").await, "/anticipation/menus")
            .expect("a menu to note");
        for (field, value) in
            [("buyer", &buyer), ("week", &week), ("goods", &goods), ("servings", &"500000".into())]
        {
            menu.set(field, value);
        }
        let said = desk.post(&menu.action, &menu.fields).await.text();
        assert!(said.contains("Noté"), "{name}: {said}");
        let page = desk.get(&ahead).await;
        let of_goods = |page: &Page| row_of(page, &called);
        assert!(of_goods(&page).contains("manque"), "{name}: {}", of_goods(&page));

        let mut pledge = form(&desk.get("/anticipation/pledges").await, "/anticipation/pledges")
            .expect("a season to note");
        for (field, value) in [
            ("producer", &farm),
            ("goods", &goods),
            ("from", &week),
            ("to", &week),
            ("weekly", &"990000".into()),
        ] {
            pledge.set(field, value);
        }
        let said = desk.post(&pledge.action, &pledge.fields).await.text();
        assert!(said.contains("Noté"), "{name}: {said}");
        let row = of_goods(&desk.get(&ahead).await);
        assert!(row.contains("promis 990 000"), "{name}: {row}");
        // The week has passed: there is nothing to tell food aid of it, nor to offer.
        assert!(row.contains("de trop") && !row.contains("aide alimentaire"), "{name}: {row}");

        // Sent again with a season that cannot be: nothing is noted.
        pledge.set("to", &house.weeks[0].to_string());
        let refused = desk.post(&pledge.action, &pledge.fields).await;
        assert!(refused.text().contains("ce n'est pas une saison"), "{name}: {}", refused.text());
    }
}

/// The text of the row of some goods, on the page of the weeks ahead.
pub fn row_of(page: &Page, goods: &str) -> String {
    let text = page.html();
    let row = text.split("<tr").find(|row| {
        let head = row.split("</th>").next().unwrap_or_default();
        head.contains("scope=\"row\"") && head.contains(goods) && !head.contains("class=\"tag")
    });
    let row = row.unwrap_or_else(|| panic!("no row of {goods}: {}", page.text()));
    let row = row.split("</tr>").next().unwrap_or_default();
    row.replace(['\u{a0}', '\u{202f}'], " ")
}

/// Who observes may look and not write; the dock and a farm see neither.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_hub_looks_ahead_and_only_who_coordinates_writes() {
    const PAGES: [&str; 4] =
        ["/anticipation", "/anticipation/aid", "/anticipation/pledges", "/anticipation/menus"];
    for house in houses(&pack(Scale::Xs, 3, 1)).await {
        let name = house.database.name;
        let (_, farm, ..) = cast(&house).await;
        for address in PAGES {
            let mut observer = Browser::new(&house, "observer").await;
            let page = observer.get(address).await;
            assert_eq!(page.status, StatusCode::OK, "{name} {address}");
            assert!(page.forms().iter().all(|form| !form.is_post), "{name} {address}");
            for role in ["dock".to_string(), format!("producer.{farm}")] {
                let status = Browser::new(&house, &role).await.get(address).await.status;
                assert_eq!(status, StatusCode::FORBIDDEN, "{name} {role} {address}");
            }
        }
        let mut observer = Browser::new(&house, "observer").await;
        for address in &PAGES[1..] {
            let written = observer.post(address, &[]).await;
            assert_eq!(written.status, StatusCode::FORBIDDEN, "{name} {address}");
        }
    }
}
