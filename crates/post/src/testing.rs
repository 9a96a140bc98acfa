//! A mail server for tests, in this process: it does as its script says.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Where a conversation is. Texts are as the client sent them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Mail(String),
    Rcpt(String),
    Data,
    /// The whole letter has come; the "yes" that makes it the server's has not been said.
    Letter(Received),
}

/// What the server does at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// For example `550 5.1.1 no such user`.
    Say(&'static str),
    /// The connection ends, and nothing was taken.
    Drop,
    /// Nothing more is said; [`Sink::stalled`] tells. Nothing was taken.
    Stall,
    /// At [`Step::Letter`]: the letter is taken, and the connection ends before the "yes".
    LoseYes,
    /// At [`Step::Letter`]: the letter is taken, and nothing more is said.
    StallYes,
}

/// A letter that the server has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub to: String,
    pub raw: String,
}

impl Received {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_string())
        })
    }

    /// The whole letter with its quoted-printable signs read back.
    pub fn text(&self) -> String {
        let joined = self.raw.replace("=\r\n", "").replace("\r\n", "\n");
        let mut bytes = Vec::with_capacity(joined.len());
        let mut rest = joined.as_bytes();
        while let [first, tail @ ..] = rest {
            let coded = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
            let coded = coded.and_then(|pair| u8::from_str_radix(pair, 16).ok());
            let (byte, after) = match coded {
                Some(byte) if *first == b'=' => (byte, &tail[2..]),
                _ => (*first, tail),
            };
            bytes.push(byte);
            rest = after;
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

type Script = Box<dyn FnMut(&Step) -> Answer + Send>;

struct Inside {
    script: Script,
    taken: Vec<Received>,
}

/// A mail server on a free port of this machine. It ends with its last handle.
pub struct Sink {
    port: u16,
    inside: Arc<Mutex<Inside>>,
    stalled: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Sink {
    /// A server that takes everything.
    pub async fn new() -> Sink {
        Sink::scripted(|_| Answer::Yes).await
    }

    pub async fn scripted(script: impl FnMut(&Step) -> Answer + Send + 'static) -> Sink {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let inside = Inside { script: Box::new(script), taken: Vec::new() };
        let inside = Arc::new(Mutex::new(inside));
        let stalled = Arc::new(Notify::new());
        let task = tokio::spawn(listen(listener, inside.clone(), stalled.clone()));
        Sink { port, inside, stalled, task }
    }

    /// The address for [`crate::Carrier::smtp`].
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn carrier(&self) -> crate::Carrier {
        crate::Carrier::smtp(&self.url()).expect("an address on this machine")
    }

    /// What the server does from now on.
    pub fn script(&self, script: impl FnMut(&Step) -> Answer + Send + 'static) {
        lock(&self.inside).script = Box::new(script);
    }

    /// All letters taken, in their order.
    pub fn taken(&self) -> Vec<Received> {
        lock(&self.inside).taken.clone()
    }

    /// Returns once the server has stalled.
    pub async fn stalled(&self) {
        self.stalled.notified().await;
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(inside: &Mutex<Inside>) -> std::sync::MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

async fn listen(listener: TcpListener, inside: Arc<Mutex<Inside>>, stalled: Arc<Notify>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (inside, stalled) = (inside.clone(), stalled.clone());
        // A client that goes away ends its talk: nothing to tell.
        tokio::spawn(async move { drop(Talk::new(stream, inside, stalled).run().await) });
    }
}

/// One conversation.
struct Talk {
    reads: BufReader<OwnedReadHalf>,
    writes: OwnedWriteHalf,
    inside: Arc<Mutex<Inside>>,
    stalled: Arc<Notify>,
    to: String,
}

/// The conversation goes on, or ends.
type Goes = std::io::Result<bool>;

impl Talk {
    fn new(stream: TcpStream, inside: Arc<Mutex<Inside>>, stalled: Arc<Notify>) -> Talk {
        let (reads, writes) = stream.into_split();
        Talk { reads: BufReader::new(reads), writes, inside, stalled, to: String::new() }
    }

    async fn run(mut self) -> std::io::Result<()> {
        if !self.step(Step::Greeting, "220 sink").await? {
            return Ok(());
        }
        while let Some(line) = self.line().await? {
            if !self.command(&line).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn command(&mut self, line: &str) -> Goes {
        let upper = line.to_ascii_uppercase();
        match upper.as_str() {
            _ if upper.starts_with("EHLO") => {
                self.say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8").await
            }
            _ if upper.starts_with("MAIL FROM:") => {
                self.step(Step::Mail(address(line)), "250 ok").await
            }
            _ if upper.starts_with("RCPT TO:") => {
                self.to = address(line);
                self.step(Step::Rcpt(self.to.clone()), "250 ok").await
            }
            "DATA" => {
                let answer = self.ask(&Step::Data);
                let takes = answer == Answer::Yes;
                let goes = self.follow(answer, "354 go on").await?;
                if goes && takes { self.letter().await } else { Ok(goes) }
            }
            "QUIT" => self.say("221 bye").await.map(|_| false),
            _ => self.say("250 ok").await,
        }
    }

    async fn letter(&mut self) -> Goes {
        let mut raw = String::new();
        loop {
            // A client that is gone in the middle of a letter has sent none.
            let Some(line) = self.line().await? else { return Ok(false) };
            if line == "." {
                break;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
        }
        let letter = Received { to: self.to.clone(), raw };
        let answer = self.ask(&Step::Letter(letter.clone()));
        if matches!(answer, Answer::Yes | Answer::LoseYes | Answer::StallYes) {
            lock(&self.inside).taken.push(letter);
        }
        self.follow(answer, "250 taken").await
    }

    fn ask(&self, step: &Step) -> Answer {
        (lock(&self.inside).script)(step)
    }

    async fn step(&mut self, step: Step, yes: &str) -> Goes {
        let answer = self.ask(&step);
        self.follow(answer, yes).await
    }

    async fn follow(&mut self, answer: Answer, yes: &str) -> Goes {
        match answer {
            Answer::Yes => self.say(yes).await,
            Answer::Say(words) => self.say(words).await,
            Answer::Drop | Answer::LoseYes => Ok(false),
            Answer::Stall | Answer::StallYes => {
                self.stalled.notify_one();
                // Until the client goes away.
                while self.line().await?.is_some() {}
                Ok(false)
            }
        }
    }

    async fn say(&mut self, words: &str) -> Goes {
        self.writes.write_all(format!("{words}\r\n").as_bytes()).await?;
        Ok(true)
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        if self.reads.read_until(b'\n', &mut line).await? == 0 || line.last() != Some(&b'\n') {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_string()))
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_string()).unwrap_or_default()
}
