//! The papers that leave the hub: delivery notes and invoices.

use crate::samples::{farm, fields, hub, imprint, lines, rows, school, some};
use paper::*;

fn delivery_line(row: &str) -> DeliveryLine {
    let [product, detail, origin, class, label, batch, ordered, delivered, unit, returned] =
        fields(row);
    DeliveryLine {
        product,
        detail: some(detail),
        origin,
        quality_class: some(class),
        label: some(label),
        batch,
        ordered,
        delivered,
        unit,
        returned: some(returned),
    }
}

const DELIVERED: &str = "
Carotte|Nantaise, 20/40|France, Mauguio (34)|I|AB|GAR-2026-329-01|40|40|kg|
Batavia blonde|300 g et plus|France, Mauguio (34)|I|AB|GAR-2026-329-02|120|108|pièce|12
Courgette|Verte, 14/21|France, Mauguio (34)|I||GAR-2026-329-03|24|24|kg|
Pomme de terre|Agata, 40/60|France, Pertuis (84)|I|HVE|PER-2026-328-11|100|100|kg|
Œufs plein air|Moyen|France, Vidourle (30)|A|AB|VID-2026-329-01|360|360|pièce|
Yaourt nature de brebis|Seau 5 kg|France, Larzac (12)|||LAR-2026-325-02|20|20|kg|
";

pub fn delivery_note() -> DeliveryNote {
    let tray = |kind: &str, left: &str| TrayLine {
        kind: kind.to_owned(),
        left: some(left),
        taken_back: None,
    };
    let temperature =
        Temperature { limit: some("8 °C au plus"), measured: None, measured_at: None };
    DeliveryNote {
        imprint: imprint("Bon de livraison BL-2026-3207", "livraison/BL-2026-3207/1"),
        hub: hub(),
        buyer: school(),
        title: "Bon de livraison".to_owned(),
        number: "BL-2026-3207".to_owned(),
        delivered_on: "mercredi 25 novembre 2026".to_owned(),
        order_number: some("CMD-2026-0918"),
        site: Site {
            name: "Cuisine du lycée".to_owned(),
            address: lines(&["Portail de la rue Riquet", "34500 Béziers"]),
            time_window: some("entre 6 h 30 et 8 h 00"),
            access: some("Sonner à la loge, quai à gauche"),
        },
        round: "T1 Béziers".to_owned(),
        stop: "3".to_owned(),
        lines: rows(DELIVERED).map(delivery_line).collect(),
        totals: vec![Fact::new("Poids net hors pièces", "184 kg"), Fact::new("Colis", "31")],
        temperature,
        trays: vec![
            tray("Caisse plastique 60 × 40", "18"),
            tray("Caisse bois", "9"),
            tray("Palette Europe", "1"),
        ],
        reserves: None,
        signed_by: None,
        signed_at: None,
        mentions: lines(&["Réserves à porter ici à la livraison. Les caisses consignées restent \
             la propriété de Producteurs d'Occitanie."]),
    }
}

pub fn invoice_line(row: &str) -> InvoiceLine {
    let [designation, detail, note, batch, quantity, unit, price, vat_rate, amount] = fields(row);
    InvoiceLine {
        designation,
        detail: some(detail),
        delivery_note: some(note),
        batch: some(batch),
        quantity,
        unit,
        price,
        vat_rate,
        amount,
    }
}

const INVOICED: &str = "
Carotte Nantaise, cat. I, 20/40|Origine France, Mauguio (34), AB FR-BIO-01\
    |BL-2026-3207|GAR-2026-329-01|40,000|kg|1,45 €|5,5 %|58,00 €
Batavia blonde, cat. I|Origine France, Mauguio (34), AB FR-BIO-01\
    |BL-2026-3207|GAR-2026-329-02|108|pièce|0,95 €|5,5 %|102,60 €
Courgette verte, cat. I, 14/21|Origine France, Mauguio (34)\
    |BL-2026-3207|GAR-2026-329-03|24,000|kg|1,80 €|5,5 %|43,20 €
Pomme de terre Agata, cat. I, 40/60|Origine France, Pertuis (84), HVE\
    |BL-2026-3207|PER-2026-328-11|100,000|kg|0,85 €|5,5 %|85,00 €
Œufs plein air, cat. A, moyen|Origine France, Ferme du Vidourle (30), AB FR-BIO-01\
    |BL-2026-3207|VID-2026-329-01|360|pièce|0,32 €|5,5 %|115,20 €
Participation au transport||BL-2026-3207||1|forfait|12,00 €|20 %|12,00 €
";

pub fn invoice() -> Invoice {
    let vat = |row: &str| {
        let [rate, base, vat] = fields(row);
        VatLine { rate, base, vat }
    };
    Invoice {
        imprint: imprint("Facture F2026-000123", "facture/F2026-000123"),
        title: "Facture".to_owned(),
        number: "F2026-000123".to_owned(),
        subtitle: None,
        seller: hub(),
        buyer: school(),
        delivered_to: Some(Party {
            name: "Cuisine du lycée".to_owned(),
            address: lines(&["Portail de la rue Riquet", "34500 Béziers"]),
            ..Party::default()
        }),
        issued_on: "30 novembre 2026".to_owned(),
        delivered_on: "25 novembre 2026".to_owned(),
        due_on: some("30 décembre 2026"),
        order_number: some("CMD-2026-0918"),
        commitment_number: some("4500012345"),
        service_code: some("CANTINE"),
        contract_number: some("2026-AC-017"),
        corrects: None,
        lines: rows(INVOICED).map(invoice_line).collect(),
        vat: vec![vat("5,5 %|404,00 €|22,22 €"), vat("20 %|12,00 €|2,40 €")],
        total_net: "416,00 €".to_owned(),
        total_vat: "24,62 €".to_owned(),
        total_with_vat: "440,62 €".to_owned(),
        settlement: vec![],
        payment: Some(Payment {
            terms: "Virement à 30 jours".to_owned(),
            holder: some("Producteurs d'Occitanie"),
            iban: some("FR76 3000 6000 0112 3456 7890 189"),
            bic: some("AGRIFRPP"),
            reference: some("F2026-000123"),
        }),
        mentions: lines(&[
            "Nature des opérations : livraison de biens. TVA acquittée sur les livraisons.",
            "Pas d'escompte pour paiement anticipé. Intérêts de retard au taux de la Banque \
             centrale européenne majoré de huit points ; indemnité forfaitaire pour frais de \
             recouvrement : 40 €.",
            "Association régie par la loi du 1er juillet 1901, RNA W343000000.",
        ]),
    }
}

/// A buyer under the code of commerce, not of public orders: a school run by an association.
pub fn private_invoice() -> Invoice {
    let mut paper = invoice();
    paper.imprint = imprint("Facture F2026-000124", "facture/F2026-000124");
    paper.number = "F2026-000124".to_owned();
    paper.buyer = Party {
        name: "Ensemble scolaire Sainte-Marthe".to_owned(),
        address: lines(&["12 rue des Aires", "34000 Montpellier"]),
        siret: Some("552 100 554 00013".to_owned()),
        siren: Some("552 100 554".to_owned()),
        vat_number: Some("FR 96 552100554".to_owned()),
        contact: vec![],
    };
    paper.delivered_to = None;
    paper.commitment_number = None;
    paper.service_code = None;
    paper.contract_number = None;
    if let Some(payment) = &mut paper.payment {
        payment.reference = some("F2026-000124");
    }
    paper.mentions = lines(&[
        "Nature des opérations : livraison de biens.",
        "Pas d'escompte pour paiement anticipé.",
        "Pénalités de retard : trois fois le taux de l'intérêt légal. Indemnité forfaitaire pour \
         frais de recouvrement : 40 €.",
    ]);
    paper
}

/// The same paper the other way round: the hub writes the farm's invoice.
pub fn self_bill() -> Invoice {
    let mut paper = invoice();
    paper.imprint = imprint("Autofacturation GAR-2026-0031", "autofacture/GAR-2026-0031");
    paper.title = "Autofacturation".to_owned();
    paper.number = "GAR-2026-0031".to_owned();
    paper.subtitle = some(
        "Facture établie par l'acheteur au nom et pour le compte de l'EARL Mas des Garrigues.",
    );
    paper.seller = farm();
    paper.buyer = hub();
    paper.delivered_to = None;
    paper.commitment_number = None;
    paper.service_code = None;
    paper.contract_number = None;
    paper.lines.truncate(5);
    paper.vat.truncate(1);
    paper.total_net = "404,00 €".to_owned();
    paper.total_vat = "22,22 €".to_owned();
    paper.total_with_vat = "426,22 €".to_owned();
    paper.settlement = vec![
        Fact::new("Acompte du 26 novembre", "−100,00 €"),
        Fact::new("Net à payer", "326,22 €"),
    ];
    paper.payment = Some(farm_payment("GAR-2026-0031"));
    paper.mentions = lines(&[
        "Autofacturation. Mandat de facturation du 2 septembre 2026 : le producteur peut \
         contester cette facture dans les 30 jours.",
        "Nature des opérations : livraison de biens. Indemnité forfaitaire pour frais de \
         recouvrement : 40 €.",
    ]);
    paper
}

fn farm_payment(reference: &str) -> Payment {
    Payment {
        terms: "Virement, 30 jours après livraison".to_owned(),
        holder: some("EARL Mas des Garrigues"),
        iban: some("FR76 1350 6100 0012 3456 7890 123"),
        bic: some("AGRIFRPP835"),
        reference: some(reference),
    }
}

/// What a farm without tax gets at each payment, instead of an invoice.
pub fn purchase_slip() -> Invoice {
    let mut paper = self_bill();
    paper.imprint = imprint("Bulletin d'achat GAR-2026-0032", "bulletin/GAR-2026-0032");
    paper.title = "Bulletin d'achat".to_owned();
    paper.number = "GAR-2026-0032".to_owned();
    paper.subtitle = some("Acheteur : Producteurs d'Occitanie.");
    paper.seller.vat_number = None;
    paper.lines.iter_mut().for_each(|line| line.vat_rate = String::new());
    paper.vat = vec![];
    paper.total_vat = "0,00 €".to_owned();
    paper.total_with_vat = "404,00 €".to_owned();
    paper.settlement = vec![];
    paper.payment = Some(farm_payment("GAR-2026-0032"));
    paper.mentions =
        lines(&["Le producteur est placé sous le régime du remboursement forfaitaire \
         agricole : pas de taxe sur ce bulletin."]);
    paper
}

/// A credit note carries no means of payment.
pub fn credit_note() -> Invoice {
    let mut paper = invoice();
    paper.imprint = imprint("Avoir A2026-000009", "avoir/A2026-000009");
    paper.title = "Avoir".to_owned();
    paper.number = "A2026-000009".to_owned();
    paper.corrects = some("facture F2026-000123 du 30 novembre 2026");
    paper.due_on = None;
    paper.payment = None;
    paper.lines.truncate(1);
    paper.vat.truncate(1);
    paper
}

pub fn donation_note() -> DonationNote {
    let line = |row: &str| {
        let [product, detail, batch, quantity, unit, weight, price, amount] = fields(row);
        let (detail, batch) = (some(detail), some(batch));
        DonationLine { product, detail, batch, quantity, unit, weight, price, amount }
    };
    let given = "
Carotte|AB, Mas des Garrigues|GAR-2026-329-01|64,5|kg|64,5 kg|1,16 €|74,82 €
Œufs plein air|Vidourle|VID-2026-329-01|120|pièce|7,2 kg|0,24 €|14,40 €
";
    DonationNote {
        imprint: imprint("Bon de don DON-261124-101", "don/DON-261124-101/1"),
        title: "Bon de don alimentaire".to_owned(),
        number: "DON-261124-101".to_owned(),
        fetched_on: "mardi 24 novembre 2026".to_owned(),
        fetched_at: "15 h 20".to_owned(),
        place: "MIN de Montpellier, quai 7".to_owned(),
        donor_role: "Donateur".to_owned(),
        donor: hub(),
        beneficiary: school(),
        approval: some("34-2024-07, du 12 mars 2024"),
        van: some("Camion frigorifique, 900 kg"),
        lines: rows(given).map(line).collect(),
        amount_title: "Valeur du don HT".to_owned(),
        totals: vec![Fact::new("Poids", "71,7 kg"), Fact::new("Valeur retenue HT", "89,22 €")],
        value_rules: lines(&["Vendable dans un circuit habituel : prix de revient."]),
        temperature: some("6,5 °C"),
        signed_by: some("Nadia Benali"),
        mentions: lines(&["Don de denrées alimentaires : valeur établie selon le BOFiP."]),
    }
}

pub fn proof_report() -> ProofReport {
    let step = |question: &str, answer: &str| ProofStep {
        question: question.to_owned(),
        answer: answer.to_owned(),
        holds: answer == "oui",
    };
    ProofReport {
        imprint: imprint("Preuve d'intégrité des écritures", "preuve/182/1"),
        title: "Preuve d'intégrité des écritures".to_owned(),
        subtitle: "recalculée le 27 novembre 2026 à 9 h 00".to_owned(),
        hub: hub(),
        facts: vec![Fact::new("Écritures", "182"), Fact::new("Total des débits", "175 503,27 €")],
        steps: vec![
            step("Chaque écriture est équilibrée", "oui"),
            step("Chaque série de pièces compte 1, 2, 3… sans trou", "1 écart"),
        ],
        verdict: "La preuve ne tient pas : 1 écart trouvé.".to_owned(),
        faults: lines(&["Série F2026 : le numéro 12 manque."]),
        end_number: "182".to_owned(),
        end_hash: "049ba0fadb0e6d1cbee052445c388a3aadc5a3813a934a0bd400553b35aa8888".to_owned(),
        mentions: lines(&["Gardez hors du logiciel le numéro et l'empreinte de fin de chaîne."]),
    }
}

pub fn round_sheets() -> RoundSheets {
    let stop = |rank: &str, name: &str, arrives: &str| SheetStop {
        rank: rank.to_owned(),
        arrives: arrives.to_owned(),
        leaves: "7 h 02".to_owned(),
        name: name.to_owned(),
        address: "12 rue des Lilas, 34400 Lunel".to_owned(),
        phone: some("04 67 00 00 03"),
        hours: some("6 h 30 – 9 h 00"),
        note: some("BL-261124-lycee"),
        brings: some("182 kg"),
        goods: vec!["Carotte 120 kg".to_owned(), "Poireau 62 kg".to_owned()],
        fetches: some("17 kg"),
        signed: None,
    };
    let farm = SheetStop {
        note: None,
        brings: None,
        goods: Vec::new(),
        fetches: some("240 kg"),
        ..stop("2", "Ferme de l'Étang", "7 h 25")
    };
    let round = |name: &str, vehicle: &str| RoundSheet {
        name: name.to_owned(),
        vehicle: vehicle.to_owned(),
        facts: vec![
            Fact::new("Départ", "5 h 40"),
            Fact::new("Retour", "9 h 12"),
            Fact::new("Distance", "62 km"),
        ],
        stops: vec![stop("1", "Lycée Feuillade", "6 h 48"), farm.clone()],
    };
    RoundSheets {
        imprint: imprint("Feuilles de route", "FR-2026-11-24"),
        hub: "Producteurs d'Occitanie".to_owned(),
        title: "Feuille de route".to_owned(),
        day: "mardi 24 novembre 2026".to_owned(),
        rounds: vec![round("T1", "Porteur 12 t"), round("T2", "Fourgon")],
    }
}
