//! What is done at the floor, each thing once, however often it is sent.

use axum::Json;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::Week;
use trade::calendar::Day;
use trade::dock;
use trade::dock::floor::{DockWord, Noted, note};
use trade::id::PurchaseLineId;
use trade::offers::Stamp;

use super::book::{WeighingBody, line_row, signed};
use crate::app::App;
use crate::denied;
use crate::dock::acts::allot_in;
use crate::dock::forms::check_temperature;
use crate::dock::told::Written;
use crate::failure::Failure;
use crate::mail;
use crate::mercuriale::cells::refused;
use crate::store::act::{Act, Place};
use crate::store::keys::{self, Kept};
use crate::web::Visit;

/// Most acts of one message: a morning's.
const ACTS_MAX: usize = 500;

/// What a device sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// Whose goods these were: one device may serve two hubs, one after the other.
    hub: String,
    acts: Vec<FloorAct>,
}

/// One act, with the key under which it is done once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase", deny_unknown_fields)]
pub enum FloorAct {
    /// What arrived of a line of which `seen` stood; nothing: it has not arrived yet.
    Line { key: String, line: i64, seen: Option<WeighingBody>, said: Option<WeighingBody> },
    /// What has arrived for a day is put aside for its clients.
    Sort { key: String, day: String },
}

impl FloorAct {
    fn key(&self) -> &str {
        match self {
            FloorAct::Line { key, .. } | FloorAct::Sort { key, .. } => key,
        }
    }
}

/// `POST …/dock/floor/acts`: in their order, each by itself; one answer for each. A refusal or a
/// conflict of one act does not stop those behind it.
pub async fn acts(visit: Visit, body: Bytes) -> Response {
    match take(&visit, &body).await {
        Ok(answers) => Json(answers).into_response(),
        Err(failure) => refused(&failure),
    }
}

async fn take(visit: &Visit, body: &[u8]) -> Result<Value, Failure> {
    let body: Body = serde_json::from_slice(body).map_err(|fault| {
        let (line, column) = (fault.line(), fault.column());
        Failure::Input(format!(
            "L'envoi ne se lit plus à la ligne {line}, colonne {column}. Rechargez la page."
        ))
    })?;
    if body.hub != visit.place.hub.as_str() {
        let said = "Ces pointages sont d'une autre plateforme : entrez de nouveau chez elle.";
        return Err(Failure::Late(vec![said.into()]));
    }
    let is_key = |act: &FloorAct| (8..=80).contains(&act.key().len());
    if body.acts.len() > ACTS_MAX || !body.acts.iter().all(is_key) {
        let said = format!("{ACTS_MAX} actes au plus, chacun sous une clé de 8 à 80 signes.");
        return Err(Failure::Input(said));
    }
    let mut answers = Vec::with_capacity(body.acts.len());
    for act in &body.acts {
        answers.push(take_one(visit.app(), visit.place, act, &visit.stamp()).await?);
    }
    Ok(json!({ "answers": answers }))
}

/// Does one act, or finds what it was answered before. Errors are the machine's: a "no" of the
/// rules is an answer.
pub async fn take_one(
    app: &App,
    place: Place,
    act: &FloorAct,
    stamp: &Stamp,
) -> Result<Value, Failure> {
    let key = format!("dock-{}-{}", place.week, act.key());
    let asked = serde_json::to_string(act).map_err(|fault| Failure::Other(fault.into()))?;
    let hash = keys::fingerprint(&asked);
    let before = keys::answered(app, place, &key, hash).await;
    let answer = match before {
        Ok(Some(answer)) => Ok(answer),
        Err(failure) => Err(failure),
        Ok(None) => {
            let written = match act {
                FloorAct::Line { .. } => Written::new(),
                FloorAct::Sort { .. } => mail::shortages_written(app, place).await?,
            };
            let done = app.act(place, |week| {
                let (answer, is_done) = perform(week, act, &written, stamp)?;
                let answer = answer.to_string();
                if is_done {
                    week.keep(Kept { key: key.clone(), hash, answer: answer.clone() });
                }
                Ok(answer)
            });
            match done.await {
                // The same key came twice at once: what the first was answered is then there.
                Err(Failure::Busy) => {
                    keys::answered(app, place, &key, hash).await?.ok_or(Failure::Busy)
                }
                done => done,
            }
        }
    };
    match answer {
        Ok(answer) => serde_json::from_str(&answer).map_err(|fault| Failure::Other(fault.into())),
        Err(failure) => said_no(app, place, act, failure).await,
    }
}

/// The answer, and whether it stands for something done.
fn perform(
    week: &mut Act<'_>,
    act: &FloorAct,
    written: &Written,
    stamp: &Stamp,
) -> Result<(Value, bool), Failure> {
    match act {
        FloorAct::Line { key, line, seen, said } => {
            let read =
                |body: &Option<WeighingBody>| body.as_ref().map(WeighingBody::read).transpose();
            let line = PurchaseLineId(*line);
            let word = DockWord { line, seen: read(seen)?, said: read(said)? };
            say(week, key, &word, stamp)
        }
        FloorAct::Sort { key, day } => {
            let day = Day::parse(day).ok_or_else(|| {
                Failure::Input(format!("« {day} » n'est pas un jour. Rechargez la page."))
            })?;
            let done = allot_in(week, day, &dock::Choices::new(), written, stamp)?;
            let (parts, less) = (done.parts, done.less);
            Ok((json!({ "key": key, "done": "written", "parts": parts, "less": less }), true))
        }
    }
}

fn say(
    week: &mut Act<'_>,
    key: &str,
    word: &DockWord,
    stamp: &Stamp,
) -> Result<(Value, bool), Failure> {
    let product = week.week().purchase_line(word.line)?.product;
    if let Some(said) = word.said.filter(|_| word.said != word.seen) {
        let product = week.week().register().product(product)?;
        check_temperature(product, said.temperature_dc, said.received != said.rejected)?;
    }
    let done = match note(week.week(), word, stamp)? {
        Noted::Same => "same",
        Noted::Conflict { .. } => "conflict",
        Noted::Written { withdrawals, receipt } => {
            withdrawals.into_iter().for_each(|one| week.add(one));
            receipt.into_iter().for_each(|one| week.add(one));
            "written"
        }
    };
    let row = standing_row(week.week(), word.line)?;
    Ok((json!({ "key": key, "done": done, "line": row }), done != "conflict"))
}

fn standing_row(week: &Week, line: PurchaseLineId) -> Result<Value, Failure> {
    let row = line_row(week, week.purchase_line(line)?)?;
    serde_json::to_value(row).map_err(|fault| Failure::Other(fault.into()))
}

/// A "no" of the rules, with the line as it stands; anything else goes on as an error.
async fn said_no(
    app: &App,
    place: Place,
    act: &FloorAct,
    failure: Failure,
) -> Result<Value, Failure> {
    let said = match &failure {
        Failure::Denied(denials) => denials.iter().map(denied::sentence).collect(),
        Failure::Input(_) | Failure::OtherContent => vec![failure.to_string()],
        _ => return Err(failure),
    };
    let row = match act {
        FloorAct::Line { line, .. } => {
            let line = PurchaseLineId(*line);
            app.read(place, |week, _| standing_row(week, line)).await?.ok()
        }
        FloorAct::Sort { .. } => None,
    };
    Ok(json!({ "key": act.key(), "done": "refused", "said": said.join(" "), "line": row }))
}

/// A line that is short or turned away.
#[derive(Debug, Serialize)]
pub struct Trouble {
    #[serde(skip)]
    pub day: Day,
    pub said: String,
    /// Where one sees who gets less of it.
    pub href: String,
}

/// What the floor has to say to the coordinator of the days from `first` on: each line that is
/// short or turned away.
pub fn troubles(visit: &Visit, week: &Week, first: Day) -> Result<Vec<Trouble>, Failure> {
    let register = week.register();
    let mut said = Vec::new();
    for line in week.purchase_lines().iter().filter(|line| line.day >= first) {
        let Some(stands) = dock::floor::standing(week, line.id) else { continue };
        let expected = week.confirmed(line.id);
        let taken = stands.received.get() - stands.rejected.get();
        if stands.rejection.is_none() && taken >= expected.get() {
            continue;
        }
        let product = register.product(line.product)?;
        let farm = &register.producer(line.producer)?.identity.name;
        let last = week.receipts_of(line.id).last();
        let by = last.map(|receipt| signed(&receipt.stamp)).unwrap_or_default();
        said.push(Trouble {
            day: line.day,
            said: format!(
                "{}, {farm} : {} ({by})",
                crate::ui::paper::designation(product),
                super::trouble(&stands, expected, product.unit)
            ),
            href: visit.href(&format!("dock/shortages/{}#l{}", line.day, line.line)),
        });
    }
    Ok(said)
}
