//! Who looks at a page.
//!
//! Until there are accounts, the site answers this machine only: in the demonstration anybody may
//! enter as anybody, elsewhere the person at the keyboard is the coordinator.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use trade::id::{BuyerId, ProducerId};

/// In what part somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Coordinator,
    Buyer(BuyerId),
    Producer(ProducerId),
    Dock,
    Driver,
    Accountant,
    Observer,
}

/// Somebody in a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub role: Role,
}

/// The cookie that says as whom one entered the demonstration.
pub const COOKIE_NAME: &str = "carreau-as";

impl Role {
    /// `coordinator`, `buyer.0340005W`…; reads back by [`Role::parse`].
    pub fn code(self) -> String {
        match self {
            Role::Coordinator => "coordinator".into(),
            Role::Buyer(buyer) => format!("buyer.{buyer}"),
            Role::Producer(producer) => format!("producer.{producer}"),
            Role::Dock => "dock".into(),
            Role::Driver => "driver".into(),
            Role::Accountant => "accountant".into(),
            Role::Observer => "observer".into(),
        }
    }

    pub fn parse(code: &str) -> Option<Role> {
        Some(match code {
            "coordinator" => Role::Coordinator,
            "dock" => Role::Dock,
            "driver" => Role::Driver,
            "accountant" => Role::Accountant,
            "observer" => Role::Observer,
            other => match other.split_once('.')? {
                ("buyer", code) => Role::Buyer(BuyerId::parse(code).ok()?),
                ("producer", code) => Role::Producer(ProducerId::parse(code).ok()?),
                _ => return None,
            },
        })
    }

    /// What the role is called on a page.
    pub fn name(self) -> &'static str {
        match self {
            Role::Coordinator => "Coordination",
            Role::Buyer(_) => "Acheteur",
            Role::Producer(_) => "Ferme",
            Role::Dock => "Quai",
            Role::Driver => "Livraison",
            Role::Accountant => "Comptabilité",
            Role::Observer => "Observation",
        }
    }

    /// The steps that the role sees, in week order, by their name in addresses.
    pub fn steps(self) -> &'static [&'static str] {
        match self {
            Role::Coordinator | Role::Observer => &[
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
            Role::Producer(_) => &["my-offers"],
            Role::Dock => &["sourcing", "dock", "rounds"],
            Role::Driver => &["rounds"],
            Role::Accountant => &["billing", "impact"],
        }
    }

    /// True when the role may look at (or, with `writes`, change) the pages of a step.
    pub fn may(self, step: &str, writes: bool) -> bool {
        match self {
            Role::Coordinator => true,
            // Letters name people, and what one of them pays.
            Role::Observer => !writes && step != "mail",
            Role::Buyer(_) | Role::Producer(_) => self.steps().contains(&step),
            Role::Dock => match writes {
                true => step == "dock",
                false => self.steps().contains(&step) || step == "price-list",
            },
            Role::Driver | Role::Accountant => {
                self.steps().contains(&step) || (!writes && step == "price-list")
            }
        }
    }
}

impl Person {
    /// Who sends a request. In the demonstration the cookie tells; nobody without it.
    pub fn of(headers: &HeaderMap, is_demo: bool) -> Option<Person> {
        if !is_demo {
            return Some(Person { role: Role::Coordinator });
        }
        let code = cookie(headers, COOKIE_NAME)?;
        Role::parse(&code).map(|role| Person { role })
    }

    /// How facts are signed.
    pub fn signature(self) -> String {
        match self.role {
            Role::Buyer(buyer) => format!("acheteur {buyer}"),
            Role::Producer(producer) => format!("ferme {producer}"),
            role => role.name().to_lowercase(),
        }
    }
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_string())
}
