//! One request to a server on this machine, answered over one connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any page of a demonstration takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server said.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Asks for a page. `host` is `127.0.0.1:PORT`; `cookie` may be empty.
pub fn get(host: &str, path: &str, cookie: &str) -> Result<Answer, String> {
    ask(host, &format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n"))
}

/// Sends a form, as a browser does from a page of the same site.
pub fn post(host: &str, path: &str, form: &str) -> Result<Answer, String> {
    let length = form.len();
    let kind = "application/x-www-form-urlencoded";
    ask(
        host,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n{form}"
        ),
    )
}

/// HTTP/1.0: the server closes when it has said all, so that no chunks need putting together.
fn ask(host: &str, request: &str) -> Result<Answer, String> {
    let said = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut said = Vec::new();
        stream.read_to_end(&mut said)?;
        Ok(said)
    };
    parse(&said().map_err(|e| format!("no answer from {host}: {e}"))?)
}

/// Takes an answer apart. Errors: it is cut short, or no HTTP.
pub fn parse(said: &[u8]) -> Result<Answer, String> {
    let end = said.windows(4).position(|four| four == b"\r\n\r\n").ok_or("an answer cut short")?;
    let head = String::from_utf8_lossy(&said[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|code| code.parse().ok()).ok_or("an answer without status")?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let answer = Answer { status, headers, body: said[end + 4..].to_vec() };
    match answer.header("content-length").map(str::parse) {
        Some(Ok(length)) if answer.body.len() != length => {
            Err(format!("{} bytes of {length} came", answer.body.len()))
        }
        _ => Ok(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer =
            parse(b"HTTP/1.0 303 See Other\r\nLocation: /a\r\ncontent-length: 2\r\n\r\nok");
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (303, b"ok".as_slice()));
        assert_eq!(answer.header("location"), Some("/a"));
    }

    #[test]
    fn an_answer_cut_short_is_no_answer() {
        for said in ["", "HTTP/1.0 200 OK\r\n", "HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nok"] {
            assert!(parse(said.as_bytes()).is_err(), "{said:?}");
        }
    }
}
