//! Inviting, giving and taking places, ending sessions, keys, tokens and accounts.

use trade::offers::Stamp;

use super::forms::{place_name, read_place, short_text};
use super::pages::{asked_for, called};
use crate::access::Role;
use crate::access::audit::Seen;
use crate::access::handed;
use crate::access::link::{self, INVITED_S, Opens};
use crate::access::people::Human;
use crate::access::roster::{self, Listed};
use crate::admin::desk::{Command, Deed, Desk, Once};
use crate::clock;
use crate::failure::Failure;
use crate::mail::{self, replies};
use crate::store::act;
use crate::web::{Answer, Fields, back_to};

const LIST: &str = "/admin/people";

fn href(one: &Listed) -> String {
    format!("{LIST}/{}", one.human.id)
}

/// `POST /admin/people`: gives somebody a place and a way in, by a letter (`by=mail`) or by a link
/// that is shown once.
pub async fn invite(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(LIST, &said),
    };
    let register = desk.register().await?;
    let role = read_place(&fields, &register)?;
    let now = clock::now();
    let human = Human {
        id: String::new(),
        email: fields.needed("email", "Adresse électronique")?.into(),
        name: short_text(&fields, "name", "Nom")?,
        phone: short_text(&fields, "phone", "Téléphone")?,
    };
    let invited = roster::inviting(desk.app(), human, now).await?;
    let person = &invited.human;
    let held = roster::places(desk.app(), desk.scope, &person.id).await?;
    let has_it = held.iter().any(|held| held.ended.is_none() && held.role == role);
    let place = place_name(role, &register);
    let about = format!("{} : {place}", person.email);
    let mut deed = Deed::new(Seen::RightChanged, about, String::new()).wide();
    deed = deed.needs(invited.commands.clone());
    if !has_it {
        deed = deed.then(roster::giving(desk.scope, &person.id, role, &desk.by(), now));
    }
    let email = &person.email;
    way_in(&desk, once, deed, person, &place, fields.text("by") == "mail", |how| match how {
        Way::Mailed => format!("{email} : {place}. Le lien d'entrée part par courriel."),
        Way::Shown => format!("{email} : {place}. Le lien d'entrée n'est montré qu'une fois."),
    })
    .await
}

/// How somebody gets a link.
enum Way {
    Mailed,
    Shown,
}

/// Adds a link to an act, does it, and shows the link or says that it was sent.
async fn way_in(
    desk: &Desk,
    once: Once,
    deed: Deed,
    person: &Human,
    place: &str,
    by_mail: bool,
    said: impl Fn(Way) -> String,
) -> Answer {
    let (now, by) = (clock::now(), desk.by());
    let opens = Opens::Person(person.id.clone());
    let (token, command) = link::making(desk.scope.desk(), &opens, &by, now, Some(INVITED_S));
    let address = link::address_of(&desk.site, &token);
    let to = format!("{LIST}/{}", person.id);
    let deed = deed.then(command);
    if by_mail {
        let letter = letter(desk, person, place, &address).await?;
        return desk.finish(once, deed.then(letter).saying(said(Way::Mailed)), &to).await;
    }
    // Whoever holds the link is that person: it is for the hub's own people only.
    if roster::is_elsewhere(desk.app(), desk.scope, &person.id).await? {
        let said = "Cette personne travaille aussi pour une autre plateforme : son lien ne se \
            montre pas. Envoyez-le-lui par courriel.";
        return Err(Failure::Input(said.into()).into());
    }
    let kept = said(Way::Shown);
    if !desk.done(once, deed.saying(kept.clone())).await? {
        return back_to(&to, &kept);
    }
    back_to(
        &to,
        &format!("{kept} À envoyer à cette personne seule, valable sept jours : {address}"),
    )
}

/// The letter that hands over a link.
async fn letter(
    desk: &Desk,
    person: &Human,
    place: &str,
    address: &str,
) -> Result<Command, Failure> {
    let (place_of, stamp) = (desk.place(), Stamp { at: clock::now(), by: desk.by() });
    let written = desk.app().read(place_of, |week, _| {
        mail::invitation(week.register(), &person.id, place, address.to_string(), &stamp)
    });
    Ok(act::post(place_of, written.await??, stamp.at.0))
}

/// `POST /admin/people/{person}`
pub async fn rename(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    shared(&desk, &one).await?;
    let name = short_text(&fields, "name", "Nom")?;
    let phone = short_text(&fields, "phone", "Téléphone")?;
    let deed = Deed::new(Seen::SettingChanged, one.human.email.clone(), "Fiche enregistrée.");
    let deed = deed.wide().then(roster::renaming(&one.human.id, &name, &phone));
    desk.finish(once, deed, &href(&one)).await
}

/// What belongs to the account as a whole is not touched from one hub while another uses it.
async fn shared(desk: &Desk, one: &Listed) -> Result<(), Failure> {
    match roster::is_elsewhere(desk.app(), desk.scope, &one.human.id).await? {
        true => Err(Failure::Input(
            "Cette personne travaille aussi pour une autre plateforme : elle seule change sa \
             fiche."
                .into(),
        )),
        false => Ok(()),
    }
}

/// `POST /admin/people/{person}/links`
pub async fn link(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    let held = roster::places(desk.app(), desk.scope, &one.human.id).await?;
    let first = held.iter().find(|held| held.ended.is_none()).filter(|_| !one.is_closed);
    let first = first.ok_or_else(|| {
        Failure::Input("Cette personne n'a pas de place ici : donnez-lui-en une d'abord.".into())
    })?;
    let place = place_name(first.role, &*desk.register().await?);
    let deed = Deed::new(Seen::LinkMade, one.human.email.clone(), String::new()).wide();
    let email = &one.human.email;
    way_in(&desk, once, deed, &one.human, &place, fields.text("by") == "mail", |how| match how {
        Way::Mailed => format!("Le lien d'entrée part à {email}."),
        Way::Shown => format!("Lien d'entrée de {email}, montré une fois."),
    })
    .await
}

/// `POST /admin/people/{person}/places`
pub async fn give(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    if one.is_closed {
        let said = "Ce compte est fermé : invitez cette personne de nouveau, par son adresse.";
        return Err(Failure::Input(said.into()).into());
    }
    let register = desk.register().await?;
    let role = read_place(&fields, &register)?;
    let place = place_name(role, &register);
    let held = roster::places(desk.app(), desk.scope, &one.human.id).await?;
    if held.iter().any(|held| held.ended.is_none() && held.role == role) {
        return Err(Failure::Input(format!("« Place » : {place} est déjà la sienne.")).into());
    }
    let about = format!("{} : {place}", one.human.email);
    let deed = Deed::new(Seen::RightChanged, about, format!("Place donnée : {place}."));
    let command = roster::giving(desk.scope, &one.human.id, role, &desk.by(), clock::now());
    desk.finish(once, deed.then(command), &href(&one)).await
}

/// What opened a party's pages beside the place that is taken away: the links in its letters, and
/// the addresses at which a farm answers them. Whoever comes after gets new ones.
fn beside(desk: &Desk, role: Role) -> Vec<Command> {
    let links = || handed::ending(desk.scope.desk(), role, &desk.by(), clock::now());
    match role {
        Role::Producer(farm) => vec![links(), replies::rows::ending(desk.hub(), farm)],
        Role::Buyer(_) | Role::FoodAid(_) => vec![links()],
        _ => Vec::new(),
    }
}

/// `POST /admin/people/{person}/places/removal`: sessions and tokens of the place end with it, and
/// the links of its farm or buyer.
pub async fn withdraw(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    let id = fields.needed("membership", "Place")?;
    let held = roster::places(desk.app(), desk.scope, &one.human.id).await?;
    let held = held.iter().find(|held| held.id == id);
    let held = held.ok_or_else(|| Failure::NotFound("Cette place n'est pas la sienne.".into()))?;
    let place = place_name(held.role, &*desk.register().await?);
    let about = format!("{} : retirée, {place}", one.human.email);
    let said = format!("Place retirée : {place}. Ce qui était ouvert avec elle est fermé.");
    let deed = Deed::new(Seen::RightChanged, about, said).wide();
    let needed = roster::withdrawing(desk.scope, held, &desk.by(), clock::now());
    let deed = deed.needs(needed).then_all(beside(&desk, held.role));
    desk.finish(once, deed, &href(&one)).await
}

/// `POST /admin/people/{person}/sessions/removal`: one session, or all.
pub async fn end_sessions(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    let hash = match fields.needed("session", "Session")? {
        "all" => "",
        hash => hash,
    };
    let said = match hash {
        "" => "Toutes ses sessions ici sont terminées.",
        _ => "Session terminée.",
    };
    let command = roster::ending_sessions(desk.scope, &one.human.id, hash, clock::now());
    let deed = Deed::new(Seen::KeyRevoked, format!("{} : session", one.human.email), said);
    desk.finish(once, deed.then(command), &href(&one)).await
}

/// `POST /admin/people/{person}/keys/removal`: a passkey, or the password (`credential` empty).
pub async fn drop_key(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    if !fields.was_sent("credential") {
        return Err(Failure::Input("« Clé » est vide : rechargez la page.".into()).into());
    }
    let credential = fields.text("credential");
    let (what, said) = match credential {
        "" => ("mot de passe", "Mot de passe retiré."),
        _ => ("clé d'accès", "Clé d'accès retirée."),
    };
    let deed = Deed::new(Seen::KeyRevoked, format!("{} : {what}", one.human.email), said).wide();
    let needed = roster::dropping_key(desk.scope, &one.human.id, credential);
    desk.finish(once, deed.needs(needed), &href(&one)).await
}

/// `POST /admin/people/{person}/tokens/removal`
pub async fn end_token(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    let hash = fields.needed("token", "Jeton")?;
    let needed = roster::ending_token(desk.scope, &one.human.id, hash, clock::now());
    let about = format!("{} : jeton", one.human.email);
    let deed = Deed::new(Seen::KeyRevoked, about, "Jeton révoqué.").needs([needed]);
    desk.finish(once, deed, &href(&one)).await
}

/// `POST /admin/people/{person}/closing`: sessions, links, tokens and keys are dead at once.
pub async fn close(desk: Desk, fields: Fields) -> Answer {
    let one = asked_for(&desk).await?;
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(&href(&one), &said),
    };
    let (needed, rest) = roster::closing(desk.scope, &one.human.id, &desk.by(), clock::now());
    let said = format!("Le compte de {} est fermé : plus rien ne s'ouvre avec lui.", called(&one));
    let deed = Deed::new(Seen::AccountClosed, one.human.email.clone(), said).wide();
    desk.finish(once, deed.needs(needed).then_all(rest), &href(&one)).await
}
