//! What plans of purchases aim at: one row, and no file where the hub has set nothing. Folders
//! that were written before there was such a file leave a hub's settings as they are.

use trade::calendar::Instant;
use trade::denial::Denial;
use trade::offers::Stamp;
use trade::sourcing::setting::FARMS_MOST;
use trade::sourcing::{Aim, SourcingSetting};
use trade::unit::Cents;

use super::row::Row;
use super::words::{self, code};
use super::write::cents;

/// What a hub has set for its plans of purchases. Its version, and who set it, stay with the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcingNote {
    /// In strict order, promises and quantity first.
    pub aims: Vec<Aim>,
    pub farms_most: i64,
    /// `None`: half the dearest crate of the day.
    pub tolerance: Option<Cents>,
}

impl SourcingNote {
    pub fn of(setting: &SourcingSetting) -> SourcingNote {
        let SourcingSetting { ref aims, farms_most, tolerance, .. } = *setting;
        SourcingNote { aims: aims.clone(), farms_most, tolerance }
    }

    /// The same as a version of the hub that takes it in.
    pub fn setting(self, version: i64, stamp: Stamp) -> SourcingSetting {
        let SourcingNote { aims, farms_most, tolerance } = self;
        SourcingSetting { version, aims, farms_most, tolerance, stamp }
    }
}

pub fn sourcing(row: &mut Row<'_>) -> SourcingNote {
    // The rules stop at their first refusal: each cell is judged beside usual others.
    let usual = SourcingNote::of(&SourcingSetting::usual());
    let aims = aims(row);
    judge(row, "aims", SourcingNote { aims: aims.clone(), ..usual.clone() });
    let farms_most = row.integer("farms_most", FARMS_MOST);
    judge(row, "farms_most", SourcingNote { farms_most, ..usual });
    SourcingNote { aims, farms_most, tolerance: row.opt_cents("tolerance") }
}

fn judge(row: &mut Row<'_>, column: &str, note: SourcingNote) {
    let stamp = Stamp { at: Instant(0), by: String::new() };
    let reason = match note.setting(0, stamp).judged() {
        Ok(_) => return,
        Err(Denial::FarmsOutOfRange { most, .. }) => format!("il faut de 1 à {most} fermes."),
        Err(_) => "d'abord promises+served, puis d'autres objectifs, chacun une fois.".into(),
    };
    row.fault(column, reason);
}

fn aims(row: &mut Row<'_>) -> Vec<Aim> {
    let Some(text) = row.needed("aims") else { return Vec::new() };
    let parts = text.split(['+', '|']).map(str::trim).filter(|part| !part.is_empty());
    let read: Result<Vec<Aim>, String> =
        parts.map(|part| words::find(&words::AIMS, part)).collect();
    read.unwrap_or_else(|reason| {
        row.fault("aims", reason);
        Vec::new()
    })
}

pub fn cells(note: &SourcingNote) -> Vec<String> {
    let aims: Vec<&str> = note.aims.iter().map(|aim| code(&words::AIMS, *aim)).collect();
    let tolerance = note.tolerance.map(cents).unwrap_or_default();
    vec![aims.join("+"), note.farms_most.to_string(), tolerance]
}
