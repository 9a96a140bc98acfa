//! Letters: written in the transaction of the act that causes them, handed over by the worker,
//! followed on the page of letters until each has gone or somebody has telephoned.
//!
//! A letter's text stands in its row and never changes. One per recipient, kind and version, ever:
//! to send again what was sent changes nothing.

pub mod invitation;
mod amends;
mod copies;
mod forewarned;
pub mod letters;
mod pages;
pub mod replies;
pub mod rows;
pub mod sheet;
pub mod words;
pub mod worker;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use trade::Week;
use trade::billing::{Document, DocumentKind};
use trade::calendar::Day;
use trade::id::{BuyerId, OrderLineId, ProducerId, SurplusId};
use trade::offers::Stamp;
use trade::party::{Buyer, BuyerKind};
use trade::sourcing::AcceptedPlan;

use crate::access::link::{self, Opens};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::store::act::{Mail, Place};
use crate::web::Web;
use sheet::Sheet;

/// Addresses of the page of letters.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/mail", get(pages::list))
        .route("/mail/{letter}", get(pages::read))
        .route("/mail/{letter}/html", get(pages::read_html))
        .route("/mail/{letter}/tries", post(pages::try_again))
        .route("/mail/{letter}/calls", post(pages::settle))
        .merge(replies::routes())
}

/// How long after its fact a letter still goes out by itself: two days. What is replayed, imported
/// or waited longer for a mail server is stale, and is somebody's to look at.
pub const FRESH: i64 = 2 * 86_400;

pub const PRICE_LIST: &str = "mercuriale";
pub const OFFER_REQUEST: &str = "offer_request";
pub const NUDGE: &str = "nudge";
pub const PURCHASE_ORDER: &str = "purchase_order";
pub const CONFIRMATION: &str = "order_confirmation";
pub const INVOICE: &str = "invoice";
/// What the hub answers to a claim.
pub const CLAIM_ANSWER: &str = "claim_answer";
pub const CREDIT_NOTE: &str = "credit_note";
pub const LATE_REQUEST: &str = "late_request";
pub const INVITATION: &str = "invitation";

/// A link that was asked for at the door.
pub const ASKED_LINK: &str = "asked_link";

pub use invitation::{asked_link, letter as invitation};
pub const SURPLUS: &str = "surplus";
/// What will probably be too much, weeks ahead.
pub const FOREWARNING: &str = "forewarning";
pub const SHORTAGE: &str = "shortage";
/// What was understood of a reply by mail.
pub const REPLY_ECHO: &str = "reply_echo";

/// Letters that a farm may answer by mail: a reply does what it says, or a person reads it.
const ANSWERABLE: [&str; 4] = [OFFER_REQUEST, NUDGE, PURCHASE_ORDER, REPLY_ECHO];
pub const FARM_COPY: &str = "farm_copy";

pub use amends::{answer_sheet, claim_answered, credit_note, credit_sheet};
pub use copies::{copy_sheet, copy_version, farm_copy};
pub use forewarned::{Foretold, aids, forewarned, forewarned_sheet};

/// To whom a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    Buyer(BuyerId),
    Farm(ProducerId),
    /// The hub itself: what a buyer or a farm asks of it.
    Hub,
}

fn written(
    kind: &'static str,
    to: To,
    version: i64,
    sheet: &Sheet,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let (party, recipient) = match to {
        To::Hub => ("hub", "hub".to_string()),
        To::Buyer(buyer) => ("buyer", buyer.to_string()),
        To::Farm(farm) => ("producer", farm.to_string()),
    };
    let mail = set((kind, version), (party, recipient), sheet, stamp.at.0 + FRESH)?;
    Ok(Mail { reply: ANSWERABLE.contains(&kind).then(keys::Token::new), ..mail })
}

/// A letter of a kind and version to a party and its code, that is answered by nobody and stale
/// after `give_up_at`.
pub fn set(
    (kind, version): (&'static str, i64),
    (party, recipient): (&'static str, String),
    sheet: &Sheet,
    give_up_at: i64,
) -> Result<Mail, Failure> {
    Ok(Mail {
        kind,
        party,
        recipient,
        version,
        subject: sheet.subject.replace(['\u{a0}', '\u{202f}'], " "),
        plain: sheet.plain(),
        html: sheet.html().map_err(|error| Failure::Other(error.into()))?,
        give_up_at,
        reply: None,
    })
}

/// Sends the published list to every buyer, at the buyer's own prices and with the buyer's own
/// link to order; how many were new. `site`: the begin of addresses, as a mail shows them.
pub async fn send_price_lists(
    app: &App,
    place: Place,
    stamp: &Stamp,
    site: &str,
) -> Result<usize, Failure> {
    // A list that is not published is told before any link is made.
    let buyers: Vec<(BuyerId, Opens)> = app
        .read(place, |week, _| {
            week.sale()?;
            let buyers = week.register().buyers.values();
            let opens = buyers.map(|buyer| (buyer.id, Opens::of_buyer(buyer, place.week)));
            Ok::<_, Failure>(opens.collect())
        })
        .await??;
    let known = rows::known(&app.db(place.scope()), place, PRICE_LIST).await?;
    let is_new = |(buyer, _): &(BuyerId, Opens)| !known.contains(&(buyer.to_string(), 1));
    let (new, opens): (Vec<BuyerId>, Vec<Opens>) = buyers.into_iter().filter(is_new).unzip();
    let to = format!("/weeks/{}/my-orders/new?like=last", place.week);
    let tokens = link::make_all(app, place.scope(), &opens, stamp).await?;
    let addresses = tokens.into_iter().map(|token| link::address_to(site, &to, &token));
    let links: BTreeMap<BuyerId, String> = new.into_iter().zip(addresses).collect();
    let write = |week: &Week| {
        let letters = links.iter().map(|(&buyer, link)| {
            let sheet = letters::price_list(week, buyer, link.clone())?;
            written(PRICE_LIST, To::Buyer(buyer), 1, &sheet, stamp)
        });
        letters.collect()
    };
    post_new(app, place, PRICE_LIST, write).await
}

/// Asks every farm what it can bring; how many were not asked before. `link`: where a farm answers.
pub async fn request_offers(
    app: &App,
    place: Place,
    stamp: &Stamp,
    link: impl Fn(ProducerId) -> String + Send + Sync,
) -> Result<usize, Failure> {
    let write = |week: &Week| {
        let farms = week.register().producers.keys();
        farms
            .map(|&farm| {
                let sheet = letters::offer_request(week, farm, link(farm))?;
                written(OFFER_REQUEST, To::Farm(farm), 1, &sheet, stamp)
            })
            .collect()
    };
    post_new(app, place, OFFER_REQUEST, write).await
}

/// Farms that have not said what they bring, not even that it is nothing.
pub fn silent_farms(week: &Week) -> Vec<ProducerId> {
    let said = week.offers().iter().filter(|offer| offer.is_said());
    let heard: HashSet<ProducerId> = said.map(|offer| offer.producer).collect();
    week.register().producers.keys().filter(|farm| !heard.contains(farm)).copied().collect()
}

/// The version of the reminders of a day: one a day goes to each farm.
pub fn nudge_version(stamp: &Stamp) -> i64 {
    clock::civil(stamp.at).0.number()
}

/// Reminds the farms that have not answered and for which there is a link, at most once a day;
/// how many.
pub async fn nudge(
    app: &App,
    place: Place,
    stamp: &Stamp,
    link: impl Fn(ProducerId) -> Option<String> + Send + Sync,
) -> Result<usize, Failure> {
    let version = nudge_version(stamp);
    let write = |week: &Week| {
        let silent = silent_farms(week).into_iter();
        silent
            .filter_map(|farm| Some((farm, link(farm)?)))
            .map(|(farm, link)| {
                let sheet = letters::nudge(week, farm, link)?;
                written(NUDGE, To::Farm(farm), version, &sheet, stamp)
            })
            .collect()
    };
    post_new(app, place, NUDGE, write).await
}

/// When each farm was last reminded of a week, by its code.
pub async fn nudged_at(app: &App, place: Place) -> Result<BTreeMap<String, i64>, Failure> {
    rows::written_at(&app.db(place.scope()), place, NUDGE).await
}

/// Sends each posted invoice to its buyer; how many were new. `link`: where one can be read.
pub async fn send_invoices(
    app: &App,
    place: Place,
    stamp: &Stamp,
    link: impl Fn(&Document) -> String + Send + Sync,
) -> Result<usize, Failure> {
    let write = |week: &Week| {
        let documents = week.documents().iter();
        documents
            .filter(|document| document.kind == DocumentKind::Invoice)
            .map(|document| {
                let sheet = letters::invoice(week, document, link(document))?;
                let to = To::Buyer(BuyerId(document.party));
                written(INVOICE, to, document.id.0, &sheet, stamp)
            })
            .collect()
    };
    post_new(app, place, INVOICE, write).await
}

/// The letters that order goods from farms, for the act that accepts `plan`. `link`: where a farm
/// confirms; empty without.
pub fn purchase_orders(
    week: &Week,
    plan: &AcceptedPlan,
    mut link: impl FnMut(ProducerId) -> String,
) -> Result<Vec<Mail>, Failure> {
    let mut farms: Vec<ProducerId> = plan.purchases.iter().map(|line| line.producer).collect();
    farms.sort_unstable();
    farms.dedup();
    let earlier = |farm: ProducerId| {
        let plans = week.plans().iter().filter(|one| one.day == plan.day && one.id != plan.id);
        plans.filter(|one| one.purchases.iter().any(|line| line.producer == farm)).count()
    };
    let letters = farms.into_iter().map(|farm| {
        let sheet = letters::purchase_order(week, plan, farm, earlier(farm), link(farm))?;
        written(PURCHASE_ORDER, To::Farm(farm), plan.id.0, &sheet, &plan.stamp)
    });
    letters.collect()
}

/// What a buyer asks of the hub after the cut-off: for each delivery its name and its goods.
/// `version`: the same for the same sheet.
pub fn late_request(
    week: &Week,
    buyer: BuyerId,
    asked: &[(String, Vec<String>)],
    version: i64,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let sheet = letters::late_request(week, buyer, asked)?;
    written(LATE_REQUEST, To::Hub, version, &sheet, stamp)
}

/// Tells each food-aid organisation of the surplus that it may take, for the act that offers it.
/// `link`: where one reserves, asked for those only to whom is written; empty without.
pub fn surplus_offered(
    week: &Week,
    offered: &[SurplusId],
    stamp: &Stamp,
    mut link: impl FnMut(&Buyer) -> String,
) -> Result<Vec<Mail>, Failure> {
    let Some(version) = offered.first().map(|id| id.0) else { return Ok(Vec::new()) };
    let buyers = week.register().buyers.values().filter(|one| one.kind == BuyerKind::FoodAid);
    let mut mails = Vec::new();
    for buyer in buyers {
        if let Some(sheet) = letters::surplus(week, buyer.id, offered, || link(buyer))? {
            mails.push(written(SURPLUS, To::Buyer(buyer.id), version, &sheet, stamp)?);
        }
    }
    Ok(mails)
}

/// What a buyer gets of order lines that a farm cannot bring in full, or can after all.
/// `version`: one for each word of the farm, or for what the dock has shared out, each time.
pub fn shortage(
    week: &Week,
    buyer: BuyerId,
    lines: &[OrderLineId],
    version: i64,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let sheet = letters::shortage(week, buyer, lines)?;
    written(SHORTAGE, To::Buyer(buyer), version, &sheet, stamp)
}

/// The letters about shortages that are written for a week: to whom, in which version.
pub async fn shortages_written(app: &App, place: Place) -> Result<HashSet<(String, i64)>, Failure> {
    rows::known(&app.db(place.scope()), place, SHORTAGE).await
}

/// What buyers have ordered for `day`, for the act that ends order taking.
pub fn confirmations(week: &Week, day: Day, stamp: &Stamp) -> Result<Vec<Mail>, Failure> {
    let orders = week.orders().iter().filter(|order| order.day == day);
    let mut buyers: Vec<BuyerId> = orders.map(|order| order.buyer).collect();
    buyers.sort_unstable();
    buyers.dedup();
    let mut mails = Vec::with_capacity(buyers.len());
    for buyer in buyers {
        if let Some(sheet) = letters::order_confirmation(week, buyer, day)? {
            let version = day.number();
            mails.push(written(CONFIRMATION, To::Buyer(buyer), version, &sheet, stamp)?);
        }
    }
    Ok(mails)
}

/// Puts letters that were not sent before into the outbox; how many.
async fn post_new(
    app: &App,
    place: Place,
    kind: &'static str,
    write: impl Fn(&Week) -> Result<Vec<Mail>, Failure>,
) -> Result<usize, Failure> {
    let known = rows::known(&app.db(place.scope()), place, kind).await?;
    app.act(place, |act| {
        let mails = write(act.week())?;
        let new = mails.into_iter().filter(|mail| {
            let key = (mail.recipient.clone(), mail.version);
            !known.contains(&key)
        });
        let mut count = 0;
        for mail in new {
            act.send(mail);
            count += 1;
        }
        Ok(count)
    })
    .await
}
