//! Milliseconds per paper and memory: `cargo run --release -p paper --example press_times`.

#[allow(dead_code, reason = "the papers of the tests, of which some are enough here")]
#[path = "../tests/papers/samples.rs"]
mod samples;
#[allow(dead_code, reason = "the papers of the tests, of which some are enough here")]
#[path = "../tests/papers/samples_out.rs"]
mod samples_out;

use crate::samples::{price_list, purchase_order, sorting_sheet};
use crate::samples_out::{delivery_note, invoice};
use paper::{Paper, typeset};
use std::time::Instant;

const WARM_RUNS: u32 = 30;

fn time<P: Paper>(name: &str, mut change: impl FnMut(u32) -> P) {
    let first = Instant::now();
    let printed = typeset(&change(0)).expect("prints");
    let first = first.elapsed();
    let warm = Instant::now();
    for run in 1..=WARM_RUNS {
        typeset(&change(run)).expect("prints");
    }
    let warm = warm.elapsed() / WARM_RUNS;
    let size = printed.pdf.len() / 1024;
    println!(
        "{name:24} first {first:>10.1?}  warm {warm:>10.1?}  {size:>4} kB  {} p.",
        printed.pages
    );
}

fn main() {
    short_papers();
    large_papers();
    for _ in 0..10 {
        for run in 0..50 {
            let mut paper = invoice();
            paper.number = format!("F2026-{run:06}");
            typeset(&paper).expect("prints");
        }
        println!("after 50 more invoices: {}", memory());
    }
}

fn short_papers() {
    // Each run is another document, or the cache would answer for the printer.
    time("invoice, 6 lines", |run| {
        let mut paper = invoice();
        paper.number = format!("F2026-{run:06}");
        paper.lines[0].quantity = run.to_string();
        paper
    });
    time("invoice, 20 lines", |run| {
        let mut paper = invoice();
        let model = paper.lines[0].clone();
        paper.number = format!("F2026-{run:06}");
        paper.lines = (0..20u32)
            .map(|i| {
                let mut line = model.clone();
                line.designation = format!("Carotte {run} {i}");
                line
            })
            .collect();
        paper
    });
    time("delivery note", |run| {
        let mut paper = delivery_note();
        paper.lines.iter_mut().for_each(|line| line.delivered = run.to_string());
        paper
    });
    time("purchase order", |run| {
        let mut paper = purchase_order();
        paper.lines.iter_mut().for_each(|line| line.amount = format!("{run},00 €"));
        paper
    });
}

fn large_papers() {
    time("price list, 19 lines", |run| {
        let mut paper = price_list();
        let lines = paper.families.iter_mut().flat_map(|family| &mut family.lines);
        lines.for_each(|line| line.price = format!("{run},45 €"));
        paper
    });
    time("sorting sheet 40 x 50", |run| {
        let mut paper = sorting_sheet(40, 50);
        paper.rows.iter_mut().for_each(|row| row.cells[0] = run.to_string());
        paper
    });
}

/// Resident memory, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.unwrap_or("unknown here").to_owned()
}
