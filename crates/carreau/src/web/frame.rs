//! The frame of a page of a week, filled for whoever looks.

use trade::Week;

use super::{Role, Visit};
use crate::clock;
use crate::glance::states;
use crate::ui::frame::{Frame, Notice, steps};

impl Visit {
    /// The frame of a page: `page` is what follows the week in its address.
    pub fn frame(&self, week: &Week, page: &str, title: &str) -> Frame {
        let register = week.register();
        let role = self.person.role;
        let known = states(week, &week.check(), clock::now());
        let state = |slug: &str| {
            let found = known.iter().find(|(name, _)| *name == slug);
            found.map(|(_, state)| *state)
        };
        let name = match role {
            Role::Buyer(buyer) => register.buyers.get(&buyer).map(|one| one.identity.name.clone()),
            Role::Producer(farm) => {
                register.producers.get(&farm).map(|one| one.identity.name.clone())
            }
            _ => None,
        };
        let here = page.split('/').next().unwrap_or_default();
        let is_demo = self.app().is_demo;
        let switch = if is_demo { "/enter" } else { "" };
        let mut frame = Frame::new(title, &register.hub.identity.name)
            .in_week(self.place.week, here)
            .steps(steps(self.place.week, role.steps(), here, state))
            .seen_by(&name.unwrap_or_default(), role.name(), switch)
            .demo(is_demo);
        // The week at a glance is the hub's; the others begin at their own first page.
        if !role.may("glance", false)
            && let Some(bar) = &mut frame.week
        {
            bar.href = self.href(role.steps().first().copied().unwrap_or_default());
        }
        match &self.said {
            Some(said) => frame.tell(Notice::done(said)),
            None => frame,
        }
    }
}
