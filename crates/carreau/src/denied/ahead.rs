//! What cannot be told of weeks to come.

use trade::Denial;

use super::{Names, product_name};
use crate::ui::fr;

pub fn of_ahead(denial: &Denial, names: &dyn Names) -> Option<String> {
    Some(match denial {
        Denial::NothingTooMuch { product, week } => format!(
            "{} : rien n'est prévu de trop en {}. Rechargez la page : la prévision a changé.",
            product_name(names, *product),
            fr::week(*week)
        ),
        Denial::WeekBegun { week } => format!(
            "La {} a commencé : son surplus s'offre au quai, et ne s'annonce plus.",
            fr::week(*week)
        ),
        Denial::AlreadyForewarned { product, week, quantity } => format!(
            "{} en {} : environ {} sont déjà annoncés à l'aide alimentaire, autant ou plus que \
             ce qui est prévu.",
            product_name(names, *product),
            fr::week(*week),
            fr::number(*quantity)
        ),
        _ => return None,
    })
}
