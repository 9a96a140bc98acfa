//! What some farms pledge for a season: a part of what they usually bring of their main crops.

use trade::calendar::{Day, IsoWeek};
use trade::pledge::Pledge;
use trade::unit::Qty;

use super::World;
use super::buyers::school_year;
use super::chance::{between, happens, source};
use super::farms::Farm;
use super::offering::course_weight;
use super::seeds::Article;

/// Share of the farms that pledge, most crops of each, and the part of an offer. Assumptions.
const PLEDGING: f64 = 0.4;
const CROPS_MAX: usize = 2;
const PART: (f64, f64) = (0.4, 0.9);
/// Weeks of a school year, from September to the end of June.
const YEAR_WEEKS: usize = 44;

/// The pledges of each school year that the weeks touch.
pub fn pledges(world: &World, weeks: &[IsoWeek]) -> Vec<Pledge> {
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return Vec::new() };
    let (mut year, end) =
        (school_year(first.monday().plus_days(1)), school_year(last.monday().plus_days(3)));
    let mut pledges = Vec::new();
    while year <= end {
        for (at, farm) in world.farms.iter().enumerate() {
            let mut rng = source(world.seed ^ year.ymd().0 as u64, "pledge", at as u64);
            if happens(&mut rng, PLEDGING) {
                pledges.extend(of_farm(&mut rng, world, farm, year));
            }
        }
        year = school_year(year.plus_days(370));
    }
    pledges
}

fn of_farm(rng: &mut fastrand::Rng, world: &World, farm: &Farm, year: Day) -> Vec<Pledge> {
    let mut crops = farm.crops.clone();
    rng.shuffle(&mut crops);
    let mut pledges = Vec::new();
    for article in crops.iter().take(CROPS_MAX).map(|&crop| &world.articles[crop]) {
        let part = between(rng, PART.0, PART.1);
        let Some((from, to)) = season(article, year) else { continue };
        let kilos = world.shape.offer_kilos as f64 * course_weight(article) * part;
        let (units, step) = (article.units_of_kilos(kilos), article.step());
        pledges.push(Pledge {
            producer: farm.producer.id,
            product: article.product.id,
            labels: article.label.map_or(farm.grown, |label| farm.grown.with(label)),
            from,
            to,
            weekly: Qty::new(((units / step as f64).round() as i64).max(1) * step),
        });
    }
    pledges
}

/// The first run of weeks of a school year in which an article is in season.
fn season(article: &Article, year: Day) -> Option<(IsoWeek, IsoWeek)> {
    let weeks = std::iter::successors(Some(year.week()), |week| Some(week.next()));
    let is_there = |week: &IsoWeek| article.product.season.has(week.monday());
    let mut run = weeks.take(YEAR_WEEKS).skip_while(|week| !is_there(week)).take_while(is_there);
    let first = run.next()?;
    Some((first, run.last().unwrap_or(first)))
}
