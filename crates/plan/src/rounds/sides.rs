#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {}
