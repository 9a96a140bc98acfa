//! What farms say, written down.

use trade::id::ProducerId;
use trade::offers::{self, Offer, OfferRequest, Stamp, announce};

use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{Act, Place, Taking};
use crate::store::keys::{self, Once};

/// Notes offers, all or none.
pub async fn note(
    app: &App,
    place: Place,
    requests: &[OfferRequest],
    stamp: &Stamp,
) -> Result<Vec<Offer>, Failure> {
    app.act(place, |act| note_in(act, requests, stamp)).await
}

/// [`note`], once for its key; `told` is what is answered, also to the same key again.
pub async fn note_once(
    app: &App,
    place: Place,
    requests: &[OfferRequest],
    stamp: &Stamp,
    once: &Once,
    told: impl Fn(&[Offer]) -> String,
) -> Result<String, Failure> {
    keys::once(app, place, once, |act| Ok(told(&note_in(act, requests, stamp)?))).await
}

fn note_in(
    act: &mut Act<'_>,
    requests: &[OfferRequest],
    stamp: &Stamp,
) -> Result<Vec<Offer>, Failure> {
    let mut offers = Vec::with_capacity(requests.len());
    for request in requests {
        let offer = announce(act.week(), request, stamp.clone())?;
        // What a farm takes back is taken from sale as an order takes it: who orders it in
        // the same instant either has it, or the farm is told.
        for (line, quantity) in act.week().taken_back(&offer) {
            act.take(Taking { line, day: offer.day, quantity });
        }
        act.add(offer.clone());
        offers.push(offer);
    }
    Ok(offers)
}

/// Takes back what was carried over from another week and nobody has said, of one farm or of all;
/// how many offers.
pub async fn take_back(
    app: &App,
    place: Place,
    farm: Option<ProducerId>,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let offers = offers::take_back(act.week(), farm, stamp);
        let count = offers.len();
        for offer in offers {
            act.add(offer);
        }
        Ok(count)
    })
    .await
}
