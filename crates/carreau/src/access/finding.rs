//! What somebody may find: a desk all of its hub that its pages show, a buyer and a farm their own
//! and nobody else's.

use std::collections::{BTreeMap, HashSet};

use trade::calendar::IsoWeek;
use trade::id::ProductId;
use trade::unit::Price;

use super::person::{Person, Role};
use super::published::ListWeek;
use super::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::search::index::{Kind, Within};
use crate::search::words::Question;
use crate::search::{Found, run};
use crate::ui::fr;

/// What one person may find in a hub.
#[derive(Clone, Debug)]
pub struct Finding {
    scope: HubScope,
    role: Role,
    only_week: Option<IsoWeek>,
}

impl Person {
    pub fn finding(&self) -> Finding {
        let scope = HubScope::of_desk(self.hub);
        Finding { scope, role: self.role, only_week: self.only_week }
    }
}

/// Products on a list with what they cost whoever asks: `1,85 €/kg · Bio 2,40 €/kg`.
pub type Prices = BTreeMap<ProductId, String>;

impl Finding {
    /// The name of the hub, and of the party for which the person acts; empty for a desk.
    pub async fn names(&self, app: &App, week: IsoWeek) -> Result<(String, String), Failure> {
        let place = self.scope.at(self.only_week.unwrap_or(week));
        let role = self.role;
        let names = app.read(place, |week, _| {
            let register = week.register();
            let party = match role {
                Role::Buyer(buyer) | Role::FoodAid(buyer) => {
                    register.buyers.get(&buyer).map(|own| own.identity.name.clone())
                }
                Role::Producer(farm) => {
                    register.producers.get(&farm).map(|own| own.identity.name.clone())
                }
                _ => None,
            };
            (register.hub.identity.name.clone(), party.unwrap_or_default())
        });
        names.await
    }

    /// What the products of the week's list cost: a buyer its own prices, a desk those of the
    /// list; a farm sees none.
    pub async fn prices(&self, app: &App, week: IsoWeek) -> Result<Prices, Failure> {
        let week = self.only_week.unwrap_or(week);
        match self.role {
            Role::Producer(_) => Ok(Prices::new()),
            Role::Buyer(buyer) | Role::FoodAid(buyer) => {
                let scope = super::scope::BuyerScope::new(self.scope.hub(), buyer, self.only_week);
                let own = scope.see(app, week, |week| {
                    let list = week.publication();
                    let first = |line| {
                        let days = list.into_iter().flat_map(|list| &list.days);
                        days.map(|sale| sale.day)
                            .find(|&day| list.is_some_and(|l| !l.offered(line, day).is_zero()))
                    };
                    let price = |line: &trade::mercuriale::MercurialeLine| {
                        let day = first(line.id)?;
                        week.price(line, day).ok().map(|(price, _)| price)
                    };
                    Ok(prices(week.list(), price))
                });
                own.await
            }
            _ => {
                let place = self.scope.at(week);
                let list =
                    app.read(place, |week, _| prices(ListWeek::of(week), |line| Some(line.sale)));
                list.await
            }
        }
    }

    /// Looks for `question`; `prices` are those of the week at which the person stands.
    pub async fn find(
        &self,
        app: &App,
        week: IsoWeek,
        question: &Question,
        prices: &Prices,
        most: usize,
        only: Option<Kind>,
    ) -> Result<Found, Failure> {
        let within = self.within(app, week, prices).await?;
        run(app, self.scope, &within, question, most, only).await
    }

    async fn within(&self, app: &App, week: IsoWeek, prices: &Prices) -> Result<Within, Failure> {
        let within = Within { week: self.only_week, ..Within::default() };
        Ok(match self.role {
            Role::Buyer(buyer) | Role::FoodAid(buyer) => Within {
                buyer: Some(buyer),
                goods: Some(prices.keys().copied().collect()),
                without: vec![Kind::Buyer, Kind::Farm],
                ..within
            },
            Role::Producer(farm) => Within {
                farm: Some(farm),
                goods: Some(self.goods(app, week).await?),
                without: vec![Kind::Buyer, Kind::Farm, Kind::Site],
                ..within
            },
            role => Within { people: calls(role), without: unseen(role), ..within },
        })
    }

    /// What the farm offers in the week, or offered last.
    async fn goods(&self, app: &App, week: IsoWeek) -> Result<HashSet<ProductId>, Failure> {
        let Role::Producer(farm) = self.role else { return Ok(HashSet::new()) };
        let week = self.only_week.unwrap_or(week);
        let scope = super::scope::ProducerScope::new(self.scope.hub(), farm, self.only_week);
        let now = scope.see(app, week, |week| {
            Ok(week.current_offers().map(|offer| offer.product).collect::<HashSet<_>>())
        });
        let mut goods = now.await?;
        goods.extend(scope.before(app, week).await?.iter().map(|offer| offer.product));
        Ok(goods)
    }
}

/// True for who calls people. Others know the telephone of their farm or canteen.
fn calls(role: Role) -> bool {
    matches!(role, Role::Administrator | Role::Coordinator)
}

/// Kinds of which a desk opens no page. Names with their telephone are for all desks.
fn unseen(role: Role) -> Vec<Kind> {
    let page = |kind: Kind| match kind {
        Kind::Order => Some("orders"),
        Kind::Purchase => Some("sourcing"),
        Kind::Lot if role.may("trace", false) => None,
        Kind::Lot => Some("dock"),
        Kind::Note => Some("rounds"),
        Kind::Invoice | Kind::FarmBill => Some("billing"),
        Kind::Product => Some("price-list"),
        Kind::Farm | Kind::Buyer | Kind::Site | Kind::Person => None,
    };
    let is_unseen = |kind: &Kind| page(*kind).is_some_and(|page| !role.may(page, false));
    Kind::ALL.into_iter().filter(is_unseen).collect()
}

/// The products of a list with their prices, label by label.
fn prices(
    week: ListWeek<'_>,
    price: impl Fn(&trade::mercuriale::MercurialeLine) -> Option<Price>,
) -> Prices {
    let mut prices = Prices::new();
    for line in week.publication().into_iter().flat_map(|list| &list.lines) {
        let Ok(product) = week.product(line.product) else { continue };
        let Some(price) = price(line) else { continue };
        let labels = fr::labels(line.labels);
        let space = if labels.is_empty() { "" } else { " " };
        let said = format!("{labels}{space}{}", fr::price_per(price, product.unit));
        let all = prices.entry(line.product).or_default();
        // Farms with a line of their own: the first price says about how much.
        if !all.contains(&said) && all.matches(" · ").count() < 2 {
            let dot = if all.is_empty() { "" } else { " · " };
            all.push_str(&format!("{dot}{said}"));
        }
    }
    prices
}
