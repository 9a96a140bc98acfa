//! What everybody who buys may read: the published list of a week, and nothing behind it.

use trade::Week;
use trade::calendar::IsoWeek;
use trade::id::{HubId, ProductId};
use trade::mercuriale::{LinePolicy, MercurialeLine, Publication, SaleDay};
use trade::party::Hub;

use super::person::{Person, Role};
use super::scope::{HubScope, Place};
use crate::app::App;
use crate::failure::Failure;

/// The published lists of a hub: for its desks and its buyers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListScope {
    hub: HubId,
}

impl Person {
    /// Farms offer, they do not buy: what others are paid is not for them.
    pub fn list_scope(&self) -> Option<ListScope> {
        let is_farm = matches!(self.role, Role::Producer(_));
        (!is_farm).then_some(ListScope { hub: self.hub })
    }
}

impl ListScope {
    /// Under which pages of this list are kept.
    pub fn key(self, week: IsoWeek) -> (HubId, IsoWeek) {
        (self.hub, week)
    }

    fn place(self, week: IsoWeek) -> Place {
        HubScope::of_desk(self.hub).at(week)
    }

    pub async fn see<T>(
        self,
        app: &App,
        week: IsoWeek,
        look: impl FnOnce(ListWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        app.read(self.place(week), |week, _| look(ListWeek { week })).await?
    }

    /// The published lines of a week; none before it is published.
    pub async fn lines(self, app: &App, week: IsoWeek) -> Result<Vec<MercurialeLine>, Failure> {
        let lines = |week: ListWeek<'_>| {
            Ok(week.publication().map_or(Vec::new(), |list| list.lines.clone()))
        };
        self.see(app, week, lines).await
    }
}

/// A week as whoever buys may read it.
#[derive(Clone, Copy)]
pub struct ListWeek<'week> {
    week: &'week Week,
}

impl<'week> ListWeek<'week> {
    /// For whoever may look at all of the week, and wants its list.
    pub fn of(week: &'week Week) -> ListWeek<'week> {
        ListWeek { week }
    }

    pub fn week(self) -> IsoWeek {
        self.week.week()
    }

    pub fn hub(self) -> &'week Hub {
        &self.week.register().hub
    }

    pub fn publication(self) -> Option<&'week Publication> {
        self.week.publication().map(|list| &**list)
    }

    pub fn product(self, id: ProductId) -> Result<&'week trade::catalog::Product, Failure> {
        Ok(self.week.register().product(id)?)
    }

    /// The catalogue.
    pub fn products(self) -> impl Iterator<Item = &'week trade::catalog::Product> {
        self.week.register().products.values()
    }

    /// The delivery days with the cut-off of each, as the hub's calendar has them.
    pub fn sale_days(self) -> Vec<SaleDay> {
        crate::clock::sale_days(self.week.register(), self.week.week())
    }

    /// The farm that a named line is bought from, and its commune.
    pub fn origin(self, policy: LinePolicy) -> String {
        crate::mercuriale::paper::origin(self.week.register(), policy)
    }

    /// The list as a paper, with what changed since the lines of the week before.
    pub fn paper(self, before: &[MercurialeLine]) -> Result<paper::PriceList, Failure> {
        crate::mercuriale::paper::price_list(self.week, before)
    }
}
