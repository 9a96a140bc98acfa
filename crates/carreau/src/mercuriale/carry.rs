//! Beginning with last week: what farms offered then, at the prices of then, on this week's days.
//! Nothing of it is sold before the farm has said that it holds.

use std::collections::{BTreeMap, BTreeSet};

use trade::calendar::IsoWeek;
use trade::id::ProducerId;
use trade::mercuriale::carry_prices;
use trade::offers::{self, OfferRequest, Stamp};
use trade::{Denial, Week};

use crate::app::App;
use crate::denied::sentence;
use crate::failure::Failure;
use crate::offers::{acts, notes};
use crate::store::act::Place;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to};

/// Weeks that are looked back for one with offers: over the holidays of Christmas.
const BACK: usize = 5;

/// What was carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub from: IsoWeek,
    pub offers: usize,
    pub farms: usize,
    pub prices: usize,
    pub left_out: Vec<(OfferRequest, Denial)>,
}

/// The last week before this one in which something was offered.
pub async fn source(app: &App, place: Place) -> Result<Option<IsoWeek>, Failure> {
    let mut week = place.week;
    for _ in 0..BACK {
        week = week.previous();
        let has_some = |week: &Week, _| week.current_offers().any(|one| !one.quantity.is_zero());
        if app.read(place.at(week), has_some).await? {
            return Ok(Some(week));
        }
    }
    Ok(None)
}

/// Carries over what was offered last, and the prices that were set by hand; farms that have said
/// something for this week, also that nothing comes, are left alone.
pub async fn carry(app: &App, place: Place, stamp: &Stamp) -> Result<Carried, Failure> {
    let from = source(app, place).await?.ok_or_else(|| {
        let said = "Aucune offre dans les cinq semaines d'avant : il n'y a rien à reprendre.";
        Failure::Input(said.into())
    })?;
    let before = app.read(place.at(from), |week, _| week.clone()).await?;
    let db = app.db(place.scope());
    let nothing: BTreeSet<ProducerId> = notes::of_week(&db, place)
        .await?
        .into_iter()
        .filter(|(_, note)| note.is_nothing)
        .map(|(farm, _)| farm)
        .collect();
    app.act(place, |act| {
        let carry = offers::carry(&before, act.week(), &nothing, stamp)?;
        let farms: BTreeSet<ProducerId> = carry.offers.iter().map(|one| one.producer).collect();
        let count = carry.offers.len();
        for offer in carry.offers {
            act.add(offer);
        }
        let settings = carry_prices(&before, act.week(), stamp)?;
        let prices = settings.len();
        for setting in settings {
            act.add(setting);
        }
        let left_out = carry.left_out;
        Ok(Carried { from, offers: count, farms: farms.len(), prices, left_out })
    })
    .await
}

/// `POST …/mercuriale/carry`
pub async fn begin(visit: Visit) -> Answer {
    let carried = carry(visit.app(), visit.place, &visit.stamp()).await?;
    let said = visit.see(|week| said(week, &carried)).await?;
    back_to(&visit.href("mercuriale"), &said)
}

/// « 214 lignes de 31 fermes reprises de la semaine 48, à confirmer. 3 laissées : … »
fn said(week: &Week, carried: &Carried) -> Result<String, Failure> {
    let from = carried.from.week();
    let mut said = match carried.offers {
        0 => format!("Rien à reprendre de plus de la semaine {from}."),
        many => format!(
            "{} de {} de la semaine {from}, à confirmer.",
            fr::count(many as i64, "offre reprise", "offres reprises"),
            fr::count(carried.farms as i64, "ferme", "fermes")
        ),
    };
    if carried.prices > 0 {
        let prices = fr::count(carried.prices as i64, "prix à la main", "prix à la main");
        said.push_str(&format!(" {prices} aussi."));
    }
    // One sentence for each reason, however many lines it leaves out.
    let mut reasons: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (request, denial) in &carried.left_out {
        let product = week.register().product(request.product);
        let name = product.map_or(request.product.to_string(), |product| product.name.clone());
        let why = match denial {
            Denial::NotADeliveryDay { day } => match week.register().calendar.closure_on(*day) {
                Some(closed) => format!("pas de livraison le {} ({})", fr::day(*day), closed.name),
                None => format!("pas de livraison le {}", fr::day(*day)),
            },
            Denial::CertificateMissing { .. } => "certificat échu".into(),
            other => sentence(other),
        };
        reasons.entry(why).or_default().insert(name);
    }
    for (why, names) in reasons {
        let count = fr::count(names.len() as i64, "produit laissé", "produits laissés");
        let some: Vec<String> = names.into_iter().take(4).collect();
        said.push_str(&format!(" {count} : {why} ({}).", some.join(", ")));
    }
    Ok(said)
}

/// `POST …/mercuriale/answers`: what a farm says on the telephone of what was carried over: that
/// it holds, or that nothing of it comes; without a farm, all of it is taken back.
pub async fn answer(visit: Visit, fields: Fields) -> Answer {
    let farm = match fields.text("producer") {
        "" => None,
        _ => Some(fields.code("producer", "Ferme", ProducerId::parse)?),
    };
    let holds = fields.text("answer") == "holds";
    let stamp = visit.stamp();
    let count = match (farm, holds) {
        (Some(farm), true) => {
            let requests = visit.see(|week| Ok(offers::hold(week, farm))).await?;
            acts::note(visit.app(), visit.place, &requests, &stamp).await?.len()
        }
        (farm, _) => acts::take_back(visit.app(), visit.place, farm, &stamp).await?,
    };
    let back = visit.href("mercuriale");
    let Some(farm) = farm else {
        let said = fr::count(count as i64, "offre reprise retirée", "offres reprises retirées");
        return back_to(&back, &format!("{said}."));
    };
    let name = visit.see(|week| Ok(week.register().producer(farm)?.identity.name.clone())).await?;
    let said = match holds {
        true => fr::count(count as i64, "offre confirmée", "offres confirmées"),
        false => fr::count(count as i64, "offre retirée", "offres retirées"),
    };
    back_to(&back, &format!("{name} : {said}."))
}
