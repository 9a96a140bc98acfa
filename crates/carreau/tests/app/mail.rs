//! Letters go once: whatever kills the worker, whatever the server says, however many workers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use carreau::app::App;
use carreau::generate::Scale;
use carreau::mail::worker::{IN_HAND, Office, Sent, deliver_due};
use carreau::mail::{self, rows};
use carreau::store::act::Place;
use carreau::web::{self, Site, Web};
use db::{Val, testing};
use post::testing::{Answer, Received, Sink, Step};
use tokio::sync::Barrier;
use trade::calendar::Instant;
use trade::id::ProducerId;
use trade::offers::Stamp;
use wire::pack::Pack;

use crate::browser::Browser;
use crate::hub::{House, house, pack};
use crate::standing::write;

const FROM: &str = "plateforme@producteurs.example";

fn now() -> i64 {
    carreau::clock::now().0
}

fn stamp() -> Stamp {
    Stamp { at: Instant(now()), by: "essai".into() }
}

fn office(sink: &Sink) -> Office {
    Office::new(sink.carrier(), FROM).expect("an address")
}

/// The farms of the smallest hub.
const FEW: usize = 12;

/// A small hub with as many farms as asked, [`FEW`] at least.
fn with_farms(count: usize) -> Pack {
    let mut pack = pack(Scale::Xs, 5, 1);
    let model = pack.producers[0].clone();
    for at in pack.producers.len()..count {
        let mut farm = model.clone();
        let code = format!("ferme.{at}");
        farm.id = ProducerId::parse(&code).expect("a code");
        farm.identity.email = format!("{code}@ferme.example");
        farm.identity.phone = format!("04 67 00 00 {at:02}");
        pack.producers.push(farm);
    }
    pack
}

/// A letter to each farm, as if none had been written before.
async fn written_anew(app: &App, place: Place) -> usize {
    write(app.everything(), vec![("DELETE FROM outbox", Vec::new())]).await;
    let asked = mail::request_offers(app, place, &stamp(), |_| String::new()).await;
    asked.expect("letters to the farms")
}

/// What makes a worker go wrong, as others have gone wrong before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// Noted as gone before it has.
    NotedFirst,
    /// A new `Message-ID` on each try.
    NewId,
    /// One job for all recipients: who fails in the middle begins again (OFN#13278).
    OneJob,
}

/// A worker with a flaw, from the same parts.
async fn flawed(app: &App, sink: &Sink, now: i64, flaw: Flaw) -> bool {
    let office = office(sink);
    let due = rows::due(app.everything(), now).await.expect("what is due");
    for one in &due {
        let id = match flaw {
            Flaw::NewId => format!("{:x}@{}", fastrand::u64(..), office.domain()),
            _ => one.key.message_id(office.domain()),
        };
        if flaw == Flaw::NotedFirst {
            rows::sent(app.everything(), &one.key, now, &one.email).await.expect("noted");
        }
        let handed = sink.carrier().send(&office.letter(one, id)).await;
        if handed.is_err() && flaw == Flaw::OneJob {
            return false;
        }
        if handed.is_ok() && flaw != Flaw::OneJob {
            rows::sent(app.everything(), &one.key, now, &one.email).await.expect("noted");
        }
    }
    for one in due.iter().filter(|_| flaw == Flaw::OneJob) {
        rows::sent(app.everything(), &one.key, now, &one.email).await.expect("noted");
    }
    due.is_empty()
}

/// Each recipient has its letter; more than one only where a "yes" was lost, and then the same.
fn verdict(taken: &[Received], recipients: usize, lost: usize) -> Result<(), String> {
    let mut copies: BTreeMap<&str, Vec<&Received>> = BTreeMap::new();
    for letter in taken {
        copies.entry(&letter.to).or_default().push(letter);
    }
    if copies.len() != recipients {
        return Err(format!("{} of {recipients} have their letter", copies.len()));
    }
    let more = taken.len() - recipients;
    if more > lost {
        return Err(format!("{more} copies too many, {lost} answers lost"));
    }
    for (to, letters) in copies {
        let ids: BTreeSet<_> = letters.iter().map(|one| one.header("Message-ID")).collect();
        if ids.len() != 1 || ids.contains(&None) {
            return Err(format!("{to} cannot know its copies: {ids:?}"));
        }
    }
    Ok(())
}

/// Where the worker is killed: at which letter, and at what point of it.
#[derive(Clone, Copy, Debug)]
struct Kill {
    letter: usize,
    at: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Greeting,
    Mail,
    Rcpt,
    Data,
    /// The letter has come, and is not taken.
    Letter,
    /// The letter is taken, the "yes" does not arrive.
    Yes,
}

const POINTS: [Point; 6] =
    [Point::Greeting, Point::Mail, Point::Rcpt, Point::Data, Point::Letter, Point::Yes];

impl Kill {
    /// Stalls there: the worker is then dropped as it waits, as a killed process is.
    fn script(self) -> impl FnMut(&Step) -> Answer + Send + 'static {
        let mut letters = 0;
        move |step| {
            letters += usize::from(*step == Step::Greeting);
            let point = match step {
                Step::Greeting => Point::Greeting,
                Step::Mail(_) => Point::Mail,
                Step::Rcpt(_) => Point::Rcpt,
                Step::Data => Point::Data,
                Step::Letter(_) if self.at == Point::Yes => Point::Yes,
                Step::Letter(_) => Point::Letter,
            };
            match letters == self.letter && point == self.at {
                true if point == Point::Yes => Answer::StallYes,
                true => Answer::Stall,
                false => Answer::Yes,
            }
        }
    }
}

/// Runs the worker, kills it, and lets another begin on what the database knows.
async fn killed(house: &House, kill: Kill, flaw: Option<Flaw>) -> Result<(), String> {
    let recipients = written_anew(&house.app, house.place(0)).await;
    let sink = Sink::scripted(kill.script()).await;
    let begun = now();
    {
        let (app, office) = (&house.app, office(&sink));
        let work = async {
            match flaw {
                None => drop(deliver_due(app, &office, || begun).await),
                Some(flaw) => drop(flawed(app, &sink, begun, flaw).await),
            }
        };
        tokio::select! {
            () = work => return Err(format!("{kill:?} was not reached")),
            () = sink.stalled() => {}
        }
    }
    sink.script(|_| Answer::Yes);
    let app = house.other_app().await;
    let then = begun + IN_HAND + 1;
    match flaw {
        None => {
            let office = office(&sink);
            let sent = deliver_due(&app, &office, || then).await.expect("a second worker");
            assert_eq!((sent.later, sent.failed), (0, 0), "{kill:?}");
            let idle = deliver_due(&app, &office, || then).await.expect("a third look");
            assert_eq!(idle, Sent::default(), "nothing is left after {kill:?}");
        }
        Some(flaw) => while !flawed(&app, &sink, then, flaw).await {},
    }
    app.everything().close().await;
    verdict(&sink.taken(), recipients, usize::from(kill.at == Point::Yes))
}

/// T-49, at each point, with the 70 farms of a hub.
#[tokio::test(flavor = "multi_thread")]
async fn seventy_letters_survive_a_killed_worker() {
    let pack = with_farms(70);
    for database in testing::databases() {
        let house = house(database, &pack).await;
        let name = house.database.name;
        for (at, letter) in POINTS.into_iter().zip([1, 14, 31, 47, 69, 70]) {
            let kill = Kill { letter, at };
            let told = killed(&house, kill, None).await;
            assert_eq!(told, Ok(()), "{name} {kill:?}");
        }
        let broken = [
            (Flaw::NotedFirst, Point::Data, "69 of 70 have their letter"),
            (Flaw::NewId, Point::Yes, "cannot know its copies"),
            (Flaw::OneJob, Point::Mail, "30 copies too many, 0 answers lost"),
        ];
        for (flaw, at, expected) in broken {
            let told = killed(&house, Kill { letter: 31, at }, Some(flaw)).await;
            let told = told.expect_err("a flaw is seen");
            assert!(told.contains(expected), "{name} {flaw:?}: {told}");
        }
    }
}

/// T-49, at random points: 250 on each database, 500 in all.
#[tokio::test(flavor = "multi_thread")]
async fn letters_survive_a_worker_killed_anywhere() {
    let pack = with_farms(FEW);
    for database in testing::databases() {
        let house = house(database, &pack).await;
        for seed in 0..250 {
            let mut random = fastrand::Rng::with_seed(seed);
            let kill =
                Kill { letter: random.usize(1..=FEW), at: random.choice(POINTS).expect("a point") };
            let told = killed(&house, kill, None).await;
            assert_eq!(told, Ok(()), "{} seed {seed} {kill:?}", house.database.name);
        }
    }
}

/// The connection breaks instead of the worker: the letter goes later.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_costs_time_only() {
    let house = house(testing::sqlite(), &with_farms(FEW)).await;
    let recipients = written_anew(&house.app, house.place(0)).await;
    let mut steps = 0;
    let mut lost = 0;
    let sink = Sink::scripted(move |step| {
        steps += 1;
        match step {
            Step::Letter(_) if lost == 0 => {
                lost = 1;
                Answer::LoseYes
            }
            _ if steps % 7 == 0 => Answer::Drop,
            _ => Answer::Yes,
        }
    });
    let sink = sink.await;
    let (office, begun) = (office(&sink), now());
    let first = deliver_due(&house.app, &office, || begun).await.expect("a first look");
    assert!(first.later > 0 && first.failed == 0, "{first:?}");
    let mut sent = first.sent;
    for minutes in 1..60 {
        let at = begun + 60 * minutes;
        sent += deliver_due(&house.app, &office, || at).await.expect("a look").sent;
    }
    assert_eq!(sent, recipients);
    assert_eq!(verdict(&sink.taken(), recipients, 1), Ok(()));
}

/// Letters that somebody has to telephone about: recipient, phone, why.
async fn to_call(app: &App) -> Vec<(String, String)> {
    let text = "SELECT recipient, error FROM outbox WHERE failed_at IS NOT NULL ORDER BY recipient";
    app.everything().query(text, Vec::new()).await.expect("the outbox")
}

/// T-50: one bad address among 70 keeps no other letter from going, and is not passed over.
#[tokio::test(flavor = "multi_thread")]
async fn one_bad_address_is_somebody_to_call() {
    let pack = with_farms(70);
    let bad = pack.producers[30].identity.email.clone();
    for database in testing::databases() {
        let house = house(database, &pack).await;
        let name = house.database.name;
        let rejecting = |bad: String| {
            move |step: &Step| match step {
                Step::Rcpt(to) if *to == bad => Answer::Say("550 5.1.1 no such user"),
                _ => Answer::Yes,
            }
        };
        assert_eq!(written_anew(&house.app, house.place(0)).await, 70);
        let sink = Sink::scripted(rejecting(bad.clone())).await;
        let (office, clock) = (office(&sink), std::time::Instant::now());
        let sent = deliver_due(&house.app, &office, now).await.expect("a look");
        assert_eq!(sent, Sent { sent: 69, later: 0, failed: 1 }, "{name}");
        assert!(clock.elapsed().as_secs() < 60, "{name}");
        assert_eq!(verdict(&sink.taken(), 69, 0), Ok(()), "{name}");
        let expected = (pack.producers[30].id.to_string(), "550 5.1.1 no such user".to_string());
        assert_eq!(to_call(&house.app).await, [expected], "{name}");
        let after = now() + 3_600;
        let again = deliver_due(&house.app, &office, || after).await.expect("a second look");
        assert_eq!(again, Sent::default(), "{name}");
        // The broken variant: one job for all never gets past the bad address.
        written_anew(&house.app, house.place(0)).await;
        let sink = Sink::scripted(rejecting(bad.clone())).await;
        for _ in 0..3 {
            assert!(!flawed(&house.app, &sink, now(), Flaw::OneJob).await, "{name}");
        }
        assert!(verdict(&sink.taken(), 69, 0).is_err(), "{name}");
        assert!(to_call(&house.app).await.is_empty(), "{name}: failed unseen");
    }
}

/// Several programs on one database: no letter is handed over by two of them.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_send_a_letter_once() {
    let pack = with_farms(24);
    for database in testing::all_modes() {
        let house = house(database, &pack).await;
        let name = house.database.name;
        let apps = [house.app.clone(), house.other_app().await, house.other_app().await];
        written_anew(&house.app, house.place(0)).await;
        let sink = Arc::new(Sink::new().await);
        let works = apps.iter().map(|app| {
            let (app, office) = (app.clone(), office(&sink));
            tokio::spawn(async move { deliver_due(&app, &office, now).await.expect("a look") })
        });
        let mut sent = 0;
        for work in works.collect::<Vec<_>>() {
            sent += work.await.expect("a worker").sent;
        }
        assert_eq!((sent, verdict(&sink.taken(), 24, 0)), (24, Ok(())), "{name}");
        // The broken variant: both look, then both send.
        written_anew(&house.app, house.place(0)).await;
        let sink = Sink::new().await;
        let both = Barrier::new(2);
        tokio::join!(without_claim(&apps[0], &sink, &both), without_claim(&apps[1], &sink, &both));
        let told = verdict(&sink.taken(), 24, 0).expect_err("sent twice");
        assert_eq!(told, "24 copies too many, 0 answers lost", "{name}");
    }
}

/// A worker that takes nothing in hand: both have looked before either has noted anything.
async fn without_claim(app: &App, sink: &Sink, both: &Barrier) {
    let office = office(sink);
    let due = rows::due(app.everything(), now()).await.expect("what is due");
    both.wait().await;
    for one in &due {
        let id = one.key.message_id(office.domain());
        assert_eq!(sink.carrier().send(&office.letter(one, id)).await, Ok(()));
    }
    for one in &due {
        rows::sent(app.everything(), &one.key, now(), &one.email).await.expect("noted");
    }
}

/// A server that is away: tried again with growing pauses, given up after two days, then tried
/// again when somebody says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_waited_for() {
    let house = house(testing::sqlite(), &with_farms(FEW)).await;
    written_anew(&house.app, house.place(0)).await;
    let sink = Sink::scripted(|_| Answer::Say("421 4.3.2 closed")).await;
    let (office, begun) = (office(&sink), now());
    let (mut tries, mut failed) = (0, 0);
    for minute in 0..3 * 24 * 60 {
        let at = begun + 60 * minute;
        let sent = deliver_due(&house.app, &office, || at).await.expect("a look");
        assert_eq!(sent.sent, 0);
        tries += sent.later + sent.failed;
        failed += sent.failed;
    }
    assert_eq!(failed, FEW);
    assert!((FEW * 8..FEW * 20).contains(&tries), "{tries} tries");
    assert_eq!(to_call(&house.app).await.len(), FEW);
    sink.script(|_| Answer::Yes);
    let farm = to_call(&house.app).await[0].0.clone();
    let key = rows::Key {
        hub: house.hub,
        week: house.weeks[0],
        kind: mail::OFFER_REQUEST.into(),
        recipient: farm,
        version: 1,
    };
    let later = begun + 4 * 86_400;
    let put_back = rows::try_again(house.app.everything(), &key, later, later + mail::FRESH).await;
    assert!(put_back.expect("a letter to try again"));
    let sent = deliver_due(&house.app, &office, || later).await.expect("a look");
    assert_eq!(sent, Sent { sent: 1, later: 0, failed: 0 });
    assert_eq!(to_call(&house.app).await.len(), FEW - 1);
}

/// What was written long ago, by a replayed week or before there was a mail server, stays home.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_letter_stays_home() {
    let house = house(testing::sqlite(), &with_farms(FEW)).await;
    let old = Stamp { at: Instant(now() - mail::FRESH - 1), by: "rejoué".into() };
    let asked = mail::request_offers(&house.app, house.place(0), &old, |_| String::new()).await;
    assert_eq!(asked.expect("letters"), FEW);
    let sink = Sink::new().await;
    let sent = deliver_due(&house.app, &office(&sink), now).await.expect("a look");
    assert_eq!((sent, sink.taken().len()), (Sent { sent: 0, later: 0, failed: FEW }, 0));
    let text = "UPDATE outbox SET next_try_at = 0, failed_at = NULL, give_up_at = $1";
    write(house.app.everything(), vec![(text, vec![Val::I(now() + 60)])]).await;
    let sent = deliver_due(&house.app, &office(&sink), now).await.expect("a look");
    assert_eq!(sent.sent, FEW, "the broken variant, without that rule, sends");
}

/// Asked twice, written once; a reminder goes once a day, and only to who has not answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_press_changes_nothing() {
    let house = house(testing::sqlite(), &with_farms(FEW)).await;
    let (app, place) = (&house.app, house.place(0));
    assert_eq!(written_anew(app, place).await, FEW);
    let again = mail::request_offers(app, place, &stamp(), |_| "https://other".into()).await;
    assert_eq!(again.expect("a second press"), 0);
    let silent = app.read(place, |week, _| mail::silent_farms(week).len()).await.expect("a week");
    assert!((1..FEW).contains(&silent), "{silent} of {FEW} are silent");
    let noon = carreau::clock::instant(place.week.monday().plus_days(-5), 720).0;
    for (at, expected) in [(noon, silent), (noon + 3_600, 0), (noon + 86_400, silent)] {
        let stamp = Stamp { at: Instant(at), by: "essai".into() };
        let count = mail::nudge(app, place, &stamp, |_| Some(String::new())).await;
        assert_eq!(count.expect("reminders"), expected, "{at}");
    }
}

/// The page: whom to telephone, each letter as it was written, and what somebody did about it.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_whom_to_call() {
    for database in testing::databases() {
        whom_to_call(house(database, &with_farms(FEW)).await).await;
    }
}

async fn whom_to_call(house: House) {
    let app = Arc::new(App::new(house.database.open().await, false));
    let web = Arc::new(Web::new(app.clone(), house.hub, Site::default()));
    let mut browser = Browser::new(&house, "coordinator").await.at(web::router(web));
    let written = written_anew(&app, house.place(0)).await;
    let page = browser.get("/mail").await;
    let going = format!("0 lettres sur {written} parties");
    assert!(page.text().contains(&going), "{}", page.text());
    assert!(page.text().contains("Aucun serveur de courriel n'est réglé"), "{}", page.text());
    let sink = Sink::scripted(|step| match step {
        Step::Rcpt(_) => Answer::Say("550 5.1.1 no such user"),
        _ => Answer::Yes,
    });
    let sink = sink.await;
    deliver_due(&app, &office(&sink), now).await.expect("a look");
    let (farm, _) = to_call(&app).await.remove(0);
    let slug = format!("{}.{}.{farm}.1", house.weeks[0], mail::OFFER_REQUEST);
    let text = browser.get("/mail").await.text();
    let phone = &pack_phone(&app, house.place(0), &farm).await;
    assert!(text.contains("À rappeler") && text.contains(phone.as_str()), "{text}");
    assert!(!text.contains("data-follow"), "nothing waits any more: {text}");
    let letter = browser.get(&format!("/mail/{slug}")).await.text();
    assert!(letter.contains("Que peut apporter"), "{letter}");
    let html = browser.get(&format!("/mail/{slug}/html")).await;
    let policy = html.headers.get("content-security-policy").expect("a policy");
    let policy = policy.to_str().expect("plain");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(html.html().contains("Que peut apporter"));
    let done = browser.post(&format!("/mail/{slug}/calls"), &[]).await.text();
    assert!(done.contains("réglé par téléphone") && done.contains("noté par Anaïs Roux"), "{done}");
    let again = browser.post(&format!("/mail/{slug}/tries"), &[]).await.text();
    assert!(again.contains("rien n'a été changé"), "{again}");
    let (other, _) = to_call(&app).await.remove(1);
    let slug = format!("{}.{}.{other}.1", house.weeks[0], mail::OFFER_REQUEST);
    sink.script(|_| Answer::Yes);
    let done = browser.post(&format!("/mail/{slug}/tries"), &[]).await.text();
    assert!(done.contains("La lettre repart"), "{done}");
    let sent = deliver_due(&app, &office(&sink), now).await.expect("a look");
    assert_eq!(sent, Sent { sent: 1, later: 0, failed: 0 });
    assert_eq!(browser.get("/mail/2026-W02.nudge.nobody.1").await.status, 404);
}

async fn pack_phone(app: &App, place: Place, farm: &str) -> String {
    let look = app.read(place, |week, _| {
        let farms = week.register().producers.values();
        let found = farms.into_iter().find(|one| one.id.as_str() == farm);
        found.expect("a farm").identity.phone.clone()
    });
    look.await.expect("a week")
}
