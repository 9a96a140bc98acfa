//! Search at scale m: the page as a coordinator asks for it, beside the same page without a
//! question; the index alone, beside a plain walk through the texts of all records.

use std::hint::black_box;
use std::time::Instant;

use tokio::net::TcpListener;
use trade::calendar::IsoWeek;

use super::Figure;
use super::client::Client;
use crate::access::scope::HubScope;
use crate::commands::house;
use crate::commands::scratch::Scratch;
use crate::commands::simulate::take_in;
use crate::generate::{self, Scale};
use crate::play::{Until, play};
use crate::search::index::{Index, Within};
use crate::search::keep;
use crate::search::words::Question;
use crate::web::Site;

/// Weeks that are played before anybody searches.
const WEEKS: i32 = 4;
/// How often each question is asked.
const ROUNDS: usize = 20;

/// As people type: words, beginnings, slips of the pen, numbers, days, and what is not there.
const QUESTIONS: [&str; 16] = [
    "carotte",
    "carrote bio",
    "pomme de tere",
    "oeufs",
    "lycee",
    "lycée montpelier",
    "ferme",
    "commande 12",
    "128",
    "F2026-0000",
    "facture college",
    "lot courgettes",
    "L2026",
    "bon de livraison lycee",
    "29/09",
    "xylophone",
];

/// Measures the page, then the index.
pub async fn beside_a_scan() -> anyhow::Result<Vec<Figure>> {
    let scratch = Scratch::new()?;
    let app = house::open(&house::sqlite_in(&scratch.0)?, false).await?;
    let first = IsoWeek::new(2026, 38).ok_or_else(|| anyhow::anyhow!("semaine 38"))?;
    let weeks: Vec<IsoWeek> = (0..WEEKS).map(|n| first.monday().plus_days(7 * n).week()).collect();
    let hub = take_in(&app, generate::pack(Scale::M, 1, &weeks)).await?;
    let scope = HubScope::of_program(hub);
    for &week in &weeks {
        play(&app, scope.at(week), Until::Billed).await?;
    }
    let begin = Instant::now();
    let index = keep::index(&app, scope).await?;
    let built = milliseconds(begin);
    let records: usize = index.weeks.values().map(|(_, entries)| entries.len()).sum();
    let key = super::keys::browser(&app, scope).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = app.clone();
    let server = tokio::spawn(async move {
        let stop = async move { drop(stopped.await) };
        crate::web::serve(served, hub, Site::default(), listener, stop).await
    });
    let mut client = Client::connect(address, &key).await?;
    let bare = page_times(&mut client, &["/search".to_string()]).await?;
    let asked: Vec<String> = QUESTIONS
        .iter()
        .map(|question| format!("/search?q={}", crate::web::forms::encoded(question)))
        .collect();
    let pages = page_times(&mut client, &asked).await?;
    drop((client, stop.send(())));
    server.await??;
    let mut figures = vec![
        slowest("search_page", &pages, &bare),
        Figure {
            name: "search_build",
            value: built,
            unit: "ms pour lire tous les enregistrements, une fois",
            limit: None,
            goal: "moins de 2 000 ms",
            met: built < 2_000.0,
        },
    ];
    figures.push(find_times(&index));
    anyhow::ensure!(records > 5_000, "{records} enregistrements seulement");
    app.everything().close().await;
    Ok(figures)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

async fn page_times(client: &mut Client, paths: &[String]) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for path in paths {
            let begin = Instant::now();
            let reply = client.get(path).await?;
            anyhow::ensure!(reply.status == 200, "{path} : {}", reply.status);
            times.push(milliseconds(begin));
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// The time below which 95 of 100 lie.
fn p95(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() * 95 / 100).copied().unwrap_or_default()
}

fn slowest(name: &'static str, times: &[f64], bare: &[f64]) -> Figure {
    let value = p95(times);
    Figure {
        name,
        value,
        unit: "ms, 95 sur 100, à côté de la page sans question",
        limit: Some(p95(bare)),
        goal: "moins de 50 ms",
        met: value < 50.0,
    }
}

/// The index, beside `contains` over the texts of the same records: what one would do at first,
/// without a slip forgiven.
fn find_times(index: &Index) -> Figure {
    let within = Within::default();
    let texts = index.texts();
    let (mut own, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for question in QUESTIONS {
            let begin = Instant::now();
            let question = Question::of(question);
            black_box(index.find(&question, &within, 6));
            own.push(milliseconds(begin));
            let begin = Instant::now();
            let is_all = |text: &&String| question.words.iter().all(|word| text.contains(word));
            black_box(texts.iter().filter(is_all).count());
            plain.push(milliseconds(begin));
        }
    }
    own.sort_by(f64::total_cmp);
    plain.sort_by(f64::total_cmp);
    let (value, limit) = (p95(&own), p95(&plain));
    Figure {
        name: "search_index",
        value,
        unit: "ms, 95 sur 100, à côté d'un parcours sans fautes permises",
        limit: Some(limit),
        goal: "moins de 20 ms",
        met: value < 20.0,
    }
}
