//! Pages that everybody sees alike, kept as bytes.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::body::Bytes;

use crate::store::act::Place;

/// Kept pages by week. A page of a published list changes only with what it was made from: who
/// changes that calls [`PageCache::forget`].
#[derive(Default)]
pub struct PageCache {
    pages: Mutex<HashMap<Place, Bytes>>,
}

/// Weeks whose list is kept: buyers look at this week's and the last ones.
const KEPT: usize = 16;

impl PageCache {
    pub fn get(&self, place: Place) -> Option<Bytes> {
        self.lock().get(&place).cloned()
    }

    pub fn keep(&self, place: Place, page: Bytes) {
        let mut pages = self.lock();
        if pages.len() >= KEPT {
            pages.clear();
        }
        pages.insert(place, page);
    }

    pub fn forget(&self, place: Place) {
        self.lock().remove(&place);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Place, Bytes>> {
        self.pages.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
