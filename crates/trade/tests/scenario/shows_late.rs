//! Tables of the office, and the figures over the whole week: `show documents`, `show check`.

use std::collections::BTreeMap;

use trade::billing::Billed;
use trade::id::{
    BuyerId, DocumentId, OrderLineId, OutcomeId, PayoutId, PurchaseLineId, ReceiptId, SortingId,
};
use trade::ledger::{Account, balances, party_balance};
use trade::needs::{Basis, BuyerNeed, Need, foresee};
use trade::offers::outlook::{Gap, Outlook, outlook};
use trade::orders::agreed::against_contracts;
use trade::trace::{Record, trace};
use trade::unit::{Cents, Grams};

use crate::acts::one;
use crate::script::{Acted, Answer};
use crate::shows::row;
use crate::words::{
    cents_word, decimal, goods_word, numbered, price_word, qty_word, rate_word, told, written,
};
use crate::world::World;

pub fn show(world: &World, words: &[&str]) -> Option<Acted> {
    let rows = match words {
        ["show", "documents"] => documents(world),
        ["show", "document", id] => document(world, id),
        ["show", "contracts", buyer] => against(world, buyer),
        ["show", "ledger"] => ledger(world),
        ["show", "parties"] => parties(world),
        ["show", "check"] => check(world),
        ["show", "goods"] => goods_balance(world),
        ["show", "money"] => money_balance(world),
        ["show", "needs"] => foreseen(world),
        ["show", "ranges"] => ranges(world),
        ["show", "outlook"] => ahead(world),
        ["show", "impact"] => return Some(impact(world)),
        ["show", "trace", record] => way(world, record),
        _ => return None,
    };
    Some(Ok(Answer::Table(rows)))
}

fn documents(world: &World) -> Vec<Vec<String>> {
    let titles = ["kind", "number", "party", "for", "net", "total", "due"];
    let mut rows = vec![titles.map(String::from).to_vec()];
    for one in world.week.documents() {
        let commitment =
            if one.commitment_number.is_empty() { "-" } else { &one.commitment_number };
        rows.push(row![
            one.kind.code(),
            one.reference(),
            one.party,
            commitment,
            cents_word(one.net()),
            cents_word(one.with_vat()),
            one.due_on
        ]);
    }
    rows
}

/// A buyer's lines beside its contracts: what deviates, then the sums.
fn against(world: &World, buyer: &str) -> Vec<Vec<String>> {
    let found = against_contracts(&world.week, BuyerId::parse(buyer).expect("a buyer"));
    let mut rows = vec![row!["line", "agreed", "charged", "more"]];
    for one in &found.deviations {
        let (agreed, charged) = (price_word(one.agreed), price_word(one.charged));
        rows.push(row![one.line, agreed, charged, cents_word(one.more)]);
    }
    rows.push(row!["as agreed", found.agreed, "", cents_word(found.agreed_net)]);
    rows.push(row!["outside", found.outside.len(), "", cents_word(found.outside_net)]);
    rows
}

fn document(world: &World, id: &str) -> Vec<Vec<String>> {
    let mut rows = vec![row!["bills", "quantity", "price", "net", "vat"]];
    let Ok(document) = world.week.document(DocumentId(decimal(id, 0))) else { return rows };
    for line in &document.lines {
        let billed = match line.billed {
            Billed::Delivery(note, order_line) => format!("n{note} {order_line}"),
            Billed::Purchase(purchase) => format!("p{purchase}"),
        };
        let (quantity, price) = (qty_word(line.quantity), price_word(line.price));
        rows.push(row![billed, quantity, price, cents_word(line.net), rate_word(line.vat)]);
    }
    for group in document.vat_groups() {
        let rate = rate_word(group.rate);
        rows.push(row!["VAT group", "-", rate, cents_word(group.base), cents_word(group.vat)]);
    }
    rows
}

fn ledger(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["account", "balance"]];
    let sums = balances(world.week.entries());
    for account in Account::ALL {
        let balance = sums.get(&account).copied().unwrap_or(Cents::ZERO);
        if !balance.is_zero() {
            rows.push(row![told(&account), cents_word(balance)]);
        }
    }
    rows.push(row!["sum", cents_word(Cents::new(sums.values().map(|one| one.get()).sum()))]);
    rows
}

fn parties(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["party", "owes the hub", "is owed"]];
    let entries = world.week.entries();
    let buyers = world.register.buyers.keys().map(|buyer| (buyer.0, Account::Buyers));
    let farms = world.register.producers.keys().map(|farm| (farm.0, Account::Producers));
    for (party, account) in buyers.chain(farms) {
        let balance = party_balance(entries, account, party);
        if !balance.is_zero() {
            let owed = Cents::new(-balance.get());
            let (left, right) = match account {
                Account::Buyers => (cents_word(balance), "-".to_string()),
                _ => ("-".to_string(), cents_word(owed)),
            };
            rows.push(row![party, left, right]);
        }
    }
    rows
}

fn check(world: &World) -> Vec<Vec<String>> {
    let check = world.week.check();
    let mut rows = vec![row!["breaches", check.breaches.len()]];
    rows.extend(check.open.iter().map(|item| row!["open", told(item)]));
    rows.push(row!["finished", if check.is_finished() { "yes" } else { "no" }]);
    rows
}

fn goods_balance(world: &World) -> Vec<Vec<String>> {
    let goods = world.week.check().goods;
    let pairs = [
        ("ordered", goods.ordered),
        ("purchased", goods.purchased),
        ("received", goods.received),
        ("rejected", goods.rejected),
        ("sorted", goods.sorted),
        ("delivered", goods.delivered),
        ("refused", goods.refused),
        ("missing", goods.missing),
        ("donated", goods.donated),
        ("returned", goods.returned),
        ("wasted", goods.wasted),
        ("on dock", goods.on_dock),
        ("to deliver", goods.to_deliver),
    ];
    let there = pairs.into_iter().filter(|(_, quantity)| !quantity.is_zero());
    there.map(|(name, quantity)| row![name, qty_word(quantity)]).collect()
}

fn money_balance(world: &World) -> Vec<Vec<String>> {
    let money = world.week.check().money;
    let pairs = [
        ("invoices", money.invoices),
        ("credited", money.credited),
        ("farm bills", money.farm_bills),
        ("margin", money.margin),
        ("donated", money.donated),
        ("shrinkage", money.shrinkage),
        ("rounding", money.rounding),
        ("vat collected", money.vat_collected),
        ("vat deductible", money.vat_deductible),
        ("paid", money.paid),
    ];
    pairs.map(|(name, amount)| row![name, cents_word(amount)]).to_vec()
}

fn needs(world: &World) -> Vec<Need> {
    let week = world.week.week();
    foresee(&world.register, &world.past, &world.menus, week.previous(), &[week])
}

fn foreseen(world: &World) -> Vec<Vec<String>> {
    let part = |one: &BuyerNeed| {
        let basis = match one.basis {
            Basis::Habit => "habit".into(),
            Basis::Cycle { weeks } => format!("cycle of {weeks}"),
            Basis::Standing => "standing".into(),
            Basis::Menu { servings } => format!("{servings} servings"),
        };
        format!("{} {} ({basis})", one.buyer, qty_word(one.quantity))
    };
    let row = |need: &Need| {
        let parts: Vec<String> = need.buyers.iter().map(part).collect();
        row![goods_word(need.product, need.labels), qty_word(need.likely), parts.join(", ")]
    };
    let titles = row!["goods", "likely", "of whom"];
    [titles].into_iter().chain(needs(world).iter().map(row)).collect()
}

fn ranges(world: &World) -> Vec<Vec<String>> {
    let row = |need: &Need| {
        let goods = goods_word(need.product, need.labels);
        row![goods, qty_word(need.low), qty_word(need.likely), qty_word(need.high)]
    };
    let titles = row!["goods", "low", "likely", "high"];
    [titles].into_iter().chain(needs(world).iter().map(row)).collect()
}

/// The scenario's week, as the one before foresees it.
pub fn looked_ahead(world: &World) -> Vec<Outlook> {
    let week = world.week.week();
    outlook(&world.register, &needs(world), &world.brought, week.previous(), &[week])
}

fn ahead(world: &World) -> Vec<Vec<String>> {
    let found = looked_ahead(world);
    let row = |one: &Outlook| {
        let ahead = &one.weeks[0];
        let gap = match ahead.gap {
            Gap::Even => "even".into(),
            Gap::Missing(quantity) => format!("missing {}", qty_word(quantity)),
            Gap::TooMuch(quantity) => format!("too much {}", qty_word(quantity)),
        };
        let farms: Vec<String> = one.growers.iter().map(|one| one.producer.to_string()).collect();
        row![
            goods_word(one.product, one.labels),
            qty_word(ahead.likely),
            qty_word(ahead.expected.said),
            qty_word(ahead.expected.pledged),
            qty_word(ahead.expected.usual),
            gap,
            cents_word(ahead.worth),
            farms.join(" ")
        ]
    };
    let titles = row!["goods", "likely", "said", "pledged", "usual", "gap", "worth", "call"];
    [titles].into_iter().chain(found.iter().map(row)).collect()
}

fn kilos(weight: Grams) -> String {
    written(weight.get(), 3, 0)
}

fn impact(world: &World) -> Acted {
    let impact = trade::impact::of_week(&world.week).map_err(one)?;
    let (ordered, delivered) = trade::impact::served(&world.week).map_err(one)?;
    let rate = |rate: Option<_>| rate.map_or("-".into(), rate_word);
    let mut rows = vec![
        row!["ordered kg", kilos(ordered)],
        row!["delivered kg", kilos(delivered)],
        row!["sales", cents_word(impact.sales)],
        row!["farm income", cents_word(impact.farm_income)],
        row!["gain", rate(impact.gain())],
        row!["food aid kg", kilos(impact.food_aid)],
        row!["donated kg", kilos(impact.donated)],
        row!["in season", cents_word(impact.in_season)],
        row!["all year", cents_word(impact.all_year)],
        row!["refused kg", kilos(impact.refused)],
        row!["buyers", impact.buyers_served],
        row!["km", written(impact.metres, 3, 0)],
    ];
    let per_tonne = impact.metres_per_tonne().map_or("-".into(), |one| written(one, 3, 0));
    rows.push(row!["km per tonne", per_tonne]);
    for category in impact.by_category.keys() {
        rows.push(row![format!("share {}", told(category)), rate(impact.share(*category))]);
    }
    rows.extend(
        impact.lost.iter().map(|(why, weight)| row![format!("lost {why}"), kilos(*weight)]),
    );
    let farms: &BTreeMap<_, _> = &impact.farms;
    rows.extend(farms.iter().map(|(farm, sum)| row![format!("farm {farm}"), cents_word(*sum)]));
    Ok(Answer::Table(rows))
}

/// `1.1` an order line, `p1 r1 s1 x1 d1 y1` a purchase, receipt, sorting, outcome, document,
/// payout.
fn record(word: &str) -> Record {
    let number = |letter| numbered(word, letter);
    match word.as_bytes()[0] {
        b'p' => Record::Purchase(PurchaseLineId(number('p'))),
        b'r' => Record::Receipt(ReceiptId(number('r'))),
        b's' => Record::Sorting(SortingId(number('s'))),
        b'x' => Record::Outcome(OutcomeId(number('x'))),
        b'd' => Record::Document(DocumentId(number('d'))),
        b'y' => Record::Payout(PayoutId(number('y'))),
        _ => Record::OrderLine(crate::words::order_line(word)),
    }
}

fn way(world: &World, word: &str) -> Vec<Vec<String>> {
    let found = trace(&world.week, record(word));
    let origins = found.origins.iter().map(|record| row!["from", record_word(world, *record)]);
    let came = found.outcomes.iter().map(|record| row!["became", record_word(world, *record)]);
    origins.chain(came).collect()
}

fn record_word(world: &World, record: Record) -> String {
    let week = &world.week;
    match record {
        Record::Offer(id) => week.offer(id).map(|one| format!("offer {id} of {}", one.producer)),
        Record::Line(id) => Ok(format!("list line {id}")),
        Record::OrderLine(id) => order_line_word(world, id),
        Record::Purchase(id) => {
            week.purchase_line(id).map(|one| format!("purchase p{id} of {}", one.producer))
        }
        Record::Receipt(id) => week.receipt(id).map(|one| format!("lot {}", one.batch)),
        Record::Sorting(id) => {
            week.sorting(id).map(|one| format!("sorting s{id} for {}", one.order_line))
        }
        Record::Outcome(id) => Ok(format!("outcome x{id}")),
        Record::Document(id) => week.document(id).map(|one| one.reference()),
        Record::Payout(id) => Ok(format!("payout y{id}")),
    }
    .unwrap_or_else(|denial| told(&denial))
}

fn order_line_word(world: &World, id: OrderLineId) -> Result<String, trade::Denial> {
    world.week.order_line(id).map(|(order, _)| format!("order line {id} of {}", order.buyer))
}
