//! The form of what plans aim at, and its versions.

use askama::Template;
use trade::sourcing::{Aim, SourcingSetting};

use super::acts::{told, typed};
use crate::access::signed::signed_by;
use crate::admin::desk::{Desk, new_key};
use crate::sourcing::words::aim_name;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

struct AimRow {
    code: &'static str,
    name: &'static str,
    /// Its place behind promises and quantity; empty where it is no aim.
    place: String,
}

struct VersionRow {
    version: i64,
    said: String,
    by: String,
}

#[derive(Template)]
#[template(path = "admin/sourcing.html")]
struct SettingsPage {
    frame: Frame,
    key: String,
    aims: Vec<AimRow>,
    farms_most: i64,
    tolerance: String,
    versions: Vec<VersionRow>,
}

/// `GET /admin/sourcing`
pub async fn page(desk: Desk) -> Answer {
    let register = desk.register().await?;
    let setting = register.sourcing_setting();
    let mut frame = desk.frame("sourcing", "Répartition des achats").await?;
    frame.subtitle =
        "Ce que les plans visent, dans l'ordre. Les plans acceptés ne changent pas.".into();
    let version = |one: &SourcingSetting| VersionRow {
        version: one.version,
        said: told(one),
        by: format!(
            "{}, {}",
            signed_by(&register, &one.stamp.by),
            fr::numbers_moment(one.stamp.at)
        ),
    };
    html(&SettingsPage {
        frame,
        key: new_key(),
        aims: aim_rows(&setting),
        farms_most: setting.farms_most,
        tolerance: typed(setting.tolerance),
        versions: register.sourcing.iter().rev().map(version).collect(),
    })
}

/// The aims that may be moved.
fn aim_rows(setting: &SourcingSetting) -> Vec<AimRow> {
    let fixed = 2;
    let row = |aim: Aim| {
        let place = setting.aims.iter().position(|one| *one == aim);
        let place = place.map(|at| (at + 1 - fixed).to_string()).unwrap_or_default();
        AimRow { code: aim.code(), name: aim_name(aim), place }
    };
    Aim::ALL.into_iter().skip(fixed).map(row).collect()
}
