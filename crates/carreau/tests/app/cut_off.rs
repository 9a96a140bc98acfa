//! Cut off from the server after any message, a week is open or closed, never between: PostgreSQL.
//!
//! What the server has done for a program that is killed is what its messages asked for until
//! then. So a proxy between the two lets through one message more each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use carreau::app::App;
use carreau::generate::Scale;
use carreau::play::{Until, play};
use carreau::sourcing::acts::propose;
use db::{Db, Opts, testing};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use crate::hub::{House, house, pack};
use crate::killed::{Deed, Found, Scene};

/// Where a server listens.
#[derive(Clone, Debug)]
enum Server {
    /// The folder of its socket.
    Socket(String),
    Port(String),
}

/// `scheme://user@host/database?options` in three: up to the host, the server, the rest.
fn parts(url: &str) -> (&str, Server, &str) {
    let scheme = url.find("://").expect("an address") + 3;
    let end = scheme + url[scheme..].find('/').expect("a database");
    let host = url[..end].rfind('@').map_or(scheme, |at| at + 1);
    let name = &url[host..end];
    let server = if name.contains("%2F") {
        Server::Socket(name.replace("%2F", "/").replace("%25", "%"))
    } else if name.contains(':') {
        Server::Port(name.to_string())
    } else {
        Server::Port(format!("{name}:5432"))
    };
    (&url[..host], server, &url[end..])
}

/// A proxy that lets a number of messages through, then cuts every connection.
struct Proxy {
    url: String,
    valve: Valve,
}

#[derive(Clone)]
struct Valve {
    /// Messages that may still pass.
    left: Arc<AtomicI64>,
    is_cut: Arc<watch::Sender<bool>>,
}

impl Valve {
    /// `false` when this message may not pass.
    fn passes(&self) -> bool {
        let passes = self.left.fetch_sub(1, Ordering::SeqCst) > 0;
        if !passes {
            self.is_cut.send_replace(true);
        }
        passes
    }
}

async fn proxy(url: &str) -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the test");
    let port = listener.local_addr().expect("our own address").port();
    let (head, server, tail) = parts(url);
    let left = Arc::new(AtomicI64::new(i64::MAX));
    let valve = Valve { left, is_cut: Arc::new(watch::Sender::new(false)) };
    let url = format!("{head}127.0.0.1:{port}{tail}");
    tokio::spawn(serve(listener, server, valve.clone()));
    Proxy { url, valve }
}

/// Until the cut; who comes later finds nobody.
async fn serve(listener: TcpListener, server: Server, valve: Valve) {
    let mut is_cut = valve.is_cut.subscribe();
    loop {
        tokio::select! {
            _ = is_cut.wait_for(|cut| *cut) => return,
            incoming = listener.accept() => {
                let Ok((client, _)) = incoming else { return };
                tokio::spawn(connect(client, server.clone(), valve.clone()));
            }
        }
    }
}

async fn connect(client: TcpStream, server: Server, valve: Valve) {
    // Two short answers in a row would else wait for each other's receipt, 40 ms each time.
    client.set_nodelay(true).expect("our own connection");
    match server {
        Server::Socket(folder) => {
            let server = UnixStream::connect(format!("{folder}/.s.PGSQL.5432")).await;
            let (read, write) = server.expect("the server").into_split();
            relay(client, read, write, valve).await;
        }
        Server::Port(address) => {
            let server = TcpStream::connect(address).await;
            let (read, write) = server.expect("the server").into_split();
            relay(client, read, write, valve).await;
        }
    }
}

async fn relay(
    client: TcpStream,
    mut answers: impl AsyncRead + Unpin,
    mut questions: impl AsyncWrite + Unpin,
    valve: Valve,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let mut is_cut = valve.is_cut.subscribe();
    tokio::select! {
        _ = is_cut.wait_for(|cut| *cut) => {}
        _ = messages(&mut from_client, &mut questions, &valve) => {}
        _ = copy(&mut answers, &mut to_client) => {}
    }
}

/// Passes on message by message: the first is a length and a body, each later one has a letter
/// before its length (PostgreSQL's manual, "Message Formats").
async fn messages(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    valve: &Valve,
) -> std::io::Result<()> {
    let mut head = 4;
    loop {
        let mut message = vec![0; head];
        from.read_exact(&mut message).await?;
        let length: [u8; 4] = message[head - 4..].try_into().expect("four bytes");
        message.resize(head - 4 + u32::from_be_bytes(length) as usize, 0);
        from.read_exact(&mut message[head..]).await?;
        if !valve.passes() {
            return Ok(());
        }
        to.write_all(&message).await?;
        head = 5;
    }
}

/// A week with orders, and the states before and after a deed as found in a database of its own.
struct Stage {
    house: House,
    scene: Scene,
    states: [String; 2],
}

async fn stage(deed: Deed) -> Option<Stage> {
    let pack = pack(Scale::Xs, 9, 1);
    let mut houses = Vec::new();
    for database in testing::databases() {
        let house = house(database, &pack).await;
        play(&house.app, house.place(0), Until::Ordered).await.expect("a week with orders");
        houses.push(house);
    }
    let on_sale = houses[0].app.on_sale(houses[0].place(0)).await.expect("a published week");
    let scene = Scene { place: houses[0].place(0), day: on_sale.publication.days[0].day };
    if deed == Deed::Accept {
        for house in &houses {
            scene.run(&house.app, Deed::Close).await.expect("an open day");
        }
    }
    let app = &houses[0].app;
    let before = scene.state(app).await;
    scene.run(app, deed).await.expect("nothing hinders it");
    let states = [before, scene.state(app).await];
    let house = houses.pop().filter(|house| house.app.everything().is_postgres())?;
    Some(Stage { house, scene, states })
}

/// More messages than any deed sends.
const MOST: i64 = 2_000;

/// Cuts after each number of messages until the deed is done; what a fresh program then finds.
async fn found_after_cuts(deed: Deed) -> Option<Found> {
    let Stage { house, scene, states } = stage(deed).await?;
    let mut found = Found::default();
    for messages in 0..MOST {
        let proxy = proxy(&house.database.url).await;
        let db = Db::open(&proxy.url, Opts::default()).await.expect("a server behind the proxy");
        let app = App::new(db, true);
        // What is read for the first time is read before the counting begins.
        scene.state(&app).await;
        drop(propose(&app, scene.place, scene.day).await);
        proxy.valve.left.store(messages, Ordering::SeqCst);
        let outcome = scene.run(&app, deed).await;
        proxy.valve.is_cut.send_replace(true);
        app.everything().close().await;

        // Another program, with nothing in memory.
        let state = scene.state(&App::new(house.app.everything().clone(), true)).await;
        found.count(&states, &state);
        assert!(outcome.is_err() || state != states[0], "said to be done, and is not");
        if state != states[0] {
            return Some(found);
        }
    }
    panic!("{deed:?} is not done after {MOST} messages");
}

/// Broken variant below.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_after_any_message_leaves_the_day_open_or_closed() {
    if let Some(found) = found_after_cuts(Deed::Close).await {
        assert!(found.before > 5 && found.after == 1 && found.between == 0, "{found:?}");
    }
}

/// Broken variant below.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_after_any_message_leaves_all_of_a_plan_or_nothing() {
    if let Some(found) = found_after_cuts(Deed::Accept).await {
        assert!(found.before > 5 && found.after == 1 && found.between == 0, "{found:?}");
    }
}

/// Broken variant: closing in two transactions is found half done.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_between_two_transactions_shows_half_a_closing() {
    if let Some(found) = found_after_cuts(Deed::CloseInTwo).await {
        assert!(found.between == 1, "{found:?}");
    }
}
