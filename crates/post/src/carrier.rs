//! Handing a letter to a mail server.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter};
use tokio::net::TcpStream;
use url::Url;

use crate::{Fault, Letter};

/// The longest that one try takes, whatever the server does. RFC 5321 lets it take ten minutes to
/// answer; who waits longer than this tries again, with the same `Message-ID`.
pub const LONGEST: Duration = Duration::from_secs(180);

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(30);

/// How long a server may take to say goodbye: the letter is its own by then.
const GOODBYE: Duration = Duration::from_secs(5);

/// A way out for letters. One connection for each letter: a connection that somebody left in the
/// middle of a letter is never used for another.
#[derive(Clone)]
pub struct Carrier {
    host: String,
    port: u16,
    safety: Safety,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Safety {
    /// TLS from the first byte.
    Tls,
    /// TLS from the first command on, or no letter.
    StartTls,
    /// None: the server is on this machine.
    Local,
}

/// Why an address of a mail server is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadUrl {
    /// Neither `smtp://` nor `smtps://`, or without a host.
    Form,
    /// Letters, and perhaps a password, would cross a network for all to read.
    Open,
}

impl Carrier {
    /// `smtps://user:password@host[:465]`, `smtp://host[:587]?tls=required`; `smtp://` without
    /// TLS for a server on this machine only. A user or password with signs that mean something
    /// in an address is percent-encoded.
    pub fn smtp(url: &str) -> Result<Carrier, BadUrl> {
        let url = Url::parse(url).map_err(|_| BadUrl::Form)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadUrl::Form)?;
        let wants_tls = url.query_pairs().any(|(key, value)| key == "tls" && value == "required");
        let (safety, usual) = match url.scheme() {
            "smtps" => (Safety::Tls, 465),
            "smtp" if wants_tls => (Safety::StartTls, 587),
            "smtp" if matches!(host, "localhost" | "127.0.0.1" | "[::1]") => (Safety::Local, 25),
            "smtp" => return Err(BadUrl::Open),
            _ => return Err(BadUrl::Form),
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let port = url.port().unwrap_or(usual);
        Ok(Carrier { host: host.to_string(), port, safety, credentials })
    }

    /// Hands over one letter. `Ok` when the server has said that it is now its own.
    pub async fn send(&self, letter: &Letter) -> Result<(), Fault> {
        let (envelope, bytes) = letter.parts()?;
        match tokio::time::timeout(LONGEST, self.hand_over(&envelope, &bytes)).await {
            Err(_) => Err(Fault::Later("le serveur de courriel ne répond pas".into())),
            Ok(sent) => sent,
        }
    }

    async fn hand_over(&self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Fault> {
        let mut connection = self.connect().await?;
        let fate = talk(&mut connection, envelope, bytes).await;
        // Away from here: a goodbye that fails or takes long must not undo what was handed over.
        tokio::spawn(async move {
            drop(tokio::time::timeout(GOODBYE, connection.abort()).await);
        });
        fate
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Fault> {
        let name = ClientId::default();
        let mut connection = match self.safety {
            Safety::Tls => {
                let (server, tls) = (self.server(), Some(self.tls()?));
                AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &name, tls, None).await
            }
            Safety::StartTls | Safety::Local => {
                let stream = Box::new(self.stream().await?);
                AsyncSmtpConnection::connect_with_transport(stream, &name).await
            }
        }
        .map_err(|error| later(&error))?;
        if self.safety == Safety::StartTls {
            connection.starttls(self.tls()?, &name).await.map_err(|error| later(&error))?;
        }
        if let Some(credentials) = &self.credentials {
            let known = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            known.map_err(|error| later(&error))?;
        }
        Ok(connection)
    }

    fn server(&self) -> (&str, u16) {
        (self.host.trim_matches(['[', ']']), self.port)
    }

    fn tls(&self) -> Result<TlsParameters, Fault> {
        TlsParameters::new(self.server().0.to_string()).map_err(|error| later(&error))
    }

    /// A letter's end is a short write of its own: it must not wait for the answer to the one
    /// before (40 ms for each letter).
    async fn stream(&self) -> Result<TcpStream, Fault> {
        let opened = tokio::time::timeout(CONNECT, TcpStream::connect(self.server())).await;
        let opened = opened.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        let stream = opened.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        stream.map_err(|error| Fault::Later(error.to_string()))
    }
}

/// A part of an address without its percent signs.
fn decoded(part: &str) -> Result<String, BadUrl> {
    let plus_kept = part.replace('+', "%2B");
    let pair = format!("x={plus_kept}");
    let found = url::form_urlencoded::parse(pair.as_bytes()).next();
    found.map(|(_, value)| value.into_owned()).ok_or(BadUrl::Form)
}

/// Only a "no" to the recipient or to the letter itself is about this letter.
async fn talk(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    bytes: &[u8],
) -> Result<(), Fault> {
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    let is_ascii = addresses.all(|address| AsRef::<str>::as_ref(address).is_ascii());
    let options = if is_ascii { Vec::new() } else { vec![MailParameter::SmtpUtfEight] };
    let mail = Mail::new(envelope.from().cloned(), options);
    connection.command(mail).await.map_err(|error| later(&error))?;
    for to in envelope.to() {
        let rcpt = Rcpt::new(to.clone(), Vec::new());
        connection.command(rcpt).await.map_err(|error| sorted(&error))?;
    }
    connection.command(Data).await.map_err(|error| sorted(&error))?;
    connection.message(bytes).await.map_err(|error| sorted(&error))?;
    Ok(())
}

fn later(error: &Error) -> Fault {
    Fault::Later(told(error))
}

fn sorted(error: &Error) -> Fault {
    let code = error.status().map(u16::from).filter(|_| error.is_permanent());
    match code {
        Some(code) if !is_about_us(code, &told(error)) => Fault::Refused(told(error)),
        _ => Fault::Later(told(error)),
    }
}

/// `550 5.1.1 no such user`: what the server said; else what the network did.
fn told(error: &Error) -> String {
    let said = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), said) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        (_, Some(said)) => said,
        (_, None) => error.to_string(),
    }
}

/// A lasting "no" that is about the sender, its password or the server's rules, not about this
/// letter: RFC 4954 (53x), RFC 5321 (500 to 504, 521), RFC 3463 (X.1.7 and X.1.8: bad sender;
/// X.7: security and policy). It ends when somebody sets it right, so it is tried again.
fn is_about_us(code: u16, told: &str) -> bool {
    let enhanced = told.split_whitespace().nth(1).unwrap_or_default();
    matches!(code, 500..=504 | 521 | 530..=539)
        || enhanced.starts_with("5.7.")
        || matches!(enhanced, "5.1.7" | "5.1.8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_cross_no_network_for_all_to_read() {
        for good in [
            "smtps://user:secret@mail.example.org",
            "smtp://mail.example.org?tls=required",
            "smtp://localhost:2525",
            "smtp://127.0.0.1:25",
            "smtp://user:p@[::1]:25",
        ] {
            assert!(Carrier::smtp(good).is_ok(), "{good}");
        }
        for open in [
            "smtp://mail.example.org",
            "smtp://user:secret@mail.example.org:587",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://localhost@mail.example.org",
            "smtp://mail.example.org/localhost",
        ] {
            assert_eq!(Carrier::smtp(open).err(), Some(BadUrl::Open), "{open}");
        }
        for bad in ["mail.example.org", "http://mail.example.org", "", "smtp://"] {
            assert_eq!(Carrier::smtp(bad).err(), Some(BadUrl::Form), "{bad}");
        }
    }

    #[test]
    fn a_lasting_no_about_ourselves_is_tried_again() {
        for (code, said, expected) in [
            (550, "5.1.1 unknown", false),
            (550, "no such user", false),
            (552, "5.2.2 mailbox full", false),
            (535, "5.7.8 bad password", true),
            (550, "5.7.1 relaying denied", true),
            (550, "5.1.8 bad sender", true),
            (502, "what?", true),
        ] {
            assert_eq!(is_about_us(code, &format!("{code} {said}")), expected, "{code} {said}");
        }
    }
}
