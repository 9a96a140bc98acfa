//! Hands over what is due. Several programs may do so on one database: each letter is taken in
//! hand by one conditional write before it goes, and by nobody else until that has lapsed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use post::{Carrier, Fault, Letter, Mailbox};

use super::replies;
use super::rows::{self, Due};
use crate::access::scope::HubScope;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::store::jobs::{self, Notes};
use crate::ui::fr;

/// Where letters leave the house.
#[derive(Clone)]
pub struct Office {
    carrier: Carrier,
    /// The address in `From`; the name is the hub's.
    from: String,
    /// Where replies are read by the program; `None`: people read them, at the hub's own address.
    replies: Option<String>,
    /// Tells apart the programs that work on one database.
    own_name: String,
}

impl Office {
    /// `from` must be an address.
    pub fn new(carrier: Carrier, from: &str) -> Result<Office, Failure> {
        if !Mailbox::new("", from).is_sound() {
            return Err(Failure::Input(format!(
                "« {from} » n'est pas une adresse. Écrivez par exemple plateforme@exemple.fr."
            )));
        }
        let own_name = format!("{}-{:x}", std::process::id(), fastrand::u64(..));
        Ok(Office { carrier, from: from.to_string(), replies: None, own_name })
    }

    /// Letters that may be answered by mail are answered at `address`, with a token behind a `+`.
    pub fn answered_at(mut self, address: &str) -> Result<Office, Failure> {
        if !Mailbox::new("", address).is_sound() || address.contains('+') {
            return Err(Failure::Input(format!(
                "« {address} » n'est pas une adresse pour les réponses. Écrivez par exemple \
                 reponses@exemple.fr."
            )));
        }
        self.replies = Some(address.to_string());
        Ok(self)
    }

    /// The address that letters come from.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// A letter as it is handed over.
    pub fn letter(&self, due: &Due, message_id: String) -> Letter {
        let signed = self.replies.as_deref().zip(due.reply_token.as_deref());
        let signed = signed.map(|(address, token)| replies::address_of(address, token));
        let reply_to = signed.unwrap_or_else(|| due.hub_email.trim().to_string());
        let reply_to = Mailbox::new(&due.hub_name, reply_to);
        Letter {
            message_id,
            written_at: due.created_at,
            from: Mailbox::new(&due.hub_name, &self.from),
            // An address that is none must not keep the letter from going.
            reply_to: reply_to.is_sound().then_some(reply_to),
            to: Mailbox::new(&due.name, due.email.trim()),
            subject: due.subject.clone(),
            plain: due.plain.clone(),
            html: due.html.clone(),
            attachments: Vec::new(),
        }
    }

    /// The right half of every `Message-ID`.
    pub fn domain(&self) -> &str {
        self.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}

/// What became of the letters of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub sent: usize,
    /// To be tried again.
    pub later: usize,
    /// Somebody has to telephone.
    pub failed: usize,
}

impl Sent {
    /// What was done, for the page of jobs; `None` when there was nothing to do.
    fn said(self) -> Option<String> {
        let told = |count: usize, one: &str, many: &str| {
            (count > 0).then(|| fr::count(count as i64, one, many))
        };
        let all = [
            told(self.sent, "lettre partie", "lettres parties"),
            told(self.later, "à réessayer", "à réessayer"),
            told(self.failed, "à rappeler", "à rappeler"),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

/// A letter stays in hand this long, in seconds: longer than one try may take.
pub const IN_HAND: i64 = 10 * 60;

/// When so many letters in a row find no way out, the way is closed: the others wait for the next
/// step instead of waiting for the same server one by one.
const GIVE_WAY: usize = 3;

/// Seconds until the next try, by the tries made. A greylist lets pass after minutes, a server
/// that is down comes back within hours.
const DELAYS: [i64; 8] = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800];

fn delay(tries: i64) -> i64 {
    let at = usize::try_from(tries - 1).unwrap_or(0);
    DELAYS[at.min(DELAYS.len() - 1)]
}

/// Hands over each letter that is due, once. `clock`: seconds since 1970; asked before each letter,
/// for many letters take long.
pub async fn deliver_due(
    app: &App,
    office: &Office,
    clock: impl Fn() -> i64,
) -> Result<Sent, Failure> {
    let mut sum = Sent::default();
    let mut unlucky = 0;
    loop {
        let due = rows::due(app.everything(), clock()).await?;
        let mut claimed = 0;
        for letter in due {
            let Some(fate) = deliver(app, office, &letter, clock()).await? else { continue };
            claimed += 1;
            unlucky = if fate == Fate::Later { unlucky + 1 } else { 0 };
            match fate {
                Fate::Sent => sum.sent += 1,
                Fate::Later => sum.later += 1,
                Fate::Failed => sum.failed += 1,
            }
            if unlucky == GIVE_WAY {
                return Ok(sum);
            }
        }
        if claimed == 0 {
            return Ok(sum);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Sent,
    Later,
    Failed,
}

/// Takes one letter in hand, hands it over, notes what became of it. `None` when somebody else has
/// it in hand.
async fn deliver(app: &App, office: &Office, due: &Due, now: i64) -> Result<Option<Fate>, Failure> {
    let (key, own) = (&due.key, office.own_name.as_str());
    let db = &app.db(HubScope::of_program(key.hub));
    let until = now + IN_HAND;
    let claimed = rows::claim(db, key, own, now, until, office.domain()).await?;
    let Some(message_id) = claimed else { return Ok(None) };
    let fault = match stale_or_homeless(due, now) {
        Some(fault) => fault,
        None => match office.carrier.send(&office.letter(due, message_id)).await {
            Ok(()) => {
                rows::sent(db, key, now, due.email.trim()).await?;
                return Ok(Some(Fate::Sent));
            }
            Err(fault) => fault,
        },
    };
    let next = now + delay(due.tries + 1);
    match fault {
        Fault::Later(why) if next <= due.give_up_at => {
            rows::later(db, key, own, &why, next).await?;
            Ok(Some(Fate::Later))
        }
        Fault::Later(why) | Fault::Refused(why) => {
            rows::failed(db, key, own, &why, now).await?;
            Ok(Some(Fate::Failed))
        }
    }
}

fn stale_or_homeless(due: &Due, now: i64) -> Option<Fault> {
    if due.email.trim().is_empty() {
        return Some(Fault::Refused("aucune adresse de courriel dans la fiche".into()));
    }
    if now > due.give_up_at {
        let said = "écrit il y a plus de deux jours : relisez-le avant de l'envoyer";
        return Some(Fault::Refused(said.into()));
    }
    None
}

/// How often the worker looks.
const PAUSE: Duration = Duration::from_secs(5);

/// How long a letter under way may still take once the program is told to stop. Who is cut off
/// then loses nothing: the letter goes again when the program runs again.
const FAREWELL: Duration = Duration::from_secs(10);

/// Hands over what is due until `stop` ends.
pub async fn run(app: Arc<App>, office: Office, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut notes = Notes::of(jobs::MAIL);
    loop {
        let mut work = std::pin::pin!(deliver_due(&app, &office, || clock::now().0));
        let done = tokio::select! {
            done = &mut work => done,
            () = &mut stop => return drop(tokio::time::timeout(FAREWELL, work).await),
        };
        let run = match done {
            Ok(sent) => Ok(sent.said()),
            Err(failure) => {
                eprintln!("carreau : courrier : {failure}");
                Err(failure.to_string())
            }
        };
        notes.note(&app, clock::now(), run).await;
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
