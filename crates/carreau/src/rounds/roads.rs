//! How far and how long it is from place to place: estimated, asked of a road server of the hub's
//! own, or read from a table that somebody brought. Whatever fails, the estimate stands in, and the
//! page says so.

mod answers;
pub mod client;
mod secure;

use std::collections::HashMap;

use db::{Db, Val};
use plan::rounds::Roads;
use trade::id::HubId;
use trade::offers::Stamp;
use trade::party::Place as Point;
use trade::rounds::{CallId, RoundsTask};

use crate::app::App;
use crate::failure::Failure;
use crate::store::act::Place;
use crate::store::table::{load_hub, table, upsert_hub};

/// Ways between the dock and the calls of a task.
pub struct Ways {
    pub roads: Roads,
    /// Why they are estimated though the hub asked for others; empty when they are not.
    pub told: String,
}

/// Where ways come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Great circle, circuity and speeds.
    #[default]
    Estimate,
    Osrm,
    Valhalla,
    /// A table of `from;to;metres;seconds`.
    Table,
}

impl Source {
    pub const ALL: [Source; 4] = [Source::Estimate, Source::Osrm, Source::Valhalla, Source::Table];

    pub const fn code(self) -> &'static str {
        match self {
            Source::Estimate => "estimate",
            Source::Osrm => "osrm",
            Source::Valhalla => "valhalla",
            Source::Table => "table",
        }
    }

    pub fn parse(code: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// What the hub has set of roads.
pub struct RoadSettings {
    source: String,
    /// `http://127.0.0.1:5000` or `https://routes.example`, without a slash at its end.
    pub url: String,
    /// A page that shows the way, with `{lat}` and `{lon}`; empty: the telephone's own maps.
    pub way_template: String,
    /// Tiles under the map, `https://tiles.example/{z}/{x}/{y}.png`; empty: our own ground.
    pub tile_template: String,
    /// How the tiles' owner asks to be named.
    pub tile_credit: String,
    pub stamp: Stamp,
}

table!(RoadSettings, "road_settings", 0,
    "source, url, way_template, tile_template, tile_credit, at, by_whom",
    { source, url, way_template, tile_template, tile_credit, stamp });

impl RoadSettings {
    /// Estimated ways, the telephone's maps and our own ground, until more is said.
    pub fn new(source: Source, url: String, stamp: Stamp) -> RoadSettings {
        RoadSettings {
            source: source.code().into(),
            url,
            way_template: String::new(),
            tile_template: String::new(),
            tile_credit: String::new(),
            stamp,
        }
    }

    pub fn source(&self) -> Source {
        Source::parse(&self.source).unwrap_or_default()
    }
}

/// A measured way between two places by their codes; the dock's is [`DOCK`].
pub struct LegRow {
    pub from: String,
    pub to: String,
    pub metres: i64,
    pub seconds: i64,
}

table!(LegRow, "road_legs", 2, "from_code, to_code, metres, seconds",
    { from, to, metres, seconds });

/// The dock among the codes of a table: no code of the register can be empty.
pub const DOCK: &str = "";

const DROP_LEGS: &str = "DELETE FROM road_legs WHERE hub_id = $1";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[DROP_LEGS];

type Command = (&'static str, Vec<Val>);

/// Writes what the hub sets, in place of what it set before.
pub fn set(hub: HubId, settings: RoadSettings) -> Vec<Command> {
    let mut commands = Vec::new();
    upsert_hub(hub, &[settings], &mut commands);
    commands
}

/// Writes a table of ways, in place of the one before.
pub fn set_legs(hub: HubId, legs: &[LegRow]) -> Vec<Command> {
    let mut commands = vec![(DROP_LEGS, vec![hub.as_str().into()])];
    upsert_hub(hub, legs, &mut commands);
    commands
}

/// What the hub has set; `None` when nothing.
pub async fn settings(db: &Db, hub: HubId) -> Result<Option<RoadSettings>, Failure> {
    Ok(load_hub::<RoadSettings>(db, hub).await?.pop())
}

/// The table of ways.
pub async fn legs(db: &Db, hub: HubId) -> Result<Vec<LegRow>, Failure> {
    Ok(load_hub(db, hub).await?)
}

/// The ways of a task: the dock first, then its calls in their order.
pub async fn between(app: &App, place: Place, task: &RoundsTask) -> Result<Ways, Failure> {
    let db = app.db(place.scope());
    let Some(set) = settings(&db, place.hub).await? else { return Ok(estimated(task, None)) };
    if task.calls.is_empty() {
        return Ok(estimated(task, None));
    }
    let found = match set.source() {
        Source::Estimate => return Ok(estimated(task, None)),
        Source::Osrm => osrm(&set.url, task).await,
        Source::Valhalla => valhalla(&set.url, task).await,
        Source::Table => by_table(task, legs(&db, place.hub).await?),
    };
    Ok(match found {
        Ok(roads) => Ways { roads, told: String::new() },
        Err(why) => estimated(task, Some(&why)),
    })
}

fn estimated(task: &RoundsTask, why: Option<&str>) -> Ways {
    let told = why.map(|why| format!("Distances et durées sont estimées : {why}"));
    Ways { roads: Roads::estimated(task), told: told.unwrap_or_default() }
}

fn points(task: &RoundsTask) -> Vec<Point> {
    std::iter::once(task.depot).chain(task.calls.iter().map(|call| call.place)).collect()
}

/// A table of metres and seconds, row by row.
pub(super) struct Matrix {
    pub metres: Vec<i64>,
    pub seconds: Vec<i64>,
}

fn roads(count: usize, matrix: Matrix) -> Result<Roads, String> {
    let made = Roads::new(count, matrix.metres, matrix.seconds);
    made.map_err(|_| "la réponse ne va pas avec ce qui était demandé.".to_string())
}

async fn osrm(url: &str, task: &RoundsTask) -> Result<Roads, String> {
    let points = points(task);
    let body = client::ask(url, &answers::osrm_path(&points), None).await?;
    roads(points.len(), answers::osrm(&body, points.len())?)
}

async fn valhalla(url: &str, task: &RoundsTask) -> Result<Roads, String> {
    let points = points(task);
    let asked = answers::valhalla_body(&points);
    let body = client::ask(url, "/sources_to_targets", Some(&asked)).await?;
    roads(points.len(), answers::valhalla(&body, points.len())?)
}

fn by_table(task: &RoundsTask, legs: Vec<LegRow>) -> Result<Roads, String> {
    let known: HashMap<(String, String), (i64, i64)> =
        legs.into_iter().map(|leg| ((leg.from, leg.to), (leg.metres, leg.seconds))).collect();
    let call = |id: CallId| match id {
        CallId::Site(site) => site.to_string(),
        CallId::Farm(farm) => farm.to_string(),
    };
    let codes: Vec<String> = std::iter::once(DOCK.to_string())
        .chain(task.calls.iter().map(|one| call(one.id)))
        .collect();
    let mut matrix = Matrix { metres: Vec::new(), seconds: Vec::new() };
    for from in &codes {
        for to in &codes {
            let leg = match from == to {
                true => (0, 0),
                false => {
                    let leg = known.get(&(from.clone(), to.clone()));
                    *leg.ok_or_else(|| {
                        format!("la table ne dit rien de {} à {}.", named(from), named(to))
                    })?
                }
            };
            matrix.metres.push(leg.0);
            matrix.seconds.push(leg.1);
        }
    }
    roads(codes.len(), matrix)
}

fn named(code: &str) -> &str {
    match code {
        DOCK => "quai",
        code => code,
    }
}
