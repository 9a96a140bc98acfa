//! What a program is answered. Refusals have one shape: a word for the program, French for whoever
//! reads its log, and for each rule that said no its own word and line.

use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderName, LOCATION,
    RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use trade::Denial;

use super::call::Verb;
use super::shape::objects;
use crate::denied;
use crate::failure::Failure;
use crate::store::keys::fingerprint;
use crate::web::answer::status_of;

/// What is given.
pub enum Reply {
    Json { text: String, location: Option<String> },
    Paper { bytes: Vec<u8>, name: String },
}

impl Reply {
    pub fn json(value: &impl Serialize) -> Result<Reply, Refusal> {
        let text = serde_json::to_string(value).map_err(|fault| Failure::Other(fault.into()))?;
        Ok(Reply::Json { text, location: None })
    }

    /// Something new, which can be read at `location`.
    pub fn made(text: String, location: String) -> Reply {
        Reply::Json { text, location: Some(location) }
    }

    /// `known`: the mark of what the program has already.
    pub fn into_answer(self, verb: Verb, known: Option<&str>) -> Response {
        if verb == Verb::Post {
            return self.into_created();
        }
        let (bytes, kind, name) = match self {
            Reply::Json { text, .. } => (text.into_bytes(), "application/json", None),
            Reply::Paper { bytes, name } => (bytes, "application/pdf", Some(name)),
        };
        let mark = mark(&bytes);
        let head = [(ETAG, mark.clone()), (CACHE_CONTROL, "private, no-cache".into())];
        let is_known = |all: &str| all.split(',').any(|one| one.trim() == mark);
        if known.is_some_and(is_known) {
            return (StatusCode::NOT_MODIFIED, head).into_response();
        }
        let mut response = (head, [(CONTENT_TYPE, kind)], bytes).into_response();
        if let Some(name) = name
            && let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}.pdf\""))
        {
            response.headers_mut().insert(CONTENT_DISPOSITION, value);
        }
        response
    }

    fn into_created(self) -> Response {
        let Reply::Json { text, location } = self else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let head = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
        let mut response = (StatusCode::CREATED, head, text).into_response();
        if let Some(place) = location.and_then(|place| HeaderValue::from_str(&place).ok()) {
            response.headers_mut().insert(LOCATION, place);
        }
        response
    }
}

/// A mark that another content does not have but by a chance of 2^-64. A paper says at which second
/// it was set, outside of what is marked.
fn mark(bytes: &[u8]) -> String {
    let hash = fingerprint(&String::from_utf8_lossy(bytes));
    format!("\"{hash:016x}\"")
}

objects! {
    /// Why one rule said no.
    Detail, "Une règle qui a dit non." {
        code: String = "Le mot de la règle : sold_out, not_whole_packs, below_minimum…", "sold_out";
        line: Option<i64> = "La ligne de la mercuriale dont elle parle, s'il y en a une.", 12;
        reason: String = "La phrase.",
            "« Carotte » : vous demandez 30 kg, il reste 12 kg.";
    }
    /// Why nothing was done.
    Problem, "Pourquoi la demande est refusée. Rien n'en a été fait." {
        code: String = "Un mot pour votre programme : not_found, forbidden, input, refused…",
            "refused";
        reasons: Vec<String> = "Les raisons, en français.",
            ["« Carotte » : vous demandez 30 kg, il reste 12 kg."];
        details: Vec<Detail> = "Les règles qui ont dit non ; vide pour les autres refus.",
            serde_json::Value::Null;
    }
}

/// A refusal on its way to a program.
pub struct Refusal {
    pub status: StatusCode,
    problem: Problem,
    /// Boxed: a refusal stands in every result of the interface.
    head: Option<Box<(HeaderName, String)>>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &str, said: String) -> Refusal {
        Refusal::of(status, code, vec![said])
    }

    fn of(status: StatusCode, code: &str, reasons: Vec<String>) -> Refusal {
        let problem = Problem { code: code.into(), reasons, details: Vec::new() };
        let head = (status == StatusCode::UNAUTHORIZED)
            .then(|| Box::new((WWW_AUTHENTICATE, "Bearer realm=\"Carreau\"".to_string())));
        Refusal { status, problem, head }
    }

    pub fn input(reasons: Vec<String>) -> Refusal {
        Refusal::of(StatusCode::BAD_REQUEST, "input", reasons)
    }

    pub fn method(allowed: &str) -> Refusal {
        let said = format!("Cette adresse ne connaît que {allowed}.");
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", said);
        Refusal { head: Some(Box::new((ALLOW, allowed.to_string()))), ..refusal }
    }

    pub fn media_type() -> Refusal {
        let said = "Envoyez du JSON, avec Content-Type: application/json.";
        Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", said.into())
    }

    pub fn not_acceptable(given: &str) -> Refusal {
        let said = format!("Cette adresse ne donne que {given} : dites-le dans Accept.");
        Refusal::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", said)
    }

    pub fn too_large(most: usize) -> Refusal {
        let said = format!("Le corps dépasse {most} octets : envoyez-le en plusieurs fois.");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", said)
    }

    pub fn too_many(seconds: i64) -> Refusal {
        let said = format!("Trop de demandes à la fois. Attendez {seconds} s, puis recommencez.");
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many", said);
        Refusal { head: Some(Box::new((RETRY_AFTER, seconds.to_string()))), ..refusal }
    }

    /// What rules said no, with the sentence of each. Late when order taking had ended, gone when
    /// others were first and that alone is in the way.
    pub fn rules(denials: &[Denial], sentences: Vec<String>) -> Refusal {
        let (status, code) = match denials {
            all if all.iter().any(denied::is_late) => (StatusCode::CONFLICT, "late"),
            all if all.iter().all(denied::is_gone) => (StatusCode::CONFLICT, "gone"),
            _ => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
        };
        let detail = |(denial, reason): (&Denial, &String)| Detail {
            code: denied::word(denial),
            line: denied::line(denial).map(|line| line.0),
            reason: reason.clone(),
        };
        let details = denials.iter().zip(&sentences).map(detail).collect();
        let refusal = Refusal::of(status, code, sentences);
        Refusal { problem: Problem { details, ..refusal.problem }, ..refusal }
    }
}

impl<F: Into<Failure>> From<F> for Refusal {
    fn from(failure: F) -> Refusal {
        let failure = failure.into();
        let status = status_of(&failure);
        let code = match &failure {
            Failure::Denied(denials) => {
                return Refusal::rules(denials, denials.iter().map(denied::sentence).collect());
            }
            Failure::Told(_) | Failure::Cells(_) => "refused",
            Failure::Late(_) => "late",
            Failure::Gone(_) => "gone",
            Failure::Input(_) => "input",
            Failure::NotFound(_) => "not_found",
            Failure::Forbidden(_) => "forbidden",
            Failure::Held => "too_many",
            Failure::OtherContent => "other_content",
            Failure::Replayed(_) => "replayed",
            Failure::Busy => "busy",
            Failure::Database(_) | Failure::Other(_) => {
                // What broke is ours to read, not the program's.
                eprintln!("carreau : {failure}");
                let said = "Une panne de notre côté : rien n'a été fait. Recommencez plus tard.";
                return Refusal::new(status, "fault", said.into());
            }
        };
        let reasons = match failure {
            Failure::Told(said) | Failure::Late(said) | Failure::Gone(said) => said,
            Failure::OtherContent => vec![
                "Cette clé a déjà servi pour une autre demande : faites une clé par demande."
                    .to_string(),
            ],
            failure => vec![failure.to_string()],
        };
        Refusal::of(status, code, reasons)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let text = serde_json::to_string(&self.problem).unwrap_or_default();
        let head = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
        let mut response = (self.status, head, text).into_response();
        if let Some((name, value)) = self.head.map(|head| *head)
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
