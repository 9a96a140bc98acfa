//! What the farm is paid: every bill that the hub made for it, paid or when it will be.

use askama::Template;
use trade::id::DocumentId;
use trade::unit::Cents;

use super::AtFarm;
use super::page::{Head, head};
use crate::access::paid::PastBill;
use crate::clock;
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, html, pdf};

struct BillRow {
    reference: String,
    week: String,
    amount: String,
    said: String,
    is_paid: bool,
    is_late: bool,
    paper: String,
}

struct YearRow {
    year: String,
    sum: String,
    rows: Vec<BillRow>,
}

#[derive(Template)]
#[template(path = "my_payouts.html")]
struct PayoutsPage {
    head: Head,
    base: String,
    to_come: String,
    next: String,
    years: Vec<YearRow>,
}

/// `GET …/my-offers/payouts`, `GET …/offers/farm/{producer}/payouts`
pub async fn payouts(at: AtFarm) -> Answer {
    let bills = at.scope.past_bills(at.app(), at.week).await?;
    html(&at.see(|week| Ok(page(head(&at, week), &at, &bills))).await?)
}

fn page(head: Head, at: &AtFarm, bills: &[PastBill]) -> PayoutsPage {
    let open = bills.iter().filter(|bill| bill.paid_on.is_none());
    let to_come: i64 = open.clone().map(|bill| bill.with_vat.get()).sum();
    let next = open.map(|bill| bill.due_on).min();
    let mut years: Vec<YearRow> = Vec::new();
    let mut sums: Vec<i64> = Vec::new();
    for bill in bills {
        let year = bill.due_on.ymd().0.to_string();
        if years.last().is_none_or(|last| last.year != year) {
            years.push(YearRow { year, sum: String::new(), rows: Vec::new() });
            sums.push(0);
        }
        if let (Some(last), Some(sum)) = (years.last_mut(), sums.last_mut()) {
            last.rows.push(row(at, bill));
            *sum += bill.with_vat.get();
            last.sum = fr::euros(Cents::new(*sum));
        }
    }
    PayoutsPage {
        head,
        base: at.base(),
        to_come: if to_come == 0 { String::new() } else { fr::euros(Cents::new(to_come)) },
        next: next.map(fr::date).unwrap_or_default(),
        years,
    }
}

fn row(at: &AtFarm, bill: &PastBill) -> BillRow {
    let page = match at.is_by_hub {
        true => format!("/weeks/{}/billing/paper/{}", bill.week, bill.id),
        false => format!("/weeks/{}/my-offers/bill/{}", bill.week, bill.id),
    };
    BillRow {
        reference: bill.reference.clone(),
        week: fr::week(bill.week),
        amount: fr::euros(bill.with_vat),
        said: match bill.paid_on {
            Some(day) => format!("payé le {}", fr::date(day)),
            None => format!("à payer le {}", fr::date(bill.due_on)),
        },
        is_paid: bill.paid_on.is_some(),
        is_late: bill.paid_on.is_none() && bill.due_on < clock::today(),
        paper: page,
    }
}

/// `GET …/my-offers/bill/{document}`: an own bill as a paper.
pub async fn bill(at: AtFarm) -> Answer {
    let number = at.param("document")?;
    let unknown = || Failure::NotFound(format!("Le relevé « {number} » est inconnu."));
    let id = DocumentId(number.parse().map_err(|_| unknown())?);
    let (paper, reference) = at.see(|week| week.bill_paper(id)).await?;
    pdf(papers::set(paper, paper::invoice).await?, &reference)
}
