//! Values in and rows out: three types, the same on both databases.

use std::any::Any;
use std::error::Error as StdError;

use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Result};

/// A bound value. NULL carries a type so that the intent is read where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val {
    I(i64),
    T(String),
    B(Vec<u8>),
    NullI,
    NullT,
    NullB,
}

impl From<i64> for Val {
    fn from(v: i64) -> Val {
        Val::I(v)
    }
}
impl From<i32> for Val {
    fn from(v: i32) -> Val {
        Val::I(v.into())
    }
}
impl From<u32> for Val {
    fn from(v: u32) -> Val {
        Val::I(v.into())
    }
}
/// Stored as 0 or 1: there is no boolean column type.
impl From<bool> for Val {
    fn from(v: bool) -> Val {
        Val::I(v.into())
    }
}
impl From<&str> for Val {
    fn from(v: &str) -> Val {
        Val::T(v.to_owned())
    }
}
impl From<String> for Val {
    fn from(v: String) -> Val {
        Val::T(v)
    }
}
impl From<Vec<u8>> for Val {
    fn from(v: Vec<u8>) -> Val {
        Val::B(v)
    }
}
impl From<Option<i64>> for Val {
    fn from(v: Option<i64>) -> Val {
        v.map_or(Val::NullI, Val::I)
    }
}
impl From<Option<String>> for Val {
    fn from(v: Option<String>) -> Val {
        v.map_or(Val::NullT, Val::T)
    }
}
impl From<Option<Vec<u8>>> for Val {
    fn from(v: Option<Vec<u8>>) -> Val {
        v.map_or(Val::NullB, Val::B)
    }
}

impl rusqlite::ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Val::I(v) => ValueRef::Integer(*v),
            Val::T(v) => ValueRef::Text(v.as_bytes()),
            Val::B(v) => ValueRef::Blob(v),
            Val::NullI | Val::NullT | Val::NullB => ValueRef::Null,
        }))
    }
}

impl ToSql for Val {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match (self, ty) {
            (Val::NullI | Val::NullT | Val::NullB, _) => Ok(IsNull::Yes),
            (Val::I(v), &Type::INT8) => ToSql::to_sql(v, ty, out),
            // An expression over literals (`$1 + 1`) makes PostgreSQL expect a narrower integer.
            (Val::I(v), &Type::INT4) => ToSql::to_sql(&i32::try_from(*v)?, ty, out),
            (Val::T(v), &Type::TEXT | &Type::VARCHAR) => ToSql::to_sql(v, ty, out),
            (Val::B(v), &Type::BYTEA) => ToSql::to_sql(v, ty, out),
            _ => Err(format!("{} bound where the database expects {ty}", self.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Accepted here and judged above, where the value is known and the text can name both.
        true
    }

    to_sql_checked!();
}

impl Val {
    fn kind(&self) -> &'static str {
        match self {
            Val::I(_) | Val::NullI => "BIGINT",
            Val::T(_) | Val::NullT => "TEXT",
            Val::B(_) | Val::NullB => "BYTEA",
        }
    }
}

/// One row of an answer; columns are numbered from 0. Errors name the column.
pub struct Row<'a>(Source<'a>);

enum Source<'a> {
    Lite(&'a rusqlite::Row<'a>),
    Pg(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) fn lite(row: &'a rusqlite::Row<'a>) -> Row<'a> {
        Row(Source::Lite(row))
    }

    pub(crate) fn pg(row: &'a tokio_postgres::Row) -> Row<'a> {
        Row(Source::Pg(row))
    }

    /// Errors: NULL, another type, no such column.
    pub fn i64(&self, i: usize) -> Result<i64> {
        self.opt_i64(i)?.ok_or_else(|| wrong(i, "BIGINT", "NULL"))
    }

    /// Errors: NULL, another type, no such column.
    pub fn text(&self, i: usize) -> Result<String> {
        self.opt_text(i)?.ok_or_else(|| wrong(i, "TEXT", "NULL"))
    }

    /// Errors: NULL, another type, no such column.
    pub fn blob(&self, i: usize) -> Result<Vec<u8>> {
        self.opt_blob(i)?.ok_or_else(|| wrong(i, "BYTEA", "NULL"))
    }

    /// Errors: another type, no such column.
    pub fn opt_i64(&self, i: usize) -> Result<Option<i64>> {
        match self.0 {
            Source::Lite(row) => match lite(row, i)? {
                ValueRef::Integer(v) => Ok(Some(v)),
                ValueRef::Null => Ok(None),
                other => Err(wrong(i, "BIGINT", &other.data_type().to_string())),
            },
            Source::Pg(row) => pg_integer(row, i),
        }
    }

    /// Errors: another type, text that is not UTF-8, no such column.
    pub fn opt_text(&self, i: usize) -> Result<Option<String>> {
        match self.0 {
            Source::Lite(row) => match lite(row, i)? {
                ValueRef::Text(v) => match std::str::from_utf8(v) {
                    Ok(text) => Ok(Some(text.to_owned())),
                    Err(_) => Err(wrong(i, "TEXT", "bytes that are not UTF-8")),
                },
                ValueRef::Null => Ok(None),
                other => Err(wrong(i, "TEXT", &other.data_type().to_string())),
            },
            Source::Pg(row) => pg(row, i, "TEXT"),
        }
    }

    /// Errors: another type, no such column.
    pub fn opt_blob(&self, i: usize) -> Result<Option<Vec<u8>>> {
        match self.0 {
            Source::Lite(row) => match lite(row, i)? {
                ValueRef::Blob(v) => Ok(Some(v.to_vec())),
                ValueRef::Null => Ok(None),
                other => Err(wrong(i, "BYTEA", &other.data_type().to_string())),
            },
            Source::Pg(row) => pg(row, i, "BYTEA"),
        }
    }
}

fn wrong(i: usize, expected: &str, found: &str) -> Error {
    Error::Db(format!("column {i}: expected {expected}, found {found}"))
}

fn lite<'a>(row: &'a rusqlite::Row<'a>, i: usize) -> Result<ValueRef<'a>> {
    row.get_ref(i).map_err(|_| wrong(i, "a value", "no such column"))
}

fn pg_type(row: &tokio_postgres::Row, i: usize) -> Result<&Type> {
    let column = row.columns().get(i);
    column.map(|c| c.type_()).ok_or_else(|| wrong(i, "a value", "no such column"))
}

fn pg<'a, T>(row: &'a tokio_postgres::Row, i: usize, expected: &str) -> Result<Option<T>>
where
    T: tokio_postgres::types::FromSql<'a>,
{
    let ty = pg_type(row, i)?;
    row.try_get(i).map_err(|_| wrong(i, expected, &ty.to_string()))
}

/// Columns are BIGINT, but an expression may be narrower (`CASE .. THEN 1`) or a comparison,
/// which SQLite answers with 0 or 1.
fn pg_integer(row: &tokio_postgres::Row, i: usize) -> Result<Option<i64>> {
    match *pg_type(row, i)? {
        Type::INT4 => Ok(pg::<i32>(row, i, "BIGINT")?.map(i64::from)),
        Type::INT2 => Ok(pg::<i16>(row, i, "BIGINT")?.map(i64::from)),
        Type::BOOL => Ok(pg::<bool>(row, i, "BIGINT")?.map(i64::from)),
        _ => pg(row, i, "BIGINT"),
    }
}

/// Where the rows of an answer go. The drivers' code sees only this, so it is compiled once and
/// not again for every type and every place that asks.
pub(crate) trait Sink: Send {
    fn take(&mut self, row: &Row) -> Result<()>;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: FromRow> Sink for Vec<T> {
    fn take(&mut self, row: &Row) -> Result<()> {
        self.push(T::from_row(row)?);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// An empty sink, to be read by [`taken`] with the same type.
pub(crate) fn sink<T: FromRow>() -> Box<dyn Sink> {
    Box::new(Vec::<T>::new())
}

pub(crate) fn taken<T: FromRow>(sink: Box<dyn Sink>) -> Vec<T> {
    *sink.into_any().downcast().expect("a sink keeps its type")
}

/// A type read from one row.
pub trait FromRow: Sized + Send + 'static {
    fn from_row(row: &Row) -> Result<Self>;
}

/// A type read from one column; what the ready-made `FromRow` tuples are made of.
pub trait FromColumn: Sized + Send + 'static {
    fn from_column(row: &Row, i: usize) -> Result<Self>;
}

macro_rules! columns {
    ($($ty:ty = $read:ident),*) => {$(
        impl FromColumn for $ty {
            fn from_column(row: &Row, i: usize) -> Result<Self> {
                row.$read(i)
            }
        }
        impl FromRow for $ty {
            fn from_row(row: &Row) -> Result<Self> {
                row.$read(0)
            }
        }
    )*};
}
columns!(
    i64 = i64,
    String = text,
    Vec<u8> = blob,
    Option<i64> = opt_i64,
    Option<String> = opt_text,
    Option<Vec<u8>> = opt_blob
);

macro_rules! tuples {
    ($($($name:ident $i:tt),+;)*) => {$(
        impl<$($name: FromColumn),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                Ok(($($name::from_column(row, $i)?,)+))
            }
        }
    )*};
}
tuples!(
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
);
