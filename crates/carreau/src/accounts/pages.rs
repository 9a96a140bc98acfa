//! The accountant's desk over all weeks, and the proof of the books.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::IntoResponse;
use db::Db;
use trade::id::HubId;

use super::proof::{Proof, answers, faults, prove};
use super::seal;
use crate::access::HubScope;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Caught, Fault, Web, html};

/// The pages of the accounts, by their address.
const TABS: [(&str, &str); 6] = [
    ("/accounts", "Comptabilité"),
    ("/accounts/journal", "Journal"),
    ("/accounts/bank", "Paiements"),
    ("/accounts/due", "En attente"),
    ("/accounts/exports", "Exports"),
    ("/accounts/proof", "Preuve"),
];

/// Somebody at the pages of the accounts.
pub struct Desk {
    pub caught: Caught,
    pub scope: HubScope,
}

impl FromRequestParts<Arc<Web>> for Desk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Desk, Fault> {
        let caught = Caught::from_request_parts(parts, web).await?;
        let scope = caught.person.hub_scope();
        let scope = scope
            .ok_or_else(|| Failure::Forbidden("Cette page est celle de la plateforme.".into()));
        Ok(Desk { scope: scope?, caught })
    }
}

impl Desk {
    pub fn app(&self) -> &App {
        self.caught.app()
    }

    pub fn hub(&self) -> HubId {
        self.scope.hub()
    }

    pub fn db(&self) -> Db {
        self.app().db(self.scope)
    }

    pub fn may_write(&self) -> bool {
        self.caught.may("accounts", true)
    }

    /// A page outside the week, with the way back to it; `here`: its address.
    pub async fn frame(&self, here: &str, title: &str) -> Result<Frame, Failure> {
        let hub = crate::mail::rows::hub_name(&self.db(), self.hub()).await?;
        Ok(self.caught.desk_frame(hub, &TABS, here, title))
    }
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    billing: String,
    number: i64,
    /// The beginning of the hash: enough to tell two ends apart.
    short: String,
    hash: String,
}

/// `GET /accounts`
pub async fn accounts(desk: Desk) -> Answer {
    let end = seal::end(&desk.app().db(desk.scope), desk.scope.hub()).await?;
    let mut frame = desk.frame("/accounts", "Comptabilité").await?;
    frame.subtitle = "Ce qui vaut pour toutes les semaines.".into();
    html(&AccountsPage {
        frame,
        billing: format!("/weeks/{}/billing", clock::today().week()),
        number: end.number,
        short: end.hash.chars().take(8).collect(),
        hash: end.hash,
    })
}

#[derive(Template)]
#[template(path = "accounts_proof.html")]
struct ProofPage {
    frame: Frame,
    at: String,
    counts: Vec<(&'static str, String)>,
    answers: Vec<(&'static str, usize)>,
    faults: Vec<String>,
    is_whole: bool,
    conclusion: String,
    number: i64,
    hash: String,
}

/// `GET /accounts/proof`: computed anew at each look.
pub async fn proof(desk: Desk) -> Answer {
    let proof = prove(desk.app(), desk.scope).await?;
    let mut frame = desk.frame("/accounts/proof", "Preuve d'intégrité").await?;
    frame.subtitle =
        "Pour un contrôle : ce qui est écrit n'a pas changé, et cela se vérifie.".into();
    let (day, minute) = clock::civil(proof.at);
    html(&ProofPage {
        frame,
        at: format!("{} à {}", fr::date(day), fr::time(minute)),
        counts: proof.counts(),
        answers: answers(&proof.verdict),
        faults: faults(&proof.verdict),
        is_whole: proof.verdict.is_whole(),
        conclusion: proof.conclusion(),
        number: proof.books.end.0,
        hash: proof.books.end.1.clone(),
    })
}

/// `GET /accounts/proof/file`: the same, as a file that is checked without us.
pub async fn file(desk: Desk) -> Answer {
    let proof: Proof = prove(desk.app(), desk.scope).await?;
    let file = proof.file().await?;
    let (day, _) = clock::civil(proof.at);
    let name = format!("attachment; filename=\"preuve-{}-{day}.zip\"", desk.scope.hub());
    let headers = [(CONTENT_TYPE, "application/zip".to_string()), (CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}
