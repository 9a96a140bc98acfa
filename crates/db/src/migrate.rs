//! Forward-only changes of the tables, remembered in the database itself.

use crate::{Db, Error, Result, Tx, Val};

/// One change of the tables, never edited once a database somewhere has it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Ascending in the list; the order of application.
    pub id: u32,
    pub name: &'static str,
    /// Statements without values, in the one text of both databases.
    pub sql: &'static str,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum BIGINT NOT NULL,
    applied_at BIGINT NOT NULL
)";
const APPLIED: &str = "SELECT id, checksum, name FROM schema_migrations ORDER BY id";
const APPLIED_ONE: &str = "SELECT id FROM schema_migrations WHERE id = $1";
const RECORD: &str =
    "INSERT INTO schema_migrations (id, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";

/// Any number that no other program takes on the same server: "carreau" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(27973166867767669)";

impl Db {
    /// Applies what the database does not have yet, each script in its own transaction; returns
    /// the ids applied now. `applied_at` is stored as given (the caller's clock and unit).
    ///
    /// Several processes may call it at once: on PostgreSQL an advisory lock, on SQLite the write
    /// lock lets one of them apply a script and the others find it done.
    ///
    /// Errors: a list that is not ascending; an applied script whose text changed; a script below
    /// the newest applied one that was never applied; a database newer than the list; the
    /// database's own refusal of a script, of which nothing then remains.
    pub async fn migrate(&self, scripts: &[Migration], applied_at: i64) -> Result<Vec<u32>> {
        if let Some(pair) = scripts.windows(2).find(|pair| pair[0].id >= pair[1].id) {
            return refuse(format!("migration {} comes after {}", pair[1].id, pair[0].id));
        }
        let applied = self.write(|tx| Box::pin(applied(tx))).await?;
        let missing = missing(scripts, &applied)?;
        let mut done = Vec::new();
        for script in missing {
            let applied = self.write(move |tx| Box::pin(apply(tx, script, applied_at))).await;
            match applied {
                Ok(true) => done.push(script.id),
                Ok(false) => {}
                Err(Error::Retry(why)) => return Err(Error::Retry(why)),
                Err(error) => {
                    return refuse(format!("migration {} {}: {error}", script.id, script.name));
                }
            }
        }
        self.forget_statements();
        Ok(done)
    }
}

fn refuse<T>(why: String) -> Result<T> {
    Err(Error::Db(why))
}

pub(crate) async fn lock(tx: &mut Tx) -> Result<()> {
    match tx.is_postgres() {
        true => tx.script(LOCK).await,
        false => Ok(()),
    }
}

async fn applied(tx: &mut Tx) -> Result<Vec<(i64, i64, String)>> {
    lock(tx).await?;
    tx.script(TABLE).await?;
    tx.query(APPLIED, vec![]).await
}

/// True if this call applied the script, false if another process did in the meantime.
async fn apply(tx: &mut Tx, script: Migration, applied_at: i64) -> Result<bool> {
    lock(tx).await?;
    let id = i64::from(script.id);
    if !tx.query::<i64>(APPLIED_ONE, vec![id.into()]).await?.is_empty() {
        return Ok(false);
    }
    tx.script(script.sql).await?;
    let row: Vec<Val> =
        vec![id.into(), script.name.into(), checksum(script.sql).into(), applied_at.into()];
    tx.exec(RECORD, row).await?;
    Ok(true)
}

fn missing(scripts: &[Migration], applied: &[(i64, i64, String)]) -> Result<Vec<Migration>> {
    for (id, sum, name) in applied {
        let Some(script) = scripts.iter().find(|s| i64::from(s.id) == *id) else {
            return refuse(format!(
                "the database has migration {id} {name}, which this program does not know: \
                 it was opened by a newer version"
            ));
        };
        if checksum(script.sql) != *sum {
            return refuse(format!(
                "the text of migration {id} {} changed after it was applied: \
                 put it back and write a new one",
                script.name
            ));
        }
    }
    let newest = applied.last().map_or(-1, |(id, ..)| *id);
    let is_applied = |s: &Migration| applied.iter().any(|(id, ..)| *id == i64::from(s.id));
    let missing: Vec<Migration> = scripts.iter().filter(|s| !is_applied(s)).copied().collect();
    match missing.iter().find(|s| i64::from(s.id) < newest) {
        Some(late) => refuse(format!(
            "migration {} {} was never applied, but {newest} was: give it a higher number",
            late.id, late.name
        )),
        None => Ok(missing),
    }
}

/// FNV-1a, 64 bits: finds an edit, not a forgery. Carriage returns do not count, so that a
/// checkout on Windows agrees with one elsewhere.
fn checksum(text: &str) -> i64 {
    let bytes = text.bytes().filter(|b| *b != b'\r');
    let sum = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    sum.cast_signed()
}
