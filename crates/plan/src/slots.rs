//! When each farm comes to the dock, so that no more unload at once than there are doors.

use trade::id::ProducerId;
use trade::rounds::task::Window;

/// A farm that comes, or whose goods our own truck fetched. Seconds, as in the rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub farm: ProducerId,
    /// From its weight, as the hub reckons.
    pub unloading: i64,
    /// When it likes to arrive; `None`: at any time.
    pub prefers: Option<Window>,
    /// When our own truck is back with its goods: it comes then or later, never before.
    pub fetched: Option<i64>,
}

/// A dock's morning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotsTask {
    /// Unloading of who comes lies in it.
    pub open: Window,
    /// Until when our own trucks unload, behind the opening hours or not.
    pub fetched_to: i64,
    /// How many unload at once.
    pub doors: usize,
    /// Slots begin at multiples of so many seconds behind the opening: five or ten minutes.
    pub grid: i64,
    pub arrivals: Vec<Arrival>,
}

impl SlotsTask {
    /// Steps of the grid in which a farm's goods are unloaded.
    fn steps(&self, is_fetched: bool) -> usize {
        let to = if is_fetched { self.fetched_to.max(self.open.to) } else { self.open.to };
        ((to - self.open.from).max(0) / self.grid.max(1)) as usize
    }
}

/// Why a farm has no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoSlot {
    NoDoor,
    /// Unloading takes longer than the dock is open, or than is left when our truck is back.
    TooLong,
    Full,
}

/// By farm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotsPlan {
    /// Begin of each slot.
    pub slots: Vec<(ProducerId, i64)>,
    pub without: Vec<(ProducerId, NoSlot)>,
}

/// Seconds between a begin and what a farm likes; 0 within it.
pub fn bump(arrival: &Arrival, begins: i64) -> i64 {
    match (arrival.fetched, arrival.prefers) {
        (Some(back), _) => begins - back,
        (None, None) => 0,
        (None, Some(window)) => (window.from - begins).max(begins - window.to).max(0),
    }
}

/// The doors' use, step by step of the grid, and where each farm is in it.
struct Desk<'a> {
    task: &'a SlotsTask,
    arrivals: Vec<&'a Arrival>,
    used: Vec<usize>,
    begins: Vec<Option<usize>>,
}

/// Without a slot, then seconds of bumps in all, then the largest.
type Worth = (usize, i64, i64);

/// Gives as many farms as can be a slot, near what they like: one after the other in three orders
/// (by wish, the longest first, by name), each then mended by moving one or two at a time as long
/// as fewer are without, the bumps together become less, or the largest one does; the best of the
/// three. What is left cannot be mended by moving any one farm.
pub fn slots(task: &SlotsTask) -> SlotsPlan {
    let mut arrivals: Vec<&Arrival> = task.arrivals.iter().collect();
    arrivals.sort_by_key(|one| one.farm);
    arrivals.dedup_by_key(|one| one.farm);
    let by_name: Vec<usize> = (0..arrivals.len()).collect();
    let wish = |&at: &usize| {
        let one = arrivals[at];
        let wish = one.fetched.or(one.prefers.map(|window| window.to));
        (one.fetched.is_none(), wish.unwrap_or(i64::MAX))
    };
    let (mut by_wish, mut by_length) = (by_name.clone(), by_name.clone());
    by_wish.sort_by_key(wish);
    by_length.sort_by_key(|&at| -arrivals[at].unloading);
    let desks = [by_wish, by_length, by_name].map(|order| {
        let mut desk = Desk::new(task, arrivals.clone());
        order.iter().for_each(|&at| desk.place(at));
        while desk.improve(&order) {}
        (desk.worth(), desk)
    });
    let best = desks.into_iter().min_by_key(|(worth, _)| *worth);
    best.map_or_else(SlotsPlan::default, |(_, desk)| desk.told())
}

impl<'a> Desk<'a> {
    fn new(task: &'a SlotsTask, arrivals: Vec<&'a Arrival>) -> Desk<'a> {
        let steps = task.steps(true).max(task.steps(false));
        let begins = vec![None; arrivals.len()];
        Desk { task, arrivals, used: vec![0; steps], begins }
    }

    fn length(&self, at: usize) -> usize {
        let grid = self.task.grid.max(1);
        ((self.arrivals[at].unloading.max(0) + grid - 1) / grid).max(1) as usize
    }

    fn time(&self, step: usize) -> i64 {
        self.task.open.from + step as i64 * self.task.grid.max(1)
    }

    /// Steps at which a farm may begin, were it alone.
    fn may_begin(&self, at: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let steps = self.task.steps(self.arrivals[at].fetched.is_some());
        let end = (steps + 1).saturating_sub(self.length(at));
        let back = self.arrivals[at].fetched.unwrap_or(i64::MIN);
        (0..end).filter(move |&step| self.time(step) >= back)
    }

    /// Puts a farm where it is bumped least, the earlier the better.
    fn place(&mut self, at: usize) {
        let length = self.length(at);
        let is_free = |&step: &usize| {
            self.used[step..step + length].iter().all(|&used| used < self.task.doors)
        };
        let bumped = |&step: &usize| bump(self.arrivals[at], self.time(step));
        let best = self.may_begin(at).filter(is_free).min_by_key(bumped);
        self.begins[at] = best;
        if let Some(step) = best {
            self.used[step..step + length].iter_mut().for_each(|used| *used += 1);
        }
    }

    fn take(&mut self, at: usize) {
        let length = self.length(at);
        if let Some(step) = self.begins[at].take() {
            self.used[step..step + length].iter_mut().for_each(|used| *used -= 1);
        }
    }

    fn worth(&self) -> Worth {
        let bumped = |(at, begins): (usize, &Option<usize>)| {
            begins.map(|step| bump(self.arrivals[at], self.time(step)))
        };
        let bumps = || self.begins.iter().enumerate().filter_map(bumped);
        let without = self.begins.iter().filter(|begins| begins.is_none()).count();
        (without, bumps().sum(), bumps().max().unwrap_or(0))
    }

    /// Moves one or two farms, if that is better.
    fn improve(&mut self, order: &[usize]) -> bool {
        for &one in order {
            for &other in order {
                let (before, used, begins) = (self.worth(), self.used.clone(), self.begins.clone());
                self.take(one);
                self.take(other);
                self.place(one);
                if other != one {
                    self.place(other);
                }
                if self.worth() < before {
                    return true;
                }
                (self.used, self.begins) = (used, begins);
            }
        }
        false
    }

    fn told(&self) -> SlotsPlan {
        let mut plan = SlotsPlan::default();
        for (at, arrival) in self.arrivals.iter().enumerate() {
            match self.begins[at] {
                Some(step) => plan.slots.push((arrival.farm, self.time(step))),
                None => plan.without.push((arrival.farm, self.why(at))),
            }
        }
        plan
    }

    fn why(&self, at: usize) -> NoSlot {
        match () {
            () if self.task.doors == 0 => NoSlot::NoDoor,
            () if self.may_begin(at).next().is_none() => NoSlot::TooLong,
            () => NoSlot::Full,
        }
    }
}
