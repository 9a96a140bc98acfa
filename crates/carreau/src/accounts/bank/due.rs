//! Invoices that wait for their payment, those that wait longest first.

use askama::Template;
use trade::bank::OpenInvoice;
use trade::unit::Cents;

use super::rows;
use crate::accounts::pages::Desk;
use crate::clock;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

struct DueRow {
    reference: String,
    href: String,
    party: String,
    with_vat: String,
    /// Empty: nothing was paid.
    paid: String,
    left: String,
    due: String,
    /// Days; zero or less: not yet.
    late: i32,
}

#[derive(Template)]
#[template(path = "accounts_due.html")]
struct DuePage {
    frame: Frame,
    rows: Vec<DueRow>,
    left: String,
    late: (usize, String),
}

/// `GET /accounts/due`
pub async fn list(desk: Desk) -> Answer {
    let mut frame = desk.frame("/accounts/due", "Factures en attente de paiement").await?;
    let today = clock::today();
    frame.subtitle = format!("Au {}, par ancienneté.", fr::date(today));
    let known = rows::known(&desk.db(), desk.hub()).await?;
    let mut open: Vec<&OpenInvoice> =
        known.books.invoices.iter().filter(|one| one.left_with_vat().get() > 0).collect();
    open.sort_by_key(|one| (one.due_on, &one.reference));
    let sum = |some: &[&OpenInvoice]| {
        fr::whole_euros(Cents::new(some.iter().map(|one| one.left_with_vat().get()).sum()))
    };
    let late: Vec<&OpenInvoice> = open.iter().copied().filter(|one| one.due_on < today).collect();
    let row = |one: &&OpenInvoice| {
        let place = known.places.get(&one.reference).copied().unwrap_or_default();
        let week = trade::calendar::IsoWeek::from_number(place.0);
        let week = week.map(|week| week.to_string()).unwrap_or_default();
        DueRow {
            reference: one.reference.clone(),
            href: format!("/weeks/{week}/billing/paper/{}", place.1),
            party: known.name_of(one.party).to_string(),
            with_vat: fr::euros(one.with_vat),
            paid: match one.paid_with_vat {
                Cents::ZERO => String::new(),
                paid => fr::euros(paid),
            },
            left: fr::euros(one.left_with_vat()),
            due: fr::numbers_day(one.due_on),
            late: today.days() - one.due_on.days(),
        }
    };
    html(&DuePage {
        frame,
        rows: open.iter().map(row).collect(),
        left: sum(&open),
        late: (late.len(), sum(&late)),
    })
}
