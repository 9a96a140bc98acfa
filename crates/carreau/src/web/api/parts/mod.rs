//! The operations by their parts.

mod billing;
mod desk;
mod offers;
mod orders;
mod register;
mod rounds;
mod weeks;

use super::call::Operation;

/// The headings of the document, in their order.
pub const PARTS: [(&str, &str); 7] = [
    ("Repères", "Qui vous êtes, et ce qui dure d'une semaine à l'autre."),
    ("Semaines", "Les semaines, leurs jours de livraison et la mercuriale."),
    ("Commandes", "Commander, modifier, suivre ce qui est livré."),
    ("Fermes", "Annoncer ce que l'on apporte, confirmer ce qui est acheté."),
    ("Tournées", "Quel camion va où : ce qui est accepté, ce qui se propose."),
    ("Pièces", "Factures et relevés, avec leur PDF."),
    ("Plateforme", "Pour ses propres bureaux : disponible, clôtures, bilans."),
];

pub fn operations() -> Vec<Operation> {
    let all = [
        register::operations(),
        weeks::operations(),
        orders::operations(),
        offers::operations(),
        rounds::operations(),
        billing::operations(),
        desk::operations(),
    ];
    let named = all.into_iter().zip(PARTS).flat_map(|(operations, (part, _))| {
        operations.into_iter().map(move |operation| Operation { part, ..operation })
    });
    named.collect()
}
