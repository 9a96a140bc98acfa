//! The one declaration of every file and column. `docs/data-pack.md` is tested against it.

/// A column: its name, its French name, whether it must be filled, and what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub french: &'static str,
    pub is_needed: bool,
    pub what: &'static str,
}

/// A file of the folder.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Without `.csv`.
    pub name: &'static str,
    pub is_needed: bool,
    pub what: &'static str,
    pub columns: &'static [Column],
}

impl Table {
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }
}

/// A column that must be filled.
const fn must(name: &'static str, french: &'static str, what: &'static str) -> Column {
    Column { name, french, is_needed: true, what }
}

/// A column that may be empty, or missing.
const fn may(name: &'static str, french: &'static str, what: &'static str) -> Column {
    Column { name, french, is_needed: false, what }
}

const CODE: &str = "code : lettres sans accent, chiffres, - _ . ; 23 au plus";
const DAY: &str = "jour : 2026-11-24 ou 24/11/2026";
const QUANTITY: &str = "quantité en unités de vente : 12,5";
const PRICE: &str = "prix HT d'une unité de vente, en euros : 2,35";
const LABELS: &str = "labels séparés par + : organic+hve (ou bio+hve) ; vide sans label";
const AMOUNT: &str = "quantité, ou part : 12,5 ou 85 %";
const DEGREES: &str = "degrés décimaux WGS 84 : 43,610769";

macro_rules! with_identity {
    ([$($before:expr),* $(,)?], [$($after:expr),* $(,)?]) => {
        &[
            $($before,)*
            must("name", "nom", "nom sur les papiers"),
            may("address", "adresse", "rue et numéro"),
            may("postcode", "code_postal", "code postal"),
            may("commune", "commune", "commune"),
            may("siret", "siret", "14 chiffres"),
            may("vat_number", "numero_tva", "FR et 11 caractères"),
            may("iban", "iban", "IBAN"),
            may("email", "courriel", "adresse de courriel"),
            may("phone", "telephone", "numéro de téléphone"),
            $($after,)*
        ]
    };
}

pub const HUB: Table = Table {
    name: "hub",
    is_needed: true,
    what: "La plateforme et ses réglages : une seule ligne.",
    columns: with_identity!(
        [must("code", "code", CODE)],
        [
            must("latitude", "latitude", DEGREES),
            must("longitude", "longitude", DEGREES),
            must(
                "delivery_days",
                "jours_de_livraison",
                "jours séparés par + : tue+thu ou mardi+jeudi"
            ),
            must(
                "cutoff_days_before",
                "limite_jours_avant",
                "jours entre la limite de commande et la livraison"
            ),
            must("cutoff_time", "limite_heure", "heure de Paris : 12:00"),
            must("minimum_order", "commande_minimum", "montant HT en euros : 80"),
            must("price_step", "pas_de_prix", "arrondi des prix de vente en euros : 0,01"),
            must("pool_spread", "ecart_groupement", "part : 15 %"),
            must("income_goal", "gain_vise", "part au-dessus du cours : 20 %"),
            must("weight_tolerance", "tolerance_poids", "part : 15 %"),
            must("buyer_payment_days", "delai_acheteurs", "jours de la facture au paiement : 30"),
            must(
                "farm_payment_days",
                "delai_fermes",
                "jours jusqu'au paiement, 30 au plus (L441-11)"
            ),
            may("density", "densite", "kilos dans un mètre cube de camion ; vide : 250"),
            may("doors", "portes", "fermes qui déchargent à la fois ; vide : 2"),
            may("slot_minutes", "pas_des_creneaux", "minutes d'un créneau ; vide : 15"),
            may("dock_opens", "quai_ouvre", "première arrivée des fermes : 4:30"),
            may("dock_closes", "quai_ferme", "dernière arrivée des fermes : 6:00"),
        ]
    ),
};

pub const PRICING_RULES: Table = Table {
    name: "pricing_rules",
    is_needed: true,
    what: "Comment un prix de vente se fait d'un prix de ferme.",
    columns: &[
        must("from", "a_partir_du", DAY),
        must("reading", "lecture", "on_cost (taux de marge) ou on_sale (taux de marque)"),
        must("rate", "taux", "part : 25 %"),
        may("family", "famille", "seulement cette famille de produits"),
        may("buyer_kind", "genre_acheteur", "seulement ce genre d'acheteurs"),
    ],
};

pub const PRODUCERS: Table = Table {
    name: "producers",
    is_needed: true,
    what: "Les fermes.",
    columns: with_identity!(
        [must("code", "code", CODE)],
        [
            must("latitude", "latitude", DEGREES),
            must("longitude", "longitude", DEGREES),
            must("standing", "statut", "member (adherent) ou sympathizer (sympathisant)"),
            must(
                "vat_regime",
                "regime_tva",
                "liable (assujetti), flat_rate (forfait) ou exempt (franchise)"
            ),
            may("mandate_on", "mandat_du", "jour du mandat d'autofacturation"),
            may("minimum_trip", "trajet_minimum", "montant HT en euros ; vide : 0"),
            may("season_share", "part_de_saison", "part convenue : 12 %"),
            may("fetched", "ramasse", "oui : notre camion va chercher ; vide : non"),
            may("arrives_from", "arrive_des", "heure : 5:00"),
            may("arrives_to", "arrive_avant", "heure : 6:00"),
        ]
    ),
};

pub const CERTIFICATES: Table = Table {
    name: "certificates",
    is_needed: false,
    what: "Les preuves des labels.",
    columns: &[
        must("producer", "ferme", CODE),
        must("label", "label", "organic (bio), conversion, hve, aop, igp ou label_rouge"),
        may("product", "produit", "vide : tous les produits de la ferme"),
        must("number", "numero", "numéro du certificat"),
        may("body", "organisme", "organisme certificateur"),
        must("valid_from", "valable_du", DAY),
        must("valid_to", "valable_au", DAY),
    ],
};

pub const BUYERS: Table = Table {
    name: "buyers",
    is_needed: true,
    what: "Les acheteurs.",
    columns: with_identity!(
        [
            must("code", "code", CODE),
            must(
                "kind",
                "genre",
                "school, central_kitchen, university, food_aid, community, partner ou other"
            ),
        ],
        [
            may("service_code", "code_service", "code service de Chorus Pro"),
            may("commitment_number", "numero_engagement", "numéro d'engagement"),
            may(
                "invoice_rule",
                "exigence_facture",
                "free (rien), commitment, service, both ou either ; vide : rien"
            ),
        ]
    ),
};

pub const SITES: Table = Table {
    name: "sites",
    is_needed: true,
    what: "Les lieux où les acheteurs reçoivent.",
    columns: &[
        must("code", "code", CODE),
        must("buyer", "acheteur", CODE),
        must("name", "nom", "nom du site"),
        may("address", "adresse", "rue et numéro"),
        may("postcode", "code_postal", "code postal"),
        may("commune", "commune", "commune"),
        must("latitude", "latitude", DEGREES),
        must("longitude", "longitude", DEGREES),
        must("opens", "ouvre", "heure : 6:30"),
        must("closes", "ferme", "heure : 10:45"),
        may("diners", "repas", "repas d'un jour de service ; vide : 0"),
        may("reopens", "rouvre", "heure : 13:30"),
        may("recloses", "referme", "heure : 15:00"),
        may("service_minutes", "minutes_sur_place", "minutes pour quelques caisses ; vide : 10"),
        may("largest_kg", "ptac_max_kg", "PTAC du plus gros camion, en kilos ; vide : tous"),
        may("priority", "priorite", "1, 2 ou 3 ; vide : 2"),
        may("empties", "caisses_rendues", "caisses vides rendues ; vide : 0"),
    ],
};

pub const PRODUCTS: Table = Table {
    name: "products",
    is_needed: true,
    what: "Le catalogue.",
    columns: &[
        must("code", "code", CODE),
        must("name", "nom", "nom du produit"),
        must("family", "famille", CODE),
        may("species", "espece", "espèce"),
        may("variety", "variete", "variété"),
        may("quality_class", "categorie", "Extra, I ou II"),
        may("size_grade", "calibre", "calibre"),
        must("unit", "unite", "kg, piece (pièce), bunch (botte) ou litre"),
        must("vat", "tva", "food (denrées), catering (restauration) ou standard (normal)"),
        must(
            "temperature",
            "temperature",
            "ambient (ambiant), fresh (frais) ou chilled (réfrigéré)",
        ),
        must("unit_weight_g", "poids_unite_g", "grammes d'une unité de vente : 1000 pour un kilo"),
        may("season", "saison", "douze 0 ou 1, janvier d'abord ; vide : toute l'année"),
        may("grammage_g", "grammage_g", "grammes bruts d'une portion ; vide : 0"),
    ],
};

pub const PACKS: Table = Table {
    name: "packs",
    is_needed: true,
    what: "Le conditionnement de chaque produit : une ligne par produit.",
    columns: &[
        must("product", "produit", CODE),
        must("size", "contenance", "unités de vente dans un colis : 10"),
        must("weighed", "au_poids", "oui : vendu au poids trouvé ; non : colis entiers"),
    ],
};

pub const QUOTATIONS: Table = Table {
    name: "quotations",
    is_needed: false,
    what: "Les cours de gros, pour comparer.",
    columns: &[
        must("product", "produit", CODE),
        must("organic", "bio", "oui ou non"),
        must("week", "semaine", "semaine : 2026-W48"),
        must("price", "prix", PRICE),
        may("source", "source", "d'où vient le cours"),
    ],
};

pub const CONTRACTS: Table = Table {
    name: "contracts",
    is_needed: false,
    what: "Les marchés et leurs prix : une ligne par prix.",
    columns: &[
        must("code", "code", CODE),
        must("buyer", "acheteur", CODE),
        may("name", "nom", "nom du lot"),
        may("reference", "reference", "numéro du marché"),
        must("valid_from", "valable_du", DAY),
        must("valid_to", "valable_au", DAY),
        may("ceiling", "plafond", "montant HT en euros ; vide : sans plafond"),
        may("origin", "origine", "60 km, ou des communes séparées par | ; vide : partout"),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        must("price", "prix", PRICE),
    ],
};

pub const STANDING_ORDERS: Table = Table {
    name: "standing_orders",
    is_needed: false,
    what: "Les commandes permanentes.",
    columns: &[
        must("buyer", "acheteur", CODE),
        must("site", "site", CODE),
        must("weekday", "jour", "tue ou mardi…"),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        must("quantity", "quantite", QUANTITY),
        must("from", "a_partir_du", DAY),
        may("to", "jusqu_au", DAY),
    ],
};

pub const VEHICLES: Table = Table {
    name: "vehicles",
    is_needed: false,
    what: "Les véhicules, par ordre de préférence.",
    columns: &[
        must("code", "code", CODE),
        must("name", "nom", "nom du véhicule"),
        must("payload_kg", "charge_kg", "charge utile en kilos"),
        may("cold", "froid", "oui ou non"),
        may("litres", "litres", "volume utile en litres ; vide : sans limite"),
        may("gross_kg", "ptac_kg", "PTAC en kilos ; vide : d'après la charge"),
        may("shift_from", "part_des", "heure : 5:00 ; vide : 4:00"),
        may("shift_to", "rentre_avant", "heure : 13:00 ; vide : 18:00"),
        may("rounds_most", "tournees_au_plus", "tournées d'un jour ; vide : 3"),
        may("turnaround_minutes", "minutes_entre_deux", "au quai, entre deux tournées ; vide : 20"),
        may("rest_from", "pause_des", "heure : 9:00"),
        may("rest_to", "pause_avant", "heure : 11:00"),
        may("rest_minutes", "pause_minutes", "minutes : 45"),
        may("per_km", "prix_km", "euros HT : 0,50"),
        may("per_hour", "prix_heure", "euros HT : 25"),
        may("per_day", "prix_jour", "euros HT, pour sortir ; vide : 0"),
        may("carrier", "transporteur", "oui s'il est d'un transporteur ; vide : non"),
        may("retired", "hors_service", "oui s'il ne sort plus ; vide : non"),
    ],
};

pub const OFFERS: Table = Table {
    name: "offers",
    is_needed: false,
    what: "Ce que les fermes peuvent apporter.",
    columns: &[
        must("producer", "ferme", CODE),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        must("day", "jour", DAY),
        must("quantity", "quantite", QUANTITY),
        must("price", "prix", PRICE),
    ],
};

pub const ORDERS: Table = Table {
    name: "orders",
    is_needed: false,
    what: "Les commandes : une ligne par produit ; même référence, même commande.",
    columns: &[
        must("reference", "reference", CODE),
        must("buyer", "acheteur", CODE),
        must("site", "site", CODE),
        must("day", "jour", DAY),
        may("channel", "voie", "web, phone (téléphone) ou file (fichier) ; vide : file"),
        may("commitment_number", "numero_engagement", "numéro d'engagement"),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        may("producer", "ferme", "une ferme demandée par son code"),
        must("quantity", "quantite", QUANTITY),
    ],
};

pub const DOCK_EVENTS: Table = Table {
    name: "dock_events",
    is_needed: false,
    what: "Ce que les fermes confirment et apportent ; ce dont rien n'est dit arrive entier.",
    columns: &[
        must("day", "jour", DAY),
        must("producer", "ferme", CODE),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        may("confirmed", "confirme", AMOUNT),
        may("received", "recu", AMOUNT),
        may("rejected", "refuse", AMOUNT),
        may(
            "rejection",
            "motif",
            "quality, size_grade, temperature, marking, not_ordered ou no_show",
        ),
        may("batch", "lot", "lot de la ferme"),
        may("temperature", "temperature", "degrés : 3,5"),
    ],
};

pub const ROUND_EVENTS: Table = Table {
    name: "round_events",
    is_needed: false,
    what: "Ce que les sites n'ont pas pris.",
    columns: &[
        must("day", "jour", DAY),
        must("site", "site", CODE),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        may("refused", "refuse", AMOUNT),
        may("missing", "manquant", AMOUNT),
        may("reason", "motif", "motif en clair"),
    ],
};

pub const LEFTOVERS: Table = Table {
    name: "leftovers",
    is_needed: false,
    what: "Ce que deviennent les surplus et les refus ; ce dont rien n'est dit va à l'aide.",
    columns: &[
        must("day", "jour", DAY),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        may("producer", "ferme", CODE),
        may("site", "site", "le site qui a refusé ; vide : resté au quai"),
        must("fate", "suite", "donated (donné), returned (rendu) ou wasted (perdu)"),
        may("beneficiary", "beneficiaire", "acheteur qui reçoit le don"),
        may("quantity", "quantite", "quantité ou part ; vide : tout"),
        may("reason", "motif", "motif en clair"),
    ],
};

pub const RHYTHMS: Table = Table {
    name: "rhythms",
    is_needed: false,
    what: "Le rythme des livraisons, quand il change : à partir d'une semaine.",
    columns: &[
        must("from", "a_partir_de", "semaine : 2026-W48"),
        must("delivery_days", "jours_de_livraison", "jours séparés par + : tue+thu ou mardi+jeudi"),
        must(
            "cutoff_days_before",
            "limite_jours_avant",
            "jours entre la limite de commande et la livraison",
        ),
        must("cutoff_time", "limite_heure", "heure de Paris : 12:00"),
    ],
};

pub const DAY_EXCEPTIONS: Table = Table {
    name: "day_exceptions",
    is_needed: false,
    what: "Ce qui est autrement à une date que le rythme et les jours fériés ne le disent.",
    columns: &[
        must("day", "jour", DAY),
        must(
            "delivery",
            "livraison",
            "usual (habituelle), none (aucune), extra (en plus) ou moved (déplacée)",
        ),
        may("moved_to", "deplacee_au", DAY),
        may("cutoff_day", "limite_jour", DAY),
        may("cutoff_time", "limite_heure", "heure de Paris : 12:00"),
        may("reason", "raison", "pourquoi"),
    ],
};

pub const AID_PROFILES: Table = Table {
    name: "aid_profiles",
    is_needed: false,
    what: "Ce que les structures d'aide alimentaire disent d'elles.",
    columns: &[
        must("buyer", "acheteur", CODE),
        may("approval", "habilitation", "numéro et date de l'habilitation"),
        may("departments", "departements", "départements séparés par + : 34+30 ; vide : partout"),
        may("vans", "vehicules", "un par ligne de la case, avec sa charge : Kangoo : 350"),
        may("structures", "structures", "une par ligne de la case, avec sa part : Lunel : 3"),
    ],
};

pub const SOURCING: Table = Table {
    name: "sourcing",
    is_needed: false,
    what: "Ce que visent les plans d'achats : une seule ligne.",
    columns: &[
        must(
            "aims",
            "objectifs",
            "objectifs dans l'ordre, séparés par + : promises+served+fair_share+income",
        ),
        must("farms_most", "fermes_au_plus", "fermes par ligne de commande, au plus : 2"),
        may(
            "tolerance",
            "tolerance",
            "montant HT en euros ; vide : la moitié du colis le plus cher",
        ),
    ],
};

pub const PLEDGES: Table = Table {
    name: "pledges",
    is_needed: false,
    what: "Les engagements de saison des fermes.",
    columns: &[
        must("producer", "ferme", CODE),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        must("from", "a_partir_de", "première semaine : 2026-W36"),
        must("to", "jusqu_a", "dernière semaine : 2027-W10"),
        must("weekly", "par_semaine", QUANTITY),
    ],
};

pub const MENUS: Table = Table {
    name: "menus",
    is_needed: false,
    what: "Ce que les cuisines ont annoncé de leurs menus.",
    columns: &[
        must("buyer", "acheteur", CODE),
        must("week", "semaine", "semaine : 2026-W50"),
        must("product", "produit", CODE),
        may("labels", "labels", LABELS),
        must("servings", "portions", "portions à commander ici, en entier ; 0 : aucune"),
    ],
};

/// All files, in the order in which one would fill them.
pub const TABLES: [&Table; 23] = [
    &HUB,
    &PRICING_RULES,
    &PRODUCERS,
    &CERTIFICATES,
    &BUYERS,
    &SITES,
    &PRODUCTS,
    &PACKS,
    &QUOTATIONS,
    &CONTRACTS,
    &STANDING_ORDERS,
    &VEHICLES,
    &RHYTHMS,
    &DAY_EXCEPTIONS,
    &AID_PROFILES,
    &SOURCING,
    &PLEDGES,
    &MENUS,
    &OFFERS,
    &ORDERS,
    &DOCK_EVENTS,
    &ROUND_EVENTS,
    &LEFTOVERS,
];
