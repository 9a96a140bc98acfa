//! Acts of the dock, the road and the office.
//!
//! ```text
//! receive p1 34,6                              options reject=2 for=quality lot=A12 temp=35
//! receive all                                  what is expected and has not come yet
//! withdraw r1                                  a receipt taken back
//! floor p1 saw - says 40                       what somebody says who saw nothing there;
//!                                              `38`, `40!40:quality` rejected, `40@35` at 3,5 °C
//! sort tue
//! sort tue carrot by first_come                by a rule chosen at the dock
//! sort r1 1.1 10                               by hand
//! unsort tue carrot                            how goods were shared out, taken back
//! surplus secours tue: carrot 5 from r1        sold from the dock
//! resolve r1 5 returned because=too_many       or wasted, or donated to=secours
//! resolve n1/s3 2 wasted because=wilted        refused on note 1, from sorting 3
//! deliver moulin tue                           all that was sorted for the site
//! deliver moulin tue: 1.1 refuse=2 miss=1 because=wilted
//! deliver all tue
//! claim moulin n1 1.1 5 damaged                 against a line of a signed note
//! invoice moulin                               option on=fri
//! credit n1 1.1 5 because=abîmé                 option on=fri
//! bill garrigues
//! shrinkage
//! pay 2                                        option on=2026-12-24
//! finish tue                                   receive, sort, deliver, all as planned
//! ```

use trade::Fact;
use trade::billing;
use trade::calendar::Day;
use trade::dock::floor::{self, DockWord, Noted, Weighing};
use trade::dock::{self, Choices, LeftoverSource, OutcomeKind, ReceiptRequest, Rejection};
use trade::id::{
    BuyerId, DocumentId, EntryId, LineId, NoteId, ProducerId, PurchaseLineId, ReceiptId, SiteId,
    SortingId,
};
use trade::orders::{Channel, OrderRequest};
use trade::rounds::claim::{ClaimCause, ClaimRequest};
use trade::rounds::{self, HandoverGap};
use trade::sourcing::shortage::ShortagePolicy;
use trade::unit::Qty;

use crate::acts::{one, rules, take};
use crate::script::{Acted, said};
use crate::words::{day, decimal, goods, numbered, order_line, qty, qty_word};
use crate::world::{World, items, option};

pub fn act(world: &mut World, words: &[&str]) -> Option<Acted> {
    Some(match words {
        ["receive", "all"] => receive_all(world),
        ["receive", line, rest @ ..] => receive(world, line, rest),
        ["withdraw", receipt] => withdraw(world, receipt),
        ["floor", line, "saw", saw, "says", says] => say(world, line, saw, says),
        ["sort", on] => sort(world, day(on)),
        ["sort", on, what, "by", rule] => sort_chosen(world, day(on), what, rule),
        ["unsort", on, what] => unsort(world, day(on), what),
        ["sort", receipt, line, quantity] => sort_by_hand(world, receipt, line, quantity),
        ["surplus", rest @ ..] => surplus(world, rest),
        ["resolve", rest @ ..] => resolve(world, rest),
        ["deliver", "all", on] => deliver_all(world, day(on)),
        ["deliver", site, on, rest @ ..] => deliver(world, site, on, rest),
        ["finish", on] => finish(world, day(on)),
        ["claim", buyer, rest @ ..] => claim(world, buyer, rest),
        ["invoice", buyer, rest @ ..] => invoice(world, buyer, rest),
        ["credit", note, line, quantity, rest @ ..] => credit(world, [note, line, quantity], rest),
        ["bill", farm, rest @ ..] => bill(world, farm, rest),
        ["shrinkage"] => shrinkage(world),
        ["pay", document, rest @ ..] => pay(world, document, rest),
        _ => return None,
    })
}

fn claim(world: &World, buyer: &str, words: &[&str]) -> Acted {
    let [note, line, quantity, cause] = words else { panic!("claim: {words:?}") };
    let request = ClaimRequest {
        note: NoteId(numbered(note, 'n')),
        line: order_line(line),
        quantity: qty(quantity),
        cause: ClaimCause::parse(cause).expect("a cause"),
        said: String::new(),
    };
    let buyer = BuyerId::parse(buyer).expect("a buyer");
    rounds::claim::claim(&world.week, buyer, &request).map_err(one)?;
    said("ok")
}

fn receive(world: &mut World, line: &str, words: &[&str]) -> Acted {
    let request = ReceiptRequest {
        line: PurchaseLineId(numbered(line, 'p')),
        batch: option(words, "lot").unwrap_or_default().to_string(),
        received: qty(words[0]),
        rejected: option(words, "reject").map_or(Qty::ZERO, qty),
        rejection: option(words, "for").map(|why| Rejection::parse(why).expect("a rejection")),
        temperature_dc: option(words, "temp").map(|text| decimal(text, 0)),
    };
    let receipt = dock::receive(&world.week, &request, world.stamp()).map_err(one)?;
    let answer = format!("r{} lot {}", receipt.id, receipt.batch);
    world.apply(receipt);
    said(answer)
}

fn receive_all(world: &mut World) -> Acted {
    let waiting =
        |line: &&trade::sourcing::PurchaseLine| world.week.receipts_of(line.id).next().is_none();
    let lines: Vec<PurchaseLineId> =
        world.week.purchase_lines().iter().filter(waiting).map(|line| line.id).collect();
    for &line in &lines {
        let received = world.week.confirmed(line);
        if !received.is_zero() {
            let word = crate::words::qty_word(received);
            receive(world, &format!("p{line}"), &[word.as_str()])?;
        }
    }
    said(format!("{} lines", lines.len()))
}

fn withdraw(world: &mut World, receipt: &str) -> Acted {
    let receipt = ReceiptId(numbered(receipt, 'r'));
    let taken_back = dock::withdraw(&world.week, receipt, world.stamp()).map_err(one)?;
    world.apply(taken_back);
    said("ok")
}

/// `-`, `40`, `40!5:quality` with 5 rejected, `40@35` at 3,5 °C.
fn weighing(word: &str) -> Option<Weighing> {
    let (word, temperature) = word.split_once('@').unwrap_or((word, ""));
    let (received, rejected) = word.split_once('!').unwrap_or((word, "0:"));
    let (rejected, reason) = rejected.split_once(':').expect("a quantity and a reason");
    (word != "-").then(|| Weighing {
        received: qty(received),
        rejected: qty(rejected),
        rejection: Rejection::parse(reason),
        temperature_dc: (!temperature.is_empty()).then(|| decimal(temperature, 0)),
    })
}

fn weighing_word(weighing: Option<Weighing>) -> String {
    let Some(weighing) = weighing else { return "-".into() };
    let mut word = qty_word(weighing.received);
    if let Some(reason) = weighing.rejection {
        word += &format!("!{}:{}", qty_word(weighing.rejected), reason.code());
    }
    word + &weighing.temperature_dc.map_or(String::new(), |degrees| format!("@{degrees}"))
}

fn say(world: &mut World, line: &str, saw: &str, says: &str) -> Acted {
    let line = PurchaseLineId(numbered(line, 'p'));
    let word = DockWord { line, seen: weighing(saw), said: weighing(says) };
    match floor::note(&world.week, &word, &world.stamp()).map_err(one)? {
        Noted::Same => said("same"),
        Noted::Conflict { stands } => said(format!("stands {}", weighing_word(stands))),
        Noted::Written { withdrawals, receipt } => {
            let back = withdrawals.iter().map(|one| format!("r{} taken back", one.receipt));
            let new = receipt.iter().map(|one| format!("r{} lot {}", one.id, one.batch));
            let answer: Vec<String> = back.chain(new).collect();
            withdrawals.into_iter().for_each(|one| world.apply(one));
            receipt.into_iter().for_each(|one| world.apply(one));
            said(answer.join(", "))
        }
    }
}

fn sort(world: &mut World, on: Day) -> Acted {
    sort_by(world, on, &Choices::new())
}

fn sort_chosen(world: &mut World, on: Day, what: &str, rule: &str) -> Acted {
    let rule = ShortagePolicy::parse(rule).expect("a rule");
    sort_by(world, on, &Choices::from([(listed(world, what), rule)]))
}

/// The line of the price list on which goods stand.
fn listed(world: &World, what: &str) -> LineId {
    let (product, labels, producer) = goods(what);
    let publication = world.week.publication().expect("a publication");
    publication.find(product, labels, producer).expect("a line").id
}

fn sort_by(world: &mut World, on: Day, choices: &Choices) -> Acted {
    let sortings = dock::sort_by(&world.week, on, choices, rules().metres).map_err(one)?;
    let answer = format!("{} parts", sortings.len());
    for sorting in sortings {
        world.apply(sorting);
    }
    said(answer)
}

fn unsort(world: &mut World, on: Day, what: &str) -> Acted {
    let line = listed(world, what);
    let before = world.week.valid_sortings().count();
    let made = dock::unsort::unsort(&world.week, on, line, world.stamp()).map_err(one)?;
    world.apply(made);
    said(format!("{} parts", before - world.week.valid_sortings().count()))
}

fn sort_by_hand(world: &mut World, receipt: &str, line: &str, quantity: &str) -> Acted {
    let receipt = ReceiptId(numbered(receipt, 'r'));
    let (line, metres) = (order_line(line), rules().metres);
    let made = dock::sort_by_hand(&world.week, receipt, line, qty(quantity), metres);
    world.apply(made.map_err(one)?);
    said("ok")
}

/// An order of goods on the dock, put aside at once.
fn surplus(world: &mut World, words: &[&str]) -> Acted {
    let [buyer, on, what, quantity, "from", receipt] = words else { panic!("{words:?}") };
    let (product, labels, producer) = goods(what);
    let publication = world.week.publication().cloned().expect("a publication");
    let line = publication.find(product, labels, producer).expect("a line");
    let request = OrderRequest {
        buyer: BuyerId::parse(buyer).expect("a buyer"),
        site: SiteId::parse(buyer).expect("a site"),
        day: day(on.trim_end_matches(':')),
        channel: Channel::Surplus,
        commitment_number: String::new(),
        lines: vec![(line.id, qty(quantity))],
    };
    let (week, facts) = (world.week.clone(), world.facts.len());
    let order = take(world, &request)?;
    let sorted = sort_by_hand(world, receipt, &format!("{order}.1"), quantity);
    if sorted.is_err() {
        world.week = week;
        world.facts.truncate(facts);
    }
    sorted.and_then(|_| said(format!("order {order}")))
}

fn resolve(world: &mut World, words: &[&str]) -> Acted {
    let [source, quantity, kind, options @ ..] = words else { panic!("resolve: {words:?}") };
    let source = match source.split_once('/') {
        Some((note, sorting)) => {
            LeftoverSource::Refusal(NoteId(numbered(note, 'n')), SortingId(numbered(sorting, 's')))
        }
        None => LeftoverSource::Dock(ReceiptId(numbered(source, 'r'))),
    };
    let kind = match *kind {
        "donated" => OutcomeKind::Donated(
            BuyerId::parse(option(options, "to").expect("to=")).expect("a buyer"),
        ),
        "returned" => OutcomeKind::Returned,
        "wasted" => OutcomeKind::Wasted,
        _ => panic!("no such outcome: {kind}"),
    };
    let reason = option(options, "because").unwrap_or_default();
    let (before, facts) = (world.week.clone(), world.facts.len());
    let freed = dock::surplus::release(&world.week, source, qty(quantity), &world.stamp());
    for fact in freed.map_err(one)? {
        world.apply(Fact::Surplus(fact));
    }
    match dock::resolve(&world.week, source, kind, qty(quantity), reason, world.stamp()) {
        Ok(made) => world.apply(made),
        Err(denial) => {
            world.week = before;
            world.facts.truncate(facts);
            return Err(one(denial));
        }
    }
    said("ok")
}

fn deliver(world: &mut World, site: &str, on: &str, words: &[&str]) -> Acted {
    let gaps: Vec<HandoverGap> = items(words)
        .iter()
        .filter(|item| !item.is_empty())
        .map(|item| HandoverGap {
            order_line: order_line(item[0]),
            refused: option(item, "refuse").map_or(Qty::ZERO, qty),
            missing: option(item, "miss").map_or(Qty::ZERO, qty),
            reason: option(item, "because").unwrap_or_default().to_string(),
        })
        .collect();
    let site = SiteId::parse(site).expect("a site");
    let on = day(on.trim_end_matches(':'));
    let made = rounds::deliver(&world.week, site, on, &gaps, "chef", world.stamp());
    let note = made.map_err(one)?;
    let answer = format!("note {}", note.id);
    world.apply(note);
    said(answer)
}

fn deliver_all(world: &mut World, on: Day) -> Acted {
    let sites: Vec<SiteId> = world.register.sites.keys().copied().collect();
    let mut notes = 0;
    for site in sites {
        match rounds::deliver(&world.week, site, on, &[], "chef", world.stamp()) {
            Ok(note) => {
                world.apply(note);
                notes += 1;
            }
            Err(trade::Denial::NothingToDeliver { .. }) => {}
            Err(denial) => return Err(one(denial)),
        }
    }
    said(format!("{notes} notes"))
}

fn finish(world: &mut World, on: Day) -> Acted {
    receive_all(world)?;
    sort(world, on)?;
    deliver_all(world, on)
}

fn issued_on(words: &[&str]) -> Day {
    day(option(words, "on").unwrap_or("fri"))
}

fn next_entry(world: &World) -> EntryId {
    EntryId(world.week.entries().len() as i64 + 1)
}

fn post(
    world: &mut World,
    document: trade::billing::Document,
) -> Result<String, Vec<trade::Denial>> {
    let entry = billing::document_entry(&document, next_entry(world)).map_err(one)?;
    let reference = document.reference();
    world.apply(document);
    world.apply(entry);
    Ok(reference)
}

fn invoice(world: &mut World, buyer: &str, words: &[&str]) -> Acted {
    let buyer = BuyerId::parse(buyer).expect("a buyer");
    let (on, stamp) = (issued_on(words), world.stamp());
    let mut counters = world.counters.clone();
    let made = billing::invoice(&world.week, buyer, on, &mut counters, &stamp).map_err(one)?;
    world.counters = counters;
    let mut references = Vec::new();
    for document in made {
        references.push(post(world, document)?);
    }
    said(references.join(" "))
}

fn credit(world: &mut World, [note, line, quantity]: [&str; 3], words: &[&str]) -> Acted {
    let credit = billing::Credit {
        note: NoteId(numbered(note, 'n')),
        line: order_line(line),
        quantity: qty(quantity),
    };
    let (on, stamp) = (issued_on(words), world.stamp());
    let why = words.iter().find_map(|word| word.strip_prefix("because=")).unwrap_or("abîmé");
    let mut counters = world.counters.clone();
    let week = &world.week;
    let made = billing::credit_note(week, credit, why, on, &mut counters, &stamp).map_err(one)?;
    world.counters = counters;
    let reference = post(world, made)?;
    said(reference)
}

fn bill(world: &mut World, farm: &str, words: &[&str]) -> Acted {
    let farm = ProducerId::parse(farm).expect("a producer");
    let (on, stamp) = (issued_on(words), world.stamp());
    let mut counters = world.counters.clone();
    let made = billing::farm_bill(&world.week, farm, on, &mut counters, &stamp).map_err(one)?;
    world.counters = counters;
    let reference = post(world, made)?;
    said(reference)
}

fn shrinkage(world: &mut World) -> Acted {
    let id = next_entry(world);
    match billing::shrinkage_entry(&world.week, day("fri"), id).map_err(one)? {
        Some(entry) => {
            world.apply(entry);
            said("booked")
        }
        None => said("nothing"),
    }
}

fn pay(world: &mut World, document: &str, words: &[&str]) -> Acted {
    let id = DocumentId(decimal(document, 0));
    let on = day(option(words, "on").unwrap_or("2026-12-24"));
    let payout = billing::pay(&world.week, id, on, world.stamp()).map_err(one)?;
    let piece = world.week.document(id).map_err(one)?.reference();
    let entry = billing::payout_entry(&payout, piece, next_entry(world)).map_err(one)?;
    let answer = crate::words::cents_word(payout.amount_with_vat);
    world.apply(payout);
    world.apply(entry);
    said(answer)
}
