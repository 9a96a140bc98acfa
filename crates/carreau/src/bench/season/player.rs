//! Two ways of planning, and how a season is played under one of them.

use std::collections::BTreeMap;
use std::fmt::Debug;

use plan::rounds::{Effort, Roads, RoundsPlan};
use plan::verify::{RoundsBreach, SourcingBreach};
use trade::calendar::{Day, Instant};
use trade::id::{ProducerId, ProductId};
use trade::offers::Stamp;
use trade::rounds::RoundsTask;
use trade::sourcing::{Season, SourcingPlan, SourcingTask};
use trade::unit::{Qty, cents_of_exact};
use trade::{Week, rounds, sourcing};

use super::Sold;
use super::outcome::Outcome;
use crate::bench::machine::cpu_seconds;
use crate::failure::Failure;
use crate::play::{BY, answers_in};
use crate::rounds::acts::{SEED, TURNS};
use crate::store::told::Told;

/// A way of planning.
pub struct Planner {
    pub code: &'static str,
    pub name: &'static str,
    sourcing: fn(&SourcingTask) -> SourcingPlan,
    rounds: fn(&RoundsTask, &Roads) -> RoundsPlan,
    /// Its trucks look at weight alone.
    is_blind: bool,
}

/// The measure first.
pub static PLANNERS: [Planner; 2] = [
    Planner {
        code: "greedy",
        name: "de proche en proche",
        sourcing: plan::sourcing::greedy,
        rounds: plan::rounds::nearest,
        is_blind: true,
    },
    Planner {
        code: "by_aims",
        name: "par buts",
        sourcing: plan::sourcing::by_aims,
        rounds: searched,
        is_blind: false,
    },
];

/// Rounds as the desk proposes them.
fn searched(task: &RoundsTask, roads: &Roads) -> RoundsPlan {
    plan::rounds::plan(task, roads, Effort::Turns(TURNS), SEED)
}

/// A season on its way.
struct Player<'a> {
    planner: &'a Planner,
    season: Season,
    /// What was bought of each farm and product, in 10^-7 EUR: rounded to the cent once.
    spent: BTreeMap<(ProducerId, ProductId), i128>,
    /// All that was asked of the planner, to be asked again for its time.
    sources: Vec<SourcingTask>,
    drives: Vec<(RoundsTask, Roads)>,
    outcome: Outcome,
}

/// Plays the weeks in their order. The same weeks have the same outcome, but for the seconds.
pub fn play_season(planner: &Planner, weeks: &[Sold]) -> Result<Outcome, Failure> {
    let mut player = Player {
        planner,
        season: Season::new(),
        spent: BTreeMap::new(),
        sources: Vec::new(),
        drives: Vec::new(),
        outcome: Outcome::default(),
    };
    for sold in weeks {
        let mut week = sold.week.clone();
        let list = week.publication().cloned();
        for sale in list.iter().flat_map(|list| &list.days) {
            player.day(&mut week, sale.day, &sold.told)?;
        }
        player.remember(&week);
    }
    let Player { season, mut outcome, sources, drives, .. } = player;
    if let Some(last) = weeks.last() {
        outcome.stand(last.week.register(), &season);
    }
    outcome.cpu_seconds = seconds(planner, &sources, &drives)?;
    Ok(outcome)
}

impl Player<'_> {
    /// Plans a day, lets farms answer, plans again what they cannot bring, and drives it out.
    fn day(&mut self, week: &mut Week, day: Day, told: &Told) -> Result<(), Failure> {
        let task = self.source(week, day)?;
        self.outcome.plan(week, &task)?;
        let answers = answers_in(week, day, told)?;
        for &(line, quantity) in &answers {
            let confirmation = sourcing::confirm(week, line, quantity, stamp())?;
            week.apply(confirmation.into());
        }
        if !answers.is_empty() {
            self.source(week, day)?;
        }
        self.outcome.serve(week, &task)?;
        self.outcome.come(week, &task)?;
        self.drive(week, day)
    }

    /// Plans what still needs a farm, and orders it.
    fn source(&mut self, week: &mut Week, day: Day) -> Result<SourcingTask, Failure> {
        let setting = week.register().sourcing_setting();
        let rules = setting.rules(Vec::new(), plan::distance::metres);
        let task = sourcing::task(week, day, self.season.clone(), &rules)?;
        let plan = (self.planner.sourcing)(&task);
        let mut breaches = plan::verify::sourcing(&task, &plan);
        // It takes two farms a line, and does not ask how many a line has already.
        breaches.retain(|one| !(self.planner.is_blind && is_more_farms(one)));
        if !breaches.is_empty() {
            return Err(self.refused("répartition", day, &breaches));
        }
        if !plan.allotments.is_empty() {
            let accepted = sourcing::accept(week, &plan, stamp())?;
            week.apply(accepted.into());
        }
        self.sources.push(task.clone());
        Ok(task)
    }

    fn drive(&mut self, week: &Week, day: Day) -> Result<(), Failure> {
        let task = rounds::task(week, day)?;
        let roads = Roads::estimated(&task);
        let plan = (self.planner.rounds)(&task, &roads);
        let breaches = plan::verify::rounds(&task, &roads, &plan);
        let (unseen, wrong): (Vec<_>, Vec<_>) =
            breaches.into_iter().partition(|one| self.planner.is_blind && is_unseen(one));
        if !wrong.is_empty() {
            return Err(self.refused("tournées", day, &wrong));
        }
        let broken = unseen.iter().filter(|one| is_broken_rule(one)).count();
        self.outcome.drive(&task, &plan, broken);
        self.drives.push((task, roads));
        Ok(())
    }

    /// Adds a week to the season, as the desk counts it: what was offered, and what farms
    /// confirmed of what was ordered.
    fn remember(&mut self, week: &Week) {
        for offer in week.current_offers() {
            let row = self.season.entry((offer.producer, offer.product)).or_default();
            row.offered = Qty::new(row.offered.get() + offer.quantity.get());
        }
        for line in week.purchase_lines() {
            let key = (line.producer, line.product);
            let spent = self.spent.entry(key).or_default();
            let confirmed = week.confirmed(line.id).get();
            *spent += i128::from(confirmed) * i128::from(line.price.get());
            let row = self.season.entry(key).or_default();
            row.purchased = Qty::new(row.purchased.get() + confirmed);
            row.value = cents_of_exact(*spent);
        }
    }

    fn refused(&self, what: &str, day: Day, breaches: &dyn Debug) -> Failure {
        let name = self.planner.name;
        anyhow::anyhow!("{what} {name}, {day} : refus de la vérification : {breaches:?}").into()
    }
}

fn is_more_farms(breach: &SourcingBreach) -> bool {
    matches!(breach, SourcingBreach::TooManyFarms { .. })
}

/// What trucks that look at weight alone cannot know.
fn is_unseen(breach: &RoundsBreach) -> bool {
    use RoundsBreach as B;
    let is_time = matches!(breach, B::OutOfWindow { .. });
    let is_reason = matches!(breach, B::WrongReason { .. } | B::CouldBeServed { .. });
    is_time || is_reason || is_broken_rule(breach)
}

/// What makes a round impossible, besides coming late.
fn is_broken_rule(breach: &RoundsBreach) -> bool {
    use RoundsBreach as B;
    matches!(
        breach,
        B::TooLarge { .. }
            | B::NotCold { .. }
            | B::NoAccess { .. }
            | B::OutOfShift { .. }
            | B::NotReady { .. }
            | B::BackTooLate { .. }
            | B::NoPause { .. }
            | B::PauseOutOfWindow { .. }
    )
}

fn stamp() -> Stamp {
    Stamp { at: Instant(0), by: BY.into() }
}

/// CPU seconds for all plans of a season, planned once more in a row: the system counts in
/// hundredths, which is more than many a plan takes.
fn seconds(
    planner: &Planner,
    sources: &[SourcingTask],
    drives: &[(RoundsTask, Roads)],
) -> anyhow::Result<f64> {
    let begin = cpu_seconds()?;
    sources.iter().for_each(|task| drop((planner.sourcing)(task)));
    drives.iter().for_each(|(task, roads)| drop((planner.rounds)(task, roads)));
    Ok(cpu_seconds()? - begin)
}
