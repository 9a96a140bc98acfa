//! Just enough of Rust's spelling to tell code from comments and strings.

/// The text with comments and the inside of strings blanked; lines and columns stay.
pub fn code(text: &str) -> String {
    blank(text, true)
}

/// The text with only the inside of strings blanked.
pub fn without_strings(text: &str) -> String {
    blank(text, false)
}

/// Whether the file is tests from top to bottom.
pub fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn blank(text: &str, and_comments: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let (end, is_comment) = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => (line_end(&chars, at), true),
            '/' if chars.get(at + 1) == Some(&'*') => (comment_end(&chars, at), true),
            '"' => (string_end(&chars, at + 1, 0, true), false),
            'r' if opens_raw(&chars, at).is_some() => {
                let hashes = opens_raw(&chars, at).unwrap_or_default();
                (string_end(&chars, at + hashes + 2, hashes, false), false)
            }
            '\'' => (char_end(&chars, at), false),
            _ => (at + 1, false),
        };
        let keeps_all = end == at + 1 || is_comment && !and_comments;
        for (i, &c) in chars.iter().enumerate().take(end).skip(at) {
            let is_edge = !is_comment && (i == at || i + 1 == end);
            out.push(if keeps_all || is_edge || c == '\n' { c } else { ' ' });
        }
        at = end;
    }
    out
}

fn line_end(chars: &[char], from: usize) -> usize {
    (from..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len())
}

/// After the `*/` that closes the comment, which may hold others.
fn comment_end(chars: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

/// After the quote and its hashes that close the string.
fn string_end(chars: &[char], from: usize, hashes: usize, has_escapes: bool) -> usize {
    let mut at = from;
    while at < chars.len() {
        match chars[at] {
            '\\' if has_escapes => at += 1,
            '"' if (1..=hashes).all(|i| chars.get(at + i) == Some(&'#')) => return at + hashes + 1,
            _ => {}
        }
        at += 1;
    }
    chars.len()
}

/// The number of hashes of a raw string that begins with this `r`.
fn opens_raw(chars: &[char], at: usize) -> Option<usize> {
    // `br"` and `cr"` are raw strings, `for"` is none.
    let before = at.checked_sub(1).map_or(' ', |i| chars[i]);
    let is_prefix = matches!(before, 'b' | 'c')
        && !at.checked_sub(2).is_some_and(|i| chars[i].is_alphanumeric() || chars[i] == '_');
    if (before.is_alphanumeric() || before == '_') && !is_prefix {
        return None;
    }
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    (chars.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// After a character literal; a lifetime is only its quote.
fn char_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), Some(_)) => {
            let close = (at + 3..chars.len()).find(|&i| chars[i] == '\'');
            close.map_or(chars.len(), |i| i + 1)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{code, without_strings};

    #[test]
    fn strings_and_comments_are_blanked_in_place() {
        for (text, told) in [
            ("a // b", "a     "),
            ("a /* b /* c */ */ d", "a                 d"),
            (r#"f("a{\"}") }"#, r#"f("     ") }"#),
            ("f(\"a\nb\")", "f(\" \n \")"),
            (r##"r#"a"b"# c"##, r##"r      # c"##),
            (r#"br"a" for"b""#, r#"br  " for" ""#),
            ("'a' 'x: &'a str '\\'' '\"'", "' ' 'x: &'a str '  ' ' '"),
        ] {
            assert_eq!(code(text), told, "{text}");
        }
    }

    #[test]
    fn comments_may_stay() {
        assert_eq!(without_strings("x(\"b\") // \"c\""), "x(\" \") // \"c\"");
    }
}
