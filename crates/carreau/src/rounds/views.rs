//! A round as a page shows it, accepted or proposed: times, loads on the way, who waits how long.

use std::collections::{BTreeMap, BTreeSet};

use trade::Week;
use trade::calendar::Day;
use trade::id::{OrderLineId, ProducerId, SiteId};
use trade::party::{Hours, Place};
use trade::rounds::{self, Awaited, CallId, Load, Round, Stop, flaws};
use trade::unit::{Grams, Qty};

use super::flaws::said as flaw_said;
use super::roads;
use super::waits::{Lateness, said};
use crate::failure::Failure;
use crate::ui::chart::{Chart, progress, steps};
use crate::ui::fr;
use crate::ui::map::Ground;
use crate::web::Visit;

/// An order line as it is handed over.
pub struct HandLine {
    pub key: String,
    pub product: String,
    pub quantity: String,
    pub unit: &'static str,
}

pub struct StopView {
    /// Where on the page it stands.
    pub key: String,
    pub rank: usize,
    pub name: String,
    /// The call in forms: a site, or a farm behind `@`.
    pub call: String,
    pub code: String,
    pub is_farm: bool,
    pub address: String,
    pub phone: String,
    /// The place for a program of maps; empty when it is not known.
    pub map: String,
    pub hours: String,
    /// `2 km depuis le quai`
    pub leg: String,
    /// Arrives, begins, leaves; empty for rounds of before times were planned.
    pub times: String,
    /// How much later than the place receives; empty when it is in time.
    pub late: String,
    /// How much later than the dock receives its goods are there; empty when they are in time, or
    /// not for the same day.
    pub back_late: String,
    /// What is left and fetched there.
    pub load: String,
    pub on_board: String,
    pub is_locked: bool,
    pub paper: String,
    pub signed: String,
    pub gaps: Vec<String>,
    pub lines: Vec<HandLine>,
}

impl StopView {
    pub fn is_late(&self) -> bool {
        !self.late.is_empty() || !self.back_late.is_empty()
    }
}

pub struct RoundView {
    pub id: i64,
    pub name: String,
    pub vehicle: String,
    /// `5 h 30 – 9 h 12`, or nothing.
    pub times: String,
    pub distance: String,
    pub cost: String,
    pub pause: String,
    /// That it waits for goods that are fetched the same morning, or should; empty: it does not.
    pub waits: String,
    pub leaves_early: bool,
    /// What its truck cannot do, a sentence each.
    pub flaws: Vec<String>,
    pub is_locked: bool,
    pub fill: Chart,
    /// What is on board, leg by leg.
    pub board: Chart,
    pub stops: Vec<StopView>,
}

/// `T1`
pub fn round_name(number: usize) -> String {
    format!("T{number}")
}

/// Seconds of the day, to the minute.
pub fn clock(seconds: i64) -> String {
    fr::time((seconds + 30) / 60)
}

/// A call in forms and addresses: the site's code, or the farm's behind `@`, which no code has.
pub fn call_code(call: CallId) -> String {
    match call {
        CallId::Site(site) => site.to_string(),
        CallId::Farm(farm) => format!("@{farm}"),
    }
}

pub fn parse_call(text: &str) -> Option<CallId> {
    match text.strip_prefix('@') {
        Some(farm) => ProducerId::parse(farm).ok().map(CallId::Farm),
        None => SiteId::parse(text).ok().map(CallId::Site),
    }
}

/// Where a call is, and whom one telephones there.
pub struct Spot {
    pub name: String,
    pub address: String,
    pub phone: String,
    pub place: Place,
    pub hours: Vec<Hours>,
}

impl Spot {
    pub fn of(week: &Week, call: CallId) -> Result<Spot, Failure> {
        let register = week.register();
        let town = |address: &str, postcode: &str, commune: &str| {
            let town = format!("{postcode} {commune}").trim().to_string();
            let lines = [address.to_string(), town].into_iter().filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join(", ")
        };
        Ok(match call {
            CallId::Site(id) => {
                let site = register.site(id)?;
                Spot {
                    name: site.name.clone(),
                    address: town(&site.address, &site.postcode, &site.commune),
                    phone: register.buyer(site.buyer)?.identity.phone.clone(),
                    place: site.place,
                    hours: site.hours(),
                }
            }
            CallId::Farm(id) => {
                let farm = register.producer(id)?;
                let identity = &farm.identity;
                Spot {
                    name: identity.name.clone(),
                    address: town(&identity.address, &identity.postcode, &identity.commune),
                    phone: identity.phone.clone(),
                    place: farm.place,
                    hours: farm.carriage.hours.into_iter().collect(),
                }
            }
        })
    }

    /// `6 h 30 – 9 h 00, 13 h 30 – 15 h 00`
    pub fn hours_said(&self) -> String {
        let one = |hours: &Hours| format!("{} – {}", fr::time(hours.from), fr::time(hours.to));
        self.hours.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// `2 km depuis le quai`, `moins de 1 km depuis l'arrêt d'avant`.
fn leg_said(rank: usize, metres: i64) -> String {
    let from = if rank == 1 { "le quai" } else { "l'arrêt d'avant" };
    match metres {
        ..500 => format!("moins de {} depuis {from}", fr::km(1_000)),
        _ => format!("{} depuis {from}", fr::km(metres)),
    }
}

/// « 12 min »; nothing in time.
pub fn late_said(seconds: i64) -> String {
    match (seconds + 59) / 60 {
        0 => String::new(),
        minutes if minutes < 60 => format!("{minutes}\u{a0}min"),
        minutes => fr::time(minutes),
    }
}

/// What the hub has set of how rounds are shown.
#[derive(Default)]
pub struct Shown {
    /// A page that shows the way; empty: the telephone's own maps.
    pub way: String,
    pub ground: Ground,
}

impl Shown {
    pub async fn of(visit: &Visit) -> Result<Shown, Failure> {
        let db = visit.app().db(visit.place.scope());
        let set = roads::settings(&db, visit.place.hub).await?;
        Ok(set.map_or_else(Shown::default, |set| Shown {
            way: set.way_template,
            ground: Ground { tiles: set.tile_template, credit: set.tile_credit },
        }))
    }
}

/// What pages need besides the week.
pub struct Seen<'a> {
    pub visit: &'a Visit,
    pub week: &'a Week,
    pub day: Day,
    /// What the day's deliveries still wait for.
    pub awaited: Awaited,
    /// Where goods go, or come from, that must stay cold.
    pub cold: BTreeSet<CallId>,
    pub shown: &'a Shown,
}

impl Seen<'_> {
    pub fn round(&self, number: usize, round: &Round) -> Result<RoundView, Failure> {
        let vehicle = self.week.register().vehicles.get(&round.vehicle);
        let payload = vehicle.map_or(Grams::ZERO, |vehicle| vehicle.payload);
        let loads = round.loads();
        let mut stops = Vec::with_capacity(round.stops.len());
        for (at, stop) in round.stops.iter().enumerate() {
            let late = Lateness::of(self.week, &self.awaited, round, stop)?;
            stops.push(self.stop(at + 1, stop, loads[at + 1], &late)?);
        }
        let most = loads.iter().copied().max().unwrap_or_default();
        let fill = format!("{} sur {}", fr::weight(most), fr::weight(payload));
        let legs: Vec<i64> = loads.iter().map(|load| load.get()).collect();
        let rest = vehicle.and_then(|vehicle| vehicle.duty.rest);
        let register = self.week.register();
        let flaws = flaws(register, round, &self.cold);
        let dock = &register.hub.dock;
        let (waits, leaves_early) = said(&self.awaited, dock, round).unwrap_or_default();
        Ok(RoundView {
            id: round.id.0,
            name: round_name(number),
            vehicle: vehicle.map(|vehicle| vehicle.name.clone()).unwrap_or_default(),
            times: round.times.map_or(String::new(), |times| {
                format!("{} – {}", clock(times.leaves), clock(times.back))
            }),
            distance: fr::km(round.metres()),
            cost: match round.times {
                Some(_) => fr::euros(round.cost),
                None => String::new(),
            },
            pause: match (round.pause_after, rest) {
                (Some(after), Some(rest)) => pause_said(after, rest.minutes),
                _ => String::new(),
            },
            waits,
            leaves_early,
            flaws: flaws.iter().map(|flaw| flaw_said(register, flaw)).collect(),
            is_locked: round.is_locked,
            fill: progress(most.get(), payload.get(), &fill),
            board: steps(payload.get(), &legs, "À bord d'un arrêt au suivant"),
            stops,
        })
    }

    fn stop(
        &self,
        rank: usize,
        stop: &Stop,
        on_board: Grams,
        late: &Lateness,
    ) -> Result<StopView, Failure> {
        let spot = Spot::of(self.week, stop.call)?;
        let site = stop.site();
        let is_own = |note: &&rounds::DeliveryNote| Some(note.site) == site && note.day == self.day;
        let note = self.week.notes().iter().find(is_own);
        let code = site.map(|site| site.to_string()).unwrap_or_default();
        Ok(StopView {
            key: stop_key(self.day, stop.call),
            rank,
            call: call_code(stop.call),
            is_farm: site.is_none(),
            map: map_link(spot.place, &self.shown.way),
            hours: spot.hours_said(),
            leg: leg_said(rank, stop.metres),
            times: stop.times.map_or(String::new(), |times| {
                let (arrives, leaves) = (clock(times.arrives), clock(times.leaves));
                match clock(times.begins) {
                    begins if begins == arrives => format!("{arrives}, repart à {leaves}"),
                    begins => format!("{arrives}, reçu à {begins}, repart à {leaves}"),
                }
            }),
            late: late_said(late.at_place),
            back_late: late_said(late.at_dock),
            load: load_said(stop.brings, stop.fetches),
            on_board: fr::weight(on_board),
            is_locked: stop.is_locked,
            paper: self.visit.href(&format!("rounds/paper/{}/{code}", self.day)),
            code,
            signed: note.map(|note| signed_words(&note.signed_by)).unwrap_or_default(),
            gaps: gaps(self.week, note)?,
            lines: site.map_or(Ok(Vec::new()), |site| hand_lines(self.week, site, self.day))?,
            name: spot.name,
            address: spot.address,
            phone: spot.phone,
        })
    }
}

fn pause_said(after: i64, minutes: i64) -> String {
    match after {
        0 => format!("pause de {minutes}\u{a0}min au quai, avant de partir"),
        after => format!("pause de {minutes}\u{a0}min après l'arrêt {after}"),
    }
}

/// `120 kg à laisser, 17 kg de vides à reprendre`; from a farm, `240 kg à reprendre`.
pub fn load_said(brings: Load, fetches: Load) -> String {
    let part = |load: Load, what: &str| {
        (!load.weight.is_zero()).then(|| format!("{} {what}", fr::weight(load.weight)))
    };
    // Where something is left, what comes back are its crates.
    let back = if brings.weight.is_zero() { "à reprendre" } else { "de vides à reprendre" };
    let parts = [part(brings, "à laisser"), part(fetches, back)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub fn signed_words(by: &str) -> String {
    if by.is_empty() { "livré".into() } else { format!("livré, signé : {by}") }
}

fn gaps(week: &Week, note: Option<&rounds::DeliveryNote>) -> Result<Vec<String>, Failure> {
    let mut gaps = Vec::new();
    for line in note.iter().flat_map(|note| &note.lines) {
        let ordered = week.order_line(line.order_line)?.1;
        for (quantity, word) in [(line.refused, "refusés"), (line.missing, "manquants")] {
            if !quantity.is_zero() {
                let said = fr::qty(quantity, ordered.unit);
                gaps.push(format!("{} : {said} {word} ({})", ordered.name, line.reason));
            }
        }
    }
    Ok(gaps)
}

/// Where on the page a stop stands.
pub fn stop_key(day: Day, call: CallId) -> String {
    match call {
        CallId::Site(site) => format!("s{day}-{site}"),
        CallId::Farm(farm) => format!("f{day}-{farm}"),
    }
}

/// The stop behind a site on its round that nobody has signed for, from the first again behind
/// the last; the day when the round is done, or when the site is in none. A farm is signed for at
/// the dock.
pub(super) fn next_stop(week: &Week, day: Day, site: SiteId) -> String {
    let is_signed = |of: SiteId| week.notes().iter().any(|one| one.day == day && one.site == of);
    for round in week.current_rounds(day) {
        let own = CallId::Site(site);
        let Some(at) = round.stops.iter().position(|stop| stop.call == own) else { continue };
        let mut others = round.stops[at + 1..].iter().chain(&round.stops[..at]);
        if let Some(next) = others.find(|stop| stop.site().is_some_and(|site| !is_signed(site))) {
            return stop_key(day, next.call);
        }
    }
    format!("d{day}")
}

/// `43.610769`
pub fn degrees(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let whole = millionths.abs();
    format!("{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
}

/// `geo:43.610769,3.876716`, which a telephone opens with its own maps (RFC 5870), or the hub's
/// own page for ways.
pub fn map_link(place: Place, way: &str) -> String {
    if place == Place::default() {
        return String::new();
    }
    let (lat, lon) = (degrees(place.lat_e6), degrees(place.lon_e6));
    match way {
        "" => format!("geo:{lat},{lon}?q={lat},{lon}"),
        template => template.replace("{lat}", &lat).replace("{lon}", &lon),
    }
}

/// What is to be handed over, one row for each order line.
fn hand_lines(week: &Week, site: SiteId, day: Day) -> Result<Vec<HandLine>, Failure> {
    let mut sums: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    for sorting in week.sortings_for(site, day) {
        if week.note_line(sorting.id).is_err() {
            *sums.entry(sorting.order_line).or_default() += sorting.quantity.get();
        }
    }
    let mut lines = Vec::with_capacity(sums.len());
    for (id, quantity) in sums {
        let line = week.order_line(id)?.1;
        lines.push(HandLine {
            key: id.to_string(),
            product: line.name.clone(),
            quantity: fr::number(Qty::new(quantity)),
            unit: fr::unit(line.unit, true),
        });
    }
    Ok(lines)
}
