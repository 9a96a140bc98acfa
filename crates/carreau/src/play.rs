//! Playing a week from what was told: one path for imports, simulations, the demo and benchmarks.
//!
//! What happens is what people would do on the pages, through the same acts, at the hours at
//! which the hub works. Playing again goes on where it stopped: each part looks first at what is
//! already there.

mod dock;
pub mod payments;
mod rounds;
pub mod surplus;

pub(crate) use dock::answers_in;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::offers::Stamp;

use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::orders::acts::Intake;
use crate::store::act::Place;
use crate::store::told::{self, Told};
use crate::{billing, mercuriale, orders, sourcing};

/// How far a week is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    Published,
    Ordered,
    Closed,
    Sourced,
    Delivered,
    Billed,
}

/// The hours of a played week, in minutes of the day in Paris.
const PLAN_AFTER_CUTOFF: i64 = 60;
const CONFIRM_AFTER_CUTOFF: i64 = 180;
const DOCK_OPENS: i64 = 5 * 60;
const SORTED: i64 = 6 * 60 + 30;
const LOADED: i64 = 7 * 60;
const DELIVERED: i64 = 9 * 60;
const RESOLVED: i64 = 12 * 60;
const INVOICED: i64 = 17 * 60;

/// From publication to the evening in which orders are keyed in, in seconds.
const EVENING: i64 = 2 * 3_600;

/// Who acts in a played week, as pages and papers name them.
pub(crate) const BY: &str = "démonstration";

/// When the hub posts the documents of a week: its Friday.
fn billing_day(week: IsoWeek) -> Day {
    week.monday().plus_days(4)
}

/// The instant at which a played week is billed.
pub fn billed_at(week: IsoWeek) -> Instant {
    clock::instant(billing_day(week), INVOICED)
}

fn stamp(at: Instant) -> Stamp {
    Stamp { at, by: BY.into() }
}

fn stamp_on(day: Day, minute: i64) -> Stamp {
    stamp(clock::instant(day, minute))
}

/// Plays a week up to a point. Shape: what became of the orders told.
pub async fn play(app: &App, place: Place, until: Until) -> Result<Intake, Failure> {
    let told = told::load(&app.db(place.scope()), place.hub, place.week).await?;
    let published_at = clock::publication_of(place.week);
    publish(app, place, published_at).await?;
    if until == Until::Published {
        return Ok(Intake::default());
    }
    let intake = take_waiting(app, place).await?;
    if until == Until::Ordered {
        return Ok(intake);
    }
    let days = close(app, place).await?;
    if until == Until::Closed {
        return Ok(intake);
    }
    let season = sourcing::acts::season(&app.db(place.scope()), place.hub, place.week).await?;
    for &(day, cutoff_at) in &days {
        source(app, place, day, cutoff_at, &season, &told).await?;
    }
    if until == Until::Sourced {
        return Ok(intake);
    }
    for &(day, _) in &days {
        deliver(app, place, day, &told).await?;
    }
    if until == Until::Delivered {
        return Ok(intake);
    }
    let day = billing_day(place.week);
    let at = stamp_on(day, INVOICED);
    billing::acts::invoice(app, place, None, day, &at).await?;
    billing::acts::bill_farms(app, place, None, day, &at).await?;
    Ok(intake)
}

/// Plays a week as far as it has come by `now`: published, ordered, and the days before today
/// brought and delivered. What is due since is left to whoever opens the week, as on a real
/// morning: days to close, to plan, to receive.
pub async fn play_to(app: &App, place: Place, now: Instant) -> Result<Intake, Failure> {
    let told = told::load(&app.db(place.scope()), place.hub, place.week).await?;
    let published_at = clock::publication_of(place.week).min(now);
    publish(app, place, published_at).await?;
    let evening = Instant(published_at.0 + EVENING).min(now);
    let intake = orders::acts::take_waiting(app, place, published_at, evening, BY).await?;
    let season = sourcing::acts::season(&app.db(place.scope()), place.hub, place.week).await?;
    let on_sale = app.on_sale(place).await?;
    let today = clock::civil(now).0;
    for sale in on_sale.publication.days.iter().filter(|sale| sale.day < today) {
        orders::acts::close(app, place, sale.day, &stamp(sale.cutoff_at)).await?;
        source(app, place, sale.day, sale.cutoff_at, &season, &told).await?;
        deliver(app, place, sale.day, &told).await?;
    }
    Ok(intake)
}

/// Publishes, unless that was done.
async fn publish(app: &App, place: Place, at: Instant) -> Result<(), Failure> {
    if !app.read(place, |week, _| week.publication().is_some()).await? {
        mercuriale::acts::publish_week(app, place, &stamp(at)).await?;
    }
    Ok(())
}

/// Receives, sorts, brings to the buyers and empties the dock.
async fn deliver(app: &App, place: Place, day: Day, told: &Told) -> Result<(), Failure> {
    dock::play(app, place, day, told).await?;
    rounds::play(app, place, day, told).await?;
    dock::empty(app, place, day, told, RESOLVED).await
}

/// What waits for a published list, as at the hours of a played week: orders are keyed in the
/// evening after publication, before any cut-off.
pub async fn take_waiting(app: &App, place: Place) -> Result<Intake, Failure> {
    let published_at = clock::publication_of(place.week);
    let evening = Instant(published_at.0 + EVENING);
    orders::acts::take_waiting(app, place, published_at, evening, BY).await
}

/// Closes the days that have orders, each at its cut-off.
async fn close(app: &App, place: Place) -> Result<Vec<(Day, Instant)>, Failure> {
    let on_sale = app.on_sale(place).await?;
    let mut days = Vec::new();
    for sale in &on_sale.publication.days {
        orders::acts::close(app, place, sale.day, &stamp(sale.cutoff_at)).await?;
        days.push((sale.day, sale.cutoff_at));
    }
    Ok(days)
}

/// Plans, lets farms answer, and plans again what they cannot bring.
async fn source(
    app: &App,
    place: Place,
    day: Day,
    cutoff_at: Instant,
    season: &trade::sourcing::Season,
    told: &Told,
) -> Result<(), Failure> {
    let planned = stamp(Instant(cutoff_at.0 + PLAN_AFTER_CUTOFF * 60));
    let is_planned =
        app.read(place, |week, _| week.plans().iter().any(|plan| plan.day == day)).await?;
    if is_planned {
        return Ok(());
    }
    if !plan_day(app, place, day, season, &planned).await? {
        return Ok(());
    }
    let answers = dock::answers(app, place, day, told).await?;
    if answers.is_empty() {
        return Ok(());
    }
    let confirmed = stamp(Instant(cutoff_at.0 + CONFIRM_AFTER_CUTOFF * 60));
    sourcing::acts::confirm(app, place, &answers, &confirmed).await?;
    plan_day(app, place, day, season, &confirmed).await?;
    Ok(())
}

/// `false` when there is nothing to plan, or nothing that a farm could bring.
async fn plan_day(
    app: &App,
    place: Place,
    day: Day,
    season: &trade::sourcing::Season,
    stamp: &Stamp,
) -> Result<bool, Failure> {
    let season = season.clone();
    match sourcing::acts::accept_with(app, place, day, season, None, (stamp, "")).await {
        Ok(_) => Ok(true),
        Err(Failure::Denied(denials))
            if matches!(denials[..], [trade::Denial::PlanEmpty { .. }]) =>
        {
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

/// Pays what is due to farms for the weeks before, as on the Friday of `place`.
pub async fn pay_farms(app: &App, place: Place) -> Result<usize, Failure> {
    let day = billing_day(place.week);
    let mut paid = 0;
    // Terms are at most 30 days: older weeks were paid before.
    let mut week = place.week;
    for _ in 0..6 {
        week = week.previous();
        let before = place.at(week);
        if app.read(before, |week, _| !week.documents().is_empty()).await? {
            paid += billing::acts::pay_due(app, before, day, &stamp_on(day, INVOICED)).await?;
        }
    }
    Ok(paid)
}
