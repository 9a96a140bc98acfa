use trade::calendar::IsoWeek; use trade::party::Hub; use wire::pack::Pack;
#[derive(Clone, Copy, Debug)] pub enum Scale { Xs, S, M, L, Xl }
impl std::str::FromStr for Scale { type Err = String; fn from_str(_: &str) -> Result<Self, String> { Ok(Scale::S) } }
impl std::fmt::Display for Scale { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("s") } }
pub fn hub() -> Hub { unimplemented!() }
pub fn pack(_: Scale, _: u64, _: &[IsoWeek]) -> Pack { unimplemented!() }
