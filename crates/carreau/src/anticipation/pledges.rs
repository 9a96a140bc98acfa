//! Season commitments of farms: seen, noted, ended.

use askama::Template;
use trade::calendar::IsoWeek;
use trade::catalog::alphabetical;
use trade::id::ProducerId;
use trade::offers::Stamp;
use trade::pledge::Pledge;
use trade::register::Register;

use super::desk::{Desk, choices, goods_code, goods_name, read_goods, read_week, week_choices};
use super::rows;
use crate::clock;
use crate::failure::Failure;
use crate::store::ahead::{self, PledgeRow};
use crate::store::register::set_ahead;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, back_to, html};

const PAGE: &str = "/anticipation/pledges";
/// Weeks of the past and of the future from which a season may be chosen to begin and end.
const WEEKS_BACK: i32 = 12;
const CHOICES: usize = 70;

struct Row {
    farm: String,
    phone: String,
    goods: String,
    weeks: String,
    weekly: String,
    by: String,
    tag: &'static str,
    state: &'static str,
    /// What ends it, by the fields of its key; empty when it is over.
    ends: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "anticipation_pledges.html")]
struct PledgesPage {
    frame: Frame,
    rows: Vec<Row>,
    may_write: bool,
    farms: Vec<(String, String)>,
    goods: Vec<(String, String)>,
    weeks: Vec<(String, String)>,
    now: String,
}

/// `GET /anticipation/pledges`
pub async fn page(desk: Desk) -> Answer {
    let now = clock::today().week();
    let week = desk.week("").await?;
    let register = desk.register(week).await?;
    let said = ahead::pledges(&desk.db(), desk.scope.hub()).await?;
    let mut frame = desk.frame(week, "Engagements de saison").await?;
    frame.subtitle = "Ce que chaque ferme a promis pour une saison, par semaine. Rien n'est vendu \
        dessus : la prévision compte avec."
        .into();
    let mut rows: Vec<(bool, String, Row)> =
        said.iter().map(|one| row(&register, now, one)).collect();
    rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let farms = register.producers.values();
    let mut farms: Vec<(String, String)> =
        farms.map(|farm| (farm.id.to_string(), farm.identity.name.clone())).collect();
    farms.sort_by_cached_key(|(_, name)| alphabetical(name));
    // Goods with labels as farms have offered them, and as far as certificates go.
    let offered = rows::offered(&desk.db(), desk.scope.hub(), week).await?;
    let proven = register.certificates.iter().filter_map(|one| {
        let product = one.product?;
        Some((product, trade::catalog::Labels::of(&[one.label])))
    });
    let pledged = register.pledges.iter().map(Pledge::goods);
    let first = now.monday().plus_days(-7 * WEEKS_BACK).week();
    html(&PledgesPage {
        frame,
        rows: rows.into_iter().map(|(_, _, row)| row).collect(),
        may_write: desk.may_write(),
        farms,
        goods: choices(&register, proven.chain(pledged).chain(offered)),
        weeks: week_choices(first, CHOICES),
        now: now.to_string(),
    })
}

/// The row, with what it is sorted by: those that are over come last, then farm and goods.
fn row(register: &Register, now: IsoWeek, said: &PledgeRow) -> (bool, String, Row) {
    let pledge = said.pledge();
    let is_over = pledge.is_void() || pledge.to < now || pledge.weekly.is_zero();
    let (tag, state) = match (is_over, pledge.from > now) {
        _ if pledge.is_void() => ("", "annulé"),
        (true, _) => ("", "fini"),
        (false, true) => ("wait", "à venir"),
        (false, false) => ("ok", "en cours"),
    };
    let farm = register.producers.get(&pledge.producer).map(|farm| &farm.identity);
    let name = farm.map_or_else(|| pledge.producer.to_string(), |farm| farm.name.clone());
    let goods = goods_name(register, pledge.goods());
    let unit = register.products.get(&pledge.product).map(|product| product.unit);
    let (day, minute) = clock::civil(said.stamp.at);
    let ends = vec![
        ("producer", pledge.producer.to_string()),
        ("goods", goods_code(pledge.goods())),
        ("from", pledge.from.to_string()),
    ];
    let key = alphabetical(&format!("{name} {goods}"));
    let row = Row {
        phone: farm.map(|farm| farm.phone.clone()).unwrap_or_default(),
        farm: name,
        goods,
        weeks: match pledge.is_void() {
            true => format!("dès la {}", fr::week(pledge.from)),
            false => format!("{} à {}", fr::week(pledge.from), fr::week(pledge.to)),
        },
        weekly: match unit {
            Some(unit) => fr::qty(pledge.weekly, unit),
            None => fr::number(pledge.weekly),
        },
        by: format!("{}, {} à {}", said.stamp.by, fr::numbers_day(day), fr::time(minute)),
        tag,
        state,
        ends: if is_over { Vec::new() } else { ends },
    };
    (is_over, key, row)
}

/// `POST /anticipation/pledges`: what a farm promises. The same goods and first week again: its
/// last word counts, so that the same form twice changes nothing.
pub async fn note(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register(desk.week("").await?).await?;
    let (product, labels) = read_goods(&fields)?;
    let pledge = Pledge {
        producer: fields.code("producer", "Ferme", ProducerId::parse)?,
        product,
        labels,
        from: read_week(&fields, "from", "À partir de")?,
        to: read_week(&fields, "to", "Jusqu'à")?,
        weekly: fields.qty("weekly", "Quantité par semaine")?,
    };
    let pledge = pledge.judged(&register)?;
    let name = &register.producer(pledge.producer)?.identity.name;
    let goods = goods_name(&register, pledge.goods());
    let unit = register.product(product)?.unit;
    let said = format!(
        "Noté : {name} promet {} par semaine de {goods}, {} à {}.",
        fr::qty(pledge.weekly, unit),
        fr::week(pledge.from),
        fr::week(pledge.to)
    );
    save(&desk, pledge).await?;
    back_to(PAGE, &said)
}

/// `POST /anticipation/pledges/ends`: a season ends with this week, or does not begin.
pub async fn end(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register(desk.week("").await?).await?;
    let producer = fields.code("producer", "Ferme", ProducerId::parse)?;
    let (goods, from) = (read_goods(&fields)?, read_week(&fields, "from", "À partir de")?);
    let mut known = register.pledges.iter();
    let is_it = |one: &&Pledge| (one.producer, one.goods(), one.from) == (producer, goods, from);
    let pledge = known.find(is_it).copied().ok_or_else(|| {
        Failure::NotFound("Cet engagement n'est plus là : rechargez la page.".into())
    })?;
    save(&desk, pledge.ended(clock::today().week())).await?;
    let name = &register.producer(producer)?.identity.name;
    let goods = goods_name(&register, goods);
    back_to(PAGE, &format!("L'engagement de {name} ({goods}) s'arrête là."))
}

async fn save(desk: &Desk, pledge: Pledge) -> Result<(), Failure> {
    let stamp = Stamp { at: clock::now(), by: desk.caught.person.signature() };
    let rows = [PledgeRow::new(pledge, stamp)];
    set_ahead(&desk.db(), desk.scope.hub(), &rows, &[]).await?;
    Ok(())
}
