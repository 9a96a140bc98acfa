//! The one error type, and the only place where driver codes are read.

use std::fmt;

/// What can go wrong with a statement, a body or the database itself.
///
/// The driver's own codes are mapped once, here; the text is for logs, never for a visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A row with this key exists. The text names the constraint or its columns.
    Unique(String),
    /// Nothing is wrong with the request: busy, deadlock, full queue, connection lost. The same
    /// write may be sent again. When the connection was lost during COMMIT the write may have
    /// happened, so a body that can be sent again carries its own key (`ON CONFLICT DO NOTHING`).
    Retry(String),
    /// A body's own refusal.
    Rejected(String),
    /// A body's own remark that this was already done.
    Duplicate,
    /// Everything else: wrong SQL, wrong type, other constraints, disk, closed database.
    Db(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unique(text) => write!(f, "already exists: {text}"),
            Error::Retry(text) => write!(f, "try again: {text}"),
            Error::Rejected(text) => write!(f, "rejected: {text}"),
            Error::Duplicate => write!(f, "already done"),
            Error::Db(text) => write!(f, "database: {text}"),
        }
    }
}

impl std::error::Error for Error {}

/// Enough of a statement to find it in the source; a generated one can be 10 KB long.
fn excerpt(sql: &str) -> String {
    let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(160) {
        Some((end, _)) => format!("{}...", &words[..end]),
        None => words,
    }
}

pub(crate) fn from_sqlite(error: rusqlite::Error, sql: &str) -> Error {
    use rusqlite::ErrorCode;
    use rusqlite::ffi;
    let Some(code) = error.sqlite_error() else {
        return Error::Db(format!("{error} [{}]", excerpt(sql)));
    };
    match (code.code, code.extended_code) {
        (
            _,
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID,
        ) => Error::Unique(error.to_string()),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Error::Retry(error.to_string()),
        _ => Error::Db(format!("{error} [{}]", excerpt(sql))),
    }
}

pub(crate) fn from_postgres(error: tokio_postgres::Error, sql: &str) -> Error {
    use std::error::Error as _;
    let Some(db) = error.as_db_error() else {
        let io = error.source().is_some_and(|s| s.is::<std::io::Error>());
        return match error.is_closed() || io {
            true => Error::Retry(format!("connection to PostgreSQL lost: {error}")),
            false => Error::Db(format!("{error} [{}]", excerpt(sql))),
        };
    };
    let code = db.code().code();
    let text = format!("{} ({code})", db.message());
    match code {
        "23505" => Error::Unique(db.constraint().unwrap_or(db.message()).to_owned()),
        // Serialisation, deadlock, lock timeout; server starting, stopping or full.
        "40001" | "40P01" | "55P03" | "57P01" | "57P02" | "57P03" | "53300" => Error::Retry(text),
        _ if code.starts_with("08") => Error::Retry(text),
        _ => Error::Db(format!("{text} [{}]", excerpt(sql))),
    }
}

pub(crate) fn from_pool(error: deadpool_postgres::PoolError) -> Error {
    use deadpool_postgres::PoolError;
    match error {
        PoolError::Backend(e) => from_postgres(e, "connect"),
        PoolError::Closed => closed(),
        other => Error::Retry(format!("no free connection to PostgreSQL: {other}")),
    }
}

pub(crate) fn closed() -> Error {
    Error::Db("the database is closed".to_owned())
}
