//! What a buyer ordered, received and was invoiced in all weeks, without reading the weeks.

use std::collections::BTreeMap;

use db::{FromRow, Row, Val};
use trade::calendar::{Day, IsoWeek};
use trade::id::SiteId;
use trade::unit::{Cents, Price, Qty, Rate, amount, rate_of};

use super::scope::BuyerScope;
use crate::accounts::bank::rows as bank;
use crate::app::App;
use crate::failure::Failure;

const ORDERS: &str = "SELECT week, id, day, site, commitment_number FROM orders \
    WHERE hub_id = $1 AND buyer = $2 ORDER BY week DESC, day DESC, id DESC";
const LINES: &str = "SELECT l.week, l.order_id, l.rank, l.quantity, l.price FROM order_lines l \
    JOIN orders o ON o.hub_id = l.hub_id AND o.week = l.week AND o.id = l.order_id \
    WHERE o.hub_id = $1 AND o.buyer = $2";
const AMENDED: &str = "SELECT a.week, a.order_id, a.rank, a.quantity, a.id FROM amendments a \
    JOIN orders o ON o.hub_id = a.hub_id AND o.week = a.week AND o.id = a.order_id \
    WHERE o.hub_id = $1 AND o.buyer = $2 ORDER BY a.week, a.id";
const NOTES: &str = "SELECT n.week, n.day, n.id, n.site, n.site FROM delivery_notes n \
    JOIN sites s ON s.hub_id = n.hub_id AND s.site = n.site \
    WHERE s.hub_id = $1 AND s.buyer = $2 ORDER BY n.week DESC, n.day DESC, n.site";
const INVOICES: &str = "SELECT week, id, number, series, commitment_number FROM documents \
    WHERE hub_id = $1 AND party = $2 AND kind = 'invoice' ORDER BY week DESC, id DESC";
const CREDITS: &str = "SELECT week, id, number, series, commitment_number FROM documents \
    WHERE hub_id = $1 AND party = $2 AND kind = 'credit_note' ORDER BY week DESC, id DESC";
const INVOICED: &str = "SELECT l.week, l.document, CAST(SUM(l.net_cents) AS BIGINT), \
    CAST(COUNT(*) AS BIGINT), CAST(0 AS BIGINT) FROM document_lines l \
    JOIN documents d ON d.hub_id = l.hub_id AND d.week = l.week AND d.id = l.document \
    WHERE d.hub_id = $1 AND d.party = $2 AND d.kind IN ('invoice', 'credit_note') \
    GROUP BY l.week, l.document";
// By note and order line, as invoices sum it: a price is rounded once, not once for each lot.
const DELIVERED: &str = "SELECT n.week, n.note, n.order_id, \
    CAST(SUM(n.loaded - n.refused - n.missing) AS BIGINT), l.price FROM note_lines n \
    JOIN orders o ON o.hub_id = n.hub_id AND o.week = n.week AND o.id = n.order_id \
    JOIN order_lines l ON l.hub_id = n.hub_id AND l.week = n.week AND l.order_id = n.order_id \
    AND l.rank = n.order_rank WHERE o.hub_id = $1 AND o.buyer = $2 \
    GROUP BY n.week, n.note, n.order_id, n.order_rank, l.price";
const BILLED: &str = "SELECT DISTINCT l.week, l.order_id, l.document, l.document, l.document \
    FROM document_lines l \
    JOIN documents d ON d.hub_id = l.hub_id AND d.week = l.week AND d.id = l.document \
    WHERE d.hub_id = $1 AND d.party = $2 AND d.kind = 'invoice' AND l.order_id IS NOT NULL";

const RATES: &str = "SELECT l.week, l.document, l.vat_bp, CAST(SUM(l.net_cents) AS BIGINT), \
    CAST(0 AS BIGINT) FROM document_lines l \
    JOIN documents d ON d.hub_id = l.hub_id AND d.week = l.week AND d.id = l.document \
    WHERE d.hub_id = $1 AND d.party = $2 AND d.kind = 'invoice' \
    GROUP BY l.week, l.document, l.vat_bp";

// Standing orders come by themselves, and surplus was a chance: neither is ordered again.
const LAST_WEEKS: &str = "SELECT DISTINCT week FROM orders WHERE hub_id = $1 AND buyer = $2 \
    AND week < $3 AND channel NOT IN ('standing', 'surplus') ORDER BY week DESC LIMIT 4";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    ORDERS, LINES, AMENDED, NOTES, INVOICES, CREDITS, INVOICED, DELIVERED, BILLED, RATES,
    LAST_WEEKS,
];

/// Three numbers and two texts of a row.
struct Headed(i64, i64, i64, String, String);

impl FromRow for Headed {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Headed(row.i64(0)?, row.i64(1)?, row.i64(2)?, row.text(3)?, row.text(4)?))
    }
}

/// Five numbers of a row.
struct Five([i64; 5]);

impl FromRow for Five {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Five([row.i64(0)?, row.i64(1)?, row.i64(2)?, row.i64(3)?, row.i64(4)?]))
    }
}

pub struct PastOrder {
    pub week: IsoWeek,
    pub id: i64,
    pub day: Day,
    pub site: SiteId,
    /// Under which it was placed, or invoiced where it was placed under none.
    pub commitment_number: String,
    /// As last amended, without VAT.
    pub net: Cents,
}

pub struct PastNote {
    pub week: IsoWeek,
    pub day: Day,
    pub site: SiteId,
    /// What it delivered without VAT, by the commitment number of the orders.
    pub nets: BTreeMap<String, Cents>,
}

/// An invoice or a credit note.
pub struct PastInvoice {
    pub week: IsoWeek,
    pub id: i64,
    pub reference: String,
    pub commitment_number: String,
    pub net: Cents,
    /// What the bank brought for it, when the last of it came, and whether that is all.
    pub paid: Option<(Cents, Day, bool)>,
}

/// The latest first.
pub struct Past {
    pub orders: Vec<PastOrder>,
    pub notes: Vec<PastNote>,
    pub invoices: Vec<PastInvoice>,
    /// Credit notes.
    pub credits: Vec<PastInvoice>,
}

impl BuyerScope {
    /// The last weeks before `here` for which the buyer ordered by itself, the latest first.
    pub async fn last_ordered(self, app: &App, here: IsoWeek) -> Result<Vec<IsoWeek>, Failure> {
        let place = self.place(here)?;
        let key = vec![
            Val::from(place.hub.as_str()),
            Val::from(self.buyer().as_str()),
            Val::I(here.number()),
        ];
        let weeks: Vec<i64> = app.db(place.scope()).query(LAST_WEEKS, key).await?;
        Ok(weeks.into_iter().filter_map(IsoWeek::from_number).collect())
    }

    /// All that is the buyer's own; through a link of one week that week's alone.
    pub async fn past(self, app: &App, here: IsoWeek) -> Result<Past, Failure> {
        let place = self.place(here)?;
        let db = app.db(place.scope());
        let key = || vec![Val::from(place.hub.as_str()), Val::from(self.buyer().as_str())];
        let orders: Vec<Headed> = db.query(ORDERS, key()).await?;
        let lines: Vec<Five> = db.query(LINES, key()).await?;
        let amended: Vec<Five> = db.query(AMENDED, key()).await?;
        let notes: Vec<Headed> = db.query(NOTES, key()).await?;
        let invoices: Vec<Headed> = db.query(INVOICES, key()).await?;
        let credits: Vec<Headed> = db.query(CREDITS, key()).await?;
        let invoiced: Vec<Five> = db.query(INVOICED, key()).await?;
        let delivered: Vec<Five> = db.query(DELIVERED, key()).await?;
        let billed: Vec<Five> = db.query(BILLED, key()).await?;
        let rates: Vec<Five> = db.query(RATES, key()).await?;
        let mut with_vat: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for Five([week, id, rate, base, _]) in rates {
            let vat = rate_of(Cents::new(base), Rate::new(rate));
            *with_vat.entry((week, id)).or_default() += base + vat.get();
        }
        let paid = bank::paid_by(&db, place.hub, self.buyer().as_str()).await?;
        let numbers = numbers(&orders, &invoices, &billed);
        let sums = sums(&lines, &amended);
        let nets = invoiced.iter().map(|Five([week, id, net, ..])| ((*week, *id), *net));
        let nets: BTreeMap<(i64, i64), i64> = nets.collect();
        let of_notes = by_note(&delivered, &numbers);
        let week =
            |number: i64| IsoWeek::from_number(number).filter(|&week| self.place(week).is_ok());
        let sum = |sums: &BTreeMap<(i64, i64), i64>, week: i64, id: i64| {
            Cents::new(sums.get(&(week, id)).copied().unwrap_or(0))
        };
        let order = |Headed(at, id, day, site, _): Headed| {
            Some(PastOrder {
                week: week(at)?,
                id,
                day: Day::from_number(day)?,
                site: SiteId::parse(&site).ok()?,
                commitment_number: numbers.get(&(at, id)).cloned().unwrap_or_default(),
                net: sum(&sums, at, id),
            })
        };
        let note = |Headed(at, day, id, site, _): Headed| {
            let (day, site) = (Day::from_number(day)?, SiteId::parse(&site).ok()?);
            let nets = of_notes.get(&(at, id)).cloned().unwrap_or_default();
            Some(PastNote { week: week(at)?, day, site, nets })
        };
        let invoice = &|Headed(at, id, number, series, commitment_number): Headed| {
            let reference = format!("{series}-{number:06}");
            let net = sum(&nets, at, id);
            let paid = paid
                .get(&(at, id))
                .map(|&(cents, day)| (cents, day, cents >= sum(&with_vat, at, id)));
            Some(PastInvoice { week: week(at)?, id, reference, commitment_number, net, paid })
        };
        Ok(Past {
            orders: orders.into_iter().filter_map(order).collect(),
            notes: notes.into_iter().filter_map(note).collect(),
            invoices: invoices.into_iter().filter_map(invoice).collect(),
            credits: credits.into_iter().filter_map(invoice).collect(),
        })
    }
}

/// The number of each order: its own, else that of the invoice which bills it.
fn numbers(
    orders: &[Headed],
    invoices: &[Headed],
    billed: &[Five],
) -> BTreeMap<(i64, i64), String> {
    let own = |Headed(week, id, _, _, number): &Headed| ((*week, *id), number.clone());
    let of_invoice: BTreeMap<(i64, i64), String> = invoices.iter().map(own).collect();
    let mut numbers: BTreeMap<(i64, i64), String> = orders.iter().map(own).collect();
    for Five([week, order, document, ..]) in billed {
        let number = numbers.entry((*week, *order)).or_default();
        if let Some(late) = of_invoice.get(&(*week, *document)).filter(|_| number.is_empty()) {
            number.clone_from(late);
        }
    }
    numbers
}

/// What each note delivered, by commitment number.
fn by_note(
    delivered: &[Five],
    numbers: &BTreeMap<(i64, i64), String>,
) -> BTreeMap<(i64, i64), BTreeMap<String, Cents>> {
    let mut sums: BTreeMap<(i64, i64), BTreeMap<String, Cents>> = BTreeMap::new();
    for Five([week, note, order, quantity, price]) in delivered {
        let number = numbers.get(&(*week, *order)).cloned().unwrap_or_default();
        let sum = sums.entry((*week, *note)).or_default().entry(number).or_default();
        *sum = Cents::new(sum.get() + amount(Qty::new(*quantity), Price::new(*price)).get());
    }
    sums
}

/// The amount of each order, by week and number: each line as last amended.
fn sums(lines: &[Five], amended: &[Five]) -> BTreeMap<(i64, i64), i64> {
    let last: BTreeMap<(i64, i64, i64), i64> = amended
        .iter()
        .map(|Five([week, order, rank, quantity, _])| ((*week, *order, *rank), *quantity))
        .collect();
    let mut sums = BTreeMap::new();
    for Five([week, order, rank, quantity, price]) in lines {
        let quantity = last.get(&(*week, *order, *rank)).unwrap_or(quantity);
        let net = amount(Qty::new(*quantity), Price::new(*price));
        *sums.entry((*week, *order)).or_insert(0) += net.get();
    }
    sums
}
