//! Crates and the short codes on their labels, which gloved hands may have to type.

use crate::denial::Denial;
use crate::id::{ReceiptId, SortingId};
use crate::unit::{Grams, Qty};
use crate::week::Week;

/// A pack from this weight on is a crate of its own; of lighter ones several share one.
const OWN_CRATE: Grams = Grams::new(3_000);

/// How a part that was put aside fills crates: whole packs, the last one with what is left. Goods
/// sold by weight found, and small packs, are one crate of which nobody knows how it is filled.
pub fn crates(week: &Week, sorting: SortingId) -> Result<Vec<Qty>, Denial> {
    let part = week.sorting(sorting)?;
    let purchase = week.purchase_line(week.receipt(part.receipt)?.line)?;
    let product = week.register().product(purchase.product)?;
    let size = purchase.pack.size;
    if purchase.pack.weighed || size <= Qty::ZERO || product.weight_of(size) < OWN_CRATE {
        return Ok(vec![part.quantity]);
    }
    let whole = part.quantity.get() / size.get();
    let rest = Qty::new(part.quantity.get() % size.get());
    let mut crates = vec![size; whole as usize];
    if !rest.is_zero() {
        crates.push(rest);
    }
    Ok(crates)
}

/// The code of a part that was put aside: its number and a check digit.
pub fn part_code(sorting: SortingId) -> String {
    format!("{sorting}{}", check_digit(sorting.0))
}

/// The code of a lot: begins with a zero, so that it is never taken for a part.
pub fn lot_code(receipt: ReceiptId) -> String {
    format!("0{receipt}{}", check_digit(receipt.0))
}

/// The totally anti-symmetric quasigroup of order 10 of H. M. Damm (2004).
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// Sees every wrong digit, and every two neighbours that changed places.
fn check_digit(number: i64) -> u8 {
    let digits = number.to_string();
    digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |interim, digit| DAMM[usize::from(interim)][usize::from(digit - b'0')])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_number_and_its_check_digit() {
        assert_eq!(part_code(SortingId(572)), "5724");
        assert_eq!(lot_code(ReceiptId(572)), "05724");
    }

    #[test]
    fn a_slip_of_the_finger_is_never_another_code() {
        let is_code = |text: &str| {
            let number = text[..text.len() - 1].parse::<i64>();
            number.is_ok_and(|number| number > 0 && part_code(SortingId(number)) == text)
        };
        for number in 1..2_000 {
            let code = part_code(SortingId(number)).into_bytes();
            assert!(is_code(std::str::from_utf8(&code).expect("digits")));
            for at in 0..code.len() {
                for wrong in (b'0'..=b'9').filter(|digit| *digit != code[at]) {
                    let mut slip = code.clone();
                    slip[at] = wrong;
                    let slip = String::from_utf8(slip).expect("digits");
                    assert!(slip.starts_with('0') || !is_code(&slip), "{number}: {slip}");
                }
                if at > 0 && code[at] != code[at - 1] {
                    let mut slip = code.clone();
                    slip.swap(at, at - 1);
                    let slip = String::from_utf8(slip).expect("digits");
                    assert!(slip.starts_with('0') || !is_code(&slip), "{number}: {slip}");
                }
            }
        }
    }
}
