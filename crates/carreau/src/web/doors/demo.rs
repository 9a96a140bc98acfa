//! The demonstration: one button for each kind of person, and no key.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use trade::Week;
use trade::party::BuyerKind;

use super::come_in;
use crate::access::session::{self, Ground};
use crate::access::{HubScope, people};
use crate::clock;
use crate::failure::Failure;
use crate::web::enter::current_week;
use crate::web::guard::Caller;
use crate::web::{Answer, Fields, Role, Web, html};

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
pub(super) async fn choose(web: &Web) -> Answer {
    let scope = HubScope::of_program(web.hub);
    let week = current_week(web, scope).await?;
    let page = web.app.read(scope.at(week), |week, _| enter_page(week)).await?;
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
        desk(Role::Administrator, "Personnes, droits, réglages"),
    ];
    let buyer_of = |kind: BuyerKind, task| {
        // Who has a contract shows more of the desk.
        let own = || register.buyers.values().filter(|buyer| buyer.kind == kind);
        let has_contract = |buyer: &&trade::party::Buyer| {
            register.contracts.iter().any(|contract| contract.buyer == buyer.id)
        };
        let found = own().find(has_contract).or_else(|| own().next())?;
        let role = match kind {
            BuyerKind::FoodAid => Role::FoodAid(found.id).code(),
            _ => Role::Buyer(found.id).code(),
        };
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

/// `POST /enter`: enters the demonstration in a role, without any key.
pub(super) async fn enter(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    fields: Fields,
) -> Answer {
    if !web.app.is_demo {
        return Err(Failure::NotFound("On n'entre ainsi que dans la démonstration.".into()).into());
    }
    let code = fields.needed("role", "Rôle")?;
    let role = Role::parse(code);
    let role = role.ok_or_else(|| Failure::Input(format!("Le rôle « {code} » est inconnu.")))?;
    let scope = HubScope::of_program(web.hub);
    let now = clock::now();
    let (person, membership) = people::player(&web.app, scope, role, played_by(role), now).await?;
    let ground = Ground::Member { person: &person, membership: &membership, role };
    let token = session::begin(&web.app, ground, now).await?;
    come_in(&web, &caller, &token, "/").await
}

/// Who plays a desk of the demonstration.
fn played_by(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Hélène Vidal",
        Role::Coordinator => "Anaïs Roux",
        Role::Dock => "Karim Haddad",
        Role::Driver => "Luc Fabre",
        Role::Accountant => "Mireille Sanchez",
        Role::Observer => "Paul Estève",
        Role::Buyer(_) | Role::FoodAid(_) | Role::Producer(_) => "",
    }
}
