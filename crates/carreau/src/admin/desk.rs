//! Somebody who changes what outlives a week, and the one way in which such an act is done; the
//! administrator's desk among them.

use std::ops::Deref;
use std::sync::Arc;

use ::keys::Token;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use db::{Db, Val};
use trade::id::HubId;
use trade::register::Register;

use crate::access::audit::{self, Seen};
use crate::access::roster::Needed;
use crate::access::{AdminScope, HubScope};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::Place;
use crate::store::keys::{self, Kept};
use crate::store::register;
use crate::ui::frame::Frame;
use crate::web::{Answer, Caller, Caught, Fault, Fields, Web, back_to};

pub type Command = (&'static str, Vec<Val>);

/// The pages of the desk, by their address.
const TABS: [(&str, &str); 9] = [
    ("/admin/people", "Personnes"),
    ("/admin/parties", "Acheteurs et fermes"),
    ("/admin/calendar", "Calendrier"),
    ("/admin/prices", "Règles de prix"),
    ("/admin/roads", "Routes et quai"),
    ("/admin/sourcing", "Achats"),
    ("/admin/texts", "Textes des lettres"),
    ("/admin/jobs", "Tâches"),
    ("/admin/audit", "Journal"),
];

/// Somebody of the hub's own desks. The guard has asked their role for this part of the site.
pub struct Keeper {
    pub caught: Caught,
    scope: HubScope,
    /// The network's name for the caller, for the journal.
    address: String,
}

impl FromRequestParts<Arc<Web>> for Keeper {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Keeper, Fault> {
        let caught = Caught::from_request_parts(parts, web).await?;
        let refused = || Failure::Forbidden("Cette page est celle de la plateforme.".into());
        let scope = caught.person.hub_scope().ok_or_else(refused)?;
        let address = parts.extensions.get::<Caller>().map(|caller| caller.address.clone());
        Ok(Keeper { caught, scope, address: address.unwrap_or_default() })
    }
}

/// The administrator of a hub at the desk.
pub struct Desk {
    keeper: Keeper,
    pub scope: AdminScope,
    /// The begin of addresses that are handed out.
    pub site: String,
}

impl Deref for Desk {
    type Target = Keeper;

    fn deref(&self) -> &Keeper {
        &self.keeper
    }
}

impl FromRequestParts<Arc<Web>> for Desk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Desk, Fault> {
        let refused = || Failure::Forbidden("Cette page est celle de l'administration.".into());
        let caught = Caught::from_request_parts(parts, web).await?;
        let scope = caught.person.admin_scope().ok_or_else(refused)?;
        let keeper = Keeper::from_request_parts(parts, web).await?;
        let site = web.site.address(&parts.headers);
        Ok(Desk { keeper, scope, site })
    }
}

impl Desk {
    /// The frame of a page of the desk: `tab` is its part of the address.
    pub async fn frame(&self, tab: &str, title: &str) -> Result<Frame, Failure> {
        let hub = mail::rows::hub_name(&self.db(), self.hub()).await?;
        Ok(self.caught.desk_frame(hub, &TABS, &format!("/admin/{tab}"), title))
    }
}

impl Keeper {
    pub fn app(&self) -> &App {
        self.caught.app()
    }

    pub fn hub(&self) -> HubId {
        self.scope.hub()
    }

    pub fn db(&self) -> Db {
        self.app().db(self.scope)
    }

    /// The hub in the week of today.
    pub fn place(&self) -> Place {
        self.scope.at(clock::today().week())
    }

    /// Who acts.
    pub fn by(&self) -> String {
        self.caught.person.signature()
    }

    pub async fn register(&self) -> Result<Arc<Register>, Failure> {
        self.app().read(self.place(), |week, _| week.register().clone()).await
    }

    /// Begins an act. `Err` inside: it was done before, and this is what was said then.
    pub async fn once(&self, fields: &Fields) -> Result<Result<Once, String>, Failure> {
        let key = fields.needed("key", "Clé du formulaire")?;
        if !(8..=80).contains(&key.len()) {
            let said = "« Clé du formulaire » : rechargez la page et recommencez.";
            return Err(Failure::Input(said.into()));
        }
        // The same page may send several forms: each content is an act of its own.
        let hash = keys::fingerprint(&fields.as_one_text());
        let key = format!("{key}-{hash:016x}");
        // Whoever sends the same form at the same time waits, and is then told what was done.
        let turn = self.app().desk.clone().lock_owned().await;
        match keys::answered(self.app(), self.place(), &key, hash).await? {
            Some(said) => Ok(Err(said)),
            None => Ok(Ok(Once { key, hash, _turn: turn })),
        }
    }

    /// Does an act: its statements, its key and its line in the journal, or nothing of them. `true`
    /// when it was done now, `false` when the same form was quicker.
    pub async fn done(&self, once: Once, deed: Deed) -> Result<bool, Failure> {
        let (now, by) = (clock::now(), self.by());
        let kept = Kept { key: once.key, hash: once.hash, answer: deed.said.clone() };
        let keep = keys::keep(self.place(), &kept, now.0);
        let line = audit::line(self.hub(), deed.seen, &by, &deed.about, &self.address, now);
        let mut commands = vec![keep];
        let mut needs = vec![None];
        for (command, need) in deed.steps {
            commands.push(command);
            needs.push(need);
        }
        if deed.changes_register {
            commands.extend(register::changed(self.hub()));
        }
        commands.push(line);
        let db = if deed.is_wide { self.app().everything().clone() } else { self.db() };
        let is_new = db
            .write(move |tx| {
                Box::pin(async move {
                    let touched = tx.batch(commands).await?;
                    if touched.first() == Some(&0) {
                        return Err(Failure::Busy);
                    }
                    let mut missed = needs.iter().zip(&touched).filter(|(_, rows)| **rows == 0);
                    match missed.find_map(|(need, _)| *need) {
                        Some(said) => Err(Failure::Told(vec![said.to_string()])),
                        None => Ok(()),
                    }
                })
            })
            .await;
        match is_new {
            // The key is taken: the same form came twice at once.
            Err(Failure::Busy) if self.was_done(&kept).await? => return Ok(false),
            done => done?,
        }
        if deed.changes_register {
            self.app().forget_sales();
            self.app().pages.clear();
        }
        self.app().doors.forget();
        Ok(true)
    }

    async fn was_done(&self, kept: &Kept) -> Result<bool, Failure> {
        let known = keys::answered(self.app(), self.place(), &kept.key, kept.hash).await?;
        Ok(known.is_some())
    }

    /// Does an act and goes back to a page that says so.
    pub async fn finish(&self, once: Once, deed: Deed, to: &str) -> Answer {
        let said = deed.said.clone();
        self.done(once, deed).await?;
        back_to(to, &said)
    }
}

/// The key of an act that was not done before.
pub struct Once {
    key: String,
    hash: i64,
    /// Given on when the act is done, or given up.
    _turn: tokio::sync::OwnedMutexGuard<()>,
}

/// A key for the forms of a page.
pub fn new_key() -> String {
    Token::new().as_str().to_string()
}

/// An act: what it writes, what is said and kept of it.
pub struct Deed {
    seen: Seen,
    about: String,
    said: String,
    /// Statements in their order; one with a sentence must touch a row, or nothing is done and the
    /// sentence is said.
    steps: Vec<(Command, Option<&'static str>)>,
    /// Accounts belong to no hub: such an act is not kept behind the wall of one.
    is_wide: bool,
    changes_register: bool,
}

impl Deed {
    /// `said`: what the next page says. It is kept, and must hold no secret.
    pub fn new(seen: Seen, about: impl Into<String>, said: impl Into<String>) -> Deed {
        Deed {
            seen,
            about: about.into(),
            said: said.into(),
            steps: Vec::new(),
            is_wide: false,
            changes_register: false,
        }
    }

    /// What is said, where that is known last.
    pub fn saying(mut self, said: String) -> Deed {
        self.said = said;
        self
    }

    pub fn then(mut self, command: Command) -> Deed {
        self.steps.push((command, None));
        self
    }

    pub fn then_all(mut self, commands: impl IntoIterator<Item = Command>) -> Deed {
        self.steps.extend(commands.into_iter().map(|command| (command, None)));
        self
    }

    /// Statements that must touch a row each.
    pub fn needs(mut self, needed: impl IntoIterator<Item = Needed>) -> Deed {
        self.steps.extend(needed.into_iter().map(|(command, said)| (command, Some(said))));
        self
    }

    pub fn wide(mut self) -> Deed {
        self.is_wide = true;
        self
    }

    pub fn on_register(mut self) -> Deed {
        self.changes_register = true;
        self
    }
}
