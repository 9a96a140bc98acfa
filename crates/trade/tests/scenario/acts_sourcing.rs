//! What the coordinator settles by hand: locks before a plan, and who bears a shortage.
//!
//! ```text
//! confirm p1 50 by first_come                  shared out by a rule
//! confirm p1 50 shared 1.1 20, 2.1 30          by the coordinator's own numbers
//! lock 1.1 vidourle exactly 20 because=habit   or `least 20`, or `nothing`
//! lock carrot tue vidourle nothing because=hail
//! unlock 1.1 vidourle                          or `unlock carrot tue vidourle`
//! sort tue by priority                         chosen at the dock, for all goods
//! show parts p1
//! show locks tue
//! show season tue                              what shares are reckoned from
//! show farms tue                               how many farms a line may still come to
//! ```

use trade::calendar::Day;
use trade::dock::{self, Choices};
use trade::id::{ProducerId, PurchaseLineId};
use trade::sourcing::shortage::ShortagePolicy;
use trade::sourcing::{
    self, LockRule, LockTarget, Locking, SharedBy, Sharing, confirm_shared, effective, share_out,
};

use crate::acts::{one, rules};
use crate::script::{Acted, Answer, said};
use crate::shows::row;
use crate::words::{cents_word, day, goods, numbered, order_line, qty, qty_word};
use crate::world::{World, items, option};

pub fn act(world: &mut World, words: &[&str]) -> Option<Acted> {
    Some(match words {
        ["confirm", line, quantity, "by", policy] => by_rule(world, line, quantity, policy),
        ["confirm", line, quantity, "shared", parts @ ..] => by_hand(world, line, quantity, parts),
        ["lock", rest @ ..] => lock(world, rest),
        ["unlock", rest @ ..] => unlock(world, rest),
        ["sort", on, "by", policy] => sort(world, day(on), policy),
        ["show", "parts", line] => Ok(Answer::Table(parts(world, line))),
        ["show", "season", on] => season(world, day(on)),
        ["show", "farms", on] => farms(world, day(on)),
        ["show", "locks", on] => Ok(Answer::Table(locks(world, day(on)))),
        _ => return None,
    })
}

fn season(world: &World, on: Day) -> Acted {
    let task = sourcing::task(&world.week, on, world.season.clone(), &rules()).map_err(one)?;
    let mut rows = vec![row!["farm", "product", "offered", "bought", "worth"]];
    for ((farm, product), known) in task.season {
        let (offered, bought) = (qty_word(known.offered), qty_word(known.purchased));
        rows.push(row![farm, product, offered, bought, cents_word(known.value)]);
    }
    Ok(Answer::Table(rows))
}

fn farms(world: &World, on: Day) -> Acted {
    let task = sourcing::task(&world.week, on, world.season.clone(), &rules()).map_err(one)?;
    let mut rows = vec![row!["order line", "wanted", "farms"]];
    for want in task.wants {
        rows.push(row![want.order_line, qty_word(want.quantity), want.farms_most]);
    }
    Ok(Answer::Table(rows))
}

fn policy(word: &str) -> ShortagePolicy {
    ShortagePolicy::parse(word).unwrap_or_else(|| panic!("no policy: {word}"))
}

fn by_rule(world: &mut World, line: &str, quantity: &str, word: &str) -> Acted {
    let id = PurchaseLineId(numbered(line, 'p'));
    let purchase = world.week.purchase_line(id).map_err(one)?;
    let parts = share_out(&world.week, purchase, qty(quantity), policy(word));
    let sharing = Sharing { by: SharedBy::Policy(policy(word)), parts };
    shared(world, id, quantity, sharing)
}

fn by_hand(world: &mut World, line: &str, quantity: &str, words: &[&str]) -> Acted {
    let parts = items(words).into_iter().map(|item| (order_line(item[0]), qty(item[1])));
    let sharing = Sharing { by: SharedBy::Hand, parts: parts.collect() };
    shared(world, PurchaseLineId(numbered(line, 'p')), quantity, sharing)
}

fn shared(world: &mut World, id: PurchaseLineId, quantity: &str, sharing: Sharing) -> Acted {
    let made = confirm_shared(&world.week, id, qty(quantity), sharing, world.stamp());
    world.apply(made.map_err(one)?);
    said("ok")
}

/// The target, and the words behind it: `1.1 …`, or `carrot tue …`.
fn target<'line>(world: &World, words: &[&'line str]) -> (LockTarget, Vec<&'line str>) {
    if words[0].starts_with(|first: char| first.is_ascii_digit()) {
        return (LockTarget::Line(order_line(words[0])), words[1..].to_vec());
    }
    let (product, labels, farm) = goods(words[0]);
    let publication = world.week.publication().expect("a published list");
    let line = publication.find(product, labels, farm).expect("a line of the list").id;
    (LockTarget::Goods(line, day(words[1])), words[2..].to_vec())
}

fn farm(word: &str) -> ProducerId {
    ProducerId::parse(word).expect("a producer")
}

fn lock(world: &mut World, words: &[&str]) -> Acted {
    let (target, rest) = target(world, words);
    let rule = match rest[1..] {
        ["exactly", quantity, ..] => LockRule::Exactly(qty(quantity)),
        ["least", quantity, ..] => LockRule::AtLeast(qty(quantity)),
        ["nothing", ..] => LockRule::Nothing,
        _ => panic!("no rule: {rest:?}"),
    };
    let reason = option(words, "because").unwrap_or_default().to_string();
    let asked = Locking { target, producer: farm(rest[0]), rule, reason };
    let locks = sourcing::lock(&world.week, &asked, world.stamp()).map_err(one)?;
    let many = locks.len();
    locks.into_iter().for_each(|lock| world.apply(lock));
    said(format!("{many} locked"))
}

fn unlock(world: &mut World, words: &[&str]) -> Acted {
    let (target, rest) = target(world, words);
    let locks = sourcing::unlock(&world.week, target, farm(rest[0]), world.stamp());
    let locks = locks.map_err(one)?;
    let many = locks.len();
    locks.into_iter().for_each(|lock| world.apply(lock));
    said(format!("{many} unlocked"))
}

fn sort(world: &mut World, on: Day, word: &str) -> Acted {
    let lines = world.week.purchase_lines_on(on).map(|line| (line.line, policy(word)));
    let choices: Choices = lines.collect();
    let sortings = dock::sort_by(&world.week, on, &choices, rules().metres).map_err(one)?;
    let many = sortings.len();
    sortings.into_iter().for_each(|sorting| world.apply(sorting));
    said(format!("{many} parts"))
}

fn parts(world: &World, line: &str) -> Vec<Vec<String>> {
    let id = PurchaseLineId(numbered(line, 'p'));
    let purchase = world.week.purchase_line(id).expect("a purchase line");
    let by = world.week.sharing(id).map_or("-", |sharing| sharing.by.code());
    let mut rows = vec![row!["order line", "asked", "gets", "by"]];
    let asked = world.week.allocations_of(id);
    for (allocation, (order_line, gets)) in asked.zip(effective(&world.week, purchase)) {
        rows.push(row![order_line, qty_word(allocation.quantity), qty_word(gets), by]);
    }
    rows
}

fn locks(world: &World, on: Day) -> Vec<Vec<String>> {
    let mut rows = vec![row!["line", "farm", "rule", "quantity", "why"]];
    for lock in sourcing::locks(&world.week, on) {
        let (rule, quantity) = match lock.rule {
            LockRule::Exactly(quantity) => ("exactly", qty_word(quantity)),
            LockRule::AtLeast(quantity) => ("least", qty_word(quantity)),
            LockRule::Nothing => ("nothing", "-".into()),
        };
        rows.push(row![lock.order_line, lock.producer, rule, quantity, lock.reason]);
    }
    rows
}
