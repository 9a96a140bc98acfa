//! Which products a hub of a size trades.

use trade::id::ProductId;
use trade::unit::Qty;

use super::chance;
use super::seeds::{Article, articles};

/// What every canteen asks for, most asked first: enough of it is in season in every month.
/// An assumption.
pub const STAPLES: &[&str] = &[
    "carotte",
    "pdt-agata",
    "pomme-gala",
    "batavia-blonde",
    "poireau",
    "courgette",
    "tomate-ronde",
    "oignon-jaune",
    "butternut",
    "melon",
    "concombre",
    "poire-conference",
    "fraise",
    "kiwi",
    "pois-chiche",
    "chou-fleur",
    "radis-rose",
    "peche-jaune",
    "abricot",
    "blette",
    "feuille-chene-blonde",
    "lentille-verte",
    "persil-plat",
    "chou-vert",
    "pomme-golden",
    "carotte-sable",
    "navet-violet",
    "betterave-crue",
    "celeri-rave",
    "fenouil",
    "epinard",
    "brocoli",
    "chou-blanc",
    "romaine",
    "tomate-grappe",
    "aubergine",
    "poivron-vert",
    "potimarron",
    "asperge-verte",
    "haricot-vert",
    "pdt-charlotte",
    "ail-violet",
    "nectarine-jaune",
    "raisin-muscat",
    "poire-williams",
    "prune-rouge",
    "carotte-rapee",
    "mache",
    "cebette",
    "oignon-doux-cevennes",
];

/// How the same product comes otherwise: code, name, pack and price (per mille of the first).
/// Only the largest scales need them, to fill a catalogue of more products than the seeds have.
const OTHERWISE: &[(&str, &str, i64, i64)] = &[
    ("x2", "double colis", 2_000, 970),
    ("c2", "catégorie II", 1_000, 850),
    ("pc", "petit calibre", 1_000, 900),
    ("gc", "gros calibre", 1_000, 1_060),
    ("vr", "en vrac", 1_000, 940),
    ("dr", "récolté la veille", 1_000, 1_080),
    ("cu", "à cuire", 1_000, 800),
];

/// The articles of a hub that trades `count` products.
pub fn choose(seed: u64, count: usize) -> Vec<Article> {
    let all = articles();
    let staple = |code: &&str| all.iter().find(|article| article.product.id.as_str() == *code);
    let mut chosen: Vec<Article> = STAPLES.iter().filter_map(staple).cloned().collect();
    let is_staple = |article: &&Article| STAPLES.contains(&article.product.id.as_str());
    let mut others: Vec<&Article> = all.iter().filter(|article| !is_staple(article)).collect();
    chance::source(seed, "catalogue", 0).shuffle(&mut others);
    chosen.extend(others.into_iter().cloned());
    for &(code, name, pack, price) in OTHERWISE {
        if chosen.len() >= count {
            break;
        }
        chosen.extend(all.iter().filter_map(|article| otherwise(article, code, name, pack, price)));
    }
    chosen.truncate(count);
    chosen
}

fn otherwise(from: &Article, code: &str, name: &str, pack: i64, price: i64) -> Option<Article> {
    // An appellation is one product.
    if from.label.is_some() {
        return None;
    }
    let mut article = from.clone();
    let product = &mut article.product;
    product.id = ProductId::parse(&format!("{}.{code}", product.id)).ok()?;
    product.name = format!("{}, {name}", product.name);
    product.pack.size = Qty::new(product.pack.size.get() * pack / 1_000);
    if code == "c2" {
        product.quality_class = "II".into();
    }
    let cheaper = |amount: i64| amount * price / 1_000 / 100 * 100;
    article.asked = article.asked.map(cheaper);
    article.quoted = article.quoted.map(cheaper);
    Some(article)
}
