//! Facts: what happened, in the order in which it happened. States are computed from them.

use crate::billing::{Document, Payout};
use crate::dock::surplus::SurplusFact;
use crate::dock::unsort::Unsorting;
use crate::dock::{Outcome, Receipt, Sorting, Withdrawal};
use crate::ledger::Entry;
use crate::mercuriale::{PriceSetting, Publication};
use crate::offers::Offer;
use crate::orders::{Amendment, Closing, Order};
use crate::rounds::{DeliveryNote, Round};
use crate::sourcing::{AcceptedPlan, Confirmation, Lock};

/// One thing that happened in a week. Written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Offered(Offer),
    Priced(PriceSetting),
    Published(Publication),
    Ordered(Order),
    Amended(Amendment),
    Closed(Closing),
    Locked(Lock),
    Sourced(AcceptedPlan),
    Confirmed(Confirmation),
    Received(Receipt),
    Withdrawn(Withdrawal),
    Sorted(Sorting),
    Unsorted(Unsorting),
    Resolved(Outcome),
    Surplus(SurplusFact),
    Routed(Round),
    Delivered(DeliveryNote),
    Posted(Document),
    Paid(Payout),
    Booked(Entry),
}

macro_rules! fact_from {
    ($($kind:ident($record:ident)),* $(,)?) => {$(
        impl From<$record> for Fact {
            fn from(record: $record) -> Fact { Fact::$kind(record) }
        }
    )*};
}

fact_from!(
    Offered(Offer),
    Priced(PriceSetting),
    Published(Publication),
    Ordered(Order),
    Amended(Amendment),
    Closed(Closing),
    Locked(Lock),
    Sourced(AcceptedPlan),
    Confirmed(Confirmation),
    Received(Receipt),
    Withdrawn(Withdrawal),
    Sorted(Sorting),
    Unsorted(Unsorting),
    Resolved(Outcome),
    Surplus(SurplusFact),
    Routed(Round),
    Delivered(DeliveryNote),
    Posted(Document),
    Paid(Payout),
    Booked(Entry),
);
