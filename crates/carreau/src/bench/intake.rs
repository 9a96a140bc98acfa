//! Orders over HTTP, durable before the answer, beside what the database gives without us.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use trade::calendar::Day;

use super::Figure;
use super::client::{Client, rate};
use crate::app::App;
use crate::commands::house;
use crate::commands::scratch::Scratch;
use crate::store::act::Place;
use crate::web::Site;

/// Lines of an order: what a canteen orders for a day.
const LINES: usize = 15;

/// Different orders of one client.
const BODIES: usize = 64;

/// A server with a list of 150 lines that cannot run out.
pub struct Shop {
    pub app: Arc<App>,
    pub place: Place,
    pub day: Day,
    pub address: SocketAddr,
    buyers: Arc<Vec<(String, String)>>,
    stop: tokio::sync::oneshot::Sender<()>,
    server: tokio::task::JoinHandle<anyhow::Result<()>>,
}

/// Opens a shop on a database.
pub async fn open(address: &str) -> anyhow::Result<Shop> {
    let app = house::open(address, false).await?;
    let (place, day) = super::shelf::fill(&app).await?;
    let register = app.read(place, |week, _| week.register().clone()).await?;
    let buyers = register.sites.values().map(|site| (site.buyer.to_string(), site.id.to_string()));
    let buyers = Arc::new(buyers.collect());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let served = app.clone();
    let server = tokio::spawn(async move {
        let stop = async move { drop(stopped.await) };
        crate::web::serve(served, place.hub, Site::default(), listener, stop).await
    });
    Ok(Shop { app, place, day, address, buyers, stop, server })
}

impl Shop {
    /// Orders per second from `clients` who each wait for their answer.
    async fn orders(&self, run: &str, clients: usize, seconds: f64) -> anyhow::Result<f64> {
        let (address, day) = (self.address, self.day);
        let buyers = self.buyers.clone();
        let key = super::keys::program(&self.app, self.place.scope()).await?;
        let run = run.to_string();
        rate(clients, seconds, move |client, end| {
            let (buyers, run, caller) = (buyers.clone(), run.clone(), key.clone());
            async move {
                let mut connection = Client::connect(address, &caller).await?;
                let mut random = fastrand::Rng::with_seed(client as u64 + 1);
                // Written beforehand: clients are other machines, and writing is not measured.
                let bodies: Vec<String> =
                    (0..BODIES).map(|_| order(&mut random, &buyers, day)).collect();
                let mut done = 0_u64;
                while std::time::Instant::now() < end {
                    let body = &bodies[done as usize % BODIES];
                    let key = format!("{run}-{client:02}-{done:08}");
                    let reply = connection.post_json("/api/v1/orders", &key, body).await?;
                    anyhow::ensure!(reply.status == 201, "commande refusée : {}", reply.status);
                    done += 1;
                }
                Ok(done)
            }
        })
        .await
    }

    /// Stops the server, then looks whether anything was sold that was not there.
    async fn close(self) -> anyhow::Result<()> {
        let Shop { app, place, stop, server, .. } = self;
        // The server may have gone by itself: its own answer tells.
        let _ = stop.send(());
        server.await??;
        app.forget_all();
        let balanced = app.read(place, |week, _| week.check().is_balanced()).await?;
        app.everything().close().await;
        anyhow::ensure!(balanced, "la semaine mesurée est survendue");
        Ok(())
    }
}

fn order(random: &mut fastrand::Rng, buyers: &[(String, String)], day: Day) -> String {
    let (buyer, site) = &buyers[random.usize(..buyers.len())];
    let mut lines: Vec<usize> = (1..=super::shelf::SHELF).collect();
    random.shuffle(&mut lines);
    let lines: Vec<serde_json::Value> = lines[..LINES]
        .iter()
        .map(|line| serde_json::json!({ "line": line, "quantity": 10_000 }))
        .collect();
    serde_json::json!({ "buyer": buyer, "site": site, "day": day.to_string(), "lines": lines })
        .to_string()
}

/// One client and 32, on the embedded database.
pub async fn sqlite(seconds: f64) -> anyhow::Result<Vec<Figure>> {
    let scratch = Scratch::new()?;
    let bare = |orders: usize| -> tokio::task::JoinHandle<f64> {
        let path: PathBuf = scratch.0.join(format!("bare-{orders}.db"));
        tokio::task::spawn_blocking(move || db::limits::bare_sqlite(path, orders, seconds))
    };
    let (limit_1, limit_32) = (bare(1).await?, bare(32).await?);
    let shop = open(&house::sqlite_in(&scratch.0)?).await?;
    let one = shop.orders("one", 1, seconds).await?;
    let many = shop.orders("many", 32, seconds).await?;
    shop.close().await?;
    let unit = "commandes par seconde";
    Ok(vec![
        Figure::beside("intake_sqlite_1", one, unit, limit_1, 0.4, "0,4 d'une transaction nue"),
        Figure::beside("intake_sqlite_32", many, unit, limit_32, 0.5, "0,5 de 32 par COMMIT"),
    ])
}

/// 32 clients on PostgreSQL, beside one stored function per order.
pub async fn postgres(address: &str, seconds: f64) -> anyhow::Result<Vec<Figure>> {
    let limit = db::limits::bare_postgres(address, 32, seconds).await;
    let shop = open(address).await?;
    let one = shop.orders("one", 1, seconds).await?;
    let many = shop.orders("many", 32, seconds).await?;
    shop.close().await?;
    let unit = "commandes par seconde";
    let alone = Figure {
        name: "intake_postgres_1",
        value: one,
        unit,
        limit: None,
        goal: "aucun",
        met: true,
    };
    let goal = "1,0 d'une fonction stockée par commande";
    Ok(vec![alone, Figure::beside("intake_postgres_32", many, unit, limit, 1.0, goal)])
}
