//! A client that costs little: one kept connection, one request at a time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection to a server on this machine.
pub struct Client {
    stream: TcpStream,
    host: String,
    /// The line that says who asks.
    key: String,
    buffer: Vec<u8>,
}

/// Status and length of the body.
pub struct Reply {
    pub status: u16,
    pub length: usize,
}

impl Client {
    pub async fn connect(address: SocketAddr, key: &str) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let buffer = Vec::with_capacity(64 * 1024);
        Ok(Client { stream, host: address.to_string(), key: key.to_string(), buffer })
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n", self.host, self.key);
        self.exchange(request.as_bytes()).await
    }

    pub async fn post_json(&mut self, path: &str, key: &str, body: &str) -> anyhow::Result<Reply> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n\
             Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            self.key,
            body.len()
        );
        self.exchange(request.as_bytes()).await
    }

    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Reply> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            let mut chunk = [0; 32 * 1024];
            let read = self.stream.read(&mut chunk).await?;
            if read == 0 {
                bail!("le serveur a fermé la connexion");
            }
            self.buffer.extend_from_slice(&chunk[..read]);
            if let Some(reply) = whole(&self.buffer)? {
                return Ok(reply);
            }
        }
    }
}

/// The reply, when all of it is there.
fn whole(bytes: &[u8]) -> anyhow::Result<Option<Reply>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end]).context("en-tête illisible")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.context("réponse sans longueur")?;
    let there = bytes.len() - end - 4 >= length;
    Ok(there.then_some(Reply { status: status.context("réponse sans statut")?, length }))
}

/// Runs `clients` copies of an act for some seconds; how often it was done, per second.
pub async fn rate<F, Fut>(clients: usize, seconds: f64, act: F) -> anyhow::Result<f64>
where
    F: Fn(usize, Instant) -> Fut,
    Fut: Future<Output = anyhow::Result<u64>> + Send + 'static,
{
    let begin = Instant::now();
    let end = begin + Duration::from_secs_f64(seconds);
    let tasks: Vec<_> = (0..clients).map(|client| tokio::spawn(act(client, end))).collect();
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    Ok(done as f64 / begin.elapsed().as_secs_f64())
}
