//! `cargo run --release -p plan --example vrptw -- SECONDS SEED FILE...`: one JSON object per file
//! of the literature, by the DIMACS convention.

use std::time::Instant;

use plan::rounds::solomon::{Convention, check, parse, solve};

/// Seconds on the processor, where the machine tells; others may be at work beside.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [seconds, seed, files @ ..] = args.as_slice() else {
        return eprintln!("SECONDS SEED FILE...");
    };
    let seconds: f64 = seconds.parse().expect("seconds");
    let seed: u64 = seed.parse().expect("a seed");
    for file in files {
        let text = std::fs::read_to_string(file).expect("a file");
        let instance = parse(&text).expect("an instance");
        let start = Instant::now();
        let now = || processor().unwrap_or_else(|| start.elapsed().as_secs_f64());
        let (begin, mut looks) = (now(), 0_u64);
        let mut clock = || {
            looks += 1;
            let share = (now() - begin) / seconds;
            (share < 1.0).then_some(share)
        };
        let answer = solve(&instance, Convention::Dimacs, &mut clock, seed);
        assert_eq!(check(&instance, Convention::Dimacs, &answer), []);
        let (name, cost, vehicles) = (&instance.name, answer.cost, answer.routes.len());
        println!(
            "{{\"instance\": \"{name}\", \"cost\": {cost:.1}, \"vehicles\": {vehicles}, \
             \"seconds\": {:.2}, \"steps\": {}}}",
            now() - begin,
            looks * 64
        );
    }
}
