//! A buyer checks a delivery and claims a line, with a photo, over a bad network; the hub answers.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use carreau::access::claims::PHOTO_MAX;
use trade::id::BuyerId;

use crate::browser::{Browser, Form, Page, attribute, tags};
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};
use crate::standing::count;

pub struct Kitchen {
    pub house: House,
    pub buyer: BuyerId,
    other: BuyerId,
    pub browser: Browser,
    /// The page on which the delivery is checked.
    pub delivery: String,
}

pub async fn kitchens() -> Vec<Kitchen> {
    let mut kitchens = Vec::new();
    for house in played_and_open(&two_weeks()).await {
        let found = house.app.read(house.place(0), |week, _| {
            let note = week.notes().iter().find(|note| {
                let has_some = |line: &trade::rounds::NoteLine| !line.delivered().is_zero();
                note.lines.iter().any(has_some)
            });
            let note = note.expect("a delivery");
            let buyer = week.register().site(note.site).expect("a site").buyer;
            let other = week.orders().iter().map(|order| order.buyer).find(|one| *one != buyer);
            (buyer, other.expect("another buyer"), note.day, note.site)
        });
        let (buyer, other, day, site) = found.await.expect("a week");
        let delivery = format!("/weeks/{}/my-orders/delivery/{day}/{site}", house.weeks[0]);
        let browser = Browser::new(&house, &format!("buyer.{buyer}")).await;
        kitchens.push(Kitchen { house, buyer, other, browser, delivery });
    }
    kitchens
}

impl Kitchen {
    pub fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn claims(&self) -> String {
        format!("/weeks/{}/my-orders/claims", self.house.weeks[0])
    }

    pub fn desk(&self) -> String {
        format!("/weeks/{}/orders/claims", self.house.weeks[0])
    }

    pub async fn forms(&mut self) -> Vec<Form> {
        let page = self.browser.get(&self.delivery).await;
        assert_eq!(page.status, StatusCode::OK, "{}: {}", self.name(), page.text());
        let action = self.claims();
        let mut forms: Vec<Form> =
            page.forms().into_iter().filter(|form| form.action == action).collect();
        // All that was delivered: the page says how much, and leaves the field empty.
        let most = tags(page.html(), "input").filter_map(|tag| attribute(tag, "data-most"));
        for (form, most) in forms.iter_mut().zip(most) {
            assert_eq!(form.value("quantity"), Some(""), "{}", self.name());
            form.set("quantity", &most);
        }
        forms
    }

    /// Sends a form as a telephone does, with a photo.
    pub async fn send(&mut self, form: &Form, photo: &[u8]) -> Page {
        let fields = form.fields.iter().filter(|(name, _)| name != "photo").cloned();
        let fields: Vec<(String, String)> = fields.collect();
        self.browser.upload(&form.action, &fields, ("photo", "a.jpg", photo)).await
    }

    async fn stand(&self) -> (i64, i64) {
        let db = self.house.app.everything();
        (count(db, "claims").await, count(db, "claim_photos").await)
    }
}

/// The first bytes of a JPEG, and enough of others to be looked at as a picture.
fn jpeg(size: usize) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec();
    bytes.resize(size, 7);
    bytes
}

/// K4: "Vérifier, réclamer", "Réclamer", the photo, "Envoyer". The answer is lost and the telephone
/// sends again: one claim, one photo. Broken variant: a telephone that makes a new key for each try
/// is told "no" for what has arrived.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_sent_once_however_often_it_is_sent() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let own = format!("/weeks/{}/my-orders", kitchen.house.weeks[0]);
        let page = kitchen.browser.get(&own).await;
        assert!(page.links().contains(&kitchen.delivery), "{name}: {:?}", page.links());
        assert!(page.text().contains("Vérifier, réclamer"), "{name}: {}", page.text());
        let mut form = kitchen.forms().await.remove(0);
        form.set("cause", "damaged");
        form.set("said", "cagettes écrasées");
        let photo = jpeg(40_000);
        drop(kitchen.send(&form, &photo).await);
        for _ in 0..5 {
            let answer = kitchen.send(&form, &photo).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.html());
        }
        assert_eq!(kitchen.stand().await, (1, 1), "{name}");
        let page = kitchen.browser.get(&kitchen.delivery).await;
        assert!(page.text().contains("à traiter"), "{name}: {}", page.text());
        assert!(page.text().contains("cagettes écrasées"), "{name}: {}", page.text());
        let mut fresh = form.clone();
        fresh.set("key", "another-key");
        let refused = kitchen.send(&fresh, &photo).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let mut changed = form.clone();
        changed.set("said", "autre chose");
        let refused = kitchen.send(&changed, &photo).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(kitchen.stand().await, (1, 1), "{name}");
    }
}

/// Bytes decide what a photo is; without one a claim goes as well. No more than was delivered.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_or_no_delivery_is_refused() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let form = kitchen.forms().await.remove(0);
        for (bytes, said) in [
            (b"<html><script>alert(1)</script>".to_vec(), "n'est pas un JPEG"),
            (b"RIFF\x00\x00\x00\x00AVI LIST".to_vec(), "n'est pas un JPEG"),
            (jpeg(PHOTO_MAX + 1), "dépasse 2 Mo"),
        ] {
            let refused = kitchen.send(&form, &bytes).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {said}");
            assert!(refused.text().contains(said), "{name}: {}", refused.text());
        }
        let mut much = form.clone();
        much.set("quantity", "99999");
        let refused = kitchen.send(&much, b"").await;
        assert!(refused.text().contains("au plus ce qui est livré"), "{name}");
        let mut unknown = form.clone();
        unknown.set("about", "1-999999-1");
        assert!(kitchen.send(&unknown, b"").await.status.is_client_error(), "{name}");
        assert_eq!(kitchen.stand().await, (0, 0), "{name}");
        assert_eq!(kitchen.send(&form, b"").await.status, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(kitchen.stand().await, (1, 0), "{name}");
    }
}

/// Another buyer neither claims on this delivery nor sees its photo; foreign and unknown are
/// answered alike.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_its_buyers_own() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let form = kitchen.forms().await.remove(0);
        let about = form.value("about").expect("a line").to_string();
        let own = std::mem::replace(
            &mut kitchen.browser,
            Browser::new(&kitchen.house, &format!("buyer.{}", kitchen.other)).await,
        );
        let foreign = kitchen.send(&form, b"").await;
        let mut unknown = form.clone();
        unknown.set("about", "1-999999-1");
        let unknown = kitchen.send(&unknown, b"").await;
        assert_eq!(foreign.status, unknown.status, "{name}");
        assert_eq!(kitchen.stand().await, (0, 0), "{name}");
        let mut other = std::mem::replace(&mut kitchen.browser, own);
        kitchen.send(&form, &jpeg(2_000)).await;
        let photo = format!("/weeks/{}/my-orders/claim-photo/{about}", kitchen.house.weeks[0]);
        let seen = kitchen.browser.get_once(&photo).await;
        assert_eq!(seen.status, StatusCode::OK, "{name}");
        assert_eq!(seen.headers[CONTENT_TYPE], "image/jpeg", "{name}");
        assert_eq!(seen.bytes.len(), 2_000, "{name}");
        assert_eq!(other.get_once(&photo).await.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(other.get_once(&kitchen.delivery).await.status, StatusCode::NOT_FOUND, "{name}");
        let page = other.get(&format!("/weeks/{}/my-orders", kitchen.house.weeks[0])).await;
        assert!(!page.links().contains(&kitchen.delivery), "{name}");
    }
}

/// The coordinator sees it on the first page and answers once; the buyer reads the answer.
#[tokio::test(flavor = "multi_thread")]
async fn the_hub_answers_and_the_buyer_reads_it() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let glance = format!("/weeks/{}", kitchen.house.weeks[0]);
        let mut desk = Browser::new(&kitchen.house, "coordinator").await;
        assert!(!desk.get(&glance).await.text().contains("Réclamations"), "{name}: none yet");
        let forms = kitchen.forms().await;
        for form in &forms[..2] {
            assert_eq!(
                kitchen.send(form, &jpeg(900)).await.status,
                StatusCode::SEE_OTHER,
                "{name}"
            );
        }
        let page = desk.get(&glance).await;
        assert!(page.links().contains(&kitchen.desk()), "{name}: {}", page.text());
        let page = desk.get(&kitchen.desk()).await;
        let buyer = kitchen.house.app.read(kitchen.house.place(0), |week, _| {
            week.register().buyers[&kitchen.buyer].identity.name.clone()
        });
        assert!(page.text().contains(&buyer.await.expect("a week")), "{name}: {}", page.text());
        let answers = format!("{}/answers", kitchen.desk());
        let open = |page: &Page| {
            page.forms().into_iter().filter(|form| form.action == answers).collect::<Vec<_>>()
        };
        let mut yes = open(&page)[0].clone();
        yes.set("said", "Un avoir suit.");
        yes.fields.push(("verdict".into(), "yes".into()));
        desk.post(&answers, &yes.fields).await;
        // Somebody else's page is older: the first answer stays.
        let mut late = yes.clone();
        late.fields.retain(|(name, _)| name != "verdict");
        late.fields.push(("verdict".into(), "no".into()));
        let told = desk.post(&answers, &late.fields).await;
        assert!(told.text().contains("sa réponse reste"), "{name}: {}", told.text());
        let mut no = open(&desk.get(&kitchen.desk()).await)[0].clone();
        no.fields.push(("verdict".into(), "no".into()));
        let bare = desk.post_once(&answers, &no.fields).await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST, "{name}: a no needs a reason");
        no.set("said", "Le bon est signé sans réserve.");
        desk.post(&answers, &no.fields).await;
        assert!(!desk.get(&glance).await.text().contains("Réclamations"), "{name}: all answered");
        let page = kitchen.browser.get(&kitchen.delivery).await.text();
        for said in ["acceptée", "Un avoir suit.", "refusée", "Le bon est signé sans réserve."]
        {
            assert!(page.contains(said), "{name}: {said}: {page}");
        }
    }
}
