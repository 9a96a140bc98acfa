//! Pages that everybody sees alike, kept as bytes.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::body::Bytes;
use trade::calendar::IsoWeek;
use trade::id::HubId;

/// A hub's week.
type Key = (HubId, IsoWeek);

/// Kept pages by week. A page of a published list changes only with what it was made from: who
/// changes that calls [`PageCache::forget`].
#[derive(Default)]
pub struct PageCache {
    pages: Mutex<HashMap<Key, Bytes>>,
}

/// Weeks whose list is kept: buyers look at this week's and the last ones.
const KEPT: usize = 16;

impl PageCache {
    pub fn get(&self, key: Key) -> Option<Bytes> {
        self.lock().get(&key).cloned()
    }

    pub fn keep(&self, key: Key, page: Bytes) {
        let mut pages = self.lock();
        if pages.len() >= KEPT {
            pages.clear();
        }
        pages.insert(key, page);
    }

    pub fn forget(&self, key: Key) {
        self.lock().remove(&key);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Bytes>> {
        self.pages.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
