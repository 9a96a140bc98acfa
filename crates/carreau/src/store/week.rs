//! A week in tables: load all its facts, add facts.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use db::{BoxFuture, Db, Val};
use trade::billing::{Document, Payout};
use trade::calendar::IsoWeek;
use trade::dock::unsort::Unsorting;
use trade::dock::{Outcome, Receipt, Sorting, Withdrawal};
use trade::id::HubId;
use trade::ledger::Entry;
use trade::mercuriale::{Availability, MercurialeLine, Publication, SaleDay};
use trade::offers::{Offer, Stamp};
use trade::orders::{Amendment, Closing};
use trade::register::Register;
use trade::rounds::{DeliveryNote, Round};
use trade::sourcing::AcceptedPlan;
use trade::{Fact, Week};

use super::act::{Place, Spending, Taking};
use super::table::{insert_week, load_week};
use crate::billing::rows::{DocumentLineRow, EntryLineRow};
use crate::dock::surplus::rows as surplus;
use crate::mercuriale::rows::{AvailabilityRow, PublicationRow, SaleDayRow, SettingRow};
use crate::orders::intake::SPEND;
use crate::orders::rows::{OrderLineRow, OrderRow};
use crate::rounds::rows::{NoteLineRow, StopRow};
use crate::sourcing::rows::{
    AllocationRow, ConfirmationPartRow, ConfirmationRow, LockRow, PlanRow, PurchaseLineRow,
    ShortfallRow,
};

type Command = (&'static str, Vec<Val>);

/// Reads all facts of a week and plays them again. Boxed, or the compiler would copy all of the
/// reading into every page that asks for a week.
pub fn load(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    register: Arc<Register>,
) -> BoxFuture<'_, Result<Week, db::Error>> {
    Box::pin(read(db, hub, iso_week, register))
}

async fn read(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    register: Arc<Register>,
) -> Result<Week, db::Error> {
    let mut week = Week::new(iso_week, register);
    for offer in load_week::<Offer>(db, hub, iso_week).await? {
        week.apply(offer.into());
    }
    for row in load_week::<SettingRow>(db, hub, iso_week).await? {
        week.apply(row.into_setting().into());
    }
    load_sale(db, hub, iso_week, &mut week).await?;
    load_sourcing(db, hub, iso_week, &mut week).await?;
    for receipt in load_week::<Receipt>(db, hub, iso_week).await? {
        week.apply(receipt.into());
    }
    for withdrawal in load_week::<Withdrawal>(db, hub, iso_week).await? {
        week.apply(withdrawal.into());
    }
    for sorting in load_week::<Sorting>(db, hub, iso_week).await? {
        week.apply(sorting.into());
    }
    for unsorting in load_week::<Unsorting>(db, hub, iso_week).await? {
        week.apply(unsorting.into());
    }
    load_rounds(db, hub, iso_week, &mut week).await?;
    for outcome in load_week::<Outcome>(db, hub, iso_week).await? {
        week.apply(outcome.into());
    }
    surplus::load(db, hub, iso_week, &mut week).await?;
    load_billing(db, hub, iso_week, &mut week).await?;
    Ok(week)
}

async fn load_sale(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    week: &mut Week,
) -> Result<(), db::Error> {
    let days = load_week::<SaleDayRow>(db, hub, iso_week).await?;
    let Some(head) = load_week::<PublicationRow>(db, hub, iso_week).await?.pop() else {
        return Ok(());
    };
    let lines = load_week::<MercurialeLine>(db, hub, iso_week).await?;
    let availability = load_week::<AvailabilityRow>(db, hub, iso_week).await?;
    let of_row =
        |row: AvailabilityRow| Availability { line: row.line, day: row.day, offered: row.offered };
    week.apply(
        Publication {
            stamp: head.stamp,
            days: days.iter().map(|d| SaleDay { day: d.day, cutoff_at: d.cutoff_at }).collect(),
            lines,
            availability: availability.into_iter().map(of_row).collect(),
        }
        .into(),
    );
    let mut lines = grouped(load_week::<OrderLineRow>(db, hub, iso_week).await?, |l| l.order);
    for row in load_week::<OrderRow>(db, hub, iso_week).await? {
        let own = lines.remove(&row.id).unwrap_or_default();
        let own = own.into_iter().map(OrderLineRow::into_line).collect();
        week.apply(row.into_order(own).into());
    }
    for amendment in load_week::<Amendment>(db, hub, iso_week).await? {
        week.apply(amendment.into());
    }
    for row in days {
        if let Some(at) = row.closed_at {
            let by = row.closed_by.map(|by| by.0).unwrap_or_default();
            week.apply(Closing { day: row.day, stamp: Stamp { at, by } }.into());
        }
    }
    Ok(())
}

async fn load_sourcing(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    week: &mut Week,
) -> Result<(), db::Error> {
    let mut purchases = grouped(load_week(db, hub, iso_week).await?, |r: &PurchaseLineRow| r.plan);
    let mut allocations = grouped(load_week(db, hub, iso_week).await?, |r: &AllocationRow| r.plan);
    let mut shortfalls = grouped(load_week(db, hub, iso_week).await?, |r: &ShortfallRow| r.plan);
    for row in load_week::<PlanRow>(db, hub, iso_week).await? {
        let lines = purchases.remove(&row.id).unwrap_or_default();
        let parts = allocations.remove(&row.id).unwrap_or_default();
        let short = shortfalls.remove(&row.id).unwrap_or_default();
        let plan = AcceptedPlan {
            id: row.id,
            day: row.day,
            stamp: row.stamp,
            purchases: lines.into_iter().map(PurchaseLineRow::into_line).collect(),
            allocations: parts.into_iter().map(AllocationRow::into_allocation).collect(),
            shortfalls: short.into_iter().map(ShortfallRow::into_shortfall).collect(),
        };
        week.apply(plan.into());
    }
    for row in load_week::<LockRow>(db, hub, iso_week).await? {
        week.apply(row.into_lock().into());
    }
    let parts = load_week(db, hub, iso_week).await?;
    let mut parts = grouped(parts, |row: &ConfirmationPartRow| row.confirmation);
    for row in load_week::<ConfirmationRow>(db, hub, iso_week).await? {
        let own = parts.remove(&row.id).unwrap_or_default();
        week.apply(row.into_confirmation(own).into());
    }
    Ok(())
}

async fn load_rounds(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    week: &mut Week,
) -> Result<(), db::Error> {
    let mut stops = grouped(load_week(db, hub, iso_week).await?, |row: &StopRow| row.round);
    for mut round in load_week::<Round>(db, hub, iso_week).await? {
        let own = stops.remove(&round.id).unwrap_or_default();
        round.stops = own.into_iter().map(StopRow::into_stop).collect();
        week.apply(round.into());
    }
    let mut lines = grouped(load_week(db, hub, iso_week).await?, |row: &NoteLineRow| row.note);
    for mut note in load_week::<DeliveryNote>(db, hub, iso_week).await? {
        let own = lines.remove(&note.id).unwrap_or_default();
        note.lines = own.into_iter().map(NoteLineRow::into_line).collect();
        week.apply(note.into());
    }
    Ok(())
}

async fn load_billing(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    week: &mut Week,
) -> Result<(), db::Error> {
    let mut lines = grouped(load_week(db, hub, iso_week).await?, |r: &DocumentLineRow| r.document);
    for mut document in load_week::<Document>(db, hub, iso_week).await? {
        let own = lines.remove(&document.id).unwrap_or_default();
        document.lines = own.into_iter().map(DocumentLineRow::into_line).collect();
        week.apply(document.into());
    }
    for payout in load_week::<Payout>(db, hub, iso_week).await? {
        week.apply(payout.into());
    }
    let mut lines = grouped(load_week(db, hub, iso_week).await?, |row: &EntryLineRow| row.entry);
    for mut entry in load_week::<Entry>(db, hub, iso_week).await? {
        let own = lines.remove(&entry.id).unwrap_or_default();
        entry.lines = own.into_iter().map(EntryLineRow::into_line).collect();
        week.apply(entry.into());
    }
    Ok(())
}

fn grouped<K: Eq + Hash, R>(rows: Vec<R>, key: fn(&R) -> K) -> HashMap<K, Vec<R>> {
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// How many facts of the unnumbered kinds a week held before an act: their rows go on from there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Base {
    pub settings: i64,
    pub allocations: i64,
    pub confirmations: i64,
    pub locks: i64,
    pub surplus: surplus::Base,
    pub register_version: i64,
}

impl Base {
    pub fn of(week: &Week, register_version: i64) -> Base {
        Base {
            settings: week.settings().len() as i64,
            allocations: week.allocations().len() as i64,
            confirmations: week.confirmations().len() as i64,
            locks: week.locks().len() as i64,
            surplus: surplus::Base::of(week),
            register_version,
        }
    }
}

const CLOSE_DAY: &str = "UPDATE sale_days SET closed_at = $1, closed_by = $2 \
    WHERE hub_id = $3 AND week = $4 AND day = $5 AND closed_at IS NULL";
const TAKE_MORE: &str = "UPDATE availability SET taken = taken + $1 \
    WHERE hub_id = $2 AND week = $3 AND line = $4 AND day = $5 AND offered - taken >= $1";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[CLOSE_DAY, TAKE_MORE];

/// The statements that add facts, and those among them that must touch exactly one row: a day
/// that is closed already, or goods taken by a neighbour, undo the whole act.
pub struct Additions {
    pub commands: Vec<Command>,
    pub conditional: Vec<Command>,
}

/// Facts of one act, kind by kind, as rows.
#[derive(Default)]
struct Rows {
    offers: Vec<Offer>,
    settings: Vec<SettingRow>,
    publications: Vec<PublicationRow>,
    days: Vec<SaleDayRow>,
    lines: Vec<MercurialeLine>,
    availability: Vec<AvailabilityRow>,
    amendments: Vec<Amendment>,
    plans: Vec<PlanRow>,
    purchases: Vec<PurchaseLineRow>,
    allocations: Vec<AllocationRow>,
    shortfalls: Vec<ShortfallRow>,
    confirmations: Vec<ConfirmationRow>,
    confirmation_parts: Vec<ConfirmationPartRow>,
    locks: Vec<LockRow>,
    receipts: Vec<Receipt>,
    withdrawals: Vec<Withdrawal>,
    sortings: Vec<Sorting>,
    unsortings: Vec<Unsorting>,
    outcomes: Vec<Outcome>,
    rounds: Vec<Round>,
    stops: Vec<StopRow>,
    notes: Vec<DeliveryNote>,
    note_lines: Vec<NoteLineRow>,
    documents: Vec<Document>,
    document_lines: Vec<DocumentLineRow>,
    payouts: Vec<Payout>,
    entries: Vec<Entry>,
    entry_lines: Vec<EntryLineRow>,
}

/// The statements that save `facts`.
pub fn additions(hub: HubId, week: &Week, base: Base, facts: &[Fact]) -> Additions {
    let number = week.week().number();
    let mut rows = Rows::default();
    let mut conditional = Vec::new();
    let mut commands = Vec::new();
    let of_surplus: Vec<_> = facts
        .iter()
        .filter_map(|fact| if let Fact::Surplus(fact) = fact { Some(fact) } else { None })
        .collect();
    let added = surplus::additions(hub, week, base.surplus, &of_surplus);
    commands.extend(added.commands);
    conditional.extend(added.conditional);
    for fact in facts {
        match fact {
            Fact::Ordered(order) => {
                // A surplus order: its own id makes its key.
                let key = format!("order-{}", order.id);
                insert_week(hub, week.week(), &[OrderRow::new(order, &key, 0)], &mut commands);
                let lines: Vec<OrderLineRow> =
                    order.lines.iter().map(|line| OrderLineRow::new(order.id, line)).collect();
                insert_week(hub, week.week(), &lines, &mut commands);
            }
            Fact::Closed(closing) => conditional.push((
                CLOSE_DAY,
                vec![
                    closing.stamp.at.0.into(),
                    closing.stamp.by.as_str().into(),
                    hub.as_str().into(),
                    number.into(),
                    closing.day.number().into(),
                ],
            )),
            other => rows.add(other, base),
        }
    }
    rows.insert(hub, week.week(), &mut commands);
    Additions { commands, conditional }
}

/// What an act takes of goods and contracts, each a statement that must touch one row.
pub fn guards(place: Place, takings: &[Taking], spendings: &[Spending]) -> Vec<Command> {
    let hub = || Val::from(place.hub.as_str());
    let spent = spendings
        .iter()
        .map(|one| (SPEND, vec![one.amount.get().into(), hub(), one.contract.as_str().into()]));
    let taken = takings.iter().map(|one| {
        let (line, day) = (one.line.0.into(), one.day.number().into());
        let values = vec![one.quantity.get().into(), hub(), place.week.number().into(), line, day];
        (TAKE_MORE, values)
    });
    spent.chain(taken).collect()
}

impl Rows {
    fn add(&mut self, fact: &Fact, base: Base) {
        match fact {
            Fact::Offered(offer) => self.offers.push(offer.clone()),
            Fact::Priced(setting) => {
                let id = base.settings + self.settings.len() as i64 + 1;
                self.settings.push(SettingRow::new(id, setting));
            }
            Fact::Published(publication) => self.add_publication(publication, base),
            Fact::Amended(amendment) => self.amendments.push(amendment.clone()),
            Fact::Locked(lock) => {
                let id = base.locks + self.locks.len() as i64 + 1;
                self.locks.push(LockRow::new(id, lock));
            }
            Fact::Sourced(plan) => self.add_plan(plan, base),
            Fact::Confirmed(confirmation) => {
                let id = base.confirmations + self.confirmations.len() as i64 + 1;
                self.confirmations.push(ConfirmationRow::new(id, confirmation));
                self.confirmation_parts.extend(ConfirmationPartRow::of(id, confirmation));
            }
            Fact::Received(receipt) => self.receipts.push(receipt.clone()),
            Fact::Withdrawn(withdrawal) => self.withdrawals.push(withdrawal.clone()),
            Fact::Sorted(sorting) => self.sortings.push(sorting.clone()),
            Fact::Unsorted(unsorting) => self.unsortings.push(unsorting.clone()),
            Fact::Resolved(outcome) => self.outcomes.push(outcome.clone()),
            Fact::Routed(round) => {
                let stops = (1..).zip(&round.stops);
                self.stops.extend(stops.map(|(rank, stop)| StopRow::new(round.id, rank, stop)));
                self.rounds.push(round.clone());
            }
            Fact::Delivered(note) => {
                let lines = (1..).zip(&note.lines);
                let rows = lines.map(|(rank, line)| NoteLineRow::new(note.id, rank, line));
                self.note_lines.extend(rows);
                self.notes.push(note.clone());
            }
            Fact::Posted(document) => {
                let lines = (1..).zip(&document.lines);
                let rows = lines.map(|(rank, line)| DocumentLineRow::new(document.id, rank, line));
                self.document_lines.extend(rows);
                self.documents.push(document.clone());
            }
            Fact::Paid(payout) => self.payouts.push(payout.clone()),
            Fact::Booked(entry) => {
                let lines = (1..).zip(&entry.lines);
                let rows = lines.map(|(rank, line)| EntryLineRow::new(entry.id, rank, line));
                self.entry_lines.extend(rows);
                self.entries.push(entry.clone());
            }
            Fact::Ordered(_) | Fact::Closed(_) | Fact::Surplus(_) => {}
        }
    }

    fn add_publication(&mut self, publication: &Publication, base: Base) {
        self.publications.push(PublicationRow { stamp: publication.stamp.clone() });
        self.days.extend(publication.days.iter().map(|day| SaleDayRow {
            day: day.day,
            cutoff_at: day.cutoff_at,
            order_count: 0,
            register_version: base.register_version,
            closed_at: None,
            closed_by: None,
        }));
        self.lines.extend(publication.lines.iter().cloned());
        self.availability.extend(publication.availability.iter().map(AvailabilityRow::new));
    }

    fn add_plan(&mut self, plan: &AcceptedPlan, base: Base) {
        self.plans.push(PlanRow { id: plan.id, day: plan.day, stamp: plan.stamp.clone() });
        let lines = plan.purchases.iter();
        self.purchases.extend(lines.map(|line| PurchaseLineRow::new(plan.id, line)));
        let first = base.allocations + self.allocations.len() as i64 + 1;
        let parts = (first..).zip(&plan.allocations);
        self.allocations.extend(parts.map(|(id, part)| AllocationRow::new(id, plan.id, part)));
        let short = (1..).zip(&plan.shortfalls);
        self.shortfalls.extend(short.map(|(id, one)| ShortfallRow::new(plan.id, id, one)));
    }

    fn insert(&self, hub: HubId, week: IsoWeek, commands: &mut Vec<Command>) {
        insert_week(hub, week, &self.offers, commands);
        insert_week(hub, week, &self.settings, commands);
        insert_week(hub, week, &self.publications, commands);
        insert_week(hub, week, &self.days, commands);
        insert_week(hub, week, &self.lines, commands);
        insert_week(hub, week, &self.availability, commands);
        insert_week(hub, week, &self.amendments, commands);
        insert_week(hub, week, &self.plans, commands);
        insert_week(hub, week, &self.purchases, commands);
        insert_week(hub, week, &self.allocations, commands);
        insert_week(hub, week, &self.shortfalls, commands);
        insert_week(hub, week, &self.confirmations, commands);
        insert_week(hub, week, &self.confirmation_parts, commands);
        insert_week(hub, week, &self.locks, commands);
        insert_week(hub, week, &self.receipts, commands);
        insert_week(hub, week, &self.withdrawals, commands);
        insert_week(hub, week, &self.sortings, commands);
        insert_week(hub, week, &self.unsortings, commands);
        insert_week(hub, week, &self.outcomes, commands);
        insert_week(hub, week, &self.rounds, commands);
        insert_week(hub, week, &self.stops, commands);
        insert_week(hub, week, &self.notes, commands);
        insert_week(hub, week, &self.note_lines, commands);
        insert_week(hub, week, &self.documents, commands);
        insert_week(hub, week, &self.document_lines, commands);
        insert_week(hub, week, &self.payouts, commands);
        insert_week(hub, week, &self.entries, commands);
        insert_week(hub, week, &self.entry_lines, commands);
    }
}
