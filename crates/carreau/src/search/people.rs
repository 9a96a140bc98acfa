//! The people who may come in, by their name, their address, their telephone and for whom they act.
//!
//! They are few and change without a week changing, so they are read at each question.

use std::collections::HashMap;
use std::sync::Arc;

use trade::id::Code;

use super::index::{Given, Index, Kind, Names};
use crate::access::roster::{self, Named};
use crate::access::{HubScope, Role};
use crate::app::App;
use crate::failure::Failure;

/// An index of them alone. `names`: what their farms and canteens are called.
pub async fn index(app: &App, scope: HubScope, names: &Names) -> Result<Index, Failure> {
    let mut given: Vec<Given> = Vec::new();
    let mut place: HashMap<String, usize> = HashMap::new();
    for one in roster::named(app, scope).await? {
        let (title, party) = acts_as(one.role, names);
        let said = if party.is_empty() { title.to_string() } else { format!("{title}, {party}") };
        match place.get(&one.human.id) {
            Some(&at) => {
                given[at].said.push_str(&format!(" · {said}"));
                given[at].others.push(party);
            }
            None => {
                // A name for the index alone: the account's own is longer than a code.
                let Ok(code) = Code::parse(&given.len().to_string()) else { continue };
                place.insert(one.human.id.clone(), given.len());
                given.push(person(one, code, said, party));
            }
        }
    }
    let names = Names::renewed(&Names::default(), "", given);
    Ok(Index { names: Arc::new(names), ..Index::default() })
}

fn person(one: Named, code: Code, said: String, party: String) -> Given {
    let human = one.human;
    let digits = human.phone.chars().filter(char::is_ascii_digit).collect();
    let others = vec![human.email.clone(), digits, party];
    let name = if human.name.is_empty() { human.email } else { human.name };
    let (kind, phone) = (Kind::Person, human.phone);
    Given { kind, code, name, said, phone, owner: None, person: human.id, others }
}

/// What a role is called, and the farm or canteen for which it acts; empty for a desk.
fn acts_as(role: Role, names: &Names) -> (&'static str, String) {
    let known = match role {
        Role::Buyer(buyer) | Role::FoodAid(buyer) => names.known(Kind::Buyer, buyer.0),
        Role::Producer(farm) => names.known(Kind::Farm, farm.0),
        _ => None,
    };
    let party = known.and_then(|number| names.thing(number));
    (role.name(), party.map_or(role.party(), |party| party.name.clone()))
}
