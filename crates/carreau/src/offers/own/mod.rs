//! The farm's own page, for a telephone in the field: what it brings, what is sold of it, what the
//! hub orders, what is paid. The hub keys in on the same page what a farm says on the telephone.

mod forms;
mod labels;
mod links;
mod page;
mod payouts;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::{get, post};
use trade::calendar::Day;
use trade::catalog::Labels;
use trade::id::{ProducerId, ProductId};
use trade::offers::Stamp;

use crate::access::ProducerScope;
use crate::access::producer::ProducerWeek;
use crate::failure::Failure;
use crate::web::{Asked, Fault, Web};

/// Addresses of the page, for the farm and for the hub on the telephone.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/my-offers", get(page::page).post(forms::save))
        .route("/weeks/{week}/my-offers/same", post(forms::same))
        .route("/weeks/{week}/my-offers/nothing", post(forms::nothing))
        .route("/weeks/{week}/my-offers/goods", get(page::goods_form).post(forms::add))
        .route("/weeks/{week}/my-offers/confirmations", post(forms::confirm))
        .route("/weeks/{week}/my-offers/copy", post(forms::copy))
        .route("/weeks/{week}/my-offers/labels/{day}", get(labels::labels))
        .route("/weeks/{week}/my-offers/payouts", get(payouts::payouts))
        .route("/weeks/{week}/my-offers/bill/{document}", get(payouts::bill))
        .route("/weeks/{week}/my-offers/order/{day}", get(crate::sourcing::own_paper))
        .route("/weeks/{week}/offers/farm/{producer}", get(page::page).post(forms::save))
        .route("/weeks/{week}/offers/farm/{producer}/same", post(forms::same))
        .route("/weeks/{week}/offers/farm/{producer}/nothing", post(forms::nothing))
        .route("/weeks/{week}/offers/farm/{producer}/goods", get(page::goods_form).post(forms::add))
        .route("/weeks/{week}/offers/farm/{producer}/confirmations", post(forms::confirm))
        .route("/weeks/{week}/offers/farm/{producer}/copy", post(forms::copy))
        .route("/weeks/{week}/offers/farm/{producer}/labels/{day}", get(labels::labels))
        .route("/weeks/{week}/offers/farm/{producer}/links", post(links::make))
        .route("/weeks/{week}/offers/farm/{producer}/links/removal", post(links::end))
        .route("/weeks/{week}/offers/farm/{producer}/payouts", get(payouts::payouts))
}

/// Somebody at a farm's page: the farm, or a desk of the hub that has it on the telephone.
pub struct AtFarm {
    asked: Asked,
    pub scope: ProducerScope,
    pub is_by_hub: bool,
}

impl Deref for AtFarm {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequestParts<Arc<Web>> for AtFarm {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<AtFarm, Fault> {
        let asked = Asked::from_request_parts(parts, web).await?;
        let named = asked.param("producer").ok();
        let scope = match named {
            Some(code) => {
                let farm = ProducerId::parse(code).map_err(|_| unknown_farm(code))?;
                asked.person.hub_scope().map(|hub| hub.farm(farm))
            }
            None => asked.person.producer_scope(),
        };
        let is_by_hub = named.is_some();
        let scope =
            scope.ok_or_else(|| Failure::Forbidden("Cette page est celle d'une ferme.".into()))?;
        if let Some(code) = named {
            let farm = scope.producer();
            let own = asked.person.hub_scope().map(|hub| hub.at(asked.week));
            let is_known = match own {
                Some(place) => {
                    let known = |week: &trade::Week, _| week.register().producer(farm).is_ok();
                    asked.app().read(place, known).await?
                }
                None => false,
            };
            if !is_known {
                return Err(unknown_farm(code).into());
            }
        }
        Ok(AtFarm { asked, scope, is_by_hub })
    }
}

fn unknown_farm(code: &str) -> Failure {
    Failure::NotFound(format!("La ferme « {code} » est inconnue."))
}

impl AtFarm {
    /// The page's own address.
    fn base(&self) -> String {
        match self.is_by_hub {
            true => self.href(&format!("offers/farm/{}", self.scope.producer())),
            false => self.href("my-offers"),
        }
    }

    async fn see<T>(
        &self,
        look: impl FnOnce(ProducerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.scope.see(self.app(), self.week, look).await
    }

    /// Signed by the farm, or by whoever wrote down what it said.
    fn signed(&self) -> Stamp {
        let mut stamp = self.stamp();
        if self.is_by_hub {
            stamp.by = format!("saisi par {}", stamp.by);
        }
        stamp
    }
}

/// What the page calls goods: `carotte@organic`.
fn goods_code(product: ProductId, labels: Labels) -> String {
    format!("{product}@{}", labels.code())
}

/// Reads [`goods_code`], with the day behind it if there is one.
fn read_goods(code: &str) -> Result<(ProductId, Labels, Option<Day>), Failure> {
    let mut parts = code.split('@');
    let product = parts.next().and_then(|text| ProductId::parse(text).ok());
    let labels = parts.next().and_then(|text| Labels::parse(text).ok());
    let day = parts.next().map(Day::parse);
    match (product, labels, day) {
        (Some(product), Some(labels), None) => Ok((product, labels, None)),
        (Some(product), Some(labels), Some(Some(day))) => Ok((product, labels, Some(day))),
        _ => Err(Failure::Input(format!("Le champ « {code} » est inconnu. Rechargez la page."))),
    }
}
