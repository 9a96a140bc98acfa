//! Packs that no one has thought of, all of them sound.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use trade::calendar::deliveries::{DayException, DeliveryChange, Moment, Rhythm};
use trade::calendar::{Day, IsoWeek, Weekday};
use trade::catalog::{
    Label, Labels, MarketQuote, Pack as Packing, Product, SaleUnit, Season, TemperatureClass,
    VatKind,
};
use trade::contract::{Contract, Origin, UnitPrice};
use trade::dock::Rejection;
use trade::id::*;
use trade::needs::Menu;
use trade::offers::OfferRequest;
use trade::orders::Channel;
use trade::party::*;
use trade::pledge::Pledge;
use trade::register::{PricingRule, Reading, StandingOrder};
use trade::sourcing::Aim;
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Grams, Price, Qty, Rate};
use wire::pack::{
    Amount, ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote, OrderNote, OrderNoteLine, Pack,
    SourcingNote,
};

/// Number of records to which others point.
const KNOWN: usize = 4;

fn code(letter: char, rank: usize) -> Code {
    Code::parse(&format!("{letter}.{rank}-x")).expect("a code")
}

/// A text of any kind, without spaces around it.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9éèœÆß€’'\"=+@;,\t\n -]{0,14}".prop_map(|text| text.trim().to_string())
}

fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| if text.is_empty() { "x".into() } else { text })
}

/// A Tuesday of one of a hundred weeks.
fn tuesday() -> impl Strategy<Value = Day> {
    (0..100_i32).prop_map(|week| Day::parse("2026-01-06").expect("a day").plus_days(7 * week))
}

fn any_day() -> impl Strategy<Value = Day> {
    (11_000..40_000_i32).prop_map(Day::from_days)
}

fn period() -> impl Strategy<Value = (Day, Day)> {
    (any_day(), 0..900_i32).prop_map(|(from, days)| (from, from.plus_days(days)))
}

fn labels() -> impl Strategy<Value = Labels> {
    proptest::sample::subsequence(Label::ALL.to_vec(), 0..=6).prop_map(|all| Labels::of(&all))
}

fn price() -> impl Strategy<Value = Price> {
    (1..9_000_000_i64).prop_map(Price::new)
}

fn qty() -> impl Strategy<Value = Qty> {
    (1..900_000_000_i64).prop_map(Qty::new)
}

fn rate(most: i64) -> impl Strategy<Value = Rate> {
    (0..=most).prop_map(Rate::new)
}

fn cents() -> impl Strategy<Value = Cents> {
    (1..1_000_000_000_i64).prop_map(Cents::new)
}

fn amount() -> impl Strategy<Value = Option<Amount>> {
    option::of(prop_oneof![
        (0..9_000_000_i64).prop_map(|quantity| Amount::Quantity(Qty::new(quantity))),
        rate(10_000).prop_map(Amount::Share),
    ])
}

fn place() -> impl Strategy<Value = Place> {
    (-90_000_000..=90_000_000_i64, -180_000_000..=180_000_000_i64)
        .prop_map(|(lat_e6, lon_e6)| Place { lat_e6, lon_e6 })
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(words).prop_map(str::to_string)
}

fn identity() -> impl Strategy<Value = Identity> {
    let papers = (
        one_of(&["", "73282932000074"]),
        one_of(&["", "FR44732829320"]),
        one_of(&["", "FR7630006000011234567890189"]),
        one_of(&["", "a+b@c.example"]),
        one_of(&["", "04 66 00 00 01", "+33 4 66 00 00 01"]),
    );
    let address = (name(), text(), one_of(&["", "09100", "34000"]), text());
    (address, papers).prop_map(|((name, address, postcode, commune), papers)| {
        let (siret, vat_number, iban, email, phone) = papers;
        Identity { name, address, postcode, commune, siret, vat_number, iban, email, phone }
    })
}

fn hub() -> impl Strategy<Value = Hub> {
    let settings = (0..=6_i64, 0..1440_i64, cents(), price());
    let shares = (rate(100_000), rate(100_000), rate(100_000), 0..=365_i64, 0..=30_i64);
    let others = proptest::sample::subsequence(Weekday::ALL[2..].to_vec(), 0..=5);
    (identity(), place(), settings, shares, others).prop_map(
        |(identity, place, settings, shares, others)| Hub {
            id: HubId(code('h', 0)),
            identity,
            place,
            delivery_days: [vec![Weekday::Tuesday], others].concat(),
            cutoff_days_before: settings.0,
            cutoff_minute: settings.1,
            minimum_order: settings.2,
            price_step: settings.3,
            pool_spread: shares.0,
            income_goal: shares.1,
            weight_tolerance: shares.2,
            buyer_payment_days: shares.3,
            farm_payment_days: shares.4,
            dock: dock_rules(shares.3),
        },
    )
}

fn producer() -> impl Strategy<Value = Producer> {
    let regimes = vec![VatRegime::Liable, VatRegime::FlatRateFarmer, VatRegime::Exempt];
    let comes = (any::<bool>(), option::of(hours()))
        .prop_map(|(is_fetched, hours)| Carriage { is_fetched, hours });
    let terms = (
        proptest::sample::select(vec![Standing::Member, Standing::Sympathizer]),
        proptest::sample::select(regimes),
        option::of(any_day()),
        option::of(rate(10_000)),
    );
    (identity(), place(), terms, cents(), comes).prop_map(
        |(identity, place, terms, minimum_trip, carriage)| Producer {
            id: ProducerId(code('f', 0)),
            identity,
            place,
            standing: terms.0,
            vat_regime: terms.1,
            mandate_on: terms.2,
            minimum_trip,
            season_share: terms.3,
            carriage,
        },
    )
}

fn hours() -> impl Strategy<Value = Hours> {
    (0..1_000_i64, 1..400_i64).prop_map(|(from, long)| Hours { from, to: from + long })
}

fn kilos() -> impl Strategy<Value = Grams> {
    (1..=100_000_i64).prop_map(|kilos| Grams::new(kilos * 1_000))
}

fn dock_rules(seed: i64) -> DockRules {
    let hours = Hours { from: seed, to: seed + 60 };
    DockRules { density: seed + 1, doors: seed % 100 + 1, slot_minutes: seed % 240 + 1, hours }
}

/// The second hours begin behind the usual ones, which end by 1 000.
fn access() -> impl Strategy<Value = Access> {
    let again = (1_001..1_400_i64).prop_map(|from| Hours { from, to: from + 30 });
    let numbers = (0..=240_i64, 1..=3_i64, 0..=10_000_i64);
    (option::of(again), option::of(kilos()), numbers).prop_map(|(again, largest, numbers)| Access {
        again,
        service_minutes: numbers.0,
        largest,
        priority: numbers.1,
        empties: numbers.2,
    })
}

fn duty() -> impl Strategy<Value = Duty> {
    let rest = (hours(), 0..=240_i64).prop_map(|(window, minutes)| Rest { window, minutes });
    let limits = (option::of(0..=1_000_000_i64), option::of(kilos()), hours());
    let numbers = (1..=20_i64, 0..=240_i64, any::<bool>());
    (limits, numbers, option::of(rest), cents(), cents(), cents()).prop_map(
        |(limits, numbers, rest, per_km, per_hour, per_day)| Duty {
            litres: limits.0,
            gross: limits.1,
            shift: limits.2,
            rounds_most: numbers.0,
            turnaround_minutes: numbers.1,
            rest,
            per_km,
            per_hour,
            per_day,
            is_carrier: numbers.2,
        },
    )
}

fn vehicle() -> impl Strategy<Value = Vehicle> {
    let flags = (any::<bool>(), any::<bool>());
    (name(), kilos(), flags, duty()).prop_map(|(name, payload, (is_cold, is_retired), duty)| {
        let id = VehicleId(code('v', 0));
        Vehicle { id, name, payload, is_cold, rank: 1, is_retired, duty }
    })
}

fn kind() -> impl Strategy<Value = BuyerKind> {
    proptest::sample::select(vec![
        BuyerKind::School,
        BuyerKind::CentralKitchen,
        BuyerKind::University,
        BuyerKind::FoodAid,
        BuyerKind::Community,
        BuyerKind::Partner,
        BuyerKind::Other,
    ])
}

fn buyer() -> impl Strategy<Value = Buyer> {
    let rule = proptest::sample::select(InvoiceRule::ALL.to_vec());
    (kind(), identity(), text(), text(), rule).prop_map(
        |(kind, identity, service_code, commitment_number, invoice_rule)| Buyer {
            id: BuyerId(code('b', 0)),
            kind,
            identity,
            service_code,
            commitment_number,
            invoice_rule,
        },
    )
}

fn site() -> impl Strategy<Value = Site> {
    (name(), text(), text(), place(), 0..1_000_i64, 0..1_000_000_i64, access()).prop_map(
        |(name, address, commune, place, opens_minute, diners, access)| Site {
            id: SiteId(code('s', 0)),
            buyer: BuyerId(code('b', 0)),
            name,
            address,
            postcode: String::new(),
            commune,
            place,
            opens_minute,
            closes_minute: opens_minute + 1,
            diners,
            access,
        },
    )
}

fn product() -> impl Strategy<Value = Product> {
    let kinds = (
        proptest::sample::select(SaleUnit::ALL.to_vec()),
        proptest::sample::select(vec![VatKind::Food, VatKind::Catering, VatKind::Standard]),
        proptest::sample::select(TemperatureClass::ALL.to_vec()),
        0..4096_u16,
    );
    let words = (name(), text(), text(), text(), text());
    (words, kinds, 1..=1_000_000_i64, 0..=100_000_i64, qty(), any::<bool>()).prop_map(
        |(words, kinds, unit_weight, grammage, size, weighed)| Product {
            id: ProductId(code('p', 0)),
            name: words.0,
            family: FamilyId(code('y', 0)),
            species: words.1,
            variety: words.2,
            quality_class: words.3,
            size_grade: words.4,
            unit: kinds.0,
            pack: Packing { size, weighed },
            vat: kinds.1,
            temperature: kinds.2,
            unit_weight: Grams::new(unit_weight),
            season: Season(kinds.3),
            grammage: Grams::new(grammage),
        },
    )
}

/// The records of a hub, known by their ranks; each site is that of the buyer of its rank.
fn register() -> impl Strategy<Value = Pack> {
    let rule = (any_day(), any::<bool>(), rate(9_999), any::<bool>(), option::of(kind()));
    let known = (vec(producer(), KNOWN), vec(buyer(), KNOWN), vec(site(), KNOWN));
    (hub(), known, vec(product(), KNOWN), rule, vehicle()).prop_map(
        |(hub, (mut producers, mut buyers, mut sites), mut products, rule, vehicle)| {
            for rank in 0..KNOWN {
                producers[rank].id = ProducerId(code('f', rank));
                buyers[rank].id = BuyerId(code('b', rank));
                if rank == 2 {
                    buyers[rank].kind = BuyerKind::FoodAid;
                }
                sites[rank].id = SiteId(code('s', rank));
                sites[rank].buyer = BuyerId(code('b', rank));
                products[rank].id = ProductId(code('p', rank));
                products[rank].family = FamilyId(code('y', rank / 2));
            }
            let (from, is_sale, rate, has_family, buyer_kind) = rule;
            let reading = if is_sale { Reading::OnSale } else { Reading::OnCost };
            let family = has_family.then(|| FamilyId(code('y', 1)));
            let rules = vec![PricingRule { from, reading, rate, family, buyer_kind }];
            let vehicles = vec![vehicle];
            let hub = Some(hub);
            Pack { hub, rules, producers, buyers, sites, products, vehicles, ..Pack::default() }
        },
    )
}

/// What is agreed for long: one of each kind.
fn agreed() -> impl Strategy<Value = Pack> {
    let proof = (proptest::sample::select(Label::ALL.to_vec()), any::<bool>(), name(), text());
    let prices = (labels(), price(), labels(), price());
    let contract = (text(), text(), period(), option::of(cents()), prices);
    let quote = (any::<bool>(), 2_000..2_099_i32, 1..=52_i32, price(), text());
    let standing = (labels(), qty(), period(), any::<bool>());
    (proof, period(), contract, quote, standing).prop_map(|(proof, proven, deal, quote, again)| {
        let product = ProductId(code('p', 1));
        let certificate = Certificate {
            producer: ProducerId(code('f', 2)),
            label: proof.0,
            product: proof.1.then_some(product),
            number: proof.2,
            body: proof.3,
            valid_from: proven.0,
            valid_to: proven.1,
        };
        let (labels, price, other_labels, other_price) = deal.4;
        let other = ProductId(code('p', 3));
        let contract = Contract {
            id: ContractId(code('c', 0)),
            buyer: BuyerId(code('b', 3)),
            name: deal.0,
            reference: deal.1,
            valid_from: deal.2.0,
            valid_to: deal.2.1,
            ceiling: deal.3,
            origin: Origin::Within { metres: 60_000 },
            prices: vec![
                UnitPrice { product, labels, price },
                UnitPrice { product: other, labels: other_labels, price: other_price },
            ],
        };
        let week = IsoWeek::new(quote.1, quote.2).expect("every year has 52 weeks");
        let quote =
            MarketQuote { product, organic: quote.0, week, price: quote.3, source: quote.4 };
        let standing = StandingOrder {
            buyer: BuyerId(code('b', 1)),
            site: SiteId(code('s', 1)),
            weekday: Weekday::Friday,
            product,
            labels: again.0,
            quantity: again.1,
            from: again.2.0,
            to: again.3.then_some(again.2.1),
        };
        Pack {
            certificates: vec![certificate],
            quotes: vec![quote],
            contracts: vec![contract],
            standing_orders: vec![standing],
            ..Pack::default()
        }
    })
}

/// What was said of weeks to come.
fn ahead() -> impl Strategy<Value = Pack> {
    let season = (2_000..2_098_i32, 1..=52_i32, 0..53_i32);
    (season, labels(), 0..900_000_000_i64, 0..=1_000_000_i64).prop_map(
        |((year, first, weeks), labels, weekly, servings)| {
            let from = IsoWeek::new(year, first).expect("every year has 52 weeks");
            let product = ProductId(code('p', 2));
            let pledge = Pledge {
                producer: ProducerId(code('f', 1)),
                product,
                labels,
                from,
                to: from.monday().plus_days(7 * weeks).week(),
                weekly: Qty::new(weekly),
            };
            let menu = Menu { buyer: BuyerId(code('b', 1)), week: from, product, labels, servings };
            Pack { pledges: vec![pledge], menus: vec![menu], ..Pack::default() }
        },
    )
}

/// What plans aim at: promises and quantity, then others in any order.
fn sourcing() -> impl Strategy<Value = Option<SourcingNote>> {
    let others = proptest::sample::subsequence(Aim::ALL[2..].to_vec(), 0..=4).prop_shuffle();
    let tolerance = option::of((0..1_000_000_i64).prop_map(Cents::new));
    option::of((others, 1..=9_i64, tolerance).prop_map(|(others, farms_most, tolerance)| {
        let aims = [Aim::ALL[..2].to_vec(), others].concat();
        SourcingNote { aims, farms_most, tolerance }
    }))
}

/// What the hub sets besides, and what food aid tells of itself. A rhythm delivers on Tuesdays
/// too, for the offers of these packs are for Tuesdays.
fn settings() -> impl Strategy<Value = Pack> {
    let line = || "[a-zA-Zéè' :+-]{0,9}[a-zé]";
    let aid = (text(), vec(line(), 0..3), vec(line(), 0..3), 0..=100_000_000_i64);
    let others = proptest::sample::subsequence(Weekday::ALL[2..].to_vec(), 0..=5);
    let change = (0..4_i32, 1..=6_i32, any::<bool>(), text());
    (aid, others, 0..=6_i64, 0..1440_i64, tuesday(), change).prop_map(
        |(aid, others, cutoff_days_before, cutoff_minute, day, change)| {
            let days = [vec![Weekday::Tuesday], others].concat();
            let from = day.week();
            let rhythm = Rhythm { from, days, cutoff_days_before, cutoff_minute };
            let delivery = match change.0 {
                0 => DeliveryChange::Usual,
                1 => DeliveryChange::NoDelivery,
                2 => DeliveryChange::Extra,
                _ => DeliveryChange::MovedTo(from.monday().plus_days(change.1)),
            };
            let monday = from.monday();
            let (minute, moment_day) = (cutoff_minute, monday.plus_days(-3));
            let cutoff = change.2.then_some(Moment { day: moment_day, minute });
            let exception = DayException { day: monday, delivery, cutoff, reason: change.3 };
            let trimmed =
                |names: Vec<String>| names.into_iter().map(|name| name.trim().to_string());
            let aid = AidProfile {
                buyer: BuyerId(code('b', 2)),
                approval: aid.0,
                departments: vec!["2A".into(), "974".into()],
                vans: trimmed(aid.1).map(|name| (name, Grams::new(aid.3))).collect(),
                structures: trimmed(aid.2).map(|name| (name, aid.3 / 100)).collect(),
            };
            let (rhythms, exceptions) = (vec![rhythm], vec![exception]);
            Pack { rhythms, exceptions, aid: vec![aid], ..Pack::default() }
        },
    )
}

fn order(rank: usize) -> impl Strategy<Value = OrderNote> {
    let line = (0..KNOWN, labels(), option::of(0..KNOWN), qty()).prop_map(
        |(product, labels, producer, quantity)| OrderNoteLine {
            product: ProductId(code('p', product)),
            labels,
            producer: producer.map(|rank| ProducerId(code('f', rank))),
            quantity,
        },
    );
    let channel = proptest::sample::select(vec![Channel::Web, Channel::Phone, Channel::File]);
    (tuesday(), channel, text(), vec(line, 1..4)).prop_map(
        move |(day, channel, commitment_number, lines)| OrderNote {
            reference: code('o', rank),
            buyer: BuyerId(code('b', rank)),
            site: SiteId(code('s', rank)),
            day,
            channel,
            commitment_number,
            lines,
        },
    )
}

fn arrival(rank: usize) -> impl Strategy<Value = ArrivalNote> {
    let causes = vec![
        Rejection::Quality,
        Rejection::SizeGrade,
        Rejection::Temperature,
        Rejection::Marking,
        Rejection::NotOrdered,
        Rejection::NoShow,
    ];
    let shares = (amount(), amount(), option::of(rate(10_000)));
    let cause = option::of(proptest::sample::select(causes));
    (tuesday(), labels(), shares, cause, text(), option::of(-400..900_i64)).prop_map(
        move |(day, labels, shares, rejection, batch, temperature_dc)| ArrivalNote {
            day,
            producer: ProducerId(code('f', rank)),
            product: ProductId(code('p', 0)),
            labels,
            confirmed: shares.0,
            received: shares.1,
            rejected: shares.2.map(Amount::Share),
            rejection,
            batch,
            temperature_dc,
        },
    )
}

fn leftover() -> impl Strategy<Value = LeftoverNote> {
    let fate = prop_oneof![
        (0..KNOWN).prop_map(|rank| LeftoverFate::Donated(BuyerId(code('b', rank)))),
        Just(LeftoverFate::Returned),
        Just(LeftoverFate::Wasted),
    ];
    let whose = (option::of(0..KNOWN), option::of(0..KNOWN));
    (tuesday(), labels(), whose, fate, amount(), text()).prop_map(
        |(day, labels, (producer, site), fate, quantity, reason)| LeftoverNote {
            day,
            product: ProductId(code('p', 2)),
            labels,
            producer: producer.map(|rank| ProducerId(code('f', rank))),
            site: site.map(|rank| SiteId(code('s', rank))),
            fate,
            quantity,
            reason,
        },
    )
}

fn offer(rank: usize) -> impl Strategy<Value = OfferRequest> {
    (labels(), tuesday(), 0..900_000_000_i64, price()).prop_map(
        move |(labels, day, quantity, price)| OfferRequest {
            producer: ProducerId(code('f', rank)),
            product: ProductId(code('p', 3 - rank)),
            labels,
            day,
            quantity: Qty::new(quantity),
            price,
        },
    )
}

fn handover(rank: usize) -> impl Strategy<Value = HandoverNote> {
    (tuesday(), labels(), amount(), amount(), text()).prop_map(
        move |(day, labels, refused, missing, reason)| HandoverNote {
            day,
            site: SiteId(code('s', rank)),
            product: ProductId(code('p', rank)),
            labels,
            refused,
            missing,
            reason,
        },
    )
}

/// A sound pack of any content.
pub fn pack() -> impl Strategy<Value = Pack> {
    let offers = (offer(0), offer(1), offer(3));
    let events = ((arrival(1), arrival(2)), (handover(0), handover(3)), vec(leftover(), 0..3));
    let known = (register(), settings(), ahead(), sourcing());
    (known, agreed(), offers, (order(0), order(2)), events).prop_map(
        |(
            (register, settings, ahead, sourcing),
            agreed,
            offers,
            orders,
            (arrivals, handovers, leftovers),
        )| Pack {
            rhythms: settings.rhythms,
            exceptions: settings.exceptions,
            aid: settings.aid,
            sourcing,
            pledges: ahead.pledges,
            menus: ahead.menus,
            certificates: agreed.certificates,
            quotes: agreed.quotes,
            contracts: agreed.contracts,
            standing_orders: agreed.standing_orders,
            offers: vec![offers.0, offers.1, offers.2],
            orders: vec![orders.0, orders.1],
            arrivals: vec![arrivals.0, arrivals.1],
            handovers: vec![handovers.0, handovers.1],
            leftovers,
            ..register
        },
    )
}
