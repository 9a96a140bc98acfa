//! Orders in tables.

use trade::calendar::Day;
use trade::catalog::{Labels, Pack, SaleUnit};
use trade::id::{BuyerId, LineId, OrderId, ProductId, SiteId};
use trade::mercuriale::LinePolicy;
use trade::offers::Stamp;
use trade::orders::{Amendment, Channel, Order, OrderLine, PriceOrigin};
use trade::unit::{Price, Qty, Rate};

use crate::store::table::table;

/// An order's heading with the key under which it can be taken only once.
pub struct OrderRow {
    pub id: OrderId,
    pub buyer: BuyerId,
    pub site: SiteId,
    pub day: Day,
    pub channel: Channel,
    pub commitment_number: String,
    pub service_code: String,
    pub stamp: Stamp,
    pub idempotency_key: String,
    pub request_hash: i64,
}

table!(OrderRow, "orders", 1, "id, buyer, site, day, channel, commitment_number, \
    service_code, at, by_whom, idempotency_key, request_hash",
    { id, buyer, site, day, channel, commitment_number, service_code, stamp, idempotency_key,
      request_hash });

pub struct OrderLineRow {
    pub order: OrderId,
    pub rank: i64,
    line: LineId,
    product: ProductId,
    name: String,
    labels: Labels,
    policy: LinePolicy,
    unit: SaleUnit,
    pack: Pack,
    quantity: Qty,
    price: Price,
    price_origin: PriceOrigin,
    vat: Rate,
}

table!(OrderLineRow, "order_lines", 2, "order_id, rank, line, product, name, labels, policy, \
    unit, pack_size, pack_weighed, quantity, price, price_origin, vat_bp",
    { order, rank, line, product, name, labels, policy, unit, pack, quantity, price,
      price_origin, vat });

table!(Amendment, "amendments", 1, "id, order_id, rank, quantity, at, by_whom",
    { id, line, quantity, stamp });

impl OrderRow {
    pub fn new(order: &Order, idempotency_key: &str, request_hash: i64) -> OrderRow {
        OrderRow {
            id: order.id,
            buyer: order.buyer,
            site: order.site,
            day: order.day,
            channel: order.channel,
            commitment_number: order.commitment_number.clone(),
            service_code: order.service_code.clone(),
            stamp: order.stamp.clone(),
            idempotency_key: idempotency_key.to_string(),
            request_hash,
        }
    }

    pub fn into_order(self, lines: Vec<OrderLine>) -> Order {
        let OrderRow { id, buyer, site, day, channel, stamp, .. } = self;
        let OrderRow { commitment_number, service_code, .. } = self;
        Order { id, buyer, site, day, channel, commitment_number, service_code, stamp, lines }
    }
}

impl OrderLineRow {
    pub fn new(order: OrderId, of: &OrderLine) -> OrderLineRow {
        let OrderLine { rank, line, product, labels, policy, unit, pack, quantity, .. } = *of;
        let OrderLine { price, price_origin, vat, .. } = *of;
        let name = of.name.clone();
        OrderLineRow {
            order,
            rank,
            line,
            product,
            name,
            labels,
            policy,
            unit,
            pack,
            quantity,
            price,
            price_origin,
            vat,
        }
    }

    pub fn into_line(self) -> OrderLine {
        let OrderLineRow { rank, line, product, name, labels, policy, unit, pack, .. } = self;
        let OrderLineRow { quantity, price, price_origin, vat, .. } = self;
        OrderLine {
            rank,
            line,
            product,
            name,
            labels,
            policy,
            unit,
            pack,
            quantity,
            price,
            price_origin,
            vat,
        }
    }
}
