//! The first aims: promises, then quantity, then income, each at its optimum.
//!
//! Within goods, what classes can be given together is a polymatroid: giving each class in turn
//! all that it can get, without taking from those before it, serves the most in total whatever
//! the turn, and the most of the first ones (Edmonds 1970). So promises stand first and dearer
//! lines before cheaper ones. Who brings it is free: what farms can be asked for does not depend
//! on which classes are served (Mendelsohn and Dulmage 1958), and fairness costs none of it.

use trade::sourcing::Aim;
use trade::unit::{Qty, share};

use super::layout::{Layout, Part};
use super::model::Model;

/// Serves all that can be served.
pub(super) fn serve(model: &Model<'_>) -> Layout {
    let mut layout = Layout::empty(model);
    let by_price = model.task.aims.contains(&Aim::Income);
    for range in layout.goods(model) {
        for is_promised in [true, false] {
            for at in range.clone() {
                let part = &mut layout.parts[at];
                for turn in turns(model, part, is_promised, by_price) {
                    give(model, part, &turn, &mut layout.free);
                }
            }
        }
    }
    layout
}

/// Classes that are served in one turn, alike in a shortage.
fn turns(model: &Model<'_>, part: &Part, is_promised: bool, by_price: bool) -> Vec<Vec<usize>> {
    let class = |row: usize| &model.classes[part.classes[row]];
    let rows = (0..part.classes.len()).filter(|&row| class(row).is_promised == is_promised);
    let rows: Vec<usize> = rows.collect();
    if !by_price {
        return if rows.is_empty() { Vec::new() } else { vec![rows] };
    }
    rows.chunk_by(|&a, &b| class(a).cost == class(b).cost).map(<[usize]>::to_vec).collect()
}

/// Gives classes all that they can get together; where that is not all, in proportion as far as
/// their farms allow.
fn give(model: &Model<'_>, part: &mut Part, rows: &[usize], room: &mut [i64]) {
    let wanted: Vec<i64> =
        rows.iter().map(|&row| model.classes[part.classes[row]].demand).collect();
    let before = (rows.len() > 1).then(|| (part.flow.clone(), room.to_vec()));
    let mut total = 0;
    for (&row, &wanted) in rows.iter().zip(&wanted) {
        total += part.push(row, wanted, room);
    }
    let Some(before) = before.filter(|_| total < wanted.iter().sum::<i64>()) else {
        return;
    };
    part.flow = before.0;
    room.copy_from_slice(&before.1);
    let weights: Vec<Qty> = wanted.iter().map(|&one| Qty::new(one)).collect();
    let fair = share(Qty::new(total), &weights, Qty::new(part.step));
    for (&row, fair) in rows.iter().zip(&fair) {
        part.push(row, fair.get(), room);
    }
    for (&row, &wanted) in rows.iter().zip(&wanted) {
        let given = part.given(row);
        part.push(row, wanted - given, room);
    }
}

/// The same classes served as much, from sources nearest to `wished` (by source of the model).
pub(super) fn bring(layout: &mut Layout, part: usize, wished: &[i64]) {
    let part = &mut layout.parts[part];
    let given: Vec<i64> = (0..part.classes.len()).map(|row| part.given(row)).collect();
    for (at, &source) in part.sources.iter().enumerate() {
        layout.free[source] += part.used(at);
    }
    part.flow = vec![vec![0; part.sources.len()]; part.classes.len()];
    let mut room: Vec<i64> = layout.free.clone();
    for (&source, &wished) in part.sources.iter().zip(wished) {
        room[source] = wished.min(layout.free[source]);
    }
    for (row, &given) in given.iter().enumerate() {
        part.push(row, given, &mut room);
    }
    for (at, &source) in part.sources.iter().enumerate() {
        room[source] = layout.free[source] - part.used(at);
    }
    for (row, &given) in given.iter().enumerate() {
        let missing = given - part.given(row);
        part.push(row, missing, &mut room);
    }
    for (at, &source) in part.sources.iter().enumerate() {
        layout.free[source] -= part.used(at);
    }
}
