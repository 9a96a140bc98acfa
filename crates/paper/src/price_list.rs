use crate::parts::{Imprint, Party};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// The weekly price list (*mercuriale*) as buyers pin it to the kitchen wall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    pub imprint: Imprint,
    pub hub: Party,
    /// "Mercuriale".
    pub title: String,
    /// "Semaine 48, du lundi 23 au vendredi 27 novembre 2026".
    pub week: String,
    /// One line per delivery day.
    pub deadlines: Vec<Deadline>,
    /// How to order, what is new this week.
    pub notice: Option<String>,
    pub families: Vec<Family>,
    /// Conditions under the list: tax, carriage, minimum order.
    pub notes: Vec<String>,
}

/// A delivery day and the last moment to order for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub delivery: String,
    pub cutoff: String,
}

/// A heading of the list: "Légumes racines".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    pub name: String,
    pub lines: Vec<PriceLine>,
}

/// One product at one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine {
    pub product: String,
    pub variety: Option<String>,
    /// "Cat. I".
    pub quality_class: Option<String>,
    pub size_grade: Option<String>,
    /// Country in full, then the place: "France, Mauguio (34)".
    pub origin: String,
    /// "AB", "HVE", "IGP".
    pub label: Option<String>,
    /// "Colis 10 kg".
    pub pack: String,
    /// "kg", "pièce", "botte".
    pub unit: String,
    /// Price without tax, per unit: "1,45 €".
    pub price: String,
    pub mark: Mark,
}

/// How a line compares with last week's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Same,
    New,
    Up,
    Down,
}

impl Paper for PriceList {
    const TEMPLATE: &'static str = "price_list.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
