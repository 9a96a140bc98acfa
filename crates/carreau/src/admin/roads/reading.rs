//! A table of ways as people write it: `from;to;metres;seconds`, codes of sites and farms, `quai`
//! for the dock.

use std::collections::BTreeSet;

use trade::id::{ProducerId, SiteId};
use trade::register::Register;

use crate::rounds::roads::{DOCK, LegRow};

/// Faults beyond that many are not told one by one.
const TOLD: usize = 20;

/// Longer than any way of a truck in a day.
const MOST: i64 = 10_000_000;

/// All ways of a table. Errors: each line that cannot be read, in French; then nothing is taken.
pub fn legs(register: &Register, text: &str) -> Result<Vec<LegRow>, Vec<String>> {
    let (mut legs, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let lines = (1..).zip(text.lines().map(|line| line.trim_start_matches('\u{feff}').trim()));
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        match leg(register, line) {
            Ok(leg) if !seen.insert((leg.from.clone(), leg.to.clone())) => {
                faults.push(format!("Ligne {number} : ce trajet est déjà plus haut."));
            }
            Ok(leg) => legs.push(leg),
            // A line of titles says no number in its third column.
            Err(_) if number == 1 && is_heading(line) => {}
            Err(why) => faults.push(format!("Ligne {number} : {why}")),
        }
    }
    if legs.is_empty() && faults.is_empty() {
        faults.push("La table est vide : collez les lignes « de;à;mètres;secondes ».".into());
    }
    let more = faults.len().saturating_sub(TOLD);
    faults.truncate(TOLD);
    if more > 0 {
        faults.push(format!("… et {more} autres lignes."));
    }
    if faults.is_empty() { Ok(legs) } else { Err(faults) }
}

fn cells(line: &str) -> Vec<&str> {
    line.split([';', '\t', ',']).map(|cell| cell.trim().trim_matches('"')).collect()
}

fn is_heading(line: &str) -> bool {
    cells(line).get(2).is_some_and(|cell| !cell.bytes().any(|byte| byte.is_ascii_digit()))
}

fn leg(register: &Register, line: &str) -> Result<LegRow, String> {
    let cells = cells(line);
    let [from, to, metres, seconds] = cells[..] else {
        return Err("il faut quatre cases : de;à;mètres;secondes.".into());
    };
    Ok(LegRow {
        from: code(register, from)?,
        to: code(register, to)?,
        metres: number(metres)?,
        seconds: number(seconds)?,
    })
}

fn code(register: &Register, text: &str) -> Result<String, String> {
    if matches!(text, "quai" | "dock") || text == register.hub.id.as_str() {
        return Ok(DOCK.to_string());
    }
    let is_site = SiteId::parse(text).is_ok_and(|id| register.sites.contains_key(&id));
    let is_farm = ProducerId::parse(text).is_ok_and(|id| register.producers.contains_key(&id));
    match is_site || is_farm {
        true => Ok(text.to_string()),
        false => Err(format!("« {text} » n'est ni un site, ni une ferme, ni « quai ».")),
    }
}

fn number(text: &str) -> Result<i64, String> {
    let read = text.parse().ok().filter(|number| (0..=MOST).contains(number));
    read.ok_or_else(|| format!("« {text} » n'est pas un nombre entier, de 0 à {MOST}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{Scale, pack};

    fn register() -> Register {
        let pack = pack(Scale::Xs, 1, &[]);
        let mut register = Register::new(pack.hub.expect("a hub"));
        register.sites.extend(pack.sites.into_iter().map(|site| (site.id, site)));
        register
    }

    #[test]
    fn a_table_is_read_whole_or_not_at_all() {
        let register = register();
        let site = register.sites.keys().next().expect("a site").to_string();
        let text =
            format!("de;à;mètres;secondes\nquai;{site};12000;900\n{site}\tquai\t12100\t930\n");
        let legs = legs(&register, &text).expect("two ways");
        assert_eq!(legs.len(), 2);
        assert_eq!((legs[0].from.as_str(), legs[0].metres, legs[1].seconds), ("", 12_000, 930));
    }

    #[test]
    fn every_fault_is_told() {
        let register = register();
        let site = register.sites.keys().next().expect("a site").to_string();
        let text = format!(
            "quai;nowhere;1;1\nquai;{site};1\nquai;{site};x;1\nquai;{site};1;1\nquai;{site};2;2"
        );
        let faults = legs(&register, &text).err().expect("faults");
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults[0].contains("nowhere") && faults[3].contains("déjà"), "{faults:?}");
        assert_eq!(legs(&register, " \n").err().map(|faults| faults.len()), Some(1));
    }
}
