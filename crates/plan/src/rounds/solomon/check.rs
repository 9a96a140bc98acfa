//! Whether an answer holds, reckoned from the file alone.

use super::{Answer, Convention, Instance};

/// What makes routes no answer, in the file's own numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Flaw {
    TooManyTrucks {
        routes: usize,
    },
    /// No client of the file, or a route without any.
    NotAClient {
        route: usize,
    },
    NotOnce {
        client: usize,
        times: usize,
    },
    TooHeavy {
        route: usize,
        load: i64,
    },
    /// The client at which a route is too late; 0: back at the dock.
    TooLate {
        route: usize,
        client: usize,
    },
    WrongCost {
        said: f64,
        found: f64,
    },
}

/// All flaws of an answer, by its own reckoning.
pub fn check(instance: &Instance, convention: Convention, answer: &Answer) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if answer.routes.len() > instance.trucks {
        flaws.push(Flaw::TooManyTrucks { routes: answer.routes.len() });
    }
    let mut times = vec![0; instance.rows.len()];
    let mut found = 0.0;
    for (route, clients) in answer.routes.iter().enumerate() {
        let is_client = |client: &usize| (1..instance.rows.len()).contains(client);
        if clients.is_empty() || !clients.iter().all(is_client) {
            flaws.push(Flaw::NotAClient { route });
            continue;
        }
        clients.iter().for_each(|&client| times[client] += 1);
        let load: i64 = clients.iter().map(|&c| i64::from(instance.rows[c].demand)).sum();
        if load > i64::from(instance.capacity) {
            flaws.push(Flaw::TooHeavy { route, load });
        }
        let (length, late) = drive(instance, convention, clients);
        found += length;
        flaws.extend(late.map(|client| Flaw::TooLate { route, client }));
    }
    let others = (1..times.len()).filter(|&client| times[client] != 1);
    flaws.extend(others.map(|client| Flaw::NotOnce { client, times: times[client] }));
    if (found - answer.cost).abs() > 0.01 {
        flaws.push(Flaw::WrongCost { said: answer.cost, found });
    }
    flaws
}

/// The length of a route, and where it is too late.
fn drive(instance: &Instance, convention: Convention, clients: &[usize]) -> (f64, Option<usize>) {
    let (mut time, mut length, mut from) = (f64::from(instance.rows[0].ready), 0.0, 0);
    for &client in clients.iter().chain(&[0]) {
        let (a, b) = (instance.rows[from], instance.rows[client]);
        let way = f64::from(a.x - b.x).hypot(f64::from(a.y - b.y));
        let way = match convention {
            Convention::Dimacs => (way * 10.0).floor() / 10.0,
            Convention::Classical => way,
        };
        length += way;
        time = (time + way).max(f64::from(b.ready));
        // Sums of tenths are not exact in floating point.
        if time > f64::from(b.due) + 1e-6 {
            return (length, Some(client));
        }
        time += f64::from(b.service);
        from = client;
    }
    (length, None)
}
