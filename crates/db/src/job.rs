//! Group commit: many bodies, each whole or not at all, share one COMMIT.
//!
//! One function, [`group`], drives both databases. On SQLite nothing in it ever waits, so the
//! writer thread polls it once; on PostgreSQL it waits for the server between statements.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use crate::error::closed;
use crate::tenant::Tenant;
use crate::{Error, Result, Tx};

/// Writes waiting for the writer before new ones are answered `Retry`. At the 5 000 to 9 000
/// orders a second measured on SQLite this is under a second of work.
pub(crate) const QUEUE: usize = 4096;

/// A body with its place to answer, its types hidden from the writer.
pub(crate) trait Job: Send {
    /// Runs the body and keeps its outcome; true = keep what it wrote.
    fn start<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool>;
    /// Whose rows the body may see.
    fn tenant(&self) -> &Tenant;
    /// Puts an error in place of the body's own outcome.
    fn fail(&mut self, error: Error);
    /// Tells the caller, once the group has ended.
    fn answer(self: Box<Self>, group: &Result<()>);
}

pub(crate) enum Msg {
    Job(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
}

struct Task<T, E, F> {
    tenant: Tenant,
    body: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
{
    fn start<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Some(body) = self.body.take() else { return false };
            let outcome = body(tx).await;
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn fail(&mut self, error: Error) {
        self.outcome = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, group: &Result<()>) {
        let answer = match (group, self.outcome) {
            (Err(error), _) => Err(error.clone().into()),
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Error::Db("the body never ran".to_owned()).into()),
        };
        // The caller may have left: the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

pub(crate) type Reply<T, E> = oneshot::Receiver<Result<T, E>>;

pub(crate) fn job<T, E, F>(tenant: Tenant, body: F) -> (Box<dyn Job>, Reply<T, E>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Task { tenant, body: Some(body), outcome: None, reply }), answer)
}

pub(crate) fn accept(queue: &mpsc::Sender<Msg>, job: Box<dyn Job>) -> Result<()> {
    queue.try_send(Msg::Job(job)).map_err(|refused| match refused {
        mpsc::error::TrySendError::Full(_) => Error::Retry(format!("{QUEUE} writes are waiting")),
        mpsc::error::TrySendError::Closed(_) => closed(),
    })
}

/// Asks a writer to finish what it accepted and end; returns when it has.
pub(crate) async fn stop(queue: &mpsc::Sender<Msg>) {
    let (ended, wait) = oneshot::channel();
    if queue.send(Msg::Stop(ended)).await.is_ok() {
        // An error means that it ended on an earlier request.
        let _ = wait.await;
    }
}

/// The writer's end of the queue; remembers a stop request met while gathering a group.
pub(crate) struct Queue {
    pub(crate) jobs: mpsc::Receiver<Msg>,
    pub(crate) stop: Option<oneshot::Sender<()>>,
}

impl Queue {
    pub(crate) fn new(jobs: mpsc::Receiver<Msg>) -> Queue {
        Queue { jobs, stop: None }
    }

    /// The next job that is already waiting.
    pub(crate) fn waiting(&mut self) -> Option<Box<dyn Job>> {
        match self.jobs.try_recv() {
            Ok(Msg::Job(job)) => Some(job),
            Ok(Msg::Stop(ended)) => {
                self.stop = Some(ended);
                None
            }
            Err(_) => None,
        }
    }
}

/// Runs `first` and then whatever `next` gives (at most `limit` jobs) in one transaction, and
/// answers all of them after COMMIT. With a limit of 1 there are no neighbours to protect and so
/// no savepoint.
///
/// Errors: the transaction as a whole was lost; every job was answered with that error, and a
/// PostgreSQL connection should be thrown away.
pub(crate) async fn group(
    tx: &mut Tx,
    first: Box<dyn Job>,
    mut next: impl FnMut() -> Option<Box<dyn Job>>,
    limit: usize,
) -> Result<()> {
    let mut done: Vec<Box<dyn Job>> = Vec::new();
    let mut end = tx.begin();
    let mut job = Some(first);
    while let Some(mut current) = job.take() {
        if end.is_ok() {
            end = run(tx, current.as_mut(), limit > 1).await;
        }
        done.push(current);
        if end.is_ok() && done.len() < limit {
            job = next();
        }
    }
    if end.is_ok() {
        end = tx.commit().await;
    }
    if end.is_err() {
        tx.abandon();
    }
    for job in done {
        // A caller's conversion or destructor that panics must not take the writer with it.
        let _ = catch_unwind(AssertUnwindSafe(|| job.answer(&end)));
    }
    end
}

/// One body in its own savepoint. Errors: the whole transaction is lost.
async fn run(tx: &mut Tx, job: &mut dyn Job, nested: bool) -> Result<()> {
    if nested {
        tx.mark()?;
    }
    tx.enter(job.tenant());
    let waiting = tx.waiting();
    let mut body = AssertUnwindSafe(job.start(tx)).catch_unwind();
    let ended = poll_fn(|cx| {
        waiting.store(false, Ordering::Relaxed);
        match body.poll_unpin(cx) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            // It waits for one of its own statements.
            Poll::Pending if waiting.load(Ordering::Relaxed) => Poll::Pending,
            // It waits for something else, while every neighbour waits for it.
            Poll::Pending => Poll::Ready(None),
        }
    })
    .await;
    drop(body);
    let refusal = tx.take_failure();
    tx.alive()?;
    let keep = match (ended, refusal) {
        (Some(Ok(true)), None) => true,
        (Some(Ok(true)), Some(swallowed)) => {
            job.fail(swallowed);
            false
        }
        (Some(Ok(false)), _) => false,
        (Some(Err(panic)), _) => {
            job.fail(Error::Db(format!("the body panicked: {}", panic_text(&*panic))));
            false
        }
        (None, _) => {
            job.fail(Error::Db("the body awaited something else than its Tx".to_owned()));
            false
        }
    };
    match (keep, nested) {
        (true, true) => tx.keep(),
        (true, false) => Ok(()),
        (false, true) => tx.undo(),
        (false, false) => tx.rollback(),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text")
}
