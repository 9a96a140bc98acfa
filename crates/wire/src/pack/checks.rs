//! What files say of each other: codes that exist, keys that are alone, days on which the hub
//! delivers.

use std::collections::BTreeMap;

use trade::calendar::Day;
use trade::catalog::{MarketQuote, Pack as Packing, Product};
use trade::contract::Contract;
use trade::id::{BuyerId, ProducerId, ProductId, SiteId};
use trade::offers::OfferRequest;
use trade::party::{Buyer, Certificate, Hub, Producer, Site, Vehicle};
use trade::register::StandingOrder;

use super::fault::Fault;
use super::register::At;
use super::row::unknown;
use super::sheet::Sheet;
use super::week::OrderRow;
use super::{ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote};

/// What other files point to.
pub struct Known {
    pub hubs: Vec<At<Hub>>,
    pub producers: Vec<At<Producer>>,
    pub buyers: Vec<At<Buyer>>,
    pub sites: Vec<At<Site>>,
    pub products: Vec<At<Product>>,
}

pub struct Checks<'a> {
    pub known: &'a Known,
    pub faults: &'a mut Vec<Fault>,
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
    sheet: &Sheet,
    faults: &mut Vec<Fault>,
) {
    let mut of: BTreeMap<ProductId, (u64, Packing)> = BTreeMap::new();
    for At { line, record: (product, pack) } in packs {
        if let Some((first, _)) = of.insert(*product, (*line, *pack)) {
            let reason = format!("ce produit a déjà un colis ligne {first}.");
            faults.push(Fault::new(&sheet.file, *line, "product", product.as_str(), reason));
        }
        if !products.iter().any(|known| known.record.id == *product) {
            let names = products.iter().map(|known| known.record.id.as_str());
            let reason = unknown("produit", product.as_str(), names);
            faults.push(Fault::new(&sheet.file, *line, "product", product.as_str(), reason));
        }
    }
    for product in products {
        match of.get(&product.record.id) {
            Some((_, pack)) => product.record.pack = *pack,
            None => {
                let reason = "ce produit n'a pas de ligne dans packs.csv.";
                let code = product.record.id.to_string();
                faults.push(Fault::new("products.csv", product.line, "code", &code, reason));
            }
        }
    }
}

impl Checks<'_> {
    fn fault(&mut self, spot: Spot, column: &str, value: &str, reason: impl Into<String>) {
        self.faults.push(Fault::new(spot.file, spot.line, column, value, reason));
    }

    fn producer(&mut self, spot: Spot, id: ProducerId) {
        let known = self.known.producers.iter();
        if !known.clone().any(|one| one.record.id == id) {
            let reason = unknown("ferme", id.as_str(), known.map(|one| one.record.id.as_str()));
            self.fault(spot, "producer", id.as_str(), reason);
        }
    }

    fn product(&mut self, spot: Spot, id: ProductId) {
        let known = self.known.products.iter();
        if !known.clone().any(|one| one.record.id == id) {
            let reason = unknown("produit", id.as_str(), known.map(|one| one.record.id.as_str()));
            self.fault(spot, "product", id.as_str(), reason);
        }
    }

    fn buyer(&mut self, spot: Spot, column: &str, id: BuyerId) {
        let known = self.known.buyers.iter();
        if !known.clone().any(|one| one.record.id == id) {
            let reason = unknown("acheteur", id.as_str(), known.map(|one| one.record.id.as_str()));
            self.fault(spot, column, id.as_str(), reason);
        }
    }

    fn site(&mut self, spot: Spot, id: SiteId) -> Option<BuyerId> {
        let known = self.known.sites.iter();
        let found = known.clone().find(|one| one.record.id == id).map(|one| one.record.buyer);
        if found.is_none() {
            let reason = unknown("site", id.as_str(), known.map(|one| one.record.id.as_str()));
            self.fault(spot, "site", id.as_str(), reason);
        }
        found
    }

    /// A site that belongs to the buyer named beside it.
    fn own_site(&mut self, spot: Spot, site: SiteId, buyer: BuyerId) {
        if let Some(owner) = self.site(spot, site)
            && owner != buyer
        {
            let reason = format!("ce site est celui de l'acheteur « {owner} ».");
            self.fault(spot, "site", site.as_str(), reason);
        }
    }

    /// Public holidays are known to the rules only; the weekday is known here.
    fn delivery_day(&mut self, spot: Spot, day: Day) {
        let Some(hub) = self.known.hubs.first() else { return };
        if !hub.record.delivery_days.contains(&day.weekday()) {
            let reason =
                "la plateforme ne livre pas ce jour de la semaine (hub.csv, delivery_days).";
            self.fault(spot, "day", &day.to_string(), reason);
        }
    }

    /// A fault for each record whose key came before.
    fn alone<T, K: Ord>(
        &mut self,
        file: &'static str,
        column: &str,
        records: &[At<T>],
        key: impl Fn(&T) -> (K, String),
    ) {
        let mut seen: BTreeMap<K, u64> = BTreeMap::new();
        for At { line, record } in records {
            let (key, said) = key(record);
            match seen.get(&key) {
                Some(first) => {
                    let reason = format!("déjà ligne {first} : une seule ligne pour chacun.");
                    self.fault(Spot { file, line: *line }, column, &said, reason);
                }
                None => drop(seen.insert(key, *line)),
            }
        }
    }

    pub fn register(
        mut self,
        certificates: &[At<Certificate>],
        quotes: &[At<MarketQuote>],
        contracts: &[At<Contract>],
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
        self.alone("producers.csv", "code", producers, |one| (one.id, one.id.to_string()));
        self.alone("buyers.csv", "code", buyers, |one| (one.id, one.id.to_string()));
        self.alone("sites.csv", "code", sites, |one| (one.id, one.id.to_string()));
        self.alone("products.csv", "code", products, |one| (one.id, one.id.to_string()));
        self.alone("vehicles.csv", "code", vehicles, |one| (one.id, one.id.to_string()));
        let proof =
            |one: &Certificate| ((one.producer, one.label, one.number.clone()), one.number.clone());
        self.alone("certificates.csv", "number", certificates, proof);
        let quote =
            |one: &MarketQuote| ((one.product, one.organic, one.week), one.week.to_string());
        self.alone("quotations.csv", "week", quotes, quote);
        let again = |one: &StandingOrder| {
            let key = (one.site, one.weekday.rank(), one.product, one.labels);
            (key, one.product.to_string())
        };
        self.alone("standing_orders.csv", "product", standing, again);
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
        for one in contracts {
            let spot = Spot { file: "contracts.csv", line: one.line };
            self.buyer(spot, "buyer", one.record.buyer);
            for price in &one.record.prices {
                self.product(spot, price.product);
            }
        }
        for one in standing {
            let spot = Spot { file: "standing_orders.csv", line: one.line };
            self.buyer(spot, "buyer", one.record.buyer);
            self.own_site(spot, one.record.site, one.record.buyer);
            self.product(spot, one.record.product);
        }
    }

    pub fn offers(&mut self, offers: &[At<OfferRequest>]) {
        let key = |one: &OfferRequest| {
            ((one.producer, one.product, one.labels, one.day), one.product.to_string())
        };
        self.alone("offers.csv", "product", offers, key);
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
        self.alone("dock_events.csv", "product", arrivals, brought);
        let handed = |one: &HandoverNote| {
            ((one.day, one.site, one.product, one.labels), one.product.to_string())
        };
        self.alone("round_events.csv", "product", handovers, handed);
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
