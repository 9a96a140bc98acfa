//! A password with a one-time code, for those who have no passkey.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

use super::{come_in, hold, sign_in_page, wrong_key};
use crate::access::session::{self, Ground};
use crate::access::{keyring, people};
use crate::clock;
use crate::failure::Failure;
use crate::web::guard::{Caller, cookie};
use crate::web::{Answer, Caught, Fields, Web, back_to, html};

/// `POST /enter/password`. Unknown addresses and wrong words are answered alike, and as slowly.
pub async fn enter(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    fields: Fields,
) -> Answer {
    let email = fields.needed("email", "Courriel")?;
    hold(&web, &caller).await?;
    let (app, now) = (&web.app, clock::now());
    let human = match people::email(email) {
        Ok(address) => people::by_email(app, &address).await?,
        Err(_) => None,
    };
    let id = human.as_ref().map(|human| human.id.as_str());
    let opens = keyring::opens(app, id, fields.raw("password"), fields.text("code"), now).await?;
    let places = match (&human, opens) {
        (Some(human), true) => people::memberships(app, &human.id).await?,
        _ => Vec::new(),
    };
    let (Some(human), Some(place)) = (human, places.first()) else {
        wrong_key(&web, &caller, "mot de passe").await;
        let said = "L'adresse, le mot de passe ou le code n'est pas le bon. Rien n'est bloqué : \
            essayez de nouveau, avec le code qui s'affiche maintenant.";
        let page = sign_in_page(&web, &caller, [fields.text("to"), fields.text("email"), said], "")
            .await?;
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    };
    let ground = Ground::Member { person: &human.id, membership: &place.id, role: place.role };
    let token = session::begin(app, ground, now).await?;
    come_in(&web, &caller, &token, super::own_path(fields.text("to"))).await
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    secret: String,
    grouped: String,
    address: String,
    is_change: bool,
}

/// `GET /account/password`: a new secret for the application on one's telephone.
pub async fn page(caught: Caught) -> Answer {
    let human = people::by_id(caught.app(), &caught.person.id).await?;
    let human = human.ok_or_else(no_account)?;
    let secret = keys::code::Secret::new();
    let text = secret.text().to_string();
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    html(&PasswordPage {
        address: secret.uri("Carreau", &human.email),
        grouped: groups.join(" "),
        is_change: keyring::has_password(caught.app(), &human.id).await?,
        secret: text,
    })
}

/// `POST /account/password`: sets it; every other session of the person ends.
pub async fn set(caught: Caught, headers: HeaderMap, fields: Fields) -> Answer {
    let (app, person, now) = (caught.app(), &caught.person, clock::now());
    people::by_id(app, &person.id).await?.ok_or_else(no_account)?;
    if fields.raw("password") != fields.raw("again") {
        return Err(Failure::Input("Les deux mots de passe diffèrent.".into()).into());
    }
    let secret = fields.needed("secret", "Secret")?;
    let code = fields.needed("code", "Code")?;
    keyring::set_password(app, &person.id, fields.raw("password"), secret, code, now).await?;
    let own = cookie(&headers, session::COOKIE).and_then(|text| keys::Token::parse(&text));
    session::end_others(app, &person.id, own.as_ref(), now).await?;
    back_to("/account", "Mot de passe enregistré. Vos autres sessions sont fermées.")
}

pub(super) fn no_account() -> Failure {
    Failure::Forbidden("Un lien n'a pas de compte : demandez-en un à la plateforme.".into())
}
