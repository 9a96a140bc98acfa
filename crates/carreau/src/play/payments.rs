//! The payments of a played hub: on its Fridays the bank's statement is noted, as an accountant
//! does. Most invoices are paid in the days before their term, a few keep the hub waiting.

use trade::bank::{BankLine, MatchFinding, OpenInvoice, plain};
use trade::calendar::{Day, Instant};

use super::stamp;
use crate::access::HubScope;
use crate::accounts::bank::rows::{Known, known};
use crate::accounts::bank::{Chosen, note, read};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;

/// One invoice in so many is paid late...
const SLOW: i64 = 23;
/// ...by so many days.
const DELAY: i32 = 25;

/// Notes what the bank brought up to the day of `at`; how many lines. What was noted before is
/// paid, and not on the statement.
pub async fn receive(app: &App, scope: HubScope, at: Instant) -> Result<usize, Failure> {
    let known = known(&app.db(scope), scope.hub()).await?;
    let today = clock::civil(at).0;
    let lines: Vec<BankLine> =
        known.books.invoices.iter().filter_map(|one| payment(one, &known, today)).collect();
    let reading = read(app, scope, &lines).await?;
    let mut chosen = Chosen::new();
    for (line, matched) in reading.matched.iter().enumerate() {
        if let MatchFinding::Certain(proposal) = &matched.finding {
            chosen.insert(line, proposal.key());
        }
    }
    if chosen.is_empty() {
        return Ok(0);
    }
    let source = format!("releve-{today}.csv");
    note(app, scope, &source, &lines, &chosen, &stamp(at)).await
}

/// The line with which an invoice is paid, once its day has come.
fn payment(one: &OpenInvoice, known: &Known, today: Day) -> Option<BankLine> {
    let day = paid_on(one)?;
    let is_open = one.left_with_vat().get() > 0 && one.paid_with_vat.is_zero();
    (is_open && day <= today).then(|| BankLine {
        day,
        label: format!("VIR SEPA {} {}", plain(known.name_of(one.party)), one.reference),
        reference: String::new(),
        amount_with_vat: one.left_with_vat(),
    })
}

/// Two to five days before the term, or long after it: always the same of one invoice.
fn paid_on(one: &OpenInvoice) -> Option<Day> {
    let number: i64 = one.reference.rsplit('-').next()?.parse().ok()?;
    Some(match number % SLOW {
        7 => one.due_on.plus_days(DELAY),
        _ => one.due_on.plus_days(-2 - (number % 4) as i32),
    })
}
