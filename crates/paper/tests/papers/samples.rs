//! A French week on paper: the same farms and canteens in every document.

use paper::*;

pub fn imprint(title: &str, ident: &str) -> Imprint {
    Imprint {
        title: title.to_owned(),
        author: "Producteurs d'Occitanie".to_owned(),
        ident: ident.to_owned(),
        written_at: WrittenAt { year: 2026, month: 11, day: 23, hour: 9, minute: 42, second: 0 },
        foot: format!("{title} · version 2, éditée le lundi 23 novembre 2026 à 10 h 42"),
    }
}

pub fn hub() -> Party {
    Party {
        name: "Producteurs d'Occitanie".to_owned(),
        address: lines(&[
            "MIN de Montpellier, quai 7",
            "281 avenue du Marché-Gare",
            "34070 Montpellier",
        ]),
        siret: Some("844 512 307 00018".to_owned()),
        siren: Some("844 512 307".to_owned()),
        vat_number: Some("FR 15 844512307".to_owned()),
        contact: lines(&["04 67 00 00 00 · carreau@exemple.fr", "Certifié FR-BIO-01"]),
    }
}

pub fn farm() -> Party {
    Party {
        name: "EARL Mas des Garrigues".to_owned(),
        address: lines(&["Chemin de la Draille", "34130 Mauguio"]),
        siret: Some("512 345 678 00021".to_owned()),
        siren: Some("512 345 678".to_owned()),
        vat_number: Some("FR 08 512345678".to_owned()),
        contact: lines(&[
            "06 00 00 00 00 · garrigues@exemple.fr",
            "FR-BIO-01, certificat 2026-1184",
        ]),
    }
}

pub fn school() -> Party {
    Party {
        name: "Lycée Jean-Moulin".to_owned(),
        address: lines(&["Service de restauration", "1 boulevard d'Angleterre", "34500 Béziers"]),
        siret: Some("193 400 091 00018".to_owned()),
        siren: Some("193 400 091".to_owned()),
        vat_number: None,
        contact: vec![],
    }
}

pub fn lines(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The texts of one row of a table: "Carotte | Nantaise | 1,45 €".
pub fn fields<const N: usize>(row: &str) -> [String; N] {
    let texts: Vec<String> = row.split('|').map(|text| text.trim().to_owned()).collect();
    texts.try_into().unwrap_or_else(|_| panic!("{row:?} has not {N} fields"))
}

/// The rows of a table: one a line, empty lines left out.
pub fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|row| !row.trim().is_empty())
}

/// Nothing where the field is empty.
pub fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

pub fn price_line(row: &str) -> PriceLine {
    let [mark, product, variety, class, size, origin, label, pack, unit, price] = fields(row);
    PriceLine {
        product,
        variety: some(variety),
        quality_class: some(class),
        size_grade: some(size),
        origin,
        label: some(label),
        pack,
        unit,
        price,
        mark: match mark.as_str() {
            "N" => Mark::New,
            "+" => Mark::Up,
            "-" => Mark::Down,
            _ => Mark::Same,
        },
    }
}

const FAMILIES: [(&str, &str); 4] = [
    (
        "Légumes racines",
        "
+|Carotte|Nantaise|Cat. I|20/40|France, Mauguio (34)|AB|Caisse 10 kg|kg|1,45 €
=|Carotte fane||Cat. I||France, Lansargues (34)||12 bottes|botte|1,60 €
N|Betterave cuite sous vide|Crapaudine|||France, Vidourle (30)||Carton 5 kg|kg|2,90 €
-|Navet boule d'or||Cat. I|40/60|France, Marsillargues (34)|HVE|Caisse 8 kg|kg|1,70 €
=|Panais||Cat. II||France, Mauguio (34)|AB|Caisse 8 kg|kg|2,10 €
=|Pomme de terre|Agata, chair ferme|Cat. I|40/60|France, Pertuis (84)|HVE|Sac 25 kg|kg|0,85 €
",
    ),
    (
        "Légumes feuilles",
        "
-|Batavia blonde||Cat. I|300 g et plus|France, Mauguio (34)|AB|12 pièces|pièce|0,95 €
=|Blette|Verte à carde blanche|||France, Lunel (34)||Caisse 5 kg|kg|1,90 €
N|Chou-fleur||Cat. I|Gros|France, Saint-Pol (29)||6 pièces|pièce|1,85 €
+|Épinard|Géant d'hiver|||France, Lunel-Viel (34)|AB|Caisse 4 kg|kg|3,20 €
=|Poireau|Bleu de Solaise|Cat. I|20/30|France, Marsillargues (34)||Caisse 10 kg|kg|1,65 €
",
    ),
    (
        "Fruits et légumes-fruits",
        "
+|Courgette|Verte|Cat. I|14/21|France, Mauguio (34)||Caisse 8 kg|kg|1,80 €
=|Courge butternut||Cat. I||France, Sommières (30)|AB|Caisse 12 kg|kg|1,35 €
=|Pomme|Reinette grise du Vigan|Cat. II|65/75|France, Le Vigan (30)||Plateau 13 kg|kg|1,75 €
N|Clémentine|Fine|Cat. I|Cal. 3|France, San-Giuliano (2B)|IGP|Plateau 10 kg|kg|2,25 €
=|Kiwi|Hayward|Cat. I|30|France, Bellegarde (30)|AB|Plateau 6 kg|kg|2,95 €
",
    ),
    (
        "Crèmerie, œufs",
        "
=|Œufs plein air||Cat. A|Moyen|France, Ferme du Vidourle (30)|AB|Plateau 30|pièce|0,32 €
N|Yaourt nature de brebis||||France, Larzac (12)||Seau 5 kg|kg|4,60 €
=|Pélardon|||60 g|France, Cévennes (30)|AOP|Carton de 24|pièce|1,55 €
",
    ),
];

pub fn families() -> Vec<Family> {
    let family = |(name, table): (&str, &str)| Family {
        name: name.to_owned(),
        lines: rows(table).map(price_line).collect(),
    };
    FAMILIES.map(family).into()
}

pub fn price_list() -> PriceList {
    let day = |delivery: &str, cutoff: &str| Deadline {
        delivery: delivery.to_owned(),
        cutoff: cutoff.to_owned(),
    };
    PriceList {
        imprint: imprint("Mercuriale, semaine 48", "mercuriale/2026-W48/2"),
        hub: hub(),
        title: "Mercuriale".to_owned(),
        week: "Semaine 48, du lundi 23 au vendredi 27 novembre 2026".to_owned(),
        deadlines: vec![
            day("Mardi 24 novembre", "dimanche 22, 18 h 00"),
            day("Mercredi 25 novembre", "lundi 23, 12 h 00"),
            day("Vendredi 27 novembre", "mercredi 25, 12 h 00"),
        ],
        notice: some(
            "Arrivée des clémentines et du chou-fleur. Gel de samedi : peu de batavia, \
             commandez tôt.",
        ),
        families: families(),
        notes: lines(&[
            "Prix hors taxes, TVA 5,5 %, rendus cuisine. Franco à 80 € par livraison.",
            "Mercuriale arrêtée le lundi 23 novembre 2026 ; prix fermes pour la semaine.",
        ]),
    }
}

pub fn purchase_line(row: &str) -> PurchaseLine {
    let [designation, detail, batch, packs, quantity, unit, price, amount] = fields(row);
    PurchaseLine {
        designation,
        detail: some(detail),
        why: Some("62 % de votre offre, part de saison 18 % pour 20 % visés".into()),
        batch: some(batch),
        packs,
        quantity,
        unit,
        price,
        amount,
    }
}

const PURCHASE: &str = "
Carotte Nantaise|Cat. I, 20/40, France, Mauguio (34), AB|GAR-2026-329-01\
    |18 caisses de 10 kg|180|kg|1,16 €|208,80 €
Batavia blonde|Cat. I, 300 g et plus, France, Mauguio (34), AB|GAR-2026-329-02\
    |22 caisses de 12|264|pièce|0,76 €|200,64 €
Courgette verte|Cat. I, 14/21, France, Mauguio (34)|GAR-2026-329-03\
    |12 caisses de 8 kg|96|kg|1,44 €|138,24 €
Panais|Cat. II, France, Mauguio (34), AB|GAR-2026-329-04|3 caisses de 8 kg|24|kg|1,68 €|40,32 €
";

pub fn purchase_order() -> PurchaseOrder {
    let price_method = "Prix ferme, net pour le producteur, accepté sur l'offre de la semaine 48 \
                        du 20 novembre 2026.";
    let notice = "Ce bon accompagne la marchandise pendant le transport jusqu'au MIN \
                  (article L443-3 du code de commerce).";
    PurchaseOrder {
        imprint: imprint("Bon de commande BC-2026-1184", "commande/BC-2026-1184/1"),
        hub: hub(),
        farm: farm(),
        title: "Bon de commande".to_owned(),
        number: "BC-2026-1184".to_owned(),
        ordered_on: "lundi 23 novembre 2026".to_owned(),
        drop_on: "mercredi 25 novembre 2026".to_owned(),
        drop_time: "entre 4 h 30 et 6 h 00".to_owned(),
        drop_place: "MIN de Montpellier, quai 7".to_owned(),
        lines: rows(PURCHASE).map(purchase_line).collect(),
        price_method: price_method.to_owned(),
        totals: vec![
            Fact::new("Colis", "55"),
            Fact::new("Poids net hors pièces", "300 kg"),
            Fact::new("Total HT", "588,00 €"),
        ],
        transport_notice: notice.to_owned(),
        notes: lines(&["En cas de manque, prévenir avant mardi 24, 18 h 00 : 04 67 00 00 00."]),
    }
}

/// `clients` x `products`, most cells filled, quantities of one to four figures.
pub fn sorting_sheet(clients: usize, products: usize) -> SortingSheet {
    let names = [
        "Lycée Jean-Moulin, Béziers",
        "Collège Les Aiguerelles",
        "CROUS Triolet",
        "Restos du Cœur de l'Hérault",
        "Cuisine centrale de Sète",
        "EHPAD Les Garrigues",
        "École Condorcet",
        "Secours Populaire, Montpellier",
    ];
    let goods = [
        "Carotte",
        "Batavia blonde",
        "Courgette",
        "Pomme de terre Agata",
        "Œufs plein air",
        "Chou-fleur",
        "Poireau",
        "Courge butternut",
    ];
    let client = |i: usize| SortingClient {
        letter: letter(i),
        name: names[i % names.len()].to_owned(),
        round: Some(format!("T{} · {}", 1 + i / 6, 1 + i % 6)),
        total: format!("{} colis", 12 + i % 9),
    };
    let row = |r: usize| SortingRow {
        product: goods[r % goods.len()].to_owned(),
        detail: some("Mas des Garrigues, caisse 10 kg"),
        batch: Some(format!("GAR-2026-329-{r:02}")),
        unit: if r % 4 == 1 { "pièce".to_owned() } else { "kg".to_owned() },
        cells: (0..clients).map(|c| quantity(r * 7 + c * 3)).collect(),
        total: format!("{},5", 140 + r),
    };
    SortingSheet {
        imprint: imprint("Fiche d'allotissement du 25 novembre 2026", "allotissement/2026-11-25/3"),
        hub: "Producteurs d'Occitanie".to_owned(),
        title: "Fiche d'allotissement".to_owned(),
        day: "Mercredi 25 novembre 2026".to_owned(),
        place: "quai 7, à vide pour 9 h 00".to_owned(),
        clients: (0..clients).map(client).collect(),
        rows: (0..products).map(row).collect(),
        grand_total: "186 colis".to_owned(),
    }
}

fn quantity(seed: usize) -> String {
    match seed % 6 {
        0 | 4 => String::new(),
        1 => "10".to_owned(),
        2 => "7,5".to_owned(),
        3 => "120".to_owned(),
        _ => "1 250".to_owned(),
    }
}

fn letter(i: usize) -> String {
    let nth = |n: usize| char::from(b'A' + (n % 26) as u8);
    if i < 26 { nth(i).to_string() } else { format!("{}{}", nth(i / 26 - 1), nth(i)) }
}
