//! What each kind of letter says. French, addressed to one farm or one buyer.

use trade::Week;
use trade::billing::Document;
use trade::calendar::Day;
use trade::catalog::Product;
use trade::dock::surplus::goods;
use trade::id::{BuyerId, OrderLineId, ProducerId, SurplusId};
use trade::mercuriale::{LinePolicy, MercurialeLine, Publication};
use trade::orders::{Order, OrderLine, PriceOrigin, Sale, price_for};
use trade::register::Register;
use trade::sourcing::shortage::is_short;
use trade::sourcing::{AcceptedPlan, PurchaseLine, expected};
use trade::unit::{Cents, Grams, amount};

use super::sheet::{Column, Row, Sheet};
use super::words::in_own_words;
use super::{
    CONFIRMATION, INVOICE, NUDGE, OFFER_REQUEST, PRICE_LIST, PURCHASE_ORDER, SHORTAGE, SURPLUS,
};
use crate::clock;
use crate::failure::Failure;
use crate::sourcing::paper::{drop_time, number};
use crate::ui::{fr, paper as papers};

/// A letter's beginning.
pub(super) fn opened(subject: impl Into<String>) -> Sheet {
    Sheet::new(subject).say("Bonjour,")
}

/// How to answer, and who writes.
pub(super) fn signed(sheet: Sheet, register: &Register) -> Sheet {
    let own = &register.hub.identity;
    let ways = match (own.phone.is_empty(), own.email.is_empty()) {
        (false, _) => format!("Répondez à ce courriel, ou appelez le {}.", own.phone),
        (true, _) => "Répondez simplement à ce courriel.".into(),
    };
    let town = format!("{} {}", own.postcode, own.commune);
    let lines = [&own.name, &own.address, &town, &own.phone, &own.email];
    let lines = lines.into_iter().map(|line| line.trim().to_string());
    sheet.say(ways).lines(lines.filter(|line| !line.is_empty()).collect())
}

/// `Pomme Gala · Bio`, as letters name goods.
pub(super) fn named(product: &Product, labels: trade::catalog::Labels) -> String {
    let labels = fr::labels(labels);
    let name = papers::designation(product);
    if labels.is_empty() { name } else { format!("{name} · {labels}") }
}

const PRICE_COLUMNS: [Column; 3] =
    [Column::text("Produit", 36), Column::text("Colis", 18), Column::number("Prix HT", 14)];

/// The price list at the prices of one buyer. `link`: where the buyer orders; empty without.
pub fn price_list(week: &Week, buyer: BuyerId, link: String) -> Result<Sheet, Failure> {
    let sale = week.sale()?;
    let register = week.register();
    let name = &register.buyer(buyer)?.identity.name;
    let week = week.week();
    let said = format!("Voici la mercuriale de la {}, aux prix de « {name} ».", fr::week(week));
    let deadlines = sale.publication.days.iter().map(|sale| {
        let (day, minute) = clock::civil(sale.cutoff_at);
        let until = format!("{}, {}", fr::day(day), fr::time(minute));
        format!("- {} : commandez avant {until}", fr::day(sale.day))
    });
    let minimum = fr::euros(register.hub.minimum_order);
    let sheet = opened(format!("Mercuriale de la {}", fr::week(week)))
        .say(said)
        .lines(deadlines.collect())
        .link("Commander, à partir de votre dernière commande", link)
        .table(&PRICE_COLUMNS, price_rows(sale, buyer)?)
        .say(format!(
            "Prix hors taxes, rendus sur votre site. Commande minimum : {minimum} HT par livraison."
        ));
    Ok(in_own_words(signed(sheet, register), register, PRICE_LIST))
}

fn price_rows(sale: Sale<'_>, buyer: BuyerId) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut family = String::new();
    for line in &sale.publication.lines {
        let Some(day) = first_day(sale.publication, line) else { continue };
        let product = sale.register.product(line.product)?;
        let of = fr::family(product.family);
        if of != family {
            rows.push(Row::Group(of.clone()));
            family = of;
        }
        let (price, why) = price_for(sale, buyer, line, day)?;
        let mut name = named(product, line.labels);
        if let LinePolicy::Named(farm) = line.policy {
            name = format!("{name}, {}", sale.register.producer(farm)?.identity.name);
        }
        if let PriceOrigin::Contract(_) = why {
            name = format!("{name} (prix de votre marché)");
        }
        let pack = papers::pack(line.pack, product.unit);
        rows.push(Row::Cells(vec![name, pack, fr::price_per(price, product.unit)]));
    }
    Ok(rows)
}

/// The first day on which there is something of a line.
fn first_day(publication: &Publication, line: &MercurialeLine) -> Option<Day> {
    let has_some = |day: &Day| !publication.offered(line.id, *day).is_zero();
    publication.days.iter().map(|sale| sale.day).find(has_some)
}

/// Tells the hub what a buyer would still like after the cut-off.
pub fn late_request(
    week: &Week,
    buyer: BuyerId,
    asked: &[(String, Vec<String>)],
) -> Result<Sheet, Failure> {
    let identity = &week.register().buyer(buyer)?.identity;
    let name = &identity.name;
    let mut sheet = opened(format!("{name} demande après l'heure limite")).say(format!(
        "« {name} » a rempli sa commande après l'heure limite et vous demande si c'est encore \
         possible. Rien n'est commandé : répondez-lui, et ajoutez ce que vous acceptez."
    ));
    for (delivery, goods) in asked {
        let goods = goods.iter().map(|line| format!("- {line}")).collect();
        sheet = sheet.head(delivery.clone()).lines(goods);
    }
    let ways = [&identity.phone, &identity.email];
    let ways = ways.into_iter().filter(|way| !way.is_empty()).cloned().collect();
    Ok(sheet.lines(ways))
}

const SURPLUS_COLUMNS: [Column; 4] = [
    Column::text("Produit", 26),
    Column::text("Ferme", 18),
    Column::number("Quantité", 11),
    Column::number("Prix HT", 11),
];

/// Tells a food-aid organisation what it may reserve; `None` when its own rule of origin lets it
/// take nothing of it. `link`: where it reserves, asked for when there is a letter; empty without.
pub fn surplus(
    week: &Week,
    buyer: BuyerId,
    offered: &[SurplusId],
    link: impl FnOnce() -> String,
) -> Result<Option<Sheet>, Failure> {
    let register = week.register();
    let profile = register.aid.get(&buyer);
    let (mut rows, mut ends, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for &id in offered {
        let offer = week.surplus().offer(id)?;
        let found = goods(week, offer.source)?;
        let (product, farm) =
            (register.product(found.product)?, register.producer(found.producer)?);
        if profile.is_some_and(|own| !own.takes_from(&farm.identity.postcode)) {
            continue;
        }
        let price = offer.price.map_or("don".into(), |price| fr::price_per(price, product.unit));
        rows.push(Row::Cells(vec![
            named(product, found.labels),
            farm.identity.name.clone(),
            fr::qty(offer.quantity, product.unit),
            price,
        ]));
        let (day, minute) = clock::civil(offer.until);
        ends.push(format!("{}, {}", fr::day(day), fr::time(minute)));
        places.push(offer.place.clone());
    }
    if rows.is_empty() {
        return Ok(None);
    }
    ends.dedup();
    places.dedup();
    let name = &register.buyer(buyer)?.identity.name;
    let sheet = opened("Surplus offert aujourd'hui")
        .say(format!(
            "Voici ce qui est offert aujourd'hui à « {name} ». Le premier qui réserve sur la page \
             « Surplus » l'emporte."
        ))
        .table(&SURPLUS_COLUMNS, rows)
        .lines(vec![
            format!("- à réserver avant : {}", ends.join(" ; ")),
            format!("- à enlever : {}", places.join(" ; ")),
        ])
        .link("Réserver, sans mot de passe", link());
    Ok(Some(in_own_words(signed(sheet, register), register, SURPLUS)))
}

const SHORT_COLUMNS: [Column; 3] = [
    Column::text("Produit", 36),
    Column::number("Commandé", 14),
    Column::number("Vous recevez", 16),
];

/// What a buyer gets of order lines that a farm cannot bring in full, or can after all. Other lines
/// of the buyer may lack something all the same: the letter speaks of these only.
pub fn shortage(week: &Week, buyer: BuyerId, lines: &[OrderLineId]) -> Result<Sheet, Failure> {
    let register = week.register();
    let name = &register.buyer(buyer)?.identity.name;
    let (mut rows, mut lacks, mut days) = (Vec::new(), false, Vec::new());
    for &id in lines {
        let (order, line) = week.order_line(id)?;
        if order.buyer != buyer {
            continue;
        }
        let (ordered, gets) = (week.ordered(id), expected(week, id));
        lacks |= is_short(gets, ordered, line.pack, line.unit);
        let labels = fr::labels(line.labels);
        let dot = if labels.is_empty() { "" } else { " · " };
        rows.push(Row::Cells(vec![
            format!("{}{dot}{labels}", line.name),
            fr::qty(ordered, line.unit),
            fr::qty(gets, line.unit),
        ]));
        days.push(fr::day(order.day));
    }
    days.dedup();
    let day = days.join(", ");
    let (title, said) = match lacks {
        true => (
            format!("Il manquera de la marchandise le {day}"),
            format!(
                "Il manque de la marchandise pour le {day}. Voici ce que « {name} » \
                 recevra ; vous ne payez que ce qui est livré."
            ),
        ),
        false => (
            format!("Ce qui manquait sera livré le {day}"),
            format!(
                "Finalement, les produits ci-dessous, commandés par « {name} » pour le {day}, \
                 seront livrés. Pour le reste de la commande, rien ne change."
            ),
        ),
    };
    let sheet = opened(title).say(said).table(&SHORT_COLUMNS, rows);
    Ok(in_own_words(signed(sheet, register), register, SHORTAGE))
}

/// Asks a farm what it can bring. `link`: where it answers; empty without.
pub fn offer_request(week: &Week, farm: ProducerId, link: String) -> Result<Sheet, Failure> {
    let number = week.week().week();
    let register = week.register();
    let name = &register.producer(farm)?.identity.name;
    let sheet = opened(format!("Que pouvez-vous apporter semaine {number} ?")).say(format!(
        "Que peut apporter « {name} » la {} ? Il nous faut, pour chaque produit et chaque jour, \
         la quantité et le prix net que vous demandez.",
        fr::week(week.week())
    ));
    let sheet = signed(asked(sheet, week, link), register);
    Ok(in_own_words(sheet, register, OFFER_REQUEST))
}

/// Reminds a farm that has not answered.
pub fn nudge(week: &Week, farm: ProducerId, link: String) -> Result<Sheet, Failure> {
    let number = week.week().week();
    let register = week.register();
    let name = &register.producer(farm)?.identity.name;
    let sheet = opened(format!("Rappel : vos offres de la semaine {number}")).say(format!(
        "Nous n'avons pas encore les offres de « {name} » pour la {}. Rien à vendre cette \
         semaine ? Dites-le-nous aussi : nous n'attendrons pas.",
        fr::week(week.week())
    ));
    let sheet = signed(asked(sheet, week, link), register);
    Ok(in_own_words(sheet, register, NUDGE))
}

fn asked(sheet: Sheet, week: &Week, link: String) -> Sheet {
    let (day, minute) = clock::civil(clock::publication_of(week.week()));
    let days = week.register().delivery_days(week.week());
    let days = days.into_iter().map(|day| format!("- à apporter le {}", fr::day(day)));
    let until = format!("{} à {}", fr::day(day), fr::time(minute));
    sheet
        .lines(days.collect())
        .say(format!("Répondez avant le {until} : la mercuriale part ensuite aux cantines."))
        .say(
            "Par courriel aussi : « comme la semaine dernière », ou une ligne par produit, par \
             exemple « tomates 40 kg à 1,20 mardi ».",
        )
        .link("Répondre en trente secondes, sans mot de passe", link)
}

const PURCHASE_COLUMNS: [Column; 4] = [
    Column::text("Produit", 32),
    Column::number("Quantité", 12),
    Column::text("Colis", 8),
    Column::number("Prix net", 14),
];

/// What an accepted plan orders from a farm: of a second plan for the day, what it adds.
/// `before`: plans of that day that ordered from the farm earlier. `link`: where the farm confirms;
/// empty without.
pub fn purchase_order(
    week: &Week,
    plan: &AcceptedPlan,
    farm: ProducerId,
    before: usize,
    link: String,
) -> Result<Sheet, Failure> {
    let register = week.register();
    let day = fr::day(plan.day);
    let number = number(week.week(), plan.day, farm.as_str());
    let (title, said) = match before {
        0 => (
            format!("Bon de commande pour le {day}"),
            format!("Nous vous commandons pour le {day} (bon {number}) :"),
        ),
        _ => (
            format!("Bon de commande pour le {day}, complément v{}", before + 1),
            format!(
                "En plus de notre commande pour le {day} (bon {number}), nous vous commandons \
                 ce complément, v{}. Ce qui était commandé reste commandé.",
                before + 1
            ),
        ),
    };
    let hub = &register.hub.identity;
    let place = format!("{}, {}", hub.address, hub.commune);
    let brought = match register.producer(farm)?.carriage.is_fetched {
        true => format!("Notre camion passe chercher la marchandise pour le {day}."),
        false => format!("À apporter le {day}, {}, {place}.", drop_time(register)),
    };
    let sheet = opened(title)
        .say(said)
        .table(&PURCHASE_COLUMNS, purchase_rows(register, plan, farm)?)
        .say(brought)
        .say(
            "Prix nets payés à la ferme, hors taxes. Marquez chaque colis : ferme, produit, lot, \
             poids.",
        )
        .link("Confirmer et imprimer les étiquettes, sans mot de passe", link)
        .say(
            "Tout va : répondez « ok » à ce courriel. Un doute, un manque : dites-le-nous tout de \
             suite.",
        );
    Ok(in_own_words(signed(sheet, register), register, PURCHASE_ORDER))
}

fn purchase_rows(
    register: &Register,
    plan: &AcceptedPlan,
    farm: ProducerId,
) -> Result<Vec<Row>, Failure> {
    let own: Vec<&PurchaseLine> =
        plan.purchases.iter().filter(|line| line.producer == farm).collect();
    let (mut rows, mut cents, mut grams) = (Vec::with_capacity(own.len() + 1), 0, 0);
    for line in own {
        let product = register.product(line.product)?;
        cents += amount(line.quantity, line.price).get();
        grams += product.weight_of(line.quantity).get();
        rows.push(Row::Cells(vec![
            named(product, line.labels),
            fr::qty(line.quantity, product.unit),
            papers::packs(line.quantity, line.pack),
            fr::price_per(line.price, product.unit),
        ]));
    }
    let (weight, sum) = (fr::weight(Grams::new(grams)), fr::euros(Cents::new(cents)));
    rows.push(Row::Total(vec!["Total HT".into(), weight, String::new(), sum]));
    Ok(rows)
}

const ORDER_COLUMNS: [Column; 4] = [
    Column::text("Produit", 30),
    Column::number("Quantité", 12),
    Column::number("Prix HT", 13),
    Column::number("Montant", 11),
];

/// What a buyer has ordered for a day, when orders for it end. `None` when nothing is left of it.
pub fn order_confirmation(week: &Week, buyer: BuyerId, day: Day) -> Result<Option<Sheet>, Failure> {
    let register = week.register();
    let (mut rows, mut cents) = (Vec::new(), 0);
    let own = week.orders().iter().filter(|order| order.buyer == buyer && order.day == day);
    for order in own {
        let lines: Vec<(&OrderLine, trade::unit::Qty)> = kept(week, order).collect();
        if lines.is_empty() {
            continue;
        }
        rows.push(Row::Group(order_head(register, order)?));
        for (line, quantity) in lines {
            let sum = amount(quantity, line.price);
            cents += sum.get();
            let labels = fr::labels(line.labels);
            let dot = if labels.is_empty() { "" } else { " · " };
            rows.push(Row::Cells(vec![
                format!("{}{dot}{labels}", line.name),
                fr::qty(quantity, line.unit),
                fr::price_per(line.price, line.unit),
                fr::euros(sum),
            ]));
        }
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let total = fr::euros(Cents::new(cents));
    rows.push(Row::Total(vec!["Total HT".into(), String::new(), String::new(), total]));
    let name = &register.buyer(buyer)?.identity.name;
    let day = fr::day(day);
    let sheet = opened(format!("Votre commande pour le {day}"))
        .say(format!(
            "Les commandes pour le {day} sont closes. Voici ce que « {name} » a commandé ; ce qui \
             a été annulé n'y est plus."
        ))
        .table(&ORDER_COLUMNS, rows)
        .say("Les quantités au poids trouvé sont facturées au poids livré.");
    Ok(Some(in_own_words(signed(sheet, register), register, CONFIRMATION)))
}

/// Lines with what is still ordered of them.
fn kept<'week>(
    week: &'week Week,
    order: &'week Order,
) -> impl Iterator<Item = (&'week OrderLine, trade::unit::Qty)> {
    let lines = order.lines.iter();
    lines
        .map(|line| (line, week.ordered(order.line_id(line.rank))))
        .filter(|(_, quantity)| !quantity.is_zero())
}

fn order_head(register: &Register, order: &Order) -> Result<String, Failure> {
    let site = &register.site(order.site)?.name;
    let number = &order.commitment_number;
    let engaged = match number.is_empty() {
        true => String::new(),
        false => format!(", engagement {number}"),
    };
    Ok(format!("Commande {} : {site}{engaged}", order.id.0))
}

/// Hands over an invoice. `link`: where it can be read; empty without.
pub fn invoice(week: &Week, document: &Document, link: String) -> Result<Sheet, Failure> {
    let register = week.register();
    let reference = document.reference();
    let due = fr::date(document.due_on);
    let mut facts = vec![
        format!("Facture {reference} du {}", fr::date(document.issued_on)),
        format!("Montant HT : {}", fr::euros(document.net())),
        format!("Montant TTC : {}", fr::euros(document.with_vat())),
        format!("À régler le {due}"),
    ];
    if !document.commitment_number.is_empty() {
        facts.push(format!("Numéro d'engagement : {}", document.commitment_number));
    }
    let sheet = opened(format!("Facture {reference}, à régler le {due}"))
        .say(format!("Voici la facture de vos livraisons de la {}.", fr::week(week.week())))
        .lines(facts)
        .link("Lire et imprimer la facture", link);
    Ok(in_own_words(signed(sheet, register), register, INVOICE))
}
