//! Whether today's goods are on their way: the dock and the drivers open on the last week that has
//! some, and must be told when today only waits for somebody at the desk.

use trade::Week;
use trade::calendar::Day;
use trade::orders::Order;

use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::Visit;

/// A delivery day that is here, and that nobody has closed or ordered from the farms.
pub struct Unclosed {
    pub said: String,
    /// Where that is done; empty for whoever may not.
    pub href: String,
}

/// What stops today's morning, if anything does.
pub async fn unclosed(visit: &Visit) -> Result<Option<Unclosed>, Failure> {
    let today = clock::today();
    let place = visit.place.at(today.week());
    let Some(is_closed) = visit.app().read(place, |week, _| stopped(week, today)).await? else {
        return Ok(None);
    };
    let day = fr::day(today);
    let (said, step) = match is_closed {
        false => (
            format!(
                "Les commandes du {day} ne sont pas closes, et rien n'est commandé aux fermes : la \
                 coordination doit les clore."
            ),
            "orders",
        ),
        true => (
            format!(
                "Les commandes du {day} sont closes, mais rien n'est commandé aux fermes : la \
                 coordination doit accepter le plan."
            ),
            "sourcing",
        ),
    };
    let href = match visit.may(step, true) {
        true => format!("/weeks/{}/{step}", today.week()),
        false => String::new(),
    };
    Ok(Some(Unclosed { said, href }))
}

/// Whether orders are closed, on a day with orders for which nothing is bought.
fn stopped(week: &Week, day: Day) -> Option<bool> {
    // An order may have been amended to nothing.
    let is_wanted = |order: &Order| {
        let mut lines = order.lines.iter().map(|line| week.ordered(order.line_id(line.rank)));
        order.day == day && lines.any(|quantity| !quantity.is_zero())
    };
    let has_orders = week.orders().iter().any(is_wanted);
    let is_bought = week.purchase_lines_on(day).next().is_some();
    // Of a plan that found no farm nothing is to come.
    let is_planned = week.plans().iter().any(|plan| plan.day == day);
    (has_orders && !is_bought && !is_planned).then(|| week.closing(day).is_some())
}
