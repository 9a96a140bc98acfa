//! Noting a statement and taking a batch back: one transaction each, with the sealed entries.

use std::collections::BTreeMap;

use db::Db;
use trade::bank::{
    BankLine, BankPart, MatchFinding, MatchProposal, MatchedLine, bank_entry, judge, match_lines,
    reversal,
};
use trade::calendar::Day;
use trade::id::{EntryId, HubId};
use trade::ledger::Entry;
use trade::offers::Stamp;

use super::rows::{self, Command, Known, Place};
use crate::access::HubScope;
use crate::accounts::seal;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;

/// How often an act is tried again when another was quicker.
const TRIES: usize = 8;

/// A statement beside the books.
pub struct Reading {
    pub known: Known,
    pub matched: Vec<MatchedLine>,
}

/// Takes each line for what it is, as the books stand now.
pub async fn read(app: &App, scope: HubScope, lines: &[BankLine]) -> Result<Reading, Failure> {
    let known = rows::known(&app.db(scope), scope.hub()).await?;
    let matched = match_lines(lines, &known.books);
    Ok(Reading { known, matched })
}

/// What a person decided: for lines of the statement, by their place, the key of a reading.
pub type Chosen = BTreeMap<usize, String>;

/// Notes the chosen lines, all of them or none; how many.
///
/// Errors: [`Failure::Gone`] when a line was noted or an invoice paid meanwhile, so that what was
/// chosen is no longer among the readings.
pub async fn note(
    app: &App,
    scope: HubScope,
    source: &str,
    lines: &[BankLine],
    chosen: &Chosen,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    for _ in 0..TRIES {
        let reading = read(app, scope, lines).await?;
        let decided = decided(lines, &reading.matched, chosen)?;
        let all = decided.iter().map(|one| (one.line, &one.proposal.parts[..]));
        judge(all, &reading.known.books).map_err(Failure::Denied)?;
        let batch = batch(scope.hub(), source, &reading.known, &decided, stamp)?;
        match write(&app.db(scope), scope.hub(), stamp, batch).await {
            Err(Failure::Busy) => {}
            done => return done.map(|()| decided.len()),
        }
    }
    Err(Failure::Busy)
}

/// A line with the reading that somebody agreed to.
struct Decided<'a> {
    line: &'a BankLine,
    fingerprint: &'a str,
    proposal: &'a MatchProposal,
}

fn decided<'a>(
    lines: &'a [BankLine],
    matched: &'a [MatchedLine],
    chosen: &Chosen,
) -> Result<Vec<Decided<'a>>, Failure> {
    let mut decided = Vec::new();
    let mut gone = Vec::new();
    for (&at, key) in chosen {
        let (Some(line), Some(one)) = (lines.get(at), matched.get(at)) else {
            return Err(Failure::Input(
                "Le relevé n'est plus celui de la page : collez-le de nouveau.".into(),
            ));
        };
        match one.choice(key) {
            Some(proposal) => {
                decided.push(Decided { line, fingerprint: &one.fingerprint, proposal });
            }
            None => {
                let why = match one.finding {
                    MatchFinding::Known => "est déjà notée",
                    _ => "ne se lit plus de la même façon : des factures ont changé",
                };
                gone.push(format!("La ligne « {} » {why}.", line.label));
            }
        }
    }
    if !gone.is_empty() {
        gone.push("Rien n'a été noté : collez le relevé de nouveau pour le relire.".into());
        return Err(Failure::Gone(gone));
    }
    if decided.is_empty() {
        return Err(Failure::Input("Aucune ligne n'est cochée : il n'y a rien à noter.".into()));
    }
    Ok(decided)
}

/// All that one batch writes.
#[derive(Default)]
struct Batch {
    /// May touch no row.
    before: Vec<Command>,
    /// Must touch a row each.
    guards: Vec<Command>,
    rows: Vec<Command>,
    entries: Vec<Entry>,
}

/// `RB000012-003`: the third line of the twelfth batch.
fn piece(batch: i64, line: i64) -> String {
    format!("RB{batch:06}-{line:03}")
}

fn batch(
    hub: HubId,
    source: &str,
    known: &Known,
    decided: &[Decided<'_>],
    stamp: &Stamp,
) -> Result<Batch, Failure> {
    let number = known.next_batch;
    let mut batch = Batch::default();
    batch.guards.push(rows::new_batch(hub, number, source, stamp.at, &stamp.by));
    let mut paid: BTreeMap<Place, (i64, i64)> = BTreeMap::new();
    for (at, one) in (1..).zip(decided) {
        batch.guards.push(rows::new_line(hub, number, at, one.fingerprint, one.line));
        for (rank, part) in (1..).zip(&one.proposal.parts) {
            let place = match part {
                BankPart::Invoice(reference, amount) | BankPart::Payout(reference, amount) => {
                    let place = known.places.get(reference).copied();
                    let seen = known.seen.get(reference).copied().unwrap_or(0);
                    if let Some(place) = place {
                        paid.entry(place).or_insert((0, seen)).0 += amount.get();
                    }
                    place
                }
                _ => None,
            };
            batch.rows.push(rows::new_part(hub, number, at, rank, part, place));
        }
        let party = |reference: &str| known.party_of(reference);
        let entry =
            bank_entry(one.line, &one.proposal.parts, party, piece(number, at), EntryId(0))?;
        batch.entries.extend(entry);
    }
    // In one order for everybody: two batches never wait for each other in a circle.
    for (place, (amount, seen)) in paid {
        batch.before.push(rows::begin_paid(hub, place));
        batch.guards.push(rows::pay(hub, place, amount, seen));
    }
    Ok(batch)
}

async fn write(db: &Db, hub: HubId, stamp: &Stamp, batch: Batch) -> Result<(), Failure> {
    let at = stamp.at;
    db.write(move |tx| {
        Box::pin(async move {
            let Batch { before, guards, rows, entries } = batch;
            tx.batch(before).await?;
            let touched = tx.batch(guards).await?;
            // One row each, or someone was quicker: nothing of this batch may stay.
            if touched.iter().any(|&rows| rows != 1) {
                return Err(Failure::Busy);
            }
            tx.batch(rows).await?;
            seal::book(tx, hub, at, entries).await?;
            Ok(())
        })
    })
    .await
}

/// Takes a batch back: its entries are turned round, its invoices are open again, its lines may be
/// noted anew. Errors: "not found" when it was taken back before.
pub async fn take_back(
    app: &App,
    scope: HubScope,
    number: i64,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    let (db, hub) = (app.db(scope), scope.hub());
    let noted = rows::lines(&db, hub, number).await?;
    if noted.is_empty() {
        return Err(Failure::NotFound(format!(
            "Le relevé {number} est inconnu, ou déjà annulé : rechargez la page."
        )));
    }
    let known = rows::known(&db, hub).await?;
    let today: Day = clock::civil(stamp.at).0;
    let mut batch = Batch::default();
    let [first, lines] = rows::reverse(hub, number, stamp.at, &stamp.by);
    batch.guards.push(first);
    batch.rows.push(lines);
    let mut paid: BTreeMap<Place, i64> = BTreeMap::new();
    for one in &noted {
        let parts: Vec<BankPart> = one.parts.iter().map(|(part, _)| part.clone()).collect();
        for (part, place) in &one.parts {
            if let Some(place) = place {
                *paid.entry(*place).or_default() += part.amount_with_vat().get();
            }
        }
        let party = |reference: &str| known.party_of(reference);
        let piece = piece(number, one.number);
        let entry = bank_entry(&one.line, &parts, party, piece.clone(), EntryId(0))?;
        if let Some(entry) = entry {
            batch.entries.push(reversal(&entry, today, format!("AN-{piece}"), EntryId(0))?);
        }
    }
    let unpaid = paid.into_iter().map(|(place, amount)| rows::unpay(hub, place, amount));
    batch.guards.extend(unpaid);
    match write(&db, hub, stamp, batch).await {
        // Somebody else takes it back, or did.
        Err(Failure::Busy) => Err(Failure::Gone(vec![format!(
            "Le relevé {number} vient d'être annulé par quelqu'un d'autre : rechargez la page."
        )])),
        done => done.map(|()| noted.len()),
    }
}
