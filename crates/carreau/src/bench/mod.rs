//! Speed, measured beside limits taken in the same run. A figure is a ratio wherever a limit can
//! be had: another machine then changes both. And the error of the forecast, beside that of simpler
//! ways on the same weeks; and what planners make of a season, beside what they took the place of.

mod client;
mod cycle;
mod forecast;
mod intake;
mod keys;
mod machine;
mod page;
mod rounds;
mod search;
mod season;
mod shelf;
mod sourcing;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Bench {
    #[command(subcommand)]
    subject: Option<Subject>,
    /// Un objet JSON par mesure et par ligne
    #[arg(long)]
    json: bool,
    /// Secondes par mesure de débit
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Adresse d'un PostgreSQL à mesurer aussi (une base vide, qui sera remplie)
    #[arg(long, value_name = "ADRESSE")]
    postgres: Option<String>,
    /// Une seule mesure : cycle, growth, intake, page, search, memory ou forecast
    #[arg(long)]
    only: Option<String>,
}

/// What is measured by itself.
#[derive(Subcommand)]
enum Subject {
    /// La répartition entre les fermes : chaque but, sa borne, son écart, le temps
    Sourcing(sourcing::Sourcing),
    /// Les tournées, sur des instances publiées
    Rounds(rounds::Rounds),
    /// Une saison entière, planifiée de deux façons côte à côte
    Season(season::Season),
}

/// One figure, with what it stands beside.
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
    /// What the same machine gives without us, in the same unit.
    pub limit: Option<f64>,
    pub goal: &'static str,
    pub met: bool,
}

impl Figure {
    /// A figure that is judged by its share of a limit.
    fn beside(
        name: &'static str,
        value: f64,
        unit: &'static str,
        limit: f64,
        least: f64,
        goal: &'static str,
    ) -> Figure {
        Figure { name, value, unit, limit: Some(limit), goal, met: value >= limit * least }
    }

    fn ratio(&self) -> Option<f64> {
        self.limit.map(|limit| self.value / limit)
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "value": round(self.value), "unit": self.unit,
            "limit": self.limit.map(round), "ratio": self.ratio().map(round),
            "goal": self.goal, "met": self.met,
        })
    }

    fn line(&self) -> String {
        let beside = match (self.limit, self.ratio()) {
            (Some(limit), Some(ratio)) => format!(" / {:.1} = {ratio:.2}", limit),
            _ => String::new(),
        };
        let met = if self.met { "atteint" } else { "non atteint" };
        let Figure { name, value, unit, goal, .. } = self;
        format!("{name:28} {value:.1}{beside} {unit} (but : {goal}, {met})")
    }
}

/// Three significant decimals are more than a run repeats.
fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Runs the measures and prints each as soon as it is known.
pub async fn bench(args: Bench) -> anyhow::Result<()> {
    if let Some(subject) = args.subject {
        return match subject {
            Subject::Sourcing(of) => sourcing::sourcing(of).await,
            Subject::Rounds(of) => rounds::rounds(&of),
            Subject::Season(of) => season::season(&of).await,
        };
    }
    let wanted = |name: &str| args.only.as_deref().is_none_or(|only| only == name);
    let say = |figures: Vec<Figure>| {
        for figure in figures {
            match args.json {
                true => println!("{}", figure.json()),
                false => println!("{}", figure.line()),
            }
        }
    };
    if wanted("cycle") {
        say(vec![cycle::lines_per_cpu_second().await?]);
    }
    if wanted("growth") {
        say(vec![cycle::growth().await?]);
    }
    if wanted("intake") {
        say(intake::sqlite(args.seconds).await?);
        if let Some(address) = &args.postgres {
            say(intake::postgres(address, args.seconds).await?);
        }
    }
    if wanted("page") {
        say(vec![page::beside_memory(args.seconds).await?]);
    }
    if wanted("search") {
        say(search::beside_a_scan().await?);
    }
    if wanted("forecast") {
        say(forecast::errors());
    }
    if wanted("memory") {
        say(vec![machine::server_memory().await?]);
    }
    Ok(())
}
