//! What proves who somebody is. No word of food, no database, no pages in here: bytes in and out,
//! so that the heavy libraries behind it are compiled once and never with a page.

pub mod code;
pub mod passkey;
pub mod password;
mod token;

use std::fmt;

pub use token::Token;

/// Why a key was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    TooShort,
    TooLong,
    TooCommon,
    Code,
    Passkey,
    /// Something stored cannot be read, or the system fails: nobody's fault at the door.
    Broken,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wrong::TooShort => "Ce mot de passe est trop court : douze caractères au moins.",
            Wrong::TooLong => "Ce mot de passe est trop long : 128 caractères au plus.",
            Wrong::TooCommon => {
                "Ce mot de passe est de ceux qu'on essaie en premier. Prenez plutôt quatre mots."
            }
            Wrong::Code => "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant.",
            Wrong::Passkey => "Cette clé d'accès n'est pas reconnue ici.",
            Wrong::Broken => "La clé enregistrée ne se lit pas. Appelez la plateforme.",
        })
    }
}

impl std::error::Error for Wrong {}
