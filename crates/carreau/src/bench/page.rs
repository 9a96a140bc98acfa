//! The price list as buyers fetch it, beside the same bytes served from memory.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

use super::Figure;
use super::client::{Client, rate};
use super::intake::open;
use crate::commands::house;
use crate::commands::scratch::Scratch;

const CLIENTS: usize = 64;

async fn pages(
    address: std::net::SocketAddr,
    path: String,
    key: String,
    seconds: f64,
) -> anyhow::Result<f64> {
    rate(CLIENTS, seconds, move |_, end| {
        let (path, key) = (path.clone(), key.clone());
        async move {
            let mut client = Client::connect(address, &key).await?;
            let mut done = 0;
            while std::time::Instant::now() < end {
                let reply = client.get(&path).await?;
                anyhow::ensure!(reply.status == 200, "page refusée : {}", reply.status);
                done += 1;
            }
            Ok(done)
        }
    })
    .await
}

/// Pages per second at 64 clients, beside the bare bytes.
pub async fn beside_memory(seconds: f64) -> anyhow::Result<Figure> {
    let scratch = Scratch::new()?;
    let shop = open(&house::sqlite_in(&scratch.0)?).await?;
    let path = format!("/weeks/{}/price-list", shop.place.week);
    let key = super::keys::browser(&shop.app, shop.place.scope()).await?;
    let length = Client::connect(shop.address, &key).await?.get(&path).await?.length;
    let bytes = axum::body::Bytes::from(vec![b'x'; length]);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let memory = listener.local_addr()?;
    let bare = Router::new().route(
        "/",
        get(move || {
            let bytes = bytes.clone();
            async move { ([(CONTENT_TYPE, "text/html; charset=utf-8")], bytes) }
        }),
    );
    let server = tokio::spawn(async move { axum::serve(listener, bare).await });
    let limit = pages(memory, "/".into(), key.clone(), seconds).await?;
    let value = pages(shop.address, path, key, seconds).await?;
    server.abort();
    let name = "price_list_page";
    Ok(Figure::beside(name, value, "pages par seconde", limit, 0.6, "0,6 des octets en mémoire"))
}
