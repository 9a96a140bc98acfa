//! Rounds at the coordinator's desk: proposed, seen, accepted; locked, moved by hand; on paper, in
//! a calendar, on a navigation device; by the roads that the hub has set, or by the estimate.

use axum::http::StatusCode;
use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use carreau::store::act::Place;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::offers::Stamp;
use trade::rounds::{self, Round};

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses};

/// Houses whose purchases are made: rounds are planned the evening before anything is sorted.
pub async fn sourced() -> Vec<(House, Place, Day)> {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    let mut all = Vec::new();
    for house in houses(&pack).await {
        let place = house.place(0);
        play(&house.app, place, Until::Sourced).await.expect("purchases");
        let day = house.app.read(place, |week, _| week.purchase_lines()[0].day).await;
        all.push((house, place, day.expect("a week")));
    }
    all
}

async fn in_force(house: &House, place: Place, day: Day) -> Vec<Round> {
    let found = house.app.read(place, |week, _| week.current_rounds(day).cloned().collect());
    found.await.expect("a week")
}

pub fn form(page: &Page, action: &str, field: &str) -> Form {
    let is_it = |form: &Form| form.action.ends_with(action) && form.value(field).is_some();
    let found = page.forms().into_iter().find(is_it);
    found.unwrap_or_else(|| panic!("no form {action} with {field}: {}", page.text()))
}

pub fn address(place: Place, rest: &str) -> String {
    format!("/weeks/{}/rounds{rest}", place.week)
}

pub async fn accept(desk: &mut Browser, place: Place, day: Day) -> Page {
    let seen = desk.get(&address(place, &format!("/plan/{day}"))).await;
    let form = form(&seen, "/rounds/rounds", "mark");
    desk.post(&form.action, &form.fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_are_seen_before_they_are_accepted() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let plan = address(place, &format!("/plan/{day}"));
        let seen = desk.get(&plan).await;
        assert_eq!(in_force(&house, place, day).await.len(), 0, "{name}: looking decides nothing");
        let good = form(&seen, "/rounds/rounds", "mark");
        let mut stale = good.clone();
        stale.set("mark", "0123456789abcdef");
        let refused = desk.post(&stale.action, &stale.fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {}", refused.text());
        let done = desk.post(&good.action, &good.fields).await;
        assert!(done.text().contains("tournée"), "{name}: {}", done.text());
        let rounds = in_force(&house, place, day).await;
        assert!(!rounds.is_empty(), "{name}");
        for round in &rounds {
            let times = round.times.expect("planned with times");
            assert!(times.leaves < times.back && round.cost.get() > 0, "{name}: {round:?}");
            assert!(round.stops.iter().all(|stop| stop.times.is_some()), "{name}");
        }
        // Nothing has changed: the same rounds are proposed again.
        let again = desk.get(&plan).await;
        assert!(again.text().contains("Chaque arrêt reste à sa place"), "{name}: {}", again.text());
        assert!(again.html().contains("class='chart map'"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_round_stays_when_the_rest_is_planned_anew() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        accept(&mut desk, place, day).await;
        let page = desk.get(&address(place, "")).await;
        let lock = form(&page, "/locks", "round");
        desk.post(&lock.action, &lock.fields).await;
        let locked = in_force(&house, place, day).await;
        assert!(locked[0].is_locked, "{name}");
        let ways = |round: &Round| round.stops.iter().map(|stop| stop.call).collect::<Vec<_>>();
        accept(&mut desk, place, day).await;
        let anew = in_force(&house, place, day).await;
        let kept = anew.iter().find(|round| round.is_locked).expect("the locked round");
        assert_eq!(ways(kept), ways(&locked[0]), "{name}");
        assert_eq!(kept.version, locked[0].version + 1, "{name}");
        // The same button frees it again.
        let page = desk.get(&address(place, "")).await;
        let mut free = page.forms().into_iter().filter(|form| form.action.ends_with("/locks"));
        let free =
            free.find(|form| form.value("round").is_some() && form.value("lock") == Some("0"));
        let free = free.expect("the form of the locked round");
        desk.post(&free.action, &free.fields).await;
        let freed = in_force(&house, place, day).await;
        assert!(freed.iter().all(|round| !round.is_locked), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stops_are_moved_without_a_script() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        accept(&mut desk, place, day).await;
        let before = in_force(&house, place, day).await;
        let long = before.iter().find(|round| round.stops.len() > 1).expect("two stops");
        let first = long.stops[0].call;
        let page = desk.get(&address(place, "")).await;
        let id = long.id.to_string();
        let is_it =
            |form: &Form| form.action.ends_with("/moves") && form.value("to") == Some(id.as_str());
        let mut to_end = page.forms().into_iter().find(is_it).expect("the form of the first stop");
        to_end.set("rank", "99");
        let moved = desk.post(&to_end.action, &to_end.fields).await;
        assert!(moved.status.is_success(), "{name}: {}", moved.text());
        let after = in_force(&house, place, day).await;
        assert_eq!(after[0].version, before[0].version + 1, "{name}");
        let last = after.iter().any(|round| round.stops.last().is_some_and(|s| s.call == first));
        assert!(last, "{name}: {after:?}");
        // A round that was made anew meanwhile is not there any more.
        let stale = desk.post(&to_end.action, &to_end.fields).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", stale.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_leave_on_paper_and_for_other_programs() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let none = desk.get_once(&address(place, &format!("/export/{day}/ics"))).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{name}");
        accept(&mut desk, place, day).await;
        let sheet = desk.get_once(&address(place, &format!("/sheet/{day}"))).await;
        assert!(sheet.bytes.starts_with(b"%PDF"), "{name}: {}", sheet.text());
        let gpx = desk.get_once(&address(place, &format!("/export/{day}/gpx"))).await;
        let gpx = String::from_utf8(gpx.bytes.to_vec()).expect("text");
        let rounds = in_force(&house, place, day).await;
        assert_eq!(gpx.matches("<rte>").count(), rounds.len(), "{name}");
        let stops: usize = rounds.iter().map(|round| round.stops.len()).sum();
        assert_eq!(gpx.matches("<rtept").count(), stops + 2 * rounds.len(), "{name}");
        let first = calendar(&mut desk, place, day).await;
        assert_eq!(first.matches("BEGIN:VEVENT").count(), stops, "{name}");
        assert!(first.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{name}");
        // A later version moves the same events.
        let page = desk.get(&address(place, "")).await;
        let lock = form(&page, "/locks", "round");
        desk.post(&lock.action, &lock.fields).await;
        let later = calendar(&mut desk, place, day).await;
        let named = |text: &str, what: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.starts_with(what));
            lines.map(String::from).collect()
        };
        assert_eq!(named(&later, "UID:"), named(&first, "UID:"), "{name}");
        assert_ne!(named(&later, "SEQUENCE:"), named(&first, "SEQUENCE:"), "{name}");
        assert!(!later.contains("STATUS:"), "{name}: {later}");
        // A stop that is made no more is struck out under its own name.
        leave_one_out(&house, place, day).await;
        let fewer = calendar(&mut desk, place, day).await;
        let sorted = |mut lines: Vec<String>| {
            lines.sort();
            lines
        };
        assert_eq!(named(&fewer, "STATUS:"), ["STATUS:CANCELLED"], "{name}");
        assert_eq!(sorted(named(&fewer, "UID:")), sorted(named(&first, "UID:")), "{name}");
        assert!(!named(&later, "SEQUENCE:").contains(&named(&fewer, "SEQUENCE:")[stops - 1]));
    }
}

/// The rounds in force again, without the last stop of one that has several.
async fn leave_one_out(house: &House, place: Place, day: Day) {
    let stamp = Stamp { at: Instant(0), by: "essai".into() };
    let left = house.app.act(place, |act| {
        let task = rounds::task(act.week(), day)?;
        let current = act.week().current_rounds(day);
        let mut planned: Vec<_> = current.filter_map(Round::planned).collect();
        let long = planned.iter_mut().find(|round| round.stops.len() > 1).expect("two stops");
        long.stops.pop();
        long.pause_after = None;
        for round in rounds::accept(act.week(), &task, &planned, stamp.clone())? {
            act.add(round);
        }
        Ok(())
    });
    left.await.expect("rounds with a stop less");
}

async fn calendar(desk: &mut Browser, place: Place, day: Day) -> String {
    let page = desk.get_once(&address(place, &format!("/export/{day}/ics"))).await;
    String::from_utf8(page.bytes.to_vec()).expect("text")
}

/// A road server that knows one thing: a kilometre and a minute from each place to the next.
async fn road_server() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let served = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = Vec::new();
            let mut piece = [0; 4096];
            while !asked.windows(4).any(|four| four == b"\r\n\r\n") {
                match stream.read(&mut piece).await {
                    Ok(read) if read > 0 => asked.extend_from_slice(&piece[..read]),
                    _ => break,
                }
            }
            let asked = String::from_utf8_lossy(&asked).to_string();
            let path = asked.split(' ').nth(1).unwrap_or_default();
            let count = path.split('?').next().unwrap_or_default().matches(';').count() + 1;
            let row = |from: usize, each: usize| {
                let cells = (0..count).map(|to| (from.abs_diff(to) * each).to_string());
                format!("[{}]", cells.collect::<Vec<_>>().join(","))
            };
            let table = |each| (0..count).map(|at| row(at, each)).collect::<Vec<_>>().join(",");
            let body = format!(
                "{{\"code\":\"Ok\",\"distances\":[{}],\"durations\":[{}]}}",
                table(1_000),
                table(60)
            );
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            // Whoever asks may have gone: no concern of this server.
            let _ = stream.write_all((head + &body).as_bytes()).await;
        }
    });
    (url, served)
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_are_asked_of_the_hubs_road_server_and_estimated_without_it() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let (url, server) = road_server().await;
        let mut office = Browser::new(&house, "administrator").await;
        let page = office.get("/admin/roads").await;
        let mut set = form(&page, "/admin/roads", "source");
        set.set("source", "osrm");
        set.set("url", "ftp://routes.example");
        let refused = office.post(&set.action, &set.fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {}", refused.text());
        set.set("url", &url);
        let saved = office.post(&set.action, &set.fields).await;
        assert!(saved.text().contains("Routes enregistrées"), "{name}: {}", saved.text());

        let mut desk = Browser::new(&house, "coordinator").await;
        let plan = address(place, &format!("/plan/{day}"));
        let measured = desk.get(&plan).await;
        assert!(!measured.text().contains("sont estimées"), "{name}: {}", measured.text());
        accept(&mut desk, place, day).await;
        let rounds = in_force(&house, place, day).await;
        assert!(rounds.iter().all(|round| round.metres() % 1_000 == 0), "{name}: {rounds:?}");

        server.abort();
        let _ = server.await;
        let estimated = desk.get(&plan).await;
        let said = estimated.text();
        assert!(said.contains("Distances et durées sont estimées"), "{name}: {said}");

        let page = office.get("/admin/roads").await;
        let mut set = form(&page, "/admin/roads", "source");
        set.set("source", "osrm");
        set.set("url", &url.replace("http://", "https://"));
        let saved = office.post(&set.action, &set.fields).await;
        assert!(saved.text().contains("Routes enregistrées"), "{name}: {}", saved.text());
        let said = desk.get(&plan).await.text();
        assert!(said.contains("le serveur de routes ne répond pas"), "{name}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_ways_is_brought_whole() {
    for (house, place, day) in sourced().await {
        let name = house.database.name;
        let mut office = Browser::new(&house, "administrator").await;
        let page = office.get("/admin/roads").await;
        let mut set = form(&page, "/admin/roads", "source");
        set.set("source", "table");
        office.post(&set.action, &set.fields).await;
        let mut desk = Browser::new(&house, "coordinator").await;
        let plan = address(place, &format!("/plan/{day}"));
        let empty = desk.get(&plan).await.text();
        assert!(empty.contains("la table ne dit rien de quai à"), "{name}: {empty}");

        let codes = house.app.read(place, |week, _| {
            let register = week.register();
            let farms = register.producers.keys().map(|id| id.to_string());
            register.sites.keys().map(|id| id.to_string()).chain(farms).collect::<Vec<_>>()
        });
        let mut codes = codes.await.expect("a week");
        codes.push("quai".into());
        let legs = codes.iter().flat_map(|from| {
            let others = codes.iter().filter(move |to| *to != from);
            others.map(move |to| format!("{from};{to};2000;120"))
        });
        let legs: Vec<String> = legs.collect();
        let bring = form(&page, "/admin/roads/table", "key");
        let with = |table: String| [&bring.fields[..], &[("table".into(), table)]].concat();
        let wrong = with(format!("{}\nnowhere;quai;1;1", legs.join("\n")));
        let refused = office.post(&bring.action, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.text().contains("« nowhere »"), "{name}: {}", refused.text());
        let brought = office.post(&bring.action, &with(legs.join("\n"))).await;
        assert!(brought.text().contains("trajets enregistrés"), "{name}: {}", brought.text());
        let known = desk.get(&plan).await.text();
        assert!(!known.contains("sont estimées"), "{name}: {known}");
    }
}
