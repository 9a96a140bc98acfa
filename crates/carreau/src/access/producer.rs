//! What a farm sees of a week and does in it: its own offers, purchases, statements, payouts.

use trade::billing::{Document, Payout};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::catalog::Product;
use trade::id::{DocumentId, ProductId, PurchaseLineId};
use trade::mercuriale::{LinePolicy, MercurialeLine};
use trade::offers::{Offer, OfferRequest, Stamp, announce};
use trade::party::{Certificate, Hub, Producer};
use trade::sourcing::{Confirmation, PurchaseLine};
use trade::unit::{Price, Qty};
use trade::{Denial, Week};

use super::link::{Opens, WithLetters};
use super::scope::{Place, ProducerScope};
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::offers::notes::{self, FarmNote};
use crate::store::keys::{self, Once};

impl ProducerScope {
    /// Lets `look` see the farm's own part of a week.
    pub async fn see<T>(
        self,
        app: &App,
        week: IsoWeek,
        look: impl FnOnce(ProducerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let producer = self.producer();
        app.read(self.place(week)?, |week, _| {
            let own = week.register().producer(producer)?;
            look(ProducerWeek { week, own })
        })
        .await?
    }

    /// Notes offers of this farm, all or none. Days that are closed are no longer asked for.
    pub async fn announce(
        self,
        app: &App,
        week: IsoWeek,
        requests: &[OfferRequest],
        stamp: &Stamp,
    ) -> Result<Vec<Offer>, Failure> {
        self.check_own(requests)?;
        crate::offers::acts::note(app, self.place(week)?, requests, stamp).await
    }

    /// [`ProducerScope::announce`] for a program, once for its key.
    pub async fn announce_once(
        self,
        app: &App,
        week: IsoWeek,
        requests: &[OfferRequest],
        stamp: &Stamp,
        once: &Once,
        told: impl Fn(&[Offer]) -> String,
    ) -> Result<String, Failure> {
        self.check_own(requests)?;
        crate::offers::acts::note_once(app, self.place(week)?, requests, stamp, once, told).await
    }

    /// Whether an act of this key was answered before.
    pub async fn was_answered(
        self,
        app: &App,
        week: IsoWeek,
        once: &Once,
    ) -> Result<bool, Failure> {
        let answer = keys::answered(app, self.place(week)?, &once.key, once.hash).await?;
        Ok(answer.is_some())
    }

    fn check_own(self, requests: &[OfferRequest]) -> Result<(), Failure> {
        match requests.iter().any(|request| request.producer != self.producer()) {
            true => Err(Failure::Input("Ces offres sont d'une autre ferme.".into())),
            false => Ok(()),
        }
    }

    /// The farm's offers of the last week in which it offered something, of the four before
    /// `week`. A link of one week opens no other, but its page shows what was usual.
    pub async fn before(self, app: &App, week: IsoWeek) -> Result<Vec<Offer>, Failure> {
        let own = self.producer();
        let mut place = self.place(week)?;
        for _ in 0..4 {
            place = place.at(place.week.previous());
            let look = |week: &Week, _| -> Vec<Offer> {
                let offers = week.current_offers();
                let has_some = |offer: &&Offer| offer.producer == own && !offer.quantity.is_zero();
                offers.filter(has_some).cloned().collect()
            };
            let found = app.read(place, look).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// The farm's word about the week.
    pub async fn note(self, app: &App, week: IsoWeek) -> Result<Option<FarmNote>, Failure> {
        let place = self.place(week)?;
        let mut all = notes::of_week(&app.db(place.scope()), place).await?;
        Ok(all.remove(&self.producer()))
    }

    /// Whether a week waits for the farm's answer: goods are delivered in it, its list is not
    /// published, and the farm has neither offered nor said that nothing comes. A week in which
    /// the farm is not known waits for nothing.
    pub async fn is_awaited(self, app: &App, week: IsoWeek) -> Result<bool, Failure> {
        let is_silent = |week: ProducerWeek<'_>| {
            let is_open = !week.is_published() && !week.delivery_days().is_empty();
            Ok(is_open && week.words().next().is_none())
        };
        match self.see(app, week, is_silent).await {
            Ok(true) => Ok(self.note(app, week).await?.is_none_or(|note| !note.is_nothing)),
            Ok(false) => Ok(false),
            Err(Failure::Denied(_) | Failure::NotFound(_) | Failure::Forbidden(_)) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Says something about the week, or that nothing comes.
    pub async fn say(
        self,
        app: &App,
        week: IsoWeek,
        text: &str,
        is_nothing: bool,
        stamp: &Stamp,
    ) -> Result<(), Failure> {
        let place = self.place(week)?;
        let db = app.db(place.scope());
        notes::say(&db, place, self.producer(), text, is_nothing, stamp).await?;
        if is_nothing {
            // Nor of what the hub had carried over for it.
            crate::offers::acts::take_back(app, place, Some(self.producer()), stamp).await?;
        }
        Ok(())
    }

    /// Sends the farm a copy of its week, once for each state of it; `false` when that copy had
    /// gone before. `site`: the begin of addresses, as a mail shows them.
    pub async fn send_copy(
        self,
        app: &App,
        week: IsoWeek,
        stamp: &Stamp,
        site: &str,
    ) -> Result<bool, Failure> {
        let (place, farm) = (self.place(week)?, self.producer());
        let note = self.note(app, week).await?.map(|note| note.text).unwrap_or_default();
        let known = mail::rows::known(&app.db(place.scope()), place, mail::FARM_COPY).await?;
        app.act(place, |act| {
            let version = mail::copy_version(act.week(), farm, &note)?;
            if known.contains(&(farm.to_string(), version)) {
                return Ok(false);
            }
            let mut links = WithLetters::new(place.scope(), stamp, site);
            let link = links.address(&Opens::Farm(farm, week), "");
            act.send(mail::farm_copy(act.week(), farm, &note, link, stamp)?);
            links.write(act);
            Ok(true)
        })
        .await
    }

    /// Notes what this farm confirms of its purchase lines, all or none.
    pub async fn confirm(
        self,
        app: &App,
        week: IsoWeek,
        answers: &[(PurchaseLineId, Qty)],
        stamp: &Stamp,
    ) -> Result<Vec<Confirmation>, Failure> {
        let place = self.place_of_own(app, week, answers).await?;
        crate::sourcing::acts::confirm(app, place, answers, stamp).await
    }

    /// [`ProducerScope::confirm`] for a program, once for its key.
    pub async fn confirm_once(
        self,
        app: &App,
        week: IsoWeek,
        answers: &[(PurchaseLineId, Qty)],
        stamp: &Stamp,
        once: &Once,
        told: impl Fn(&[Confirmation]) -> String,
    ) -> Result<String, Failure> {
        let place = self.place_of_own(app, week, answers).await?;
        crate::sourcing::acts::confirm_once(app, place, answers, stamp, once, told).await
    }

    async fn place_of_own(
        self,
        app: &App,
        week: IsoWeek,
        answers: &[(PurchaseLineId, Qty)],
    ) -> Result<Place, Failure> {
        let known = |week: ProducerWeek<'_>| {
            answers.iter().try_for_each(|(line, _)| week.purchase(*line).map(drop))
        };
        self.see(app, week, known).await?;
        self.place(week)
    }
}

/// A week as one farm may see it. Foreign and unknown are answered alike.
#[derive(Clone, Copy)]
pub struct ProducerWeek<'week> {
    week: &'week Week,
    own: &'week Producer,
}

impl<'week> ProducerWeek<'week> {
    pub fn week(self) -> IsoWeek {
        self.week.week()
    }

    pub fn hub(self) -> &'week Hub {
        &self.week.register().hub
    }

    /// The farm itself.
    pub fn own(self) -> &'week Producer {
        self.own
    }

    pub fn certificates(self) -> impl Iterator<Item = &'week Certificate> {
        let all = self.week.register().certificates.iter();
        all.filter(move |one| one.producer == self.own.id)
    }

    pub fn delivery_days(self) -> Vec<Day> {
        self.week.register().delivery_days(self.week())
    }

    pub fn is_published(self) -> bool {
        self.week.publication().is_some()
    }

    pub fn is_closed(self, day: Day) -> bool {
        self.week.closing(day).is_some()
    }

    /// The catalogue, to offer something new from.
    pub fn products(self) -> impl Iterator<Item = &'week Product> {
        self.week.register().products.values()
    }

    pub fn product(self, id: ProductId) -> Result<&'week Product, Failure> {
        Ok(self.week.register().product(id)?)
    }

    /// The wholesale quotation of a product this week: public figures.
    pub fn quote(self, product: ProductId, organic: bool) -> Option<Price> {
        self.week.register().quote(product, organic, self.week()).map(|quote| quote.price)
    }

    /// Offers as last said.
    pub fn current_offers(self) -> impl Iterator<Item = &'week Offer> {
        self.week.current_offers().filter(move |offer| offer.producer == self.own.id)
    }

    /// Every word of the farm, the last one last.
    pub fn words(self) -> impl Iterator<Item = &'week Offer> {
        let said = self.week.offers().iter().filter(|offer| offer.is_said());
        said.filter(move |offer| offer.producer == self.own.id)
    }

    /// Why an offer of the farm would be refused, if it would be.
    pub fn refusal(self, request: &OfferRequest) -> Option<Denial> {
        let stamp = Stamp { at: Instant(0), by: String::new() };
        announce(self.week, request, stamp).err()
    }

    /// About how much of the farm's goods is ordered for a day before the hub has ordered: what
    /// is sold of these goods, in the part that the farm has of what is offered.
    pub fn about_sold(self, offer: &Offer) -> Qty {
        let Some(publication) = self.week.publication() else { return Qty::ZERO };
        let own = |line: &&MercurialeLine| {
            (line.product, line.labels) == (offer.product, offer.labels)
                && match line.policy {
                    LinePolicy::Named(farm) => farm == self.own.id,
                    _ => true,
                }
        };
        let sum = publication.lines.iter().filter(own).fold((0, 0), |(sold, offered), line| {
            let of_day = self.week.offered(line.id, offer.day);
            let taken = self.week.taken(line.id, offer.day).get();
            (sold + taken, offered + of_day.get())
        });
        match sum {
            (_, 0) => Qty::ZERO,
            (sold, offered) => Qty::new((offer.quantity.get().min(offered)) * sold / offered),
        }
    }

    pub fn purchases(self) -> impl Iterator<Item = &'week PurchaseLine> {
        self.week.purchase_lines_of(self.own.id)
    }

    pub fn purchase(self, id: PurchaseLineId) -> Result<&'week PurchaseLine, Failure> {
        self.purchases().find(|line| line.id == id).ok_or_else(|| {
            Failure::NotFound("Cette ligne n'est pas dans vos bons de commande.".into())
        })
    }

    /// What the farm has said it will bring of an own purchase line; all of it until it says else.
    pub fn confirmed(self, id: PurchaseLineId) -> Qty {
        self.purchase(id).map_or(Qty::ZERO, |line| self.week.confirmed(line.id))
    }

    /// Whether the farm has answered for a line.
    pub fn is_confirmed(self, id: PurchaseLineId) -> bool {
        let answered = self.week.confirmations().iter().any(|one| one.line == id);
        answered && self.purchase(id).is_ok()
    }

    /// What the dock accepted of an own purchase line, once it was received.
    pub fn accepted(self, id: PurchaseLineId) -> Option<Qty> {
        self.purchase(id).ok()?;
        let mut receipts = self.week.receipts_of(id).peekable();
        receipts.peek()?;
        Some(Qty::new(receipts.map(|one| one.accepted().get()).sum()))
    }

    /// Self-bills and purchase slips of the farm.
    pub fn bills(self) -> impl Iterator<Item = &'week Document> {
        let is_own = move |one: &&Document| one.party == self.own.id.0 && !one.kind.is_for_buyer();
        self.week.documents().iter().filter(is_own)
    }

    /// How an own bill was paid.
    pub fn payout(self, bill: &Document) -> Option<&'week Payout> {
        let own = self.week.payouts().iter().filter(|one| one.producer == self.own.id);
        own.into_iter().find(|one| one.document == bill.id)
    }

    /// When the farm comes to the dock on a day: `Quai : jeudi 4 h 20 – 4 h 40`.
    pub fn comes(self, day: Day) -> Result<String, Failure> {
        crate::sourcing::paper::comes(self.week, self.own.id, day)
    }

    /// An own bill as a paper, with its number. Foreign and unknown are answered alike.
    pub fn bill_paper(self, id: DocumentId) -> Result<(paper::Invoice, String), Failure> {
        let known = self.bills().find(|one| one.id == id);
        let known = known.ok_or_else(|| Failure::NotFound("Ce relevé est inconnu.".into()))?;
        Ok((crate::billing::paper::invoice(self.week, id)?, known.reference()))
    }

    /// The farm's purchase order of a day as a paper.
    pub fn order_paper(self, day: Day) -> Result<paper::PurchaseOrder, Failure> {
        crate::sourcing::paper::purchase_order(self.week, self.own.id, day)
    }
}
