//! What was ordered, beside the prices that a public contract fixed for it.

use crate::id::{BuyerId, ContractId, OrderLineId};
use crate::unit::{Cents, Price, Qty, amount};
use crate::week::Week;

/// An order line whose goods a contract prices otherwise than they were sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    pub line: OrderLineId,
    pub contract: ContractId,
    pub agreed: Price,
    pub charged: Price,
    pub quantity: Qty,
    /// What the buyer pays more; negative: less. Without VAT.
    pub more: Cents,
}

/// A week of a buyer beside its contracts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgainstContracts {
    /// Lines sold at the contract's price, and what they come to.
    pub agreed: usize,
    pub agreed_net: Cents,
    pub deviations: Vec<Deviation>,
    /// Lines of goods that no contract of the buyer prices, and what they come to.
    pub outside: Vec<OrderLineId>,
    pub outside_net: Cents,
}

/// Compares each line of a buyer's orders, as last amended, with the contract of its day. What
/// was taken out again does not count.
pub fn against_contracts(week: &Week, buyer: BuyerId) -> AgainstContracts {
    let mut found = AgainstContracts::default();
    for order in week.orders().iter().filter(|order| order.buyer == buyer) {
        for line in &order.lines {
            let id = order.line_id(line.rank);
            let quantity = week.ordered(id);
            if quantity.is_zero() {
                continue;
            }
            let net = amount(quantity, line.price);
            let register = week.register();
            match register.contract_for(buyer, line.product, line.labels, order.day) {
                None => {
                    found.outside.push(id);
                    found.outside_net = found.outside_net.plus(net);
                }
                Some((_, agreed)) if agreed == line.price => {
                    found.agreed += 1;
                    found.agreed_net = found.agreed_net.plus(net);
                }
                Some((contract, agreed)) => found.deviations.push(Deviation {
                    line: id,
                    contract: contract.id,
                    agreed,
                    charged: line.price,
                    quantity,
                    more: net.minus(amount(quantity, agreed)),
                }),
            }
        }
    }
    found
}
