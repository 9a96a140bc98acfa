//! Replies by mail: letters in, effects out. Nothing without a signed address, nothing of what can
//! be meant in two ways, no machine answered twice.

use std::sync::Arc;

use axum::http::StatusCode;
use carreau::app::App;
use carreau::clock;
use carreau::generate::Scale;
use carreau::mail::replies::{Received, address_of, receive};
use carreau::mail::worker::{Office, deliver_due};
use carreau::mail::{self, OFFER_REQUEST, PURCHASE_ORDER, REPLY_ECHO};
use carreau::play::{Until, play};
use carreau::sourcing::acts::accept;
use carreau::store::act::Place;
use carreau::ui::fr;
use post::testing::Sink;
use tokio::sync::Barrier;
use trade::calendar::Instant;
use trade::id::ProducerId;
use trade::offers::{Offer, Stamp};

use crate::browser::Browser;
use crate::hub::{House, houses, pack};
use crate::standing::write;

pub const BASE: &str = "reponses@hub.example";

/// A farm that was asked for its offers of the second week, and of which goods were ordered in the
/// first.
pub struct Mailed {
    pub house: House,
    asked: Place,
    ordered: Place,
    farm: ProducerId,
    pub email: String,
    now: Instant,
    /// What the farm offered in the first week, without what it had twice.
    before: Vec<Offer>,
}

pub async fn mailed() -> Vec<Mailed> {
    let mut all = Vec::new();
    let mut pack = pack(Scale::Xs, 8, 2);
    let second = pack.weeks().into_iter().max().expect("two weeks");
    // Nobody has said anything of the second week.
    pack.offers.retain(|offer| offer.day.week() != second);
    pack.orders.retain(|order| order.day.week() != second);
    for house in houses(&pack).await {
        all.push(mailed_in(house).await);
    }
    all
}

async fn mailed_in(house: House) -> Mailed {
    let ordered = house.place(0);
    let asked = ordered.at(ordered.week.next());
    play(&house.app, ordered, Until::Closed).await.expect("a closed week");
    let seen = house.app.read(ordered, |week, _| week.clone()).await.expect("a week");
    let day = seen.publication().expect("a list").days[0].day;
    let now = clock::instant(day.plus_days(-1), 600);
    let stamp = Stamp { at: now, by: "essai".into() };
    let plan = accept(&house.app, ordered, day, None, &stamp, "").await.expect("a plan");
    mail::request_offers(&house.app, asked, &stamp, |_| String::new()).await.expect("letters");
    let of = |farm: ProducerId| seen.current_offers().filter(move |one| one.producer == farm);
    let bought =
        |farm: ProducerId| plan.purchases.iter().filter(|one| one.producer == farm).count();
    let farms = plan.purchases.iter().map(|line| line.producer);
    let farm = farms.max_by_key(|&farm| (bought(farm).min(2), of(farm).count())).expect("a farm");
    let email = seen.register().producer(farm).expect("a farm").identity.email.clone();
    let before = of(farm).filter(|one| !one.quantity.is_zero()).cloned().collect();
    Mailed { house, asked, ordered, farm, email, now, before }
}

/// Of a letter as it comes in: what one row of the table says.
pub struct Written<'a> {
    pub to: &'a str,
    pub from: &'a str,
    pub headers: &'a str,
    pub id: &'a str,
    pub body: &'a str,
}

impl Written<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let Written { to, from, headers, id, body } = self;
        let headers: String = headers
            .split('¦')
            .filter(|one| !one.is_empty())
            .map(|one| format!("{one}\r\n"))
            .collect();
        format!(
            "From: <{from}>\r\nTo: <{to}>\r\nMessage-ID: <{id}@ferme.example>\r\n\
             Subject: Re\r\n{headers}Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
            body.replace('|', "\r\n")
        )
        .into_bytes()
    }
}

impl Mailed {
    fn app(&self) -> &Arc<App> {
        &self.house.app
    }

    pub fn name(&self) -> &'static str {
        self.house.database.name
    }

    async fn token(&self, kind: &str) -> String {
        let text = "SELECT reply_token FROM outbox WHERE kind = $1 AND recipient = $2 \
            ORDER BY created_at DESC, version DESC LIMIT 1";
        let values = vec![kind.into(), self.farm.as_str().into()];
        let tokens: Vec<String> = self.app().everything().query(text, values).await.expect("rows");
        tokens.into_iter().next().unwrap_or_else(|| panic!("no letter {kind}"))
    }

    pub async fn address(&self, kind: &str) -> String {
        address_of(BASE, &self.token(kind).await)
    }

    async fn take(&self, letter: &Written<'_>) -> Received {
        receive(self.app(), &letter.bytes(), "", self.now).await.expect("an answer")
    }

    async fn count(&self, text: &'static str) -> i64 {
        let counts: Vec<i64> = self.app().everything().query(text, vec![]).await.expect("a count");
        counts[0]
    }

    async fn echoes(&self) -> i64 {
        self.count("SELECT CAST(COUNT(*) AS BIGINT) FROM outbox WHERE kind = 'reply_echo'").await
    }

    async fn replies(&self) -> i64 {
        self.count("SELECT CAST(COUNT(*) AS BIGINT) FROM replies").await
    }

    /// What the farm's week holds that a reply could have changed.
    async fn effects(&self) -> String {
        let farm = self.farm;
        let offers = self.app().read(self.asked, |week, _| {
            let mut all: Vec<String> = week
                .current_offers()
                .filter(|offer| offer.producer == farm)
                .map(|offer| {
                    let name = &week.register().product(offer.product).expect("goods").name;
                    let day = fr::weekday(offer.day.weekday());
                    let price = fr::price(offer.price).replace('\u{a0}', " ");
                    let label = fr::labels(offer.labels);
                    let sum = format!("{name} {label} {day} {}", fr::number(offer.quantity));
                    format!("{} à {price}", sum.split_whitespace().collect::<Vec<_>>().join(" "))
                })
                .collect();
            all.sort();
            all.join(", ")
        });
        let offers = offers.await.expect("a week");
        let confirmed = self.app().read(self.ordered, |week, _| {
            let lines = week.confirmations().iter().map(|one| {
                let asked = week.purchase_line(one.line).expect("a line").quantity;
                if one.quantity == asked { "whole" } else { "part" }
            });
            lines.collect::<Vec<_>>().join(" ")
        });
        let notes = self.count("SELECT CAST(COUNT(*) AS BIGINT) FROM farm_notes").await;
        let notes = if notes > 0 { "nothing comes" } else { "" };
        let all = [offers, confirmed.await.expect("a week"), notes.to_string()];
        let told: Vec<String> = all.into_iter().filter(|one| !one.is_empty()).collect();
        if told.is_empty() { "-".into() } else { told.join("; ") }
    }

    /// As if no reply had come.
    async fn begin_anew(&self) {
        for text in [
            "DELETE FROM replies",
            "DELETE FROM farm_notes",
            "DELETE FROM confirmations",
            "DELETE FROM outbox WHERE kind = 'reply_echo'",
        ] {
            write(self.app().everything(), vec![(text, vec![])]).await;
        }
        let week = self.asked.week.number();
        let offers = "DELETE FROM offers WHERE week = $1";
        write(self.app().everything(), vec![(offers, vec![week.into()])]).await;
        self.app().forget_all();
    }

    /// The usual goods of the farm in words of a letter: name, unit, weekday; each as the table's
    /// `@` names.
    async fn filled(&self, text: &str) -> String {
        let first = self.first();
        let name = self.app().read(self.ordered, |week, _| {
            let product = week.register().product(first.product).expect("goods");
            let label = fr::labels(first.labels);
            let bought: Vec<String> = week
                .purchase_lines_of(self.farm)
                .map(|line| {
                    let product = week.register().product(line.product).expect("goods");
                    let label = fr::labels(line.labels);
                    format!("{} {label} {}", product.name, fr::number(line.quantity))
                })
                .collect();
            let unit = fr::unit(product.unit, true).to_string();
            (format!("{} {label}", product.name).trim().to_string(), unit, bought.join("|"))
        });
        let (name, unit, order) = name.await.expect("a week");
        let day = fr::weekday(first.day.weekday());
        let price = fr::price(first.price).replace('\u{a0}', " ");
        let mut before: Vec<String> = Vec::new();
        for offer in &self.before {
            before.push(self.said(offer).await);
        }
        before.sort();
        text.replace("@before", &before.join(", "))
            .replace("@name", &name)
            .replace("@unit", &unit)
            .replace("@day", day)
            .replace("@price", &price)
            .replace("@order", &order)
    }

    async fn said(&self, offer: &Offer) -> String {
        let look = self.app().read(self.ordered, |week, _| {
            let name = &week.register().product(offer.product).expect("goods").name;
            let label = fr::labels(offer.labels);
            let day = fr::weekday(offer.day.weekday());
            let sum = format!("{name} {label} {day} {}", fr::number(offer.quantity));
            let price = fr::price(offer.price).replace('\u{a0}', " ");
            format!("{} à {price}", sum.split_whitespace().collect::<Vec<_>>().join(" "))
        });
        look.await.expect("a week")
    }

    /// Goods that the farm brings on one weekday only.
    fn first(&self) -> &Offer {
        let is_alone = |one: &&Offer| {
            let same = |other: &&Offer| (other.product, other.labels) == (one.product, one.labels);
            self.before.iter().filter(same).count() == 1
        };
        self.before.iter().find(is_alone).or(self.before.first()).expect("an offer")
    }
}

/// To which letter | headers | words (`|` written as `/`) | what became of it | what it did |
/// letters told. `@name`… are the farm's own goods, `@before` all it offered the week before.
const LETTERS: &str = "\
offers |                              | comme la semaine dernière         | done    | @before               | 1
offers |                              | Bonjour,/idem semaine dernière    | done    | @before               | 1
offers |                              | @name 40 à 1,25 @day              | done    | @name @day 40 à 1,25 € | 1
offers |                              | @name 40 @day                     | done    | @name @day 40 à @price | 1
offers |                              | @name 40 @unit @day/Cordialement/Jean Roque | done | @name @day 40 à @price | 1
offers |                              | @name 40 @day//Le 23 nov. 2026, Hub a écrit :/> @name 99 @day | done | @name @day 40 à @price | 1
offers |                              | rien cette semaine                | done    | nothing comes         | 1
offers |                              | ok                                | to read | -                     | 1
offers |                              | @name 40 mais pas @day            | to read | -                     | 1
offers |                              | @name 40 @day/mangues 12          | to read | -                     | 1
offers |                              | @name 40 dimanche                 | to read | -                     | 1
offers |                              | @name 30-40 @day                  | to read | -                     | 1
offers |                              | @name 40 @day/@name 30 @day       | to read | -                     | 1
offers |                              | Je suis absent jusqu'au 5.        | to read | -                     | 1
offers |                              | > @name 40 @day                   | to read | -                     | 1
offers |                              |                                   | to read | -                     | 1
offers | Auto-Submitted: auto-replied | @name 40 @day                     | stopped | -                     | 0
offers | Precedence: bulk             | comme la semaine dernière         | stopped | -                     | 0
offers | Return-Path: <>              | rien cette semaine                | stopped | -                     | 0
orders |                              | ok                                | done    | @whole                | 1
orders |                              | Bonjour,/c'est bon, merci/-- /Jean | done   | @whole                | 1
orders |                              | @order                            | done    | @whole                | 1
orders |                              | ok mais 12 au lieu de 20          | to read | -                     | 1
orders |                              | ok//> 20 kg/sauf mardi            | to read | -                     | 1
orders |                              | ok ?                              | to read | -                     | 1
orders |                              | comme la semaine dernière         | to read | -                     | 1
orders |                              | rien cette semaine                | to read | -                     | 1
orders |                              | @name 1                           | to read | -                     | 1
orders | Auto-Submitted: auto-replied | ok                                | stopped | -                     | 0
nobody |                              | ok                                | unsigned | -                    | 0
nobody |                              | comme la semaine dernière         | unsigned | -                    | 0
";

fn word(received: &Received) -> &'static str {
    match received {
        Received::Unsigned => "unsigned",
        Received::Stopped(_) => "stopped",
        Received::Known => "known",
        Received::TooMany => "too many",
        Received::Done(_) => "done",
        Received::ToRead(_) => "to read",
    }
}

/// T-52. From whom a letter claims to be plays no part: every other row is from the farm's own
/// address, the others from a stranger's.
#[tokio::test(flavor = "multi_thread")]
async fn letters_in_effects_out() {
    for mailed in mailed().await {
        let mut told = Vec::new();
        for (at, row) in LETTERS.lines().enumerate() {
            let columns: Vec<&str> = row.split(" | ").map(str::trim).collect();
            let [kind, headers, words, fate, effect, echoes] = columns[..] else {
                panic!("six columns: {row}")
            };
            mailed.begin_anew().await;
            let to = match kind {
                "offers" => mailed.address(OFFER_REQUEST).await,
                "orders" => mailed.address(PURCHASE_ORDER).await,
                _ => address_of(BASE, keys::Token::new().as_str()),
            };
            let body = mailed.filled(&words.replace('/', "|")).await;
            let from = if at % 2 == 0 { "inconnu@ailleurs.example" } else { &mailed.email };
            let id = format!("row-{at}");
            let letter = Written { to: &to, from, headers, id: &id, body: &body };
            let received = mailed.take(&letter).await;
            let lines = mailed.app().read(mailed.ordered, |week, _| {
                let plan = &week.plans()[week.plans().len() - 1];
                let own = plan.purchases.iter().filter(|line| line.producer == mailed.farm);
                vec!["whole"; own.count()].join(" ")
            });
            let whole = lines.await.expect("a week");
            let expected = mailed.filled(&effect.replace("@whole", &whole)).await;
            let found = mailed.effects().await;
            let letters = mailed.echoes().await.to_string();
            if (word(&received), found.as_str(), letters.as_str()) != (fate, &*expected, echoes) {
                told.push(format!(
                    "{body}\n  {fate}, {expected}, {echoes}\n  {received:?}, {found}, {letters}"
                ));
            }
        }
        assert!(told.is_empty(), "{}\n{}", mailed.name(), told.join("\n"));
    }
}

/// What makes a reader go wrong, each on the letter that shows it.
#[derive(Clone, Copy, Debug)]
enum Flaw {
    /// Believes who a letter claims to be from.
    BySender,
    /// Reads what is quoted as if it were said.
    Quotes,
    /// Hears nothing of what holds back.
    Reserves,
    /// Does not see what a machine wrote.
    Machines,
}

/// The broken variants of [`letters_in_effects_out`]: each changes the letter as a reader with that
/// flaw would see it, and then something is done that must not be.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_with_a_flaw_is_seen() {
    for mailed in mailed().await {
        let nobodys = address_of(BASE, keys::Token::new().as_str());
        let orders = mailed.address(PURCHASE_ORDER).await;
        let auto = "Auto-Submitted: auto-replied";
        for (flaw, to, headers, body) in [
            (Flaw::BySender, &nobodys, "", "ok"),
            (Flaw::Quotes, &orders, "", "> ok"),
            (Flaw::Reserves, &orders, "", "ok mais 12 au lieu de 20"),
            (Flaw::Machines, &orders, auto, "ok"),
        ] {
            mailed.begin_anew().await;
            let from = &mailed.email;
            let sound = Written { to, from, headers, id: "sound", body };
            mailed.take(&sound).await;
            assert_eq!(mailed.effects().await, "-", "{} {flaw:?}", mailed.name());
            let signed = match flaw {
                Flaw::BySender => orders.clone(),
                _ => to.clone(),
            };
            let body = match flaw {
                Flaw::Quotes => body.trim_start_matches("> ").to_string(),
                Flaw::Reserves => body.split(" mais").next().unwrap_or_default().to_string(),
                _ => body.to_string(),
            };
            let headers = if matches!(flaw, Flaw::Machines) { "" } else { headers };
            let flawed = Written { to: &signed, from, headers, id: "flawed", body: &body };
            mailed.take(&flawed).await;
            assert_ne!(mailed.effects().await, "-", "{} {flaw:?}: not seen", mailed.name());
        }
    }
}

/// The same letter twice, also to two programs at once, is one effect. Broken variant: without its
/// `Message-ID` it is two letters.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_letter_is_one_effect() {
    for mailed in mailed().await {
        let (name, to) = (mailed.name(), mailed.address(PURCHASE_ORDER).await);
        let letter = Written { to: &to, from: "a@b.example", headers: "", id: "one", body: "ok" };
        let other = mailed.house.other_app().await;
        let start = Barrier::new(2);
        let at = async |app: &App| {
            start.wait().await;
            receive(app, &letter.bytes(), "", mailed.now).await.expect("an answer")
        };
        let (a, b) = tokio::join!(at(mailed.app()), at(&other));
        let mut words = [word(&a), word(&b)];
        words.sort();
        assert_eq!(words, ["done", "known"], "{name}");
        assert_eq!(word(&mailed.take(&letter).await), "known", "{name}");
        let done = mailed.effects().await;
        assert_eq!((mailed.replies().await, mailed.echoes().await), (1, 1), "{name}");
        let once = Written { id: "two", ..letter };
        assert_eq!(word(&mailed.take(&once).await), "done", "{name}");
        assert_eq!(mailed.effects().await, done, "{name}: all was known");
        assert_eq!((mailed.replies().await, mailed.echoes().await), (2, 2), "{name}");
        other.everything().close().await;
    }
}

/// Letters until a loop stops: a machine that marks nothing answers each of our letters. `told`
/// tells the address of the next letter to it, when there is one.
async fn loop_length(
    mailed: &Mailed,
    first: String,
    told: impl AsyncFn(usize, &Received) -> Option<String>,
) -> usize {
    let mut to = first;
    for at in 0..20 {
        let id = format!("loop-{at}");
        let body = "Je suis absent et lirai votre message à mon retour.";
        let letter = Written { to: &to, from: &mailed.email, headers: "", id: &id, body };
        let received = mailed.take(&letter).await;
        match told(at, &received).await {
            Some(next) => to = next,
            None => return at,
        }
    }
    20
}

/// T-52: a loop of machines stops at one letter of ours. Broken variant: whoever answers every
/// letter that it cannot read goes on for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_loop_stops_at_one() {
    for mailed in mailed().await {
        let first = mailed.address(OFFER_REQUEST).await;
        let ours = async |at: usize, _: &Received| {
            let is_new = mailed.echoes().await > at as i64;
            if is_new { Some(mailed.address(REPLY_ECHO).await) } else { None }
        };
        assert_eq!(loop_length(&mailed, first.clone(), ours).await, 1, "{}", mailed.name());
        assert_eq!(mailed.echoes().await, 1, "{}", mailed.name());
        mailed.begin_anew().await;
        let always = async |_: usize, received: &Received| {
            matches!(received, Received::ToRead(_)).then(|| first.clone())
        };
        assert_eq!(loop_length(&mailed, first.clone(), always).await, 20, "{}", mailed.name());
        // And one letter is not read without end.
        let id = "one-more";
        let letter = Written { to: &first, from: "a@b.example", headers: "", id, body: "?" };
        assert_eq!(word(&mailed.take(&letter).await), "too many", "{}", mailed.name());
    }
}

/// Our own letter, come back, is stopped; a dead address does nothing; a week that is over is read
/// by a person.
#[tokio::test(flavor = "multi_thread")]
async fn own_dead_and_late_letters_do_nothing() {
    for mailed in mailed().await {
        let (name, to) = (mailed.name(), mailed.address(PURCHASE_ORDER).await);
        let hub = mailed.house.hub;
        let own = format!(
            "From: <a@b.example>\r\nTo: <{to}>\r\n\
             Message-ID: <{hub}.{}.purchase_order.x.v1@hub.example>\r\n\r\nok\r\n",
            mailed.ordered.week
        );
        let received = receive(mailed.app(), own.as_bytes(), "", mailed.now).await;
        assert_eq!(word(&received.expect("an answer")), "stopped", "{name}");
        let letter = Written { to: &to, from: "a@b.example", headers: "", id: "late", body: "ok" };
        let end = clock::instant(mailed.ordered.week.monday().plus_days(14), 0);
        let late = receive(mailed.app(), &letter.bytes(), "", end).await.expect("an answer");
        assert_eq!(word(&late), "to read", "{name}");
        assert_eq!(mailed.effects().await, "-", "{name}");
        // A second before, it would still count.
        mailed.begin_anew().await;
        let alive = receive(mailed.app(), &letter.bytes(), "", Instant(end.0 - 1)).await;
        assert_eq!(word(&alive.expect("an answer")), "done", "{name}");

        mailed.begin_anew().await;
        let mut desk = Browser::new(&mailed.house, "coordinator").await;
        let farm = format!("/weeks/{}/offers/farm/{}", mailed.ordered.week, mailed.farm);
        let address = format!("{farm}/links/removal");
        let fields = [("link".to_string(), "all".to_string())];
        assert_eq!(desk.post(&address, &fields).await.status, StatusCode::OK, "{name}");
        let letter = Written { id: "dead", ..letter };
        assert_eq!(word(&mailed.take(&letter).await), "unsigned", "{name}");
        assert_eq!(mailed.effects().await, "-", "{name}");
    }
}

/// The letter that goes out names the signed address; its token leaves the house with it, and the
/// reply is still known by its hash.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_leaves_with_its_letter() {
    for mailed in mailed().await {
        let name = mailed.name();
        let sink = Sink::new().await;
        let office = Office::new(sink.carrier(), "hub@hub.example").expect("an address");
        let office = office.answered_at(BASE).expect("an address for replies");
        // Written just now: an older letter would stay home.
        write(mailed.app().everything(), vec![("DELETE FROM outbox", vec![])]).await;
        let stamp = Stamp { at: clock::now(), by: "essai".into() };
        let asked = mail::request_offers(mailed.app(), mailed.asked, &stamp, |_| String::new());
        asked.await.expect("letters");
        deliver_due(mailed.app(), &office, || clock::now().0).await.expect("a look");
        let taken = sink.taken();
        let own = |one: &&post::testing::Received| one.to == mailed.email;
        let letters: Vec<_> = taken.iter().filter(own).collect();
        let to = letters.iter().filter_map(|one| one.header("Reply-To"));
        let to: Vec<String> = to.filter(|to| to.contains("reponses+")).collect();
        assert!(!to.is_empty(), "{name}: no letter can be answered");
        let left = "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox \
            WHERE sent_at IS NOT NULL AND reply_token IS NOT NULL";
        assert_eq!(mailed.count(left).await, 0, "{name}: a token is still in the database");
        let mut words = Vec::new();
        for (at, to) in to.iter().enumerate() {
            let to = to.split(['<', '>']).nth(1).unwrap_or(to);
            let id = format!("sent-{at}");
            let body = "rien cette semaine";
            let letter = Written { to, from: "a@b.example", headers: "", id: &id, body };
            words.push(word(&mailed.take(&letter).await));
        }
        assert!(words.contains(&"done"), "{name}: {words:?}");
    }
}

/// The page: what the farm wrote beside what was ordered; keyed in and filed in one go.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_reads_what_the_program_does_not() {
    for mailed in mailed().await {
        let (name, to) = (mailed.name(), mailed.address(PURCHASE_ORDER).await);
        let body = "ok mais 12 au lieu de 20 <b>";
        let from = "inconnu@ailleurs.example";
        let letter = Written { to: &to, from, headers: "", id: "read", body };
        assert_eq!(word(&mailed.take(&letter).await), "to read", "{name}");
        let mut desk = Browser::new(&mailed.house, "coordinator").await;
        let list = desk.get("/mail").await;
        assert!(list.text().contains("Réponses à lire"), "{name}");
        assert!(list.text().contains("ok mais 12 au lieu de 20 <b>"), "{name}");
        let href = list.links().into_iter().find(|href| href.starts_with("/mail/replies/"));
        let href = href.expect("a link to the reply");
        let page = desk.get(&href).await;
        assert!(page.text().contains("Ce que nous avons commandé"), "{name}: {}", page.text());
        assert!(page.text().contains("autre adresse que celle de la fiche"), "{name}");
        assert!(!page.html().contains("20 <b>"), "{name}: the farm's words are no marks");
        let mut form = page
            .forms()
            .into_iter()
            .find(|form| form.action.ends_with("/confirmations"))
            .expect("a form");
        let first = form.fields.iter().find(|(name, _)| name.starts_with("line-"));
        let (line, _) = first.expect("a line").clone();
        form.set(&line, "0");
        let done = desk.post(&form.action, &form.fields).await.text();
        assert!(done.contains("Saisi et classé"), "{name}: {done}");
        assert!(mailed.effects().await.contains("part"), "{name}");
        let by = mailed.app().read(mailed.ordered, |week, _| {
            week.confirmations().last().map(|one| one.stamp.by.clone())
        });
        assert_eq!(by.await.expect("a week").as_deref(), Some("saisi par Anaïs Roux"), "{name}");
        let again = desk.post(&form.action, &form.fields).await.text();
        assert!(again.contains("déjà classée"), "{name}: {again}");
        let filed = desk.post(&href.replace("/replies/", "/replies/x"), &[]).await.status;
        assert_eq!(filed, StatusCode::METHOD_NOT_ALLOWED, "{name}");
        assert_eq!(desk.get("/mail/replies/nobody").await.status, StatusCode::NOT_FOUND);
    }
}

/// The demonstration answers a letter as its farm would, by the same way in.
#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_can_answer_for_a_farm() {
    let mailed = mailed().await.remove(0);
    let mut desk = Browser::new(&mailed.house, "coordinator").await;
    let slug = format!("{}.{OFFER_REQUEST}.{}.1", mailed.asked.week, mailed.farm);
    let letter = desk.get(&format!("/mail/{slug}")).await;
    let action = format!("/mail/{slug}/replies");
    let form = letter.forms().into_iter().find(|form| form.action == action).expect("a form");
    let sent = vec![("words".to_string(), "rien cette semaine".to_string())];
    let weeks_end = clock::instant(mailed.asked.week.monday().plus_days(14), 0);
    let said = desk.post(&form.action, &sent).await.text();
    let is_over = clock::now() >= weeks_end;
    let expected = if is_over { "à lire par vous" } else { "Compris : rien cette semaine" };
    assert!(said.contains(expected), "{said}");
    // Where letters really go out, nobody answers for a farm.
    let app = Arc::new(App::new(mailed.house.database.open().await, false));
    let web = carreau::web::Web::new(app, mailed.house.hub, carreau::web::Site::default());
    let mut real = desk.at(carreau::web::router(Arc::new(web)));
    assert_eq!(real.post(&action, &sent).await.status, StatusCode::NOT_FOUND);
}
