//! French for what a line of a statement is taken for, and why.

use trade::bank::{BankPart, MatchDoubt, MatchProposal, MatchReason};

use super::rows::Known;
use crate::ui::fr;

/// `F2026-000012 + F2026-000013`, `acompte de Lycée …`.
pub fn parts(parts: &[BankPart], known: &Known) -> String {
    let said: Vec<String> = parts.iter().map(|part| one(part, parts.len() > 1, known)).collect();
    said.join(" + ")
}

fn one(part: &BankPart, is_one_of: bool, known: &Known) -> String {
    let amount = fr::euros(part.amount_with_vat());
    let with = |said: String| if is_one_of { format!("{said} ({amount})") } else { said };
    match part {
        BankPart::Invoice(reference, paid) => {
            let own = known.books.invoices.iter().find(|one| one.reference == *reference);
            let rest = own.map_or(0, |own| own.left_with_vat().get() - paid.get());
            match rest {
                rest if rest > 0 => {
                    let rest = fr::euros(trade::unit::Cents::new(rest));
                    format!("{reference} ({amount}, reste {rest})")
                }
                _ => with(reference.clone()),
            }
        }
        BankPart::OnAccount(party, _) => with(format!("compte de {}", known.name_of(*party))),
        BankPart::Payout(reference, _) => with(format!("virement pour {reference}")),
        BankPart::Charge(_) => with("frais bancaires (627)".into()),
        BankPart::Suspense(_) => with("compte d'attente (471)".into()),
    }
}

/// Whose invoices or payouts a reading is about; empty when it is about nobody.
pub fn party(proposal: &MatchProposal, known: &Known) -> String {
    let names = proposal.parts.iter().filter_map(|part| match part {
        BankPart::Invoice(reference, _) => known.party_of(reference),
        BankPart::OnAccount(party, _) => Some(*party),
        BankPart::Payout(reference, _) => {
            let own = known.books.payouts.iter().find(|one| one.reference == *reference);
            own.map(|one| one.party)
        }
        BankPart::Charge(_) | BankPart::Suspense(_) => None,
    });
    let mut names: Vec<&str> = names.map(|party| known.name_of(party)).collect();
    names.dedup();
    names.join(", ")
}

/// Why a reading is proposed.
pub fn reason(proposal: &MatchProposal, known: &Known) -> String {
    let count = proposal.parts.len();
    let said = match proposal.reason {
        MatchReason::Named if count > 1 => return format!("{count} références dans le libellé"),
        MatchReason::Named => "référence dans le libellé, montant exact",
        MatchReason::NamedInPart if count > 1 => "numéros dans le libellé, somme exacte",
        MatchReason::NamedInPart => "numéro ou début de référence, montant exact",
        MatchReason::NamedWithOthers => "référence dans le libellé ; le reste du même client",
        MatchReason::Commitment => "numéro d'engagement dans le libellé, montant exact",
        MatchReason::OnlyOneDue => "montant exact, seul dû de ce client",
        MatchReason::OldestOfEqual => "montant exact, la plus ancienne de plusieurs égales",
        MatchReason::SumOfPayer => {
            return match count {
                1 => format!("montant exact, due par {}", party(proposal, known)),
                _ => format!("somme de {count} factures de {}", party(proposal, known)),
            };
        }
        MatchReason::PartPayment => "acompte : le reste demeure dû",
        MatchReason::Overpayment => "trop-perçu : la différence reste au compte du client",
        MatchReason::OldestFirst => "les plus anciennes d'abord",
        MatchReason::AmountAlone => {
            return format!("{}, par le seul montant", party(proposal, known));
        }
        MatchReason::PayoutNamed => "numéro du relevé dans le libellé",
        MatchReason::PayoutOfFarm => "nom de la ferme et montant exact",
        MatchReason::PayoutsOfDay => return format!("les {count} virements de ce jour"),
        MatchReason::Charges => "frais de la banque",
        MatchReason::Unexplained => "à expliquer plus tard",
    };
    said.into()
}

/// Why somebody has to look.
pub fn doubt(doubt: MatchDoubt) -> &'static str {
    match doubt {
        MatchDoubt::NothingKnown => "Rien de connu dans le libellé, aucun montant ne correspond.",
        MatchDoubt::AmountOnly => "Seul le montant correspond : le libellé ne dit pas qui.",
        MatchDoubt::AmountDiffers => "Le montant n'est pas celui de ce qui est dû.",
        MatchDoubt::SeveralWays => "Plusieurs factures, ou plusieurs sommes, font ce montant.",
        MatchDoubt::PaidBefore => "La facture nommée est déjà payée : doublon ?",
        MatchDoubt::NamedElsewhere => "Une autre ligne nomme la facture qui correspond.",
        MatchDoubt::LargeCharge => "Des frais de plus de 100 € se regardent.",
    }
}
