//! What the coordinator sends about rounds: accepted, made by hand, moved, locked.

use trade::Week;
use trade::calendar::Day;
use trade::id::{RoundId, VehicleId};
use trade::rounds::{self, CallId, Round, RoundLock};

use super::acts::{self, ByHand};
use super::views::parse_call;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to};

/// `POST …/rounds/rounds`: the rounds that were proposed (`mark`), or those in force with calls
/// put behind them by hand (`vehicle-CALL`, `rank-CALL`).
pub async fn accept(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let (app, place, stamp) = (visit.app(), visit.place, visit.stamp());
    let rounds = match fields.starting("vehicle-").next() {
        None if fields.was_sent("mark") => {
            let seen = Some(fields.text("mark"));
            acts::accept(app, place, day, seen, &stamp).await?
        }
        None => {
            let said = "Choisissez un véhicule pour un lieu au moins.";
            return Err(Failure::Input(said.into()).into());
        }
        Some(_) => {
            let added = added(&fields)?;
            let by_hand = visit.see(|week| with_added(week, day, added)).await?;
            acts::accept_by_hand(app, place, day, &by_hand, &stamp).await?
        }
    };
    done(&visit, day, &rounds)
}

fn done(visit: &Visit, day: Day, rounds: &[Round]) -> Answer {
    if rounds.is_empty() {
        let said = "Rien n'attend ce jour : il n'y a pas de tournée à faire.";
        return Err(Failure::Input(said.into()).into());
    }
    let said = fr::count(rounds.len() as i64, "tournée", "tournées");
    let to = format!("{}#d{day}", visit.href("rounds"));
    back_to(&to, &format!("{} : {said}.", fr::day(day)))
}

/// A call with its truck and its rank among those that are put there now.
type Added = (VehicleId, i64, CallId);

fn added(fields: &Fields) -> Result<Vec<Added>, Failure> {
    let mut added = Vec::new();
    for (code, vehicle) in fields.starting("vehicle-") {
        let bad = |what: &str| Failure::Input(format!("{what} « {code} » est inconnu."));
        let call = parse_call(code).ok_or_else(|| bad("Le lieu"))?;
        let vehicle = VehicleId::parse(vehicle).map_err(|_| bad("Le véhicule du lieu"))?;
        let rank = match fields.text(&format!("rank-{code}")) {
            "" => i64::MAX,
            text => rank(text)?,
        };
        added.push((vehicle, rank, call));
    }
    added.sort_unstable();
    Ok(added)
}

fn rank(text: &str) -> Result<i64, Failure> {
    let read = text.parse().ok().filter(|rank: &i64| *rank > 0);
    read.ok_or_else(|| {
        Failure::Input(format!("Rang « {text} » : écrivez un nombre entier, 1 le premier."))
    })
}

/// The ways in force, without what has gone since.
fn in_force(week: &Week, day: Day) -> Result<Vec<(RoundId, VehicleId, Vec<CallId>)>, Failure> {
    let open: std::collections::BTreeSet<CallId> =
        rounds::task(week, day)?.calls.iter().map(|call| call.id).collect();
    let way = |round: &Round| {
        let calls = round.stops.iter().map(|stop| stop.call);
        let left: Vec<CallId> = calls.filter(|call| open.contains(call)).collect();
        (round.id, round.vehicle, left)
    };
    Ok(week.current_rounds(day).map(way).collect())
}

/// Calls go behind the last round of their truck, or make its first one.
fn with_added(week: &Week, day: Day, added: Vec<Added>) -> Result<ByHand, Failure> {
    let ways = in_force(week, day)?;
    let mut ways: ByHand = ways.into_iter().map(|(_, vehicle, calls)| (vehicle, calls)).collect();
    for (vehicle, _, call) in added {
        match ways.iter_mut().rev().find(|(known, _)| *known == vehicle) {
            Some((_, calls)) => calls.push(call),
            None => ways.push((vehicle, vec![call])),
        }
    }
    Ok(filled(ways))
}

/// A truck that calls nowhere does not leave.
fn filled(ways: ByHand) -> ByHand {
    ways.into_iter().filter(|(_, calls)| !calls.is_empty()).collect()
}

/// `POST …/rounds/moves`: a stop to another place (`rank`) of a round (`to`), or to a new round of
/// a truck (`to=new-TRUCK`).
pub async fn shift(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let call = asked_call(&fields)?;
    let to = fields.needed("to", "Tournée")?.to_string();
    let rank = match fields.text("rank") {
        "" => i64::MAX,
        text => rank(text)?,
    };
    let by_hand = visit.see(|week| moved(week, day, call, &to, rank)).await?;
    let stamp = visit.stamp();
    let rounds = acts::accept_by_hand(visit.app(), visit.place, day, &by_hand, &stamp).await?;
    done(&visit, day, &rounds)
}

fn asked_call(fields: &Fields) -> Result<CallId, Failure> {
    let text = fields.needed("call", "Lieu")?;
    parse_call(text).ok_or_else(|| Failure::Input(format!("Le lieu « {text} » est inconnu.")))
}

fn moved(week: &Week, day: Day, call: CallId, to: &str, rank: i64) -> Result<ByHand, Failure> {
    let mut ways = in_force(week, day)?;
    for (_, _, calls) in &mut ways {
        calls.retain(|one| *one != call);
    }
    let new = to.strip_prefix("new-").map(VehicleId::parse);
    let ways = match new {
        Some(vehicle) => {
            let unknown = |_| Failure::Input(format!("Le véhicule « {to} » est inconnu."));
            ways.push((RoundId(0), vehicle.map_err(unknown)?, vec![call]));
            ways
        }
        None => {
            let found = to.parse().ok().map(RoundId);
            let way = ways.iter_mut().find(|(id, _, _)| Some(*id) == found);
            let (_, _, calls) = way.ok_or_else(|| {
                Failure::Denied(vec![trade::Denial::NoSuchRound {
                    round: found.unwrap_or(RoundId(0)),
                }])
            })?;
            let at = usize::try_from(rank - 1).unwrap_or(usize::MAX).min(calls.len());
            calls.insert(at, call);
            ways
        }
    };
    let ways = ways.into_iter().map(|(_, vehicle, calls)| (vehicle, calls)).collect();
    Ok(filled(ways))
}

/// `POST …/rounds/locks`: fixes (`lock=1`) or frees a round (`round`), or a stop on its truck
/// (`call`).
pub async fn lock(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let is_locked = fields.text("lock") == "1";
    let what = match fields.was_sent("round") {
        true => RoundLock::Round(RoundId(fields.number("round", "Tournée")?)),
        false => RoundLock::Stop(asked_call(&fields)?),
    };
    acts::lock(visit.app(), visit.place, day, what, is_locked, &visit.stamp()).await?;
    let said = match (what, is_locked) {
        (RoundLock::Round(_), true) => {
            "Tournée verrouillée : elle reste quand on refait les autres."
        }
        (RoundLock::Round(_), false) => "Tournée déverrouillée.",
        (RoundLock::Stop(_), true) => "Arrêt gardé sur son camion.",
        (RoundLock::Stop(_), false) => "Arrêt libre de changer de camion.",
    };
    back_to(&format!("{}#d{day}", visit.href("rounds")), said)
}
