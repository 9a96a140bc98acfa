//! Weeks ahead: what buyers will probably want beside what farms have said, pledged and usually
//! bring. What will be missing, and what will be too much.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Day, IsoWeek};
use crate::catalog::Labels;
use crate::id::{ProducerId, ProductId};
use crate::needs::{Goods, Need};
use crate::pledge;
use crate::register::Register;
use crate::unit::{Cents, Price, Qty, amount, round_div};

/// What a farm said in one week that it could bring, over all days of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastOffer {
    pub week: IsoWeek,
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    pub quantity: Qty,
    /// The highest price that it asked.
    pub price: Price,
}

/// What farms are counted on for, of some goods in a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Offered for that week already.
    pub said: Qty,
    /// Of farms that have pledged and not said anything yet.
    pub pledged: Qty,
    /// What farms without a word for that week have brought lately.
    pub usual: Qty,
}

/// How need and offer meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    Even,
    /// Even with what farms usually bring, the likely need is not met by this much.
    Missing(Qty),
    /// What is said and pledged is more than the highest need by this much.
    TooMuch(Qty),
}

/// Some goods in one week ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekOutlook {
    pub week: IsoWeek,
    pub low: Qty,
    pub likely: Qty,
    pub high: Qty,
    pub expected: Expected,
    pub gap: Gap,
    /// The gap at what farms are paid; zero where no price is known.
    pub worth: Cents,
}

/// A farm that grows some goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grower {
    pub producer: ProducerId,
    /// What it last offered, and in which week; `None` for one that has only pledged.
    pub last: Option<(IsoWeek, Qty)>,
    /// Its pledge for the first of the weeks.
    pub pledged: Qty,
}

/// Some goods over the weeks ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    pub product: ProductId,
    pub labels: Labels,
    /// What farms last asked for a unit.
    pub price: Option<Price>,
    /// One for each week asked for, in order.
    pub weeks: Vec<WeekOutlook>,
    /// Whom to call: who brought the product last, and most, first. Where the goods have labels,
    /// only farms whose certificates prove each of them in one of the weeks; goods with more labels
    /// may be sold with fewer.
    pub growers: Vec<Grower>,
}

/// Weeks in which what a farm brings is looked at.
const LATELY: i32 = 4;
/// A gap below this part of the likely need is within what sourcing evens out.
const SMALL: i64 = 10;

impl Outlook {
    pub fn goods(&self) -> Goods {
        (self.product, self.labels)
    }

    /// Whether something is missing, or too much, in one of the weeks.
    pub fn has_gap(&self) -> bool {
        self.weeks.iter().any(|week| week.gap != Gap::Even)
    }

    /// What is missing in the dearest of such weeks.
    pub fn lack(&self) -> Cents {
        self.dearest(|gap| matches!(gap, Gap::Missing(_)))
    }

    /// What is too much in the dearest of such weeks.
    pub fn excess(&self) -> Cents {
        self.dearest(|gap| matches!(gap, Gap::TooMuch(_)))
    }

    /// The dearest gap of the weeks.
    pub fn worst(&self) -> Cents {
        self.lack().max(self.excess())
    }

    fn dearest(&self, is_it: fn(Gap) -> bool) -> Cents {
        let such = self.weeks.iter().filter(|week| is_it(week.gap));
        such.map(|week| week.worth).max().unwrap_or(Cents::ZERO)
    }
}

/// Sets needs beside offers for `weeks`, the dearest gap first.
///
/// `offers`: what farms said, in past weeks and those ahead; `known`: the last week that is over.
/// A farm's word for a week takes the place of its pledge, and its pledge that of its habit. A week
/// without delivery needs and brings nothing.
pub fn outlook(
    register: &Register,
    needs: &[Need],
    offers: &[PastOffer],
    known: IsoWeek,
    weeks: &[IsoWeek],
) -> Vec<Outlook> {
    let supply: Vec<Supply> =
        weeks.iter().map(|&week| supply(register, offers, known, week)).collect();
    let delivered: Vec<bool> =
        weeks.iter().map(|&week| !register.delivery_days(week).is_empty()).collect();
    let mut of_week: BTreeMap<(Goods, IsoWeek), &Need> = BTreeMap::new();
    of_week.extend(needs.iter().map(|need| (((need.product, need.labels), need.week), need)));
    let mut of_product: BTreeMap<ProductId, Vec<PastOffer>> = BTreeMap::new();
    for offer in offers.iter().filter(|offer| !offer.quantity.is_zero()) {
        of_product.entry(offer.product).or_default().push(*offer);
    }
    let first = weeks.first().copied().unwrap_or(known);
    let pledged = pledge::in_force(&register.pledges, first);
    let mut all: BTreeSet<Goods> = of_week.keys().map(|key| key.0).collect();
    all.extend(supply.iter().flat_map(|week| week.keys()));
    let one = |goods: Goods| {
        let offers = of_product.get(&goods.0).map_or(&[][..], Vec::as_slice);
        let price = price(register, offers, goods, known);
        let week = |(at, &week): (usize, &IsoWeek)| {
            let need = of_week.get(&(goods, week)).filter(|_| delivered[at]);
            let expected = supply[at].get(&goods).copied().unwrap_or_default();
            week_outlook(week, need.copied(), expected, price)
        };
        Outlook {
            product: goods.0,
            labels: goods.1,
            price,
            weeks: weeks.iter().enumerate().map(week).collect(),
            growers: growers(offers, &pledged, goods.0, proves(register, goods, weeks)),
        }
    };
    let mut found: Vec<Outlook> = all.into_iter().map(one).collect();
    found.sort_by_key(|one| (Reverse(one.worst()), one.product, one.labels));
    found
}

type Supply = BTreeMap<Goods, Expected>;

fn supply(register: &Register, offers: &[PastOffer], known: IsoWeek, week: IsoWeek) -> Supply {
    let mut supply = Supply::new();
    if register.delivery_days(week).is_empty() {
        return supply;
    }
    let mut heard: BTreeSet<(ProducerId, Goods)> = BTreeSet::new();
    for offer in offers.iter().filter(|offer| offer.week == week) {
        heard.insert((offer.producer, offer.goods()));
        let sum = &mut supply.entry(offer.goods()).or_default().said;
        *sum = sum.plus(offer.quantity);
    }
    for ((producer, goods), weekly) in pledge::in_force(&register.pledges, week) {
        if heard.insert((producer, goods)) {
            let sum = &mut supply.entry(goods).or_default().pledged;
            *sum = sum.plus(weekly);
        }
    }
    for ((producer, goods), quantity) in usual(register, offers, known, week) {
        if !heard.contains(&(producer, goods)) {
            let sum = &mut supply.entry(goods).or_default().usual;
            *sum = sum.plus(quantity);
        }
    }
    supply
}

/// What each farm brought in the mean of the last weeks that were delivered, of goods that are in
/// season in `week`; for the days of it on which they are.
fn usual(
    register: &Register,
    offers: &[PastOffer],
    known: IsoWeek,
    week: IsoWeek,
) -> BTreeMap<(ProducerId, Goods), Qty> {
    // A hub that has just begun is not judged by the weeks before.
    let first = offers.iter().map(|offer| offer.week).min().unwrap_or(known);
    let lately = std::iter::successors(Some(known), |week| Some(week.previous()));
    let lately: Vec<IsoWeek> = lately
        .take_while(|&week| week >= first)
        .filter(|&week| !register.delivery_days(week).is_empty())
        .take(LATELY as usize)
        .collect();
    let mut sums: BTreeMap<(ProducerId, Goods), Qty> = BTreeMap::new();
    for offer in offers.iter().filter(|offer| lately.contains(&offer.week)) {
        let sum = sums.entry((offer.producer, offer.goods())).or_default();
        *sum = sum.plus(offer.quantity);
    }
    let count = lately.len().max(1) as i128;
    for ((_, (product, _)), sum) in &mut sums {
        let (now, then) =
            (in_season(register, *product, known), in_season(register, *product, week));
        // What is brought out of its months goes on.
        let days = if now == 0 { 5 } else { then };
        *sum = Qty::new(round_div(i128::from(sum.get()) * days, count * 5));
    }
    sums
}

/// Days of a week, Monday to Friday, on which a product is in season.
fn in_season(register: &Register, product: ProductId, week: IsoWeek) -> i128 {
    let Some(known) = register.products.get(&product) else { return 5 };
    let monday = week.monday();
    (0..5).filter(|&rank| known.season.has(monday.plus_days(rank))).count() as i128
}

fn week_outlook(
    week: IsoWeek,
    need: Option<&Need>,
    expected: Expected,
    price: Option<Price>,
) -> WeekOutlook {
    let (low, likely, high) =
        need.map_or((Qty::ZERO, Qty::ZERO, Qty::ZERO), |need| (need.low, need.likely, need.high));
    let gap = gap(likely, high, expected);
    let worth = match (gap, price) {
        (Gap::Missing(quantity) | Gap::TooMuch(quantity), Some(price)) => amount(quantity, price),
        _ => Cents::ZERO,
    };
    WeekOutlook { week, low, likely, high, expected, gap, worth }
}

fn gap(likely: Qty, high: Qty, expected: Expected) -> Gap {
    let sure = expected.said.plus(expected.pledged);
    let all = sure.plus(expected.usual);
    let small = likely.get() / SMALL;
    if likely.get() - all.get() > small {
        Gap::Missing(likely.minus(all))
    } else if sure.get() - high.get() > small {
        Gap::TooMuch(sure.minus(high))
    } else {
        Gap::Even
    }
}

/// What farms asked in the latest week in which somebody offered the goods, the highest; else what
/// wholesalers pay.
fn price(register: &Register, offers: &[PastOffer], goods: Goods, known: IsoWeek) -> Option<Price> {
    let own = offers.iter().filter(|offer| offer.goods() == goods);
    let said = own.map(|offer| (offer.week, offer.price)).max().map(|(_, price)| price);
    let organic = goods.1.has(crate::catalog::Label::Organic);
    said.or_else(|| register.quote(goods.0, organic, known).map(|quote| quote.price))
}

/// Whether a farm can prove the labels of some goods in one of the weeks.
fn proves(
    register: &Register,
    (product, labels): Goods,
    weeks: &[IsoWeek],
) -> impl Fn(ProducerId) -> bool {
    move |producer| {
        let proven = |day: Day| register.prove_labels(producer, product, labels, day).is_ok();
        labels.is_empty() || weeks.iter().any(|week| proven(week.monday()))
    }
}

/// `offers`: those of the product.
fn growers(
    offers: &[PastOffer],
    pledged: &BTreeMap<(ProducerId, Goods), Qty>,
    product: ProductId,
    may_serve: impl Fn(ProducerId) -> bool,
) -> Vec<Grower> {
    let mut found: BTreeMap<ProducerId, Grower> = BTreeMap::new();
    let empty = |producer| Grower { producer, last: None, pledged: Qty::ZERO };
    for offer in offers {
        let grower = found.entry(offer.producer).or_insert_with(|| empty(offer.producer));
        let (week, quantity) = grower.last.unwrap_or((offer.week, Qty::ZERO));
        grower.last = match offer.week.cmp(&week) {
            Ordering::Less => grower.last,
            Ordering::Equal => Some((week, quantity.plus(offer.quantity))),
            Ordering::Greater => Some((offer.week, offer.quantity)),
        };
    }
    for (&(producer, _), weekly) in pledged.iter().filter(|(key, _)| key.1.0 == product) {
        if !weekly.is_zero() {
            let grower = found.entry(producer).or_insert_with(|| empty(producer));
            grower.pledged = grower.pledged.plus(*weekly);
        }
    }
    let mut growers: Vec<Grower> =
        found.into_values().filter(|one| may_serve(one.producer)).collect();
    growers.sort_by_key(|one| (Reverse(one.last), Reverse(one.pledged), one.producer));
    growers
}

impl PastOffer {
    pub fn goods(&self) -> Goods {
        (self.product, self.labels)
    }
}
