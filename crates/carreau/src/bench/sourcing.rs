//! How good and how fast a sourcing plan is: each delivery day of a folder of data or of a made-up
//! hub, planned from its orders, with the bound of every aim; week by week, then all together. The
//! same problems can be written down for solvers outside (`conformance/peers`).

mod measure;
mod weeks;

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use serde_json::{Value, json};
use trade::calendar::IsoWeek;
use trade::sourcing::{Allotment, SourcingPlan, SourcingTask};

use self::measure::Measure;
use crate::access::scope::HubScope;
use crate::commands::house;
use crate::commands::scratch::Scratch;
use crate::generate::Scale;
use crate::play::{Until, play};

#[derive(Args)]
pub struct Sourcing {
    /// Dossier de données ; sinon une plateforme inventée
    #[arg(value_name = "DOSSIER", conflicts_with = "scale")]
    folder: Option<PathBuf>,
    /// Taille de la plateforme inventée : xs, s, m, l ou xl
    #[arg(long, value_name = "TAILLE", default_value = "s")]
    scale: Scale,
    /// Une seule semaine ; celles d'avant comptent dans les parts de saison
    #[arg(long, value_name = "SEMAINE")]
    week: Option<String>,
    /// Un objet JSON par semaine et par ligne, puis le total
    #[arg(long)]
    json: bool,
    /// Dit aussi qui apporte quoi : commande et rang, offre, millièmes
    #[arg(long, requires = "json")]
    plan: bool,
    /// Écrit aussi le problème de chaque jour dans ce fichier, pour d'autres solveurs
    #[arg(long, value_name = "FICHIER")]
    model: Option<PathBuf>,
}

/// Plans each delivery day of each week with offers, and prints what it came to.
pub async fn sourcing(args: Sourcing) -> anyhow::Result<()> {
    let scratch = Scratch::new()?;
    let app = house::open(&house::sqlite_in(&scratch.0)?, false).await?;
    let only = args.week.as_deref().map(|week| house::iso_week(Some(week))).transpose()?;
    let (hub, weeks) = weeks::fill(&app, args.folder.as_deref(), args.scale).await?;
    if let Some(only) = only {
        ensure!(weeks.contains(&only), "ce dossier n'a pas d'offre en {only}");
    }
    let mut total = Total::default();
    for &week in weeks.iter().take_while(|&&week| only.is_none_or(|only| week <= only)) {
        let place = HubScope::of_program(hub).at(week);
        // In two steps always: a week alone has the numbers that it has among all.
        play(&app, place, Until::Closed).await?;
        if only.is_none_or(|only| only == week) {
            let tasks = weeks::tasks(&app, place).await?;
            total.week(&args, week, &tasks)?;
        }
        let is_last = only == Some(week) || weeks.last() == Some(&week);
        if !is_last {
            // What farms sell in a week is what the next one starts from.
            play(&app, place, Until::Sourced).await?;
        }
    }
    total.end(&args)?;
    app.everything().close().await;
    Ok(())
}

/// What was measured so far.
#[derive(Default)]
struct Total {
    weeks: usize,
    sum: Measure,
    /// The problems, one a line.
    models: String,
}

impl Total {
    /// Plans the days of a week and prints what they came to.
    fn week(
        &mut self,
        args: &Sourcing,
        week: IsoWeek,
        tasks: &[SourcingTask],
    ) -> anyhow::Result<()> {
        let (mut days, mut sum) = (Vec::new(), Measure::default());
        for task in tasks {
            let name = task.day.to_string();
            let plan = plan::sourcing::by_aims(task);
            let measured = Measure::of(task, &plan)?;
            if !args.json {
                println!("{}", measured.line(&name));
            }
            let mut day = measured.json();
            day["name"] = name.as_str().into();
            if args.plan {
                day["plan"] = parts(&plan);
            }
            days.push(day);
            sum.add(&measured);
            self.models += &(plan::sourcing::flat(task).json(&name) + "\n");
        }
        if args.json {
            let mut object = sum.json();
            object["week"] = week.to_string().into();
            object["days"] = days.into();
            println!("{object}");
        }
        self.weeks += 1;
        self.sum.add(&sum);
        Ok(())
    }

    /// Prints the total, and writes the problems down.
    fn end(&self, args: &Sourcing) -> anyhow::Result<()> {
        match args.json {
            true => {
                let mut object = self.sum.json();
                object["weeks"] = self.weeks.into();
                println!("{object}");
            }
            false => println!("{}", self.sum.line("Total")),
        }
        if let Some(file) = &args.model {
            std::fs::write(file, &self.models)?;
        }
        Ok(())
    }
}

/// Who brings what: order line, offer, thousandths of sale units.
fn parts(plan: &SourcingPlan) -> Value {
    let part =
        |one: &Allotment| json!([one.order_line.to_string(), one.offer.0, one.quantity.get()]);
    plan.allotments.iter().map(part).collect()
}
