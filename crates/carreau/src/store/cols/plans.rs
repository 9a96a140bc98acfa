//! What plans say, in columns: why something has no farm, what was decided by hand, where a truck
//! calls.

use db::Val;
use trade::id::{ProducerId, SiteId};
use trade::rounds::CallId;
use trade::sourcing::{Cause, LockRule};
use trade::unit::{Price, Qty};

use super::{Cols, Cursor, Read};

impl Cols for Cause {
    fn put(&self, out: &mut Vec<Val>) {
        let (code, numbers) = match *self {
            Cause::Shortage { wanted, offered } => {
                ("shortage", Some((wanted.get(), offered.get())))
            }
            Cause::BelowPack => ("below_pack", None),
            Cause::NoOffer => ("no_offer", None),
            Cause::NoProof => ("no_proof", None),
            Cause::TooDear { asked, paid } => ("too_dear", Some((asked.get(), paid.get()))),
            Cause::OutsideOrigin => ("outside_origin", None),
            Cause::Locked => ("locked", None),
        };
        numbers.map(|(first, _)| first).put(out);
        numbers.map(|(_, second)| second).put(out);
        code.to_string().put(out);
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let first: Option<i64> = Cols::get(cursor)?;
        let second: Option<i64> = Cols::get(cursor)?;
        let code: String = Cols::get(cursor)?;
        match (code.as_str(), first.zip(second)) {
            ("shortage" | "", Some((wanted, offered))) => {
                Ok(Cause::Shortage { wanted: Qty::new(wanted), offered: Qty::new(offered) })
            }
            ("too_dear", Some((asked, paid))) => {
                Ok(Cause::TooDear { asked: Price::new(asked), paid: Price::new(paid) })
            }
            ("below_pack" | "", None) => Ok(Cause::BelowPack),
            ("no_offer", None) => Ok(Cause::NoOffer),
            ("no_proof", None) => Ok(Cause::NoProof),
            ("outside_origin", None) => Ok(Cause::OutsideOrigin),
            ("locked", None) => Ok(Cause::Locked),
            _ => Err(cursor.bad("Cause")),
        }
    }
}

/// A rule and its quantity; neither where a word is taken back.
impl Cols for Option<LockRule> {
    fn put(&self, out: &mut Vec<Val>) {
        let (word, quantity) = match self {
            None => (None, None),
            Some(LockRule::Nothing) => (Some("nothing"), None),
            Some(LockRule::Exactly(quantity)) => (Some("exactly"), Some(*quantity)),
            Some(LockRule::AtLeast(quantity)) => (Some("at_least"), Some(*quantity)),
        };
        out.push(word.map_or(Val::NullT, Val::from));
        quantity.put(out);
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let word = cursor.opt_text()?;
        let quantity: Option<Qty> = Cols::get(cursor)?;
        match (word.as_deref(), quantity) {
            (None, None) => Ok(None),
            (Some("nothing"), None) => Ok(Some(LockRule::Nothing)),
            (Some("exactly"), Some(quantity)) => Ok(Some(LockRule::Exactly(quantity))),
            (Some("at_least"), Some(quantity)) => Ok(Some(LockRule::AtLeast(quantity))),
            _ => Err(cursor.bad("LockRule")),
        }
    }
}

/// A site or a farm, each in a column of its own; the other is empty.
impl Cols for CallId {
    fn put(&self, out: &mut Vec<Val>) {
        let (site, farm) = match self {
            CallId::Site(site) => (site.to_string(), String::new()),
            CallId::Farm(farm) => (String::new(), farm.to_string()),
        };
        out.extend([Val::T(site), Val::T(farm)]);
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let (site, farm) = (String::get(cursor)?, String::get(cursor)?);
        let found = match farm.is_empty() {
            true => SiteId::parse(&site).map(CallId::Site),
            false => ProducerId::parse(&farm).map(CallId::Farm),
        };
        found.map_err(|_| cursor.bad("CallId"))
    }
}
