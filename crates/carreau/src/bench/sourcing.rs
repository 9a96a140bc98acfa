//! How good and how fast a sourcing plan is: each delivery day of a folder of data or of a made-up
//! hub, planned from its orders, with the bound of every aim. The same problem can be written
//! down for solvers outside.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};
use trade::calendar::{Day, IsoWeek};
use trade::sourcing::SourcingTask;

use crate::access::scope::HubScope;
use crate::app::App;
use crate::commands::house;
use crate::commands::scratch::Scratch;
use crate::commands::simulate::take_in;
use crate::data::read_folder;
use crate::generate::{self, Scale};
use crate::play::{Until, play};
use crate::sourcing::acts;
use crate::store::act::Place;

/// How often each plan is made: the median is told.
const RUNS: usize = 9;

#[derive(Args)]
pub struct Sourcing {
    /// Dossier de données ; sinon une plateforme inventée
    #[arg(value_name = "DOSSIER", conflicts_with = "scale")]
    folder: Option<PathBuf>,
    /// Taille de la plateforme inventée : xs, s, m, l ou xl
    #[arg(long, value_name = "TAILLE", default_value = "s")]
    scale: Scale,
    /// Un objet JSON par jour et par ligne
    #[arg(long)]
    json: bool,
    /// Écrit aussi le problème de chaque jour dans ce fichier, pour d'autres solveurs
    #[arg(long, value_name = "FICHIER")]
    model: Option<PathBuf>,
}

/// Plans each delivery day of the first week, and prints what it came to.
pub async fn sourcing(args: Sourcing) -> anyhow::Result<()> {
    let scratch = Scratch::new()?;
    let app = house::open(&house::sqlite_in(&scratch.0)?, false).await?;
    let place = fill(&app, &args).await?;
    play(&app, place, Until::Closed).await?;
    let mut models = Vec::new();
    for task in tasks(&app, place).await? {
        let name = format!("{}", task.day);
        let measured = measure(&name, &task)?;
        match args.json {
            true => println!("{measured}"),
            false => println!("{}", line(&measured)),
        }
        models.push(model(&name, &task));
    }
    if let Some(file) = &args.model {
        let lines: Vec<String> = models.iter().map(Value::to_string).collect();
        std::fs::write(file, lines.join("\n") + "\n")?;
    }
    app.everything().close().await;
    Ok(())
}

/// Takes in what is to be planned; the first week with offers.
async fn fill(app: &App, args: &Sourcing) -> anyhow::Result<Place> {
    let pack = match &args.folder {
        None => {
            let week = IsoWeek::new(2026, 40).ok_or_else(|| anyhow::anyhow!("semaine 40"))?;
            generate::pack(args.scale, 1, &[week])
        }
        Some(folder) => match wire::pack::read(&read_folder(folder)?) {
            Ok(parsed) => parsed.pack,
            Err(faults) => {
                let first = faults.first().map(ToString::to_string).unwrap_or_default();
                anyhow::bail!("{} : {first}", folder.display())
            }
        },
    };
    let week = pack.offers.iter().map(|offer| offer.day.week()).min();
    let week = week.ok_or_else(|| anyhow::anyhow!("ce dossier n'a pas d'offre à répartir"))?;
    let hub = take_in(app, pack).await?;
    Ok(HubScope::of_program(hub).at(week))
}

async fn tasks(app: &App, place: Place) -> anyhow::Result<Vec<SourcingTask>> {
    let season = acts::season(&app.db(place.scope()), place.hub, place.week).await?;
    let read = app.read(place, |week, _| {
        let setting = week.register().sourcing_setting();
        let rules = setting.rules(Vec::new(), plan::distance::metres);
        let days = week.publication().map(|known| known.days.clone()).unwrap_or_default();
        let days: Vec<Day> = days.into_iter().map(|sale| sale.day).collect();
        let tasks = days
            .into_iter()
            .filter_map(|day| trade::sourcing::task(week, day, season.clone(), &rules).ok());
        tasks.collect::<Vec<SourcingTask>>()
    });
    Ok(read.await?)
}

fn measure(name: &str, task: &SourcingTask) -> anyhow::Result<Value> {
    let plan = plan::sourcing::by_aims(task);
    let breaches = plan::verify::sourcing(task, &plan);
    anyhow::ensure!(breaches.is_empty(), "plan refusé par la vérification : {breaches:?}");
    let planned = median(|| drop(plan::sourcing::by_aims(task)));
    let verified = median(|| drop(plan::verify::sourcing(task, &plan)));
    let aims: Vec<Value> = plan
        .report
        .aims
        .iter()
        .map(|one| {
            json!({ "aim": one.aim.code(), "value": one.value, "bound": one.bound, "gap": one.gap })
        })
        .collect();
    Ok(json!({
        "name": name, "lines": task.wants.len(), "offers": task.supplies.len(),
        "aims": aims, "plan_ms": planned, "verify_ms": verified,
    }))
}

fn line(measured: &Value) -> String {
    let number = |key: &str| measured[key].as_f64().unwrap_or_default();
    let aims = measured["aims"].as_array().map(Vec::as_slice).unwrap_or_default();
    let said = aims.iter().map(|one| {
        let aim = one["aim"].as_str().unwrap_or_default();
        format!("{aim} {} (borne {})", one["value"], one["bound"])
    });
    format!(
        "{} : {} lignes, {} offres, {:.1} ms ; {}",
        measured["name"].as_str().unwrap_or_default(),
        number("lines"),
        number("offers"),
        number("plan_ms"),
        said.collect::<Vec<_>>().join(", ")
    )
}

/// The problem in crates and euros.
fn model(name: &str, task: &SourcingTask) -> Value {
    let flat = plan::sourcing::flat(task);
    let euros = |cents: i64| cents as f64 / 100.0;
    let packs: Vec<i64> = {
        let mut packs = vec![1; flat.supplies.len()];
        for want in &flat.wants {
            want.supplies.iter().for_each(|&place| packs[place] = want.pack);
        }
        packs
    };
    let farms: Vec<Value> = flat
        .farms
        .iter()
        .map(|farm| {
            json!({
                "id": farm.id.as_str(), "target": euros(farm.target), "base": euros(farm.base),
            })
        })
        .collect();
    let supplies = flat.supplies.iter().zip(&packs).map(|(supply, &pack)| {
        let crates = supply.quantity / pack;
        json!({ "id": supply.id.0, "farm": flat.farms[supply.farm].id.as_str(), "crates": crates })
    });
    let wants = flat.wants.iter().map(|want| {
        json!({
            "id": want.id.to_string(), "crates": want.quantity as f64 / want.pack as f64,
            "promised": want.is_promised, "price": euros(want.price), "supplies": want.supplies,
        })
    });
    json!({
        "name": name, "farms": farms, "supplies": supplies.collect::<Vec<_>>(),
        "wants": wants.collect::<Vec<_>>(),
    })
}

/// The median of some runs, in milliseconds.
fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    super::round(times[RUNS / 2])
}
