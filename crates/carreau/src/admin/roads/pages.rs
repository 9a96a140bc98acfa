//! The settings of roads as a page.

use askama::Template;

use crate::admin::desk::{Desk, new_key};
use crate::admin::forms::time_value;
use crate::rounds::roads::{self, Source};
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

#[derive(Template)]
#[template(path = "admin/roads.html")]
struct RoadsPage {
    frame: Frame,
    key: String,
    sources: Vec<(&'static str, &'static str)>,
    source: String,
    url: String,
    way_template: String,
    tile_template: String,
    tile_credit: String,
    /// Who set this and when; empty when nobody did.
    by: String,
    legs: String,
    density: String,
    doors: String,
    slot_minutes: String,
    opens: String,
    closes: String,
}

/// What a source is called.
fn source_name(source: Source) -> &'static str {
    match source {
        Source::Estimate => "Estimation (vol d'oiseau et vitesses moyennes)",
        Source::Osrm => "Serveur OSRM",
        Source::Valhalla => "Serveur Valhalla",
        Source::Table => "Table apportée ci-dessous",
    }
}

/// `GET /admin/roads`
pub async fn page(desk: Desk) -> Answer {
    let set = roads::settings(&desk.db(), desk.hub()).await?;
    let count = roads::legs(&desk.db(), desk.hub()).await?.len() as i64;
    let rules = desk.register().await?.hub.dock;
    let mut frame = desk.frame("roads", "Routes et quai").await?;
    frame.subtitle = "D'où viennent les distances et les durées, et comment le quai reçoit.".into();
    let by =
        set.as_ref().map(|set| format!("{}, {}", set.stamp.by, fr::numbers_moment(set.stamp.at)));
    html(&RoadsPage {
        frame,
        key: new_key(),
        sources: Source::ALL.map(|source| (source.code(), source_name(source))).to_vec(),
        source: set.as_ref().map(|set| set.source()).unwrap_or_default().code().into(),
        url: set.as_ref().map(|set| set.url.clone()).unwrap_or_default(),
        way_template: set.as_ref().map(|set| set.way_template.clone()).unwrap_or_default(),
        tile_template: set.as_ref().map(|set| set.tile_template.clone()).unwrap_or_default(),
        tile_credit: set.map(|set| set.tile_credit).unwrap_or_default(),
        by: by.unwrap_or_default(),
        legs: fr::count(count, "trajet", "trajets"),
        density: rules.density.to_string(),
        doors: rules.doors.to_string(),
        slot_minutes: rules.slot_minutes.to_string(),
        opens: time_value(rules.hours.from),
        closes: time_value(rules.hours.to),
    })
}
