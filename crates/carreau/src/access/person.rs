//! Somebody at a door: in which part of which hub, and until when.

use trade::calendar::IsoWeek;
use trade::id::{BuyerId, HubId, ProducerId};

use super::api_token::Leave;
use super::scope::{AdminScope, BuyerScope, HubScope, ProducerScope};

/// In what part somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Administrator,
    Coordinator,
    Dock,
    Driver,
    Accountant,
    Observer,
    Buyer(BuyerId),
    /// A buyer that is also offered what is left over.
    FoodAid(BuyerId),
    Producer(ProducerId),
}

/// The desks of a hub itself, for lists of choices.
pub const DESKS: [Role; 6] = [
    Role::Administrator,
    Role::Coordinator,
    Role::Dock,
    Role::Driver,
    Role::Accountant,
    Role::Observer,
];

impl Role {
    /// `coordinator`, `dock`…: the word alone, without the party.
    pub fn word(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Coordinator => "coordinator",
            Role::Dock => "dock",
            Role::Driver => "driver",
            Role::Accountant => "accountant",
            Role::Observer => "observer",
            Role::Buyer(_) => "buyer",
            Role::FoodAid(_) => "food-aid",
            Role::Producer(_) => "producer",
        }
    }

    /// The buyer or farm for which somebody acts; empty for the hub's own desks.
    pub fn party(self) -> String {
        match self {
            Role::Buyer(buyer) | Role::FoodAid(buyer) => buyer.to_string(),
            Role::Producer(producer) => producer.to_string(),
            _ => String::new(),
        }
    }

    /// `coordinator`, `buyer.0340005W`…; reads back by [`Role::parse`].
    pub fn code(self) -> String {
        match self.party() {
            none if none.is_empty() => self.word().to_string(),
            party => format!("{}.{party}", self.word()),
        }
    }

    pub fn parse(code: &str) -> Option<Role> {
        let (word, party) = code.split_once('.').unwrap_or((code, ""));
        Role::of(word, party)
    }

    /// The role from its word and party.
    pub fn of(word: &str, party: &str) -> Option<Role> {
        let desk = DESKS.into_iter().find(|desk| desk.word() == word && party.is_empty());
        desk.or_else(|| match word {
            "buyer" => BuyerId::parse(party).ok().map(Role::Buyer),
            "food-aid" => BuyerId::parse(party).ok().map(Role::FoodAid),
            "producer" => ProducerId::parse(party).ok().map(Role::Producer),
            _ => None,
        })
    }

    /// What the role is called on a page.
    pub fn name(self) -> &'static str {
        match self {
            Role::Administrator => "Administration",
            Role::Coordinator => "Coordination",
            Role::Dock => "Quai",
            Role::Driver => "Livraison",
            Role::Accountant => "Comptabilité",
            Role::Observer => "Observation",
            Role::Buyer(_) => "Acheteur",
            Role::FoodAid(_) => "Aide alimentaire",
            Role::Producer(_) => "Ferme",
        }
    }

    /// True for those who work for the hub itself.
    pub fn is_desk(self) -> bool {
        self.party().is_empty()
    }

    /// The steps that the role sees, in week order, by their name in addresses.
    pub fn steps(self) -> &'static [&'static str] {
        match self {
            Role::Administrator | Role::Coordinator | Role::Observer => &[
                "needs",
                "offers",
                "mercuriale",
                "orders",
                "sourcing",
                "dock",
                "rounds",
                "billing",
                "impact",
            ],
            Role::Buyer(_) => &["price-list", "my-orders"],
            Role::FoodAid(_) => &["surplus", "price-list", "my-orders"],
            Role::Producer(_) => &["my-offers"],
            Role::Dock => &["sourcing", "dock", "rounds"],
            Role::Driver => &["rounds"],
            Role::Accountant => &["billing", "impact"],
        }
    }

    /// True when the role may look at (or, with `writes`, change) the pages of a place: a step of
    /// the week, or a part of the site outside of it.
    pub fn may(self, place: &str, writes: bool) -> bool {
        match (self, place) {
            // One's own account, and leaving.
            (_, "account") => true,
            (Role::Administrator, _) => !OWN_PAGES.contains(&place) || !writes,
            (_, "admin") => false,
            // Everybody looks for what is theirs: see `access::finding`.
            (_, "search") => !writes,
            // The door for programs asks each of its acts for its own right.
            (_, "api") => true,
            (Role::Coordinator, _) => !OWN_PAGES.contains(&place) || !writes,
            (_, "mail") => false,
            (Role::Observer, _) => !writes,
            (Role::Buyer(_) | Role::FoodAid(_) | Role::Producer(_), _) => {
                self.steps().contains(&place)
            }
            // The books of all weeks, for who writes those of one.
            (Role::Accountant, "accounts") => true,
            (Role::Dock, _) if writes => place == "dock",
            (Role::Dock | Role::Driver | Role::Accountant, _) => {
                self.steps().contains(&place) || (!writes && place == "price-list")
            }
        }
    }
}

/// Pages of one buyer or one farm: nobody else acts on them.
const OWN_PAGES: [&str; 3] = ["my-orders", "my-offers", "surplus"];

/// Somebody who came in, as their session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Empty for a farm that came by its link: nobody asked for a name.
    pub id: String,
    pub name: String,
    pub hub: HubId,
    pub role: Role,
    /// Came by a link of one week: only that week.
    pub only_week: Option<IsoWeek>,
    /// How many places the person has, in all hubs: with several, one switches.
    pub places: i64,
    /// Stands in every form of this session, and in none of another.
    pub form_token: String,
    /// A program asks for this person, who gave it leave to this; `None`: the person themself.
    pub leave: Option<Vec<Leave>>,
}

impl Person {
    /// How facts are signed.
    pub fn signature(&self) -> String {
        match (self.name.as_str(), self.role) {
            ("", Role::Buyer(buyer) | Role::FoodAid(buyer)) => format!("acheteur {buyer}"),
            ("", Role::Producer(producer)) => format!("ferme {producer}"),
            ("", role) => role.name().to_lowercase(),
            (name, _) => name.to_string(),
        }
    }

    /// What a program was given leave to; people themselves need none.
    pub fn has_leave(&self, to: Leave) -> bool {
        self.leave.as_ref().is_none_or(|leave| leave.contains(&to))
    }

    /// People, keys and settings of the hub, for its administrator; never for a program.
    pub fn admin_scope(&self) -> Option<AdminScope> {
        let is_theirs = self.role == Role::Administrator && self.leave.is_none();
        is_theirs.then(|| AdminScope::new(self.hub))
    }

    /// The whole hub, for its own desks.
    pub fn hub_scope(&self) -> Option<HubScope> {
        self.role.is_desk().then(|| HubScope::of_desk(self.hub))
    }

    pub fn buyer_scope(&self) -> Option<BuyerScope> {
        match self.role {
            Role::Buyer(buyer) | Role::FoodAid(buyer) => {
                Some(BuyerScope::new(self.hub, buyer, self.only_week))
            }
            _ => None,
        }
    }

    pub fn producer_scope(&self) -> Option<ProducerScope> {
        match self.role {
            Role::Producer(producer) => {
                Some(ProducerScope::new(self.hub, producer, self.only_week))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_reads_back() {
        let buyer = BuyerId::parse("0340005W").expect("a code");
        let farm = ProducerId::parse("figuiers").expect("a code");
        let own = [Role::Buyer(buyer), Role::FoodAid(buyer), Role::Producer(farm)];
        for role in DESKS.into_iter().chain(own) {
            assert_eq!(Role::parse(&role.code()), Some(role));
        }
        for code in ["", "buyer", "coordinator.x", "king", "buyer.<b>"] {
            assert_eq!(Role::parse(code), None, "{code}");
        }
    }
}
