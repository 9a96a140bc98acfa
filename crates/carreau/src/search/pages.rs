//! The page of what was found, kind by kind.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::calendar::IsoWeek;
use trade::id::ProductId;

use super::index::Kind;
use super::told::{Told, ToldGroup};
use super::words::Question;
use crate::access::Role;
use crate::access::finding::Prices;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::forms::encoded;
use crate::web::{Answer, Caught, html, week_of};

/// Of each kind at first, and of one kind when all of it is asked for.
const FIRST: usize = 6;
const MOST: usize = 60;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    week: String,
    #[serde(default)]
    kind: String,
}

/// A line of the page.
struct Row {
    href: String,
    title: String,
    detail: String,
    figure: String,
    phone: String,
}

struct Part {
    name: &'static str,
    rows: Vec<Row>,
    /// How many there are beyond those shown, and where.
    more: usize,
    more_href: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    asked: String,
    week: String,
    parts: Vec<Part>,
    /// Words that were left out, as they stand between quotation marks.
    without: String,
    is_asked: bool,
    /// What can be looked for, in the words of whoever asks.
    hint: &'static str,
    example: &'static str,
}

/// `GET /search?q=…`
pub async fn search(caught: Caught, Query(asked): Query<Asked>) -> Answer {
    let person = &caught.person;
    let finding = person.finding();
    let week = match (person.only_week, IsoWeek::parse(&asked.week)) {
        (Some(only), _) => only,
        (None, Some(week)) => week,
        (None, None) => week_of(&caught.web, person).await?,
    };
    let (hub, party) = finding.names(caught.app(), week).await?;
    let question = Question::of(&asked.q);
    let only = Kind::parse(&asked.kind);
    let most = if only.is_some() { MOST } else { FIRST };
    let prices = finding.prices(caught.app(), week).await?;
    let found = finding.find(caught.app(), week, &question, &prices, most, only).await?;
    let address =
        |kind: Kind| format!("/search?q={}&week={week}&kind={}", encoded(&asked.q), kind.code());
    let role = person.role;
    let without = found.without.join(" », « ");
    let parts = found.groups.into_iter().map(|group| part(group, role, week, &prices, address));
    let (hint, example) = hint(role);
    html(&SearchPage {
        frame: caught.frame(&hub, &party, week, "Recherche").at_search(),
        asked: asked.q.trim().to_string(),
        week: week.to_string(),
        parts: parts.collect(),
        without,
        is_asked: !question.is_empty(),
        hint,
        example,
    })
}

fn hint(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Buyer(_) | Role::FoodAid(_) => (
            "Un produit de la mercuriale, une commande, un bon de livraison, une facture, un \
             numéro d'engagement.",
            "carotte, F2026-000123, 24/11",
        ),
        Role::Producer(_) => {
            ("Un produit, un lot, un bon de commande, un relevé.", "carotte, lot, 24/11")
        }
        Role::Administrator | Role::Coordinator => (
            "Un produit, une ferme, un acheteur, une personne, une commande, un lot, un bon de \
             livraison, une facture, un téléphone.",
            "carottes figuiers, commande 128, F2026-000123, 24/11",
        ),
        _ => (
            "Un produit, une ferme, un acheteur, une commande, un lot, un bon de livraison, une \
             facture, un téléphone.",
            "carottes figuiers, commande 128, F2026-000123, 24/11",
        ),
    }
}

fn part(
    group: ToldGroup,
    role: Role,
    week: IsoWeek,
    prices: &Prices,
    address: impl Fn(Kind) -> String,
) -> Part {
    let ToldGroup { kind, count, hits } = group;
    let more = count.saturating_sub(hits.len());
    let rows = hits.into_iter().map(|hit| row(hit, role, week, prices)).collect();
    Part { name: name(kind), rows, more, more_href: address(kind) }
}

fn row(hit: Told, role: Role, week: IsoWeek, prices: &Prices) -> Row {
    let href = href(&hit, role, week);
    let figure = match hit.kind {
        Kind::Product => {
            let price = ProductId::parse(&hit.code).ok().and_then(|id| prices.get(&id)).cloned();
            let is_farm = matches!(role, Role::Producer(_));
            price.unwrap_or_else(|| if is_farm { "" } else { "hors mercuriale" }.into())
        }
        _ => hit.figure,
    };
    Row { href, title: hit.title, detail: hit.detail, figure, phone: hit.phone }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Product => "Produits",
        Kind::Farm => "Fermes",
        Kind::Buyer => "Acheteurs",
        Kind::Site => "Sites de livraison",
        Kind::Person => "Personnes",
        Kind::Order => "Commandes",
        Kind::Purchase => "Bons de commande aux fermes",
        Kind::Lot => "Lots",
        Kind::Note => "Bons de livraison",
        Kind::Invoice => "Factures et avoirs",
        Kind::FarmBill => "Relevés et bulletins des fermes",
    }
}

/// The page on which something stands, for a role; empty without.
fn href(hit: &Told, role: Role, now: IsoWeek) -> String {
    let week = hit.week.unwrap_or(now);
    let day = hit.day.map(|day| day.to_string()).unwrap_or_default();
    let (code, id) = (&hit.code, hit.id);
    let at = |step: &str| format!("/weeks/{week}/{step}");
    match (role, hit.kind) {
        (Role::Buyer(_) | Role::FoodAid(_), kind) => match kind {
            Kind::Product => at(&format!("price-list#p-{code}")),
            Kind::Order => at(&format!("my-orders#o{id}")),
            Kind::Note => at(&format!("my-orders/note/{day}/{code}")),
            Kind::Invoice => at(&format!("my-orders/invoice/{id}")),
            _ => String::new(),
        },
        (Role::Producer(_), Kind::Purchase) => at(&format!("my-offers/order/{day}")),
        (Role::Producer(_), _) => at("my-offers"),
        (Role::Administrator, Kind::Person) => format!("/admin/people/{}", hit.number),
        (role, kind) => {
            let ways: &[(&str, String)] = &match kind {
                Kind::Product => [
                    ("mercuriale", format!("mercuriale?find={}", encoded(&hit.title))),
                    ("price-list", format!("price-list#p-{code}")),
                ],
                Kind::Farm => [
                    ("offers", format!("offers/farm/{code}")),
                    ("sourcing", "sourcing".to_string()),
                ],
                Kind::Buyer => {
                    [("orders", format!("orders?buyer={code}")), ("rounds", "rounds".to_string())]
                }
                Kind::Site => [("rounds", "rounds".into()), ("orders", "orders".into())],
                Kind::Order => [("orders", format!("orders#o{id}")), ("", String::new())],
                Kind::Purchase => {
                    [("sourcing", format!("sourcing/paper/{day}/{code}")), ("", String::new())]
                }
                Kind::Lot => [
                    ("trace", format!("trace?record={}", encoded(&hit.number))),
                    ("dock", "dock".into()),
                ],
                Kind::Note => {
                    [("rounds", format!("rounds/paper/{day}/{code}")), ("", String::new())]
                }
                Kind::Person => return String::new(),
                Kind::Invoice | Kind::FarmBill => {
                    [("billing", format!("billing/paper/{id}")), ("", String::new())]
                }
            };
            let open = ways.iter().find(|(page, _)| !page.is_empty() && role.may(page, false));
            open.map_or(String::new(), |(_, step)| at(step))
        }
    }
}

impl Part {
    /// « 12 autres ».
    fn more_said(&self) -> String {
        fr::count(self.more as i64, "autre", "autres")
    }
}
