//! Acts of the desk, from the first offer to the confirmed purchase.
//!
//! ```text
//! at mon 12:00:01                         the clock says
//! offer garrigues carrot tue 40 at 1,20   a farm offers
//! next week                               a new week begins over what the last one offered
//! carry                                   what was offered then, but not by those who are heard
//! hold garrigues                          a farm says that what was carried over holds
//! take back garrigues
//! price carrot 1,70                       the coordinator sets a sale price by hand
//! publish
//! order moulin tue: carrot 60, leek 10    options site= commitment= by=phone
//! take standing                           standing orders that were not taken yet
//! amend 1.1 40
//! close tue
//! plan tue: 1.1 garrigues 35, 1.1 vidourle 25
//! plan tue                                first farm that has some, in whole packs
//! confirm p1 30
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trade::calendar::Day;
use trade::calendar::deliveries::Delivery;
use trade::id::{BuyerId, OfferId, OrderId, OrderLineId, ProducerId, PurchaseLineId, SiteId};
use trade::mercuriale::{self, LinePolicy, SaleDay};
use trade::offers::{self, Carry, Offer, OfferRequest};
use trade::orders::{self, Channel, OrderRequest};
use trade::party::Place;
use trade::sourcing::{
    self, Allotment, Cause, Reason, Report, Shortfall, SourcingPlan, SourcingRules, SourcingTask,
    Supply, Want,
};
use trade::unit::{Cents, Qty};
use trade::{Denial, Fact, Week};

use crate::script::{Acted, said};
use crate::words::{at_moment, day, goods, instant, numbered, order_line, price, qty, qty_word};
use crate::world::{World, items, option};

type Done<T> = Result<T, Vec<Denial>>;

pub fn one(denial: Denial) -> Vec<Denial> {
    vec![denial]
}

pub fn act(world: &mut World, words: &[&str]) -> Option<Acted> {
    Some(match words {
        ["at", on, time] => {
            world.now = instant(day(on), time);
            said("ok")
        }
        ["offer", rest @ ..] => offer(world, rest),
        ["next", "week"] => next_week(world),
        ["carry"] => carry(world),
        ["hold", farm] => hold(world, farm),
        ["take", "back", farm] => take_back(world, farm),
        ["price", what, sale] => set_price(world, what, sale),
        ["publish"] => publish(world),
        ["order", rest @ ..] => order(world, rest),
        ["take", "standing"] => take_standing(world),
        ["amend", line, quantity] => amend(world, line, quantity),
        ["close", on] => close(world, on),
        ["plan", rest @ ..] => plan(world, rest),
        ["except", on, rest @ ..] => crate::calendar::except(world, on, rest),
        ["rhythm", from, rest @ ..] => crate::calendar::rhythm(world, from, rest),
        ["set", "rule", rest @ ..] => crate::calendar::rule(world, rest),
        ["confirm", line, quantity] => confirm(world, line, quantity),
        _ => return None,
    })
}

fn offer(world: &mut World, words: &[&str]) -> Acted {
    let [farm, what, on, quantity, "at", asked] = words else { panic!("offer: {words:?}") };
    let (product, labels, _) = goods(what);
    let request = OfferRequest {
        producer: ProducerId::parse(farm).expect("a producer"),
        product,
        labels,
        day: day(on),
        quantity: qty(quantity),
        price: price(asked),
    };
    let offer = offers::announce(&world.week, &request, world.stamp()).map_err(one)?;
    let answer = format!("offer {}", offer.id);
    world.apply(offer);
    said(answer)
}

/// The days of the scenario's words are those of the new week: it is the old one that is moved.
fn next_week(world: &mut World) -> Acted {
    let week = world.week.week();
    let mut before = Week::new(week.previous(), Arc::new(world.register.clone()));
    for fact in &world.facts {
        if let Fact::Offered(offer) = fact {
            before.apply(Offer { day: offer.day.plus_days(-7), ..offer.clone() }.into());
        } else if let Fact::Priced(_) = fact {
            before.apply(fact.clone());
        }
    }
    world.facts.clear();
    world.before = Some(before);
    world.week = Week::new(week, Arc::new(world.register.clone()));
    said("ok")
}

fn carry(world: &mut World) -> Acted {
    let before = world.before.take().expect("a week before");
    let carry = offers::carry(&before, &world.week, &BTreeSet::new(), &world.stamp());
    let Carry { offers, left_out } = carry.map_err(one)?;
    let mut answer = format!("{} offers", offers.len());
    for offer in offers {
        world.apply(offer);
    }
    let prices = mercuriale::carry_prices(&before, &world.week, &world.stamp()).map_err(one)?;
    if !prices.is_empty() {
        answer.push_str(&format!(", {} prices", prices.len()));
    }
    for price in prices {
        world.apply(price);
    }
    for (request, denial) in left_out {
        let why = crate::words::told(&denial);
        answer.push_str(&format!(", not {} {}: {why}", request.producer, request.product));
    }
    world.before = Some(before);
    said(answer)
}

fn hold(world: &mut World, farm: &str) -> Acted {
    let requests = offers::hold(&world.week, ProducerId::parse(farm).expect("a producer"));
    for request in &requests {
        let offer = offers::announce(&world.week, request, world.stamp()).map_err(one)?;
        world.apply(offer);
    }
    said(format!("{} offers", requests.len()))
}

fn take_back(world: &mut World, farm: &str) -> Acted {
    let farm = ProducerId::parse(farm).expect("a producer");
    let offers = offers::take_back(&world.week, Some(farm), &world.stamp());
    let answer = format!("{} offers", offers.len());
    for offer in offers {
        world.apply(offer);
    }
    said(answer)
}

fn set_price(world: &mut World, what: &str, sale: &str) -> Acted {
    let (product, labels, producer) = goods(what);
    let policy = producer.map_or(LinePolicy::Pooled, LinePolicy::Named);
    let lines = mercuriale::draft(&world.week).map_err(one)?;
    let line = lines
        .iter()
        .find(|line| (line.product, line.labels, line.policy) == (product, labels, policy))
        .unwrap_or_else(|| panic!("not on the list: {what}"));
    let set =
        mercuriale::set_price(&world.week, line, Some(price(sale)), world.stamp()).map_err(one)?;
    world.apply(set);
    said("ok")
}

/// As the rhythm and the calendar of the cast's hub have it.
pub fn cutoffs(world: &World) -> Vec<SaleDay> {
    let days = world.register.deliveries(world.week.week()).days;
    let cutoff = |one: &Delivery| SaleDay { day: one.day, cutoff_at: at_moment(one.cutoff) };
    days.iter().map(cutoff).collect()
}

fn publish(world: &mut World) -> Acted {
    let made = mercuriale::publish(&world.week, &cutoffs(world), world.stamp()).map_err(one)?;
    let answer = format!("{} lines", made.lines.len());
    world.apply(made);
    said(answer)
}

fn order(world: &mut World, words: &[&str]) -> Acted {
    let buyer = BuyerId::parse(words[0]).expect("a buyer");
    let on = day(words[1].trim_end_matches(':'));
    let (options, wanted): (Vec<&str>, Vec<&str>) =
        words[2..].iter().partition(|word| word.contains('='));
    let site = option(&options, "site").unwrap_or(words[0]);
    let channel = option(&options, "by").map(|name| Channel::parse(name).expect("a channel"));
    let commitment = option(&options, "commitment").unwrap_or_default();
    let publication = world.week.publication().cloned().ok_or(Denial::NotPublished).map_err(one)?;
    let mut lines = Vec::new();
    for item in items(&wanted).iter().filter(|item| !item.is_empty()) {
        let (product, labels, producer) = goods(item[0]);
        let line = publication.find(product, labels, producer);
        lines.push((line.unwrap_or_else(|| panic!("not sold: {item:?}")).id, qty(item[1])));
    }
    let request = OrderRequest {
        buyer,
        site: SiteId::parse(site).expect("a site"),
        day: on,
        channel: channel.unwrap_or(Channel::Web),
        commitment_number: commitment.to_string(),
        lines,
    };
    take(world, &request).map(|id| format!("order {id}")).map(crate::script::Answer::Said)
}

/// Judges and takes an order, as the shell does in one transaction.
pub fn take(world: &mut World, request: &OrderRequest) -> Done<OrderId> {
    let id = OrderId(world.week.orders().len() as i64 + 1);
    let sale = world.week.sale().map_err(one)?;
    let order = orders::place(sale, id, request, &world.spent, world.stamp())?;
    if request.channel != Channel::Surplus {
        if let Some(closing) = world.week.closing(order.day) {
            let (day, closed_at) = (order.day, closing.stamp.at);
            return Err(one(Denial::DayClosed { day, closed_at }));
        }
        world.week.take(&order)?;
    }
    for (contract, amount) in orders::called_off(&order.lines) {
        let sum = world.spent.entry(contract).or_insert(Cents::ZERO);
        *sum = Cents::new(sum.get() + amount.get());
    }
    world.apply(order);
    Ok(id)
}

/// The shell knows a standing order again by its site and day.
fn take_standing(world: &mut World) -> Acted {
    let requests = orders::standing_requests(world.week.sale().map_err(one)?);
    let mut taken = 0;
    for request in requests {
        let mut known = world.week.orders().iter();
        let again = known.any(|order| {
            (order.channel, order.site, order.day) == (Channel::Standing, request.site, request.day)
        });
        if !again {
            take(world, &request)?;
            taken += 1;
        }
    }
    said(format!("{taken} taken"))
}

fn amend(world: &mut World, line: &str, quantity: &str) -> Acted {
    let made = orders::amend(&world.week, order_line(line), qty(quantity), world.stamp());
    world.apply(made.map_err(one)?);
    said("ok")
}

fn close(world: &mut World, on: &str) -> Acted {
    match orders::close(&world.week, day(on), world.stamp()).map_err(one)? {
        Some(closing) => {
            world.apply(closing);
            said("closed")
        }
        None => said("was closed"),
    }
}

fn plan(world: &mut World, words: &[&str]) -> Acted {
    let on = day(words[0].trim_end_matches(':'));
    let task = sourcing::task(&world.week, on, world.season.clone(), &rules()).map_err(one)?;
    let plan = if words.len() == 1 { first_fit(&task) } else { by_hand(world, on, &words[1..]) };
    let accepted = sourcing::accept(&world.week, &plan, world.stamp()).map_err(one)?;
    let bought = Qty::new(accepted.purchases.iter().map(|line| line.quantity.get()).sum());
    let short = Qty::new(accepted.shortfalls.iter().map(|one| one.quantity.get()).sum());
    world.apply(accepted);
    said(format!("{} bought, {} short", qty_word(bought), qty_word(short)))
}

/// The usual rules. A degree is a hundred kilometres here, along the axes.
pub fn rules() -> SourcingRules {
    let metres = |from: Place, to: Place| {
        let axes = (from.lat_e6 - to.lat_e6).abs() + (from.lon_e6 - to.lon_e6).abs();
        axes / 10
    };
    SourcingRules::usual(metres)
}

/// `1.1 garrigues 35, 1.1 vidourle 25`; what is not given is not called short.
fn by_hand(world: &World, on: Day, words: &[&str]) -> SourcingPlan {
    let allotments = items(words).into_iter().map(|item| {
        let order_line = order_line(item[0]);
        Allotment {
            order_line,
            offer: offer_of(world, on, order_line, item[1]),
            quantity: qty(item[2]),
            reason: Reason::ByHand { by: "scenario".into(), why: String::new() },
        }
    });
    SourcingPlan {
        day: on,
        allotments: allotments.collect(),
        shortfalls: Vec::new(),
        report: Report::default(),
    }
}

/// The farm's offer of what the order line asks for, or an offer by its number.
fn offer_of(world: &World, on: Day, line: OrderLineId, farm: &str) -> OfferId {
    if let Some(number) = farm.strip_prefix('o').and_then(|text| text.parse().ok()) {
        return OfferId(number);
    }
    let wanted = world.week.order_line(line).map(|(_, line)| (line.product, line.labels));
    let mut offers = world.week.current_offers().filter(|offer| offer.day == on);
    let own = offers.find(|offer| {
        offer.producer.as_str() == farm && Ok((offer.product, offer.labels)) == wanted
    });
    own.unwrap_or_else(|| panic!("{farm} offers nothing for {line}")).id
}

/// First farm that has some, cheapest first, in whole packs: no planner, only enough to go on.
pub fn first_fit(task: &SourcingTask) -> SourcingPlan {
    let mut left: Vec<(&Supply, i64)> =
        task.supplies.iter().map(|supply| (supply, supply.left.get())).collect();
    left.sort_by_key(|(supply, _)| supply.price);
    let mut plan = SourcingPlan {
        day: task.day,
        allotments: Vec::new(),
        shortfalls: Vec::new(),
        report: Report::default(),
    };
    let mut offered: BTreeMap<_, i64> = BTreeMap::new();
    for (supply, has) in &left {
        *offered.entry((supply.product, supply.labels)).or_default() += has;
    }
    for want in &task.wants {
        let mut missing = want.quantity.get();
        for (supply, has) in left.iter_mut().filter(|(supply, _)| can_serve(supply, want)) {
            let step = if want.pack.weighed { 1 } else { want.pack.size.get() };
            let quantity = missing.min(*has) / step * step;
            if quantity > 0 {
                *has -= quantity;
                missing -= quantity;
                plan.allotments.push(Allotment {
                    order_line: want.order_line,
                    offer: supply.offer,
                    quantity: Qty::new(quantity),
                    reason: Reason::Remainder,
                });
            }
        }
        if missing > 0 {
            let offered = offered.get(&(want.product, want.labels)).copied().unwrap_or(0);
            let cause = Cause::Shortage { wanted: want.quantity, offered: Qty::new(offered) };
            let quantity = Qty::new(missing);
            let order_line = want.order_line;
            plan.shortfalls.push(Shortfall { order_line, quantity, cause });
        }
    }
    plan
}

fn can_serve(supply: &Supply, want: &Want) -> bool {
    let is_named = |farm| farm == supply.producer;
    let policy_fits = match want.policy {
        LinePolicy::Pooled => true,
        LinePolicy::Named(farm) => is_named(farm),
    };
    policy_fits
        && (supply.product, supply.labels) == (want.product, want.labels)
        && supply.price <= want.cost
}

fn confirm(world: &mut World, line: &str, quantity: &str) -> Acted {
    let id = PurchaseLineId(numbered(line, 'p'));
    let made = sourcing::confirm(&world.week, id, qty(quantity), world.stamp());
    world.apply(made.map_err(one)?);
    said("ok")
}
