//! A real letter of each kind, as it would go out with words that are not kept yet.

use std::sync::Arc;

use trade::Week;
use trade::billing::DocumentKind;
use trade::party::BuyerKind;
use trade::register::{LetterWords, Register};

use crate::admin::desk::Desk;
use crate::admin::rows;
use crate::failure::Failure;
use crate::mail::sheet::Sheet;
use crate::mail::{
    CONFIRMATION, INVITATION, INVOICE, NUDGE, OFFER_REQUEST, PRICE_LIST, PURCHASE_ORDER, SHORTAGE,
    SURPLUS, invitation, letters,
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
                    Some(letters::purchase_order(week, plan, farm, 0)?)
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
        INVITATION => Some(invitation::sheet(register, "Quai", link())),
        _ => None,
    })
}

/// What was last offered, to the first food aid that takes it.
fn surplus(week: &Week) -> Result<Option<Sheet>, Failure> {
    let offered: Vec<_> = week.surplus().offers().iter().map(|offer| offer.id).collect();
    let aid = week.register().buyers.values().filter(|buyer| buyer.kind == BuyerKind::FoodAid);
    for buyer in aid {
        if let Some(sheet) = letters::surplus(week, buyer.id, &offered)? {
            return Ok(Some(sheet));
        }
    }
    Ok(None)
}
