//! What a season came to, measure by measure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use plan::rounds::{RoundsPlan, late_by};
use plan::sourcing::FlatStanding;
use serde_json::{Map, Value};
use trade::id::{OrderLineId, ProducerId, ProductId};
use trade::register::Register;
use trade::rounds::RoundsTask;
use trade::sourcing::{Season, SourcingTask};
use trade::unit::{Cents, Grams, Rate, amount, rate_between, round_div};
use trade::{Denial, Week};

use super::reach::Reach;
use crate::ui::fr;

/// Sums over a season: grams, cents, metres, seconds and numbers.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    wanted: i64,
    /// Given to farms before they answered.
    planned: i64,
    served: i64,
    promised: i64,
    kept: i64,
    lines: i64,
    split_lines: i64,
    /// From its share of the season, at the end: the farm that is farthest, in cents and as a
    /// part of its share, and all farms on average.
    farthest: i64,
    farthest_part: Rate,
    /// What of the farthest no plan could have spared.
    unavoidable: i64,
    mean_off: i64,
    trips: i64,
    poor_trips: i64,
    farm_metres: i64,
    paid: i64,
    metres: i64,
    truck_seconds: i64,
    late_stops: i64,
    broken_rules: i64,
    left_out: i64,
    rounds_cost: i64,
    reach: Reach,
    pub cpu_seconds: f64,
}

/// A figure with the unit in which it is counted.
pub enum Shown {
    Grams(i64),
    Cents(i64),
    Metres(i64),
    /// In hours when read.
    Seconds(i64),
    Number(i64),
    Part(Rate),
    Cpu(f64),
}

pub struct Measure {
    code: &'static str,
    pub name: &'static str,
    pub value: Shown,
}

impl Outcome {
    /// After the first plan of a day: what farms were asked for.
    pub fn plan(&mut self, week: &Week, task: &SourcingTask) -> Result<(), Denial> {
        for want in &task.wants {
            let product = week.register().product(want.product)?;
            self.planned += product.weight_of(week.covered(want.order_line)).get();
        }
        Ok(())
    }

    /// After the last plan of a day; `task` is what the first one was asked.
    pub fn serve(&mut self, week: &Week, task: &SourcingTask) -> Result<(), Denial> {
        let mut goods: BTreeMap<ProductId, i64> = BTreeMap::new();
        for want in &task.wants {
            let product = week.register().product(want.product)?;
            let wanted = product.weight_of(want.quantity).get();
            let covered = week.covered(want.order_line);
            *goods.entry(want.product).or_default() += covered.get();
            let served = product.weight_of(covered).get();
            (self.wanted, self.served) = (self.wanted + wanted, self.served + served);
            if want.is_promised {
                (self.promised, self.kept) = (self.promised + wanted, self.kept + served);
            }
            self.lines += 1;
            self.split_lines += i64::from(farms_of(week, want.order_line)? > 1);
        }
        self.reach.day(task, &goods);
        Ok(())
    }

    /// The farms that come to the dock, and what they are paid. Farms that are fetched drive
    /// nowhere.
    pub fn come(&mut self, week: &Week, task: &SourcingTask) -> Result<(), Denial> {
        let mut paid: BTreeMap<ProducerId, i64> = BTreeMap::new();
        for line in week.purchase_lines_on(task.day) {
            let confirmed = week.confirmed(line.id);
            if !confirmed.is_zero() {
                *paid.entry(line.producer).or_default() += amount(confirmed, line.price).get();
            }
        }
        for (farm, paid) in paid {
            let way = task.farms.get(&farm).copied().unwrap_or_default();
            self.paid += paid;
            if week.register().producer(farm)?.carriage.is_fetched {
                continue;
            }
            self.trips += 1;
            self.poor_trips += i64::from(paid < way.minimum_trip.get());
            self.farm_metres += way.metres;
        }
        Ok(())
    }

    /// The trucks of a day; `broken`: rules that the plan breaks, besides being late.
    pub fn drive(&mut self, task: &RoundsTask, plan: &RoundsPlan, broken: usize) {
        for truck in &task.trucks {
            let own = || plan.rounds.iter().filter(|round| round.vehicle == truck.id);
            let leaves = own().map(|round| round.leaves).min();
            let back = own().map(|round| round.back).max();
            self.truck_seconds += back.zip(leaves).map_or(0, |(back, leaves)| back - leaves);
        }
        for round in &plan.rounds {
            let stops = round.stops.iter();
            self.metres += round.metres_back + stops.map(|stop| stop.metres).sum::<i64>();
            let late = round.stops.iter().filter(|stop| late_by(task, stop) > 0);
            self.late_stops += late.count() as i64;
        }
        self.broken_rules += broken as i64;
        self.left_out += plan.unassigned.len() as i64;
        self.rounds_cost += plan.cost.get();
    }

    /// At the end: how far farms are from their shares.
    pub fn stand(&mut self, register: &Register, season: &Season) {
        let agreed = register.producers.values();
        let agreed = agreed.filter_map(|farm| Some((farm.id, farm.season_share?))).collect();
        let farms = plan::sourcing::standing(season, &agreed);
        let Some(far) = farms.iter().max_by_key(|farm| off(farm)) else { return };
        self.farthest = off(far);
        self.farthest_part = part(off(far), far.target);
        self.unavoidable = self.reach.unavoidable(season, &farms);
        let all: i64 = farms.iter().map(off).sum();
        self.mean_off = round_div(i128::from(all), farms.len() as i128);
    }

    /// In the order in which they are told.
    pub fn measures(&self) -> Vec<Measure> {
        let one = |code, name, value| Measure { code, name, value };
        vec![
            one("wanted_g", "Demandé, en kg", Shown::Grams(self.wanted)),
            one("planned_g", "Attribué par le premier plan, en kg", Shown::Grams(self.planned)),
            one("served_g", "Servi une fois les réponses venues, en kg", Shown::Grams(self.served)),
            one("served_bp", "Part servie", Shown::Part(part(self.served, self.wanted))),
            one("promised_g", "Promis, en kg", Shown::Grams(self.promised)),
            one("kept_bp", "Part tenue des promesses", Shown::Part(part(self.kept, self.promised))),
            one(
                "farthest_cents",
                "Plus grand écart à la part de saison",
                Shown::Cents(self.farthest),
            ),
            one("farthest_bp", "Le même, rapporté à cette part", Shown::Part(self.farthest_part)),
            one(
                "unavoidable_cents",
                "Dont aucun plan ne viendrait à bout",
                Shown::Cents(self.unavoidable),
            ),
            one("mean_off_cents", "Écart moyen d'une ferme", Shown::Cents(self.mean_off)),
            one("trips", "Trajets, un par ferme et par jour", Shown::Number(self.trips)),
            one(
                "poor_trips",
                "Trajets sous le minimum de la ferme",
                Shown::Number(self.poor_trips),
            ),
            one("order_lines", "Lignes de commande", Shown::Number(self.lines)),
            one("split_lines", "Lignes de plusieurs fermes", Shown::Number(self.split_lines)),
            one("farm_metres", "Route des fermes, à l'aller", Shown::Metres(self.farm_metres)),
            one("round_metres", "Route de nos tournées", Shown::Metres(self.metres)),
            one("truck_seconds", "Heures de camion", Shown::Seconds(self.truck_seconds)),
            one("late_stops", "Arrêts en retard", Shown::Number(self.late_stops)),
            one(
                "broken_rules",
                "Accès, froid, volume, service ou pause enfreints",
                Shown::Number(self.broken_rules),
            ),
            one("left_out", "Lieux sans tournée", Shown::Number(self.left_out)),
            one("paid_cents", "Payé aux fermes", Shown::Cents(self.paid)),
            one("rounds_cents", "Coût des tournées", Shown::Cents(self.rounds_cost)),
            one("cpu_seconds", "Secondes de processeur", Shown::Cpu(self.cpu_seconds)),
        ]
    }

    /// All measures in whole units, with the planner's name.
    pub fn json(&self, planner: &str) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("planner".into(), planner.into());
        for Measure { code, value, .. } in self.measures() {
            object.insert(code.into(), value.json());
        }
        object
    }
}

impl Shown {
    fn json(&self) -> Value {
        match *self {
            Shown::Grams(value)
            | Shown::Cents(value)
            | Shown::Metres(value)
            | Shown::Seconds(value)
            | Shown::Number(value) => value.into(),
            Shown::Part(rate) => rate.get().into(),
            Shown::Cpu(seconds) => crate::bench::round(seconds).into(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match *self {
            Shown::Grams(grams) => fr::tenths_of_kilos(Grams::new(grams)),
            Shown::Cents(cents) => fr::euros(Cents::new(cents)),
            Shown::Metres(metres) => fr::km(metres),
            Shown::Seconds(seconds) => fr::integer(round_div(i128::from(seconds), 3_600)),
            Shown::Number(number) => fr::integer(number),
            Shown::Part(rate) => fr::rate(rate),
            Shown::Cpu(seconds) => format!("{seconds:.2}").replace('.', ","),
        })
    }
}

fn off(farm: &FlatStanding) -> i64 {
    (farm.base - farm.target).abs()
}

fn part(part: i64, whole: i64) -> Rate {
    rate_between(part, whole).unwrap_or(Rate::ZERO)
}

/// Farms that bring an order line.
fn farms_of(week: &Week, line: OrderLineId) -> Result<usize, Denial> {
    let mut farms = BTreeSet::new();
    for allocation in week.allocations_for(line) {
        let purchase = week.purchase_line(allocation.purchase_line)?;
        if !week.confirmed(purchase.id).is_zero() {
            farms.insert(purchase.producer);
        }
    }
    Ok(farms.len())
}
