//! What the week at a glance shows.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::Week;
use trade::calendar::IsoWeek;
use trade::check::Check;
use trade::impact;
use trade::trace;
use trade::unit::{Grams, Qty};

use super::states;
use crate::clock;
use crate::commands::week::{named, record};
use crate::data::export::weeks;
use crate::dock::Watch;
use crate::failure::Failure;
use crate::mail::rows::to_call;
use crate::report;
use crate::ui::chart::{Bar, Chart, Mark, Part, PartKind, balance, bars_by_week};
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice, StepState};
use crate::web::{Answer, Visit, html};

/// A delivery day with what it is about.
struct DayRow {
    code: String,
    day: String,
    cutoff: String,
    is_closed: bool,
    /// The cut-off has passed and nobody has closed it.
    is_due: bool,
    orders: usize,
    sold: String,
    delivered: String,
}

/// A step that waits, with where to go.
struct Next {
    name: &'static str,
    href: String,
    is_late: bool,
    sentence: &'static str,
}

#[derive(Template)]
#[template(path = "glance.html")]
struct GlancePage {
    frame: Frame,
    trace_href: String,
    /// The weeks after; empty for whoever may not see them.
    ahead: String,
    watch: Watch,
    /// Where a day is closed; empty for whoever may not.
    closings: String,
    /// Letters that did not arrive; `None` for whoever does not see letters.
    to_call: Option<i64>,
    next: Vec<Next>,
    days: Vec<DayRow>,
    tiles: Vec<(String, &'static str)>,
    open: Vec<String>,
    is_balanced: bool,
    has_goods: bool,
    goods: Chart,
    money: Chart,
    history: Chart,
}

/// Weeks shown in the chart of the past.
const HISTORY: usize = 12;

/// `GET /weeks/2026-W48`
pub async fn glance(visit: Visit) -> Answer {
    let history = history(&visit).await?;
    let letters = match visit.person.role.may("mail", false) {
        true => Some(to_call(&visit.app().db(visit.place.scope()), visit.place.hub).await?),
        false => None,
    };
    let claims = visit.place.scope().claims_waiting(visit.app(), visit.place.week).await?;
    let page = visit.see(|week| glance_page(&visit, week, history, (letters, claims))).await?;
    html(&page)
}

/// Delivered weight of the weeks up to this one.
async fn history(visit: &Visit) -> Result<Chart, Failure> {
    let known = weeks(visit.app(), visit.place.scope()).await?;
    let past: Vec<IsoWeek> = known.into_iter().filter(|week| *week <= visit.place.week).collect();
    let first = past.len().saturating_sub(HISTORY);
    let mut bars = Vec::with_capacity(HISTORY);
    for &week in &past[first..] {
        let place = visit.place.at(week);
        let delivered = visit.app().delivered(place).await?;
        bars.push(Bar {
            label: format!("s. {}", week.week()),
            value: delivered.get(),
            said: fr::weight(delivered),
            mark: if week == visit.place.week { Mark::Here } else { Mark::Plain },
        });
    }
    let most = bars.iter().max_by_key(|bar| bar.value);
    let scale = most.map(|bar| format!(", au plus {} ({})", bar.said, bar.label));
    let said = format!("tous sites, poids net{}", scale.unwrap_or_default());
    Ok(bars_by_week("Livré par semaine", &said, &bars, None))
}

fn glance_page(
    visit: &Visit,
    week: &Week,
    history: Chart,
    (to_call, claims): (Option<i64>, i64),
) -> Result<GlancePage, Failure> {
    let check = week.check();
    let mut frame = visit.frame(week, "", "La semaine");
    frame.subtitle = headline(week, &check);
    frame = frame.tell_all(crate::needs::closures(week));
    let breaches: Vec<String> = check.breaches.iter().map(report::breach_sentence).collect();
    if !breaches.is_empty() {
        let said = "Les bilans ne s'équilibrent pas.";
        frame = frame.tell(Notice::wrong(said).items(breaches));
    }
    Ok(GlancePage {
        frame,
        trace_href: visit.href("trace"),
        ahead: match visit.may("anticipation", false) {
            true => format!("/anticipation?week={}", week.week()),
            false => String::new(),
        },
        watch: Watch::of(visit, week)?,
        closings: match visit.person.role.may("orders", true) {
            true => visit.href("orders/closings"),
            false => String::new(),
        },
        to_call,
        next: claims_first(claims, visit, next(visit, week, &check)),
        days: days(week)?,
        tiles: tiles(week)?,
        open: check.open.iter().map(report::open_sentence).collect(),
        is_balanced: check.is_balanced(),
        has_goods: check.goods.received != Qty::ZERO,
        goods: goods(week, &check)?,
        money: money(&check),
        history,
    })
}

fn headline(week: &Week, check: &Check) -> String {
    match (week.publication().is_some(), check.is_finished()) {
        (false, _) => "La mercuriale est en préparation.".into(),
        (true, true) => "Tout est livré et facturé.".into(),
        (true, false) => {
            let orders = fr::count(week.orders().len() as i64, "commande", "commandes");
            let open = fr::count(check.open.len() as i64, "point ouvert", "points ouverts");
            format!("{orders} · {open}")
        }
    }
}

/// The steps that are under way or late, in the words of what is to be done.
fn next(visit: &Visit, week: &Week, check: &Check) -> Vec<Next> {
    let to_do = |slug: &str| match slug {
        "needs" => ("Besoins", "Regarder ce que les cuisines demanderont"),
        "offers" => ("Offres", "Recueillir ce que les fermes apportent"),
        "mercuriale" => ("Mercuriale", "Fixer les prix et publier"),
        "orders" => ("Commandes", "Prendre les commandes, puis clore"),
        "sourcing" => ("Achats", "Répartir sur les fermes et commander"),
        "dock" => ("Quai", "Recevoir, contrôler, allotir"),
        "rounds" => ("Tournées", "Charger et livrer"),
        "billing" => ("Facturation", "Émettre factures et relevés"),
        _ => ("Impact", "Relire la semaine"),
    };
    states(week, check, clock::now())
        .into_iter()
        .filter(|(_, state)| matches!(state, StepState::Current | StepState::Late))
        .map(|(slug, state)| {
            let (name, sentence) = to_do(slug);
            let is_late = state == StepState::Late;
            Next { name, href: visit.href(slug), is_late, sentence }
        })
        .collect()
}

/// What buyers signal stands before the steps: somebody waits for a word.
fn claims_first(waiting: i64, visit: &Visit, mut next: Vec<Next>) -> Vec<Next> {
    if waiting > 0 {
        let href = visit.href("orders/claims");
        let sentence = "Répondre à ce que des acheteurs signalent";
        next.insert(0, Next { name: "Réclamations", href, is_late: true, sentence });
    }
    next
}

fn days(week: &Week) -> Result<Vec<DayRow>, Failure> {
    let Some(publication) = week.publication() else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for sale in &publication.days {
        let orders = week.orders().iter().filter(|order| order.day == sale.day);
        let (mut count, mut sold, mut delivered) = (0, 0, 0);
        for order in orders {
            count += 1;
            for line in &order.lines {
                let product = week.register().product(line.product)?;
                let id = order.line_id(line.rank);
                sold += product.weight_of(week.ordered(id)).get();
                delivered += product.weight_of(week.delivered_of(id)).get();
            }
        }
        let (day, minute) = clock::civil(sale.cutoff_at);
        rows.push(DayRow {
            code: sale.day.to_string(),
            day: fr::day(sale.day),
            cutoff: format!("{} à {}", fr::short_day(day), fr::time(minute)),
            is_closed: week.closing(sale.day).is_some(),
            is_due: week.closing(sale.day).is_none() && clock::now() >= sale.cutoff_at,
            orders: count,
            sold: fr::weight(trade::unit::Grams::new(sold)),
            delivered: fr::weight(trade::unit::Grams::new(delivered)),
        });
    }
    Ok(rows)
}

fn tiles(week: &Week) -> Result<Vec<(String, &'static str)>, Failure> {
    let offers = week.current_offers().filter(|offer| !offer.quantity.is_zero());
    let mut farms: Vec<_> = offers.map(|offer| offer.producer).collect();
    farms.sort_unstable();
    farms.dedup();
    let sales: i64 = week
        .orders()
        .iter()
        .flat_map(|order| order.lines.iter().map(|line| (order.line_id(line.rank), line.price)))
        .map(|(id, price)| trade::unit::amount(week.ordered(id), price).get())
        .sum();
    let gain = impact::of_week(week)?.gain();
    Ok(vec![
        (fr::integer(farms.len() as i64), "fermes offrent"),
        (fr::integer(week.orders().len() as i64), "commandes"),
        (fr::whole_euros(trade::unit::Cents::new(sales)), "commandés, HT"),
        (
            gain.map_or("–".into(), |gain| format!("+{}", fr::rate(gain))),
            "payé aux fermes au-dessus du cours",
        ),
    ])
}

/// Where all that came went, by weight: kilos and pieces do not add up.
fn goods(week: &Week, check: &Check) -> Result<Chart, Failure> {
    let impact = impact::of_week(week)?;
    let part = |name: &str, grams: Grams, kind| Part {
        name: name.into(),
        value: grams.get(),
        said: fr::weight(grams),
        kind,
    };
    let lost = |cause: &str| impact.lost.get(cause).map_or(0, |grams| grams.get());
    let (returned, gone) = (lost("returned"), lost("wasted") + lost("missing"));
    let rejected = impact.lost.values().map(|grams| grams.get()).sum::<i64>() - returned - gone;
    let known = impact.delivered.get() + impact.donated.get() + rejected + returned + gone;
    // What still moves is what came less what has an end; pieces weigh about what they weigh.
    let moves = check.goods.on_dock != Qty::ZERO || check.goods.to_deliver != Qty::ZERO;
    let received = if moves { received(week)?.max(known) } else { known };
    let parts = [
        part("Livré", impact.delivered, PartKind::Sold),
        part("Donné", impact.donated, PartKind::Given),
        part("Refusé au quai", Grams::new(rejected), PartKind::Back),
        part("Rendu", Grams::new(returned), PartKind::Back),
        part("Perdu", Grams::new(gone), PartKind::Lost),
        part("Au quai ou à livrer", Grams::new(received - known), PartKind::Open),
    ];
    let parts: Vec<Part> = parts.into_iter().filter(|part| part.value != 0).collect();
    let said = format!("{} reçus", fr::weight(Grams::new(received)));
    Ok(balance("Bilan de la marchandise", (received, &said), &parts))
}

/// The weight of all that came to the dock, in grams.
fn received(week: &Week) -> Result<i64, Failure> {
    let mut sum = 0;
    for line in week.purchase_lines() {
        let product = week.register().product(line.product)?;
        let came = week.receipts_of(line.id).map(|receipt| product.weight_of(receipt.received));
        sum += came.map(Grams::get).sum::<i64>();
    }
    Ok(sum)
}

/// Where every cent that buyers owe went.
fn money(check: &Check) -> Chart {
    let money = &check.money;
    let part = |name: &str, cents: trade::unit::Cents, kind| Part {
        name: name.into(),
        value: cents.get(),
        said: fr::euros(cents),
        kind,
    };
    // What credit notes took back is nobody's any more.
    let sold = money.invoices.get() - money.credited.get();
    let to_farms = sold.min(money.farm_bills.get());
    let parts = [
        part("Aux fermes", trade::unit::Cents::new(to_farms), PartKind::Sold),
        part("Marge restante", trade::unit::Cents::new(sold - to_farms), PartKind::Given),
    ];
    // Told with its rounding, or an accountant who adds up finds a cent.
    let rounding = match money.rounding.get() {
        0 => String::new(),
        _ => format!(", arrondis {}", fr::euros(money.rounding)),
    };
    let credited = match money.credited.get() {
        0 => String::new(),
        _ => format!(", avoirs {}", fr::euros(money.credited)),
    };
    let said = format!(
        "{} facturés HT{credited}, dont marge {} moins dons {} et démarque {}{rounding}",
        fr::euros(money.invoices),
        fr::euros(money.margin),
        fr::euros(money.donated),
        fr::euros(money.shrinkage)
    );
    balance("Bilan de l'argent", (sold, &said), &parts)
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    record: String,
}

#[derive(Template)]
#[template(path = "trace.html")]
struct TracePage {
    frame: Frame,
    asked: String,
    found: Option<Found>,
}

struct Found {
    name: String,
    origins: Vec<String>,
    outcomes: Vec<String>,
}

/// `GET /weeks/2026-W48/trace?record=…`: "what happened to my carrots?"
pub async fn trace(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let asked = asked.record;
    let page = visit
        .see(|week| {
            let found = record(week, &asked).map(|record| {
                let way = trace::trace(week, record);
                let names = |records: &[trace::Record]| {
                    records.iter().map(|&record| named(week, record)).collect()
                };
                Found {
                    name: named(week, record),
                    origins: names(&way.origins),
                    outcomes: names(&way.outcomes),
                }
            });
            let mut frame = visit.frame(week, "trace", "Suivre une marchandise");
            if found.is_none() && !asked.is_empty() {
                let said = format!("« {asked} » est inconnu cette semaine.");
                frame = frame.tell(Notice::wrong(said));
            }
            Ok(TracePage { frame, asked: asked.clone(), found })
        })
        .await?;
    html(&page)
}
