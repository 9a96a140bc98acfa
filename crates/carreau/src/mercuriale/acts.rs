//! Pricing and publishing.

use trade::catalog::Labels;
use trade::id::ProductId;
use trade::mercuriale::{LinePolicy, MercurialeLine, Publication, draft, publish, set_price};
use trade::offers::Stamp;
use trade::unit::Price;

use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::store::act::Place;

/// Freezes the price list. It is sent to buyers by [`crate::mail::send_price_lists`].
pub async fn publish_week(app: &App, place: Place, stamp: &Stamp) -> Result<Publication, Failure> {
    let published = app
        .act(place, |act| {
            let register = act.week().register().clone();
            let days = register.delivery_days(place.week);
            let cutoffs = clock::cutoffs(&register.hub, &days);
            let publication = publish(act.week(), &cutoffs, stamp.clone())?;
            act.add(publication.clone());
            Ok(publication)
        })
        .await?;
    app.pages.forget(place);
    Ok(published)
}

/// Sets sale prices of the draft by hand, all or none; how many changed.
pub async fn price_lines(
    app: &App,
    place: Place,
    settings: &[(ProductId, Labels, LinePolicy, Price)],
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let lines = draft(act.week())?;
        let mut changed = 0;
        for &(product, labels, policy, sale) in settings {
            let same = |line: &&MercurialeLine| {
                (line.product, line.labels, line.policy) == (product, labels, policy)
            };
            let line = lines.iter().find(same).ok_or_else(|| {
                let said = format!("« {product} » n'est plus dans la mercuriale : rechargez-la.");
                Failure::NotFound(said)
            })?;
            if line.sale != sale {
                let setting = set_price(act.week(), line, sale, stamp.clone())?;
                act.add(setting);
                changed += 1;
            }
        }
        Ok(changed)
    })
    .await
}
