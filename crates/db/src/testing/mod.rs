//! Fresh databases for tests: SQLite always, PostgreSQL when it can be had.
//!
//! Which PostgreSQL, by the environment variable `CARREAU_TEST_POSTGRES`:
//! - an address (`postgres://..`): a new database on that server, whose user may create some;
//! - `required`: a throw-away server of ours (see `cluster`), and a panic if there is none;
//! - not set: the same, but without PostgreSQL on this machine one loud line says so on stderr
//!   and only SQLite is tested, unless `CARREAU_NEED_POSTGRES=1` makes it required.
//!
//! The databases have unique names and go when their [`TestDatabase`] is dropped, at best effort:
//! those of a killed test go with the throw-away server.

mod cluster;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use tokio_postgres::NoTls;

use crate::{Db, Opts};

const SERVER: &str = "CARREAU_TEST_POSTGRES";
const NEEDED: &str = "CARREAU_NEED_POSTGRES";

/// The role under which tests work: it owns its databases and nothing else.
const PLAIN: &str = "carreau_plain";
const PLAIN_ROLE: &str = "DO $role$ BEGIN CREATE ROLE carreau_plain LOGIN; \
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $role$";

/// An empty database that is removed on drop.
pub struct TestDatabase {
    /// `sqlite`, `postgres group` or `postgres pool`: for messages of failing tests.
    pub name: &'static str,
    /// The address for [`Db::open`].
    pub url: String,
    remove: Remove,
}

enum Remove {
    Directory(PathBuf),
    Database { server: String, database: String },
}

impl TestDatabase {
    /// Opens it with default settings; may be called again for a second program on the same
    /// database. Panics if it cannot be opened.
    pub async fn open(&self) -> Db {
        Db::open(&self.url, Opts::default()).await.expect("a fresh database opens")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.remove {
            Remove::Directory(path) => drop(std::fs::remove_dir_all(path)),
            Remove::Database { server, database } => {
                let drop_it = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
                drop(execute(server.clone(), drop_it));
            }
        }
    }
}

/// A fresh SQLite database and, where there is PostgreSQL, a fresh one there in group mode.
///
/// Panics if a database cannot be made, or if PostgreSQL is required and missing.
pub fn databases() -> Vec<TestDatabase> {
    let mut all = vec![sqlite()];
    all.extend(server().map(|url| postgres(url, "postgres group", "group")));
    all
}

/// As [`databases`], and a third one in PostgreSQL's pool mode.
pub fn all_modes() -> Vec<TestDatabase> {
    let mut all = databases();
    all.extend(server().map(|url| postgres(url, "postgres pool", "pool")));
    all
}

/// A fresh SQLite database in a directory of its own.
pub fn sqlite() -> TestDatabase {
    let path = std::env::temp_dir().join(format!("carreau-test-{}", unique()));
    std::fs::create_dir(&path).expect("a directory for the test");
    let url = format!("sqlite:{}", path.join("test.db").display());
    TestDatabase { name: "sqlite", url, remove: Remove::Directory(path) }
}

fn postgres(server: String, name: &'static str, mode: &str) -> TestDatabase {
    let database = format!("carreau_test_{}", unique());
    // Collation C compares bytes, as SQLite does: the same ORDER BY on both.
    let create = format!(
        "CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    );
    execute(server.clone(), create).expect("a database for the test");
    // As a program is to connect: a superuser would pass every wall (`Db::wall`).
    let own = format!("ALTER DATABASE {database} OWNER TO {PLAIN}");
    let is_ours = server.starts_with(cluster::OURS);
    let plain = is_ours && execute(server.clone(), PLAIN_ROLE.into()).is_ok();
    let visible = if plain && execute(server.clone(), own).is_ok() {
        server.replacen(cluster::OURS, &format!("postgres://{PLAIN}@"), 1)
    } else {
        server.clone()
    };
    let url = with_database(&visible, &database);
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}mode={mode}");
    TestDatabase { name, url, remove: Remove::Database { server, database } }
}

/// The server's address, if there is one.
fn server() -> Option<String> {
    let wanted = std::env::var(SERVER).unwrap_or_default();
    let needed = wanted == "required" || std::env::var(NEEDED).is_ok_and(|v| v == "1");
    match wanted.as_str() {
        "" | "required" => found(cluster::address(), needed, skip_loudly),
        url => Some(url.to_owned()),
    }
}

fn found(address: Result<String, String>, needed: bool, skip: impl FnOnce(&str)) -> Option<String> {
    match address {
        Ok(url) => Some(url),
        Err(why) if needed => panic!("PostgreSQL is required but not found: {why}"),
        Err(why) => {
            skip(&why);
            None
        }
    }
}

fn skip_loudly(why: &str) {
    static LOUD: Once = Once::new();
    LOUD.call_once(|| {
        // Past the capture of the test harness, which hides what passing tests print.
        let line = format!("SKIPPED on PostgreSQL, tested on SQLite only: {why}\n");
        // Without a stderr there is nobody to tell.
        drop(std::io::stderr().write_all(line.as_bytes()));
    });
}

/// Different in every process of this machine, also when process ids come round again.
fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}_{n}_{}", std::process::id(), since.as_micros())
}

/// `scheme://user@host/other?options` with another database.
fn with_database(url: &str, database: &str) -> String {
    let (base, options) = match url.split_once('?') {
        Some((base, options)) => (base, format!("?{options}")),
        None => (url, String::new()),
    };
    let host = base.find("://").map_or(0, |at| at + 3);
    let end = base[host..].find('/').map_or(base.len(), |at| host + at);
    format!("{}/{database}{options}", &base[..end])
}

/// Runs one statement on a connection of its own, from any place: inside a runtime one must not
/// block on another, so this one gets a thread.
fn execute(server: String, statement: String) -> Result<(), String> {
    let work = async move {
        let (client, connection) =
            tokio_postgres::connect(&server, NoTls).await.map_err(|e| e.to_string())?;
        let connection = tokio::spawn(connection);
        let done = client.batch_execute(&statement).await.map_err(|e| e.to_string());
        drop(client);
        // Its end is of no interest: the statement's answer is here.
        drop(connection.await);
        done
    };
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|e| e.to_string())?.block_on(work)
    });
    thread.join().unwrap_or_else(|_| Err("the helper thread panicked".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{found, with_database};

    #[test]
    fn a_missing_postgres_is_skipped_unless_needed() {
        let missing = || Err("no binaries".to_owned());
        let mut told = String::new();
        assert_eq!(found(missing(), false, |why| told = why.to_owned()), None);
        assert_eq!(told, "no binaries");
        let needed = std::panic::catch_unwind(|| found(missing(), true, |_| ()));
        let panic = needed.expect_err("needed and missing");
        let text = panic.downcast_ref::<String>().expect("a text");
        assert_eq!(text, "PostgreSQL is required but not found: no binaries");
    }

    #[test]
    fn the_database_of_an_address_is_replaced() {
        for (url, expected) in [
            ("postgres://me@host/old", "postgres://me@host/new"),
            (
                "postgres://me@host:5433/old?sslmode=disable",
                "postgres://me@host:5433/new?sslmode=disable",
            ),
            ("postgres://me@%2Ftmp%2Frun", "postgres://me@%2Ftmp%2Frun/new"),
        ] {
            assert_eq!(with_database(url, "new"), expected);
        }
    }
}
