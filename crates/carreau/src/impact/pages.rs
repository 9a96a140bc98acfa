//! What the impact page shows.

use std::collections::BTreeSet;

use askama::Template;
use trade::Week;
use trade::billing::Document;
use trade::catalog::EgalimCategory;
use trade::impact::{Impact, of_week, served};
use trade::unit::{Grams, Rate, rate_between};

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
    /// How the season is judged, in a sentence.
    season: String,
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
        lost: lost(&impact),
        season: season(&impact),
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
        (fr::whole_euros(impact.farm_income), "pour les fermes, HT"),
        (fr::whole_euros(impact.sales), "vendus, HT"),
        (fr::weight(impact.delivered), "livrés"),
        (rate(rate_between(delivered.get(), ordered.get())), "de ce qui était commandé"),
        (
            rate(rate_between(impact.in_season.get(), impact.sales.get())),
            "en saison, d'après le calendrier de la plateforme",
        ),
        (fr::weight(impact.donated), "donnés à l'aide alimentaire"),
        (
            fr::weight(Grams::new(impact.food_aid.get() - impact.donated.get())),
            "commandés par l'aide alimentaire",
        ),
        (fr::integer(impact.buyers_served), "acheteurs servis"),
        (per_tonne, "de camion par tonne"),
    ])
}

/// What the figure of the season knows, and what it does not.
fn season(impact: &Impact) -> String {
    let part = rate_between(impact.all_year.get(), impact.sales.get()).unwrap_or(Rate::ZERO);
    format!(
        "En saison : vendu un mois que le calendrier de la plateforme donne au produit. {} des \
         ventes sont de produits sans mois, comptés toute l'année. Le calendrier ne dit pas ce qui \
         pousse sous serre chauffée.",
        fr::rate(part)
    )
}

/// What did not reach a plate, and what buyers turned away that nobody has decided about yet.
fn lost(impact: &Impact) -> Vec<(&'static str, String)> {
    let known = impact.lost.iter().map(|(cause, grams)| (cause_name(cause), *grams));
    let refused = Some(("refusé par un client, suite à décider", impact.refused));
    let all = known.chain(refused.filter(|(_, grams)| !grams.is_zero()));
    all.map(|(cause, grams)| (cause, fr::weight(grams))).collect()
}

/// Of how many farms the goods are billed, and of how many all bills are paid.
fn paid_farms(week: &Week, farms: usize) -> String {
    let is_paid = |bill: &Document| week.payouts().iter().any(|one| one.document == bill.id);
    let bills = || week.documents().iter().filter(|one| !one.kind.is_for_buyer());
    let billed: BTreeSet<_> = bills().map(|one| one.party).collect();
    let waiting: BTreeSet<_> = bills().filter(|one| !is_paid(one)).map(|one| one.party).collect();
    let all = fr::counted(farms, "ferme", "fermes");
    match billed.len() {
        0 => format!("{all}, aucun relevé émis"),
        many => format!("{all}, relevé émis pour {many}, payé pour {}", many - waiting.len()),
    }
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
    shares("Revenu des fermes", &paid_farms(week, rows.len()), &rows)
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
