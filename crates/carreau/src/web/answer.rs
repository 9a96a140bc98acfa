//! Answers: pages, papers, "done, look", and refusals that say what to do.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::guard::cookie;
use crate::failure::Failure;

/// What a handler gives back.
pub type Answer = Result<Response, Fault>;

/// The cookie that carries one sentence from an act to the next page.
const SAID: &str = "carreau-said";

/// A page. What the last act said has now been shown.
pub fn html(page: &impl Template) -> Answer {
    let text = page.render().map_err(|error| Failure::Other(error.into()))?;
    let mut response = Html(text).into_response();
    let gone = format!("{SAID}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&gone) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
    // Not "no-store": a browser then forgets what was typed when one comes back from a refusal.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// A paper, shown in the browser under a name that is worth keeping.
pub fn pdf(bytes: Vec<u8>, name: &str) -> Answer {
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    let headers =
        [(CONTENT_TYPE, "application/pdf".to_string()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// "Done": back to a page, which shows `sentence` once.
pub fn back_to(address: &str, sentence: &str) -> Answer {
    let cookie = format!("{SAID}={}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax", hex(sentence));
    let headers = [(LOCATION, address.to_string()), (SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// What the last act said.
pub(super) fn said(headers: &HeaderMap) -> Option<String> {
    let text = cookie(headers, SAID)?;
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| Some(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?))
        .collect();
    String::from_utf8(bytes?).ok().filter(|text| !text.is_empty())
}

/// A sentence as a cookie may carry it.
fn hex(sentence: &str) -> String {
    sentence.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// A refusal on its way to the person.
#[derive(Debug)]
pub struct Fault(pub Failure);

impl<F: Into<Failure>> From<F> for Fault {
    fn from(failure: F) -> Fault {
        Fault(failure.into())
    }
}

/// The status by which a program knows what happened.
pub fn status_of(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Denied(_) | Failure::Told(_) | Failure::Cells(_) | Failure::OtherContent => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Failure::Late(_) | Failure::Gone(_) => StatusCode::CONFLICT,
        Failure::Input(_) => StatusCode::BAD_REQUEST,
        Failure::NotFound(_) => StatusCode::NOT_FOUND,
        Failure::Forbidden(_) => StatusCode::FORBIDDEN,
        Failure::Held => StatusCode::TOO_MANY_REQUESTS,
        Failure::Replayed(_) => StatusCode::OK,
        Failure::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Database(_) | Failure::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    title: &'static str,
    sentences: Vec<String>,
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = status_of(&self.0);
        let title = match status {
            StatusCode::NOT_FOUND => "Introuvable",
            StatusCode::FORBIDDEN => "Page réservée",
            StatusCode::INTERNAL_SERVER_ERROR => "Panne",
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => "Un instant",
            _ => "Rien n'a été changé",
        };
        let sentences = match &self.0 {
            Failure::Denied(denials) => denials.iter().map(crate::denied::sentence).collect(),
            Failure::Told(said) | Failure::Late(said) | Failure::Gone(said) => said.clone(),
            failure => vec![failure.to_string()],
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            eprintln!("carreau : {}", self.0);
        }
        let page = FaultPage { title, sentences: sentences.clone() };
        let text = page.render().unwrap_or_else(|_| sentences.join("\n"));
        (status, Html(text)).into_response()
    }
}

/// A page that is not for whoever asks.
pub(super) fn forbidden(sentence: &str) -> Response {
    (StatusCode::FORBIDDEN, sentence_page("Page réservée", sentence)).into_response()
}

/// A page of one sentence, with a way back.
pub(super) fn sentence_page(title: &'static str, sentence: &str) -> Html<String> {
    let page = FaultPage { title, sentences: vec![sentence.to_string()] };
    Html(page.render().unwrap_or_else(|_| sentence.to_string()))
}

/// No such page.
pub(super) async fn nothing_here() -> Fault {
    Fault(Failure::NotFound("Cette page n'existe pas.".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_survives_its_cookie() {
        let sentence = "Commande 12 prise : 1 234,56 € ; merci";
        let mut headers = HeaderMap::new();
        let value = format!("other=1; {SAID}={}", hex(sentence));
        headers.insert("cookie", HeaderValue::from_str(&value).expect("hexadecimal"));
        assert_eq!(said(&headers).as_deref(), Some(sentence));
        headers.insert("cookie", HeaderValue::from_static("carreau-said=zz"));
        assert_eq!(said(&headers), None);
    }
}
