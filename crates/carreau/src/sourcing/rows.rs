//! Plans and purchases in tables.

use trade::calendar::Day;
use trade::catalog::{Labels, Pack};
use trade::id::{LineId, OfferId, OrderLineId, PlanId, ProducerId, ProductId, PurchaseLineId};
use trade::offers::Stamp;
use trade::sourcing::{
    Allocation, Cause, Confirmation, Lock, LockRule, PurchaseLine, Reason, SharedBy, Sharing,
    Shortfall,
};
use trade::unit::{Price, Qty};

use crate::store::table::table;

pub struct PlanRow {
    pub id: PlanId,
    pub day: Day,
    pub stamp: Stamp,
}

table!(PlanRow, "plans", 1, "id, day, at, by_whom", { id, day, stamp });

pub struct PurchaseLineRow {
    id: PurchaseLineId,
    pub plan: PlanId,
    producer: ProducerId,
    day: Day,
    offer: OfferId,
    line: LineId,
    product: ProductId,
    labels: Labels,
    pack: Pack,
    quantity: Qty,
    price: Price,
}

table!(PurchaseLineRow, "purchase_lines", 1, "id, plan, producer, day, offer, line, product, \
    labels, pack_size, pack_weighed, quantity, price",
    { id, plan, producer, day, offer, line, product, labels, pack, quantity, price });

impl PurchaseLineRow {
    pub fn new(plan: PlanId, of: &PurchaseLine) -> PurchaseLineRow {
        let PurchaseLine { id, producer, day, offer, line, product, .. } = *of;
        let PurchaseLine { labels, pack, quantity, price, .. } = *of;
        PurchaseLineRow {
            id,
            plan,
            producer,
            day,
            offer,
            line,
            product,
            labels,
            pack,
            quantity,
            price,
        }
    }

    pub fn into_line(self) -> PurchaseLine {
        let PurchaseLineRow { id, producer, day, offer, line, product, .. } = self;
        let PurchaseLineRow { labels, pack, quantity, price, .. } = self;
        PurchaseLine { id, producer, day, offer, line, product, labels, pack, quantity, price }
    }
}

pub struct AllocationRow {
    id: i64,
    pub plan: PlanId,
    order_line: OrderLineId,
    purchase_line: PurchaseLineId,
    quantity: Qty,
    reason: Reason,
}

table!(AllocationRow, "allocations", 1, "id, plan, order_id, rank, purchase_line, quantity, \
    reason",
    { id, plan, order_line, purchase_line, quantity, reason });

impl AllocationRow {
    pub fn new(id: i64, plan: PlanId, of: &Allocation) -> AllocationRow {
        let Allocation { order_line, purchase_line, quantity, ref reason } = *of;
        AllocationRow { id, plan, order_line, purchase_line, quantity, reason: reason.clone() }
    }

    pub fn into_allocation(self) -> Allocation {
        let AllocationRow { order_line, purchase_line, quantity, reason, .. } = self;
        Allocation { order_line, purchase_line, quantity, reason }
    }
}

pub struct ShortfallRow {
    pub plan: PlanId,
    id: i64,
    order_line: OrderLineId,
    quantity: Qty,
    cause: Cause,
}

table!(ShortfallRow, "shortfalls", 2, "plan, id, order_id, rank, quantity, wanted, offered, \
    cause",
    { plan, id, order_line, quantity, cause });

impl ShortfallRow {
    pub fn new(plan: PlanId, id: i64, of: &Shortfall) -> ShortfallRow {
        let Shortfall { order_line, quantity, cause } = *of;
        ShortfallRow { plan, id, order_line, quantity, cause }
    }

    pub fn into_shortfall(self) -> Shortfall {
        let ShortfallRow { order_line, quantity, cause, .. } = self;
        Shortfall { order_line, quantity, cause }
    }
}

pub struct ConfirmationRow {
    pub id: i64,
    line: PurchaseLineId,
    quantity: Qty,
    stamp: Stamp,
    shared: Option<SharedBy>,
}

table!(ConfirmationRow, "confirmations", 1, "id, purchase_line, quantity, at, by_whom, shared",
    { id, line, quantity, stamp, shared });

impl ConfirmationRow {
    pub fn new(id: i64, of: &Confirmation) -> ConfirmationRow {
        let Confirmation { line, quantity, ref shared, ref stamp } = *of;
        let shared = shared.as_ref().map(|sharing| sharing.by);
        ConfirmationRow { id, line, quantity, stamp: stamp.clone(), shared }
    }

    pub fn into_confirmation(self, parts: Vec<ConfirmationPartRow>) -> Confirmation {
        let ConfirmationRow { line, quantity, stamp, shared, .. } = self;
        let parts = parts.into_iter().map(|part| (part.order_line, part.quantity)).collect();
        let shared = shared.map(|by| Sharing { by, parts });
        Confirmation { line, quantity, shared, stamp }
    }
}

/// A part of a shortage that was shared out otherwise than in proportion.
pub struct ConfirmationPartRow {
    pub confirmation: i64,
    order_line: OrderLineId,
    quantity: Qty,
}

table!(ConfirmationPartRow, "confirmation_parts", 3, "confirmation, order_id, rank, quantity",
    { confirmation, order_line, quantity });

impl ConfirmationPartRow {
    pub fn of(confirmation: i64, of: &Confirmation) -> Vec<ConfirmationPartRow> {
        let parts = of.shared.iter().flat_map(|sharing| &sharing.parts);
        let row = |&(order_line, quantity): &(OrderLineId, Qty)| ConfirmationPartRow {
            confirmation,
            order_line,
            quantity,
        };
        parts.map(row).collect()
    }
}

pub struct LockRow {
    id: i64,
    order_line: OrderLineId,
    producer: ProducerId,
    rule: Option<LockRule>,
    reason: String,
    stamp: Stamp,
}

table!(LockRow, "sourcing_locks", 1, "id, order_id, rank, producer, rule, quantity, reason, at, \
    by_whom",
    { id, order_line, producer, rule, reason, stamp });

impl LockRow {
    pub fn new(id: i64, of: &Lock) -> LockRow {
        let Lock { order_line, producer, rule, ref reason, ref stamp } = *of;
        LockRow { id, order_line, producer, rule, reason: reason.clone(), stamp: stamp.clone() }
    }

    pub fn into_lock(self) -> Lock {
        let LockRow { order_line, producer, rule, reason, stamp, .. } = self;
        Lock { order_line, producer, rule, reason, stamp }
    }
}
