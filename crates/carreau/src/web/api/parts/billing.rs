//! Invoices and farm bills.

use trade::Week;
use trade::billing::{Document, DocumentKind, DocumentLine, VatGroup};
use trade::calendar::{Day, IsoWeek};
use trade::id::DocumentId;

use super::orders::not_there;
use crate::billing::paper::invoice;
use crate::failure::Failure;
use crate::ui::paper as papers;
use crate::web::api::BASE;
use crate::web::api::call::{Call, Link, Mark, Operation, Seat, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{As, Listed, objects, words};

words! {
    DocumentKindWord of ["invoice", "credit_note", "self_bill", "purchase_slip", "statement"];
}

objects! {
    DocumentLineShape, "Une ligne de pièce." {
        quantity: i64 = "Millièmes de l'unité de vente.", 30_000;
        price: i64 = "Dix-millièmes d'euro HT pour une unité.", 12_500;
        net_cents: i64 = "Montant HT, en centimes.", 3_750;
        vat_bp: i64 = "Taux de TVA, en centièmes de pour cent.", 550;
    }
    VatShape, "La TVA d'un taux : prise sur la somme de ses lignes." {
        vat_bp: i64 = "Le taux, en centièmes de pour cent.", 550;
        base_cents: i64 = "La base HT, en centimes.", 3_750;
        vat_cents: i64 = "La TVA, en centimes.", 206;
    }
    DocumentShape, "Une pièce comptable." {
        document: i64 = "Son numéro dans la semaine.", 3;
        week: As<IsoWeek> = "Sa semaine.", "2026-W48";
        kind: DocumentKindWord = "Facture, avoir, autofacture, bulletin ou relevé.", "invoice";
        reference: String = "Son numéro.", "F2026-000123";
        party: String = "L'acheteur, ou la ferme.", "0340005W";
        commitment_number: String = "Le numéro d'engagement, ou rien.", "";
        corrects: Option<i64> = "D'un avoir, la pièce de la semaine qu'il corrige.",
            serde_json::Value::Null;
        issued_on: As<Day> = "Sa date.", "2026-11-27";
        due_on: As<Day> = "Son échéance.", "2026-12-27";
        net_cents: i64 = "Total HT, en centimes.", 3_750;
        vat_cents: i64 = "TVA, en centimes.", 206;
        with_vat_cents: i64 = "Total TTC, en centimes.", 3_956;
        paid_on: Option<As<Day>> = "Le jour du virement à la ferme.", serde_json::Value::Null;
        paper: String = "L'adresse de son PDF.", "/api/v1/weeks/2026-W48/documents/3/paper";
        vat: Vec<VatShape> = "La TVA par taux.", serde_json::Value::Null;
        lines: Vec<DocumentLineShape> = "Ses lignes ; vide dans une liste.",
            serde_json::Value::Null;
    }
}

pub fn operations() -> Vec<Operation> {
    let own = |operation: Operation| operation.desk("billing").buyer().farm();
    vec![
        own(Operation::new::<Listed<DocumentShape>>(
            Verb::Get,
            "/weeks/{week}/documents",
            "listDocuments",
            "Les pièces d'une semaine",
            |call| Box::pin(documents(call)),
        )
        .paged("3"))
        .links(&[Link {
            name: "document",
            to: "getDocument",
            parts: &[
                ("week", "$response.body#/items/0/week"),
                ("document", "$response.body#/items/0/document"),
            ],
        }])
        .told(
            "Un acheteur lit ses factures et avoirs, une ferme ses relevés, la plateforme toutes \
             les pièces.",
            "Une page de pièces, sans leurs lignes.",
        ),
        own(Operation::new::<DocumentShape>(
            Verb::Get,
            "/weeks/{week}/documents/{document}",
            "getDocument",
            "Une pièce",
            |call| Box::pin(document(call)),
        ))
        .told("Avec ses lignes.", "La pièce."),
        own(Operation::new::<bool>(
            Verb::Get,
            "/weeks/{week}/documents/{document}/paper",
            "getDocumentPaper",
            "Une pièce en PDF",
            |call| Box::pin(document_paper(call)),
        )
        .paper())
        .told("Telle qu'elle est envoyée.", "Le PDF."),
    ]
}

fn shown(
    week: IsoWeek,
    document: &Document,
    paid_on: Option<Day>,
    is_whole: bool,
) -> DocumentShape {
    let kind = match document.kind {
        DocumentKind::Invoice => "invoice",
        DocumentKind::CreditNote => "credit_note",
        DocumentKind::SelfBill => "self_bill",
        DocumentKind::PurchaseSlip => "purchase_slip",
        DocumentKind::Statement => "statement",
    };
    let line = |line: &DocumentLine| DocumentLineShape {
        quantity: line.quantity.get(),
        price: line.price.get(),
        net_cents: line.net.get(),
        vat_bp: line.vat.get(),
    };
    let vat = |group: &VatGroup| VatShape {
        vat_bp: group.rate.get(),
        base_cents: group.base.get(),
        vat_cents: group.vat.get(),
    };
    DocumentShape {
        document: document.id.0,
        week: As(week),
        kind: DocumentKindWord(kind.into()),
        reference: document.reference(),
        party: document.party.to_string(),
        commitment_number: document.commitment_number.clone(),
        corrects: document.corrects.map(|id| id.0),
        issued_on: As(document.issued_on),
        due_on: As(document.due_on),
        net_cents: document.net().get(),
        vat_cents: document.vat().get(),
        with_vat_cents: document.with_vat().get(),
        paid_on: paid_on.map(As),
        paper: format!("{BASE}/weeks/{week}/documents/{}/paper", document.id),
        vat: document.vat_groups().iter().map(vat).collect(),
        lines: document.lines.iter().filter(|_| is_whole).map(line).collect(),
    }
}

fn paid_on(week: &Week, document: &Document) -> Option<Day> {
    week.payouts().iter().find(|one| one.document == document.id).map(|one| one.paid_on)
}

fn no_document(id: DocumentId) -> Failure {
    Failure::NotFound(format!("La pièce {id} n'existe pas cette semaine, ou n'est pas à vous."))
}

async fn documents(call: Call) -> Result<Reply, Refusal> {
    let (app, number) = (call.app(), call.week()?);
    let mark = |one: &&Document| Mark::Number(one.id.0);
    let page = match call.seat()? {
        Seat::Buyer(scope) => {
            let own = scope.see(app, number, |week| {
                call.page(week.documents(), mark, |one| Ok(shown(number, one, None, false)))
            });
            own.await?
        }
        Seat::Farm(scope) => {
            let own = scope.see(app, number, |week| {
                call.page(week.bills(), mark, |one| {
                    let paid_on = week.payout(one).map(|payout| payout.paid_on);
                    Ok(shown(number, one, paid_on, false))
                })
            });
            own.await?
        }
        Seat::Hub(scope) => {
            let all = |week: &Week, _| {
                let show = |one: &Document| Ok(shown(number, one, paid_on(week, one), false));
                call.page(week.documents(), mark, show)
            };
            app.read(scope.at(number), all).await??
        }
    };
    Reply::json(&page)
}

async fn document(call: Call) -> Result<Reply, Refusal> {
    let (app, number, id) = (call.app(), call.week()?, DocumentId(call.number("document")?));
    let found = match call.seat()? {
        Seat::Buyer(scope) => {
            let own = scope.see(app, number, |week| {
                let found = week.documents().find(|one| one.id == id);
                Ok(shown(number, found.ok_or_else(|| no_document(id))?, None, true))
            });
            own.await?
        }
        Seat::Farm(scope) => {
            let own = scope.see(app, number, |week| {
                let found = week.bills().find(|one| one.id == id);
                let found = found.ok_or_else(|| no_document(id))?;
                let paid_on = week.payout(found).map(|payout| payout.paid_on);
                Ok(shown(number, found, paid_on, true))
            });
            own.await?
        }
        Seat::Hub(scope) => {
            let one = |week: &Week, _| {
                let found = week.document(id).map_err(|_| no_document(id))?;
                Ok::<_, Failure>(shown(number, found, paid_on(week, found), true))
            };
            app.read(scope.at(number), one).await??
        }
    };
    Reply::json(&found)
}

async fn document_paper(call: Call) -> Result<Reply, Refusal> {
    let (app, number, id) = (call.app(), call.week()?, DocumentId(call.number("document")?));
    let found = match call.seat()? {
        Seat::Buyer(scope) => scope.see(app, number, |week| week.invoice_paper(id)).await,
        Seat::Farm(scope) => scope.see(app, number, |week| week.bill_paper(id)).await,
        Seat::Hub(scope) => {
            let one = |week: &Week, _| {
                let known = week.document(id).map_err(|_| no_document(id))?;
                Ok((invoice(week, id)?, known.reference()))
            };
            app.read(scope.at(number), one).await?
        }
    };
    let (paper, name) = found.map_err(not_there)?;
    let bytes = papers::set(paper, paper::invoice).await?;
    Ok(Reply::Paper { bytes, name })
}
