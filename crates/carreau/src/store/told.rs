//! What a data pack tells of a week, kept until the step comes at which it is needed.

use db::{Db, Tx, Val};
use trade::calendar::{Day, IsoWeek};
use trade::catalog::Labels;
use trade::dock::Rejection;
use trade::id::{BuyerId, Code, HubId, ProducerId, ProductId, SiteId};
use trade::orders::Channel;
use trade::unit::{Qty, Rate};
use wire::pack::{
    Amount, ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote, OrderNote, OrderNoteLine, Pack,
};

use super::cols::{Cols, Cursor, Read};
use super::table::{insert_week, load_week, run, table};

/// The notes of one week.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub orders: Vec<OrderNote>,
    pub arrivals: Vec<ArrivalNote>,
    pub handovers: Vec<HandoverNote>,
    pub leftovers: Vec<LeftoverNote>,
}

/// A line of an order as it was told.
pub struct ToldOrderRow {
    reference: Code,
    rank: i64,
    buyer: BuyerId,
    site: SiteId,
    day: Day,
    channel: Channel,
    commitment_number: String,
    product: ProductId,
    labels: Labels,
    producer: Option<ProducerId>,
    quantity: Qty,
}

table!(ToldOrderRow, "told_orders", 2, "reference, rank, buyer, site, day, channel, \
    commitment_number, product, labels, producer, quantity",
    { reference, rank, buyer, site, day, channel, commitment_number, product, labels, producer,
      quantity });

/// An optional [`Amount`]: `34600` thousandths, or `8500 bp`.
struct Told1(Option<Amount>);

impl Cols for Told1 {
    fn put(&self, out: &mut Vec<Val>) {
        out.push(match self.0 {
            None => Val::NullT,
            Some(Amount::Quantity(quantity)) => Val::T(quantity.get().to_string()),
            Some(Amount::Share(rate)) => Val::T(format!("{} bp", rate.get())),
        });
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let text = cursor.opt_text()?;
        let amount = text.and_then(|text| match text.strip_suffix(" bp") {
            Some(rate) => rate.parse().ok().map(|rate| Amount::Share(Rate::new(rate))),
            None => text.parse().ok().map(|quantity| Amount::Quantity(Qty::new(quantity))),
        });
        Ok(Told1(amount))
    }
}

pub struct ToldArrivalRow {
    rank: i64,
    day: Day,
    producer: ProducerId,
    product: ProductId,
    labels: Labels,
    confirmed: Told1,
    received: Told1,
    rejected: Told1,
    rejection: Option<Rejection>,
    batch: String,
    temperature_dc: Option<i64>,
}

table!(ToldArrivalRow, "told_arrivals", 1, "rank, day, producer, product, labels, confirmed, \
    received, rejected, rejection, batch, temperature_dc",
    { rank, day, producer, product, labels, confirmed, received, rejected, rejection, batch,
      temperature_dc });

pub struct ToldHandoverRow {
    rank: i64,
    day: Day,
    site: SiteId,
    product: ProductId,
    labels: Labels,
    refused: Told1,
    missing: Told1,
    reason: String,
}

table!(ToldHandoverRow, "told_handovers", 1, "rank, day, site, product, labels, refused, \
    missing, reason",
    { rank, day, site, product, labels, refused, missing, reason });

/// A [`LeftoverFate`] as text.
struct Fate(LeftoverFate);

impl Cols for Fate {
    fn put(&self, out: &mut Vec<Val>) {
        out.push(Val::T(match self.0 {
            LeftoverFate::Donated(buyer) => format!("donated {buyer}"),
            LeftoverFate::Returned => "returned".into(),
            LeftoverFate::Wasted => "wasted".into(),
        }));
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let text = String::get(cursor)?;
        let buyer = text.strip_prefix("donated ").and_then(|code| BuyerId::parse(code).ok());
        Ok(Fate(match (buyer, text.as_str()) {
            (Some(buyer), _) => LeftoverFate::Donated(buyer),
            (None, "returned") => LeftoverFate::Returned,
            _ => LeftoverFate::Wasted,
        }))
    }
}

pub struct ToldLeftoverRow {
    rank: i64,
    day: Day,
    product: ProductId,
    labels: Labels,
    producer: Option<ProducerId>,
    site: Option<SiteId>,
    fate: Fate,
    quantity: Told1,
    reason: String,
}

table!(ToldLeftoverRow, "told_leftovers", 1, "rank, day, product, labels, producer, site, fate, \
    quantity, reason",
    { rank, day, product, labels, producer, site, fate, quantity, reason });

const FORGET: [&str; 4] = [
    "DELETE FROM told_orders WHERE hub_id = $1 AND week = $2",
    "DELETE FROM told_arrivals WHERE hub_id = $1 AND week = $2",
    "DELETE FROM told_handovers WHERE hub_id = $1 AND week = $2",
    "DELETE FROM told_leftovers WHERE hub_id = $1 AND week = $2",
];

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &FORGET;

/// Reads what was told of a week.
pub async fn load(db: &Db, hub: HubId, week: IsoWeek) -> Result<Told, db::Error> {
    let mut told = Told::default();
    for row in load_week::<ToldOrderRow>(db, hub, week).await? {
        let ToldOrderRow { product, labels, producer, quantity, .. } = row;
        let line = OrderNoteLine { product, labels, producer, quantity };
        match told.orders.last_mut() {
            Some(order) if order.reference == row.reference => order.lines.push(line),
            _ => told.orders.push(OrderNote {
                reference: row.reference,
                buyer: row.buyer,
                site: row.site,
                day: row.day,
                channel: row.channel,
                commitment_number: row.commitment_number,
                lines: vec![line],
            }),
        }
    }
    let arrivals = load_week::<ToldArrivalRow>(db, hub, week).await?;
    told.arrivals = arrivals.into_iter().map(arrival).collect();
    let handovers = load_week::<ToldHandoverRow>(db, hub, week).await?;
    told.handovers = handovers.into_iter().map(handover).collect();
    let leftovers = load_week::<ToldLeftoverRow>(db, hub, week).await?;
    told.leftovers = leftovers.into_iter().map(leftover).collect();
    Ok(told)
}

fn arrival(row: ToldArrivalRow) -> ArrivalNote {
    let ToldArrivalRow { day, producer, product, labels, rejection, batch, .. } = row;
    ArrivalNote {
        day,
        producer,
        product,
        labels,
        confirmed: row.confirmed.0,
        received: row.received.0,
        rejected: row.rejected.0,
        rejection,
        batch,
        temperature_dc: row.temperature_dc,
    }
}

fn handover(row: ToldHandoverRow) -> HandoverNote {
    let ToldHandoverRow { day, site, product, labels, refused, missing, reason, .. } = row;
    HandoverNote { day, site, product, labels, refused: refused.0, missing: missing.0, reason }
}

fn leftover(row: ToldLeftoverRow) -> LeftoverNote {
    let ToldLeftoverRow { day, product, labels, producer, site, fate, quantity, reason, .. } = row;
    LeftoverNote {
        day,
        product,
        labels,
        producer,
        site,
        fate: fate.0,
        quantity: quantity.0,
        reason,
    }
}

/// Keeps what a pack tells, week by week; what was told of those weeks before is replaced.
pub async fn save(tx: &mut Tx, hub: HubId, pack: &Pack) -> Result<(), db::Error> {
    for week in pack.weeks() {
        let key = vec![Val::from(hub.as_str()), Val::I(week.number())];
        let mut commands: Vec<(&'static str, Vec<Val>)> =
            FORGET.iter().map(|text| (*text, key.clone())).collect();
        let orders = pack.orders.iter().filter(|order| order.day.week() == week);
        let rows: Vec<ToldOrderRow> = orders.flat_map(order_rows).collect();
        insert_week(hub, week, &rows, &mut commands);
        let arrivals = pack.arrivals.iter().filter(|note| note.day.week() == week);
        let rows: Vec<ToldArrivalRow> = (1..).zip(arrivals).map(arrival_row).collect();
        insert_week(hub, week, &rows, &mut commands);
        let handovers = pack.handovers.iter().filter(|note| note.day.week() == week);
        let rows: Vec<ToldHandoverRow> = (1..).zip(handovers).map(handover_row).collect();
        insert_week(hub, week, &rows, &mut commands);
        let leftovers = pack.leftovers.iter().filter(|note| note.day.week() == week);
        let rows: Vec<ToldLeftoverRow> = (1..).zip(leftovers).map(leftover_row).collect();
        insert_week(hub, week, &rows, &mut commands);
        run(tx, commands).await?;
    }
    Ok(())
}

fn order_rows(order: &OrderNote) -> Vec<ToldOrderRow> {
    let lines = (1..).zip(&order.lines);
    lines
        .map(|(rank, line)| ToldOrderRow {
            reference: order.reference,
            rank,
            buyer: order.buyer,
            site: order.site,
            day: order.day,
            channel: order.channel,
            commitment_number: order.commitment_number.clone(),
            product: line.product,
            labels: line.labels,
            producer: line.producer,
            quantity: line.quantity,
        })
        .collect()
}

fn arrival_row((rank, note): (i64, &ArrivalNote)) -> ToldArrivalRow {
    ToldArrivalRow {
        rank,
        day: note.day,
        producer: note.producer,
        product: note.product,
        labels: note.labels,
        confirmed: Told1(note.confirmed),
        received: Told1(note.received),
        rejected: Told1(note.rejected),
        rejection: note.rejection,
        batch: note.batch.clone(),
        temperature_dc: note.temperature_dc,
    }
}

fn handover_row((rank, note): (i64, &HandoverNote)) -> ToldHandoverRow {
    ToldHandoverRow {
        rank,
        day: note.day,
        site: note.site,
        product: note.product,
        labels: note.labels,
        refused: Told1(note.refused),
        missing: Told1(note.missing),
        reason: note.reason.clone(),
    }
}

fn leftover_row((rank, note): (i64, &LeftoverNote)) -> ToldLeftoverRow {
    ToldLeftoverRow {
        rank,
        day: note.day,
        product: note.product,
        labels: note.labels,
        producer: note.producer,
        site: note.site,
        fate: Fate(note.fate),
        quantity: Told1(note.quantity),
        reason: note.reason.clone(),
    }
}
