//! The planner of rounds on files of the literature: what it finds in so many seconds, checked by a
//! reckoning of its own.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;
use plan::rounds::solomon::{Bad, BadLine, Convention, Instance, check, parse, solve};
use serde_json::json;

#[derive(Args)]
pub struct Rounds {
    /// Fichiers de Solomon ou de Gehring et Homberger
    #[arg(required = true, value_name = "FICHIER")]
    files: Vec<PathBuf>,
    /// Secondes par fichier, sur un seul cœur
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Distances tronquées à une décimale, et elles seules comptent (sinon : distances réelles,
    /// d'abord le moins de camions)
    #[arg(long)]
    dimacs: bool,
    /// Graine du tirage
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Un objet JSON par fichier et par ligne
    #[arg(long)]
    json: bool,
}

/// Solves each file and prints what came out, but for answers that do not hold: at the end, these
/// fail.
pub fn rounds(args: &Rounds) -> anyhow::Result<()> {
    let convention = if args.dimacs { Convention::Dimacs } else { Convention::Classical };
    let mut refused = 0;
    for file in &args.files {
        let instance = read(file)?;
        let start = Instant::now();
        let mut clock = || {
            let share = start.elapsed().as_secs_f64() / args.seconds;
            (share < 1.0).then_some(share)
        };
        let answer = solve(&instance, convention, &mut clock, args.seed);
        let (seconds, vehicles) = (start.elapsed().as_secs_f64(), answer.routes.len());
        let (name, cost) = (&instance.name, super::round(answer.cost));
        let flaws = check(&instance, convention, &answer);
        if !flaws.is_empty() {
            eprintln!("{} : la réponse ne tient pas : {flaws:?}", file.display());
            refused += 1;
            continue;
        }
        match args.json {
            true => println!(
                "{}",
                json!({
                    "instance": name, "cost": cost, "vehicles": vehicles,
                    "seconds": super::round(seconds),
                })
            ),
            false => println!("{name:12} distance {cost:.1}, {vehicles} camions, {seconds:.2} s"),
        }
    }
    ensure!(refused == 0, "{refused} réponses sur {} ne tiennent pas", args.files.len());
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Instance> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} ne se lit pas", file.display()))?;
    parse(&text).map_err(|bad| anyhow::anyhow!("{} : {}", file.display(), said(bad)))
}

fn said(BadLine { line, what }: BadLine) -> String {
    let what = match what {
        Bad::Fleet => "deux nombres entiers attendus : camions et capacité".to_string(),
        Bad::Place => "sept nombres entiers attendus, sans demande ni durée négative".to_string(),
        Bad::Order { expected } => format!("le client {expected} était attendu"),
        Bad::Window => "cette fenêtre ferme avant d'ouvrir".to_string(),
        Bad::Short => "il manque le dépôt ou les clients".to_string(),
    };
    format!("ligne {line} : {what}")
}
