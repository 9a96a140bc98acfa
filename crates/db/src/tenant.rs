//! Whose rows a handle may see.
//!
//! PostgreSQL is told with every read and every body, and its row-level security answers with
//! that tenant's rows only ([`Db::wall`]): the second wall, behind the conditions that the
//! statements carry themselves. SQLite has no such wall; its statements are the same.

use std::sync::Arc;

use crate::{BoxFuture, Db, Result, Tx};

/// A tenant, as it stands in the wall's column, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tenant(Arc<str>);

/// What the wall takes for "all": no tenant can be called so.
const ALL: &str = "*";

impl Tenant {
    pub(crate) fn all() -> Tenant {
        Tenant(ALL.into())
    }

    /// A name with other characters than letters, digits and `-_.` is nobody's: it sees nothing.
    fn named(name: &str) -> Tenant {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        Tenant(if name.bytes().all(is_plain) { name.into() } else { "".into() })
    }

    /// The statement that tells PostgreSQL; `local` to the transaction.
    pub(crate) fn setting(&self, local: bool) -> String {
        let scope = if local { "SET LOCAL" } else { "SET" };
        // No quote can be in the name: see `named`.
        format!("{scope} carreau.tenant = '{}'", self.0)
    }
}

/// Puts every table that has the column behind the wall, also against the tables' owner. The
/// setting is read once per statement, not once per row.
macro_rules! wall_text {
    ($column:literal) => {
        concat!(
            "DO $wall$ DECLARE t record; BEGIN
  FOR t IN SELECT c.oid::regclass AS name FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = '",
            $column,
            "' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant')
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name);
    EXECUTE format('CREATE POLICY tenant ON %s USING (",
            $column,
            " = (SELECT current_setting(''carreau.tenant'', true))
      OR (SELECT current_setting(''carreau.tenant'', true)) = ''*'')', t.name);
  END LOOP;
END $wall$"
        )
    };
}
const WALL: &str = wall_text!("hub_id");
const PASSES_WALLS: &str = "SELECT 1 FROM pg_roles \
    WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";

impl Db {
    /// A handle that sees and writes the rows of one tenant only, where the wall stands.
    /// Names are of letters, digits and `-_.`; any other sees nothing.
    pub fn of(&self, tenant: &str) -> Db {
        Db { tenant: Tenant::named(tenant), ..self.clone() }
    }

    /// Raises the wall around every table with a column `hub_id` that has none yet. Nothing to
    /// do on SQLite. Safe to call at every start, by several programs.
    pub async fn wall(&self) -> Result<()> {
        if !self.is_postgres() {
            return Ok(());
        }
        self.write(|tx| Box::pin(raise(tx))).await
    }

    /// Whether PostgreSQL lets this program's role pass all walls (a superuser): then the wall
    /// protects nothing, and whoever runs the program should know.
    pub async fn passes_walls(&self) -> Result<bool> {
        match self.is_postgres() {
            true => Ok(!self.query::<i64>(PASSES_WALLS, vec![]).await?.is_empty()),
            false => Ok(false),
        }
    }
}

fn raise(tx: &mut Tx) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        crate::migrate::lock(tx).await?;
        tx.script(WALL).await
    })
}

#[cfg(test)]
mod tests {
    use super::Tenant;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let setting = |name: &str| Tenant::named(name).setting(true);
        assert_eq!(setting("po-34"), "SET LOCAL carreau.tenant = 'po-34'");
        for name in ["", "*", "a'b", "a b", "é", "a;b"] {
            assert_eq!(setting(name), "SET LOCAL carreau.tenant = ''", "{name}");
        }
    }
}
