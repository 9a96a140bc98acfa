//! Who trades: the hub, its farms, its buyers with their sites, its trucks.

mod carriage;

pub use carriage::{
    Access, Carriage, DockRules, Duty, Hours, Rest, service_seconds, unloading_seconds,
};

use crate::calendar::{Day, Weekday};
use crate::catalog::{Label, Labels};
use crate::denial::Denial;
use crate::id::{BuyerId, Code, HubId, ProducerId, ProductId, SiteId, VehicleId};
use crate::treasury::InvoiceRule;
use crate::unit::{Cents, Grams, Price, Rate};

/// A point of the map, in millionths of a degree (WGS 84).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub lat_e6: i64,
    pub lon_e6: i64,
}

/// Name, address and numbers that the law wants on papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    pub address: String,
    pub postcode: String,
    pub commune: String,
    /// 14 digits, or empty when there is none.
    pub siret: String,
    /// `FR` and 11 digits, or empty.
    pub vat_number: String,
    pub iban: String,
    pub email: String,
    pub phone: String,
}

/// Judges a change of what the law wants on papers (a name, an address, a SIRET): what stands on
/// papers that are out is never changed. Filling in what was missing is no change.
pub fn judge_identity(
    party: Code,
    before: &str,
    after: &str,
    has_papers: bool,
) -> Result<(), Denial> {
    match has_papers && !before.is_empty() && before != after {
        true => Err(Denial::HasPapers { party }),
        false => Ok(()),
    }
}

/// The association that runs the week, with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    pub id: HubId,
    pub identity: Identity,
    pub place: Place,
    /// Days on which the hub delivers, in week order.
    pub delivery_days: Vec<Weekday>,
    /// The cut-off falls this many days before the delivery day...
    pub cutoff_days_before: i64,
    /// ...at this minute of the day, Paris time (720 = noon).
    pub cutoff_minute: i64,
    pub minimum_order: Cents,
    /// Sale prices are rounded to this step.
    pub price_step: Price,
    /// Farms asking at most this much above the lowest share one pooled line.
    pub pool_spread: Rate,
    /// A farm price less than this above the quotation is flagged.
    pub income_goal: Rate,
    /// How far a weighed receipt may differ from what was purchased (T-38: 15 %).
    pub weight_tolerance: Rate,
    /// Days after the invoice at which buyers must pay (public buyers: 30).
    pub buyer_payment_days: i64,
    /// Days after delivery at which farms are paid. L441-11 II 1° of the Code de commerce:
    /// at most 30 for perishable food.
    pub farm_payment_days: i64,
    pub dock: DockRules,
}

/// Formal member or friend of the association. Same service: no rule but governance reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Member,
    Sympathizer,
}

/// How a farm stands with VAT; decides the paper it is paid by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VatRegime {
    /// *Régime simplifié agricole* or *réel*: charges VAT.
    Liable,
    /// *Remboursement forfaitaire agricole*: no VAT, the hub hands over a purchase slip.
    FlatRateFarmer,
    /// *Franchise en base*: no VAT.
    Exempt,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    pub id: ProducerId,
    pub identity: Identity,
    pub place: Place,
    pub standing: Standing,
    pub vat_regime: VatRegime,
    /// Day of the written mandate by which the hub issues invoices in the farm's name.
    pub mandate_on: Option<Day>,
    /// Below this, the trip to the market is not worth making.
    pub minimum_trip: Cents,
    /// Share of the season that farm and hub aim at, among farms of the same product.
    pub season_share: Option<Rate>,
    pub carriage: Carriage,
}

/// Proof that a farm may use a label, for one product or for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub producer: ProducerId,
    pub label: Label,
    pub product: Option<ProductId>,
    pub number: String,
    pub body: String,
    pub valid_from: Day,
    pub valid_to: Day,
}

impl Certificate {
    /// True when the certificate covers `product` on `day`.
    pub fn covers(&self, product: ProductId, day: Day) -> bool {
        self.product.is_none_or(|only| only == product)
            && self.valid_from <= day
            && day <= self.valid_to
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuyerKind {
    School,
    CentralKitchen,
    University,
    FoodAid,
    Community,
    Partner,
    Other,
}

impl BuyerKind {
    pub const ALL: [BuyerKind; 7] = [
        BuyerKind::School,
        BuyerKind::CentralKitchen,
        BuyerKind::University,
        BuyerKind::FoodAid,
        BuyerKind::Community,
        BuyerKind::Partner,
        BuyerKind::Other,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            BuyerKind::School => "school",
            BuyerKind::CentralKitchen => "central_kitchen",
            BuyerKind::University => "university",
            BuyerKind::FoodAid => "food_aid",
            BuyerKind::Community => "community",
            BuyerKind::Partner => "partner",
            BuyerKind::Other => "other",
        }
    }

    pub fn parse(code: &str) -> Option<BuyerKind> {
        BuyerKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the kitchen stops in school holidays.
    pub const fn follows_school(self) -> bool {
        matches!(self, BuyerKind::School | BuyerKind::CentralKitchen)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    pub id: BuyerId,
    pub kind: BuyerKind,
    pub identity: Identity,
    /// *Code service* that Chorus Pro wants, or empty.
    pub service_code: String,
    /// *Numéro d'engagement* printed on orders and invoices, or empty.
    pub commitment_number: String,
    /// What its treasury wants on an invoice.
    pub invoice_rule: InvoiceRule,
}

/// What a food-aid organisation has told of itself. Structures and quantities only: nothing here
/// or anywhere else says who is helped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidProfile {
    pub buyer: BuyerId,
    /// Number and day of its *habilitation*, as donation notes need it; or empty.
    pub approval: String,
    /// The departments it may take goods from (`34`, `2A`, `974`); empty: all.
    pub departments: Vec<String>,
    /// What it fetches with, and how much that carries.
    pub vans: Vec<(String, Grams)>,
    /// Its sites and the charities it serves, each with its usual part.
    pub structures: Vec<(String, i64)>,
}

impl AidProfile {
    /// True when goods of a farm with this postcode may be taken.
    pub fn takes_from(&self, postcode: &str) -> bool {
        let own = department(postcode);
        self.departments.is_empty() || self.departments.iter().any(|one| one == own)
    }
}

/// The department of a French postcode: its first two signs, three overseas.
pub fn department(postcode: &str) -> &str {
    let length = if postcode.starts_with("97") || postcode.starts_with("98") { 3 } else { 2 };
    postcode.get(..length).unwrap_or(postcode)
}

/// A kitchen or depot where a buyer receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub id: SiteId,
    pub buyer: BuyerId,
    pub name: String,
    pub address: String,
    pub postcode: String,
    pub commune: String,
    pub place: Place,
    /// Usual receiving hours, as minutes of the day.
    pub opens_minute: i64,
    pub closes_minute: i64,
    /// Meals of a service day.
    pub diners: i64,
    pub access: Access,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vehicle {
    pub id: VehicleId,
    pub name: String,
    pub payload: Grams,
    pub is_cold: bool,
    /// Its place in the order of preference, the lowest first; of equal ones the code decides.
    pub rank: i64,
    /// Out of use: in no round that is still to be made. Rounds of before go on naming it.
    pub is_retired: bool,
    pub duty: Duty,
}

/// True when valid certificates of `producer` prove every label of `labels` on `day`.
/// The first label without proof is the error.
pub(crate) fn proven(
    certificates: &[Certificate],
    producer: ProducerId,
    product: ProductId,
    labels: Labels,
    day: Day,
) -> Result<(), Label> {
    let has_proof = |label: Label| {
        certificates.iter().any(|certificate| {
            certificate.producer == producer
                && certificate.label == label
                && certificate.covers(product, day)
        })
    };
    match labels.iter().find(|&label| !has_proof(label)) {
        Some(label) => Err(label),
        None => Ok(()),
    }
}
