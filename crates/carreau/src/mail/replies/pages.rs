//! The page of a reply: what the farm wrote beside what it was asked, and what somebody makes of
//! it.

use askama::Template;
use axum::extract::Path;
use trade::Week;
use trade::calendar::Instant;
use trade::id::{PlanId, ProducerId, PurchaseLineId};
use trade::offers::Stamp;

use super::address_of;
use super::receive::{Received, receive};
use super::rows::{self, Kept};
use crate::clock;
use crate::failure::Failure;
use crate::mail::PURCHASE_ORDER;
use crate::mail::pages::{Desk, kind_name};
use crate::store::act::Place;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, back_to, html, read_qty};

/// A reply in the list of the page of letters.
pub struct Row {
    pub href: String,
    pub farm: String,
    pub phone: String,
    pub said: String,
    pub about: String,
    pub at: String,
    pub why: String,
    pub tag: &'static str,
    pub fate: &'static str,
}

/// Letters of a reply that the list shows.
const SHOWN: usize = 120;

impl Row {
    pub fn of(kept: &Kept) -> Row {
        let (tag, fate, why) = state(kept);
        let words = kept.words.replace('\n', " · ");
        let mut said: String = words.chars().take(SHOWN).collect();
        if said.len() < words.len() {
            said.push('…');
        }
        Row {
            href: format!("/mail/replies/{}", kept.reply),
            farm: kept.farm.clone(),
            phone: kept.phone.clone(),
            said: if said.is_empty() { "(rien d'écrit)".into() } else { said },
            about: format!("{}, s. {}", kind_name(&kept.letter.kind), kept.letter.week.week()),
            at: fr::moment(Instant(kept.received_at)),
            why,
            tag,
            fate,
        }
    }
}

/// The mark of a reply, its name, and why.
fn state(kept: &Kept) -> (&'static str, &'static str, String) {
    match (&kept.understood, &kept.stopped, &kept.doubt, &kept.settled_by) {
        (Some(said), ..) => ("ok", "comprise", said.clone()),
        (_, Some(why), ..) => ("", "automatique", why.clone()),
        (_, _, _, Some(by)) => ("ok", "classée", format!("par {by}")),
        (_, _, Some(why), _) => ("late", "à lire", why.clone()),
        _ => ("", "reçue", String::new()),
    }
}

/// Goods that the farm was asked for, or says it brings.
struct Line {
    id: i64,
    name: String,
    day: String,
    quantity: String,
    price: String,
    /// What the farm has confirmed, to be keyed in.
    confirmed: String,
    unit: &'static str,
}

#[derive(Template)]
#[template(path = "mail_reply.html")]
struct ReplyPage {
    frame: Frame,
    row: Row,
    sender: String,
    is_known_sender: bool,
    subject: String,
    words: String,
    attachments: String,
    letter_href: String,
    /// What stands beside: the order, or the offers.
    beside: &'static str,
    lines: Vec<Line>,
    /// Where quantities are keyed in; empty when the letter was no order.
    confirm_action: String,
    farm_href: String,
    file_action: String,
    is_open: bool,
}

fn unknown() -> Failure {
    Failure::NotFound("Cette réponse n'existe pas.".into())
}

async fn kept(desk: &Desk, reply: &str) -> Result<Kept, Failure> {
    rows::one(&desk.db(), desk.scope.hub(), reply).await?.ok_or_else(unknown)
}

/// `GET /mail/replies/{reply}`
pub async fn read(desk: Desk, Path(reply): Path<String>) -> Answer {
    let kept = kept(&desk, &reply).await?;
    let place: Place = desk.scope.at(kept.letter.week);
    let lines = desk.app().read(place, |week, _| lines(week, &kept)).await??;
    let week = kept.letter.week;
    let mut frame = desk.frame(week, &format!("Réponse de {}", kept.farm)).await?;
    frame.subtitle = format!("Arrivée {}", fr::moment(Instant(kept.received_at)));
    let farm_href = format!("/weeks/{week}/offers/farm/{}", kept.letter.recipient);
    let is_order = kept.letter.kind == PURCHASE_ORDER;
    let own = format!("/mail/replies/{reply}");
    html(&ReplyPage {
        frame,
        row: Row::of(&kept),
        sender: kept.sender.clone(),
        is_known_sender: kept.is_known_sender,
        subject: kept.subject.clone(),
        words: kept.words.clone(),
        attachments: match kept.attachments {
            0 => String::new(),
            many => fr::count(many, "pièce jointe, non ouverte", "pièces jointes, non ouvertes"),
        },
        letter_href: format!("/mail/{}", kept.letter.slug()),
        beside: if is_order { "Ce que nous avons commandé" } else { "Ce qui est noté" },
        confirm_action: match is_order && kept.is_open() && !lines.is_empty() {
            true => format!("{own}/confirmations"),
            false => String::new(),
        },
        lines,
        farm_href,
        file_action: format!("{own}/filing"),
        is_open: kept.is_open(),
    })
}

/// What the letter asked for, or what the farm has said until now.
fn lines(week: &Week, kept: &Kept) -> Result<Vec<Line>, Failure> {
    let farm = farm(kept)?;
    let register = week.register();
    match kept.letter.kind.as_str() {
        PURCHASE_ORDER => {
            let plan = PlanId(kept.letter.version);
            let plan = week.plans().iter().find(|one| one.id == plan);
            let own = plan.into_iter().flat_map(|plan| &plan.purchases);
            own.filter(|line| line.producer == farm)
                .map(|line| {
                    let product = register.product(line.product)?;
                    Ok(Line {
                        id: line.id.0,
                        name: crate::mail::letters::named(product, line.labels),
                        day: fr::short_day(line.day),
                        quantity: fr::qty(line.quantity, product.unit),
                        price: fr::price_per(line.price, product.unit),
                        confirmed: fr::number(week.confirmed(line.id)),
                        unit: fr::unit(product.unit, true),
                    })
                })
                .collect()
        }
        _ => {
            let own = week.current_offers().filter(|offer| offer.producer == farm);
            own.filter(|offer| !offer.quantity.is_zero())
                .map(|offer| {
                    let product = register.product(offer.product)?;
                    Ok(Line {
                        id: 0,
                        name: crate::mail::letters::named(product, offer.labels),
                        day: fr::short_day(offer.day),
                        quantity: fr::qty(offer.quantity, product.unit),
                        price: fr::price_per(offer.price, product.unit),
                        confirmed: String::new(),
                        unit: "",
                    })
                })
                .collect()
        }
    }
}

fn farm(kept: &Kept) -> Result<ProducerId, Failure> {
    ProducerId::parse(&kept.letter.recipient).map_err(|_| unknown())
}

/// `POST /mail/replies/{reply}/confirmations`: what somebody made of the reply to an order, keyed
/// in; the reply is then filed.
pub async fn confirm(desk: Desk, Path(reply): Path<String>, fields: Fields) -> Answer {
    let kept = kept(&desk, &reply).await?;
    if !kept.is_open() {
        let said = "Cette réponse est déjà classée : rien n'a été changé.";
        return back_to("/mail", said);
    }
    let mut answers = Vec::new();
    for (id, value) in fields.all_starting("line-") {
        let id: i64 = id.parse().map_err(|_| {
            Failure::Input(format!("La ligne « {id} » est inconnue. Rechargez la page."))
        })?;
        answers.push((PurchaseLineId(id), read_qty(value, "Quantité confirmée")?));
    }
    let by = desk.caught.person.signature();
    let stamp = Stamp { at: clock::now(), by: format!("saisi par {by}") };
    let scope = desk.scope.farm(farm(&kept)?);
    scope.confirm(desk.app(), kept.letter.week, &answers, &stamp).await?;
    rows::file(&desk.db(), desk.scope.hub(), &reply, stamp.at.0, &by).await?;
    back_to("/mail", &format!("Saisi et classé : {}.", kept.farm))
}

/// `POST /mail/replies/{reply}/filing`: somebody has read it, and nothing more is to be done.
pub async fn file(desk: Desk, Path(reply): Path<String>) -> Answer {
    let kept = kept(&desk, &reply).await?;
    let by = desk.caught.person.signature();
    let now = clock::now().0;
    let said = match rows::file(&desk.db(), desk.scope.hub(), &reply, now, &by).await? {
        true => format!("Réponse de {} classée.", kept.farm),
        false => "Cette réponse était déjà classée : rien n'a été changé.".into(),
    };
    back_to("/mail", &said)
}

/// The most letters of a played reply.
const PLAYED_MAX: usize = 5_000;
/// Where the demonstration's farms answer; nothing leaves the machine.
const PLAYED_AT: &str = "reponses@demo.exemple.fr";

/// `POST /mail/{letter}/replies`: in the demonstration, answers a letter as its farm would, by a
/// mail that takes the same way in as any other.
pub async fn play(desk: Desk, Path(slug): Path<String>, fields: Fields) -> Answer {
    if !desk.app().is_demo {
        let said = "On ne répond ainsi que dans la démonstration.";
        return Err(Failure::NotFound(said.into()).into());
    }
    let kept = desk.kept(&slug).await?;
    let words: String = fields.needed("words", "Réponse")?.chars().take(PLAYED_MAX).collect();
    let token = kept
        .reply_token
        .as_deref()
        .ok_or_else(|| Failure::Input("Cette lettre ne se répond pas par courriel.".into()))?;
    let (to, id) = (address_of(PLAYED_AT, token), keys::Token::new());
    let letter = format!(
        "From: <{}>\r\nTo: <{to}>\r\nMessage-ID: <{}@demo.exemple.fr>\r\nSubject: Re\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {words}\r\n",
        kept.email.replace(|c: char| c.is_control(), ""),
        id.as_str()
    );
    let said = match receive(desk.app(), letter.as_bytes(), "", clock::now()).await? {
        Received::Done(said) => format!("La ferme a répondu. Compris : {said}."),
        Received::ToRead(why) => format!("La ferme a répondu : à lire par vous. {why}"),
        Received::Stopped(why) => format!("Réponse arrêtée : {why}."),
        Received::Known | Received::TooMany => "Trop de réponses à cette lettre.".into(),
        Received::Unsigned => "Cette lettre ne se répond plus par courriel.".into(),
    };
    back_to("/mail", &said)
}
