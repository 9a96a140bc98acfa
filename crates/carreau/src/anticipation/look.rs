//! The weeks ahead as they stand now: what is foreseen, what food aid was told of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use trade::Denial;
use trade::calendar::IsoWeek;
use trade::needs::{AHEAD_WEEKS, MEMORY_WEEKS};
use trade::offers::forewarning::{ExcessLine, Forewarning, forewarn, forewarn_all};
use trade::offers::outlook::{Outlook, outlook};
use trade::register::Register;

use super::desk::Desk;
use super::rows::{self, Told};
use crate::failure::Failure;
use crate::mail::Foretold;
use crate::needs::foreseen::foreseen;
use crate::{clock, denied};

pub struct Ahead {
    /// The week from which one looks.
    pub week: IsoWeek,
    pub weeks: Vec<IsoWeek>,
    /// Those of them whose lists are out.
    pub published: Vec<IsoWeek>,
    pub register: Arc<Register>,
    pub found: Vec<Outlook>,
    told: BTreeMap<ExcessLine, Told>,
}

impl Ahead {
    /// Looks ahead from the week that is named, or from the one that matters now.
    pub async fn of(desk: &Desk, named: &str) -> Result<Ahead, Failure> {
        let week = desk.week(named).await?;
        let weeks = std::iter::successors(Some(week.next()), |week| Some(week.next()));
        let weeks: Vec<IsoWeek> = weeks.take(AHEAD_WEEKS).collect();
        let known = if is_over(desk, week).await? { week } else { week.previous() };
        let needs = foreseen(desk.app(), desk.scope, known, weeks.clone()).await?;
        let first = known.monday().plus_days(-7 * (MEMORY_WEEKS - 1)).week();
        let last = weeks.last().copied().unwrap_or(week);
        let (db, hub) = (desk.db(), desk.scope.hub());
        let offers = rows::offers(&db, hub, (first, last)).await?;
        let told = rows::told(&db, hub, (week, last)).await?;
        let published = rows::published(&db, hub, (week, last)).await?;
        let register = desk.register(week).await?;
        let found = outlook(&register, &needs, &offers, known, &weeks);
        let told = told.into_iter().map(|one| (one.what.line(), one)).collect();
        Ok(Ahead { week, weeks, published, register, found, told })
    }

    /// What food aid was told of some goods in a week.
    pub fn told(&self, line: ExcessLine) -> Option<&Told> {
        self.told.get(&line)
    }

    /// Whether food aid may be told of some goods in a week.
    pub fn may_tell(&self, line: ExcessLine) -> bool {
        forewarn(&self.found, &self.before(), clock::today().week(), line).is_ok()
    }

    /// What food aid is told of these, all or none, beside what it was told before.
    pub fn tell(&self, lines: &[ExcessLine]) -> Result<Vec<Foretold>, Failure> {
        let now = clock::today().week();
        let told = forewarn_all(&self.found, &self.before(), now, lines);
        let refused =
            |denial: Denial| Failure::Told(vec![denied::sentence_with(&denial, &*self.register)]);
        let before =
            |what: &Forewarning| self.told(what.line()).map(|told| (told.what.quantity, told.at));
        let foretold = |what: Forewarning| Foretold { what, before: before(&what) };
        Ok(told.map_err(refused)?.into_iter().map(foretold).collect())
    }

    fn before(&self) -> Vec<Forewarning> {
        self.told.values().map(|one| one.what).collect()
    }
}

/// Whether all orders of a week are there: its list is out, and each of its days is closed.
async fn is_over(desk: &Desk, week: IsoWeek) -> Result<bool, Failure> {
    desk.app()
        .read(desk.scope.at(week), |week, _| {
            let days = week.publication().map(|publication| &publication.days);
            days.is_some_and(|days| days.iter().all(|one| week.closing(one.day).is_some()))
        })
        .await
}
