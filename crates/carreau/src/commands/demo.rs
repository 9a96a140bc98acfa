//! The site on this machine: for a demonstration, or for a hub's own data.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use post::{BadUrl, Carrier};
use tokio::net::TcpListener;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::HubId;
use trade::offers::Stamp;

use super::scratch::Scratch;
use super::simulate::{play_one, take_in};
use super::{House, house, progress};
use crate::access::rates::PER_MINUTE;
use crate::access::scope::HubScope;
use crate::app::App;
use crate::clock;
use crate::generate::{self, Scale};
use crate::mail;
use crate::mail::worker::{self, Office};
use crate::play::{Until, billed_at, payments, play, play_to, surplus};
use crate::store::register;
use crate::web::Site;

#[derive(Args)]
pub struct Demo {
    /// Port de l'adresse locale ; 0 en choisit un libre
    #[arg(long, default_value_t = 8080)]
    port: u16,
    #[arg(long, default_value = "s")]
    scale: Scale,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Semaines passées jouées avant l'ouverture
    #[arg(long, default_value_t = 10)]
    weeks: u32,
    /// Demandes écoutées par minute et par jeton de programme
    #[arg(long, default_value_t = PER_MINUTE, value_name = "NOMBRE")]
    api_per_minute: i64,
    /// Moment où elle s'ouvre, heure de Paris, par exemple 2026-11-24T05:00 ; sinon maintenant
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    at: Option<Instant>,
}

fn moment(text: &str) -> Result<Instant, String> {
    clock::moment(text).ok_or_else(|| "écrivez par exemple 2026-11-24T05:00".into())
}

#[derive(Args)]
pub struct Serve {
    /// Port de l'adresse locale ; 0 en choisit un libre
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serveur de courriel : smtps://compte:motdepasse@serveur, ou smtp://serveur?tls=required
    #[arg(long, env = "CARREAU_SMTP", value_name = "ADRESSE", hide_env_values = true)]
    smtp: Option<String>,
    /// Adresse d'où partent les lettres
    #[arg(long, env = "CARREAU_MAIL_FROM", value_name = "COURRIEL")]
    mail_from: Option<String>,
    /// Adresse où les fermes répondent, lue par carreau mail receive (voir docs/mail.md)
    #[arg(long, env = "CARREAU_MAIL_REPLIES", value_name = "COURRIEL")]
    mail_replies: Option<String>,
    /// Adresse publique du site, par exemple https://carreau.exemple.fr
    #[arg(long, env = "CARREAU_ADDRESS", value_name = "ADRESSE")]
    address: Option<String>,
    /// Un relais à nous se tient devant et dit de qui vient chaque demande (X-Forwarded-For)
    #[arg(long)]
    behind_proxy: bool,
    /// Demandes écoutées par minute et par jeton de programme
    #[arg(long, default_value_t = PER_MINUTE, value_name = "NOMBRE")]
    api_per_minute: i64,
}

impl Serve {
    /// Where letters leave the house; `None` without a mail server.
    fn office(&self) -> anyhow::Result<Option<Office>> {
        let Some(url) = &self.smtp else { return Ok(None) };
        let from = self.mail_from.as_deref().context(
            "--smtp est réglé sans --mail-from : dites de quelle adresse partent les lettres.",
        )?;
        let carrier = Carrier::smtp(url).map_err(|bad| match bad {
            BadUrl::Form => anyhow::anyhow!(
                "--smtp n'est pas l'adresse d'un serveur de courriel. Écrivez par exemple \
                 smtps://compte:motdepasse@mail.exemple.fr"
            ),
            BadUrl::Open => anyhow::anyhow!(
                "--smtp enverrait les lettres en clair. Écrivez smtps://… ou ajoutez \
                 ?tls=required."
            ),
        })?;
        let office = Office::new(carrier, from)?;
        Ok(Some(match &self.mail_replies {
            Some(address) => office.answered_at(address)?,
            None => office,
        }))
    }
}

/// Opens the demonstration. Without `--data` it lives in a fresh folder that goes at the end.
pub async fn demo(house: &House, args: Demo) -> anyhow::Result<()> {
    if let Some(at) = args.at {
        clock::begin_at(at);
    }
    let scratch = Scratch::new()?;
    let app = match house.data.is_some() || house.database.is_some() {
        true => house.open(true).await?,
        false => house::open(&house::sqlite_in(&scratch.0)?, true).await?,
    };
    // First the port: the letters tell where the site is.
    let listener = listen(args.port).await?;
    if register::hubs(app.everything()).await?.is_empty() {
        fill(&app, &args, &format!("http://localhost:{}", listener.local_addr()?.port())).await?;
    } else {
        println!("Ce dossier a déjà des données : elles sont servies telles quelles.");
    }
    app.doors.rates.set(args.api_per_minute);
    let hub = house.hub(app.everything()).await?;
    serve_on(app, (hub, Site::default()), listener, None).await
}

/// Serves the data of a hub, to this machine only: the doors (accounts, rights) come first.
pub async fn serve(house: &House, args: Serve) -> anyhow::Result<()> {
    let office = args.office()?;
    let app = house.open(false).await?;
    let hub = house.hub(app.everything()).await?;
    if app.everything().passes_walls().await? {
        println!("Attention : ce rôle de PostgreSQL passe toutes les cloisons entre plateformes.");
        println!("Donnez à Carreau un rôle ordinaire, propriétaire de sa base seulement.");
    }
    app.doors.rates.set(args.api_per_minute);
    let site = Site { address: args.address, behind_proxy: args.behind_proxy };
    let listener = listen(args.port).await?;
    serve_on(app, (hub, site), listener, office).await
}

/// Plays the past whole, then what is under way as far as it has come by now, and takes in the
/// offers of the week after.
async fn fill(app: &App, args: &Demo, site: &str) -> anyhow::Result<()> {
    let now = clock::now();
    let current = weeks_under_way(now);
    let mut past = Vec::new();
    let mut week = current[0];
    for _ in 0..args.weeks {
        week = week.previous();
        past.push(week);
    }
    past.reverse();
    let mut weeks = [&past[..], &current[..]].concat();
    weeks.push(current[current.len() - 1].next());
    let bar = progress::bar(weeks.len() as u64, "Semaines jouées");
    let hub = take_in(app, generate::pack(args.scale, args.seed, &weeks)).await?;
    bar.inc(1);
    for &week in &past {
        // On the morning of its Friday a week is delivered, and the accountant's to bill.
        match billed_at(week) <= now {
            true => {
                play_one(app, hub, week).await?;
                let scope = HubScope::of_program(hub);
                payments::receive(app, scope, billed_at(week)).await?;
            }
            false => {
                play(app, HubScope::of_program(hub).at(week), Until::Delivered).await?;
            }
        }
        bar.inc(1);
    }
    payments::receive(app, HubScope::of_program(hub), now).await?;
    for &week in &current {
        let place = HubScope::of_program(hub).at(week);
        play_to(app, place, now).await?;
        let stamp = Stamp { at: clock::publication_of(week).min(now), by: crate::play::BY.into() };
        mail::send_price_lists(app, place, &stamp, site).await?;
        bar.inc(1);
    }
    let place = HubScope::of_program(hub).at(current[0]);
    surplus::offer(app, place, now, site).await?;
    bar.finish_and_clear();
    Ok(())
}

/// From the week with the next delivery to the first that still takes orders: one or two.
fn weeks_under_way(now: Instant) -> Vec<IsoWeek> {
    let hub = generate::hub();
    let today = clock::civil(now).0;
    let days = |week: IsoWeek| -> Vec<Day> {
        hub.delivery_days.iter().map(|&weekday| week.day(weekday)).collect()
    };
    let register = trade::register::Register::new(hub.clone());
    let takes_orders =
        |week: IsoWeek| clock::sale_days(&register, week).iter().any(|sale| now < sale.cutoff_at);
    let mut week = today.week();
    if days(week).iter().all(|&day| day < today) {
        week = week.next();
    }
    let mut weeks = vec![week];
    if !takes_orders(week) {
        weeks.push(week.next());
    }
    weeks
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.with_context(|| {
        format!("le port {port} est pris. Choisissez-en un autre : --port 0 en trouve un libre.")
    })
}

async fn serve_on(
    app: Arc<App>,
    (hub, site): (HubId, Site),
    listener: TcpListener,
    office: Option<Office>,
) -> anyhow::Result<()> {
    println!("Carreau est ouvert : http://{}/", listener.local_addr()?);
    println!("Ctrl+C pour arrêter.");
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    let worker = office.map(|office| {
        let _ = app.mail_from.set(office.from().to_string());
        // Ends with the site, whether it was told to or failed.
        let end = async move { drop(end.await) };
        tokio::spawn(worker::run(app.clone(), office, end))
    });
    let served = crate::web::serve(app.clone(), hub, site, listener, stop()).await;
    drop(ended);
    if let Some(worker) = worker {
        worker.await?;
    }
    app.everything().close().await;
    served
}

/// Ends when the terminal or the system asks the program to stop.
async fn stop() {
    let interrupted = tokio::signal::ctrl_c();
    let mut terminated =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(_) => return drop(interrupted.await),
        };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deliveries on Tuesdays and Thursdays, each ordered until noon two days before.
    #[test]
    fn the_demonstration_opens_where_the_week_is() {
        let opens_on = |day: &str, minute: i64| -> String {
            let day = Day::parse(day).expect("a day");
            let weeks = weeks_under_way(clock::instant(day, minute));
            weeks.iter().map(IsoWeek::to_string).collect::<Vec<_>>().join(" ")
        };
        for (day, minute, expected) in [
            ("2026-11-22", 11 * 60, "2026-W48"),
            ("2026-11-23", 9 * 60, "2026-W48"),
            ("2026-11-24", 9 * 60, "2026-W48"),
            ("2026-11-24", 13 * 60, "2026-W48 2026-W49"),
            ("2026-11-26", 9 * 60, "2026-W48 2026-W49"),
            ("2026-11-27", 9 * 60, "2026-W49"),
        ] {
            assert_eq!(opens_on(day, minute), expected, "{day} {minute}");
        }
    }
}
