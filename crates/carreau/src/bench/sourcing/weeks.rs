//! What is planned: the weeks with offers of a folder of data or of a made-up hub, as they were
//! sold and closed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{bail, ensure};
use trade::Denial;
use trade::calendar::{Day, IsoWeek};
use trade::id::HubId;
use trade::sourcing::SourcingTask;
use wire::pack::Pack;

use crate::app::App;
use crate::commands::simulate::take_in;
use crate::data::read_folder;
use crate::generate::{self, Scale};
use crate::sourcing::acts;
use crate::store::act::Place;

/// Takes in what is to be planned. Shape: the weeks with offers, in their order.
pub async fn fill(
    app: &App,
    folder: Option<&Path>,
    scale: Scale,
) -> anyhow::Result<(HubId, BTreeSet<IsoWeek>)> {
    let pack = match folder {
        Some(folder) => read(folder)?,
        None => {
            let week = IsoWeek::new(2026, 40).ok_or_else(|| anyhow::anyhow!("semaine 40"))?;
            generate::pack(scale, 1, &[week])
        }
    };
    let weeks: BTreeSet<IsoWeek> = pack.offers.iter().map(|offer| offer.day.week()).collect();
    ensure!(!weeks.is_empty(), "ce dossier n'a pas d'offre à répartir");
    Ok((take_in(app, pack).await?, weeks))
}

fn read(folder: &Path) -> anyhow::Result<Pack> {
    match wire::pack::read(&read_folder(folder)?) {
        Ok(parsed) => Ok(parsed.pack),
        Err(faults) => {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            bail!("{} : {first}", folder.display())
        }
    }
}

/// The days of a week that is closed, each as if nothing of the week were ordered yet.
pub async fn tasks(app: &App, place: Place) -> anyhow::Result<Vec<SourcingTask>> {
    let season = acts::season(&app.db(place.scope()), place.hub, place.week).await?;
    let read = app.read(place, |week, _| {
        let setting = week.register().sourcing_setting();
        let rules = setting.rules(Vec::new(), plan::distance::metres);
        let days = week.publication().map(|known| known.days.clone()).unwrap_or_default();
        let days: Vec<Day> = days.into_iter().map(|sale| sale.day).collect();
        let task = |day| trade::sourcing::task(week, day, season.clone(), &rules);
        days.into_iter().map(task).collect::<Result<Vec<SourcingTask>, Denial>>()
    });
    read.await?.map_err(|denial| anyhow::anyhow!("semaine {} : {denial:?}", place.week))
}
