//! What is another's in two hubs: something of each kind that an address of the program names.

use carreau::access::claims::{About, Photo};
use carreau::access::{Role, people};
use carreau::clock;
use carreau::dock::surplus::acts::{self, Signature};
use carreau::dock::surplus::intake::{Asked, reserve};
use carreau::offers;
use carreau::store::act::Place;
use db::Val;
use trade::dock::surplus::{SurplusRequest, SurplusSource, spare};
use trade::id::{BuyerId, SurplusId};
use trade::offers::{OfferRequest, Stamp};
use trade::party::BuyerKind;
use trade::rounds::claim::{ClaimCause, ClaimRequest};
use trade::unit::{Qty, Rate};

use crate::hub::House;
use crate::roles::Cast;
use crate::standing::write;
use crate::twins::{ONLY_BUYER, ONLY_FARM, ONLY_SITE, ONLY_TRUCK, Twins};

/// Ids behind a parameter: of another party of the own hub, of the other hub, and of nobody.
pub struct Ids {
    /// What the own hub's desks may see and other parties may not.
    pub of_parties: Vec<String>,
    pub of_the_other_hub: Vec<String>,
    pub of_nobody: String,
}

/// Parameters that name nothing which somebody has, and why.
const NOBODYS: [(&str, &str); 6] = [
    ("week", "all hubs have the same weeks"),
    ("day", "a day"),
    ("name", "a file of the site itself"),
    ("kind", "a kind of letter, not a letter"),
    ("job", "a kind of work, not a run of it"),
    ("format", "csv or xlsx"),
];

/// The parameters of a route that may name what is somebody's.
pub fn params(route: &str) -> Vec<&str> {
    let named = route.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    named.filter(|name| NOBODYS.iter().all(|(nobodys, _)| nobodys != name)).collect()
}

/// What the strangers have, once it was made.
pub struct Strangers {
    person: String,
    surplus: String,
    reservation: String,
    claim: String,
    other_claim: String,
    /// Of a purchase.
    line: String,
    order: Option<String>,
    document: Option<String>,
}

/// A reply that only the other hub was sent.
const ONLY_REPLY: &str = "0123456789abcdef";
/// A statement that only the other hub has noted.
const ONLY_BATCH: i64 = 7_771;

impl Strangers {
    /// Makes what the played weeks do not have: claims, goods left over and one who fetched some,
    /// a reply, a person and a statement of the other hub.
    pub async fn settle(twins: &Twins, cast: &Cast) -> Strangers {
        let (house, own, other) = (&twins.house, twins.house.place(0), twins.other(0));
        let [claim, other_claim] = [claim(house, own, 0).await, claim(house, other, 1).await];
        let left = leave_over(house, own, 1).await;
        let surplus = leave_over(house, other, 2).await[1].to_string();
        let reservation = fetch(house, own, left[0], cast).await;
        let role = Role::Buyer(BuyerId::parse(ONLY_BUYER).expect("a code"));
        let person = people::player(&house.app, other.scope(), role, "Zoé", clock::now()).await;
        reply(house, other).await;
        batch(house, other).await;
        let most = async |place: Place| {
            let seen = house.app.read(place, |week, _| {
                let bought = week.purchase_lines().iter().map(|one| one.id.0).max();
                let orders = week.orders().iter().map(|one| one.id.0).max();
                let documents = week.documents().iter().map(|one| one.id.0).max();
                [bought, orders, documents]
            });
            seen.await.expect("a week")
        };
        let (own, other) = (most(own).await, most(other).await);
        let beyond = |at: usize| other[at].filter(|_| other[at] > own[at]).map(|id| id.to_string());
        Strangers {
            person: person.expect("a person").0,
            surplus,
            reservation,
            claim,
            other_claim,
            line: beyond(0).expect("a purchase that only the other hub made"),
            order: beyond(1),
            document: beyond(2),
        }
    }

    /// The ids behind a parameter; `None`: nobody has said whose that is.
    pub fn ids(&self, param: &str, cast: &Cast) -> Option<Ids> {
        let week = cast.place.week;
        let letter = |farm: &str| format!("{week}.purchase_order.{farm}.1");
        let number = || "987654".to_string();
        let ids = |of_parties: &[&str], of_the_other_hub: &[&str], of_nobody: String| {
            let owned = |ids: &[&str]| ids.iter().map(|id| id.to_string()).collect();
            let (of_parties, of_the_other_hub) = (owned(of_parties), owned(of_the_other_hub));
            Some(Ids { of_parties, of_the_other_hub, of_nobody })
        };
        let some = |id: &Option<String>| id.clone().into_iter().collect::<Vec<_>>();
        match param {
            "site" => ids(&[&cast.site], &[ONLY_SITE], "site-de-nulle-part".into()),
            "producer" => ids(&[], &[ONLY_FARM], "ferme-de-nulle-part".into()),
            "buyer" => ids(&[], &[ONLY_BUYER], "acheteur-de-nulle-part".into()),
            "vehicle" => ids(&[], &[ONLY_TRUCK], "camion-de-nulle-part".into()),
            "document" => Some(Ids {
                of_parties: vec![cast.invoice.to_string()],
                of_the_other_hub: some(&self.document),
                of_nobody: number(),
            }),
            "order" => Some(Ids {
                of_parties: vec![cast.order.to_string()],
                of_the_other_hub: some(&self.order),
                of_nobody: number(),
            }),
            "letter" => ids(&[], &[&letter(ONLY_FARM)], letter("ferme-de-nulle-part")),
            "reply" => ids(&[], &[ONLY_REPLY], "fedcba9876543210".into()),
            "person" => ids(&[], &[&self.person], keys::Token::new().as_str().into()),
            "surplus" => ids(&[], &[&self.surplus], number()),
            "reservation" => ids(&[&self.reservation], &[], number()),
            "line" => ids(&[], &[&self.line], number()),
            "about" => ids(&[&self.claim], &[&self.other_claim], "98-7654-3".into()),
            "batch" => ids(&[], &[&ONLY_BATCH.to_string()], number()),
            _ => None,
        }
    }
}

fn stamp() -> Stamp {
    Stamp { at: clock::now(), by: "essai".into() }
}

/// A claim with its picture about a line of the first note that has enough of them.
async fn claim(house: &House, place: Place, at: usize) -> String {
    let found = house.app.read(place, |week, _| {
        let note = week.notes().first().expect("a delivered week");
        let buyer = week.register().site(note.site).expect("a site").buyer;
        let mut lines = note.lines.iter().filter(|line| !line.delivered().is_zero());
        let line = lines.nth(at).expect("a delivered line");
        let request = ClaimRequest {
            note: note.id,
            line: line.order_line,
            quantity: line.delivered(),
            cause: ClaimCause::Damaged,
            said: "abîmé".into(),
        };
        (buyer, request)
    });
    let (buyer, request) = found.await.expect("a week");
    let photo = Photo::read(b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec()).expect("a picture");
    let customer = place.scope().customer(buyer);
    let stamp = stamp();
    let said = customer.claim(&house.app, place.week, &request, photo, "claim-1", &stamp);
    said.await.expect("a claim");
    About { note: request.note, line: request.line }.code()
}

/// Some farms have ten units more than they sell, and `count` offer one of them to food aid.
async fn leave_over(house: &House, place: Place, count: usize) -> Vec<SurplusId> {
    let more = house.app.read(place, |week, _| {
        let offers = week.current_offers().filter(|one| !one.quantity.is_zero()).take(8);
        let more = offers.map(|one| OfferRequest {
            producer: one.producer,
            product: one.product,
            labels: one.labels,
            day: one.day,
            quantity: Qty::new(one.quantity.get() + 10_000),
            price: one.price,
        });
        more.collect::<Vec<_>>()
    });
    let more = more.await.expect("a week");
    let offers = offers::acts::note(&house.app, place, &more, &stamp()).await.expect("offers");
    let request = |offer: &trade::offers::Offer| SurplusRequest {
        source: SurplusSource::Farm(offer.id),
        quantity: ONE,
        price: None,
        value_rate: Rate::new(10_000),
        place: "quai 7".into(),
        until: trade::calendar::Instant(clock::now().0 + 86_400),
    };
    let requests = house.app.read(place, |week, _| {
        let free = offers.iter().filter(|offer| spare(week, offer) >= ONE);
        free.take(count).map(request).collect::<Vec<_>>()
    });
    let requests = requests.await.expect("a week");
    assert_eq!(requests.len(), count, "farms with goods left over");
    acts::offer(&house.app, place, &requests, &stamp(), "").await.expect("goods left over")
}

/// One unit of sale.
const ONE: Qty = Qty::new(1_000);

/// The food aid that nobody plays reserves some and signs for it: the reservation.
async fn fetch(house: &House, place: Place, surplus: SurplusId, cast: &Cast) -> String {
    let found = house.app.read(place, |week, _| {
        let mut buyers = week.register().buyers.values();
        let is_it = |one: &&trade::party::Buyer| {
            one.kind == BuyerKind::FoodAid && one.id.to_string() != cast.food_aid
        };
        buyers.find(is_it).expect("another food aid").id
    });
    let buyer = found.await.expect("a week");
    let asked = Asked { buyer, surplus, quantity: ONE };
    let made = reserve(&house.app, place, asked, "k", &stamp()).await.expect("a reservation");
    let signature = Signature {
        key: "s".into(),
        received: vec![(made.id, ONE, None)],
        signed_by: "Nadia".into(),
        day: clock::today(),
    };
    acts::sign(&house.app, place, buyer, &signature, &stamp()).await.expect("signed for");
    made.id.to_string()
}

/// A mail of its own farm that the hub's coordinator must read.
async fn reply(house: &House, place: Place) {
    let text = "INSERT INTO replies (hub_id, week, kind, recipient, version, reply, message_id, \
        sender, is_known_sender, subject, words, attachments, received_at, doubt) \
        VALUES ($1, $2, 'offer_request', $3, 1, $4, 'm@x', 'a@x', 1, 'Re', 'bonjour', 0, $5, \
        'rien de lisible')";
    let values = vec![
        Val::from(place.hub.as_str()),
        Val::I(place.week.number()),
        ONLY_FARM.into(),
        ONLY_REPLY.into(),
        Val::I(clock::now().0),
    ];
    write(house.app.everything(), vec![(text, values)]).await;
}

async fn batch(house: &House, place: Place) {
    let text = "INSERT INTO bank_batches (hub_id, batch, source, at, by_whom) \
        VALUES ($1, $2, 'releve.csv', $3, 'essai')";
    let hub = Val::from(place.hub.as_str());
    let values = vec![hub, Val::I(ONLY_BATCH), Val::I(clock::now().0)];
    write(house.app.everything(), vec![(text, values)]).await;
}
