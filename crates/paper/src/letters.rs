//! What the fonts can draw. PDF/A refuses a paper on which one letter has no shape, and a canteen
//! must not lose its invoice because somebody put a smiley in a product name.

use crate::press::covers;
use serde_json::Value;

/// Stands for a letter that none of our fonts draws.
const STAND_IN: char = '?';

/// The characters of a text that would be printed as "?". Useful where names are keyed in.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut lost = Vec::new();
    for letter in text.chars() {
        if printable(letter).is_none() && !lost.contains(&letter) {
            lost.push(letter);
        }
    }
    lost
}

/// Makes every text of the document printable; returns the characters that were lost.
pub(crate) fn make_printable(value: &mut Value) -> Vec<char> {
    let mut lost = Vec::new();
    visit(value, &mut lost);
    lost
}

fn visit(value: &mut Value, lost: &mut Vec<char>) {
    match value {
        Value::String(text) => {
            if text.chars().any(|letter| printable(letter) != Some(letter)) {
                lost.extend(unprintable(text));
                *text = text.chars().map(|c| printable(c).unwrap_or(STAND_IN)).collect();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, lost)),
        Value::Object(fields) => fields.values_mut().for_each(|field| visit(field, lost)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The letter to print for this one, or `None` when nothing honest can be printed.
fn printable(letter: char) -> Option<char> {
    match letter {
        '\n' => Some('\n'),
        // Narrow and figure spaces of French numbers: our text fonts have the plain one only.
        '\u{2007}' | '\u{202f}' => Some('\u{a0}'),
        '\u{2009}' | '\u{200a}' => Some(' '),
        '\u{2010}' | '\u{2011}' => Some('-'),
        '\u{1d49}' => Some('e'),
        // Tabs, other controls and the marks that turn the reading direction: harmless as spaces.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => Some(' '),
        '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => Some(' '),
        _ if letter.is_control() => Some(' '),
        _ => covers(letter).then_some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn french_is_untouched() {
        let text = "Œufs, cœur de bœuf, Ça, «\u{a0}oui\u{a0}», 1,45 €/kg, m², n° 3, ½, – — ’ … ≤";
        assert_eq!(unprintable(text), Vec::<char>::new());
        let mut value = json!({ "a": [text] });
        assert_eq!(make_printable(&mut value), Vec::<char>::new());
        assert_eq!(value["a"][0], text);
    }

    #[test]
    fn spaces_and_hyphens_find_an_equal() {
        let mut value = json!("1\u{202f}234,50 porte\u{2011}greffe 4\u{1d49}\tgamme\u{0}");
        assert_eq!(make_printable(&mut value), Vec::<char>::new());
        assert_eq!(value, "1\u{a0}234,50 porte-greffe 4e gamme ");
    }

    #[test]
    fn a_letter_without_shape_is_replaced_and_told() {
        let mut value = json!({ "name": "Ferme 🍅 du 李 🍅" });
        assert_eq!(make_printable(&mut value), vec!['🍅', '李']);
        assert_eq!(value["name"], "Ferme ? du ? ?");
    }
}
