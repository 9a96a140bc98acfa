//! What somebody may see of a hub, as types. A query needs a database handle or a [`Place`], and
//! both come from a scope only: a handler that has none does not compile.

use trade::calendar::IsoWeek;
use trade::id::HubId;

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

    pub fn hub(self) -> HubId {
        self.hub
    }

    pub fn at(self, week: IsoWeek) -> Place {
        Place { hub: self.hub, week, seal: () }
    }
}

/// A week of a hub, in the hands of somebody who may see all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub hub: HubId,
    pub week: IsoWeek,
    /// Keeps other modules from making one without a scope.
    seal: (),
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
