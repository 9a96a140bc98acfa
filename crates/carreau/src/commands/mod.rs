//! The command line. Texts are French, names of commands are the program's.

mod accounts;
pub mod demo;
mod files;
mod french;
pub mod house;
mod mail;
pub mod people;
mod progress;
pub mod scratch;
pub mod simulate;
pub mod week;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::generate::Scale;

#[derive(Parser)]
#[command(
    name = "carreau",
    version,
    about = "Carreau, le logiciel d'une plateforme de producteurs"
)]
struct Line {
    #[command(flatten)]
    house: House,
    #[command(subcommand)]
    command: Command,
}

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct House {
    /// Dossier des données (base SQLite incluse)
    #[arg(long, global = true, value_name = "DOSSIER")]
    data: Option<PathBuf>,
    /// Base de données : sqlite:CHEMIN ou postgres://…
    #[arg(long, global = true, env = "CARREAU_DATABASE", value_name = "ADRESSE")]
    database: Option<String>,
    /// Code de la plateforme, quand la base en tient plusieurs
    #[arg(long, global = true, value_name = "CODE")]
    hub: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Ouvre une démonstration : des semaines jouées, la semaine en cours ouverte, le site local
    Demo(demo::Demo),
    /// Sert le site sur cette machine
    Serve(demo::Serve),
    /// Prend un dossier de données (voir docs/data-pack.md)
    Import { folder: PathBuf },
    /// Écrit toutes les données dans un dossier
    Export { folder: PathBuf },
    /// Écrit un dossier de données vraisemblable
    Generate {
        /// Taille : xs, s, m, l ou xl
        #[arg(long, default_value = "s")]
        scale: Scale,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Première semaine, par exemple 2026-W45
        #[arg(long)]
        from: Option<String>,
        /// Nombre de semaines
        #[arg(long, default_value_t = 4)]
        weeks: u32,
        folder: PathBuf,
    },
    /// Joue des semaines entières et imprime leurs bilans
    Simulate(simulate::Simulate),
    /// Une semaine : la voir, la publier, la clore, la répartir, la vérifier, la jouer
    Week(week::WeekArgs),
    /// La comptabilité : vérifier la chaîne des écritures, en écrire la preuve
    Accounts(accounts::AccountsArgs),
    /// Les personnes : donner une place, un lien d'entrée, fermer un compte
    People(people::PeopleArgs),
    /// Le courrier qui arrive : les réponses des fermes
    Mail(mail::MailArgs),
    /// Mesure la vitesse, à côté de limites prises dans la même exécution
    Bench(crate::bench::Bench),
}

/// Runs the program; the exit code.
pub fn run() -> ExitCode {
    leave_quietly_when_nobody_reads();
    let line = match read_line() {
        Ok(line) => line,
        Err(code) => return code,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("carreau : le système refuse de démarrer le programme : {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run_line(line)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("carreau : {}", french::told(&error));
            ExitCode::FAILURE
        }
    }
}

/// `carreau … | head` closes the pipe before all is printed: that is no failure to tell.
fn leave_quietly_when_nobody_reads() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>();
        if said.is_some_and(|said| said.starts_with("failed printing to stdout")) {
            // What a shell reports of a program that its reader left: 128 + SIGPIPE.
            std::process::exit(141);
        }
        tell(panic);
    }));
}

/// Reads the command line; help and mistakes are answered at once.
fn read_line() -> Result<Line, ExitCode> {
    let matches = french::in_french(Line::command()).try_get_matches();
    let read = matches.and_then(|matches| Line::from_arg_matches(&matches));
    read.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Nobody is left to tell when the terminal is gone.
            drop(error.print());
            ExitCode::from(error.exit_code() as u8)
        }
        _ => {
            eprintln!("carreau : {}", french::sentence(&error));
            ExitCode::from(2)
        }
    })
}

async fn run_line(line: Line) -> anyhow::Result<ExitCode> {
    let house = line.house;
    match line.command {
        Command::Demo(demo) => demo::demo(&house, demo).await?,
        Command::Serve(serve) => demo::serve(&house, serve).await?,
        Command::Import { folder } => return files::import(&house, &folder).await,
        Command::Export { folder } => files::export(&house, &folder).await?,
        Command::Generate { scale, seed, from, weeks, folder } => {
            files::generate(scale, seed, from.as_deref(), weeks, &folder)?;
        }
        Command::Simulate(simulate) => return simulate::simulate(&house, simulate).await,
        Command::Week(args) => return week::week(&house, args).await,
        Command::Accounts(args) => return accounts::accounts(&house, args).await,
        Command::People(args) => people::people(&house, args).await?,
        Command::Mail(args) => return Ok(mail::mail(&house, args).await),
        Command::Bench(bench) => crate::bench::bench(bench).await?,
    }
    Ok(ExitCode::SUCCESS)
}
