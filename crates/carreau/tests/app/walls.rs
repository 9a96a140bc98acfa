//! What nobody may reach of another: foreign and unknown ids are answered alike, and behind the
//! program's own conditions stands PostgreSQL's wall.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use carreau::app::App;
use db::Lens;
use db::sql::interned;

use crate::browser::{Browser, Page};
use crate::pages::{crawl, is_apart};
use crate::roles::{Cast, routes};
use crate::strangers::{Ids, Strangers, params};
use crate::twins::{OTHERS, Twins, twins};

/// How a request was answered: status, what a reader sees, and how many statements it took. The
/// count stands for the time: it depends on no clock.
#[derive(Debug, PartialEq, Eq)]
struct Answered {
    status: u16,
    text: String,
    statements: usize,
}

impl Answered {
    /// The same without the two ids that were asked for.
    fn without(&self, ids: [&str; 2]) -> Answered {
        let mut ids = ids;
        ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
        let text = ids.iter().fold(self.text.clone(), |text, id| text.replace(id, "@"));
        Answered { text, ..*self }
    }

    fn is_like(&self, other: &Answered, ids: [&str; 2]) -> bool {
        self.without(ids) == other.without(ids)
    }
}

/// A program whose statements are counted.
struct Counted {
    app: Arc<App>,
    count: Arc<AtomicUsize>,
}

impl Counted {
    async fn of(twins: &Twins) -> Counted {
        Counted::through(twins, |text| text).await
    }

    /// As [`Counted::of`], with other texts than the program's own.
    async fn through(twins: &Twins, lens: fn(&'static str) -> &'static str) -> Counted {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let counting: Lens = Arc::new(move |text| {
            seen.fetch_add(1, Ordering::Relaxed);
            lens(text)
        });
        Counted { app: twins.through(counting).await, count }
    }

    /// Asks twice and counts the second time, when what is kept in memory is there; who asks is
    /// looked up each time.
    async fn ask(&self, browser: &mut Browser, asked: &Request, id: &str) -> Answered {
        let mut answered = None;
        for _ in 0..2 {
            self.app.doors.forget();
            // Of equal refusals the first, the tenth and so on are lines: here each is a first.
            self.app.doors.strangers.forget();
            self.app.doors.insiders.forget();
            let before = self.count.load(Ordering::Relaxed);
            let page = asked.send(browser, id).await;
            let statements = self.count.load(Ordering::Relaxed) - before;
            let text = match page.is_html() {
                true => page.text(),
                false => String::from_utf8_lossy(&page.bytes).into_owned(),
            };
            answered = Some(Answered { status: page.status.as_u16(), text, statements });
        }
        answered.expect("asked twice")
    }
}

/// A request with a place for an id: `@` in its address, its fields or its body.
#[derive(Clone, Debug)]
struct Request {
    method: Method,
    address: String,
    fields: String,
}

impl Request {
    async fn send(&self, browser: &mut Browser, id: &str) -> Page {
        let address = self.address.replace('@', id);
        let fields = self.fields.replace('@', id);
        if self.method == Method::GET {
            return browser.get_once(&address).await;
        }
        if fields.starts_with('{') {
            let request = browser.request(Method::POST, &address);
            let request = request.header("x-form-token", browser.form_token());
            let request = request.header("idempotency-key", "walls-12345");
            let request = request.header(CONTENT_TYPE, "application/json");
            return browser.ask(request.body(Body::from(fields)).expect("a request")).await;
        }
        let pairs = fields.split_whitespace().filter_map(|pair| pair.split_once('='));
        let pairs: Vec<_> = pairs.map(|(name, value)| (name.into(), value.into())).collect();
        browser.post_once(&address, &pairs).await
    }
}

/// Every route with an id of its own in its address: one request for each such id, the others
/// being sound.
fn by_address(cast: &Cast) -> Vec<(String, Request)> {
    let mut asked = Vec::new();
    for (method, route) in routes() {
        for param in params(&route) {
            let address = cast.address(&route.replace(&format!("{{{param}}}"), "@"));
            let fields = match method {
                Method::GET => String::new(),
                _ => filled(&route),
            };
            asked.push((param.to_string(), Request { method: method.clone(), address, fields }));
        }
    }
    asked
}

/// What a form is filled with where an empty one would be refused before anything is looked for:
/// the end of the route, and its fields.
const FILLED: [(&str, &str); 15] = [
    ("/amendments", "{\"lines\":[{\"rank\":1,\"quantity\":0}]}"),
    ("/people/{person}", "name=Zoé phone= key=$key"),
    ("/{person}/links", "by=link key=$key"),
    ("/{person}/places", "place=dock key=$key"),
    ("/{person}/places/removal", "membership=x key=$key"),
    ("/{person}/sessions/removal", "session=all key=$key"),
    ("/{person}/keys/removal", "credential=x key=$key"),
    ("/{person}/tokens/removal", "token=x key=$key"),
    ("/{person}/closing", "key=$key"),
    ("/surplus/offers/{surplus}", "quantity=1 key=k1"),
    ("/surplus/split/{reservation}", "name-0=X part-0=1"),
    ("/{letter}/replies", "text=bonjour words=bonjour"),
    ("/vehicles/{vehicle}", "name=Zoé key=$key"),
    ("/{vehicle}/moves", "to=up key=$key"),
    ("/{vehicle}/service", "act=retire key=$key"),
];

fn filled(route: &str) -> String {
    let found = FILLED.iter().find(|(end, _)| route.ends_with(end));
    let fields = found.map_or("", |(_, fields)| fields);
    fields.replace("$key", keys::Token::new().as_str())
}

/// Who asks: every desk and three parties, to whom the ids are foreign. An id of another party is
/// none of a desk's questions: the desks see their hub's parties.
fn who(cast: &Cast, ids: &Ids) -> Vec<(String, Vec<String>)> {
    let all: Vec<String> = ids.of_parties.iter().chain(&ids.of_the_other_hub).cloned().collect();
    let parties = [
        format!("buyer.{}", cast.other_buyer),
        format!("food-aid.{}", cast.food_aid),
        format!("producer.{}", cast.other_farm),
    ];
    let desks = ["administrator", "coordinator", "observer", "dock", "driver", "accountant"];
    let desks = desks.map(|desk| (desk.to_string(), ids.of_the_other_hub.clone()));
    let asking = desks.into_iter().chain(parties.map(|party| (party, all.clone())));
    asking.filter(|(_, ids)| !ids.is_empty()).collect()
}

#[test]
fn every_parameter_is_looked_at() {
    assert_eq!(params("/weeks/{week}/orders/{order}/papers/{format}"), ["order"]);
    assert_eq!(params("/stars/{planet}/moons/{moon}"), ["planet", "moon"], "named by nobody");
    assert_eq!(filled("/stars/{planet}"), "");
}

/// Ids in forms and bodies, with the part that sends them: where, what, foreign, unknown. The
/// words behind `$` are those of the cast.
const FORMS: &str = "\
buyer    | my-orders/amendments    | order=@ quantity-1=0                  | $order  | 987654
buyer    | my-orders               | quantity-1@@$day@@=20 key=k1          | $site   | site-de-nulle-part
producer | my-offers/confirmations | line-@=1                              | $bought | 987654
buyer    | /api/v1/orders          | {\"buyer\":\"$other\",\"site\":\"@\",\"day\":\"$day\",\"lines\":[]} | $site | site-de-nulle-part
buyer    | /api/v1/weeks/$week/orders/@/amendments | {\"lines\":[{\"rank\":1,\"quantity\":0}]} | $order | 987654
buyer    | /api/v1/orders          | {\"buyer\":\"@\",\"site\":\"x\",\"day\":\"$day\",\"lines\":[]} | $own | nobody
buyer    | /weeks/$past/my-orders/claims      | about=@ cause=damaged quantity=1 key=k1 | $claim | $no_claim
food-aid | /weeks/$past/surplus/cancellations | reservation=@                      | $reservation | 987654
food-aid | /weeks/$past/surplus/receipt       | received-@=1 signed_by=X key=k2    | $reservation | 987654
coordinator | /weeks/$past/orders/amendments  | order=@ quantity-1=0               | $else_order  | 987654
coordinator | /weeks/$past/orders/claims/answers | about=@ verdict=yes said=x      | $else_claim  | 98-7654-3
accountant  | /weeks/$past/billing/payouts    | document=@                         | $else_document | 987654
accountant  | /weeks/$past/billing/credits    | about=@                            | $else_claim  | 98-7654-3
accountant  | /weeks/$past/billing/references | buyer=@ commitment_number=1        | $else_buyer  | acheteur-de-nulle-part
accountant  | /weeks/$past/billing/invoices   | buyer=@                            | $else_buyer  | acheteur-de-nulle-part
accountant  | /weeks/$past/billing/farm-bills | producer=@                         | $else_farm   | ferme-de-nulle-part
";

/// T-25: whoever asks for what is another's learns nothing from the answer, nor from how much work
/// it was. Broken variant at the end: an answer to what is one's own is told apart.
#[tokio::test(flavor = "multi_thread")]
async fn foreign_and_unknown_are_answered_alike() {
    for twins in twins().await {
        let name = twins.name();
        let cast = Cast::of(&twins.house, 0).await;
        let counted = Counted::of(&twins).await;
        let strangers = Strangers::settle(&twins, &cast).await;
        assert!(strangers.ids("planet", &cast).is_none(), "{name}: whatever it is called");
        let (mut told, compared) =
            in_addresses(&twins, &counted, &cast, &strangers, |_| true).await;
        assert!(compared > 500, "{name}: only {compared} compared");
        assert!(told.is_empty(), "{name}\n{}", told.join("\n"));
        told.extend(in_forms(&twins, &counted, &cast, &strangers).await);
        assert!(told.is_empty(), "{name}\n{}", told.join("\n"));
        // The broken variant: a page that looks a paper up without asking whose it is.
        let route = "/weeks/{week}/my-orders/invoice/{document}".replace("{document}", "@");
        let method = Method::GET;
        let request = Request { method, address: cast.address(&route), fields: String::new() };
        let mut own = twins.browser(&counted.app, &format!("buyer.{}", cast.own_buyer)).await;
        let found = counted.ask(&mut own, &request, &cast.invoice.to_string()).await;
        let unknown = counted.ask(&mut own, &request, "987654").await;
        assert_ne!(found.status, unknown.status, "{name}");
        assert_ne!(found.text, unknown.text, "{name}");
    }
}

/// Asks every route for ids that are another's and that are nobody's, as those roles that
/// `is_asking` names: what is not answered alike, and how many were compared.
async fn in_addresses(
    twins: &Twins,
    counted: &Counted,
    cast: &Cast,
    strangers: &Strangers,
    is_asking: impl Fn(&str) -> bool,
) -> (Vec<String>, usize) {
    let mut browsers: BTreeMap<String, Browser> = BTreeMap::new();
    let (mut told, mut compared) = (Vec::new(), 0);
    for (param, request) in by_address(cast) {
        let Some(ids) = strangers.ids(&param, cast) else {
            told.push(format!("{request:?}: whose {{{param}}} is it?"));
            continue;
        };
        let unknown = &ids.of_nobody;
        for (role, foreign) in who(cast, &ids).into_iter().filter(|(role, _)| is_asking(role)) {
            if !browsers.contains_key(&role) {
                browsers.insert(role.clone(), twins.browser(&counted.app, &role).await);
            }
            let browser = browsers.get_mut(&role).expect("entered");
            let expected = counted.ask(browser, &request, unknown).await;
            let is_no = matches!(expected.status, 403 | 404);
            if !is_no {
                told.push(format!("{role} {request:?}: {}", expected.status));
            }
            for id in &foreign {
                let found = counted.ask(browser, &request, id).await;
                compared += 1;
                if !found.is_like(&expected, [id, unknown]) {
                    told.push(format!("{role} {request:?} {id}\n  {found:?}\n  {expected:?}"));
                }
            }
        }
    }
    (told, compared)
}

async fn in_forms(
    twins: &Twins,
    counted: &Counted,
    cast: &Cast,
    strangers: &Strangers,
) -> Vec<String> {
    let (past, week) = (twins.house.weeks[0], twins.house.weeks[1]);
    let (order, site, day, bought) =
        crate::roles::foreign(&twins.house, twins.house.place(1), cast).await;
    let of_parties = |param| strangers.ids(param, cast).expect("known").of_parties.remove(0);
    let elsewhere = |param| strangers.ids(param, cast).expect("known").of_the_other_hub.remove(0);
    let words = [
        ("$order", order),
        ("$site", site),
        ("$day", day.clone()),
        ("$bought", bought),
        ("$other", cast.other_buyer.clone()),
        ("$own", cast.own_buyer.clone()),
        // The same line of a note that nobody has: answers name the line.
        ("$no_claim", of_parties("about").replacen(|sign: char| sign.is_ascii_digit(), "98765", 1)),
        ("$claim", of_parties("about")),
        ("$reservation", of_parties("reservation")),
        ("$else_order", elsewhere("order")),
        ("$else_claim", elsewhere("about")),
        ("$else_document", elsewhere("document")),
        ("$else_buyer", elsewhere("buyer")),
        ("$else_farm", elsewhere("producer")),
    ];
    let filled =
        |text: &str| words.iter().fold(text.to_string(), |text, (word, id)| text.replace(word, id));
    let mut told = Vec::new();
    for row in FORMS.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [who, at, fields, foreign, unknown] = columns[..] else { panic!("five: {row}") };
        let role = match who {
            "buyer" => format!("buyer.{}", cast.other_buyer),
            "food-aid" => format!("food-aid.{}", cast.food_aid),
            "producer" => format!("producer.{}", cast.other_farm),
            desk => desk.to_string(),
        };
        let address = match at.starts_with('/') {
            true => at.replace("$week", &week.to_string()).replace("$past", &past.to_string()),
            false => format!("/weeks/{week}/{at}"),
        };
        // A doubled `@` in a field is one that stays.
        let fields = filled(&fields.replace("@@", "\u{1}")).replace('\u{1}', "\u{40}");
        let fields = if fields.contains("quantity-1@") {
            format!("quantity-1@{day}@{{id}}=20 key=k1")
        } else {
            fields.replace('@', "{id}")
        };
        let mut browser = twins.browser(&counted.app, &role).await;
        let mut ask = async |id: &str| {
            let method = Method::POST;
            let (address, fields) = (address.replace('@', id), fields.replace("{id}", id));
            let request = Request { method, address, fields };
            counted.ask(&mut browser, &request, "\u{1}").await
        };
        let (foreign, unknown) = (filled(foreign), filled(unknown));
        let (found, expected) = (ask(&foreign).await, ask(&unknown).await);
        if !found.is_like(&expected, [&foreign, &unknown]) || found.status < 400 {
            told.push(format!("{row}\n  {found:?}\n  {expected:?}"));
        }
    }
    told
}

/// The text of a statement without its condition on the hub.
fn without_hub(text: &'static str) -> &'static str {
    if !text.starts_with("SELECT") {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 40);
    let mut rest = text;
    while let Some(at) = rest.find("hub_id = $") {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let from = rest[..at].rfind(|c| !is_part(c)).map_or(0, |from| from + 1);
        let behind = &rest[at + "hub_id = $".len()..];
        let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let end = at + "hub_id = $".len() + digits;
        out.push_str(&rest[..from]);
        // The value stays, so that the others keep their numbers.
        out.push_str(&format!("({} OR 1 = 1)", &rest[from..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    interned(out)
}

#[test]
fn a_condition_is_taken_out() {
    let text = "SELECT a FROM t x WHERE x.hub_id = $1 AND week = $2";
    let expected = "SELECT a FROM t x WHERE (x.hub_id = $1 OR 1 = 1) AND week = $2";
    assert_eq!(without_hub(text), expected);
    assert_eq!(without_hub("SELECT o.a FROM o JOIN p ON p.hub_id = o.hub_id"), {
        "SELECT o.a FROM o JOIN p ON p.hub_id = o.hub_id"
    });
}

/// The proof of the books says at which minute it was counted.
fn timeless(text: String) -> String {
    let Some((before, behind)) = text.split_once("telles qu'elles sont, le ") else { return text };
    let rest = behind.split_once(". ").map_or("", |(_, rest)| rest);
    format!("{before}{rest}")
}

/// What somebody reads, by address. A page that fails is its status.
async fn read(twins: &Twins, app: &Arc<App>, role: &str) -> BTreeMap<String, String> {
    let mut browser = twins.browser(app, role).await;
    let mut texts = BTreeMap::new();
    for (address, page) in crawl(&mut browser, false).await {
        let is_kept = page.is_html() && !is_apart(&address) && address != "/enter";
        if is_kept {
            let text = match page.status {
                StatusCode::OK => timeless(page.text()),
                status => status.to_string(),
            };
            texts.insert(address, text);
        }
    }
    texts
}

/// T-28: the program forgets in every reading whose rows it means. PostgreSQL still gives the own
/// hub's alone: every page of every role reads as before (the administrator's tells times, and is
/// only looked through), and each question of T-25 is answered like one for what nobody has. The
/// same on SQLite, which has no such wall, shows the others: the broken variant bites.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_wall_holds_when_the_first_is_gone() {
    for twins in twins().await {
        let name = twins.name();
        let cast = Cast::of(&twins.house, 0).await;
        let is_walled = twins.house.app.everything().is_postgres();
        let broken = Counted::through(&twins, without_hub).await;
        let mut mixed = 0;
        for role in readers(&cast, is_walled) {
            let sound = read(&twins, &twins.house.app, &role).await;
            assert!(sound.len() > 3, "{name} {role}: {:?}", sound.keys());
            for (address, text) in &sound {
                assert!(!text.contains(OTHERS), "{name} {role} {address}");
            }
            let found = read(&twins, &broken.app, &role).await;
            match is_walled {
                true => {
                    for (address, text) in &found {
                        assert!(!text.contains(OTHERS), "{name} {role} {address}: {text}");
                    }
                    if role != "administrator" {
                        assert_eq!(found, sound, "{name} {role}");
                    }
                }
                false => mixed += found.values().filter(|text| text.contains(OTHERS)).count(),
            }
        }
        assert!(is_walled || mixed > 3, "{name}: the broken variant shows nothing foreign");
        let strangers = Strangers::settle(&twins, &cast).await;
        let is_asking = |role: &str| is_walled || matches!(role, "coordinator" | "accountant");
        let (mut told, compared) =
            in_addresses(&twins, &broken, &cast, &strangers, is_asking).await;
        if is_walled {
            assert!(compared > 500, "{name}: only {compared} compared");
            told.extend(in_forms(&twins, &broken, &cast, &strangers).await);
            assert!(told.is_empty(), "{name}\n{}", told.join("\n"));
        } else {
            assert!(!told.is_empty(), "{name}: the broken variant answers all alike");
        }
        broken.app.everything().close().await;
    }
}

/// Who looks. Without the wall, where rows of two hubs are mixed up, two desks and two parties are
/// enough to see it.
fn readers(cast: &Cast, is_walled: bool) -> Vec<String> {
    let mut readers = vec![
        "coordinator".to_string(),
        "accountant".into(),
        format!("buyer.{}", cast.own_buyer),
        format!("producer.{}", cast.own_farm),
    ];
    if is_walled {
        readers.extend(["administrator", "observer", "dock", "driver"].map(String::from));
        readers.push(format!("food-aid.{}", cast.food_aid));
    }
    readers
}
