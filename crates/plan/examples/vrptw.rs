use std::time::Instant;
use plan::rounds::{search::Search, solomon::{parse, Convention}};
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let seconds: f64 = args[0].parse().unwrap();
    let seed: u64 = args[1].parse().unwrap();
    let env = |k: &str, d: f64| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    for file in &args[2..] {
        let text = std::fs::read_to_string(file).unwrap();
        let instance = parse(&text).unwrap();
        let start = Instant::now();
        let problem = instance.problem(Convention::Dimacs, instance.trucks);
        let search = Search::new(&problem, seed);
        let cpu = || { let t = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap(); t.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9 }; let c0 = cpu();
        let mut clock = || { let s = (cpu() - c0) / seconds; (s < 1.0).then_some(s) };
        let (state, steps) = search.run(&mut clock, env("HOT", 100.0), env("COLD", 1.0));
        let cost = state.cost(&problem) as f64 / 10.0;
        println!("{} {:.1} {} steps {}", instance.name, cost, state.days.iter().filter(|d| !d.is_empty()).count(), steps);
    }
}
