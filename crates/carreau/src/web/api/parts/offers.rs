//! Farms: what they announce, what is bought from them, what they confirm.

use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::catalog::{Label, Labels, Product};
use trade::id::{ProducerId, ProductId, PurchaseLineId};
use trade::offers::{Offer, OfferRequest};
use trade::sourcing::{Confirmation, PurchaseLine};
use trade::unit::{Price, Qty};

use super::orders::text;
use super::register::UnitWord;
use super::weeks::labels;
use crate::access::producer::ProducerWeek;
use crate::access::{HubScope, ProducerScope};
use crate::failure::Failure;
use crate::web::api::BASE;
use crate::web::api::call::{Call, Link, Mark, Operation, Param, Seat, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{
    As, LabelWord, Listed, Number, Quantity, Shaped, Some1, UnitPrice, bodies, objects,
};

objects! {
    OfferShape, "Ce qu'une ferme a dit en dernier d'une marchandise et d'un jour." {
        offer: i64 = "Son numéro dans la semaine.", 7;
        producer: As<ProducerId> = "La ferme.", "figuiers";
        product: As<ProductId> = "Le produit.", "carotte";
        name: String = "Son nom.", "Carotte";
        labels: Vec<LabelWord> = "Ses signes de qualité.", ["organic"];
        day: As<Day> = "Le jour.", "2026-11-24";
        unit: UnitWord = "L'unité de vente.", "kg";
        quantity: i64 = "Au plus, en millièmes d'unité ; zéro : plus rien.", 120_000;
        price: i64 = "Dix-millièmes d'euro HT demandés pour une unité.", 10_000;
        said_at: As<Instant> = "Quand elle l'a dit.", "2026-11-18T07:12:00Z";
    }
    OffersNoted, "Des apports sont notés." {
        week: As<IsoWeek> = "La semaine.", "2026-W48";
        offers: Vec<i64> = "Leurs numéros, dans l'ordre de l'envoi.", [7, 8];
    }
    PurchaseShape, "Une ligne d'achat : ce que la plateforme commande à une ferme." {
        purchase: i64 = "Son numéro dans la semaine.", 4;
        producer: As<ProducerId> = "La ferme.", "figuiers";
        product: As<ProductId> = "Le produit.", "carotte";
        name: String = "Son nom.", "Carotte";
        labels: Vec<LabelWord> = "Ses signes de qualité.", ["organic"];
        day: As<Day> = "Le jour.", "2026-11-24";
        unit: UnitWord = "L'unité de vente.", "kg";
        quantity: i64 = "Acheté, en millièmes d'unité.", 80_000;
        price: i64 = "Dix-millièmes d'euro HT payés pour une unité.", 10_000;
        confirmed: i64 = "Ce que la ferme apportera : tout, tant qu'elle ne dit rien.", 80_000;
        is_confirmed: bool = "La ferme a répondu.", false;
        accepted: Option<i64> = "Agréé au quai ; null avant l'arrivée.", serde_json::Value::Null;
    }
    Confirmed, "Une ligne d'achat est confirmée." {
        purchase: i64 = "Son numéro.", 4;
        quantity: i64 = "Ce qui viendra.", 80_000;
    }
    PurchasesConfirmed, "Des achats sont confirmés." {
        week: As<IsoWeek> = "La semaine.", "2026-W48";
        confirmed: Vec<Confirmed> = "Ce qui viendra.", serde_json::Value::Null;
    }
}

bodies! {
    OfferBody, "Un apport : une marchandise, un jour, une quantité, un prix." {
        product: As<ProductId> = "Le produit.", "carotte";
        labels: Option<Vec<LabelWord>> = "Ses signes de qualité : un certificat doit les prouver.",
            ["organic"];
        day: As<Day> = "Le jour de livraison.", "2026-11-24";
        quantity: Quantity = "Au plus, en millièmes d'unité ; zéro retire l'apport.", 120_000;
        price: UnitPrice = "Dix-millièmes d'euro HT demandés pour une unité.", 10_000;
    }
    OffersBody, "Ce qu'une ferme peut apporter, tout ou rien." {
        producer: Option<As<ProducerId>> = "La ferme : inutile quand c'est vous.", "figuiers";
        offers: Some1<OfferBody, 500> = "Ses apports.", serde_json::Value::Null;
    }
    ConfirmationBody, "Ce qui viendra d'une ligne d'achat." {
        purchase: Number = "Le numéro de la ligne d'achat.", 4;
        quantity: Quantity = "Ce qui viendra : au plus ce qui est acheté.", 80_000;
    }
    ConfirmationsBody, "Ce que la ferme confirme, tout ou rien." {
        lines: Some1<ConfirmationBody, 500> = "Ses réponses.", serde_json::Value::Null;
    }
}

pub fn operations() -> Vec<Operation> {
    of_offers().into_iter().chain(of_purchases()).collect()
}

fn of_farm() -> Param {
    Param {
        name: "producer",
        shape: As::<ProducerId>::shape,
        said: "De cette ferme seulement.",
        example: "figuiers",
    }
}

fn of_offers() -> Vec<Operation> {
    vec![
        Operation::new::<Listed<OfferShape>>(
            Verb::Get,
            "/weeks/{week}/offers",
            "listOffers",
            "Les apports d'une semaine",
            |call| Box::pin(offers(call)),
        )
        .desk("offers")
        .farm()
        .query(of_farm())
        .paged("7")
        .told("Une ferme lit les siens ; la plateforme, tous.", "Une page d'apports."),
        Operation::new::<OffersNoted>(
            Verb::Post,
            "/weeks/{week}/offers",
            "announceOffers",
            "Annoncer des apports",
            |call| Box::pin(announce(call)),
        )
        .desk("offers")
        .farm()
        .body::<OffersBody>()
        .may_be_late()
        .links(&[Link {
            name: "offers",
            to: "listOffers",
            parts: &[("week", "$response.body#/week")],
        }])
        .told(
            "Une nouvelle parole remplace l'ancienne pour la même marchandise et le même jour. \
             Après la publication, un apport peut descendre jusqu'à ce qui est commandé.",
            "Les apports sont notés.",
        ),
    ]
}

fn of_purchases() -> Vec<Operation> {
    vec![
        Operation::new::<Listed<PurchaseShape>>(
            Verb::Get,
            "/weeks/{week}/purchases",
            "listPurchases",
            "Les achats d'une semaine",
            |call| Box::pin(purchases(call)),
        )
        .desk("sourcing")
        .farm()
        .query(of_farm())
        .paged("4")
        .told(
            "Ce qui est commandé à la ferme, et ce que le quai en a agréé.",
            "Une page d'achats.",
        ),
        Operation::new::<PurchasesConfirmed>(
            Verb::Post,
            "/weeks/{week}/confirmations",
            "confirmPurchases",
            "Confirmer des achats",
            |call| Box::pin(confirm(call)),
        )
        .desk("sourcing")
        .farm()
        .body::<ConfirmationsBody>()
        .links(&[Link {
            name: "purchases",
            to: "listPurchases",
            parts: &[("week", "$response.body#/week")],
        }])
        .told("Tout ce qui est acheté, ou moins.", "Les réponses sont notées."),
    ]
}

fn offer_shape(offer: &Offer, product: &Product) -> OfferShape {
    OfferShape {
        offer: offer.id.0,
        producer: As(offer.producer),
        product: As(offer.product),
        name: product.name.clone(),
        labels: labels(offer.labels),
        day: As(offer.day),
        unit: UnitWord(product.unit.code().into()),
        quantity: offer.quantity.get(),
        price: offer.price.get(),
        said_at: As(offer.stamp.at),
    }
}

async fn offers(call: Call) -> Result<Reply, Refusal> {
    let week = call.week()?;
    let only: Option<ProducerId> = call.asked_for("producer");
    let is_asked = |offer: &&Offer| only.is_none_or(|only| offer.producer == only);
    let mark = |offer: &&Offer| Mark::Number(offer.id.0);
    let in_order = |all: &mut Vec<&Offer>| all.sort_unstable_by_key(|offer| offer.id);
    let page = match call.seat()? {
        Seat::Farm(scope) => {
            let own = scope.see(call.app(), week, |week| {
                let mut own: Vec<&Offer> = week.current_offers().filter(is_asked).collect();
                in_order(&mut own);
                call.page(own, mark, |one| Ok(offer_shape(one, week.product(one.product)?)))
            });
            own.await?
        }
        _ => {
            let all = |week: &Week, _| {
                let mut all: Vec<&Offer> = week.current_offers().filter(is_asked).collect();
                in_order(&mut all);
                let register = week.register();
                call.page(all, mark, |one| Ok(offer_shape(one, register.product(one.product)?)))
            };
            call.app().read(call.hub()?.at(week), all).await??
        }
    };
    Reply::json(&page)
}

/// For whom a program speaks: a farm for itself, a desk for the farm that it names.
fn farm(
    call: &Call,
    named: Option<ProducerId>,
) -> Result<(ProducerScope, Option<HubScope>), Failure> {
    match (call.seat()?, named) {
        (Seat::Farm(scope), None) => Ok((scope, None)),
        (Seat::Farm(scope), Some(named)) if named == scope.producer() => Ok((scope, None)),
        (Seat::Farm(_), Some(named)) => {
            Err(Failure::NotFound(format!("La ferme « {named} » n'est pas la vôtre.")))
        }
        (_, Some(named)) => {
            let hub = call.hub()?;
            Ok((hub.farm(named), Some(hub)))
        }
        (_, None) => {
            let said = "« producer » : dites de quelle ferme vous notez les apports.";
            Err(Failure::Told(vec![said.into()]))
        }
    }
}

async fn announce(call: Call) -> Result<Reply, Refusal> {
    let body: OffersBody = call.body()?;
    let week = call.week()?;
    let (scope, desk) = farm(&call, body.producer.map(|producer| producer.0))?;
    let request = |one: &OfferBody| OfferRequest {
        producer: scope.producer(),
        product: one.product.0,
        labels: read_labels(one.labels.as_deref().unwrap_or_default()),
        day: one.day.0,
        quantity: Qty::new(one.quantity.0),
        price: Price::new(one.price.0),
    };
    let requests: Vec<OfferRequest> = body.offers.0.iter().map(request).collect();
    let (once, mut stamp) = (call.once(), call.stamp());
    match desk {
        Some(_) => stamp.by = format!("saisi par {}", stamp.by),
        None => still_open(&call, scope, week, &requests).await?,
    }
    let told = |offers: &[Offer]| {
        let offers = offers.iter().map(|offer| offer.id.0).collect();
        text(&OffersNoted { week: As(week), offers })
    };
    let answer = scope.announce_once(call.app(), week, &requests, &stamp, &once, told).await?;
    Ok(Reply::made(answer, format!("{BASE}/weeks/{week}/offers")))
}

fn read_labels(words: &[LabelWord]) -> Labels {
    let labels: Vec<Label> = words.iter().filter_map(|word| Label::parse(&word.0)).collect();
    Labels::of(&labels)
}

/// A farm's offer no longer changes by itself once order taking has ended for its day, unless this
/// very request was answered before.
async fn still_open(
    call: &Call,
    scope: ProducerScope,
    week: IsoWeek,
    requests: &[OfferRequest],
) -> Result<(), Failure> {
    let look = |week: ProducerWeek<'_>| {
        Ok(requests.iter().find(|request| week.is_closed(request.day)).map(|one| one.day))
    };
    let Some(day) = scope.see(call.app(), week, look).await? else { return Ok(()) };
    if scope.was_answered(call.app(), week, &call.once()).await? {
        return Ok(());
    }
    let day = crate::ui::fr::day(day);
    Err(Failure::Late(vec![format!(
        "Les commandes du {day} sont closes : cet apport ne change plus ici. Appelez la plateforme."
    )]))
}

async fn purchases(call: Call) -> Result<Reply, Refusal> {
    let week = call.week()?;
    let only: Option<ProducerId> = call.asked_for("producer");
    let is_asked = |line: &&PurchaseLine| only.is_none_or(|only| line.producer == only);
    let mark = |line: &&PurchaseLine| Mark::Number(line.id.0);
    let page = match call.seat()? {
        Seat::Farm(scope) => {
            let own = scope.see(call.app(), week, |week| {
                let own = week.purchases().filter(is_asked);
                call.page(own, mark, |line| {
                    let mut shown = purchase_shape(line, week.product(line.product)?);
                    shown.confirmed = week.confirmed(line.id).get();
                    shown.is_confirmed = week.is_confirmed(line.id);
                    shown.accepted = week.accepted(line.id).map(Qty::get);
                    Ok(shown)
                })
            });
            own.await?
        }
        _ => {
            let all = |week: &Week, _| {
                call.page(week.purchase_lines().iter().filter(is_asked), mark, |line| {
                    let product = week.register().product(line.product)?;
                    let mut shown = purchase_shape(line, product);
                    shown.confirmed = week.confirmed(line.id).get();
                    shown.is_confirmed = week.confirmations().iter().any(|one| one.line == line.id);
                    let receipts: Vec<i64> =
                        week.receipts_of(line.id).map(|one| one.accepted().get()).collect();
                    shown.accepted = (!receipts.is_empty()).then(|| receipts.iter().sum());
                    Ok(shown)
                })
            };
            call.app().read(call.hub()?.at(week), all).await??
        }
    };
    Reply::json(&page)
}

fn purchase_shape(line: &PurchaseLine, product: &Product) -> PurchaseShape {
    PurchaseShape {
        purchase: line.id.0,
        producer: As(line.producer),
        product: As(line.product),
        name: product.name.clone(),
        labels: labels(line.labels),
        day: As(line.day),
        unit: UnitWord(product.unit.code().into()),
        quantity: line.quantity.get(),
        price: line.price.get(),
        confirmed: line.quantity.get(),
        is_confirmed: false,
        accepted: None,
    }
}

async fn confirm(call: Call) -> Result<Reply, Refusal> {
    let body: ConfirmationsBody = call.body()?;
    let week = call.week()?;
    let answers: Vec<(PurchaseLineId, Qty)> = body
        .lines
        .0
        .iter()
        .map(|one| (PurchaseLineId(one.purchase.0), Qty::new(one.quantity.0)))
        .collect();
    let (once, mut stamp) = (call.once(), call.stamp());
    let told = |all: &[Confirmation]| {
        let one =
            |one: &Confirmation| Confirmed { purchase: one.line.0, quantity: one.quantity.get() };
        text(&PurchasesConfirmed { week: As(week), confirmed: all.iter().map(one).collect() })
    };
    let answer = match call.seat()? {
        Seat::Farm(scope) => {
            scope.confirm_once(call.app(), week, &answers, &stamp, &once, told).await?
        }
        _ => {
            stamp.by = format!("saisi par {}", stamp.by);
            let place = call.hub()?.at(week);
            let acts = crate::sourcing::acts::confirm_once;
            acts(call.app(), place, &answers, &stamp, &once, told).await?
        }
    };
    Ok(Reply::made(answer, format!("{BASE}/weeks/{week}/purchases")))
}
