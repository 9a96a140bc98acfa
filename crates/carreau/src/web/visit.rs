//! A request for a page of a week.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use trade::Week;
use trade::calendar::{Day, IsoWeek};
use trade::offers::Stamp;

use super::answer::said;
use super::{Fault, Person, Web};
use crate::access::scope::HubScope;
use crate::app::App;
use crate::clock;
use crate::denied::unknown;
use crate::failure::Failure;
use crate::store::act::Place;

/// Who looks at which week.
pub struct Visit {
    pub web: Arc<Web>,
    pub place: Place,
    pub person: Person,
    /// What the last act said, to be shown once.
    pub said: Option<String>,
    params: HashMap<String, String>,
}

impl FromRequestParts<Arc<Web>> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Visit, Fault> {
        let params = Path::<HashMap<String, String>>::from_request_parts(parts, web).await;
        let params = params.map(|Path(params)| params).unwrap_or_default();
        let name = params.get("week").map(String::as_str).unwrap_or_default();
        let week = IsoWeek::parse(name).ok_or_else(|| {
            Failure::NotFound(format!("« {name} » n'est pas une semaine. Exemple : 2026-W48."))
        })?;
        let person = Person::of(&parts.headers, web.app.is_demo)
            .ok_or_else(|| Failure::NotFound("Entrez d'abord : page d'accueil.".into()))?;
        Ok(Visit {
            web: web.clone(),
            place: HubScope::of_program(web.hub).at(week),
            person,
            said: said(&parts.headers),
            params,
        })
    }
}

impl Visit {
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

    /// Looks at the week as it stands. To look for what is not there is "not found", not a "no".
    pub async fn see<T>(
        &self,
        look: impl FnOnce(&Week) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let seen = self.app().read(self.place, |week, _| look(week)).await?;
        seen.map_err(|failure| match &failure {
            Failure::Denied(denials) => match denials.first().and_then(unknown) {
                Some(sentence) => Failure::NotFound(sentence),
                None => failure,
            },
            _ => failure,
        })
    }

    /// The address of a page of this week: `step` may have more parts.
    pub fn href(&self, step: &str) -> String {
        format!("/weeks/{}/{step}", self.place.week)
    }
}
