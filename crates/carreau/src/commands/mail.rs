//! Letters that come in: a mail server hands each one over on the standard input.

use std::io::Read;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::House;
use crate::clock;
use crate::mail::replies::{Received, receive};

#[derive(Args)]
pub struct MailArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Lit un courriel sur l'entrée standard : la réponse d'une ferme à une de nos lettres
    Receive {
        /// Adresse à laquelle le courriel est livré, si le serveur la dit
        #[arg(long, default_value = "", value_name = "COURRIEL")]
        to: String,
    },
}

/// "Try again later" to a mail server (`EX_TEMPFAIL` of sysexits.h). Nothing else is a failure to
/// it: a letter that cannot be used is not sent back, for its sender may be anybody.
const LATER: u8 = 75;

pub async fn mail(house: &House, args: MailArgs) -> ExitCode {
    let Act::Receive { to } = args.act;
    match take(house, &to).await {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("carreau : courriel non reçu, à représenter : {error:#}");
            ExitCode::from(LATER)
        }
    }
}

async fn take(house: &House, to: &str) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let most = wire::reply::BYTES_MAX as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    let app = house.open(false).await?;
    let received = receive(&app, &bytes, to, clock::now()).await;
    app.everything().close().await;
    Ok(match received? {
        Received::Unsigned => "Sans adresse signée : rien n'est fait.".into(),
        Received::Stopped(why) => format!("Arrêté : {why}."),
        Received::Known => "Déjà reçu.".into(),
        Received::TooMany => "Trop de réponses à la même lettre : rien n'est fait.".into(),
        Received::Done(said) => format!("Compris : {said}."),
        Received::ToRead(why) => format!("À lire par la coordination. {why}"),
    })
}
