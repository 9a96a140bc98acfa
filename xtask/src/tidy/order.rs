//! The nine steps of the week: each knows only those before it.

use super::{File, Finding, Tree, rust};

/// In the order of the week. Other modules are no steps and may be used by all.
const STEPS: [&str; 9] =
    ["needs", "offers", "mercuriale", "orders", "sourcing", "dock", "rounds", "billing", "impact"];

/// What a step of the shell may use of a later one: (from, item, reason).
const HOOKS: [(&str, &str, &str); 3] = [
    ("offers", "sourcing::own_paper", "a farm finds the purchase order among its own offers"),
    ("orders", "rounds::own_paper", "a buyer finds the delivery note among its own orders"),
    ("orders", "billing::own_paper", "a buyer finds the invoice among its own orders"),
];

/// The rules of a step never use those of a later step.
pub fn trade_looks_upstream(tree: &Tree) -> Vec<Finding> {
    tree.rust("crates/trade/src/")
        .flat_map(|file| downstream(file, "crates/trade/src/", &[]))
        .collect()
}

/// The pages of a step never use those of a later step, except the [`HOOKS`].
pub fn shell_looks_upstream(tree: &Tree) -> Vec<Finding> {
    let sources = "crates/carreau/src/";
    let hooks: Vec<_> = HOOKS.iter().map(|&(from, item, _)| (from, item)).collect();
    let mut found: Vec<_> =
        tree.rust(sources).flat_map(|file| downstream(file, sources, &hooks)).collect();
    let uses: Vec<_> = tree.rust(sources).flat_map(|file| later(file, sources)).collect();
    let is_used = |from: &str, item: &str| uses.iter().any(|u| u.from == from && u.item == item);
    if tree.get("xtask/src/tidy/order.rs").is_some() {
        let stale = hooks.iter().filter(|(from, item)| !is_used(from, item));
        found.extend(stale.map(|(from, item)| Finding {
            file: "xtask/src/tidy/order.rs".into(),
            line: 0,
            what: format!("HOOKS allows {from} -> {item}, which nothing uses"),
        }));
    }
    found
}

/// A use of a later step.
struct Use {
    line: usize,
    from: &'static str,
    /// `step::item`.
    item: String,
}

fn downstream(file: &File, sources: &str, hooks: &[(&str, &str)]) -> Vec<Finding> {
    let uses = later(file, sources).into_iter();
    let other = uses.filter(|u| !hooks.contains(&(u.from, u.item.as_str())));
    other
        .map(|u| file.finding(u.line, format!("{} looks downstream: {}", u.from, u.item)))
        .collect()
}

/// What a file of a step uses of later steps. Tests may look anywhere.
fn later(file: &File, sources: &str) -> Vec<Use> {
    let part = file.path.strip_prefix(sources).unwrap_or_default();
    let name = part.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let Some(at) = STEPS.iter().position(|&step| step == name) else { return Vec::new() };
    if rust::is_test(&file.path) {
        return Vec::new();
    }
    let code = rust::code(&file.text);
    let mut uses = Vec::new();
    for (position, _) in code.match_indices("crate::") {
        let line = code[..position].matches('\n').count() + 1;
        for item in items(&code[position + "crate::".len()..]) {
            let step = item.split("::").next().unwrap_or_default();
            if STEPS[at + 1..].contains(&step) {
                uses.push(Use { line, from: STEPS[at], item });
            }
        }
    }
    uses
}

/// The first two names after `crate::`, of each branch where braces follow.
fn items(rest: &str) -> Vec<String> {
    let Some(inside) = rest.strip_prefix('{') else { return vec![two_names(rest)] };
    let mut depth = 1;
    let mut branches = vec![String::new()];
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                branches.push(String::new());
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
        branches.last_mut().expect("never empty").push(c);
    }
    branches.iter().map(|branch| two_names(branch.trim())).collect()
}

fn two_names(path: &str) -> String {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let end = path.find(|c| !is_path(c)).unwrap_or(path.len());
    let names: Vec<&str> =
        path[..end].split("::").filter(|name| !name.is_empty()).take(2).collect();
    names.join("::")
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::{shell_looks_upstream, trade_looks_upstream};

    #[test]
    fn a_look_downstream_is_found() {
        let path = "crates/trade/src/orders.rs";
        for good in ["use crate::offers::Offer;", "use crate::week::Week;", "// crate::dock::x"] {
            assert_eq!(found(trade_looks_upstream, &[(path, good)]), [""; 0], "{good}");
        }
        for (bad, item) in [
            ("\nuse crate::dock;", "dock"),
            ("\nuse crate::dock::{Lot, Sorting};", "dock"),
            ("\nlet x: crate::rounds::Round = y;", "rounds::Round"),
            ("\nuse crate::{offers::Offer, billing::{Invoice}};", "billing"),
        ] {
            let told = found(trade_looks_upstream, &[(path, bad)]);
            let expected = format!("crates/trade/src/orders.rs:2: orders looks downstream: {item}");
            assert_eq!(told, [expected], "{bad}");
        }
        let tests = [("crates/trade/src/orders/tests.rs", "use crate::billing;")];
        assert_eq!(found(trade_looks_upstream, &tests), [""; 0]);
    }

    #[test]
    fn only_the_hooks_of_the_shell_look_downstream() {
        let path = "crates/carreau/src/orders/mod.rs";
        let hook = "get(crate::rounds::own_paper)";
        assert_eq!(found(shell_looks_upstream, &[(path, hook)]), [""; 0]);
        let other = [(path, "get(crate::rounds::pages)")];
        assert_eq!(found(shell_looks_upstream, &other).len(), 1);
        let elsewhere = [("crates/carreau/src/offers/mod.rs", hook)];
        assert_eq!(found(shell_looks_upstream, &elsewhere).len(), 1);
    }

    #[test]
    fn a_hook_that_nothing_uses_is_found() {
        let told = found(shell_looks_upstream, &[("xtask/src/tidy/order.rs", "")]);
        assert_eq!(told.len(), super::HOOKS.len());
    }
}
