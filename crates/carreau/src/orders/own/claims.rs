//! The buyer checks a delivery against its signed note, and says what is wrong with a line.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use trade::Week;
use trade::billing::{self, Billed};
use trade::calendar::Day;
use trade::id::{OrderLineId, SiteId};
use trade::rounds::DeliveryNote;
use trade::rounds::claim::{ClaimCause, ClaimRequest, is_as_weighed};
use trade::unit::Qty;

use super::pages::site_name;
use crate::access::buyer::BuyerWeek;
use crate::access::claims::{About, Claim, Photo};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, BuyerVisit, Parcel, back_to, html, read_qty};

/// An order line as one note delivered it.
struct CheckedLine {
    about: String,
    key: String,
    name: String,
    labels: String,
    unit: &'static str,
    ordered: String,
    delivered: String,
    /// Why less came than was ordered, as the note says.
    gap: String,
    is_short: bool,
    /// Sold by the weight found: a little less is no fault.
    is_weighed: bool,
    claim: Option<Said>,
    credit: Option<CreditSaid>,
    may_claim: bool,
}

/// A claim as its buyer sees it.
pub struct Said {
    pub text: String,
    pub own_words: String,
    pub photo: String,
    pub state: &'static str,
    pub word: &'static str,
    pub answer: String,
}

/// What an accepted claim becomes in the accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditSaid {
    pub text: String,
    /// The paper of the credit note, for its buyer; empty until there is one.
    pub href: String,
}

/// The same for its buyer, with the paper.
fn own_credit(week: BuyerWeek<'_>, claim: &Claim) -> Option<CreditSaid> {
    if !claim.is_accepted() {
        return None;
    }
    let About { note, line } = claim.about;
    let document = claim.credit_note.and_then(|id| week.documents().find(|one| one.id == id));
    Some(match document {
        Some(document) => CreditSaid {
            text: format!("Avoir {}", document.reference()),
            href: format!("/weeks/{}/my-orders/invoice/{}", week.week(), document.id),
        },
        None => CreditSaid {
            text: match week.invoice_of(note, line) {
                Some(invoice) => {
                    format!("Un avoir sera fait sur la facture {}.", invoice.reference())
                }
                None => {
                    "Cette livraison n'est pas encore facturée : l'avoir suivra la facture.".into()
                }
            },
            href: String::new(),
        },
    })
}

/// What becomes of an accepted claim in the accounts; empty of others.
pub fn credit_said(week: &Week, claim: &Claim) -> String {
    if !claim.is_accepted() {
        return String::new();
    }
    let billed = Billed::Delivery(claim.about.note, claim.about.line);
    match claim.credit_note.and_then(|id| week.document(id).ok()) {
        Some(document) => format!("avoir {}", document.reference()),
        None if billing::invoice_of(week, billed).is_some() => "avoir à établir".into(),
        None => "livraison non facturée : l'avoir suivra la facture".into(),
    }
}

#[derive(Template)]
#[template(path = "my_delivery.html")]
struct DeliveryPage {
    frame: Frame,
    action: String,
    back: String,
    paper: String,
    signed: String,
    lines: Vec<CheckedLine>,
    causes: Vec<(&'static str, &'static str)>,
    delivery: String,
}

/// `GET …/my-orders/delivery/{day}/{site}`
pub async fn delivery(visit: BuyerVisit) -> Answer {
    let unknown = || Failure::NotFound("Cette livraison n'est pas une des vôtres.".into());
    let day = Day::parse(visit.param("day")?).ok_or_else(unknown)?;
    let site = SiteId::parse(visit.param("site")?).map_err(|_| unknown())?;
    let claims = visit.scope.claims(visit.app(), visit.week).await?;
    let page = visit.see(|week| {
        let mut notes = week.notes();
        let note = notes.find(|note| note.day == day && note.site == site).ok_or_else(unknown)?;
        page(&visit, week, note, &claims)
    });
    html(&page.await?)
}

fn page(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    note: &DeliveryNote,
    claims: &[Claim],
) -> Result<DeliveryPage, Failure> {
    let title = format!("Livraison du {}", fr::day(note.day));
    let mut frame = visit.frame(week, "my-orders", &title);
    frame.subtitle = site_name(week, note.site)?.to_string();
    let (day, minute) = clock::civil(note.stamp.at);
    let signed = match note.signed_by.as_str() {
        "" => format!("Remise le {} à {}.", fr::day(day), fr::time(minute)),
        by => format!("Signée par {by} le {} à {}.", fr::day(day), fr::time(minute)),
    };
    let mut sums: BTreeMap<OrderLineId, (i64, String)> = BTreeMap::new();
    for line in &note.lines {
        let sum = sums.entry(line.order_line).or_default();
        sum.0 += line.delivered().get();
        if !line.reason.is_empty() && !sum.1.contains(&line.reason) {
            sum.1.push_str(&line.reason);
        }
    }
    let lines = sums.into_iter().map(|(id, (delivered, reason))| {
        let about = About { note: note.id, line: id };
        checked(week, about, Qty::new(delivered), &reason, claims)
    });
    let causes = ClaimCause::ALL.map(|cause| (cause.code(), fr::claim_cause(cause)));
    Ok(DeliveryPage {
        frame,
        action: visit.href("my-orders/claims"),
        back: visit.href("my-orders"),
        paper: visit.href(&format!("my-orders/note/{}/{}", note.day, note.site)),
        signed,
        lines: lines.collect::<Result<_, Failure>>()?,
        causes: causes.into(),
        delivery: format!("{}/{}", note.day, note.site),
    })
}

fn checked(
    week: BuyerWeek<'_>,
    about: About,
    delivered: Qty,
    reason: &str,
    claims: &[Claim],
) -> Result<CheckedLine, Failure> {
    let order = week.order(about.line.order)?;
    let known = order.lines.iter().find(|line| line.rank == about.line.rank);
    let unknown = trade::Denial::UnknownOrderLine { line: about.line };
    let known = known.ok_or(unknown)?;
    let ordered = week.ordered(about.line);
    let claim = claims.iter().find(|claim| claim.about == about);
    Ok(CheckedLine {
        about: about.code(),
        key: format!("{:016x}", fastrand::u64(..)),
        name: known.name.clone(),
        labels: fr::labels(known.labels),
        unit: fr::unit(known.unit, true),
        ordered: fr::number(ordered),
        delivered: fr::number(delivered),
        gap: reason.to_string(),
        is_short: delivered < ordered,
        is_weighed: is_as_weighed(week.hub(), known.pack, ordered, delivered),
        may_claim: claim.is_none() && !delivered.is_zero(),
        credit: claim.and_then(|claim| own_credit(week, claim)),
        claim: claim.map(|claim| {
            let photo = format!("/weeks/{}/my-orders/claim-photo/{}", week.week(), about.code());
            said(claim, known.unit, photo)
        }),
    })
}

/// A claim in words.
pub fn said(claim: &Claim, unit: trade::catalog::SaleUnit, photo: String) -> Said {
    let quantity = fr::qty(claim.quantity, unit);
    let (state, word, answer) = match &claim.answer {
        None => ("wait", "à traiter", String::new()),
        Some(one) if one.is_accepted => ("ok", "acceptée", one.said.clone()),
        Some(one) => ("", "refusée", one.said.clone()),
    };
    Said {
        text: format!("{quantity}, {}", fr::claim_cause(claim.cause)),
        own_words: claim.said.clone(),
        photo: if claim.has_photo { photo } else { String::new() },
        state,
        word,
        answer,
    }
}

/// `POST …/my-orders/claims`: one line, once, however often a bad network sends it.
pub async fn claim(visit: BuyerVisit, parcel: Parcel) -> Answer {
    let sent = parcel.0;
    let about = About::parse(sent.text("about"))
        .ok_or_else(|| Failure::Input("La ligne est inconnue. Rechargez la page.".into()))?;
    let cause = ClaimCause::parse(sent.text("cause"))
        .ok_or_else(|| Failure::Input("« Motif » : choisissez-en un.".into()))?;
    let key = match sent.text("key") {
        "" => return Err(Failure::Input("« Clé du formulaire » est vide.".into()).into()),
        key => format!("claim-{key}"),
    };
    let request = ClaimRequest {
        note: about.note,
        line: about.line,
        quantity: read_qty(sent.text("quantity").trim(), "Quantité")?,
        cause,
        said: sent.text("said").trim().to_string(),
    };
    let photo = Photo::read(sent.bytes.clone())?;
    let stamp = visit.stamp();
    visit.scope.claim(visit.app(), visit.week, &request, photo, &key, &stamp).await?;
    let back = match sent.text("delivery") {
        "" => visit.href("my-orders"),
        delivery => visit.href(&format!("my-orders/delivery/{delivery}")),
    };
    back_to(&back, "Réclamation envoyée : la plateforme vous répond ici.")
}

/// `GET …/my-orders/claim-photo/{about}`
pub async fn photo(visit: BuyerVisit) -> Answer {
    let about = About::parse(visit.param("about")?)
        .ok_or_else(|| Failure::NotFound("Cette photo est inconnue.".into()))?;
    show(visit.scope.claim_photo(visit.app(), visit.week, about).await?)
}

/// A picture, kept by the browser of whoever may see it.
pub fn show((kind, bytes): (String, Vec<u8>)) -> Answer {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "private, max-age=3600".to_string())];
    Ok((headers, bytes).into_response())
}
