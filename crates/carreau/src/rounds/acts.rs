//! Planning rounds and handing over.

use trade::calendar::Day;
use trade::id::SiteId;
use trade::offers::Stamp;
use trade::rounds::{self, DeliveryNote, HandoverGap, PlannedRound, Round, RoundsTask};

use crate::app::App;
use crate::failure::Failure;
use crate::store::act::Place;

/// The rounds of a day by nearest neighbour, and the sites that no truck can take.
pub async fn propose(
    app: &App,
    place: Place,
    day: Day,
) -> Result<(RoundsTask, plan::rounds::RoundsPlan), Failure> {
    app.read(place, |week, _| {
        let task = rounds::task(week, day)?;
        let plan = plan::rounds::nearest(&task);
        Ok((task, plan))
    })
    .await?
}

/// Accepts rounds made by nearest neighbour, verified.
pub async fn plan_nearest(
    app: &App,
    place: Place,
    day: Day,
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    app.act(place, |act| {
        let task = rounds::task(act.week(), day)?;
        let plan = plan::rounds::nearest(&task);
        let breaches = plan::verify::rounds(&task, &plan);
        if !breaches.is_empty() {
            let refused = anyhow::anyhow!("tournées refusées par la vérification : {breaches:?}");
            return Err(refused.into());
        }
        accept_in(act, &task, &plan.rounds, stamp)
    })
    .await
}

/// Accepts rounds made by hand.
pub async fn accept(
    app: &App,
    place: Place,
    day: Day,
    planned: &[PlannedRound],
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    app.act(place, |act| {
        let task = rounds::task(act.week(), day)?;
        accept_in(act, &task, planned, stamp)
    })
    .await
}

fn accept_in(
    act: &mut crate::store::act::Act<'_>,
    task: &RoundsTask,
    planned: &[PlannedRound],
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    let accepted = rounds::accept(act.week(), task, planned, stamp.clone())?;
    for round in &accepted {
        act.add(round.clone());
    }
    Ok(accepted)
}

/// What one site signed for.
#[derive(Clone, Debug)]
pub struct Handover {
    pub site: SiteId,
    pub gaps: Vec<HandoverGap>,
    pub signed_by: String,
}

/// Notes handovers of a day, all or none.
pub async fn deliver(
    app: &App,
    place: Place,
    day: Day,
    handovers: &[Handover],
    stamp: &Stamp,
) -> Result<Vec<DeliveryNote>, Failure> {
    app.act(place, |act| {
        let mut notes = Vec::with_capacity(handovers.len());
        for Handover { site, gaps, signed_by } in handovers {
            let note = rounds::deliver(act.week(), *site, day, gaps, signed_by, stamp.clone())?;
            act.add(note.clone());
            notes.push(note);
        }
        Ok(notes)
    })
    .await
}
