//! The file of purchases that a canteen gives to the platform *ma cantine*.
//!
//! Twelve columns in this order, as the platform reads them since June 2026 (betagouv/ma-cantine,
//! `data/schemas/imports/achats_siret.json`, and the checks of `api/views/purchase_import.py`).
//! The platform takes a file whole or not at all, and does not know a line again: whoever calls
//! gives each purchase once.

use trade::calendar::Day;
use trade::catalog::{Label, Labels};
use trade::unit::Cents;

use crate::pack::Fault;
use crate::pack::values::is_siret;
use crate::safe;

/// One line of purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Of the canteen, which must be known to the platform.
    pub siret: String,
    pub description: String,
    pub supplier: String,
    pub day: Day,
    /// Of the whole line without VAT: never negative, a credit note cannot be declared.
    pub amount: Cents,
    pub family: Family,
    /// See [`categories`].
    pub categories: Vec<Category>,
    pub origin: Option<Origin>,
    /// At most one party between farm and canteen.
    pub is_short_circuit: bool,
    pub local: Option<Local>,
}

macro_rules! words {
    ($(#[$note:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$note])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$what])* $variant,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The platform's word.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// `famille_produits`.
    Family {
        Meat = "VIANDES_VOLAILLES",
        ColdCuts = "CHARCUTERIE",
        Fish = "PRODUITS_DE_LA_MER",
        FruitAndVegetables = "FRUITS_ET_LEGUMES",
        /// With butter and eggs.
        Dairy = "PRODUITS_LAITIERS",
        Bakery = "BOULANGERIE",
        Drinks = "BOISSONS",
        Other = "AUTRES",
    }
}

words! {
    /// `categories_egalim`: article L. 230-5-1 of the Code rural.
    Category {
        /// With products of farms in conversion.
        Organic = "BIO",
        LabelRouge = "LABEL_ROUGE",
        Aop = "AOCAOP",
        Igp = "IGP",
        Stg = "STG",
        Hve = "HVE",
        SustainableFishing = "PECHE_DURABLE",
        OutermostRegion = "RUP",
        FairTrade = "COMMERCE_EQUITABLE",
        /// Regulated for eggs, poultry and some cheeses: never fruit and vegetables.
        Farmhouse = "FERMIER",
        Externalities = "EXTERNALITES",
        Performance = "PERFORMANCE",
    }
}

words! {
    /// `origine`.
    Origin {
        France = "FRANCE",
        /// Of the European Economic Area, not of France.
        Europe = "EUROPE",
    }
}

/// What a canteen means by local: `definition_local`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// Of the territory's food project (*projet alimentaire territorial*).
    FoodProject,
    Commune,
    Departement,
    Region,
    /// Within so many kilometres.
    Km(u32),
    /// Local, and it is not said how.
    Undefined,
}

impl Local {
    const fn code(self) -> &'static str {
        match self {
            Local::FoodProject => "PAT",
            Local::Commune => "COMMUNE",
            Local::Departement => "DEPARTEMENT",
            Local::Region => "REGION",
            Local::Km(_) => "KM",
            Local::Undefined => "",
        }
    }
}

/// The categories that labels are counted in.
pub fn categories(labels: Labels) -> Vec<Category> {
    let category = |label| match label {
        Label::Organic | Label::Conversion => Category::Organic,
        Label::Hve => Category::Hve,
        Label::Aop => Category::Aop,
        Label::Igp => Category::Igp,
        Label::LabelRouge => Category::LabelRouge,
    };
    let mut found: Vec<Category> = labels.iter().map(category).collect();
    found.sort_unstable();
    found.dedup();
    found
}

pub const COLUMNS: [&str; 12] = [
    "siret",
    "description",
    "fournisseur",
    "date",
    "prix_ht",
    "famille_produits",
    "categories_egalim",
    "origine",
    "est_circuit_court",
    "est_local",
    "definition_local",
    "definition_local_km",
];

/// The name under which faults are told.
const FILE: &str = "achats ma cantine";
/// The platform takes no greater file.
const BYTES_MAX: usize = 10_000_000;

/// The file: UTF-8 without mark, `;`, decimal point. Errors: all that the platform would refuse,
/// by the line that the purchase would have.
pub fn csv(purchases: &[Purchase], today: Day) -> Result<Vec<u8>, Vec<Fault>> {
    let faults: Vec<Fault> =
        (2..).zip(purchases).flat_map(|(line, purchase)| faults(line, purchase, today)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let rows = std::iter::once(COLUMNS.map(str::to_string)).chain(purchases.iter().map(row));
    let text = safe::csv(';', rows);
    let refuse = |reason: &str| Err(vec![Fault::new(FILE, 0, "", "", reason)]);
    match (purchases.len(), text.len()) {
        (0, _) => refuse("aucun achat à déclarer."),
        (_, BYTES_MAX..) => refuse("plus de 10 Mo : déclarez une période plus courte."),
        _ => Ok(text.into_bytes()),
    }
}

fn faults(line: u64, purchase: &Purchase, today: Day) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut fault = |column: &str, value: &str, reason: &str| {
        found.push(Fault::new(FILE, line, column, value, reason));
    };
    if !is_siret(&purchase.siret) {
        fault("siret", &purchase.siret, "ce n'est pas un SIRET : 14 chiffres, complétez la fiche.");
    }
    if purchase.description.trim().is_empty() {
        fault("description", "", "la description de l'achat manque.");
    }
    if purchase.day > today {
        let day = purchase.day.to_string();
        fault("date", &day, "la plateforme refuse une date à venir.");
    }
    if purchase.amount.get() < 0 {
        let amount = amount(purchase.amount);
        let reason = "la plateforme refuse un montant négatif : un avoir se corrige à la main.";
        fault("prix_ht", &amount, reason);
    }
    if purchase.local == Some(Local::Km(0)) {
        fault("definition_local_km", "0", "il faut un nombre de kilomètres au-dessus de zéro.");
    }
    found
}

fn row(purchase: &Purchase) -> [String; 12] {
    let flag = |flag: bool| if flag { "OUI".to_string() } else { "NON".to_string() };
    let mut categories: Vec<&str> = purchase.categories.iter().map(|one| one.code()).collect();
    let mut seen = std::collections::BTreeSet::new();
    categories.retain(|code| seen.insert(*code));
    let km = match purchase.local {
        Some(Local::Km(km)) => km.to_string(),
        _ => String::new(),
    };
    [
        purchase.siret.clone(),
        one_line(&purchase.description),
        one_line(&purchase.supplier),
        purchase.day.to_string(),
        amount(purchase.amount),
        purchase.family.code().into(),
        categories.join(","),
        purchase.origin.map_or(String::new(), |origin| origin.code().into()),
        flag(purchase.is_short_circuit),
        flag(purchase.local.is_some()),
        purchase.local.map_or(String::new(), |local| local.code().into()),
        km,
    ]
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// With a point and two decimals.
fn amount(amount: Cents) -> String {
    let cents = amount.get();
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}
