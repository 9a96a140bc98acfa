//! Why a proof was not accepted.

use std::fmt;

/// Why a key was refused: a sentence for the person ([`fmt::Display`]), and what only the log may
/// tell ([`Error::detail`]). The sentence never says which of the checks failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The address and the name of the installation do not fit: for who runs it.
    Setup(String),
    /// What was stored cannot be read, or the hash cannot be made.
    Broken(String),
    /// What the browser sent is not an answer.
    Unreadable(String),
    /// The answer came too late; a new question must be asked.
    Expired,
    /// The key proves nothing here: other site, other question, other person, false signature.
    Refused(String),
    /// The counter of the key did not move on: it may have been copied.
    Copied(String),
}

impl Error {
    /// What happened, in English, without any secret.
    pub fn detail(&self) -> &str {
        match self {
            Error::Expired => "answered after the question had expired",
            Error::Setup(why) | Error::Broken(why) | Error::Unreadable(why) => why,
            Error::Refused(why) | Error::Copied(why) => why,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Setup(_) => {
                "Les clés d’accès ne marchent pas à cette adresse : prévenez la plateforme."
            }
            Error::Broken(_) => {
                "La vérification n’a pas pu se faire : recommencez, puis prévenez la plateforme."
            }
            Error::Unreadable(_) => {
                "Le navigateur a envoyé une réponse illisible : rechargez la page et recommencez."
            }
            Error::Expired => "Trop de temps a passé : recommencez.",
            Error::Refused(_) => {
                "Cette clé d’accès n’est pas reconnue : essayez-en une autre, ou demandez un lien."
            }
            Error::Copied(_) => {
                "Cette clé d’accès semble avoir été copiée : prévenez la plateforme, qui la \
                 retirera."
            }
        })
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_reads_a_sentence_and_the_log_the_reason() {
        let why = "challenge differs".to_owned();
        let all = [
            Error::Setup(why.clone()),
            Error::Broken(why.clone()),
            Error::Unreadable(why.clone()),
            Error::Refused(why.clone()),
            Error::Copied(why.clone()),
        ];
        for error in all {
            assert_eq!(error.detail(), why);
            let sentence = error.to_string();
            assert!(!sentence.contains(&why) && sentence.ends_with('.'), "{sentence}");
            assert!(!sentence.contains("  "), "{sentence}");
        }
        assert_eq!(Error::Expired.to_string(), "Trop de temps a passé : recommencez.");
    }
}
