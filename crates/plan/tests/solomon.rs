//! Instances of the literature: reading, solving and checking.

use plan::rounds::solomon::{
    Answer, Bad, BadLine, Convention, Flaw, Instance, check, parse, solve,
};

const SMALL: &str = "SMALL

VEHICLE
NUMBER     CAPACITY
  3         10

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0      0     0     0     0    200     0
    1      3     4     5     0    100    10
    2      6     8     5     0    100    10
    3     -3     4     5    50     60    10
    4     -6     8     5     0    100    10
";

fn small() -> Instance {
    parse(SMALL).expect("an instance")
}

fn clock(looks: u32) -> impl FnMut() -> Option<f64> {
    let mut done = 0;
    move || {
        done += 1;
        let share = f64::from(done) / f64::from(looks);
        (share < 1.0).then_some(share)
    }
}

#[test]
fn a_file_is_read() {
    let instance = small();
    assert_eq!((instance.name.as_str(), instance.trucks, instance.capacity), ("SMALL", 3, 10));
    assert_eq!(instance.rows.len(), 5);
    assert_eq!((instance.rows[3].x, instance.rows[3].ready, instance.rows[3].due), (-3, 50, 60));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (old, new, line, what) in [
        ("  3         10", "  3         ten", 5, Bad::Fleet),
        ("  3         10", "  0         10", 5, Bad::Fleet),
        ("1      3     4     5", "1      3     4     x", 11, Bad::Place),
        ("1      3     4     5", "1      3     4    -5", 11, Bad::Place),
        ("    2      6", "    7      6", 12, Bad::Order { expected: 2 }),
        ("50     60", "50     40", 13, Bad::Window),
    ] {
        let text = SMALL.replace(old, new);
        assert_eq!(parse(&text), Err(BadLine { line, what }), "{new}");
    }
    let short: Vec<&str> = SMALL.lines().take(10).collect();
    assert_eq!(parse(&short.join("\n")), Err(BadLine { line: 10, what: Bad::Short }));
    assert_eq!(parse(""), Err(BadLine { line: 0, what: Bad::Short }));
}

#[test]
fn both_conventions_find_the_small_answer() {
    for convention in [Convention::Dimacs, Convention::Classical] {
        let answer = solve(&small(), convention, &mut clock(100), 1);
        assert_eq!(check(&small(), convention, &answer), []);
        assert_eq!((answer.cost, answer.routes.len()), (40.0, 2), "{convention:?}");
    }
}

#[test]
fn each_flaw_is_seen() {
    let good = Answer { routes: vec![vec![1, 2], vec![3, 4]], cost: 40.0 };
    let flaws = |routes: Vec<Vec<usize>>| {
        check(&small(), Convention::Dimacs, &Answer { routes, cost: good.cost })
    };
    let has = |routes, is_it: fn(&Flaw) -> bool| {
        let told = flaws(routes);
        assert!(told.iter().any(is_it), "{told:?}");
    };
    has(vec![vec![1], vec![2], vec![3], vec![4]], |f| matches!(f, Flaw::TooManyTrucks { .. }));
    has(vec![vec![1, 2], vec![3, 9]], |f| matches!(f, Flaw::NotAClient { route: 1 }));
    has(vec![vec![1, 2], vec![]], |f| matches!(f, Flaw::NotAClient { route: 1 }));
    has(vec![vec![1, 2], vec![3]], |f| matches!(f, Flaw::NotOnce { client: 4, times: 0 }));
    has(vec![vec![1, 2, 4], vec![3]], |f| matches!(f, Flaw::TooHeavy { route: 0, load: 15 }));
    has(vec![vec![1, 2], vec![3, 4], vec![3]], |f| matches!(f, Flaw::NotOnce { times: 2, .. }));
    has(vec![vec![1], vec![2], vec![3, 4]], |f| matches!(f, Flaw::WrongCost { .. }));
    let late = SMALL.replace("50     60", "0      3 ");
    let told = check(&parse(&late).expect("an instance"), Convention::Dimacs, &good);
    assert!(told.contains(&Flaw::TooLate { route: 1, client: 3 }), "{told:?}");
}
