//! A real letter of each kind, as it would go out with words that are not kept yet.

use std::sync::Arc;

use trade::Week;
use trade::billing::{Billed, DocumentKind};
use trade::calendar::IsoWeek;
use trade::catalog::Labels;
use trade::id::{BuyerId, ProducerId};
use trade::offers::Stamp;
use trade::offers::forewarning::Forewarning;
use trade::party::BuyerKind;
use trade::register::{LetterWords, Register};
use trade::rounds::claim::ClaimCause;
use trade::unit::Qty;

use crate::access::claims::{About, Claim};
use crate::admin::desk::Desk;
use crate::admin::rows;
use crate::clock;
use crate::failure::Failure;
use crate::mail::replies::receive::Effect;
use crate::mail::replies::rows::Incoming;
use crate::mail::sheet::Sheet;
use crate::mail::{
    ASKED_LINK, CLAIM_ANSWER, CONFIRMATION, CREDIT_NOTE, FARM_COPY, FOREWARNING, Foretold,
    INVITATION, INVOICE, NUDGE, OFFER_REQUEST, PRICE_LIST, PURCHASE_ORDER, REPLY_ECHO, SHORTAGE,
    SURPLUS, aids, answer_sheet, copy_sheet, credit_sheet, forewarned_sheet, invitation, letters,
    replies,
};

/// Where a link of a sample leads: nowhere.
const NOWHERE: &str = "https://carreau.exemple.fr/lien#essai";

/// How many weeks are looked back at for one that has a letter of the kind.
const LOOKED_BACK: usize = 6;

/// The latest letter of a kind with these words; `None` when there never was one.
pub async fn letter(desk: &Desk, words: &LetterWords) -> Result<Option<Sheet>, Failure> {
    let last = rows::last_published(&desk.db(), desk.hub()).await?;
    let mut week = last.unwrap_or(desk.place().week);
    for _ in 0..LOOKED_BACK {
        let place = desk.scope.desk().at(week);
        let made = desk.app().read(place, |week, _| {
            let mut week = week.clone();
            let register = with_words(week.register(), words);
            week.set_register(Arc::new(register));
            of_week(&week, words.kind.as_str())
        });
        if let Some(sheet) = made.await?? {
            return Ok(Some(sheet));
        }
        week = week.previous();
    }
    Ok(None)
}

fn with_words(register: &Register, words: &LetterWords) -> Register {
    let mut register = register.clone();
    register.words.push(words.clone());
    register
}

fn of_week(week: &Week, kind: &str) -> Result<Option<Sheet>, Failure> {
    let register = week.register();
    let farm = register.producers.keys().next().copied();
    let link = || NOWHERE.to_string();
    Ok(match kind {
        PRICE_LIST if week.publication().is_some() => match register.buyers.keys().next() {
            Some(&buyer) => Some(letters::price_list(week, buyer, link())?),
            None => None,
        },
        OFFER_REQUEST => match farm {
            Some(farm) => Some(letters::offer_request(week, farm, link())?),
            None => None,
        },
        NUDGE => match farm {
            Some(farm) => Some(letters::nudge(week, farm, link())?),
            None => None,
        },
        PURCHASE_ORDER => {
            let plan = week.plans().iter().find(|plan| !plan.purchases.is_empty());
            match plan {
                Some(plan) => {
                    let farm = plan.purchases[0].producer;
                    Some(letters::purchase_order(week, plan, farm, 0, link())?)
                }
                None => None,
            }
        }
        CONFIRMATION => match week.orders().first() {
            Some(order) => letters::order_confirmation(week, order.buyer, order.day)?,
            None => None,
        },
        INVOICE => {
            let mut documents = week.documents().iter();
            match documents.find(|document| document.kind == DocumentKind::Invoice) {
                Some(document) => Some(letters::invoice(week, document, link())?),
                None => None,
            }
        }
        SHORTAGE => match week.orders().first() {
            Some(order) => {
                let lines: Vec<_> =
                    order.lines.iter().map(|line| order.line_id(line.rank)).collect();
                Some(letters::shortage(week, order.buyer, &lines)?)
            }
            None => None,
        },
        SURPLUS => surplus(week)?,
        FOREWARNING => forewarned(register, week.week())?,
        INVITATION => Some(invitation::sheet(register, "Quai", link())),
        ASKED_LINK => Some(invitation::asked_link(register, link(), true)),
        _ => of_answer(week, kind, farm)?,
    })
}

/// Letters that answer somebody.
fn of_answer(week: &Week, kind: &str, farm: Option<ProducerId>) -> Result<Option<Sheet>, Failure> {
    Ok(match (kind, farm) {
        (CLAIM_ANSWER, _) => match claim(week) {
            Some(claim) => Some(answer_sheet(week, &claim, true, "Vu au quai.")?),
            None => None,
        },
        (CREDIT_NOTE, _) => {
            let mut documents = week.documents().iter();
            match documents.find(|document| document.kind == DocumentKind::CreditNote) {
                Some(document) => Some(credit_sheet(week, document, NOWHERE.into())?),
                None => None,
            }
        }
        (FARM_COPY, Some(farm)) => Some(copy_sheet(week, farm, "", NOWHERE.into())?),
        (REPLY_ECHO, Some(farm)) => {
            Some(replies::noted(week, farm, &Effect::NothingNew, &incoming(week, farm))?)
        }
        _ => None,
    })
}

/// What a canteen might say against the first line of an invoice.
fn claim(week: &Week) -> Option<Claim> {
    let mut documents = week.documents().iter();
    let invoice = documents.find(|document| document.kind == DocumentKind::Invoice)?;
    let line = invoice.lines.first()?;
    let Billed::Delivery(note, of) = line.billed else { return None };
    Some(Claim {
        about: About { note, line: of },
        buyer: BuyerId(invoice.party),
        quantity: line.quantity,
        cause: ClaimCause::Damaged,
        said: String::new(),
        stamp: Stamp { at: clock::now(), by: String::new() },
        has_photo: false,
        answer: None,
        credit_note: None,
    })
}

/// A reply that says nothing new.
fn incoming(week: &Week, farm: ProducerId) -> Incoming {
    let register = week.register();
    Incoming {
        letter: crate::mail::rows::Key {
            hub: register.hub.id,
            week: week.week(),
            kind: OFFER_REQUEST.into(),
            recipient: farm.to_string(),
            version: 1,
        },
        reply: String::new(),
        message_id: String::new(),
        sender: String::new(),
        is_known_sender: true,
        subject: String::new(),
        words: String::new(),
        attachments: 0,
        received_at: clock::now().0,
    }
}

/// A made-up excess of the week after, as the first food aid would be told of it.
fn forewarned(register: &Register, week: IsoWeek) -> Result<Option<Sheet>, Failure> {
    let (aid, product) = (aids(register).next(), register.products.keys().next());
    let (Some(aid), Some(&product)) = (aid, product) else { return Ok(None) };
    let (labels, quantity) = (Labels::NONE, Qty::new(120_000));
    let what = Forewarning { week: week.next(), product, labels, quantity };
    forewarned_sheet(register, aid, &[Foretold { what, before: None }]).map(Some)
}

/// What was last offered, to the first food aid that takes it.
fn surplus(week: &Week) -> Result<Option<Sheet>, Failure> {
    let offered: Vec<_> = week.surplus().offers().iter().map(|offer| offer.id).collect();
    let aid = week.register().buyers.values().filter(|buyer| buyer.kind == BuyerKind::FoodAid);
    for buyer in aid {
        let link = || NOWHERE.to_string();
        if let Some(sheet) = letters::surplus(week, buyer.id, &offered, link)? {
            return Ok(Some(sheet));
        }
    }
    Ok(None)
}
