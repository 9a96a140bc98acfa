//! One plan, verified and timed, and sums of several.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};
use trade::sourcing::{Aim, AimValue, SourcingPlan, SourcingTask};

use crate::bench::machine::cpu_seconds;
use crate::bench::round;

/// How often each plan is made, where it does not take too long.
const RUNS: usize = 9;

/// No further run is begun after this.
const ENOUGH: Duration = Duration::from_secs(5);

/// What a day came to, or several days together.
#[derive(Default)]
pub struct Measure {
    lines: usize,
    offers: usize,
    aims: Vec<AimValue>,
    plan: Spent,
    verify: Spent,
}

/// Milliseconds of one of several runs.
#[derive(Clone, Copy, Default)]
struct Spent {
    /// Of the clock; the median.
    wall: f64,
    /// Of the processor; the mean, for the system counts it in hundredths of a second.
    cpu: f64,
}

impl Measure {
    /// Fails when the plan does not hold.
    pub fn of(task: &SourcingTask, plan: &SourcingPlan) -> anyhow::Result<Measure> {
        let breaches = plan::verify::sourcing(task, plan);
        ensure!(breaches.is_empty(), "plan refusé par la vérification : {breaches:?}");
        Ok(Measure {
            lines: task.wants.len(),
            offers: task.supplies.len(),
            aims: plan.report.aims.clone(),
            plan: spent(|| drop(plan::sourcing::by_aims(task)))?,
            verify: spent(|| drop(plan::verify::sourcing(task, plan)))?,
        })
    }

    /// Adds another day. Of fair shares the day stays that is farthest from its bound.
    pub fn add(&mut self, other: &Measure) {
        self.lines += other.lines;
        self.offers += other.offers;
        self.plan.add(other.plan);
        self.verify.add(other.verify);
        for one in &other.aims {
            match self.aims.iter_mut().find(|own| own.aim == one.aim) {
                None => self.aims.push(*one),
                Some(own) if one.aim == Aim::FairShare => {
                    if (one.gap, one.value) > (own.gap, own.value) {
                        *own = *one;
                    }
                }
                Some(own) => {
                    own.value += one.value;
                    own.bound += one.bound;
                    own.gap += one.gap;
                }
            }
        }
    }

    pub fn json(&self) -> Value {
        let aim = |one: &AimValue| {
            let AimValue { aim, value, bound, gap } = one;
            json!({ "aim": aim.code(), "value": value, "bound": bound, "gap": gap })
        };
        json!({
            "lines": self.lines, "offers": self.offers,
            "aims": self.aims.iter().map(aim).collect::<Vec<Value>>(),
            "plan_ms": round(self.plan.wall), "plan_cpu_ms": round(self.plan.cpu),
            "verify_ms": round(self.verify.wall), "verify_cpu_ms": round(self.verify.cpu),
        })
    }

    pub fn line(&self, name: &str) -> String {
        let said = self.aims.iter().map(|one| {
            let AimValue { aim, value, bound, .. } = one;
            format!("{} {value} (borne {bound})", aim.code())
        });
        format!(
            "{name} : {} lignes, {} offres, {:.1} ms ; {}",
            self.lines,
            self.offers,
            self.plan.wall,
            said.collect::<Vec<String>>().join(", ")
        )
    }
}

impl Spent {
    fn add(&mut self, other: Spent) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

fn spent(mut run: impl FnMut()) -> anyhow::Result<Spent> {
    let (begin, before) = (Instant::now(), cpu_seconds()?);
    let mut walls = Vec::with_capacity(RUNS);
    while walls.is_empty() || walls.len() < RUNS && begin.elapsed() < ENOUGH {
        let begin = Instant::now();
        run();
        walls.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    let cpu = (cpu_seconds()? - before) * 1_000.0 / walls.len() as f64;
    walls.sort_by(f64::total_cmp);
    Ok(Spent { wall: walls[walls.len() / 2], cpu })
}
