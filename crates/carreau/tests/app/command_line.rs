//! The commands as a person or a script types them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::hub::Folder;
use crate::packs::{carreau, text};

const COMMANDS: &[&str] = &[
    "",
    "demo",
    "serve",
    "import",
    "export",
    "generate",
    "simulate",
    "week",
    "bench",
    "bench sourcing",
    "bench season",
    "week show",
    "week publish",
    "week close",
    "week plan",
    "week check",
    "week trace",
    "week run",
    "accounts",
    "accounts check",
    "accounts proof",
];

#[test]
fn every_help_is_french() {
    let data = Folder::new();
    for command in COMMANDS {
        let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let out = carreau(data.path(), &words);
        let said = text(&out.stdout);
        assert!(out.status.success(), "{command}");
        assert!(said.contains("Usage : carreau") && said.contains("Affiche cette aide"), "{said}");
        for english in ["Usage:", "Print", "Commands:", "[default", "<WEEK>", "<FOLDER>"] {
            assert!(!said.contains(english), "{command}: {said}");
        }
    }
}

#[test]
fn a_simulation_prints_one_object_a_week() {
    let data = Folder::new();
    let words = ["simulate", "--weeks", "2", "--scale", "xs", "--seed", "3", "--json"];
    let out = carreau(data.path(), &words);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let lines: Vec<Value> = text(&out.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}")))
        .collect();
    assert_eq!(lines.len(), 2);
    for (line, week) in lines.iter().zip(["2026-W02", "2026-W03"]) {
        assert_eq!(line["week"], week);
        assert_eq!(line["balanced"], true);
        for part in ["goods", "money", "served"] {
            assert!(line[part].is_object(), "{part} of {line}");
        }
    }
}

/// Arguments, exit code, how the answer begins (stdout, or stderr when refused).
const WEEK: &str = "\
week show 2037-W10                     | 0 | semaine 10 (2–8 mars 2037)
week show 2037-W10 --json              | 0 | {
week plan 2037-W10                     | 1 \
            | carreau : La mercuriale de cette semaine n'est pas encore publiée.
week close 2037-W10                    | 1 \
            | carreau : La mercuriale de cette semaine n'est pas encore publiée.
week check 2037-W10                    | 0 | semaine 10 (2–8 mars 2037)
week publish 2037-W10                  | 0 \
            | Mercuriale de la semaine 10 (2–8 mars 2037) publiée : 19 lignes.
week publish 2037-W10                  | 1 | carreau : La mercuriale a été publiée le
week plan 2037-W10                     | 1 \
            | carreau : Les commandes du mardi 3 mars ne sont pas closes.
week close 2037-W10 --day 2037-03-09   | 1 | carreau : Rien n'est en vente pour le lundi 9 mars.
week close 2037-W10 --day demain       | 1 | carreau : « demain » n'est pas un jour.
week close 2037-W10 --json             | 0 | {
week close 2037-W10                    | 0 | Commandes du mardi 3 mars : déjà closes.
week plan 2037-W10 --json              | 0 | {
week plan 2037-W10                     | 1 | carreau : Il n'y a rien à répartir pour le mardi 3 mars
week run 2037-W10 --json               | 0 | {
week check 2037-W10                    | 0 | semaine 10 (2–8 mars 2037)
week check 2037-W10 --json             | 0 | {
accounts check                         | 0 | Tout tient.
accounts check --json                  | 0 | {
week trace offer:1 2037-W10            | 0 | D'où cela vient
week trace offer:1 2037-W10 --json     | 0 | {
week trace offer:9999 2037-W10         | 1 | carreau : « offer:9999 » est inconnu dans la semaine 10
week show 2037-W99                     | 1 \
            | carreau : « 2037-W99 » n'est pas une semaine. Écrivez par exemple 2026-W48.
week show demain                       | 1 | carreau : « demain » n'est pas une semaine.
week dance                             | 2 | carreau : la commande « dance » est inconnue.
--hub ailleurs week show 2037-W10      | 1 \
            | carreau : la plateforme « ailleurs » est inconnue. Connues : occitanie
generate --scale énorme out            | 2 \
            | carreau : --scale <TAILLE> : taille inconnue « énorme » : xs, s, m, l ou xl.
week show --vite                       | 2 \
            | carreau : « --vite » est inconnu ici. Voir l'aide : ajoutez --help.
import                                 | 2 | carreau : il manque <DOSSIER>. Voir l'aide
generate --from demain out             | 1 | carreau : « demain » n'est pas une semaine.
import nulle-part                      | 1 \
            | carreau : nulle-part : ce dossier ne se lit pas. Vérifiez son nom et vos droits. (introuvable)
generate --seed abc out                | 2 | carreau : --seed <GRAINE> : « abc » n'est pas un nombre entier
--database mysql://x week show         | 1 | carreau : « mysql://x » n'est pas l'adresse d'une base.
simulate --from demain                 | 1 | carreau : « demain » n'est pas une semaine.
";

#[test]
fn a_week_from_the_command_line() {
    let (pack, data) = (Folder::new(), Folder::new());
    let folder = pack.path().to_str().expect("a plain path");
    let made = ["generate", "--scale", "xs", "--seed", "3", "--from", "2037-W10", "--weeks", "1"];
    assert!(carreau(data.path(), &[made.as_slice(), &[folder]].concat()).status.success());
    let out = carreau(data.path(), &["week", "show"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("la base est vide. Importez d'abord"));
    assert!(carreau(data.path(), &["import", folder]).status.success());
    let mut wrong = Vec::new();
    for row in WEEK.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [words, code, begins] = columns[..] else { panic!("three columns: {row}") };
        let words: Vec<&str> = words.split_whitespace().collect();
        let out = carreau(data.path(), &words);
        let said = text(if out.status.success() { &out.stdout } else { &out.stderr });
        let is_code = out.status.code().map(|code| code.to_string()).as_deref() == Some(code);
        if !is_code || !plain(&said).starts_with(begins) {
            wrong.push(format!("{row}\n{:?} {said}", out.status.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Spaces of French typography as one types them.
fn plain(said: &str) -> String {
    said.replace(['\u{a0}', '\u{202f}'], " ")
}

/// A served demonstration that ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn demo(data: &Path, port: &str) -> Served {
    started(data, &["demo", "--port", port, "--scale", "xs", "--weeks", "1"])
}

fn started(data: &Path, words: &[&str]) -> Served {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carreau"));
    command.args(words).arg("--data").arg(data);
    command.env_remove("CARREAU_DATABASE").stdout(Stdio::piped()).stderr(Stdio::piped());
    Served(command.spawn().expect("the program starts"))
}

/// The page of the door, at the address that the program says.
fn door_of(served: &mut Served) -> String {
    let out = served.0.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(out).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("http://")).expect("an address");
    let address = line.split("http://").nth(1).expect("an address").trim_end_matches('/');
    assert!(address.starts_with("127.0.0.1:"), "{line}");
    let mut stream = TcpStream::connect(address).expect("a listener");
    let request = format!("GET /enter HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a sent request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    answer
}

#[test]
fn the_demonstration_opens_at_the_address_that_it_says() {
    let data = Folder::new();
    let answer = door_of(&mut demo(data.path(), "0"));
    assert!(answer.contains("Producteurs d'Occitanie") || answer.contains("Producteurs d&#39;"));
}

/// Of two hubs in one folder the doors have the name of the one that is asked for; without a word
/// neither is taken.
#[test]
fn the_doors_have_the_name_of_the_hub_that_is_served() {
    let (pack, data) = (Folder::new(), Folder::new());
    let folder = pack.path().to_str().expect("a plain path");
    let made = ["generate", "--scale", "xs", "--seed", "3", "--from", "2037-W10", "--weeks", "1"];
    assert!(carreau(data.path(), &[made.as_slice(), &[folder]].concat()).status.success());
    assert!(carreau(data.path(), &["import", folder]).status.success());
    let file = pack.path().join("hub.csv");
    let hub = std::fs::read_to_string(&file).expect("a hub");
    let other = hub.replace("occitanie,Producteurs d'Occitanie", "lozere,Paniers de Lozère");
    assert_ne!(hub, other);
    std::fs::write(&file, other).expect("another hub");
    assert!(carreau(data.path(), &["import", folder]).status.success());
    for (code, own, foreign) in
        [("lozere", "Paniers de", "Producteurs d"), ("occitanie", "Producteurs d", "Paniers de")]
    {
        let answer = door_of(&mut started(data.path(), &["--hub", code, "serve", "--port", "0"]));
        assert!(answer.contains(own) && !answer.contains(foreign), "{code}: {answer}");
    }
    let out = carreau(data.path(), &["serve", "--port", "0"]);
    assert!(text(&out.stderr).contains("précisez --hub parmi"), "{}", text(&out.stderr));
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let data = Folder::new();
    let mut served = demo(data.path(), &port);
    let mut said = String::new();
    let mut errors = served.0.stderr.take().expect("a pipe");
    errors.read_to_string(&mut said).expect("what it says");
    assert_eq!(served.0.wait().expect("an end").code(), Some(1));
    let expected = format!("le port {port} est pris. Choisissez-en un autre : --port 0");
    assert!(said.contains(&expected), "{said}");
}
