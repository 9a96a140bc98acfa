//! Planning rounds and handing over.

use plan::rounds::{Effort, RoundsPlan};
use trade::calendar::Day;
use trade::id::{SiteId, VehicleId};
use trade::offers::Stamp;
use trade::rounds::{
    self, CallId, DeliveryNote, HandoverGap, PlannedRound, Round, RoundLock, RoundLocks, RoundsTask,
};

use super::roads::{self, Ways};
use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{Act, Place};
use crate::store::keys::{self, Once};

/// How long the planner looks for better rounds: a number of turns and not of seconds, so that the
/// same task has the same answer on every machine.
pub const TURNS: u64 = 12_000;
pub const SEED: u64 = 1;

/// Trucks with the places where they call, in turn.
pub type ByHand = Vec<(VehicleId, Vec<CallId>)>;

/// Rounds to look at. `mark` changes whenever they would.
pub struct Proposal {
    pub task: RoundsTask,
    pub plan: RoundsPlan,
    pub mark: String,
    /// Why the ways are estimated though the hub asked for others; empty when they are not.
    pub told: String,
}

/// Plans the rounds of a day, without deciding anything.
pub async fn propose(app: &App, place: Place, day: Day) -> Result<Proposal, Failure> {
    let task = app.read(place, |week, _| rounds::task(week, day)).await??;
    let ways = roads::between(app, place, &task).await?;
    let made = tokio::task::spawn_blocking(move || proposal(task, ways)).await;
    made.map_err(|error| Failure::Other(error.into()))?
}

fn proposal(task: RoundsTask, ways: Ways) -> Result<Proposal, Failure> {
    let mut asked = task.clone();
    // Loads have changed since rounds were locked: they leave in the same order at today's times.
    let locked = of_rounds(&task.locks.rounds);
    asked.locks.rounds = plan::rounds::price_by_hand(&task, &ways.roads, &locked);
    let plan = plan::rounds::plan(&asked, &ways.roads, Effort::Turns(TURNS), SEED);
    let breaches = plan::verify::rounds(&asked, &ways.roads, &plan);
    if !breaches.is_empty() && asked.locks != RoundLocks::default() {
        return Err(Failure::Told(vec![
            "Ce qui est verrouillé ne tient plus : trop chargé, ou trop tard. Déverrouillez, puis \
             proposez de nouveau."
                .into(),
        ]));
    }
    if !breaches.is_empty() {
        // A planner's mistake must never send a truck away.
        return Err(anyhow::anyhow!("tournées refusées par la vérification : {breaches:?}").into());
    }
    let mark = mark(&plan);
    Ok(Proposal { task, plan, mark, told: ways.told })
}

fn of_rounds(rounds: &[PlannedRound]) -> ByHand {
    let calls = |round: &PlannedRound| round.stops.iter().map(|stop| stop.call).collect();
    rounds.iter().map(|round| (round.vehicle, calls(round))).collect()
}

/// A short text that two different plans do not share but by a chance of 2^-64 (FNV-1a).
fn mark(plan: &RoundsPlan) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let said = format!("{:?}", plan.rounds);
    format!("{:016x}", said.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// Plans the rounds of a day and accepts them. With a `seen` mark, only the rounds that were seen
/// are accepted.
pub async fn accept(
    app: &App,
    place: Place,
    day: Day,
    seen: Option<&str>,
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    let proposal = propose(app, place, day).await?;
    if seen.is_some_and(|seen| seen != proposal.mark) {
        return Err(changed());
    }
    keep(app, place, &proposal.task, &proposal.plan.rounds, stamp).await
}

const CHANGED: &str = "La situation a changé depuis que ces tournées ont été proposées. \
    Relisez-les, puis acceptez.";

fn changed() -> Failure {
    Failure::Input(CHANGED.into())
}

/// [`accept`], once for its key; `told` is what is answered, also to the same key again. Rounds
/// that are not those that were seen (`seen`) are gone.
pub async fn accept_once(
    app: &App,
    place: Place,
    (day, seen): (Day, &str),
    stamp: &Stamp,
    once: &Once,
    told: impl Fn(&[Round]) -> String,
) -> Result<String, Failure> {
    if let Some(answer) = keys::answered(app, place, &once.key, once.hash).await? {
        return Ok(answer);
    }
    let Proposal { task, plan, mark, .. } = propose(app, place, day).await?;
    if seen != mark {
        return Err(Failure::Gone(vec![CHANGED.into()]));
    }
    if plan.rounds.is_empty() {
        let said = "Rien n'attend ce jour : il n'y a pas de tournée à faire.";
        return Err(Failure::Told(vec![said.into()]));
    }
    keys::once(app, place, once, |act| Ok(told(&kept(act, &task, &plan.rounds, stamp)?))).await
}

/// Accepts rounds that somebody made, at the times that follow.
pub async fn accept_by_hand(
    app: &App,
    place: Place,
    day: Day,
    by_hand: &ByHand,
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    let task = app.read(place, |week, _| -> Result<RoundsTask, Failure> {
        let task = rounds::task(week, day)?;
        rounds::judge(week, &task, by_hand)?;
        Ok(task)
    });
    let task = task.await??;
    let ways = roads::between(app, place, &task).await?;
    let planned = plan::rounds::price_by_hand(&task, &ways.roads, by_hand);
    keep(app, place, &task, &planned, stamp).await
}

async fn keep(
    app: &App,
    place: Place,
    task: &RoundsTask,
    planned: &[PlannedRound],
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    app.act(place, |act| kept(act, task, planned, stamp)).await
}

fn kept(
    act: &mut Act<'_>,
    task: &RoundsTask,
    planned: &[PlannedRound],
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    if rounds::task(act.week(), task.day)? != *task {
        return Err(changed());
    }
    let accepted = rounds::accept(act.week(), task, planned, stamp.clone())?;
    for round in &accepted {
        act.add(round.clone());
    }
    Ok(accepted)
}

/// Fixes a part of the rounds in force, or frees it.
pub async fn lock(
    app: &App,
    place: Place,
    day: Day,
    what: RoundLock,
    is_locked: bool,
    stamp: &Stamp,
) -> Result<Vec<Round>, Failure> {
    app.act(place, |act| {
        let locked = rounds::lock(act.week(), day, what, is_locked, stamp.clone())?;
        for round in &locked {
            act.add(round.clone());
        }
        Ok(locked)
    })
    .await
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
