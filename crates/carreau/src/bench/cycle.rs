//! The whole cycle of a week: orders in, close, plan, purchases, receipts, deliveries, invoices.

use std::path::Path;
use std::time::Instant;

use trade::calendar::IsoWeek;

use super::Figure;
use super::machine::cpu_seconds;
use crate::access::scope::HubScope;
use crate::commands::house;
use crate::commands::scratch::Scratch;
use crate::commands::simulate::take_in;
use crate::generate::{self, Scale};
use crate::play::{Until, play};

/// A school week in autumn: full range, no holiday.
fn a_week() -> IsoWeek {
    IsoWeek::new(2026, 40).expect("week 40 is in every year")
}

/// What one played week cost.
struct Cost {
    lines: usize,
    cpu: f64,
    wall: f64,
}

async fn cost(scale: Scale) -> anyhow::Result<Cost> {
    let scratch = Scratch::new()?;
    let app = house::open(&house::sqlite_in(&scratch.0)?, false).await?;
    let week = a_week();
    let hub = take_in(&app, generate::pack(scale, 1, &[week])).await?;
    let place = HubScope::of_program(hub).at(week);
    play(&app, place, Until::Published).await?;
    let (cpu, begin) = (cpu_seconds()?, Instant::now());
    play(&app, place, Until::Billed).await?;
    let (cpu, wall) = (cpu_seconds()? - cpu, begin.elapsed().as_secs_f64());
    let (lines, balanced) = app
        .read(place, |week, _| {
            let lines = week.orders().iter().map(|order| order.lines.len()).sum();
            (lines, week.check().is_balanced())
        })
        .await?;
    anyhow::ensure!(balanced, "la semaine mesurée n'est pas équilibrée");
    app.everything().close().await;
    Ok(Cost { lines, cpu, wall })
}

/// Order lines through the whole week per CPU second, at scale m.
pub async fn lines_per_cpu_second() -> anyhow::Result<Figure> {
    let Cost { lines, cpu, .. } = cost(Scale::M).await?;
    let value = lines as f64 / cpu.max(0.01);
    Ok(Figure {
        name: "cycle",
        value,
        unit: "lignes par seconde CPU",
        limit: None,
        goal: "1 500 et plus",
        met: value >= 1_500.0,
    })
}

/// How many times longer a week of ten times the lines takes, from scales m and xl.
pub async fn growth() -> anyhow::Result<Figure> {
    let small = cost(Scale::M).await?;
    let large = cost(Scale::Xl).await?;
    let size = large.lines as f64 / small.lines.max(1) as f64;
    let value = large.wall / small.wall / size * 10.0;
    Ok(Figure {
        name: "growth",
        value,
        unit: "fois plus long pour dix fois plus de lignes",
        limit: None,
        goal: "11 au plus",
        met: value <= 11.0,
    })
}

/// Plays a week of scale s in a folder and leaves it there.
pub async fn played_in(folder: &Path) -> anyhow::Result<(IsoWeek, String)> {
    let app = house::open(&house::sqlite_in(folder)?, false).await?;
    let week = a_week();
    let hub = take_in(&app, generate::pack(Scale::S, 1, &[week])).await?;
    let scope = HubScope::of_program(hub);
    play(&app, scope.at(week), Until::Billed).await?;
    let key = super::keys::browser(&app, scope).await?;
    app.everything().close().await;
    Ok((week, key))
}
