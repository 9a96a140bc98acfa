//! After the cut-off: what was on the sheet is asked of the hub, which decides.

use std::collections::{BTreeMap, BTreeSet};

use trade::calendar::Day;
use trade::id::{LineId, SiteId};
use trade::unit::Qty;

use super::pages::site_name;
use super::post::cell;
use super::sheet::column_code;
use crate::access::buyer::BuyerWeek;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, BuyerVisit, Fields, back_to};

/// What came too late, with all that is needed to ask for it.
pub struct Late {
    pub action: String,
    pub days: Vec<LateDay>,
    pub fields: Vec<(String, String)>,
    pub phone: String,
}

pub struct LateDay {
    pub name: String,
    pub lines: Vec<String>,
}

impl Late {
    /// What of `requests` is for one of `late`; `None` when nothing is.
    pub fn of(
        week: BuyerWeek<'_>,
        requests: &BTreeMap<(Day, SiteId), Vec<(LineId, Qty)>>,
        late: &BTreeSet<(Day, SiteId)>,
    ) -> Result<Option<Late>, Failure> {
        let mut days = Vec::new();
        let mut fields = Vec::new();
        for (&(day, site), lines) in requests.iter().filter(|(key, _)| late.contains(key)) {
            let name = format!("{} · {}", fr::day(day), site_name(week, site)?);
            let mut said = Vec::new();
            for &(line, quantity) in lines {
                said.push(goods(week, line, quantity)?);
                let name = format!("quantity-{line}@{}", column_code(day, site));
                fields.push((name, fr::number(quantity)));
            }
            days.push(LateDay { name, lines: said });
        }
        Ok((!days.is_empty()).then(|| Late {
            action: format!("/weeks/{}/my-orders/late-requests", week.week()),
            days,
            fields,
            phone: week.hub().identity.phone.clone(),
        }))
    }
}

fn goods(week: BuyerWeek<'_>, line: LineId, quantity: Qty) -> Result<String, Failure> {
    let list = week.publication().ok_or(trade::Denial::NotPublished)?;
    let line = list.line(line)?;
    let product = week.list().product(line.product)?;
    let labels = fr::labels(line.labels);
    let name = format!("{} {labels}", product.name);
    Ok(format!("{} {}", fr::qty(quantity, product.unit), name.trim_end()))
}

/// `POST …/my-orders/late-requests`: a message to the hub, once for each sheet.
pub async fn ask(visit: BuyerVisit, fields: Fields) -> Answer {
    let key = fields.needed("key", "Clé du formulaire")?.to_string();
    let mut requests: BTreeMap<(Day, SiteId), Vec<(LineId, Qty)>> = BTreeMap::new();
    for (name, value) in fields.starting("quantity-") {
        let (line, day, site) = cell(name)?;
        let quantity = crate::web::read_qty(value, "Quantité")?;
        requests.entry((day, site)).or_default().push((line, quantity));
    }
    let asked: Vec<(String, Vec<String>)> = visit
        .see(|week| {
            let all = requests.keys().copied().collect();
            let late = Late::of(week, &requests, &all)?.ok_or_else(|| {
                Failure::Input("Il n'y a rien à demander : la page était vide.".into())
            })?;
            Ok(late.days.into_iter().map(|day| (day.name, day.lines)).collect())
        })
        .await?;
    visit.scope.ask_late(visit.app(), visit.week, &key, &asked, &visit.stamp()).await?;
    let said = "Demande envoyée à la plateforme : elle vous répond avant la livraison.";
    back_to(&visit.href("my-orders"), said)
}
