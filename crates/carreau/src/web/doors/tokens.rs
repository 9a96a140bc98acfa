//! Tokens for programs: made by the person themself, shown once, taken back at any time.

use askama::Template;
use axum::Extension;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;

use crate::access::api_token::{self, Leave, Shown};
use crate::access::audit::{self, Seen};
use crate::access::{HubScope, Person, people};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::guard::Caller;
use crate::web::{Answer, Caught, Fields, Role, api, back_to, html};

/// How long a token may last, in days, with what is said of it.
pub const LASTS: [(i64, &str); 4] =
    [(7, "Une semaine"), (30, "Un mois"), (90, "Trois mois"), (365, "Un an")];
/// Living tokens of one person in a hub: more are a mistake of some program.
const MOST: usize = 20;
/// Signs of a name.
const NAME_MAX: usize = 60;

/// A token as the account page lists it.
pub struct TokenRow {
    pub hash: String,
    pub name: String,
    pub leave: String,
    pub said: String,
}

/// The tokens of a person, the oldest first.
pub async fn rows(caught: &Caught) -> Result<Vec<TokenRow>, Failure> {
    let row = |one: Shown| {
        let leave: Vec<&str> = one.leave.iter().map(|leave| leave.french()).collect();
        let until = fr::date(clock::civil(one.expires_at).0);
        let used = match one.used_at {
            Some(at) => format!("a servi le {}", fr::date(clock::civil(at).0)),
            None => "n'a pas encore servi".into(),
        };
        let said = format!("{used}, vaut jusqu'au {until}");
        TokenRow { hash: one.hash, name: one.name, leave: leave.join(" ; "), said }
    };
    let all = api_token::of(caught.app(), &caught.person).await?;
    Ok(all.into_iter().map(row).collect())
}

/// What a role can give a program leave to.
pub fn leaves(role: Role) -> Vec<Leave> {
    let places = ["orders", "offers", "sourcing"];
    let trades = !role.is_desk() || places.iter().any(|place| role.may(place, true));
    let runs = role.is_desk() && role.may("orders", true);
    let may = |leave: &Leave| match leave {
        Leave::Read => true,
        Leave::Trade => trades,
        Leave::Run => runs,
    };
    Leave::ALL.into_iter().filter(may).collect()
}

#[derive(Template)]
#[template(path = "account_token.html")]
struct TokenPage {
    name: String,
    token: String,
    until: String,
    base: String,
}

/// `POST /account/tokens`: the token, on this page only.
pub async fn make(
    caught: Caught,
    caller: Extension<Caller>,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let (app, person, now) = (caught.app(), &caught.person, clock::now());
    let name: String = fields.needed("name", "Nom du programme")?.chars().take(NAME_MAX).collect();
    let leave = leave(person, &fields)?;
    let days = fields.number("days", "Durée")?;
    if !LASTS.iter().any(|(known, _)| *known == days) {
        return Err(Failure::Input("« Durée » : choisissez dans la liste.".into()).into());
    }
    if api_token::of(app, person).await?.len() >= MOST {
        let said = format!("Vous avez déjà {MOST} jetons : révoquez ceux qui ne servent plus.");
        return Err(Failure::Input(said).into());
    }
    let scope = HubScope::of_program(person.hub);
    let membership = membership(&caught).await?;
    let token = api_token::make(app, scope, &membership, &name, &leave, now, days * 86_400).await?;
    note(&caught, &caller, &format!("jeton créé : {name}")).await;
    let until = clock::civil(trade::calendar::Instant(now.0 + days * 86_400)).0;
    let page = TokenPage {
        name,
        token: token.as_str().into(),
        until: fr::date(until),
        base: format!("{}{}", caught.web.site.address(&headers), api::BASE),
    };
    let mut response = (StatusCode::CREATED, html(&page)?).into_response();
    // Shown once: no browser keeps it.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What was ticked, within what the role can give.
fn leave(person: &Person, fields: &Fields) -> Result<Vec<Leave>, Failure> {
    let words: Vec<&str> = fields.starting("leave-").map(|(word, _)| word).collect();
    let known = leaves(person.role);
    if let Some(word) = words.iter().find(|word| !known.iter().any(|one| one.word() == **word)) {
        let said = format!("« {word} » : votre rôle ne peut pas donner ce droit.");
        return Err(Failure::Input(said));
    }
    if words.is_empty() {
        let said = "Cochez au moins un droit : un jeton sans droit n'ouvre rien.";
        return Err(Failure::Input(said.into()));
    }
    Ok(Leave::list(&words.join(" ")))
}

/// The membership in which somebody is here.
async fn membership(caught: &Caught) -> Result<String, Failure> {
    let person = &caught.person;
    let places = people::memberships(caught.app(), &person.id).await?;
    let here = places.into_iter().find(|one| one.hub == person.hub && one.role == person.role);
    here.map(|place| place.id).ok_or_else(|| {
        Failure::Forbidden("Un lien n'a pas de jetons : demandez un compte à la plateforme.".into())
    })
}

async fn note(caught: &Caught, caller: &Caller, about: &str) {
    let (person, now) = (&caught.person, clock::now());
    let (seen, who) = (Seen::RightChanged, person.signature());
    audit::note(caught.app(), person.hub, seen, &who, about, &caller.address, now).await;
}

/// `POST /account/tokens/removal`
pub async fn remove(caught: Caught, caller: Extension<Caller>, fields: Fields) -> Answer {
    let hash = fields.needed("token", "Jeton")?;
    match api_token::end(caught.app(), &caught.person, hash, clock::now()).await? {
        true => {
            note(&caught, &caller, "jeton révoqué").await;
            back_to("/account", "Jeton révoqué : il n'ouvre plus rien.")
        }
        false => Err(Failure::NotFound("Ce jeton n'est pas un des vôtres.".into()).into()),
    }
}
