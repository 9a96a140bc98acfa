//! What purchases know of a farm beside its offers: from which worth on a trip is worth making,
//! and which share of the season was agreed. Two fields of its record, each fault at its field.

use trade::party::Producer;
use trade::unit::{Cents, Rate};

use crate::admin::forms::{euros, euros_value, percent, percent_value};
use crate::ui::fr;
use crate::web::Fields;

const TRIP: &str = "minimum_trip";
const SHARE: &str = "season_share";
const TRIP_LABEL: &str = "Un trajet vaut la peine à partir de";
const SHARE_LABEL: &str = "Part de saison convenue";

/// No farm waits for more than this to set out.
const TRIP_MOST: i64 = 1_000_000;
const ALL_OF_IT: i64 = 10_000;

/// Both, as they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub minimum_trip: Cents,
    pub season_share: Option<Rate>,
}

/// The two fields as they are shown: what is known, or what was typed and is wrong.
#[derive(Debug)]
pub struct TermsForm {
    pub trip: String,
    pub share: String,
    /// What is wrong; empty when nothing is.
    pub trip_error: String,
    pub share_error: String,
}

impl Terms {
    pub fn of(farm: &Producer) -> Terms {
        Terms { minimum_trip: farm.minimum_trip, season_share: farm.season_share }
    }
}

impl TermsForm {
    pub fn of(terms: Terms) -> TermsForm {
        let trip = terms.minimum_trip;
        TermsForm {
            trip: if trip.is_zero() { String::new() } else { euros_value(trip) },
            share: terms.season_share.map(percent_value).unwrap_or_default(),
            trip_error: String::new(),
            share_error: String::new(),
        }
    }

    pub fn errors(&self) -> Vec<String> {
        let errors = [&self.trip_error, &self.share_error].into_iter();
        errors.filter(|said| !said.is_empty()).cloned().collect()
    }
}

/// Both as the form has them; as they are known where the form does not say. Errors: the fields
/// again, with what is wrong.
pub fn read(fields: &Fields, known: Terms) -> Result<Terms, TermsForm> {
    let mut form = TermsForm::of(known);
    let mut terms = known;
    if fields.was_sent(TRIP) {
        form.trip = fields.text(TRIP).to_string();
        match minimum_trip(&form.trip) {
            Ok(minimum) => terms.minimum_trip = minimum,
            Err(said) => form.trip_error = format!("« {TRIP_LABEL} » : {said}"),
        }
    }
    if fields.was_sent(SHARE) {
        form.share = fields.text(SHARE).to_string();
        match season_share(&form.share) {
            Ok(share) => terms.season_share = share,
            Err(said) => form.share_error = format!("« {SHARE_LABEL} » : {said}"),
        }
    }
    match form.errors().is_empty() {
        true => Ok(terms),
        false => Err(form),
    }
}

/// An amount in euros; nothing: any trip is worth making.
fn minimum_trip(text: &str) -> Result<Cents, String> {
    if text.is_empty() {
        return Ok(Cents::ZERO);
    }
    let read = euros(text)?;
    match read.get() {
        0..=TRIP_MOST => Ok(read),
        _ => Err(format!("écrivez de 0 à {}.", fr::whole_euros(Cents::new(TRIP_MOST)))),
    }
}

/// A share in percent; nothing: none was agreed.
fn season_share(text: &str) -> Result<Option<Rate>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = percent(text)?;
    match read.get() {
        1..=ALL_OF_IT => Ok(Some(read)),
        _ => Err("écrivez plus de 0, et 100 au plus. Vide : rien de convenu.".into()),
    }
}

/// `, Part de saison convenue : vide → 12`, for the journal; empty when nothing changes.
pub fn changes(before: Terms, after: Terms) -> String {
    let (before, after) = (TermsForm::of(before), TermsForm::of(after));
    let fields =
        [(TRIP_LABEL, &before.trip, &after.trip), (SHARE_LABEL, &before.share, &after.share)];
    let worded =
        |value: &str| if value.is_empty() { "vide".to_string() } else { value.to_string() };
    let said = fields.into_iter().filter(|(_, was, is)| was != is);
    let said = said.map(|(label, was, is)| format!("{label} : {} → {}", worded(was), worded(is)));
    let said: Vec<String> = said.collect();
    if said.is_empty() { String::new() } else { format!(", {}", said.join(" ; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_shares_have_sane_bounds() {
        for (text, cents) in [("", 0), ("0", 0), ("120", 12_000), ("10 000 €", 1_000_000)] {
            assert_eq!(minimum_trip(text).map(Cents::get), Ok(cents), "{text}");
        }
        for bad in ["-1", "10 000,01", "1,234", "beaucoup"] {
            assert!(minimum_trip(bad).is_err(), "{bad}");
        }
        for (text, bp) in [("", None), ("12 %", Some(1_200)), ("100", Some(10_000))] {
            assert_eq!(season_share(text).map(|share| share.map(Rate::get)), Ok(bp), "{text}");
        }
        for bad in ["0", "-5", "100,01", "la moitié"] {
            assert!(season_share(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_changes_is_said() {
        let terms = |cents, bp: Option<i64>| Terms {
            minimum_trip: Cents::new(cents),
            season_share: bp.map(Rate::new),
        };
        assert_eq!(changes(terms(100, None), terms(100, None)), "");
        assert_eq!(
            changes(terms(0, Some(1_250)), terms(9_000, None)),
            ", Un trajet vaut la peine à partir de : vide → 90 ; Part de saison convenue : \
             12,5 → vide"
        );
    }
}
