//! What was found, in words: what one wants to know of it at a glance.

use trade::calendar::{Day, IsoWeek};
use trade::catalog::SaleUnit;
use trade::unit::Qty;

use super::index::{Entry, Group, Index, Kind, Thing, What};
use super::rows;
use crate::access::HubScope;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;

/// Something found, told.
#[derive(Clone, Debug)]
pub struct Told {
    pub kind: Kind,
    pub title: String,
    pub detail: String,
    /// A figure to the right: an amount, a weight.
    pub figure: String,
    pub phone: String,
    /// The code of a name, or of the site or farm of a record; empty when that is gone.
    pub code: String,
    pub week: Option<IsoWeek>,
    pub day: Option<Day>,
    pub id: i64,
    /// Its number as papers show it; of a person, the account.
    pub number: String,
}

/// What was found of a kind.
#[derive(Clone, Debug)]
pub struct ToldGroup {
    pub kind: Kind,
    pub count: usize,
    pub hits: Vec<Told>,
}

/// Tells what was found. Amounts are read for what is shown only.
pub(super) async fn tell(
    app: &App,
    scope: HubScope,
    index: &Index,
    groups: &[Group<'_>],
) -> Result<Vec<ToldGroup>, Failure> {
    let mut told = Vec::with_capacity(groups.len());
    for group in groups {
        let mut hits = Vec::with_capacity(group.hits.len());
        for hit in &group.hits {
            hits.push(match hit.what {
                What::Thing(thing) => tell_thing(thing),
                What::Entry(week, entry) => {
                    tell_entry(index, week, entry, &figure(app, scope, week, entry, index).await?)
                }
            });
        }
        told.push(ToldGroup { kind: group.kind, count: group.count, hits });
    }
    Ok(told)
}

fn tell_thing(thing: &Thing) -> Told {
    Told {
        kind: thing.kind,
        title: thing.name.clone(),
        detail: thing.said.clone(),
        figure: String::new(),
        phone: thing.phone.clone(),
        code: thing.code.to_string(),
        week: None,
        day: None,
        id: 0,
        number: thing.person.clone(),
    }
}

async fn figure(
    app: &App,
    scope: HubScope,
    week: i64,
    entry: &Entry,
    index: &Index,
) -> Result<String, Failure> {
    let db = || app.db(scope);
    Ok(match entry.kind {
        Kind::Order => {
            let net = rows::ordered(&db(), scope.hub(), week, entry.id).await?;
            format!("{} HT", fr::euros(net))
        }
        Kind::Invoice | Kind::FarmBill => {
            let net = rows::invoiced(&db(), scope.hub(), week, entry.id).await?;
            format!("{} HT", fr::euros(net))
        }
        Kind::Lot => fr::qty(Qty::new(entry.quantity), index.unit(entry.other)),
        Kind::Purchase => fr::count(entry.quantity, "ligne", "lignes"),
        _ => String::new(),
    })
}

fn tell_entry(index: &Index, week: i64, entry: &Entry, figure: &str) -> Told {
    let (party, other) = (index.names.thing(entry.party), index.names.thing(entry.other));
    let name = |thing: Option<&Thing>| thing.map_or(String::new(), |thing| thing.name.clone());
    let is_this_year = entry.day.ymd().0 == clock::today().ymd().0;
    let day = if is_this_year { fr::day(entry.day) } else { fr::date(entry.day) };
    let site = match (party, other) {
        // A site that is called like its buyer says nothing more.
        (Some(party), Some(site)) if site.name != party.name => format!("{} · ", site.name),
        _ => String::new(),
    };
    let (title, detail) = match entry.kind {
        Kind::Order => {
            (format!("Commande {}", entry.number), format!("{} · {site}{day}", name(party)))
        }
        Kind::Purchase => (name(party), format!("{day} · {}", entry.number)),
        Kind::Lot => (name(other), format!("{} · {day} · lot {}", name(party), entry.number)),
        Kind::Note => (name(party), format!("{site}{day}")),
        _ => (entry.number.to_string(), format!("{} · {day}", name(party))),
    };
    let about = if entry.kind == Kind::Note { other } else { party };
    Told {
        kind: entry.kind,
        title,
        detail: fr::typeset(&detail),
        figure: figure.to_string(),
        phone: String::new(),
        code: about.map_or(String::new(), |thing| thing.code.to_string()),
        week: IsoWeek::from_number(week),
        day: Some(entry.day),
        id: entry.id,
        number: entry.number.to_string(),
    }
}

impl Index {
    fn unit(&self, product: u32) -> SaleUnit {
        let found = self.names.thing(product).map(|thing| thing.code);
        found.and_then(|code| self.names.units.get(&code).copied()).unwrap_or(SaleUnit::Kilo)
    }
}
