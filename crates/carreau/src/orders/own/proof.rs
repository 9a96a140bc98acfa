//! All papers of one commitment in one file: orders, signed delivery notes, invoices and credit
//! notes.

use std::collections::BTreeSet;

use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use trade::calendar::IsoWeek;
use trade::id::{DocumentId, OrderId};
use trade::unit::{Cents, amount};
use wire::bundle::bundle;

use super::pages::site_name;
use crate::access::buyer::BuyerWeek;
use crate::access::past::Past;
use crate::clock;
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, BuyerVisit};

#[derive(Deserialize)]
pub struct Asking {
    #[serde(default)]
    engagement: String,
}

/// Most papers of one file: a year of two deliveries a week, with their invoices.
const PAPERS_MAX: usize = 400;

/// A file before it is set.
enum Sheet {
    Text(String, String),
    Note(String, Box<paper::DeliveryNote>),
    Invoice(String, Box<paper::Invoice>),
}

/// `GET …/my-orders/proof?engagement=2026-EJ-0013`
pub async fn proof(visit: BuyerVisit, Query(asked): Query<Asking>) -> Answer {
    let number = asked.engagement.trim();
    if number.is_empty() {
        let said = "Dites quel engagement : cherchez-le dans votre historique.";
        return Err(Failure::Input(said.into()).into());
    }
    let past = visit.scope.past(visit.app(), visit.week).await?;
    let orders = past.orders.iter().filter(|one| one.commitment_number == number);
    let weeks: BTreeSet<IsoWeek> = orders.map(|one| one.week).collect();
    if weeks.is_empty() {
        let said = format!("Aucune commande ne porte l'engagement « {number} ».");
        return Err(Failure::NotFound(said).into());
    }
    let mut sheets = vec![summary(&past, number)];
    for at in weeks {
        let look = |week: BuyerWeek<'_>| of_week(week, &past, number);
        sheets.extend(visit.scope.see(visit.app(), at, look).await?);
    }
    if sheets.len() > PAPERS_MAX {
        let said =
            format!("Ce dossier a plus de {PAPERS_MAX} pièces : demandez-le à la plateforme.");
        return Err(Failure::Input(said).into());
    }
    let mut files = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        files.push(set(sheet).await?);
    }
    let file = bundle(&files).map_err(|error| Failure::Other(error.into()))?;
    let plain: String = number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let name = format!("attachment; filename=\"engagement-{plain}.zip\"");
    let headers = [(CONTENT_TYPE, "application/zip".to_string()), (CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}

async fn set(sheet: Sheet) -> Result<(String, Vec<u8>), Failure> {
    Ok(match sheet {
        Sheet::Text(name, text) => (name, text.into_bytes()),
        Sheet::Note(name, note) => (name, papers::set(*note, paper::delivery_note).await?),
        Sheet::Invoice(name, invoice) => (name, papers::set(*invoice, paper::invoice).await?),
    })
}

fn of_week(week: BuyerWeek<'_>, past: &Past, number: &str) -> Result<Vec<Sheet>, Failure> {
    let at = week.week();
    let mut sheets = Vec::new();
    let mut deliveries = BTreeSet::new();
    let orders = past.orders.iter().filter(|one| one.week == at);
    for one in orders.filter(|one| one.commitment_number == number) {
        deliveries.insert((one.day, one.site));
        let name = format!("commandes/commande-{}.txt", one.id);
        sheets.push(Sheet::Text(name, order_text(week, OrderId(one.id), number)?));
    }
    for one in past.notes.iter().filter(|one| one.week == at) {
        if deliveries.contains(&(one.day, one.site)) {
            let name = format!("bons-de-livraison/{}-{}.pdf", one.day, one.site);
            sheets.push(Sheet::Note(name, Box::new(week.note_paper(one.site, one.day)?)));
        }
    }
    let invoices = past.invoices.iter().filter(|one| one.week == at);
    for one in invoices.filter(|one| one.commitment_number == number) {
        let (invoice, reference) = week.invoice_paper(DocumentId(one.id))?;
        sheets.push(Sheet::Invoice(format!("factures/{reference}.pdf"), Box::new(invoice)));
    }
    let credits = past.credits.iter().filter(|one| one.week == at);
    for one in credits.filter(|one| one.commitment_number == number) {
        let (credit, reference) = week.invoice_paper(DocumentId(one.id))?;
        sheets.push(Sheet::Invoice(format!("avoirs/{reference}.pdf"), Box::new(credit)));
    }
    Ok(sheets)
}

/// An order as it stands, in 72 columns.
fn order_text(week: BuyerWeek<'_>, id: OrderId, number: &str) -> Result<String, Failure> {
    let order = week.order(id)?;
    let own = &week.own().identity;
    let (day, minute) = clock::civil(order.stamp.at);
    let mut text = format!("COMMANDE {id}\r\n\r\n");
    let mut fact = |name: &str, said: &str| {
        if !said.is_empty() {
            text.push_str(&format!("{name:<22}{said}\r\n"));
        }
    };
    fact("Client", &own.name);
    fact("SIRET client", &own.siret);
    fact("N° d'engagement", number);
    fact("Code service", &order.service_code);
    fact("Site", site_name(week, order.site)?);
    fact("Livraison", &fr::day(order.day));
    fact("Passée", &format!("le {} à {}", fr::day(day), fr::time(minute)));
    text.push_str("\r\n");
    let mut sum = 0;
    for line in &order.lines {
        let quantity = week.ordered(order.line_id(line.rank));
        let net = amount(quantity, line.price);
        sum += net.get();
        let name = format!("{} {}", line.name, fr::labels(line.labels));
        let name: String = name.trim_end().chars().take(34).collect();
        let quantity = fr::qty(quantity, line.unit);
        let price = fr::price(line.price);
        text.push_str(&format!("{name:<35}{quantity:>13}{price:>11}{:>13}\r\n", fr::euros(net)));
    }
    let total = fr::euros(Cents::new(sum));
    text.push_str(&format!("{:-<72}\r\n{:<59}{total:>13}\r\n", "", "Total HT"));
    Ok(text)
}

/// What is in the file, and that it adds up.
fn summary(past: &Past, number: &str) -> Sheet {
    let orders = past.orders.iter().filter(|one| one.commitment_number == number);
    let invoices = past.invoices.iter().filter(|one| one.commitment_number == number);
    let notes = past.notes.iter().filter_map(|one| one.nets.get(number));
    let credits = past.credits.iter().filter(|one| one.commitment_number == number);
    let credited = credits.fold((0, 0), |sum, one| (sum.0 + 1, sum.1 + one.net.get()));
    let (mut ordered, mut invoiced) = ((0, 0), (0, 0));
    orders.for_each(|one| ordered = (ordered.0 + 1, ordered.1 + one.net.get()));
    invoices.for_each(|one| invoiced = (invoiced.0 + 1, invoiced.1 + one.net.get()));
    let delivered = notes.fold((0, 0), |sum, net| (sum.0 + 1, sum.1 + net.get()));
    let row = |name: &str, (many, sum): (i64, i64)| {
        format!("{name:<24}{many:>6}{:>20} HT\r\n", fr::euros(Cents::new(sum)))
    };
    let mut text = format!("ENGAGEMENT {number}\r\n\r\n");
    text.push_str(&row("Commandes", ordered));
    text.push_str(&row("Bons de livraison", delivered));
    text.push_str(&row("Factures", invoiced));
    if credited.0 > 0 {
        text.push_str(&row("Avoirs, à déduire", credited));
        text.push_str(&row("À payer", (invoiced.0 + credited.0, invoiced.1 - credited.1)));
    }
    text.push_str(match delivered.1 == invoiced.1 {
        true => "\r\nLivré et facturé font la même somme.\r\n",
        false => "\r\nTout ce qui est livré n'est pas encore facturé.\r\n",
    });
    Sheet::Text("sommaire.txt".into(), text)
}
