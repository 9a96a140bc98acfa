//! Why something was not done, before it becomes a sentence or a status.

use trade::Denial;

/// What stops an act. Nothing of it was kept.
#[derive(Debug)]
pub enum Failure {
    /// The rules said no, with every reason.
    Denied(Vec<Denial>),
    /// Cells of a grid that cannot be written, each with its reason.
    Cells(Vec<CellRefusal>),
    /// The same, already in French and with the names of the goods.
    Told(Vec<String>),
    /// The rules said no because order taking had ended (HTTP 409).
    Late(Vec<String>),
    /// The rules said no because somebody was quicker: what is asked is gone (HTTP 409).
    Gone(Vec<String>),
    /// The person's input cannot be read; French, names the field and what to do.
    Input(String),
    /// There is no such week, document or page.
    NotFound(String),
    /// Not for whoever asks; French, says what to do instead (HTTP 403).
    Forbidden(String),
    /// Too many wrong keys from one address: not even listened to for a while (HTTP 429).
    Held,
    /// The same key came with another content (HTTP 422).
    OtherContent,
    /// The same key was answered before; the order that it made.
    Replayed(i64),
    /// Someone else was quicker, several times; try again.
    Busy,
    Database(db::Error),
    Other(anyhow::Error),
}

/// Why a cell of a grid cannot take what was written.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CellRefusal {
    pub cell: String,
    pub reason: String,
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Failure {
        Failure::Denied(vec![denial])
    }
}

impl From<Vec<Denial>> for Failure {
    fn from(denials: Vec<Denial>) -> Failure {
        Failure::Denied(denials)
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Failure {
        match error {
            db::Error::Retry(_) => Failure::Busy,
            other => Failure::Database(other),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Other(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Denied(denials) => {
                let sentences = denials.iter().map(crate::denied::sentence);
                write!(f, "{}", sentences.collect::<Vec<_>>().join(" "))
            }
            Failure::Told(sentences) | Failure::Late(sentences) | Failure::Gone(sentences) => {
                f.write_str(&sentences.join(" "))
            }
            Failure::Cells(cells) => {
                let reasons: Vec<&str> = cells.iter().map(|cell| cell.reason.as_str()).collect();
                f.write_str(&reasons.join(" "))
            }
            Failure::Input(said) | Failure::NotFound(said) | Failure::Forbidden(said) => {
                f.write_str(said)
            }
            Failure::Held => f.write_str(
                "Trop d'essais depuis cette connexion. Attendez dix minutes, ou appelez-nous.",
            ),
            Failure::OtherContent => f.write_str(
                "Cette clé a déjà servi pour une autre demande. Rechargez la page et recommencez.",
            ),
            Failure::Replayed(order) => write!(f, "Déjà enregistré : commande {order}."),
            Failure::Busy => f.write_str(
                "Plusieurs personnes écrivent en même temps. Recommencez dans un instant.",
            ),
            Failure::Database(error) => write!(f, "La base de données a refusé : {error}"),
            Failure::Other(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for Failure {}
