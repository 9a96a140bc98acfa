//! The indexes in memory, one for each hub; brought up to date before each question.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use db::BoxFuture;
use trade::id::HubId;

use super::index::Index;
use super::rows;
use crate::access::HubScope;
use crate::app::App;
use crate::failure::Failure;

/// One index: whoever finds it old brings it up to date, the others wait for that.
type Cell = Arc<tokio::sync::Mutex<Arc<Index>>>;

/// The indexes of all hubs.
#[derive(Default)]
pub struct Indexes {
    cells: Mutex<HashMap<HubId, Cell>>,
}

impl Indexes {
    fn cell(&self, hub: HubId) -> Cell {
        let mut cells = self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        cells.entry(hub).or_default().clone()
    }

    /// Forgets all: the database was written to by other means.
    pub fn forget(&self) {
        self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
    }
}

/// The index of a hub as it is now: weeks that have changed are read again, the others stay.
pub fn index(app: &App, scope: HubScope) -> BoxFuture<'_, Result<Arc<Index>, Failure>> {
    Box::pin(async move {
        let cell = app.indexes.cell(scope.hub());
        let mut held = cell.lock().await;
        if let Some(new) = rows::renewed(&app.db(scope), scope.hub(), &held).await? {
            *held = Arc::new(new);
        }
        Ok(held.clone())
    })
}
