//! Whom to tell of a weakness (RFC 9116).

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use trade::Week;
use trade::calendar::Instant;

use crate::access::HubScope;
use crate::clock;
use crate::failure::Failure;
use crate::web::{Answer, Web};

/// Days until somebody should ask again.
const LASTS_DAYS: i64 = 180;

/// `GET /.well-known/security.txt`
pub async fn security(State(web): State<Arc<Web>>, headers: HeaderMap) -> Answer {
    let scope = HubScope::of_program(web.hub);
    let contact = |week: &Week, _| {
        let own = &week.register().hub.identity;
        match (own.email.trim(), own.phone.replace(' ', "")) {
            ("", phone) if phone.is_empty() => None,
            ("", phone) => Some(format!("tel:{phone}")),
            (email, _) => Some(format!("mailto:{email}")),
        }
    };
    let contact = web.app.read(scope.at(clock::today().week()), contact).await?;
    let contact = contact.ok_or_else(|| {
        Failure::NotFound("Cette plateforme n'a donné ni courriel ni téléphone.".into())
    })?;
    let expires = Instant(clock::now().0 + LASTS_DAYS * 86_400);
    let day = trade::calendar::Day::from_days(expires.0.div_euclid(86_400) as i32);
    let text = format!(
        "Contact: {contact}\nExpires: {day}T00:00:00Z\nPreferred-Languages: fr, en\n\
         Canonical: {}/.well-known/security.txt\n",
        web.site.address(&headers)
    );
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
