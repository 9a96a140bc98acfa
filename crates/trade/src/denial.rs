//! Every "no" of the rules, with its numbers. The French sentence is made in one place in the
//! shell; a refusal of goods is never called by this name (see `Rejection` and `Refusal`).

use crate::calendar::deliveries::Moment;
use crate::calendar::{Day, Instant, IsoWeek};
use crate::catalog::Label;
use crate::id::{
    BuyerId, Code, ContractId, DocumentId, LineId, OfferId, OrderLineId, ProducerId, ProductId,
    PurchaseLineId, ReceiptId, ReservationId, SiteId, SlotId, SortingId, SurplusId, VehicleId,
};
use crate::unit::{Cents, Grams, Price, Qty, Rate};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    // Things that the register does not know.
    UnknownProducer { producer: ProducerId },
    UnknownProduct { product: ProductId },
    UnknownBuyer { buyer: BuyerId },
    UnknownSite { site: SiteId },
    UnknownVehicle { vehicle: VehicleId },
    UnknownLine { line: LineId },
    UnknownOrderLine { line: OrderLineId },
    UnknownOffer { offer: OfferId },
    UnknownPurchaseLine { line: PurchaseLineId },
    UnknownReceipt { receipt: ReceiptId },
    UnknownSorting { sorting: SortingId },
    UnknownDocument { document: DocumentId },
    // Numbers that cannot be.
    QuantityNotPositive { quantity: Qty },
    PriceNotPositive { price: Price },
    MarginTooHigh { rate: Rate },
    RateBelowZero { rate: Rate },
    // Settings of the hub.
    NoWeekday,
    CutoffOutOfRange { days: i64, most: i64 },
    WeekPublished { week: IsoWeek, last: IsoWeek },
    AlreadyDelivered { day: Day },
    MovedToAnotherWeek { day: Day, to: Day },
    MovedToHoliday { to: Day },
    CutoffNotBefore { day: Day, cutoff: Moment },
    RuleTooEarly { from: Day, first: Day },
    RuleBegun { from: Day },
    SameRule { from: Day },
    HasPapers { party: Code },
    NoSeason { from: IsoWeek, to: IsoWeek, most: i64 },
    // Offers.
    NotADeliveryDay { day: Day },
    CertificateMissing { producer: ProducerId, product: ProductId, label: Label, day: Day },
    AlreadyOrdered { asked: Qty, taken: Qty },
    // Mercuriale.
    NothingOffered,
    AlreadyPublished { at: Instant },
    NotPublished,
    NoPricingRule { day: Day },
    NoVatRate { product: ProductId, day: Day },
    SaleBelowCost { sale: Price, cost: Price },
    CutoffMissing { day: Day },
    NotOnDraft { product: ProductId },
    SeveralFarms { product: ProductId },
    // Orders.
    EmptyOrder,
    SiteOfAnotherBuyer { site: SiteId, buyer: BuyerId },
    DayNotOnSale { day: Day },
    AfterCutoff { day: Day, cutoff_at: Instant },
    DayClosed { day: Day, closed_at: Instant },
    SameLineTwice { line: LineId },
    NotWholePacks { line: LineId, asked: Qty, pack: Qty, below: Qty, above: Qty },
    SoldOut { line: LineId, asked: Qty, left: Qty },
    BelowMinimum { total: Cents, minimum: Cents, missing: Cents },
    CeilingReached { contract: ContractId, asked: Cents, left: Cents },
    // What the treasury wants: of orders, and before an invoice is posted.
    CommitmentMissing { buyer: BuyerId },
    ServiceMissing { buyer: BuyerId },
    CommitmentOrServiceMissing { buyer: BuyerId },
    ReferenceTooLong { length: i64, most: i64 },
    SiretMissing { buyer: BuyerId },
    SiretWrong { buyer: BuyerId },
    // Sourcing.
    DayStillOpen { day: Day },
    PlanOverServes { line: OrderLineId, wanted: Qty, given: Qty },
    PlanOverdraws { offer: OfferId, left: Qty, taken: Qty },
    PlanMismatch { line: OrderLineId, offer: OfferId },
    PlanEmpty { day: Day },
    ConfirmedAboveAsked { asked: Qty, confirmed: Qty },
    AlreadyReceived { line: PurchaseLineId },
    // Dock.
    RejectedAboveReceived { received: Qty, rejected: Qty },
    ReasonMissing,
    MoreThanPurchased { purchased: Qty, accepted: Qty },
    MoreThanLeft { left: Qty, asked: Qty },
    NothingToSort { day: Day },
    // Surplus.
    UnknownSurplus { surplus: SurplusId },
    UnknownSlot { slot: SlotId },
    UnknownReservation { reservation: ReservationId },
    NotSortedYet { day: Day },
    NotFoodAid { buyer: BuyerId },
    GivenOnly,
    NotWholeUnits { asked: Qty },
    SurplusEnded { until: Instant },
    SurplusGone { surplus: SurplusId, asked: Qty, left: Qty },
    OriginNotTaken { producer: ProducerId, department: String },
    SlotEnded { ends_at: Instant },
    SlotFull { slot: SlotId, load: Grams, left: Grams },
    VehicleTooSmall { payload: Grams, load: Grams },
    NothingReserved { buyer: BuyerId },
    TooLateToCancel { since: Instant },
    AlreadyCollected { reservation: ReservationId },
    MoreThanReserved { reserved: Qty, received: Qty },
    SignatureMissing,
    SiteMissing { buyer: BuyerId },
    SplitDiffers { received: Qty, split: Qty },
    AlreadySorted { receipt: ReceiptId },
    AlreadyWithdrawn { receipt: ReceiptId },
    PurchaseBilled { line: PurchaseLineId },
    // Rounds.
    NothingToDeliver { site: SiteId, day: Day },
    NotLoaded { line: OrderLineId, loaded: Qty, asked: Qty },
    TooHeavy { vehicle: VehicleId, payload: Grams, load: Grams },
    SiteTwice { site: SiteId },
    // Claims of buyers.
    ClaimAboveDelivered { asked: Qty, delivered: Qty },
    ClaimedBefore { line: OrderLineId },
    // Billing.
    NothingToInvoice { buyer: BuyerId },
    NothingToPay { producer: ProducerId },
    AlreadyPaid { document: DocumentId },
    NotInvoicedYet { line: OrderLineId },
    CreditAboveInvoiced { asked: Qty, invoiced: Qty, credited: Qty },
    // The bank's statement.
    PaidBeyond { reference: String, left: Cents, asked: Cents },
    PartsDiffer { asked: Cents, given: Cents },
    DayNotFinished { day: Day },
    Unbalanced { debit: Cents, credit: Cents },
}
