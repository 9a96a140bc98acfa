//! One letter that came in: whom it concerns, what it does, what is kept of it.

use trade::calendar::Instant;
use trade::id::{PlanId, ProducerId, PurchaseLineId};
use trade::offers::{Offer, OfferRequest, Stamp, announce};
use trade::reply::{self, FarmReply, ReplyDoubt};
use trade::unit::Qty;
use trade::{Week, sourcing};
use wire::reply::{Automatic, Reply, Said, Unclear, understood};

use super::meaning::{self, Goods};
use super::rows::{self, Fate, Incoming};
use super::{echo, token_of};
use crate::access::HubScope;
use crate::access::audit::{self, Seen};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::mail::rows::Key;
use crate::mail::{NUDGE, OFFER_REQUEST, PURCHASE_ORDER, REPLY_ECHO};
use crate::offers::notes;
use crate::store::act::{Act, Place};
use crate::store::register;

/// Replies to one letter that are read; what comes after is noise.
const REPLIES_MAX: i64 = 20;
/// Days after its week's Sunday until which a letter is answered by mail, as its link opens.
const AFTER_WEEK_DAYS: i32 = 7;

/// What became of a letter that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// No mail, or to no address of ours: nothing is kept but a line of the audit.
    Unsigned,
    /// A program wrote it: nothing is done, nothing is answered.
    Stopped(String),
    /// It came before: nothing more is done.
    Known,
    /// More of them than anybody writes.
    TooMany,
    Done(String),
    /// Somebody has to read it, because of this.
    ToRead(String),
}

/// Takes in a letter as a mail server hands it over. `to`: where it was delivered, when the server
/// says so beside the letter. Twice the same letter is one effect.
pub async fn receive(app: &App, bytes: &[u8], to: &str, now: Instant) -> Result<Received, Failure> {
    let Some(reply) = wire::reply::read(bytes, to) else {
        refuse(app, "", now).await?;
        return Ok(Received::Unsigned);
    };
    let mut letters: Vec<Key> = Vec::new();
    for token in reply.addressed.iter().filter_map(|address| token_of(address)) {
        let letter = rows::letter_of(app.everything(), &token.hash()).await?;
        letters.extend(letter.filter(|letter| !letters.contains(letter)));
    }
    let Some(letter) = letters.first() else {
        refuse(app, &reply.sender, now).await?;
        return Ok(Received::Unsigned);
    };
    let scope = HubScope::of_program(letter.hub);
    let arrival = Arrival { app, scope, letter, reply: &reply, now };
    arrival.take(letters.len() > 1, bytes).await
}

/// Notes a letter that nobody of ours asked for.
async fn refuse(app: &App, sender: &str, now: Instant) -> Result<(), Failure> {
    if let Some(&hub) = register::hubs(app.everything()).await?.first() {
        let about = "courriel sans adresse signée";
        audit::note(app, hub, Seen::WrongKey, "", about, sender, now).await;
    }
    Ok(())
}

/// A letter whose address is ours.
struct Arrival<'a> {
    app: &'a App,
    scope: HubScope,
    letter: &'a Key,
    reply: &'a Reply,
    now: Instant,
}

impl Arrival<'_> {
    fn place(&self) -> Place {
        self.scope.at(self.letter.week)
    }

    async fn take(&self, answers_several: bool, bytes: &[u8]) -> Result<Received, Failure> {
        let farm = ProducerId::parse(&self.letter.recipient);
        let farm = farm.map_err(|_| anyhow::anyhow!("a letter to no farm can be answered"))?;
        let db = self.app.db(self.scope);
        let slug = self.letter.slug();
        if let Some(why) = self.automatic() {
            // One of them is shown for each letter: whoever is away is away.
            let incoming = self.incoming(farm, keys::digest(&format!("auto {slug}"))).await?;
            self.keep(&incoming, Fate::Stopped(why.clone())).await?;
            return Ok(Received::Stopped(why));
        }
        let id = match self.reply.message_id.as_str() {
            "" => format!("{:?}", bytes),
            id => id.to_string(),
        };
        let incoming = self.incoming(farm, keys::digest(&format!("{farm} {id}"))).await?;
        if rows::is_known(&db, self.letter.hub, &incoming.reply).await? {
            return Ok(Received::Known);
        }
        if rows::count_of(&db, self.letter).await? >= REPLIES_MAX {
            let about = "trop de réponses à une lettre";
            let (hub, sender) = (self.letter.hub, &self.reply.sender);
            audit::note(self.app, hub, Seen::Held, &slug, about, sender, self.now).await;
            return Ok(Received::TooMany);
        }
        let before = self.scope.farm(farm).before(self.app, self.letter.week).await?;
        let asked = Asked { farm, before, answers_several };
        match self.act(&asked, &incoming).await {
            // Somebody brought in the same letter at the same time.
            Err(Failure::Busy) if rows::is_known(&db, self.letter.hub, &incoming.reply).await? => {
                Ok(Received::Known)
            }
            done => done,
        }
    }

    /// Why a program wrote it, in French.
    fn automatic(&self) -> Option<String> {
        let own = Key::of_message_id(&self.reply.message_id);
        if own.is_some_and(|(hub, ..)| hub == self.letter.hub.as_str()) {
            return Some("une de nos propres lettres".into());
        }
        let said = match self.reply.automatic? {
            Automatic::Submitted => "réponse automatique",
            Automatic::Precedence => "envoi en nombre",
            Automatic::NoReturn => "sans adresse de retour",
            Automatic::List => "liste de diffusion",
            Automatic::Report => "avis d'un serveur de courriel",
        };
        Some(said.into())
    }

    async fn incoming(&self, farm: ProducerId, reply: String) -> Result<Incoming, Failure> {
        let own = self.app.read(self.place(), |week, _| {
            let email = week.register().producer(farm).map(|own| own.identity.email.clone());
            email.unwrap_or_default()
        });
        let own = own.await?;
        Ok(Incoming {
            letter: self.letter.clone(),
            // Half of a SHA-256 names one as well, and makes addresses that can be read aloud.
            reply: reply.chars().take(32).collect(),
            message_id: self.reply.message_id.clone(),
            sender: self.reply.sender.clone(),
            is_known_sender: own.trim().eq_ignore_ascii_case(&self.reply.sender),
            subject: self.reply.subject.clone(),
            words: self.reply.own.text.clone(),
            attachments: self.reply.attachments,
            received_at: self.now.0,
        })
    }

    /// Keeps a reply that does nothing.
    async fn keep(&self, incoming: &Incoming, fate: Fate) -> Result<(), Failure> {
        let (text, values) = rows::keep(incoming, &fate);
        let db = self.app.db(self.scope);
        db.write(move |tx| Box::pin(async move { tx.exec(text, values).await })).await?;
        Ok(())
    }

    /// Lets the reply do what it says, or leaves it to a person: with what is told to the farm, in
    /// one transaction.
    async fn act(&self, asked: &Asked, incoming: &Incoming) -> Result<Received, Failure> {
        let stamp = Stamp { at: self.now, by: format!("ferme {}, par courriel", asked.farm) };
        self.app
            .act(self.place(), |act| {
                let decided = self.decided(act.week(), asked);
                let (fate, received) = match decided {
                    Ok(effect) => {
                        let said = effect.done(act, self.place(), asked.farm, &stamp)?;
                        if matches!(effect, Effect::Thanks) {
                            let (text, values) =
                                rows::keep(incoming, &Fate::Understood(said.clone()));
                            act.write(text, values);
                            return Ok(Received::Done(said));
                        }
                        let told = echo::noted(act.week(), asked.farm, &effect, incoming)?;
                        let version = echo::version(&incoming.reply);
                        act.send(echo::mail(&told, asked.farm, version, &stamp)?);
                        (Fate::Understood(said.clone()), Received::Done(said))
                    }
                    Err(why) => {
                        // Told once for each letter, and never about what answers such a telling:
                        // no machine is answered for ever.
                        if self.letter.kind != REPLY_ECHO {
                            let told = echo::to_read(act.week(), asked.farm, &why, incoming)?;
                            let version = echo::version(&self.letter.slug());
                            act.send(echo::mail(&told, asked.farm, version, &stamp)?);
                        }
                        (Fate::ToRead(why.clone()), Received::ToRead(why))
                    }
                };
                let (text, values) = rows::keep(incoming, &fate);
                act.write(text, values);
                Ok(received)
            })
            .await
    }

    /// What the reply does, or why a person has to read it.
    fn decided(&self, week: &Week, asked: &Asked) -> Result<Effect, String> {
        let ends = self.letter.week.monday().plus_days(7 + AFTER_WEEK_DAYS);
        if self.now >= clock::instant(ends, 0) {
            return Err("La semaine de cette lettre est finie.".into());
        }
        if self.reply.is_cut {
            return Err("Le courriel est trop long pour être lu jusqu'au bout.".into());
        }
        if asked.answers_several {
            return Err("Le courriel répond à plusieurs lettres à la fois.".into());
        }
        let said = understood(&self.reply.own);
        match self.letter.kind.as_str() {
            OFFER_REQUEST | NUDGE => asked.offers(week, &said),
            PURCHASE_ORDER => asked.purchases(week, PlanId(self.letter.version), &said),
            _ => match said {
                Said::Yes | Said::Unclear(Unclear::Empty) => Ok(Effect::Thanks),
                _ => Err("La ferme répond à ce que nous avions compris.".into()),
            },
        }
    }
}

/// Who answers, and what is known of them.
struct Asked {
    farm: ProducerId,
    before: Vec<Offer>,
    answers_several: bool,
}

impl Asked {
    fn offers(&self, week: &Week, said: &Said) -> Result<Effect, String> {
        let current = week.current_offers().filter(|offer| offer.producer == self.farm);
        let own = goods(current.chain(&self.before).map(|one| (one.product, one.labels)));
        let meant = meaning::meant(week, said, &own, true)?;
        let requests = reply::offers_of(week, self.farm, &self.before, &meant);
        let requests = requests.map_err(|doubt| doubtful(week, &doubt))?;
        Ok(match (requests.is_empty(), meant) {
            (true, FarmReply::Nothing) => Effect::NothingComes,
            (true, _) => Effect::NothingNew,
            (false, _) => Effect::Offers(requests),
        })
    }

    fn purchases(&self, week: &Week, plan: PlanId, said: &Said) -> Result<Effect, String> {
        let own = week.purchase_lines_of(self.farm).map(|line| (line.product, line.labels));
        let meant = meaning::meant(week, said, &goods(own), false)?;
        let answers = reply::confirmations_of(week, self.farm, plan, &meant);
        let answers = answers.map_err(|doubt| doubtful(week, &doubt))?;
        if let Some(denial) = answers.iter().find_map(|&(line, quantity)| {
            let stamp = Stamp { at: Instant(0), by: String::new() };
            sourcing::confirm(week, line, quantity, stamp).err()
        }) {
            return Err(doubtful(week, &ReplyDoubt::Denied(denial)));
        }
        Ok(if answers.is_empty() { Effect::NothingNew } else { Effect::Confirmed(answers) })
    }
}

fn goods(all: impl Iterator<Item = Goods>) -> Vec<Goods> {
    let mut goods = Vec::new();
    for one in all {
        if !goods.contains(&one) {
            goods.push(one);
        }
    }
    goods
}

fn doubtful(week: &Week, doubt: &ReplyDoubt) -> String {
    meaning::why_doubtful(week.register(), doubt)
}

/// What a reply does.
pub enum Effect {
    Offers(Vec<OfferRequest>),
    NothingComes,
    Confirmed(Vec<(PurchaseLineId, Qty)>),
    /// All of it was known.
    NothingNew,
    /// "Merci" to what we had understood: nothing is to be said any more.
    Thanks,
}

impl Effect {
    /// Does it; in French, what was done.
    fn done(
        &self,
        act: &mut Act<'_>,
        place: Place,
        farm: ProducerId,
        stamp: &Stamp,
    ) -> Result<String, Failure> {
        match self {
            Effect::Offers(requests) => {
                for request in requests {
                    let offer = announce(act.week(), request, stamp.clone())?;
                    act.add(offer);
                }
                let offers = crate::ui::fr::count(requests.len() as i64, "offre", "offres");
                Ok(format!("{offers} notées").replace("1 offre notées", "1 offre notée"))
            }
            Effect::Confirmed(answers) => {
                for &(line, quantity) in answers {
                    let answer = sourcing::confirm(act.week(), line, quantity, stamp.clone())?;
                    act.add(answer);
                }
                Ok("bon de commande confirmé".into())
            }
            Effect::NothingComes => {
                let (text, values) = notes::saying(place, farm, "", true, stamp);
                act.write(text, values);
                Ok("rien cette semaine".into())
            }
            Effect::NothingNew => Ok("rien de nouveau".into()),
            Effect::Thanks => Ok("rien à faire".into()),
        }
    }
}
