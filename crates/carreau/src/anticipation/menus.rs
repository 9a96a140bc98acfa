//! Menus that kitchens have announced: seen, noted.

use askama::Template;
use trade::calendar::IsoWeek;
use trade::catalog::alphabetical;
use trade::id::BuyerId;
use trade::needs::{Menu, of_menu, service_days};
use trade::offers::Stamp;
use trade::register::Register;

use super::desk::{Desk, choices, goods_name, read_goods, read_week, week_choices};
use super::rows;
use crate::clock;
use crate::failure::Failure;
use crate::needs::about;
use crate::store::ahead::{self, MenuRow};
use crate::store::register::set_ahead;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, back_to, html};

const PAGE: &str = "/anticipation/menus";
/// Weeks for which a menu may be announced.
const CHOICES: usize = 12;
/// Most plates of a week: a slip of the pen is more.
const SERVINGS_MAX: i64 = 1_000_000;

struct Row {
    buyer: String,
    week: String,
    goods: String,
    servings: String,
    quantity: String,
    by: String,
}

#[derive(Template)]
#[template(path = "anticipation_menus.html")]
struct MenusPage {
    frame: Frame,
    rows: Vec<Row>,
    may_write: bool,
    buyers: Vec<(String, String)>,
    goods: Vec<(String, String)>,
    weeks: Vec<(String, String)>,
}

/// `GET /anticipation/menus`: those of this week and after.
pub async fn page(desk: Desk) -> Answer {
    let now = clock::today().week();
    let week = desk.week("").await?;
    let register = desk.register(week).await?;
    let last = now.monday().plus_days(7 * 53).week();
    let said = ahead::menus(&desk.db(), desk.scope.hub(), (now, last)).await?;
    let mut frame = desk.frame(week, "Menus annoncés").await?;
    frame.subtitle = "Ce que des cuisines ont dit qu'elles serviront et commanderont ici : leurs \
        portions prennent la place de leurs habitudes."
        .into();
    let mut rows: Vec<((IsoWeek, String), Row)> =
        said.iter().map(|one| row(&register, one)).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let buyers = register.buyers.values();
    let mut buyers: Vec<(String, String)> =
        buyers.map(|buyer| (buyer.id.to_string(), buyer.identity.name.clone())).collect();
    buyers.sort_by_cached_key(|(_, name)| alphabetical(name));
    let offered = rows::offered(&desk.db(), desk.scope.hub(), week).await?;
    let told = said.iter().map(|one| (one.menu().product, one.menu().labels));
    html(&MenusPage {
        frame,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        may_write: desk.may_write(),
        buyers,
        goods: choices(&register, told.chain(offered)),
        weeks: week_choices(now.next(), CHOICES),
    })
}

/// The row, with what it is sorted by.
fn row(register: &Register, said: &MenuRow) -> ((IsoWeek, String), Row) {
    let menu = said.menu();
    let buyer = register.buyers.get(&menu.buyer).map(|buyer| buyer.identity.name.clone());
    let buyer = buyer.unwrap_or_else(|| menu.buyer.to_string());
    let goods = goods_name(register, (menu.product, menu.labels));
    let unit = register.products.get(&menu.product).map(|product| product.unit);
    let quantity = of_menu(register, &menu).zip(unit).map(|(quantity, unit)| about(quantity, unit));
    let (day, minute) = clock::civil(said.stamp.at);
    let key = (menu.week, alphabetical(&format!("{buyer} {goods}")));
    let row = Row {
        buyer,
        week: fr::week(menu.week),
        goods,
        servings: fr::integer(menu.servings),
        quantity: match (menu.servings, quantity) {
            (0, _) => "rien".into(),
            (_, Some(quantity)) => quantity,
            (_, None) => "portion de poids inconnu".into(),
        },
        by: format!("{}, {} à {}", said.stamp.by, fr::numbers_day(day), fr::time(minute)),
    };
    (key, row)
}

/// `POST /anticipation/menus`: so many plates. Said again for the same goods and week, the last
/// word counts.
pub async fn note(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register(desk.week("").await?).await?;
    let (product, labels) = read_goods(&fields)?;
    let menu = Menu {
        buyer: fields.code("buyer", "Cuisine", BuyerId::parse)?,
        week: read_week(&fields, "week", "Semaine")?,
        product,
        labels,
        servings: fields.number("servings", "Portions")?,
    };
    let name = &register.buyer(menu.buyer)?.identity.name;
    let unit = register.product(product)?.unit;
    if !(0..=SERVINGS_MAX).contains(&menu.servings) {
        let said = format!("« Portions » : de 0 à {}.", fr::integer(SERVINGS_MAX));
        return Err(Failure::Input(said).into());
    }
    if service_days(&register, menu.buyer, menu.week) == 0 {
        let said =
            format!("{name} ne sert pas en {} : les écoles sont fermées.", fr::week(menu.week));
        return Err(Failure::Input(said).into());
    }
    let goods = goods_name(&register, (product, labels));
    let quantity = of_menu(&register, &menu).ok_or_else(|| {
        Failure::Input(format!("{goods} : le poids d'une portion n'est pas au catalogue."))
    })?;
    let said = match menu.servings {
        0 => format!("Noté : {name} ne prendra pas de {goods} en {}.", fr::week(menu.week)),
        _ => format!(
            "Noté : {name} prendra {} de {goods} en {}.",
            about(quantity, unit),
            fr::week(menu.week)
        ),
    };
    let stamp = Stamp { at: clock::now(), by: desk.caught.person.signature() };
    let rows = [MenuRow::new(menu, stamp)];
    set_ahead(&desk.db(), desk.scope.hub(), &[], &rows).await?;
    back_to(PAGE, &said)
}
