//! Keys for the clients that measure: they come in as everybody else does.

use crate::access::api_token::{self, Leave};
use crate::access::rates::MOST_PER_MINUTE;
use crate::access::session::{self, Ground};
use crate::access::{HubScope, Role, people};
use crate::app::App;
use crate::clock;

/// The line of a request that says which program asks.
pub async fn program(app: &App, scope: HubScope) -> anyhow::Result<String> {
    let now = clock::now();
    app.doors.rates.set(MOST_PER_MINUTE);
    let (_, membership) = people::player(app, scope, Role::Administrator, "mesure", now).await?;
    let (name, lasts) = ("mesure", 86_400);
    let token = api_token::make(app, scope, &membership, name, &Leave::ALL, now, lasts).await?;
    Ok(format!("Authorization: Bearer {}\r\n", token.as_str()))
}

/// The line of a request that carries the session of a coordinator.
pub async fn browser(app: &App, scope: HubScope) -> anyhow::Result<String> {
    let now = clock::now();
    let role = Role::Coordinator;
    let (person, membership) = people::player(app, scope, role, "mesure", now).await?;
    let ground = Ground::Member { person: &person, membership: &membership, role };
    let token = session::begin(app, ground, now).await?;
    Ok(format!("Cookie: {}={}\r\n", session::COOKIE, token.as_str()))
}
