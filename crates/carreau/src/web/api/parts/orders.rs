//! Orders: read, placed, amended; and what was delivered of them.

use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::{BuyerId, ContractId, LineId, OrderId, OrderLineId, ProductId, SiteId};
use trade::orders::{Amendment, Channel, Order, OrderLine, OrderRequest};
use trade::rounds::{DeliveryNote, NoteLine};
use trade::unit::Qty;
use trade::{Denial, Week};

use super::register::UnitWord;
use super::weeks::{PriceOriginWord, labels, price_origin};
use crate::failure::Failure;
use crate::orders::intake;
use crate::ui::paper as papers;
use crate::web::api::BASE;
use crate::web::api::call::{Call, Link, Mark, Operation, Param, Seat, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{
    As, LabelWord, Listed, Number, Quantity, Shaped, Short, Some1, bodies, objects, words,
};

words! {
    ChannelWord of Channel::ALL.map(Channel::code);
}

objects! {
    OrderLineShape, "Une ligne de commande : telle qu'elle a été prise, avec ce qu'elle devient." {
        rank: i64 = "Son rang dans la commande.", 1;
        line: i64 = "La ligne de la mercuriale.", 12;
        product: As<ProductId> = "Le produit.", "carotte";
        name: String = "Son nom ce jour-là.", "Carotte";
        labels: Vec<LabelWord> = "Ses signes de qualité.", ["organic"];
        unit: UnitWord = "L'unité de vente.", "kg";
        price: i64 = "Dix-millièmes d'euro HT pour une unité.", 12_500;
        price_origin: PriceOriginWord = "D'où vient ce prix.", "mercuriale";
        contract: Option<As<ContractId>> = "Le lot de marché.", serde_json::Value::Null;
        vat_bp: i64 = "Taux de TVA, en centièmes de pour cent.", 550;
        ordered: i64 = "Commandé, modifications comprises, en millièmes d'unité.", 30_000;
        covered: i64 = "Ce que des fermes apporteront.", 30_000;
        delivered: i64 = "Ce qui a été livré.", 0;
    }
    OrderShape, "Une commande." {
        order: i64 = "Son numéro.", 12;
        week: As<IsoWeek> = "Sa semaine.", "2026-W48";
        day: As<Day> = "Son jour de livraison.", "2026-11-24";
        buyer: As<BuyerId> = "L'acheteur.", "0340005W";
        site: As<SiteId> = "Le site.", "college-rimbaud";
        channel: ChannelWord = "Par où elle est venue.", "web";
        commitment_number: String = "Le numéro d'engagement, ou rien.", "";
        taken_at: As<Instant> = "Quand elle a été prise.", "2026-11-20T09:30:00Z";
        lines: Vec<OrderLineShape> = "Ses lignes.", serde_json::Value::Null;
    }
    OrderTaken, "Une commande est prise." {
        order: i64 = "Son numéro.", 12;
        week: As<IsoWeek> = "Sa semaine.", "2026-W48";
        href: String = "Où la lire.", "/api/v1/weeks/2026-W48/orders/12";
    }
    Amended, "Une quantité est changée." {
        rank: i64 = "Le rang de la ligne.", 1;
        quantity: i64 = "La nouvelle quantité, en millièmes d'unité.", 20_000;
    }
    OrderAmended, "Une commande est modifiée." {
        order: i64 = "Son numéro.", 12;
        week: As<IsoWeek> = "Sa semaine.", "2026-W48";
        changed: Vec<Amended> = "Ce qui est changé.", serde_json::Value::Null;
    }
    NoteLineShape, "Une part livrée d'une ligne de commande." {
        order: i64 = "La commande.", 12;
        rank: i64 = "Le rang de la ligne.", 1;
        loaded: i64 = "Chargé, en millièmes d'unité.", 30_000;
        refused: i64 = "Refusé à la livraison.", 0;
        missing: i64 = "Manquant à la livraison.", 0;
        delivered: i64 = "Livré.", 30_000;
        reason: String = "Le motif d'un refus ou d'un manquant.", "";
    }
    NoteShape, "Un bon de livraison signé." {
        note: i64 = "Son numéro dans la semaine.", 3;
        day: As<Day> = "Le jour.", "2026-11-24";
        site: As<SiteId> = "Le site.", "college-rimbaud";
        signed_by: String = "Qui a signé.", "Mme Pons";
        paper: String = "L'adresse de son PDF.",
            "/api/v1/weeks/2026-W48/delivery-notes/2026-11-24/college-rimbaud/paper";
        lines: Vec<NoteLineShape> = "Ses lignes.", serde_json::Value::Null;
    }
}

bodies! {
    OrderLineBody, "Une ligne que l'on commande." {
        line: Number = "Le numéro de la ligne dans la mercuriale de la semaine.", 12;
        quantity: Quantity = "Millièmes de l'unité de vente.", 30_000;
    }
    OrderBody, "Ce que l'on commande pour un site et un jour, aux prix de la mercuriale." {
        buyer: Option<As<BuyerId>> = "L'acheteur : inutile quand c'est vous.", "0340005W";
        site: As<SiteId> = "Où livrer.", "college-rimbaud";
        day: As<Day> = "Le jour de livraison.", "2026-11-24";
        commitment_number: Option<Short<50>> = "Le numéro d'engagement de cette commande ; sinon \
            celui de l'acheteur.", "";
        lines: Some1<OrderLineBody, 1000> = "Ce que l'on commande.", serde_json::Value::Null;
    }
    AmendmentLineBody, "Une nouvelle quantité." {
        rank: Number = "Le rang de la ligne dans la commande.", 1;
        quantity: Quantity = "Millièmes de l'unité de vente ; zéro retire la ligne.", 20_000;
    }
    AmendmentBody, "Ce que l'on change d'une commande, tout ou rien." {
        lines: Some1<AmendmentLineBody, 1000> = "Les nouvelles quantités.",
            serde_json::Value::Null;
    }
}

const ONE: (&str, &str) = ("week", "$response.body#/week");
const NUMBER: (&str, &str) = ("order", "$response.body#/order");

pub fn operations() -> Vec<Operation> {
    [reads(), acts(), notes_read()].into_iter().flatten().collect()
}

fn reads() -> Vec<Operation> {
    vec![
        Operation::new::<Listed<OrderShape>>(
            Verb::Get,
            "/weeks/{week}/orders",
            "listOrders",
            "Les commandes d'une semaine",
            |call| Box::pin(orders(call)),
        )
        .desk("orders")
        .buyer()
        .query(Param {
            name: "day",
            shape: As::<Day>::shape,
            said: "Celles de ce jour de livraison seulement.",
            example: "2026-11-24",
        })
        .paged("12")
        .links(&[Link {
            name: "order",
            to: "getOrder",
            parts: &[
                ("week", "$response.body#/items/0/week"),
                ("order", "$response.body#/items/0/order"),
            ],
        }])
        .told("Un acheteur lit les siennes ; la plateforme, toutes.", "Une page de commandes."),
        Operation::new::<OrderShape>(
            Verb::Get,
            "/weeks/{week}/orders/{order}",
            "getOrder",
            "Une commande",
            |call| Box::pin(order(call)),
        )
        .desk("orders")
        .buyer()
        .told("Avec ce que chaque ligne est devenue.", "La commande."),
    ]
}

fn acts() -> Vec<Operation> {
    vec![
        Operation::new::<OrderTaken>(Verb::Post, "/orders", "createOrder", "Commander", |call| {
            Box::pin(create(call))
        })
        .desk("orders")
        .buyer()
        .body::<OrderBody>()
        .may_be_late()
        .links(&[
            Link { name: "order", to: "getOrder", parts: &[ONE, NUMBER] },
            Link { name: "amend", to: "amendOrder", parts: &[ONE, NUMBER] },
        ])
        .told(
            "Toute la commande est prise, ou rien. Refaite avec la même clé, elle n'est prise \
             qu'une fois.",
            "La commande est prise.",
        ),
        Operation::new::<OrderAmended>(
            Verb::Post,
            "/weeks/{week}/orders/{order}/amendments",
            "amendOrder",
            "Modifier une commande",
            |call| Box::pin(amend(call)),
        )
        .desk("orders")
        .buyer()
        .body::<AmendmentBody>()
        .may_be_late()
        .links(&[Link { name: "order", to: "getOrder", parts: &[ONE, NUMBER] }])
        .told("Jusqu'à l'heure limite du jour de livraison.", "La commande est modifiée."),
    ]
}

fn notes_read() -> Vec<Operation> {
    vec![
        Operation::new::<Listed<NoteShape>>(
            Verb::Get,
            "/weeks/{week}/delivery-notes",
            "listDeliveryNotes",
            "Les bons de livraison",
            |call| Box::pin(notes(call)),
        )
        .desk("rounds")
        .buyer()
        .paged("3")
        .links(&[Link {
            name: "paper",
            to: "getDeliveryNotePaper",
            parts: &[
                ("week", "$request.path.week"),
                ("day", "$response.body#/items/0/day"),
                ("site", "$response.body#/items/0/site"),
            ],
        }])
        .told("Un acheteur lit ceux de ses sites.", "Une page de bons de livraison."),
        Operation::new::<bool>(
            Verb::Get,
            "/weeks/{week}/delivery-notes/{day}/{site}/paper",
            "getDeliveryNotePaper",
            "Un bon de livraison en PDF",
            |call| Box::pin(note_paper(call)),
        )
        .desk("rounds")
        .buyer()
        .paper()
        .told("Le papier signé, ou à signer.", "Le PDF."),
    ]
}

fn mark(order: &&Order) -> Mark {
    Mark::Number(order.id.0)
}

async fn orders(call: Call) -> Result<Reply, Refusal> {
    let week = call.week()?;
    let day: Option<Day> = call.asked_for("day");
    let is_asked = |order: &&Order| day.is_none_or(|day| order.day == day);
    let in_order = |all: &mut Vec<&Order>| all.sort_unstable_by_key(|order| order.id);
    let page = match call.seat()? {
        Seat::Buyer(scope) => {
            let own = scope.see(call.app(), week, |week| {
                let mut own: Vec<&Order> = week.orders().filter(is_asked).collect();
                in_order(&mut own);
                let quantities =
                    |line| [week.ordered(line), week.covered(line), week.delivered(line)];
                call.page(own, mark, |order| Ok(shown(week.week(), order, quantities)))
            });
            own.await?
        }
        _ => {
            let all = |week: &Week, _| {
                let mut all: Vec<&Order> = week.orders().iter().filter(is_asked).collect();
                in_order(&mut all);
                call.page(all, mark, |order| Ok(shown(week.week(), order, of_week(week))))
            };
            call.app().read(call.hub()?.at(week), all).await??
        }
    };
    Reply::json(&page)
}

fn of_week(week: &Week) -> impl Fn(OrderLineId) -> [Qty; 3] {
    |line| [week.ordered(line), week.covered(line), week.delivered_of(line)]
}

fn shown(week: IsoWeek, order: &Order, quantities: impl Fn(OrderLineId) -> [Qty; 3]) -> OrderShape {
    let line = |line: &OrderLine| {
        let [ordered, covered, delivered] = quantities(order.line_id(line.rank)).map(Qty::get);
        let (price_origin, contract) = price_origin(line.price_origin);
        OrderLineShape {
            rank: line.rank,
            line: line.line.0,
            product: As(line.product),
            name: line.name.clone(),
            labels: labels(line.labels),
            unit: UnitWord(line.unit.code().into()),
            price: line.price.get(),
            price_origin,
            contract,
            vat_bp: line.vat.get(),
            ordered,
            covered,
            delivered,
        }
    };
    OrderShape {
        order: order.id.0,
        week: As(week),
        day: As(order.day),
        buyer: As(order.buyer),
        site: As(order.site),
        channel: ChannelWord(order.channel.code().into()),
        commitment_number: order.commitment_number.clone(),
        taken_at: As(order.stamp.at),
        lines: order.lines.iter().map(line).collect(),
    }
}

async fn order(call: Call) -> Result<Reply, Refusal> {
    let (week, id) = (call.week()?, OrderId(call.number("order")?));
    let found = match call.seat()? {
        Seat::Buyer(scope) => {
            let own = scope.see(call.app(), week, |week| {
                let quantities =
                    |line| [week.ordered(line), week.covered(line), week.delivered(line)];
                Ok(shown(week.week(), week.order(id)?, quantities))
            });
            own.await?
        }
        _ => {
            let one = |week: &Week, _| {
                let found = week.order(id).ok_or_else(|| no_order(id))?;
                Ok::<_, Failure>(shown(week.week(), found, of_week(week)))
            };
            call.app().read(call.hub()?.at(week), one).await??
        }
    };
    Reply::json(&found)
}

fn no_order(id: OrderId) -> Failure {
    Failure::NotFound(format!("La commande {id} n'existe pas cette semaine."))
}

async fn create(call: Call) -> Result<Reply, Refusal> {
    let body: OrderBody = call.body()?;
    let (seat, week) = (call.seat()?, body.day.0.week());
    let own = match seat {
        Seat::Buyer(scope) => Some(scope.buyer()),
        _ => None,
    };
    let buyer = body.buyer.map(|buyer| buyer.0).or(own).ok_or_else(|| {
        Failure::Told(vec!["« buyer » : dites pour quel acheteur vous commandez.".into()])
    })?;
    let request = OrderRequest {
        buyer,
        site: body.site.0,
        day: body.day.0,
        channel: Channel::Web,
        commitment_number: body.commitment_number.map(|text| text.0).unwrap_or_default(),
        lines: body
            .lines
            .0
            .iter()
            .map(|one| (LineId(one.line.0), Qty::new(one.quantity.0)))
            .collect(),
    };
    let (key, stamp) = (call.once().key, call.stamp());
    let taken = match seat {
        Seat::Buyer(scope) => scope.order_plainly(call.app(), week, &request, &key, &stamp).await,
        _ => intake::take(call.app(), call.hub()?.at(week), &request, &key, &stamp).await,
    };
    // Who did not hear the first answer must read the same one.
    let order = match taken {
        Ok(order) => order.id.0,
        Err(Failure::Replayed(order)) => order,
        Err(failure) => return Err(refused(&call, seat, week, failure).await),
    };
    let href = format!("{BASE}/weeks/{week}/orders/{order}");
    let taken = OrderTaken { order, week: As(week), href: href.clone() };
    Ok(Reply::made(text(&taken), href))
}

/// A refusal with the names of the goods.
async fn refused(call: &Call, seat: Seat, week: IsoWeek, failure: Failure) -> Refusal {
    let Failure::Denied(denials) = &failure else { return failure.into() };
    let sentences = match seat {
        Seat::Buyer(scope) => scope.sentences(call.app(), week, denials).await,
        Seat::Hub(scope) => intake::sentences(call.app(), scope.at(week), denials).await,
        Seat::Farm(_) => denials.iter().map(crate::denied::sentence).collect(),
    };
    Refusal::rules(denials, sentences)
}

/// What is answered is plain numbers and words: writing it cannot fail.
pub fn text(answer: &impl serde::Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

async fn amend(call: Call) -> Result<Reply, Refusal> {
    let body: AmendmentBody = call.body()?;
    let (seat, week, order) = (call.seat()?, call.week()?, OrderId(call.number("order")?));
    let mut changes = Vec::with_capacity(body.lines.0.len());
    for line in &body.lines.0 {
        let id = OrderLineId { order, rank: line.rank.0 };
        if changes.iter().any(|(known, _)| *known == id) {
            let said = format!("La ligne {} vient deux fois : donnez-la une fois.", id.rank);
            return Err(Failure::Told(vec![said]).into());
        }
        changes.push((id, Qty::new(line.quantity.0)));
    }
    let told = |amendments: &[Amendment]| {
        let one = |one: &Amendment| Amended { rank: one.line.rank, quantity: one.quantity.get() };
        let changed = amendments.iter().map(one).collect();
        text(&OrderAmended { order: order.0, week: As(week), changed })
    };
    let (once, stamp) = (call.once(), call.stamp());
    let amended = match seat {
        Seat::Buyer(scope) => {
            scope.amend_once(call.app(), week, &changes, &stamp, &once, told).await
        }
        _ => {
            let place = call.hub()?.at(week);
            let known = call.app().read(place, |week, _| week.order(order).is_some()).await?;
            if !known {
                return Err(no_order(order).into());
            }
            crate::orders::acts::amend_once(call.app(), place, &changes, &stamp, &once, told).await
        }
    };
    match amended {
        Ok(answer) => Ok(Reply::made(answer, format!("{BASE}/weeks/{week}/orders/{order}"))),
        Err(failure) => Err(refused(&call, seat, week, failure).await),
    }
}

async fn notes(call: Call) -> Result<Reply, Refusal> {
    let week = call.week()?;
    let mark = |note: &&DeliveryNote| Mark::Number(note.id.0);
    let show = |note: &DeliveryNote| Ok(note_shape(week, note));
    let page = match call.seat()? {
        Seat::Buyer(scope) => {
            scope.see(call.app(), week, |week| call.page(week.notes(), mark, show)).await?
        }
        _ => {
            let all = |week: &Week, _| call.page(week.notes(), mark, show);
            call.app().read(call.hub()?.at(week), all).await??
        }
    };
    Reply::json(&page)
}

fn note_shape(week: IsoWeek, note: &DeliveryNote) -> NoteShape {
    let line = |line: &NoteLine| NoteLineShape {
        order: line.order_line.order.0,
        rank: line.order_line.rank,
        loaded: line.loaded.get(),
        refused: line.refused.get(),
        missing: line.missing.get(),
        delivered: line.delivered().get(),
        reason: line.reason.clone(),
    };
    let (day, site) = (note.day, note.site);
    NoteShape {
        note: note.id.0,
        day: As(day),
        site: As(site),
        signed_by: note.signed_by.clone(),
        paper: format!("{BASE}/weeks/{week}/delivery-notes/{day}/{site}/paper"),
        lines: note.lines.iter().map(line).collect(),
    }
}

async fn note_paper(call: Call) -> Result<Reply, Refusal> {
    let (week, day, site) = (call.week()?, call.day()?, call.site()?);
    let found = match call.seat()? {
        Seat::Buyer(scope) => scope.see(call.app(), week, |week| week.note_paper(site, day)).await,
        _ => {
            let look = |week: &Week, _| crate::rounds::paper::delivery_note(week, site, day);
            call.app().read(call.hub()?.at(week), look).await?
        }
    };
    let paper = found.map_err(not_there)?;
    let bytes = papers::set(paper, paper::delivery_note).await?;
    Ok(Reply::Paper { bytes, name: format!("bon-de-livraison-{day}-{site}") })
}

/// To look for what is not there is "not found", not a "no" of the rules.
pub fn not_there(failure: Failure) -> Failure {
    match &failure {
        Failure::Denied(denials) => {
            let said: Vec<String> = denials.iter().map(crate::denied::sentence).collect();
            let is_nothing = |denial: &Denial| matches!(denial, Denial::NothingToDeliver { .. });
            match denials.iter().all(|one| crate::denied::unknown(one).is_some() || is_nothing(one))
            {
                true => Failure::NotFound(said.join(" ")),
                false => failure,
            }
        }
        _ => failure,
    }
}
