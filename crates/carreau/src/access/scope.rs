//! What somebody may see of a hub, as types. A query needs a database handle or a [`Place`], and
//! both come from a scope only: a handler that has none does not compile.

use trade::calendar::IsoWeek;
use trade::id::{BuyerId, HubId, ProducerId};

use crate::failure::Failure;

/// All of a hub: for those who run it, and for the program's own work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HubScope {
    hub: HubId,
}

impl HubScope {
    /// For commands, jobs and what answers everybody alike. Pages get theirs from whoever looks;
    /// the house rules (`cargo xtask tidy`) name the folders that may call this.
    pub fn of_program(hub: HubId) -> HubScope {
        HubScope { hub }
    }

    /// For somebody whose role is one of the hub's desks: see `Person::hub_scope`.
    pub(super) fn of_desk(hub: HubId) -> HubScope {
        HubScope { hub }
    }

    pub fn hub(self) -> HubId {
        self.hub
    }

    pub fn at(self, week: IsoWeek) -> Place {
        Place { hub: self.hub, week, seal: Seal }
    }

    /// A farm of the hub, for a desk that keys in what the farm says on the telephone.
    pub fn farm(self, producer: ProducerId) -> ProducerScope {
        ProducerScope::new(self.hub, producer, None)
    }

    /// A buyer of the hub, for a desk that writes down what the buyer says.
    pub fn customer(self, buyer: BuyerId) -> BuyerScope {
        BuyerScope::new(self.hub, buyer, None)
    }
}

/// A hub in the hands of its administrator: its people, their keys, its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdminScope {
    scope: HubScope,
}

impl AdminScope {
    pub(super) fn new(hub: HubId) -> AdminScope {
        AdminScope { scope: HubScope { hub } }
    }

    pub fn hub(self) -> HubId {
        self.scope.hub
    }

    pub fn desk(self) -> HubScope {
        self.scope
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Seal;

/// A week of a hub, in the hands of somebody who may see all of it.
///
/// Who holds a scope has one, and reads the week with it:
///
/// ```
/// # use carreau::{access::HubScope, app::App, failure::Failure};
/// # use trade::calendar::IsoWeek;
/// async fn orders(app: &App, scope: HubScope, week: IsoWeek) -> Result<usize, Failure> {
///     app.read(scope.at(week), |week, _| week.orders().len()).await
/// }
/// ```
///
/// Who knows no more than the hub's name has none, and a handler like this does not compile:
///
/// ```compile_fail
/// # use carreau::{access::Place, app::App, failure::Failure};
/// # use trade::{calendar::IsoWeek, id::HubId};
/// async fn orders(app: &App, hub: HubId, week: IsoWeek) -> Result<usize, Failure> {
///     app.read(Place { hub, week }, |week, _| week.orders().len()).await
/// }
/// ```
///
/// Nor does one that asks a buyer for all of a week, or makes itself a scope:
///
/// ```compile_fail
/// # use carreau::{access::{BuyerScope, HubScope}, app::App, failure::Failure};
/// # use trade::calendar::IsoWeek;
/// async fn orders(app: &App, scope: BuyerScope, week: IsoWeek) -> Result<usize, Failure> {
///     app.read(scope.at(week), |week, _| week.orders().len()).await
/// }
/// ```
///
/// ```compile_fail
/// # use carreau::access::HubScope;
/// # use trade::id::HubId;
/// fn all(hub: HubId) -> HubScope {
///     HubScope { hub }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub hub: HubId,
    pub week: IsoWeek,
    /// Keeps other modules from making one without a scope.
    seal: Seal,
}

impl Place {
    pub fn scope(self) -> HubScope {
        HubScope { hub: self.hub }
    }

    /// The same hub in another week.
    pub fn at(self, week: IsoWeek) -> Place {
        self.scope().at(week)
    }
}

/// One buyer: its own orders, notes and invoices, and what is published for all buyers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuyerScope {
    hub: HubId,
    buyer: BuyerId,
    only_week: Option<IsoWeek>,
}

impl BuyerScope {
    pub(super) fn new(hub: HubId, buyer: BuyerId, only_week: Option<IsoWeek>) -> BuyerScope {
        BuyerScope { hub, buyer, only_week }
    }

    pub fn buyer(self) -> BuyerId {
        self.buyer
    }

    pub fn hub(self) -> HubId {
        self.hub
    }

    /// For `access::buyer` alone, which hands out nothing but this buyer's own.
    pub(super) fn place(self, week: IsoWeek) -> Result<Place, Failure> {
        within(self.only_week, week)?;
        Ok(HubScope { hub: self.hub }.at(week))
    }
}

/// One farm: its own offers, purchases, statements and payouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerScope {
    hub: HubId,
    producer: ProducerId,
    only_week: Option<IsoWeek>,
}

impl ProducerScope {
    pub(super) fn new(hub: HubId, producer: ProducerId, only_week: Option<IsoWeek>) -> Self {
        ProducerScope { hub, producer, only_week }
    }

    pub fn producer(self) -> ProducerId {
        self.producer
    }

    pub fn hub(self) -> HubId {
        self.hub
    }

    /// For `access::producer` alone, which hands out nothing but this farm's own.
    pub(super) fn place(self, week: IsoWeek) -> Result<Place, Failure> {
        within(self.only_week, week)?;
        Ok(HubScope { hub: self.hub }.at(week))
    }
}

/// A link of one week opens that week only.
fn within(only: Option<IsoWeek>, week: IsoWeek) -> Result<(), Failure> {
    match only {
        Some(own) if own != week => {
            let (own, asked) = (own.week(), week.week());
            Err(Failure::Forbidden(format!(
                "Ce lien ouvre la semaine {own} seulement : demandez celui de la semaine {asked}."
            )))
        }
        _ => Ok(()),
    }
}
