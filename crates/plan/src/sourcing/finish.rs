//! From classes back to buyers, with the report of what comes out: what a layout is judged by.

use trade::sourcing::{Aim, Report};

use super::layout::Layout;
use super::model::Model;
use super::polish::Polish;
use super::report::{Made, Sums};
use super::shares::Shares;
use super::split::split;
use super::trips::Trips;
use super::{Before, place};

/// What a layout is finished with.
pub(super) struct Finish<'a, 'b> {
    pub model: &'b Model<'a>,
    pub shares: &'b Shares,
    pub trips: &'b Trips,
    /// How far each farm is from its share when nothing but what is settled is brought.
    pub start: &'b [i64],
    /// What each want had in a plan to keep to.
    pub before: &'b Before,
    /// How far each farm may be from its share for the sake of fewer splits.
    pub near: &'b [i64],
    /// Farther from its share than this, a farm is helped.
    pub enough: i64,
    /// The most of what is served.
    pub most: Sums,
    /// The least largest deviation, in 10^-7 EUR.
    pub deviation: i64,
}

/// A layout, and the farms that bring more so that their way is worth making.
pub(super) type Mended = (Layout, Vec<bool>);

/// A plan by wants and sources.
pub(super) struct Finished<'a, 'b> {
    pub polish: Polish<'a, 'b>,
    pub filled: Vec<bool>,
    pub report: Report,
}

impl<'a, 'b> Finish<'a, 'b> {
    /// What comes of a layout, or of what it was before ways were spared: classes do not know of
    /// splits, and where these come first, no way is spared for one more.
    pub fn best(&self, mended: Mended, longer: Option<Mended>) -> Finished<'a, 'b> {
        let made = self.made(mended);
        let splits = place(self.model.task, Aim::SplitsAndTrips);
        let is_first = splits.is_some() && splits < place(self.model.task, Aim::Kilometres);
        let Some(longer) = longer.filter(|_| is_first) else { return made };
        let other = self.made(longer);
        let splits = |of: &Finished| of.report.of(Aim::SplitsAndTrips).map(|one| one.value);
        if splits(&other) < splits(&made) { other } else { made }
    }

    fn made(&self, (layout, filled): Mended) -> Finished<'a, 'b> {
        let place = |aim| place(self.model.task, aim);
        let pieces = split(self.model, &layout, self.before);
        let mut polish = Polish::new(self.model, pieces, self.shares);
        polish.few_farms();
        let fair = place(Aim::FairShare);
        // Where trips or kilometres come first, what they moved stays moved.
        let is_after = |aim| place(aim).is_none_or(|at| fair < Some(at));
        if fair.is_some() && is_after(Aim::SplitsAndTrips) && is_after(Aim::Kilometres) {
            polish.repair(self.enough);
        }
        if place(Aim::SplitsAndTrips).is_some() {
            polish.join(self.near, self.trips, self.start);
        }
        // What was moved may have made room.
        polish.few_farms();
        let made = Made {
            model: self.model,
            trips: self.trips,
            pieces: &polish.pieces.all,
            off: &polish.off,
            most: self.most,
            deviation: self.deviation,
        };
        let report = made.report();
        Finished { polish, filled, report }
    }
}
