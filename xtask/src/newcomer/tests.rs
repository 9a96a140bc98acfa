use std::path::Path;

use super::{broken, entry, executable, fault, host_in, week_before};
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
fn the_entry_gives_cookie_and_week() {
    let cookie = "set-cookie: carreau-as=coordinator; Path=/; HttpOnly";
    let week = "location: /weeks/2026-W48";
    let told = entry(&answer(&format!("303 See Other\r\n{cookie}\r\n{week}"), ""));
    assert_eq!(told, Ok(("carreau-as=coordinator".into(), "2026-W48".into())));
    for head in [
        format!("200 OK\r\n{cookie}\r\n{week}"),
        format!("303 See Other\r\n{week}"),
        format!("303 See Other\r\nset-cookie: carreau-as=dock\r\n{week}"),
        format!("303 See Other\r\n{cookie}\r\nlocation: /enter"),
        format!("303 See Other\r\n{cookie}\r\nlocation: /weeks/2026-W48/orders"),
    ] {
        assert!(entry(&answer(&head, "")).is_err(), "{head}");
    }
}
