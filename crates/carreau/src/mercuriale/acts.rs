//! Pricing, cell by cell, and publishing.

use trade::Week;
use trade::mercuriale::sheet::{CellChange, RowId, Sheet};
use trade::mercuriale::{MercurialeLine, Publication, draft, publish, set_price};
use trade::offers::{Stamp, announce};
use trade::unit::Price;

use super::cells::{Conflict, answer, conflict};
use super::grid::{Before, cell_name};
use crate::app::App;
use crate::clock;
use crate::failure::{CellRefusal, Failure};
use crate::store::act::{Act, Place};
use crate::store::keys::{self, Kept};
use crate::ui::fr;

/// Freezes the price list. It is sent to buyers by [`crate::mail::send_price_lists`].
pub async fn publish_week(app: &App, place: Place, stamp: &Stamp) -> Result<Publication, Failure> {
    let published = app
        .act(place, |act| {
            let register = act.week().register().clone();
            let cutoffs = clock::sale_days(&register, place.week);
            let publication = publish(act.week(), &cutoffs, stamp.clone())?;
            act.add(publication.clone());
            Ok(publication)
        })
        .await?;
    app.pages.forget((place.hub, place.week));
    Ok(published)
}

/// A sale price typed for a row that showed `seen`; without `sale` it follows the rule again.
pub struct Setting {
    pub row: RowId,
    pub seen: Option<Price>,
    pub sale: Option<Price>,
}

/// Sets sale prices of the draft by hand, all or none; how many changed. A price that somebody
/// else changed since it was seen is not overwritten: nothing is done, and both are told.
pub async fn price_lines(
    app: &App,
    place: Place,
    settings: &[Setting],
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let lines = draft(act.week())?;
        let mut changed = 0;
        for setting in settings {
            let line = lines.iter().find(|line| RowId::of(line) == setting.row);
            let line = line.ok_or_else(|| {
                let product = setting.row.product;
                let said = format!("« {product} » n'est plus dans la mercuriale : rechargez-la.");
                Failure::NotFound(said)
            })?;
            if is_change(act.week(), line, setting)? {
                let setting = set_price(act.week(), line, setting.sale, stamp.clone())?;
                act.add(setting);
                changed += 1;
            }
        }
        Ok(changed)
    })
    .await
}

fn is_change(week: &Week, line: &MercurialeLine, setting: &Setting) -> Result<bool, Failure> {
    let Setting { row, seen, sale } = *setting;
    let by_hand = week.price_setting(row.product, row.labels, row.policy);
    let is_there = sale.map_or(by_hand.is_none(), |sale| sale == line.sale);
    if is_there || (seen.is_some() && sale == seen) {
        return Ok(false);
    }
    if let Some(seen) = seen.filter(|&seen| seen != line.sale) {
        let product = &week.register().product(row.product)?.name;
        let sent = sale.map_or("le prix par règle".into(), fr::price);
        return Err(Failure::Input(format!(
            "Prix de vente de « {product} » : vous aviez vu {}, quelqu'un a écrit {} depuis, et \
             vous écrivez {sent}. Rechargez la page, puis choisissez.",
            fr::price(seen),
            fr::price(line.sale)
        )));
    }
    Ok(true)
}

/// Changes of cells, with the key under which they are done once.
pub struct Request {
    pub key: String,
    /// What the key stands for, as one text.
    pub asked: String,
    pub changes: Vec<CellChange>,
}

/// Writes cells, all or none but those that somebody else changed meanwhile; gives the answer in
/// JSON, which the same key finds again.
pub async fn save_cells(
    app: &App,
    place: Place,
    request: &Request,
    before: &Before,
    stamp: &Stamp,
) -> Result<String, Failure> {
    let hash = keys::fingerprint(&request.asked);
    if let Some(answer) = keys::answered(app, place, &request.key, hash).await? {
        return Ok(answer);
    }
    let saved = app.act(place, |act| {
        let conflicts = write_cells(act, &request.changes, stamp)?;
        let answer = answer(act.week(), before, &request.changes, &conflicts, stamp)?;
        act.keep(Kept { key: request.key.clone(), hash, answer: answer.clone() });
        Ok(answer)
    });
    match saved.await {
        // The same key may have come twice at once: what the first was answered is then there.
        Err(Failure::Busy) => {
            keys::answered(app, place, &request.key, hash).await?.ok_or(Failure::Busy)
        }
        saved => saved,
    }
}

fn write_cells(
    act: &mut Act<'_>,
    changes: &[CellChange],
    stamp: &Stamp,
) -> Result<Vec<Conflict>, Failure> {
    if let Some(publication) = act.week().publication() {
        return Err(trade::Denial::AlreadyPublished { at: publication.stamp.at }.into());
    }
    let refusal = |cell, denial: &trade::Denial| CellRefusal {
        cell: cell_name(cell),
        reason: crate::denied::sentence(denial),
    };
    let (merged, conflicts) = {
        let sheet = Sheet::of(act.week())?;
        let merged = sheet.merge(changes, stamp).map_err(|refused| {
            Failure::Cells(refused.iter().map(|(cell, denial)| refusal(*cell, denial)).collect())
        })?;
        let met = merged.conflicts.iter();
        let conflicts: Vec<Conflict> =
            met.map(|(one, stored)| conflict(one, *stored, sheet.writer(one.cell))).collect();
        (merged, conflicts)
    };
    for (cell, request) in &merged.offers {
        let offer = announce(act.week(), request, stamp.clone());
        act.add(offer.map_err(|denial| Failure::Cells(vec![refusal(*cell, &denial)]))?);
    }
    for setting in merged.settings {
        act.add(setting);
    }
    Ok(conflicts)
}
