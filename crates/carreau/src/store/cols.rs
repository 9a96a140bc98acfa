//! How a trade value stands in columns. Types of the database are TEXT and BIGINT only.

mod plans;

use db::{Row, Val};
use trade::billing::{Billed, DocumentKind};
use trade::calendar::{Day, Instant, IsoWeek, Weekday};
use trade::catalog::{Label, Labels, Pack, SaleUnit, Season, TemperatureClass, VatKind};
use trade::contract::Origin;
use trade::dock::{LeftoverSource, OutcomeKind, Rejection};
use trade::id::*;
use trade::ledger::{Account, Journal};
use trade::mercuriale::LinePolicy;
use trade::offers::Stamp;
use trade::orders::{Channel, PriceOrigin};
use trade::party::{
    Access, BuyerKind, Carriage, DockRules, Duty, Hours, Identity, Place, Rest, Standing, VatRegime,
};
use trade::register::Reading;
use trade::rounds::{Load, RoundTimes, StopTimes};
use trade::sourcing::{Aim, Reason, SharedBy};
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Grams, Price, Qty, Rate};

/// Reads a row from left to right.
pub struct Cursor<'row, 'db> {
    row: &'row Row<'db>,
    at: usize,
}

pub type Read<T> = Result<T, db::Error>;

impl<'row, 'db> Cursor<'row, 'db> {
    pub fn new(row: &'row Row<'db>) -> Self {
        Cursor { row, at: 0 }
    }

    fn step(&mut self) -> usize {
        self.at += 1;
        self.at - 1
    }

    /// A text or NULL.
    pub fn opt_text(&mut self) -> Read<Option<String>> {
        let at = self.step();
        self.row.opt_text(at)
    }

    /// A stored value that no type accepts: the database was changed from outside.
    fn bad(&self, what: &str) -> db::Error {
        db::Error::Db(format!("column {}: not a {what}", self.at))
    }
}

/// A value that stands in one or more columns.
pub trait Cols: Sized {
    fn put(&self, out: &mut Vec<Val>);
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self>;
}

impl Cols for i64 {
    fn put(&self, out: &mut Vec<Val>) {
        out.push(Val::I(*self));
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let at = cursor.step();
        cursor.row.i64(at)
    }
}

impl Cols for String {
    fn put(&self, out: &mut Vec<Val>) {
        out.push(Val::T(self.clone()));
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let at = cursor.step();
        cursor.row.text(at)
    }
}

impl Cols for bool {
    fn put(&self, out: &mut Vec<Val>) {
        out.push(Val::I(i64::from(*self)));
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        Ok(i64::get(cursor)? != 0)
    }
}

/// Types that are one integer.
macro_rules! as_integer {
    ($($kind:ty: $to:expr, $from:expr;)*) => {$(
        impl Cols for $kind {
            fn put(&self, out: &mut Vec<Val>) {
                let to: fn(&$kind) -> i64 = $to;
                out.push(Val::I(to(self)));
            }
            fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
                let from: fn(i64) -> Option<$kind> = $from;
                let value = i64::get(cursor)?;
                from(value).ok_or_else(|| cursor.bad(stringify!($kind)))
            }
        }
        impl Cols for Option<$kind> {
            fn put(&self, out: &mut Vec<Val>) {
                let to: fn(&$kind) -> i64 = $to;
                out.push(self.as_ref().map_or(Val::NullI, |value| Val::I(to(value))));
            }
            fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
                let from: fn(i64) -> Option<$kind> = $from;
                let at = cursor.step();
                match cursor.row.opt_i64(at)? {
                    None => Ok(None),
                    Some(value) => {
                        from(value).map(Some).ok_or_else(|| cursor.bad(stringify!($kind)))
                    }
                }
            }
        }
    )*};
}

as_integer! {
    Qty: |v| v.get(), |v| Some(Qty::new(v));
    Price: |v| v.get(), |v| Some(Price::new(v));
    Cents: |v| v.get(), |v| Some(Cents::new(v));
    Grams: |v| v.get(), |v| Some(Grams::new(v));
    Rate: |v| v.get(), |v| Some(Rate::new(v));
    Day: |v| v.number(), Day::from_number;
    IsoWeek: |v| v.number(), IsoWeek::from_number;
    Instant: |v| v.0, |v| Some(Instant(v));
    Season: |v| i64::from(v.0), |v| u16::try_from(v).ok().map(Season);
    Weekday: |v| i64::from(v.rank()), |v| Weekday::ALL.get(usize::try_from(v).ok()?).copied();
    OfferId: |v| v.0, |v| Some(OfferId(v));
    LineId: |v| v.0, |v| Some(LineId(v));
    OrderId: |v| v.0, |v| Some(OrderId(v));
    AmendmentId: |v| v.0, |v| Some(AmendmentId(v));
    PlanId: |v| v.0, |v| Some(PlanId(v));
    PurchaseLineId: |v| v.0, |v| Some(PurchaseLineId(v));
    ReceiptId: |v| v.0, |v| Some(ReceiptId(v));
    SortingId: |v| v.0, |v| Some(SortingId(v));
    UnsortingId: |v| v.0, |v| Some(UnsortingId(v));
    OutcomeId: |v| v.0, |v| Some(OutcomeId(v));
    SurplusId: |v| v.0, |v| Some(SurplusId(v));
    SlotId: |v| v.0, |v| Some(SlotId(v));
    ReservationId: |v| v.0, |v| Some(ReservationId(v));
    RoundId: |v| v.0, |v| Some(RoundId(v));
    NoteId: |v| v.0, |v| Some(NoteId(v));
    DocumentId: |v| v.0, |v| Some(DocumentId(v));
    PayoutId: |v| v.0, |v| Some(PayoutId(v));
    EntryId: |v| v.0, |v| Some(EntryId(v));
}

impl Cols for Option<i64> {
    fn put(&self, out: &mut Vec<Val>) {
        out.push(self.map_or(Val::NullI, Val::I));
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let at = cursor.step();
        cursor.row.opt_i64(at)
    }
}

/// Types that are one text; an option is NULL when absent.
macro_rules! as_text {
    ($($kind:ty: $to:expr, $from:expr;)*) => {$(
        impl Cols for $kind {
            fn put(&self, out: &mut Vec<Val>) {
                let to: fn(&$kind) -> String = $to;
                out.push(Val::T(to(self)));
            }
            fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
                let from: fn(&str) -> Option<$kind> = $from;
                let value = String::get(cursor)?;
                from(&value).ok_or_else(|| cursor.bad(stringify!($kind)))
            }
        }
        impl Cols for Option<$kind> {
            fn put(&self, out: &mut Vec<Val>) {
                let to: fn(&$kind) -> String = $to;
                out.push(self.as_ref().map_or(Val::NullT, |value| Val::T(to(value))));
            }
            fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
                let from: fn(&str) -> Option<$kind> = $from;
                let at = cursor.step();
                match cursor.row.opt_text(at)? {
                    None => Ok(None),
                    Some(value) => {
                        from(&value).map(Some).ok_or_else(|| cursor.bad(stringify!($kind)))
                    }
                }
            }
        }
    )*};
}

as_text! {
    Origin: |v| v.code(), Origin::parse;
    Code: |v| v.to_string(), |v| Code::parse(v).ok();
    HubId: |v| v.to_string(), |v| HubId::parse(v).ok();
    ProducerId: |v| v.to_string(), |v| ProducerId::parse(v).ok();
    BuyerId: |v| v.to_string(), |v| BuyerId::parse(v).ok();
    SiteId: |v| v.to_string(), |v| SiteId::parse(v).ok();
    ProductId: |v| v.to_string(), |v| ProductId::parse(v).ok();
    ContractId: |v| v.to_string(), |v| ContractId::parse(v).ok();
    VehicleId: |v| v.to_string(), |v| VehicleId::parse(v).ok();
    FamilyId: |v| v.to_string(), |v| FamilyId::parse(v).ok();
    Labels: |v| v.code(), |v| Labels::parse(v).ok();
    Label: |v| v.code().into(), Label::parse;
    SaleUnit: |v| v.code().into(), SaleUnit::parse;
    TemperatureClass: |v| v.code().into(), TemperatureClass::parse;
    InvoiceRule: |v| v.code().into(), InvoiceRule::parse;
    VatKind: |v| v.code().into(), VatKind::parse;
    BuyerKind: |v| v.code().into(), BuyerKind::parse;
    Channel: |v| v.code().into(), Channel::parse;
    Rejection: |v| v.code().into(), Rejection::parse;
    DocumentKind: |v| v.code().into(), DocumentKind::parse;
    Account: |v| v.number().into(), Account::parse;
    Journal: |v| v.code().into(), Journal::parse;
    Standing: |v| standing(*v).into(), parse_standing;
    VatRegime: |v| vat_regime(*v).into(), parse_vat_regime;
    Reading: |v| reading(*v).into(), parse_reading;
    LinePolicy: policy, parse_policy;
    PriceOrigin: price_origin, parse_price_origin;
    Reason: reason, parse_reason;
    SharedBy: |v| v.code().into(), SharedBy::parse;
    Vec<Aim>: |aims| aim_codes(aims), parse_aims;
    OutcomeKind: outcome_kind, parse_outcome_kind;
    Vec<Weekday>: |days| weekdays(days), parse_weekdays;
    Vec<String>: |words| words.join(" "), |text| Some(words(text));
    Vec<(String, Qty)>: |rows| counted(rows, |v| v.get()), |text| named(text, Qty::new);
    Vec<(String, Grams)>: |rows| counted(rows, |v| v.get()), |text| named(text, Grams::new);
    Vec<(String, i64)>: |rows| counted(rows, |v| *v), |text| named(text, |v| v);
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Member => "member",
        Standing::Sympathizer => "sympathizer",
    }
}

fn parse_standing(text: &str) -> Option<Standing> {
    [Standing::Member, Standing::Sympathizer].into_iter().find(|one| standing(*one) == text)
}

fn vat_regime(regime: VatRegime) -> &'static str {
    match regime {
        VatRegime::Liable => "liable",
        VatRegime::FlatRateFarmer => "flat_rate",
        VatRegime::Exempt => "exempt",
    }
}

fn parse_vat_regime(text: &str) -> Option<VatRegime> {
    let all = [VatRegime::Liable, VatRegime::FlatRateFarmer, VatRegime::Exempt];
    all.into_iter().find(|one| vat_regime(*one) == text)
}

fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::OnCost => "cost",
        Reading::OnSale => "sale",
    }
}

fn parse_reading(text: &str) -> Option<Reading> {
    [Reading::OnCost, Reading::OnSale].into_iter().find(|one| reading(*one) == text)
}

fn policy(policy: &LinePolicy) -> String {
    match policy {
        LinePolicy::Pooled => String::new(),
        LinePolicy::Named(producer) => producer.to_string(),
    }
}

fn parse_policy(text: &str) -> Option<LinePolicy> {
    match text {
        "" => Some(LinePolicy::Pooled),
        producer => ProducerId::parse(producer).ok().map(LinePolicy::Named),
    }
}

fn price_origin(origin: &PriceOrigin) -> String {
    match origin {
        PriceOrigin::Mercuriale => "mercuriale".into(),
        PriceOrigin::BuyerRule => "buyer_rule".into(),
        PriceOrigin::Contract(contract) => format!("contract {contract}"),
    }
}

fn parse_price_origin(text: &str) -> Option<PriceOrigin> {
    match text.split_once(' ') {
        None if text == "mercuriale" => Some(PriceOrigin::Mercuriale),
        None if text == "buyer_rule" => Some(PriceOrigin::BuyerRule),
        Some(("contract", id)) => ContractId::parse(id).ok().map(PriceOrigin::Contract),
        _ => None,
    }
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::OnlyFarm => "only_farm".into(),
        Reason::NamedFarm => "named_farm".into(),
        Reason::FairShare { of_offer, season_before, season_goal } => {
            format!("fair_share {} {} {}", of_offer.get(), season_before.get(), season_goal.get())
        }
        Reason::Remainder => "remainder".into(),
        Reason::OnlyAllowedFarm => "only_allowed_farm".into(),
        Reason::OthersByHand => "others_by_hand".into(),
        Reason::OneFarmForLine => "one_farm_for_line".into(),
        Reason::WorthTheTrip { minimum } => format!("worth_the_trip {}", minimum.get()),
        // A name has no line break: what follows one is why.
        Reason::ByHand { by, why } => format!("by_hand {by}\n{why}"),
    }
}

fn parse_reason(text: &str) -> Option<Reason> {
    match text.split_once(' ') {
        None if text == "only_farm" => Some(Reason::OnlyFarm),
        None if text == "named_farm" => Some(Reason::NamedFarm),
        None if text == "remainder" => Some(Reason::Remainder),
        None if text == "only_allowed_farm" => Some(Reason::OnlyAllowedFarm),
        None if text == "others_by_hand" => Some(Reason::OthersByHand),
        None if text == "one_farm_for_line" => Some(Reason::OneFarmForLine),
        Some(("worth_the_trip", cents)) => {
            let minimum = Cents::new(cents.parse().ok()?);
            Some(Reason::WorthTheTrip { minimum })
        }
        Some(("by_hand", hand)) => {
            let (by, why) = hand.split_once('\n').unwrap_or((hand, ""));
            Some(Reason::ByHand { by: by.to_string(), why: why.to_string() })
        }
        Some(("fair_share", numbers)) => {
            let mut numbers = numbers.split(' ').map(|n| n.parse::<i64>().ok().map(Rate::new));
            Some(Reason::FairShare {
                of_offer: numbers.next()??,
                season_before: numbers.next()??,
                season_goal: numbers.next()??,
            })
        }
        _ => None,
    }
}

fn aim_codes(aims: &[Aim]) -> String {
    aims.iter().map(|aim| aim.code()).collect::<Vec<_>>().join(" ")
}

fn parse_aims(text: &str) -> Option<Vec<Aim>> {
    text.split_whitespace().map(Aim::parse).collect()
}

fn outcome_kind(kind: &OutcomeKind) -> String {
    match kind {
        OutcomeKind::Donated(buyer) => format!("donated {buyer}"),
        OutcomeKind::Returned => "returned".into(),
        OutcomeKind::Wasted => "wasted".into(),
    }
}

fn parse_outcome_kind(text: &str) -> Option<OutcomeKind> {
    match text.split_once(' ') {
        None if text == "returned" => Some(OutcomeKind::Returned),
        None if text == "wasted" => Some(OutcomeKind::Wasted),
        Some(("donated", buyer)) => BuyerId::parse(buyer).ok().map(OutcomeKind::Donated),
        _ => None,
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}

/// A line for each: the number, then the name. No name has a line's end in it.
fn counted<T>(rows: &[(String, T)], number: impl Fn(&T) -> i64) -> String {
    let line =
        |(name, value): &(String, T)| format!("{} {}", number(value), name.replace('\n', " "));
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn named<T>(text: &str, of: impl Fn(i64) -> T) -> Option<Vec<(String, T)>> {
    let row = |line: &str| {
        let (number, name) = line.split_once(' ')?;
        Some((name.to_string(), of(number.parse().ok()?)))
    };
    text.lines().map(row).collect()
}

fn weekdays(days: &[Weekday]) -> String {
    days.iter().map(|day| day.rank().to_string()).collect::<Vec<_>>().join(" ")
}

fn parse_weekdays(text: &str) -> Option<Vec<Weekday>> {
    let ranks = text.split(' ').filter(|rank| !rank.is_empty());
    ranks.map(|rank| Weekday::ALL.get(rank.parse::<usize>().ok()?).copied()).collect()
}

/// Structs that stand in several columns, in the order given.
macro_rules! as_columns {
    ($($kind:ty { $($field:ident),* })*) => {$(
        impl Cols for $kind {
            fn put(&self, out: &mut Vec<Val>) {
                $(self.$field.put(out);)*
            }
            fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
                Ok(Self { $($field: Cols::get(cursor)?),* })
            }
        }
    )*};
}

as_columns! {
    Stamp { at, by }
    Place { lat_e6, lon_e6 }
    Pack { size, weighed }
    OrderLineId { order, rank }
    Hours { from, to }
    Access { again, service_minutes, largest, priority, empties }
    Carriage { is_fetched, hours }
    DockRules { density, doors, slot_minutes, hours }
    Duty {
        litres, gross, shift, rounds_most, turnaround_minutes, rest, per_km, per_hour, per_day,
        is_carrier
    }
    Load { weight, litres }
    Identity {
        name, address, postcode, commune, siret, vat_number, iban, email, phone
    }
}

/// Structs of integers that may be missing: all of their columns are then NULL.
macro_rules! as_optional_columns {
    ($($kind:ident { $($field:ident),* })*) => {$(
        impl Cols for Option<$kind> {
            fn put(&self, out: &mut Vec<Val>) {
                $(self.map(|all| all.$field).put(out);)*
            }
            fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
                $(let $field: Option<i64> = Cols::get(cursor)?;)*
                Ok(match ($($field,)*) {
                    ($(Some($field),)*) => Some($kind { $($field),* }),
                    _ => None,
                })
            }
        }
    )*};
}

as_optional_columns! {
    Hours { from, to }
    StopTimes { arrives, begins, leaves }
    RoundTimes { leaves, back }
}

impl Cols for Option<Rest> {
    fn put(&self, out: &mut Vec<Val>) {
        self.map(|rest| rest.window).put(out);
        self.map(|rest| rest.minutes).put(out);
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let window: Option<Hours> = Cols::get(cursor)?;
        let minutes: Option<i64> = Cols::get(cursor)?;
        Ok(window.zip(minutes).map(|(window, minutes)| Rest { window, minutes }))
    }
}

/// Columns of [`Identity`], in the order above.
pub const IDENTITY: &str =
    "name, address, postcode, commune, siret, vat_number, iban, email, phone";

impl Cols for LeftoverSource {
    fn put(&self, out: &mut Vec<Val>) {
        match self {
            LeftoverSource::Dock(receipt) => {
                Some(*receipt).put(out);
                out.extend([Val::NullI, Val::NullI]);
            }
            LeftoverSource::Refusal(note, sorting) => {
                out.push(Val::NullI);
                note.put(out);
                sorting.put(out);
            }
        }
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let receipt: Option<ReceiptId> = Cols::get(cursor)?;
        let note: Option<NoteId> = Cols::get(cursor)?;
        let sorting: Option<SortingId> = Cols::get(cursor)?;
        match (receipt, note, sorting) {
            (Some(receipt), None, None) => Ok(LeftoverSource::Dock(receipt)),
            (None, Some(note), Some(sorting)) => Ok(LeftoverSource::Refusal(note, sorting)),
            _ => Err(cursor.bad("LeftoverSource")),
        }
    }
}

impl Cols for Billed {
    fn put(&self, out: &mut Vec<Val>) {
        match self {
            Billed::Delivery(note, order_line) => {
                note.put(out);
                order_line.put(out);
                out.push(Val::NullI);
            }
            Billed::Purchase(line) => {
                out.extend([Val::NullI, Val::NullI, Val::NullI]);
                line.put(out);
            }
        }
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let note: Option<NoteId> = Cols::get(cursor)?;
        let order: Option<OrderId> = Cols::get(cursor)?;
        let rank: Option<i64> = Cols::get(cursor)?;
        let purchase: Option<PurchaseLineId> = Cols::get(cursor)?;
        match (note, order, rank, purchase) {
            (Some(note), Some(order), Some(rank), None) => {
                Ok(Billed::Delivery(note, OrderLineId { order, rank }))
            }
            (None, None, None, Some(line)) => Ok(Billed::Purchase(line)),
            _ => Err(cursor.bad("Billed")),
        }
    }
}
