//! Taking in a pack: all of it, or nothing.

use std::sync::Arc;

use trade::calendar::IsoWeek;
use trade::id::HubId;
use trade::offers::{OfferRequest, Stamp, announce};
use trade::pledge::Pledge;
use trade::register::Register;
use trade::{Fact, Week};
use wire::pack::Pack;

use crate::access::scope::HubScope;
use crate::access::signed::PACK;
use crate::accounts::seal;
use crate::app::App;
use crate::clock;
use crate::denied;
use crate::failure::Failure;
use crate::store::act::Place;
use crate::store::week::Base;
use crate::store::{act, register, table, told, week};

/// What was taken in.
#[derive(Clone, Debug)]
pub struct Imported {
    pub hub: HubId,
    pub weeks: Vec<IsoWeek>,
    pub producers: usize,
    pub buyers: usize,
    pub products: usize,
    pub offers: usize,
    pub orders: usize,
}

/// An offer that the rules refuse, by its rank among the pack's offers.
#[derive(Clone, Debug)]
pub struct RefusedOffer {
    pub rank: usize,
    pub reason: String,
}

/// Why nothing was taken in.
#[derive(Debug)]
pub enum Refusal {
    Offers(Vec<RefusedOffer>),
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Refusal {
    fn from(failure: F) -> Refusal {
        Refusal::Failed(failure.into())
    }
}

/// Saves a pack in one transaction: register, offers, and what is told of the days. Importing the
/// same pack again changes nothing.
pub async fn import(app: &App, pack: Pack) -> Result<Imported, Refusal> {
    let hub = pack.hub.as_ref().map(|hub| hub.id);
    let hub =
        hub.ok_or_else(|| Failure::Input("hub.csv : ce fichier manque au dossier.".into()))?;
    let weeks = pack.weeks();
    let mut additions = Vec::new();
    let mut refused = Vec::new();
    let mut offers = 0;
    for &iso_week in &weeks {
        let place = HubScope::of_program(hub).at(iso_week);
        let (facts, base, known) = announce_all(app, place, &pack, &mut refused).await?;
        offers += facts.len();
        let added = week::additions(hub, &known, base, &facts);
        additions.push((place, added.commands));
    }
    if !refused.is_empty() {
        return Err(Refusal::Offers(refused));
    }
    let imported = Imported {
        hub,
        weeks,
        producers: pack.producers.len(),
        buyers: pack.buyers.len(),
        products: pack.products.len(),
        offers,
        orders: pack.orders.len(),
    };
    save(app, hub, pack, additions).await?;
    app.forget_all();
    Ok(imported)
}

type Commands = Vec<(&'static str, Vec<db::Val>)>;

async fn save(
    app: &App,
    hub: HubId,
    pack: Pack,
    additions: Vec<(Place, Commands)>,
) -> Result<(), Failure> {
    app.everything()
        .write(move |tx| {
            Box::pin(async move {
                register::save(tx, hub, &pack).await?;
                told::save(tx, hub, &pack).await?;
                // A pack brings no entry. From here on every entry of the hub is sealed.
                seal::begin(tx, hub).await?;
                for (place, commands) in additions {
                    act::open_week(tx, place).await?;
                    table::run(tx, commands).await?;
                }
                Ok::<_, Failure>(())
            })
        })
        .await
}

/// The offers of a week that are not known yet, judged one after the other.
async fn announce_all(
    app: &App,
    place: Place,
    pack: &Pack,
    refused: &mut Vec<RefusedOffer>,
) -> Result<(Vec<Fact>, Base, Week), Failure> {
    let known = register::load(&app.db(place.scope()), place.hub, place.week).await?;
    let is_known = known.is_some();
    let merged = Arc::new(merged(known, pack)?);
    let mut week = match is_known {
        true => week::load(&app.db(place.scope()), place.hub, place.week, merged).await?,
        false => Week::new(place.week, merged),
    };
    let base = Base::of(&week, 0);
    // Farms answer the day before publication.
    let at = clock::publication_of(place.week);
    let stamp = Stamp { at: trade::calendar::Instant(at.0 - 86_400), by: PACK.into() };
    let mut facts = Vec::new();
    for (rank, request) in pack.offers.iter().enumerate() {
        if request.day.week() != place.week || is_said(&week, request) {
            continue;
        }
        match announce(&week, request, stamp.clone()) {
            Ok(offer) => {
                week.apply(offer.clone().into());
                facts.push(offer.into());
            }
            Err(denial) => {
                refused.push(RefusedOffer { rank, reason: denied::sentence(&denial) });
            }
        }
    }
    Ok((facts, base, week))
}

/// True when this is the farm's last word already.
fn is_said(week: &Week, request: &OfferRequest) -> bool {
    let key = (request.producer, request.product, request.labels, request.day);
    week.current_offer(key)
        .is_some_and(|offer| (offer.quantity, offer.price) == (request.quantity, request.price))
}

/// The register as it will be: what has the same code is replaced.
fn merged(known: Option<Arc<Register>>, pack: &Pack) -> Result<Register, Failure> {
    let hub = pack.hub.clone();
    let mut register = match (known, hub.clone()) {
        (Some(known), _) => Register::clone(&known),
        (None, Some(hub)) => register::with_law(Register::new(hub)),
        (None, None) => return Err(Failure::Input("hub.csv : ce fichier manque.".into())),
    };
    if let Some(hub) = hub {
        register.hub = hub;
    }
    if !pack.rules.is_empty() {
        register.rules = pack.rules.clone();
    }
    register.producers.extend(pack.producers.iter().map(|one| (one.id, one.clone())));
    register.buyers.extend(pack.buyers.iter().map(|one| (one.id, one.clone())));
    register.sites.extend(pack.sites.iter().map(|one| (one.id, one.clone())));
    register.products.extend(pack.products.iter().map(|one| (one.id, one.clone())));
    register.rhythms.retain(|known| pack.rhythms.iter().all(|one| one.from != known.from));
    register.rhythms.extend(pack.rhythms.iter().cloned());
    register.exceptions.retain(|known| pack.exceptions.iter().all(|one| one.day != known.day));
    register.exceptions.extend(pack.exceptions.iter().cloned());
    register.aid.extend(pack.aid.iter().map(|one| (one.buyer, one.clone())));
    let begins = |one: &Pledge| (one.producer, one.goods(), one.from);
    register.pledges.retain(|known| pack.pledges.iter().all(|one| begins(one) != begins(known)));
    register.pledges.extend(pack.pledges.iter().copied());
    register.vehicles.extend(pack.vehicles.iter().map(|one| (one.id, one.clone())));
    register.certificates.extend(pack.certificates.iter().cloned());
    register.quotes.extend(pack.quotes.iter().cloned());
    register.contracts.extend(pack.contracts.iter().cloned());
    register.standing_orders.extend(pack.standing_orders.iter().cloned());
    Ok(register)
}
