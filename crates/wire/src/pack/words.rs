//! Words of lists, by their code and by what people say.

use trade::calendar::Weekday;
use trade::catalog::{Label, SaleUnit, TemperatureClass, VatKind};
use trade::dock::Rejection;
use trade::orders::Channel;
use trade::party::{BuyerKind, Standing, VatRegime};
use trade::register::Reading;
use trade::sourcing::Aim;
use trade::treasury::InvoiceRule;

use super::fault::nearest;

/// A list: code, French word, value. The code is what is written.
pub type List<T, const N: usize> = [(&'static str, &'static str, T); N];

pub const LABELS: List<Label, 7> = [
    ("organic", "bio", Label::Organic),
    ("organic", "ab", Label::Organic),
    ("conversion", "conversion_bio", Label::Conversion),
    ("hve", "hve", Label::Hve),
    ("aop", "aop", Label::Aop),
    ("igp", "igp", Label::Igp),
    ("label_rouge", "label rouge", Label::LabelRouge),
];
pub const WEEKDAYS: List<Weekday, 7> = [
    ("mon", "lundi", Weekday::Monday),
    ("tue", "mardi", Weekday::Tuesday),
    ("wed", "mercredi", Weekday::Wednesday),
    ("thu", "jeudi", Weekday::Thursday),
    ("fri", "vendredi", Weekday::Friday),
    ("sat", "samedi", Weekday::Saturday),
    ("sun", "dimanche", Weekday::Sunday),
];
pub const READINGS: List<Reading, 2> =
    [("on_cost", "marge", Reading::OnCost), ("on_sale", "marque", Reading::OnSale)];
pub const STANDINGS: List<Standing, 2> = [
    ("member", "adherent", Standing::Member),
    ("sympathizer", "sympathisant", Standing::Sympathizer),
];
pub const VAT_REGIMES: List<VatRegime, 3> = [
    ("liable", "assujetti", VatRegime::Liable),
    ("flat_rate", "forfait", VatRegime::FlatRateFarmer),
    ("exempt", "franchise", VatRegime::Exempt),
];
pub const BUYER_KINDS: List<BuyerKind, 7> = [
    ("school", "scolaire", BuyerKind::School),
    ("central_kitchen", "cuisine_centrale", BuyerKind::CentralKitchen),
    ("university", "universite", BuyerKind::University),
    ("food_aid", "aide_alimentaire", BuyerKind::FoodAid),
    ("community", "collectivite", BuyerKind::Community),
    ("partner", "partenaire", BuyerKind::Partner),
    ("other", "autre", BuyerKind::Other),
];
pub const INVOICE_RULES: List<InvoiceRule, 5> = [
    ("free", "rien", InvoiceRule::Free),
    ("commitment", "engagement", InvoiceRule::Commitment),
    ("service", "service", InvoiceRule::Service),
    ("both", "les_deux", InvoiceRule::Both),
    ("either", "un_des_deux", InvoiceRule::Either),
];
pub const UNITS: List<SaleUnit, 4> = [
    ("kg", "kilo", SaleUnit::Kilo),
    ("piece", "pièce", SaleUnit::Piece),
    ("bunch", "botte", SaleUnit::Bunch),
    ("litre", "l", SaleUnit::Litre),
];
pub const VAT_KINDS: List<VatKind, 3> = [
    ("food", "denrees", VatKind::Food),
    ("catering", "restauration", VatKind::Catering),
    ("standard", "normal", VatKind::Standard),
];
pub const TEMPERATURES: List<TemperatureClass, 3> = [
    ("ambient", "ambiant", TemperatureClass::Ambient),
    ("fresh", "frais", TemperatureClass::Fresh),
    ("chilled", "refrigere", TemperatureClass::Chilled),
];
/// What is otherwise on a date; where a delivery is moved to stands in a column of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Usual,
    NoDelivery,
    Extra,
    Moved,
}

pub const CHANGES: List<Change, 4> = [
    ("usual", "habituelle", Change::Usual),
    ("none", "aucune", Change::NoDelivery),
    ("extra", "en_plus", Change::Extra),
    ("moved", "deplacee", Change::Moved),
];
pub const CHANNELS: List<Channel, 3> = [
    ("web", "site", Channel::Web),
    ("phone", "telephone", Channel::Phone),
    ("file", "fichier", Channel::File),
];
pub const REJECTIONS: List<Rejection, 6> = [
    ("quality", "qualite", Rejection::Quality),
    ("size_grade", "calibre", Rejection::SizeGrade),
    ("temperature", "température", Rejection::Temperature),
    ("marking", "etiquetage", Rejection::Marking),
    ("not_ordered", "non_commande", Rejection::NotOrdered),
    ("no_show", "pas_venu", Rejection::NoShow),
];

pub const AIMS: List<Aim, 6> = [
    ("promises", "promesses", Aim::Promises),
    ("served", "servi", Aim::Served),
    ("fair_share", "part_de_saison", Aim::FairShare),
    ("income", "revenu", Aim::Income),
    ("splits_and_trips", "partages_et_trajets", Aim::SplitsAndTrips),
    ("kilometres", "km", Aim::Kilometres),
];

/// What becomes of goods without a taker; who receives a gift stands in a column of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Donated,
    Returned,
    Wasted,
}

pub const FATES: List<Fate, 3> = [
    ("donated", "donne", Fate::Donated),
    ("returned", "rendu", Fate::Returned),
    ("wasted", "perdu", Fate::Wasted),
];

/// The value of a word; a refusal names the words there are.
pub fn find<T: Copy>(list: &[(&'static str, &'static str, T)], said: &str) -> Result<T, String> {
    let plain = |text: &str| {
        let letters = text.trim().to_lowercase();
        letters.replace(['é', 'è', 'ê'], "e").replace([' ', '-'], "_")
    };
    let wanted = plain(said);
    let is_it = |row: &&(&str, &str, T)| plain(row.0) == wanted || plain(row.1) == wanted;
    if let Some(row) = list.iter().find(is_it) {
        return Ok(row.2);
    }
    let names = list.iter().flat_map(|row| [row.0, row.1]);
    Err(match nearest(&wanted, names) {
        Some(name) => format!("mot inconnu. Vouliez-vous dire « {name} » ?"),
        None => {
            let known: Vec<&str> = list.iter().map(|row| row.1).collect();
            format!("mot inconnu. Connus : {}.", known.join(", "))
        }
    })
}

/// The code by which a value is written.
pub fn code<T: Copy + PartialEq>(
    list: &[(&'static str, &'static str, T)],
    value: T,
) -> &'static str {
    list.iter().find(|row| row.2 == value).map_or("", |row| row.0)
}
