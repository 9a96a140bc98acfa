//! Accepted claims, and the credit notes that they lead to.

use askama::Template;
use trade::Week;
use trade::billing::{Billed, Counters, invoice_of};
use trade::unit::amount;

use super::acts;
use crate::access::claims::{About, Claim};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, Visit, back_to, html};

/// An accepted claim without a credit note.
pub struct ToCredit {
    pub(super) buyer: String,
    pub(super) goods: String,
    pub(super) claimed: String,
    pub(super) delivery: String,
    pub(super) net: String,
    /// On which invoice, or that it waits for one.
    pub(super) on: String,
    /// Where it is looked at before it is posted; empty while there is no invoice.
    pub(super) href: String,
}

/// What waits for a credit note, the oldest claim first; what waits for its invoice comes last.
pub fn to_credit(visit: &Visit, week: &Week, claims: &[Claim]) -> Result<Vec<ToCredit>, Failure> {
    let mut rows = Vec::new();
    let open = claims.iter().filter(|one| one.is_accepted() && one.credit_note.is_none());
    for claim in open {
        let About { note, line } = claim.about;
        let (order, goods) = week.order_line(line)?;
        let invoice = invoice_of(week, Billed::Delivery(note, line));
        let may = visit.may("billing", true);
        rows.push(ToCredit {
            buyer: week.register().buyer(claim.buyer)?.identity.name.clone(),
            goods: named(&goods.name, goods.labels),
            claimed: format!(
                "{}, {}",
                fr::qty(claim.quantity, goods.unit),
                fr::claim_cause(claim.cause)
            ),
            delivery: format!("livraison du {}", fr::day(order.day)),
            net: fr::euros(amount(claim.quantity, goods.price)),
            on: match invoice {
                Some((invoice, _)) => format!("Sur la facture {}", invoice.reference()),
                None => "Livraison non facturée : l'avoir suivra la facture.".into(),
            },
            href: match invoice {
                Some(_) if may => visit.href(&format!("billing/credits/{}", claim.about.code())),
                _ => String::new(),
            },
        });
    }
    rows.sort_by_key(|row| row.href.is_empty());
    Ok(rows)
}

fn named(name: &str, labels: trade::catalog::Labels) -> String {
    format!("{name} {}", fr::labels(labels)).trim_end().to_string()
}

#[derive(Template)]
#[template(path = "credit.html")]
struct CreditPage {
    frame: Frame,
    action: String,
    back: String,
    about: String,
    buyer: String,
    invoice: String,
    invoice_href: String,
    filed: String,
    reason: String,
    said: String,
    answer: String,
    goods: String,
    quantity: String,
    price: String,
    rate: String,
    net: String,
    vat: String,
    with_vat: String,
    left: String,
}

/// `GET …/billing/credits/{about}`: what would be posted.
pub async fn preview(visit: Visit) -> Answer {
    let claim = claim(&visit, visit.param("about")?).await?;
    let page = visit.see(|week| page(&visit, week, &claim)).await?;
    html(&page)
}

/// A claim that may have its credit note.
async fn claim(visit: &Visit, about: &str) -> Result<Claim, Failure> {
    let unknown = || Failure::NotFound("Cette réclamation est inconnue.".into());
    let about = About::parse(about).ok_or_else(unknown)?;
    let claim = visit.place.scope().claim(visit.app(), visit.place.week, about).await?;
    match &claim.answer {
        Some(answer) if answer.is_accepted => Ok(claim),
        Some(_) => Err(Failure::Input("Cette réclamation est refusée : pas d'avoir.".into())),
        None => Err(Failure::Input(
            "Cette réclamation attend sa réponse : l'avoir vient quand elle est acceptée.".into(),
        )),
    }
}

fn page(visit: &Visit, week: &Week, claim: &Claim) -> Result<CreditPage, Failure> {
    let mut counters = Counters::default();
    let (today, stamp) = (clock::today(), visit.stamp());
    if let Some(known) = acts::credit_of(week, claim.about) {
        let said = format!("L'avoir {} est déjà établi pour cette réclamation.", known.reference());
        return Err(Failure::Input(said));
    }
    let draft = acts::draft_credit(week, claim, today, &mut counters, &stamp)?;
    let About { note, line } = claim.about;
    let (order, goods) = week.order_line(line)?;
    let invoice = invoice_of(week, Billed::Delivery(note, line));
    let (invoice, billed) = invoice.ok_or(trade::Denial::NotInvoicedYet { line })?;
    let mut frame = visit.frame(week, "billing", "Avoir à établir");
    frame.subtitle = "Rien n'est écrit avant votre accord.".into();
    let answer = claim.answer.as_ref().map(|one| one.said.clone()).unwrap_or_default();
    let filed = [&draft.commitment_number, &draft.service_code];
    let filed: Vec<&str> =
        filed.into_iter().map(String::as_str).filter(|one| !one.is_empty()).collect();
    Ok(CreditPage {
        frame,
        action: visit.href("billing/credits"),
        back: visit.href("billing"),
        about: claim.about.code(),
        buyer: week.register().buyer(claim.buyer)?.identity.name.clone(),
        invoice: format!("{} du {}", invoice.reference(), fr::date(invoice.issued_on)),
        invoice_href: visit.href(&format!("billing/paper/{}", invoice.id)),
        filed: filed.join(" · "),
        reason: draft.reason.clone(),
        said: claim.said.clone(),
        answer,
        goods: format!(
            "{} · livraison du {}",
            named(&goods.name, goods.labels),
            fr::day(order.day)
        ),
        quantity: fr::qty(claim.quantity, goods.unit),
        price: fr::price_per(goods.price, goods.unit),
        rate: fr::rate(goods.vat),
        net: fr::euros(draft.net()),
        vat: fr::euros(draft.vat()),
        with_vat: fr::euros(draft.with_vat()),
        left: format!(
            "{} facturés {} HT",
            fr::qty(billed.quantity, goods.unit),
            fr::euros(billed.net)
        ),
    })
}

/// `POST …/billing/credits`: one claim's, once.
pub async fn establish(visit: Visit, fields: Fields) -> Answer {
    let claim = claim(&visit, fields.needed("about", "Réclamation")?).await?;
    let address = visit.web.site.address.clone();
    let week = visit.place.week;
    let link = |document: &trade::billing::Document| match &address {
        Some(address) => format!("{address}/weeks/{week}/my-orders/invoice/{}", document.id),
        None => String::new(),
    };
    let (today, stamp) = (clock::today(), visit.stamp());
    let made = acts::credit(visit.app(), visit.place, &claim, today, &stamp, link).await?;
    let reference = made.0.reference();
    let said = match made.1 {
        true => format!("Avoir {reference} établi : l'acheteur reçoit sa lettre."),
        false => format!("L'avoir {reference} était déjà établi : il n'y en a qu'un."),
    };
    back_to(&visit.href("billing"), &said)
}
