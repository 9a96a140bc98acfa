//! A list as it arrives: a file, or lines pasted into the page.

use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;

use super::{Fault, Fields, Web};
use crate::failure::Failure;

/// Most bytes of a list that a page carries along: beyond, it is sent again to be read otherwise.
const CARRIED_MAX: usize = 512 << 10;

pub struct Upload {
    /// Told in refusals.
    pub name: String,
    pub bytes: Vec<u8>,
    pub fields: Vec<(String, String)>,
}

impl FromRequest<Arc<Web>> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Upload, Fault> {
        let upload = read(request, web).await?;
        if upload.bytes.iter().all(u8::is_ascii_whitespace) {
            let said = "La liste est vide : choisissez un fichier, ou collez vos lignes.";
            return Err(Failure::Input(said.into()).into());
        }
        Ok(upload)
    }
}

/// Fields with a file that may be missing: a claim and its photo.
pub struct Parcel(pub Upload);

impl FromRequest<Arc<Web>> for Parcel {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Parcel, Fault> {
        read(request, web).await.map(Parcel)
    }
}

async fn read(request: Request, web: &Arc<Web>) -> Result<Upload, Fault> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_multipart = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let mut upload = Upload { name: "liste collée".into(), bytes: Vec::new(), fields: Vec::new() };
    match is_multipart {
        true => {
            let parts = Multipart::from_request(request, web).await.map_err(unread)?;
            upload.fill(parts).await?;
        }
        false => {
            let fields = Fields::from_request(request, web).await?;
            let all = fields.all_starting("").map(|(name, value)| (name.into(), value.into()));
            upload.fields = all.collect();
        }
    }
    if upload.bytes.is_empty() {
        upload.read_again();
    }
    if upload.bytes.is_empty() {
        upload.bytes = upload.text("text").as_bytes().to_vec();
    }
    Ok(upload)
}

fn unread<E>(_: E) -> Failure {
    Failure::Input(
        "Le fichier n'est pas arrivé entier (4 Mo au plus). Envoyez-le de nouveau.".into(),
    )
}

impl Upload {
    /// A field; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// A file that a page carries, to be read again in another way.
    pub fn carried(&self) -> String {
        match self.bytes.len() <= CARRIED_MAX {
            true => self.bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            false => String::new(),
        }
    }

    fn read_again(&mut self) {
        let text = self.text("carried").trim().as_bytes();
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let pairs = text.chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            _ => None,
        });
        if let Some(bytes) = pairs.collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty()) {
            let name = self.text("carried_name").to_string();
            (self.name, self.bytes) = (name, bytes);
        }
    }

    async fn fill(&mut self, mut parts: Multipart) -> Result<(), Failure> {
        while let Some(part) = parts.next_field().await.map_err(unread)? {
            let name = part.name().unwrap_or_default().to_string();
            if part.file_name().is_some() {
                let file = part.file_name().unwrap_or_default().to_string();
                let bytes = part.bytes().await.map_err(unread)?;
                if !bytes.is_empty() {
                    (self.name, self.bytes) = (file, bytes.to_vec());
                }
            } else {
                self.fields.push((name, part.text().await.map_err(unread)?));
            }
        }
        Ok(())
    }
}
