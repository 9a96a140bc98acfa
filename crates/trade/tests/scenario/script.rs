//! Runs a scenario and compares what it says with what was written.

use crate::words::told;
use crate::world::World;

/// What an act answers.
pub enum Answer {
    Said(String),
    /// Rows of cells, titles first.
    Table(Vec<Vec<String>>),
}

/// An act that succeeds answers, one that the rules deny gives all reasons.
pub type Acted = Result<Answer, Vec<trade::Denial>>;

pub fn said(text: impl Into<String>) -> Acted {
    Ok(Answer::Said(text.into()))
}

/// Plays `script` and fails with a difference when it does not go as written.
#[track_caller]
pub fn check(script: &str) {
    let expected: Vec<String> = lines_of(script);
    let found = play(&mut World::new(), script);
    let same = expected.len() == found.len()
        && expected.iter().zip(&found).all(|(a, b)| squeezed(a) == squeezed(b));
    assert!(same, "the week went otherwise:\n{}", difference(&expected, &found));
}

/// Plays `script`; the world that it leaves.
pub fn after(script: &str) -> World {
    let mut world = World::new();
    let found = play(&mut world, script);
    let bad = found.iter().find(|line| line.contains("refused:") || line.starts_with('!'));
    assert!(bad.is_none(), "the week went otherwise: {bad:?}");
    world
}

/// Lines without their indent; a long answer may go on after `->`, `;` and `,`.
fn lines_of(script: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match lines.last_mut() {
            Some(act) if line.starts_with("-> ") => *act = format!("{act} {line}"),
            Some(act) if line.starts_with("; ") || line.starts_with(", ") => {
                *act = format!("{act}{line}")
            }
            _ => lines.push(line.to_string()),
        }
    }
    lines
}

/// Writes the script again from what its acts answer.
fn play(world: &mut World, script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines_of(script) {
        if line.starts_with('|') || line.starts_with('!') {
            continue;
        }
        if line.starts_with('#') {
            found.push(line);
            continue;
        }
        let (act, wants_answer) = match line.split_once(" -> ") {
            Some((act, _)) => (act.trim_end(), true),
            None => (line.as_str(), false),
        };
        match world.act(act) {
            Ok(Answer::Said(text)) if wants_answer => found.push(format!("{act} -> {text}")),
            Ok(Answer::Said(_)) => found.push(act.to_string()),
            Ok(Answer::Table(rows)) => {
                found.push(act.to_string());
                found.extend(aligned(&rows));
            }
            Err(denials) => {
                let reasons: Vec<String> = denials.iter().map(told).collect();
                found.push(format!("{act} -> refused: {}", reasons.join("; ")));
            }
        }
        let breaches = world.week.check().breaches;
        found.extend(breaches.iter().map(|breach| format!("! {}", told(breach))));
    }
    found
}

fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let cell = |(at, cell): (usize, &String)| format!("| {cell:<0$} ", widths[at]);
    rows.iter()
        .map(|row| row.iter().enumerate().map(cell).collect::<String>() + "|")
        .map(|row| row.trim_end().to_string())
        .collect()
}

fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines of both texts in order: ` ` common, `-` expected only, `+` found only.
fn difference(expected: &[String], found: &[String]) -> String {
    let (rows, columns) = (expected.len(), found.len());
    let mut common = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            common[row][column] = if squeezed(&expected[row]) == squeezed(&found[column]) {
                common[row + 1][column + 1] + 1
            } else {
                common[row + 1][column].max(common[row][column + 1])
            };
        }
    }
    let (mut row, mut column, mut text) = (0, 0, String::new());
    while row < rows || column < columns {
        let same =
            row < rows && column < columns && squeezed(&expected[row]) == squeezed(&found[column]);
        let (sign, line) = if same {
            row += 1;
            column += 1;
            (' ', &found[column - 1])
        } else if row < rows
            && (column == columns || common[row + 1][column] >= common[row][column + 1])
        {
            row += 1;
            ('-', &expected[row - 1])
        } else {
            column += 1;
            ('+', &found[column - 1])
        };
        text.push_str(&format!("{sign} {line}\n"));
    }
    text
}

#[test]
#[should_panic(expected = "- offer garrigues carrot tue 40 at 1,20 -> offer 2")]
fn a_wrong_answer_fails_with_the_difference() {
    check("offer garrigues carrot tue 40 at 1,20 -> offer 2");
}

#[test]
#[should_panic(expected = "+ close tue -> refused: not published")]
fn a_refusal_that_was_not_foreseen_fails() {
    check("close tue");
}

#[test]
#[should_panic(expected = "- | 1    | leek")]
fn a_row_that_is_not_there_fails() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         show mercuriale
         | 1    | leek   |",
    );
}
