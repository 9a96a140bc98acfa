//! One question to a road server: HTTP/1.1 without TLS, on this machine or behind a proxy of the
//! hub's own, with a time limit. What is not there in time is estimated.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LIMIT: Duration = Duration::from_secs(4);

/// A table of 500 places has a quarter of a million legs of a dozen signs, twice.
const BYTES_MOST: u64 = 32 << 20;

/// The body of the answer. Errors are French, for the page.
pub async fn ask(url: &str, path: &str, body: Option<&str>) -> Result<Vec<u8>, String> {
    let asked = tokio::time::timeout(LIMIT, exchange(url, path, body)).await;
    asked.unwrap_or_else(|_| Err("le serveur de routes n'a pas répondu à temps.".into()))
}

async fn exchange(url: &str, path: &str, body: Option<&str>) -> Result<Vec<u8>, String> {
    let (host, base) = parts(url).ok_or("l'adresse du serveur de routes ne se lit pas.")?;
    let with_port = if host.contains(':') { host.to_string() } else { format!("{host}:80") };
    let lost = |_| "le serveur de routes ne répond pas.".to_string();
    let mut stream = TcpStream::connect(with_port).await.map_err(lost)?;
    let (verb, length) = body.map_or(("GET", 0), |body| ("POST", body.len()));
    let head = format!(
        "{verb} {base}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Accept: application/json\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let request = [head.as_bytes(), body.unwrap_or_default().as_bytes()].concat();
    stream.write_all(&request).await.map_err(lost)?;
    let mut bytes = Vec::new();
    stream.take(BYTES_MOST).read_to_end(&mut bytes).await.map_err(lost)?;
    content(&bytes).ok_or_else(|| "le serveur de routes répond autrement que prévu.".into())
}

/// Host with its port, and the path before ours.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?.trim_end_matches('/');
    let (host, base) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_host = |sign: char| sign.is_ascii_alphanumeric() || ".-:[]_".contains(sign);
    let is_path = base.bytes().all(|byte| byte.is_ascii_graphic());
    (!host.is_empty() && host.chars().all(is_host) && is_path).then_some((host, base))
}

/// Whether an address can be asked.
pub fn is_address(url: &str) -> bool {
    parts(url).is_some()
}

/// The body of a whole answer with status 200.
fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let status = head.split(' ').nth(1)?;
    let is_chunked = head.lines().any(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("transfer-encoding:") && line.contains("chunked")
    });
    let body = &bytes[end + 4..];
    match (status, is_chunked) {
        ("200", true) => unchunked(body),
        ("200", false) => Some(body.to_vec()),
        _ => None,
    }
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(line + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused() {
        assert_eq!(parts("http://127.0.0.1:5000/"), Some(("127.0.0.1:5000", "")));
        assert_eq!(parts("http://routes.example/osrm"), Some(("routes.example", "/osrm")));
        for bad in ["", "https://x", "http://", "http://a b", "http://a\r\nX: y", "ftp://x"] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    #[test]
    fn answers_are_read_whole_or_not() {
        let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(content(plain).as_deref(), Some(&b"{}"[..]));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            3\r\n{\"a\r\n4;x\r\n\":1}\r\n0\r\n\r\n";
        assert_eq!(content(chunked).as_deref(), Some(&b"{\"a\":1}"[..]));
        for bad in [&b"HTTP/1.1 404 No\r\n\r\n{}"[..], b"", b"HTTP/1.1 200 OK\r\n"] {
            assert_eq!(content(bad), None);
        }
    }
}
