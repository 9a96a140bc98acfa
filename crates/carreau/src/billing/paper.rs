//! Invoices and farm bills on paper.

use paper::{Invoice, InvoiceLine, Party, Payment, VatLine};
use trade::Week;
use trade::billing::{Billed, Document, DocumentKind, DocumentLine};
use trade::id::{BuyerId, DocumentId, ProducerId};
use trade::party::{BuyerKind, Identity, VatRegime};

use crate::failure::Failure;
use crate::law;
use crate::ui::{fr, paper as papers};

/// What a document is called.
pub fn title(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "Facture",
        DocumentKind::CreditNote => "Avoir",
        DocumentKind::SelfBill => "Facture (autofacturation)",
        DocumentKind::PurchaseSlip => "Bulletin d'achat",
        DocumentKind::Statement => "Relevé d'apports",
    }
}

/// A posted document as it is sent.
pub fn invoice(week: &Week, id: DocumentId) -> Result<Invoice, Failure> {
    let document = week.document(id)?;
    let register = week.register();
    let hub = papers::party(&register.hub.identity);
    let (seller, buyer, identity) = match document.kind {
        DocumentKind::Invoice | DocumentKind::CreditNote => {
            let other = &register.buyer(BuyerId(document.party))?.identity;
            (hub, papers::party(other), &register.hub.identity)
        }
        _ => {
            let farm = &register.producer(ProducerId(document.party))?.identity;
            (papers::party(farm), hub, farm)
        }
    };
    let reference = document.reference();
    let name = title(document.kind);
    let is_credit = document.kind == DocumentKind::CreditNote;
    let lines: Result<Vec<InvoiceLine>, Failure> =
        document.lines.iter().map(|line| invoice_line(week, line)).collect();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    Ok(Invoice {
        imprint: papers::imprint(
            &register.hub,
            &format!("{name} {reference}"),
            &format!("{}/{reference}", document.kind.code()),
            document.stamp.at,
        ),
        title: name.into(),
        number: reference.clone(),
        subtitle: match document.kind {
            DocumentKind::SelfBill => {
                Some(format!("établie au nom et pour le compte de {}", seller.name))
            }
            DocumentKind::CreditNote => some(&document.reason),
            _ => None,
        },
        // A credit note is taken off what is paid: it has no means and no day of payment.
        payment: (!is_credit).then(|| payment(document, identity, &seller, reference)),
        seller,
        buyer,
        delivered_to: None,
        issued_on: fr::date(document.issued_on),
        delivered_on: delivered_on(week, document),
        due_on: (!is_credit).then(|| fr::date(document.due_on)),
        order_number: None,
        commitment_number: some(&document.commitment_number),
        service_code: some(&document.service_code),
        contract_number: None,
        corrects: corrects(week, document)?,
        lines: lines?,
        vat: vat_lines(document),
        total_net: fr::euros(document.net()),
        total_vat: fr::euros(document.vat()),
        total_with_vat: fr::euros(document.with_vat()),
        settlement: Vec::new(),
        mentions: mentions(week, document)?,
    })
}

/// The invoice that a credit note takes back from.
fn corrects(week: &Week, document: &Document) -> Result<Option<String>, Failure> {
    let Some(id) = document.corrects else { return Ok(None) };
    let invoice = week.document(id)?;
    Ok(Some(format!("facture {} du {}", invoice.reference(), fr::date(invoice.issued_on))))
}

/// The tax table; none on the paper of a farm that charges no VAT.
fn vat_lines(document: &Document) -> Vec<VatLine> {
    let groups = document.vat_groups();
    if !document.kind.is_for_buyer() && groups.iter().all(|group| group.rate.is_zero()) {
        return Vec::new();
    }
    let line = |group: &trade::billing::VatGroup| VatLine {
        rate: fr::rate(group.rate),
        base: fr::euros(group.base),
        vat: fr::euros(group.vat),
    };
    groups.iter().map(line).collect()
}

fn payment(document: &Document, identity: &Identity, seller: &Party, reference: String) -> Payment {
    let days = document.due_on.days() - document.issued_on.days();
    Payment {
        terms: match document.kind {
            DocumentKind::Invoice => format!("Virement à {days} jours"),
            _ => "Virement, 30 jours au plus après la livraison".into(),
        },
        holder: Some(seller.name.clone()),
        iban: Some(identity.iban.clone()).filter(|iban| !iban.is_empty()),
        bic: None,
        reference: Some(reference),
    }
}

/// The day, or the first and last day, on which the goods changed hands.
fn delivered_on(week: &Week, document: &Document) -> String {
    let days = document.lines.iter().filter_map(|line| match line.billed {
        Billed::Delivery(note, _) => {
            week.notes().iter().find(|known| known.id == note).map(|note| note.day)
        }
        Billed::Purchase(line) => week.purchase_line(line).ok().map(|line| line.day),
    });
    let days: Vec<_> = days.collect();
    match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first != last => {
            format!("du {} au {}", fr::numbers_day(*first), fr::numbers_day(*last))
        }
        (Some(day), _) => fr::date(*day),
        _ => String::new(),
    }
}

fn invoice_line(week: &Week, line: &DocumentLine) -> Result<InvoiceLine, Failure> {
    let register = week.register();
    let (product, labels, note, batch) = match line.billed {
        Billed::Delivery(note, order_line) => {
            let ordered = week.order_line(order_line)?.1;
            let delivered = week.notes().iter().find(|known| known.id == note);
            let site = delivered.map(|note| crate::rounds::paper::number(note.day, note.site));
            (ordered.product, ordered.labels, site, None)
        }
        Billed::Purchase(id) => {
            let purchase = week.purchase_line(id)?;
            let batch = week.receipts_of(id).next().map(|receipt| receipt.batch.clone());
            (purchase.product, purchase.labels, None, batch)
        }
    };
    let product = register.product(product)?;
    let details = [
        Some(product.quality_class.clone())
            .filter(|class| !class.is_empty())
            .map(|class| format!("Cat. {class}")),
        Some("origine France".to_string()),
        Some(fr::labels(labels)).filter(|labels| !labels.is_empty()),
    ];
    Ok(InvoiceLine {
        designation: papers::designation(product),
        detail: Some(details.into_iter().flatten().collect::<Vec<_>>().join(" · ")),
        delivery_note: note,
        batch,
        quantity: fr::number(line.quantity),
        unit: fr::unit(product.unit, false).into(),
        price: fr::price(line.price),
        vat_rate: fr::rate(line.vat),
        amount: fr::euros(line.net),
    })
}

/// What the law wants under the totals, by the dated table of the seeds.
fn mentions(week: &Week, document: &Document) -> Result<Vec<String>, Failure> {
    let register = week.register();
    let mut codes: Vec<&str> = match document.kind {
        DocumentKind::Invoice => {
            let kind = register.buyer(BuyerId(document.party))?.kind;
            match is_public(kind) {
                true => vec!["late_penalties_public", "recovery_40_public"],
                false => vec!["no_discount", "late_penalties", "recovery_40"],
            }
        }
        // What is said of paying late is said on the invoice.
        DocumentKind::CreditNote => Vec::new(),
        DocumentKind::SelfBill => vec!["self_billing", "self_billing_contest", "producer_term"],
        DocumentKind::PurchaseSlip => vec!["purchase_slip", "flat_rate_farmer", "producer_term"],
        DocumentKind::Statement => vec!["producer_term"],
    };
    codes.push("goods");
    let mut words = vec![("hub", register.hub.identity.name.clone())];
    words.push(("contest_days", CONTEST_DAYS.to_string()));
    if !document.kind.is_for_buyer() {
        let farm = register.producer(ProducerId(document.party))?;
        words.push(("producer", farm.identity.name.clone()));
        words.push(("mandate_on", farm.mandate_on.map(fr::date).unwrap_or_default()));
        if farm.vat_regime == VatRegime::Exempt {
            codes.push("vat_exempt");
        }
    }
    let words: Vec<(&str, &str)> = words.iter().map(|(word, value)| (*word, &value[..])).collect();
    let texts = codes.into_iter().filter_map(|code| law::mention(code, document.issued_on));
    Ok(texts.map(|mention| law::fill(&mention.text, &words)).collect())
}

/// Days in which a farm may contest a self-bill, as the hub's mandate says.
const CONTEST_DAYS: i64 = 30;

/// Public buyers are under the rules of public orders for late payment.
fn is_public(kind: BuyerKind) -> bool {
    match kind {
        BuyerKind::School | BuyerKind::CentralKitchen | BuyerKind::University => true,
        BuyerKind::Community => true,
        BuyerKind::FoodAid | BuyerKind::Partner | BuyerKind::Other => false,
    }
}
