//! `GET …/my-orders/new`: the order sheet, empty or as the last order.

use std::collections::BTreeSet;

use axum::extract::Query;
use serde::Deserialize;

use super::last::{again, known_lines, last_order};
use super::sheet::{self, Making, Typed, columns_of};
use crate::failure::Failure;
use crate::ui::frame::Notice;
use crate::web::{Answer, BuyerVisit, html};

#[derive(Deserialize)]
pub struct Asking {
    #[serde(default)]
    like: String,
}

/// `GET …/my-orders/new?like=last|empty`
pub async fn new(visit: BuyerVisit, Query(asked): Query<Asking>) -> Answer {
    let last = last_order(&visit).await?;
    let ceilings = visit.scope.ceilings(visit.app(), visit.week).await?;
    let page = visit.see(|week| {
        let list = week.publication().ok_or(trade::Denial::NotPublished)?;
        let columns = columns_of(week);
        if columns.is_empty() {
            let said = "Plus aucun jour de cette semaine ne prend de commande.";
            return Err(Failure::Input(said.into()));
        }
        let mut frame = visit.frame(week, "my-orders", "Commander");
        let (mut typed, mut said) = (Typed::default(), Vec::new());
        if asked.like == "last" {
            // What is ordered already is not put on the sheet a second time.
            let is_new =
                |column: &&(_, _)| !week.orders().any(|order| (order.day, order.site) == **column);
            let fresh: Vec<_> = columns.iter().filter(is_new).copied().collect();
            (typed, said) = again(week, list, &fresh, &columns, &last.lines)?;
            let of = last.of();
            let told = match (last.lines.is_empty(), typed.text.is_empty()) {
                (true, _) => {
                    "Vous n'avez encore rien commandé : remplissez la feuille.".to_string()
                }
                (_, true) => format!("Rien {of} n'est à reprendre."),
                _ => format!("Voici vos quantités {of} : changez, puis commandez."),
            };
            frame = frame.tell(Notice::known(told));
        }
        if !said.is_empty() {
            let title = format!("À regarder : tout n'est pas comme {}.", last.name);
            frame = frame.tell(Notice::changed(title).items(said));
        }
        let known = known_lines(list, &last.lines);
        let taken = BTreeSet::new();
        let making = Making { typed: &typed, ceilings: &ceilings, known: &known, taken: &taken };
        sheet::sheet(week, frame, &making)
    });
    html(&page.await?)
}
