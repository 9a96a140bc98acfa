//! The letter that tells food aid weeks ahead of what will probably be too much.

use trade::calendar::{Instant, IsoWeek};
use trade::catalog::SaleUnit;
use trade::id::BuyerId;
use trade::offers::Stamp;
use trade::offers::forewarning::Forewarning;
use trade::party::BuyerKind;
use trade::register::Register;
use trade::unit::Qty;

use super::letters::{named, opened, signed};
use super::sheet::{Column, Row, Sheet};
use super::words::in_own_words;
use super::{FOREWARNING, To, written};
use crate::clock;
use crate::failure::Failure;
use crate::store::act::Mail;
use crate::store::keys::fingerprint;
use crate::ui::fr;

const COLUMNS: [Column; 3] = [
    Column::text("Produit", 40),
    Column::text("Semaine", 12),
    Column::number("Environ, prévu", 16),
];

/// What food aid is told of some goods in a week.
#[derive(Clone, Copy, Debug)]
pub struct Foretold {
    pub what: Forewarning,
    /// How much it was told before, and when; the letter says that this takes its place.
    pub before: Option<(Qty, Instant)>,
}

/// The letters to all food-aid organisations, one each, for the act that tells them. What is told
/// is never told again as it was, and so is its letter.
pub fn forewarned(
    register: &Register,
    told: &[Foretold],
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
    told: &[Foretold],
) -> Result<Sheet, Failure> {
    let name = &register.buyer(aid)?.identity.name;
    let mut rows = Vec::with_capacity(told.len());
    for Foretold { what, before } in told {
        let product = register.product(what.product)?;
        let goods = named(product, what.labels);
        rows.push(Row::Cells(vec![
            match before {
                Some(before) => format!("{goods}, {}", instead(*before, product.unit)),
                None => goods,
            },
            format!("semaine {}", what.week.week()),
            fr::qty(what.quantity, product.unit),
        ]));
    }
    let mut weeks: Vec<IsoWeek> = told.iter().map(|one| one.what.week).collect();
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

/// `au lieu de 50 kg annoncés le 12 novembre`: what was told before does not come on top. In a
/// narrow column it breaks before « annoncés » only.
fn instead((quantity, at): (Qty, Instant), unit: SaleUnit) -> String {
    let announced = match (unit, quantity.get() < 2_000) {
        (SaleUnit::Kilo | SaleUnit::Litre, true) => "annoncé",
        (SaleUnit::Kilo | SaleUnit::Litre, false) => "annoncés",
        (SaleUnit::Piece | SaleUnit::Bunch, true) => "annoncée",
        (SaleUnit::Piece | SaleUnit::Bunch, false) => "annoncées",
    };
    let day = fr::day_of_month(clock::civil(at).0);
    let said = format!("{announced} le {day}").replace(' ', "\u{a0}");
    format!("au\u{a0}lieu\u{a0}de\u{a0}{} {said}", fr::qty(quantity, unit))
}

#[cfg(test)]
mod tests {
    use trade::calendar::Day;

    use super::*;

    #[test]
    fn what_was_told_before_is_said_with_its_day() {
        let at = clock::instant(Day::parse("2026-11-12").expect("a day"), 9 * 60);
        for (quantity, unit, said) in [
            (50_000, SaleUnit::Kilo, "au lieu de 50 kg annoncés le 12 novembre"),
            (1_000, SaleUnit::Litre, "au lieu de 1 L annoncé le 12 novembre"),
            (1_000, SaleUnit::Piece, "au lieu de 1 pièce annoncée le 12 novembre"),
            (12_000, SaleUnit::Bunch, "au lieu de 12 bottes annoncées le 12 novembre"),
        ] {
            let found = instead((Qty::new(quantity), at), unit);
            assert_eq!(found.replace(['\u{a0}', '\u{202f}'], " "), said);
        }
    }
}
