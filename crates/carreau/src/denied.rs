//! The one place where a "no" of the rules becomes a French sentence.

use trade::Denial;
use trade::calendar::Instant;
use trade::id::{LineId, ProductId};
use trade::orders::Sale;
use trade::unit::Qty;

use crate::clock;
use crate::ui::fr;

/// What goods are called, where it is known.
pub trait Names {
    fn line(&self, line: LineId) -> Option<String>;
    fn product(&self, product: ProductId) -> Option<String>;
    /// A quantity of a line with its unit.
    fn quantity(&self, line: LineId, quantity: Qty) -> Option<String>;
}

/// Nothing is known but the numbers.
struct NoNames;

impl Names for NoNames {
    fn line(&self, _: LineId) -> Option<String> {
        None
    }
    fn product(&self, _: ProductId) -> Option<String> {
        None
    }
    fn quantity(&self, _: LineId, _: Qty) -> Option<String> {
        None
    }
}

impl Names for Sale<'_> {
    fn line(&self, line: LineId) -> Option<String> {
        self.product(self.publication.line(line).ok()?.product)
    }
    fn product(&self, product: ProductId) -> Option<String> {
        self.register.product(product).ok().map(|product| product.name.clone())
    }
    fn quantity(&self, line: LineId, quantity: Qty) -> Option<String> {
        let product = self.publication.line(line).ok()?.product;
        Some(fr::qty(quantity, self.register.product(product).ok()?.unit))
    }
}

/// The word by which a program knows a rule: `sold_out`, `not_whole_packs`.
pub fn word(denial: &Denial) -> String {
    let said = format!("{denial:?}");
    let name = said.chars().take_while(|sign| sign.is_ascii_alphanumeric());
    let mut word = String::new();
    for sign in name {
        if sign.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(sign.to_ascii_lowercase());
    }
    word
}

/// The line of the price list that a rule speaks of.
pub fn line(denial: &Denial) -> Option<LineId> {
    match denial {
        Denial::UnknownLine { line } | Denial::SameLineTwice { line } => Some(*line),
        Denial::NotWholePacks { line, .. } | Denial::SoldOut { line, .. } => Some(*line),
        _ => None,
    }
}

/// Order taking had ended.
pub fn is_late(denial: &Denial) -> bool {
    matches!(denial, Denial::AfterCutoff { .. } | Denial::DayClosed { .. })
}

/// The sentence when only the refusal is at hand.
pub fn sentence(denial: &Denial) -> String {
    sentence_with(denial, &NoNames)
}

/// The sentence with the names of the goods.
pub fn sentence_with(denial: &Denial, names: &dyn Names) -> String {
    unknown(denial)
        .or_else(|| before_orders(denial, names))
        .or_else(|| of_orders(denial, names))
        .or_else(|| of_treasury(denial))
        .or_else(|| of_sourcing(denial))
        .or_else(|| of_dock(denial))
        .or_else(|| of_rounds_and_billing(denial))
        .unwrap_or_else(|| format!("Refusé : {denial:?}."))
}

/// « le mardi 24 novembre à 12 h 00 », in Paris.
fn moment(at: Instant) -> String {
    let (day, minute) = clock::civil(at);
    format!("le {} à {}", fr::day(day), fr::time(minute))
}

fn line_name(names: &dyn Names, line: LineId) -> String {
    match names.line(line) {
        Some(name) => format!("« {name} »"),
        None => format!("la ligne {line} de la mercuriale"),
    }
}

fn product_name(names: &dyn Names, product: ProductId) -> String {
    format!("« {} »", names.product(product).unwrap_or_else(|| product.to_string()))
}

fn of_line(names: &dyn Names, line: LineId, quantity: Qty) -> String {
    names.quantity(line, quantity).unwrap_or_else(|| fr::number(quantity))
}

/// The sentence when something is asked for that is not there.
pub fn unknown(denial: &Denial) -> Option<String> {
    let what = match denial {
        Denial::UnknownProducer { producer } => format!("La ferme « {producer} »"),
        Denial::UnknownProduct { product } => format!("Le produit « {product} »"),
        Denial::UnknownBuyer { buyer } => format!("L'acheteur « {buyer} »"),
        Denial::UnknownSite { site } => format!("Le site « {site} »"),
        Denial::UnknownVehicle { vehicle } => format!("Le véhicule « {vehicle} »"),
        Denial::UnknownLine { line } => format!("La ligne {line} de la mercuriale"),
        Denial::UnknownOrderLine { line } => format!("La ligne de commande {line}"),
        Denial::UnknownOffer { offer } => format!("L'offre {offer}"),
        Denial::UnknownPurchaseLine { line } => format!("La ligne d'achat {line}"),
        Denial::UnknownReceipt { receipt } => format!("La réception {receipt}"),
        Denial::UnknownSorting { sorting } => format!("L'allotissement {sorting}"),
        Denial::UnknownDocument { document } => format!("La pièce {document}"),
        _ => return None,
    };
    Some(format!("{what} n'existe pas. Vérifiez le code ou rechargez la page."))
}

fn before_orders(denial: &Denial, names: &dyn Names) -> Option<String> {
    Some(match denial {
        Denial::QuantityNotPositive { quantity } => {
            format!("La quantité {} doit être positive.", fr::number(*quantity))
        }
        Denial::PriceNotPositive { price } => {
            format!("Le prix {} doit être plus grand que zéro.", fr::price(*price))
        }
        Denial::MarginTooHigh { rate } => format!(
            "Un taux de marque de {} est impossible : il doit rester sous 100 %.",
            fr::rate(*rate)
        ),
        Denial::NotADeliveryDay { day } => {
            format!(
                "Il n'y a pas de livraison le {}. Choisissez un jour de livraison.",
                fr::day(*day)
            )
        }
        Denial::CertificateMissing { producer, product, label, day } => format!(
            "La ferme « {producer} » n'a pas de certificat {} valable le {} pour {}. \
             Enregistrez le certificat ou retirez le label.",
            fr::label(*label),
            fr::day(*day),
            product_name(names, *product)
        ),
        Denial::AlreadyOrdered { asked, taken } => format!(
            "Déjà commandé : {}. L'offre ne peut plus descendre à {} : mettez au moins {}.",
            fr::number(*taken),
            fr::number(*asked),
            fr::number(*taken)
        ),
        Denial::NothingOffered => {
            "Aucune ferme n'a encore rien offert pour cette semaine. Saisissez les offres d'abord."
                .into()
        }
        Denial::AlreadyPublished { at } => {
            format!("La mercuriale a été publiée {} : elle ne change plus.", moment(*at))
        }
        Denial::NotPublished => "La mercuriale de cette semaine n'est pas encore publiée.".into(),
        Denial::NoPricingRule { day } => format!(
            "Aucune règle de prix ne vaut le {}. Ajoutez-en une aux réglages.",
            fr::day(*day)
        ),
        Denial::NoVatRate { product, day } => format!(
            "Aucun taux de TVA n'est connu le {} pour {} : rien ne peut être vendu sans.",
            fr::day(*day),
            product_name(names, *product)
        ),
        Denial::NotOnDraft { product } => format!(
            "{} n'est plus dans la mercuriale : plus aucune ferme n'en offre.",
            product_name(names, *product)
        ),
        Denial::SeveralFarms { product } => format!(
            "Plusieurs fermes apportent {} : changez l'offre de chacune sur la page Offres.",
            product_name(names, *product)
        ),
        Denial::SaleBelowCost { sale, cost } => format!(
            "Le prix de vente {} est sous le prix payé à la ferme, {}.",
            fr::price(*sale),
            fr::price(*cost)
        ),
        Denial::CutoffMissing { day } => {
            format!("L'heure limite de commande du {} n'est pas fixée.", fr::day(*day))
        }
        _ => return None,
    })
}

fn of_orders(denial: &Denial, names: &dyn Names) -> Option<String> {
    Some(match denial {
        Denial::EmptyOrder => "La commande est vide : indiquez au moins une quantité.".into(),
        Denial::SiteOfAnotherBuyer { site, buyer } => {
            format!("Le site « {site} » n'appartient pas à l'acheteur « {buyer} ».")
        }
        Denial::DayNotOnSale { day } => {
            format!("Rien n'est en vente pour le {}.", fr::day(*day))
        }
        Denial::AfterCutoff { day, cutoff_at } => format!(
            "Trop tard pour le {} : les commandes étaient prises jusqu'au {}. \
             Un ajout ne passe plus que par la coordination, au téléphone.",
            fr::day(*day),
            moment(*cutoff_at).trim_start_matches("le ")
        ),
        Denial::DayClosed { day, closed_at } => format!(
            "Les commandes du {} ont été closes {}. \
             Un ajout ne passe plus que par la coordination, au téléphone.",
            fr::day(*day),
            moment(*closed_at)
        ),
        Denial::SameLineTwice { line } => format!(
            "{} est demandé deux fois : réunissez les deux quantités.",
            line_name(names, *line)
        ),
        Denial::NotWholePacks { line, asked, pack, below, above } => format!(
            "{} se vend par colis de {} : {} n'est pas possible. Commandez {} ou {}.",
            line_name(names, *line),
            of_line(names, *line, *pack),
            of_line(names, *line, *asked),
            of_line(names, *line, *below),
            of_line(names, *line, *above)
        ),
        Denial::SoldOut { line, asked, left } => format!(
            "{} : vous demandez {}, il reste {}.",
            line_name(names, *line),
            of_line(names, *line, *asked),
            of_line(names, *line, *left)
        ),
        Denial::BelowMinimum { total, minimum, missing } => format!(
            "La commande fait {} HT, le minimum est {} : il manque {}.",
            fr::euros(*total),
            fr::euros(*minimum),
            fr::euros(*missing)
        ),
        Denial::CeilingReached { contract, asked, left } => format!(
            "Le plafond du marché « {contract} » serait dépassé : {} demandés, il reste {} HT.",
            fr::euros(*asked),
            fr::euros(*left)
        ),
        _ => return None,
    })
}

/// What Chorus Pro would send back, in words that say which field and where.
fn of_treasury(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::CommitmentMissing { .. } => {
            "Il manque le numéro d'engagement : la trésorerie le demande sur chaque facture.".into()
        }
        Denial::ServiceMissing { .. } => {
            "Il manque le code service : la trésorerie le demande sur chaque facture.".into()
        }
        Denial::CommitmentOrServiceMissing { .. } => {
            "Il manque le numéro d'engagement ou le code service : la trésorerie demande l'un \
             des deux sur chaque facture."
                .into()
        }
        Denial::ReferenceTooLong { length, most } => format!(
            "La référence a {length} caractères, Chorus Pro en garde {most} : recopiez-la sans \
             texte autour."
        ),
        Denial::SiretMissing { .. } => {
            "Il manque le SIRET : Chorus Pro ne trouve personne à qui remettre la facture.".into()
        }
        Denial::SiretWrong { .. } => {
            "Le SIRET est faux : ses 14 chiffres ne donnent pas la bonne clé. Recopiez-le d'un \
             document de l'établissement."
                .into()
        }
        _ => return None,
    })
}

fn of_sourcing(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::DayStillOpen { day } => format!(
            "Les commandes du {} ne sont pas closes. \
             Clôturez le jour avant de répartir les achats.",
            fr::day(*day)
        ),
        Denial::PlanOverServes { line, wanted, given } => format!(
            "La ligne de commande {line} recevrait {} pour {} demandés.",
            fr::number(*given),
            fr::number(*wanted)
        ),
        Denial::PlanOverdraws { offer, left, taken } => format!(
            "L'offre {offer} donnerait {} alors qu'il en reste {}.",
            fr::number(*taken),
            fr::number(*left)
        ),
        Denial::PlanMismatch { line, offer } => {
            format!("L'offre {offer} ne peut pas servir la ligne de commande {line}.")
        }
        Denial::PlanEmpty { day } => {
            format!("Il n'y a rien à répartir pour le {} : tout est déjà acheté.", fr::day(*day))
        }
        Denial::ConfirmedAboveAsked { asked, confirmed } => format!(
            "La ferme confirme {} alors que {} sont commandés : notez au plus la commande.",
            fr::number(*confirmed),
            fr::number(*asked)
        ),
        Denial::AlreadyReceived { line } => {
            format!("La ligne d'achat {line} est déjà reçue ou relevée : elle ne change plus.")
        }
        _ => return None,
    })
}

fn of_dock(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::RejectedAboveReceived { received, rejected } => format!(
            "{} refusés sur {} apportés : le refus ne peut pas dépasser l'apport.",
            fr::number(*rejected),
            fr::number(*received)
        ),
        Denial::ReasonMissing => "Il manque le motif : choisissez-en un.".into(),
        Denial::MoreThanPurchased { purchased, accepted } => format!(
            "{} agréés pour {} commandés : ce qui dépasse est à refuser (non commandé).",
            fr::number(*accepted),
            fr::number(*purchased)
        ),
        Denial::MoreThanLeft { left, asked } => {
            format!("Il reste {}, vous en demandez {}.", fr::number(*left), fr::number(*asked))
        }
        Denial::NothingToSort { day } => format!(
            "Rien à allotir pour le {} : aucune ligne n'est entièrement reçue, ou tout est alloti.",
            fr::day(*day)
        ),
        _ => return None,
    })
}

fn of_rounds_and_billing(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::NothingToDeliver { site, day } => {
            format!("Rien n'est à livrer à « {site} » le {}.", fr::day(*day))
        }
        Denial::NotLoaded { line, loaded, asked } => format!(
            "Ligne de commande {line} : {} refusés ou manquants pour {} chargés.",
            fr::number(*asked),
            fr::number(*loaded)
        ),
        Denial::TooHeavy { vehicle, payload, load } => format!(
            "Le véhicule « {vehicle} » porte {} au plus, la tournée pèse {}.",
            fr::kilos(*payload),
            fr::kilos(*load)
        ),
        Denial::SiteTwice { site } => {
            format!("Le site « {site} » est dans deux tournées du même jour.")
        }
        Denial::ClaimAboveDelivered { asked, delivered } => format!(
            "Vous réclamez {} alors que {} sont livrés : réclamez au plus ce qui est livré.",
            fr::number(*asked),
            fr::number(*delivered)
        ),
        Denial::ClaimedBefore { .. } => {
            "Une réclamation est déjà partie pour cette ligne : la plateforme la traite.".into()
        }
        Denial::NothingToInvoice { buyer } => {
            format!("Rien n'est à facturer à « {buyer} » : rien n'est livré, ou tout est facturé.")
        }
        Denial::NothingToPay { producer } => {
            format!(
                "Rien n'est dû à la ferme « {producer} » : rien n'est agréé, ou tout est relevé."
            )
        }
        Denial::AlreadyPaid { document } => format!("La pièce {document} est déjà payée."),
        Denial::DayNotFinished { day } => {
            format!("La journée du {} n'est pas terminée.", fr::day(*day))
        }
        Denial::Unbalanced { debit, credit } => format!(
            "L'écriture ne s'équilibre pas : {} au débit, {} au crédit.",
            fr::euros(*debit),
            fr::euros(*credit)
        ),
        _ => return None,
    })
}
