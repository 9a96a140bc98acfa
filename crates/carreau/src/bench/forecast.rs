//! How wrong the forecast is, on invented seasons of scale s: weeks that are held out, one and four
//! weeks ahead, beside last week again and beside the mean of four weeks. The kitchens of the
//! generator choose their goods nearly by chance: what can be foreseen of them is when they are
//! closed, what is in season and how much each takes. Those of `trade`'s own measure have menus
//! (`cargo run -p trade --example forecast`).

use trade::calendar::IsoWeek;
use trade::needs::PastOrder;
use trade::needs::trial::{Method, Trial, trial};
use trade::register::Register;
use wire::pack::Pack;

use super::Figure;
use crate::generate::{self, Scale};
use crate::store::register::with_law;

/// Weeks that are invented, from the first week of a school year on; those that are only learned
/// from; and how far is looked ahead at most.
const WEEKS: usize = 96;
const LEARNED: usize = 60;
const AHEAD_MAX: usize = 4;
const SEEDS: [u64; 3] = [1, 2, 3];
/// The error over that of the other way, at most.
const GOAL: f64 = 0.9;

/// One figure for each distance and each other way, and how often what came lay in its range.
pub fn errors() -> Vec<Figure> {
    let hubs: Vec<(Register, Vec<PastOrder>)> = SEEDS.iter().map(|&seed| hub(seed)).collect();
    let mut figures = Vec::new();
    for (ahead, last, four, range) in [
        (1, "forecast_1_last_week", "forecast_1_four_weeks", "forecast_1_in_range"),
        (AHEAD_MAX, "forecast_4_last_week", "forecast_4_four_weeks", "forecast_4_in_range"),
    ] {
        let of = |method| sum(hubs.iter().map(|hub| tried(hub, method, ahead)));
        let own = of(Method::Habits);
        let beside = |name, method| {
            let (value, limit) = (error(&own), error(&of(method)));
            let met = value <= limit * GOAL;
            let goal = "0,9 fois l'erreur de l'autre au plus";
            Figure { name, value, unit: "% d'erreur", limit: Some(limit), goal, met }
        };
        figures.push(beside(last, Method::LastWeek));
        figures.push(beside(four, Method::FourWeeks));
        figures.push(in_range(range, &own));
    }
    figures
}

fn in_range(name: &'static str, own: &Trial) -> Figure {
    let value = own.inside as f64 / own.ranged.max(1) as f64 * 100.0;
    let met = (72.0..=88.0).contains(&value);
    let unit = "% des produits et semaines dans leur intervalle";
    Figure { name, value, unit, limit: None, goal: "80, à 8 près", met }
}

fn tried((register, past): &(Register, Vec<PastOrder>), method: Method, ahead: usize) -> Trial {
    let all = weeks();
    let origins = all[LEARNED]..=all[WEEKS - 1 - AHEAD_MAX];
    trial(register, past, method, origins, ahead)
}

/// The error over what was ordered, in percent.
fn error(trial: &Trial) -> f64 {
    trial.error().map_or(f64::NAN, |rate| rate.get() as f64 / 100.0)
}

fn sum(trials: impl Iterator<Item = Trial>) -> Trial {
    trials.fold(Trial::default(), Trial::plus)
}

fn weeks() -> Vec<IsoWeek> {
    let first = IsoWeek::new(2024, 36).expect("week 36 is in every year");
    std::iter::successors(Some(first), |week| Some(week.next())).take(WEEKS).collect()
}

/// A hub with what its kitchens asked for.
fn hub(seed: u64) -> (Register, Vec<PastOrder>) {
    let pack = generate::pack(Scale::S, seed, &weeks());
    let mut register = with_law(Register::new(generate::hub()));
    register.buyers = pack.buyers.iter().map(|one| (one.id, one.clone())).collect();
    register.sites = pack.sites.iter().map(|one| (one.id, one.clone())).collect();
    register.products = pack.products.iter().map(|one| (one.id, one.clone())).collect();
    (register, past(&pack))
}

fn past(pack: &Pack) -> Vec<PastOrder> {
    let lines =
        pack.orders.iter().flat_map(|order| order.lines.iter().map(move |line| (order, line)));
    let order = |(order, line): (&wire::pack::OrderNote, &wire::pack::OrderNoteLine)| PastOrder {
        week: order.day.week(),
        buyer: order.buyer,
        product: line.product,
        labels: line.labels,
        quantity: line.quantity,
    };
    lines.map(order).collect()
}
