//! The token of a session in every form that posts, put in and taken out in one place, so that no
//! page can forget it.

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;

/// The field of a form, the name of the page's `meta`, and the header of a script's request.
pub const FIELD: &str = "form_token";
pub const HEADER: &str = "x-form-token";

/// Adds the token to a page with a form that posts: to each of them, and to the head for scripts.
pub async fn with_token(response: Response, token: &str) -> Response {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // Our own pages are whole in memory: reading one cannot fail half-way.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    // Without a form there is nothing to protect, and a page that is kept for all stays as it is.
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.contains(POSTS));
    let Some(text) = text else { return Response::from_parts(parts, Body::from(bytes)) };
    let text = put_in(text, token);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(text))
}

/// How a form says that it posts.
const POSTS: &str = "method=\"post\"";

/// Behind each `<form … method="post" …>` a hidden field, before `</head>` a meta.
fn put_in(page: &str, token: &str) -> String {
    let field = format!("<input type=\"hidden\" name=\"{FIELD}\" value=\"{token}\">");
    let mut out = String::with_capacity(page.len() + 4 * field.len());
    let mut rest = page;
    if let Some(head) = rest.find("</head>") {
        out.push_str(&rest[..head]);
        out.push_str(&format!("<meta name=\"form-token\" content=\"{token}\">"));
        rest = &rest[head..];
    }
    while let Some(at) = rest.find("<form") {
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        out.push_str(&rest[..end]);
        if rest[at..end].contains(POSTS) {
            out.push_str(&field);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The token that a request sends: in its header, or in a field of its form.
pub fn sent_token(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if let Some(header) = headers.get(HEADER) {
        return header.to_str().ok().map(str::to_string);
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        // Tokens are plain letters and digits: nothing in one is encoded.
        let mut pairs = body.split(|byte| *byte == b'&');
        let prefix = format!("{FIELD}=");
        let found = pairs.find_map(|pair| pair.strip_prefix(prefix.as_bytes()))?;
        return std::str::from_utf8(found).ok().map(str::to_string);
    }
    if kind.starts_with("multipart/form-data") {
        let name = format!("name=\"{FIELD}\"\r\n\r\n");
        let at = body.windows(name.len()).position(|window| window == name.as_bytes())?;
        let value = &body[at + name.len()..];
        let end = value.iter().position(|byte| *byte == b'\r')?;
        return std::str::from_utf8(&value[..end]).ok().map(str::to_string);
    }
    None
}

/// A text as part of an address.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn every_form_that_posts_gets_the_token() {
        let page = "<head></head><form method=\"get\"><form action=\"/a\" method=\"post\">\
            <p><form class=\"x\" method=\"post\"></form>";
        let out = put_in(page, "t1");
        assert_eq!(out.matches("name=\"form_token\" value=\"t1\"").count(), 2);
        assert!(out.contains("<meta name=\"form-token\" content=\"t1\"></head>"));
        assert!(!out.contains("<form method=\"get\"><input"));
    }

    #[test]
    fn the_token_is_found_wherever_it_is_sent() {
        let with = |kind: &'static str, body: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            sent_token(&headers, body.as_bytes())
        };
        let form = "application/x-www-form-urlencoded";
        assert_eq!(with(form, "a=1&form_token=t1&b=2").as_deref(), Some("t1"));
        assert_eq!(with(form, "xform_token=t1"), None);
        let parts = "--b\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\nt2\r\n--b--";
        assert_eq!(with("multipart/form-data; boundary=b", parts).as_deref(), Some("t2"));
        assert_eq!(with("application/json", "{\"form_token\":\"t1\"}"), None);
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static("t3"));
        assert_eq!(sent_token(&headers, b"").as_deref(), Some("t3"));
    }
}
