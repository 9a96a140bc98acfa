//! The price list in tables.

use trade::calendar::{Day, Instant};
use trade::catalog::Labels;
use trade::id::{LineId, ProductId};
use trade::mercuriale::{Availability, LinePolicy, MercurialeLine, PriceSetting};
use trade::offers::Stamp;
use trade::unit::{Price, Qty};

use crate::store::table::table;

/// A price set by hand, with its rank. A sale price of zero stands for "by rule again": a real one
/// is never below what the farm is paid.
pub struct SettingRow {
    id: i64,
    product: ProductId,
    labels: Labels,
    policy: LinePolicy,
    sale: Price,
    stamp: Stamp,
}

table!(SettingRow, "price_settings", 1, "id, product, labels, policy, sale, at, by_whom",
    { id, product, labels, policy, sale, stamp });

impl SettingRow {
    pub fn new(id: i64, setting: &PriceSetting) -> SettingRow {
        let PriceSetting { product, labels, policy, sale, ref stamp } = *setting;
        let sale = sale.unwrap_or(Price::ZERO);
        SettingRow { id, product, labels, policy, sale, stamp: stamp.clone() }
    }

    pub fn into_setting(self) -> PriceSetting {
        let SettingRow { product, labels, policy, sale, stamp, .. } = self;
        let sale = Some(sale).filter(|sale| !sale.is_zero());
        PriceSetting { product, labels, policy, sale, stamp }
    }
}

table!(MercurialeLine, "mercuriale_lines", 1, "id, product, labels, policy, pack_size, \
    pack_weighed, cost, sale, vat_bp, quote",
    { id, product, labels, policy, pack, cost, sale, vat, quote });

/// What can be sold of a line on a day, and what orders have taken.
pub struct AvailabilityRow {
    pub line: LineId,
    pub day: Day,
    pub offered: Qty,
    pub taken: Qty,
}

table!(AvailabilityRow, "availability", 2, "line, day, offered, taken",
    { line, day, offered, taken });

impl AvailabilityRow {
    pub fn new(row: &Availability) -> AvailabilityRow {
        AvailabilityRow { line: row.line, day: row.day, offered: row.offered, taken: Qty::ZERO }
    }
}

/// A delivery day on sale, with the counters and the closing that orders look at.
pub struct SaleDayRow {
    pub day: Day,
    pub cutoff_at: Instant,
    pub order_count: i64,
    pub register_version: i64,
    pub closed_at: Option<Instant>,
    pub closed_by: Option<Text>,
}

table!(SaleDayRow, "sale_days", 1, "day, cutoff_at, order_count, register_version, closed_at, \
    closed_by",
    { day, cutoff_at, order_count, register_version, closed_at, closed_by });

/// A text that may be absent.
pub struct Text(pub String);

impl crate::store::cols::Cols for Option<Text> {
    fn put(&self, out: &mut Vec<db::Val>) {
        out.push(db::Val::from(self.as_ref().map(|text| text.0.clone())));
    }
    fn get(cursor: &mut crate::store::cols::Cursor<'_, '_>) -> crate::store::cols::Read<Self> {
        Ok(cursor.opt_text()?.map(Text))
    }
}

/// The act of publishing.
pub struct PublicationRow {
    pub stamp: Stamp,
}

table!(PublicationRow, "publications", 0, "at, by_whom", { stamp });
