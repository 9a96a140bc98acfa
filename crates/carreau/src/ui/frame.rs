//! The frame of a page: whose hub, which week, which step, who looks, what was just said.
//!
//! Every page template holds a `frame: Frame` and extends `base.html`, which draws it.

use trade::calendar::IsoWeek;

use super::fr;

/// The nine steps of the week in their order, by their name in addresses and in French.
pub const STEPS: [(&str, &str); 9] = [
    ("needs", "Besoins"),
    ("offers", "Offres"),
    ("mercuriale", "Mercuriale"),
    ("orders", "Commandes"),
    ("sourcing", "Achats"),
    ("dock", "Quai"),
    ("rounds", "Tournées"),
    ("billing", "Facturation"),
    ("impact", "Impact"),
];

/// Pages of buyers and farms, which see no other step.
const OWN_PAGES: [(&str, &str); 4] = [
    ("price-list", "Mercuriale"),
    ("my-orders", "Mes commandes"),
    ("my-offers", "Mes offres"),
    ("surplus", "Surplus"),
];

/// How far a step of the week has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Done,
    Current,
    Late,
    ToCome,
}

impl StepState {
    /// The class that draws it.
    pub fn class(self) -> &'static str {
        match self {
            StepState::Done => "done",
            StepState::Current => "current",
            StepState::Late => "late",
            StepState::ToCome => "to-come",
        }
    }

    /// What it is called: colour never says anything alone.
    pub fn word(self) -> &'static str {
        match self {
            StepState::Done => "fait",
            StepState::Current => "en cours",
            StepState::Late => "en retard",
            StepState::ToCome => "à venir",
        }
    }
}

/// One entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 1 to 9 for a step of the week; `None` for another page.
    pub number: Option<usize>,
    pub name: String,
    pub href: String,
    pub state: Option<StepState>,
    /// True on the page that is shown.
    pub is_here: bool,
    /// A few words instead of the state: `avant 12 h 00`. Empty: the state is said.
    pub note: String,
}

impl Step {
    /// A step by its name in addresses; an unknown name is shown as it is.
    pub fn new(week: IsoWeek, slug: &str, here: &str, state: Option<StepState>) -> Step {
        let number = STEPS.iter().position(|(name, _)| *name == slug).map(|at| at + 1);
        let mut known = STEPS.iter().chain(&OWN_PAGES);
        let name = known.find(|(name, _)| *name == slug).map_or(slug, |(_, french)| french);
        Step {
            number,
            name: name.into(),
            href: format!("/weeks/{week}/{slug}"),
            state,
            is_here: slug == here,
            note: String::new(),
        }
    }

    pub fn note(mut self, note: impl Into<String>) -> Step {
        self.note = note.into();
        self
    }

    /// All classes of the entry.
    pub fn class(&self) -> String {
        let state = self.state.map_or("plain", StepState::class);
        if self.is_here { format!("{state} here") } else { state.into() }
    }

    /// What stands under the name: the note, else the state.
    pub fn said(&self) -> &str {
        match self.state {
            Some(state) if self.note.is_empty() => state.word(),
            _ => &self.note,
        }
    }
}

/// The steps that a role sees (by their names in addresses), each in the state that `state` knows.
pub fn steps(
    week: IsoWeek,
    slugs: &[&str],
    here: &str,
    state: impl Fn(&str) -> Option<StepState>,
) -> Vec<Step> {
    slugs.iter().map(|slug| Step::new(week, slug, here, state(slug))).collect()
}

/// The week shown and the same page one week before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekBar {
    /// `Semaine 48 · 23–29 nov. 2026`.
    pub label: String,
    /// `2026-W48`.
    pub code: String,
    /// The week at a glance.
    pub href: String,
    pub previous_href: String,
    pub previous_label: String,
    pub next_href: String,
    pub next_label: String,
}

impl WeekBar {
    /// `page` is what follows the week in the address: `mercuriale`, or nothing.
    pub fn new(week: IsoWeek, page: &str) -> WeekBar {
        let href = |week: IsoWeek| format!("/weeks/{week}/{page}").trim_end_matches('/').into();
        let (previous, next) = (week.previous(), week.next());
        WeekBar {
            label: fr::week_title(week),
            code: week.to_string(),
            href: format!("/weeks/{week}"),
            previous_href: href(previous),
            previous_label: format!("Semaine {}", previous.week()),
            next_href: href(next),
            next_label: format!("Semaine {}", next.week()),
        }
    }
}

/// Who looks at the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// A farm, a buyer, or a person; empty when the role says enough.
    pub name: String,
    pub role: String,
    /// Where one changes role; empty: one cannot.
    pub switch_href: String,
    /// Places to switch between, in all hubs.
    pub places: i64,
    /// The way to another part of the site, and what it is called; both empty without.
    pub beside: (&'static str, &'static str),
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something is good to know.
    Known,
    /// Something changed or needs a look.
    Changed,
    /// Something is wrong or late.
    Wrong,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Done => "done",
            Tone::Known => "known",
            Tone::Changed => "changed",
            Tone::Wrong => "wrong",
        }
    }

    /// What assistive technology does with it: a fault interrupts, the rest waits.
    pub fn aria(self) -> &'static str {
        if self == Tone::Wrong { "alert" } else { "status" }
    }
}

/// The form that takes an act back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    pub action: String,
    pub label: String,
    /// Hidden fields, by name and value.
    pub fields: Vec<(String, String)>,
}

/// A sentence at the head of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub tone: Tone,
    pub text: String,
    /// Further sentences, one a line.
    pub items: Vec<String>,
    pub undo: Option<Undo>,
}

impl Notice {
    pub fn new(tone: Tone, text: impl Into<String>) -> Notice {
        let text = fr::typeset(&text.into());
        Notice { tone, text, items: Vec::new(), undo: None }
    }

    pub fn done(text: impl Into<String>) -> Notice {
        Notice::new(Tone::Done, text)
    }

    pub fn known(text: impl Into<String>) -> Notice {
        Notice::new(Tone::Known, text)
    }

    pub fn changed(text: impl Into<String>) -> Notice {
        Notice::new(Tone::Changed, text)
    }

    pub fn wrong(text: impl Into<String>) -> Notice {
        Notice::new(Tone::Wrong, text)
    }

    pub fn items(mut self, items: Vec<String>) -> Notice {
        self.items = items.iter().map(|item| fr::typeset(item)).collect();
        self
    }

    pub fn undo(mut self, action: &str, fields: Vec<(String, String)>) -> Notice {
        self.undo = Some(Undo { action: action.into(), label: "Annuler".into(), fields });
        self
    }
}

/// What every page holds besides its own matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub title: String,
    /// A line under the title; empty without.
    pub subtitle: String,
    pub hub: String,
    pub week: Option<WeekBar>,
    pub steps: Vec<Step>,
    pub who: Option<Who>,
    pub is_demo: bool,
    /// Dark ground and big letters, for the dock at four in the morning.
    pub is_night: bool,
    /// The page of what was found: it has the box itself.
    pub is_search: bool,
    pub notices: Vec<Notice>,
}

impl Frame {
    /// A page outside any week, for nobody in particular.
    pub fn new(title: impl Into<String>, hub: impl Into<String>) -> Frame {
        Frame {
            title: title.into(),
            subtitle: String::new(),
            hub: hub.into(),
            week: None,
            steps: Vec::new(),
            who: None,
            is_demo: false,
            is_night: false,
            is_search: false,
            notices: Vec::new(),
        }
    }

    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Frame {
        self.subtitle = subtitle.into();
        self
    }

    /// `page` is what follows the week in the address: the week switcher keeps it.
    pub fn in_week(mut self, week: IsoWeek, page: &str) -> Frame {
        self.week = Some(WeekBar::new(week, page));
        self
    }

    pub fn steps(mut self, steps: Vec<Step>) -> Frame {
        self.steps = steps;
        self
    }

    /// `switch_href` is empty where one cannot change role.
    pub fn seen_by(mut self, name: &str, role: &str, switch_href: &str) -> Frame {
        let (name, role) = (name.to_string(), role.to_string());
        let switch_href = switch_href.into();
        self.who = Some(Who { name, role, switch_href, places: 1, beside: ("", "") });
        self
    }

    /// After [`Frame::seen_by`]: how many places whoever looks has.
    pub fn places(mut self, places: i64) -> Frame {
        if let Some(who) = &mut self.who {
            who.places = places;
        }
        self
    }

    /// After [`Frame::seen_by`]: the way to another part of the site. One that is called as the
    /// role stands in its place: the same word twice side by side says less.
    pub fn beside(mut self, href: &'static str, name: &'static str) -> Frame {
        if let Some(who) = &mut self.who {
            who.beside = (href, name);
            if who.role == name && !who.name.is_empty() {
                who.role.clear();
            }
        }
        self
    }

    /// After [`Frame::seen_by`]: the way to the administrator's desk, for who has it.
    pub fn administers(self, administers: bool) -> Frame {
        if administers { self.beside("/admin", "Administration") } else { self }
    }

    pub fn demo(mut self, is_demo: bool) -> Frame {
        self.is_demo = is_demo;
        self
    }

    pub fn night(mut self) -> Frame {
        self.is_night = true;
        self
    }

    pub fn at_search(mut self) -> Frame {
        self.is_search = true;
        self
    }

    pub fn tell(mut self, notice: Notice) -> Frame {
        self.notices.push(notice);
        self
    }

    pub fn tell_all(mut self, notices: impl IntoIterator<Item = Notice>) -> Frame {
        self.notices.extend(notices);
        self
    }

    /// True when the entries are steps of the week, drawn as one ruler.
    pub fn has_ruler(&self) -> bool {
        self.steps.iter().any(|step| step.number.is_some())
    }

    /// What the window is called.
    pub fn window_title(&self) -> String {
        match &self.week {
            Some(week) => {
                let label = week.label.split(" · ").next().unwrap_or_default().to_lowercase();
                format!("{}, {label} · {}", self.title, self.hub)
            }
            None => format!("{} · {}", self.title, self.hub),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week() -> IsoWeek {
        IsoWeek::new(2026, 48).expect("a week")
    }

    #[test]
    fn the_switcher_keeps_the_page_over_new_year() {
        let last = IsoWeek::new(2026, 53).expect("a long year");
        let bar = WeekBar::new(last, "mercuriale");
        assert_eq!(bar.previous_href, "/weeks/2026-W52/mercuriale");
        assert_eq!(bar.next_href, "/weeks/2027-W01/mercuriale");
        assert_eq!(WeekBar::new(week(), "").next_href, "/weeks/2026-W49");
        assert_eq!(WeekBar::new(week(), "").label, "Semaine\u{a0}48 · 23–29 nov. 2026");
    }

    #[test]
    fn steps_know_their_number_and_where_we_are() {
        let slugs = ["sourcing", "dock"];
        let state =
            |slug: &str| Some(if slug == "dock" { StepState::Late } else { StepState::Done });
        let steps = steps(week(), &slugs, "dock", state);
        assert_eq!((steps[0].number, steps[0].name.as_str()), (Some(5), "Achats"));
        assert_eq!(steps[0].class(), "done");
        assert_eq!((steps[1].class().as_str(), steps[1].said()), ("late here", "en retard"));
        assert_eq!(steps[1].href, "/weeks/2026-W48/dock");
        let own = Step::new(week(), "my-offers", "", None);
        assert_eq!((own.number, own.name.as_str(), own.said()), (None, "Mes offres", ""));
    }

    #[test]
    fn a_way_that_is_called_as_the_role_is_said_once() {
        let role = |role: &str, name: &'static str| {
            let frame = Frame::new("Quai", "Hub").seen_by("Mireille", role, "").beside("/x", name);
            frame.who.map(|who| who.role).unwrap_or_default()
        };
        assert_eq!(role("Comptabilité", "Comptabilité"), "");
        assert_eq!(role("Administration", "La semaine"), "Administration");
    }

    #[test]
    fn the_window_says_page_week_and_hub() {
        let frame = Frame::new("Quai", "Hub").in_week(week(), "dock");
        assert_eq!(frame.window_title(), "Quai, semaine\u{a0}48 · Hub");
        assert_eq!(Frame::new("Entrer", "Hub").window_title(), "Entrer · Hub");
    }
}
