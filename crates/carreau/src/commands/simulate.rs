//! Playing whole weeks from generated data.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;
use trade::calendar::IsoWeek;
use trade::id::HubId;

use super::scratch::Scratch;
use super::{House, files, house, progress};
use crate::access::scope::HubScope;
use crate::app::App;
use crate::data::import::{Refusal, import};
use crate::generate::{self, Scale};
use crate::play::{Until, pay_farms, play};
use crate::ui::fr;

#[derive(Args)]
pub struct Simulate {
    /// Nombre de semaines
    #[arg(long, default_value_t = 4)]
    weeks: u32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Taille : xs, s, m, l ou xl
    #[arg(long, default_value = "s")]
    scale: Scale,
    /// Première semaine
    #[arg(long, default_value = "2026-W02")]
    from: String,
    /// Un objet JSON par semaine et par ligne
    #[arg(long)]
    json: bool,
}

pub async fn simulate(house: &House, args: Simulate) -> anyhow::Result<ExitCode> {
    let first = house::iso_week(Some(&args.from))?;
    let weeks = files::run_of(first, args.weeks);
    // Without a named place the simulation leaves nothing behind.
    let scratch = Scratch::new()?;
    let app = match house.data.is_some() || house.database.is_some() {
        true => house.open(false).await?,
        false => house::open(&house::sqlite_in(&scratch.0)?, false).await?,
    };
    let pack = generate::pack(args.scale, args.seed, &weeks);
    let hub = take_in(&app, pack).await?;
    let bar = progress::bar(weeks.len() as u64, "Semaines");
    if !args.json {
        println!("{HEADING}");
    }
    let mut unbalanced = 0;
    for &week in &weeks {
        let object = play_one(&app, hub, week).await?;
        if object["balanced"] != Value::Bool(true) {
            unbalanced += 1;
        }
        let line = if args.json { object.to_string() } else { row(&object) };
        bar.suspend(|| println!("{line}"));
        bar.inc(1);
    }
    bar.finish_and_clear();
    if !args.json {
        let balanced = weeks.len() - unbalanced;
        println!("{balanced} semaines sur {} équilibrées au gramme et au centime.", weeks.len());
    }
    app.everything().close().await;
    Ok(if unbalanced == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Takes in a pack that this program made.
pub async fn take_in(app: &App, pack: wire::pack::Pack) -> anyhow::Result<HubId> {
    match import(app, pack).await {
        Ok(imported) => Ok(imported.hub),
        Err(Refusal::Failed(failure)) => Err(failure.into()),
        Err(Refusal::Offers(refused)) => {
            let first = refused.first().map(|one| one.reason.clone()).unwrap_or_default();
            anyhow::bail!("{} offres refusées, la première : {first}", refused.len())
        }
    }
}

/// Plays one week whole; its report.
pub async fn play_one(app: &App, hub: HubId, week: IsoWeek) -> anyhow::Result<Value> {
    let place = HubScope::of_program(hub).at(week);
    let intake = play(app, place, Until::Billed).await?;
    pay_farms(app, place).await?;
    let mut object = app.read(place, |week, _| crate::report::week_json(week)).await??;
    object.insert(
        "intake".into(),
        serde_json::json!({
            "taken": intake.taken, "cut": intake.cut, "refused": intake.refused,
        }),
    );
    Ok(Value::Object(object))
}

const HEADING: &str = "Semaine   Cdes  Lignes     Vendu kg     Livré kg     Servi  Fermes     \
    Ventes HT    Aux fermes   Dons kg  Pertes kg      km  Bilans";

fn row(object: &Value) -> String {
    let n = |path: &str| object.pointer(path).and_then(Value::as_i64).unwrap_or(0);
    let grams = |grams: i64| fr::tenths_of_kilos(trade::unit::Grams::new(grams));
    let euros = |cents: i64| fr::euros(trade::unit::Cents::new(cents));
    let lost = object.pointer("/impact/lost_g").and_then(Value::as_object);
    let lost: i64 = lost.map(|lost| lost.values().filter_map(Value::as_i64).sum()).unwrap_or(0);
    let served = trade::unit::Rate::new(n("/served/rate_bp"));
    let balanced = object["balanced"] == Value::Bool(true);
    format!(
        "{:8} {:>5} {:>7} {:>12} {:>12} {:>9} {:>7} {:>13} {:>13} {:>9} {:>10} {:>7}  {}",
        object["week"].as_str().unwrap_or_default(),
        n("/served/orders"),
        n("/served/order_lines"),
        grams(n("/served/ordered_g")),
        grams(n("/served/delivered_g")),
        fr::rate(served),
        n("/impact/farms"),
        euros(n("/impact/sales_cents")),
        euros(n("/impact/farm_income_cents")),
        grams(n("/impact/donated_g")),
        grams(lost),
        n("/impact/metres") / 1_000,
        if balanced { "équilibrés" } else { "ÉCART" }
    )
}
