//! What a food-aid organisation tells of itself: its approval, where it may take goods from, its
//! vans, its sites and charities. Structures and quantities only, never people.

use askama::Template;
use trade::party::AidProfile;
use trade::unit::{Grams, Qty};

use crate::access::aid::AidWeek;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{AidVisit, Answer, Fields, back_to, html, read_qty};

#[derive(Template)]
#[template(path = "surplus_profile.html")]
struct ProfilePage {
    frame: Frame,
    approval: String,
    departments: String,
    vans: String,
    structures: String,
    base: String,
}

/// `GET …/surplus/profile`
pub async fn page(visit: AidVisit) -> Answer {
    html(&visit.see(|week| Ok(profile_page(&visit, week))).await?)
}

fn profile_page(visit: &AidVisit, week: AidWeek<'_>) -> ProfilePage {
    let own = week.profile();
    let kilos = |most: &Grams| fr::number(Qty::new(most.get()));
    let vans = own.map(|own| own.vans.iter().map(|(name, most)| (name, kilos(most))).collect());
    let structures =
        own.map(|own| own.structures.iter().map(|(name, part)| (name, part.to_string())).collect());
    ProfilePage {
        frame: visit.frame(week, "Ma structure"),
        approval: own.map(|own| own.approval.clone()).unwrap_or_default(),
        departments: own.map(|own| own.departments.join(" ")).unwrap_or_default(),
        vans: lines(vans.unwrap_or_default()),
        structures: lines(structures.unwrap_or_default()),
        base: visit.href("surplus"),
    }
}

fn lines(rows: Vec<(&String, String)>) -> String {
    rows.into_iter().map(|(name, value)| format!("{name} : {value}\n")).collect()
}

/// `POST …/surplus/profile`
pub async fn save(visit: AidVisit, fields: Fields) -> Answer {
    let departments = fields.text("departments").split(|c: char| !c.is_ascii_alphanumeric());
    let departments: Vec<String> =
        departments.filter(|one| !one.is_empty()).map(str::to_ascii_uppercase).collect();
    if let Some(bad) = departments.iter().find(|one| !(2..=3).contains(&one.len())) {
        let said = format!("« {bad} » n'est pas un département. Écrivez par exemple 34 30 11.");
        return Err(Failure::Input(said).into());
    }
    let van = |(name, value): (String, String)| {
        let kilos = read_qty(&value, &format!("Charge de « {name} »"))?;
        Ok::<_, Failure>((name, Grams::new(kilos.get())))
    };
    let structure = |(name, value): (String, String)| {
        let part = value.parse().ok().filter(|part| (0..=1_000_000).contains(part));
        part.map(|part| (name.clone(), part)).ok_or_else(|| {
            Failure::Input(format!("« {name} » : la part « {value} » n'est pas un nombre entier."))
        })
    };
    let profile = AidProfile {
        buyer: visit.scope.buyer(),
        approval: fields.text("approval").to_string(),
        departments,
        vans: rows(fields.text("vans"), "900").into_iter().map(van).collect::<Result<_, _>>()?,
        structures: rows(fields.text("structures"), "1")
            .into_iter()
            .map(structure)
            .collect::<Result<_, _>>()?,
    };
    visit.scope.set_aid_profile(visit.app(), visit.week, profile).await?;
    back_to(&visit.href("surplus"), "Votre structure est à jour.")
}

/// A line for each: a name, and behind the last colon a number, or `usual`.
fn rows(text: &str, usual: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let row = |line: &str| match line.rsplit_once([':', ';']) {
        Some((name, value)) => (name.trim().to_string(), value.trim().to_string()),
        None => (line.to_string(), usual.to_string()),
    };
    lines.map(row).collect()
}
