//! Work in the background: what there is, when it last ran, what waits, what failed.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::routing::{get, post};

use super::desk::{Deed, Desk, new_key};
use super::rows::{self, Letters};
use crate::access::audit::Seen;
use crate::clock;
use crate::failure::Failure;
use crate::mail::FRESH;
use crate::store::jobs::{self, Run};
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, Web, back_to, html};

/// Addresses of jobs.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/admin/jobs", get(page)).route("/admin/jobs/{job}/tries", post(try_again))
}

const PAGE: &str = "/admin/jobs";

/// A worker that was not heard of for so many seconds has stopped.
const SILENT: i64 = 5 * 60;

#[derive(Template)]
#[template(path = "admin/jobs.html")]
struct JobsPage {
    frame: Frame,
    key: String,
    tag: &'static str,
    state: &'static str,
    said: String,
    looked: String,
    worked: String,
    failed: String,
    error: String,
    waiting: String,
    tried: String,
    in_hand: String,
    to_call: String,
    sent: String,
    may_try: bool,
    may_call: bool,
}

/// `GET /admin/jobs`
pub async fn page(desk: Desk) -> Answer {
    let now = clock::now();
    let runs = jobs::runs(desk.app()).await?;
    let run = runs.iter().find(|run| run.job == jobs::MAIL);
    let letters = rows::letters(&desk.db(), desk.hub(), now).await?;
    let (tag, state, said) = standing(&desk, run, now.0);
    let mut frame = desk.frame("jobs", "Tâches").await?;
    frame.subtitle = "Ce que le programme fait seul, en arrière-plan.".into();
    let at =
        |at: Option<trade::calendar::Instant>| at.map(fr::numbers_moment).unwrap_or_else(never);
    let Letters { waiting, tried, in_hand, to_call, sent } = letters;
    html(&JobsPage {
        frame,
        key: new_key(),
        tag,
        state,
        said,
        looked: at(run.map(|run| run.looked_at)),
        worked: match run.and_then(|run| Some((run.worked_at?, &run.said))) {
            Some((at, said)) => format!("{} : {said}", fr::numbers_moment(at)),
            None => never(),
        },
        failed: run.and_then(|run| run.failed_at).map(fr::numbers_moment).unwrap_or_default(),
        error: run.map(|run| run.error.clone()).unwrap_or_default(),
        waiting: fr::integer(waiting),
        tried: fr::integer(tried),
        in_hand: fr::integer(in_hand),
        to_call: fr::integer(to_call),
        sent: fr::integer(sent),
        may_try: to_call + tried > 0 && !desk.app().is_demo,
        may_call: to_call > 0,
    })
}

fn never() -> String {
    "jamais".into()
}

/// Whether the worker works, in a word and a sentence.
fn standing(desk: &Desk, run: Option<&Run>, now: i64) -> (&'static str, &'static str, String) {
    if desk.app().is_demo {
        let said = "Dans la démonstration, aucune lettre ne part : le courrier est la boîte aux \
            lettres de tous.";
        return ("", "démonstration", said.into());
    }
    match run {
        None => {
            let said = "Aucun serveur de courriel n'a encore servi. Démarrez carreau serve avec \
                --smtp et --mail-from.";
            ("late", "jamais démarrée", said.into())
        }
        Some(run) if now - run.looked_at.0 > SILENT => {
            let said = "Plus de nouvelles : le programme est arrêté, ou démarré sans --smtp.";
            ("late", "arrêtée", said.into())
        }
        Some(run) if run.failed_at.is_some_and(|at| at.0 >= run.looked_at.0) => {
            let said = "Le dernier passage a échoué ; un autre suit dans quelques secondes.";
            ("late", "en panne", said.into())
        }
        Some(_) => ("ok", "en marche", "Elle regarde toutes les cinq secondes.".into()),
    }
}

/// `POST /admin/jobs/{job}/tries`: letters that failed or wait for a later try go again at once.
pub async fn try_again(desk: Desk, fields: Fields) -> Answer {
    let job = desk.caught.param("job")?;
    if job != jobs::MAIL {
        return Err(Failure::NotFound(format!("La tâche « {job} » n'existe pas.")).into());
    }
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let now = clock::now();
    const NONE: &str = "Aucune lettre n'attend : tout est parti, ou réglé par téléphone.";
    let said = "Tout repart au prochain passage, dans quelques secondes.";
    let deed = Deed::new(Seen::SettingChanged, "courrier : tout réessayer", said)
        .needs([(rows::try_all(desk.hub(), now, now.0 + FRESH), NONE)]);
    desk.finish(once, deed, PAGE).await
}
