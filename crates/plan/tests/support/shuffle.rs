//! Lists in another order, drawn from a seed.

/// Numbers that a seed leads to (xorshift, Marsaglia 2003).
pub struct Shuffle(u64);

impl Shuffle {
    pub fn new(seed: u64) -> Shuffle {
        Shuffle(seed | 1)
    }

    /// Any order is as likely as any other (Fisher and Yates).
    pub fn list<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            list.swap(at, (self.0 % (at as u64 + 1)) as usize);
        }
    }
}
