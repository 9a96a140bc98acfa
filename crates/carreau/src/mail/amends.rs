//! Letters about what went wrong: what the hub answers to a claim, and the credit note.

use trade::Week;
use trade::billing::{self, Billed, Document};
use trade::id::BuyerId;
use trade::offers::Stamp;

use super::letters::{opened, signed};
use super::sheet::Sheet;
use super::words::in_own_words;
use super::{CLAIM_ANSWER, CREDIT_NOTE, To, written};
use crate::access::claims::Claim;
use crate::failure::Failure;
use crate::store::act::Mail;
use crate::store::keys::fingerprint;
use crate::ui::fr;

/// What is answered to a claim, for the transaction that answers it. A claim is answered once, and
/// so is its letter.
pub fn claim_answered(
    week: &Week,
    claim: &Claim,
    is_accepted: bool,
    said: &str,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let sheet = answer_sheet(week, claim, is_accepted, said)?;
    let version = fingerprint(&claim.about.code()) & i64::MAX;
    written(CLAIM_ANSWER, To::Buyer(claim.buyer), version, &sheet, stamp)
}

/// What the letter says that answers a claim.
pub fn answer_sheet(
    week: &Week,
    claim: &Claim,
    is_accepted: bool,
    said: &str,
) -> Result<Sheet, Failure> {
    let register = week.register();
    let (order, goods) = week.order_line(claim.about.line)?;
    let name = &register.buyer(claim.buyer)?.identity.name;
    let labels = fr::labels(goods.labels);
    let dot = if labels.is_empty() { "" } else { " · " };
    let day = fr::day(order.day);
    let verdict = if is_accepted { "acceptée" } else { "refusée" };
    let mut facts = vec![
        format!("Produit : {}{dot}{labels}", goods.name),
        format!("Livraison du {day}, commande {}", order.id),
        format!(
            "Réclamé : {}, {}",
            fr::qty(claim.quantity, goods.unit),
            fr::claim_cause(claim.cause)
        ),
    ];
    if !order.commitment_number.is_empty() {
        facts.push(format!("Numéro d'engagement : {}", order.commitment_number));
    }
    if !said.is_empty() {
        facts.push(format!("Notre réponse : {said}"));
    }
    let billed = Billed::Delivery(claim.about.note, claim.about.line);
    let next = match (is_accepted, billing::invoice_of(week, billed)) {
        (false, _) => "Vous n'êtes pas d'accord ? Appelez-nous : nous regardons ensemble.".into(),
        (true, Some((invoice, _))) => format!(
            "Vous recevrez un avoir sur la facture {} : {} HT.",
            invoice.reference(),
            fr::euros(trade::unit::amount(claim.quantity, goods.price))
        ),
        (true, None) => "Cette livraison n'est pas encore facturée : l'avoir suivra la facture, \
             par une lettre à part."
            .into(),
    };
    let sheet = opened(format!("Votre réclamation du {day} est {verdict}"))
        .say(format!("La réclamation de « {name} » est {verdict}."))
        .lines(facts)
        .say(next);
    Ok(in_own_words(signed(sheet, register), register, CLAIM_ANSWER))
}

/// The credit note, for the act that posts it. `link`: where it can be read; empty without.
pub fn credit_note(
    week: &Week,
    document: &Document,
    link: String,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let sheet = credit_sheet(week, document, link)?;
    let to = To::Buyer(BuyerId(document.party));
    written(CREDIT_NOTE, to, document.id.0, &sheet, stamp)
}

/// What the letter says that brings a credit note.
pub fn credit_sheet(week: &Week, document: &Document, link: String) -> Result<Sheet, Failure> {
    let register = week.register();
    let invoice = match document.corrects {
        Some(id) => week.document(id)?,
        None => return Err(Failure::Other(anyhow::anyhow!("un avoir sans facture"))),
    };
    let (reference, of) = (document.reference(), invoice.reference());
    let mut facts = vec![
        format!("Avoir {reference} du {}", fr::date(document.issued_on)),
        format!("Corrige la facture {of} du {}", fr::date(invoice.issued_on)),
        document.reason.clone(),
        format!("Montant HT : {}", fr::euros(document.net())),
        format!("Montant TTC : {}", fr::euros(document.with_vat())),
    ];
    if !document.commitment_number.is_empty() {
        facts.push(format!("Numéro d'engagement : {}", document.commitment_number));
    }
    let sheet = opened(format!("Avoir {reference} sur la facture {of}"))
        .say(format!(
            "Voici l'avoir promis. Déduisez-le de la facture {of} ; si elle est payée, nous le \
             déduisons de la prochaine ou le remboursons, comme vous préférez."
        ))
        .lines(facts)
        .link("Lire et imprimer l'avoir", link);
    Ok(in_own_words(signed(sheet, register), register, CREDIT_NOTE))
}
