//! What the layer promises, on SQLite and both modes of PostgreSQL.

mod contract;
mod life;
mod limits;
mod migrations;
mod statements;
mod values;
mod wall;

use std::sync::mpsc;
use std::task::Poll;

use db::testing::{self, TestDatabase};
use db::{BoxFuture, Db, Error};

const NOTES: &str = "CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL)";
const ADD_NOTE: &str = "INSERT INTO note (id, body) VALUES ($1, $2)";
const NOTE_IDS: &str = "SELECT id FROM note ORDER BY id";

/// Every kind of database with an empty table `note`.
async fn with_notes() -> Vec<(TestDatabase, Db)> {
    let mut all = Vec::new();
    for database in testing::all_modes() {
        let db = database.open().await;
        db.script(NOTES).await.expect("table note");
        all.push((database, db));
    }
    all
}

async fn note_ids(db: &Db) -> Vec<i64> {
    db.query(NOTE_IDS, vec![]).await.expect("ids")
}

async fn add_note(db: &Db, id: i64) -> Result<u64, Error> {
    db.write(move |tx| Box::pin(tx.exec(ADD_NOTE, vec![id.into(), "text".into()]))).await
}

/// Polls a write once, so that it is accepted, and hands it back.
async fn accepted<'a, T: Send + 'a>(
    write: impl Future<Output = T> + Send + 'a,
) -> BoxFuture<'a, T> {
    let mut write: BoxFuture<'a, T> = Box::pin(write);
    match std::future::poll_fn(|cx| Poll::Ready(write.as_mut().poll(cx))).await {
        Poll::Ready(answer) => Box::pin(std::future::ready(answer)),
        Poll::Pending => write,
    }
}

/// A body that holds the writer until told to go on, so that the writes accepted meanwhile end up
/// in its group. Needs a runtime of several threads: it blocks one.
struct Held<'a> {
    go: mpsc::Sender<()>,
    held: BoxFuture<'a, Result<(), Error>>,
}

impl Held<'_> {
    async fn hold(db: &Db) -> Held<'_> {
        let (go, wait) = mpsc::channel();
        let (running, is_running) = tokio::sync::oneshot::channel();
        let body = db.write(move |_| {
            Box::pin(async move {
                running.send(()).expect("the test waits");
                wait.recv().map_err(|_| Error::Rejected("the test failed".to_owned()))
            })
        });
        let held = accepted(body).await;
        is_running.await.expect("the body runs");
        Held { go, held }
    }

    async fn release(self) {
        self.go.send(()).expect("the body waits");
        self.held.await.expect("the body ends");
    }
}
