//! Under which name the site answers, and the headers that keep its pages to themselves.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Nothing from elsewhere, no script or style inside a page.
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
