//! A hub on each database, from a generated pack.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use carreau::access::scope::HubScope;
use carreau::app::App;
use carreau::data::import::import;
use carreau::generate::{self, Scale};
use carreau::store::act::Place;
use db::testing::{self, TestDatabase};
use trade::calendar::{Day, IsoWeek};
use trade::id::HubId;
use wire::pack::Pack;

/// A hub that has taken in its pack. The database goes when this is dropped.
pub struct House {
    pub database: TestDatabase,
    pub app: Arc<App>,
    pub hub: HubId,
    pub weeks: Vec<IsoWeek>,
}

impl House {
    pub fn place(&self, at: usize) -> Place {
        HubScope::of_program(self.hub).at(self.weeks[at])
    }

    /// A second program on the same database.
    pub async fn other_app(&self) -> Arc<App> {
        Arc::new(App::new(self.database.open().await, true))
    }
}

/// `count` weeks from the second of 2026.
pub fn weeks(count: i32) -> Vec<IsoWeek> {
    let first = Day::parse("2026-01-05").expect("a Monday");
    (0..count).map(|n| first.plus_days(7 * n).week()).collect()
}

pub fn pack(scale: Scale, seed: u64, count: i32) -> Pack {
    generate::pack(scale, seed, &weeks(count))
}

/// The same pack in a fresh SQLite database and, where there is one, a PostgreSQL database.
pub async fn houses(pack: &Pack) -> Vec<House> {
    let mut houses = Vec::new();
    for database in testing::databases() {
        houses.push(house(database, pack).await);
    }
    houses
}

pub async fn house(database: TestDatabase, pack: &Pack) -> House {
    let app = Arc::new(App::new(database.open().await, true));
    carreau::store::migrate(app.everything()).await.expect("an empty database takes the tables");
    let imported = import(&app, pack.clone()).await;
    let imported = imported.unwrap_or_else(|refusal| panic!("{}: {refusal:?}", database.name));
    House { database, app, hub: imported.hub, weeks: imported.weeks }
}

/// A folder of its own that goes when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let name = format!("carreau-app-{}-{:x}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("a folder for the test");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // At best effort: what stays lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
