//! The command line's own words in French: headings, help, and what is wrong with what was typed.

use std::error::Error as StdError;
use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

const TEMPLATE: &str = "{about-with-newline}\nUsage : {usage}\n\n{all-args}";

/// The same command, and those below it, with French headings and help.
pub fn in_french(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let names: Vec<String> =
        command.get_subcommands().map(|one| one.get_name().to_string()).collect();
    let mut command = command
        .help_template(TEMPLATE)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_help_heading("Commandes")
        .subcommand_value_name("COMMANDE")
        .mut_args(with_default)
        .arg(help.help("Affiche cette aide"));
    if command.get_version().is_some() {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.arg(version.help("Affiche la version"));
    }
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, in_french))
}

/// What a value is called, and what an argument is for where its place does not say it.
const NAMES: &[(&str, &str, &str)] = &[
    ("weeks", "NOMBRE", ""),
    ("seed", "GRAINE", "La même graine donne les mêmes données"),
    ("scale", "TAILLE", "Taille : xs, s, m, l ou xl"),
    ("from", "SEMAINE", ""),
    ("week", "SEMAINE", ""),
    ("folder", "DOSSIER", "Le dossier de données"),
    ("file", "FICHIER", "Le fichier à écrire"),
    ("record", "QUOI", "Par exemple order:12.1, un numéro de lot ou de pièce"),
    ("day", "JOUR", ""),
    ("only", "MESURE", ""),
    ("seconds", "SECONDES", ""),
];

/// An argument with its value's French name and its default.
fn with_default(arg: Arg) -> Arg {
    let named = NAMES.iter().find(|(id, _, _)| arg.get_id() == id);
    let known = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = match (known.as_str(), named) {
        ("", Some((_, _, help))) => (*help).to_string(),
        _ => known,
    };
    let values = arg.get_default_values().iter();
    let values: Vec<_> = values.map(|value| value.to_string_lossy().into_owned()).collect();
    let arg = match named {
        Some((_, name, _)) => arg.value_name(*name),
        None => arg,
    };
    match values.is_empty() || !arg.get_action().takes_values() {
        true => arg.help(help),
        false => {
            let said = format!("{help} [par défaut : {}]", values.join(", "));
            arg.hide_default_value(true).help(said)
        }
    }
}

/// Why a command line was not understood.
pub fn sentence(error: &Error) -> String {
    let argument = said(error, ContextKind::InvalidArg);
    let value = said(error, ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::ValueValidation => {
            format!("{argument} : {}", refused_value(error, &value))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} : la valeur manque"),
        ErrorKind::InvalidValue => format!("{argument} : « {value} » est inconnu"),
        ErrorKind::UnknownArgument => format!("« {argument} » est inconnu ici"),
        ErrorKind::InvalidSubcommand => {
            let name = said(error, ContextKind::InvalidSubcommand);
            format!("la commande « {name} » est inconnue")
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}"),
        ErrorKind::MissingSubcommand => "il manque une commande".into(),
        ErrorKind::ArgumentConflict => format!("{argument} est donné deux fois"),
        _ => "la ligne de commande ne se lit pas".into(),
    };
    format!("{what}. Voir l'aide : ajoutez --help.")
}

fn said(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}

/// Why a value was refused: in our own words, or in ours for those of the language's own types.
fn refused_value(error: &Error, value: &str) -> String {
    match StdError::source(error) {
        Some(reason) if reason.is::<std::num::ParseIntError>() => {
            format!("« {value} » n'est pas un nombre entier")
        }
        Some(reason) if reason.to_string().contains(" is not in ") => {
            format!("« {value} » est trop petit ou trop grand")
        }
        Some(reason) => reason.to_string(),
        None => format!("« {value} » ne se lit pas"),
    }
}

/// A failure with its causes, as one text. A sentence that ends tells enough by itself: what the
/// system adds stands behind it in brackets.
pub fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(cause) {
        match text.ends_with(['.', '!', '?']) {
            _ if text.is_empty() => text = cause,
            true => text.push_str(&format!(" ({cause})")),
            false => text.push_str(&format!(" : {cause}")),
        }
    }
    text
}

/// One cause of a failure. The system speaks English; what it says most often is said here.
pub fn cause(error: &(dyn StdError + 'static)) -> String {
    if let Some(refusal) = error.downcast_ref::<db::Error>() {
        return match refusal {
            db::Error::Retry(_) => "la base de données ne répond pas".into(),
            db::Error::Db(said) if said.contains("not a database") => {
                "ce fichier n'est pas une base de données".into()
            }
            db::Error::Db(said) if said.contains("unable to open") => {
                "ce fichier ne s'ouvre pas".into()
            }
            other => format!("la base de données répond « {other} »"),
        };
    }
    let Some(system) = error.downcast_ref::<io::Error>() else { return error.to_string() };
    let said = match system.kind() {
        io::ErrorKind::NotFound => "introuvable",
        io::ErrorKind::PermissionDenied => "accès refusé par le système",
        io::ErrorKind::NotADirectory => "ce n'est pas un dossier",
        io::ErrorKind::IsADirectory => "c'est un dossier",
        io::ErrorKind::AlreadyExists => "existe déjà",
        io::ErrorKind::AddrInUse => "déjà pris par un autre programme",
        io::ErrorKind::StorageFull => "le disque est plein",
        io::ErrorKind::ReadOnlyFilesystem => "ce disque ne s'écrit pas",
        _ => return system.to_string(),
    };
    said.into()
}
