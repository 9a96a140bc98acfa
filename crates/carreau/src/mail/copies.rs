//! A copy for a farm of what it said and of what is bought from it: plain text for a printer and a
//! nail on the barn's wall.

use std::collections::BTreeMap;

use trade::Week;
use trade::calendar::Day;
use trade::id::{ProducerId, ProductId};
use trade::offers::Stamp;
use trade::unit::{Cents, amount};

use super::letters::{named, opened, signed};
use super::sheet::{Column, Row, Sheet};
use super::words::in_own_words;
use super::{FARM_COPY, To, written};
use crate::failure::Failure;
use crate::sourcing::paper::drop_time;
use crate::store::act::Mail;
use crate::store::keys::fingerprint;
use crate::ui::{fr, paper as papers};

const OFFER_COLUMNS: [Column; 3] =
    [Column::text("Produit", 38), Column::number("Jusqu'à", 14), Column::number("Prix net", 16)];
const BOUGHT_COLUMNS: [Column; 4] = [
    Column::text("Produit", 32),
    Column::number("À apporter", 12),
    Column::text("Colis", 8),
    Column::number("Prix net", 14),
];

/// A copy of a farm's week. `link`: where the farm says or confirms more; empty without.
pub fn farm_copy(
    week: &Week,
    farm: ProducerId,
    note: &str,
    link: String,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let version = copy_version(week, farm, note)?;
    let sheet = copy_sheet(week, farm, note, link)?;
    written(FARM_COPY, To::Farm(farm), version, &sheet, stamp)
}

/// The version of a farm's copy: the same week is the same copy, sent once, whatever its link.
pub fn copy_version(week: &Week, farm: ProducerId, note: &str) -> Result<i64, Failure> {
    let sheet = copy_sheet(week, farm, note, String::new())?;
    Ok(fingerprint(&sheet.plain()) & i64::MAX)
}

/// What the letter says that is a farm's copy.
pub fn copy_sheet(
    week: &Week,
    farm: ProducerId,
    note: &str,
    link: String,
) -> Result<Sheet, Failure> {
    let register = week.register();
    let title = format!("Votre {}, en copie", fr::week(week.week()));
    let name = &register.producer(farm)?.identity.name;
    let mut sheet = opened(title).say(format!("Voici ce qui est noté pour « {name} »."));
    let mut rows = Vec::new();
    for day in register.delivery_days(week.week()) {
        let own = week.current_offers().filter(|one| one.producer == farm && one.day == day);
        let mut own: Vec<_> = own.filter(|one| !one.quantity.is_zero()).collect();
        if own.is_empty() {
            continue;
        }
        own.sort_by_key(|one| (one.product, one.labels));
        rows.push(Row::Group(fr::day(day)));
        for offer in own {
            let product = register.product(offer.product)?;
            rows.push(Row::Cells(vec![
                named(product, offer.labels),
                fr::qty(offer.quantity, product.unit),
                fr::price_per(offer.price, product.unit),
            ]));
        }
    }
    sheet = match rows.is_empty() {
        true => sheet.say("Vous n'offrez rien cette semaine."),
        false => sheet.head("Vos offres").table(&OFFER_COLUMNS, rows),
    };
    if !note.is_empty() {
        sheet = sheet.say(format!("Votre mot : {note}"));
    }
    for (day, rows) in bought(week, farm)? {
        let when = format!("À apporter {}, {}", fr::day(day), drop_time(register));
        sheet = sheet.head(when).table(&BOUGHT_COLUMNS, rows);
    }
    let sheet = sheet.link("Ouvrir votre page de la semaine, sans mot de passe", link);
    Ok(in_own_words(signed(sheet, register), register, FARM_COPY))
}

/// What the hub buys from the farm, day by day, as the farm confirmed it.
fn bought(week: &Week, farm: ProducerId) -> Result<Vec<(Day, Vec<Row>)>, Failure> {
    let mut days: BTreeMap<Day, Vec<(ProductId, Row, i64)>> = BTreeMap::new();
    for line in week.purchase_lines_of(farm) {
        let quantity = week.confirmed(line.id);
        let product = week.register().product(line.product)?;
        let row = Row::Cells(vec![
            named(product, line.labels),
            fr::qty(quantity, product.unit),
            papers::packs(quantity, line.pack),
            fr::price_per(line.price, product.unit),
        ]);
        let cents = amount(quantity, line.price).get();
        days.entry(line.day).or_default().push((line.product, row, cents));
    }
    let of_day = |(day, mut lines): (Day, Vec<(ProductId, Row, i64)>)| {
        lines.sort_by_key(|line| line.0);
        let sum = fr::euros(Cents::new(lines.iter().map(|line| line.2).sum()));
        let mut rows: Vec<Row> = lines.into_iter().map(|line| line.1).collect();
        rows.push(Row::Total(vec!["Total HT".into(), String::new(), String::new(), sum]));
        (day, rows)
    };
    Ok(days.into_iter().map(of_day).collect())
}
