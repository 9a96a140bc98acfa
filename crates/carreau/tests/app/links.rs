//! Links in the hands of farms and buyers: what letters carry them, who ends them, and what is dead
//! then.

use axum::http::StatusCode;
use carreau::access::link::{self, Opens};
use carreau::access::{HubScope, Role, people};
use carreau::clock;
use carreau::orders::acts::close;
use carreau::sourcing::acts::accept;
use keys::Token;
use trade::calendar::IsoWeek;
use trade::id::{BuyerId, ProducerId};
use trade::offers::Stamp;
use trade::party::BuyerKind;

use crate::aid::mornings_of_today;
use crate::aid_pages::press;
use crate::browser::{Browser, Page, Sent};
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};
use crate::standing::count;

async fn made(house: &House, opens: Opens) -> Token {
    let scope = HubScope::of_program(house.hub);
    let made = link::make(&house.app, scope, &opens, "essai", clock::now(), None).await;
    made.expect("a link")
}

fn tap(token: &str) -> Sent {
    vec![("token".into(), token.into())]
}

async fn opens(house: &House, token: &str) -> bool {
    let mut door = Browser::new(house, "").await;
    door.post_once("/lien", &tap(token)).await.status == StatusCode::SEE_OTHER
}

/// Presses the button that ends a link by its name, or all.
async fn revoke(desk: &mut Browser, page: &Page, name: &str) -> Page {
    let is_its = |form: &&crate::browser::Form| {
        form.action.ends_with("/links/removal") && form.value("link") == Some(name)
    };
    let forms = page.forms();
    let form = forms.iter().find(is_its);
    let form = form.unwrap_or_else(|| panic!("no button for {name}: {}", page.text()));
    desk.post(&form.action, &form.fields).await
}

async fn a_farm(house: &House) -> ProducerId {
    let found = house.app.read(house.place(1), |week, _| {
        week.register().producers.keys().next().copied().expect("a farm")
    });
    found.await.expect("a week")
}

/// A farm's telephone is lost: its link is dead at once with the page that it opened, the other one
/// lives. Broken variant: before the button, both open.
#[tokio::test(flavor = "multi_thread")]
async fn a_farms_link_is_ended_by_a_button_and_the_other_lives() {
    for house in played_and_open(&two_weeks()).await {
        let (name, week, farm) = (house.database.name, house.weeks[1], a_farm(&house).await);
        let lost = made(&house, Opens::Farm(farm, week)).await;
        let kept = made(&house, Opens::Farm(farm, week)).await;
        let own = format!("/weeks/{week}/my-offers");
        let mut phone = Browser::new(&house, "").await;
        assert_eq!(phone.post("/lien", &tap(lost.as_str())).await.address, own, "{name}");
        assert!(opens(&house, kept.as_str()).await, "{name}");

        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&format!("/weeks/{week}/offers/farm/{farm}")).await;
        assert!(page.text().contains("Liens en cours"), "{name}: {}", page.text());
        let said = revoke(&mut desk, &page, &lost.hash()).await;
        assert!(said.text().contains("Lien révoqué"), "{name}: {}", said.text());
        let shut = phone.get_once(&own).await.status;
        assert_eq!(shut, StatusCode::SEE_OTHER, "{name}: the page outlives its link");
        assert!(!opens(&house, lost.as_str()).await, "{name}");
        assert!(opens(&house, kept.as_str()).await, "{name}: the other one lives");

        let said = revoke(&mut desk, &said, "all").await;
        assert!(said.text().contains("Tous ces liens sont révoqués"), "{name}: {}", said.text());
        assert!(said.text().contains("Aucun lien n'ouvre"), "{name}: {}", said.text());
        assert!(!opens(&house, kept.as_str()).await, "{name}");
        // The farm itself sees no such part on its page, and who only looks at the hub's neither.
        for role in [format!("producer.{farm}"), "observer".into()] {
            let mut other = Browser::new(&house, &role).await;
            let page = match role.as_str() {
                "observer" => other.get(&format!("/weeks/{week}/offers/farm/{farm}")).await,
                _ => other.get(&own).await,
            };
            assert!(!page.text().contains("Liens en cours"), "{name} {role}");
        }
    }
}

/// A farm that has answered loses its mail: it gets one more link, shown once, that opens its week.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_that_answered_gets_one_more_link() {
    for house in played_and_open(&two_weeks()).await {
        let (name, week, farm) = (house.database.name, house.weeks[1], a_farm(&house).await);
        let mut desk = Browser::new(&house, "coordinator").await;
        let address = format!("/weeks/{week}/offers/farm/{farm}");
        let page = desk.get(&address).await;
        let made = press(&mut desk, &page, "/links", &[]).await.text();
        let (_, token) = made.split_once("/lien#").expect("a link to copy");
        let token = token.split_whitespace().next().expect("a token");
        let mut phone = Browser::new(&house, "").await;
        let opened = phone.post("/lien", &tap(token)).await;
        assert_eq!(opened.address, format!("/weeks/{week}/my-offers"), "{name}");
        let again = desk.get(&address).await.text();
        assert!(!again.contains("/lien#") && again.contains("Liens en cours"), "{name}: {again}");
    }
}

/// Two buyers, one of them food aid: the coordinator ends the links of one on the page of its
/// orders. Broken variant: a link's name sent for another buyer ends nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_buyers_link_is_ended_on_the_page_of_its_orders() {
    for house in played_and_open(&two_weeks()).await {
        let (name, week) = (house.database.name, house.weeks[1]);
        let found = house.app.read(house.place(1), |week, _| {
            let of = |is_aid: bool| {
                let mut buyers = week.register().buyers.values();
                buyers.find(|one| (one.kind == BuyerKind::FoodAid) == is_aid).expect("one").id
            };
            (of(false), of(true))
        });
        let (canteen, aid): (BuyerId, BuyerId) = found.await.expect("a week");
        let other = made(&house, Opens::Buyer(canteen, week)).await;
        let lost = made(&house, Opens::FoodAid(aid, week)).await;
        let mut desk = Browser::new(&house, "coordinator").await;
        let removal = format!("/weeks/{week}/orders/links/removal");
        let foreign =
            vec![("buyer".to_string(), canteen.to_string()), ("link".to_string(), lost.hash())];
        let said = desk.post(&removal, &foreign).await.text();
        assert!(said.contains("n'ouvrait déjà plus rien"), "{name}: {said}");
        assert!(opens(&house, lost.as_str()).await, "{name}: of another buyer");
        let page = desk.get(&format!("/weeks/{week}/orders?buyer={aid}")).await;
        let said = revoke(&mut desk, &page, &lost.hash()).await;
        assert!(said.text().contains("Lien révoqué"), "{name}: {}", said.text());
        assert!(!opens(&house, lost.as_str()).await, "{name}");
        assert!(opens(&house, other.as_str()).await, "{name}: the other buyer's lives");
    }
}

/// A farm passes to somebody else: with the place that the administrator takes away, the links in
/// the farm's letters die. Broken variant: those of another farm live on.
#[tokio::test(flavor = "multi_thread")]
async fn the_links_of_a_farm_end_with_its_place() {
    for house in played_and_open(&two_weeks()).await {
        let (name, week, farm) = (house.database.name, house.weeks[1], a_farm(&house).await);
        let neighbour = house.app.read(house.place(1), |week, _| {
            week.register().producers.keys().nth(1).copied().expect("another farm")
        });
        let neighbour = neighbour.await.expect("a week");
        let scope = HubScope::of_program(house.hub);
        let role = Role::Producer(farm);
        let player = people::player(&house.app, scope, role, "Nadia Serre", clock::now()).await;
        let (person, membership) = player.expect("a place");
        let own = made(&house, Opens::Farm(farm, week)).await;
        let other = made(&house, Opens::Farm(neighbour, week)).await;
        assert!(opens(&house, own.as_str()).await, "{name}");
        let mut desk = Browser::new(&house, "administrator").await;
        let address = format!("/admin/people/{person}/places/removal");
        let page =
            crate::admin::post(&mut desk, &address, &format!("membership={membership}")).await;
        assert!(page.text().contains("Place retirée"), "{name}: {}", page.text());
        assert!(!opens(&house, own.as_str()).await, "{name}");
        assert!(opens(&house, other.as_str()).await, "{name}");
    }
}

/// The plain letters of a kind and week, each with its recipient.
async fn letters(house: &House, kind: &str, week: IsoWeek) -> Vec<(String, String)> {
    let text = "SELECT recipient, body FROM outbox WHERE kind = $1 AND week = $2 \
        ORDER BY recipient, version";
    let values = vec![kind.into(), week.number().into()];
    house.app.everything().query(text, values).await.expect("letters")
}

/// Where the link of a letter leads, and its token, as the page behind it sends them.
fn tapped(body: &str) -> Sent {
    let line = body.lines().find(|line| line.contains("/lien")).expect("a link");
    let (address, token) = line.split_once('#').expect("the token is behind #");
    let to = address.split_once("?to=").map_or("", |(_, to)| to);
    vec![("token".into(), token.into()), ("to".into(), to.into())]
}

/// From the letter to the reserved crates: food aid comes in by its own link, straight to what is
/// offered. Broken variant: the link of an ordinary buyer, as all had before, is refused there.
#[tokio::test(flavor = "multi_thread")]
async fn the_letter_of_a_surplus_leads_food_aid_to_it() {
    for morning in mornings_of_today().await {
        let (house, name, week) = (&morning.house, morning.name(), morning.place.week);
        let mut dock = Browser::new(house, "dock").await;
        let page = dock.get(&format!("/weeks/{week}/dock/surplus")).await;
        let key = format!("quantity-dock.{}", morning.receipt);
        let typed = [(key.as_str(), "40"), ("until_day", "2037-01-01"), ("until_time", "12:00")];
        let page = press(&mut dock, &page, "/dock/surplus", &typed).await;
        assert!(page.text().contains("1 surplus offert"), "{name}: {}", page.text());
        let sent = letters(house, carreau::mail::SURPLUS, week).await;
        assert_eq!(sent.len(), 2, "{name}: one for each organisation");
        assert_eq!(count(morning.db(), "links").await, 2, "{name}: each with a link of its own");
        let own = sent.iter().find(|(to, _)| *to == morning.aids[0].to_string());
        let (_, body) = own.expect("a letter");
        let surplus = format!("/weeks/{week}/surplus");
        let mut aid = Browser::new(house, "").await;
        let page = aid.post("/lien", &tapped(body)).await;
        assert_eq!((page.address.as_str(), page.status), (surplus.as_str(), StatusCode::OK));
        let one = page.links().into_iter().find(|link| link.contains("/offers/")).expect("goods");
        let page = aid.get(&one).await;
        let page = press(&mut aid, &page, &one, &[("quantity", "30")]).await;
        assert!(page.text().contains("Réservé : 30 kg"), "{name}: {}", page.text());
        for own in ["price-list", "my-orders"] {
            let status = aid.get(&format!("/weeks/{week}/{own}")).await.status;
            assert_eq!(status, StatusCode::OK, "{name} {own}");
        }
        let before = made(house, Opens::Buyer(morning.aids[0], week)).await;
        let mut buyer = Browser::new(house, "").await;
        buyer.post("/lien", &tap(before.as_str())).await;
        assert_eq!(buyer.get(&surplus).await.status, StatusCode::FORBIDDEN, "{name}");
    }
}

/// A farm that lost its first mail opens its purchases from the order, and from its copy. A letter
/// that is not sent again makes no link. Broken variant: a week that a command plans, which knows
/// no address of the site, has none.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_opens_its_purchases_from_the_order_and_from_its_copy() {
    for house in played_and_open(&two_weeks()).await {
        let (name, place, app) = (house.database.name, house.place(1), &house.app);
        let sale = app.on_sale(place).await.expect("a list").publication.days[0];
        let stamp = Stamp { at: sale.cutoff_at, by: "essai".into() };
        close(app, place, sale.day, &stamp).await.expect("a day to close");
        let site = "https://hub.example";
        accept(app, place, sale.day, None, &stamp, site).await.expect("a plan");
        let orders = letters(&house, carreau::mail::PURCHASE_ORDER, place.week).await;
        let links = count(app.everything(), "links").await;
        assert_eq!(links, orders.len() as i64, "{name}: one for each letter");
        let before = letters(&house, carreau::mail::PURCHASE_ORDER, house.weeks[0]).await;
        assert!(before.iter().all(|(_, body)| !body.contains("/lien")), "{name}");

        let own = format!("/weeks/{}/my-offers", place.week);
        let mut farm = Browser::new(&house, "").await;
        let page = farm.post("/lien", &tapped(&orders[0].1)).await;
        assert_eq!(page.address, own, "{name}");
        assert!(page.text().contains("À apporter"), "{name}: {}", page.text());
        for said in ["Copie envoyée", "Rien n'a changé"] {
            let page = farm.post(&format!("{own}/copy"), &[]).await;
            assert!(page.text().contains(said), "{name}: {}", page.text());
        }
        assert_eq!(count(app.everything(), "links").await, links + 1, "{name}: sent once");
        let copies = letters(&house, carreau::mail::FARM_COPY, place.week).await;
        let page = Browser::new(&house, "").await.post("/lien", &tapped(&copies[0].1)).await;
        assert_eq!((copies.len(), page.address), (1, own), "{name}");
    }
}

/// Farms are asked once and reminded once a day: pressed again, no link is made for a letter that
/// does not go.
#[tokio::test(flavor = "multi_thread")]
async fn asking_again_makes_no_links() {
    for house in played_and_open(&two_weeks()).await {
        let (name, next) = (house.database.name, house.weeks[1].next());
        let mut desk = Browser::new(&house, "coordinator").await;
        let mut expected = 0;
        for (act, kind) in
            [("requests", carreau::mail::OFFER_REQUEST), ("reminders", carreau::mail::NUDGE)]
        {
            for _ in 0..2 {
                let page = desk.post(&format!("/weeks/{next}/offers/{act}"), &[]).await;
                assert_eq!(page.status, StatusCode::OK, "{name} {act}");
            }
            let sent = letters(&house, kind, next).await;
            expected += sent.len() as i64;
            assert!(!sent.is_empty() && sent.iter().all(|(_, body)| body.contains("/lien#")));
            let links = count(house.app.everything(), "links").await;
            assert_eq!(links, expected, "{name} {act}: one for each letter");
        }
    }
}
