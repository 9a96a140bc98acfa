//! Files of what people said and did in weeks.

use std::collections::BTreeMap;

use trade::id::{BuyerId, Code, ProducerId, ProductId, SiteId};
use trade::offers::OfferRequest;
use trade::orders::Channel;

use super::checks::Unread;
use super::fault::Fault;
use super::register::{At, positive};
use super::row::Row;
use super::sheet::Sheet;
use super::words::{self, Fate};
use super::{
    Amount, ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote, OrderNote, OrderNoteLine,
};

pub fn offer(row: &mut Row<'_>) -> OfferRequest {
    OfferRequest {
        producer: row.code("producer", ProducerId),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        day: row.day("day"),
        quantity: row.qty("quantity"),
        price: positive(row, "price"),
    }
}

/// One line of an order, with the heading that it repeats.
pub struct OrderRow {
    pub heading: OrderNote,
    pub line: OrderNoteLine,
}

pub fn order(row: &mut Row<'_>) -> OrderRow {
    let heading = OrderNote {
        reference: row.code("reference", |code: Code| code),
        buyer: row.code("buyer", BuyerId),
        site: row.code("site", SiteId),
        day: row.day("day"),
        channel: row.opt_word("channel", &words::CHANNELS).unwrap_or(Channel::File),
        commitment_number: row.text("commitment_number"),
        lines: Vec::new(),
    };
    let line = OrderNoteLine {
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        producer: row.opt_code("producer", ProducerId),
        quantity: row.qty("quantity"),
    };
    if line.quantity.is_zero() {
        row.fault("quantity", "la quantité est plus grande que zéro.");
    }
    OrderRow { heading, line }
}

/// Orders in order of their first row. In one week a reference is one order.
pub fn orders(
    sheet: &Sheet,
    rows: Vec<At<OrderRow>>,
    faults: &mut Vec<Fault>,
) -> Vec<At<OrderNote>> {
    let mut orders: Vec<At<OrderNote>> = Vec::new();
    let mut at: BTreeMap<(Code, i64), usize> = BTreeMap::new();
    let unread = Unread::of(faults);
    for At { line, record: OrderRow { heading, line: goods } } in rows {
        if unread.has_any(&sheet.file, line, sheet.table) {
            continue;
        }
        let key = (heading.reference, heading.day.week().number());
        let rank = *at.entry(key).or_insert_with(|| {
            orders.push(At { line, record: heading.clone() });
            orders.len() - 1
        });
        let first = orders[rank].line;
        let known = &mut orders[rank].record;
        let same = OrderNote { lines: known.lines.clone(), ..heading };
        if *known != same {
            let reason = format!(
                "cette référence est déjà celle d'une autre commande de la semaine (ligne {first})."
            );
            let reference = same.reference.to_string();
            faults.push(Fault::new(&sheet.file, line, "reference", &reference, reason));
        }
        known.lines.push(goods);
    }
    orders
}

/// A fault when a part is above so many percent.
fn part(row: &mut Row<'_>, column: &str, most: i64) -> Option<Amount> {
    let amount = row.amount(column);
    if matches!(amount, Some(Amount::Share(rate)) if rate.get() > most * 100) {
        row.fault(column, format!("cette part est trop grande : {most} % au plus."));
    }
    amount
}

pub fn arrival(row: &mut Row<'_>) -> ArrivalNote {
    let note = ArrivalNote {
        day: row.day("day"),
        producer: row.code("producer", ProducerId),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        confirmed: part(row, "confirmed", 200),
        received: part(row, "received", 200),
        rejected: part(row, "rejected", 100),
        rejection: row.opt_word("rejection", &words::REJECTIONS),
        batch: row.text("batch"),
        temperature_dc: row.temperature("temperature"),
    };
    if let (Some(Amount::Quantity(received)), Some(Amount::Quantity(rejected))) =
        (note.received, note.rejected)
        && rejected > received
    {
        row.fault("rejected", "le refus dépasse ce qui est reçu.");
    }
    note
}

pub fn handover(row: &mut Row<'_>) -> HandoverNote {
    HandoverNote {
        day: row.day("day"),
        site: row.code("site", SiteId),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        refused: part(row, "refused", 100),
        missing: part(row, "missing", 100),
        reason: row.text("reason"),
    }
}

pub fn leftover(row: &mut Row<'_>) -> LeftoverNote {
    let beneficiary = row.opt_code("beneficiary", BuyerId);
    let fate = match (row.word("fate", &words::FATES), beneficiary) {
        (Fate::Donated, Some(buyer)) => LeftoverFate::Donated(buyer),
        (Fate::Donated, None) => {
            row.fault("beneficiary", "un don a un bénéficiaire : le code d'un acheteur.");
            LeftoverFate::Wasted
        }
        (Fate::Returned, _) => LeftoverFate::Returned,
        (Fate::Wasted, _) => LeftoverFate::Wasted,
    };
    LeftoverNote {
        day: row.day("day"),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        producer: row.opt_code("producer", ProducerId),
        site: row.opt_code("site", SiteId),
        fate,
        quantity: part(row, "quantity", 100),
        reason: row.text("reason"),
    }
}
