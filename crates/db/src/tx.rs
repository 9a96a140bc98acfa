//! The transaction as a body sees it.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::postgres::Session;
use crate::tenant::Tenant;
use crate::value::Sink;
use crate::{BoxFuture, Error, FromRow, Result, Val, sqlite};

/// The transaction of one body.
///
/// After a failed statement every later one is refused and the body cannot succeed: PostgreSQL
/// works that way, so SQLite does too. Ask with `ON CONFLICT DO NOTHING` and the affected rows
/// instead of catching an error.
pub struct Tx {
    back: Back,
    /// The first failure of a statement in this body.
    failed: Option<Error>,
    /// Set while one of our own statements waits for the server, to tell a body that waits for
    /// its statement from one that waits for anything else.
    waiting: Arc<AtomicBool>,
    /// BEGIN was said and neither COMMIT nor ROLLBACK.
    open: bool,
}

enum Back {
    Lite(rusqlite::Connection),
    Pg(Session),
}

impl Tx {
    /// Rows of a SELECT or of a `.. RETURNING`.
    ///
    /// Errors: the database's refusal, or the first row that `T` cannot be read from.
    pub async fn query<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: Vec<Val>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::<T>::new();
        self.rows(sql, params, &mut rows).await?;
        Ok(rows)
    }

    fn rows<'a>(
        &'a mut self,
        sql: &'static str,
        params: Vec<Val>,
        sink: &'a mut dyn Sink,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.usable()?;
            self.note(not_control(sql))?;
            let read = match &mut self.back {
                Back::Lite(conn) => sqlite::rows(conn, sql, &params, sink),
                Back::Pg(session) => {
                    self.failed = Some(unanswered());
                    watched(&self.waiting, session.query(sql, &params, sink)).await
                }
            };
            self.note(read)
        })
    }

    /// Runs one statement; returns the number of affected rows.
    pub async fn exec(&mut self, sql: &'static str, params: Vec<Val>) -> Result<u64> {
        let counts = self.batch(vec![(sql, params)]).await?;
        Ok(counts[0])
    }

    /// Runs statements in order, in one round trip on PostgreSQL; affected rows of each.
    ///
    /// Errors: the first statement that fails; the later ones have no effect.
    pub fn batch(
        &mut self,
        commands: Vec<(&'static str, Vec<Val>)>,
    ) -> BoxFuture<'_, Result<Vec<u64>>> {
        Box::pin(async move {
            self.usable()?;
            for (sql, _) in &commands {
                self.note(not_control(sql))?;
            }
            let counts = match &mut self.back {
                Back::Lite(conn) => {
                    commands.iter().map(|(sql, params)| sqlite::exec(conn, sql, params)).collect()
                }
                Back::Pg(session) => {
                    self.failed = Some(unanswered());
                    watched(&self.waiting, session.batch(&commands)).await
                }
            };
            self.note(counts)
        })
    }

    /// Several statements without values, as one text.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        self.usable()?;
        let done = match &mut self.back {
            Back::Lite(conn) => sqlite::script(conn, sql),
            Back::Pg(session) => {
                self.failed = Some(unanswered());
                watched(&self.waiting, session.script(sql)).await
            }
        };
        self.note(done)
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.back, Back::Pg(_))
    }

    fn usable(&self) -> Result<()> {
        match &self.failed {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    fn note<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.failed = outcome.as_ref().err().cloned();
        outcome
    }
}

/// Stands as the body's failure while a statement is on its way: a body that drops it there (a
/// timeout, a select) never learns whether it failed, and PostgreSQL answers the COMMIT of a failed
/// transaction with a quiet ROLLBACK.
fn unanswered() -> Error {
    Error::Db("the body left a statement before its answer".to_owned())
}

/// Savepoints and COMMIT are the group's: a body that ends the transaction would let its
/// neighbours' statements run outside of one.
fn not_control(sql: &str) -> Result<()> {
    const WORDS: [&str; 8] =
        ["ABORT", "BEGIN", "COMMIT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "START"];
    let text = sql.trim_start();
    let first = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    match WORDS.iter().any(|word| word.eq_ignore_ascii_case(first)) {
        true => Err(Error::Db(format!("{first} is not for a body to say"))),
        false => Ok(()),
    }
}

/// Polls one of our statements, marking that the body waits for it.
async fn watched<F: Future>(waiting: &AtomicBool, statement: F) -> F::Output {
    let mut statement = pin!(statement);
    poll_fn(|cx| {
        let poll = statement.as_mut().poll(cx);
        if poll.is_pending() {
            waiting.store(true, Ordering::Relaxed);
        }
        poll
    })
    .await
}

/// The transaction as the writer sees it.
impl Tx {
    pub(crate) fn lite(conn: rusqlite::Connection) -> Tx {
        Tx::new(Back::Lite(conn))
    }

    pub(crate) fn pg(session: Session) -> Tx {
        Tx::new(Back::Pg(session))
    }

    fn new(back: Back) -> Tx {
        Tx { back, failed: None, waiting: Arc::default(), open: false }
    }

    pub(crate) fn waiting(&self) -> Arc<AtomicBool> {
        self.waiting.clone()
    }

    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failed.take()
    }

    pub(crate) fn begin(&mut self) -> Result<()> {
        self.control("BEGIN IMMEDIATE", "BEGIN")?;
        self.open = true;
        Ok(())
    }

    pub(crate) fn mark(&mut self) -> Result<()> {
        self.control("SAVEPOINT body", "SAVEPOINT body")
    }

    /// Tells PostgreSQL whose body comes; the next one in the transaction says its own.
    pub(crate) fn enter(&mut self, tenant: &Tenant) {
        if let Back::Pg(session) = &mut self.back {
            session.control(&tenant.setting(true));
        }
    }

    pub(crate) fn keep(&mut self) -> Result<()> {
        self.control("RELEASE body", "RELEASE body")
    }

    pub(crate) fn undo(&mut self) -> Result<()> {
        self.control("ROLLBACK TO body", "ROLLBACK TO body")?;
        self.keep()
    }

    pub(crate) fn rollback(&mut self) -> Result<()> {
        self.open = false;
        self.control("ROLLBACK", "ROLLBACK")
    }

    /// Returns when what was kept is durable.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if std::mem::take(&mut self.open) {
            self.control("COMMIT", "COMMIT")?;
        }
        match &mut self.back {
            Back::Lite(_) => Ok(()),
            Back::Pg(session) => session.flush().await,
        }
    }

    /// Leaves no open transaction behind on SQLite; a PostgreSQL connection is dropped instead.
    pub(crate) fn abandon(&mut self) {
        self.open = false;
        if let Back::Lite(conn) = &self.back
            && !conn.is_autocommit()
        {
            // If even this fails the next BEGIN says so to its jobs.
            let _ = sqlite::control(conn, "ROLLBACK");
        }
    }

    /// Errors: the database itself ended the transaction (disk full, connection lost), so the
    /// savepoints of this group are gone and the neighbours' work with them.
    pub(crate) fn alive(&self) -> Result<()> {
        match &self.back {
            Back::Lite(conn) if conn.is_autocommit() => {
                Err(Error::Retry("the transaction was ended from inside".to_owned()))
            }
            Back::Lite(_) => Ok(()),
            Back::Pg(session) => session.alive(),
        }
    }

    /// The PostgreSQL session has lost its server.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(&self.back, Back::Pg(session) if session.is_closed())
    }

    pub(crate) fn into_session(self) -> Option<Session> {
        match self.back {
            Back::Lite(_) => None,
            Back::Pg(session) => Some(session),
        }
    }

    pub(crate) fn into_connection(self) -> Option<rusqlite::Connection> {
        match self.back {
            Back::Lite(conn) => Some(conn),
            Back::Pg(_) => None,
        }
    }

    /// SQLite runs a control statement at once, PostgreSQL in front of the next statement.
    fn control(&mut self, lite: &'static str, pg: &'static str) -> Result<()> {
        match &mut self.back {
            Back::Lite(conn) => sqlite::control(conn, lite),
            Back::Pg(session) => {
                session.control(pg);
                Ok(())
            }
        }
    }
}
