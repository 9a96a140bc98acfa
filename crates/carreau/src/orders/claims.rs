//! What buyers say against their deliveries, for the coordinator who answers.

use askama::Template;
use trade::Week;
use trade::offers::Stamp;

use super::own::claims::{Said, credit_said, said, show};
use crate::access::claims::{About, Claim};
use crate::access::signed::signed_by;
use crate::clock;
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Fields, Visit, back_to, html};

struct ClaimRow {
    about: String,
    buyer: String,
    phone: String,
    goods: String,
    delivery: String,
    when: String,
    claim: Said,
    worth: String,
    /// What becomes of an accepted claim in the accounts; empty of others.
    credit: String,
    is_open: bool,
    answered: String,
    /// Which farm brought it: lot and name.
    farms: Vec<String>,
}

#[derive(Template)]
#[template(path = "claims.html")]
struct ClaimsPage {
    frame: Frame,
    action: String,
    rows: Vec<ClaimRow>,
    may_write: bool,
}

/// `GET …/orders/claims`
pub async fn claims(visit: Visit) -> Answer {
    let scope = visit.place.scope();
    let claims = scope.claims(visit.app(), visit.place.week).await?;
    let page = visit.see(|week| {
        let mut frame = visit.frame(week, "orders", "Réclamations");
        frame.subtitle = "Ce que les acheteurs signalent sur leurs livraisons.".into();
        let rows: Result<Vec<ClaimRow>, Failure> =
            claims.iter().map(|claim| row(&visit, week, claim)).collect();
        let mut rows = rows?;
        rows.sort_by_key(|row| !row.is_open);
        Ok(ClaimsPage {
            frame,
            action: visit.href("orders/claims"),
            rows,
            may_write: visit.may("orders", true),
        })
    });
    html(&page.await?)
}

fn row(visit: &Visit, week: &Week, claim: &Claim) -> Result<ClaimRow, Failure> {
    let About { note, line } = claim.about;
    let (order, goods) = week.order_line(line)?;
    let buyer = &week.register().buyer(claim.buyer)?.identity;
    let written = |stamp: &Stamp| {
        let (day, minute) = clock::civil(stamp.at);
        let by = signed_by(week.register(), &stamp.by);
        format!("le {} à {} par {by}", fr::day(day), fr::time(minute))
    };
    let labels = fr::labels(goods.labels);
    let credit = credit_said(week, claim);
    let photo = visit.href(&format!("orders/claims/photo/{}", claim.about.code()));
    let mut farms = Vec::new();
    let known = week.notes().iter().find(|one| one.id == note);
    for one in known.into_iter().flat_map(|note| &note.lines).filter(|one| one.order_line == line) {
        let receipt = week.receipt(one.receipt)?;
        let farm = week.purchase_line(receipt.line)?.producer;
        let name = &week.register().producer(farm)?.identity.name;
        let said = format!("{name}, lot {}", receipt.batch);
        if !farms.contains(&said) {
            farms.push(said);
        }
    }
    Ok(ClaimRow {
        about: claim.about.code(),
        buyer: buyer.name.clone(),
        phone: buyer.phone.clone(),
        goods: format!("{} {labels}", goods.name).trim_end().to_string(),
        delivery: format!("livraison du {}", fr::day(order.day)),
        when: written(&claim.stamp),
        claim: said(claim, goods.unit, photo),
        credit,
        worth: fr::euros(trade::unit::amount(claim.quantity, goods.price)),
        is_open: claim.answer.is_none(),
        answered: claim.answer.as_ref().map_or(String::new(), |one| written(&one.stamp)),
        farms,
    })
}

/// `POST …/orders/claims/answers`: yes or no, with a word; once.
pub async fn answer(visit: Visit, fields: Fields) -> Answer {
    let about = About::parse(fields.needed("about", "Réclamation")?)
        .ok_or_else(|| Failure::Input("Cette réclamation est inconnue.".into()))?;
    let is_accepted = match fields.needed("verdict", "Réponse")? {
        "yes" => true,
        "no" => false,
        other => {
            let said = format!("« Réponse » : « {other} » n'est ni oui ni non.");
            return Err(Failure::Input(said).into());
        }
    };
    let said = fields.text("said");
    if !is_accepted && said.is_empty() {
        let said = "Dites pourquoi vous refusez : l'acheteur lira votre phrase.";
        return Err(Failure::Input(said.into()).into());
    }
    let scope = visit.place.scope();
    let (week, stamp) = (visit.place.week, visit.stamp());
    let claim = scope.claim(visit.app(), week, about).await?;
    let letter = visit.see(|week| mail::claim_answered(week, &claim, is_accepted, said, &stamp));
    let letter = letter.await?;
    let is_first =
        scope.answer_claim(visit.app(), week, about, is_accepted, said, &stamp, letter).await?;
    let told = match (is_first, is_accepted) {
        (false, _) => "Quelqu'un avait déjà répondu : sa réponse reste.",
        (true, true) => {
            "Réclamation acceptée : l'acheteur reçoit une lettre, la comptabilité \
            fera l'avoir."
        }
        (true, false) => "Réclamation refusée : l'acheteur reçoit votre phrase.",
    };
    back_to(&visit.href("orders/claims"), told)
}

/// `GET …/orders/claims/photo/{about}`
pub async fn photo(visit: Visit) -> Answer {
    let about = About::parse(visit.param("about")?)
        .ok_or_else(|| Failure::NotFound("Cette photo est inconnue.".into()))?;
    let scope = visit.place.scope();
    show(scope.claim_photo(visit.app(), visit.place.week, about).await?)
}
