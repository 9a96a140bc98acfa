//! Draws. Each thing draws from a source of its own, named by the seed and what it is for: the
//! same week of the same seed is the same in every pack, whatever stands beside it.

use fastrand::Rng;

/// A source for `what` number `at` of a seed.
pub fn source(seed: u64, what: &str, at: u64) -> Rng {
    let mut state = mixed(seed ^ 0x9e37_79b9_7f4a_7c15);
    for byte in what.bytes() {
        state = mixed(state ^ u64::from(byte));
    }
    Rng::with_seed(mixed(state ^ at))
}

/// The finisher of SplitMix64: neighbours come out unrelated.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Evenly between `low` and `high`.
pub fn between(rng: &mut Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.f64()
}

/// True once in `1 / probability` draws.
pub fn happens(rng: &mut Rng, probability: f64) -> bool {
    rng.f64() < probability
}

/// A draw of the standard normal law (Box and Muller).
pub fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.f64()).cos()
}

/// A draw whose logarithm is normal around that of `median`.
pub fn lognormal(rng: &mut Rng, median: f64, sigma: f64) -> f64 {
    median * (sigma * normal(rng)).exp()
}

/// The rank of one weight, heavier ones more often. `None` when all weigh nothing.
pub fn weighted(rng: &mut Rng, weights: &[f64]) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    let mut point = rng.f64() * total;
    let drawn = weights.iter().position(|&weight| {
        point -= weight;
        weight > 0.0 && point < 0.0
    });
    drawn.or_else(|| weights.iter().rposition(|&weight| weight > 0.0))
}
