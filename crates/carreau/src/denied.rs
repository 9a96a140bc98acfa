//! The one place where a "no" of the rules becomes a French sentence.

mod ahead;
mod fleet;
mod sourcing;

use trade::Denial;
use trade::calendar::Instant;
use trade::id::{LineId, ProductId};
use trade::orders::Sale;
use trade::unit::Qty;

use crate::ui::fr;

/// What goods are called, where it is known.
pub trait Names {
    fn line(&self, line: LineId) -> Option<String>;
    fn product(&self, product: ProductId) -> Option<String>;
    /// A quantity of a line with its unit.
    fn quantity(&self, line: LineId, quantity: Qty) -> Option<String>;
    /// A quantity of a product with its unit.
    fn sold(&self, _: ProductId, _: Qty) -> Option<String> {
        None
    }
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

/// True when others took what was asked for.
pub fn is_gone(denial: &Denial) -> bool {
    matches!(denial, Denial::SoldOut { .. })
}

/// The sentence when only the refusal is at hand.
pub fn sentence(denial: &Denial) -> String {
    sentence_with(denial, &NoNames)
}

/// The sentence with the names of the goods.
pub fn sentence_with(denial: &Denial, names: &dyn Names) -> String {
    unknown(denial)
        .or_else(|| of_settings(denial))
        .or_else(|| fleet::of_fleet(denial))
        .or_else(|| ahead::of_ahead(denial, names))
        .or_else(|| before_orders(denial, names))
        .or_else(|| of_orders(denial, names))
        .or_else(|| of_treasury(denial))
        .or_else(|| sourcing::of_sourcing(denial))
        .or_else(|| of_dock(denial))
        .or_else(|| of_surplus(denial))
        .or_else(|| of_pickups(denial))
        .or_else(|| of_rounds(denial))
        .or_else(|| of_claims_and_billing(denial))
        .unwrap_or_else(|| format!("Refusé : {denial:?}."))
}

/// « le mardi 24 novembre à 12 h 00 », in Paris.
fn moment(at: Instant) -> String {
    format!("le {}", fr::moment(at))
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
        Denial::UnknownSurplus { surplus } => format!("Le surplus {surplus}"),
        Denial::UnknownSlot { slot } => format!("Le créneau {slot}"),
        Denial::UnknownReservation { reservation } => format!("La réservation {reservation}"),
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

fn of_settings(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::RateBelowZero { rate } => format!(
            "Un taux de {} vendrait sous le prix payé à la ferme : il ne peut pas être négatif.",
            fr::rate(*rate)
        ),
        Denial::AimsDisordered => "Les marchés passent en premier, puis la quantité servie, et \
             chaque objectif une fois au plus."
            .into(),
        Denial::FarmsOutOfRange { farms, most } => {
            format!("Une commande vient de 1 à {most} fermes : {farms} n'est pas possible.")
        }
        Denial::ToleranceBelowZero { .. } => "La tolérance ne peut pas être négative.".into(),
        Denial::NoWeekday => "Choisissez au moins un jour de livraison.".into(),
        Denial::CutoffOutOfRange { days, most } => format!(
            "Les commandes s'arrêtent de 1 à {most} jours avant la livraison : {days} n'est pas \
             possible."
        ),
        Denial::WeekPublished { week, last } => format!(
            "La {} ne peut plus changer : des mercuriales sont publiées jusqu'à la {}. Choisissez \
             une semaine plus tard.",
            fr::week(*week),
            fr::week(*last)
        ),
        Denial::AlreadyDelivered { day } => {
            format!("Il y a déjà une livraison le {}. Choisissez un autre jour.", fr::day(*day))
        }
        Denial::MovedToAnotherWeek { day, to } => format!(
            "La livraison du {} ne peut pas passer au {}, dans une autre semaine. Notez « pas de \
             livraison » pour l'un et « livraison en plus » pour l'autre.",
            fr::day(*day),
            fr::day(*to)
        ),
        Denial::MovedToHoliday { to } => {
            format!("Le {} est férié. Choisissez un autre jour.", fr::day(*to))
        }
        Denial::CutoffNotBefore { day, cutoff } => format!(
            "Les commandes pour le {} doivent s'arrêter avant ce jour : le {} à {} est trop tard.",
            fr::day(*day),
            fr::day(cutoff.day),
            fr::time(cutoff.minute)
        ),
        Denial::RuleTooEarly { from, first } => format!(
            "Une règle ne peut pas commencer le {} : les prix que les acheteurs ont vus ne \
             changent pas. Choisissez le {} ou plus tard.",
            fr::date(*from),
            fr::date(*first)
        ),
        Denial::RuleBegun { from } => format!(
            "La règle du {} a commencé, ou des prix publiés la suivent : elle ne se retire plus. \
             Ajoutez-en une qui la suit.",
            fr::date(*from)
        ),
        Denial::SameRule { from } => format!(
            "Une règle commence déjà le {} pour les mêmes produits et les mêmes acheteurs.",
            fr::date(*from)
        ),
        Denial::NoSeason { from, to, most } => format!(
            "De la {} à la {}, ce n'est pas une saison : elle finit après avoir commencé, et dure \
             {most} semaines au plus.",
            fr::week(*from),
            fr::week(*to)
        ),
        Denial::HasPapers { party } => format!(
            "« {party} » figure sur des pièces déjà émises : ce qui y est imprimé (nom, adresse, \
             SIRET) ne change plus. Ajoutez une autre fiche."
        ),
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
        Denial::OriginBarred { line, producer } => format!(
            "Le marché de la ligne de commande {line} n'admet pas la ferme « {producer} » : sa \
             clause d'origine l'écarte. Prenez le lot d'une autre ferme."
        ),
        Denial::AlreadySorted { .. } => {
            "C'est déjà alloti ou parti : demandez à la coordination avant d'y toucher.".into()
        }
        Denial::AlreadyWithdrawn { .. } => {
            "Cette réception est déjà annulée : rechargez la page.".into()
        }
        Denial::PurchaseBilled { .. } => {
            "C'est déjà relevé pour la ferme : la réception ne change plus.".into()
        }
        Denial::NothingSorted { day, .. } => format!(
            "Rien de cette marchandise n'est alloti pour le {} : aucun partage à annuler.",
            fr::day(*day)
        ),
        Denial::SortedAndDelivered { day, .. } => format!(
            "Un bon de livraison de cette marchandise est déjà signé pour le {} : son partage ne \
             s'annule plus.",
            fr::day(*day)
        ),
        Denial::NothingToSort { day } => format!(
            "Rien à allotir pour le {} : aucune ligne n'est entièrement reçue, ou tout est alloti.",
            fr::day(*day)
        ),
        _ => return None,
    })
}

fn of_surplus(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::NotSortedYet { day } => format!(
            "Le quai du {} n'est pas alloti : allotissez d'abord, puis offrez ce qui reste.",
            fr::day(*day)
        ),
        Denial::NotFoodAid { buyer } => format!(
            "« {buyer} » n'est pas une structure d'aide alimentaire : le surplus est pour elles."
        ),
        Denial::GivenOnly => "Ce qu'une ferme garde ou qu'un client a refusé se donne, et ne se \
            vend pas : laissez le prix vide."
            .into(),
        Denial::NotWholeUnits { asked } => format!(
            "{} ne se compte pas : choisissez un nombre entier de pièces.",
            fr::number(*asked)
        ),
        Denial::SurplusEnded { until } => {
            format!("Trop tard : ce surplus était à réserver jusqu'au {}.", bare_moment(*until))
        }
        Denial::SurplusGone { asked, left, .. } => match left.get() {
            0 => "Trop tard : d'autres ont tout pris, il ne reste rien.".into(),
            _ => format!(
                "Vous demandez {}, il reste {} : d'autres ont été plus rapides.",
                fr::number(*asked),
                fr::number(*left)
            ),
        },
        Denial::OriginNotTaken { producer, department } => format!(
            "Vous ne prenez pas de produits du département {department} (ferme « {producer} »). \
             Changez vos règles d'origine, ou choisissez autre chose."
        ),
        _ => return None,
    })
}

fn of_pickups(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::SlotEnded { ends_at } => {
            format!("Ce créneau est passé ({}) : choisissez-en un autre.", bare_moment(*ends_at))
        }
        Denial::SlotFull { load, left, .. } => format!(
            "Ce créneau charge encore {}, vos réservations pèsent {} : choisissez-en un autre.",
            fr::weight((*left).max(trade::unit::Grams::ZERO)),
            fr::weight(*load)
        ),
        Denial::VehicleTooSmall { payload, load } => format!(
            "Ce véhicule porte {}, vos réservations pèsent {} : prenez-en un plus grand.",
            fr::weight(*payload),
            fr::weight(*load)
        ),
        Denial::NothingReserved { .. } => {
            "Vous n'avez rien réservé qui soit à enlever : réservez d'abord.".into()
        }
        Denial::TooLateToCancel { since } => format!(
            "Le créneau a commencé ({}) : appelez le quai pour annuler.",
            bare_moment(*since)
        ),
        Denial::AlreadyCollected { reservation } => {
            format!("La réservation {reservation} est déjà enlevée et signée.")
        }
        Denial::MoreThanReserved { reserved, received } => format!(
            "Vous signez pour {}, {} sont réservés : notez au plus ce qui est réservé.",
            fr::number(*received),
            fr::number(*reserved)
        ),
        Denial::SignatureMissing => "Le nom manque : écrivez qui signe.".into(),
        Denial::SiteMissing { buyer } => {
            format!("« {buyer} » n'a pas de site : ajoutez-en un à sa fiche.")
        }
        Denial::SplitDiffers { received, split } => format!(
            "{} répartis pour {} reçus : la somme doit être la même.",
            fr::number(*split),
            fr::number(*received)
        ),
        _ => return None,
    })
}

/// « mardi 24 novembre à 12 h 00 »
fn bare_moment(at: Instant) -> String {
    moment(at).trim_start_matches("le ").to_string()
}

fn of_rounds(denial: &Denial) -> Option<String> {
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
        Denial::VehicleRetired { vehicle } => format!(
            "Le véhicule « {vehicle} » est hors service : proposez de nouveau les tournées du \
             jour, ou choisissez-en un autre."
        ),
        Denial::SiteTwice { site } => {
            format!("Le site « {site} » est dans deux tournées du même jour.")
        }
        Denial::NothingToFetch { producer, day } => {
            format!("Il n'y a rien à aller chercher chez « {producer} » le {}.", fr::day(*day))
        }
        Denial::FarmTwice { producer } => {
            format!("La ferme « {producer} » est dans deux tournées du même jour.")
        }
        Denial::NoSuchRound { .. } => {
            "Ces tournées ont été refaites entre-temps : rechargez la page.".into()
        }
        _ => return None,
    })
}

fn of_claims_and_billing(denial: &Denial) -> Option<String> {
    Some(match denial {
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
        Denial::PaidBeyond { reference, left, asked } => format!(
            "{reference} : {} ne se notent pas, il reste {} à payer. Décochez une ligne.",
            fr::euros(*asked),
            fr::euros(*left)
        ),
        Denial::PartsDiffer { asked, given } => format!(
            "La ligne est de {} et ce qu'elle paie fait {}.",
            fr::euros(*asked),
            fr::euros(*given)
        ),
        Denial::NotInvoicedYet { line } => {
            format!("La ligne {line} n'est pas encore facturée : l'avoir se fait après la facture.")
        }
        Denial::CreditAboveInvoiced { asked, invoiced, credited } => format!(
            "L'avoir porte sur {} alors que {} sont facturés et {} déjà en avoir : il reste {} au \
             plus.",
            fr::number(*asked),
            fr::number(*invoiced),
            fr::number(*credited),
            fr::number(Qty::new(invoiced.get() - credited.get()))
        ),
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
