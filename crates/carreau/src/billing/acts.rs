//! Posting invoices and farm bills, and paying farms.

use trade::billing::{self, Billed, Counters, Credit, Document, DocumentKind};
use trade::calendar::Day;
use trade::id::{BuyerId, DocumentId, EntryId, ProducerId};
use trade::offers::Stamp;
use trade::{Denial, Week};

use crate::access::claims::{self, About, Claim};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::{Act, Place};
use crate::ui::fr;

/// Posts the invoices of one buyer, or of all who have something to pay. Of all, those whose
/// treasury would send an invoice back wait until what is missing is there.
pub async fn invoice(
    app: &App,
    place: Place,
    only: Option<BuyerId>,
    issued_on: Day,
    stamp: &Stamp,
) -> Result<Vec<Document>, Failure> {
    app.act_with_numbers(place, |act| {
        let buyers = match only {
            Some(buyer) => vec![buyer],
            None => act.week().register().buyers.keys().copied().collect(),
        };
        let mut posted = Vec::new();
        for buyer in buyers {
            if only.is_none() && !billing::refusals(act.week(), buyer)?.is_empty() {
                continue;
            }
            let mut counters = std::mem::take(&mut act.counters);
            let made = billing::invoice(act.week(), buyer, issued_on, &mut counters, stamp);
            act.counters = counters;
            match made {
                Ok(documents) => {
                    for document in documents {
                        posted.push(post(act, document)?);
                    }
                }
                Err(Denial::NothingToInvoice { .. }) if only.is_none() => {}
                Err(denial) => return Err(denial.into()),
            }
        }
        Ok(posted)
    })
    .await
}

/// Buyers whose invoices wait for what their treasury wants.
pub fn held(week: &Week) -> Result<i64, Denial> {
    let mut held = 0;
    for &buyer in week.register().buyers.keys() {
        held += i64::from(!billing::refusals(week, buyer)?.is_empty());
    }
    Ok(held)
}

/// Posts what is owed to one farm, or to all; and, for all, what was lost or given.
pub async fn bill_farms(
    app: &App,
    place: Place,
    only: Option<ProducerId>,
    issued_on: Day,
    stamp: &Stamp,
) -> Result<Vec<Document>, Failure> {
    app.act_with_numbers(place, |act| {
        let farms = match only {
            Some(farm) => vec![farm],
            None => act.week().register().producers.keys().copied().collect(),
        };
        let mut posted = Vec::new();
        for farm in farms {
            let mut counters = std::mem::take(&mut act.counters);
            let made = billing::farm_bill(act.week(), farm, issued_on, &mut counters, stamp);
            act.counters = counters;
            match made {
                Ok(document) => posted.push(post(act, document)?),
                Err(Denial::NothingToPay { .. }) if only.is_none() => {}
                // A farm whose day is still at the dock waits; the others need not.
                Err(Denial::DayNotFinished { .. }) if only.is_none() => {}
                Err(denial) => return Err(denial.into()),
            }
        }
        let id = EntryId(act.week().entries().len() as i64 + 1);
        if let Some(entry) = billing::shrinkage_entry(act.week(), issued_on, id)? {
            act.add(entry);
        }
        Ok(posted)
    })
    .await
}

/// Posts the credit note of an accepted claim, with its letter to the buyer. A claim that has one
/// already keeps it: `false`, and the same document. `link`: where the paper can be read.
pub async fn credit(
    app: &App,
    place: Place,
    claim: &Claim,
    issued_on: Day,
    stamp: &Stamp,
    link: impl Fn(&Document) -> String,
) -> Result<(Document, bool), Failure> {
    app.act_with_numbers(place, |act| {
        // Known once the week is read again, by whoever lost the race.
        if let Some(known) = credit_of(act.week(), claim.about) {
            return Ok((known.clone(), false));
        }
        let mut counters = std::mem::take(&mut act.counters);
        let made = draft_credit(act.week(), claim, issued_on, &mut counters, stamp);
        act.counters = counters;
        let document = post(act, made?)?;
        let (text, values) = claims::credit(place, claim.about, document.id);
        act.write(text, values);
        let letter = mail::credit_note(act.week(), &document, link(&document), stamp)?;
        act.send(letter);
        Ok((document, true))
    })
    .await
}

/// The credit note of a claim: a line of a note is claimed once, and so credited once.
pub fn credit_of(week: &Week, about: About) -> Option<&Document> {
    let billed = Billed::Delivery(about.note, about.line);
    let mut credits = week.documents().iter().filter(|one| one.kind == DocumentKind::CreditNote);
    credits.find(|one| one.lines.iter().any(|line| line.billed == billed))
}

/// The credit note that a claim would get; nothing is posted.
pub fn draft_credit(
    week: &Week,
    claim: &Claim,
    issued_on: Day,
    counters: &mut Counters,
    stamp: &Stamp,
) -> Result<Document, Denial> {
    let About { note, line } = claim.about;
    let credit = Credit { note, line, quantity: claim.quantity };
    let said = clock::civil(claim.stamp.at).0;
    let cause = fr::claim_cause(claim.cause);
    let reason = format!("Réclamation du {} : {cause}", fr::date(said));
    billing::credit_note(week, credit, &reason, issued_on, counters, stamp)
}

/// Adds a document and its ledger entry.
fn post(act: &mut Act<'_>, document: Document) -> Result<Document, Failure> {
    let id = EntryId(act.week().entries().len() as i64 + 1);
    let entry = billing::document_entry(&document, id)?;
    act.add(document.clone());
    act.add(entry);
    Ok(document)
}

/// Pays one farm bill.
pub async fn pay(
    app: &App,
    place: Place,
    document: DocumentId,
    paid_on: Day,
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| pay_in(act, document, paid_on, stamp)).await
}

/// Pays all farm bills of a week that are due on `paid_on`; how many.
pub async fn pay_due(
    app: &App,
    place: Place,
    paid_on: Day,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let week = act.week();
        let paid: std::collections::BTreeSet<DocumentId> =
            week.payouts().iter().map(|payout| payout.document).collect();
        let is_due = |document: &&Document| {
            !document.kind.is_for_buyer()
                && document.due_on <= paid_on
                && !paid.contains(&document.id)
        };
        let due: Vec<DocumentId> =
            week.documents().iter().filter(is_due).map(|document| document.id).collect();
        for &document in &due {
            pay_in(act, document, paid_on, stamp)?;
        }
        Ok(due.len())
    })
    .await
}

fn pay_in(
    act: &mut Act<'_>,
    document: DocumentId,
    paid_on: Day,
    stamp: &Stamp,
) -> Result<(), Failure> {
    let payout = billing::pay(act.week(), document, paid_on, stamp.clone())?;
    let piece = act.week().document(document)?.reference();
    let id = EntryId(act.week().entries().len() as i64 + 1);
    let entry = billing::payout_entry(&payout, piece, id)?;
    act.add(payout);
    act.add(entry);
    Ok(())
}
