//! Pages and texts are sent compressed to browsers that say they understand it: an order sheet of
//! a hundred kilobytes travels as ten.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Below this many bytes a packet is sent anyway.
const SMALLEST: usize = 1_000;
/// What compresses well; pictures, fonts and papers are compressed already.
const KINDS: [&str; 6] =
    ["text/html", "text/css", "text/javascript", "text/csv", "application/json", "image/svg+xml"];

/// Whether whoever asks may be answered compressed. Not when another site leads here: the length
/// of a compressed page tells what of the address stands in it again, and a stranger could learn
/// the token of the forms letter by letter (BREACH, CVE-2013-3587).
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_understood = said(ACCEPT_ENCODING.as_str()).is_some_and(|all| {
        all.split(',').map(str::trim).any(|one| one == "gzip" || one.starts_with("gzip;q=1"))
    });
    let is_ours = said("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    is_understood && is_ours
}

fn is_text(kind: &str) -> bool {
    KINDS.iter().any(|known| kind.starts_with(known))
}

/// The answer, compressed where that is worth it.
pub async fn squeeze(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_packed = response.headers().contains_key(CONTENT_ENCODING);
    if is_packed || !kind.is_some_and(is_text) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // Our own answers are whole in memory: reading one cannot fail half-way.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let packed = (bytes.len() >= SMALLEST).then(|| pack(&bytes, Compression::new(4))).flatten();
    let Some(packed) = packed else { return Response::from_parts(parts, Body::from(bytes)) };
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(packed))
}

/// The program's own files, the same for all, by name.
static KEPT: Mutex<BTreeMap<&str, Bytes>> = Mutex::new(BTreeMap::new());

/// A file that the program carries, packed once and as small as it goes; `None` for what is packed
/// already.
pub fn kept(name: &'static str, kind: &str, file: &[u8]) -> Option<Bytes> {
    if !is_text(kind) {
        return None;
    }
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(name) {
        return Some(known.clone());
    }
    let packed = Bytes::from(pack(file, Compression::best())?);
    kept.insert(name, packed.clone());
    Some(packed)
}

fn pack(bytes: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::with_capacity(bytes.len() / 6), level);
    out.write_all(bytes).ok()?;
    out.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn who_understands_and_comes_from_here_is_answered_compressed() {
        let gzip = ("accept-encoding", "gzip, deflate, br");
        for (asked, wanted) in [
            (&[gzip][..], true),
            (&[gzip, ("sec-fetch-site", "same-origin")], true),
            (&[gzip, ("sec-fetch-site", "none")], true),
            (&[gzip, ("sec-fetch-site", "cross-site")], false),
            (&[gzip, ("sec-fetch-site", "same-site")], false),
            (&[("accept-encoding", "br")], false),
            (&[("accept-encoding", "gzip;q=0")], false),
            (&[], false),
        ] {
            assert_eq!(is_wanted(&headers(asked)), wanted, "{asked:?}");
        }
    }

    fn unpacked(bytes: &[u8]) -> String {
        let mut text = String::new();
        GzDecoder::new(bytes).read_to_string(&mut text).expect("what we packed");
        text
    }

    async fn squeezed(kind: &'static str, text: String) -> (bool, Bytes) {
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let response = squeeze(response).await;
        let is_packed = response.headers().contains_key(CONTENT_ENCODING);
        assert!(!is_packed || response.headers()[VARY] == "accept-encoding");
        (is_packed, to_bytes(response.into_body(), usize::MAX).await.expect("in memory"))
    }

    #[tokio::test]
    async fn a_long_page_is_packed_and_says_the_same() {
        let page = "<td>Carottes</td>".repeat(400);
        let (is_packed, bytes) = squeezed("text/html; charset=utf-8", page.clone()).await;
        assert!(is_packed && bytes.len() * 10 < page.len(), "{} bytes", bytes.len());
        assert_eq!(unpacked(&bytes), page);
        for (kind, text) in [("text/html", "court".to_string()), ("application/pdf", page)] {
            let (is_packed, bytes) = squeezed(kind, text.clone()).await;
            assert!(!is_packed && bytes == text, "{kind}");
        }
    }

    #[test]
    fn a_file_of_the_program_is_packed_once() {
        let file = b"body{color:red}".repeat(100);
        let first = kept("test.css", "text/css", &file).expect("a text");
        assert_eq!(unpacked(&first).as_bytes(), file);
        let again = kept("test.css", "text/css", &file).expect("a text");
        assert_eq!(again.as_ptr(), first.as_ptr());
        assert_eq!(kept("test.woff2", "font/woff2", &file), None);
    }
}
