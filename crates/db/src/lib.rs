//! One SQL text on SQLite or PostgreSQL.
//!
//! Reads are [`Db::query`]; everything that writes is a body given to [`Db::write`], which runs
//! whole or not at all and is answered when it is durable:
//!
//! ```no_run
//! # async fn example(db: db::Db) -> db::Result<()> {
//! db.write(move |tx| Box::pin(async move {
//!     let taken = tx.exec("UPDATE shelf SET left_n = left_n - 1 WHERE id = $1 AND left_n > 0",
//!         vec![7.into()]).await?;
//!     if taken == 0 { return Err(db::Error::Rejected("none left".to_owned())) }
//!     Ok(())
//! })).await
//! # }
//! ```
//!
//! Rules of the one text: `$n` numbered in order of first appearance; columns are TEXT, BIGINT or
//! BYTEA; `CAST(SUM(x) AS BIGINT)`; in `FROM (VALUES ..)` cast the first row and call the columns
//! `column1`, `column2`; no multi-row UPDATE on contended rows, but one statement per row, sorted.
//!
//! Rules for a body: it awaits nothing but its [`Tx`]; it takes less than about 10 ms, because
//! its neighbours wait for it; it decides by conditional statements and their affected rows, never
//! by a value read before (with PostgreSQL in pool mode another body may write in between).
//!
//! Whose rows are seen is said by the handle ([`Db::of`]), never by a statement alone.
//!
//! Drivers stay inside this crate: no type of theirs is in the interface.

mod error;
mod job;
pub mod limits;
mod migrate;
mod postgres;
pub mod sql;
mod sqlite;
mod tenant;
pub mod testing;
mod tx;
mod value;

use std::sync::Arc;

pub use error::{Error, Result};
pub use futures_util::future::BoxFuture;
pub use migrate::Migration;
pub use tx::Tx;
pub use value::{FromColumn, FromRow, Row, Val};

/// How writes reach PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One session, many bodies per COMMIT: for one process that owns the database.
    Group,
    /// One pooled session and one COMMIT per body: for several processes on one database, where
    /// two groups could block each other.
    Pool,
}

/// Settings of [`Db::open`]; `Opts::default()` serves.
#[derive(Clone, Debug)]
pub struct Opts {
    /// Reader threads on SQLite, each with its own connection.
    pub readers: usize,
    /// Pooled connections to PostgreSQL (reads; in pool mode writes as well).
    pub connections: usize,
    /// How long SQLite waits for another process before `Retry`.
    pub busy_timeout_ms: u32,
    /// For PostgreSQL; `?mode=group` or `?mode=pool` in the address goes before it.
    pub mode: Mode,
}

impl Default for Opts {
    fn default() -> Opts {
        Opts { readers: 2, connections: 16, busy_timeout_ms: 5000, mode: Mode::Group }
    }
}

/// A database, seen as one tenant or as all ([`Db::of`]). Clones are handles on the same one.
#[derive(Clone)]
pub struct Db {
    back: Arc<Back>,
    tenant: tenant::Tenant,
    lens: Option<Lens>,
}

/// What every read's text passes on its way, and a body's `"write"`: for tests that count
/// statements, or break them on purpose. See [`Db::through`].
pub type Lens = Arc<dyn Fn(&'static str) -> &'static str + Send + Sync>;

enum Back {
    Lite(sqlite::Lite),
    Pg(postgres::Pg),
}

impl Db {
    /// Opens `sqlite:PATH` (made if missing) or `postgres://..`. Needs a tokio runtime.
    ///
    /// Errors: another kind of address, a file or server that cannot be opened.
    pub async fn open(url: &str, opts: Opts) -> Result<Db> {
        let back = if let Some(path) = url.strip_prefix("sqlite:") {
            Back::Lite(sqlite::Lite::open(path, &opts).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Back::Pg(postgres::Pg::open(url, &opts).await?)
        } else {
            return Err(Error::Db("the address must be sqlite:PATH or postgres://..".to_owned()));
        };
        Ok(Db { back: Arc::new(back), tenant: tenant::Tenant::all(), lens: None })
    }

    /// Rows of a SELECT, in a transaction of its own. Sees every write answered before.
    ///
    /// Errors: the database's refusal, `Retry` when too many reads wait, the first row that `T`
    /// cannot be read from.
    pub async fn query<T: FromRow>(&self, sql: &'static str, params: Vec<Val>) -> Result<Vec<T>> {
        Ok(value::taken(self.rows(sql, params, value::sink::<T>()).await?))
    }

    fn rows(
        &self,
        sql: &'static str,
        params: Vec<Val>,
        sink: Box<dyn value::Sink>,
    ) -> BoxFuture<'_, Result<Box<dyn value::Sink>>> {
        let sql = self.lens.as_ref().map_or(sql, |lens| lens(sql));
        match &*self.back {
            Back::Lite(lite) => Box::pin(lite.query(sql, params, sink)),
            Back::Pg(pg) => Box::pin(pg.query(&self.tenant, sql, params, sink)),
        }
    }

    /// Runs a body in a transaction and answers when it is durable. `Ok` keeps what it wrote,
    /// `Err` undoes it; the body may fail with a type of its own (name it where only `?` tells:
    /// `Ok::<_, Refusal>(..)`). Once accepted (at the first poll) it runs to its end, even if the
    /// caller leaves.
    ///
    /// Errors: the body's own; `Retry` when 4096 writes wait or the transaction was lost; `Db`
    /// when the body panicked or awaited something else than its `Tx`.
    pub async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
    {
        if let Some(lens) = &self.lens {
            lens("write");
        }
        let (job, answer) = job::job(self.tenant.clone(), body);
        match &*self.back {
            Back::Lite(lite) => lite.accept(job)?,
            Back::Pg(pg) => pg.accept(job)?,
        }
        answer.await.unwrap_or_else(|_| Err(error::closed().into()))
    }

    /// Runs statements without values, all or none.
    pub async fn script(&self, ddl: &str) -> Result<()> {
        let ddl = ddl.to_owned();
        self.write(move |tx| Box::pin(async move { tx.script(&ddl).await })).await?;
        self.forget_statements();
        Ok(())
    }

    /// Prepares a statement without running it.
    ///
    /// Errors: the database's refusal; on SQLite also `$n` out of order of first appearance.
    pub async fn check(&self, sql: &'static str) -> Result<()> {
        match &*self.back {
            Back::Lite(lite) => lite.check(sql).await,
            Back::Pg(pg) => pg.check(sql).await,
        }
    }

    /// The same database, with `lens` between the program and its reads.
    pub fn through(&self, lens: Lens) -> Db {
        Db { lens: Some(lens), ..self.clone() }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(*self.back, Back::Pg(_))
    }

    /// Finishes the accepted writes, moves SQLite's write-ahead log into the file and closes all
    /// connections. Later calls on any clone are answered `Db`.
    pub async fn close(&self) {
        match &*self.back {
            Back::Lite(lite) => lite.close().await,
            Back::Pg(pg) => pg.close().await,
        }
    }

    fn forget_statements(&self) {
        if let Back::Pg(pg) = &*self.back {
            pg.forget_statements();
        }
    }
}
