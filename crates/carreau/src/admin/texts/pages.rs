//! The list of letters, and the words of one.

use askama::Template;
use trade::id::Code;
use trade::offers::Stamp;
use trade::register::{LetterWords, Register};

use super::sample;
use crate::admin::desk::{Desk, new_key};
use crate::clock;
use crate::failure::Failure;
use crate::mail::words::{KINDS, LONGEST};
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

struct Row {
    href: String,
    name: &'static str,
    is_own: bool,
    since: String,
}

#[derive(Template)]
#[template(path = "admin/texts.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
}

fn versions<'r>(register: &'r Register, kind: &str) -> Vec<&'r LetterWords> {
    let mut known: Vec<&LetterWords> =
        register.words.iter().filter(|words| words.kind.as_str() == kind).collect();
    known.sort_by_key(|words| std::cmp::Reverse(words.version));
    known
}

fn signed(words: &LetterWords) -> String {
    format!("{}, {}", words.stamp.by, fr::numbers_moment(words.stamp.at))
}

/// `GET /admin/texts`
pub async fn list(desk: Desk) -> Answer {
    let register = desk.register().await?;
    let row = |(kind, name): &(&'static str, &'static str)| Row {
        href: format!("/admin/texts/{kind}"),
        name,
        is_own: register.words(kind).is_some(),
        since: versions(&register, kind).first().map(|words| signed(words)).unwrap_or_default(),
    };
    let mut frame = desk.frame("texts", "Textes des lettres").await?;
    frame.subtitle = "Un mot de vous au début et à la fin de chaque lettre. Les chiffres et les \
        tableaux restent ceux de la semaine."
        .into();
    html(&ListPage { frame, rows: KINDS.iter().map(row).collect() })
}

/// A kind of letter by its word in the address, with what it is called.
pub fn asked_kind(desk: &Desk) -> Result<(&'static str, &'static str), Failure> {
    let asked = desk.caught.param("kind")?;
    let found = KINDS.iter().find(|(kind, _)| *kind == asked).copied();
    found.ok_or_else(|| Failure::NotFound(format!("La lettre « {asked} » n'existe pas.")))
}

/// The two texts as they stand in the form, before they are a version.
pub struct Draft {
    pub opening: String,
    pub closing: String,
}

/// Words that follow those that are known.
pub fn next(
    register: &Register,
    kind: &str,
    draft: &Draft,
    by: &str,
) -> Result<LetterWords, Failure> {
    let code = Code::parse(kind).map_err(|_| Failure::NotFound("Cette lettre.".into()))?;
    let last = versions(register, kind).first().map_or(0, |words| words.version);
    Ok(LetterWords {
        kind: code,
        version: last + 1,
        opening: draft.opening.clone(),
        closing: draft.closing.clone(),
        stamp: Stamp { at: clock::now(), by: by.to_string() },
    })
}

struct Version {
    said: String,
    opening: String,
    closing: String,
    is_built_in: bool,
}

#[derive(Template)]
#[template(path = "admin/text.html")]
struct TextPage {
    frame: Frame,
    key: String,
    action: String,
    opening: String,
    closing: String,
    longest: usize,
    is_own: bool,
    /// The letter with these words, in plain text; empty when there never was one.
    letter: String,
    subject: String,
    /// What is shown is not kept yet.
    is_draft: bool,
    versions: Vec<Version>,
}

/// `GET /admin/texts/{kind}`
pub async fn page(desk: Desk) -> Answer {
    let (kind, _) = asked_kind(&desk)?;
    let register = desk.register().await?;
    let words = register.words(kind);
    let draft = Draft {
        opening: words.map(|words| words.opening.clone()).unwrap_or_default(),
        closing: words.map(|words| words.closing.clone()).unwrap_or_default(),
    };
    shown(&desk, &register, &draft, false).await
}

/// The page with words in its form, and the letter that they make.
pub async fn shown(desk: &Desk, register: &Register, draft: &Draft, is_draft: bool) -> Answer {
    let (kind, name) = asked_kind(desk)?;
    let made = sample::letter(desk, &next(register, kind, draft, "")?).await?;
    let mut frame = desk.frame("texts", name).await?;
    frame.subtitle = "Texte simple : une ligne vide sépare deux paragraphes.".into();
    let version = |words: &&LetterWords| Version {
        said: format!("Version {}, {}", words.version, signed(words)),
        opening: words.opening.clone(),
        closing: words.closing.clone(),
        is_built_in: words.opening.is_empty() && words.closing.is_empty(),
    };
    html(&TextPage {
        frame,
        key: new_key(),
        action: format!("/admin/texts/{kind}"),
        opening: draft.opening.clone(),
        closing: draft.closing.clone(),
        longest: LONGEST,
        is_own: register.words(kind).is_some(),
        subject: made.as_ref().map(|sheet| sheet.subject.clone()).unwrap_or_default(),
        letter: made.map(|sheet| sheet.plain()).unwrap_or_default(),
        is_draft,
        versions: versions(register, kind).iter().map(version).collect(),
    })
}
