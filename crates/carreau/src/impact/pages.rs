//! What the impact page shows.

use askama::Template;
use trade::Week;
use trade::catalog::EgalimCategory;
use trade::impact::{Impact, of_week, served};
use trade::unit::{Rate, rate_between};

use crate::failure::Failure;
use crate::ui::chart::{Chart, Mark, Part, PartKind, Share, balance, shares};
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Visit, html};

#[derive(Template)]
#[template(path = "impact.html")]
struct ImpactPage {
    frame: Frame,
    is_empty: bool,
    tiles: Vec<(String, &'static str)>,
    farms: Chart,
    labels: Chart,
    lost: Vec<(&'static str, String)>,
}

/// `GET …/impact`
pub async fn impact(visit: Visit) -> Answer {
    let page = visit.see(|week| page(&visit, week)).await?;
    html(&page)
}

fn page(visit: &Visit, week: &Week) -> Result<ImpactPage, Failure> {
    let mut frame = visit.frame(week, "impact", "Impact");
    frame.subtitle = "Ce que la semaine a fait pour les fermes, les cantines et l'aide.".into();
    let impact = of_week(week)?;
    Ok(ImpactPage {
        frame,
        is_empty: impact.delivered.is_zero(),
        tiles: tiles(week, &impact)?,
        farms: farms(week, &impact),
        labels: labels(&impact),
        lost: impact
            .lost
            .iter()
            .map(|(cause, grams)| (cause_name(cause), fr::weight(*grams)))
            .collect(),
    })
}

fn tiles(week: &Week, impact: &Impact) -> Result<Vec<(String, &'static str)>, Failure> {
    let rate = |rate: Option<Rate>| rate.map_or("–".into(), fr::rate);
    let (ordered, delivered) = served(week)?;
    let gain = impact.gain().map_or("–".into(), |gain| match gain.get() < 0 {
        true => fr::rate(gain),
        false => format!("+{}", fr::rate(gain)),
    });
    let per_tonne = impact.metres_per_tonne().map_or("–".into(), fr::km);
    Ok(vec![
        (gain, "payé aux fermes, au-dessus du cours de gros"),
        (fr::whole_euros(impact.farm_income), "aux fermes"),
        (fr::whole_euros(impact.sales), "vendus, HT"),
        (fr::weight(impact.delivered), "livrés"),
        (rate(rate_between(delivered.get(), ordered.get())), "de ce qui était commandé"),
        (rate(rate_between(impact.in_season.get(), impact.sales.get())), "en saison"),
        (fr::weight(impact.food_aid), "pour l'aide alimentaire"),
        (fr::integer(impact.buyers_served), "acheteurs servis"),
        (per_tonne, "de camion par tonne"),
    ])
}

/// Farms by what they earn.
fn farms(week: &Week, impact: &Impact) -> Chart {
    let mut rows: Vec<_> = impact.farms.iter().collect();
    rows.sort_by_key(|(id, sum)| (-sum.get(), **id));
    let rows = rows.into_iter().filter_map(|(id, sum)| {
        let farm = week.register().producers.get(id)?;
        let part = rate_between(sum.get(), impact.farm_income.get()).unwrap_or(Rate::ZERO);
        Some(Share {
            name: farm.identity.name.clone(),
            part,
            target: None,
            said: format!("{} · {}", fr::euros(*sum), fr::rate(part)),
            mark: Mark::Plain,
        })
    });
    let rows: Vec<Share> = rows.collect();
    let count = fr::count(rows.len() as i64, "ferme payée", "fermes payées");
    shares("Revenu des fermes", &count, &rows)
}

/// Sales by the categories that canteens declare (EGalim), each purchase counted once.
fn labels(impact: &Impact) -> Chart {
    let part = |category: EgalimCategory, name: &str, kind| {
        let cents = impact.by_category.get(&category).copied().unwrap_or_default();
        let share = impact.share(category).map(fr::rate).unwrap_or_default();
        let said = format!("{} · {share}", fr::euros(cents));
        Part { name: name.into(), value: cents.get(), said, kind }
    };
    let parts = [
        part(EgalimCategory::Organic, "Bio et conversion", PartKind::Sold),
        part(EgalimCategory::Siqo, "Autres signes officiels", PartKind::Given),
        part(EgalimCategory::OtherEgalim, "HVE et autres EGalim", PartKind::Back),
        part(EgalimCategory::None, "Sans signe", PartKind::Lost),
    ];
    let said = format!("{} vendus HT, par catégorie EGalim", fr::euros(impact.sales));
    balance("Signes de qualité", (impact.sales.get(), &said), &parts)
}

fn cause_name(cause: &str) -> &'static str {
    match cause {
        "quality" => "refusé au quai, qualité",
        "size_grade" => "refusé au quai, calibre",
        "temperature" => "refusé au quai, température",
        "marking" => "refusé au quai, étiquetage",
        "not_ordered" => "refusé au quai, non commandé",
        "no_show" => "ferme pas venue",
        "missing" => "manquant à la livraison",
        "wasted" => "perdu",
        "returned" => "rendu à la ferme",
        _ => "autre",
    }
}
