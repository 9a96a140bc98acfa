//! Trucks as a coordinator keeps them: added, changed, put in order, taken out of use and back.

use axum::http::StatusCode;
use carreau::generate::Scale;
use carreau::store::act::Place;
use trade::calendar::Day;
use trade::id::VehicleId;
use trade::party::{Hours, Rest, Vehicle};
use trade::rounds::{CallId, cold_calls, task};
use trade::unit::{Cents, Grams};

use crate::admin::{plain, post};
use crate::browser::{Browser, Page};
use crate::hub::{House, houses, pack};
use crate::rounds::sourced;

const GOOD: &str = "name=Berlingo; carrier=0; cold=1; payload=650; gross=2 000; litres=3700; \
    shift_from=5:00; shift_to=13:00; rounds_most=2; turnaround=15; rest_from=9:00; \
    rest_to=11:00; rest_minutes=30; per_km=0,35; per_hour=26; per_day=0";

fn field(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default().trim()
}

/// The good form with other values in some fields.
fn with(changes: &str) -> String {
    let others: Vec<&str> = changes.split("; ").collect();
    let is_kept = |pair: &&str| others.iter().all(|one| field(one) != field(pair));
    let kept = GOOD.split("; ").filter(is_kept);
    kept.chain(others.iter().copied()).collect::<Vec<&str>>().join("; ")
}

async fn known(house: &House, code: &str) -> Option<Vehicle> {
    let id = VehicleId::parse(code).expect("a code");
    let found = house.app.read(house.place(0), |week, _| {
        let vehicle = week.register().vehicles.get(&id);
        vehicle.cloned()
    });
    found.await.expect("a week")
}

/// Whether a field of the page says what is wrong with it.
fn is_wrong(page: &Page, field: &str) -> bool {
    page.html().contains(&format!("id=\"e-{field}\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truck_is_added_and_changed_with_all_that_rounds_know_of_it() {
    for house in houses(&pack(Scale::Xs, 3, 1)).await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let done = post(&mut desk, "/vehicles", GOOD).await;
        assert!(plain(&done).contains("Camion ajouté : Berlingo."), "{name}: {}", plain(&done));
        let truck = known(&house, "berlingo").await.expect("the new truck");
        assert_eq!(
            (truck.name.as_str(), truck.payload, truck.is_cold, truck.rank, truck.is_retired),
            ("Berlingo", Grams::new(650_000), true, 2, false),
            "{name}"
        );
        let duty = truck.duty;
        let window = Hours { from: 540, to: 660 };
        assert_eq!(duty.gross, Some(Grams::new(2_000_000)), "{name}");
        assert_eq!(duty.litres, Some(3_700), "{name}");
        assert_eq!(duty.shift, Hours { from: 300, to: 780 }, "{name}");
        assert_eq!((duty.rounds_most, duty.turnaround_minutes), (2, 15), "{name}");
        assert_eq!(duty.rest, Some(Rest { window, minutes: 30 }), "{name}");
        let costs = [duty.per_km, duty.per_hour, duty.per_day];
        assert_eq!(costs, [35, 2_600, 0].map(Cents::new), "{name}");
        // Its own page shows what is known, and sends it back as it is.
        let page = desk.get("/vehicles/berlingo").await;
        let is_its = |form: &crate::browser::Form| form.action == "/vehicles/berlingo";
        let form = page.forms().into_iter().find(is_its).expect("its form");
        let same = desk.post(&form.action, &form.fields).await;
        assert!(plain(&same).contains("Camion enregistré"), "{name}: {}", plain(&same));
        assert_eq!(known(&house, "berlingo").await.as_ref(), Some(&truck), "{name}");
        // What may be empty is emptied.
        let bare = with("gross=; litres=; rest_from=; rest_to=; rest_minutes=; carrier=1");
        let done = post(&mut desk, "/vehicles/berlingo", &bare).await;
        assert!(plain(&done).contains("Camion enregistré"), "{name}: {}", plain(&done));
        let duty = known(&house, "berlingo").await.expect("the truck").duty;
        assert_eq!((duty.gross, duty.litres, duty.rest), (None, None, None), "{name}");
        assert!(duty.is_carrier, "{name}");
        // Another one of the same name has a code of its own.
        post(&mut desk, "/vehicles", GOOD).await;
        assert!(known(&house, "berlingo-2").await.is_some(), "{name}");
        let journal = Browser::new(&house, "administrator").await.get("/admin/audit").await;
        assert!(plain(&journal).contains("PTAC, en kilos : 2000 → vide"), "{}", plain(&journal));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_at_its_field_and_nothing_is_kept() {
    const TABLE: &str = "
        name=                         | name         | « Nom » est vide
        payload=                      | payload      | Écrivez un nombre entier, de 1 à 100 000
        payload=650,5                 | payload      | Écrivez un nombre entier
        payload=2 500                 | payload      | doit rester sous le PTAC (2 000 kg)
        gross=lourd                   | gross        | « lourd » ne va pas
        litres=0                      | litres       | de 1 à 1 000 000
        shift_from=midi               | shift_from   | n'est pas une heure
        shift_to=4:00                 | shift_to     | le service finit avant d'avoir commencé
        rest_to=8:00                  | rest_to      | la pause finit avant d'avoir commencé
        rest_from=4:00                | rest_from    | c'est hors du service
        rest_minutes=                 | rest_minutes | une pause a un début, une fin et une durée
        rounds_most=0                 | rounds_most  | de 1 à 20
        turnaround=-5                 | turnaround   | de 0 à 240
        per_km=trente                 | per_km       | n'est pas un nombre
        per_km=0,355                  | per_km       | deux décimales au plus
        per_hour=-3                   | per_hour     | de 0 à 10 000 €
        payload=x; per_day=y          | per_day      | n'est pas un nombre
        payload=x; per_day=y          | payload      | « x » ne va pas";
    for house in houses(&pack(Scale::Xs, 3, 1)).await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        for row in TABLE.lines().filter(|row| !row.trim().is_empty()) {
            let columns: Vec<&str> = row.split('|').map(str::trim).collect();
            let [changes, field, said] = columns[..] else { panic!("three columns: {row}") };
            for address in ["/vehicles", "/vehicles/v01"] {
                let page = post(&mut desk, address, &with(changes)).await;
                assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name} {address} {row}");
                assert!(is_wrong(&page, field), "{name} {address} {row}");
                assert!(plain(&page).contains(said), "{name} {row}: {}", plain(&page));
                assert!(!is_wrong(&page, "cold"), "{name} {row}");
            }
        }
        assert_eq!(known(&house, "berlingo").await, None, "{name}");
        let first = known(&house, "v01").await.expect("the truck of the pack");
        assert!(first.name.starts_with("Porteur"), "{name}: {first:?}");
        let unknown = post(&mut desk, "/vehicles/tracteur", GOOD).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{name}");
    }
}

/// Who may go out on a day, in order of preference, and a site that waits.
async fn trucks(house: &House, place: Place, day: Day) -> (Vec<String>, String) {
    let found = house.app.read(place, |week, _| {
        let task = task(week, day).expect("a task");
        let trucks = task.trucks.iter().map(|truck| truck.id.to_string()).collect();
        let site = task.calls.iter().find_map(|call| match call.id {
            CallId::Site(site) => Some(site.to_string()),
            CallId::Farm(_) => None,
        });
        (trucks, site.expect("a site that waits"))
    });
    found.await.expect("a week")
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_follow_the_order_of_preference_and_leave_out_what_is_out_of_use() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        post(&mut desk, "/vehicles", GOOD).await;
        let (order, site) = trucks(&house, place, day).await;
        assert_eq!(order, ["v01", "berlingo"], "{name}");
        let up = "vehicle=berlingo; to=up";
        let moved = post(&mut desk, "/vehicles/berlingo/moves", up).await;
        assert!(plain(&moved).contains("Berlingo monte"), "{name}: {}", plain(&moved));
        assert_eq!(trucks(&house, place, day).await.0, ["berlingo", "v01"], "{name}");
        // It is the first: nothing is before it.
        post(&mut desk, "/vehicles/berlingo/moves", up).await;
        assert_eq!(trucks(&house, place, day).await.0, ["berlingo", "v01"], "{name}");

        let retired = post(&mut desk, "/vehicles/berlingo/service", "act=retire").await;
        assert!(plain(&retired).contains("Berlingo est hors service"), "{}", plain(&retired));
        assert_eq!(trucks(&house, place, day).await.0, ["v01"], "{name}");
        assert!(known(&house, "berlingo").await.is_some_and(|one| one.is_retired), "{name}");
        let rounds = format!("/weeks/{}/rounds", place.week);
        let page = desk.get(&rounds).await;
        assert!(page.links().contains(&"/vehicles".to_string()), "{name}");
        assert!(!page.html().contains("value=\"berlingo\""), "{name}: it is no choice any more");
        let by_hand = format!("day={day}; vehicle-{site}=berlingo");
        let refused = post(&mut desk, &format!("{rounds}/rounds"), &by_hand).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(plain(&refused).contains("est hors service"), "{name}: {}", plain(&refused));

        post(&mut desk, "/vehicles/berlingo/service", "act=resume").await;
        assert_eq!(trucks(&house, place, day).await.0, ["berlingo", "v01"], "{name}");
        let taken = post(&mut desk, &format!("{rounds}/rounds"), &by_hand).await;
        assert!(!plain(&taken).contains("est hors service"), "{name}: {}", plain(&taken));
        let journal = Browser::new(&house, "administrator").await.get("/admin/audit").await;
        assert!(plain(&journal).contains("camion Berlingo : hors service"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_runs_the_hub_changes_a_truck() {
    for house in houses(&pack(Scale::Xs, 3, 1)).await {
        let name = house.database.name;
        for role in ["administrator", "coordinator"] {
            let page = Browser::new(&house, role).await.get("/vehicles").await;
            let adds = page.forms().iter().any(|one| one.is_post && one.action == "/vehicles");
            assert!(adds, "{name} {role}");
        }
        let mut observer = Browser::new(&house, "observer").await;
        let page = observer.get("/vehicles").await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert!(page.forms().iter().all(|form| !form.is_post), "{name}");
        assert_eq!(observer.get("/vehicles/v01").await.status, StatusCode::FORBIDDEN, "{name}");
        let written = post(&mut observer, "/vehicles", GOOD).await;
        assert_eq!(written.status, StatusCode::FORBIDDEN, "{name}");
        let mut driver = Browser::new(&house, "driver").await;
        assert_eq!(driver.get("/vehicles").await.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_says_what_its_truck_cannot_do() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        crate::rounds::accept(&mut desk, place, day).await;
        let rounds = format!("/weeks/{}/rounds", place.week);
        let before = plain(&desk.get(&rounds).await);
        assert!(!before.contains("Trop volumineux") && !before.contains("trop gros"), "{name}");
        let codes: Vec<VehicleId> = house
            .app
            .read(place, |week, _| week.register().vehicles.keys().copied().collect())
            .await
            .expect("a week");
        for code in codes {
            post(&mut desk, &format!("/vehicles/{code}"), &with("litres=1; cold=0")).await;
        }
        let after = plain(&desk.get(&rounds).await);
        assert!(after.contains("Trop volumineux"), "{name}: {after}");
        let needs_cold = house.app.read(place, |week, _| {
            let cold = cold_calls(week, day).expect("known goods");
            let mut stops = week.current_rounds(day).flat_map(|round| &round.stops);
            stops.any(|stop| cold.contains(&stop.call))
        });
        let needs_cold = needs_cold.await.expect("a week");
        assert_eq!(after.contains("camion sans froid"), needs_cold, "{name}: {after}");
    }
}
