//! SQLite: one writer thread, a few reader threads, each with its own connection.

use std::cell::RefCell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, params_from_iter};
use tokio::sync::{mpsc, oneshot};

use crate::error::{closed, from_sqlite};
use crate::job::{self, Job, Msg, QUEUE, Queue};
use crate::value::Sink;
use crate::{Error, Opts, Result, Row, Tx, Val};

/// Prepared statements kept per connection: the whole program has a few hundred.
const STATEMENTS: usize = 512;

/// Bodies that may share one COMMIT. Beyond this the first of them would wait too long for its
/// answer: 128 bodies of 0.1 ms are about one fsync of a slow disk.
const GROUP: usize = 128;

pub(crate) struct Lite {
    writes: mpsc::Sender<Msg>,
    reads: mpsc::Sender<Read>,
    readers: usize,
}

enum Read {
    Job(Box<dyn FnOnce(&Connection) + Send>),
    Stop(oneshot::Sender<()>),
}

impl Lite {
    pub(crate) async fn open(path: &str, opts: &Opts) -> Result<Lite> {
        if path.is_empty() || path.starts_with(":memory:") {
            return Err(Error::Db("sqlite: needs the path of a file".to_owned()));
        }
        let (path, busy_ms) = (path.to_owned(), opts.busy_timeout_ms);
        let readers = opts.readers.max(1);
        let opened = tokio::task::spawn_blocking(move || {
            let writer = connect(&path, busy_ms, false)?;
            let readers: Result<Vec<_>> =
                (0..readers).map(|_| connect(&path, busy_ms, true)).collect();
            Ok((writer, readers?))
        });
        let (writer, connections) = opened.await.map_err(|e| Error::Db(e.to_string()))??;

        let (writes, jobs) = mpsc::channel(QUEUE);
        spawn("db-writer".to_owned(), move || write_loop(Tx::lite(writer), Queue::new(jobs)))?;
        let (reads, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for (i, conn) in connections.into_iter().enumerate() {
            let jobs = jobs.clone();
            spawn(format!("db-reader-{i}"), move || read_loop(conn, &jobs))?;
        }
        Ok(Lite { writes, reads, readers })
    }

    pub(crate) fn accept(&self, job: Box<dyn Job>) -> Result<()> {
        job::accept(&self.writes, job)
    }

    pub(crate) async fn query(
        &self,
        sql: &'static str,
        params: Vec<Val>,
        mut sink: Box<dyn Sink>,
    ) -> Result<Box<dyn Sink>> {
        self.read(move |conn| rows(conn, sql, &params, &mut *sink).map(|()| sink)).await
    }

    /// Prepares the text and checks that its `$n` come in order of first appearance.
    pub(crate) async fn check(&self, sql: &'static str) -> Result<()> {
        self.read(move |conn| {
            let statement = conn.prepare(sql).map_err(|e| from_sqlite(e, sql))?;
            numbered_in_order(&statement, sql)
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move |conn: &Connection| {
            // The caller may have left.
            let _ = reply.send(work(conn));
        });
        self.reads.try_send(Read::Job(job)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Error::Retry(format!("{QUEUE} reads waiting")),
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        answer.await.unwrap_or_else(|_| Err(Error::Db("the reader gave no answer".to_owned())))
    }

    /// Readers first: the last connection to leave is then the writer's, which empties the WAL.
    pub(crate) async fn close(&self) {
        for _ in 0..self.readers {
            let (ended, wait) = oneshot::channel();
            if self.reads.send(Read::Stop(ended)).await.is_ok() {
                let _ = wait.await;
            }
        }
        job::stop(&self.writes).await;
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let spawned = thread::Builder::new().name(name).spawn(work);
    spawned.map(drop).map_err(|e| Error::Db(format!("cannot start a thread: {e}")))
}

fn connect(path: &str, busy_timeout_ms: u32, read_only: bool) -> Result<Connection> {
    let context = |e| Error::Db(format!("cannot open {path}: {}", from_sqlite(e, "open")));
    let conn = Connection::open(path).map_err(context)?;
    conn.busy_timeout(Duration::from_millis(busy_timeout_ms.into())).map_err(context)?;
    let mode: String = conn
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(context)?;
    if mode != "wal" {
        return Err(Error::Db(format!("cannot open {path}: no write-ahead log here ({mode})")));
    }
    conn.pragma_update(None, "synchronous", "FULL").map_err(context)?;
    conn.pragma_update(None, "foreign_keys", "ON").map_err(context)?;
    if read_only {
        conn.pragma_update(None, "query_only", "ON").map_err(context)?;
    }
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

fn write_loop(mut tx: Tx, mut queue: Queue) {
    let mut context = Context::from_waker(Waker::noop());
    while queue.stop.is_none() {
        match queue.jobs.blocking_recv() {
            Some(Msg::Job(first)) => {
                let group = pin!(job::group(&mut tx, first, || queue.waiting(), GROUP));
                // A lost transaction was told to its jobs; the connection itself is still good.
                let Poll::Ready(_) = group.poll(&mut context) else {
                    unreachable!("nothing waits on SQLite: a waiting body was already dropped");
                };
            }
            Some(Msg::Stop(ended)) => queue.stop = Some(ended),
            None => break,
        }
    }
    if let Some(conn) = tx.into_connection() {
        // Best effort: what is not moved now is moved at the next opening.
        let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
    if let Some(ended) = queue.stop {
        // Whoever asked may have left.
        let _ = ended.send(());
    }
}

fn read_loop(conn: Connection, jobs: &Mutex<mpsc::Receiver<Read>>) {
    loop {
        // Nothing panics while the lock is held, and a receiver is never half changed.
        let next = jobs.lock().unwrap_or_else(|e| e.into_inner()).blocking_recv();
        match next {
            Some(Read::Job(job)) => {
                // A panic in a caller's from_row costs its own answer only.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&conn)));
            }
            Some(Read::Stop(ended)) => {
                drop(conn);
                let _ = ended.send(());
                return;
            }
            None => return,
        }
    }
}

pub(crate) fn rows(
    conn: &Connection,
    sql: &'static str,
    params: &[Val],
    sink: &mut dyn Sink,
) -> Result<()> {
    let mut statement = prepare(conn, sql)?;
    let context = |e| from_sqlite(e, sql);
    let mut rows = statement.query(params_from_iter(params)).map_err(context)?;
    while let Some(row) = rows.next().map_err(context)? {
        sink.take(&Row::lite(row))?;
    }
    Ok(())
}

pub(crate) fn exec(conn: &Connection, sql: &'static str, params: &[Val]) -> Result<u64> {
    let affected = prepare(conn, sql)?.execute(params_from_iter(params));
    affected.map(|n| n as u64).map_err(|e| from_sqlite(e, sql))
}

pub(crate) fn control(conn: &Connection, sql: &'static str) -> Result<()> {
    exec(conn, sql, &[]).map(drop)
}

pub(crate) fn script(conn: &Connection, sql: &str) -> Result<()> {
    conn.execute_batch(sql).map_err(|e| from_sqlite(e, sql))
}

fn prepare<'a>(conn: &'a Connection, sql: &'static str) -> Result<CachedStatement<'a>> {
    let statement = conn.prepare_cached(sql).map_err(|e| from_sqlite(e, sql))?;
    // Once per text: a call per parameter at every execution would cost more than the rest.
    let text = (sql.as_ptr(), sql.len());
    if cfg!(debug_assertions) && !CHECKED.with_borrow(|known| known.contains(&text)) {
        numbered_in_order(&statement, sql)?;
        CHECKED.with_borrow_mut(|known| known.insert(text));
    }
    Ok(statement)
}

thread_local! {
    /// Texts whose parameters this thread has found in order, by place and length.
    static CHECKED: RefCell<HashSet<(*const u8, usize)>> = RefCell::default();
}

/// SQLite numbers `$n` by first appearance, PostgreSQL by n: another order would bind other
/// values without any error.
fn numbered_in_order(statement: &rusqlite::Statement<'_>, sql: &str) -> Result<()> {
    for i in 1..=statement.parameter_count() {
        let name = statement.parameter_name(i);
        if name.and_then(|n| n.strip_prefix('$')).and_then(|n| n.parse().ok()) != Some(i) {
            let found = name.unwrap_or("?");
            return Err(Error::Db(format!("parameter {i} is written {found} in: {sql}")));
        }
    }
    Ok(())
}
