//! Changes of the settings of roads.

use trade::offers::Stamp;
use trade::party::{DockRules, Hours};

use super::reading::legs;
use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Desk};
use crate::admin::forms::{line, time};
use crate::admin::rows;
use crate::clock;
use crate::failure::Failure;
use crate::rounds::roads::{self, RoadSettings, Source, client};
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to, is_tiles};

const PAGE: &str = "/admin/roads";

/// `POST /admin/roads`
pub async fn save(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let code = fields.needed("source", "Source")?;
    let source = Source::parse(code)
        .ok_or_else(|| Failure::Input(format!("« Source » : « {code} » est inconnu.")))?;
    let url = line(&fields, "url", "Adresse du serveur", 200)?;
    let url = url.trim_end_matches('/').to_string();
    if matches!(source, Source::Osrm | Source::Valhalla) && !client::is_address(&url) {
        return Err(Failure::Input(
            "« Adresse du serveur » : écrivez-la en entier, http://127.0.0.1:5000 ou \
             https://routes.exemple.fr."
                .into(),
        )
        .into());
    }
    let way = line(&fields, "way_template", "Page d'itinéraire", 300)?;
    if !way.is_empty() && !is_way(&way) {
        return Err(Failure::Input(
            "« Page d'itinéraire » : une adresse en https, avec {lat} et {lon}.".into(),
        )
        .into());
    }
    let (tiles, credit) = tiles(&fields)?;
    let stamp = Stamp { at: clock::now(), by: desk.by() };
    let mut set = RoadSettings::new(source, url, stamp);
    (set.way_template, set.tile_template, set.tile_credit) = (way, tiles, credit);
    let deed = Deed::new(Seen::SettingChanged, "routes des tournées", "Routes enregistrées.")
        .then_all(roads::set(desk.hub(), set));
    desk.finish(once, deed, PAGE).await
}

/// Tiles of the map, and the words that name their owner; neither without the other.
fn tiles(fields: &Fields) -> Result<(String, String), Failure> {
    let tiles = line(fields, "tile_template", "Tuiles de la carte", 300)?;
    let credit = line(fields, "tile_credit", "Mention des tuiles", 200)?;
    if !tiles.is_empty() && !is_tiles(&tiles) {
        return Err(Failure::Input(
            "« Tuiles de la carte » : une adresse en https, avec {z}, {x} et {y} une fois chacun \
             derrière le nom du serveur."
                .into(),
        ));
    }
    if tiles.is_empty() != credit.is_empty() {
        let said = "Les tuiles de la carte vont avec leur mention : remplissez « Tuiles de la \
            carte » et « Mention des tuiles », ou aucune des deux.";
        return Err(Failure::Input(said.into()));
    }
    Ok((tiles, credit))
}

/// `POST /admin/roads/dock`: how the dock works, for what comes and goes.
pub async fn dock(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let number = |name: &str, label: &str, most: i64| match fields.number(name, label)? {
        number if (1..=most).contains(&number) => Ok(number),
        _ => Err(Failure::Input(format!("« {label} » : écrivez un nombre de 1 à {most}."))),
    };
    let hours = Hours {
        from: time(&fields, "opens", "Premières arrivées")?,
        to: time(&fields, "closes", "Dernières arrivées")?,
    };
    if hours.from >= hours.to {
        let said = "« Dernières arrivées » vient avant « Premières arrivées » : échangez-les.";
        return Err(Failure::Input(said.into()).into());
    }
    let rules = DockRules {
        density: number("density", "Kilos par mètre cube", 2_000)?,
        doors: number("doors", "Portes", 100)?,
        slot_minutes: number("slot_minutes", "Minutes d'un créneau", 240)?,
        hours,
    };
    let deed = Deed::new(Seen::SettingChanged, "règles du quai", "Règles du quai enregistrées.")
        .then(rows::set_dock(desk.hub(), &rules));
    desk.finish(once, deed.on_register(), PAGE).await
}

/// A page elsewhere that takes a place; the driver's own tap opens it.
fn is_way(template: &str) -> bool {
    template.starts_with("https://")
        && template.contains("{lat}")
        && template.contains("{lon}")
        && template.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `POST /admin/roads/table`: `from;to;metres;seconds`, in place of what was there.
pub async fn bring(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = desk.register().await?;
    let legs = legs(&register, fields.raw("table")).map_err(Failure::Told)?;
    let said = format!("{} enregistrés.", fr::count(legs.len() as i64, "trajet", "trajets"));
    let deed = Deed::new(Seen::SettingChanged, "table des trajets", said)
        .then_all(roads::set_legs(desk.hub(), &legs));
    desk.finish(once, deed, PAGE).await
}

#[cfg(test)]
mod tests {
    use super::is_way;

    #[test]
    fn a_page_for_ways_has_both_degrees() {
        assert!(is_way("https://cartes.example/?to={lat},{lon}"));
        for bad in [
            "http://x/{lat}{lon}",
            "https://x/{lat}",
            "https://x/{lat} {lon}",
            "javascript:{lat}{lon}",
        ] {
            assert!(!is_way(bad), "{bad}");
        }
    }
}
