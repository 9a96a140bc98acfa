//! What the billing page shows: what is to be billed, what was, what is paid, and the ledger.

use std::collections::BTreeMap;

use askama::Template;
use trade::billing::{Billed, Document, payable, refusals};
use trade::calendar::Day;
use trade::id::{BuyerId, DocumentId, ProducerId};
use trade::ledger::{Account, balances};
use trade::unit::{Cents, amount};
use trade::{Denial, Week};

use super::credits::{ToCredit, to_credit};
use super::paper::{invoice, title};
use crate::access::claims::Claim;
use crate::accounts::bank::rows::paid as payments;
use crate::clock;
use crate::denied::sentence;
use crate::failure::Failure;
use crate::ui::frame::Frame;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Asked, BuyerVisit, Role, Visit, html, pdf};

/// What the bank brought for each invoice, and the day of the last payment.
type Payments = BTreeMap<i64, (Cents, Day)>;

/// Somebody to whom something is to be billed.
struct Due {
    name: String,
    lines: usize,
    net: String,
    /// What the buyer's treasury would send back: the invoice waits.
    held: Option<Held>,
}

/// Why an invoice waits, and the fields that let it go.
struct Held {
    buyer: String,
    reasons: Vec<String>,
    commitment_number: Option<String>,
    service_code: Option<String>,
    siret: Option<String>,
}

struct DocumentRow {
    id: i64,
    reference: String,
    kind: &'static str,
    party: String,
    net: String,
    vat: String,
    with_vat: String,
    due: String,
    href: String,
    is_farm: bool,
    is_paid: bool,
    /// What the bank brought for an invoice, and when; empty: nothing.
    paid: String,
    is_late: bool,
}

#[derive(Template)]
#[template(path = "billing.html")]
struct BillingPage {
    frame: Frame,
    action: String,
    may_write: bool,
    has_accounts: bool,
    to_invoice: Vec<Due>,
    /// Invoices that may go now.
    ready: usize,
    to_pay: Vec<Due>,
    to_credit: Vec<ToCredit>,
    tables: [(&'static str, bool, Vec<DocumentRow>); 2],
    accounts: Vec<(&'static str, &'static str, String, String)>,
    total: (String, String),
}

/// `GET …/billing`
pub async fn billing(visit: Visit) -> Answer {
    let claims = visit.place.scope().claims(visit.app(), visit.place.week).await?;
    let Visit { place, .. } = visit;
    let paid = payments(&visit.app().db(place.scope()), place.hub, place.week).await?;
    let page = visit.see(|week| page(&visit, week, &claims, &paid)).await?;
    html(&page)
}

fn page(
    visit: &Visit,
    week: &Week,
    claims: &[Claim],
    paid: &Payments,
) -> Result<BillingPage, Failure> {
    let mut frame = visit.frame(week, "billing", "Facturation");
    frame.subtitle = "Factures de ce qui est livré, relevés de ce qui est agréé.".into();
    let row = |document: &Document| {
        document_row(visit, week, document, paid.get(&document.id.0).copied())
    };
    let rows: Result<Vec<DocumentRow>, Failure> = week.documents().iter().map(row).collect();
    let (bills, invoices) = rows?.into_iter().partition(|row| row.is_farm);
    let (accounts, total) = accounts(week);
    let to_invoice = to_invoice(week)?;
    Ok(BillingPage {
        frame,
        action: visit.href("billing"),
        may_write: visit.person.role.may("billing", true),
        // The accountant has the way there in the head of the page.
        has_accounts: visit.may("accounts", false) && visit.person.role != Role::Accountant,
        ready: to_invoice.iter().filter(|due| due.held.is_none()).count(),
        to_invoice,
        to_pay: to_pay(week)?,
        to_credit: to_credit(visit, week, claims)?,
        tables: [("Factures et avoirs", false, invoices), ("Relevés des fermes", true, bills)],
        accounts,
        total,
    })
}

fn to_invoice(week: &Week) -> Result<Vec<Due>, Failure> {
    let mut due: BTreeMap<BuyerId, (usize, i64)> = BTreeMap::new();
    for note in week.notes() {
        for line in &note.lines {
            let billed = Billed::Delivery(note.id, line.order_line);
            if line.delivered().is_zero() || week.is_billed(billed) {
                continue;
            }
            let (order, ordered) = week.order_line(line.order_line)?;
            let sum = due.entry(order.buyer).or_default();
            sum.0 += 1;
            sum.1 += amount(line.delivered(), ordered.price).get();
        }
    }
    let mut rows = Vec::with_capacity(due.len());
    for (id, (lines, net)) in due {
        let name = week.register().buyer(id)?.identity.name.clone();
        let held = held(week, id)?;
        rows.push(Due { name, lines, net: fr::euros(Cents::new(net)), held });
    }
    // What waits for somebody stands first.
    rows.sort_by_key(|row| row.held.is_none());
    Ok(rows)
}

/// What Chorus Pro would refuse, told before anything is posted.
fn held(week: &Week, id: BuyerId) -> Result<Option<Held>, Failure> {
    let denials = refusals(week, id)?;
    if denials.is_empty() {
        return Ok(None);
    }
    let has = |is_it: fn(&Denial) -> bool| denials.iter().any(is_it);
    let either = has(|one| matches!(one, Denial::CommitmentOrServiceMissing { .. }));
    let commitment = has(|one| matches!(one, Denial::CommitmentMissing { .. }));
    let service = has(|one| matches!(one, Denial::ServiceMissing { .. }));
    let siret = has(|one| matches!(one, Denial::SiretMissing { .. } | Denial::SiretWrong { .. }));
    let known = week.register().buyer(id)?;
    Ok(Some(Held {
        buyer: id.to_string(),
        reasons: denials.iter().map(sentence).collect(),
        commitment_number: (commitment || either).then(|| known.commitment_number.clone()),
        service_code: (service || either).then(|| known.service_code.clone()),
        siret: siret.then(|| known.identity.siret.clone()),
    }))
}

fn to_pay(week: &Week) -> Result<Vec<Due>, Failure> {
    let mut due: BTreeMap<ProducerId, (usize, i64)> = BTreeMap::new();
    for line in week.purchase_lines() {
        let quantity = payable(week, line);
        if quantity.is_zero() || week.is_billed(Billed::Purchase(line.id)) {
            continue;
        }
        let sum = due.entry(line.producer).or_default();
        sum.0 += 1;
        sum.1 += amount(quantity, line.price).get();
    }
    let mut rows = Vec::with_capacity(due.len());
    for (id, (lines, net)) in due {
        let name = week.register().producer(id)?.identity.name.clone();
        rows.push(Due { name, lines, net: fr::euros(Cents::new(net)), held: None });
    }
    Ok(rows)
}

fn document_row(
    visit: &Visit,
    week: &Week,
    document: &Document,
    seen: Option<(Cents, Day)>,
) -> Result<DocumentRow, Failure> {
    let register = week.register();
    let is_farm = !document.kind.is_for_buyer();
    let party = match is_farm {
        true => &register.producer(ProducerId(document.party))?.identity.name,
        false => &register.buyer(BuyerId(document.party))?.identity.name,
    };
    let is_whole = seen.is_some_and(|(paid, _)| paid >= document.with_vat());
    let is_paid = is_whole || week.payouts().iter().any(|payout| payout.document == document.id);
    Ok(DocumentRow {
        id: document.id.0,
        reference: document.reference(),
        kind: title(document.kind),
        party: party.clone(),
        net: fr::euros(document.net()),
        vat: fr::euros(document.vat()),
        with_vat: fr::euros(document.with_vat()),
        due: match document.corrects {
            Some(id) => format!("sur {}", week.document(id)?.reference()),
            None => fr::numbers_day(document.due_on),
        },
        href: visit.href(&format!("billing/paper/{}", document.id)),
        is_farm,
        is_paid,
        paid: seen.map(|(paid, day)| told_paid(is_whole, paid, day)).unwrap_or_default(),
        is_late: document.corrects.is_none() && !is_paid && document.due_on < clock::today(),
    })
}

/// `payée le 20/11/2026`, or so much of it.
fn told_paid(is_whole: bool, paid: Cents, day: Day) -> String {
    match is_whole {
        true => format!("payée le {}", fr::numbers_day(day)),
        false => format!("{} reçus le {}", fr::euros(paid), fr::numbers_day(day)),
    }
}

/// What an account is called.
pub fn account_name(account: Account) -> &'static str {
    match account {
        Account::Buyers => "Clients",
        Account::Producers => "Fermes",
        Account::VatCollected => "TVA collectée",
        Account::VatDeductible => "TVA déductible",
        Account::Bank => "Banque",
        Account::Purchases => "Achats de marchandises",
        Account::Shrinkage => "Démarque",
        Account::Donations => "Dons",
        Account::Sales => "Ventes de marchandises",
        Account::BankCharges => "Services bancaires",
        Account::Suspense => "Compte d'attente",
    }
}

type AccountRows = Vec<(&'static str, &'static str, String, String)>;

fn accounts(week: &Week) -> (AccountRows, (String, String)) {
    let (mut debit, mut credit) = (0, 0);
    let rows = balances(week.entries()).into_iter().filter(|(_, sum)| !sum.is_zero());
    let rows = rows.map(|(account, sum)| {
        let said = fr::euros(Cents::new(sum.get().abs()));
        let (name, number) = (account_name(account), account.number());
        if sum.get() > 0 {
            debit += sum.get();
            (number, name, said, String::new())
        } else {
            credit -= sum.get();
            (number, name, String::new(), said)
        }
    });
    let rows: AccountRows = rows.collect();
    (rows, (fr::euros(Cents::new(debit)), fr::euros(Cents::new(credit))))
}

/// `GET …/billing/paper/{document}`
pub async fn paper(visit: Visit) -> Answer {
    let id = document(&visit)?;
    let found = visit.see(|week| Ok((invoice(week, id)?, week.document(id)?.reference()))).await?;
    show(found).await
}

/// `GET …/my-orders/invoice/{document}`: a buyer's own invoice.
pub async fn own_paper(visit: BuyerVisit) -> Answer {
    let id = document(&visit)?;
    let found = visit.see(|week| week.invoice_paper(id)).await?;
    show(found).await
}

fn document(asked: &Asked) -> Result<DocumentId, Failure> {
    let number = asked.param("document")?;
    let unknown = |_| Failure::NotFound(format!("La pièce « {number} » est inconnue."));
    Ok(DocumentId(number.parse().map_err(unknown)?))
}

async fn show((document, reference): (paper::Invoice, String)) -> Answer {
    let bytes = papers::set(document, paper::invoice).await?;
    pdf(bytes, &reference)
}
