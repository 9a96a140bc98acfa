//! Replies by mail: a farm answers the request of offers, or confirms a purchase order, by
//! answering the letter. What may be done is proven by the address alone to which it is answered:
//! each letter has its own, with a token that nobody can guess. From whom it claims to be counts
//! for nothing, and is noted.
//!
//! A reply does all of what it says, or nothing: then the coordinator reads it, on the page of
//! letters. What was understood is told to the farm, at its own address.

mod echo;
mod meaning;
mod pages;
pub mod receive;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use keys::Token;

pub use echo::{noted, to_read};
pub use pages::Row;
pub use receive::{Received, receive};

use crate::web::Web;

/// Addresses of the page of a reply.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/mail/replies/{reply}", get(pages::read))
        .route("/mail/replies/{reply}/confirmations", post(pages::confirm))
        .route("/mail/replies/{reply}/filing", post(pages::file))
        .route("/mail/{letter}/replies", post(pages::play))
}

/// `reponses+TOKEN@exemple.fr`.
pub fn address_of(base: &str, token: &str) -> String {
    match base.split_once('@') {
        Some((local, domain)) => format!("{local}+{token}@{domain}"),
        None => base.to_string(),
    }
}

/// The token in an address.
fn token_of(address: &str) -> Option<Token> {
    let (local, _) = address.rsplit_once('@')?;
    Token::parse(local.rsplit_once('+')?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_its_token() {
        let token = Token::new();
        let address = address_of("reponses@exemple.fr", token.as_str());
        assert_eq!(token_of(&address), Some(token.clone()));
        assert_eq!(token_of(&address.to_uppercase()), Some(token));
        for none in ["reponses@exemple.fr", "a+b@exemple.fr", "", "a+@x", "+"] {
            assert_eq!(token_of(none), None, "{none}");
        }
    }
}
