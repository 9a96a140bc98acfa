//! Acts of food aid.
//!
//! ```text
//! aid offer r1 10 until tue 12:00              options at=0,60 rate=50%
//! aid offer o3 10 until tue 12:00              what a farm gives; n1/s3 what a buyer refused
//! aid slot tue 14:00 16:00 300                 hours for loading, and kilos
//! aid withdraw 1
//! aid reserve 1 secours 10                     reservations are numbered from 101
//! aid cancel 101                               option by=hub
//! aid plan secours 1                           option van=kangoo
//! aid fetch 101 secours 10                     options temp=4 by=Nadia on=tue
//! aid split 101 secours: lunel 4, sete 6
//! aid parts 10 carrot 3 2 2                    what is proposed
//! aid tell 2026-W48 carrot leek                too much is expected; option in=2026-W47
//! show aid | show reservations | show aid report
//! ```

use trade::Fact;
use trade::calendar::Day;
use trade::dock::surplus::{
    self, Followed, PickupRequest, SurplusFact, SurplusRequest, SurplusSource, proposal,
};
use trade::dock::{LeftoverSource, sort_by_hand};
use trade::id::{BuyerId, NoteId, OfferId, ReceiptId, ReservationId, SlotId, SortingId, SurplusId};
use trade::impact::aid;
use trade::offers::forewarning::{ExcessLine, Forewarning, forewarn_all};
use trade::rounds;
use trade::unit::{Grams, Qty, Rate};

use crate::acts::{one, rules};
use crate::cast::week_of;
use crate::script::{Acted, Answer, said};
use crate::shows::{row, source_word};
use crate::shows_late::looked_ahead;
use crate::words::{
    cents_word, day, day_word, decimal, goods, goods_word, instant, instant_word, numbered, price,
    price_word, product, qty, qty_word, rate, written,
};
use crate::world::{World, items, option};

pub fn act(world: &mut World, words: &[&str]) -> Option<Acted> {
    Some(match words {
        ["aid", "offer", rest @ ..] => offer(world, rest),
        ["aid", "slot", on, from, to, kilos] => slot(world, day(on), [from, to], kilos),
        ["aid", "withdraw", id] => withdraw(world, id),
        ["aid", "reserve", id, buyer, quantity] => reserve(world, id, buyer, quantity),
        ["aid", "cancel", id, rest @ ..] => cancel(world, id, rest),
        ["aid", "plan", buyer, slot, rest @ ..] => plan(world, buyer, slot, rest),
        ["aid", "fetch", id, buyer, quantity, rest @ ..] => {
            fetch(world, [id, buyer, quantity], rest)
        }
        ["aid", "split", id, buyer, rest @ ..] => split(world, id, buyer, rest),
        ["aid", "parts", quantity, what, rest @ ..] => parts(world, quantity, what, rest),
        ["aid", "tell", of, rest @ ..] => tell(world, of, rest),
        ["show", "aid"] => Ok(Answer::Table(offers(world))),
        ["show", "reservations"] => Ok(Answer::Table(reservations(world))),
        ["show", "aid", "report"] => report(world),
        _ => return None,
    })
}

fn buyer_of(word: &str) -> BuyerId {
    BuyerId::parse(word.trim_end_matches(':')).expect("a buyer")
}

fn id_of(word: &str) -> ReservationId {
    ReservationId(decimal(word, 0))
}

fn offer(world: &mut World, words: &[&str]) -> Acted {
    let [from, quantity, "until", on, time, options @ ..] = words else { panic!("{words:?}") };
    let source = match (from.split_once('/'), from.strip_prefix('o')) {
        (Some((note, sorting)), _) => {
            let (note, sorting) = (numbered(note, 'n'), numbered(sorting, 's'));
            SurplusSource::Left(LeftoverSource::Refusal(NoteId(note), SortingId(sorting)))
        }
        (None, Some(offer)) => SurplusSource::Farm(OfferId(decimal(offer, 0))),
        (None, None) => SurplusSource::Left(LeftoverSource::Dock(ReceiptId(numbered(from, 'r')))),
    };
    let request = SurplusRequest {
        source,
        quantity: qty(quantity),
        price: option(options, "at").map(price),
        value_rate: option(options, "rate").map_or(Rate::new(10_000), rate),
        place: "quai 7".into(),
        until: instant(day(on), time),
    };
    let made = surplus::offer(&world.week, &request, world.stamp(), rules().metres).map_err(one)?;
    let answer = format!("surplus {}", made.id);
    world.apply(made);
    said(answer)
}

fn slot(world: &mut World, on: Day, [from, to]: [&str; 2], kilos: &str) -> Acted {
    let capacity = Grams::new(decimal(kilos, 3));
    let (from, to) = (instant(on, from), instant(on, to));
    let made = surplus::open_slot(&world.week, from, to, capacity, world.stamp()).map_err(one)?;
    let answer = format!("slot {}", made.id);
    world.apply(made);
    said(answer)
}

fn withdraw(world: &mut World, id: &str) -> Acted {
    let id = SurplusId(decimal(id, 0));
    let facts = surplus::reclaim(&world.week, id, &world.stamp()).map_err(one)?;
    let back: i64 = facts
        .iter()
        .map(|fact| match fact {
            SurplusFact::Withdrawn(made) => made.quantity.get(),
            _ => 0,
        })
        .sum();
    facts.into_iter().for_each(|fact| world.apply(Fact::Surplus(fact)));
    match back {
        0 => said("nothing left"),
        back => said(format!("{} back", qty_word(Qty::new(back)))),
    }
}

fn reserve(world: &mut World, id: &str, buyer: &str, quantity: &str) -> Acted {
    let own = ReservationId(101 + world.week.surplus().reservations().len() as i64);
    let surplus = SurplusId(decimal(id, 0));
    let (buyer, quantity) = (buyer_of(buyer), qty(quantity));
    let made = surplus::reserve(&world.week, own, surplus, buyer, quantity, world.stamp());
    world.apply(made.map_err(one)?);
    said(format!("reservation {own}"))
}

fn cancel(world: &mut World, id: &str, words: &[&str]) -> Acted {
    let by_hub = option(words, "by") == Some("hub");
    let made = surplus::cancel(&world.week, id_of(id), by_hub, world.stamp());
    world.apply(made.map_err(one)?);
    said("ok")
}

fn plan(world: &mut World, buyer: &str, slot: &str, words: &[&str]) -> Acted {
    let van = option(words, "van").unwrap_or_default();
    let slot = SlotId(decimal(slot, 0));
    let stamp = world.stamp();
    let made = surplus::plan_pickup(&world.week, buyer_of(buyer), slot, van, &stamp);
    let made = made.map_err(one)?;
    let load: i64 = made.iter().map(|one| one.load.get()).sum();
    for appointment in made {
        world.apply(appointment);
    }
    said(format!("{} kg", written(load, 3, 0)))
}

/// As the shell does in one transaction.
fn fetch(world: &mut World, [id, buyer, quantity]: [&str; 3], words: &[&str]) -> Acted {
    let request = PickupRequest {
        reservation: id_of(id),
        buyer: buyer_of(buyer),
        day: option(words, "on").map_or(day("tue"), day),
        received: qty(quantity),
        temperature_dc: option(words, "temp").map(|text| decimal(text, 1)),
        signed_by: option(words, "by").unwrap_or("Nadia").to_string(),
    };
    let (before, facts) = (world.week.clone(), world.facts.len());
    let fetched = fetched(world, &request);
    if fetched.is_err() {
        world.week = before;
        world.facts.truncate(facts);
    }
    fetched
}

fn fetched(world: &mut World, request: &PickupRequest) -> Acted {
    let pickup = surplus::collect(&world.week, request, world.stamp()).map_err(one)?;
    world.apply(pickup.clone());
    match surplus::follow(&world.week, &pickup).map_err(one)? {
        Followed::FarmGift => said("given by the farm"),
        Followed::Donation(outcome) => {
            world.apply(outcome);
            said("given")
        }
        Followed::Sale(order, receipt) => {
            let (line, quantity) = (order.line_id(1), order.lines[0].quantity);
            world.apply(order);
            let made = sort_by_hand(&world.week, receipt, line, quantity, rules().metres);
            let made = made.map_err(one)?;
            let sorting = made.id;
            world.apply(made);
            let by = &request.signed_by;
            let note = rounds::hand_over(&world.week, sorting, by, world.stamp()).map_err(one)?;
            world.apply(note);
            said("sold")
        }
    }
}

fn split(world: &mut World, id: &str, buyer: &str, words: &[&str]) -> Acted {
    let parts: Vec<_> =
        items(words).iter().map(|item| (item[0].to_string(), qty(item[1]))).collect();
    let made = surplus::split(&world.week, id_of(id), buyer_of(buyer), &parts, world.stamp());
    world.apply(made.map_err(one)?);
    said("ok")
}

fn parts(world: &World, quantity: &str, what: &str, weights: &[&str]) -> Acted {
    let unit = world.register.product(product(what)).map_err(one)?.unit;
    let weights: Vec<i64> = weights.iter().map(|word| decimal(word, 0)).collect();
    let parts = proposal(qty(quantity), &weights, unit).into_iter().map(qty_word);
    said(parts.collect::<Vec<_>>().join(" "))
}

/// Tells food aid of what will be too much.
fn tell(world: &mut World, of: &str, words: &[&str]) -> Acted {
    let of = week_of(of);
    let now = option(words, "in").map_or(of.previous(), week_of);
    let named = words.iter().filter(|word| !word.contains('='));
    let lines: Vec<ExcessLine> = named
        .map(|word| {
            let (product, labels, _) = goods(word);
            ((product, labels), of)
        })
        .collect();
    let found = looked_ahead(world);
    let new = forewarn_all(&found, &world.forewarned, now, &lines).map_err(one)?;
    let told = |one: &Forewarning| {
        format!("{} {}", goods_word(one.product, one.labels), qty_word(one.quantity))
    };
    let answer: Vec<String> = new.iter().map(told).collect();
    world.forewarned.extend(new);
    said(answer.join(", "))
}

fn offers(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["surplus", "from", "offered", "left", "price", "until"]];
    let book = world.week.surplus();
    for one in book.offers() {
        let from = match one.source {
            SurplusSource::Farm(offer) => format!("o{offer}"),
            SurplusSource::Left(source) => source_word(source),
        };
        let (offered, left) = (qty_word(one.quantity), qty_word(book.left(one.id)));
        let price = one.price.map_or("free".into(), price_word);
        rows.push(row![one.id, from, offered, left, price, instant_word(one.until)]);
    }
    rows
}

fn reservations(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["reservation", "of", "buyer", "quantity", "slot", "fetched", "split"]];
    let book = world.week.surplus();
    for one in book.reservations() {
        let slot = book.appointment(one.id).map_or("-".into(), |found| found.slot.to_string());
        let fetched = match book.pickup(one.id) {
            Some(pickup) => qty_word(pickup.received),
            None if book.is_cancelled(one.id) => "cancelled".into(),
            None => "-".into(),
        };
        let parts = book.split_of(one.id).map(|split| {
            let parts =
                split.parts.iter().map(|(name, part)| format!("{name} {}", qty_word(*part)));
            parts.collect::<Vec<_>>().join(" ")
        });
        let quantity = qty_word(one.quantity);
        let parts = parts.unwrap_or("-".into());
        rows.push(row![one.id, one.surplus, one.buyer, quantity, slot, fetched, parts]);
    }
    rows
}

fn report(world: &World) -> Acted {
    let titles = ["day", "buyer", "farm", "goods", "kind", "kg", "value", "gift", "paid"];
    let mut rows = vec![titles.map(String::from).to_vec()];
    for one in aid::of_week(&world.week, None).map_err(one)? {
        rows.push(row![
            day_word(one.day),
            one.buyer,
            one.producer,
            goods_word(one.product, one.labels),
            kind_word(one.kind),
            written(one.weight.get(), 3, 0),
            cents_word(one.value),
            cents_word(one.gift_value),
            cents_word(one.paid)
        ]);
    }
    Ok(Answer::Table(rows))
}

pub fn kind_word(kind: aid::AidKind) -> &'static str {
    match kind {
        aid::AidKind::Gift => "gift",
        aid::AidKind::FarmGift => "farm gift",
        aid::AidKind::Purchase => "purchase",
    }
}
