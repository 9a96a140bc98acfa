//! Under which number, code and SIRET a buyer's invoices are filed: changed by the buyer, or by the
//! hub's accountant for it. What is ordered keeps what it was ordered under.

use trade::Denial;
use trade::calendar::IsoWeek;
use trade::treasury::{References, is_siret, set_references};

use super::buyer::BuyerWeek;
use super::scope::BuyerScope;
use crate::app::App;
use crate::failure::Failure;
use crate::store::register;

impl BuyerScope {
    /// Writes new references for the next orders; `siret` where it was missing or wrong.
    pub async fn set_references(
        self,
        app: &App,
        week: IsoWeek,
        wanted: &References,
        siret: Option<&str>,
    ) -> Result<(), Failure> {
        let judge = |week: BuyerWeek<'_>| {
            let own = week.own();
            if siret.is_some_and(|siret| !is_siret(siret)) {
                return Err(Denial::SiretWrong { buyer: own.id }.into());
            }
            let siret = siret.unwrap_or(&own.identity.siret).to_string();
            Ok((set_references(own, wanted).map_err(Failure::from)?, siret))
        };
        let (references, siret) = self.see(app, week, judge).await?;
        let place = self.place(week)?;
        let db = app.db(place.scope());
        register::set_references(&db, place.hub, self.buyer(), &references, &siret).await?;
        app.forget_sales();
        Ok(())
    }
}
