//! Two hubs in one database, with the same codes of farms and buyers and other names: what a
//! forgotten condition would mix up.

use std::sync::Arc;

use carreau::access::HubScope;
use carreau::app::App;
use carreau::data::import::import;
use carreau::play::{Until, play};
use carreau::web::{self, Site, Web};
use trade::id::{HubId, ProducerId, SiteId};
use wire::pack::Pack;

use crate::browser::Browser;
use crate::hub::{House, houses};
use crate::pages::two_weeks;

/// Stands in every name of the second hub, and nowhere in the first.
pub const OTHERS: &str = "Zorglub";
/// A farm and a site that only the second hub has.
pub const ONLY_FARM: &str = "ferme-des-autres";
pub const ONLY_SITE: &str = "site-des-autres";

/// The own hub, and another beside it.
pub struct Twins {
    pub house: House,
}

/// The pack of the other hub: every name marked, one farm and one site more.
fn others() -> Pack {
    let mut pack = two_weeks();
    let hub = pack.hub.as_mut().expect("a hub");
    hub.id = HubId::parse("les-autres").expect("a code");
    hub.identity.name = format!("{OTHERS} {}", hub.identity.name);
    let mut farm = pack.producers[0].clone();
    farm.id = ProducerId::parse(ONLY_FARM).expect("a code");
    pack.producers.push(farm);
    let mut site = pack.sites[0].clone();
    site.id = SiteId::parse(ONLY_SITE).expect("a code");
    pack.sites.push(site);
    for one in &mut pack.producers {
        one.identity.name = format!("{OTHERS} {}", one.identity.name);
    }
    for one in &mut pack.buyers {
        one.identity.name = format!("{OTHERS} {}", one.identity.name);
    }
    for one in &mut pack.sites {
        one.name = format!("{OTHERS} {}", one.name);
    }
    for one in &mut pack.products {
        one.name = format!("{OTHERS} {}", one.name);
    }
    pack
}

pub async fn twins() -> Vec<Twins> {
    let mut twins = Vec::new();
    for house in houses(&two_weeks()).await {
        let imported = import(&house.app, others()).await;
        let other = imported.unwrap_or_else(|refusal| panic!("{refusal:?}")).hub;
        for hub in [house.hub, other] {
            let place = |at: usize| HubScope::of_program(hub).at(house.weeks[at]);
            play(&house.app, place(0), Until::Billed).await.expect("a played week");
            play(&house.app, place(1), Until::Ordered).await.expect("an open week");
        }
        twins.push(Twins { house });
    }
    twins
}

impl Twins {
    pub fn name(&self) -> &'static str {
        self.house.database.name
    }

    /// A program that sees the database through `lens`.
    pub async fn through(&self, lens: db::Lens) -> Arc<App> {
        Arc::new(App::new(self.house.database.open().await.through(lens), true))
    }

    /// Enters the own hub by a program.
    pub async fn browser(&self, app: &Arc<App>, role: &str) -> Browser {
        let web = Web::new(app.clone(), self.house.hub, Site::default());
        Browser::of(web::router(Arc::new(web)), role).await
    }
}
