//! `GET …/my-orders`: what is open to order, and what the buyer has ordered this week.

use askama::Template;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::SiteId;
use trade::mercuriale::SaleDay;
use trade::orders::{Channel, Order, PriceOrigin};
use trade::treasury::{InvoiceRule, References};
use trade::unit::{Cents, Qty, amount};

use crate::access::buyer::BuyerWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, BuyerVisit, html};

/// A delivery day, and until when it takes orders.
struct DayRow {
    name: String,
    said: String,
    state: &'static str,
    word: &'static str,
    sum: String,
}

/// A line of an order, with its quantities as far as they are known.
struct LineRow {
    rank: i64,
    name: String,
    labels: String,
    unit: &'static str,
    asked: String,
    /// What it was before it was changed; empty when it was not.
    before: String,
    confirmed: String,
    /// The farms that bring it; empty before they are asked.
    farms: String,
    delivered: String,
    price: String,
    why: &'static str,
    net: String,
    is_short: bool,
}

struct OrderRow {
    id: i64,
    title: String,
    door: &'static str,
    commitment_number: String,
    net: String,
    lines: Vec<LineRow>,
    may_amend: bool,
}

#[derive(Template)]
#[template(path = "my_orders.html")]
struct OwnPage {
    frame: Frame,
    days: Vec<DayRow>,
    orders: Vec<OrderRow>,
    href: String,
    /// What is said where there is no order yet.
    none: &'static str,
    /// False when there is no day left to order for.
    may_order: bool,
    has_contracts: bool,
    notes: Vec<super::papers::NoteRow>,
    /// `Bons de livraison`, of which week.
    notes_title: String,
    /// The year's file for *ma cantine*; empty before there is something for it.
    ma_cantine: String,
    /// Under what the next orders are filed; empty when the treasury asks for nothing.
    references: String,
    invoices: Vec<super::papers::InvoiceRow>,
    /// `Factures`, of which week.
    invoices_title: String,
    /// What one can order again: `la semaine dernière`; empty when nothing was ordered before.
    again: String,
}

/// `GET …/my-orders`
pub async fn own(visit: BuyerVisit) -> Answer {
    let mut page = visit.see(|week| own_page(&visit, week)).await?;
    if page.may_order {
        page.again = super::last::last_order(&visit).await?.name;
    }
    let mut before = visit.week;
    for _ in 0..LOOKED_BACK {
        before = before.previous();
        if !page.fill_from(&visit, before).await? {
            break;
        }
    }
    html(&page)
}

/// Weeks before this one in which the last papers are looked for.
const LOOKED_BACK: usize = 3;

impl OwnPage {
    /// Before the first delivery of a week, and before its invoices, one looks for the last ones:
    /// takes them from a week before. False when nothing more is to be found.
    async fn fill_from(&mut self, visit: &BuyerVisit, before: IsoWeek) -> Result<bool, Failure> {
        if !self.notes.is_empty() && !self.invoices.is_empty() {
            return Ok(false);
        }
        let look = |week: BuyerWeek<'_>| {
            let notes = super::papers::notes(week);
            Ok((notes, ma_cantine(visit, week), super::papers::invoices(week)))
        };
        let (notes, file, invoices) = match visit.scope.see(visit.app(), before, look).await {
            Ok(found) => found,
            // A link opens one week, and not everybody was known in the one before.
            Err(Failure::Forbidden(_) | Failure::NotFound(_) | Failure::Denied(_)) => {
                return Ok(false);
            }
            Err(failure) => return Err(failure),
        };
        if self.notes.is_empty() && !notes.is_empty() {
            (self.notes, self.ma_cantine) = (notes, file);
            self.notes_title = format!("Bons de livraison de la {}", fr::week(before));
        }
        if self.invoices.is_empty() && !invoices.is_empty() {
            self.invoices = invoices;
            self.invoices_title = format!("Factures de la {}", fr::week(before));
        }
        Ok(true)
    }
}

fn own_page(visit: &BuyerVisit, week: BuyerWeek<'_>) -> Result<OwnPage, Failure> {
    let mut frame = visit.frame(week, "my-orders", "Mes commandes");
    frame.subtitle = week.own().identity.name.clone();
    if week.publication().is_none() {
        frame = frame.tell(Notice::known("La mercuriale n'est pas encore publiée."));
    }
    let mut orders: Vec<&Order> = week.orders().collect();
    orders.sort_by_key(|order| (order.day, order.site, order.id.0));
    let orders: Result<Vec<OrderRow>, Failure> =
        orders.into_iter().map(|order| order_row(week, order)).collect();
    Ok(OwnPage {
        frame,
        may_order: !open_days(week).is_empty(),
        days: days(week),
        has_contracts: week.contracts().next().is_some(),
        orders: orders?,
        href: visit.href("my-orders"),
        none: match week.publication() {
            Some(_) => "Elles paraîtront ici, avec ce que les fermes confirment et livrent.",
            None => "Vous commanderez ici dès que la mercuriale sera parue.",
        },
        notes: super::papers::notes(week),
        notes_title: "Bons de livraison".into(),
        ma_cantine: ma_cantine(visit, week),
        references: references(week),
        invoices: super::papers::invoices(week),
        invoices_title: "Factures".into(),
        again: String::new(),
    })
}

/// Where the file of the year in which the week's goods came lies; empty without goods or SIRET.
fn ma_cantine(visit: &BuyerVisit, week: BuyerWeek<'_>) -> String {
    // A declaration is of what was delivered: nothing of days to come.
    let today = clock::today();
    let days = week.notes().map(|note| note.day).filter(|day| *day <= today);
    let year = days.map(|day| day.ymd().0).max();
    match year.filter(|_| !week.own().identity.siret.is_empty()) {
        Some(year) => visit.href(&format!("my-orders/ma-cantine?year={year}")),
        None => String::new(),
    }
}

/// `Engagement 2026-EJ-0013`, or that it is missing.
fn references(week: BuyerWeek<'_>) -> String {
    let own = week.own();
    let References { commitment_number, service_code } = own.references();
    match (commitment_number.as_str(), service_code.as_str(), own.invoice_rule) {
        ("", "", InvoiceRule::Free) => String::new(),
        ("", "", _) => "Engagement à donner".into(),
        ("", code, _) => format!("Code service {code}"),
        (number, _, _) => format!("Engagement {number}"),
    }
}

/// The days that still take orders, in order.
pub fn open_days(week: BuyerWeek<'_>) -> Vec<SaleDay> {
    let now = clock::now();
    let days = week.publication().map(|list| &list.days[..]).unwrap_or_default();
    days.iter().filter(|sale| week.check_open(sale.day, now).is_ok()).copied().collect()
}

fn days(week: BuyerWeek<'_>) -> Vec<DayRow> {
    let days = week.publication().map(|list| &list.days[..]).unwrap_or_default();
    let row = |sale: &SaleDay| {
        let is_open = week.check_open(sale.day, clock::now()).is_ok();
        let sum: i64 = week
            .orders()
            .filter(|order| order.day == sale.day)
            .map(|order| net(week, order).get())
            .sum();
        DayRow {
            name: fr::day(sale.day),
            said: if is_open { cutoff(sale) } else { shut(sale, week.closed_at(sale.day)) },
            state: if is_open { "wait" } else { "ok" },
            word: if is_open { "ouvert" } else { "clos" },
            sum: if sum == 0 { String::new() } else { fr::euros(Cents::new(sum)) },
        }
    };
    days.iter().map(row).collect()
}

/// Until when a day takes orders, in words.
pub fn cutoff(sale: &SaleDay) -> String {
    format!("jusqu'au {}", fr::moment(sale.cutoff_at))
}

/// Since when a day takes none: by its limit, or by the hub before it.
fn shut(sale: &SaleDay, closed_at: Option<Instant>) -> String {
    match closed_at.filter(|at| *at < sale.cutoff_at) {
        Some(at) => format!("clos le {}", fr::moment(at)),
        None => format!("clos depuis le {}", fr::moment(sale.cutoff_at)),
    }
}

/// The order's amount as last amended, without VAT.
pub fn net(week: BuyerWeek<'_>, order: &Order) -> Cents {
    let lines = order.lines.iter();
    let sum = lines.map(|line| amount(week.ordered(order.line_id(line.rank)), line.price).get());
    Cents::new(sum.sum())
}

fn order_row(week: BuyerWeek<'_>, order: &Order) -> Result<OrderRow, Failure> {
    Ok(OrderRow {
        id: order.id.0,
        title: format!("{} · {}", fr::day(order.day), site_name(week, order.site)?),
        door: door(order.channel),
        commitment_number: order.commitment_number.clone(),
        net: fr::euros(net(week, order)),
        lines: line_rows(week, order),
        may_amend: week.check_open(order.day, clock::now()).is_ok(),
    })
}

fn line_rows(week: BuyerWeek<'_>, order: &Order) -> Vec<LineRow> {
    let is_open = week.check_open(order.day, clock::now()).is_ok();
    let is_delivered = week.notes().any(|note| note.day == order.day && note.site == order.site);
    let known = |is_known: bool, quantity: Qty| match is_known {
        true => fr::number(quantity),
        false => String::new(),
    };
    let row = |line: &trade::orders::OrderLine| {
        let id = order.line_id(line.rank);
        let (asked, covered) = (week.ordered(id), week.covered(id));
        let delivered = week.delivered(id);
        LineRow {
            rank: line.rank,
            name: line.name.clone(),
            labels: fr::labels(line.labels),
            unit: fr::unit(line.unit, true),
            asked: fr::number(asked),
            before: known(asked != line.quantity, line.quantity),
            // Farms confirm after the cut-off: before, a zero would be read as a "no".
            confirmed: known(!is_open && !covered.is_zero(), covered),
            farms: week.farms(id).join(", "),
            delivered: known(is_delivered, delivered),
            price: fr::price(line.price),
            why: why(line.price_origin),
            net: fr::euros(amount(asked, line.price)),
            is_short: is_delivered && delivered < asked,
        }
    };
    order.lines.iter().map(row).collect()
}

/// What stands under a price that is not everybody's.
pub fn why(origin: PriceOrigin) -> &'static str {
    match origin {
        PriceOrigin::Mercuriale => "",
        PriceOrigin::BuyerRule => "votre tarif",
        PriceOrigin::Contract(_) => "prix du marché",
    }
}

fn door(channel: Channel) -> &'static str {
    match channel {
        Channel::Web => "commandée sur le site",
        Channel::Phone => "saisie par la plateforme",
        Channel::File => "reçue par fichier",
        Channel::Standing => "commande récurrente",
        Channel::Surplus => "surplus du quai",
    }
}

/// What parts a site from the buyer's others: « quai 2 » of « CHU de Montpellier, quai 2 ».
pub fn site_name(week: BuyerWeek<'_>, site: SiteId) -> Result<&str, Failure> {
    let name = &week.site(site)?.name;
    let head = &week.own().identity.name;
    let rest = name.strip_prefix(head.as_str()).unwrap_or(name);
    let rest = rest.trim_start_matches([' ', ',', '-', '·', '(', ':']);
    Ok(if rest.is_empty() { name } else { rest })
}

/// « mar. 24 », or with the site's name when there are several.
pub fn column_name(day: Day, site: &str, has_many_sites: bool) -> String {
    match has_many_sites {
        true => format!("{} · {site}", fr::short_day(day)),
        false => fr::short_day(day),
    }
}
