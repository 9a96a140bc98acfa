//! What every page and command works with: the database, the weeks in memory, the caches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use db::Db;
use trade::Week;
use trade::id::{HubId, OrderId};
use trade::mercuriale::Publication;
use trade::orders::Sale;
use trade::register::Register;
use trade::unit::Grams;

use crate::access::{Doors, HubScope};
use crate::failure::Failure;
use crate::store::act::{Act, Place, Weeks};
use crate::store::register;

/// The program's state. Cheap to share; one for a process.
pub struct App {
    all: Db,
    weeks: Weeks,
    sales: Mutex<HashMap<Place, Arc<OnSale>>>,
    ids: tokio::sync::Mutex<HashMap<HubId, (i64, i64)>>,
    delivered: Mutex<HashMap<Place, Grams>>,
    pub pages: crate::web::cache::PageCache,
    pub indexes: crate::search::keep::Indexes,
    pub foreseen: crate::needs::foreseen::Kept,
    pub doors: Doors,
    /// Acts of administrators, one after the other: each is judged by what the one before left.
    pub desk: Arc<tokio::sync::Mutex<()>>,
    /// The demo: anybody may enter as anybody, on this machine only.
    pub is_demo: bool,
    /// From which address letters go, once there is a mail server.
    pub mail_from: std::sync::OnceLock<String>,
}

/// What is needed to judge an order, kept in memory: the list never changes once published.
pub struct OnSale {
    pub register: Arc<Register>,
    pub publication: Arc<Publication>,
    pub register_version: i64,
}

impl OnSale {
    pub fn sale(&self) -> Sale<'_> {
        Sale { register: &self.register, publication: &self.publication }
    }
}

const NEW_BLOCK: &str = "INSERT INTO id_blocks (hub_id, kind, next) VALUES ($1, $2, $3) \
    ON CONFLICT (hub_id, kind) DO UPDATE SET next = id_blocks.next + $4 RETURNING next";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[NEW_BLOCK];

/// Order ids taken from the database at once; those unused at the end are left out.
const BLOCK: i64 = 256;

impl App {
    pub fn new(db: Db, is_demo: bool) -> App {
        App {
            all: db,
            weeks: Weeks::default(),
            sales: Mutex::default(),
            ids: tokio::sync::Mutex::default(),
            delivered: Mutex::default(),
            pages: crate::web::cache::PageCache::default(),
            indexes: crate::search::keep::Indexes::default(),
            foreseen: crate::needs::foreseen::Kept::default(),
            doors: Doors::default(),
            desk: Arc::default(),
            is_demo,
            mail_from: std::sync::OnceLock::new(),
        }
    }

    /// The database as a hub's own.
    pub fn db(&self, scope: HubScope) -> Db {
        self.all.of(scope.hub().as_str())
    }

    /// The whole database, all hubs: for what comes before there is a hub to ask for.
    pub fn everything(&self) -> &Db {
        &self.all
    }

    /// Lets `look` see a week, with a number that changes whenever the week does.
    pub async fn read<T>(
        &self,
        place: Place,
        look: impl FnOnce(&Week, i64) -> T,
    ) -> Result<T, Failure> {
        self.weeks.read(&self.db(place.scope()), place, look).await
    }

    /// Runs an act on a week; see [`Weeks::act`].
    pub async fn act<T>(
        &self,
        place: Place,
        body: impl Fn(&mut Act<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.weeks.act(&self.db(place.scope()), place, crate::clock::now().0, false, body).await
    }

    /// Runs an act that gives out document numbers.
    pub async fn act_with_numbers<T>(
        &self,
        place: Place,
        body: impl Fn(&mut Act<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.weeks.act(&self.db(place.scope()), place, crate::clock::now().0, true, body).await
    }

    /// The weight delivered in a week; remembered for weeks that are past and finished.
    pub async fn delivered(&self, place: Place) -> Result<Grams, Failure> {
        if let Some(known) = lock(&self.delivered).get(&place) {
            return Ok(*known);
        }
        let (grams, is_finished) = self
            .read(place, |week, _| {
                let served = trade::impact::served(week);
                served.map(|(_, delivered)| (delivered, week.check().is_finished()))
            })
            .await??;
        if is_finished {
            lock(&self.delivered).insert(place, grams);
        }
        Ok(grams)
    }

    /// Tells the week in memory of an order that was just made durable.
    pub async fn tell_order(&self, place: Place, order: &trade::orders::Order) {
        self.weeks.tell_order(place, order).await;
    }

    /// Tells the week in memory of a reservation that was just made durable.
    pub async fn tell_reservation(
        &self,
        place: Place,
        reservation: &trade::dock::surplus::Reservation,
    ) {
        self.weeks.tell_reservation(place, reservation).await;
    }

    /// What is on sale in a week.
    pub async fn on_sale(&self, place: Place) -> Result<Arc<OnSale>, Failure> {
        if let Some(known) = self.known_sale(place) {
            return Ok(known);
        }
        let register_version = register::version(&self.db(place.scope()), place.hub).await?;
        let found = self.read(place, |week, _| {
            let publication = week.publication().cloned();
            publication.map(|publication| (week.register().clone(), publication))
        });
        let (register, publication) = found.await?.ok_or(trade::Denial::NotPublished)?;
        let on_sale = Arc::new(OnSale { register, publication, register_version });
        lock(&self.sales).insert(place, on_sale.clone());
        Ok(on_sale)
    }

    fn known_sale(&self, place: Place) -> Option<Arc<OnSale>> {
        lock(&self.sales).get(&place).cloned()
    }

    /// Forgets what was cached of a hub's register.
    pub fn forget_sales(&self) {
        lock(&self.sales).clear();
    }

    /// Forgets everything in memory: the database was written to by other means.
    pub fn forget_all(&self) {
        self.forget_sales();
        self.weeks.forget();
        self.pages.clear();
        self.indexes.forget();
        self.foreseen.forget();
        self.doors.forget();
        lock(&self.delivered).clear();
    }

    /// A new order id of a hub.
    pub async fn order_id(&self, scope: HubScope) -> Result<OrderId, Failure> {
        let hub = scope.hub();
        let mut ids = self.ids.lock().await;
        if let Some((next, end)) = ids.get_mut(&hub)
            && *next < *end
        {
            *next += 1;
            return Ok(OrderId(*next - 1));
        }
        let values = vec![hub.as_str().into(), "order".into(), (1 + BLOCK).into(), BLOCK.into()];
        let end = self
            .db(scope)
            .write(move |tx| {
                Box::pin(async move {
                    let rows: Vec<i64> = tx.query(NEW_BLOCK, values).await?;
                    Ok::<_, Failure>(rows.first().copied().unwrap_or(1 + BLOCK))
                })
            })
            .await?;
        ids.insert(hub, (end - BLOCK + 1, end));
        Ok(OrderId(end - BLOCK))
    }
}

/// A panic elsewhere leaves these maps whole: each change is one insertion.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
