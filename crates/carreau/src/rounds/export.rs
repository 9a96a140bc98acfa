//! Rounds for other programs: a calendar (RFC 5545), a route for a navigation device (GPX 1.1).

use std::fmt::Write;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::party::Place;
use trade::rounds::{Round, Stop, dropped};

use super::views::{Spot, degrees, load_said, round_name};
use crate::clock;
use crate::failure::Failure;
use crate::web::{Answer, Visit};

/// `GET …/rounds/export/{day}/{format}`
pub async fn file(visit: Visit) -> Answer {
    let (day, format) = (visit.day()?, visit.param("format")?.to_string());
    let (kind, text) = match format.as_str() {
        "ics" => ("text/calendar; charset=utf-8", visit.see(|week| calendar(week, day)).await?),
        "gpx" => ("application/gpx+xml", visit.see(|week| gpx(week, day)).await?),
        _ => {
            let said = format!("Les tournées ne s'exportent pas en « {format} ».");
            return Err(Failure::NotFound(said).into());
        }
    };
    let name = format!("attachment; filename=\"tournees-{day}.{format}\"");
    let headers = [(CONTENT_TYPE, kind.to_string()), (CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

/// A stop with its round and its rank, both from 1.
struct At<'week> {
    round: usize,
    rank: usize,
    of: &'week Round,
    stop: &'week Stop,
    spot: Spot,
}

fn stops(week: &Week, day: Day) -> Result<Vec<At<'_>>, Failure> {
    let mut all = Vec::new();
    for (at, of) in week.current_rounds(day).enumerate() {
        for (rank, stop) in (1..).zip(&of.stops) {
            let spot = Spot::of(week, stop.call)?;
            all.push(At { round: at + 1, rank, of, stop, spot });
        }
    }
    if all.is_empty() {
        return Err(Failure::NotFound("Ce jour n'a pas encore de tournée.".into()));
    }
    Ok(all)
}

/// An event for each stop that has times. A later version of the rounds has the same events with
/// a higher sequence: a calendar moves them, and strikes out those that are made no more.
pub fn calendar(week: &Week, day: Day) -> Result<String, Failure> {
    let hub = &week.register().hub;
    let mut text = String::new();
    for part in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Carreau//Tournees//FR"] {
        line(&mut text, part);
    }
    let all = stops(week, day)?;
    for at in &all {
        let vehicle = week.register().vehicles.get(&at.of.vehicle);
        let truck = vehicle.map(|vehicle| vehicle.name.as_str()).unwrap_or_default();
        let title = format!("{} · {}. {}", round_name(at.round), at.rank, at.spot.name);
        let load = load_said(at.stop.brings, at.stop.fetches);
        let told = [truck, load.as_str(), at.spot.phone.as_str()].join("\n");
        let event = Event { of: at.of, stop: at.stop, spot: &at.spot, title, told, status: None };
        event.write(&mut text, &hub.id.to_string(), day);
    }
    // What is made no more is told by the rounds in force; a place that is gone needs no event.
    let of = all[0].of;
    for (_, stop) in dropped(week, day) {
        let Ok(spot) = Spot::of(week, stop.call) else { continue };
        let (title, told) = (spot.name.clone(), spot.phone.clone());
        let event = Event { of, stop, spot: &spot, title, told, status: Some("CANCELLED") };
        event.write(&mut text, &hub.id.to_string(), day);
    }
    line(&mut text, "END:VCALENDAR");
    Ok(text)
}

/// A stop in a calendar.
struct Event<'a> {
    /// The round that says so.
    of: &'a Round,
    stop: &'a Stop,
    spot: &'a Spot,
    title: String,
    told: String,
    /// RFC 5545, 3.8.1.11; `None`: it is made.
    status: Option<&'static str>,
}

impl Event<'_> {
    /// Nothing for a stop without times.
    fn write(&self, text: &mut String, hub: &str, day: Day) {
        let Some(times) = self.stop.times else { return };
        let moment = |seconds: i64| utc(instant(day, seconds));
        let call = super::views::call_code(self.stop.call).replace('@', "ferme-");
        line(text, "BEGIN:VEVENT");
        line(text, &format!("UID:{day}-{call}@{hub}.carreau"));
        line(text, &format!("DTSTAMP:{}", utc(self.of.stamp.at)));
        line(text, &format!("SEQUENCE:{}", self.of.version));
        if let Some(status) = self.status {
            line(text, &format!("STATUS:{status}"));
        }
        line(text, &format!("DTSTART:{}", moment(times.arrives)));
        line(text, &format!("DTEND:{}", moment(times.leaves)));
        line(text, &format!("SUMMARY:{}", escaped(&self.title)));
        line(text, &format!("LOCATION:{}", escaped(&self.spot.address)));
        line(text, &format!("DESCRIPTION:{}", escaped(&self.told)));
        if self.spot.place != Place::default() {
            let (lat, lon) = (degrees(self.spot.place.lat_e6), degrees(self.spot.place.lon_e6));
            line(text, &format!("GEO:{lat};{lon}"));
        }
        line(text, "END:VEVENT");
    }
}

/// The instant of a second of the day in Paris, or of the day after.
pub fn instant(day: Day, seconds: i64) -> Instant {
    let day = day.plus_days(seconds.div_euclid(86_400) as i32);
    let seconds = seconds.rem_euclid(86_400);
    Instant(clock::instant(day, seconds / 60).0 + seconds % 60)
}

/// `20261124T053000Z`
fn utc(at: Instant) -> String {
    let day = Day::from_days(at.0.div_euclid(86_400) as i32);
    let (year, month, of_month) = day.ymd();
    let second = at.0.rem_euclid(86_400);
    let (hour, minute, rest) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{of_month:02}T{hour:02}{minute:02}{rest:02}Z")
}

/// RFC 5545, 3.3.11: backslash, semicolon, comma and line break.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => safe.extend(['\\', letter]),
            '\n' => safe.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// RFC 5545, 3.1: lines end with CRLF and have 75 octets at most; what follows begins with a space.
fn line(text: &mut String, content: &str) {
    const OCTETS_MOST: usize = 75;
    let mut octets = 0;
    for letter in content.chars() {
        if octets + letter.len_utf8() > OCTETS_MOST {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(letter);
        octets += letter.len_utf8();
    }
    text.push_str("\r\n");
}

/// A route for each round: from the dock over its stops and back.
pub fn gpx(week: &Week, day: Day) -> Result<String, Failure> {
    let hub = &week.register().hub;
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Carreau\" \
         xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    );
    let all = stops(week, day)?;
    for (number, round) in (1..).zip(week.current_rounds(day)) {
        let vehicle = week.register().vehicles.get(&round.vehicle);
        let truck = vehicle.map(|vehicle| vehicle.name.as_str()).unwrap_or_default();
        let name = format!("{day} {} {truck}", round_name(number));
        let _ = writeln!(text, "<rte><name>{}</name>", xml(&name));
        let dock = point(hub.place, &hub.identity.name);
        text.push_str(&dock);
        for at in all.iter().filter(|at| at.round == number) {
            text.push_str(&point(at.spot.place, &format!("{}. {}", at.rank, at.spot.name)));
        }
        text.push_str(&dock);
        text.push_str("</rte>\n");
    }
    text.push_str("</gpx>\n");
    Ok(text)
}

/// Nothing for a place that nobody knows: it would lie in the sea off Africa.
fn point(place: Place, name: &str) -> String {
    if place == Place::default() {
        return String::new();
    }
    let (lat, lon) = (degrees(place.lat_e6), degrees(place.lon_e6));
    format!("<rtept lat=\"{lat}\" lon=\"{lon}\"><name>{}</name></rtept>\n", xml(name))
}

fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_within_letters_of_any_width() {
        let mut text = String::new();
        line(&mut text, &format!("SUMMARY:{}", "é".repeat(100)));
        assert!(text.ends_with("\r\n"));
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert!(lines.len() > 2 && lines.iter().all(|line| line.len() <= 75), "{lines:?}");
        assert!(lines[1..].iter().all(|line| line.starts_with(' ')));
        assert_eq!(text.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "é".repeat(100)));
    }

    #[test]
    fn what_a_name_holds_is_no_structure() {
        assert_eq!(escaped("a;b,c\\d\ne\rf"), "a\\;b\\,c\\\\d\\nef");
        assert_eq!(xml("<b> & \u{7}"), "&lt;b&gt; &amp; ");
        let day = Day::parse("2026-11-24").expect("a day");
        assert_eq!(utc(Instant(i64::from(day.days()) * 86_400 + 3_661)), "20261124T010101Z");
    }
}
