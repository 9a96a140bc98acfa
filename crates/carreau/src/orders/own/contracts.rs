//! The buyer's public contracts beside what was sold: prices agreed, what is left of the ceiling,
//! and every line that was sold otherwise.

use std::collections::BTreeMap;

use askama::Template;
use trade::contract::{Contract, Origin};
use trade::id::{ContractId, OrderLineId};
use trade::orders::agreed::Deviation;
use trade::unit::{Cents, Price};

use crate::access::buyer::BuyerWeek;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, BuyerVisit, html};

/// A price of the schedule beside this week's list.
struct PriceRow {
    goods: String,
    agreed: String,
    list: String,
    /// `+ 0,12 €`: what the list asks more.
    gap: String,
}

struct ContractRow {
    name: String,
    reference: String,
    period: String,
    /// Where its goods come from; empty: from anywhere.
    origin: String,
    ceiling: String,
    spent: String,
    left: String,
    /// Percent of the ceiling that is called off; 0 without a ceiling.
    share: i64,
    prices: Vec<PriceRow>,
}

struct DeviationRow {
    goods: String,
    order: String,
    quantity: String,
    agreed: String,
    charged: String,
    more: String,
    is_more: bool,
}

#[derive(Template)]
#[template(path = "my_contracts.html")]
struct ContractsPage {
    frame: Frame,
    contracts: Vec<ContractRow>,
    /// Lines at the agreed price, and what they come to.
    agreed: (usize, String),
    deviations: Vec<DeviationRow>,
    outside: Vec<String>,
    outside_net: String,
}

/// `GET …/my-orders/contracts`
pub async fn contracts(visit: BuyerVisit) -> Answer {
    let ceilings = visit.scope.ceilings(visit.app(), visit.week).await?;
    html(&visit.see(|week| page(&visit, week, &ceilings)).await?)
}

fn page(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    ceilings: &BTreeMap<ContractId, Cents>,
) -> Result<ContractsPage, Failure> {
    let mut frame = visit.frame(week, "my-orders", "Marchés et prix");
    frame.subtitle = "Prix du marché, plafond, et tout ce qui s'en écarte cette semaine.".into();
    let rows: Result<Vec<ContractRow>, Failure> =
        week.contracts().map(|one| contract_row(week, one, ceilings)).collect();
    let found = week.against_contracts();
    let deviations: Result<Vec<DeviationRow>, Failure> =
        found.deviations.iter().map(|one| deviation_row(week, one)).collect();
    let outside: Result<Vec<String>, Failure> =
        found.outside.iter().map(|&id| Ok(goods_of(week, id)?.0)).collect();
    let mut outside = outside?;
    outside.sort();
    outside.dedup();
    Ok(ContractsPage {
        frame,
        contracts: rows?,
        agreed: (found.agreed, fr::euros(found.agreed_net)),
        deviations: deviations?,
        outside,
        outside_net: fr::euros(found.outside_net),
    })
}

fn contract_row(
    week: BuyerWeek<'_>,
    one: &Contract,
    ceilings: &BTreeMap<ContractId, Cents>,
) -> Result<ContractRow, Failure> {
    let left = ceilings.get(&one.id).copied();
    let whole = one.ceiling.zip(left);
    let spent = whole.map(|(ceiling, left)| ceiling.get() - left.get());
    let share =
        whole.zip(spent).map_or(0, |((ceiling, _), spent)| 100 * spent / ceiling.get().max(1));
    let prices: Result<Vec<PriceRow>, Failure> = one
        .prices
        .iter()
        .map(|row| {
            let product = week.list().product(row.product)?;
            let list = week.publication().and_then(|list| list.find(row.product, row.labels, None));
            let sale = list.map(|line| line.sale);
            Ok(PriceRow {
                goods: format!("{} {}", product.name, fr::labels(row.labels)).trim_end().into(),
                agreed: fr::price_per(row.price, product.unit),
                list: sale.map_or(String::new(), fr::price),
                gap: sale.map_or(String::new(), |sale| signed(sale, row.price)),
            })
        })
        .collect();
    let said = |cents: Option<i64>| cents.map_or(String::new(), |own| fr::euros(Cents::new(own)));
    Ok(ContractRow {
        name: one.name.clone(),
        reference: one.reference.clone(),
        period: format!(
            "du {} au {}",
            fr::numbers_day(one.valid_from),
            fr::numbers_day(one.valid_to)
        ),
        origin: match &one.origin {
            Origin::Anywhere => String::new(),
            clause => fr::origin(clause),
        },
        ceiling: said(one.ceiling.map(Cents::get)),
        spent: said(spent),
        left: said(left.map(Cents::get)),
        share,
        prices: prices?,
    })
}

/// What one price is above another.
fn signed(price: Price, than: Price) -> String {
    match price.get() - than.get() {
        0 => "=".into(),
        more if more > 0 => format!("+ {}", fr::price(Price::new(more))),
        less => format!("− {}", fr::price(Price::new(-less))),
    }
}

/// Goods of an own order line, and its order.
fn goods_of(week: BuyerWeek<'_>, id: OrderLineId) -> Result<(String, String), Failure> {
    let order = week.order(id.order)?;
    let unknown = trade::Denial::UnknownOrderLine { line: id };
    let line = order.lines.iter().find(|line| line.rank == id.rank).ok_or(unknown)?;
    let goods = format!("{} {}", line.name, fr::labels(line.labels)).trim_end().to_string();
    Ok((goods, format!("commande {} du {}", order.id, fr::day(order.day))))
}

fn deviation_row(week: BuyerWeek<'_>, one: &Deviation) -> Result<DeviationRow, Failure> {
    let (goods, order) = goods_of(week, one.line)?;
    let (is_more, more) = match one.more.get() {
        less if less < 0 => (false, format!("− {}", fr::euros(Cents::new(-less)))),
        more => (true, format!("+ {}", fr::euros(Cents::new(more)))),
    };
    Ok(DeviationRow {
        goods,
        order,
        quantity: fr::number(one.quantity),
        agreed: fr::price(one.agreed),
        charged: fr::price(one.charged),
        more,
        is_more,
    })
}
