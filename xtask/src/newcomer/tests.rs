use std::path::Path;

use super::{
    Entry, PAGES, SESSION, broken, entry, executable, fault, host_in, pages, session, week_before,
};
use crate::http::{Answer, parse};

#[test]
fn the_week_before_crosses_the_year() {
    for (week, before) in [
        ("2026-W48", "2026-W47"),
        ("2026-W10", "2026-W09"),
        ("2026-W01", "2025-W52"),
        ("2027-W01", "2026-W53"),
        ("2021-W01", "2020-W53"),
    ] {
        assert_eq!(week_before(week).as_deref(), Some(before), "before {week}");
    }
    assert_eq!(week_before("2026-W00"), None);
    assert_eq!(week_before("orders"), None);
}

#[test]
fn the_address_is_read_from_its_line() {
    let line = "Carreau est ouvert : http://127.0.0.1:41234/";
    assert_eq!(host_in(line), Some("127.0.0.1:41234"));
    assert_eq!(host_in("Ctrl+C pour arrêter."), None);
    assert_eq!(host_in("voyez http://example.org/"), None);
}

#[test]
fn the_program_is_read_from_the_message() {
    let message = r#"{"reason":"compiler-artifact","executable":"/t/debug/carreau","fresh":true}"#;
    assert_eq!(executable(message).as_deref(), Some(Path::new("/t/debug/carreau")));
    assert_eq!(executable(r#"{"executable":null}"#), None);
}

fn answer(head: &str, body: &str) -> Answer {
    parse(format!("HTTP/1.0 {head}\r\n\r\n{body}").as_bytes()).unwrap()
}

#[test]
fn a_page_that_is_not_as_it_must_be_is_found() {
    let page = "<!doctype html>\n<html lang=\"fr\">\n</html>\n";
    assert_eq!(fault(&answer("200 OK", page), false), None);
    assert_eq!(fault(&answer("200 OK", "%PDF-1.7"), true), None);
    for (head, body, is_paper) in [
        ("500 Internal Server Error", page, false),
        ("303 See Other", "", false),
        ("200 OK", "<html lang=\"en\"></html>", false),
        ("200 OK", "<html lang=\"fr\"><body>", false),
        ("200 OK", "<html lang=\"fr\">Internal Error</html>", false),
        ("200 OK", page, true),
        ("404 Not Found", "%PDF-1.7", true),
    ] {
        assert!(fault(&answer(head, body), is_paper).is_some(), "{head} {body}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    assert_eq!(broken(&answer("200 OK", "picture"), false), None);
    assert_eq!(broken(&answer("303 See Other", ""), false), None);
    assert!(broken(&answer("404 Not Found", ""), false).is_some());
    assert!(broken(&answer("200 OK", "<html>"), true).is_some());
}

#[test]
fn the_entry_gives_cookie_and_page() {
    let secret = "0123456789abcdefghjkmnpqrstvwxyz";
    let kept = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=604800";
    let cookie = format!("set-cookie: __Host-carreau={secret}; {kept}");
    let page = "location: /weeks/2026-W48/dock";
    let told = entry(&answer(&format!("303 See Other\r\n{cookie}\r\n{page}"), "")).unwrap();
    assert_eq!(told.cookie, format!("__Host-carreau={secret}"));
    assert_eq!((told.address.as_str(), told.week.as_str()), ("/weeks/2026-W48/dock", "2026-W48"));
    for head in [
        format!("200 OK\r\n{cookie}\r\n{page}"),
        format!("303 See Other\r\n{page}"),
        format!("303 See Other\r\n{cookie}\r\nlocation: /enter"),
        format!("303 See Other\r\nset-cookie: carreau-as=dock; {kept}\r\n{page}"),
        format!("303 See Other\r\nset-cookie: __Host-carreau=dock; {kept}\r\n{page}"),
    ] {
        assert!(entry(&answer(&head, "")).is_err(), "{head}");
    }
}

#[test]
fn a_cookie_that_browsers_keep_less_well_is_found() {
    let whole = "__Host-carreau=0123456789abcdefghjkmnpqrstvwxyz; \
        Path=/; Secure; HttpOnly; SameSite=Lax";
    assert!(session(whole).is_ok());
    for attribute in SESSION {
        let without = whole.replace(&format!("; {attribute}"), "");
        assert!(session(&without).is_err(), "{without}");
    }
}

#[test]
fn the_coordinator_reads_two_weeks_and_others_their_page() {
    let entry = Entry {
        cookie: String::new(),
        address: "/weeks/2026-W48/dock".into(),
        week: "2026-W48".into(),
    };
    assert_eq!(pages(&entry, "dock").unwrap(), ["/weeks/2026-W48/dock"]);
    let all = pages(&entry, "coordinator").unwrap();
    assert_eq!(all.len(), 2 * PAGES.len());
    assert!(all.iter().any(|page| page == "/weeks/2026-W47/billing"));
    let nowhere = Entry { week: "orders".into(), ..entry };
    assert!(pages(&nowhere, "coordinator").is_err());
}
