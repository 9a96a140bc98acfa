//! The OpenAPI document of the door, made from the operations themselves.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::call::{Answers, Link, Operation, Param, Verb, path_param};
use super::parts::PARTS;
use super::reply::Problem;
use super::shape::{KEY, Schemas, Shaped};
use super::{BASE, OPERATIONS};
use crate::store::keys::fingerprint;

/// The schemas of all operations.
pub static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| {
    let mut all = Schemas::new();
    for operation in OPERATIONS.iter() {
        if let Some(body) = operation.body {
            body(&mut all);
        }
        if let Answers::Json(shape) = operation.answers {
            shape(&mut all);
        }
    }
    Problem::shape(&mut all);
    all
});

/// The document, as it is served.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS.iter() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.verb.word()] = described(operation);
    }
    let parts = PARTS.iter().map(|(name, told)| json!({ "name": name, "description": told }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Carreau",
            "version": env!("CARGO_PKG_VERSION"),
            "description": TOLD,
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "servers": [{ "url": BASE }],
        "security": [{ "token": [] }],
        "tags": parts.collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": SCHEMAS.clone(),
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Un jeton personnel, créé sur la page « Mon compte ».",
            } },
        },
    })
});

/// What holds for all operations.
pub const TOLD: &str = "Ce que le logiciel d'une cuisine, d'une ferme ou d'un comptable peut lire et \
    faire à la plateforme, avec les droits de la personne dont il porte le jeton.\n\n\
    Les nombres sont des entiers : quantités en millièmes de l'unité de vente (30 000 pour 30 kg), \
    prix en dix-millièmes d'euro (12 500 pour 1,25 €), montants en centimes, taux en centièmes de \
    pour cent (550 pour 5,5 %). Les instants sont en UTC, les jours et les semaines ceux de Paris.\n\n\
    Un jeton donne jusqu'à trois droits : « read » pour lire, « trade » pour commander, offrir et \
    confirmer, « run » pour clore les commandes d'un jour et accepter ses tournées, et rien \
    d'autre de la conduite de la semaine.\n\n\
    Chaque envoi porte un en-tête Idempotency-Key : refait avec la même clé et le même corps, il ne \
    change rien de plus et reçoit la même réponse. Avec un autre corps, il est refusé.";

static TEXT: LazyLock<(String, String)> = LazyLock::new(|| {
    let text = DOCUMENT.to_string();
    let mark = format!("\"{:016x}\"", fingerprint(&text));
    (text, mark)
});

/// `GET /api/v1/openapi.json`
pub async fn serve(headers: HeaderMap) -> Response {
    let (text, mark) = &*TEXT;
    let head = [(CACHE_CONTROL, "public, max-age=3600"), (ETAG, mark)];
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == mark.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, [(CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

fn described(operation: &Operation) -> Value {
    let mut told = operation.told.to_string();
    told.push_str(&format!(
        "\n\nPour : {}. Droit du jeton : {}.",
        who(operation),
        leave(operation)
    ));
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.part],
        "summary": operation.title,
        "description": told.trim_start(),
        "responses": responses(operation),
    });
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        described["parameters"] = Value::Array(parameters);
    }
    if let Some(body) = operation.body {
        described["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": body(&mut SCHEMAS.clone()) } },
        });
    }
    described
}

/// Who may ask, in French.
pub fn who(operation: &Operation) -> String {
    let mut who = Vec::new();
    if operation.desk.is_some() {
        who.push("la plateforme");
    }
    if operation.buyer {
        who.push("les acheteurs");
    }
    if operation.farm {
        who.push("les fermes");
    }
    who.join(", ")
}

fn leave(operation: &Operation) -> &'static str {
    operation.leave.word()
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.in_path().map(|name| parameter(&path_param(name), "path", true));
    let in_query = operation.query.iter().map(|param| parameter(param, "query", false));
    let key = (operation.verb == Verb::Post).then(|| {
        json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": true,
            "description": "Une clé par envoi, que vous choisissez : un UUID convient.",
            "schema": { "type": "string", "pattern": KEY },
            "example": "7c0f6d52-5a6e-4a0c-9b5f-2f4f0f3a1c11",
        })
    });
    in_path.chain(in_query).chain(key).collect()
}

fn parameter(param: &Param, place: &str, is_needed: bool) -> Value {
    let schema = (param.shape)(&mut Schemas::new());
    let example = match schema["type"] == "integer" {
        true => param.example.parse::<i64>().map_or(Value::Null, Value::from),
        false => param.example.into(),
    };
    json!({
        "name": param.name,
        "in": place,
        "required": is_needed,
        "description": param.said,
        "schema": schema,
        "example": example,
    })
}

fn responses(operation: &Operation) -> Value {
    let mut all = Map::new();
    for status in operation.statuses() {
        let response = match status {
            200 | 201 => given(operation),
            304 => json!({ "description": "Rien n'a changé depuis l'ETag que vous donnez." }),
            status => refused(status),
        };
        all.insert(status.to_string(), response);
    }
    Value::Object(all)
}

fn given(operation: &Operation) -> Value {
    let content = match operation.answers {
        Answers::Json(shape) => {
            json!({ "application/json": { "schema": shape(&mut SCHEMAS.clone()) } })
        }
        Answers::Paper => json!({
            "application/pdf": { "schema": { "type": "string", "format": "binary" } }
        }),
    };
    let text = json!({ "type": "string" });
    let headers = match operation.verb {
        Verb::Get => json!({ "ETag": {
            "description": "À redonner dans If-None-Match.", "required": true, "schema": text,
        } }),
        Verb::Post => json!({ "Location": {
            "description": "Où lire ce qui est enregistré.", "required": true, "schema": text,
        } }),
    };
    let mut given =
        json!({ "description": operation.gives, "headers": headers, "content": content });
    if !operation.links.is_empty() {
        let links = operation.links.iter().map(|one| (one.name.to_string(), link(one)));
        given["links"] = Value::Object(links.collect());
    }
    given
}

fn link(link: &Link) -> Value {
    let parts = link.parts.iter().map(|(name, from)| ((*name).to_string(), json!(from)));
    json!({ "operationId": link.to, "parameters": Value::Object(parts.collect()) })
}

/// What a status says, for all operations alike.
pub fn meaning(status: u16) -> &'static str {
    match status {
        400 => "La demande ne se lit pas : un champ manque, est de trop ou d'une autre forme.",
        401 => "Pas de jeton, ou il ne vaut plus.",
        403 => "Ce rôle ou ce jeton ne le peut pas.",
        404 => "Cela n'existe pas, ou n'est pas à vous.",
        406 => "Accept ne permet pas ce qui est donné ici.",
        409 => {
            "Trop tard : les commandes de ce jour sont closes, d'autres ont pris ce qui restait, \
             ou ce que vous avez lu a changé."
        }
        413 => "Le corps est trop long.",
        415 => "Le corps n'est pas annoncé comme du JSON.",
        422 => "Une règle dit non, ou la clé a servi pour un autre corps.",
        429 => "Trop de demandes à la fois.",
        503 => "Plusieurs personnes écrivent en même temps : recommencez, avec la même clé.",
        _ => "",
    }
}

fn refused(status: u16) -> Value {
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    let mut refused = json!({
        "description": meaning(status),
        "content": { "application/json": { "schema": problem } },
    });
    let header = match status {
        401 => ("WWW-Authenticate", "Bearer", json!({ "type": "string" })),
        429 => ("Retry-After", "Secondes à attendre.", json!({ "type": "integer" })),
        _ => return refused,
    };
    let (name, told, schema) = header;
    refused["headers"] =
        json!({ name: { "description": told, "required": true, "schema": schema } });
    refused
}
