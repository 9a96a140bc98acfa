//! The plan back from classes to buyers: whole packs, few farms each.

use std::collections::BTreeMap;

use trade::unit::{Qty, share};

use super::draw::{Cut, Farm, draw};
use super::layout::Layout;
use super::model::Model;

/// What a want is given by one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Place among the wants of the task.
    pub want: usize,
    /// Place among the sources of the model.
    pub source: usize,
    pub class: usize,
    pub quantity: i64,
    /// More than the farm's part was taken so that the want has few farms.
    pub is_kept_together: bool,
}

/// The pieces of a plan, those of a want side by side.
pub(super) struct Pieces {
    pub all: Vec<Piece>,
    /// What each source still has.
    pub free: Vec<i64>,
}

/// Splits a layout. `before`: what each want had from which source in a plan to keep to.
pub(super) fn split(
    model: &Model<'_>,
    layout: &Layout,
    before: &BTreeMap<usize, Vec<(usize, i64)>>,
) -> Pieces {
    let mut pieces = Pieces { all: Vec::new(), free: layout.free.clone() };
    for part in &layout.parts {
        for (row, &class) in part.classes.iter().enumerate() {
            let flow = &part.flow[row];
            let total: i64 = flow.iter().sum();
            let sources = part.sources.iter().zip(flow).zip(&part.can[row]);
            let mut farms: Vec<Farm> = sources
                .filter(|(_, can)| **can)
                .map(|((&source, &own), _)| {
                    let free = pieces.free[source] / part.step * part.step;
                    Farm { source, part: own, stock: own + free }
                })
                .collect();
            split_class(model, class, total, &mut farms, before, &mut pieces.all);
            for farm in farms {
                // What is less than a step stays with others that are divided more finely.
                pieces.free[farm.source] = pieces.free[farm.source] % part.step + farm.stock;
            }
        }
    }
    pieces.all.sort_by_key(|piece| (piece.want, piece.source));
    pieces
}

fn split_class(
    model: &Model<'_>,
    class: usize,
    total: i64,
    farms: &mut [Farm],
    before: &BTreeMap<usize, Vec<(usize, i64)>>,
    pieces: &mut Vec<Piece>,
) {
    let known = &model.classes[class];
    let cut = Cut { step: known.step, pack: known.pack };
    let whole = |&want: &usize| Qty::new(model.rest[want] / cut.step * cut.step);
    let wanted: Vec<Qty> = known.wants.iter().map(whole).collect();
    let mut given = share(Qty::new(total), &wanted, Qty::new(cut.step));
    let mut put = |want: usize, source: usize, quantity: i64, is_kept_together: bool| {
        pieces.push(Piece { want, source, class, quantity, is_kept_together });
    };
    for (given, &want) in given.iter_mut().zip(&known.wants) {
        *given = Qty::new(keep(farms, given.get(), before.get(&want), |source, quantity| {
            put(want, source, quantity, false);
        }));
    }
    let mut order: Vec<usize> = (0..given.len()).filter(|&at| !given[at].is_zero()).collect();
    // The largest first: they are the hardest to serve from one farm.
    order.sort_by_key(|&at| (-given[at].get(), at));
    for at in order {
        let (drawn, is_beyond) = draw(farms, given[at].get(), known.most, cut);
        for (rank, quantity) in drawn {
            put(known.wants[at], farms[rank].source, quantity, is_beyond);
        }
    }
}

/// Serves a want as before, where it is given as much and its farms still have it within their
/// parts; what it still needs.
fn keep(
    farms: &mut [Farm],
    given: i64,
    before: Option<&Vec<(usize, i64)>>,
    mut put: impl FnMut(usize, i64),
) -> i64 {
    let Some(before) = before else { return given };
    let rank = |source: usize| farms.iter().position(|farm| farm.source == source);
    let is_there = |&(source, quantity): &(usize, i64)| {
        rank(source).is_some_and(|at| farms[at].part >= quantity && farms[at].stock >= quantity)
    };
    let total: i64 = before.iter().map(|(_, quantity)| quantity).sum();
    if total != given || !before.iter().all(is_there) {
        return given;
    }
    for &(source, quantity) in before {
        for farm in farms.iter_mut().filter(|farm| farm.source == source) {
            farm.part -= quantity;
            farm.stock -= quantity;
            put(source, quantity);
        }
    }
    0
}
