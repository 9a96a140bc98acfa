//! Between the rules and the database: rows, and the one way in which facts are added.

pub mod act;
pub mod ahead;
pub mod cols;
pub mod jobs;
pub mod keys;
pub mod register;
pub mod settings;
pub mod table;
pub mod told;
pub mod week;

use db::{Db, Migration};

const fn migration(id: u32, name: &'static str, sql: &'static str) -> Migration {
    Migration { id, name, sql }
}

/// The tables, in the order in which they came to be. Entries are only ever added.
pub const MIGRATIONS: &[Migration] = &[
    migration(1, "register", include_str!("../../../../migrations/0001_register.sql")),
    migration(2, "week", include_str!("../../../../migrations/0002_week.sql")),
    migration(
        3,
        "counters_and_outbox",
        include_str!("../../../../migrations/0003_counters_and_outbox.sql"),
    ),
    migration(4, "notes", include_str!("../../../../migrations/0004_notes.sql")),
    migration(5, "access", include_str!("../../../../migrations/0005_access.sql")),
    migration(6, "mail", include_str!("../../../../migrations/0006_mail.sql")),
    migration(7, "buyer_words", include_str!("../../../../migrations/0007_buyer_words.sql")),
    migration(8, "farm_notes", include_str!("../../../../migrations/0008_farm_notes.sql")),
    migration(9, "treasury", include_str!("../../../../migrations/0009_treasury.sql")),
    migration(10, "claims", include_str!("../../../../migrations/0010_claims.sql")),
    migration(11, "surplus", include_str!("../../../../migrations/0011_surplus.sql")),
    migration(12, "admin", include_str!("../../../../migrations/0012_admin.sql")),
    migration(13, "carried_offers", include_str!("../../../../migrations/0013_carried_offers.sql")),
    migration(14, "withdrawals", include_str!("../../../../migrations/0014_withdrawals.sql")),
    migration(15, "replies", include_str!("../../../../migrations/0015_replies.sql")),
    migration(16, "accounts", include_str!("../../../../migrations/0016_accounts.sql")),
    migration(17, "bank", include_str!("../../../../migrations/0017_bank.sql")),
    migration(18, "sourcing", include_str!("../../../../migrations/0018_sourcing.sql")),
    migration(19, "rounds", include_str!("../../../../migrations/0019_rounds.sql")),
    migration(20, "sourcing_desk", include_str!("../../../../migrations/0020_sourcing_desk.sql")),
    migration(21, "ahead", include_str!("../../../../migrations/0021_ahead.sql")),
    migration(22, "map_tiles", include_str!("../../../../migrations/0022_map_tiles.sql")),
    migration(23, "fleet", include_str!("../../../../migrations/0023_fleet.sql")),
    migration(24, "unsortings", include_str!("../../../../migrations/0024_unsortings.sql")),
    migration(25, "forewarnings", include_str!("../../../../migrations/0025_forewarnings.sql")),
];

/// Brings the tables up to date, puts each behind the wall between hubs, and begins the chain of
/// every hub that has none.
pub async fn migrate(db: &Db) -> Result<(), db::Error> {
    db.migrate(MIGRATIONS, crate::clock::now().0).await?;
    db.wall().await?;
    crate::accounts::seal::begin_all(db, crate::clock::now()).await
}
