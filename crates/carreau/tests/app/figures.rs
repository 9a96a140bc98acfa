//! What the pages of needs, impact and letters say of a week, and that it is no more than is known.

use carreau::generate::Scale;
use carreau::play::{Until, pay_farms, play};

use crate::browser::Browser;
use crate::hub::{houses, pack};

/// A farm is paid when its bill is; gifts and orders of food aid stand apart; the season says by
/// which calendar.
#[tokio::test(flavor = "multi_thread")]
async fn impact_tells_what_is_billed_and_what_is_paid() {
    for house in houses(&pack(Scale::S, 11, 1)).await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let address = format!("/weeks/{}/impact", house.weeks[0]);
        play(&house.app, house.place(0), Until::Delivered).await.expect("a delivered week");
        let page = desk.get(&address).await.text();
        for said in [
            "fermes, aucun relevé émis",
            "donnés à l'aide alimentaire",
            "commandés par l'aide alimentaire",
            "en saison, d'après le calendrier de la plateforme",
            "sont de produits sans mois",
        ] {
            assert!(page.contains(said), "{name}: {said}: {page}");
        }
        play(&house.app, house.place(0), Until::Billed).await.expect("a billed week");
        let page = desk.get(&address).await.text();
        assert!(page.contains("relevé émis pour"), "{name}: {page}");
        assert!(page.contains(", payé pour 0"), "{name}: {page}");
        // The term is thirty days: five weeks later all of it is paid.
        let later = (0..5).fold(house.weeks[0], |week, _| week.next());
        pay_farms(&house.app, house.place(0).at(later)).await.expect("farms that are paid");
        let page = desk.get(&address).await.text();
        let (_, rest) = page.split_once("relevé émis pour ").expect("bills");
        let (billed, rest) = rest.split_once(", payé pour ").expect("payments");
        assert_eq!(rest.split_whitespace().next(), Some(billed), "{name}: {page}");
    }
}

/// Nobody orders grams: a need is whole, and an empty cell says zero.
#[tokio::test(flavor = "multi_thread")]
async fn needs_are_as_one_orders() {
    for house in houses(&pack(Scale::S, 11, 2)).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Ordered).await.expect("an ordered week");
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&format!("/weeks/{}/needs", house.weeks[1])).await;
        for column in ["Au moins", "Probable", "Au plus"] {
            let mark = format!("data-label=\"{column}\">");
            let cells = page.html().split(mark.as_str()).skip(1);
            let cells: Vec<&str> = cells.filter_map(|rest| rest.split('<').next()).collect();
            assert!(!cells.is_empty(), "{name}: {column}: {}", page.text());
            let odd = cells.iter().find(|cell| cell.contains(',') || cell.starts_with('0'));
            assert_eq!(odd, None, "{name}: {column}");
        }
        assert!(page.text().contains("cantines scolaires 5 jours"), "{name}: {}", page.text());
    }
}

/// From the letters one comes back to the week.
#[tokio::test(flavor = "multi_thread")]
async fn letters_lead_back_to_the_week() {
    for house in houses(&pack(Scale::Xs, 11, 1)).await {
        play(&house.app, house.place(0), Until::Published).await.expect("a published week");
        let mut desk = Browser::new(&house, "coordinator").await;
        let links = desk.get("/mail").await.links();
        for page in ["", "/orders", "/dock"] {
            let week = format!("/weeks/{}{page}", house.weeks[0]);
            assert!(links.contains(&week), "{}: {week}: {links:?}", house.database.name);
        }
    }
}
