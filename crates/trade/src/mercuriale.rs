//! Step 3, mercuriale: the week's price list, built from offers, priced by rule, then frozen.

use std::collections::BTreeMap;

use crate::calendar::{Day, Instant};
use crate::catalog::{Label, Labels, Pack, alphabetical};
use crate::denial::Denial;
use crate::id::{LineId, OfferId, ProducerId, ProductId};
use crate::offers::{Offer, Stamp};
use crate::unit::{Price, Qty, Rate, rate_between, round_div};
use crate::week::Week;

pub mod sheet;

/// Whose goods a line sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinePolicy {
    /// One farm price that all joined farms accept.
    Pooled,
    /// One farm, by name.
    Named(ProducerId),
}

/// A line of the price list. Frozen with the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MercurialeLine {
    pub id: LineId,
    pub product: ProductId,
    pub labels: Labels,
    pub policy: LinePolicy,
    pub pack: Pack,
    /// What the farms of this line are paid for one unit.
    pub cost: Price,
    /// What buyers without contract or rule of their own pay for one unit.
    pub sale: Price,
    pub vat: Rate,
    /// What wholesalers pay farms for the same goods, when quoted.
    pub quote: Option<Price>,
}

impl MercurialeLine {
    /// The most of `quantity` that can be ordered: whole packs, unless sold by weight found.
    pub fn whole_packs(&self, quantity: Qty) -> Qty {
        sellable(quantity, self.pack)
    }
}

/// How much of a line can be sold for one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    pub line: LineId,
    pub day: Day,
    pub offered: Qty,
}

/// A delivery day of the publication, with the instant after which it takes no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaleDay {
    pub day: Day,
    pub cutoff_at: Instant,
}

/// The price list as sent to buyers. Never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    pub stamp: Stamp,
    pub days: Vec<SaleDay>,
    pub lines: Vec<MercurialeLine>,
    pub availability: Vec<Availability>,
}

impl Publication {
    pub fn line(&self, id: LineId) -> Result<&MercurialeLine, Denial> {
        let at = usize::try_from(id.0 - 1).ok();
        at.and_then(|at| self.lines.get(at)).ok_or(Denial::UnknownLine { line: id })
    }

    pub fn sale_day(&self, day: Day) -> Result<&SaleDay, Denial> {
        self.days.iter().find(|sale| sale.day == day).ok_or(Denial::DayNotOnSale { day })
    }

    pub fn offered(&self, line: LineId, day: Day) -> Qty {
        let found = self.availability.iter().find(|row| row.line == line && row.day == day);
        found.map_or(Qty::ZERO, |row| row.offered)
    }

    /// The line that sells these goods; a farm's own line only when it is asked for by name.
    pub fn find(
        &self,
        product: ProductId,
        labels: Labels,
        producer: Option<ProducerId>,
    ) -> Option<&MercurialeLine> {
        let policy = producer.map_or(LinePolicy::Pooled, LinePolicy::Named);
        let same = |line: &&MercurialeLine| line.product == product && line.labels == labels;
        let mut lines = self.lines.iter().filter(same);
        lines.clone().find(|line| line.policy == policy).or_else(|| lines.next())
    }
}

/// A sale price that the coordinator sets by hand for one line, before publication; `None` goes
/// back to the price by rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceSetting {
    pub product: ProductId,
    pub labels: Labels,
    pub policy: LinePolicy,
    pub sale: Option<Price>,
    pub stamp: Stamp,
}

/// The price list as it is prepared: on what farms have said, and on what was carried over and may
/// be said again. In order of family, product, labels, policy.
pub fn draft(week: &Week) -> Result<Vec<MercurialeLine>, Denial> {
    lines_of(week, week.foreseen_offers())
}

fn lines_of<'week>(
    week: &'week Week,
    offers: impl Iterator<Item = &'week Offer>,
) -> Result<Vec<MercurialeLine>, Denial> {
    let mut groups: BTreeMap<(ProductId, Labels), Vec<&Offer>> = BTreeMap::new();
    for offer in offers.filter(|offer| !offer.quantity.is_zero()) {
        groups.entry((offer.product, offer.labels)).or_default().push(offer);
    }
    let mut lines = Vec::new();
    for ((product, labels), offers) in groups {
        for (policy, cost) in split_policies(week, &offers) {
            lines.push(price_line(week, product, labels, policy, cost)?);
        }
    }
    let register = week.register();
    lines.sort_by_key(|line| {
        let product = register.products.get(&line.product);
        let name = product.map(|product| (product.family, alphabetical(&product.name)));
        (name, line.product, line.labels, line.policy)
    });
    for (at, line) in lines.iter_mut().enumerate() {
        line.id = LineId(at as i64 + 1);
    }
    Ok(lines)
}

/// One pooled line for the farms that ask about the same, one named line for each dearer farm.
fn split_policies(week: &Week, offers: &[&Offer]) -> Vec<(LinePolicy, Price)> {
    let mut asked: BTreeMap<ProducerId, Price> = BTreeMap::new();
    for offer in offers {
        let price = asked.entry(offer.producer).or_insert(offer.price);
        *price = (*price).max(offer.price);
    }
    let lowest = asked.values().copied().min().unwrap_or(Price::ZERO);
    let limit = pool_limit(lowest, week.register().hub.pool_spread);
    let pooled = asked.values().copied().filter(|&price| price <= limit).max();
    let named = asked.iter().filter(|&(_, &price)| price > limit);
    pooled
        .map(|price| (LinePolicy::Pooled, price))
        .into_iter()
        .chain(named.map(|(&producer, &price)| (LinePolicy::Named(producer), price)))
        .collect()
}

/// The highest price that may join a pool whose lowest price is `lowest`.
fn pool_limit(lowest: Price, spread: Rate) -> Price {
    let factor = 10_000 + i128::from(spread.get());
    Price::new(round_div(i128::from(lowest.get()) * factor, 10_000))
}

fn price_line(
    week: &Week,
    product: ProductId,
    labels: Labels,
    policy: LinePolicy,
    cost: Price,
) -> Result<MercurialeLine, Denial> {
    let register = week.register();
    let article = register.product(product)?;
    let monday = week.week().monday();
    let by_rule = register.sale_price(product, cost, None, monday)?;
    let vat = register.vat.rate(article.vat, monday);
    Ok(MercurialeLine {
        id: LineId(0),
        product,
        labels,
        policy,
        pack: article.pack,
        cost,
        sale: week.price_setting(product, labels, policy).unwrap_or(by_rule),
        vat: vat.ok_or(Denial::NoVatRate { product, day: monday })?,
        quote: register
            .quote(product, labels.has(Label::Organic), week.week())
            .map(|quote| quote.price),
    })
}

/// Sets the sale price of one line by hand; below cost is refused, since the hub has no purse
/// from which to pay the difference. `None` takes the price by rule again.
pub fn set_price(
    week: &Week,
    line: &MercurialeLine,
    sale: Option<Price>,
    stamp: Stamp,
) -> Result<PriceSetting, Denial> {
    if let Some(publication) = week.publication() {
        return Err(Denial::AlreadyPublished { at: publication.stamp.at });
    }
    if let Some(sale) = sale.filter(|&sale| sale < line.cost) {
        return Err(Denial::SaleBelowCost { sale, cost: line.cost });
    }
    let MercurialeLine { product, labels, policy, .. } = *line;
    Ok(PriceSetting { product, labels, policy, sale, stamp })
}

/// True when a line of the draft sells something that no farm has said yet.
pub fn is_to_confirm(week: &Week, line: &MercurialeLine) -> bool {
    week.carried_offers().any(|offer| joins(offer, line))
}

/// Sale prices set by hand in `before`, for lines of the draft that follow the rule: as long as
/// they are not below what the farm is paid now.
pub fn carry_prices(
    before: &Week,
    week: &Week,
    stamp: &Stamp,
) -> Result<Vec<PriceSetting>, Denial> {
    let mut settings = Vec::new();
    for line in draft(week)? {
        let MercurialeLine { product, labels, policy, cost, .. } = line;
        let own = |of: &Week| of.price_setting(product, labels, policy);
        let sale = own(before).filter(|&sale| sale >= cost && own(week).is_none());
        if let Some(sale) = sale {
            settings.push(set_price(week, &line, Some(sale), stamp.clone())?);
        }
    }
    Ok(settings)
}

/// Freezes the price list, with what farms have said: what was carried over and nobody has said
/// is not on it. `cutoffs`: one instant for each delivery day of the week.
pub fn publish(week: &Week, cutoffs: &[SaleDay], stamp: Stamp) -> Result<Publication, Denial> {
    if let Some(publication) = week.publication() {
        return Err(Denial::AlreadyPublished { at: publication.stamp.at });
    }
    let lines = lines_of(week, week.current_offers())?;
    if lines.is_empty() {
        return Err(Denial::NothingOffered);
    }
    let mut days = Vec::new();
    for day in week.register().delivery_days(week.week()) {
        let cutoff = cutoffs.iter().find(|sale| sale.day == day);
        days.push(*cutoff.ok_or(Denial::CutoffMissing { day })?);
    }
    for line in &lines {
        // A farm may have raised its price since the sale price was set by hand.
        let by_hand = week.price_setting(line.product, line.labels, line.policy);
        if by_hand.is_some_and(|sale| sale < line.cost) {
            return Err(Denial::SaleBelowCost { sale: line.sale, cost: line.cost });
        }
    }
    let on_days = |line| days.iter().map(move |sale: &SaleDay| (line, sale.day));
    let availability = lines
        .iter()
        .flat_map(on_days)
        .map(|(line, day)| availability(week, &lines, line, day))
        .filter(|row| !row.offered.is_zero())
        .collect();
    Ok(Publication { stamp, days, lines, availability })
}

/// Each offer is sold under one line, the first that it joins: pooled lines stand before named
/// ones, so that a farm cheap on one day and dear on another is not sold twice.
fn availability(
    week: &Week,
    lines: &[MercurialeLine],
    line: &MercurialeLine,
    day: Day,
) -> Availability {
    let sold_under = |offer: &Offer| lines.iter().find(|line| joins(offer, line));
    let offers = week.current_offers().filter(|offer| {
        offer.day == day
            && joins(offer, line)
            && sold_under(offer).is_some_and(|own| own.id == line.id)
    });
    let offered = Qty::total(offers.map(|offer| sellable(offer.quantity, line.pack)));
    Availability { line: line.id, day, offered }
}

/// True when the goods of `offer` are sold under `line`: same goods, a price that the line pays,
/// and the farm's own line when the line is named.
pub fn joins(offer: &Offer, line: &MercurialeLine) -> bool {
    let policy_fits = match line.policy {
        LinePolicy::Pooled => true,
        LinePolicy::Named(producer) => offer.producer == producer,
    };
    policy_fits
        && offer.product == line.product
        && offer.labels == line.labels
        && offer.price <= line.cost
}

/// What of an offer can be sold: whole packs, unless the goods are sold by weight found.
pub(crate) fn sellable(quantity: Qty, pack: Pack) -> Qty {
    if pack.weighed { quantity } else { quantity.floor_to(pack.size) }
}

/// The offers that a line draws on, dearest first to tell who sets the price.
pub fn joined_offers<'week>(
    week: &'week Week,
    line: &'week MercurialeLine,
) -> impl Iterator<Item = OfferId> + 'week {
    let is_open = week.publication().is_none();
    let carried = week.carried_offers().filter(move |_| is_open);
    let known = week.current_offers().chain(carried);
    known.filter(move |offer| joins(offer, line)).map(|offer| offer.id)
}

/// Where the price of one sale unit goes, and how it stands beside the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceParts {
    pub farm: Price,
    pub hub: Price,
    pub sale: Price,
    pub vat: Price,
    pub with_vat: Price,
    /// The hub's part on cost (*taux de marge*) and of the sale price (*taux de marque*).
    pub markup: Option<Rate>,
    pub margin: Option<Rate>,
    pub quote: Option<Price>,
    /// How much more than the quotation the farm is paid.
    pub gain: Option<Rate>,
    /// The gain is below the hub's goal.
    pub below_goal: bool,
}

/// Explains a price: what a buyer pays at `sale`, of which the farm has `cost`.
pub fn explain(week: &Week, line: &MercurialeLine, sale: Price) -> PriceParts {
    let hub = sale.minus(line.cost);
    let vat = Price::new(round_div(i128::from(sale.get()) * i128::from(line.vat.get()), 10_000));
    let gain =
        line.quote.and_then(|quote| rate_between(line.cost.get() - quote.get(), quote.get()));
    PriceParts {
        farm: line.cost,
        hub,
        sale,
        vat,
        with_vat: sale.plus(vat),
        markup: rate_between(hub.get(), line.cost.get()),
        margin: rate_between(hub.get(), sale.get()),
        quote: line.quote,
        gain,
        below_goal: gain.is_some_and(|gain| gain < week.register().hub.income_goal),
    }
}

/// How a line stands against last week's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    New,
    Up { before: Price },
    Down { before: Price },
    Same,
}

/// What changed since last week's list: one change per line of `now`, and the lines gone.
pub fn difference<'list>(
    before: &'list [MercurialeLine],
    now: &[MercurialeLine],
) -> (Vec<Change>, Vec<&'list MercurialeLine>) {
    let key = |line: &MercurialeLine| (line.product, line.labels, line.policy);
    let old: BTreeMap<_, _> = before.iter().map(|line| (key(line), line)).collect();
    let current: BTreeMap<_, _> = now.iter().map(|line| (key(line), line)).collect();
    let changes = now.iter().map(|line| match old.get(&key(line)) {
        None => Change::New,
        Some(old) if line.sale > old.sale => Change::Up { before: old.sale },
        Some(old) if line.sale < old.sale => Change::Down { before: old.sale },
        Some(_) => Change::Same,
    });
    let gone = before.iter().filter(|line| !current.contains_key(&key(line)));
    (changes.collect(), gone.collect())
}
