//! The letter that tells food aid weeks ahead of what will probably be too much.

use trade::calendar::IsoWeek;
use trade::id::BuyerId;
use trade::offers::Stamp;
use trade::offers::forewarning::Forewarning;
use trade::party::BuyerKind;
use trade::register::Register;

use super::letters::{named, opened, signed};
use super::sheet::{Column, Row, Sheet};
use super::words::in_own_words;
use super::{FOREWARNING, To, written};
use crate::failure::Failure;
use crate::store::act::Mail;
use crate::store::keys::fingerprint;
use crate::ui::fr;

const COLUMNS: [Column; 3] = [
    Column::text("Produit", 40),
    Column::text("Semaine", 12),
    Column::number("Environ, prévu", 16),
];

/// The letters to all food-aid organisations, one each, for the act that tells them. What is told
/// is never told again as it was, and so is its letter.
pub fn forewarned(
    register: &Register,
    told: &[Forewarning],
    stamp: &Stamp,
) -> Result<Vec<Mail>, Failure> {
    let version = fingerprint(&format!("{told:?}")) & i64::MAX;
    let letters = aids(register).map(|aid| {
        let sheet = forewarned_sheet(register, aid, told)?;
        written(FOREWARNING, To::Buyer(aid), version, &sheet, stamp)
    });
    letters.collect()
}

/// Who is told.
pub fn aids(register: &Register) -> impl Iterator<Item = BuyerId> {
    let buyers = register.buyers.values();
    buyers.filter(|buyer| buyer.kind == BuyerKind::FoodAid).map(|buyer| buyer.id)
}

/// What one organisation is told: by week, then by goods.
pub fn forewarned_sheet(
    register: &Register,
    aid: BuyerId,
    told: &[Forewarning],
) -> Result<Sheet, Failure> {
    let name = &register.buyer(aid)?.identity.name;
    let mut rows = Vec::with_capacity(told.len());
    for one in told {
        let product = register.product(one.product)?;
        rows.push(Row::Cells(vec![
            named(product, one.labels),
            format!("semaine {}", one.week.week()),
            fr::qty(one.quantity, product.unit),
        ]));
    }
    let mut weeks: Vec<IsoWeek> = told.iter().map(|one| one.week).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let from =
        |week: &IsoWeek| format!("- {} : à partir du {}", fr::week(*week), fr::day(week.monday()));
    let sheet = opened("Excédent prévu dans les semaines qui viennent")
        .say(format!(
            "Voici ce que nous prévoyons d'avoir en trop, et que nous pourrions alors offrir à \
             « {name} ». C'est prévu, non promis : tout peut changer, et rien n'est à réserver \
             aujourd'hui."
        ))
        .table(&COLUMNS, rows)
        .say("Ce qui sera vraiment offert vous sera confirmé par courriel, la semaine même :")
        .lines(weeks.iter().map(from).collect())
        .say(
            "Vous n'avez rien à répondre. Si vous savez déjà ce que vous pourriez prendre, \
             dites-le-nous : cela nous aide à prévoir.",
        );
    Ok(in_own_words(signed(sheet, register), register, FOREWARNING))
}
