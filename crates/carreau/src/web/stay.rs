//! A form that a script sends while its page stays: a refusal is then said beside what was typed,
//! and only what is done leads to another page. Without the script the same answers are pages.

use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;

/// With what `carreau.js` asks for it, and where it reads what page comes next.
const ASKS: HeaderName = HeaderName::from_static("x-carreau-stay");
const TO: HeaderName = HeaderName::from_static("x-carreau-to");

pub fn is_wanted(headers: &HeaderMap) -> bool {
    headers.contains_key(ASKS)
}

/// "Look there", in a way that a script can read: a browser follows a redirection by itself, and
/// what the act has said would be shown to nobody.
pub fn told(mut response: Response) -> Response {
    if response.status() != StatusCode::SEE_OTHER {
        return response;
    }
    let Some(to) = response.headers_mut().remove(LOCATION) else { return response };
    response.headers_mut().insert(TO, to);
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.body_mut() = Body::empty();
    response
}
