//! What goes over the wire, declared once: the type, and what the document says of it. A program's
//! body is held against the very schema that it could read.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::catalog::Label;
use trade::id::{BuyerId, ContractId, ProducerId, ProductId, SiteId, VehicleId};

/// Schemas of objects, by their names.
pub type Schemas = Map<String, Value>;

/// A type that goes over the wire.
pub trait Shaped {
    /// May be left out, or null.
    const OPTIONAL: bool = false;

    /// Its schema (JSON Schema 2020-12). An object is put among `all` and referred to.
    fn shape(all: &mut Schemas) -> Value;
}

impl Shaped for bool {
    fn shape(_: &mut Schemas) -> Value {
        json!({ "type": "boolean" })
    }
}

impl Shaped for i64 {
    fn shape(_: &mut Schemas) -> Value {
        json!({ "type": "integer", "format": "int64" })
    }
}

impl Shaped for String {
    fn shape(_: &mut Schemas) -> Value {
        json!({ "type": "string" })
    }
}

impl<T: Shaped> Shaped for Option<T> {
    const OPTIONAL: bool = true;

    fn shape(all: &mut Schemas) -> Value {
        let mut shape = T::shape(all);
        match shape.get_mut("type") {
            Some(kind) => {
                *kind = json!([kind.clone(), "null"]);
                if let Some(words) = shape.get_mut("enum").and_then(Value::as_array_mut) {
                    words.push(Value::Null);
                }
                shape
            }
            None => json!({ "anyOf": [shape, { "type": "null" }] }),
        }
    }
}

impl<T: Shaped> Shaped for Vec<T> {
    fn shape(all: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::shape(all) })
    }
}

/// A list that a program sends: one element at least, `MOST` at most.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Some1<T, const MOST: usize>(pub Vec<T>);

impl<T: Shaped, const MOST: usize> Shaped for Some1<T, MOST> {
    fn shape(all: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::shape(all), "minItems": 1, "maxItems": MOST })
    }
}

/// An integer that a program sends, within bounds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Int<const LEAST: i64, const MOST: i64>(pub i64);

impl<const LEAST: i64, const MOST: i64> Shaped for Int<LEAST, MOST> {
    fn shape(_: &mut Schemas) -> Value {
        json!({ "type": "integer", "format": "int64", "minimum": LEAST, "maximum": MOST })
    }
}

/// A number of a thing in a week.
pub type Number = Int<1, 1_000_000_000>;
/// Thousandths of a sale unit: a thousand tonnes at most.
pub type Quantity = Int<0, 1_000_000_000>;
/// Ten-thousandths of a euro: ten thousand euros for one unit at most.
pub type UnitPrice = Int<1, 100_000_000>;

/// A short text that a program sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Short<const MOST: usize>(pub String);

impl<const MOST: usize> Shaped for Short<MOST> {
    fn shape(_: &mut Schemas) -> Value {
        json!({ "type": "string", "maxLength": MOST })
    }
}

/// What is written as a text of a certain form.
pub trait Coded: Sized {
    /// The form (ECMA 262), anchored.
    const PATTERN: &'static str;
    const FORMAT: Option<&'static str> = None;
    fn read(text: &str) -> Option<Self>;
    fn written(&self) -> String;
}

/// A [`Coded`] thing on the wire.
#[derive(Clone, Copy, Debug)]
pub struct As<T>(pub T);

impl<T: Coded> Serialize for As<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.written())
    }
}

impl<'de, T: Coded> Deserialize<'de> for As<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let read = T::read(&text).ok_or_else(|| serde::de::Error::custom("another form"))?;
        Ok(As(read))
    }
}

impl<T: Coded> Shaped for As<T> {
    fn shape(_: &mut Schemas) -> Value {
        let mut shape = json!({ "type": "string", "pattern": T::PATTERN });
        if let Some(format) = T::FORMAT {
            shape["format"] = format.into();
        }
        shape
    }
}

/// Codes of the register.
pub const CODE: &str = "^[A-Za-z0-9._-]{1,23}$";
pub const WEEK: &str = "^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$";
pub const DAY: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// Seconds, in UTC.
pub const MOMENT: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
/// What a program may call its own act.
pub const KEY: &str = "^[A-Za-z0-9._:-]{8,80}$";

/// Whether a text has one of the forms above.
pub fn is_of_form(pattern: &str, text: &str) -> bool {
    let plain =
        |more: &str| text.chars().all(|sign| sign.is_ascii_alphanumeric() || more.contains(sign));
    match pattern {
        CODE => (1..=23).contains(&text.len()) && plain("._-"),
        KEY => (8..=80).contains(&text.len()) && plain("._:-"),
        WEEK => {
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let parts = text.split_once("-W").filter(|(year, week)| digits(year) && digits(week));
            parts.is_some_and(|(year, week)| {
                year.len() == 4 && week.len() == 2 && ("01"..="53").contains(&week)
            })
        }
        DAY => text.len() == 10 && Day::parse(text).is_some_and(|day| text == day.to_string()),
        MOMENT => {
            text.len() == 20
                && text.is_ascii()
                && text.ends_with('Z')
                && is_of_form(DAY, &text[..10])
        }
        _ => false,
    }
}

macro_rules! codes {
    ($($name:ident),*) => {$(
        impl Coded for $name {
            const PATTERN: &'static str = CODE;
            fn read(text: &str) -> Option<Self> {
                if is_of_form(CODE, text) { $name::parse(text).ok() } else { None }
            }
            fn written(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

codes!(BuyerId, ContractId, ProducerId, ProductId, SiteId, VehicleId);

impl Coded for Day {
    const PATTERN: &'static str = DAY;
    const FORMAT: Option<&'static str> = Some("date");

    fn read(text: &str) -> Option<Day> {
        if is_of_form(DAY, text) { Day::parse(text) } else { None }
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

impl Coded for IsoWeek {
    const PATTERN: &'static str = WEEK;

    fn read(text: &str) -> Option<IsoWeek> {
        if is_of_form(WEEK, text) { IsoWeek::parse(text) } else { None }
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

/// Only ever said, never read.
impl Coded for Instant {
    const PATTERN: &'static str = MOMENT;
    const FORMAT: Option<&'static str> = Some("date-time");

    fn read(_: &str) -> Option<Instant> {
        None
    }

    fn written(&self) -> String {
        let (days, rest) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let day = Day::from_days(i32::try_from(days).unwrap_or_default());
        format!("{day}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
    }
}

/// A word out of a few.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident of $all:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $crate::web::api::shape::Shaped for $name {
            fn shape(_: &mut $crate::web::api::shape::Schemas) -> serde_json::Value {
                serde_json::json!({ "type": "string", "enum": $all })
            }
        }
    )*};
}
pub(super) use words;

words! {
    /// `organic`, `hve`…
    LabelWord of Label::ALL.map(Label::code);
}

/// An object: its name, what it is, and of each field its type, what it says, an example.
macro_rules! objects {
    ($($(#[$meta:meta])* $name:ident, $told:literal {
        $($field:ident: $kind:ty = $said:literal, $example:expr;)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize)]
        pub struct $name { $(pub $field: $kind,)* }

        impl $crate::web::api::shape::Shaped for $name {
            fn shape(all: &mut $crate::web::api::shape::Schemas) -> serde_json::Value {
                use $crate::web::api::shape::{Shaped, field, object};
                let fields = |all: &mut $crate::web::api::shape::Schemas| vec![$(field(
                    stringify!($field),
                    <$kind as Shaped>::OPTIONAL,
                    <$kind as Shaped>::shape(all),
                    $said,
                    serde_json::json!($example),
                ),)*];
                object(all, stringify!($name), $told, false, fields)
            }
        }
    )*};
}
pub(super) use objects;

/// An object that a program sends: a field that it does not have is refused.
macro_rules! bodies {
    ($($(#[$meta:meta])* $name:ident, $told:literal {
        $($field:ident: $kind:ty = $said:literal, $example:expr;)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(pub $field: $kind,)* }

        impl $crate::web::api::shape::Shaped for $name {
            fn shape(all: &mut $crate::web::api::shape::Schemas) -> serde_json::Value {
                use $crate::web::api::shape::{Shaped, field, object};
                let fields = |all: &mut $crate::web::api::shape::Schemas| vec![$(field(
                    stringify!($field),
                    <$kind as Shaped>::OPTIONAL,
                    <$kind as Shaped>::shape(all),
                    $said,
                    serde_json::json!($example),
                ),)*];
                object(all, stringify!($name), $told, true, fields)
            }
        }
    )*};
}
pub(super) use bodies;

/// A field of an object: its name, whether it may be left out, its schema.
pub type Field = (&'static str, bool, Value);

pub fn field(
    name: &'static str,
    is_optional: bool,
    shape: Value,
    said: &str,
    example: Value,
) -> Field {
    // What stands beside a reference counts too (JSON Schema 2020-12).
    let mut shape = shape;
    shape["description"] = said.into();
    if !example.is_null() {
        shape["examples"] = json!([example]);
    }
    (name, is_optional, shape)
}

/// Puts an object among `all`, once, and refers to it.
pub fn object(
    all: &mut Schemas,
    name: &str,
    told: &str,
    is_closed: bool,
    fields: impl FnOnce(&mut Schemas) -> Vec<Field>,
) -> Value {
    // A type that another one of our own is named like has "Shape" behind its name.
    let name = name.trim_end_matches("Shape");
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    if all.contains_key(name) {
        return reference;
    }
    all.insert(name.into(), Value::Null);
    let fields = fields(all);
    let needed: Vec<&str> = fields.iter().filter(|field| !field.1).map(|field| field.0).collect();
    let order: Vec<&str> = fields.iter().map(|field| field.0).collect();
    let mut shape = json!({
        "type": "object",
        "description": told,
        "required": needed,
        // As they are declared: a JSON object has no order of its own.
        "x-order": order,
    });
    if is_closed {
        shape["additionalProperties"] = false.into();
    }
    let properties = fields.into_iter().map(|(name, _, shape)| (name.to_string(), shape));
    shape["properties"] = Value::Object(properties.collect());
    all.insert(name.into(), shape);
    reference
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// Give it as `after` to have the next page; null at the end.
    pub next: Option<String>,
}

impl<T: Shaped> Shaped for Listed<T> {
    fn shape(all: &mut Schemas) -> Value {
        json!({
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": { "type": "array", "items": T::shape(all) },
                "next": {
                    "type": ["string", "null"],
                    "description": "À redonner dans « after » pour lire la suite ; null à la fin.",
                },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_form_that_is_said() {
        for (pattern, good, bad) in [
            (
                CODE,
                &["0340005W", "a.b-c_d"][..],
                &["", " a", "a b", "é", "abcdefghijklmnopqrstuvwx"][..],
            ),
            (WEEK, &["2026-W48", "2025-W53"], &["2026-W00", "2026-W54", "202648", "2026-w48"]),
            (DAY, &["2026-11-24", "2028-02-29"], &["2026-02-29", "2026-1-2", "99999-01-01"]),
            (KEY, &["12345678", "a:b.c-d_e"], &["1234567", "12345678 ", "clé-de-test"]),
        ] {
            for text in good {
                assert!(is_of_form(pattern, text), "{pattern} {text}");
            }
            for text in bad {
                assert!(!is_of_form(pattern, text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        let at = crate::clock::instant(Day::parse("2026-11-24").expect("a day"), 12 * 60);
        assert_eq!(at.written(), "2026-11-24T11:00:00Z");
    }
}
