//! The page on which each person begins, in the week that matters now.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use trade::Week;
use trade::calendar::IsoWeek;
use trade::id::BuyerId;

use super::guard::Caller;
use super::{Answer, Role, Web};
use crate::access::Person;
use crate::access::scope::HubScope;
use crate::clock;
use crate::data::export::weeks;
use crate::failure::Failure;

/// Leads to the page on which a person begins.
pub async fn home(State(web): State<Arc<Web>>, caller: Extension<Caller>) -> Answer {
    let Some(person) = &caller.person else { return Ok(Redirect::to("/enter").into_response()) };
    let address = begin(&web, person).await?;
    Ok(Redirect::to(&address).into_response())
}

/// The page on which a role begins, in the week that matters now.
pub async fn begin(web: &Web, person: &Person) -> Result<String, Failure> {
    let role = person.role;
    let scope = HubScope::of_program(person.hub);
    let step = match role {
        Role::Administrator | Role::Coordinator | Role::Observer => "",
        Role::Buyer(_) => "/my-orders",
        Role::FoodAid(_) => "/surplus",
        Role::Producer(_) => "/my-offers",
        Role::Dock => "/dock/floor",
        Role::Driver => "/rounds",
        Role::Accountant => "/billing",
    };
    if let Some(week) = person.only_week {
        return Ok(format!("/weeks/{week}{step}"));
    }
    let week = current_week(web, scope).await?;
    let week = match role {
        // Who orders and who offers looks ahead, the others at what is not done yet.
        Role::Buyer(_) => week,
        Role::Producer(_) => awaited(web, person, week).await?,
        Role::FoodAid(buyer) => with_surplus(web, scope, buyer, week).await?,
        Role::Administrator | Role::Coordinator | Role::Observer => {
            first_open(web, scope, week).await?
        }
        Role::Dock | Role::Driver => week_at_dock(web, scope).await?,
        Role::Accountant => last_with_documents(web, scope, week).await?,
    };
    Ok(format!("/weeks/{week}{step}"))
}

/// The week after `week` when it waits for the farm's answer, else `week`: who is asked something
/// sees the question first.
async fn awaited(web: &Web, person: &Person, week: IsoWeek) -> Result<IsoWeek, Failure> {
    let is_awaited = match person.producer_scope() {
        Some(scope) => scope.is_awaited(&web.app, week.next()).await?,
        None => false,
    };
    Ok(if is_awaited { week.next() } else { week })
}

/// The week of which something arrives, or is on its way to the buyers.
pub async fn week_at_dock(web: &Web, scope: HubScope) -> Result<IsoWeek, Failure> {
    let week = current_week(web, scope).await?;
    with_goods(web, scope, first_open(web, scope, week).await?).await
}

/// The first of the published weeks before `week` that is not finished, or `week` itself.
async fn first_open(web: &Web, scope: HubScope, week: IsoWeek) -> Result<IsoWeek, Failure> {
    let mut open = week;
    for _ in 0..LOOKED_BACK {
        let place = scope.at(open.previous());
        let goes_on = |week: &Week, _| week.publication().is_some() && !week.check().is_finished();
        if !web.app.read(place, goes_on).await? {
            break;
        }
        open = open.previous();
    }
    Ok(open)
}

/// The latest of the last weeks in which something is offered, or is still to be fetched, or
/// `week`.
async fn with_surplus(
    web: &Web,
    scope: HubScope,
    buyer: BuyerId,
    week: IsoWeek,
) -> Result<IsoWeek, Failure> {
    let now = clock::now();
    let has_some = move |week: &Week, _| {
        let book = week.surplus();
        let is_open = |offer: &trade::dock::surplus::SurplusOffer| {
            offer.until > now && !book.left(offer.id).is_zero()
        };
        book.offers().iter().any(is_open) || book.open_of(buyer).next().is_some()
    };
    for at in [week, week.previous(), week.previous().previous()] {
        if web.app.read(scope.at(at), has_some).await? {
            return Ok(at);
        }
    }
    Ok(week)
}

/// `week` when goods are bought in it, else the one before.
async fn with_goods(web: &Web, scope: HubScope, week: IsoWeek) -> Result<IsoWeek, Failure> {
    let place = scope.at(week);
    let has_goods = web.app.read(place, |week, _| !week.closings().is_empty()).await?;
    Ok(if has_goods { week } else { week.previous() })
}

/// The last of the weeks up to `week` for which documents were posted, or `week` itself.
async fn last_with_documents(
    web: &Web,
    scope: HubScope,
    week: IsoWeek,
) -> Result<IsoWeek, Failure> {
    let mut before = week;
    for _ in 0..LOOKED_BACK {
        let place = scope.at(before);
        if web.app.read(place, |week, _| !week.documents().is_empty()).await? {
            return Ok(before);
        }
        before = before.previous();
    }
    Ok(week)
}

/// Weeks between the one that takes orders and the last that was billed, at most.
const LOOKED_BACK: usize = 4;

/// The week at which a person stands who has named none.
pub async fn week_of(web: &Web, person: &Person) -> Result<IsoWeek, Failure> {
    match person.only_week {
        Some(week) => Ok(week),
        None => current_week(web, HubScope::of_program(person.hub)).await,
    }
}

/// The latest week with a published list; before there is one, the week of today.
pub async fn current_week(web: &Web, scope: HubScope) -> Result<IsoWeek, Failure> {
    let known = weeks(&web.app, scope).await?;
    for &week in known.iter().rev() {
        let place = scope.at(week);
        if web.app.read(place, |week, _| week.publication().is_some()).await? {
            return Ok(week);
        }
    }
    Ok(clock::today().week())
}
