use std::path::Path;

use super::{executable, host_in, week_before};

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
