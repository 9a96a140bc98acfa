//! A whole season, the same weeks under two ways of planning: line by line and from neighbour to
//! neighbour, as the program once did, and as it plans now. Each has a history of its own: what
//! farms sold in a week is what the next one starts from.
//!
//! The weeks are the generator's, sold by the program itself; from their closing on they are
//! played in memory, with the rules of `trade` and what farms answer in the data.

mod outcome;
mod player;
mod reach;

use clap::Args;
use serde_json::Value;
use trade::Week;
use trade::calendar::IsoWeek;

use self::outcome::Outcome;
use self::player::{PLANNERS, Planner};
use crate::access::scope::HubScope;
use crate::commands::house;
use crate::commands::scratch::Scratch;
use crate::commands::simulate::take_in;
use crate::generate::{self, Scale};
use crate::play::{Until, play};
use crate::sourcing::acts::SEASON_WEEKS;
use crate::store::told::{self, Told};

#[derive(Args)]
pub struct Season {
    /// Taille de la plateforme inventée : xs, s, m, l ou xl
    #[arg(long, value_name = "TAILLE", default_value = "s")]
    scale: Scale,
    /// Nombre de semaines, 36 au plus
    #[arg(long, default_value_t = SEASON_WEEKS as usize)]
    weeks: usize,
    /// Graine du tirage
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Un objet JSON par façon de planifier et par ligne
    #[arg(long)]
    json: bool,
}

/// A week as it was sold and closed, with what is known of the days behind.
pub struct Sold {
    week: Week,
    told: Told,
}

/// Plays the season under each planner and prints what came of it; fails at the first plan that
/// does not hold.
pub async fn season(args: &Season) -> anyhow::Result<()> {
    // A farm's share counts these weeks back: a longer run would lose sight of its beginning.
    anyhow::ensure!(
        (1..=SEASON_WEEKS as usize).contains(&args.weeks),
        "une saison compte de 1 à {SEASON_WEEKS} semaines"
    );
    let weeks = sold(args).await?;
    let mut outcomes = Vec::new();
    for planner in &PLANNERS {
        let outcome = player::play_season(planner, &weeks)?;
        if args.json {
            println!("{}", Value::Object(outcome.json(planner.code)));
        }
        outcomes.push((planner, outcome));
    }
    if !args.json {
        print!("{}", table(&outcomes));
    }
    Ok(())
}

/// The weeks of a school year from its first on, each played until all its days are closed.
async fn sold(args: &Season) -> anyhow::Result<Vec<Sold>> {
    let first = IsoWeek::new(2025, 36).ok_or_else(|| anyhow::anyhow!("semaine 36"))?;
    let weeks = std::iter::successors(Some(first), |week| Some(week.next()));
    let weeks: Vec<IsoWeek> = weeks.take(args.weeks).collect();
    let scratch = Scratch::new()?;
    let app = house::open(&house::sqlite_in(&scratch.0)?, false).await?;
    let hub = take_in(&app, generate::pack(args.scale, args.seed, &weeks)).await?;
    let mut sold = Vec::with_capacity(weeks.len());
    for week in weeks {
        let place = HubScope::of_program(hub).at(week);
        play(&app, place, Until::Closed).await?;
        let told = told::load(&app.db(place.scope()), place.hub, place.week).await?;
        let week = app.read(place, |week, _| week.clone()).await?;
        sold.push(Sold { week, told });
    }
    app.everything().close().await;
    Ok(sold)
}

/// One row for each measure, one column for each planner.
fn table(outcomes: &[(&Planner, Outcome)]) -> String {
    let line = |name: &str, cells: Vec<String>| {
        let cells = cells.iter().map(|cell| format!("{cell:>20}"));
        format!("{name:60}{}\n", cells.collect::<String>())
    };
    let names = outcomes.iter().map(|(planner, _)| planner.name.to_string());
    let mut table = line("", names.collect());
    let columns: Vec<_> = outcomes.iter().map(|(_, outcome)| outcome.measures()).collect();
    let rows = columns.first().map_or(0, Vec::len);
    for row in 0..rows {
        let cells = columns.iter().map(|column| column[row].value.to_string());
        table += &line(columns[0][row].name, cells.collect());
    }
    table
}
