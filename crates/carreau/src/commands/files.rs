//! Folders of data: import, export, generate.

use std::path::Path;
use std::process::ExitCode;

use trade::calendar::IsoWeek;
use wire::pack::Fault;

use super::{House, house};
use crate::data::import::{Refusal, RefusedOffer, import as take_in};
use crate::data::{export as give_out, read_folder, write_folder};
use crate::generate::Scale;

/// Most faults printed at once; the rest is counted.
const FAULTS_SHOWN: usize = 200;

pub async fn import(house: &House, folder: &Path) -> anyhow::Result<ExitCode> {
    let files = read_folder(folder)?;
    let parsed = match wire::pack::read(&files) {
        Ok(parsed) => parsed,
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Ok(refuse(folder, &lines));
        }
    };
    let app = house.open(false).await?;
    let told = parsed.pack.offers.clone();
    let imported = match take_in(&app, parsed.pack).await {
        Ok(imported) => imported,
        Err(Refusal::Offers(refused)) => {
            let fault = |one: &RefusedOffer| {
                let offer = &told[one.rank];
                let goods = format!("{} · {} · {}", offer.producer, offer.product, offer.day);
                let line = parsed.offer_lines[one.rank];
                Fault::new("offers.csv", line, "", &goods, &one.reason).to_string()
            };
            let lines = refused.iter().map(fault);
            return Ok(refuse(folder, &lines.collect::<Vec<_>>()));
        }
        Err(Refusal::Failed(failure)) => return Err(failure.into()),
    };
    println!(
        "Importé dans « {} » : {} fermes, {} acheteurs, {} produits, {} offres, {} commandes.",
        imported.hub,
        imported.producers,
        imported.buyers,
        imported.products,
        imported.offers,
        imported.orders
    );
    if let (Some(first), Some(last)) = (imported.weeks.first(), imported.weeks.last()) {
        println!("Semaines {first} à {last} ({}).", imported.weeks.len());
        println!("Jouer une semaine : carreau week run {first}");
    }
    app.everything().close().await;
    Ok(ExitCode::SUCCESS)
}

fn refuse(folder: &Path, faults: &[String]) -> ExitCode {
    for fault in faults.iter().take(FAULTS_SHOWN) {
        eprintln!("{fault}");
    }
    if faults.len() > FAULTS_SHOWN {
        eprintln!("… et {} autres.", faults.len() - FAULTS_SHOWN);
    }
    eprintln!(
        "carreau : {} : {} à corriger ; rien n'a été importé.",
        folder.display(),
        crate::ui::fr::count(faults.len() as i64, "erreur", "erreurs")
    );
    ExitCode::FAILURE
}

pub async fn export(house: &House, folder: &Path) -> anyhow::Result<()> {
    let app = house.open(false).await?;
    let hub = house.hub(app.everything()).await?;
    let pack = give_out::export(&app, crate::access::scope::HubScope::of_program(hub)).await?;
    let files = wire::pack::write(&pack);
    write_folder(folder, &files)?;
    println!("{} : {} fichiers écrits.", folder.display(), files.len());
    app.everything().close().await;
    Ok(())
}

pub fn generate(
    scale: Scale,
    seed: u64,
    from: Option<&str>,
    weeks: u32,
    folder: &Path,
) -> anyhow::Result<()> {
    let first = house::iso_week(from)?;
    let pack = crate::generate::pack(scale, seed, &run_of(first, weeks));
    let files = wire::pack::write(&pack);
    write_folder(folder, &files)?;
    println!(
        "{} : {} fermes, {} acheteurs, {} produits, {} offres, {} commandes sur {} semaines.",
        folder.display(),
        pack.producers.len(),
        pack.buyers.len(),
        pack.products.len(),
        pack.offers.len(),
        pack.orders.len(),
        weeks
    );
    Ok(())
}

/// `count` weeks in a row.
pub fn run_of(first: IsoWeek, count: u32) -> Vec<IsoWeek> {
    std::iter::successors(Some(first), |week| Some(week.next())).take(count as usize).collect()
}
