//! The map of the rounds: what it finds on the page, the files that it brings, and tiles of another
//! host, which are asked for where the hub has set them and nowhere else.

use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;

use crate::browser::{Browser, Page};
use crate::rounds::{accept, address, form, sourced};

const TILES: &str = "https://tuiles.example/{z}/{x}/{y}.png";

fn policy(page: &Page) -> &str {
    let found = page.headers.get(CONTENT_SECURITY_POLICY).and_then(|found| found.to_str().ok());
    found.expect("a policy")
}

/// The stops that the drawing has.
fn drawn(page: &Page) -> Vec<String> {
    let behind = page.html().split(" data-stop='").skip(1);
    behind.filter_map(|rest| rest.split('\'').next()).map(String::from).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stop_of_the_map_stands_in_the_list() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let proposed = desk.get(&address(place, &format!("/plan/{day}"))).await;
        accept(&mut desk, place, day).await;
        let accepted = desk.get(&address(place, "")).await;
        for page in [proposed, accepted] {
            let stops = drawn(&page);
            assert!(stops.len() > 1, "{name} {}: {stops:?}", page.address);
            for stop in stops {
                let is_there = page.html().contains(&format!("id=\"{stop}\""));
                assert!(is_there, "{name} {}: {stop}", page.address);
            }
            let html = page.html();
            assert!(html.contains("src=\"/assets/rounds.js\""), "{name} {}", page.address);
            // The library comes when somebody looks at the map, never with the page.
            assert!(!html.contains("maplibre"), "{name} {}", page.address);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_are_asked_of_the_host_that_is_set_for_the_page_of_the_map_alone() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let plan = address(place, &format!("/plan/{day}"));
        accept(&mut desk, place, day).await;
        for page in [desk.get(&plan).await, desk.get(&address(place, "")).await] {
            assert!(!page.html().contains("data-tiles"), "{name} {}", page.address);
            assert!(!policy(&page).contains("http"), "{name}: {}", policy(&page));
        }

        let mut office = Browser::new(&house, "administrator").await;
        let page = office.get("/admin/roads").await;
        let mut set = form(&page, "/admin/roads", "tile_template");
        for (tiles, credit) in [
            ("https://tuiles.example/{z}/{x}.png", "© Essai"),
            ("http://tuiles.example/{z}/{x}/{y}.png", "© Essai"),
            (TILES, ""),
            ("", "© Essai"),
        ] {
            set.set("tile_template", tiles);
            set.set("tile_credit", credit);
            let refused = office.post(&set.action, &set.fields).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {tiles} {credit}");
            assert!(refused.text().contains("uiles de la carte"), "{name}: {}", refused.text());
        }
        set.set("tile_template", TILES);
        set.set("tile_credit", "© Essai");
        let saved = office.post(&set.action, &set.fields).await;
        assert!(saved.text().contains("Routes enregistrées"), "{name}: {}", saved.text());

        for page in [desk.get(&plan).await, desk.get(&address(place, "")).await] {
            let set = format!("data-tiles='{TILES}' data-credit='© Essai'");
            assert!(page.html().contains(&set), "{name} {}", page.address);
            let own = "img-src 'self' https://tuiles.example; \
                connect-src 'self' https://tuiles.example";
            assert!(policy(&page).ends_with(own), "{name}: {}", policy(&page));
        }
        let other = desk.get(&format!("/weeks/{}/sourcing", place.week)).await;
        assert!(!policy(&other).contains("http"), "{name}: {}", policy(&other));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_brings_its_files_itself() {
    let (house, ..) = sourced().await.remove(0);
    let mut desk = Browser::new(&house, "coordinator").await;
    let mut names = vec!["rounds.js".to_string()];
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let file = desk.get(&format!("/assets/{name}")).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        // Our own scripts name the next files in whole; the library names none of ours.
        if name.starts_with("rounds") {
            let found = file.html().split('"').filter_map(|part| part.strip_prefix("/assets/"));
            let new: Vec<String> = found.map(String::from).collect();
            names.extend(new.into_iter().filter(|one| !names.contains(one)).collect::<Vec<_>>());
        }
        at += 1;
    }
    for least in ["maplibre-gl-csp.js", "maplibre-gl-csp-worker.js", "ground.json"] {
        assert!(names.iter().any(|name| name == least), "{least}: {names:?}");
    }
}
