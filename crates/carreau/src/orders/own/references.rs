//! What the buyer's next invoices are filed under: commitment number, service code, SIRET.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use trade::Denial;
use trade::treasury::{COMMITMENT_MAX, InvoiceRule, References, SERVICE_MAX, is_siret};

use crate::access::buyer::BuyerWeek;
use crate::denied::sentence;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, BuyerVisit, Fields, back_to, html};

/// A field with what is wrong with it.
struct Entry {
    value: String,
    error: String,
    is_needed: bool,
}

#[derive(Template)]
#[template(path = "my_references.html")]
struct ReferencesPage {
    frame: Frame,
    action: String,
    back: String,
    rule: &'static str,
    commitment: Entry,
    service: Entry,
    commitment_max: usize,
    service_max: usize,
    siret: String,
    is_siret: bool,
    /// Orders of the week with what they stay filed under.
    orders: Vec<String>,
    phone: String,
}

/// `GET …/my-orders/references`
pub async fn form(visit: BuyerVisit) -> Answer {
    let page = visit.see(|week| {
        let own = week.own().references();
        Ok(page(&visit, week, own, &[]))
    });
    html(&page.await?)
}

/// `POST …/my-orders/references`: for the next orders; what is ordered stays as it is.
pub async fn save(visit: BuyerVisit, fields: Fields) -> Answer {
    let wanted = References {
        commitment_number: fields.text("commitment_number").to_string(),
        service_code: fields.text("service_code").to_string(),
    };
    match visit.scope.set_references(visit.app(), visit.week, &wanted, None).await {
        Ok(()) => back_to(&visit.href("my-orders"), &noted(&wanted)),
        Err(Failure::Denied(denials)) => {
            let shown = visit.see(|week| Ok(page(&visit, week, wanted, &denials))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&shown)?).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

fn noted(References { commitment_number, service_code }: &References) -> String {
    let said = match (commitment_number.as_str(), service_code.as_str()) {
        ("", "") => "sans engagement ni code service".to_string(),
        (number, "") => format!("sous l'engagement {number}"),
        ("", code) => format!("sous le code service {code}"),
        (number, code) => format!("sous l'engagement {number}, code service {code}"),
    };
    format!("Noté : vos prochaines commandes seront {said}. Les commandes passées ne changent pas.")
}

fn page(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    shown: References,
    denials: &[Denial],
) -> ReferencesPage {
    let own = week.own();
    let rule = own.invoice_rule;
    let error = |is_its: fn(&Denial) -> bool| {
        denials.iter().find(|denial| is_its(denial)).map(sentence).unwrap_or_default()
    };
    let mut frame = visit.frame(week, "my-orders", "Engagement et code service");
    frame.subtitle = "Portés sur vos prochaines commandes et leurs factures.".into();
    let siret = own.identity.siret.clone();
    ReferencesPage {
        frame,
        action: visit.href("my-orders/references"),
        back: visit.href("my-orders"),
        rule: rule_said(rule),
        commitment: Entry {
            error: error(is_of_commitment),
            is_needed: rule.wants_commitment(),
            value: shown.commitment_number,
        },
        service: Entry {
            error: error(is_of_service),
            is_needed: rule.wants_service(),
            value: shown.service_code,
        },
        commitment_max: COMMITMENT_MAX,
        service_max: SERVICE_MAX,
        is_siret: is_siret(&siret),
        siret: spaced(&siret),
        orders: filed(week),
        phone: week.hub().identity.phone.clone(),
    }
}

fn is_of_commitment(denial: &Denial) -> bool {
    let most = COMMITMENT_MAX as i64;
    match denial {
        Denial::CommitmentMissing { .. } | Denial::CommitmentOrServiceMissing { .. } => true,
        Denial::ReferenceTooLong { most: of, .. } => *of == most,
        _ => false,
    }
}

fn is_of_service(denial: &Denial) -> bool {
    let most = SERVICE_MAX as i64;
    match denial {
        Denial::ServiceMissing { .. } => true,
        Denial::ReferenceTooLong { most: of, .. } => *of == most,
        _ => false,
    }
}

/// What the directory of Chorus Pro says of the buyer.
pub fn rule_said(rule: InvoiceRule) -> &'static str {
    match rule {
        InvoiceRule::Free => "Votre trésorerie ne demande aucune référence.",
        InvoiceRule::Commitment => "Votre trésorerie demande le numéro d'engagement.",
        InvoiceRule::Service => "Votre trésorerie demande le code service.",
        InvoiceRule::Both => "Votre trésorerie demande le numéro d'engagement et le code service.",
        InvoiceRule::Either => {
            "Votre trésorerie demande le numéro d'engagement ou le code service."
        }
    }
}

/// `732 829 320 00074`, as a SIRET is read out.
fn spaced(siret: &str) -> String {
    match (siret.get(..3), siret.get(3..6), siret.get(6..9), siret.get(9..)) {
        (Some(a), Some(b), Some(c), Some(rest)) => format!("{a} {b} {c} {rest}"),
        _ => siret.to_string(),
    }
}

fn filed(week: BuyerWeek<'_>) -> Vec<String> {
    let said = |order: &trade::orders::Order| {
        let number = match order.commitment_number.as_str() {
            "" => "sans engagement".to_string(),
            number => format!("engagement {number}"),
        };
        format!("Commande {} du {} : {number}", order.id, fr::day(order.day))
    };
    week.orders().map(said).collect()
}
