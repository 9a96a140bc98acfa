//! One question to a road server: HTTP/1.1, over TLS where its address is in `https`, with a time
//! limit. What is not there in time is estimated.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::RootCertStore;

use super::secure;

const LIMIT: Duration = Duration::from_secs(4);

/// A table of 500 places has a quarter of a million legs of a dozen signs, twice.
const BYTES_MOST: u64 = 32 << 20;

/// The body of the answer. Errors are French, for the page.
pub async fn ask(url: &str, path: &str, body: Option<&str>) -> Result<Vec<u8>, String> {
    let exchange = exchange(url, path, body, secure::authorities);
    let asked = tokio::time::timeout(LIMIT, exchange).await;
    asked.unwrap_or_else(|_| Err("le serveur de routes n'a pas répondu à temps.".into()))
}

/// The same without a limit. `known`: who may have signed the certificate of a server in `https`.
pub(super) async fn exchange(
    url: &str,
    path: &str,
    body: Option<&str>,
    known: fn() -> RootCertStore,
) -> Result<Vec<u8>, String> {
    let address = parts(url).ok_or("l'adresse du serveur de routes ne se lit pas.")?;
    let request = request(&address, path, body);
    let stream = TcpStream::connect(address.with_port()).await.map_err(lost)?;
    let bytes = match address.is_secure {
        true => talk(secure::around(stream, address.name(), known()).await?, &request).await?,
        false => talk(stream, &request).await?,
    };
    content(&bytes).ok_or_else(|| "le serveur de routes répond autrement que prévu.".into())
}

fn lost(_: io::Error) -> String {
    "le serveur de routes ne répond pas.".into()
}

fn request(address: &Address<'_>, path: &str, body: Option<&str>) -> Vec<u8> {
    let Address { host, base, .. } = address;
    let (verb, length) = body.map_or(("GET", 0), |body| ("POST", body.len()));
    let head = format!(
        "{verb} {base}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Accept: application/json\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body.unwrap_or_default().as_bytes()].concat()
}

/// Sends a question and reads until the server hangs up.
async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &[u8],
) -> Result<Vec<u8>, String> {
    stream.write_all(request).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    let mut bytes = Vec::new();
    match stream.take(BYTES_MOST).read_to_end(&mut bytes).await {
        // Some servers hang up without the goodbye of TLS. An answer that somebody has cut short
        // does not read as JSON, so that nothing is believed by half.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(lost(error)),
        _ => Ok(bytes),
    }
}

/// A road server, as an administrator writes it down.
#[derive(Debug, PartialEq, Eq)]
struct Address<'url> {
    is_secure: bool,
    /// With its port, where one is written.
    host: &'url str,
    /// The path before ours.
    base: &'url str,
}

impl<'url> Address<'url> {
    fn with_port(&self) -> String {
        // The colons of an address of IPv6 stand within brackets.
        let is_written = self.host.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
        match (is_written, self.is_secure) {
            (true, _) => self.host.to_string(),
            (false, true) => format!("{}:443", self.host),
            (false, false) => format!("{}:80", self.host),
        }
    }

    /// Whom a certificate must be for: the host without its port or brackets.
    fn name(&self) -> &'url str {
        let (rest, end) = match self.host.strip_prefix('[') {
            Some(rest) => (rest, ']'),
            None => (self.host, ':'),
        };
        rest.split(end).next().unwrap_or(rest)
    }
}

fn parts(url: &str) -> Option<Address<'_>> {
    let (is_secure, rest) = match url.strip_prefix("https://") {
        Some(rest) => (true, rest),
        None => (false, url.strip_prefix("http://")?),
    };
    let rest = rest.trim_end_matches('/');
    let (host, base) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_host = |sign: char| sign.is_ascii_alphanumeric() || ".-:[]_".contains(sign);
    let is_path = base.bytes().all(|byte| byte.is_ascii_graphic());
    let is_sound = !host.is_empty() && host.chars().all(is_host) && is_path;
    is_sound.then_some(Address { is_secure, host, base })
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
        let cases = [
            ("http://127.0.0.1:5000/", "127.0.0.1:5000", "127.0.0.1", ""),
            ("http://routes.example/osrm", "routes.example:80", "routes.example", "/osrm"),
            ("https://routes.example", "routes.example:443", "routes.example", ""),
            ("https://routes.example:8443/a/", "routes.example:8443", "routes.example", "/a"),
            ("https://[::1]", "[::1]:443", "::1", ""),
            ("https://[::1]:8443", "[::1]:8443", "::1", ""),
        ];
        for (url, with_port, name, base) in cases {
            let address = parts(url).expect("an address");
            assert_eq!((address.with_port().as_str(), address.name()), (with_port, name), "{url}");
            assert_eq!((address.is_secure, address.base), (url.starts_with("https"), base));
        }
        for bad in ["", "https://", "http://", "http://a b", "http://a\r\nX: y", "ftp://x"] {
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
