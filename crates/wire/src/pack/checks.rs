//! What files say of each other: codes that exist, keys that are alone, days on which the hub
//! delivers.

use std::collections::{BTreeMap, BTreeSet};

use trade::calendar::deliveries::{DayException, DeliveryChange, Rhythm};
use trade::calendar::{Day, IsoWeek, Weekday};
use trade::catalog::{MarketQuote, Pack as Packing, Product};
use trade::id::{BuyerId, FamilyId, ProducerId, ProductId, SiteId};
use trade::needs::Menu;
use trade::offers::OfferRequest;
use trade::party::{AidProfile, Buyer, BuyerKind, Certificate, Hub, Producer, Site, Vehicle};
use trade::pledge::Pledge;
use trade::register::{PricingRule, StandingOrder};

use super::columns::Table;
use super::fault::Fault;
use super::register::{At, ContractRow};
use super::row::unknown;
use super::week::OrderRow;
use super::{ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote, SourcingNote};

/// What other files point to.
pub struct Known {
    pub hubs: Vec<At<Hub>>,
    pub producers: Vec<At<Producer>>,
    pub buyers: Vec<At<Buyer>>,
    pub sites: Vec<At<Site>>,
    pub products: Vec<At<Product>>,
}

/// On which days the hub delivers, where it is not as its one rule says.
pub struct Calendar {
    pub rhythms: Vec<At<Rhythm>>,
    pub exceptions: Vec<At<DayException>>,
}

/// What farms and kitchens have said of weeks to come.
pub struct Ahead {
    pub pledges: Vec<At<Pledge>>,
    pub menus: Vec<At<Menu>>,
}

impl Calendar {
    /// The weekdays of a week, by the rhythm that holds in it.
    fn weekdays<'a>(&'a self, week: IsoWeek, hub: &'a Hub) -> &'a [Weekday] {
        let known = self.rhythms.iter().map(|one| &one.record).filter(|one| one.from <= week);
        known.max_by_key(|one| one.from).map_or(&hub.delivery_days, |one| &one.days)
    }

    /// True when a delivery is put on a day that has none by the rhythm.
    fn is_added(&self, day: Day) -> bool {
        self.exceptions.iter().map(|one| &one.record).any(|one| match one.delivery {
            DeliveryChange::Extra => one.day == day,
            DeliveryChange::MovedTo(to) => to == day,
            DeliveryChange::Usual | DeliveryChange::NoDelivery => false,
        })
    }
}

/// Checks of what could be read. A cell with a fault of its own is not judged once more, and a
/// file that was read in part does not make strangers of the codes that others take from it.
pub struct Checks<'a> {
    known: &'a Known,
    calendar: &'a Calendar,
    unread: Unread,
    faults: &'a mut Vec<Fault>,
}

/// Where reading has already found a fault: file, line, column.
pub struct Unread(BTreeSet<(String, u64, String)>);

impl Unread {
    pub fn of(faults: &[Fault]) -> Unread {
        let spots = faults.iter();
        Unread(spots.map(|one| (one.file.to_lowercase(), one.line, one.column.clone())).collect())
    }

    pub fn has(&self, file: &str, line: u64, column: &str) -> bool {
        self.0.contains(&(file.to_string(), line, column.to_string()))
    }

    /// Whether some cell of a row has a fault.
    pub fn has_any(&self, file: &str, line: u64, table: &Table) -> bool {
        table.columns.iter().any(|column| self.has(&file.to_lowercase(), line, column.name))
    }

    /// Whether anything in a file could not be read.
    fn is_touched(&self, file: &str) -> bool {
        self.0.iter().any(|(one, ..)| one == file)
    }

    /// Whether codes of a file may be missing because rows of it could not be read.
    fn is_partial(&self, file: &str) -> bool {
        let key = if file == "packs.csv" { "product" } else { "code" };
        self.0.iter().any(|(one, _, column)| one == file && (column.is_empty() || column == key))
    }
}

/// A place in a file.
#[derive(Clone, Copy)]
struct Spot {
    file: &'static str,
    line: u64,
}

/// Gives each product its pack; one without is a fault, and so is a second one.
pub fn packs(
    products: &mut [At<Product>],
    packs: &[At<(ProductId, Packing)>],
    unread: &Unread,
    faults: &mut Vec<Fault>,
) {
    let mut of: BTreeMap<ProductId, (u64, Packing)> = BTreeMap::new();
    for At { line, record: (product, pack) } in packs {
        if unread.has("packs.csv", *line, "product") {
            continue;
        }
        if let Some((first, _)) = of.insert(*product, (*line, *pack)) {
            let reason = format!("ce produit a déjà un colis ligne {first}.");
            faults.push(Fault::new("packs.csv", *line, "product", product.as_str(), reason));
        }
        let is_known = products.iter().any(|known| known.record.id == *product);
        if !is_known && !unread.is_partial("products.csv") {
            let names = products.iter().map(|known| known.record.id.as_str());
            let reason = unknown("produit inconnu", product.as_str(), names);
            faults.push(Fault::new("packs.csv", *line, "product", product.as_str(), reason));
        }
    }
    for product in products {
        match of.get(&product.record.id) {
            Some((_, pack)) => product.record.pack = *pack,
            None if unread.is_partial("packs.csv") => {}
            None if unread.has("products.csv", product.line, "code") => {}
            None => {
                let reason = "ce produit n'a pas de ligne dans packs.csv.";
                let code = product.record.id.to_string();
                faults.push(Fault::new("products.csv", product.line, "code", &code, reason));
            }
        }
    }
}

impl<'a> Checks<'a> {
    pub fn new(known: &'a Known, calendar: &'a Calendar, faults: &'a mut Vec<Fault>) -> Checks<'a> {
        Checks { known, calendar, unread: Unread::of(faults), faults }
    }

    fn fault(&mut self, spot: Spot, column: &str, value: &str, reason: impl Into<String>) {
        if !self.unread.has(spot.file, spot.line, column) {
            self.faults.push(Fault::new(spot.file, spot.line, column, value, reason));
        }
    }

    /// A fault when no record of `file` has the code.
    fn reference<'known>(
        &mut self,
        (spot, column): (Spot, &str),
        (file, what): (&str, &str),
        code: &str,
        mut known: impl Iterator<Item = &'known str> + Clone,
    ) {
        if !known.clone().any(|one| one == code) && !self.unread.is_partial(file) {
            self.fault(spot, column, code, unknown(what, code, known.by_ref()));
        }
    }

    fn producer(&mut self, spot: Spot, id: ProducerId) {
        let known = self.known.producers.iter().map(|one| one.record.id.as_str());
        let of = ("producers.csv", "ferme inconnue");
        self.reference((spot, "producer"), of, id.as_str(), known);
    }

    fn product(&mut self, spot: Spot, id: ProductId) {
        let known = self.known.products.iter().map(|one| one.record.id.as_str());
        let of = ("products.csv", "produit inconnu");
        self.reference((spot, "product"), of, id.as_str(), known);
    }

    fn buyer(&mut self, spot: Spot, column: &str, id: BuyerId) {
        let known = self.known.buyers.iter().map(|one| one.record.id.as_str());
        let of = ("buyers.csv", "acheteur inconnu");
        self.reference((spot, column), of, id.as_str(), known);
    }

    fn site(&mut self, spot: Spot, id: SiteId) -> Option<BuyerId> {
        let known = self.known.sites.iter();
        let codes = known.clone().map(|one| one.record.id.as_str());
        self.reference((spot, "site"), ("sites.csv", "site inconnu"), id.as_str(), codes);
        known.clone().find(|one| one.record.id == id).map(|one| one.record.buyer)
    }

    /// A site that belongs to the buyer named beside it.
    fn own_site(&mut self, spot: Spot, site: SiteId, buyer: BuyerId) {
        if let Some(owner) = self.site(spot, site)
            && owner != buyer
            && !self.unread.has(spot.file, spot.line, "buyer")
            && self.known.buyers.iter().any(|one| one.record.id == owner)
        {
            let reason = format!("ce site est celui de l'acheteur « {owner} ».");
            self.fault(spot, "site", site.as_str(), reason);
        }
    }

    /// Public holidays are known to the rules only; the weekday is known here.
    fn delivery_day(&mut self, spot: Spot, day: Day) {
        let Some(hub) = self.known.hubs.first() else { return };
        let is_read = !self.unread.has("hub.csv", hub.line, "delivery_days")
            && !["rhythms.csv", "day_exceptions.csv"]
                .iter()
                .any(|file| self.unread.is_touched(file));
        let weekdays = self.calendar.weekdays(day.week(), &hub.record);
        if is_read && !weekdays.contains(&day.weekday()) && !self.calendar.is_added(day) {
            let reason =
                "la plateforme ne livre pas ce jour de la semaine (hub.csv, jours de livraison).";
            self.fault(spot, "day", &day.to_string(), reason);
        }
    }

    /// A fault for each record whose key came before; the first of the columns is named.
    fn alone<T, K: Ord>(
        &mut self,
        file: &'static str,
        columns: &[&str],
        records: &[At<T>],
        key: impl Fn(&T) -> (K, String),
    ) {
        let mut seen: BTreeMap<K, u64> = BTreeMap::new();
        for At { line, record } in records {
            if columns.iter().any(|column| self.unread.has(file, *line, column)) {
                continue;
            }
            let (key, said) = key(record);
            match seen.get(&key) {
                Some(first) => {
                    let reason = format!("déjà ligne {first} : une seule ligne pour chacun.");
                    self.fault(Spot { file, line: *line }, columns[0], &said, reason);
                }
                None => drop(seen.insert(key, *line)),
            }
        }
    }

    pub fn register(
        &mut self,
        certificates: &[At<Certificate>],
        quotes: &[At<MarketQuote>],
        standing: &[At<StandingOrder>],
        vehicles: &[At<Vehicle>],
    ) {
        let Known { hubs, producers, buyers, sites, products } = self.known;
        if let Some(second) = hubs.get(1) {
            let spot = Spot { file: "hub.csv", line: second.line };
            self.fault(
                spot,
                "code",
                second.record.id.as_str(),
                "un dossier décrit une plateforme.",
            );
        }
        self.alone("producers.csv", &["code"], producers, |one| (one.id, one.id.to_string()));
        self.alone("buyers.csv", &["code"], buyers, |one| (one.id, one.id.to_string()));
        self.alone("sites.csv", &["code"], sites, |one| (one.id, one.id.to_string()));
        self.alone("products.csv", &["code"], products, |one| (one.id, one.id.to_string()));
        self.alone("vehicles.csv", &["code"], vehicles, |one| (one.id, one.id.to_string()));
        let proof =
            |one: &Certificate| ((one.producer, one.label, one.number.clone()), one.number.clone());
        self.alone("certificates.csv", &["number", "producer", "label"], certificates, proof);
        let quote =
            |one: &MarketQuote| ((one.product, one.organic, one.week), one.week.to_string());
        self.alone("quotations.csv", &["week", "product", "organic"], quotes, quote);
        let again = |one: &StandingOrder| {
            let key = (one.site, one.weekday.rank(), one.product, one.labels);
            (key, one.product.to_string())
        };
        self.alone(
            "standing_orders.csv",
            &["product", "site", "weekday", "labels"],
            standing,
            again,
        );
        for site in sites {
            self.buyer(Spot { file: "sites.csv", line: site.line }, "buyer", site.record.buyer);
        }
        for one in certificates {
            let spot = Spot { file: "certificates.csv", line: one.line };
            self.producer(spot, one.record.producer);
            if let Some(product) = one.record.product {
                self.product(spot, product);
            }
        }
        for one in quotes {
            self.product(Spot { file: "quotations.csv", line: one.line }, one.record.product);
        }
        for one in standing {
            let spot = Spot { file: "standing_orders.csv", line: one.line };
            self.buyer(spot, "buyer", one.record.buyer);
            self.own_site(spot, one.record.site, one.record.buyer);
            self.product(spot, one.record.product);
        }
    }

    /// Each family of a rule is that of some product.
    pub fn rules(&mut self, rules: &[At<PricingRule>]) {
        let kind = |rule: &PricingRule| rule.buyer_kind.map(|kind| kind as u8);
        let key = |one: &PricingRule| ((one.from, one.family, kind(one)), one.from.to_string());
        self.alone("pricing_rules.csv", &["from", "family", "buyer_kind"], rules, key);
        let families = self.known.products.iter().map(|one| one.record.family);
        let families: BTreeSet<FamilyId> = families.collect();
        for At { line, record } in rules {
            let Some(family) = record.family else { continue };
            let spot = Spot { file: "pricing_rules.csv", line: *line };
            let of = ("products.csv", "famille inconnue");
            let known = families.iter().map(FamilyId::as_str);
            self.reference((spot, "family"), of, family.as_str(), known);
        }
    }

    /// The hub's calendar, what its plans aim at, and what food aid tells of itself.
    pub fn settings(&mut self, aid: &[At<AidProfile>], sourcing: &[At<SourcingNote>]) {
        if let Some(second) = sourcing.get(1) {
            let spot = Spot { file: "sourcing.csv", line: second.line };
            self.fault(spot, "aims", "", "les plans d'achats ont un réglage : une seule ligne.");
        }
        let calendar = self.calendar;
        let week = |one: &Rhythm| (one.from, one.from.to_string());
        self.alone("rhythms.csv", &["from"], &calendar.rhythms, week);
        let day = |one: &DayException| (one.day, one.day.to_string());
        self.alone("day_exceptions.csv", &["day"], &calendar.exceptions, day);
        self.alone("aid_profiles.csv", &["buyer"], aid, |one| (one.buyer, one.buyer.to_string()));
        for At { line, record } in aid {
            let spot = Spot { file: "aid_profiles.csv", line: *line };
            self.buyer(spot, "buyer", record.buyer);
            let known = self.known.buyers.iter().find(|one| one.record.id == record.buyer);
            if known.is_some_and(|one| one.record.kind != BuyerKind::FoodAid) {
                let reason = "cet acheteur n'est pas de l'aide alimentaire (buyers.csv, genre).";
                self.fault(spot, "buyer", record.buyer.as_str(), reason);
            }
        }
    }

    /// What was said of weeks to come.
    pub fn ahead(&mut self, ahead: &Ahead) {
        let season = |one: &Pledge| {
            ((one.producer, one.product, one.labels, one.from), one.product.to_string())
        };
        let columns = ["product", "producer", "labels", "from"];
        self.alone("pledges.csv", &columns, &ahead.pledges, season);
        for At { line, record } in &ahead.pledges {
            let spot = Spot { file: "pledges.csv", line: *line };
            self.producer(spot, record.producer);
            self.product(spot, record.product);
        }
        let served =
            |one: &Menu| ((one.buyer, one.week, one.product, one.labels), one.product.to_string());
        let columns = ["product", "buyer", "week", "labels"];
        self.alone("menus.csv", &columns, &ahead.menus, served);
        for At { line, record } in &ahead.menus {
            let spot = Spot { file: "menus.csv", line: *line };
            self.buyer(spot, "buyer", record.buyer);
            self.product(spot, record.product);
        }
    }

    pub fn contract_rows(&mut self, rows: &[At<ContractRow>]) {
        for At { line, record: ContractRow { heading, price } } in rows {
            let spot = Spot { file: "contracts.csv", line: *line };
            self.buyer(spot, "buyer", heading.buyer);
            self.product(spot, price.product);
        }
    }

    pub fn offers(&mut self, offers: &[At<OfferRequest>]) {
        let key = |one: &OfferRequest| {
            ((one.producer, one.product, one.labels, one.day), one.product.to_string())
        };
        self.alone("offers.csv", &["product", "producer", "labels", "day"], offers, key);
        for At { line, record } in offers {
            let spot = Spot { file: "offers.csv", line: *line };
            self.producer(spot, record.producer);
            self.product(spot, record.product);
            self.delivery_day(spot, record.day);
        }
    }

    pub fn order_lines(&mut self, lines: &[At<OrderRow>]) {
        for At { line, record } in lines {
            let spot = Spot { file: "orders.csv", line: *line };
            let OrderRow { heading, line: goods } = record;
            self.buyer(spot, "buyer", heading.buyer);
            self.own_site(spot, heading.site, heading.buyer);
            self.product(spot, goods.product);
            self.delivery_day(spot, heading.day);
            if let Some(producer) = goods.producer {
                self.producer(spot, producer);
            }
        }
    }

    pub fn events(
        &mut self,
        arrivals: &[At<ArrivalNote>],
        handovers: &[At<HandoverNote>],
        leftovers: &[At<LeftoverNote>],
    ) {
        let brought = |one: &ArrivalNote| {
            ((one.day, one.producer, one.product, one.labels), one.product.to_string())
        };
        self.alone("dock_events.csv", &["product", "day", "producer", "labels"], arrivals, brought);
        let handed = |one: &HandoverNote| {
            ((one.day, one.site, one.product, one.labels), one.product.to_string())
        };
        self.alone("round_events.csv", &["product", "day", "site", "labels"], handovers, handed);
        for At { line, record } in arrivals {
            let spot = Spot { file: "dock_events.csv", line: *line };
            self.producer(spot, record.producer);
            self.product(spot, record.product);
            self.delivery_day(spot, record.day);
        }
        for At { line, record } in handovers {
            let spot = Spot { file: "round_events.csv", line: *line };
            self.site(spot, record.site);
            self.product(spot, record.product);
            self.delivery_day(spot, record.day);
        }
        for At { line, record } in leftovers {
            let spot = Spot { file: "leftovers.csv", line: *line };
            self.product(spot, record.product);
            self.delivery_day(spot, record.day);
            if let Some(producer) = record.producer {
                self.producer(spot, producer);
            }
            if let Some(site) = record.site {
                self.site(spot, site);
            }
            if let LeftoverFate::Donated(buyer) = record.fate {
                self.buyer(spot, "beneficiary", buyer);
            }
        }
    }
}
