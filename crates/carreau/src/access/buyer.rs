//! What a buyer sees of a week and does in it: its own, and what is published for all buyers.

use std::collections::BTreeMap;
use std::ops::Deref;

use trade::billing::{self, Billed, Document, DocumentKind};
use trade::calendar::{Day, Instant, IsoWeek, Weekday};
use trade::catalog::{EgalimCategory, Labels};
use trade::contract::Contract;
use trade::id::{ContractId, DocumentId, LineId, NoteId, OrderId, OrderLineId, SiteId};
use trade::mercuriale::{self, MercurialeLine, PriceParts, Publication};
use trade::offers::Stamp;
use trade::orders::agreed::{AgainstContracts, against_contracts};
use trade::orders::{Amendment, Order, OrderRequest, PriceOrigin, price_for};
use trade::party::{Buyer, Hub, Site};
use trade::register::StandingOrder;
use trade::rounds::DeliveryNote;
use trade::unit::{Cents, Price, Qty};
use trade::{Denial, Week};

use super::published::ListWeek;
use super::scope::{BuyerScope, Place};
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::orders::{acts, intake};
use crate::store::keys::Once;

use crate::store::register;

impl BuyerScope {
    /// Lets `look` see the buyer's own part of a week.
    pub async fn see<T>(
        self,
        app: &App,
        week: IsoWeek,
        look: impl FnOnce(BuyerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.look(app, self.place(week)?, look).await
    }

    /// Lets `look` see its own part of a week before `week`, also through a link that opens
    /// `week` only: what one ordered last is what one orders again.
    pub async fn see_earlier<T>(
        self,
        app: &App,
        (week, earlier): (IsoWeek, IsoWeek),
        look: impl FnOnce(BuyerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match earlier < week {
            true => self.look(app, self.place(week)?.at(earlier), look).await,
            false => self.see(app, earlier, look).await,
        }
    }

    async fn look<T>(
        self,
        app: &App,
        place: Place,
        look: impl FnOnce(BuyerWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let buyer = self.buyer();
        app.read(place, |week, _| {
            let own = week.register().buyer(buyer)?;
            look(BuyerWeek { week, own })
        })
        .await?
    }

    /// Takes an order of this buyer; see [`intake::take`]. Whose order it is, the scope says: a
    /// request that names another buyer, or another's site, is refused.
    pub async fn order(
        self,
        app: &App,
        week: IsoWeek,
        request: &OrderRequest,
        key: &str,
        stamp: &Stamp,
    ) -> Result<Order, Failure> {
        match self.order_plainly(app, week, request, key, stamp).await {
            Err(failure) => Err(intake::named(app, self.place(week)?, failure).await),
            taken => taken,
        }
    }

    /// [`BuyerScope::order`], with the refusals of the rules as they are.
    pub async fn order_plainly(
        self,
        app: &App,
        week: IsoWeek,
        request: &OrderRequest,
        key: &str,
        stamp: &Stamp,
    ) -> Result<Order, Failure> {
        if request.buyer != self.buyer() {
            return Err(unknown_site(request.site));
        }
        self.see(app, week, |week| week.site(request.site).map(drop)).await?;
        intake::take(app, self.place(week)?, request, key, stamp).await
    }

    /// Changes quantities of the buyer's own order lines, all or none.
    pub async fn amend(
        self,
        app: &App,
        week: IsoWeek,
        changes: &[(OrderLineId, Qty)],
        stamp: &Stamp,
    ) -> Result<Vec<Amendment>, Failure> {
        let place = self.place_of_own(app, week, changes).await?;
        match acts::amend(app, place, changes, stamp).await {
            Err(failure) => Err(intake::named(app, place, failure).await),
            amended => amended,
        }
    }

    /// [`BuyerScope::amend`] for a program, once for its key.
    pub async fn amend_once(
        self,
        app: &App,
        week: IsoWeek,
        changes: &[(OrderLineId, Qty)],
        stamp: &Stamp,
        once: &Once,
        told: impl Fn(&[Amendment]) -> String,
    ) -> Result<String, Failure> {
        let place = self.place_of_own(app, week, changes).await?;
        acts::amend_once(app, place, changes, stamp, once, told).await
    }

    async fn place_of_own(
        self,
        app: &App,
        week: IsoWeek,
        changes: &[(OrderLineId, Qty)],
    ) -> Result<Place, Failure> {
        let known = |week: BuyerWeek<'_>| {
            changes.iter().try_for_each(|(line, _)| week.order(line.order).map(drop))
        };
        self.see(app, week, known).await?;
        self.place(week)
    }

    /// A sentence for each refusal, with the names of the goods.
    pub async fn sentences(self, app: &App, week: IsoWeek, denials: &[Denial]) -> Vec<String> {
        match self.place(week) {
            Ok(place) => intake::sentences(app, place, denials).await,
            Err(failure) => vec![failure.to_string()],
        }
    }

    /// Adds or changes one standing order of this buyer; whose it is, the scope says.
    pub async fn set_standing(
        self,
        app: &App,
        week: IsoWeek,
        order: &StandingOrder,
    ) -> Result<(), Failure> {
        if order.buyer != self.buyer() {
            return Err(unknown_site(order.site));
        }
        self.see(app, week, |week| week.site(order.site).map(drop)).await?;
        let place = self.place(week)?;
        register::set_standing(&app.db(place.scope()), place.hub, order).await?;
        app.forget_sales();
        Ok(())
    }

    /// Asks the hub for what came after the cut-off: one message for each `key`, however often it
    /// is sent.
    pub async fn ask_late(
        self,
        app: &App,
        week: IsoWeek,
        key: &str,
        asked: &[(String, Vec<String>)],
        stamp: &Stamp,
    ) -> Result<(), Failure> {
        let place = self.place(week)?;
        let version = crate::store::keys::fingerprint(&format!("{}|{key}", self.buyer()));
        app.act(place, |act| {
            let letter = mail::late_request(act.week(), self.buyer(), asked, version, stamp)?;
            act.send(letter);
            Ok(())
        })
        .await
    }

    /// What is left of each of the buyer's contracts that has a ceiling.
    pub async fn ceilings(
        self,
        app: &App,
        week: IsoWeek,
    ) -> Result<BTreeMap<ContractId, Cents>, Failure> {
        let mut left = intake::ceilings_left(app, self.place(week)?.scope()).await?;
        let own = |week: BuyerWeek<'_>| Ok(week.contracts().map(|one| one.id).collect::<Vec<_>>());
        let own = self.see(app, week, own).await?;
        left.retain(|contract, _| own.contains(contract));
        Ok(left)
    }

    /// What a request can still have of what it asks; see [`intake::within_reach`].
    pub async fn within_reach(
        self,
        app: &App,
        week: IsoWeek,
        request: &OrderRequest,
    ) -> Result<OrderRequest, Failure> {
        intake::within_reach(app, self.place(week)?, request).await
    }
}

fn unknown_site(site: SiteId) -> Failure {
    Failure::NotFound(format!("Le site « {site} » n'est pas un des vôtres."))
}

/// A week as one buyer may see it. Foreign and unknown are answered alike.
#[derive(Clone, Copy)]
pub struct BuyerWeek<'week> {
    week: &'week Week,
    own: &'week Buyer,
}

impl<'week> BuyerWeek<'week> {
    pub fn week(self) -> IsoWeek {
        self.week.week()
    }

    pub fn hub(self) -> &'week Hub {
        &self.week.register().hub
    }

    /// The buyer itself.
    pub fn own(self) -> &'week Buyer {
        self.own
    }

    pub fn sites(self) -> impl Iterator<Item = &'week Site> {
        self.week.register().sites.values().filter(move |site| site.buyer == self.own.id)
    }

    pub fn site(self, site: SiteId) -> Result<&'week Site, Failure> {
        self.sites().find(|own| own.id == site).ok_or_else(|| unknown_site(site))
    }

    pub fn contracts(self) -> impl Iterator<Item = &'week Contract> {
        self.week.register().contracts.iter().filter(move |one| one.buyer == self.own.id)
    }

    /// The buyer's orders of the week beside its contracts.
    pub fn against_contracts(self) -> AgainstContracts {
        against_contracts(self.week, self.own.id)
    }

    pub fn standing(self) -> impl Iterator<Item = &'week StandingOrder> {
        let all = &self.week.register().standing_orders;
        all.iter().filter(move |one| one.buyer == self.own.id)
    }

    /// The weekdays on which the hub usually delivers.
    pub fn weekdays(self) -> Vec<Weekday> {
        self.week.register().rhythm(self.week()).days
    }

    pub fn delivery_days(self) -> Vec<Day> {
        self.week.register().delivery_days(self.week())
    }

    /// The published list; `None` before.
    pub fn publication(self) -> Option<&'week Publication> {
        self.week.publication().map(Deref::deref)
    }

    /// The published list, and what it tells everybody of products and their origin.
    pub fn list(self) -> ListWeek<'week> {
        ListWeek::of(self.week)
    }

    /// This buyer's price of a line on a day, and why it is that.
    pub fn price(self, line: &MercurialeLine, day: Day) -> Result<(Price, PriceOrigin), Failure> {
        Ok(price_for(self.week.sale()?, self.own.id, line, day)?)
    }

    /// What of a line nobody has ordered yet for a day.
    pub fn left(self, line: LineId, day: Day) -> Qty {
        self.week.left(line, day)
    }

    /// Whether somebody ordered of a line for a day: with nothing left, it is sold out.
    pub fn is_wanted(self, line: LineId, day: Day) -> bool {
        !self.week.taken(line, day).is_zero()
    }

    pub fn check_open(self, day: Day, at: Instant) -> Result<(), Denial> {
        self.week.check_open(day, at)
    }

    pub fn is_closed(self, day: Day) -> bool {
        self.week.closing(day).is_some()
    }

    /// When the hub closed a day; `None` while it has not.
    pub fn closed_at(self, day: Day) -> Option<Instant> {
        self.week.closing(day).map(|closing| closing.stamp.at)
    }

    pub fn orders(self) -> impl Iterator<Item = &'week Order> {
        self.week.orders().iter().filter(move |order| order.buyer == self.own.id)
    }

    pub fn order(self, id: OrderId) -> Result<&'week Order, Failure> {
        let own = self.week.order(id).filter(|order| order.buyer == self.own.id);
        own.ok_or_else(|| {
            Failure::NotFound(format!("La commande {id} n'est pas une des vôtres cette semaine."))
        })
    }

    /// The five quantities of an own order line, as far as they are known; zero for a foreign one.
    pub fn ordered(self, line: OrderLineId) -> Qty {
        self.of_own(line, Week::ordered)
    }

    /// What farms have promised of it.
    pub fn covered(self, line: OrderLineId) -> Qty {
        self.of_own(line, Week::covered)
    }

    /// The farms that bring an own order line, by name; none for a foreign one.
    pub fn farms(self, line: OrderLineId) -> Vec<&'week str> {
        if self.order(line.order).is_err() {
            return Vec::new();
        }
        let mut names = Vec::new();
        for part in self.week.allocations_for(line) {
            let Ok(purchase) = self.week.purchase_line(part.purchase_line) else { continue };
            let brings = trade::sourcing::effective(self.week, purchase).into_iter();
            let brings_any =
                brings.filter(|(own, _)| *own == line).any(|(_, part)| !part.is_zero());
            let farm = self.week.register().producers.get(&purchase.producer);
            names.extend(farm.filter(|_| brings_any).map(|farm| farm.identity.name.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    pub fn delivered(self, line: OrderLineId) -> Qty {
        self.of_own(line, Week::delivered_of)
    }

    fn of_own(self, line: OrderLineId, look: fn(&Week, OrderLineId) -> Qty) -> Qty {
        match self.order(line.order) {
            Ok(_) => look(self.week, line),
            Err(_) => Qty::ZERO,
        }
    }

    /// Delivery notes of the buyer's sites.
    pub fn notes(self) -> impl Iterator<Item = &'week DeliveryNote> {
        self.week.notes().iter().filter(move |note| self.site(note.site).is_ok())
    }

    /// Invoices and credit notes.
    pub fn documents(self) -> impl Iterator<Item = &'week Document> {
        let is_own = move |one: &&Document| one.party == self.own.id.0 && one.kind.is_for_buyer();
        self.week.documents().iter().filter(is_own)
    }

    /// The own invoice on which a delivery stands.
    pub fn invoice_of(self, note: NoteId, line: OrderLineId) -> Option<&'week Document> {
        self.order(line.order).ok()?;
        billing::invoice_of(self.week, Billed::Delivery(note, line)).map(|(invoice, _)| invoice)
    }

    /// What credit notes took back of an order line, without VAT; zero for a foreign one.
    pub fn credited(self, line: OrderLineId) -> Cents {
        let notes = self.documents().filter(|one| one.kind == DocumentKind::CreditNote);
        let lines = notes.flat_map(|one| &one.lines);
        let own = lines.filter(|one| matches!(one.billed, Billed::Delivery(_, of) if of == line));
        Cents::new(own.map(|one| one.net.get()).sum())
    }

    /// The delivery note of an own site as a paper.
    pub fn note_paper(self, site: SiteId, day: Day) -> Result<paper::DeliveryNote, Failure> {
        self.site(site)?;
        crate::rounds::paper::delivery_note(self.week, site, day)
    }

    /// An own invoice or credit note as a paper, with its number.
    pub fn invoice_paper(self, id: DocumentId) -> Result<(paper::Invoice, String), Failure> {
        let known = self.documents().find(|one| one.id == id);
        let known = known.ok_or_else(|| Failure::NotFound("Cette facture est inconnue.".into()))?;
        Ok((crate::billing::paper::invoice(self.week, id)?, known.reference()))
    }

    /// Where the price of one unit goes, when this buyer pays `sale` for a line.
    pub fn explain(self, line: &MercurialeLine, sale: Price) -> PriceParts {
        mercuriale::explain(self.week, line, sale)
    }

    /// As what a purchase with these labels counts for a canteen on a day.
    pub fn egalim(self, labels: Labels, day: Day) -> EgalimCategory {
        self.week.register().labels.category(labels, day)
    }
}
