//! The rounds of a day: those in force, those that are proposed, and accepting what was read.

use plan::rounds::LeftOut;
use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::VehicleId;
use trade::offers::Stamp;
use trade::register::Register;
use trade::rounds::{CallId, Round, Stop};
use trade::unit::Grams;

use super::orders::text;
use crate::access::Place;
use crate::access::api_token::Leave;
use crate::failure::Failure;
use crate::rounds::acts::{self, Proposal};
use crate::rounds::{instant, left_out};
use crate::web::api::BASE;
use crate::web::api::call::{Call, Link, Operation, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{As, Coded, Short, bodies, objects, words};

words! {
    CallKindWord of ["site", "farm"];
    LeftOutWord of ["no_vehicle", "too_heavy", "too_large", "no_cold_truck", "no_access",
        "too_far_in_time", "ready_too_late", "back_too_late", "on_locked_truck", "no_time_left",
        "no_room_left"];
}

objects! {
    RoundStopShape, "Un arrêt d'une tournée." {
        kind: CallKindWord = "Un site que l'on livre, ou une ferme que l'on va chercher.", "site";
        code: String = "Le code du site ou de la ferme.", "college-rimbaud";
        name: String = "Son nom.", "Collège Rimbaud";
        metres: i64 = "Depuis l'arrêt d'avant, ou le quai, en mètres.", 12_400;
        arrives_at: Option<As<Instant>> = "Quand le camion arrive ; null si la tournée n'a pas \
            d'heures.", "2026-11-24T05:40:00Z";
        begins_at: Option<As<Instant>> = "Quand il est reçu.", "2026-11-24T06:00:00Z";
        leaves_at: Option<As<Instant>> = "Quand il repart, pause comprise.",
            "2026-11-24T06:13:00Z";
        brings_grams: i64 = "Ce qui y est laissé, en grammes.", 300_000;
        brings_litres: i64 = "La place que cela prend, en litres.", 1_200;
        fetches_grams: i64 = "Ce qui y est pris, en grammes.", 17_000;
        fetches_litres: i64 = "La place que cela prend, en litres.", 90;
        on_board_grams: i64 = "À bord en repartant, en grammes.", 217_000;
        is_locked: bool = "Reste sur ce camion quand le reste est refait.", false;
    }
    RoundShape, "Une tournée : d'un camion, du quai au quai." {
        round: Option<i64> = "Son numéro dans la semaine ; null tant qu'elle est proposée.", 4;
        vehicle: As<VehicleId> = "Le camion.", "v01";
        vehicle_name: String = "Comment il s'appelle.", "Fourgon";
        leaves_at: Option<As<Instant>> = "Quand il quitte le quai.", "2026-11-24T05:10:00Z";
        back_at: Option<As<Instant>> = "Quand il y est rentré.", "2026-11-24T08:25:00Z";
        load_grams: i64 = "À bord en quittant le quai, en grammes.", 500_000;
        metres: i64 = "En tout, retour compris.", 48_200;
        metres_back: i64 = "Du dernier arrêt au quai.", 9_800;
        cost_cents: i64 = "Ce qu'elle coûte, en centimes HT.", 9_350;
        pause_after: Option<i64> = "Derrière quel arrêt le chauffeur se repose ; 0 : au quai, \
            avant de partir ; null : pas de pause.", serde_json::Value::Null;
        is_locked: bool = "Reste comme elle est quand le reste est refait.", false;
        stops: Vec<RoundStopShape> = "Ses arrêts, dans l'ordre.", serde_json::Value::Null;
    }
    DayRounds, "Les tournées acceptées d'un jour." {
        day: As<Day> = "Le jour.", "2026-11-24";
        version: i64 = "Combien de fois elles ont été acceptées ; 0 : pas encore.", 2;
        metres: i64 = "Toutes ensemble.", 182_300;
        cost_cents: i64 = "Toutes ensemble, en centimes HT.", 41_250;
        rounds: Vec<RoundShape> = "Une par départ d'un camion.", serde_json::Value::Null;
    }
    LeftOutShape, "Un lieu qui reste sans camion." {
        kind: CallKindWord = "Un site, ou une ferme.", "site";
        code: String = "Son code.", "college-rimbaud";
        name: String = "Son nom.", "Collège Rimbaud";
        why: LeftOutWord = "Pourquoi, en un mot pour votre programme.", "no_time_left";
        reason: String = "Pourquoi, en français.",
            "les journées des camions qui pourraient venir sont pleines";
    }
    RoundsProposal, "Des tournées proposées. Rien n'en est gardé." {
        day: As<Day> = "Le jour.", "2026-11-24";
        mark: String = "À renvoyer pour accepter ; change dès qu'elles seraient autres.",
            "9f86d081884c7d65";
        told: String = "Pourquoi les routes sont estimées alors qu'une source est réglée ; vide \
            sinon.", "";
        metres: i64 = "Toutes ensemble.", 178_900;
        cost_cents: i64 = "Toutes ensemble, en centimes HT.", 40_120;
        rounds: Vec<RoundShape> = "Une par départ d'un camion.", serde_json::Value::Null;
        left_out: Vec<LeftOutShape> = "Qui reste sans camion, et pourquoi.",
            serde_json::Value::Null;
    }
    RoundsTaken, "Les tournées d'un jour sont acceptées." {
        day: As<Day> = "Le jour.", "2026-11-24";
        version: i64 = "La version qui est maintenant en place.", 3;
        rounds: i64 = "Combien de tournées.", 4;
    }
}

bodies! {
    RoundsBody, "Les tournées que vous avez lues." {
        mark: Short<40> = "Le « mark » de la proposition.", "9f86d081884c7d65";
    }
}

const SAME_DAY: &[(&str, &str)] = &[("day", "$request.path.day")];

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<DayRounds>(
            Verb::Get,
            "/rounds/{day}",
            "getRounds",
            "Les tournées d'un jour",
            |call| Box::pin(rounds(call)),
        )
        .desk("rounds")
        .links(&[Link { name: "plan", to: "getRoundsPlan", parts: SAME_DAY }])
        .told("Celles qui sont acceptées, avec leurs arrêts.", "Les tournées en place."),
        Operation::new::<RoundsProposal>(
            Verb::Get,
            "/rounds/{day}/plan",
            "getRoundsPlan",
            "Les tournées proposées d'un jour",
            |call| Box::pin(proposal(call)),
        )
        .desk("rounds")
        .may_refuse()
        .links(&[Link { name: "rounds", to: "getRounds", parts: SAME_DAY }])
        .told(
            "Ce que donnerait de refaire les tournées maintenant ; ce qui est verrouillé reste. \
             La même situation donne les mêmes tournées, et le même « mark ».",
            "La proposition.",
        ),
        Operation::new::<RoundsTaken>(
            Verb::Post,
            "/rounds/{day}/accept",
            "acceptRounds",
            "Accepter des tournées",
            |call| Box::pin(accept(call)),
        )
        .desk("rounds")
        .leave(Leave::Run)
        .body::<RoundsBody>()
        .may_be_late()
        .links(&[Link { name: "rounds", to: "getRounds", parts: SAME_DAY }])
        .told(
            "Accepte la proposition que vous avez lue, et elle seule : quand la situation a \
             changé depuis, rien n'est accepté (409), et il faut la relire.",
            "Les tournées sont acceptées.",
        ),
    ]
}

/// The day in the address, in its week.
fn asked(call: &Call) -> Result<(Place, Day), Failure> {
    let day = call.day()?;
    // The first days of the year 0 are of a week that has no name.
    let week = IsoWeek::read(&day.week().written());
    let week = week.ok_or_else(|| Failure::NotFound(format!("« {day} » : rien n'a ce jour.")))?;
    Ok((call.hub()?.at(week), day))
}

async fn rounds(call: Call) -> Result<Reply, Refusal> {
    let (place, day) = asked(&call)?;
    Reply::json(&call.app().read(place, |week, _| accepted(week, day)).await?)
}

fn accepted(week: &Week, day: Day) -> DayRounds {
    let rounds: Vec<&Round> = week.current_rounds(day).collect();
    let (metres, cost_cents) = sums(&rounds);
    let shown = |round: &&Round| shown(week.register(), round, Some(round.id.0));
    DayRounds {
        day: As(day),
        version: week.rounds_version(day),
        metres,
        cost_cents,
        rounds: rounds.iter().map(shown).collect(),
    }
}

fn sums(rounds: &[&Round]) -> (i64, i64) {
    let metres = rounds.iter().map(|round| round.metres()).sum();
    (metres, rounds.iter().map(|round| round.cost.get()).sum())
}

async fn proposal(call: Call) -> Result<Reply, Refusal> {
    let (place, day) = asked(&call)?;
    let proposal = acts::propose(call.app(), place, day).await?;
    let stamp = call.stamp();
    let look = call.app().read(place, |week, _| proposed(week, &proposal, &stamp));
    Reply::json(&look.await??)
}

fn proposed(week: &Week, of: &Proposal, stamp: &Stamp) -> Result<RoundsProposal, Failure> {
    let (task, plan) = (&of.task, &of.plan);
    let made = trade::rounds::accept(week, task, &plan.rounds, stamp.clone())?;
    let rounds: Vec<&Round> = made.iter().collect();
    let (metres, cost_cents) = sums(&rounds);
    let missed = |(call, why): &(CallId, LeftOut)| {
        let (kind, code, name) = spot(week.register(), *call);
        let asked = task.calls.iter().find(|one| one.id == *call);
        LeftOutShape { kind, code, name, why: word(*why), reason: left_out(why, asked) }
    };
    Ok(RoundsProposal {
        day: As(task.day),
        mark: of.mark.clone(),
        told: of.told.clone(),
        metres,
        cost_cents,
        rounds: rounds.iter().map(|round| shown(week.register(), round, None)).collect(),
        left_out: plan.unassigned.iter().map(missed).collect(),
    })
}

fn shown(register: &Register, round: &Round, number: Option<i64>) -> RoundShape {
    let known = register.vehicles.get(&round.vehicle);
    let at = |seconds: i64| As(instant(round.day, seconds));
    let loads = round.loads();
    let stops = round.stops.iter().zip(loads.iter().skip(1));
    RoundShape {
        round: number,
        vehicle: As(round.vehicle),
        vehicle_name: known.map(|vehicle| vehicle.name.clone()).unwrap_or_default(),
        leaves_at: round.times.map(|times| at(times.leaves)),
        back_at: round.times.map(|times| at(times.back)),
        load_grams: round.load().get(),
        metres: round.metres(),
        metres_back: round.metres_back,
        cost_cents: round.cost.get(),
        pause_after: round.pause_after,
        is_locked: round.is_locked,
        stops: stops.map(|(stop, load)| stop_shape(register, round.day, stop, *load)).collect(),
    }
}

fn stop_shape(register: &Register, day: Day, stop: &Stop, on_board: Grams) -> RoundStopShape {
    let (kind, code, name) = spot(register, stop.call);
    let at = |seconds: i64| As(instant(day, seconds));
    RoundStopShape {
        kind,
        code,
        name,
        metres: stop.metres,
        arrives_at: stop.times.map(|times| at(times.arrives)),
        begins_at: stop.times.map(|times| at(times.begins)),
        leaves_at: stop.times.map(|times| at(times.leaves)),
        brings_grams: stop.brings.weight.get(),
        brings_litres: stop.brings.litres,
        fetches_grams: stop.fetches.weight.get(),
        fetches_litres: stop.fetches.litres,
        on_board_grams: on_board.get(),
        is_locked: stop.is_locked,
    }
}

/// What a call is, its code and its name.
fn spot(register: &Register, call: CallId) -> (CallKindWord, String, String) {
    let (kind, code, name) = match call {
        CallId::Site(id) => {
            ("site", id.to_string(), register.sites.get(&id).map(|site| &site.name))
        }
        CallId::Farm(id) => {
            let farm = register.producers.get(&id);
            ("farm", id.to_string(), farm.map(|farm| &farm.identity.name))
        }
    };
    (CallKindWord(kind.into()), code, name.cloned().unwrap_or_default())
}

fn word(why: LeftOut) -> LeftOutWord {
    let word = match why {
        LeftOut::NoVehicle => "no_vehicle",
        LeftOut::TooHeavy => "too_heavy",
        LeftOut::TooLarge => "too_large",
        LeftOut::NoColdTruck => "no_cold_truck",
        LeftOut::NoAccess => "no_access",
        LeftOut::TooFarInTime => "too_far_in_time",
        LeftOut::OnLockedTruck => "on_locked_truck",
        LeftOut::ReadyTooLate => "ready_too_late",
        LeftOut::BackTooLate => "back_too_late",
        LeftOut::NoTimeLeft => "no_time_left",
        LeftOut::NoRoomLeft => "no_room_left",
    };
    LeftOutWord(word.into())
}

async fn accept(call: Call) -> Result<Reply, Refusal> {
    let body: RoundsBody = call.body()?;
    let (place, day) = asked(&call)?;
    let told = |rounds: &[Round]| {
        let version = rounds.first().map_or(0, |round| round.version);
        text(&RoundsTaken { day: As(day), version, rounds: rounds.len() as i64 })
    };
    let (once, stamp) = (call.once(), call.stamp());
    let seen = (day, body.mark.0.as_str());
    let answer = acts::accept_once(call.app(), place, seen, &stamp, &once, told).await?;
    Ok(Reply::made(answer, format!("{BASE}/rounds/{day}")))
}
