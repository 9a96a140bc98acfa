//! Two hubs in one database, with the same codes of farms and buyers and other names: what a
//! forgotten condition would mix up.

use std::sync::Arc;

use carreau::access::HubScope;
use carreau::app::App;
use carreau::data::import::import;
use carreau::play::{Until, play};
use carreau::store::act::Place;
use carreau::web::{self, Site, Web};
use trade::catalog::Labels;
use trade::id::{BuyerId, Code, HubId, ProducerId, ProductId, SiteId, VehicleId};
use trade::unit::{Cents, Qty};
use wire::pack::{OrderNoteLine, Pack};

use crate::aid::two_aids;
use crate::browser::Browser;
use crate::hub::{House, houses};
use crate::pages::two_weeks;

/// Stands in every name of the second hub, and nowhere in the first.
pub const OTHERS: &str = "Zorglub";
/// A farm, a site, a buyer and a truck that only the second hub has.
pub const ONLY_FARM: &str = "ferme-des-autres";
pub const ONLY_SITE: &str = "site-des-autres";
pub const ONLY_BUYER: &str = "acheteur-des-autres";
pub const ONLY_TRUCK: &str = "camion-des-autres";
/// Goods that only its only farm has, and only one of its buyers orders.
const ONLY_GOODS: &str = "produit-des-autres";

/// The own hub, and another beside it.
pub struct Twins {
    pub house: House,
    other: HubId,
}

/// The pack of the other hub: every name marked; one farm with goods of its own, one order of
/// them, one buyer and one site more.
fn others() -> Pack {
    let mut pack = two_aids(two_weeks());
    let hub = pack.hub.as_mut().expect("a hub");
    hub.id = HubId::parse("les-autres").expect("a code");
    hub.identity.name = format!("{OTHERS} {}", hub.identity.name);
    // One pack of one thing is an order.
    hub.minimum_order = Cents::ZERO;
    let mut farm = pack.producers[0].clone();
    farm.id = ProducerId::parse(ONLY_FARM).expect("a code");
    pack.producers.push(farm);
    let mut site = pack.sites[0].clone();
    site.id = SiteId::parse(ONLY_SITE).expect("a code");
    pack.sites.push(site);
    let mut buyer = pack.buyers[0].clone();
    buyer.id = BuyerId::parse(ONLY_BUYER).expect("a code");
    pack.buyers.push(buyer);
    let mut truck = pack.vehicles[0].clone();
    truck.id = VehicleId::parse(ONLY_TRUCK).expect("a code");
    pack.vehicles.push(truck);
    sell_more(&mut pack);
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

/// The only farm has its goods on every day, and somebody orders some in the first week.
fn sell_more(pack: &mut Pack) {
    let mut offers = pack.offers.clone();
    offers.retain(|one| one.product == pack.offers[0].product);
    offers.dedup_by_key(|one| one.day);
    let mut goods = pack.products.iter().find(|one| one.id == offers[0].product).cloned();
    let goods = goods.as_mut().expect("known goods");
    goods.id = ProductId::parse(ONLY_GOODS).expect("a code");
    pack.products.push(goods.clone());
    for one in &mut offers {
        one.product = goods.id;
        one.producer = ProducerId::parse(ONLY_FARM).expect("a code");
        one.labels = Labels::NONE;
    }
    let quantity = Qty::new(goods.pack.size.get().max(1_000));
    let mut order = pack.orders.iter().find(|one| one.day == offers[0].day).cloned();
    let order = order.as_mut().expect("an order of the first day");
    order.reference = Code::parse("zorglub-1").expect("a code");
    order.lines.truncate(1);
    for line in &mut order.lines {
        let (product, labels) = (goods.id, Labels::NONE);
        *line = OrderNoteLine { product, labels, producer: None, quantity };
    }
    pack.orders.push(order.clone());
    pack.offers.extend(offers);
}

pub async fn twins() -> Vec<Twins> {
    let mut twins = Vec::new();
    for house in houses(&two_aids(two_weeks())).await {
        let imported = import(&house.app, others()).await;
        let other = imported.unwrap_or_else(|refusal| panic!("{refusal:?}")).hub;
        for hub in [house.hub, other] {
            let place = |at: usize| HubScope::of_program(hub).at(house.weeks[at]);
            play(&house.app, place(0), Until::Billed).await.expect("a played week");
            play(&house.app, place(1), Until::Ordered).await.expect("an open week");
        }
        twins.push(Twins { house, other });
    }
    twins
}

impl Twins {
    pub fn name(&self) -> &'static str {
        self.house.database.name
    }

    /// A week of the other hub.
    pub fn other(&self, at: usize) -> Place {
        HubScope::of_program(self.other).at(self.house.weeks[at])
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
