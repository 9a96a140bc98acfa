//! A task as a problem of integers: calls by id, places and trucks by number.

use std::collections::{BTreeMap, BTreeSet};

use trade::id::VehicleId;
use trade::rounds::task::{Call, CallId, Load, PlannedRound, RoundsTask, Truck};
use trade::unit::round_div;

use super::problem::{Amount, NEVER, Pair, Problem, Rest, Spot, Wheels};
use super::roads::{FARTHEST, Roads};
use super::timetable;

/// More than any truck carries, and sums of it can still be counted.
const HEAVIEST: i64 = NEVER as i64;

/// A task with its problem.
pub struct Frame<'a> {
    pub task: &'a RoundsTask,
    pub roads: &'a Roads,
    pub problem: Problem,
    /// By place; the first stands for the dock.
    pub calls: Vec<Option<&'a Call>>,
    /// Number of each place in the roads.
    pub places: Vec<usize>,
    place_of: BTreeMap<CallId, u32>,
    truck_of: BTreeMap<VehicleId, usize>,
}

impl<'a> Frame<'a> {
    /// A call that is named twice counts once, a truck too: the first.
    pub fn new(task: &'a RoundsTask, roads: &'a Roads) -> Frame<'a> {
        let mut by_id: BTreeMap<CallId, (usize, &Call)> = BTreeMap::new();
        for (at, call) in task.calls.iter().enumerate() {
            by_id.entry(call.id).or_insert((at + 1, call));
        }
        let mut truck_of = BTreeMap::new();
        for (at, truck) in task.trucks.iter().enumerate() {
            truck_of.entry(truck.id).or_insert(at);
        }
        let place_of = by_id.keys().zip(1..).map(|(&id, place)| (id, place)).collect();
        let places: Vec<usize> =
            std::iter::once(0).chain(by_id.values().map(|(place, _)| *place)).collect();
        let calls: Vec<Option<&Call>> =
            std::iter::once(None).chain(by_id.values().map(|(_, call)| Some(*call))).collect();
        let problem = Problem::new(Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut frame = Frame { task, roads, problem, calls, places, place_of, truck_of };
        frame.problem = frame.make_problem();
        frame
    }

    pub fn place(&self, id: CallId) -> Option<u32> {
        self.place_of.get(&id).copied()
    }

    pub fn truck(&self, id: VehicleId) -> Option<usize> {
        self.truck_of.get(&id).copied()
    }

    /// The truck that a call is locked to, if any, even one that there is not.
    pub fn locked_to(&self, id: CallId) -> Option<VehicleId> {
        self.task.locks.trucks.iter().find(|(call, _)| *call == id).map(|(_, truck)| *truck)
    }

    fn make_problem(&self) -> Problem {
        let kept = self.kept();
        let kept_places: BTreeSet<u32> = kept.iter().flatten().flatten().copied().collect();
        let (tariffs, pairs) = self.tariffs();
        let mut access: Vec<Vec<bool>> = Vec::new();
        let mut trucks = Vec::with_capacity(self.task.trucks.len());
        for (at, truck) in self.task.trucks.iter().enumerate() {
            let fits = self.fits(at);
            let known = access.iter().position(|other| *other == fits);
            let number = known.unwrap_or(access.len());
            if known.is_none() {
                access.push(fits);
            }
            let mut wheels = wheels(truck, tariffs[at], number);
            wheels.rounds_most = wheels.rounds_most.max(kept[at].len() as i32);
            trucks.push(wheels);
        }
        let spots = self.spots(&kept_places);
        let mut problem = Problem::new(spots, trucks, pairs, access, kept);
        self.set_prices(&mut problem);
        self.close_late(&mut problem);
        problem
    }

    /// A truck whose kept rounds cannot be in time gets nothing more.
    fn close_late(&self, problem: &mut Problem) {
        for truck in 0..problem.trucks.len() {
            let kept = &problem.kept[truck];
            if !kept.is_empty() && timetable::make(problem, truck, kept).breach > 0 {
                problem.trucks[truck].access = problem.fits.len();
                problem.fits.push(vec![false; problem.size]);
            }
        }
    }

    /// What is known of the kept rounds, by truck in the order in which they leave; each call once.
    fn kept(&self) -> Vec<Vec<Vec<u32>>> {
        let mut kept = vec![Vec::new(); self.task.trucks.len()];
        let mut seen = BTreeSet::new();
        let mut rounds: Vec<&PlannedRound> = self.task.locks.rounds.iter().collect();
        rounds.sort_by_cached_key(|round| {
            let calls = round.stops.iter().map(|stop| stop.call);
            (round.leaves, round.vehicle, calls.collect::<Vec<CallId>>())
        });
        for round in rounds {
            let Some(truck) = self.truck(round.vehicle) else { continue };
            let places = round.stops.iter().filter_map(|stop| self.place(stop.call));
            let places: Vec<u32> = places.filter(|place| seen.insert(*place)).collect();
            if !places.is_empty() {
                kept[truck].push(places);
            }
        }
        kept
    }

    /// Where a truck can go: cold, access and locks.
    fn fits(&self, at: usize) -> Vec<bool> {
        let truck = &self.task.trucks[at];
        let goes_out = truck.rounds_most > 0 && self.truck(truck.id) == Some(at);
        let fits = |call: &Option<&Call>| match call {
            None => true,
            Some(call) => {
                let is_locked_away = self.locked_to(call.id).is_some_and(|id| id != truck.id);
                goes_out && !is_locked_away && is_cold_enough(call, truck) && can_come(call, truck)
            }
        };
        self.calls.iter().map(fits).collect()
    }

    fn spots(&self, kept: &BTreeSet<u32>) -> Vec<Spot> {
        let spot = |(place, call): (u32, &Option<&Call>)| match call {
            None => dock(),
            Some(call) => Spot {
                brings: amount(call.brings),
                fetches: amount(call.fetches),
                windows: windows(call),
                service: time(call.service.max(0)),
                ready: call.ready.map_or(0, time),
                // Nobody is back before the day begins.
                back_by: call.back_by.map_or(NEVER, |by| if by < 0 { -1 } else { time(by) }),
                price: 0,
                priority: call.priority.clamp(1, 3) as i32,
                is_kept: kept.contains(&place),
            },
        };
        (0..).zip(&self.calls).map(spot).collect()
    }

    /// The tariff of each truck, and the legs of each tariff.
    fn tariffs(&self) -> (Vec<usize>, Vec<Vec<Pair>>) {
        let mut prices: Vec<(i64, i64)> = Vec::new();
        let mut numbers = Vec::with_capacity(self.task.trucks.len());
        for truck in &self.task.trucks {
            let price = (truck.per_km.get().max(0), truck.per_hour.get().max(0));
            let known = prices.iter().position(|other| *other == price);
            numbers.push(known.unwrap_or(prices.len()));
            if known.is_none() {
                prices.push(price);
            }
        }
        (numbers, prices.iter().map(|&price| self.pairs(price)).collect())
    }

    fn pairs(&self, (per_km, per_hour): (i64, i64)) -> Vec<Pair> {
        let leg = |from: usize, to: usize| {
            let (metres, seconds) = (self.roads.metres(from, to), self.roads.seconds(from, to));
            // Where kilometres cost nothing, fewer are still better.
            let cost = metres * per_km + per_time(per_hour) * seconds + metres / 10;
            (cost.min(i64::from(NEVER) / 4) as i32, seconds as i32)
        };
        let mut pairs = Vec::with_capacity(self.places.len() * self.places.len());
        for &place in &self.places {
            for &other in &self.places {
                let ((cost_in, time_in), (cost_out, time_out)) =
                    (leg(other, place), leg(place, other));
                pairs.push(Pair { cost_in, cost_out, time_in, time_out });
            }
        }
        pairs
    }

    /// One call of a priority left out costs more than all calls of the next, and these more than
    /// all ways there are.
    fn set_prices(&self, problem: &mut Problem) {
        let dearest = |place: u32| {
            let legs = (0..problem.trucks.len()).map(|truck| {
                let row = problem.row(truck, place);
                let most = row.iter().map(|pair| pair.cost_in.max(pair.cost_out)).max();
                2 * i64::from(most.unwrap_or(0))
            });
            legs.max().unwrap_or(0)
        };
        let whole_day = |wheels: &Wheels| {
            wheels.per_day + wheels.per_time * i64::from(wheels.shift.1 - wheels.shift.0).max(0)
        };
        let mut all: i128 = problem.calls().map(|place| i128::from(dearest(place))).sum();
        all += problem.trucks.iter().map(|wheels| i128::from(whole_day(wheels))).sum::<i128>();
        for priority in (1..=3).rev() {
            // What the sum of all prices must stay under.
            let most = i128::from(i64::MAX / 4) / problem.size.max(1) as i128;
            let price = (all + 1).min(most);
            for spot in &mut problem.spots[1..] {
                if spot.priority == priority {
                    spot.price = price as i64;
                    all += price;
                }
            }
        }
    }
}

/// In thousandths of a cent, the unit of costs in the search, for each second.
fn per_time(per_hour: i64) -> i64 {
    round_div(i128::from(per_hour) * 1_000, 3_600)
}

fn time(seconds: i64) -> i32 {
    seconds.clamp(0, FARTHEST) as i32
}

fn amount(load: Load) -> Amount {
    [load.weight.get().clamp(0, HEAVIEST) as i32, load.litres.clamp(0, HEAVIEST) as i32]
}

fn windows(call: &Call) -> Vec<(i32, i32)> {
    if call.windows.is_empty() {
        return vec![(0, time(FARTHEST))];
    }
    let open = call.windows.iter().filter(|w| w.from <= w.to && w.to >= 0);
    let mut windows: Vec<_> = open.map(|w| (time(w.from), time(w.to))).collect();
    windows.sort_unstable();
    // Where nothing ever opens, nobody comes in time.
    if windows.is_empty() { vec![(NEVER, NEVER)] } else { windows }
}

fn dock() -> Spot {
    Spot {
        brings: [0, 0],
        fetches: [0, 0],
        windows: vec![(0, time(FARTHEST))],
        service: 0,
        ready: 0,
        back_by: NEVER,
        price: 0,
        priority: 1,
        is_kept: false,
    }
}

pub fn is_cold_enough(call: &Call, truck: &Truck) -> bool {
    truck.is_cold || !call.needs_cold
}

pub fn can_come(call: &Call, truck: &Truck) -> bool {
    call.largest.is_none_or(|largest| truck.gross <= largest)
}

fn wheels(truck: &Truck, tariff: usize, access: usize) -> Wheels {
    let rest = truck.pause.map(|pause| Rest {
        from: time(pause.window.from),
        to: time(pause.window.to),
        lasts: time(pause.lasts),
    });
    Wheels {
        capacity: [
            truck.payload.get().clamp(0, HEAVIEST) as i32,
            truck.litres.map_or(HEAVIEST, |litres| litres.clamp(0, HEAVIEST)) as i32,
        ],
        shift: (time(truck.shift.from), time(truck.shift.to)),
        rounds_most: truck.rounds_most.clamp(0, 1_000) as i32,
        turnaround: time(truck.turnaround),
        rest,
        per_day: truck.per_day.get().max(0) * 1_000,
        per_time: per_time(truck.per_hour.get().max(0)),
        tariff,
        access,
    }
}
