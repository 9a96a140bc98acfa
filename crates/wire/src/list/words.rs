//! The words of headings, units and totals, as people write them.

use trade::catalog::SaleUnit;
use trade::unit::Qty;

use super::grid::{Cell, Line};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Product,
    Code,
    Quantity,
    Unit,
    Price,
    Day,
    Site,
    Note,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::Product,
        Role::Code,
        Role::Quantity,
        Role::Unit,
        Role::Price,
        Role::Day,
        Role::Site,
        Role::Note,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Role::Product => "product",
            Role::Code => "code",
            Role::Quantity => "quantity",
            Role::Unit => "unit",
            Role::Price => "price",
            Role::Day => "day",
            Role::Site => "site",
            Role::Note => "note",
        }
    }

    pub const fn french(self) -> &'static str {
        match self {
            Role::Product => "produit",
            Role::Code => "code",
            Role::Quantity => "quantité",
            Role::Unit => "unité",
            Role::Price => "prix",
            Role::Day => "jour",
            Role::Site => "site",
            Role::Note => "remarque",
        }
    }
}

/// What a title says: a role, or a column known to be none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    Is(Role),
    /// Amounts, VAT, labels, origins...: understood, and not read.
    Other,
}

use Title::{Is, Other};

/// Titles in the form of [`plain`]. A title is looked for as it stands first, then by the words
/// with which it begins, then by any word in it; the longest wins.
const TITLES: [(Title, &str); 113] = [
    (Is(Role::Product), "produit"),
    (Is(Role::Product), "produits"),
    (Is(Role::Product), "nom du produit"),
    (Is(Role::Product), "nom produit"),
    (Is(Role::Product), "designation"),
    (Is(Role::Product), "designations"),
    (Is(Role::Product), "designation article"),
    (Is(Role::Product), "libelle"),
    (Is(Role::Product), "libelle produit"),
    (Is(Role::Product), "libelle article"),
    (Is(Role::Product), "intitule"),
    (Is(Role::Product), "article"),
    (Is(Role::Product), "articles"),
    (Is(Role::Product), "denree"),
    (Is(Role::Product), "denrees"),
    (Is(Role::Product), "marchandise"),
    (Is(Role::Product), "legume"),
    (Is(Role::Product), "legumes"),
    (Is(Role::Product), "fruits et legumes"),
    (Is(Role::Product), "nom"),
    (Is(Role::Product), "description"),
    (Is(Role::Product), "product"),
    (Is(Role::Code), "code"),
    (Is(Role::Code), "code produit"),
    (Is(Role::Code), "code article"),
    (Is(Role::Code), "ref"),
    (Is(Role::Code), "reference"),
    (Is(Role::Code), "ref produit"),
    (Is(Role::Code), "reference produit"),
    (Is(Role::Code), "reference article"),
    (Is(Role::Code), "ref article"),
    (Is(Role::Code), "sku"),
    (Is(Role::Quantity), "quantite"),
    (Is(Role::Quantity), "quantites"),
    (Is(Role::Quantity), "quantite commandee"),
    (Is(Role::Quantity), "qte commandee"),
    (Is(Role::Quantity), "qte"),
    (Is(Role::Quantity), "qtes"),
    (Is(Role::Quantity), "qt"),
    (Is(Role::Quantity), "qty"),
    (Is(Role::Quantity), "quantity"),
    (Is(Role::Quantity), "commande"),
    (Is(Role::Quantity), "besoin"),
    (Is(Role::Quantity), "besoins"),
    (Is(Role::Quantity), "nombre"),
    (Is(Role::Quantity), "nb"),
    (Is(Role::Quantity), "poids"),
    (Is(Role::Quantity), "kg"),
    (Is(Role::Unit), "unite"),
    (Is(Role::Unit), "unites"),
    (Is(Role::Unit), "unite de vente"),
    (Is(Role::Unit), "unite de commande"),
    (Is(Role::Unit), "uv"),
    (Is(Role::Unit), "u"),
    (Is(Role::Unit), "um"),
    (Is(Role::Unit), "unit"),
    (Is(Role::Price), "prix"),
    (Is(Role::Price), "prix ht"),
    (Is(Role::Price), "prix unitaire"),
    (Is(Role::Price), "prix unitaire ht"),
    (Is(Role::Price), "prix de vente"),
    (Is(Role::Price), "prix de vente ht"),
    (Is(Role::Price), "prix kg"),
    (Is(Role::Price), "prix au kg"),
    (Is(Role::Price), "pu"),
    (Is(Role::Price), "pu ht"),
    (Is(Role::Price), "p u"),
    (Is(Role::Price), "p u ht"),
    (Is(Role::Price), "puht"),
    (Is(Role::Price), "tarif"),
    (Is(Role::Price), "tarif ht"),
    (Is(Role::Price), "price"),
    (Is(Role::Day), "jour"),
    (Is(Role::Day), "date"),
    (Is(Role::Day), "date de livraison"),
    (Is(Role::Day), "jour de livraison"),
    (Is(Role::Day), "date livraison"),
    (Is(Role::Day), "livraison"),
    (Is(Role::Day), "livraison le"),
    (Is(Role::Day), "a livrer le"),
    (Is(Role::Day), "date souhaitee"),
    (Is(Role::Site), "site"),
    (Is(Role::Site), "site de livraison"),
    (Is(Role::Site), "lieu"),
    (Is(Role::Site), "lieu de livraison"),
    (Is(Role::Site), "etablissement"),
    (Is(Role::Site), "ecole"),
    (Is(Role::Site), "cantine"),
    (Is(Role::Site), "restaurant"),
    (Is(Role::Site), "cuisine"),
    (Is(Role::Note), "remarque"),
    (Is(Role::Note), "remarques"),
    (Is(Role::Note), "commentaire"),
    (Is(Role::Note), "commentaires"),
    (Is(Role::Note), "observation"),
    (Is(Role::Note), "observations"),
    (Is(Role::Note), "note"),
    (Is(Role::Note), "notes"),
    (Is(Role::Note), "precisions"),
    (Other, "montant"),
    (Other, "total"),
    (Other, "tva"),
    (Other, "label"),
    (Other, "labels"),
    (Other, "disponible"),
    (Other, "stock"),
    (Other, "origine"),
    (Other, "calibre"),
    (Other, "categorie"),
    (Other, "conditionnement"),
    (Other, "variete"),
    (Other, "producteur"),
    (Other, "famille"),
];

/// Words that change what a title means: `Prix total` and `Montant` are no unit price.
const AMOUNTS: [&str; 6] = ["total", "totaux", "montant", "ttc", "tva", "remise"];

/// What a title says, and how plainly: 3 as it stands, 2 by its first words, 1 by a word in it.
pub fn title(text: &str) -> Option<(Title, u8)> {
    let said = plain(text);
    let find = |is_it: &dyn Fn(&str) -> bool| {
        let found = TITLES.iter().filter(|(_, name)| is_it(name));
        found.max_by_key(|(_, name)| name.len()).map(|(title, _)| *title)
    };
    if said.is_empty() || said.len() > 60 {
        return None;
    }
    if let Some(title) = find(&|name| name == said) {
        return Some((title, 3));
    }
    if said.split(' ').any(|word| AMOUNTS.contains(&word)) {
        return Some((Other, 2));
    }
    let begins = |name: &str| said.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
    let holds = |name: &str| format!(" {said} ").contains(&format!(" {name} ")) && name.len() > 2;
    let by_beginning = find(&begins).map(|title| (title, 2));
    by_beginning.or_else(|| find(&holds).map(|title| (title, 1)))
}

/// How many of our roles the titles of a line name, each once. A line of goods names few.
pub fn titles(line: &Line) -> usize {
    let mut roles: Vec<Role> = line
        .cells
        .iter()
        .filter_map(|cell| match cell {
            Cell::Text(text) => title(text),
            _ => None,
        })
        .filter_map(|(title, _)| if let Is(role) = title { Some(role) } else { None })
        .collect();
    roles.sort_unstable();
    roles.dedup();
    roles.len()
}

/// In which a quantity is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    In(SaleUnit),
    /// Crates, boxes, trays: what is in one, the price list knows.
    Packs,
}

/// Units as people write them: what one of it is, in thousandths of the sale unit.
const UNITS: [(&str, Counted, Qty); 47] = {
    use Counted::{In, Packs};
    use SaleUnit::{Bunch, Kilo, Litre, Piece};
    const ONE: Qty = Qty::new(1_000);
    [
        ("kg", In(Kilo), ONE),
        ("kgs", In(Kilo), ONE),
        ("kilo", In(Kilo), ONE),
        ("kilos", In(Kilo), ONE),
        ("k", In(Kilo), ONE),
        ("kilogramme", In(Kilo), ONE),
        ("kilogrammes", In(Kilo), ONE),
        ("g", In(Kilo), Qty::new(1)),
        ("gr", In(Kilo), Qty::new(1)),
        ("grammes", In(Kilo), Qty::new(1)),
        ("tonne", In(Kilo), Qty::new(1_000_000)),
        ("t", In(Kilo), Qty::new(1_000_000)),
        ("piece", In(Piece), ONE),
        ("pieces", In(Piece), ONE),
        ("pce", In(Piece), ONE),
        ("pces", In(Piece), ONE),
        ("pc", In(Piece), ONE),
        ("pcs", In(Piece), ONE),
        ("unite", In(Piece), ONE),
        ("unites", In(Piece), ONE),
        ("u", In(Piece), ONE),
        ("oeufs", In(Piece), ONE),
        ("botte", In(Bunch), ONE),
        ("bottes", In(Bunch), ONE),
        ("bot", In(Bunch), ONE),
        ("bouquet", In(Bunch), ONE),
        ("bouquets", In(Bunch), ONE),
        ("bunch", In(Bunch), ONE),
        ("litre", In(Litre), ONE),
        ("litres", In(Litre), ONE),
        ("l", In(Litre), ONE),
        ("cl", In(Litre), Qty::new(10)),
        ("colis", Packs, ONE),
        ("cagette", Packs, ONE),
        ("cagettes", Packs, ONE),
        ("caisse", Packs, ONE),
        ("caisses", Packs, ONE),
        ("carton", Packs, ONE),
        ("cartons", Packs, ONE),
        ("plateau", Packs, ONE),
        ("plateaux", Packs, ONE),
        ("sac", Packs, ONE),
        ("sacs", Packs, ONE),
        ("filet", Packs, ONE),
        ("filets", Packs, ONE),
        ("bac", Packs, ONE),
        ("bacs", Packs, ONE),
    ]
};

/// What a word of unit means; `None` for an unknown one.
pub fn unit(text: &str) -> Option<(Counted, Qty)> {
    let said = plain(text);
    UNITS.iter().find(|row| row.0 == said).map(|row| (row.1, row.2))
}

/// Whether a text names a sum of the lines above and nothing else, or begins as one does.
pub fn total(text: &str) -> Option<bool> {
    const SUMS: [&str; 14] = [
        "total",
        "totaux",
        "total ht",
        "total ttc",
        "total general",
        "total commande",
        "sous total",
        "montant total",
        "total a payer",
        "total tva",
        "tva",
        "net a payer",
        "total kg",
        "total quantite",
    ];
    let said = plain(text);
    let begins = ["total ", "sous total ", "montant total ", "tva "];
    match SUMS.contains(&said.as_str()) {
        true => Some(true),
        false => begins.iter().any(|word| said.starts_with(word)).then_some(false),
    }
}

/// Small letters without accents; words parted by one space.
pub fn plain(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' | 'ä' | 'á' | 'ã' => letters.push('a'),
            'é' | 'è' | 'ê' | 'ë' => letters.push('e'),
            'î' | 'ï' | 'í' => letters.push('i'),
            'ô' | 'ö' | 'ó' | 'õ' => letters.push('o'),
            'ù' | 'û' | 'ü' | 'ú' => letters.push('u'),
            'ÿ' => letters.push('y'),
            'ç' => letters.push('c'),
            'ñ' => letters.push('n'),
            'œ' => letters.push_str("oe"),
            'æ' => letters.push_str("ae"),
            letter if letter.is_alphanumeric() => letters.push(letter),
            // The accents of decomposed letters (macOS) leave no trace.
            '\u{300}'..='\u{36f}' => {}
            _ => letters.push(' '),
        }
    }
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}
