//! The frame of a page of a week, filled for whoever looks.

use trade::Week;
use trade::calendar::IsoWeek;

use super::Role;
use super::visit::{AidVisit, Asked, BuyerVisit, Caught, ListVisit, ProducerVisit, Visit};
use crate::access::aid::AidWeek;
use crate::access::buyer::BuyerWeek;
use crate::access::producer::ProducerWeek;
use crate::clock;
use crate::glance::states;
use crate::ui::frame::{Frame, Notice, Step, StepState, steps};

impl Visit {
    /// The frame of a page: `page` is what follows the week in its address.
    pub fn frame(&self, week: &Week, page: &str, title: &str) -> Frame {
        let known = states(week, &week.check(), clock::now());
        let state = |slug: &str| {
            let found = known.iter().find(|(name, _)| *name == slug);
            found.map(|(_, state)| *state)
        };
        let hub = &week.register().hub.identity.name;
        let mut frame = framed(self, hub, self.place.week, page, title, state);
        // The week at a glance is the hub's; the others begin at their own first page.
        let role = self.person.role;
        if !role.may("glance", false)
            && let Some(bar) = &mut frame.week
        {
            bar.href = self.href(role.steps().first().copied().unwrap_or_default());
        }
        frame
    }
}

impl Caught {
    /// The frame of a page outside the weeks, with the way back to the pages of one. `party`: for
    /// whom the person acts; empty for a desk.
    pub fn frame(&self, hub: &str, party: &str, week: IsoWeek, title: &str) -> Frame {
        let role = self.person.role;
        let first = match role.may("glance", false) {
            true => "",
            false => role.steps().first().copied().unwrap_or_default(),
        };
        let name = if party.is_empty() { &self.person.name } else { party };
        let frame = Frame::new(title, hub)
            .in_week(week, first)
            .steps(steps(week, role.steps(), "", |_| None))
            .seen_by(name, role.name(), "/account")
            .demo(self.app().is_demo)
            .tell_all(self.said.as_ref().map(Notice::done));
        first_page(frame, week, first)
    }

    /// The frame of a desk's page that belongs to no week: its tabs by address and name, `here` the
    /// address of the one that is open, and the way back to the week.
    pub fn desk_frame(&self, hub: String, tabs: &[(&str, &str)], here: &str, title: &str) -> Frame {
        let step = |(href, name): &(&str, &str)| Step {
            number: None,
            name: (*name).into(),
            href: (*href).into(),
            state: None,
            is_here: *href == here,
            note: String::new(),
        };
        Frame::new(title, hub)
            .steps(tabs.iter().map(step).collect())
            .seen_by(&self.person.name, self.person.role.name(), "/account")
            .places(self.person.places)
            .beside("/", "La semaine")
            .demo(self.app().is_demo)
            .tell_all(self.said.as_ref().map(Notice::done))
    }
}

/// The week's name in the bar leads to the page on which the role begins.
fn first_page(mut frame: Frame, week: IsoWeek, first: &str) -> Frame {
    if let Some(bar) = &mut frame.week {
        bar.href = format!("/weeks/{week}/{first}").trim_end_matches('/').into();
    }
    frame
}

impl BuyerVisit {
    /// The frame of a buyer's page.
    pub fn frame(&self, week: BuyerWeek<'_>, page: &str, title: &str) -> Frame {
        let hub = &week.hub().identity.name;
        let frame = framed(self, hub, self.week, page, title, |_| None);
        own(frame, self, &week.own().identity.name)
    }
}

impl ListVisit {
    /// The frame of the published list for one buyer: its own pages around it.
    pub fn own_frame(&self, week: BuyerWeek<'_>, title: &str) -> Frame {
        let hub = &week.hub().identity.name;
        let frame = framed(self, hub, self.week, "price-list", title, |_| None);
        own(frame, self, &week.own().identity.name)
    }

    /// The same for all desks alike, which share one page: nobody is named on it.
    pub fn shared_frame(&self, hub: &str, title: &str) -> Frame {
        let frame = Frame::new(title, hub).in_week(self.week, "price-list");
        first_page(frame.demo(self.app().is_demo), self.week, "price-list")
    }
}

impl AidVisit {
    /// The frame of a page of food aid.
    pub fn frame(&self, week: AidWeek<'_>, title: &str) -> Frame {
        let hub = &week.hub().identity.name;
        let frame = framed(self, hub, self.week, "surplus", title, |_| None);
        own(frame, self, &week.own().identity.name)
    }
}

impl ProducerVisit {
    /// The frame of a farm's page.
    pub fn frame(&self, week: ProducerWeek<'_>, page: &str, title: &str) -> Frame {
        let hub = &week.hub().identity.name;
        let frame = framed(self, hub, self.week, page, title, |_| None);
        own(frame, self, &week.own().identity.name)
    }
}

fn framed(
    asked: &Asked,
    hub: &str,
    week: IsoWeek,
    page: &str,
    title: &str,
    state: impl Fn(&str) -> Option<StepState>,
) -> Frame {
    let role = asked.person.role;
    let here = page.split('/').next().unwrap_or_default();
    let is_demo = asked.app().is_demo;
    let frame = Frame::new(title, hub)
        .in_week(week, here)
        .steps(steps(week, role.steps(), here, state))
        .seen_by(&asked.person.name, role.name(), "/account")
        .places(asked.person.places)
        .administers(role.may("admin", false))
        .demo(is_demo);
    let frame = match role {
        Role::Accountant => frame.beside("/accounts", "Comptabilité"),
        _ => frame,
    };
    match &asked.said {
        Some(said) => frame.tell(Notice::done(said)),
        None => frame,
    }
}

/// Pages of a buyer or a farm carry its name, and begin at its own first page.
fn own(mut frame: Frame, asked: &Asked, party: &str) -> Frame {
    let role = asked.person.role;
    frame = frame.seen_by(party, role.name(), "/account").places(asked.person.places);
    if let Some(bar) = &mut frame.week {
        bar.href = asked.href(role.steps().first().copied().unwrap_or_default());
    }
    frame
}
