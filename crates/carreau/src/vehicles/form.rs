//! The form of a truck: what it shows, and what is read of it, each fault at its field.

use trade::Denial;
use trade::party::{Duty, Hours, Rest, Vehicle};
use trade::unit::{Cents, Grams};

use crate::admin::forms::{euros, euros_value, line, time, time_value, whole};
use crate::denied;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::Fields;

/// The heaviest truck on the road, in kilos; the largest, in litres.
const KILOS_MOST: i64 = 100_000;
const LITRES_MOST: i64 = 1_000_000;
/// A kilometre, an hour or a day costs less.
const CENTS_MOST: i64 = 1_000_000;

/// Fields by their names, as they are called on the page.
const LABELS: [(&str, &str); 16] = [
    ("name", "Nom"),
    ("carrier", "À qui"),
    ("cold", "Froid"),
    ("payload", "Charge utile, en kilos"),
    ("gross", "PTAC, en kilos"),
    ("litres", "Volume utile, en litres"),
    ("shift_from", "Part à partir de"),
    ("shift_to", "Rentré avant"),
    ("rounds_most", "Tournées par jour, au plus"),
    ("turnaround", "Minutes au quai entre deux tournées"),
    ("rest_from", "Pause à partir de"),
    ("rest_to", "Pause commencée avant"),
    ("rest_minutes", "Minutes de pause"),
    ("per_km", "Un kilomètre, en euros"),
    ("per_hour", "Une heure, en euros"),
    ("per_day", "Une sortie dans le jour, en euros"),
];

fn label(name: &str) -> &'static str {
    LABELS.iter().find(|(known, _)| *known == name).map(|(_, label)| *label).unwrap_or_default()
}

/// What is wrong, by the name of its field.
type Wrong = (&'static str, String);

/// The fields of a form as they are shown: what is known, or what was typed and is wrong.
#[derive(Default)]
pub struct Typed {
    /// `1` or `0`, as the choices have them.
    pub carrier: String,
    pub cold: String,
    values: Vec<(&'static str, String)>,
    wrong: Vec<Wrong>,
}

impl Typed {
    fn with(values: Vec<(&'static str, String)>, wrong: Vec<Wrong>) -> Typed {
        let mut typed = Typed { values, wrong, ..Typed::default() };
        typed.carrier = typed.value("carrier").to_string();
        typed.cold = typed.value("cold").to_string();
        typed
    }

    fn sent(fields: &Fields, wrong: Vec<Wrong>) -> Typed {
        let value = |&(name, _): &(&'static str, &str)| (name, fields.text(name).to_string());
        Typed::with(LABELS.iter().map(value).collect(), wrong)
    }

    /// Nothing typed yet, the usual figures in their fields.
    pub fn fresh() -> Typed {
        Typed::shown("", Grams::ZERO, false, &Duty::default())
    }

    pub fn of(vehicle: &Vehicle) -> Typed {
        Typed::shown(&vehicle.name, vehicle.payload, vehicle.is_cold, &vehicle.duty)
    }

    fn shown(name: &str, payload: Grams, is_cold: bool, duty: &Duty) -> Typed {
        let flag = |is: bool| i64::from(is).to_string();
        let some = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        let rest = |of: fn(Rest) -> String| duty.rest.map(of).unwrap_or_default();
        // A new one has no payload yet.
        let payload = (!payload.is_zero()).then(|| kilos(payload));
        let values = [
            name.to_string(),
            flag(duty.is_carrier),
            flag(is_cold),
            some(payload),
            some(duty.gross.map(kilos)),
            some(duty.litres),
            time_value(duty.shift.from),
            time_value(duty.shift.to),
            duty.rounds_most.to_string(),
            duty.turnaround_minutes.to_string(),
            rest(|rest| time_value(rest.window.from)),
            rest(|rest| time_value(rest.window.to)),
            rest(|rest| rest.minutes.to_string()),
            euros_value(duty.per_km),
            euros_value(duty.per_hour),
            euros_value(duty.per_day),
        ];
        let named = LABELS.iter().map(|(name, _)| *name).zip(values);
        Typed::with(named.collect(), Vec::new())
    }

    pub fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn error(&self, name: &str) -> &str {
        let found = self.wrong.iter().find(|(known, _)| *known == name);
        found.map(|(_, said)| said.as_str()).unwrap_or_default()
    }

    pub fn errors(&self) -> Vec<String> {
        self.wrong.iter().map(|(_, said)| said.clone()).collect()
    }
}

/// `Charge utile, en kilos : 900 → 950`, for the journal.
pub fn changes(before: &Vehicle, after: &Vehicle) -> String {
    let (before, after) = (Typed::of(before), Typed::of(after));
    let said = |name: &str| match (before.value(name), after.value(name)) {
        (was, is) if was == is => None,
        (was, is) => {
            Some(format!("{} : {} → {}", label(name), worded(name, was), worded(name, is)))
        }
    };
    LABELS.iter().filter_map(|(name, _)| said(name)).collect::<Vec<_>>().join(" ; ")
}

/// A value as one says it.
fn worded<'a>(name: &str, value: &'a str) -> &'a str {
    match (name, value) {
        ("carrier", "1") => "un transporteur",
        ("carrier", _) => "la plateforme",
        ("cold", "1") => "oui",
        ("cold", _) => "non",
        (_, "") => "vide",
        (_, value) => value,
    }
}

fn kilos(weight: Grams) -> i64 {
    weight.get() / 1_000
}

/// Reads a form field by field. Where one is wrong something stands in for it, and nothing is
/// kept.
struct Reader<'a> {
    fields: &'a Fields,
    wrong: Vec<Wrong>,
}

impl Reader<'_> {
    fn note<T>(&mut self, name: &'static str, read: Result<T, String>, other: T) -> T {
        read.unwrap_or_else(|said| {
            self.wrong.push((name, said));
            other
        })
    }

    fn said(name: &str, failure: String) -> String {
        format!("« {} » : {failure}", label(name))
    }

    fn name(&mut self) -> String {
        let read = line(self.fields, "name", label("name"), 60).map_err(|one| one.to_string());
        let name = self.note("name", read, String::from("?"));
        if name.is_empty() {
            let said = "« Nom » est vide : remplissez ce champ.";
            self.wrong.push(("name", said.into()));
        }
        name
    }

    fn whole(&mut self, name: &'static str, least: i64, most: i64) -> i64 {
        let read = whole(self.fields.text(name), least, most);
        self.note(name, read.map_err(|said| Self::said(name, said)), least)
    }

    fn whole_or_none(&mut self, name: &'static str, most: i64) -> Option<i64> {
        (!self.fields.text(name).is_empty()).then(|| self.whole(name, 1, most))
    }

    fn time(&mut self, name: &'static str) -> i64 {
        let read = time(self.fields, name, label(name));
        self.note(name, read.map_err(|failure: Failure| failure.to_string()), 0)
    }

    fn euros(&mut self, name: &'static str) -> Cents {
        let read = euros(self.fields.text(name)).and_then(|amount| match amount.get() {
            0..=CENTS_MOST => Ok(amount),
            _ => Err(format!("de 0 à {}.", fr::whole_euros(Cents::new(CENTS_MOST)))),
        });
        self.note(name, read.map_err(|said| Self::said(name, said)), Cents::ZERO)
    }

    /// All three fields of the pause, or none.
    fn rest(&mut self) -> Option<Rest> {
        let names = ["rest_from", "rest_to", "rest_minutes"];
        let empty = names.into_iter().filter(|name| self.fields.text(name).is_empty());
        let empty: Vec<&'static str> = empty.collect();
        if empty.len() == names.len() {
            return None;
        }
        if let Some(&first) = empty.first() {
            let said =
                "une pause a un début, une fin et une durée : remplissez les trois, ou aucun.";
            self.wrong.push((first, Self::said(first, said.into())));
            return None;
        }
        let window = Hours { from: self.time("rest_from"), to: self.time("rest_to") };
        Some(Rest { window, minutes: self.whole("rest_minutes", 1, 240) })
    }

    fn duty(&mut self) -> Duty {
        Duty {
            litres: self.whole_or_none("litres", LITRES_MOST),
            gross: self.whole_or_none("gross", KILOS_MOST).map(|kilos| Grams::new(kilos * 1_000)),
            shift: Hours { from: self.time("shift_from"), to: self.time("shift_to") },
            rounds_most: self.whole("rounds_most", 1, 20),
            turnaround_minutes: self.whole("turnaround", 0, 240),
            rest: self.rest(),
            per_km: self.euros("per_km"),
            per_hour: self.euros("per_hour"),
            per_day: self.euros("per_day"),
            is_carrier: self.fields.text("carrier") == "1",
        }
    }
}

/// The vehicle as the form has it; its code, its place and whether it is in use stay as `known`.
/// Errors: the form again, with all that is wrong.
pub fn read(fields: &Fields, known: &Vehicle) -> Result<Vehicle, Typed> {
    let mut reader = Reader { fields, wrong: Vec::new() };
    let vehicle = Vehicle {
        name: reader.name(),
        payload: Grams::new(reader.whole("payload", 1, KILOS_MOST) * 1_000),
        is_cold: fields.text("cold") == "1",
        duty: reader.duty(),
        ..known.clone()
    };
    // Rules look at what could be read only.
    if reader.wrong.is_empty() {
        let wrong = |denial: &Denial| (field_of(denial), denied::sentence(denial));
        reader.wrong = vehicle.faults().iter().map(wrong).collect();
    }
    match reader.wrong.is_empty() {
        true => Ok(vehicle),
        false => Err(Typed::sent(fields, reader.wrong)),
    }
}

/// The field at which a rule's "no" is said.
fn field_of(denial: &Denial) -> &'static str {
    match denial {
        Denial::PayloadOverGross { .. } => "payload",
        Denial::ShiftBackwards { .. } => "shift_to",
        Denial::RestBackwards { .. } => "rest_to",
        _ => "rest_from",
    }
}
