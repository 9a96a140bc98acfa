//! PostgreSQL: reads through a pool; writes through one session (group) or the pool.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{Manager, Object, Pool, Runtime};
use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, mpsc};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Statement};

use crate::error::{closed, from_pool, from_postgres};
use crate::job::{self, Job, Msg, QUEUE, Queue};
use crate::tenant::Tenant;
use crate::value::Sink;
use crate::{Error, Mode, Opts, Result, Row, Tx, Val};

/// Bodies that may share one COMMIT. Each is a subtransaction, and beyond 64 of them in one
/// transaction every other session has to look them up on disk (PGPROC_MAX_CACHED_SUBXIDS).
const GROUP: usize = 60;

/// How long a connection may take to open and a caller may wait for a free one.
const CONNECT: Duration = Duration::from_secs(5);
const WAIT: Duration = Duration::from_secs(10);

pub(crate) struct Pg {
    pool: Pool,
    writes: Writes,
}

enum Writes {
    Group(mpsc::Sender<Msg>),
    /// One permit per accepted write.
    Pool(Arc<Semaphore>),
}

impl Pg {
    pub(crate) async fn open(url: &str, opts: &Opts) -> Result<Pg> {
        let (url, mode) = split_mode(url, opts.mode)?;
        let pool = pool(&url, opts.connections.max(1))?;
        // A wrong address or password is told here and not at the first page.
        drop(pool.get().await.map_err(from_pool)?);
        let writes = match mode {
            Mode::Group => {
                let (writes, jobs) = mpsc::channel(QUEUE);
                // A pool of one, because a pool knows how to replace a lost connection.
                tokio::spawn(write_loop(self::pool(&url, 1)?, Queue::new(jobs)));
                Writes::Group(writes)
            }
            Mode::Pool => Writes::Pool(Arc::new(Semaphore::new(QUEUE))),
        };
        Ok(Pg { pool, writes })
    }

    pub(crate) fn accept(&self, job: Box<dyn Job>) -> Result<()> {
        let slots = match &self.writes {
            Writes::Group(queue) => return job::accept(queue, job),
            Writes::Pool(slots) => slots.clone(),
        };
        let slot = slots.try_acquire_owned().map_err(|refused| match refused {
            tokio::sync::TryAcquireError::Closed => closed(),
            tokio::sync::TryAcquireError::NoPermits => {
                Error::Retry(format!("{QUEUE} writes are waiting"))
            }
        })?;
        let pool = self.pool.clone();
        // A task of its own: a caller who leaves never leaves half a transaction behind.
        tokio::spawn(async move {
            match Session::open(&pool).await {
                Ok(session) => drop(run_group(Tx::pg(session), job, || None, 1).await),
                Err(error) => job.answer(&Err(error)),
            }
            drop(slot);
        });
        Ok(())
    }

    pub(crate) async fn query(
        &self,
        tenant: &Tenant,
        sql: &'static str,
        params: Vec<Val>,
        mut sink: Box<dyn Sink>,
    ) -> Result<Box<dyn Sink>> {
        let mut session = Session::open(&self.pool).await?;
        // Whoever used this connection before may have been another: it is told every time.
        session.control(&tenant.setting(false));
        session.query(sql, &params, &mut *sink).await?;
        Ok(sink)
    }

    pub(crate) async fn check(&self, sql: &str) -> Result<()> {
        let client = self.pool.get().await.map_err(from_pool)?;
        client.prepare(sql).await.map(drop).map_err(|e| from_postgres(e, sql))
    }

    /// A plan kept from before a change of the tables may no longer fit them.
    pub(crate) fn forget_statements(&self) {
        self.pool.manager().statement_caches.clear();
    }

    pub(crate) async fn close(&self) {
        match &self.writes {
            Writes::Group(queue) => job::stop(queue).await,
            Writes::Pool(slots) => {
                // Fails only when another caller closes at the same time.
                let all = slots.acquire_many(QUEUE as u32).await;
                slots.close();
                drop(all);
            }
        }
        self.pool.close();
    }
}

/// Takes our own `mode` option out of the address: the driver refuses options it does not know.
pub(crate) fn split_mode(url: &str, default: Mode) -> Result<(String, Mode)> {
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), default));
    };
    let mut mode = default;
    let mut others = Vec::new();
    for option in query.split('&').filter(|o| !o.is_empty()) {
        match option.strip_prefix("mode=") {
            Some("group") => mode = Mode::Group,
            Some("pool") => mode = Mode::Pool,
            Some(other) => {
                return Err(Error::Db(format!("mode={other}: expected group or pool")));
            }
            None => others.push(option),
        }
    }
    match others.is_empty() {
        true => Ok((base.to_owned(), mode)),
        false => Ok((format!("{base}?{}", others.join("&")), mode)),
    }
}

fn pool(url: &str, size: usize) -> Result<Pool> {
    let mut config: tokio_postgres::Config =
        url.parse().map_err(|e| Error::Db(format!("address of PostgreSQL: {e}")))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    Pool::builder(Manager::new(config, NoTls))
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .build()
        .map_err(|e| Error::Db(format!("pool: {e}")))
}

async fn write_loop(pool: Pool, mut queue: Queue) {
    let mut kept: Option<Tx> = None;
    while queue.stop.is_none() {
        let first = match queue.jobs.recv().await {
            Some(Msg::Job(first)) => first,
            Some(Msg::Stop(ended)) => {
                queue.stop = Some(ended);
                break;
            }
            None => break,
        };
        let tx = match kept.take().filter(|tx| !tx.is_closed()) {
            Some(tx) => tx,
            None => match Session::open(&pool).await {
                Ok(session) => Tx::pg(session),
                Err(error) => {
                    // Everyone who waits is told at once instead of one attempt each.
                    let mut job = Some(first);
                    while let Some(waiting) = job.take() {
                        waiting.answer(&Err(error.clone()));
                        job = queue.waiting();
                    }
                    continue;
                }
            },
        };
        kept = run_group(tx, first, || queue.waiting(), GROUP).await;
    }
    drop(kept);
    if let Some(ended) = queue.stop {
        // Whoever asked may have left.
        let _ = ended.send(());
    }
}

/// Gives the transaction back if its connection can be used again.
async fn run_group(
    mut tx: Tx,
    first: Box<dyn Job>,
    next: impl FnMut() -> Option<Box<dyn Job>>,
    limit: usize,
) -> Option<Tx> {
    if job::group(&mut tx, first, next, limit).await.is_ok() {
        return Some(tx);
    }
    if let Some(session) = tx.into_session() {
        // Nobody knows what state the server's side is in.
        drop(Object::take(session.client));
    }
    None
}

/// A connection with the control statements that were not sent yet.
pub(crate) struct Session {
    client: Object,
    pending: String,
    /// A control statement failed, so the transaction is not what we think it is.
    broken: Option<Error>,
}

impl Session {
    async fn open(pool: &Pool) -> Result<Session> {
        let client = pool.get().await.map_err(from_pool)?;
        Ok(Session { client, pending: String::new(), broken: None })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn alive(&self) -> Result<()> {
        match &self.broken {
            Some(error) => Err(error.clone()),
            None if self.client.is_closed() => {
                Err(Error::Retry("connection to PostgreSQL lost".to_owned()))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn control(&mut self, sql: &str) {
        if !self.pending.is_empty() {
            self.pending.push(';');
        }
        self.pending.push_str(sql);
    }

    pub(crate) async fn flush(&mut self) -> Result<()> {
        self.batch(&[]).await.map(drop)
    }

    pub(crate) async fn query(
        &mut self,
        sql: &str,
        params: &[Val],
        sink: &mut dyn Sink,
    ) -> Result<()> {
        let text = std::mem::take(&mut self.pending);
        let client = &self.client;
        let mut control = send_control(client, &text).await;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        let rows = async {
            let statement = prepare(client, sql, &mut control).await?;
            let rows = Sent::send(client.query(&statement, &params)).await;
            control.settle().await;
            rows.answer().await.map_err(|e| from_postgres(e, sql))
        };
        let rows = rows.await;
        note(&mut self.broken, control.answer().await)?;
        rows?.iter().try_for_each(|row| sink.take(&Row::pg(row)))
    }

    pub(crate) async fn batch(
        &mut self,
        commands: &[(&'static str, Vec<Val>)],
    ) -> Result<Vec<u64>> {
        let text = std::mem::take(&mut self.pending);
        let client = &self.client;
        let mut control = send_control(client, &text).await;
        let counts = async {
            // All prepared before the first is sent, or they would overtake each other.
            let mut statements = Vec::with_capacity(commands.len());
            for (sql, _) in commands {
                statements.push(prepare(client, sql, &mut control).await?);
            }
            let mut sent = Vec::with_capacity(commands.len());
            for (statement, (_, params)) in statements.iter().zip(commands) {
                sent.push(Sent::send(client.execute_raw(statement, params)).await);
            }
            control.settle().await;
            let mut counts = Vec::with_capacity(commands.len());
            for (count, (sql, _)) in sent.into_iter().zip(commands) {
                counts.push(count.answer().await.map_err(|e| from_postgres(e, sql))?);
            }
            Ok(counts)
        };
        let counts = counts.await;
        note(&mut self.broken, control.answer().await)?;
        counts
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        self.flush().await?;
        let done = self.client.batch_execute(sql).await;
        self.client.statement_cache.clear();
        done.map_err(|e| from_postgres(e, sql))
    }
}

fn note(broken: &mut Option<Error>, control: Control) -> Result<()> {
    let control = control.map_err(|e| from_postgres(e, "transaction control"));
    if let Err(error) = &control {
        *broken = Some(error.clone());
    }
    control
}

type Control = std::result::Result<(), tokio_postgres::Error>;

async fn send_control<'a>(client: &'a Object, text: &'a str) -> Sent<'a, Control> {
    match text.is_empty() {
        true => Sent::Done(Ok(())),
        false => Sent::send(client.batch_execute(text)).await,
    }
}

async fn prepare(client: &Object, sql: &str, control: &mut Sent<'_, Control>) -> Result<Statement> {
    let statement = Sent::send(client.prepare_cached(sql)).await;
    if matches!(statement, Sent::Waiting(_)) {
        control.settle().await;
    }
    statement.answer().await.map_err(|e| from_postgres(e, sql))
}

/// A request on its way. The driver sends at the first poll, so requests made one after the other
/// travel together; their answers must be read in the same order, or an answer that nobody reads
/// blocks those behind it.
enum Sent<'a, T> {
    Done(T),
    Waiting(BoxFuture<'a, T>),
}

impl<'a, T> Sent<'a, T> {
    async fn send(request: impl Future<Output = T> + Send + 'a) -> Sent<'a, T> {
        let mut request: BoxFuture<'a, T> = Box::pin(request);
        match poll_fn(|cx| Poll::Ready(request.as_mut().poll(cx))).await {
            Poll::Ready(answer) => Sent::Done(answer),
            Poll::Pending => Sent::Waiting(request),
        }
    }

    async fn settle(&mut self) {
        if let Sent::Waiting(request) = self {
            let answer = request.await;
            *self = Sent::Done(answer);
        }
    }

    async fn answer(self) -> T {
        match self {
            Sent::Done(answer) => answer,
            Sent::Waiting(request) => request.await,
        }
    }
}
