//! A list of 150 lines that no benchmark can sell out, for 200 canteens.

use trade::calendar::{Day, IsoWeek};
use trade::offers::OfferRequest;
use trade::unit::Qty;
use wire::pack::Pack;

use crate::access::scope::HubScope;
use crate::app::App;
use crate::clock;
use crate::commands::simulate::take_in;
use crate::generate::{self, Scale};
use crate::play::{Until, play};
use crate::store::act::Place;

/// Lines on sale.
pub const SHELF: usize = 150;

/// More of each than a run can order, in whole crates of every size.
const PLENTY: Qty = Qty::new(600_000_000_000);

/// Fills an empty database; the week and the day on sale.
pub async fn fill(app: &App) -> anyhow::Result<(Place, Day)> {
    let week = first_open_week();
    let hub = take_in(app, pack(week)).await?;
    let place = HubScope::of_program(hub).at(week);
    play(app, place, Until::Published).await?;
    let on_sale = app.on_sale(place).await?;
    let lines = on_sale.publication.lines.len();
    anyhow::ensure!(lines >= SHELF, "{lines} lignes en vente au lieu de {SHELF}");
    Ok((place, on_sale.publication.days[0].day))
}

/// The benchmark orders now: the week must still take orders.
fn first_open_week() -> IsoWeek {
    crate::clock::today().week().next().next()
}

/// The register of scale m, with one farm that offers plenty of 150 products. Prices of contracts
/// and their ceilings are left out: a ceiling is one row on which all orders would wait.
fn pack(week: IsoWeek) -> Pack {
    let mut pack = generate::pack(Scale::M, 1, &[week]);
    let day = clock_day(&pack, week);
    let farm = pack.producers[0].id;
    let offers = pack.products.iter().take(SHELF).map(|product| OfferRequest {
        producer: farm,
        product: product.id,
        labels: trade::catalog::Labels::NONE,
        day,
        quantity: PLENTY,
        price: trade::unit::Price::new(10_000),
    });
    pack.offers = offers.collect();
    for product in &mut pack.products {
        product.pack.weighed = false;
        product.pack.size = Qty::new(10_000);
    }
    pack.contracts.clear();
    pack.standing_orders.clear();
    pack.orders.clear();
    pack.arrivals.clear();
    pack.handovers.clear();
    pack.leftovers.clear();
    pack
}

fn clock_day(pack: &Pack, week: IsoWeek) -> Day {
    let register = pack.hub.clone().map(trade::register::Register::new);
    let days = register.map(|hub| crate::store::register::with_law(hub).delivery_days(week));
    days.and_then(|days| days.first().copied()).unwrap_or_else(clock::today)
}
