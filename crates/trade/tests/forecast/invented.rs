//! Kitchens with habits, invented from a seed: what the forecast is measured on.
//!
//! Each kitchen has its diners, its menu that comes back every four or five weeks (some cook as
//! they please), days on which it is closed, and weeks in which it forgets to order. Some join
//! late, some leave, some grow. Nothing here knows how the forecast works.

use trade::calendar::{ClosedPeriod, Closure, Day, IsoWeek, ServiceCalendar, Weekday};
use trade::catalog::{Label, Labels, Pack, Product, SaleUnit, Season, TemperatureClass, VatKind};
use trade::id::{BuyerId, FamilyId, HubId, ProductId, SiteId};
use trade::needs::PastOrder;
use trade::party::{Access, Buyer, BuyerKind, DockRules, Hub, Identity, Place, Site};
use trade::register::Register;
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Grams, Price, Qty, Rate};

/// Name, course, grams on a plate, months of the season from January on.
const GOODS: [(&str, usize, i64, &str); 22] = [
    ("carrot", 0, 90, "111111111111"),
    ("lettuce", 0, 60, "111111111111"),
    ("tomato", 0, 100, "000011111100"),
    ("cucumber", 0, 90, "000111111100"),
    ("radish", 0, 50, "011111000110"),
    ("beetroot", 0, 80, "111100001111"),
    ("cabbage", 0, 80, "111100001111"),
    ("potato", 1, 180, "111111111111"),
    ("courgette", 1, 150, "000111111100"),
    ("leek", 1, 150, "111100001111"),
    ("squash", 1, 150, "111000001111"),
    ("spinach", 1, 160, "111110000111"),
    ("bean", 1, 150, "000001111000"),
    ("cauliflower", 1, 150, "111110001111"),
    ("apple", 2, 130, "111100011111"),
    ("pear", 2, 130, "111000011111"),
    ("kiwi", 2, 90, "111100000011"),
    ("strawberry", 2, 100, "001111000000"),
    ("melon", 2, 200, "000001111000"),
    ("peach", 2, 140, "000001111000"),
    ("grape", 2, 110, "000000011100"),
    ("clementine", 2, 110, "110000000011"),
];

/// School holidays and public holidays of two years, in the manner of the southern zone.
const CLOSED: [(&str, &str); 24] = [
    ("2024-10-19", "2024-11-03"),
    ("2024-11-11", ""),
    ("2024-12-21", "2025-01-05"),
    ("2025-01-01", ""),
    ("2025-02-15", "2025-03-02"),
    ("2025-04-12", "2025-04-27"),
    ("2025-04-21", ""),
    ("2025-05-01", ""),
    ("2025-05-08", ""),
    ("2025-05-29", ""),
    ("2025-06-09", ""),
    ("2025-07-05", "2025-08-31"),
    ("2025-07-14", ""),
    ("2025-10-18", "2025-11-02"),
    ("2025-11-11", ""),
    ("2025-12-20", "2026-01-04"),
    ("2026-01-01", ""),
    ("2026-02-21", "2026-03-08"),
    ("2026-04-06", ""),
    ("2026-04-18", "2026-05-03"),
    ("2026-05-01", ""),
    ("2026-05-08", ""),
    ("2026-05-14", ""),
    ("2026-05-25", ""),
];

/// The first week that is invented: schools have begun.
pub fn first_week() -> IsoWeek {
    IsoWeek::new(2024, 37).expect("a week")
}

/// `count` weeks from [`first_week`] on.
pub fn weeks(count: usize) -> Vec<IsoWeek> {
    std::iter::successors(Some(first_week()), |week| Some(week.next())).take(count).collect()
}

/// Draws (SplitMix64): the same seed gives the same kitchens on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    /// True `percent` times in a hundred.
    fn happens(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }
}

/// A dish that is bought here: goods, on a day of the week, for a part of the diners.
#[derive(Clone, Copy)]
struct Dish {
    goods: usize,
    weekday: i32,
    part_percent: i64,
}

struct Kitchen {
    buyer: BuyerId,
    kind: BuyerKind,
    diners: i64,
    /// The menus of its cycle; one without a cycle draws among them.
    menus: Vec<Vec<Dish>>,
    repeats: bool,
    /// Whether the cycle stands still while the kitchen is closed.
    waits: bool,
    organic: bool,
    joins: usize,
    leaves: usize,
    /// Per mille that its purchases grow in a week.
    growth: i64,
}

/// A hub with its past.
#[derive(Clone, Debug)]
pub struct Invented {
    pub register: Register,
    pub past: Vec<PastOrder>,
}

/// `kitchens` kitchens over `count` weeks.
pub fn invent(seed: u64, kitchens: usize, count: usize) -> Invented {
    let mut chance = Chance(seed);
    let mut register = register();
    let all: Vec<Kitchen> = (0..kitchens).map(|at| kitchen(&mut chance, at, count)).collect();
    for one in &all {
        enlist(&mut register, one);
    }
    let mut past = Vec::new();
    for one in &all {
        let mut served = 0;
        for (at, &week) in weeks(count).iter().enumerate() {
            let open = open_days(&register.calendar, one.kind, week);
            let turn = if one.waits { served } else { at };
            served += usize::from(!open.is_empty());
            if (one.joins..one.leaves).contains(&at) && !chance.happens(6) {
                orders(&mut chance, one, (week, at, turn), &open, &mut past);
            }
        }
    }
    Invented { register, past }
}

fn kitchen(chance: &mut Chance, at: usize, count: usize) -> Kitchen {
    let kind = match at % 10 {
        0 => BuyerKind::CentralKitchen,
        1 => BuyerKind::University,
        2 => BuyerKind::Community,
        _ => BuyerKind::School,
    };
    let length = [4, 5, 4, 6][at % 4];
    let count = count as i64;
    Kitchen {
        buyer: BuyerId::parse(&format!("k{at:03}")).expect("a code"),
        kind,
        diners: match kind {
            BuyerKind::CentralKitchen => chance.between(900, 2_400),
            _ => chance.between(90, 900),
        },
        menus: (0..length).map(|_| menu(chance)).collect(),
        repeats: at % 4 != 3,
        waits: chance.happens(50),
        organic: chance.happens(30),
        joins: if chance.happens(15) { chance.between(1, count / 2) as usize } else { 0 },
        leaves: match chance.happens(8) {
            true => chance.between(count / 2, count) as usize,
            false => usize::MAX,
        },
        growth: if chance.happens(40) { chance.between(0, 8) } else { 0 },
    }
}

/// One or two dishes of each course.
fn menu(chance: &mut Chance) -> Vec<Dish> {
    let mut dishes = Vec::new();
    for course in 0..3 {
        let own: Vec<usize> = (0..GOODS.len()).filter(|&at| GOODS[at].1 == course).collect();
        for _ in 0..chance.between(1, 2) {
            dishes.push(Dish {
                goods: own[chance.between(0, own.len() as i64 - 1) as usize],
                weekday: chance.between(0, 4) as i32,
                part_percent: chance.between(30, 95),
            });
        }
    }
    dishes
}

fn open_days(calendar: &ServiceCalendar, kind: BuyerKind, week: IsoWeek) -> Vec<i32> {
    let is_open = |rank: &i32| {
        let day = week.monday().plus_days(*rank);
        match kind.follows_school() {
            true => calendar.closure_on(day).is_none(),
            false => !calendar.is_public_holiday(day),
        }
    };
    (0..5).filter(is_open).collect()
}

fn orders(
    chance: &mut Chance,
    kitchen: &Kitchen,
    (week, at, turn): (IsoWeek, usize, usize),
    open: &[i32],
    past: &mut Vec<PastOrder>,
) {
    let length = kitchen.menus.len();
    let menu = match kitchen.repeats {
        true => turn % length,
        false => chance.between(0, length as i64 - 1) as usize,
    };
    for dish in &kitchen.menus[menu] {
        // A dish is sometimes bought elsewhere, and sometimes it is another one.
        if !open.contains(&dish.weekday) || chance.happens(12) {
            continue;
        }
        let wanted = if chance.happens(10) { dish.goods + 1 } else { dish.goods };
        let goods = in_season(wanted, GOODS[dish.goods].1, week);
        let grown = 1_000 + kitchen.growth * at as i64;
        let noise = chance.between(40, 60) + chance.between(40, 60);
        let grams = kitchen.diners * dish.part_percent / 100 * GOODS[goods].2 * grown / 1_000;
        let crates = (grams * noise / 100 / 5_000).max(1);
        let labels = match kitchen.organic && GOODS[goods].1 != 2 {
            true => Labels::of(&[Label::Organic]),
            false => Labels::NONE,
        };
        past.push(PastOrder {
            week,
            buyer: kitchen.buyer,
            product: product_id(goods),
            labels,
            quantity: Qty::new(crates * 5_000),
        });
    }
}

/// These goods, or the next of the same course that are in season.
fn in_season(goods: usize, course: usize, week: IsoWeek) -> usize {
    let day = week.day(Weekday::Wednesday);
    let fits = |at: &usize| {
        let season = Season::parse(GOODS[*at].3).expect("twelve flags");
        GOODS[*at].1 == course && season.has(day)
    };
    (0..GOODS.len()).map(|more| (goods + more) % GOODS.len()).find(fits).unwrap_or(goods)
}

fn product_id(at: usize) -> ProductId {
    ProductId::parse(GOODS[at].0).expect("a code")
}

fn enlist(register: &mut Register, kitchen: &Kitchen) {
    let id = kitchen.buyer;
    register.buyers.insert(
        id,
        Buyer {
            id,
            kind: kitchen.kind,
            identity: Identity::default(),
            service_code: String::new(),
            commitment_number: String::new(),
            invoice_rule: InvoiceRule::Free,
        },
    );
    let site = SiteId::parse(id.as_str()).expect("a code");
    register.sites.insert(
        site,
        Site {
            id: site,
            buyer: id,
            name: String::new(),
            address: String::new(),
            postcode: String::new(),
            commune: String::new(),
            place: Place::default(),
            opens_minute: 360,
            closes_minute: 660,
            diners: kitchen.diners,
            access: Access::default(),
        },
    );
}

/// A hub with its goods and its calendar, without anybody yet.
fn register() -> Register {
    let mut register = Register::new(hub());
    for (at, (name, _, grams, season)) in GOODS.iter().enumerate() {
        let product = Product {
            id: product_id(at),
            name: (*name).into(),
            family: FamilyId::parse("vegetables").expect("a code"),
            species: String::new(),
            variety: String::new(),
            quality_class: String::new(),
            size_grade: String::new(),
            unit: SaleUnit::Kilo,
            pack: Pack { size: Qty::new(5_000), weighed: false },
            vat: VatKind::Food,
            temperature: TemperatureClass::Ambient,
            unit_weight: Grams::new(1_000),
            season: Season::parse(season).expect("twelve flags"),
            grammage: Grams::new(*grams),
        };
        register.products.insert(product.id, product);
    }
    let day = |text: &str| Day::parse(text).expect("a day");
    register.calendar.closed = CLOSED
        .iter()
        .map(|&(from, to)| ClosedPeriod {
            from: day(from),
            to: day(if to.is_empty() { from } else { to }),
            closure: match to.is_empty() {
                true => Closure::PublicHoliday,
                false => Closure::SchoolHoliday,
            },
            name: String::new(),
        })
        .collect();
    register
}

fn hub() -> Hub {
    Hub {
        id: HubId::parse("hub").expect("a code"),
        identity: Identity::default(),
        place: Place::default(),
        delivery_days: vec![Weekday::Tuesday, Weekday::Thursday],
        cutoff_days_before: 2,
        cutoff_minute: 720,
        minimum_order: Cents::ZERO,
        price_step: Price::new(100),
        pool_spread: Rate::new(1_500),
        income_goal: Rate::new(2_000),
        weight_tolerance: Rate::new(1_500),
        buyer_payment_days: 30,
        farm_payment_days: 30,
        dock: DockRules::default(),
    }
}
