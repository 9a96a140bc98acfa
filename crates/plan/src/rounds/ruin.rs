//! Takes strings of neighbouring calls out of neighbouring rounds (Christiaens and Vanden Berghe,
//! *Slack induction by string removals for vehicle routing problems*, Transportation Science 54(2),
//! 2020, section 5.2, with its parameters).

use super::chance::Chance;
use super::problem::Problem;
use super::state::{NOWHERE, State};

/// Calls taken out at a time, on average.
const REMOVED: f64 = 10.0;
/// The longest string.
const STRING: f64 = 10.0;

/// Where strings are taken: the ranks of a truck's calls that go.
pub struct Cut {
    pub truck: usize,
    pub ranks: Vec<usize>,
}

/// Chooses what goes. Nothing is changed yet.
pub fn choose(problem: &Problem, state: &State, chance: &mut Chance, cuts: &mut Vec<Cut>) {
    cuts.clear();
    let calls = problem.size - 1;
    let open = state.days.iter().filter(|day| !day.is_empty()).count().max(1);
    let mean = (calls - state.absent.len()) as f64 / open as f64;
    let longest = STRING.min(mean).max(1.0);
    let strings_most = 4.0 * REMOVED / (1.0 + longest) - 1.0;
    let strings = (chance.unit() * strings_most + 1.0).floor() as usize;
    let seed = 1 + chance.below(calls);
    for &place in &problem.near[seed] {
        let truck = state.truck_of[place as usize];
        if truck == NOWHERE || cuts.iter().any(|cut| cut.truck == truck as usize) {
            continue;
        }
        if problem.spots[place as usize].is_kept {
            continue;
        }
        let truck = truck as usize;
        let ranks = string(problem, state, chance, truck, place, longest);
        cuts.push(Cut { truck, ranks });
        if cuts.len() >= strings {
            break;
        }
    }
}

/// The ranks of a string of a truck's day that holds the place; half of them leave a part standing
/// in their middle.
fn string(
    problem: &Problem,
    state: &State,
    chance: &mut Chance,
    truck: usize,
    place: u32,
    longest: f64,
) -> Vec<usize> {
    let slots = &state.days[truck].slots;
    let calls = slots.len() - 2;
    let most = longest.min(calls as f64);
    let length = (1.0 + chance.unit() * most).floor().min(most) as usize;
    let mut spared = 0;
    if length > 1 && length < calls && chance.one_in(2) {
        spared = 1;
        while length + spared < calls && chance.one_in(100) {
            spared += 1;
        }
    }
    let rank = state.rank_of[place as usize] as usize;
    let whole = length + spared;
    let first = rank.saturating_sub(whole - 1).max(1);
    let last = rank.min(slots.len() - 1 - whole);
    let from = first + chance.below(last - first + 1);
    let gap = from + 1 + chance.below(length.saturating_sub(1).max(1));
    let is_spared = |at: usize| spared > 0 && at >= gap && at < gap + spared;
    let goes = |at: &usize| {
        let place = slots[*at].place;
        !is_spared(*at) && place != 0 && !problem.spots[place as usize].is_kept
    };
    (from..from + whole).filter(goes).collect()
}
