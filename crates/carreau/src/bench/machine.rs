//! What the system says of a process.

use std::process::Stdio;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::Figure;
use super::client::Client;
use crate::commands::scratch::Scratch;

/// Ticks of a second in `/proc` (`USER_HZ`, 100 on every Linux that we know of).
const TICKS: f64 = 100.0;

/// CPU seconds that this process has used, in user and kernel.
pub fn cpu_seconds() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("/proc manque")?;
    // The name in parentheses may hold spaces: fields are counted behind it.
    let rest = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    let (user, kernel) = (ticks(11).context("utime")?, ticks(12).context("stime")?);
    Ok((user + kernel) / TICKS)
}

/// A line of `/proc/PID/status` in kB, as MB.
pub fn status_mb(process: &str, field: &str) -> anyhow::Result<f64> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path).with_context(|| path)?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).context("status")?;
    let kilobytes: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_024.0)
}

/// The memory that a server holds after a whole week was played, then each page looked at.
pub async fn server_memory() -> anyhow::Result<Figure> {
    let scratch = Scratch::new()?;
    let (week, key) = super::cycle::played_in(&scratch.0).await?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["serve", "--port", "0", "--data"])
        .arg(&scratch.0)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = child.stdout.take().context("sortie du serveur")?;
    let mut lines = BufReader::new(out).lines();
    let mut address = None;
    while let Some(line) = lines.next_line().await? {
        if let Some((_, rest)) = line.split_once("http://") {
            address = rest.trim_end_matches('/').parse().ok();
            break;
        }
    }
    let address = address.context("le serveur ne dit pas son adresse")?;
    let mut client = Client::connect(address, &key).await?;
    let steps = [
        "needs",
        "offers",
        "mercuriale",
        "orders",
        "sourcing",
        "dock",
        "rounds",
        "billing",
        "impact",
        "price-list",
    ];
    for step in steps {
        let reply = client.get(&format!("/weeks/{week}/{step}")).await?;
        anyhow::ensure!(reply.status == 200, "{step} : {}", reply.status);
    }
    let pid = child.id().context("le serveur est parti")?.to_string();
    let value = status_mb(&pid, "VmRSS")?;
    child.kill().await?;
    Ok(Figure {
        name: "server_memory",
        value,
        unit: "Mo",
        limit: None,
        goal: "moins de 100 Mo",
        met: value < 100.0,
    })
}
