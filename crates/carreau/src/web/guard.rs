//! What every request passes: only this machine, only our own pages, only one's own part.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::answer::forbidden;
use super::{Person, Role, Web};

const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'; object-src 'none'";

/// Refuses what is not for us, then adds the headers that keep a page to itself.
pub async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let refused = refusal(&web, &request);
    let mut response = match refused {
        Some(response) => response,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    // A page that shows what is not its own has a stricter one.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn refusal(web: &Web, request: &Request) -> Option<Response> {
    let headers = request.headers();
    if !is_this_machine(headers) {
        return Some(forbidden("Ce site ne répond qu'à cette machine."));
    }
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if writes && !is_own_page(headers) {
        return Some(forbidden("Cette demande vient d'un autre site : elle est refusée."));
    }
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return refusal_of_program(Person::of(headers, web.app.is_demo));
    }
    let step = step_of(path)?;
    match Person::of(headers, web.app.is_demo) {
        None => Some(Redirect::to("/enter").into_response()),
        Some(person) if person.role.may(step, writes) => None,
        Some(person) => {
            let role = person.role.name();
            let said =
                format!("Vous êtes entré comme « {role} » : cette page n'en fait pas partie.");
            Some(forbidden(&said))
        }
    }
}

/// Programs of this machine carry no cookie of ours. A page of somebody who entered in another
/// part than the coordinator's does, and may not use this door to reach beyond that part.
fn refusal_of_program(person: Option<Person>) -> Option<Response> {
    let is_free = person.is_none_or(|person| person.role == Role::Coordinator);
    (!is_free).then(|| forbidden("Cette adresse est pour les programmes de la plateforme."))
}

/// The step of an address `/weeks/2026-W48/dock/…`; the week itself is `glance`. The page of
/// letters stands beside the weeks.
fn step_of(path: &str) -> Option<&str> {
    if path == "/mail" || path.starts_with("/mail/") {
        return Some("mail");
    }
    let mut parts = path.strip_prefix("/weeks/")?.split('/');
    parts.next()?;
    Some(parts.next().filter(|step| !step.is_empty()).unwrap_or("glance"))
}

/// A name that leads here from another machine, or by another site's trick, is refused.
fn is_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// Browsers say from which page a form was sent; programs say nothing and carry no cookie of ours.
fn is_own_page(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok()) {
        return matches!(site, "same-origin" | "none");
    }
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.is_none_or(|origin| origin == format!("http://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_this_machine_is_answered() {
        for host in ["127.0.0.1:8080", "localhost", "[::1]:80"] {
            assert!(is_this_machine(&headers(&[("host", host)])), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example:80", "", "localhost:80:x"] {
            assert!(!is_this_machine(&headers(&[("host", host)])), "{host}");
        }
        assert!(!is_this_machine(&headers(&[])));
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        let host = ("host", "localhost:8080");
        assert!(is_own_page(&headers(&[host])));
        assert!(is_own_page(&headers(&[host, ("origin", "http://localhost:8080")])));
        assert!(is_own_page(&headers(&[host, ("sec-fetch-site", "same-origin")])));
        assert!(!is_own_page(&headers(&[host, ("origin", "http://evil.example")])));
        assert!(!is_own_page(&headers(&[host, ("origin", "null")])));
        assert!(!is_own_page(&headers(&[host, ("sec-fetch-site", "cross-site")])));
    }

    #[test]
    fn an_address_names_its_step() {
        assert_eq!(step_of("/weeks/2026-W48/dock/sorting"), Some("dock"));
        assert_eq!(step_of("/weeks/2026-W48"), Some("glance"));
        assert_eq!(step_of("/weeks/2026-W48/"), Some("glance"));
        assert_eq!(step_of("/mail/2026-W48.nudge.mas.1/html"), Some("mail"));
        assert_eq!(step_of("/mail"), Some("mail"));
        assert_eq!(step_of("/enter"), None);
    }
}
