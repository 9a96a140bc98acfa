//! One operation of the door, as it is declared, and one request for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::RequestPartsExt;
use axum::body::to_bytes;
use axum::extract::{Path, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use trade::calendar::{Day, IsoWeek};
use trade::offers::Stamp;

use super::document::SCHEMAS;
use super::reply::{Refusal, Reply};
use super::shape::{self, As, Coded, Int, Schemas, Shaped};
use super::valid;
use crate::access::api_token::Leave;
use crate::access::{BuyerScope, HubScope, Person, ProducerScope};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::store::keys::{Once, fingerprint};
use crate::web::Web;
use crate::web::guard::Caller;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
}

impl Verb {
    /// As the document writes it.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Get => "get",
            Verb::Post => "post",
        }
    }

    /// What the header `Allow` says of it.
    pub fn allowed(self) -> &'static [&'static str] {
        match self {
            Verb::Get => &["GET", "HEAD"],
            Verb::Post => &["POST"],
        }
    }
}

/// A field of the address.
pub struct Param {
    pub name: &'static str,
    pub shape: fn(&mut Schemas) -> Value,
    pub said: &'static str,
    pub example: &'static str,
}

/// What comes when nothing is refused.
#[derive(Clone, Copy)]
pub enum Answers {
    Json(fn(&mut Schemas) -> Value),
    Paper,
}

type Run = fn(Call) -> BoxFuture<'static, Result<Reply, Refusal>>;

/// Something that a program may ask for.
pub struct Operation {
    pub verb: Verb,
    /// Behind [`super::BASE`], as the router writes it.
    pub path: &'static str,
    pub id: &'static str,
    /// The heading under which it stands.
    pub part: &'static str,
    pub title: &'static str,
    pub told: &'static str,
    pub leave: Leave,
    /// The part of the site that a desk must be allowed; `None`: not for desks.
    pub desk: Option<&'static str>,
    pub buyer: bool,
    pub farm: bool,
    pub query: Vec<Param>,
    pub body: Option<fn(&mut Schemas) -> Value>,
    pub answers: Answers,
    pub gives: &'static str,
    /// Order taking may have ended, or what was read has changed (409).
    pub may_be_late: bool,
    /// A rule may say no to what is only read (422); to acts it always may.
    pub may_refuse: bool,
    /// Operations that its answer leads to: the name, the operation, and where the document finds
    /// each part of its address.
    pub links: &'static [Link],
    pub(super) run: Run,
}

/// From an answer to an operation.
pub struct Link {
    pub name: &'static str,
    pub to: &'static str,
    pub parts: &'static [(&'static str, &'static str)],
}

impl Operation {
    pub fn new<T: Shaped>(
        verb: Verb,
        path: &'static str,
        id: &'static str,
        title: &'static str,
        run: Run,
    ) -> Operation {
        Operation {
            verb,
            path,
            id,
            part: "",
            title,
            told: "",
            leave: if verb == Verb::Get { Leave::Read } else { Leave::Trade },
            desk: None,
            buyer: false,
            farm: false,
            query: Vec::new(),
            body: None,
            answers: Answers::Json(T::shape),
            gives: "",
            may_be_late: false,
            may_refuse: false,
            links: &[],
            run,
        }
    }

    pub fn told(mut self, told: &'static str, gives: &'static str) -> Operation {
        (self.told, self.gives) = (told, gives);
        self
    }

    /// For desks that may look at (or change) this part of the site.
    pub fn desk(mut self, place: &'static str) -> Operation {
        self.desk = Some(place);
        self
    }

    pub fn buyer(mut self) -> Operation {
        self.buyer = true;
        self
    }

    pub fn farm(mut self) -> Operation {
        self.farm = true;
        self
    }

    pub fn leave(mut self, leave: Leave) -> Operation {
        self.leave = leave;
        self
    }

    pub fn query(mut self, param: Param) -> Operation {
        self.query.push(param);
        self
    }

    /// Answers page by page; `example` is one of the marks.
    pub fn paged(self, example: &'static str) -> Operation {
        self.paged_by(shape::CODE, example)
    }

    /// [`Operation::paged`], by marks of a form.
    pub fn paged_by(self, pattern: &'static str, example: &'static str) -> Operation {
        let shape = match pattern {
            shape::WEEK => As::<IsoWeek>::shape,
            _ => As::<trade::id::ProductId>::shape,
        };
        self.query(Param {
            name: "limit",
            shape: Int::<1, MOST>::shape,
            said: "Éléments par page : 100 si vous ne dites rien.",
            example: "50",
        })
        .query(Param {
            name: "after",
            shape,
            said: "Le « next » de la page d'avant.",
            example,
        })
    }

    pub fn body<T: Shaped>(mut self) -> Operation {
        self.body = Some(T::shape);
        self
    }

    pub fn paper(mut self) -> Operation {
        self.answers = Answers::Paper;
        self
    }

    pub fn may_be_late(mut self) -> Operation {
        self.may_be_late = true;
        self
    }

    pub fn may_refuse(mut self) -> Operation {
        self.may_refuse = true;
        self
    }

    pub fn links(mut self, links: &'static [Link]) -> Operation {
        self.links = links;
        self
    }

    /// The names in its address.
    pub fn in_path(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Every status with which it may be answered.
    pub fn statuses(&self) -> Vec<u16> {
        let mut all = match self.verb {
            Verb::Get => vec![200, 304],
            Verb::Post => vec![201, 400, 413, 415, 422],
        };
        if self.verb == Verb::Get && !self.query.is_empty() {
            all.push(400);
        }
        if self.in_path().next().is_some() || self.verb == Verb::Post {
            all.push(404);
        }
        if self.may_be_late {
            all.push(409);
        }
        if self.may_refuse {
            all.push(422);
        }
        all.extend([401, 403, 406, 429, 503]);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether this person, or a program that asks for them, may ask for it.
    fn admit(&self, web: &Web, person: &Person) -> Result<(), Failure> {
        let writes = self.verb == Verb::Post;
        let is_theirs = match self.desk {
            Some(place) if person.role.is_desk() => (web.may)(person.role, place, writes),
            _ => {
                (self.buyer && person.buyer_scope().is_some())
                    || (self.farm && person.producer_scope().is_some())
            }
        };
        if !is_theirs {
            let role = person.role.name();
            let said = format!("Vous êtes « {role} » : cette demande n'est pas pour ce rôle.");
            return Err(Failure::Forbidden(said));
        }
        if !person.has_leave(self.leave) {
            let said = format!("Ce jeton ne donne pas le droit « {} ».", self.leave.word());
            return Err(Failure::Forbidden(said));
        }
        Ok(())
    }
}

/// Most elements of one page.
pub const MOST: i64 = 500;
/// Elements of a page when nobody says how many.
const USUAL: usize = 100;
/// Most bytes of a body.
const BODY_MAX: usize = 1 << 20;

/// What a field of an address is, wherever it stands.
pub fn path_param(name: &str) -> Param {
    let number = |said, example| (Int::<1, 1_000_000_000>::shape as fn(&mut _) -> _, said, example);
    let (name, (shape, said, example)) = match name {
        "week" => ("week", (As::<IsoWeek>::shape as fn(&mut _) -> _, "Semaine ISO", "2026-W48")),
        "day" => ("day", (As::<Day>::shape as fn(&mut _) -> _, "Jour de livraison", "2026-11-24")),
        "site" => (
            "site",
            (As::<trade::id::SiteId>::shape as fn(&mut _) -> _, "Code du site", "college-rimbaud"),
        ),
        "order" => ("order", number("Numéro de la commande", "12")),
        _ => ("document", number("Numéro de la pièce dans la semaine", "3")),
    };
    Param { name, shape, said, example }
}

/// In whose name something is asked.
#[derive(Clone, Copy)]
pub enum Seat {
    Hub(HubScope),
    Buyer(BuyerScope),
    Farm(ProducerScope),
}

/// A request whose form is right, by somebody who may ask it.
pub struct Call {
    pub web: Arc<Web>,
    pub person: Arc<Person>,
    operation: &'static Operation,
    path: BTreeMap<String, String>,
    query: Map<String, Value>,
    key: String,
    body: Value,
}

impl Call {
    pub fn app(&self) -> &App {
        &self.web.app
    }

    pub fn seat(&self) -> Result<Seat, Failure> {
        let person = &self.person;
        let hub = person.hub_scope().map(Seat::Hub);
        let own = || person.buyer_scope().map(Seat::Buyer);
        let farm = || person.producer_scope().map(Seat::Farm);
        hub.or_else(own).or_else(farm).ok_or_else(|| Failure::Forbidden("Entrez d'abord.".into()))
    }

    /// The whole hub, where an operation is for desks only.
    pub fn hub(&self) -> Result<HubScope, Failure> {
        let scope = self.person.hub_scope();
        scope.ok_or_else(|| Failure::Forbidden("Cette demande est celle de la plateforme.".into()))
    }

    fn coded<T: Coded>(&self, name: &str) -> Result<T, Failure> {
        let text = self.path.get(name).map(String::as_str).unwrap_or_default();
        T::read(text).ok_or_else(|| {
            Failure::NotFound(format!("« {} » : rien n'a cette adresse.", valid::cut(text)))
        })
    }

    pub fn week(&self) -> Result<IsoWeek, Failure> {
        self.coded("week")
    }

    pub fn day(&self) -> Result<Day, Failure> {
        self.coded("day")
    }

    pub fn site(&self) -> Result<trade::id::SiteId, Failure> {
        self.coded("site")
    }

    /// A number in the address.
    pub fn number(&self, name: &str) -> Result<i64, Failure> {
        let text = self.path.get(name).map(String::as_str).unwrap_or_default();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|&number: &i64| is_plain && number > 0);
        number.ok_or_else(|| {
            Failure::NotFound(format!("« {} » : rien n'a ce numéro.", valid::cut(text)))
        })
    }

    /// A text of the query.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }

    /// A code of the query.
    pub fn asked_for<T: Coded>(&self, name: &str) -> Option<T> {
        self.asked(name).and_then(T::read)
    }

    pub fn limit(&self) -> usize {
        let limit = self.query.get("limit").and_then(Value::as_u64);
        limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(USUAL)
    }

    /// One page of `all`, which are in the order of their marks; `mark` is what `after` names.
    pub fn page<T, U>(
        &self,
        all: impl IntoIterator<Item = T>,
        mark: impl Fn(&T) -> Mark,
        mut show: impl FnMut(T) -> Result<U, Failure>,
    ) -> Result<super::shape::Listed<U>, Failure> {
        let after = self.asked("after");
        let is_behind = |one: &T| match (mark(one), after) {
            (_, None) => true,
            (Mark::Number(number), Some(after)) => {
                after.parse().is_ok_and(|after: i64| number > after)
            }
            (Mark::Code(code), Some(after)) => code.as_str() > after,
        };
        let mut rest = all.into_iter().filter(is_behind).peekable();
        let (mut items, mut last) = (Vec::new(), String::new());
        for one in rest.by_ref() {
            last = mark(&one).text();
            items.push(show(one)?);
            if items.len() >= self.limit() {
                break;
            }
        }
        let next = rest.peek().is_some().then_some(last);
        Ok(super::shape::Listed { items, next })
    }

    /// The body, which was held against its schema before.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_value(self.body.clone())
            .map_err(|fault| Failure::Input(format!("Le corps ne se lit pas : {fault}.")))
    }

    /// Now, signed by whoever acts.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: clock::now(), by: self.person.signature() }
    }

    /// The key under which it is done once. Keys of two people never meet.
    pub fn once(&self) -> Once {
        let path: Vec<&str> = self.path.values().map(String::as_str).collect();
        let asked = format!("{}|{}|{}", self.operation.id, path.join("|"), self.body);
        let whose = if self.person.id.is_empty() {
            self.person.role.code()
        } else {
            self.person.id.clone()
        };
        Once { key: format!("api-{whose}-{}", self.key), hash: fingerprint(&asked) }
    }
}

/// By what an element of a list is found again.
pub enum Mark {
    Number(i64),
    Code(String),
}

impl Mark {
    fn text(self) -> String {
        match self {
            Mark::Number(number) => number.to_string(),
            Mark::Code(code) => code,
        }
    }
}

/// Answers a request for an operation.
pub async fn answer(web: Arc<Web>, operation: &'static Operation, request: Request) -> Response {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|one| one.to_str().ok());
    let known = known.map(str::to_string);
    match called(web, operation, request).await {
        Ok(call) => match (operation.run)(call).await {
            Ok(reply) => reply.into_answer(operation.verb, known.as_deref()),
            Err(refusal) => refusal.into_response(),
        },
        Err(refusal) => refusal.into_response(),
    }
}

/// Reads a request. Who asks comes first, then the form: who may not ask learns nothing of it.
async fn called(
    web: Arc<Web>,
    operation: &'static Operation,
    request: Request,
) -> Result<Call, Refusal> {
    let (mut parts, body) = request.into_parts();
    let person = parts.extensions.get::<Caller>().and_then(|caller| caller.person.clone());
    let person = person.ok_or_else(|| Failure::Forbidden("Entrez d'abord.".into()))?;
    operation.admit(&web, &person)?;
    acceptable(operation, &parts.headers)?;
    let path = parts.extract::<Path<BTreeMap<String, String>>>().await;
    let path = path.map(|Path(path)| path).unwrap_or_default();
    let query = query(operation, &parts)?;
    let (mut key, mut sent) = (String::new(), Value::Null);
    if let Some(shape) = operation.body {
        is_json(&parts.headers)?;
        key = read_key(&parts.headers)?;
        let bytes = to_bytes(body, BODY_MAX).await.map_err(|_| Refusal::too_large(BODY_MAX))?;
        sent = read_body(shape, &bytes)?;
    }
    Ok(Call { web, person, operation, path, query, key, body: sent })
}

fn acceptable(operation: &Operation, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = match operation.answers {
        Answers::Json(_) => "application/json",
        Answers::Paper => "application/pdf",
    };
    let mut wanted = headers.get_all(ACCEPT).iter().filter_map(|one| one.to_str().ok()).peekable();
    if wanted.peek().is_none() {
        return Ok(());
    }
    let takes = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let is_refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        !is_refused && (matches!(kind, "*/*" | "application/*") || kind.eq_ignore_ascii_case(given))
    };
    match wanted.flat_map(|all| all.split(',')).any(takes) {
        true => Ok(()),
        false => Err(Refusal::not_acceptable(given)),
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    match kind.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(Refusal::media_type()),
    }
}

fn read_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let bad = |said: &str| Refusal::new(StatusCode::BAD_REQUEST, "idempotency_key", said.into());
    let mut keys = headers.get_all(KEY_HEADER).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return Err(bad(
            "L'en-tête Idempotency-Key manque, ou vient plusieurs fois : donnez-en un, de 8 à 80 \
             lettres, chiffres, points, tirets ou deux-points.",
        ));
    };
    let key = key.to_str().ok().filter(|key| shape::is_of_form(shape::KEY, key));
    key.map(str::to_string).ok_or_else(|| {
        bad("Idempotency-Key : de 8 à 80 lettres, chiffres, points, tirets ou deux-points.")
    })
}

pub const KEY_HEADER: &str = "idempotency-key";

fn read_body(shape: fn(&mut Schemas) -> Value, bytes: &[u8]) -> Result<Value, Refusal> {
    let body: Value = serde_json::from_slice(bytes).map_err(|fault| {
        Failure::Input(format!(
            "Le corps doit être du JSON : il ne se lit plus à la ligne {}, colonne {}.",
            fault.line(),
            fault.column()
        ))
    })?;
    let body = whole(body);
    let schema = shape(&mut SCHEMAS.clone());
    match valid::faults(&schema, &SCHEMAS, &body) {
        none if none.is_empty() => Ok(body),
        faults => Err(Refusal::input(faults)),
    }
}

/// Numbers without a fraction are integers, however they are written: 30.0 is 30.
fn whole(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            // Up to 2^53 each integer has its own number.
            Some(real) if number.is_f64() && real.fract() == 0.0 && real.abs() < EXACT => {
                json!(real as i64)
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(whole).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, whole(value))).collect()
        }
        other => other,
    }
}

const EXACT: f64 = 9_007_199_254_740_992.0;

/// The query as an object, each field in its type.
fn query(operation: &Operation, parts: &Parts) -> Result<Map<String, Value>, Refusal> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let pairs = pairs.map(|pairs| pairs.0).map_err(|_| {
        Refusal::input(vec!["Ce qui suit « ? » dans l'adresse ne se lit pas.".into()])
    })?;
    let mut query = Map::new();
    let mut faults = Vec::new();
    for (name, text) in pairs {
        let Some(param) = operation.query.iter().find(|param| param.name == name) else {
            let known: Vec<&str> = operation.query.iter().map(|param| param.name).collect();
            faults.push(format!(
                "« {} » n'existe pas ici : retirez-le de l'adresse. Connus : {}.",
                valid::cut(&name),
                if known.is_empty() { "aucun".into() } else { known.join(", ") }
            ));
            continue;
        };
        let schema = (param.shape)(&mut Schemas::new());
        let is_number = schema["type"] == "integer";
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let value = match text.parse::<i64>() {
            Ok(number) if is_number && is_plain => json!(number),
            _ => json!(text),
        };
        let wrong = valid::faults(&schema, &SCHEMAS, &value).into_iter();
        faults.extend(wrong.map(|said| said.replacen("Le corps", &format!("« {name} »"), 1)));
        if query.insert(name.clone(), value).is_some() {
            faults.push(format!("« {name} » vient deux fois dans l'adresse."));
        }
    }
    if faults.is_empty() { Ok(query) } else { Err(Refusal::input(faults)) }
}
