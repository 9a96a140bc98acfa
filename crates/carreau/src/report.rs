//! Where a week stands, in French sentences and as JSON: the same for commands and pages.

use serde_json::{Map, Value, json};
use trade::Week;
use trade::check::{Breach, Check, GoodsBalance, MoneyBalance, OpenItem};
use trade::impact;
use trade::unit::rate_between;

use crate::failure::Failure;
use crate::ui::fr;

/// What the week still waits for.
pub fn open_sentence(item: &OpenItem) -> String {
    match *item {
        OpenItem::NotPublished => "La mercuriale n'est pas publiée.".into(),
        OpenItem::DayOpen { day } => format!("Les commandes du {} sont ouvertes.", fr::day(day)),
        OpenItem::NotSourced { day, lines } => format!(
            "{} : {} sans ferme.",
            fr::day(day),
            fr::count(lines, "ligne vendue", "lignes vendues")
        ),
        OpenItem::NotReceived { day, lines } => format!(
            "{} : {} à recevoir.",
            fr::day(day),
            fr::count(lines, "ligne d'achat", "lignes d'achat")
        ),
        OpenItem::OnDock { day, batches } => {
            format!("{} : {} sur le quai.", fr::day(day), fr::count(batches, "lot", "lots"))
        }
        OpenItem::NotDelivered { day, sortings } => {
            format!("{} : {} à livrer.", fr::day(day), fr::count(sortings, "part", "parts"))
        }
        OpenItem::RefusalsUnresolved { day, lines } => format!(
            "{} : {} sans suite.",
            fr::day(day),
            fr::count(lines, "refus de client", "refus de clients")
        ),
        OpenItem::NotInvoiced { lines } => {
            format!("{} à facturer.", fr::count(lines, "ligne livrée", "lignes livrées"))
        }
        OpenItem::FarmsNotBilled { lines } => {
            format!("{} à relever.", fr::count(lines, "ligne d'achat", "lignes d'achat"))
        }
        OpenItem::FarmsNotPaid { documents } => {
            format!("{} à payer.", fr::count(documents, "relevé de ferme", "relevés de fermes"))
        }
    }
}

/// A law that does not hold.
pub fn breach_sentence(breach: &Breach) -> String {
    let n = fr::number;
    match breach {
        Breach::Oversold { line, day, offered, ordered } => format!(
            "Ligne {line} du {} : {} vendus pour {} offerts.",
            fr::day(*day),
            n(*ordered),
            n(*offered)
        ),
        Breach::Overdrawn { offer, offered, purchased } => {
            format!("Offre {offer} : {} achetés pour {} offerts.", n(*purchased), n(*offered))
        }
        Breach::PurchaseNotSold { .. }
        | Breach::OverAllocated { .. }
        | Breach::SharedOtherwise { .. } => purchase_sentence(breach),
        Breach::BatchOverdrawn { receipt, accepted, used } => {
            format!("Réception {receipt} : {} sortis pour {} agréés.", n(*used), n(*accepted))
        }
        Breach::NoteUnbalanced { note, sorting } => {
            format!("Bon de livraison {note} : la part {sorting} ne s'équilibre pas.")
        }
        Breach::RefusalOverdrawn { note, sorting, refused, resolved } => format!(
            "Bon de livraison {note}, part {sorting} : {} réglés pour {} refusés.",
            n(*resolved),
            n(*refused)
        ),
        Breach::BilledOtherwise { document, fact, quantity, .. } => {
            format!("Pièce {document} : {} facturés pour {} constatés.", n(*quantity), n(*fact))
        }
        Breach::BilledTwice { billed } => format!("Facturé deux fois : {billed:?}."),
        Breach::OverCredited { invoiced, credited, .. } => format!(
            "Avoirs de {} pour une ligne facturée {}.",
            fr::euros(*credited),
            fr::euros(*invoiced)
        ),
        Breach::CreditAstray { document } => {
            format!("Avoir {document} : sa facture n'est pas celle de ses lignes.")
        }
        Breach::EntryUnbalanced { entry, debit, credit } => format!(
            "Écriture {entry} : {} au débit, {} au crédit.",
            fr::euros(*debit),
            fr::euros(*credit)
        ),
        Breach::LedgerOff { account, documents, ledger } => format!(
            "Compte {} : {} aux pièces, {} au journal.",
            account.number(),
            fr::euros(*documents),
            fr::euros(*ledger)
        ),
        Breach::MoneyUnexplained { difference, most } => format!(
            "Écart d'argent de {}, plus que les arrondis ({}).",
            fr::euros(*difference),
            fr::euros(*most)
        ),
        Breach::SeriesBroken { series, expected, found } => {
            format!("Série {series} : numéro {found} au lieu de {expected}.")
        }
        Breach::SurplusOversold { .. }
        | Breach::HeldTooMuch { .. }
        | Breach::SlotOverfull { .. }
        | Breach::PickupUnmatched { .. }
        | Breach::SplitUnbalanced { .. } => surplus_sentence(breach),
        Breach::Dangling(denial) => {
            format!("Un fait renvoie à ce qui n'existe pas. {}", crate::denied::sentence(denial))
        }
    }
}

fn purchase_sentence(breach: &Breach) -> String {
    let n = fr::number;
    match breach {
        Breach::PurchaseNotSold { line, purchased, allocated } => {
            format!("Achat {line} : {} achetés pour {} vendus.", n(*purchased), n(*allocated))
        }
        Breach::OverAllocated { line, ordered, allocated } => {
            format!("Commande {line} : {} affectés pour {} commandés.", n(*allocated), n(*ordered))
        }
        Breach::SharedOtherwise { line, confirmed, shared } => {
            format!("Achat {line} : {} partagés pour {} confirmés.", n(*shared), n(*confirmed))
        }
        other => format!("{other:?}"),
    }
}

fn surplus_sentence(breach: &Breach) -> String {
    match breach {
        Breach::SurplusOversold { surplus, offered, taken } => format!(
            "Surplus {surplus} : {} réservés, enlevés ou repris pour {} offerts.",
            fr::number(*taken),
            fr::number(*offered)
        ),
        Breach::HeldTooMuch { source, left, held } => format!(
            "{} offerts à l'aide alimentaire, il y en a {} ({source:?}).",
            fr::number(*held),
            fr::number(*left)
        ),
        Breach::SlotOverfull { slot, capacity, load } => format!(
            "Créneau {slot} : {} prévus pour {} au plus.",
            fr::kilos(*load),
            fr::kilos(*capacity)
        ),
        Breach::PickupUnmatched { reservation } => format!(
            "Réservation {reservation} : ce qui est enlevé n'est ni donné ni vendu, ou l'est \
             autrement."
        ),
        Breach::SplitUnbalanced { reservation, received, split } => format!(
            "Réservation {reservation} : {} répartis pour {} reçus.",
            fr::number(*split),
            fr::number(*received)
        ),
        other => format!("{other:?}"),
    }
}

/// Quantities in thousandths of a sale unit.
pub fn goods_json(goods: &GoodsBalance) -> Value {
    json!({
        "ordered": goods.ordered.get(), "purchased": goods.purchased.get(),
        "received": goods.received.get(), "rejected": goods.rejected.get(),
        "sorted": goods.sorted.get(), "delivered": goods.delivered.get(),
        "refused": goods.refused.get(), "missing": goods.missing.get(),
        "donated": goods.donated.get(), "returned": goods.returned.get(),
        "wasted": goods.wasted.get(), "on_dock": goods.on_dock.get(),
        "to_deliver": goods.to_deliver.get(),
    })
}

/// Amounts in cents, without VAT unless named otherwise.
pub fn money_json(money: &MoneyBalance) -> Value {
    json!({
        "invoices": money.invoices.get(), "credited": money.credited.get(),
        "vat_collected": money.vat_collected.get(),
        "farm_bills": money.farm_bills.get(), "vat_deductible": money.vat_deductible.get(),
        "margin": money.margin.get(), "donated": money.donated.get(),
        "shrinkage": money.shrinkage.get(), "rounding": money.rounding.get(),
        "paid": money.paid.get(),
    })
}

/// The two balances of a week, what is open and what does not hold.
pub fn check_json(week: &Week, check: &Check) -> Value {
    json!({
        "week": week.week().to_string(),
        "balanced": check.is_balanced(),
        "finished": check.is_finished(),
        "goods": goods_json(&check.goods),
        "money": money_json(&check.money),
        "breaches": check.breaches.iter().map(breach_sentence).collect::<Vec<_>>(),
        "open": check.open.iter().map(open_sentence).collect::<Vec<_>>(),
    })
}

/// One object for a played week: its balances, what was served and what it did.
pub fn week_json(week: &Week) -> Result<Map<String, Value>, Failure> {
    let check = week.check();
    let Value::Object(mut object) = check_json(week, &check) else {
        return Ok(Map::new());
    };
    let (ordered, delivered) = impact::served(week)?;
    let served = rate_between(delivered.get(), ordered.get());
    object.insert(
        "served".into(),
        json!({
            "ordered_g": ordered.get(),
            "delivered_g": delivered.get(),
            "rate_bp": served.map(|rate| rate.get()),
            "orders": week.orders().len(),
            "order_lines": week.orders().iter().map(|order| order.lines.len()).sum::<usize>(),
        }),
    );
    let impact = impact::of_week(week)?;
    object.insert(
        "impact".into(),
        json!({
            "sales_cents": impact.sales.get(), "farm_income_cents": impact.farm_income.get(),
            "gain_bp": impact.gain().map(|rate| rate.get()),
            "farms": impact.farms.len(), "buyers": impact.buyers_served,
            "food_aid_g": impact.food_aid.get(), "donated_g": impact.donated.get(),
            "lost_g": impact.lost.iter().map(|(cause, grams)| (cause.to_string(), grams.get()))
                .collect::<std::collections::BTreeMap<_, _>>(),
            "metres": impact.metres,
        }),
    );
    Ok(object)
}
