//! The first page, and entering the demonstration as somebody.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use trade::Week;
use trade::calendar::IsoWeek;
use trade::party::BuyerKind;

use super::person::COOKIE_NAME;
use super::{Answer, Fields, Person, Role, Web, html};
use crate::access::scope::HubScope;
use crate::clock;
use crate::data::export::weeks;
use crate::failure::Failure;

/// Leads to the page on which a person begins.
pub async fn home(State(web): State<Arc<Web>>, headers: HeaderMap) -> Answer {
    let Some(person) = Person::of(&headers, web.app.is_demo) else {
        return Ok(Redirect::to("/enter").into_response());
    };
    let address = begin(&web, person.role).await?;
    Ok(Redirect::to(&address).into_response())
}

/// The page on which a role begins, in the week that matters now.
async fn begin(web: &Web, role: Role) -> Result<String, Failure> {
    let week = current_week(web).await?;
    let step = match role {
        Role::Coordinator | Role::Observer => String::new(),
        Role::Buyer(_) => "/my-orders".into(),
        Role::Producer(_) => "/my-offers".into(),
        Role::Dock => "/dock".into(),
        Role::Driver => "/rounds".into(),
        Role::Accountant => "/billing".into(),
    };
    let week = match role {
        // Who orders and who offers looks ahead, the others at what is not done yet.
        Role::Buyer(_) | Role::Producer(_) => week,
        Role::Coordinator | Role::Observer => first_open(web, week).await?,
        Role::Dock | Role::Driver => with_goods(web, first_open(web, week).await?).await?,
        Role::Accountant => last_with_documents(web, week).await?,
    };
    Ok(format!("/weeks/{week}{step}"))
}

/// The first of the published weeks before `week` that is not finished, or `week` itself.
async fn first_open(web: &Web, week: IsoWeek) -> Result<IsoWeek, Failure> {
    let mut open = week;
    for _ in 0..LOOKED_BACK {
        let place = HubScope::of_program(web.hub).at(open.previous());
        let goes_on = |week: &Week, _| week.publication().is_some() && !week.check().is_finished();
        if !web.app.read(place, goes_on).await? {
            break;
        }
        open = open.previous();
    }
    Ok(open)
}

/// `week` when goods are bought in it, else the one before.
async fn with_goods(web: &Web, week: IsoWeek) -> Result<IsoWeek, Failure> {
    let place = HubScope::of_program(web.hub).at(week);
    let has_goods = web.app.read(place, |week, _| !week.closings().is_empty()).await?;
    Ok(if has_goods { week } else { week.previous() })
}

/// The last of the weeks up to `week` for which documents were posted, or `week` itself.
async fn last_with_documents(web: &Web, week: IsoWeek) -> Result<IsoWeek, Failure> {
    let mut before = week;
    for _ in 0..LOOKED_BACK {
        let place = HubScope::of_program(web.hub).at(before);
        if web.app.read(place, |week, _| !week.documents().is_empty()).await? {
            return Ok(before);
        }
        before = before.previous();
    }
    Ok(week)
}

/// Weeks between the one that takes orders and the last that was billed, at most.
const LOOKED_BACK: usize = 4;

/// The latest week with a published list; before there is one, the week of today.
pub async fn current_week(web: &Web) -> Result<IsoWeek, Failure> {
    let known = weeks(&web.app, HubScope::of_program(web.hub)).await?;
    for &week in known.iter().rev() {
        let place = HubScope::of_program(web.hub).at(week);
        if web.app.read(place, |week, _| week.publication().is_some()).await? {
            return Ok(week);
        }
    }
    Ok(clock::today().week())
}

/// Somebody as whom one may enter.
struct Choice {
    role: String,
    name: String,
    task: &'static str,
}

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterPage {
    hub: String,
    groups: [(&'static str, Vec<Choice>); 3],
}

/// One button for each kind of user.
pub async fn choose(State(web): State<Arc<Web>>) -> Answer {
    let week = current_week(&web).await?;
    let place = HubScope::of_program(web.hub).at(week);
    let page = web.app.read(place, |week, _| enter_page(week)).await?;
    html(&page)
}

fn enter_page(week: &Week) -> EnterPage {
    let register = week.register();
    let desk = |role: Role, task| Choice { role: role.code(), name: role.name().into(), task };
    let desks = vec![
        desk(Role::Coordinator, "Mener la semaine, des offres aux factures"),
        desk(Role::Dock, "Recevoir, contrôler, allotir"),
        desk(Role::Driver, "Charger, livrer, noter les refus"),
        desk(Role::Accountant, "Factures, relevés, paiements"),
        desk(Role::Observer, "Regarder sans rien changer"),
    ];
    let buyer_of = |kind: BuyerKind, task| {
        let found = register.buyers.values().find(|buyer| buyer.kind == kind)?;
        let role = Role::Buyer(found.id).code();
        Some(Choice { role, name: found.identity.name.clone(), task })
    };
    let buyers = [
        buyer_of(BuyerKind::School, "Collège ou lycée : commander"),
        buyer_of(BuyerKind::CentralKitchen, "Cuisine centrale : commander"),
        buyer_of(BuyerKind::University, "Restaurant universitaire : commander"),
        buyer_of(BuyerKind::FoodAid, "Aide alimentaire : commander, recevoir les dons"),
    ];
    // Farms that have something on this week's list first.
    let mut farms: Vec<_> = week.current_offers().map(|offer| offer.producer).collect();
    farms.sort_unstable();
    farms.dedup();
    let farms = farms.into_iter().take(3).filter_map(|id| register.producers.get(&id));
    let farm = |farm: &trade::party::Producer| Choice {
        role: Role::Producer(farm.id).code(),
        name: farm.identity.name.clone(),
        task: "Ferme : offrir, voir ses ventes",
    };
    EnterPage {
        hub: register.hub.identity.name.clone(),
        groups: [
            ("La plateforme", desks),
            ("Les acheteurs", buyers.into_iter().flatten().collect()),
            ("Les fermes", farms.map(farm).collect()),
        ],
    }
}

/// Enters the demonstration in a role.
pub async fn enter(State(web): State<Arc<Web>>, fields: Fields) -> Answer {
    if !web.app.is_demo {
        return Err(Failure::NotFound("On n'entre ainsi que dans la démonstration.".into()).into());
    }
    let code = fields.needed("role", "Rôle")?;
    let role = Role::parse(code);
    let role = role.ok_or_else(|| Failure::Input(format!("Le rôle « {code} » est inconnu.")))?;
    let address = begin(&web, role).await?;
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax", role.code());
    let headers = [(LOCATION, address), (SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
