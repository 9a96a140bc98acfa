//! Receipts, withdrawals, sortings, what went back of them, and outcomes in tables.

use trade::dock::unsort::Unsorting;
use trade::dock::{Outcome, Receipt, Sorting, Withdrawal};

use crate::store::table::table;

table!(Receipt, "receipts", 1, "id, purchase_line, batch, received, rejected, rejection, \
    temperature_dc, at, by_whom",
    { id, line, batch, received, rejected, rejection, temperature_dc, stamp });

table!(Withdrawal, "withdrawals", 1, "receipt, at, by_whom", { receipt, stamp });

table!(Sorting, "sortings", 1, "id, receipt, order_id, rank, quantity",
    { id, receipt, order_line, quantity });

table!(Unsorting, "unsortings", 1, "id, sorting, at, by_whom", { id, last, stamp });

table!(Outcome, "outcomes", 1, "id, receipt, note, sorting, kind, quantity, reason, at, by_whom",
    { id, source, kind, quantity, reason, stamp });
