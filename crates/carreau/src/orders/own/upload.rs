//! A list as it arrives: a file, or lines pasted into the page.

use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;

use crate::failure::Failure;
use crate::web::{Fault, Fields, Web};

pub struct Upload {
    /// Told in refusals.
    pub name: String,
    pub bytes: Vec<u8>,
    pub fields: Vec<(String, String)>,
}

impl FromRequest<Arc<Web>> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Upload, Fault> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_multipart = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
        let mut upload =
            Upload { name: "liste collée".into(), bytes: Vec::new(), fields: Vec::new() };
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
            upload.bytes = upload.text("text").as_bytes().to_vec();
        }
        if upload.bytes.iter().all(u8::is_ascii_whitespace) {
            let said = "La liste est vide : choisissez un fichier, ou collez vos lignes.";
            return Err(Failure::Input(said.into()).into());
        }
        Ok(upload)
    }
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

    async fn fill(&mut self, mut parts: Multipart) -> Result<(), Failure> {
        while let Some(part) = parts.next_field().await.map_err(unread)? {
            let name = part.name().unwrap_or_default().to_string();
            if name == "file" {
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
