//! Changes of records. Order lines and papers keep what they say: they are snapshots, or what
//! stands on them is not changed.

use trade::catalog::alphabetical;
use trade::id::{Code, SiteId};
use trade::party::{Access, Carriage, Hours, Identity, Place, Site, judge_identity};
use trade::register::Register;
use trade::treasury::{COMMITMENT_MAX, InvoiceRule, SERVICE_MAX, is_siret};
use trade::unit::Grams;

use super::pages::{asked_buyer, asked_farm, farm_refused};
use super::terms::{self, Terms};
use crate::access::audit::Seen;
use crate::access::people;
use crate::admin::desk::{Deed, Desk};
use crate::admin::forms::{degrees, line, time};
use crate::admin::rows::{self, BuyerChange, FarmChange};
use crate::failure::Failure;
use crate::web::{Answer, Fields, back_to};

const GONE: &str = "Quelqu'un a changé cette fiche entre-temps : rechargez la page.";

/// `POST /admin/parties/buyer/{buyer}`
pub async fn buyer(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register().await?;
    let buyer = asked_buyer(&desk, &register)?;
    let to = format!("/admin/parties/buyer/{}", buyer.id);
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&to, &said),
    };
    let change = BuyerChange {
        email: email(&fields)?,
        phone: line(&fields, "phone", "Téléphone", 40)?,
        siret: siret(&desk, &fields, buyer.id.0, &buyer.identity).await?,
        service_code: line(&fields, "service_code", "Code service", SERVICE_MAX)?,
        commitment_number: line(
            &fields,
            "commitment_number",
            "Numéro d'engagement",
            COMMITMENT_MAX,
        )?,
        invoice_rule: invoice_rule(&fields, buyer.invoice_rule)?,
    };
    let name = &buyer.identity.name;
    let deed = Deed::new(Seen::SettingChanged, format!("fiche de {name}"), "Fiche enregistrée.");
    let command = rows::set_buyer(desk.hub(), buyer.id, &buyer.identity, &change);
    desk.finish(once, deed.needs([(command, GONE)]).on_register(), &to).await
}

/// `POST /admin/parties/farm/{producer}`
pub async fn farm(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register().await?;
    let farm = asked_farm(&desk, &register)?;
    let to = format!("/admin/parties/farm/{}", farm.id);
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&to, &said),
    };
    let known = Terms::of(&farm);
    let agreed = match terms::read(&fields, known) {
        Ok(agreed) => agreed,
        Err(typed) => return farm_refused(&desk, farm, &fields, typed).await,
    };
    let change = FarmChange {
        email: email(&fields)?,
        phone: line(&fields, "phone", "Téléphone", 40)?,
        siret: siret(&desk, &fields, farm.id.0, &farm.identity).await?,
        minimum_trip: agreed.minimum_trip,
        season_share: agreed.season_share,
        carriage: carriage(&fields, farm.carriage)?,
    };
    let about = format!("fiche de {}{}", farm.identity.name, terms::changes(known, agreed));
    let deed = Deed::new(Seen::SettingChanged, about, "Fiche enregistrée.");
    let command = rows::set_farm(desk.hub(), farm.id, &farm.identity, &change);
    desk.finish(once, deed.needs([(command, GONE)]).on_register(), &to).await
}

/// How a farm's goods come to the dock; as it is known where the form does not say.
fn carriage(fields: &Fields, known: Carriage) -> Result<Carriage, Failure> {
    if !fields.was_sent("fetched") {
        return Ok(known);
    }
    let hours = match (fields.text("arrives_from"), fields.text("arrives_to")) {
        ("", "") => None,
        _ => Some(Hours {
            from: time(fields, "arrives_from", "À partir de")?,
            to: time(fields, "arrives_to", "Jusqu'à")?,
        }),
    };
    if hours.is_some_and(|hours| hours.to <= hours.from) {
        let said = "« Jusqu'à » vient avant « À partir de » : échangez-les.";
        return Err(Failure::Input(said.into()));
    }
    Ok(Carriage { is_fetched: fields.text("fetched") == "1", hours })
}

/// What the treasury wants on invoices; as it is known where the form does not say.
fn invoice_rule(fields: &Fields, known: InvoiceRule) -> Result<InvoiceRule, Failure> {
    match fields.text("invoice_rule") {
        "" => Ok(known),
        code => InvoiceRule::parse(code).ok_or_else(|| {
            Failure::Input(format!("« Sa trésorerie exige » : « {code} » est inconnu."))
        }),
    }
}

fn email(fields: &Fields) -> Result<String, Failure> {
    match fields.text("email") {
        "" => Ok(String::new()),
        text => people::email(text),
    }
}

/// 14 digits that INSEE could have given, or nothing; not another one than papers have.
async fn siret(
    desk: &Desk,
    fields: &Fields,
    party: Code,
    known: &Identity,
) -> Result<String, Failure> {
    // A field that is shown without an entry is not sent.
    let siret = match fields.was_sent("siret") {
        true => fields.text("siret").split_whitespace().collect(),
        false => known.siret.clone(),
    };
    if siret != known.siret && !siret.is_empty() && !is_siret(&siret) {
        return Err(Failure::Input(format!(
            "« SIRET » : « {siret} » n'en est pas un. Il a 14 chiffres, et sa clé doit être \
             juste : recopiez-le d'un papier officiel."
        )));
    }
    let has_papers = rows::has_papers(&desk.db(), desk.hub(), party.as_str()).await?;
    judge_identity(party, &known.siret, &siret, has_papers)?;
    Ok(siret)
}

/// `POST /admin/parties/buyer/{buyer}/sites`: a new site (`site` empty), or changes of one.
pub async fn site(desk: Desk, fields: Fields) -> Answer {
    let register = desk.register().await?;
    let buyer = asked_buyer(&desk, &register)?;
    let to = format!("/admin/parties/buyer/{}", buyer.id);
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&to, &said),
    };
    let code = fields.text("site");
    let known = SiteId::parse(code).ok().and_then(|id| register.sites.get(&id));
    let known = known.filter(|site| site.buyer == buyer.id);
    if known.is_none() && !code.is_empty() {
        let said = format!("Le site « {code} » n'est pas de cet acheteur.");
        return Err(Failure::NotFound(said).into());
    }
    let site = match known {
        Some(known) => changed(&desk, &fields, known).await?,
        None => Site {
            id: free_code(&register, buyer.id.0)?,
            buyer: buyer.id,
            ..written(&fields, None)?
        },
    };
    let (verb, command) = match known {
        Some(_) => ("enregistré", rows::set_site(desk.hub(), &site)),
        None => ("ajouté", rows::add_site(desk.hub(), &site)),
    };
    let said = format!("Site {verb} : {}.", site.name);
    let about = format!("site {} de {}", site.name, buyer.identity.name);
    let deed = Deed::new(Seen::SettingChanged, about, said).needs([(command, GONE)]);
    desk.finish(once, deed.on_register(), &to).await
}

/// The name and address on signed notes stay; hours and meals may change.
async fn changed(desk: &Desk, fields: &Fields, known: &Site) -> Result<Site, Failure> {
    let has_notes = rows::has_notes(&desk.db(), desk.hub(), known.id).await?;
    let site = Site { id: known.id, buyer: known.buyer, ..written(fields, Some(known))? };
    for (before, after) in [
        (&known.name, &site.name),
        (&known.address, &site.address),
        (&known.postcode, &site.postcode),
        (&known.commune, &site.commune),
    ] {
        judge_identity(known.id.0, before, after, has_notes)?;
    }
    Ok(site)
}

/// The site as the form has it. What is not sent stays as it is known.
fn written(fields: &Fields, known: Option<&Site>) -> Result<Site, Failure> {
    let text = |name: &str, label: &str, was: fn(&Site) -> &String| match known
        .filter(|_| !fields.was_sent(name))
    {
        Some(site) => Ok(was(site).clone()),
        None => line(fields, name, label, 120),
    };
    let name = text("name", "Nom du site", |site| &site.name)?;
    if name.is_empty() {
        return Err(Failure::Input("« Nom du site » est vide : remplissez ce champ.".into()));
    }
    let commune = text("commune", "Commune", |site| &site.commune)?;
    let postcode = text("postcode", "Code postal", |site| &site.postcode)?;
    let (opens_minute, closes_minute) =
        (time(fields, "opens", "Reçoit à partir de")?, time(fields, "closes", "Reçoit jusqu'à")?);
    if opens_minute >= closes_minute {
        let said = "« Reçoit jusqu'à » vient avant « Reçoit à partir de » : échangez-les.";
        return Err(Failure::Input(said.into()));
    }
    let diners = match fields.text("diners") {
        "" => 0,
        _ => fields.number("diners", "Repas par jour")?,
    };
    if !(0..=100_000).contains(&diners) {
        return Err(Failure::Input(
            "« Repas par jour » : écrivez un nombre de 0 à 100 000.".into(),
        ));
    }
    let none = SiteId::parse("none").map_err(|_| Failure::NotFound("Ce site.".into()))?;
    Ok(Site {
        id: none,
        buyer: trade::id::BuyerId(none.0),
        place: place(fields, known, &commune, &postcode)?,
        name,
        address: text("address", "Adresse", |site| &site.address)?,
        postcode,
        commune,
        opens_minute,
        closes_minute,
        diners,
        access: access(fields, known.map(|site| site.access).unwrap_or_default(), closes_minute)?,
    })
}

/// How the site is reached, as the form has it. What is not sent stays as it is known.
fn access(fields: &Fields, known: Access, closes: i64) -> Result<Access, Failure> {
    if !fields.was_sent("service_minutes") {
        return Ok(known);
    }
    let number = |name: &str, label: &str, most: i64| match fields.number(name, label)? {
        number if (0..=most).contains(&number) => Ok(number),
        _ => Err(Failure::Input(format!("« {label} » : écrivez un nombre de 0 à {most}."))),
    };
    let again = match (fields.text("reopens"), fields.text("recloses")) {
        ("", "") => None,
        _ => Some(Hours {
            from: time(fields, "reopens", "Puis à partir de")?,
            to: time(fields, "recloses", "Puis jusqu'à")?,
        }),
    };
    if again.is_some_and(|again| again.from <= closes || again.to <= again.from) {
        let said = "« Puis à partir de » vient après la première plage, et avant « Puis jusqu'à ».";
        return Err(Failure::Input(said.into()));
    }
    let largest = match fields.text("largest") {
        "" => None,
        _ => Some(Grams::new(number("largest", "PTAC au plus", 100_000)? * 1_000)),
    };
    let priority = number("priority", "Priorité", 3)?.max(1);
    Ok(Access {
        again,
        service_minutes: number("service_minutes", "Minutes sur place", 240)?,
        largest,
        priority,
        empties: number("empties", "Caisses rendues", 10_000)?,
    })
}

/// Where the trucks go: as written, as known, else the middle of the commune.
fn place(
    fields: &Fields,
    known: Option<&Site>,
    commune: &str,
    postcode: &str,
) -> Result<Place, Failure> {
    if !fields.text("lat").is_empty() || !fields.text("lon").is_empty() {
        return Ok(Place {
            lat_e6: degrees(fields, "lat", "Latitude", 90)?,
            lon_e6: degrees(fields, "lon", "Longitude", 180)?,
        });
    }
    if let Some(site) = known {
        return Ok(site.place);
    }
    let communes = crate::generate::seeds::communes();
    let same =
        |one: &&crate::generate::seeds::Commune| alphabetical(&one.name) == alphabetical(commune);
    let near = communes.iter().find(|one| same(one) && one.postcode == postcode);
    let found = near.or_else(|| communes.iter().find(same));
    found.map(|one| one.place).ok_or_else(|| {
        Failure::Input(format!(
            "« Commune » : « {commune} » n'est pas sur notre carte. Donnez la latitude et la \
             longitude, ou corrigez le nom."
        ))
    })
}

/// A short name that no site has: the buyer's with a number.
fn free_code(register: &Register, buyer: Code) -> Result<SiteId, Failure> {
    let stem: String = buyer.as_str().chars().take(19).collect();
    let codes = (2..1_000).filter_map(|n| SiteId::parse(&format!("{stem}-{n}")).ok());
    let mut free = codes.filter(|id| !register.sites.contains_key(id));
    free.next().ok_or_else(|| Failure::Input("Cet acheteur a trop de sites.".into()))
}
