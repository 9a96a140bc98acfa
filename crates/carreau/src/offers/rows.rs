//! Offers in tables.

use trade::offers::Offer;

use crate::store::table::table;

table!(Offer, "offers", 1, "id, producer, product, labels, day, quantity, price, carried_from, \
    at, by_whom",
    { id, producer, product, labels, day, quantity, price, carried_from, stamp });
