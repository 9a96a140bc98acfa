//! The books from the command line: computed anew, told, written into a file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::House;
use crate::access::HubScope;
use crate::accounts::proof::{Proof, answers, faults, prove, sentence};

#[derive(Args)]
pub struct AccountsArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Recalcule toute la chaîne des écritures ; code 1 quand elle ne tient pas
    Check {
        /// Pour une machine
        #[arg(long)]
        json: bool,
    },
    /// Écrit la preuve (ZIP), à vérifier sans Carreau
    Proof { file: PathBuf },
}

pub async fn accounts(house: &House, args: AccountsArgs) -> anyhow::Result<ExitCode> {
    let app = house.open(false).await?;
    let scope = HubScope::of_program(house.hub(app.everything()).await?);
    let proof = prove(&app, scope).await?;
    match args.act {
        Act::Check { json: true } => println!("{}", object(&proof)),
        Act::Check { json: false } => print!("{}", text(&proof)),
        Act::Proof { file } => {
            let bytes = proof.file().await?;
            std::fs::write(&file, bytes).with_context(|| {
                format!(
                    "{} : impossible d'écrire ce fichier. Reste-t-il de la place ?",
                    file.display()
                )
            })?;
            println!("{} : {}", file.display(), proof.conclusion());
        }
    }
    app.everything().close().await;
    Ok(if proof.verdict.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn text(proof: &Proof) -> String {
    let mut text = format!("{}\n", proof.conclusion());
    for (name, said) in proof.counts() {
        text.push_str(&format!("  {name:24} {said:>14}\n"));
    }
    for (question, many) in answers(&proof.verdict) {
        let sign = if many == 0 { "oui" } else { "NON" };
        text.push_str(&format!("  {sign} · {question}\n"));
    }
    for fault in faults(&proof.verdict) {
        text.push_str(&format!("  ! {fault}\n"));
    }
    let (number, hash) = &proof.books.end;
    text.push_str(&format!("Fin de la chaîne : n° {number}, empreinte {hash}\n"));
    text
}

fn object(proof: &Proof) -> serde_json::Value {
    let verdict = &proof.verdict;
    json!({
        "whole": verdict.is_whole(),
        "entries": verdict.entries,
        "documents": verdict.documents,
        "series": verdict.series,
        "number": proof.books.end.0,
        "hash": proof.books.end.1,
        "damages": verdict.damages.iter().map(sentence).collect::<Vec<_>>(),
    })
}
