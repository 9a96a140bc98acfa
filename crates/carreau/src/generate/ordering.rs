//! What kitchens order in a week against the list to come: what they find, mostly, and sometimes
//! more than is left.

use trade::calendar::{Day, IsoWeek};
use trade::id::Code;
use trade::orders::Channel;
use trade::party::BuyerKind;
use trade::unit::Qty;
use wire::pack::{OrderNote, OrderNoteLine};

use super::World;
use super::buyers::{Kitchen, TWICE_KILOS};
use super::chance::{between, happens, source, weighted};
use super::offering::SaleLine;
use super::seeds::Course;

/// An order with places instead of names: what is drawn next needs them.
#[derive(Clone, Debug)]
pub struct Placed {
    pub kitchen: usize,
    pub site: usize,
    /// The place of its day among the delivery days.
    pub day: usize,
    /// The place of a sale line, and how much of it, in thousandths.
    pub lines: Vec<(usize, i64)>,
}

/// How often a kitchen looks for each course, in the order of [`Course::ALL`].
const MENU: [f64; 6] = [0.40, 0.24, 0.26, 0.04, 0.03, 0.03];
/// Least and most lines of an order: four to eight where a buyer is served as today.
const LINES_MIN: f64 = 3.0;
const LINES_MAX: f64 = 13.0;
/// Share of lines that ask for more than is left.
const GREEDY: f64 = 0.03;
/// Cents: the hub's minimum and a little, since prices may come out lower.
const WORTH_IT: i64 = 9_000;

/// One week's order book while it is written.
struct Book<'w> {
    world: &'w World,
    days: &'w [Day],
    lines: &'w mut [SaleLine],
    /// By delivery day and course, the places of the lines on sale.
    shelves: Vec<[Vec<usize>; 6]>,
}

/// The orders of a week. What they take is gone from `lines`.
pub fn place_all(
    world: &World,
    week: IsoWeek,
    days: &[Day],
    lines: &mut [SaleLine],
) -> Vec<Placed> {
    let mut rng = source(world.seed, "orders", week.number() as u64);
    take_standing(world, days, lines);
    let shelves = (0..days.len()).map(|day| shelf(world, day, lines)).collect();
    let mut book = Book { world, days, lines, shelves };
    let mut kitchens: Vec<usize> = (0..world.kitchens.len()).collect();
    rng.shuffle(&mut kitchens);
    let mut placed = Vec::new();
    for at in kitchens {
        book.order(at, week, &mut placed);
    }
    placed
}

fn shelf(world: &World, day: usize, lines: &[SaleLine]) -> [Vec<usize>; 6] {
    let on_sale = |course| {
        let fits = |at: &usize| {
            lines[*at].left[day] > 0 && world.articles[lines[*at].article].course == course
        };
        (0..lines.len()).filter(fits).collect()
    };
    Course::ALL.map(on_sale)
}

/// Standing orders are taken before all others.
fn take_standing(world: &World, days: &[Day], lines: &mut [SaleLine]) {
    for standing in &world.standing_orders {
        let on_day = |day: &Day| {
            day.weekday() == standing.weekday
                && standing.from <= *day
                && standing.to.is_none_or(|to| *day <= to)
        };
        let Some(day) = days.iter().position(on_day) else { continue };
        let fits = |line: &&mut SaleLine| {
            world.articles[line.article].product.id == standing.product
                && line.labels == standing.labels
                && line.producer.is_none()
        };
        if let Some(line) = lines.iter_mut().find(fits) {
            line.left[day] = (line.left[day] - standing.quantity.get()).max(0);
        }
    }
}

impl Book<'_> {
    fn order(&mut self, at: usize, week: IsoWeek, placed: &mut Vec<Placed>) {
        let world = self.world;
        let kitchen = &world.kitchens[at];
        let mut rng = source(world.seed ^ week.number() as u64, "order", at as u64);
        let kilos = kitchen.wanted_kilos(&mut rng, world.calendar, week);
        let mut open = kitchen.open_days(world.calendar, self.days);
        if kilos <= 0.0 || open.is_empty() {
            return;
        }
        if kilos <= TWICE_KILOS {
            // Everybody has a day; half of them the first.
            open = vec![open[at % open.len()]];
        }
        let per_order = self.lines_per_order();
        let part = kilos / open.len() as f64;
        for (rank, &day) in open.iter().enumerate() {
            let about = per_order + between(&mut rng, -2.0, 2.0);
            let count = (about + rng.f64()).floor().clamp(LINES_MIN, LINES_MAX) as usize;
            let lines = self.fill(&mut rng, kitchen, day, part, count);
            if !lines.is_empty() {
                let site = (rank + week.week() as usize) % kitchen.sites.len();
                placed.push(Placed { kitchen: at, site, day, lines });
            }
        }
    }

    /// Lines of an order that make the scale's number of lines.
    fn lines_per_order(&self) -> f64 {
        let kitchens = &self.world.kitchens;
        let active: f64 = kitchens.iter().map(|kitchen| kitchen.activity).sum();
        let big = kitchens.iter().filter(|kitchen| kitchen.is_big()).count() as f64;
        self.world.shape.lines as f64 / (active + big)
    }

    /// Chooses goods, then shares the wanted kilos over them by their place in a menu.
    fn fill(
        &mut self,
        rng: &mut fastrand::Rng,
        kitchen: &Kitchen,
        day: usize,
        kilos: f64,
        count: usize,
    ) -> Vec<(usize, i64)> {
        let mut chosen = self.contracted(kitchen, day);
        chosen.truncate(count / 2);
        for _ in 0..count * 6 {
            if chosen.len() == count {
                break;
            }
            if let Some(line) = self.choose(rng, day)
                && !chosen.contains(&line)
            {
                chosen.push(line);
            }
        }
        let weights: Vec<f64> =
            chosen.iter().map(|&line| between(rng, 0.5, 1.5) * self.menu_weight(line)).collect();
        let total: f64 = weights.iter().sum();
        let mut lines = Vec::with_capacity(chosen.len());
        for (&line, weight) in chosen.iter().zip(weights) {
            let quantity = self.within_reach(rng, line, day, kilos * weight / total);
            if quantity > 0 {
                lines.push((line, quantity));
            }
        }
        self.make_it_worth(kitchen, day, lines)
    }

    fn contracted(&self, kitchen: &Kitchen, day: usize) -> Vec<usize> {
        let fits = |at: &usize| {
            let line = &self.lines[*at];
            line.left[day] > 0
                && line.labels.is_empty()
                && line.producer.is_none()
                && kitchen.contracted.contains(&line.article)
        };
        match kitchen.contracted.is_empty() {
            true => Vec::new(),
            false => (0..self.lines.len()).filter(fits).collect(),
        }
    }

    /// Of two lines of a course, the one of which more is left.
    fn choose(&self, rng: &mut fastrand::Rng, day: usize) -> Option<usize> {
        let shelves = &self.shelves[day];
        let mut menu = MENU;
        for (weight, shelf) in menu.iter_mut().zip(shelves) {
            if shelf.is_empty() {
                *weight = 0.0;
            }
        }
        let shelf = &shelves[weighted(rng, &menu)?];
        let (one, other) = (shelf[rng.usize(..shelf.len())], shelf[rng.usize(..shelf.len())]);
        let grams = |line: usize| self.grams(line, self.lines[line].left[day]);
        let more = if grams(one) >= grams(other) { one } else { other };
        (self.lines[more].left[day] > 0).then_some(more)
    }

    fn grams(&self, line: usize, quantity: i64) -> i64 {
        let product = &self.world.articles[self.lines[line].article].product;
        product.weight_of(Qty::new(quantity)).get()
    }

    /// Grams on a plate over a hundred: two of parsley, a hundred and fifty of carrots.
    fn menu_weight(&self, line: usize) -> f64 {
        let product = &self.world.articles[self.lines[line].article].product;
        (product.grammage.get() as f64 / 100.0).clamp(0.02, 1.2)
    }

    /// What an order asks of a line, in whole steps: what is left at most, but for the greedy.
    fn within_reach(
        &mut self,
        rng: &mut fastrand::Rng,
        line: usize,
        day: usize,
        kilos: f64,
    ) -> i64 {
        let article = &self.world.articles[self.lines[line].article];
        let step = article.step();
        let units = article.units_of_kilos(kilos);
        let asked = ((units / step as f64).round() as i64).max(1) * step;
        let left = &mut self.lines[line].left[day];
        let quantity = if happens(rng, GREEDY) { asked } else { asked.min(*left) };
        let quantity = quantity - quantity % step;
        *left = (*left - quantity).max(0);
        quantity
    }

    /// An order below the minimum grows to it where there is enough, or is not sent.
    fn make_it_worth(
        &mut self,
        kitchen: &Kitchen,
        day: usize,
        mut lines: Vec<(usize, i64)>,
    ) -> Vec<(usize, i64)> {
        let markup = if kitchen.buyer.kind == BuyerKind::FoodAid { 115 } else { 125 };
        let worth = |lines: &[(usize, i64)], book: &Self| -> i64 {
            let of_line = |&(line, quantity): &(usize, i64)| {
                quantity / 1_000 * book.lines[line].cost.get() / 100 * markup / 100
            };
            lines.iter().map(of_line).sum()
        };
        // Each round adds a step to each line: a small order needs a few.
        for _ in 0..200 {
            if worth(&lines, self) >= WORTH_IT {
                return lines;
            }
            let mut grew = false;
            for (line, quantity) in &mut lines {
                let step = self.world.articles[self.lines[*line].article].step();
                let left = &mut self.lines[*line].left[day];
                if *left >= step {
                    *left -= step;
                    *quantity += step;
                    grew = true;
                }
            }
            if !grew {
                break;
            }
        }
        for (line, quantity) in lines {
            let line = &mut self.lines[line];
            line.left[day] = (line.left[day] + quantity).min(line.offered[day]);
        }
        Vec::new()
    }
}

/// The orders as the kitchens send them.
pub fn notes(
    world: &World,
    week: IsoWeek,
    days: &[Day],
    lines: &[SaleLine],
    placed: &[Placed],
) -> Vec<OrderNote> {
    let mut rng = source(world.seed, "channels", week.number() as u64);
    let note = |(rank, one): (usize, &Placed)| {
        let kitchen = &world.kitchens[one.kitchen];
        let channel = match rng.f64() {
            share if share < 0.70 => Channel::Web,
            share if share < 0.85 => Channel::File,
            _ => Channel::Phone,
        };
        OrderNote {
            reference: reference(week, rank + 1),
            buyer: kitchen.buyer.id,
            site: kitchen.sites[one.site].id,
            day: days[one.day],
            channel,
            commitment_number: kitchen.buyer.commitment_number.clone(),
            lines: one.lines.iter().map(|&line| note_line(world, lines, line)).collect(),
        }
    };
    placed.iter().enumerate().map(note).collect()
}

fn note_line(world: &World, lines: &[SaleLine], (at, quantity): (usize, i64)) -> OrderNoteLine {
    let line = &lines[at];
    OrderNoteLine {
        product: world.articles[line.article].product.id,
        labels: line.labels,
        producer: line.producer,
        quantity: Qty::new(quantity),
    }
}

fn reference(week: IsoWeek, rank: usize) -> Code {
    Code::parse(&format!("{week}-{rank:04}")).expect("a reference is short")
}
