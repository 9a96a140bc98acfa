//! Somebody of the hub's desks who looks ahead.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use db::Db;
use trade::calendar::IsoWeek;
use trade::catalog::{Labels, alphabetical};
use trade::id::ProductId;
use trade::needs::Goods;
use trade::register::Register;

use crate::access::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Caught, Fault, Fields, Web, week_of};

pub struct Desk {
    pub caught: Caught,
    pub scope: HubScope,
}

impl FromRequestParts<Arc<Web>> for Desk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Desk, Fault> {
        let caught = Caught::from_request_parts(parts, web).await?;
        let refused = || Failure::Forbidden("Cette page est celle de la plateforme.".into());
        let scope = caught.person.hub_scope().ok_or_else(refused)?;
        Ok(Desk { caught, scope })
    }
}

impl Desk {
    pub fn app(&self) -> &App {
        self.caught.app()
    }

    pub fn db(&self) -> Db {
        self.app().db(self.scope)
    }

    pub fn may_write(&self) -> bool {
        self.caught.may("anticipation", true)
    }

    /// The week that is named, or the one that matters now.
    pub async fn week(&self, named: &str) -> Result<IsoWeek, Failure> {
        match IsoWeek::parse(named) {
            Some(week) => Ok(week),
            None => week_of(&self.caught.web, &self.caught.person).await,
        }
    }

    pub async fn register(&self, week: IsoWeek) -> Result<Arc<Register>, Failure> {
        self.app().read(self.scope.at(week), |week, _| week.register().clone()).await
    }

    /// The frame of a page that belongs to no week: `week` is the one to which its head leads.
    pub async fn frame(&self, week: IsoWeek, title: &str) -> Result<Frame, Failure> {
        let person = &self.caught.person;
        let hub = mail::rows::hub_name(&self.db(), self.scope.hub()).await?;
        let frame = self.caught.frame(&hub, "", week, title);
        Ok(frame.places(person.places).administers(person.role.may("admin", false)))
    }
}

/// Goods as a form sends them: the product's code, `|`, the code of their labels.
pub fn goods_code((product, labels): Goods) -> String {
    format!("{product}|{}", labels.code())
}

/// Reads what [`goods_code`] wrote.
pub fn read_goods(fields: &Fields) -> Result<Goods, Failure> {
    let text = fields.needed("goods", "Produit")?;
    let read = text.split_once('|').and_then(|(product, labels)| {
        Some((ProductId::parse(product).ok()?, Labels::parse(labels).ok()?))
    });
    read.ok_or_else(|| Failure::Input(format!("« Produit » : « {text} » est inconnu.")))
}

/// Reads a week that a form sends by its code.
pub fn read_week(fields: &Fields, name: &str, label: &str) -> Result<IsoWeek, Failure> {
    let text = fields.needed(name, label)?;
    IsoWeek::parse(text)
        .ok_or_else(|| Failure::Input(format!("« {label} » : « {text} » ne se lit pas.")))
}

/// What goods are called.
pub fn goods_name(register: &Register, (product, labels): Goods) -> String {
    let known = register.products.get(&product);
    let name = known.map_or_else(|| product.to_string(), |product| product.name.clone());
    match labels.is_empty() {
        true => name,
        false => format!("{name} {}", fr::labels(labels)),
    }
}

/// All products without a label, and those goods with labels that `more` names, for a choice.
pub fn choices(register: &Register, more: impl Iterator<Item = Goods>) -> Vec<(String, String)> {
    let mut all: Vec<Goods> = register.products.keys().map(|&id| (id, Labels::NONE)).collect();
    all.extend(more.filter(|goods| register.products.contains_key(&goods.0)));
    all.sort_unstable();
    all.dedup();
    let choice = |goods: Goods| (goods_code(goods), goods_name(register, goods));
    let mut choices: Vec<(String, String)> = all.into_iter().map(choice).collect();
    choices.sort_by_cached_key(|(_, name)| alphabetical(name));
    choices
}

/// Weeks to choose from, by code and name.
pub fn week_choices(first: IsoWeek, count: usize) -> Vec<(String, String)> {
    let weeks = std::iter::successors(Some(first), |week| Some(week.next())).take(count);
    weeks.map(|week| (week.to_string(), fr::week_title(week))).collect()
}
