//! What a farm was billed for and paid, in all weeks, without reading the weeks.

use std::collections::BTreeMap;

use db::{FromRow, Row, Val};
use trade::calendar::{Day, IsoWeek};
use trade::unit::{Cents, Rate, rate_of};

use super::scope::ProducerScope;
use crate::app::App;
use crate::failure::Failure;

const BILLS: &str = "SELECT d.week, d.id, d.number, d.due_on, COALESCE(p.paid_on, -1), d.series \
    FROM documents d LEFT JOIN payouts p ON p.hub_id = d.hub_id AND p.week = d.week \
    AND p.document = d.id \
    WHERE d.hub_id = $1 AND d.party = $2 AND d.kind NOT IN ('invoice', 'credit_note') \
    ORDER BY d.week DESC, d.id DESC";
// VAT is taken once per rate, on the sum of its lines.
const GROUPS: &str = "SELECT l.week, l.document, l.vat_bp, CAST(SUM(l.net_cents) AS BIGINT) \
    FROM document_lines l \
    JOIN documents d ON d.hub_id = l.hub_id AND d.week = l.week AND d.id = l.document \
    WHERE d.hub_id = $1 AND d.party = $2 AND d.kind NOT IN ('invoice', 'credit_note') \
    GROUP BY l.week, l.document, l.vat_bp";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[BILLS, GROUPS];

struct Bill([i64; 5], String);

impl FromRow for Bill {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let numbers = [row.i64(0)?, row.i64(1)?, row.i64(2)?, row.i64(3)?, row.i64(4)?];
        Ok(Bill(numbers, row.text(5)?))
    }
}

struct Group([i64; 4]);

impl FromRow for Group {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Group([row.i64(0)?, row.i64(1)?, row.i64(2)?, row.i64(3)?]))
    }
}

/// A self-bill, purchase slip or statement, with what became of it.
pub struct PastBill {
    pub week: IsoWeek,
    pub id: i64,
    pub reference: String,
    pub with_vat: Cents,
    pub due_on: Day,
    pub paid_on: Option<Day>,
}

impl ProducerScope {
    /// All bills of the farm, the latest first; through a link of one week that week's alone.
    pub async fn past_bills(self, app: &App, here: IsoWeek) -> Result<Vec<PastBill>, Failure> {
        let place = self.place(here)?;
        let db = app.db(place.scope());
        let key = || vec![Val::from(place.hub.as_str()), Val::from(self.producer().as_str())];
        let bills: Vec<Bill> = db.query(BILLS, key()).await?;
        let groups: Vec<Group> = db.query(GROUPS, key()).await?;
        let mut sums: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for Group([week, document, rate, base]) in groups {
            let vat = rate_of(Cents::new(base), Rate::new(rate));
            *sums.entry((week, document)).or_default() += base + vat.get();
        }
        let bill = |Bill([week, id, number, due_on, paid_on], series): Bill| {
            let at = IsoWeek::from_number(week).filter(|&at| self.place(at).is_ok())?;
            Some(PastBill {
                week: at,
                id,
                reference: format!("{series}-{number:06}"),
                with_vat: Cents::new(sums.get(&(week, id)).copied().unwrap_or(0)),
                due_on: Day::from_number(due_on)?,
                paid_on: Day::from_number(paid_on).filter(|_| paid_on >= 0),
            })
        };
        Ok(bills.into_iter().filter_map(bill).collect())
    }
}
