//! Offering surplus, and all that follows but reserving (see `intake`): one act, one transaction.

use plan::distance::metres;
use trade::calendar::{Day, Instant};
use trade::dock::sort_by_hand;
use trade::dock::surplus::{self, Followed, Pickup, PickupRequest, SurplusFact, SurplusRequest};
use trade::id::{BuyerId, ReservationId, SlotId, SurplusId};
use trade::offers::Stamp;
use trade::party::Buyer;
use trade::rounds::hand_over;
use trade::unit::{Grams, Qty};
use trade::{Denial, Fact};

use crate::access::link::{Opens, WithLetters};
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::{Act, Place};
use crate::store::keys::{self, Kept, fingerprint};

/// Offers goods to food aid, all or none, and writes to every organisation that may take some, each
/// with its own link to what is offered. `site`: the begin of addresses, as a mail shows them;
/// empty where nobody knows it.
pub async fn offer(
    app: &App,
    place: Place,
    requests: &[SurplusRequest],
    stamp: &Stamp,
    site: &str,
) -> Result<Vec<SurplusId>, Failure> {
    app.act(place, |act| {
        let mut ids = Vec::with_capacity(requests.len());
        for request in requests {
            let offer = surplus::offer(act.week(), request, stamp.clone(), metres)?;
            ids.push(offer.id);
            act.add(offer);
        }
        let to = format!("/weeks/{}/surplus", place.week);
        let mut links = WithLetters::new(place.scope(), stamp, site);
        let link = |buyer: &Buyer| links.address(&Opens::of_buyer(buyer, place.week), &to);
        for letter in mail::surplus_offered(act.week(), &ids, stamp, link)? {
            act.send(letter);
        }
        links.write(act);
        Ok(ids)
    })
    .await
}

/// Opens hours for loading.
pub async fn open_slot(
    app: &App,
    place: Place,
    hours: (Instant, Instant),
    capacity: Grams,
    stamp: &Stamp,
) -> Result<SlotId, Failure> {
    app.act(place, |act| {
        let slot = surplus::open_slot(act.week(), hours.0, hours.1, capacity, stamp.clone())?;
        let id = slot.id;
        act.add(slot);
        Ok(id)
    })
    .await
}

/// Takes back all for which nobody is awaited; how much that was.
pub async fn withdraw(
    app: &App,
    place: Place,
    surplus: SurplusId,
    stamp: &Stamp,
) -> Result<Qty, Failure> {
    app.act(place, |act| {
        let mut back = Qty::ZERO;
        for fact in surplus::reclaim(act.week(), surplus, stamp)? {
            if let SurplusFact::Withdrawn(made) = &fact {
                back = made.quantity;
            }
            act.add(Fact::Surplus(fact));
        }
        Ok(back)
    })
    .await
}

/// Gives a reservation back.
pub async fn cancel(
    app: &App,
    place: Place,
    reservation: ReservationId,
    by_hub: bool,
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| {
        let made = surplus::cancel(act.week(), reservation, by_hub, stamp.clone())?;
        act.add(made);
        Ok(())
    })
    .await
}

/// Puts all that a buyer has reserved into the hours of a slot.
pub async fn plan_pickup(
    app: &App,
    place: Place,
    buyer: BuyerId,
    slot: SlotId,
    van: &str,
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| {
        for made in surplus::plan_pickup(act.week(), buyer, slot, van, stamp)? {
            act.add(made);
        }
        Ok(())
    })
    .await
}

/// What is signed for at once: of which reservation how much, how warm, by whom.
#[derive(Clone, Debug)]
pub struct Signature {
    pub key: String,
    pub received: Vec<(ReservationId, Qty, Option<i64>)>,
    pub signed_by: String,
    pub day: Day,
}

impl Signature {
    fn hash(&self, buyer: BuyerId) -> i64 {
        let mut text = format!("{buyer}|{}", self.signed_by);
        for (id, quantity, temperature) in &self.received {
            text.push_str(&format!("|{id}:{}:{temperature:?}", quantity.get()));
        }
        fingerprint(&text)
    }
}

/// Signs for what was fetched, all or nothing, once for each key: who sends again what was signed
/// is told the same again. What nothing was fetched of goes back to the others.
pub async fn sign(
    app: &App,
    place: Place,
    buyer: BuyerId,
    signature: &Signature,
    stamp: &Stamp,
) -> Result<String, Failure> {
    let key = format!("pickup-{}-{}", place.week, signature.key);
    let hash = signature.hash(buyer);
    if let Some(answer) = keys::answered(app, place, &key, hash).await? {
        return Ok(answer);
    }
    let signed = app.act(place, |act| {
        for &(reservation, received, temperature_dc) in &signature.received {
            if received.is_zero() {
                act.add(surplus::cancel(act.week(), reservation, true, stamp.clone())?);
                continue;
            }
            let request = PickupRequest {
                reservation,
                buyer,
                day: signature.day,
                received,
                temperature_dc,
                signed_by: signature.signed_by.clone(),
            };
            fetch(act, &request, stamp)?;
        }
        let fetched = signature.received.iter().filter(|one| !one.1.is_zero()).count();
        if fetched == 0 {
            return Err(Denial::QuantityNotPositive { quantity: Qty::ZERO }.into());
        }
        let lot = crate::ui::fr::counted(fetched, "produit", "produits");
        let answer = format!("Reçu signé pour {lot} : merci, {}.", signature.signed_by.trim());
        act.keep(Kept { key: key.clone(), hash, answer: answer.clone() });
        Ok(answer)
    });
    match signed.await {
        // The same key may have come twice at once: what the first was answered is then there.
        Err(failure @ (Failure::Busy | Failure::Denied(_))) => {
            keys::answered(app, place, &key, hash).await?.ok_or(failure)
        }
        signed => signed,
    }
}

/// One pickup, with what it is in the hub's books.
fn fetch(act: &mut Act<'_>, request: &PickupRequest, stamp: &Stamp) -> Result<Pickup, Failure> {
    let pickup = surplus::collect(act.week(), request, stamp.clone())?;
    act.add(pickup.clone());
    match surplus::follow(act.week(), &pickup)? {
        Followed::FarmGift => {}
        Followed::Donation(outcome) => act.add(outcome),
        Followed::Sale(order, receipt) => {
            let (line, quantity) = (order.line_id(1), order.lines[0].quantity);
            act.add(order);
            let sorting = sort_by_hand(act.week(), receipt, line, quantity, metres)?;
            let id = sorting.id;
            act.add(sorting);
            act.add(hand_over(act.week(), id, &request.signed_by, stamp.clone())?);
        }
    }
    Ok(pickup)
}

/// Notes how a buyer shares out what it has fetched.
pub async fn split(
    app: &App,
    place: Place,
    buyer: BuyerId,
    reservation: ReservationId,
    parts: &[(String, Qty)],
    stamp: &Stamp,
) -> Result<(), Failure> {
    app.act(place, |act| {
        let made = surplus::split(act.week(), reservation, buyer, parts, stamp.clone())?;
        act.add(made);
        Ok(())
    })
    .await
}
