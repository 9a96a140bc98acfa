//! Under which name the site answers, and the headers that keep its pages to themselves.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

/// Nothing from elsewhere, no script or style inside a page; workers are `default-src` too.
const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'; object-src 'none'";

const FIXED: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    ),
];

/// Where the site is reached from.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// `https://carreau.exemple.fr`, without a slash at its end; `None`: this machine only.
    pub address: Option<String>,
    /// A proxy of ours stands before the program and tells who asks.
    pub behind_proxy: bool,
}

impl Site {
    /// The begin of addresses in mails, as seen from `headers`.
    pub fn address(&self, headers: &HeaderMap) -> String {
        match &self.address {
            Some(address) => address.clone(),
            None => format!("http://{}", host(headers)),
        }
    }

    fn name(&self) -> Option<&str> {
        self.address.as_deref().and_then(|address| address.split_once("://")).map(|(_, name)| name)
    }

    /// A name that leads here from another machine, or by another site's trick, is refused.
    pub fn is_ours(&self, headers: &HeaderMap) -> bool {
        let host = host(headers);
        if !host.is_empty() && self.name() == Some(host) {
            return true;
        }
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    }

    /// Browsers say from which page a form was sent; programs say nothing and carry no cookie.
    pub fn is_own_page(&self, headers: &HeaderMap) -> bool {
        if let Some(site) = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok()) {
            return matches!(site, "same-origin" | "none");
        }
        let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        origin.is_none_or(|origin| {
            origin == format!("http://{}", host(headers)) || self.address.as_deref() == Some(origin)
        })
    }
}

fn host(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// Adds what every answer carries; an answer's own policy stays.
pub fn add(site: &Site, headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if site.address.as_deref().is_some_and(|address| address.starts_with("https:")) {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
}

/// Whether it is an address of tiles by zoom, column and row, all on one host.
pub fn is_tiles(template: &str) -> bool {
    origin(template).is_some()
        && ["{z}", "{x}", "{y}"].iter().all(|part| template.matches(part).count() == 1)
        && template.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `https://tiles.example:8443` of an address below it. Nothing that would end a source of the
/// policy, or begin another one, is a host.
fn origin(address: &str) -> Option<&str> {
    let host = address.strip_prefix("https://")?.split('/').next()?;
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    let begins = host.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    (is_host && begins).then(|| &address[.."https://".len() + host.len()])
}

/// A page with a map on the hub's tiles: pictures of that one host more, asked for by its script.
pub fn with_tiles(mut page: Response, template: &str) -> Response {
    let more = origin(template)
        .map(|origin| format!("{POLICY}; img-src 'self' {origin}; connect-src 'self' {origin}"));
    if let Some(policy) = more.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    page
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn public() -> Site {
        Site { address: Some("https://carreau.example".into()), behind_proxy: true }
    }

    #[test]
    fn only_our_own_names_are_answered() {
        for host in ["127.0.0.1:8080", "localhost", "[::1]:80"] {
            assert!(Site::default().is_ours(&headers(&[("host", host)])), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example:80", "", "localhost:80:x"] {
            assert!(!Site::default().is_ours(&headers(&[("host", host)])), "{host}");
        }
        assert!(!Site::default().is_ours(&headers(&[])));
        assert!(public().is_ours(&headers(&[("host", "carreau.example")])));
        assert!(!public().is_ours(&headers(&[("host", "other.example")])));
    }

    #[test]
    fn tiles_open_the_page_to_their_own_host_alone() {
        let policy = |template: &str| -> Option<String> {
            let page = with_tiles(Response::new(Body::empty()), template);
            let found = page.headers().get(CONTENT_SECURITY_POLICY)?;
            Some(found.to_str().expect("text").to_string())
        };
        let template = "https://tiles.example:8443/a/{z}/{x}/{y}.png";
        assert!(is_tiles(template));
        let more = "img-src 'self' https://tiles.example:8443; \
            connect-src 'self' https://tiles.example:8443";
        assert_eq!(policy(template), Some(format!("{POLICY}; {more}")));
        assert_eq!(policy(""), None, "the policy of all pages");
        for bad in [
            "http://tiles.example/{z}/{x}/{y}.png",
            "https://tiles.example/{z}/{x}.png",
            "https://*.example/{z}/{x}/{y}.png",
            "https://a;script-src/{z}/{x}/{y}.png",
            "https://me@tiles.example/{z}/{x}/{y}.png",
            "https://{z}/{x}/{y}.png",
            "https:///{z}/{x}/{y}.png",
            "https://tiles.example/{z}/{x}/{y} .png",
        ] {
            assert!(!is_tiles(bad), "{bad}");
        }
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        let site = Site::default();
        let host = ("host", "localhost:8080");
        assert!(site.is_own_page(&headers(&[host])));
        assert!(site.is_own_page(&headers(&[host, ("origin", "http://localhost:8080")])));
        assert!(site.is_own_page(&headers(&[host, ("sec-fetch-site", "same-origin")])));
        for origin in ["http://evil.example", "null", "https://carreau.example"] {
            assert!(!site.is_own_page(&headers(&[host, ("origin", origin)])), "{origin}");
        }
        assert!(!site.is_own_page(&headers(&[host, ("sec-fetch-site", "cross-site")])));
        assert!(!site.is_own_page(&headers(&[host, ("sec-fetch-site", "same-site")])));
        assert!(public().is_own_page(&headers(&[("origin", "https://carreau.example")])));
    }
}
