//! A request for a page of a week, by somebody whose scope is known. The type of the visit says
//! what its handler may reach: the hub's desks all of it, a buyer and a farm their own.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use trade::Week;
use trade::calendar::{Day, IsoWeek};
use trade::offers::Stamp;

use super::answer::said;
use super::guard::Caller;
use super::{Fault, Web};
use crate::access::aid::AidWeek;
use crate::access::buyer::BuyerWeek;
use crate::access::producer::ProducerWeek;
use crate::access::{AidScope, BuyerScope, ListScope, Person, Place, ProducerScope};
use crate::app::App;
use crate::clock;
use crate::denied::unknown;
use crate::failure::Failure;

/// Somebody who came in; the handler looks at no week, or at one by itself.
pub struct Caught {
    pub web: Arc<Web>,
    pub person: Arc<Person>,
    /// What the last act said, to be shown once.
    pub said: Option<String>,
    params: HashMap<String, String>,
}

impl FromRequestParts<Arc<Web>> for Caught {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Caught, Fault> {
        let params = Path::<HashMap<String, String>>::from_request_parts(parts, web).await;
        let caller = parts.extensions.get::<Caller>().and_then(|caller| caller.person.clone());
        // The guard stands before every page; without it nobody is let through.
        let person =
            caller.ok_or_else(|| Failure::Forbidden("Entrez d'abord : page d'accueil.".into()))?;
        Ok(Caught {
            web: web.clone(),
            person,
            said: said(&parts.headers),
            params: params.map(|Path(params)| params).unwrap_or_default(),
        })
    }
}

impl Caught {
    pub fn app(&self) -> &App {
        &self.web.app
    }

    /// A part of the address, by its name in the route.
    pub fn param(&self, name: &str) -> Result<&str, Failure> {
        let value = self.params.get(name).map(String::as_str);
        value.ok_or_else(|| Failure::NotFound("Cette adresse est incomplète.".into()))
    }

    /// The day in the address.
    pub fn day(&self) -> Result<Day, Failure> {
        let text = self.param("day")?;
        Day::parse(text).ok_or_else(|| {
            Failure::NotFound(format!("« {text} » n'est pas un jour. Exemple : 2026-11-24."))
        })
    }

    /// Now, signed by whoever acts.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: clock::now(), by: self.person.signature() }
    }

    /// Whether the person may look at a part of the site, or change it.
    pub fn may(&self, place: &str, writes: bool) -> bool {
        self.person.role.may(place, writes)
    }
}

/// Somebody at a week of their hub.
pub struct Asked {
    caught: Caught,
    pub week: IsoWeek,
}

impl Deref for Asked {
    type Target = Caught;

    fn deref(&self) -> &Caught {
        &self.caught
    }
}

impl FromRequestParts<Arc<Web>> for Asked {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Asked, Fault> {
        let caught = Caught::from_request_parts(parts, web).await?;
        let name = caught.params.get("week").map(String::as_str).unwrap_or_default();
        let week = IsoWeek::parse(name).ok_or_else(|| {
            Failure::NotFound(format!("« {name} » n'est pas une semaine. Exemple : 2026-W48."))
        })?;
        Ok(Asked { caught, week })
    }
}

impl Asked {
    /// The address of a page of this week: `step` may have more parts.
    pub fn href(&self, step: &str) -> String {
        format!("/weeks/{}/{step}", self.week)
    }
}

/// One of the hub's desks at a week.
pub struct Visit {
    asked: Asked,
    pub place: Place,
}

impl Deref for Visit {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequestParts<Arc<Web>> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Visit, Fault> {
        let asked = Asked::from_request_parts(parts, web).await?;
        let scope = asked.person.hub_scope().ok_or_else(|| of("de la plateforme"))?;
        Ok(Visit { place: scope.at(asked.week), asked })
    }
}

fn of(whose: &str) -> Failure {
    Failure::Forbidden(format!("Cette page est celle {whose}."))
}

impl Visit {
    /// Looks at the week as it stands. To look for what is not there is "not found", not a "no".
    pub async fn see<T>(
        &self,
        look: impl FnOnce(&Week) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let seen = self.app().read(self.place, |week, _| look(week)).await?;
        seen.map_err(not_there)
    }
}

/// What a page asks for and nobody knows.
fn not_there(failure: Failure) -> Failure {
    match &failure {
        Failure::Denied(denials) => match denials.first().and_then(unknown) {
            Some(sentence) => Failure::NotFound(sentence),
            None => failure,
        },
        _ => failure,
    }
}

/// A buyer at its own part of a week.
pub struct BuyerVisit {
    asked: Asked,
    pub scope: BuyerScope,
}

impl Deref for BuyerVisit {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequestParts<Arc<Web>> for BuyerVisit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<BuyerVisit, Fault> {
        let asked = Asked::from_request_parts(parts, web).await?;
        let scope = asked.person.buyer_scope().ok_or_else(|| of("d'un acheteur"))?;
        Ok(BuyerVisit { asked, scope })
    }
}

impl BuyerVisit {
    pub async fn see<T>(
        &self,
        look: impl FnOnce(BuyerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.scope.see(self.app(), self.week, look).await.map_err(not_there)
    }
}

/// A food-aid organisation at the week's surplus.
pub struct AidVisit {
    asked: Asked,
    pub scope: AidScope,
}

impl Deref for AidVisit {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequestParts<Arc<Web>> for AidVisit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<AidVisit, Fault> {
        let asked = Asked::from_request_parts(parts, web).await?;
        let scope = asked.person.aid_scope().ok_or_else(|| of("de l'aide alimentaire"))?;
        Ok(AidVisit { asked, scope })
    }
}

impl AidVisit {
    pub async fn see<T>(
        &self,
        look: impl FnOnce(AidWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.scope.see(self.app(), self.week, look).await.map_err(not_there)
    }
}

/// Somebody who may read the published list of a week.
pub struct ListVisit {
    asked: Asked,
    pub scope: ListScope,
}

impl Deref for ListVisit {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequestParts<Arc<Web>> for ListVisit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<ListVisit, Fault> {
        let asked = Asked::from_request_parts(parts, web).await?;
        let scope = asked.person.list_scope().ok_or_else(|| of("des acheteurs"))?;
        Ok(ListVisit { asked, scope })
    }
}

/// A farm at its own part of a week.
pub struct ProducerVisit {
    asked: Asked,
    pub scope: ProducerScope,
}

impl Deref for ProducerVisit {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequestParts<Arc<Web>> for ProducerVisit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Fault> {
        let asked = Asked::from_request_parts(parts, web).await?;
        let scope = asked.person.producer_scope().ok_or_else(|| of("d'une ferme"))?;
        Ok(ProducerVisit { asked, scope })
    }
}

impl ProducerVisit {
    pub async fn see<T>(
        &self,
        look: impl FnOnce(ProducerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.scope.see(self.app(), self.week, look).await.map_err(not_there)
    }
}
