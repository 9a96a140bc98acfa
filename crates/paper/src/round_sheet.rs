use crate::parts::{Fact, Imprint};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// The rounds of a day (*feuilles de route*), each on a page of its own: where a driver goes, when,
/// with what, and a place to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundSheets {
    pub imprint: Imprint,
    pub hub: String,
    /// "Feuille de route".
    pub title: String,
    /// "mercredi 25 novembre 2026".
    pub day: String,
    pub rounds: Vec<RoundSheet>,
}

/// The way of one truck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundSheet {
    /// "T1".
    pub name: String,
    pub vehicle: String,
    /// Leaves, back, distance, load, pause.
    pub facts: Vec<Fact>,
    pub stops: Vec<SheetStop>,
}

/// A place where the truck calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetStop {
    pub rank: String,
    /// "6 h 05"; empty for rounds without times.
    pub arrives: String,
    pub leaves: String,
    pub name: String,
    pub address: String,
    pub phone: Option<String>,
    /// "6 h 30 – 9 h 00".
    pub hours: Option<String>,
    /// "BL-261124-lycee", or nothing at a farm.
    pub note: Option<String>,
    /// "120 kg", and what it is, goods by goods.
    pub brings: Option<String>,
    pub goods: Vec<String>,
    pub fetches: Option<String>,
    /// Who signed, when it was signed on a screen.
    pub signed: Option<String>,
}

impl Paper for RoundSheets {
    const TEMPLATE: &'static str = "round_sheets.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
