//! Somebody at the accounts of the hub, outside of any week.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use db::Db;
use trade::id::HubId;

use crate::access::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::ui::frame::{Frame, Notice, Step};
use crate::web::{Caught, Fault, Web};

/// The pages of the accounts, by their address.
const TABS: [(&str, &str); 4] = [
    ("/accounts/bank", "Paiements reçus"),
    ("/accounts/due", "En attente"),
    ("/accounts/exports", "Exports"),
    ("/accounts", "Contrôle"),
];

pub struct Desk {
    pub caught: Caught,
    pub scope: HubScope,
}

impl FromRequestParts<Arc<Web>> for Desk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Desk, Fault> {
        let caught = Caught::from_request_parts(parts, web).await?;
        let scope = caught.person.hub_scope().ok_or_else(|| {
            Failure::Forbidden("Cette page est celle de la comptabilité.".into())
        })?;
        Ok(Desk { caught, scope })
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

    /// The frame of a page of the accounts: `here` is its address.
    pub async fn frame(&self, here: &str, title: &str) -> Result<Frame, Failure> {
        let person = &self.caught.person;
        let hub = mail::rows::hub_name(&self.db(), self.hub()).await?;
        let step = |(href, name): &(&str, &str)| Step {
            number: None,
            name: (*name).into(),
            href: (*href).into(),
            state: None,
            is_here: *href == here,
            note: String::new(),
        };
        let frame = Frame::new(title, hub)
            .steps(TABS.iter().map(step).collect())
            .seen_by(&person.name, person.role.name(), "/account")
            .places(person.places)
            .beside("/", "La semaine")
            .demo(self.app().is_demo)
            .tell_all(self.caught.said.as_ref().map(Notice::done));
        Ok(frame)
    }
}
