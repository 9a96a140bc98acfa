//! Words for dates, and rhythms. A week whose list buyers have keeps its days: the statements say
//! so themselves, so that who publishes at the same moment is not passed by.

use trade::calendar::deliveries::{DayException, DeliveryChange, Moment, Rhythm, SkippedWhy};
use trade::calendar::{IsoWeek, Weekday};
use trade::offers::Stamp;
use trade::register::Register;

use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Desk};
use crate::admin::forms::{line, time};
use crate::admin::rows;
use crate::clock;
use crate::failure::Failure;
use crate::store::{act, settings};
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to};

const PAGE: &str = "/admin/calendar";
const PUBLISHED: &str = "La mercuriale de cette semaine vient d'être publiée : ses jours ne \
    changent plus.";

/// `POST /admin/calendar/exceptions`: what holds for one date; `delivery=usual` without a cut-off
/// takes an earlier word back.
pub async fn except(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = desk.register().await?;
    let exception = judged(&desk, &register, read(&fields)?).await?;
    let (day, hub) = (exception.day, desk.hub());
    let stamp = Stamp { at: clock::now(), by: desk.by() };
    let said = told(&register, &exception);
    let offered = offered(&desk, &register, &exception).await?;
    let deed = Deed::new(Seen::SettingChanged, format!("calendrier : {said}"), said + &offered)
        .then_all(act::touch_week(desk.scope.desk().at(day.week())))
        .needs([(rows::is_unpublished(hub, day.week()), PUBLISHED)])
        .then_all(settings::say(hub, &exception, stamp));
    desk.finish(once, deed.on_register(), PAGE).await
}

fn read(fields: &Fields) -> Result<DayException, Failure> {
    let delivery = match fields.needed("delivery", "Livraison")? {
        "usual" => DeliveryChange::Usual,
        "none" => DeliveryChange::NoDelivery,
        "extra" => DeliveryChange::Extra,
        "moved" => DeliveryChange::MovedTo(fields.day("moved_to", "Déplacée au")?),
        other => {
            return Err(Failure::Input(format!("« Livraison » : « {other} » est inconnu.")));
        }
    };
    let has_cutoff = !fields.text("cutoff_on").is_empty() || !fields.text("cutoff_at").is_empty();
    let cutoff = match has_cutoff {
        true => Some(Moment {
            day: fields.day("cutoff_on", "Commandes jusqu'au")?,
            minute: time(fields, "cutoff_at", "Commandes jusqu'à")?,
        }),
        false => None,
    };
    let day = fields.day("day", "Date")?;
    Ok(DayException { day, delivery, cutoff, reason: line(fields, "reason", "Pourquoi", 120)? })
}

async fn judged(
    desk: &Desk,
    register: &Register,
    exception: DayException,
) -> Result<DayException, Failure> {
    let week = exception.day.week();
    let published = rows::published(&desk.db(), desk.hub(), week).await?;
    let at = published.iter().find(|(known, _)| *known == week).map(|(_, at)| *at);
    let rhythm = register.rhythm(week);
    Ok(exception.judged(&rhythm, &register.calendar, &register.exceptions, at)?)
}

/// What the word comes to, as the calendar then is.
fn told(register: &Register, exception: &DayException) -> String {
    let mut then = register.clone();
    then.exceptions.retain(|known| known.day != exception.day);
    if !exception.is_nothing() {
        then.exceptions.push(exception.clone());
    }
    let made = then.deliveries(exception.day.week());
    let day = fr::day(exception.day);
    let delivery = made.days.iter().find(|one| one.planned_on == exception.day);
    let skipped = made.skipped.iter().find(|one| one.day == exception.day);
    match (delivery, skipped.map(|one| one.why)) {
        (Some(one), Some(SkippedWhy::MovedTo(_))) => format!(
            "La livraison du {day} se fait le {}, commandes jusqu'au {}.",
            fr::day(one.day),
            moment(one.cutoff)
        ),
        (Some(one), _) => format!("Livraison le {day}, commandes jusqu'au {}.", moment(one.cutoff)),
        (None, Some(SkippedWhy::PublicHoliday)) => format!("Pas de livraison le {day}, férié."),
        (None, _) => format!("Pas de livraison le {day}."),
    }
}

/// `lundi 9 novembre à 12 h 00`
pub fn moment(at: Moment) -> String {
    format!("{} à {}", fr::day(at.day), fr::time(at.minute))
}

/// Offers that farms have already made for a day that is not delivered any more.
async fn offered(
    desk: &Desk,
    register: &Register,
    exception: &DayException,
) -> Result<String, Failure> {
    let day = exception.day;
    let is_gone =
        matches!(exception.delivery, DeliveryChange::NoDelivery | DeliveryChange::MovedTo(_));
    if !is_gone {
        return Ok(String::new());
    }
    let place = desk.scope.desk().at(day.week());
    let mut farms = desk
        .app()
        .read(place, |week, _| {
            let offers = week.current_offers().filter(|offer| offer.day == day);
            let real = offers.filter(|offer| !offer.quantity.is_zero());
            real.map(|offer| offer.producer).collect::<Vec<_>>()
        })
        .await?;
    farms.sort_unstable();
    farms.dedup();
    let names = farms.iter().filter_map(|farm| register.producers.get(farm));
    let names: Vec<&str> = names.map(|farm| farm.identity.name.as_str()).collect();
    match names.is_empty() {
        true => Ok(String::new()),
        false => Ok(format!(
            " Des fermes avaient déjà offert pour ce jour : prévenez-les ({}).",
            names.join(", ")
        )),
    }
}

/// `POST /admin/calendar/rhythms`: the weekly rule from a week on.
pub async fn set_rhythm(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let days = Weekday::ALL.into_iter();
    let rhythm = Rhythm {
        from: week(&fields)?,
        days: days.filter(|day| fields.was_sent(&format!("day-{}", day.rank()))).collect(),
        cutoff_days_before: fields.number("days_before", "Jours avant la livraison")?,
        cutoff_minute: time(&fields, "at", "Heure limite")?,
    };
    let last = rows::last_published(&desk.db(), desk.hub()).await?;
    let rhythm = rhythm.judged(last)?;
    let from = rhythm.from;
    let said = format!("À partir de la {} : {}.", fr::week(from), rhythm_name(&rhythm));
    let deed = Deed::new(Seen::SettingChanged, format!("rythme : {said}"), said)
        .then(rows::touch_from(desk.hub(), from))
        .needs([(rows::none_published(desk.hub(), from), PUBLISHED)])
        .then_all(settings::set_rhythm(desk.hub(), rhythm));
    desk.finish(once, deed.on_register(), PAGE).await
}

fn week(fields: &Fields) -> Result<IsoWeek, Failure> {
    let text = fields.needed("from", "À partir de la semaine")?;
    IsoWeek::parse(text).ok_or_else(|| {
        let said = format!("« À partir de la semaine » : « {text} » ne se lit pas.");
        Failure::Input(said)
    })
}

/// `mardi et jeudi, commandes jusqu'à 2 jours avant, 12 h 00`
pub fn rhythm_name(rhythm: &Rhythm) -> String {
    let days: Vec<&str> = rhythm.days.iter().map(|day| fr::weekday(*day)).collect();
    let days = match days.split_last() {
        Some((last, [])) => (*last).to_string(),
        Some((last, first)) => format!("{} et {last}", first.join(", ")),
        None => "aucun jour".into(),
    };
    let before = fr::count(rhythm.cutoff_days_before, "jour", "jours");
    format!("{days}, commandes jusqu'à {before} avant, {}", fr::time(rhythm.cutoff_minute))
}

/// `POST /admin/calendar/rhythms/removal`: one that has not begun.
pub async fn withdraw_rhythm(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let from = week(&fields)?;
    if from <= clock::today().week() {
        let said = "Ce rythme a commencé : il ne se retire plus, un autre peut le suivre.";
        return Err(Failure::Input(said.into()).into());
    }
    let said = format!("Le rythme de la {} est retiré.", fr::week(from));
    const GONE: &str = "Ce rythme n'est plus là : rechargez la page.";
    let deed = Deed::new(Seen::SettingChanged, said.clone(), said)
        .then(rows::touch_from(desk.hub(), from))
        .needs([
            (rows::none_published(desk.hub(), from), PUBLISHED),
            (rows::drop_rhythm(desk.hub(), from), GONE),
        ]);
    desk.finish(once, deed.on_register(), PAGE).await
}
