//! What a sourcing planner answers: who brings what, why, what is missing, and how near each aim
//! comes to the best that can be.

use crate::calendar::Day;
use crate::id::{OfferId, OrderLineId};
use crate::unit::{Cents, Price, Qty, Rate};

/// What a plan aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aim {
    /// Contracts and standing promises served. Thousandths of sale units, of all goods together.
    Promises,
    /// All that is served. Thousandths of sale units, of all goods together.
    Served,
    /// The largest deviation of a farm from its fair share of the season. Cents; less is better.
    FairShare,
    /// What farms are paid. Cents.
    Income,
    /// Order lines brought by several farms, and trips below what they are worth. A number; less
    /// is better.
    SplitsAndTrips,
    /// Metres that farms drive to the dock, one way. Less is better.
    Kilometres,
}

impl Aim {
    /// In their usual order.
    pub const ALL: [Aim; 6] = [
        Aim::Promises,
        Aim::Served,
        Aim::FairShare,
        Aim::Income,
        Aim::SplitsAndTrips,
        Aim::Kilometres,
    ];

    /// True where a larger value is the better one.
    pub const fn wants_more(self) -> bool {
        matches!(self, Aim::Promises | Aim::Served | Aim::Income)
    }
}

/// How near a plan comes to the best value of one aim, in the unit of the [`Aim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AimValue {
    pub aim: Aim,
    pub value: i64,
    /// No plan is better than this, when the aims before it stand.
    pub bound: i64,
    /// How far `value` is from `bound`; zero: proven best.
    pub gap: i64,
}

/// The aims of a plan, in their order. Empty for a plan made by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub aims: Vec<AimValue>,
}

impl Report {
    pub fn of(&self, aim: Aim) -> Option<AimValue> {
        self.aims.iter().find(|one| one.aim == aim).copied()
    }
}

/// Why a farm was given a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No other farm could bring these goods that day: offered, proven, at what is paid.
    OnlyFarm,
    /// The line is sold in this farm's name, whoever else has the goods.
    NamedFarm,
    /// Others could bring them, but the contract's rule of origin allows this farm alone.
    OnlyAllowedFarm,
    /// Others could bring them, but the coordinator has decided what each of them brings of this
    /// order line, be it nothing.
    OthersByHand,
    /// What brings the farm towards its share of the season. `of_offer`: the part of its offer
    /// that is taken; the others: its part of all purchases of the season, in money, as it was
    /// and as it should be with this plan.
    FairShare { of_offer: Rate, season_before: Rate, season_goal: Rate },
    /// Beyond its fair share: this farm still had some, and the others have given theirs.
    Remainder,
    /// More than its part, so that the order line has one farm.
    OneFarmForLine,
    /// More than its part, so that its way to the dock is worth making.
    WorthTheTrip { minimum: Cents },
    /// The coordinator decided.
    ByHand { by: String, why: String },
}

/// One part of one order line given to one offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allotment {
    pub order_line: OrderLineId,
    pub offer: OfferId,
    pub quantity: Qty,
    pub reason: Reason,
}

/// Why a sold quantity has no farm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Offers do not cover what was sold: `wanted` of all who can only be served from the
    /// `offered`.
    Shortage { wanted: Qty, offered: Qty },
    /// What is left is less than a pack.
    BelowPack,
    /// No farm offers these goods that day.
    NoOffer,
    /// Offered, but no farm has a proof of the labels that is valid on the day.
    NoProof,
    /// The cheapest offer asks more than the price list pays.
    TooDear { asked: Price, paid: Price },
    /// Offered, but by no farm that the contract's rule of origin allows.
    OutsideOrigin,
    /// Offered, but the coordinator has ruled these farms out for the line.
    Locked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    pub order_line: OrderLineId,
    pub quantity: Qty,
    pub cause: Cause,
}

/// A planner's answer: a value to look at, compare and accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcingPlan {
    pub day: Day,
    pub allotments: Vec<Allotment>,
    pub shortfalls: Vec<Shortfall>,
    pub report: Report,
}
