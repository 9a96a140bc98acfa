//! What is told to a farm about its reply: at its address in the register, whoever wrote.

use trade::Week;
use trade::calendar::Instant;
use trade::id::ProducerId;
use trade::offers::Stamp;
use trade::unit::Qty;

use super::receive::Effect;
use super::rows::Incoming;
use crate::failure::Failure;
use crate::mail::letters::{named, opened, signed};
use crate::mail::sheet::{Column, Row, Sheet};
use crate::mail::words::in_own_words;
use crate::mail::{REPLY_ECHO, To, written};
use crate::store::act::Mail;
use crate::store::keys::fingerprint;
use crate::ui::fr;

const COLUMNS: [Column; 4] = [
    Column::text("Produit", 30),
    Column::text("Jour", 14),
    Column::number("Quantité", 11),
    Column::number("Prix net", 11),
];

/// What was noted.
pub fn noted(
    week: &Week,
    farm: ProducerId,
    effect: &Effect,
    incoming: &Incoming,
) -> Result<Sheet, Failure> {
    let number = week.week().week();
    let register = week.register();
    let name = &register.producer(farm)?.identity.name;
    let written = fr::moment(Instant(incoming.received_at));
    let sheet = match effect {
        Effect::Offers(_) => opened(format!("Noté : vos offres de la semaine {number}"))
            .say(format!(
                "Voici ce que nous notons pour « {name} » d'après votre courriel du {written} :"
            ))
            .table(&COLUMNS, rows(week, effect)?),
        Effect::Confirmed(_) => opened("Noté : vous confirmez notre commande")
            .say(format!("Voici ce que « {name} » confirme d'après votre courriel du {written} :"))
            .table(&COLUMNS, rows(week, effect)?),
        Effect::NothingComes => opened(format!("Noté : rien la semaine {number}")).say(format!(
            "D'après votre courriel du {written}, « {name} » n'apporte rien la {}. Merci d'avoir \
             répondu : nous ne vous relançons pas.",
            fr::week(week.week())
        )),
        Effect::NothingNew | Effect::Thanks => {
            opened("Bien reçu, tout était déjà noté").say(format!(
                "Votre courriel du {written} dit ce que nous savions déjà de « {name} ». Rien ne \
                 change."
            ))
        }
    };
    let sheet = unread(sheet, incoming).say(
        "Ce n'est pas cela ? Dites-le en répondant à cette lettre : une personne vous lira, et rien \
         d'autre ne se fera tout seul.",
    );
    Ok(in_own_words(signed(sheet, register), register, REPLY_ECHO))
}

/// That somebody will read it.
pub fn to_read(
    week: &Week,
    farm: ProducerId,
    why: &str,
    incoming: &Incoming,
) -> Result<Sheet, Failure> {
    let register = week.register();
    let name = &register.producer(farm)?.identity.name;
    let sheet = opened("Nous lisons votre réponse")
        .say(format!(
            "Votre courriel du {} pour « {name} » est arrivé. Rien n'est encore noté : une \
             personne le lit d'abord.",
            fr::moment(Instant(incoming.received_at))
        ))
        .say(why);
    let sheet = signed(unread(sheet, incoming), register);
    Ok(in_own_words(sheet, register, REPLY_ECHO))
}

fn unread(sheet: Sheet, incoming: &Incoming) -> Sheet {
    match incoming.attachments {
        0 => sheet,
        _ => sheet
            .say("La pièce jointe n'a pas été ouverte : écrivez dans le courriel ce qui compte."),
    }
}

fn rows(week: &Week, effect: &Effect) -> Result<Vec<Row>, Failure> {
    let register = week.register();
    let row = |product, labels, day, quantity: Qty, price| -> Result<Row, Failure> {
        let product = register.product(product)?;
        Ok(Row::Cells(vec![
            named(product, labels),
            fr::short_day(day),
            fr::qty(quantity, product.unit),
            fr::price_per(price, product.unit),
        ]))
    };
    match effect {
        Effect::Offers(requests) => requests
            .iter()
            .map(|one| row(one.product, one.labels, one.day, one.quantity, one.price))
            .collect(),
        Effect::Confirmed(answers) => answers
            .iter()
            .map(|&(line, quantity)| {
                let line = week.purchase_line(line)?;
                row(line.product, line.labels, line.day, quantity, line.price)
            })
            .collect(),
        Effect::NothingComes | Effect::NothingNew | Effect::Thanks => Ok(Vec::new()),
    }
}

/// The same for the same text, never negative.
pub(super) fn version(text: &str) -> i64 {
    fingerprint(text) & i64::MAX
}

pub(super) fn mail(
    sheet: &Sheet,
    farm: ProducerId,
    version: i64,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    written(REPLY_ECHO, To::Farm(farm), version, sheet, stamp)
}
