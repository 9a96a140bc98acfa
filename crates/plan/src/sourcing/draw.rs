//! Which farm serves which want of a class: as few farms as can be, keeping to what each should
//! bring where that many are enough.

/// How goods may be divided, in thousandths of the sale unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// What every part is a multiple of: a pack, or a gram for goods sold by weight found.
    pub step: i64,
    /// What a farm would rather bring multiples of: a pack.
    pub pack: i64,
}

/// A farm that can serve a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Farm {
    /// Its source in the model.
    pub source: usize,
    /// What it should still bring. Below zero when it brought more to spare a buyer a farm.
    pub part: i64,
    /// What it can still bring.
    pub stock: i64,
}

/// Takes `wanted` from as few farms as can be: ranks among `farms` with quantities, together
/// `wanted` when the farms have as much. True: a farm brings more than its part.
pub(super) fn draw(
    farms: &mut [Farm],
    mut wanted: i64,
    most: usize,
    cut: Cut,
) -> (Vec<(usize, i64)>, bool) {
    let mut drawn = Vec::with_capacity(most);
    let mut is_beyond = false;
    while wanted > 0 {
        let taken = match by_parts(farms, wanted, most, cut) {
            Some(taken) => taken,
            None => {
                is_beyond = true;
                // Where so many are not enough: all of the fullest, and on with the rest.
                by_stock(farms, wanted, most, cut).unwrap_or_else(|| fullest(farms, cut))
            }
        };
        let before = wanted;
        for (rank, quantity) in taken.into_iter().filter(|(_, quantity)| *quantity > 0) {
            farms[rank].stock -= quantity;
            farms[rank].part -= quantity;
            wanted -= quantity;
            drawn.push((rank, quantity));
        }
        if wanted == before {
            break;
        }
    }
    (drawn, is_beyond)
}

/// Farms whose parts are enough: one, or the fewest with the largest parts.
fn by_parts(farms: &[Farm], wanted: i64, most: usize, cut: Cut) -> Option<Vec<(usize, i64)>> {
    let mut taken = Vec::new();
    let mut rest = wanted;
    while taken.len() < most {
        if let Some(rank) = one(farms, rest, &taken, cut) {
            taken.push((rank, rest));
            return Some(taken);
        }
        let open = (0..farms.len()).rev().filter(|rank| !has(&taken, *rank));
        let first = open.max_by_key(|&rank| farms[rank].part)?;
        if farms[first].part <= 0 {
            return None;
        }
        taken.push((first, farms[first].part));
        rest -= farms[first].part;
    }
    None
}

fn has(taken: &[(usize, i64)], rank: usize) -> bool {
    taken.iter().any(|(known, _)| *known == rank)
}

/// The farm whose part is just enough; or the one with the largest part, when what is beyond it is
/// less than a pack: not worth another farm.
fn one(farms: &[Farm], wanted: i64, but: &[(usize, i64)], cut: Cut) -> Option<usize> {
    let able = |rank: &usize| !has(but, *rank) && farms[*rank].stock >= wanted;
    let ranks = || (0..farms.len()).filter(able);
    let enough = ranks().filter(|&rank| farms[rank].part >= wanted);
    let nearly = |part: i64| part > 0 && part + cut.pack - cut.step >= wanted;
    enough.min_by_key(|&rank| farms[rank].part).or_else(|| {
        let near = ranks().rev().filter(|&rank| nearly(farms[rank].part));
        near.max_by_key(|&rank| farms[rank].part)
    })
}

/// At most `most` farms that have enough between them, whatever their parts: those with the
/// largest parts, in proportion of these.
fn by_stock(farms: &[Farm], wanted: i64, most: usize, cut: Cut) -> Option<Vec<(usize, i64)>> {
    let mut chosen: Vec<usize> = Vec::new();
    let (mut missing, mut parts) = (wanted, 0);
    while (missing > 0 || parts < wanted) && chosen.len() < most {
        let open: Vec<usize> = (0..farms.len()).filter(|rank| !chosen.contains(rank)).collect();
        let more = most - chosen.len() - 1;
        let able = open.iter().rev().filter(|&&rank| {
            let mut others: Vec<i64> = open
                .iter()
                .filter(|&&other| other != rank)
                .map(|&other| farms[other].stock)
                .collect();
            others.sort_unstable_by_key(|stock| -stock);
            farms[rank].stock + others.iter().take(more).sum::<i64>() >= missing
        });
        let best = able.max_by_key(|&&rank| (farms[rank].part, farms[rank].stock));
        let Some(&best) = best else { break };
        if missing <= 0 && farms[best].part <= 0 {
            break;
        }
        missing -= farms[best].stock;
        parts += farms[best].part.max(0);
        chosen.push(best);
    }
    (missing <= 0).then(|| divide(farms, &chosen, wanted, cut))
}

/// Divides over farms that have enough between them.
fn divide(farms: &[Farm], chosen: &[usize], wanted: i64, cut: Cut) -> Vec<(usize, i64)> {
    let mut taken = Vec::with_capacity(chosen.len());
    let mut rest = wanted;
    for (at, &rank) in chosen.iter().enumerate() {
        let later: i64 = chosen[at + 1..].iter().map(|&other| farms[other].stock).sum();
        let part = |rank: usize| farms[rank].part.max(0);
        let parts: i64 = chosen[at..].iter().map(|&other| part(other)).sum();
        let ideal = match parts {
            0 => rest,
            all => (i128::from(rest) * i128::from(part(rank)) / i128::from(all)) as i64,
        };
        let ideal = if at + 1 == chosen.len() { rest } else { ideal - ideal % cut.pack };
        let (least, most) = ((rest - later).max(0), farms[rank].stock.min(rest));
        // Less than a step of another farm's stock cannot be taken.
        let least = (least + cut.step - 1) / cut.step * cut.step;
        let quantity = ideal.clamp(least.min(most), most);
        taken.push((rank, quantity));
        rest -= quantity;
    }
    taken
}

/// All of the farm that has most, the first of equals.
fn fullest(farms: &[Farm], cut: Cut) -> Vec<(usize, i64)> {
    let stock = |rank: usize| farms[rank].stock / cut.step * cut.step;
    let best = (0..farms.len()).rev().max_by_key(|&rank| stock(rank));
    best.map(|rank| (rank, stock(rank))).into_iter().collect()
}
