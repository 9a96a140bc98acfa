//! What a buyer sends.

use trade::id::OrderId;

use super::super::forms::{amended, changes};
use crate::web::{Answer, BuyerVisit, Fields};

/// `POST …/my-orders/amendments`: new quantities of one order.
pub async fn amend(visit: BuyerVisit, fields: Fields) -> Answer {
    let order = OrderId(fields.number("order", "Commande")?);
    let known = visit
        .see(|week| {
            let found = week.order(order)?;
            let ranks = found.lines.iter().map(|line| found.line_id(line.rank));
            Ok(ranks.map(|id| (id, week.ordered(id))).collect::<Vec<_>>())
        })
        .await?;
    let changes = changes(order, &known, &fields)?;
    visit.scope.amend(visit.app(), visit.week, &changes, &visit.stamp()).await?;
    amended(&visit.href("my-orders"), order, &changes)
}
