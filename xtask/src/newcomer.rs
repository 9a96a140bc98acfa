//! What somebody sees who opens the demonstration: every page of the week, entered as the
//! coordinator, in the running program.

mod links;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::http::{self, Answer};
use crate::{Outcome, shell};

/// What follows `/weeks/YYYY-Www` in the addresses that must answer.
const PAGES: [&str; 12] = [
    "",
    "/needs",
    "/offers",
    "/mercuriale",
    "/price-list",
    "/price-list/paper",
    "/orders",
    "/sourcing",
    "/dock",
    "/rounds",
    "/billing",
    "/impact",
];

/// Playing three weeks takes seconds; a loaded machine may take minutes.
const OPENING: Duration = Duration::from_secs(300);

/// Opens the demonstration, enters as everybody and reads. Errors: the addresses that are not as
/// they must be.
pub fn run(root: &Path) -> Outcome {
    let program = build(root)?;
    let demo = Demo::open(&program)?;
    let host = demo.host.as_str();
    let door = read(host, "/enter", "", fault)?;
    let roles = links::roles(&String::from_utf8_lossy(&door));
    for kind in ["coordinator", "buyer.", "producer."] {
        if !roles.iter().any(|role| role.starts_with(kind)) {
            return Err(format!("/enter has no button for a {kind}"));
        }
    }
    let visits = roles.iter().map(|role| (role, enter(host, role)));
    let faults = visits.filter_map(|(role, visit)| visit.err().map(|why| format!("{role}: {why}")));
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Enters and reads.
fn enter(host: &str, role: &str) -> Outcome {
    let entered = http::post(host, "/enter", &format!("role={role}"))?;
    let entry = entry(&entered).map_err(|why| format!("/enter: {why}"))?;
    let pages = pages(&entry, role)?;
    let (count, named) = (pages.len(), visit(host, &entry.cookie, &pages)?);
    println!("    {role}: {count} pages, {named} addresses they name");
    Ok(())
}

/// What a role reads: the coordinator every page of the week and of the one before, others the
/// page on which they begin.
fn pages(entry: &Entry, role: &str) -> Result<Vec<String>, String> {
    if role != "coordinator" {
        return Ok(vec![entry.address.clone()]);
    }
    let week = &entry.week;
    let before = week_before(week).ok_or(format!("/enter leads to the week `{week}`"))?;
    let all = [week, &before].map(|week| PAGES.map(|page| format!("/weeks/{week}{page}")));
    Ok(all.concat())
}

/// Reads the pages, then whatever they name on this site. Returns how many addresses that are.
fn visit(host: &str, cookie: &str, pages: &[String]) -> Result<usize, String> {
    let mut named_on = BTreeMap::new();
    for page in pages {
        let body = read(host, page, cookie, fault)?;
        for address in links::local(&String::from_utf8_lossy(&body)) {
            named_on.entry(address).or_insert(page);
        }
    }
    let named = links::one_paper_of_each_kind(named_on.keys().cloned().collect());
    let read_named = |address: &String| {
        let read = read(host, address, cookie, broken);
        read.err().map(|why| format!("{}: names {why}", named_on[address]))
    };
    let faults: Vec<String> = named.iter().filter_map(read_named).collect();
    match faults.is_empty() {
        true => Ok(named.len()),
        false => Err(faults.join("\n")),
    }
}

/// What is wrong with an answer; the second is whether it should be a paper.
type Fault = fn(&Answer, bool) -> Option<String>;

/// Reads an address. Errors: no answer, or the fault.
fn read(host: &str, path: &str, cookie: &str, fault: Fault) -> Result<Vec<u8>, String> {
    let answer = http::get(host, path, cookie).map_err(|e| format!("{path}: {e}"))?;
    match fault(&answer, links::is_paper(path)) {
        None => Ok(answer.body),
        Some(why) => Err(format!("{path}: {why}")),
    }
}

/// Builds the program as `bin/demo` does. Returns where cargo put it.
pub fn build(root: &Path) -> Result<PathBuf, String> {
    let args = ["build", "--quiet", "-p", "carreau", "--message-format=json-render-diagnostics"];
    let told = shell::cargo_output(root, &args)?;
    let found = told.lines().filter(|line| line.contains(r#""name":"carreau""#));
    let program = found.filter_map(executable).next_back();
    program.ok_or_else(|| "cargo names no program `carreau`".to_owned())
}

/// The program in one message of cargo. Paths with characters that JSON escapes are not known.
fn executable(message: &str) -> Option<PathBuf> {
    let (_, rest) = message.split_once(r#""executable":""#)?;
    rest.split('"').next().map(PathBuf::from)
}

/// A running demonstration: stopped, and its data removed, on drop.
struct Demo {
    child: Child,
    folder: PathBuf,
    host: String,
}

impl Demo {
    fn open(program: &Path) -> Result<Demo, String> {
        let folder = std::env::temp_dir().join(format!("carreau-newcomer-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let child = Command::new(program)
            .args(["demo", "--port", "0", "--weeks", "3", "--data"])
            .arg(&folder)
            .env_remove("CARREAU_DATABASE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let child = child.map_err(|e| format!("{}: {e}", program.display()))?;
        let mut demo = Demo { child, folder, host: String::new() };
        let output = demo.child.stdout.take().expect("its output is piped");
        let (sender, receiver) = mpsc::channel();
        // Reads to the end: a program whose output nobody takes would stop at it.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                host_in(&line).map(|host| sender.send(host.to_owned()));
            }
        });
        demo.host = receiver.recv_timeout(OPENING).map_err(|e| match e {
            mpsc::RecvTimeoutError::Timeout => "the demonstration does not open".to_owned(),
            mpsc::RecvTimeoutError::Disconnected => {
                "the demonstration ended without an address".to_owned()
            }
        })?;
        Ok(demo)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to stop.
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// `127.0.0.1:PORT` in the line that tells the address.
fn host_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("http://")?;
    rest.split('/').next().filter(|host| host.starts_with("127.0.0.1:"))
}

/// What an entry answers with.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    /// `name=value`, as a browser sends it back.
    cookie: String,
    /// The page on which the role begins.
    address: String,
    /// `YYYY-Www` in it.
    week: String,
}

/// Errors: not the cookie of a session, or no page of a week.
fn entry(answer: &Answer) -> Result<Entry, String> {
    if answer.status != 303 {
        return Err(format!("status {}", answer.status));
    }
    let cookie = session(answer.header("set-cookie").unwrap_or_default())?;
    let address = answer.header("location").unwrap_or_default();
    let week = address.strip_prefix("/weeks/").and_then(|rest| rest.split('/').next());
    match week {
        None => Err(format!("it leads to `{address}`")),
        Some(week) => Ok(Entry { cookie, address: address.into(), week: week.into() }),
    }
}

/// The cookie of a session without its attributes. Errors: it says who it stands for, or a browser
/// would keep it less well than it should (no script reads it, no other site sends it, no other
/// host sets it).
fn session(said: &str) -> Result<String, String> {
    let mut parts = said.split(';').map(str::trim);
    let cookie = parts.next().unwrap_or_default();
    let secret = cookie.strip_prefix("__Host-carreau=").unwrap_or_default();
    let is_secret = secret.len() >= 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let attributes: Vec<&str> = parts.collect();
    match SESSION.iter().find(|attribute| !attributes.contains(attribute)) {
        _ if !is_secret => Err(format!("the cookie is `{said}`")),
        Some(missing) => Err(format!("the cookie lacks `{missing}`: `{said}`")),
        None => Ok(cookie.to_owned()),
    }
}

/// What the cookie of a session says to browsers. `__Host-` wants `Secure` and `Path=/`
/// (RFC 6265bis, 4.1.3.2).
const SESSION: [&str; 4] = ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"];

/// What is wrong with a page, or with a paper.
fn fault(answer: &Answer, is_paper: bool) -> Option<String> {
    let html = String::from_utf8_lossy(&answer.body);
    if answer.status != 200 {
        return Some(format!("status {}", answer.status));
    }
    match is_paper {
        true if !answer.body.starts_with(b"%PDF") => Some("no PDF".to_owned()),
        false if !html.contains(r#"<html lang="fr">"#) => Some("no French page".to_owned()),
        false if !html.trim_end().ends_with("</html>") => Some("a page cut short".to_owned()),
        // The pages are French: such a word comes from inside the program.
        false if html.to_ascii_lowercase().contains("error") => Some("an error".to_owned()),
        _ => None,
    }
}

/// What is wrong with something that a page names: a page, a paper, a picture, a way elsewhere.
fn broken(answer: &Answer, is_paper: bool) -> Option<String> {
    match (is_paper, answer.status) {
        (true, _) => fault(answer, true),
        (false, 200 | 303) => None,
        (false, status) => Some(format!("status {status}")),
    }
}

/// The ISO week before `YYYY-Www`.
fn week_before(week: &str) -> Option<String> {
    let (year, number) = week.split_once("-W")?;
    let (year, number): (u32, u32) = (year.parse().ok()?, number.parse().ok()?);
    match number {
        0 => None,
        1 => Some(format!("{}-W{}", year - 1, weeks_of(year - 1))),
        _ => Some(format!("{year}-W{:02}", number - 1)),
    }
}

/// 53 where 31 December is a Thursday, or a Friday of a leap year (ISO 8601); else 52.
fn weeks_of(year: u32) -> u32 {
    let last_day = |year: u32| (year + year / 4 - year / 100 + year / 400) % 7;
    if last_day(year) == 4 || last_day(year - 1) == 3 { 53 } else { 52 }
}

#[cfg(test)]
mod tests;
