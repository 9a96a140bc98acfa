//! The page of exports, and the files.

use askama::Template;
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use wire::books::Program;
use wire::fec;

use super::gather::{self, Period};
use super::rows;
use crate::accounts::pages::Desk;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

#[derive(Deserialize)]
pub struct Asking {
    /// `2026`, `2026-11`; empty: this year.
    #[serde(default)]
    period: String,
    /// `fec`, or the code of a program.
    #[serde(default)]
    format: String,
}

impl Asking {
    fn period(&self) -> Result<(String, Period), Failure> {
        let text = match self.period.trim() {
            "" => clock::today().ymd().0.to_string(),
            text => text.to_string(),
        };
        let period = Period::parse(&text).ok_or_else(|| {
            Failure::NotFound(format!("« {text} » n'est pas une période. Exemple : 2026-11."))
        })?;
        Ok((text, period))
    }
}

struct FileRow {
    name: &'static str,
    what: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "accounts_exports.html")]
struct ExportsPage {
    frame: Frame,
    period: String,
    /// Value and words of the periods that may be chosen.
    periods: Vec<(String, String)>,
    from: String,
    to: String,
    count: usize,
    files: Vec<FileRow>,
    /// Why nothing can be exported.
    refused: Vec<String>,
}

/// `GET /accounts/exports?period=2026`
pub async fn page(desk: Desk, Query(asked): Query<Asking>) -> Answer {
    let mut frame = desk.frame("/accounts/exports", "Exports comptables").await?;
    frame.subtitle = "Les écritures scellées, pour l'administration ou votre logiciel.".into();
    let (text, period) = asked.period()?;
    let tables = rows::tables(&desk.db(), desk.hub()).await.map_err(Failure::from)?;
    let (count, refused) = match gather::entries(&tables, period) {
        Ok(found) => (found.entries.len(), faults(&found)),
        Err(Failure::Told(said)) => (0, said),
        Err(other) => return Err(other.into()),
    };
    let href = |format: &str| format!("/accounts/exports/file?period={text}&format={format}");
    let fec = FileRow {
        name: "FEC",
        what: "Fichier des écritures comptables, art. A47 A-1 du LPF : 18 colonnes, texte",
        href: href("fec"),
    };
    let program =
        |one: Program| FileRow { name: one.french(), what: what(one), href: href(one.code()) };
    html(&ExportsPage {
        frame,
        periods: periods(period),
        period: text.clone(),
        from: fr::date(period.from),
        to: fr::date(period.to),
        count,
        files: std::iter::once(fec).chain(Program::ALL.into_iter().map(program)).collect(),
        refused,
    })
}

fn what(program: Program) -> &'static str {
    match program {
        Program::Sage => "Import de texte, 11 colonnes séparées par des tabulations",
        Program::Cegid => "Modèle ECREXCEL, CSV à point-virgule",
        Program::Ebp => "Journal au format texte, séparé par des virgules",
        Program::Pennylane => "CSV avec titres, à point-virgule ; le FEC s'y importe aussi",
    }
}

/// This year and the two before, then the months of the year that is shown.
fn periods(shown: Period) -> Vec<(String, String)> {
    let (today, year) = (clock::today().ymd().0, shown.from.ymd().0);
    let mut years: Vec<i32> = (today - 2..=today).rev().collect();
    if !years.contains(&year) {
        years.push(year);
    }
    let years = years.into_iter().map(|year| (year.to_string(), format!("Exercice {year}")));
    let month = |month: i32| {
        let day = trade::calendar::Day::from_ymd(year, month, 1).map(fr::date).unwrap_or_default();
        let name = day.split_once(' ').map_or("", |(_, rest)| rest).to_string();
        (format!("{year}-{month:02}"), name)
    };
    years.chain((1..=12).map(month)).collect()
}

/// What the tax office's tool would report, in sentences.
fn faults(found: &gather::Gathered) -> Vec<String> {
    let outside = |number: i64| found.outside.contains(&number);
    let mut said: Vec<String> =
        fec::check(&found.entries, &outside).iter().map(ToString::to_string).collect();
    said.truncate(20);
    said
}

/// `GET /accounts/exports/file?period=2026&format=fec`
pub async fn file(desk: Desk, Query(asked): Query<Asking>) -> Answer {
    let (text, period) = asked.period()?;
    let tables = rows::tables(&desk.db(), desk.hub()).await.map_err(Failure::from)?;
    let found = gather::entries(&tables, period)?;
    let refused = faults(&found);
    if !refused.is_empty() {
        return Err(Failure::Told(refused).into());
    }
    let (name, bytes) = match asked.format.as_str() {
        "fec" => {
            let is_siren =
                found.siren.len() == 9 && found.siren.bytes().all(|b| b.is_ascii_digit());
            if !is_siren {
                return Err(Failure::Told(vec![
                    "Le SIRET de la plateforme manque : le nom du FEC commence par son SIREN. \
                     Complétez la fiche de la plateforme."
                        .into(),
                ])
                .into());
            }
            let outside = |number: i64| found.outside.contains(&number);
            let bytes = fec::text(&found.entries, &outside).map_err(|faults| {
                Failure::Told(faults.iter().map(ToString::to_string).collect())
            })?;
            (fec::file_name(&found.siren, period.to), bytes)
        }
        code => {
            let program = Program::parse(code).ok_or_else(|| {
                Failure::NotFound(format!("« {code} » n'est pas un format d'export connu."))
            })?;
            let name = format!("ecritures-{text}-{code}.{}", program.extension());
            (name, program.file(&found.entries))
        }
    };
    let kind = if name.ends_with(".csv") { "text/csv" } else { "text/plain" };
    let headers = [
        (CONTENT_TYPE, kind.to_string()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}
