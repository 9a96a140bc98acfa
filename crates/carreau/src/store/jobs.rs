//! Work in the background, as the administrator sees it: when each was last looked at and did
//! something, and its last failure. Work belongs to the installation, not to a hub.

use db::{FromRow, Row};
use trade::calendar::Instant;

use crate::app::App;
use crate::failure::Failure;

/// The worker that hands letters over.
pub const MAIL: &str = "mail";

const NOTE: &str = "INSERT INTO job_runs (job, looked_at, worked_at, said, failed_at, error) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (job) DO UPDATE SET \
    looked_at = excluded.looked_at, \
    worked_at = COALESCE(excluded.worked_at, job_runs.worked_at), \
    said = CASE WHEN excluded.worked_at IS NULL THEN job_runs.said ELSE excluded.said END, \
    failed_at = COALESCE(excluded.failed_at, job_runs.failed_at), \
    error = CASE WHEN excluded.failed_at IS NULL THEN job_runs.error ELSE excluded.error END";
const RUNS: &str = "SELECT job, looked_at, worked_at, said, failed_at, error FROM job_runs \
    ORDER BY job";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[NOTE, RUNS];

/// The last runs of a job.
#[derive(Clone, Debug)]
pub struct Run {
    pub job: String,
    pub looked_at: Instant,
    /// When it last had something to do, and what it then did.
    pub worked_at: Option<Instant>,
    pub said: String,
    pub failed_at: Option<Instant>,
    pub error: String,
}

impl FromRow for Run {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Run {
            job: row.text(0)?,
            looked_at: Instant(row.i64(1)?),
            worked_at: row.opt_i64(2)?.map(Instant),
            said: row.text(3)?,
            failed_at: row.opt_i64(4)?.map(Instant),
            error: row.text(5)?,
        })
    }
}

/// Seconds between two notes of a job that had nothing to do.
const NOTED_EVERY: i64 = 60;

/// The notebook of a job: keeps it from writing each time it looks.
pub struct Notes {
    job: &'static str,
    noted_at: i64,
}

impl Notes {
    pub fn of(job: &'static str) -> Notes {
        Notes { job, noted_at: 0 }
    }

    /// Notes a run: what was done (`None`: there was nothing to do), or why it failed. One that
    /// cannot be noted does not stop the work.
    pub async fn note(&mut self, app: &App, now: Instant, run: Result<Option<String>, String>) {
        let is_idle = matches!(run, Ok(None));
        if is_idle && now.0 - self.noted_at < NOTED_EVERY {
            return;
        }
        self.noted_at = now.0;
        let (said, error) = match run {
            Ok(said) => (said, None),
            Err(error) => (None, Some(error)),
        };
        let values = vec![
            self.job.into(),
            now.0.into(),
            said.as_ref().map(|_| now.0).into(),
            said.unwrap_or_default().into(),
            error.as_ref().map(|_| now.0).into(),
            error.unwrap_or_default().into(),
        ];
        let write = app.everything().write(move |tx| {
            Box::pin(async move { tx.exec(NOTE, values).await.map_err(Failure::from) })
        });
        if let Err(failure) = write.await {
            eprintln!("carreau : tâche « {} » : {failure}", self.job);
        }
    }
}

/// The last runs of each job that ever ran.
pub async fn runs(app: &App) -> Result<Vec<Run>, Failure> {
    Ok(app.everything().query(RUNS, vec![]).await?)
}
