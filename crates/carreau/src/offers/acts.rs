//! What farms say, written down.

use trade::offers::{Offer, OfferRequest, Stamp, announce};

use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{Place, Taking};

/// Notes offers, all or none.
pub async fn note(
    app: &App,
    place: Place,
    requests: &[OfferRequest],
    stamp: &Stamp,
) -> Result<Vec<Offer>, Failure> {
    app.act(place, |act| {
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
    })
    .await
}
