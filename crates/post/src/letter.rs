//! A letter and its MIME form.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Attachment as Attached, Mailbox as Box, MultiPart, SinglePart};
use lettre::{Address, Message};

use crate::Fault;

/// A name and an address; the name may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    pub address: String,
}

impl Mailbox {
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Mailbox {
        Mailbox { name: name.into(), address: address.into() }
    }

    /// True when the address has the form of one.
    pub fn is_sound(&self) -> bool {
        self.address.parse::<Address>().is_ok()
    }

    fn parsed(&self) -> Result<Box, Fault> {
        let address = self.address.trim().parse::<Address>().map_err(|_| {
            Fault::Refused(format!("« {} » n'est pas une adresse de courriel", self.address))
        })?;
        let name = one_line(&self.name);
        Ok(Box::new((!name.is_empty()).then_some(name), address))
    }
}

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// Media type, for example `application/pdf`.
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// A letter to one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// `left@right` in letters, digits and `. - _ +`, without the angle brackets.
    pub message_id: String,
    /// Seconds since 1970 (UTC): when it was written, the same on every try.
    pub written_at: i64,
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    pub to: Mailbox,
    pub subject: String,
    pub plain: String,
    /// Empty: the letter is plain text only.
    pub html: String,
    pub attachments: Vec<Attachment>,
}

impl Letter {
    /// The letter as it goes over the wire.
    ///
    /// Errors: an address or a message id without the form of one; `Refused`, for no try helps.
    pub fn mime(&self) -> Result<Vec<u8>, Fault> {
        self.message().map(|message| message.formatted())
    }

    pub(crate) fn parts(&self) -> Result<(Envelope, Vec<u8>), Fault> {
        let message = self.message()?;
        Ok((message.envelope().clone(), message.formatted()))
    }

    fn message(&self) -> Result<Message, Fault> {
        if !is_sound_id(&self.message_id) {
            let id = &self.message_id;
            return Err(Fault::Refused(format!("« {id} » n'est pas un identifiant de message")));
        }
        let seconds = u64::try_from(self.written_at).unwrap_or(0);
        let mut builder = Message::builder()
            .message_id(Some(format!("<{}>", self.message_id)))
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .from(self.from.parsed()?)
            .to(self.to.parsed()?)
            .subject(one_line(&self.subject))
            .header(AutoSubmitted);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.parsed()?);
        }
        let message = match (self.html.is_empty(), self.attachments.is_empty()) {
            (true, true) => builder.singlepart(text(ContentType::TEXT_PLAIN, &self.plain)),
            (_, true) => builder.multipart(self.alternative()),
            (_, false) => builder.multipart(self.with_attachments()?),
        };
        message.map_err(|error| Fault::Refused(error.to_string()))
    }

    fn alternative(&self) -> MultiPart {
        let both = MultiPart::alternative().boundary(self.boundary("a"));
        let plain = both.singlepart(text(ContentType::TEXT_PLAIN, &self.plain));
        match self.html.is_empty() {
            true => plain,
            false => plain.singlepart(text(ContentType::TEXT_HTML, &self.html)),
        }
    }

    fn with_attachments(&self) -> Result<MultiPart, Fault> {
        let mixed = MultiPart::mixed().boundary(self.boundary("m"));
        let mut mixed = mixed.multipart(self.alternative());
        for Attachment { name, kind, bytes } in &self.attachments {
            let kind = ContentType::parse(kind)
                .map_err(|_| Fault::Refused(format!("« {kind} » n'est pas un type de fichier")))?;
            mixed = mixed.singlepart(Attached::new(one_line(name)).body(bytes.clone(), kind));
        }
        Ok(mixed)
    }

    /// `=_` stands in no quoted-printable and no base64 text, so that no part can hold it.
    fn boundary(&self, part: &str) -> String {
        let id = self.message_id.chars().filter(char::is_ascii_alphanumeric);
        format!("=_{part}_{}", id.take(60).collect::<String>())
    }
}

/// Lines end as mail wants it (lettre turns `\n` into `\r\n`), letters as quoted-printable.
fn text(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(body.to_string())
}

/// A header is one line: whatever ends a line, or is no letter, becomes a space.
fn one_line(text: &str) -> String {
    let spaced =
        text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_sound_id(id: &str) -> bool {
    let is_sound = |part: &str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_+".contains(c);
        part.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_letter))
    };
    id.len() <= 200 && id.split_once('@').is_some_and(|(l, r)| is_sound(l) && is_sound(r))
}

/// RFC 3834: nobody's holiday notice answers such a letter.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, std::boxed::Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
