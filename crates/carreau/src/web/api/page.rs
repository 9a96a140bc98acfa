//! The page on which people read what programs may ask: made from the document itself, without a
//! script, from our own address only.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::BASE;
use super::document::{DOCUMENT, TOLD, meaning};
use crate::ui::fr::typeset;
use crate::web::{Answer, Web, html};

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    told: Vec<String>,
    base: String,
    parts: Vec<PartView>,
    refusals: Vec<(u16, String)>,
    problem: String,
    schemas: Vec<SchemaView>,
}

struct PartView {
    anchor: String,
    name: String,
    told: String,
    operations: Vec<OperationView>,
}

struct OperationView {
    id: String,
    title: String,
    verb: String,
    path: String,
    told: String,
    who: String,
    parameters: Vec<FieldView>,
    body: Option<Kind>,
    given_status: String,
    given: Kind,
    given_told: String,
    given_example: String,
    refusals: String,
    curl: String,
}

struct FieldView {
    name: String,
    place: &'static str,
    kind: Kind,
    is_needed: bool,
    said: String,
    example: String,
}

/// What a value is, in words: « liste de », a schema to look at, « ou null ».
#[derive(Default)]
struct Kind {
    before: String,
    schema: String,
    after: String,
}

struct SchemaView {
    name: String,
    told: String,
    fields: Vec<FieldView>,
}

/// `GET /aide/api`
pub async fn page(State(web): State<Arc<Web>>, headers: HeaderMap) -> Answer {
    html(&made(&format!("{}{BASE}", web.site.address(&headers))))
}

fn made(base: &str) -> ApiPage {
    let document = &*DOCUMENT;
    let refusals = [400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 503];
    let parts = list(&document["tags"]).iter().enumerate().map(|(number, tag)| {
        let name = text(&tag["name"]);
        PartView {
            anchor: format!("partie-{}", number + 1),
            told: said(&tag["description"]),
            operations: operations(&name, base),
            name,
        }
    });
    ApiPage {
        told: TOLD.split("\n\n").map(typeset).collect(),
        base: base.into(),
        parts: parts.collect(),
        refusals: refusals.map(|status| (status, typeset(meaning(status)))).to_vec(),
        problem: pretty(&example(&document["components"]["schemas"]["Problem"])),
        schemas: schemas(),
    }
}

/// The operations of a part, in the order in which they are declared.
fn operations(part: &str, base: &str) -> Vec<OperationView> {
    let declared = super::OPERATIONS.iter().filter(|operation| operation.part == part);
    let view = declared.map(|operation| {
        let described = &DOCUMENT["paths"][operation.path][operation.verb.word()];
        operation_view(operation.verb.word(), operation.path, described, base)
    });
    view.collect()
}

fn operation_view(verb: &str, path: &str, described: &Value, base: &str) -> OperationView {
    let responses = described["responses"].as_object();
    let given = responses.and_then(|all| all.iter().find(|(status, _)| status.starts_with('2')));
    let (status, given) = given.map_or((String::new(), &Value::Null), |(s, one)| (s.clone(), one));
    let other = responses.into_iter().flat_map(Map::keys).filter(|one| !one.starts_with('2'));
    let told = said(&described["description"]);
    let (told, who) = told.rsplit_once("Pour\u{a0}: ").unwrap_or((&told, ""));
    let body = &described["requestBody"]["content"]["application/json"]["schema"];
    let content = &given["content"];
    let (given_schema, given_kind) = match &content["application/json"]["schema"] {
        Value::Null => (&Value::Null, Kind { before: "un PDF".into(), ..Kind::default() }),
        schema => (schema, kind(schema)),
    };
    let body_example = if body.is_null() { Value::Null } else { example(body) };
    OperationView {
        id: text(&described["operationId"]),
        title: text(&described["summary"]),
        verb: verb.to_uppercase(),
        path: path.into(),
        told: told.trim().into(),
        who: format!("Pour\u{a0}: {who}"),
        parameters: list(&described["parameters"]).iter().map(parameter).collect(),
        body: (!body.is_null()).then(|| kind(body)),
        curl: curl(verb, path, described, &body_example, base),
        given_status: status,
        given: given_kind,
        given_told: said(&given["description"]),
        given_example: match given_schema {
            Value::Null => String::new(),
            schema => pretty(&example(schema)),
        },
        refusals: other.cloned().collect::<Vec<_>>().join(", "),
    }
}

fn parameter(one: &Value) -> FieldView {
    FieldView {
        name: text(&one["name"]),
        place: match one["in"].as_str() {
            Some("path") => "adresse",
            Some("header") => "en-tête",
            _ => "requête",
        },
        kind: kind(&one["schema"]),
        is_needed: one["required"] == true,
        said: said(&one["description"]),
        example: plain(&one["example"]),
    }
}

fn schemas() -> Vec<SchemaView> {
    let all = DOCUMENT["components"]["schemas"].as_object();
    let view = all.into_iter().flatten().map(|(name, schema)| SchemaView {
        name: name.clone(),
        told: said(&schema["description"]),
        fields: fields(schema),
    });
    view.collect()
}

fn fields(schema: &Value) -> Vec<FieldView> {
    let needed: Vec<&str> = list(&schema["required"]).iter().filter_map(Value::as_str).collect();
    let field = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        let field = &schema["properties"][name];
        FieldView {
            name: name.into(),
            place: "",
            kind: kind(field),
            is_needed: needed.contains(&name),
            said: said(&field["description"]),
            example: plain(&field["examples"][0]),
        }
    };
    list(&schema["x-order"]).iter().map(field).collect()
}

/// What a schema is, in words.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return Kind { schema: name.into(), ..Kind::default() };
    }
    if let Some(first) = schema["anyOf"].get(0) {
        let Kind { before, schema, .. } = kind(first);
        return Kind { before, schema, after: " ou null".into() };
    }
    let (word, is_nullable) = match &schema["type"] {
        Value::Array(kinds) => (text(&kinds[0]), kinds.len() > 1),
        kind => (text(kind), false),
    };
    let mut said = match word.as_str() {
        "array" => {
            let Kind { before, schema, after } = kind(&schema["items"]);
            Kind { before: format!("liste de {before}"), schema, after }
        }
        "object" if !schema["properties"]["items"].is_null() => {
            let Kind { before, schema, after } = kind(&schema["properties"]["items"]["items"]);
            let after = format!("{after}, avec « next »");
            Kind { before: format!("page de {before}"), schema, after }
        }
        "object" => Kind { before: "objet".into(), ..Kind::default() },
        "integer" => Kind { before: format!("entier{}", range(schema)), ..Kind::default() },
        "boolean" => Kind { before: "true ou false".into(), ..Kind::default() },
        _ => Kind { before: text_kind(schema), ..Kind::default() },
    };
    if is_nullable {
        said.after.push_str(" ou null");
    }
    said
}

fn range(schema: &Value) -> String {
    match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) => {
            format!(" de {least} à {}", crate::ui::fr::integer(most))
        }
        _ => String::new(),
    }
}

fn text_kind(schema: &Value) -> String {
    let words: Vec<&str> = list(&schema["enum"]).iter().filter_map(Value::as_str).collect();
    if !words.is_empty() {
        return words.join(", ");
    }
    match schema["pattern"].as_str() {
        Some(super::shape::CODE) => "code".into(),
        Some(super::shape::WEEK) => "semaine".into(),
        Some(super::shape::DAY) => "jour".into(),
        Some(super::shape::MOMENT) => "instant".into(),
        Some(super::shape::KEY) => "clé".into(),
        _ => match schema["maxLength"].as_u64() {
            Some(most) => format!("texte de {most} signes au plus"),
            None => "texte".into(),
        },
    }
}

/// A value as the schema's own examples make it.
fn example(schema: &Value) -> Value {
    if let Some(first) = schema["examples"].get(0) {
        return first.clone();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return example(&DOCUMENT["components"]["schemas"][name]);
    }
    if let Some(first) = schema["anyOf"].get(0) {
        return example(first);
    }
    let word = match &schema["type"] {
        Value::Array(kinds) => text(&kinds[0]),
        kind => text(kind),
    };
    match word.as_str() {
        "array" => Value::Array(vec![example(&schema["items"])]),
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields = fields.map(|(name, field)| (name.clone(), example(field)));
            Value::Object(fields.collect())
        }
        "string" if schema["enum"].is_array() => schema["enum"][0].clone(),
        _ => Value::Null,
    }
}

/// The command that asks for it.
fn curl(verb: &str, path: &str, described: &Value, body: &Value, base: &str) -> String {
    let mut address = path.to_string();
    let mut query = Vec::new();
    for one in list(&described["parameters"]) {
        let (name, value) = (text(&one["name"]), plain(&one["example"]));
        match one["in"].as_str() {
            Some("path") => address = address.replace(&format!("{{{name}}}"), &value),
            Some("query") if name != "after" => query.push(format!("{name}={value}")),
            _ => {}
        }
    }
    if !query.is_empty() {
        address.push_str(&format!("?{}", query.join("&")));
    }
    let mut said = "curl -H \"Authorization: Bearer $JETON\" \\\n".to_string();
    if verb == "post" {
        said.push_str("  -H \"Idempotency-Key: $(uuidgen)\" \\\n");
        said.push_str("  -H \"Content-Type: application/json\" \\\n");
        said.push_str(&format!("  -d '{}' \\\n", body.to_string().replace('\'', "'\\''")));
    }
    said.push_str(&format!("  \"{base}{address}\""));
    said
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().into()
}

/// A sentence, with its spaces before signs.
fn said(value: &Value) -> String {
    typeset(&text(value))
}

/// An example as it is written in an address or a table.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
