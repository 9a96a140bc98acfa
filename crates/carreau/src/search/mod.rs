//! Search over everything that has a name or a number: products, farms, buyers, people, orders,
//! lots, notes, invoices. For everybody who came in, each within what is theirs: whose records are
//! looked through is said by [`crate::access::finding`], never here.

pub mod index;
pub mod keep;
mod pages;
mod people;
pub mod rows;
pub mod told;
pub mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::access::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Web;
use index::{Group, Index, Kind, Within};
use told::ToldGroup;
use words::Question;

/// The address of the page.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/search", get(pages::search))
}

/// What a question finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub groups: Vec<ToldGroup>,
    /// Words that had to be left out for anything to be found.
    pub without: Vec<String>,
}

/// What a question finds within somebody's sight, told: at most `most` of each kind, or of the
/// one kind that is asked for.
pub async fn run(
    app: &App,
    scope: HubScope,
    within: &Within,
    question: &Question,
    most: usize,
    only: Option<Kind>,
) -> Result<Found, Failure> {
    let index = keep::index(app, scope).await?;
    let people = match within.people {
        true => people::index(app, scope, &index.names).await?,
        false => Index::default(),
    };
    let find = |question: &Question, most: usize| {
        let mut groups = index.find(question, within, most);
        groups.extend(people.find(question, &Within::default(), most));
        groups.sort_by_key(Group::rank);
        groups
    };
    let mut groups = find(question, most);
    let mut without = Vec::new();
    if groups.is_empty() && question.words.len() > 1 {
        let is_known = |word: &String| {
            let alone = Question { words: vec![word.clone()], joined: word.clone(), ..*question };
            !find(&alone, 1).is_empty()
        };
        let (known, unknown) = question.words.iter().cloned().partition::<Vec<_>, _>(is_known);
        if !known.is_empty() && !unknown.is_empty() {
            let joined = known.concat();
            groups = find(&Question { words: known, joined, ..*question }, most);
            without = if groups.is_empty() { Vec::new() } else { unknown };
        }
    }
    if let Some(only) = only {
        groups.retain(|group| group.kind == only);
    }
    Ok(Found { groups: told::tell(app, scope, &index, &groups).await?, without })
}
