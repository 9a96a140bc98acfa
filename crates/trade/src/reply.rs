//! What a farm's reply by mail may do. It does all of what it says, or nothing: where it can be
//! meant in two ways, or the rules refuse a part of it, a person reads it.

use crate::calendar::{Day, Weekday};
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::id::{PlanId, ProducerId, ProductId, PurchaseLineId};
use crate::offers::{Offer, OfferRequest, Stamp, announce};
use crate::sourcing::PurchaseLine;
use crate::unit::{Price, Qty};
use crate::week::Week;

/// What a farm says, once its words are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FarmReply {
    /// "ok".
    Yes,
    /// "as last week".
    AsBefore,
    /// "nothing this week".
    Nothing,
    Goods(Vec<ReplyLine>),
}

/// Goods of a reply. What it leaves out (`None`) has to follow from what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyLine {
    pub product: ProductId,
    pub labels: Labels,
    pub quantity: Qty,
    pub price: Option<Price>,
    pub weekday: Option<Weekday>,
}

/// Why a reply does nothing and a person has to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyDoubt {
    /// It answers another question than the letter asked.
    OtherQuestion,
    /// The farm has said something else this week: which holds?
    SaidBefore,
    /// Nothing was offered the weeks before that could be offered again.
    NothingBefore,
    /// On which day these goods come does not follow.
    WhichDay {
        product: ProductId,
    },
    WhichPrice {
        product: ProductId,
    },
    /// The same goods twice.
    Twice {
        product: ProductId,
    },
    /// Orders for the day have ended.
    DayClosed {
        day: Day,
    },
    /// Goods that were not ordered.
    NotOrdered {
        product: ProductId,
    },
    /// More than was ordered, or another price.
    OtherThanOrdered {
        product: ProductId,
    },
    /// A part of the order is not spoken of.
    PartOfOrder,
    /// The order is received, or was answered otherwise.
    Settled,
    Denied(Denial),
}

/// The offers that a reply to "what can you bring?" makes. `before`: what the farm offered the last
/// time. Empty when all of it is known already, or when nothing comes.
pub fn offers_of(
    week: &Week,
    farm: ProducerId,
    before: &[Offer],
    reply: &FarmReply,
) -> Result<Vec<OfferRequest>, ReplyDoubt> {
    let asked = match reply {
        FarmReply::Yes => return Err(ReplyDoubt::OtherQuestion),
        FarmReply::Nothing => return nothing(week, farm),
        FarmReply::AsBefore => as_before(week, before)?,
        FarmReply::Goods(lines) => goods(week, farm, before, lines)?,
    };
    let mut requests: Vec<OfferRequest> = Vec::with_capacity(asked.len());
    for request in asked {
        let OfferRequest { producer, product, labels, day, quantity, price } = request;
        if requests.iter().any(|one| (one.product, one.labels, one.day) == (product, labels, day)) {
            return Err(ReplyDoubt::Twice { product });
        }
        if week.closing(day).is_some() {
            return Err(ReplyDoubt::DayClosed { day });
        }
        let known = week.current_offer((producer, product, labels, day));
        if known.is_some_and(|one| (one.quantity, one.price) == (quantity, price)) {
            continue;
        }
        // "As last week" speaks of no goods: it does not take back what was said of some.
        if known.is_some() && *reply == FarmReply::AsBefore {
            return Err(ReplyDoubt::SaidBefore);
        }
        let stamp = Stamp { at: crate::calendar::Instant(0), by: String::new() };
        announce(week, &request, stamp).map_err(ReplyDoubt::Denied)?;
        requests.push(request);
    }
    Ok(requests)
}

fn nothing(week: &Week, farm: ProducerId) -> Result<Vec<OfferRequest>, ReplyDoubt> {
    let mut own = week.current_offers().filter(|offer| offer.producer == farm);
    match own.any(|offer| !offer.quantity.is_zero()) {
        true => Err(ReplyDoubt::SaidBefore),
        false => Ok(Vec::new()),
    }
}

/// The same goods on the same weekdays.
fn as_before(week: &Week, before: &[Offer]) -> Result<Vec<OfferRequest>, ReplyDoubt> {
    let days = week.register().delivery_days(week.week());
    let again = before.iter().filter_map(|offer| {
        let Offer { producer, product, labels, quantity, price, .. } = *offer;
        let day = *days.iter().find(|day| day.weekday() == offer.day.weekday())?;
        Some(OfferRequest { producer, product, labels, day, quantity, price })
    });
    let again: Vec<OfferRequest> = again.collect();
    if again.is_empty() { Err(ReplyDoubt::NothingBefore) } else { Ok(again) }
}

fn goods(
    week: &Week,
    farm: ProducerId,
    before: &[Offer],
    lines: &[ReplyLine],
) -> Result<Vec<OfferRequest>, ReplyDoubt> {
    let own: Vec<&Offer> =
        week.current_offers().filter(|offer| offer.producer == farm).chain(before).collect();
    let asked = lines.iter().map(|line| {
        let ReplyLine { product, labels, quantity, .. } = *line;
        let of_goods =
            || own.iter().filter(move |one| (one.product, one.labels) == (product, labels));
        let weekdays: Vec<Weekday> = of_goods().map(|offer| offer.day.weekday()).collect();
        let day = day_of(week, line, &weekdays)?;
        let price = line.price.or_else(|| of_goods().next().map(|offer| offer.price));
        let price = price.ok_or(ReplyDoubt::WhichPrice { product })?;
        Ok(OfferRequest { producer: farm, product, labels, day, quantity, price })
    });
    asked.collect()
}

/// The day that is said, the only one there is, or the only one on which these goods came before.
fn day_of(week: &Week, line: &ReplyLine, before: &[Weekday]) -> Result<Day, ReplyDoubt> {
    let days = week.register().delivery_days(week.week());
    let doubt = ReplyDoubt::WhichDay { product: line.product };
    let weekday = match (line.weekday, &days[..], before) {
        (Some(weekday), ..) => weekday,
        (None, [only], _) => only.weekday(),
        (None, _, [first, rest @ ..]) if rest.iter().all(|day| day == first) => *first,
        _ => return Err(doubt),
    };
    days.into_iter().find(|day| day.weekday() == weekday).ok_or(doubt)
}

/// What a reply to a purchase order confirms: every line of it, in full or as far as each is
/// spoken of. Empty when all of it is confirmed already.
pub fn confirmations_of(
    week: &Week,
    farm: ProducerId,
    plan: PlanId,
    reply: &FarmReply,
) -> Result<Vec<(PurchaseLineId, Qty)>, ReplyDoubt> {
    let plan = week.plans().iter().find(|one| one.id == plan).ok_or(ReplyDoubt::Settled)?;
    let lines: Vec<&PurchaseLine> =
        plan.purchases.iter().filter(|line| line.producer == farm).collect();
    let answers = match reply {
        FarmReply::Yes => lines.iter().map(|line| (line.id, line.quantity)).collect(),
        FarmReply::Goods(said) => spoken_of(&lines, said)?,
        FarmReply::AsBefore | FarmReply::Nothing => return Err(ReplyDoubt::OtherQuestion),
    };
    let is_answered =
        |line: PurchaseLineId| week.confirmations().iter().any(|one| one.line == line);
    let is_known = |&(line, quantity): &(PurchaseLineId, Qty)| week.confirmed(line) == quantity;
    if answers.iter().all(|answer| is_answered(answer.0) && is_known(answer)) {
        return Ok(Vec::new());
    }
    let is_settled = |&(line, quantity): &(PurchaseLineId, Qty)| {
        week.receipts_of(line).next().is_some()
            || (is_answered(line) && !is_known(&(line, quantity)))
    };
    match answers.is_empty() || answers.iter().any(is_settled) {
        true => Err(ReplyDoubt::Settled),
        false => Ok(answers),
    }
}

/// Every line of the order once, none above what was ordered.
fn spoken_of(
    lines: &[&PurchaseLine],
    said: &[ReplyLine],
) -> Result<Vec<(PurchaseLineId, Qty)>, ReplyDoubt> {
    let mut answers: Vec<(PurchaseLineId, Qty)> = Vec::with_capacity(lines.len());
    for one in said {
        let product = one.product;
        let mut own =
            lines.iter().filter(|line| (line.product, line.labels) == (product, one.labels));
        let line = own.next().ok_or(ReplyDoubt::NotOrdered { product })?;
        if own.next().is_some() || answers.iter().any(|(known, _)| *known == line.id) {
            return Err(ReplyDoubt::Twice { product });
        }
        let is_other_price = one.price.is_some_and(|price| price != line.price);
        let is_other_day = one.weekday.is_some_and(|day| day != line.day.weekday());
        if one.quantity > line.quantity || is_other_price || is_other_day {
            return Err(ReplyDoubt::OtherThanOrdered { product });
        }
        answers.push((line.id, one.quantity));
    }
    if answers.len() == lines.len() { Ok(answers) } else { Err(ReplyDoubt::PartOfOrder) }
}
