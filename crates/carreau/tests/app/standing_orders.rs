//! What a buyer wants every week, said once; and a buyer with two kitchens, one sheet for both.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use carreau::access::HubScope;
use carreau::data::export::export;
use carreau::play::{Until, play};
use carreau::ui::fr;
use trade::calendar::Day;
use trade::id::{BuyerId, LineId, SiteId};
use trade::orders::{Channel, Order, price_for};
use trade::party::Site;
use trade::unit::{Cents, Qty};
use wire::pack::Pack;

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses};
use crate::pages::two_weeks;
use crate::standing::{count, write};

/// The kitchen that its buyer has beside the generated one.
const SECOND: &str = "cuisine.deux";

/// Two weeks without an order, standing or told; one buyer has two sites.
fn empty_weeks() -> (Pack, Site) {
    let mut pack = two_weeks();
    pack.standing_orders.clear();
    pack.orders.clear();
    pack.arrivals.clear();
    pack.handovers.clear();
    pack.leftovers.clear();
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    let first = pack.sites[0].clone();
    let id = SiteId::parse(SECOND).expect("a code");
    pack.sites.push(Site { id, name: "Cuisine Deux".into(), ..first.clone() });
    (pack, first)
}

struct Kitchen {
    house: House,
    buyer: BuyerId,
    /// The first of its two sites.
    site: SiteId,
    other: BuyerId,
}

async fn kitchens() -> Vec<Kitchen> {
    let (pack, Site { id: site, buyer, .. }) = empty_weeks();
    let other = pack.buyers.iter().map(|one| one.id).find(|id| *id != buyer).expect("another");
    let mut kitchens = Vec::new();
    for house in houses(&pack).await {
        for at in [0, 1] {
            play(&house.app, house.place(at), Until::Published).await.expect("a published week");
        }
        kitchens.push(Kitchen { house, buyer, site, other });
    }
    kitchens
}

/// Goods on the lists of both weeks, offered enough on a day of the second: one by the weight
/// found, one by the pack.
struct Wanted {
    weighed: String,
    packed: String,
    /// Of a pack of the second.
    size: Qty,
    day: Day,
    /// No delivery is made on it.
    idle: i32,
}

impl Kitchen {
    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn href(&self, at: usize, rest: &str) -> String {
        format!("/weeks/{}/my-orders{rest}", self.house.weeks[at])
    }

    async fn browser(&self) -> Browser {
        Browser::new(&self.house, &format!("buyer.{}", self.buyer)).await
    }

    async fn wanted(&self) -> Wanted {
        let codes = |week: &trade::Week, _| {
            let list = week.publication().expect("published");
            list.lines.iter().map(|one| (one.product, one.labels)).collect::<BTreeSet<_>>()
        };
        let before = self.house.app.read(self.house.place(0), codes).await.expect("a week");
        let found = self.house.app.read(self.house.place(1), |week, _| {
            let list = week.publication().expect("published");
            let day = list.days[0].day;
            let is_there = |one: &&trade::mercuriale::MercurialeLine| {
                let first = list.find(one.product, one.labels, None).expect("on the list");
                let enough = list.offered(one.id, day).get() >= 4 * one.pack.size.get().max(9_000);
                before.contains(&(one.product, one.labels)) && first.id == one.id && enough
            };
            let code = |one: &trade::mercuriale::MercurialeLine| {
                format!("{}|{}", one.product, one.labels.code())
            };
            let all: Vec<_> = list.lines.iter().filter(is_there).collect();
            let weighed = all.iter().find(|one| one.pack.weighed).expect("goods by weight");
            let is_packed = |one: &&&trade::mercuriale::MercurialeLine| {
                !one.pack.weighed && one.pack.size.get() > 1_000
            };
            let packed = all.iter().find(is_packed).expect("goods by the pack");
            let days = week.register().rhythm(week.week()).days;
            let mut idle = trade::calendar::Weekday::ALL.iter().filter(|day| !days.contains(day));
            Wanted {
                weighed: code(weighed),
                packed: code(packed),
                size: packed.pack.size,
                day,
                idle: idle.next().expect("a day without deliveries").rank(),
            }
        });
        found.await.expect("a week")
    }

    async fn orders(&self) -> Vec<Order> {
        let orders = self.house.app.read(self.house.place(1), |week, _| week.orders().to_vec());
        orders.await.expect("a week")
    }

    /// The hub's coordinator presses "take what waits".
    async fn take_waiting(&self) -> Page {
        let mut hub = Browser::new(&self.house, "coordinator").await;
        let page = hub.post(&format!("/weeks/{}/orders/waiting", self.house.weeks[1]), &[]).await;
        assert_eq!(page.status, StatusCode::OK, "{}: {}", self.name(), page.text());
        page
    }

    /// The form of the page that adds one.
    async fn adding(&self, browser: &mut Browser, wanted: &Wanted, goods: &str) -> Form {
        let address = self.href(0, "/standing");
        let page = browser.get(&address).await;
        let form = page.forms().into_iter().rfind(|form| form.action == address);
        let mut form = form.unwrap_or_else(|| panic!("no form: {}", page.text()));
        for (field, value) in [
            ("goods", goods),
            ("site", self.site.as_str()),
            ("weekday", &wanted.day.weekday().rank().to_string()),
            ("from", &self.house.weeks[0].monday().to_string()),
        ] {
            form.fields.retain(|(name, _)| name != field);
            form.fields.push((field.into(), value.into()));
        }
        form
    }
}

fn with(form: &Form, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut sent = form.fields.clone();
    for (field, value) in fields {
        sent.retain(|(name, _)| name != field);
        sent.push((field.to_string(), value.to_string()));
    }
    sent
}

/// What is wrong is said in French, with the field; nothing is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_standing_order_that_cannot_be_is_refused() {
    for kitchen in kitchens().await {
        let name = kitchen.name();
        let wanted = kitchen.wanted().await;
        let mut browser = kitchen.browser().await;
        let form = kitchen.adding(&mut browser, &wanted, &wanted.weighed).await;
        let half = fr::number(Qty::new(wanted.size.get() + wanted.size.get() / 2));
        let idle = wanted.idle.to_string();
        let foreign = kitchen.house.app.read(kitchen.house.place(1), |week, _| {
            let mut sites = week.register().sites.values();
            sites.find(|site| site.buyer == kitchen.other).expect("its site").id.to_string()
        });
        let foreign = foreign.await.expect("a week");
        let until = [("from", "2037-03-10"), ("to", "2037-03-02"), ("quantity", "2")];
        let rows: [(&[(&str, &str)], &str); 10] = [
            (&[("quantity", "")], "« Quantité » est vide"),
            (&[("quantity", "deux")], "« deux » n'est pas un nombre"),
            (&[("quantity", "0")], "écrivez plus que zéro"),
            (&[("quantity", "-3")], "« Quantité »"),
            (&until, "« Au » est avant « Du »"),
            (&[("quantity", "2"), ("from", "demain")], "« Du »"),
            (&[("quantity", "2"), ("weekday", &idle)], "Il n'y a pas de livraison le"),
            (&[("quantity", "2"), ("site", &foreign)], "n'est pas un des vôtres"),
            (&[("quantity", "2"), ("goods", "dahu|")], "dahu"),
            (&[("quantity", &half), ("goods", &wanted.packed)], "se commande par colis de"),
        ];
        for (fields, said) in rows {
            let page = browser.post_once(&form.action, &with(&form, fields)).await;
            assert!(page.status.is_client_error(), "{name} {fields:?}: {}", page.status);
            assert!(page.text().contains(said), "{name} {fields:?}: {}", page.text());
        }
        let kept = count(kitchen.house.app.everything(), "standing_orders").await;
        assert_eq!(kept, 0, "{name}");
        // What was typed stays on the page, where it is put right.
        let typed = with(&form, &[("quantity", "deux")]);
        let page = browser.post_once(&form.action, &typed).await;
        let again = page.forms().into_iter().rfind(|one| one.action == form.action);
        let again = again.unwrap_or_else(|| panic!("{name}: no form: {}", page.text()));
        assert_eq!(again.value("quantity"), Some("deux"), "{name}");
        assert_eq!(again.value("goods"), Some(wanted.weighed.as_str()), "{name}");
        assert_eq!(again.value("weekday"), form.value("weekday"), "{name}");
        // The same form with a sound quantity is kept: the fields are those of the page.
        let page = browser.post(&form.action, &with(&form, &[("quantity", "2")])).await;
        assert!(page.text().contains("enregistrée"), "{name}: {}", page.text());
        assert_eq!(count(kitchen.house.app.everything(), "standing_orders").await, 1, "{name}");
    }
}

/// Saved, changed, stopped: the next list takes what stands then, as one order for each delivery,
/// once, at the buyer's own price; what is changed later waits for the list after.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_is_ordered_once_of_the_next_list() {
    for kitchen in kitchens().await {
        let name = kitchen.name();
        let db = kitchen.house.app.everything();
        let wanted = kitchen.wanted().await;
        let mut browser = kitchen.browser().await;
        let form = kitchen.adding(&mut browser, &wanted, &wanted.weighed).await;
        let first = kitchen.site.to_string();
        let page = browser.post(&form.action, &with(&form, &[("quantity", "2")])).await;
        assert!(page.text().contains("enregistrée"), "{name}: {}", page.text());
        // The same goods, site and day again is another quantity of it, not a second one.
        let page = browser.post(&form.action, &with(&form, &[("quantity", "3,5")])).await;
        assert!(page.text().contains("3,5 kg"), "{name}: {}", page.text());
        assert_eq!(count(db, "standing_orders").await, 1, "{name}");
        // Of the other site: one that holds, one that is over before, one that is stopped.
        let size = fr::number(wanted.size);
        let at_second = [("site", SECOND), ("quantity", size.as_str())];
        let packed = kitchen.adding(&mut browser, &wanted, &wanted.packed).await;
        browser.post(&packed.action, &with(&packed, &at_second)).await;
        let past = kitchen.house.weeks[0].monday().plus_days(6).to_string();
        let over = [("site", SECOND), ("quantity", "2"), ("to", &past)];
        browser.post(&form.action, &with(&form, &over)).await;
        browser.post(&packed.action, &with(&packed, &[("quantity", &size)])).await;
        assert_eq!(count(db, "standing_orders").await, 4, "{name}");
        let page = browser.get(&form.action).await;
        let stops = |form: &Form| {
            form.value("goods") == Some(&wanted.packed) && form.value("site") == Some(&first)
        };
        let stop = page.forms().into_iter().find(stops).expect("the form of the row");
        let page = browser.post(&stop.action, &with(&stop, &[("act", "stop")])).await;
        assert!(page.text().contains(": arrêtée."), "{name}: {}", page.text());
        assert!(page.text().contains("terminée"), "{name}: {}", page.text());

        kitchen.take_waiting().await;
        let orders = kitchen.orders().await;
        let found: BTreeSet<_> = orders.iter().map(|one| (one.site.to_string(), one.day)).collect();
        let expected = [(first.clone(), wanted.day), (SECOND.into(), wanted.day)];
        assert_eq!(found, expected.into_iter().collect(), "{name}: {orders:?}");
        assert_eq!(orders.len(), 2, "{name}: {orders:?}");
        let on_sale = kitchen.house.app.on_sale(kitchen.house.place(1)).await.expect("a list");
        for order in &orders {
            assert_eq!((order.buyer, order.channel), (kitchen.buyer, Channel::Standing), "{name}");
            let [line] = &order.lines[..] else { panic!("{name}: one line: {order:?}") };
            let (goods, quantity) = match order.site.as_str() == SECOND {
                true => (&wanted.packed, wanted.size),
                false => (&wanted.weighed, Qty::new(3_500)),
            };
            assert_eq!(line.quantity, quantity, "{name}: {order:?}");
            assert!(goods.starts_with(&format!("{}|", line.product)), "{name}: {order:?}");
            let listed = on_sale.publication.line(line.line).expect("a line");
            let price = price_for(on_sale.sale(), order.buyer, listed, order.day).expect("a price");
            assert_eq!(line.price, price.0, "{name}: {order:?}");
        }
        // Pressed again, and after a change: what is ordered stays as it is.
        kitchen.take_waiting().await;
        browser.post(&form.action, &with(&form, &[("quantity", "9")])).await;
        kitchen.take_waiting().await;
        assert_eq!(kitchen.orders().await, orders, "{name}");
        // The broken variant: orders that have forgotten from what they came are taken again.
        let text = "UPDATE orders SET idempotency_key = 'forgotten-' || site";
        write(db, vec![(text, Vec::new())]).await;
        kitchen.house.app.forget_all();
        kitchen.take_waiting().await;
        assert_eq!(kitchen.orders().await.len(), 4, "{name}");
        // Nobody else sees them, and a folder of data with one that was stopped before it began
        // is read back.
        let mut other = Browser::new(&kitchen.house, &format!("buyer.{}", kitchen.other)).await;
        let page = other.get(&form.action).await;
        assert!(page.text().contains("Aucune commande récurrente"), "{name}: {}", page.text());
        let scope = HubScope::of_program(kitchen.house.hub);
        let pack = export(&kitchen.house.app, scope).await.expect("an export");
        assert_eq!(pack.standing_orders.len(), 4, "{name}");
        let read = wire::pack::read(&wire::pack::write(&pack)).expect("our own folder");
        assert_eq!(read.pack.standing_orders, pack.standing_orders, "{name}");
    }
}

/// Two sites, every open day, one sheet: one order for each delivery, for the right site; pressed
/// twice at once and once more it is no more orders.
#[tokio::test(flavor = "multi_thread")]
async fn two_sites_and_several_days_are_ordered_on_one_sheet() {
    for kitchen in kitchens().await {
        let name = kitchen.name();
        let mut browser = kitchen.browser().await;
        let sheet = browser.get(&kitchen.href(1, "/new?like=empty")).await;
        let action = kitchen.href(1, "");
        let form = sheet.forms().into_iter().find(|form| form.action == action);
        let mut form = form.unwrap_or_else(|| panic!("no sheet: {}", sheet.text()));
        let cells: Vec<(String, LineId, String)> =
            form.fields.iter().filter_map(|(field, _)| cell(field)).collect();
        let columns: BTreeSet<String> = cells.iter().map(|one| one.2.clone()).collect();
        let days: BTreeSet<_> = columns.iter().filter_map(|one| one.split('@').next()).collect();
        assert!(days.len() > 1 && columns.len() == 2 * days.len(), "{name}: {columns:?}");
        let on_sale = kitchen.house.app.on_sale(kitchen.house.place(1)).await.expect("a list");
        // Other goods for each delivery, one pack of it.
        let mut expected = BTreeSet::new();
        for (rank, column) in columns.iter().enumerate() {
            let own: Vec<_> = cells.iter().filter(|one| one.2 == *column).collect();
            let (field, line, _) = own[rank];
            let listed = on_sale.publication.line(*line).expect("a line");
            let quantity = if listed.pack.weighed { Qty::new(1_000) } else { listed.pack.size };
            form.set(field, &fr::number(quantity));
            expected.insert((column.clone(), vec![(*line, quantity)]));
        }
        let mut twin = browser.twin();
        let (one, two) = futures_util::future::join(
            browser.post_once(&form.action, &form.fields),
            twin.post_once(&form.action, &form.fields),
        )
        .await;
        let three = browser.post_once(&form.action, &form.fields).await;
        for page in [&one, &two, &three] {
            assert_eq!(page.status, StatusCode::CREATED, "{name}: {}", page.text());
            assert_eq!(page.text(), one.text(), "{name}");
        }
        let orders = kitchen.orders().await;
        assert_eq!(orders.len(), columns.len(), "{name}: {orders:?}");
        assert!(orders.iter().all(|one| one.buyer == kitchen.buyer), "{name}");
        assert!(orders.iter().all(|one| one.channel == Channel::Web), "{name}");
        let found: BTreeSet<_> = orders
            .iter()
            .map(|one| {
                let lines = one.lines.iter().map(|line| (line.line, line.quantity));
                (format!("{}@{}", one.day, one.site), lines.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(found, expected, "{name}");
        let page = browser.get(&kitchen.href(1, "")).await;
        assert!(page.text().contains("Cuisine Deux"), "{name}: {}", page.text());
        // The broken variant: a key for each press is an order for each press.
        form.set("key", "another-press");
        browser.post_once(&form.action, &form.fields).await;
        assert_eq!(kitchen.orders().await.len(), 2 * columns.len(), "{name}");
    }
}

/// `quantity-12@2037-03-10@site`: the field, the line, and the delivery `2037-03-10@site`.
fn cell(field: &str) -> Option<(String, LineId, String)> {
    let (line, delivery) = field.strip_prefix("quantity-")?.split_once('@')?;
    Some((field.into(), LineId(line.parse().ok()?), delivery.into()))
}

/// A buyer reads that its standing orders are placed when the list is published: so they are, and
/// what a data pack told still waits for the coordinator.
#[tokio::test(flavor = "multi_thread")]
async fn publishing_takes_standing_orders() {
    for house in houses(&two_weeks()).await {
        let (name, place) = (house.database.name, house.place(0));
        let channels = async || {
            let read = house.app.read(place, |week, _| {
                week.orders().iter().map(|order| order.channel).collect::<Vec<_>>()
            });
            read.await.expect("a week")
        };
        let mut hub = Browser::new(&house, "coordinator").await;
        let orders = format!("/weeks/{}/orders", house.weeks[0]);
        let page =
            hub.post(&format!("/weeks/{}/mercuriale/publication", house.weeks[0]), &[]).await;
        assert!(page.text().contains("commande récurrente prise"), "{name}: {}", page.text());
        let taken = channels().await;
        assert!(!taken.is_empty(), "{name}");
        assert!(taken.iter().all(|channel| *channel == Channel::Standing), "{name}: {taken:?}");
        let page = hub.get(&orders).await;
        assert!(page.text().contains("commandes attendent"), "{name}: {}", page.text());
        let page = hub.post(&format!("{orders}/waiting"), &[]).await;
        assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.text());
        let all = channels().await;
        let standing = all.iter().filter(|channel| **channel == Channel::Standing).count();
        assert_eq!(standing, taken.len(), "{name}: none of them twice");
        assert!(all.len() > taken.len(), "{name}: {all:?}");
        assert!(!hub.get(&orders).await.text().contains("commandes attendent"), "{name}");
    }
}
