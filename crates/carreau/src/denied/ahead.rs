//! What cannot be told of weeks to come.

use trade::Denial;
use trade::id::{LineId, ProductId};
use trade::register::Register;
use trade::unit::Qty;

use super::{Names, product_name};
use crate::ui::fr;

/// Ahead of any price list there are products only.
impl Names for Register {
    fn line(&self, _: LineId) -> Option<String> {
        None
    }
    fn product(&self, product: ProductId) -> Option<String> {
        self.products.get(&product).map(|product| product.name.clone())
    }
    fn quantity(&self, _: LineId, _: Qty) -> Option<String> {
        None
    }
    fn sold(&self, product: ProductId, quantity: Qty) -> Option<String> {
        self.products.get(&product).map(|product| fr::qty(quantity, product.unit))
    }
}

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
            "{} en {} : déjà annoncé à l'aide alimentaire, environ {}, autant ou plus que ce qui \
             est prévu.",
            product_name(names, *product),
            fr::week(*week),
            names.sold(*product, *quantity).unwrap_or_else(|| fr::number(*quantity))
        ),
        _ => return None,
    })
}
