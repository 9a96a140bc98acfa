//! The real program as a process, serving a house's database on a port of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;

use crate::hub::{Folder, House};

/// A program that runs until it is stopped or dropped.
pub struct Served {
    child: Child,
    /// Where it listens: `127.0.0.1:41234`.
    pub host: String,
    /// Who reads what it says: a program whose output nobody takes would stop at it.
    said: Vec<JoinHandle<String>>,
    _folder: Folder,
}

impl Served {
    /// Serves the database of a house; `more` goes behind the command.
    pub fn start(house: &House, more: &[&str]) -> Served {
        let folder = Folder::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_carreau"))
            .arg("--data")
            .arg(folder.path())
            .args(["serve", "--port", "0"])
            .args(more)
            .env("CARREAU_DATABASE", &house.database.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let errors = child.stderr.take().expect("its errors");
        let errors = std::thread::spawn(move || rest(errors));
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut begin = String::new();
        let host = loop {
            let mut line = String::new();
            let read = output.read_line(&mut line).expect("a line");
            assert!(read > 0, "it ended before it listened: {begin}");
            begin.push_str(&line);
            if let Some((_, rest)) = line.trim().split_once("http://") {
                break rest.trim_end_matches('/').to_string();
            }
        };
        let output = std::thread::spawn(move || begin + &rest(output));
        Served { child, host, said: vec![output, errors], _folder: folder }
    }

    /// Sends an order and gives the connection, unread.
    pub fn send(&self, token: &str, key: &str, body: &Value) -> TcpStream {
        let headers = format!(
            "Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
             Content-Type: application/json\r\n"
        );
        self.ask("POST /api/v1/orders", &headers, &body.to_string())
    }

    /// Sends a request, of which each header ends its line, and gives the connection, unread.
    pub fn ask(&self, what: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).expect("a connection");
        let request = format!(
            "{what} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.host,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("a request");
        stream
    }

    /// SIGKILL; all that it has said.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("our own child");
        self.child.wait().expect("our own child");
        let said = std::mem::take(&mut self.said);
        said.into_iter().map(|one| one.join().expect("a reader")).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Everything up to the end of a pipe.
fn rest(mut pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).expect("a pipe is read to its end");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The status and the body of an answer.
pub fn heard(mut stream: TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("a whole answer");
    let text = String::from_utf8_lossy(&bytes);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, body.to_string())
}
