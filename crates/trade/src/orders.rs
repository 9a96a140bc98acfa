//! Step 4, orders: what buyers order against the price list until the cut-off of each day.
//!
//! An order line is a snapshot: name, price, VAT, unit, pack and labels as they were shown. Later
//! changes of the catalogue never reach it.

pub mod agreed;

use std::collections::BTreeMap;

use crate::calendar::{Day, Instant, Weekday};
use crate::catalog::{Labels, Pack, SaleUnit};
use crate::denial::Denial;
use crate::id::{
    AmendmentId, BuyerId, ContractId, LineId, OrderId, OrderLineId, ProductId, SiteId,
};
use crate::mercuriale::{LinePolicy, MercurialeLine, Publication, SaleDay};
use crate::offers::Stamp;
use crate::party::{Buyer, BuyerKind};
use crate::register::Register;
use crate::treasury::{self, References};
use crate::unit::{Cents, Price, Qty, Rate, amount};
use crate::week::Week;

/// Through which door an order came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    Web,
    Phone,
    File,
    Standing,
    /// Goods left at the dock, sold the same morning.
    Surplus,
}

impl Channel {
    pub const ALL: [Channel; 5] =
        [Channel::Web, Channel::Phone, Channel::File, Channel::Standing, Channel::Surplus];

    pub const fn code(self) -> &'static str {
        match self {
            Channel::Web => "web",
            Channel::Phone => "phone",
            Channel::File => "file",
            Channel::Standing => "standing",
            Channel::Surplus => "surplus",
        }
    }

    pub fn parse(code: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// Why a line has its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceOrigin {
    Mercuriale,
    /// A rule for this kind of buyer.
    BuyerRule,
    Contract(ContractId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    pub rank: i64,
    /// The line of the price list that it was ordered from.
    pub line: LineId,
    pub product: ProductId,
    pub name: String,
    pub labels: Labels,
    pub policy: LinePolicy,
    pub unit: SaleUnit,
    pub pack: Pack,
    pub quantity: Qty,
    pub price: Price,
    pub price_origin: PriceOrigin,
    pub vat: Rate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub buyer: BuyerId,
    pub site: SiteId,
    pub day: Day,
    pub channel: Channel,
    pub commitment_number: String,
    /// The buyer's service code when it ordered.
    pub service_code: String,
    pub stamp: Stamp,
    pub lines: Vec<OrderLine>,
}

/// A new quantity for one order line; zero takes it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    pub id: AmendmentId,
    pub line: OrderLineId,
    pub quantity: Qty,
    pub stamp: Stamp,
}

/// The end of order taking for one delivery day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub day: Day,
    pub stamp: Stamp,
}

/// What a buyer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRequest {
    pub buyer: BuyerId,
    pub site: SiteId,
    pub day: Day,
    pub channel: Channel,
    /// Empty: the buyer's own number stands.
    pub commitment_number: String,
    pub lines: Vec<(LineId, Qty)>,
}

/// What is on sale: the frozen list and the register behind it. Enough to judge an order, so
/// that taking one never needs the week's other orders.
#[derive(Clone, Copy, Debug)]
pub struct Sale<'sale> {
    pub register: &'sale Register,
    pub publication: &'sale Publication,
}

/// What a line costs this buyer, and why: contract first, then a rule for the kind of buyer.
pub fn price_for(
    sale: Sale<'_>,
    buyer: BuyerId,
    line: &MercurialeLine,
    day: Day,
) -> Result<(Price, PriceOrigin), Denial> {
    let register = sale.register;
    if let Some((contract, price)) = register.contract_for(buyer, line.product, line.labels, day) {
        return Ok((price, PriceOrigin::Contract(contract.id)));
    }
    let kind: BuyerKind = register.buyer(buyer)?.kind;
    let family = register.product(line.product)?.family;
    let rule = register.rule(family, Some(kind), day)?;
    if rule.buyer_kind.is_none() {
        return Ok((line.sale, PriceOrigin::Mercuriale));
    }
    let price = rule.sale_price(line.cost)?.to_step(register.hub.price_step);
    Ok((price, PriceOrigin::BuyerRule))
}

/// Judges an order at the instant `stamp.at` and makes its snapshot. All reasons for a "no" are
/// given at once.
///
/// What is left of each line is not judged here: it is taken by one conditional write when the
/// order is saved (see [`Week::take`] for the same rule in memory). Contract ceilings likewise
/// need `spent`, what each contract has been called off before this order.
pub fn place(
    sale: Sale<'_>,
    id: OrderId,
    request: &OrderRequest,
    spent: &BTreeMap<ContractId, Cents>,
    stamp: Stamp,
) -> Result<Order, Vec<Denial>> {
    let mut denials = Vec::new();
    check_heading(sale, request, stamp.at).unwrap_or_else(|denial| denials.push(denial));
    let mut lines: Vec<OrderLine> = Vec::with_capacity(request.lines.len());
    for &(line, quantity) in &request.lines {
        if lines.iter().any(|other| other.line == line) {
            denials.push(Denial::SameLineTwice { line });
            continue;
        }
        match order_line(sale, request, line, quantity, lines.len() as i64 + 1) {
            Ok(line) => lines.push(line),
            // An unknown buyer is one reason, not one for each line.
            Err(denial) if denials.contains(&denial) => {}
            Err(denial) => denials.push(denial),
        }
    }
    let references = references(sale.register, request);
    if denials.is_empty() {
        denials.extend(check_references(sale.register, request, &references));
        denials.extend(check_total(sale.register, request, &lines));
        denials.extend(check_ceilings(sale.register, &lines, spent));
    }
    if !denials.is_empty() {
        return Err(denials);
    }
    let References { commitment_number, service_code } = references;
    Ok(Order {
        id,
        buyer: request.buyer,
        site: request.site,
        day: request.day,
        channel: request.channel,
        commitment_number,
        service_code,
        stamp,
        lines,
    })
}

fn check_heading(sale: Sale<'_>, request: &OrderRequest, at: Instant) -> Result<(), Denial> {
    sale.register.buyer(request.buyer)?;
    let site = sale.register.site(request.site)?;
    if site.buyer != request.buyer {
        return Err(Denial::SiteOfAnotherBuyer { site: site.id, buyer: request.buyer });
    }
    let sale_day = sale.publication.sale_day(request.day)?;
    if at >= sale_day.cutoff_at && request.channel != Channel::Surplus {
        return Err(Denial::AfterCutoff { day: request.day, cutoff_at: sale_day.cutoff_at });
    }
    if request.lines.is_empty() {
        return Err(Denial::EmptyOrder);
    }
    Ok(())
}

fn order_line(
    sale: Sale<'_>,
    request: &OrderRequest,
    line: LineId,
    quantity: Qty,
    rank: i64,
) -> Result<OrderLine, Denial> {
    let line = sale.publication.line(line)?;
    let product = sale.register.product(line.product)?;
    if quantity <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    // Surplus is what is left: it may be half a crate.
    if request.channel != Channel::Surplus {
        check_packs(line, quantity)?;
    }
    let (price, price_origin) = price_for(sale, request.buyer, line, request.day)?;
    Ok(OrderLine {
        rank,
        line: line.id,
        product: line.product,
        name: product.name.clone(),
        labels: line.labels,
        policy: line.policy,
        unit: product.unit,
        pack: line.pack,
        quantity,
        price,
        price_origin,
        vat: line.vat,
    })
}

/// The number of the order itself, else the buyer's own; the buyer's service code.
fn references(register: &Register, request: &OrderRequest) -> References {
    let known = register.buyers.get(&request.buyer).map(Buyer::references).unwrap_or_default();
    match request.commitment_number.is_empty() {
        true => known,
        false => References { commitment_number: request.commitment_number.clone(), ..known },
    }
}

fn check_references(
    register: &Register,
    request: &OrderRequest,
    references: &References,
) -> Vec<Denial> {
    // Nobody is there to be asked: what is missing is told before the invoice is posted.
    if matches!(request.channel, Channel::Standing | Channel::Surplus) {
        return Vec::new();
    }
    let buyer = register.buyers.get(&request.buyer);
    buyer.map_or(Vec::new(), |buyer| treasury::missing(buyer, references))
}

/// Whole packs, unless the line is sold by the weight found.
fn check_packs(line: &MercurialeLine, asked: Qty) -> Result<(), Denial> {
    let pack = line.pack.size;
    if line.pack.weighed || asked.is_multiple_of(pack) {
        return Ok(());
    }
    let below = asked.floor_to(pack);
    Err(Denial::NotWholePacks { line: line.id, asked, pack, below, above: below.plus(pack) })
}

fn check_total(register: &Register, request: &OrderRequest, lines: &[OrderLine]) -> Option<Denial> {
    // A standing order was agreed as it is, and surplus is sold as it comes.
    if matches!(request.channel, Channel::Standing | Channel::Surplus) {
        return None;
    }
    below_minimum(register, Cents::total(lines.iter().map(OrderLine::net)))
}

fn below_minimum(register: &Register, total: Cents) -> Option<Denial> {
    let minimum = register.hub.minimum_order;
    (total < minimum).then(|| Denial::BelowMinimum {
        total,
        minimum,
        missing: minimum.minus(total),
    })
}

fn check_ceilings(
    register: &Register,
    lines: &[OrderLine],
    spent: &BTreeMap<ContractId, Cents>,
) -> Vec<Denial> {
    let asked = called_off(lines);
    let over = asked.into_iter().filter_map(|(contract, asked)| {
        let ceiling = register.contracts.iter().find(|known| known.id == contract)?.ceiling?;
        let left = ceiling.minus(spent.get(&contract).copied().unwrap_or(Cents::ZERO));
        (asked > left).then_some(Denial::CeilingReached { contract, asked, left })
    });
    over.collect()
}

/// What these lines call off from each contract, without VAT.
pub fn called_off(lines: &[OrderLine]) -> BTreeMap<ContractId, Cents> {
    let mut sums = BTreeMap::new();
    for line in lines {
        if let PriceOrigin::Contract(contract) = line.price_origin {
            let sum = sums.entry(contract).or_insert(Cents::ZERO);
            *sum = sum.plus(line.net());
        }
    }
    sums
}

impl OrderLine {
    /// The line's amount as ordered, without VAT.
    pub fn net(&self) -> Cents {
        amount(self.quantity, self.price)
    }
}

impl Order {
    /// The id of the line at `rank`.
    pub fn line_id(&self, rank: i64) -> OrderLineId {
        OrderLineId { order: self.id, rank }
    }

    /// The amount as first ordered, without VAT.
    pub fn net(&self) -> Cents {
        Cents::total(self.lines.iter().map(OrderLine::net))
    }
}

/// Changes the quantity of one order line before the cut-off; zero takes the line out.
///
/// An order that shrinks below the minimum is refused, an order that is emptied is not.
pub fn amend(
    week: &Week,
    line: OrderLineId,
    quantity: Qty,
    stamp: Stamp,
) -> Result<Amendment, Denial> {
    let (order, order_line) = week.order_line(line)?;
    let sale = week.sale()?;
    week.check_open(order.day, stamp.at)?;
    let sale_line = sale.publication.line(order_line.line)?;
    if quantity < Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    check_packs(sale_line, quantity)?;
    let before = week.ordered(line);
    if quantity > before {
        let left = week.left(sale_line.id, order.day);
        let more = quantity.minus(before);
        if more > left {
            return Err(Denial::SoldOut { line: sale_line.id, asked: more, left });
        }
    }
    let others = order.lines.iter().filter(|other| other.rank != line.rank);
    let total = Cents::total(
        others
            .map(|other| amount(week.ordered(order.line_id(other.rank)), other.price))
            .chain([amount(quantity, order_line.price)]),
    );
    if !total.is_zero()
        && quantity < before
        && let Some(denial) = below_minimum(sale.register, total)
    {
        return Err(denial);
    }
    Ok(Amendment { id: AmendmentId(week.amendments().len() as i64 + 1), line, quantity, stamp })
}

/// What a change of one order line to `quantity` calls off its contract beyond what it does now;
/// negative when the line shrinks, `None` when its price is of no contract.
pub fn called_off_more(
    week: &Week,
    line: OrderLineId,
    quantity: Qty,
) -> Result<Option<(ContractId, Cents)>, Denial> {
    let (_, order_line) = week.order_line(line)?;
    let PriceOrigin::Contract(contract) = order_line.price_origin else { return Ok(None) };
    let before = amount(week.ordered(line), order_line.price);
    Ok(Some((contract, amount(quantity, order_line.price).minus(before))))
}

/// Ends order taking for `day`. Closing a day that is closed changes nothing: `None`.
pub fn close(week: &Week, day: Day, stamp: Stamp) -> Result<Option<Closing>, Denial> {
    let publication = week.publication().ok_or(Denial::NotPublished)?;
    publication.sale_day(day)?;
    if week.closing(day).is_some() {
        return Ok(None);
    }
    Ok(Some(Closing { day, stamp }))
}

/// The orders that standing orders make for a published week, in whole packs of what is on sale.
/// What is not on the list, or not on that day, is passed over.
pub fn standing_requests(sale: Sale<'_>) -> Vec<OrderRequest> {
    let mut requests: BTreeMap<(BuyerId, SiteId, Day), Vec<(LineId, Qty)>> = BTreeMap::new();
    let served = |sale_day: &SaleDay| (sale_day.day, sale.register.weekday_served(sale_day.day));
    let days: Vec<(Day, Weekday)> = sale.publication.days.iter().map(served).collect();
    for standing in &sale.register.standing_orders {
        let on_day = |(day, weekday): &&(Day, Weekday)| {
            *weekday == standing.weekday
                && standing.from <= *day
                && standing.to.is_none_or(|to| *day <= to)
        };
        let Some(&(day, _)) = days.iter().find(on_day) else { continue };
        let found = sale.publication.find(standing.product, standing.labels, None);
        let Some(line) = found else { continue };
        let size = if line.pack.weighed { Qty::new(1) } else { line.pack.size };
        let quantity = standing.quantity.floor_to(size);
        if quantity.is_zero() || sale.publication.offered(line.id, day).is_zero() {
            continue;
        }
        let lines = requests.entry((standing.buyer, standing.site, day)).or_default();
        match lines.iter_mut().find(|known| known.0 == line.id) {
            Some(known) => known.1 = known.1.plus(quantity),
            None => lines.push((line.id, quantity)),
        }
    }
    requests
        .into_iter()
        .map(|((buyer, site, day), lines)| OrderRequest {
            buyer,
            site,
            day,
            channel: Channel::Standing,
            commitment_number: String::new(),
            lines,
        })
        .collect()
}
