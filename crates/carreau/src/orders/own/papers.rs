//! Delivery notes and invoices of a buyer, as rows with the address of their paper.

use trade::billing::DocumentKind;

use crate::access::buyer::BuyerWeek;
use crate::ui::fr;

pub struct InvoiceRow {
    pub reference: String,
    pub amount: String,
    pub due: String,
    pub href: String,
}

/// A delivery note: what it is called, where it is checked, and its paper.
pub struct NoteRow {
    pub name: String,
    pub check: String,
    pub paper: String,
}

/// Delivery notes of the week.
pub fn notes(week: BuyerWeek<'_>) -> Vec<NoteRow> {
    let row = |note: &trade::rounds::DeliveryNote| {
        let site = week.site(note.site).ok()?;
        let path = |page: &str| {
            format!("/weeks/{}/my-orders/{page}/{}/{}", week.week(), note.day, note.site)
        };
        let name = format!("{} · {}", fr::day(note.day), site.name);
        Some(NoteRow { name, check: path("delivery"), paper: path("note") })
    };
    week.notes().filter_map(row).collect()
}

/// Invoices and credit notes of the week.
pub fn invoices(week: BuyerWeek<'_>) -> Vec<InvoiceRow> {
    let row = |one: &trade::billing::Document| InvoiceRow {
        reference: one.reference(),
        amount: fr::euros(one.with_vat()),
        due: match one.kind {
            DocumentKind::CreditNote => "avoir, à déduire de sa facture".into(),
            _ => format!("à régler le {}", fr::date(one.due_on)),
        },
        href: format!("/weeks/{}/my-orders/invoice/{}", week.week(), one.id),
    };
    week.documents().map(row).collect()
}
