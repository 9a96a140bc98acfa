//! Where goods of a buyer's contracts may come from (*clause d'origine*): shown on the buyer's
//! record, read, each fault at its field, and changed. Plans made from then on follow it.

use plan::distance::metres;
use trade::contract::{Contract, Origin, commune_key};
use trade::id::ContractId;
use trade::party::{Buyer, Place};
use trade::register::Register;

use super::pages::{asked_buyer, buyer_refused};
use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Desk};
use crate::admin::forms::whole;
use crate::admin::rows;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to};

const GONE: &str = "Quelqu'un a changé ce marché entre-temps : rechargez la page.";
/// Farther apart are no two places of the mainland.
const KILOMETRES_MOST: i64 = 1_500;
const COMMUNES_MOST: usize = 400;
const NAME_MOST: usize = 60;

/// What a clause may be, as the form offers it.
pub const WAYS: [(&str, &str); 3] = [
    ("anywhere", "de partout"),
    ("within", "de fermes à … kilomètres au plus"),
    ("communes", "de fermes de ces communes"),
];

/// A contract with the fields of its form.
pub struct ContractForm {
    pub code: String,
    pub name: String,
    /// Its number and its days.
    pub said: String,
    /// The clause as it stands, and how many farms fulfil it.
    pub clause: String,
    pub way: String,
    pub kilometres: String,
    pub communes: String,
    /// What is wrong; empty when nothing is.
    pub way_error: String,
    pub kilometres_error: String,
    pub communes_error: String,
}

impl ContractForm {
    fn of(register: &Register, contract: &Contract) -> ContractForm {
        let (way, kilometres, communes) = match &contract.origin {
            Origin::Anywhere => ("anywhere", String::new(), String::new()),
            Origin::Within { metres } => ("within", shown(*metres).to_string(), String::new()),
            Origin::Communes(names) => ("communes", String::new(), names.join(", ")),
        };
        let period = format!(
            "du {} au {}",
            fr::numbers_day(contract.valid_from),
            fr::numbers_day(contract.valid_to)
        );
        let parts = [contract.reference.as_str(), period.as_str()].into_iter();
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        ContractForm {
            code: contract.id.to_string(),
            name: contract.name.clone(),
            said: parts.join(" · "),
            clause: clause(register, contract),
            way: way.into(),
            kilometres,
            communes,
            way_error: String::new(),
            kilometres_error: String::new(),
            communes_error: String::new(),
        }
    }

    /// With what was typed, and what is wrong with it.
    fn typed(self, fields: &Fields, wrong: Wrong) -> ContractForm {
        let mut form = ContractForm {
            way: fields.text("origin").into(),
            kilometres: fields.text("kilometres").into(),
            communes: fields.text("communes").into(),
            ..self
        };
        match wrong {
            Wrong::Way(said) => form.way_error = said,
            Wrong::Kilometres(said) => form.kilometres_error = said,
            Wrong::Communes(said) => form.communes_error = said,
        }
        form
    }

    pub fn errors(&self) -> Vec<String> {
        let errors = [&self.way_error, &self.kilometres_error, &self.communes_error].into_iter();
        errors.filter(|said| !said.is_empty()).cloned().collect()
    }
}

/// The contracts of a buyer, the latest first.
pub fn forms(register: &Register, buyer: &Buyer) -> Vec<ContractForm> {
    let mut own: Vec<&Contract> =
        register.contracts.iter().filter(|one| one.buyer == buyer.id).collect();
    own.sort_by_key(|one| (std::cmp::Reverse(one.valid_to), one.id));
    own.into_iter().map(|one| ContractForm::of(register, one)).collect()
}

/// `Produits de fermes à 60 km au plus du site livré · 12 fermes`; of several sites the fewest
/// and the most farms.
fn clause(register: &Register, contract: &Contract) -> String {
    let said = format!("Produits {}", fr::origin(&contract.origin));
    if contract.origin == Origin::Anywhere {
        return said;
    }
    let sites = register.sites.values().filter(|site| site.buyer == contract.buyer);
    let allowed = |place: Place| {
        let farms = register.producers.values();
        farms.filter(|farm| contract.origin.allows(farm, place, metres)).count() as i64
    };
    let counts: Vec<i64> = sites.map(|site| allowed(site.place)).collect();
    match (counts.iter().min(), counts.iter().max()) {
        (Some(least), Some(most)) if least < most => {
            format!("{said} · de {} à {} selon le site", fr::integer(*least), farms(*most))
        }
        (Some(least), _) => format!("{said} · {}", farms(*least)),
        _ => said,
    }
}

fn farms(count: i64) -> String {
    match count {
        0 => "aucune ferme".into(),
        count => fr::count(count, "ferme", "fermes"),
    }
}

/// What is wrong, by the field at which it is said.
enum Wrong {
    Way(String),
    Kilometres(String),
    Communes(String),
}

/// The kilometres that the form shows of a radius.
fn shown(metres: i64) -> i64 {
    metres / 1_000
}

/// The metres of a radius: those of the clause as it was while its kilometres stay as they are
/// shown, so that saving narrows nothing.
fn radius(was: &Origin, kilometres: i64) -> i64 {
    match was {
        Origin::Within { metres } if shown(*metres) == kilometres => *metres,
        _ => kilometres * 1_000,
    }
}

/// The clause as the form has it, in the place of another.
fn read(fields: &Fields, was: &Origin) -> Result<Origin, Wrong> {
    match fields.text("origin") {
        "anywhere" => Ok(Origin::Anywhere),
        "within" => {
            let read = whole(fields.text("kilometres"), 1, KILOMETRES_MOST);
            let kilometres =
                read.map_err(|said| Wrong::Kilometres(format!("« Kilomètres au plus » : {said}")))?;
            Ok(Origin::Within { metres: radius(was, kilometres) })
        }
        "communes" => communes(fields.text("communes"))
            .map_err(|said| Wrong::Communes(format!("« Communes » : {said}"))),
        _ => Err(Wrong::Way("« Les produits viennent » : choisissez d'où.".into())),
    }
}

/// `Aniane, Gignac`: names with commas between them, each once.
fn communes(text: &str) -> Result<Origin, String> {
    let mut names: Vec<&str> = Vec::new();
    for name in text.split([',', ';', '|', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
        if name.chars().any(char::is_control) || !name.chars().any(char::is_alphabetic) {
            return Err(format!(
                "« {name} » n'est pas un nom. Écrivez par exemple Aniane, Gignac."
            ));
        }
        if name.chars().count() > NAME_MOST {
            return Err(format!("un nom a {NAME_MOST} signes au plus, et une virgule les sépare."));
        }
        if names.iter().any(|known| commune_key(known) == commune_key(name)) {
            continue;
        }
        if names.len() == COMMUNES_MOST {
            return Err(format!("{COMMUNES_MOST} communes au plus."));
        }
        names.push(name);
    }
    let read = Origin::parse(&format!("communes {}", names.join("|")));
    read.ok_or_else(|| "donnez au moins une commune, par exemple Aniane, Gignac.".into())
}

/// `POST /admin/parties/buyer/{buyer}/origins`
pub async fn change(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register().await?;
    let buyer = asked_buyer(&desk, &register)?;
    let to = format!("/admin/parties/buyer/{}", buyer.id);
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&to, &said),
    };
    let known = asked(&register, &buyer, fields.text("contract"))?;
    let origin = match read(&fields, &known.origin) {
        Ok(origin) => origin,
        Err(wrong) => {
            let typed = ContractForm::of(&register, known).typed(&fields, wrong);
            return buyer_refused(&desk, &register, buyer, typed).await;
        }
    };
    let about = format!(
        "clause d'origine du marché {} de {} : {} → {}",
        known.name,
        buyer.identity.name,
        fr::origin(&known.origin),
        fr::origin(&origin)
    );
    let said = format!("Clause d'origine enregistrée.{}", unknown(&register, &origin));
    let step = (rows::set_origin(desk.hub(), known, &origin), GONE);
    let deed = Deed::new(Seen::SettingChanged, about, said).needs([step]);
    desk.finish(once, deed.on_register(), &to).await
}

/// A contract of this buyer.
fn asked<'a>(register: &'a Register, buyer: &Buyer, code: &str) -> Result<&'a Contract, Failure> {
    let id = ContractId::parse(code).ok();
    let mut own = register.contracts.iter().filter(|one| one.buyer == buyer.id);
    let found = own.find(|one| Some(one.id) == id);
    found.ok_or_else(|| {
        Failure::NotFound(format!("Le marché « {code} » n'est pas de cet acheteur."))
    })
}

/// Communes of a clause in which no farm is: perhaps slips of the pen, told but kept, since a
/// farm may come.
fn unknown(register: &Register, origin: &Origin) -> String {
    let Origin::Communes(names) = origin else { return String::new() };
    let is_without = |name: &&String| {
        let own = commune_key(name);
        let mut farms = register.producers.values();
        !farms.any(|farm| commune_key(&farm.identity.commune) == own)
    };
    let without: Vec<&str> = names.iter().filter(is_without).map(String::as_str).collect();
    match without.len() {
        0 => String::new(),
        1..=5 => format!(" Pas de ferme pour l'instant à : {}.", without.join(", ")),
        many => format!(" Pas de ferme pour l'instant dans {many} de ces communes."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communes_are_read_as_one_writes_them() {
        for (text, code) in [
            ("Aniane, Gignac", "communes Aniane|Gignac"),
            ("Aniane; aniane ;Sète\nGignac", "communes Aniane|Sète|Gignac"),
            (" Saint-Guilhem-le-Désert ", "communes Saint-Guilhem-le-Désert"),
            ("Saint-Guilhem, Saint Guilhem", "communes Saint-Guilhem"),
        ] {
            assert_eq!(communes(text).map(|origin| origin.code()), Ok(code.into()), "{text}");
        }
        let long = "a".repeat(61);
        for bad in ["", " , ;", "34010", long.as_str()] {
            assert!(communes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn saving_what_is_shown_keeps_the_metres() {
        let was = Origin::Within { metres: 60_500 };
        assert_eq!(radius(&was, shown(60_500)), 60_500);
        assert_eq!(radius(&was, 61), 61_000);
        assert_eq!(radius(&Origin::Anywhere, 60), 60_000);
    }
}
