//! Public contracts whose unit prices override the price list (*BPU*), and their ceilings.

use crate::calendar::Day;
use crate::catalog::{Labels, alphabetical};
use crate::id::{BuyerId, ContractId, ProductId};
use crate::party::{Place, Producer};
use crate::unit::{Cents, Price};

/// One lot of a contract (*lot de marché*), with the unit prices that it fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    pub id: ContractId,
    pub buyer: BuyerId,
    pub name: String,
    /// Number of the public contract, printed on papers.
    pub reference: String,
    pub valid_from: Day,
    pub valid_to: Day,
    /// Most that may be ordered over its life, without VAT. Required for a framework agreement
    /// (R2162-4 of the Code de la commande publique).
    pub ceiling: Option<Cents>,
    /// Where the goods may come from.
    pub origin: Origin,
    pub prices: Vec<UnitPrice>,
}

/// Where goods of a contract may come from (*clause d'origine*).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    #[default]
    Anywhere,
    /// Farms at most so many road metres from the site that is delivered.
    Within { metres: i64 },
    /// Farms of these communes.
    Communes(Vec<String>),
}

impl Origin {
    /// `anywhere`, `within 60000`, `communes Aniane|Gignac`.
    pub fn code(&self) -> String {
        match self {
            Origin::Anywhere => "anywhere".into(),
            Origin::Within { metres } => format!("within {metres}"),
            Origin::Communes(communes) => format!("communes {}", communes.join("|")),
        }
    }

    /// Reads [`Origin::code`]; `None` when it is none.
    pub fn parse(text: &str) -> Option<Origin> {
        match text.trim().split_once(' ') {
            None if text.trim() == "anywhere" => Some(Origin::Anywhere),
            Some(("within", metres)) => {
                let metres = metres.trim().parse().ok().filter(|metres| *metres > 0)?;
                Some(Origin::Within { metres })
            }
            Some(("communes", names)) => {
                let names = names.split('|').map(str::trim).filter(|name| !name.is_empty());
                let names: Vec<String> = names.map(str::to_string).collect();
                (!names.is_empty()).then_some(Origin::Communes(names))
            }
            _ => None,
        }
    }

    /// True when goods of `farm` may be delivered to `site`; `metres` are those of the road.
    pub fn allows(&self, farm: &Producer, site: Place, metres: fn(Place, Place) -> i64) -> bool {
        match self {
            Origin::Anywhere => true,
            Origin::Within { metres: most } => metres(farm.place, site) <= *most,
            Origin::Communes(communes) => {
                let own = commune_key(&farm.identity.commune);
                communes.iter().any(|one| commune_key(one) == own)
            }
        }
    }
}

/// The name of a commune as names are compared: capitals, accents, hyphens, apostrophes and spaces
/// do not count, so that « Saint Guilhem » is « Saint-Guilhem ».
pub fn commune_key(name: &str) -> String {
    let is_between = |sign: char| {
        let is_dash = matches!(sign, '-' | '\u{2010}'..='\u{2015}');
        is_dash || matches!(sign, '\'' | '\u{2018}') || sign.is_whitespace()
    };
    let key = alphabetical(name);
    let words: Vec<&str> = key.split(is_between).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A row of the unit price schedule (*bordereau des prix unitaires*).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    pub product: ProductId,
    pub labels: Labels,
    pub price: Price,
}

impl Contract {
    /// The contract's price for a product with these labels delivered on `day`.
    pub fn price(&self, product: ProductId, labels: Labels, day: Day) -> Option<Price> {
        if day < self.valid_from || self.valid_to < day {
            return None;
        }
        let row = |row: &&UnitPrice| row.product == product && row.labels == labels;
        self.prices.iter().find(row).map(|row| row.price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_it_is_written() {
        let communes =
            |names: &[&str]| Origin::Communes(names.iter().map(|name| name.to_string()).collect());
        for origin in [
            Origin::Anywhere,
            Origin::Within { metres: 60_000 },
            communes(&["Aniane"]),
            communes(&["Aniane", "Saint-Guilhem-le-Désert", "Les Matelles"]),
        ] {
            assert_eq!(Origin::parse(&origin.code()), Some(origin));
        }
        let spaced = Origin::parse(" communes  Aniane | | Gignac ");
        assert_eq!(spaced, Some(communes(&["Aniane", "Gignac"])));
        for bad in ["", "within", "within 0", "within -3", "within far", "communes |", "near 3"] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_commune_is_one_however_its_name_is_joined() {
        for (one, other, is_same) in [
            ("Saint-Guilhem-le-Désert", "saint guilhem le desert", true),
            ("Saint-Guilhem", " Saint –  Guilhem ", true),
            ("L’Isle-sur-la-Sorgue", "l'isle sur la sorgue", true),
            ("L'Isle", "L Isle", true),
            ("Saint-Guilhem", "Saint-Guiraud", false),
            ("Les Matelles", "Matelles", false),
        ] {
            assert_eq!(commune_key(one) == commune_key(other), is_same, "{one}, {other}");
        }
    }
}
