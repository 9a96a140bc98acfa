//! The page of letters: what waits, what went, whom to telephone; each letter as it was written.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Path};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::IntoResponse;
use db::Db;
use trade::calendar::{Instant, IsoWeek};

use super::rows::{self, Kept, Key};
use super::{
    ASKED_LINK, CLAIM_ANSWER, CONFIRMATION, CREDIT_NOTE, FARM_COPY, FOREWARNING, FRESH, INVITATION,
    INVOICE, LATE_REQUEST, NUDGE, OFFER_REQUEST, PRICE_LIST, PURCHASE_ORDER, REPLY_ECHO, SHORTAGE,
    SURPLUS, replies,
};
use crate::access::HubScope;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::ui::chart::{Chart, progress};
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Caught, Fault, Web, back_to, html, week_of};

/// A letter's page may show its own inline styles and nothing else: no script, no image, no form.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; sandbox allow-popups";

/// Somebody at the page of letters.
pub struct Desk {
    pub(super) caught: Caught,
    pub(super) scope: HubScope,
}

impl FromRequestParts<Arc<Web>> for Desk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Desk, Fault> {
        let caught = Caught::from_request_parts(parts, web).await?;
        let scope = caught.person.hub_scope().ok_or_else(unknown)?;
        Ok(Desk { caught, scope })
    }
}

impl Desk {
    pub(super) fn app(&self) -> &App {
        self.caught.app()
    }

    pub(super) fn db(&self) -> Db {
        self.app().db(self.scope)
    }

    /// Letters are of all weeks: `week` is the one to which the head of the page leads back.
    pub(super) async fn frame(&self, week: IsoWeek, title: &str) -> Result<Frame, Failure> {
        let person = &self.caught.person;
        let hub = rows::hub_name(&self.db(), self.scope.hub()).await?;
        let frame = self.caught.frame(&hub, "", week, title);
        Ok(frame.places(person.places).administers(person.role.may("admin", false)))
    }

    pub(super) async fn kept(&self, slug: &str) -> Result<Kept, Failure> {
        let key = self.key(slug)?;
        rows::one(&self.db(), &key).await?.ok_or_else(unknown)
    }

    fn key(&self, slug: &str) -> Result<Key, Failure> {
        Key::parse(self.scope.hub(), slug).ok_or_else(unknown)
    }
}

fn unknown() -> Failure {
    Failure::NotFound("Cette lettre n'existe pas.".into())
}

/// What became of a letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waits,
    Sent,
    /// Somebody has to telephone.
    ToCall,
    Settled,
    /// In the demonstration: shown here, sent to nobody.
    Shown,
}

impl Fate {
    fn of(kept: &Kept, is_demo: bool) -> Fate {
        match kept {
            _ if is_demo => Fate::Shown,
            Kept { sent_at: Some(_), .. } => Fate::Sent,
            Kept { settled_at: Some(_), .. } => Fate::Settled,
            Kept { failed_at: Some(_), .. } => Fate::ToCall,
            _ => Fate::Waits,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Fate::Waits => "en attente",
            Fate::Sent => "parti",
            Fate::ToCall => "à rappeler",
            Fate::Settled => "réglé par téléphone",
            Fate::Shown => "pas envoyée : démonstration",
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Fate::Waits => "wait",
            Fate::Sent | Fate::Settled => "ok",
            Fate::ToCall => "late",
            Fate::Shown => "",
        }
    }
}

/// A letter in the list.
struct Row {
    href: String,
    name: String,
    phone: String,
    subject: String,
    kind: &'static str,
    week: String,
    at: String,
    why: String,
    tag: &'static str,
    fate: &'static str,
}

/// A kind of letter as people call it.
pub(super) fn kind_name(kind: &str) -> &'static str {
    match kind {
        PRICE_LIST => "mercuriale",
        OFFER_REQUEST => "demande d'offres",
        NUDGE => "relance",
        PURCHASE_ORDER => "bon de commande",
        CONFIRMATION => "confirmation",
        INVOICE => "facture",
        CLAIM_ANSWER => "réponse à une réclamation",
        CREDIT_NOTE => "avoir",
        LATE_REQUEST => "demande tardive",
        INVITATION => "invitation",
        ASKED_LINK => "lien demandé",
        SHORTAGE => "manque",
        REPLY_ECHO => "accusé de réponse",
        FARM_COPY => "copie à la ferme",
        SURPLUS => "surplus du jour",
        FOREWARNING => "excédent prévu",
        _ => "lettre",
    }
}

fn row(kept: &Kept, is_demo: bool) -> Row {
    let fate = Fate::of(kept, is_demo);
    let error = kept.error.as_deref().unwrap_or_default();
    let why = match (fate, &kept.settled_by) {
        (Fate::ToCall, _) => error.to_string(),
        (Fate::Waits, _) if !error.is_empty() => {
            let tries = fr::count(kept.tries, "essai", "essais");
            let next = fr::moment(Instant(kept.next_try_at.unwrap_or(kept.created_at)));
            format!("{tries}, prochain {next} : {error}")
        }
        (Fate::Settled, Some(by)) => format!("noté par {by}"),
        _ => String::new(),
    };
    let at = kept.sent_at.or(kept.settled_at).or(kept.failed_at).unwrap_or(kept.created_at);
    Row {
        href: format!("/mail/{}", kept.key.slug()),
        name: kept.name.clone(),
        phone: kept.phone.clone(),
        subject: kept.subject.clone(),
        kind: kind_name(&kept.key.kind),
        week: format!("s. {}", kept.key.week.week()),
        at: fr::moment(Instant(at)),
        why,
        tag: fate.tag(),
        fate: fate.name(),
    }
}

#[derive(Template)]
#[template(path = "mail.html")]
struct ListPage {
    frame: Frame,
    to_read: Vec<replies::Row>,
    to_call: Vec<Row>,
    rows: Vec<Row>,
    replies: Vec<replies::Row>,
    waiting: usize,
    /// How far a posting has come, while it goes.
    going: Option<Chart>,
    is_cut: bool,
}

/// « 118 lettres sur 230 parties » : those that were written together with, or behind, the oldest
/// that still waits.
fn going(kept: &[Kept], is_demo: bool) -> Option<Chart> {
    let waits = |one: &&Kept| Fate::of(one, is_demo) == Fate::Waits;
    let since = kept.iter().filter(waits).map(|one| one.created_at).min()?;
    let posted = || kept.iter().filter(|one| one.created_at >= since);
    let (all, gone) = (posted().count(), posted().filter(|one| !waits(one)).count());
    let gone = gone as i64;
    let said = match gone {
        1 => format!("1 lettre sur {all} partie"),
        _ => format!("{} lettres sur {} parties", fr::integer(gone), fr::integer(all as i64)),
    };
    Some(progress(gone, all as i64, &said))
}

/// `GET /mail`
pub async fn list(desk: Desk) -> Answer {
    let is_demo = desk.app().is_demo;
    let kept = rows::latest(&desk.db(), desk.scope.hub()).await?;
    let has_fate = |fate: Fate| move |one: &&Kept| Fate::of(one, is_demo) == fate;
    let waiting = kept.iter().filter(has_fate(Fate::Waits)).count();
    let to_call = kept.iter().filter(has_fate(Fate::ToCall)).map(|one| row(one, is_demo)).collect();
    let others = kept.iter().filter(|one| Fate::of(one, is_demo) != Fate::ToCall);
    let replies = replies::rows::latest(&desk.db(), desk.scope.hub()).await?;
    let (to_read, replies): (Vec<_>, Vec<_>) = replies.iter().partition(|one| one.is_open());
    let week = week_of(&desk.caught.web, &desk.caught.person).await?;
    let mut frame = desk.frame(week, "Courrier").await?;
    frame.subtitle = "Chaque lettre telle qu'elle part, et ce qu'elle est devenue.".into();
    if is_demo {
        let said = "Dans la démonstration, rien n'est envoyé : cette page est la boîte aux \
                    lettres de tous les acheteurs et de toutes les fermes.";
        frame = frame.tell(Notice::known(said));
    } else if desk.app().mail_from.get().is_none() {
        let said = "Aucun serveur de courriel n'est réglé : les lettres attendent. Démarrez \
                    carreau serve avec --smtp et --mail-from.";
        frame = frame.tell(Notice::wrong(said));
    }
    html(&ListPage {
        frame,
        to_call,
        rows: others.map(|one| row(one, is_demo)).collect(),
        to_read: to_read.into_iter().map(replies::Row::of).collect(),
        replies: replies.into_iter().map(replies::Row::of).collect(),
        waiting,
        going: going(&kept, is_demo),
        is_cut: kept.len() >= rows::LATEST,
    })
}

#[derive(Template)]
#[template(path = "mail_letter.html")]
struct LetterPage {
    frame: Frame,
    row: Row,
    to: String,
    message_id: String,
    plain: String,
    html_href: String,
    try_action: String,
    call_action: String,
    is_open: bool,
    /// In the demonstration: where one answers as the farm would.
    reply_action: String,
}

/// `GET /mail/{letter}`
pub async fn read(desk: Desk, Path(slug): Path<String>) -> Answer {
    let kept = desk.kept(&slug).await?;
    let is_demo = desk.app().is_demo;
    let fate = Fate::of(&kept, is_demo);
    let mut frame = desk.frame(kept.key.week, &kept.subject).await?;
    frame.subtitle = format!("{}, {}", kept.name, fr::moment(Instant(kept.created_at)));
    let address = kept.sent_to.clone().unwrap_or(kept.email.clone());
    let slug = kept.key.slug();
    html(&LetterPage {
        frame,
        row: row(&kept, is_demo),
        to: if address.is_empty() { "aucune adresse".into() } else { address },
        message_id: kept.message_id.clone().unwrap_or_default(),
        plain: shown(kept.plain.clone(), is_demo),
        html_href: format!("/mail/{slug}/html"),
        try_action: format!("/mail/{slug}/tries"),
        call_action: format!("/mail/{slug}/calls"),
        is_open: matches!(fate, Fate::ToCall | Fate::Waits),
        reply_action: match is_demo && kept.reply_token.is_some() {
            true => format!("/mail/{slug}/replies"),
            false => String::new(),
        },
    })
}

/// `GET /mail/{letter}/html`: as a mail program shows it.
pub async fn read_html(desk: Desk, Path(slug): Path<String>) -> Answer {
    let kept = desk.kept(&slug).await?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, LETTER_POLICY),
        (CACHE_CONTROL, "private, no-cache"),
    ];
    let html = shown(kept.html, desk.app().is_demo);
    Ok((headers, html).into_response())
}

/// The text of a letter, without the key in it: who opens letters of others is not let in as them.
/// In the demonstration this page is the letter box.
fn shown(text: String, is_demo: bool) -> String {
    if is_demo { text } else { super::invitation::without_key(&text) }
}

/// `POST /mail/{letter}/tries`: goes out again at once, and for two days.
pub async fn try_again(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (key, now) = (desk.kept(&slug).await?.key, clock::now().0);
    let said = match rows::try_again(&desk.db(), &key, now, now + FRESH).await? {
        true => "La lettre repart.",
        false => "Cette lettre est déjà partie ou réglée : rien n'a été changé.",
    };
    back_to("/mail", said)
}

/// `POST /mail/{letter}/calls`: somebody has telephoned.
pub async fn settle(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (key, now) = (desk.kept(&slug).await?.key, clock::now().0);
    let by = desk.caught.person.signature();
    let said = match rows::settle(&desk.db(), &key, now, &by).await? {
        true => "Noté : réglé par téléphone.",
        false => "Cette lettre est déjà partie ou réglée : rien n'a été changé.",
    };
    back_to("/mail", said)
}
