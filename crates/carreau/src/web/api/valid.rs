//! Holds what a program sends against the schema that it could read, and says in French what is
//! wrong with it.

use serde_json::Value;

use super::shape::{self, Schemas};

/// Faults told at once: the first ones lead to the others.
const FAULTS: usize = 20;

/// What is wrong with `value`; nothing when it is as `schema` says. `all` are the schemas that it
/// may refer to.
pub fn faults(schema: &Value, all: &Schemas, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, all, value, "", &mut found);
    found.truncate(FAULTS);
    found
}

fn check(schema: &Value, all: &Schemas, value: &Value, at: &str, found: &mut Vec<String>) {
    if found.len() >= FAULTS {
        return;
    }
    if let Some(named) = referred(schema, all) {
        return check(named, all, value, at, found);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        if !choices.iter().any(|one| faults(one, all, value).is_empty())
            && let Some(one) = choices.first()
        {
            check(one, all, value, at, found);
        }
        return;
    }
    if !is_of_kind(schema, value) {
        return found.push(format!("{} : {} est attendu.", name(at), wanted(schema)));
    }
    match value {
        Value::Object(fields) => object(schema, all, fields, at, found),
        Value::Array(items) => list(schema, all, items, at, found),
        Value::String(text) => found.extend(of_text(schema, text, at)),
        Value::Number(_) => found.extend(of_number(schema, value, at)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn referred<'a>(schema: &Value, all: &'a Schemas) -> Option<&'a Value> {
    all.get(schema["$ref"].as_str()?.rsplit('/').next()?)
}

fn is_of_kind(schema: &Value, value: &Value) -> bool {
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.as_i64().is_some(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

/// « lines.0.quantity »
fn name(at: &str) -> String {
    match at {
        "" => "Le corps".into(),
        at => format!("« {at} »"),
    }
}

fn wanted(schema: &Value) -> &'static str {
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind.unwrap_or_default() {
        "object" => "un objet",
        "array" => "une liste",
        "string" => "un texte",
        "integer" => "un nombre entier",
        "boolean" => "true ou false",
        _ => "autre chose",
    }
}

fn inside(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_string() } else { format!("{at}.{name}") }
}

fn object(
    schema: &Value,
    all: &Schemas,
    fields: &serde_json::Map<String, Value>,
    at: &str,
    found: &mut Vec<String>,
) {
    let known = schema["properties"].as_object();
    let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for missing in needed.filter(|name| !fields.contains_key(*name)) {
        found.push(format!("{} manque.", name(&inside(at, missing))));
    }
    let is_closed = schema["additionalProperties"] == false;
    for (field, value) in fields {
        match known.and_then(|known| known.get(field)) {
            Some(shape) => check(shape, all, value, &inside(at, field), found),
            None if is_closed => {
                let names = known.map(|known| known.keys().cloned().collect::<Vec<_>>());
                found.push(format!(
                    "{} n'existe pas ici : retirez ce champ. Champs connus : {}.",
                    name(&inside(at, field)),
                    names.unwrap_or_default().join(", ")
                ));
            }
            None => {}
        }
    }
}

fn list(schema: &Value, all: &Schemas, items: &[Value], at: &str, found: &mut Vec<String>) {
    let count = items.len() as u64;
    if schema["minItems"].as_u64().is_some_and(|least| count < least) {
        found.push(format!("{} est vide : mettez-y au moins un élément.", name(at)));
    }
    if let Some(most) = schema["maxItems"].as_u64().filter(|&most| count > most) {
        found.push(format!("{} a {count} éléments : {most} au plus.", name(at)));
    }
    for (number, item) in items.iter().enumerate() {
        check(&schema["items"], all, item, &inside(at, &number.to_string()), found);
    }
}

fn of_text(schema: &Value, text: &str, at: &str) -> Option<String> {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        let said = format!("{} : un de ces mots : {}.", name(at), words.join(", "));
        return (!words.contains(&text)).then_some(said);
    }
    let length = text.chars().count() as u64;
    if let Some(most) = schema["maxLength"].as_u64().filter(|&most| length > most) {
        return Some(format!("{} a {length} signes : {most} au plus.", name(at)));
    }
    let pattern = schema["pattern"].as_str()?;
    (!shape::is_of_form(pattern, text))
        .then(|| format!("{} : « {} » n'est pas {}.", name(at), cut(text), form(pattern)))
}

/// What a form is called, with an example.
fn form(pattern: &str) -> &'static str {
    match pattern {
        shape::CODE => "un code. Exemple : 0340005W",
        shape::WEEK => "une semaine. Exemple : 2026-W48",
        shape::DAY => "un jour. Exemple : 2026-11-24",
        shape::KEY => "une clé de 8 à 80 lettres, chiffres, points, tirets ou deux-points",
        _ => "de la forme voulue",
    }
}

/// Long texts are not sent back whole.
pub fn cut(text: &str) -> String {
    let begin: String = text.chars().filter(|sign| !sign.is_control()).take(40).collect();
    if text.chars().count() > 40 { format!("{begin}…") } else { begin }
}

fn of_number(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let number = value.as_i64()?;
    let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
    let said = format!("{} vaut {number} : de {least} à {most}.", name(at));
    (!(least..=most).contains(&number)).then_some(said)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_named_where_it_is() {
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["day", "lines"],
            "properties": {
                "day": { "type": "string", "pattern": shape::DAY },
                "note": { "type": ["string", "null"], "maxLength": 3 },
                "lines": { "type": "array", "minItems": 1, "maxItems": 2, "items": {
                    "type": "object", "properties": {
                        "quantity": { "type": "integer", "minimum": 1, "maximum": 9 },
                        "label": { "type": "string", "enum": ["organic", "hve"] } } } },
            },
        });
        let told = |value: Value| faults(&schema, &Schemas::new(), &value).join(" ");
        let good = json!({ "day": "2026-11-24", "note": null, "lines": [{ "quantity": 3 }] });
        assert_eq!(told(good), "");
        for (bad, said) in [
            (json!([]), "Le corps : un objet est attendu."),
            (json!({ "lines": [{}] }), "« day » manque."),
            (json!({ "day": "demain", "lines": [{}] }), "n'est pas un jour."),
            (json!({ "day": "2026-11-24", "lines": [] }), "« lines » est vide"),
            (json!({ "day": "2026-11-24", "lines": [{}, {}, {}] }), "3 éléments : 2 au plus"),
            (json!({ "day": "2026-11-24", "lines": [{}], "price": 1 }), "« price » n'existe pas"),
            (json!({ "day": "2026-11-24", "lines": [{}], "note": "long" }), "4 signes"),
            (
                json!({ "day": "2026-11-24", "lines": [{ "quantity": 1.5 }] }),
                "« lines.0.quantity » : un nombre entier est attendu.",
            ),
            (
                json!({ "day": "2026-11-24", "lines": [{ "quantity": 10 }] }),
                "« lines.0.quantity » vaut 10 : de 1 à 9.",
            ),
            (
                json!({ "day": "2026-11-24", "lines": [{ "label": "bio" }] }),
                "un de ces mots : organic, hve",
            ),
        ] {
            let found = told(bad.clone());
            assert!(found.contains(said), "{bad}: {found}");
        }
    }
}
