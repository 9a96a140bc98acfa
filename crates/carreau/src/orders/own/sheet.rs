//! The order sheet: all open delivery days and all sites of a buyer on one page.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use trade::calendar::Day;
use trade::catalog::EgalimCategory;
use trade::id::{ContractId, LineId, SiteId};
use trade::mercuriale::{MercurialeLine, PriceParts, Publication, SaleDay};
use trade::orders::PriceOrigin;
use trade::party::Buyer;
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Qty};

use super::pages::{column_name, net, open_days, site_name, why};
use crate::access::buyer::BuyerWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::frame::Frame;
use crate::ui::{fr, paper as papers};

/// A field of the sheet: a line of the list on a delivery day of a site.
pub type Cell = (LineId, Day, SiteId);

/// What stands in the fields, and what is wrong with it.
#[derive(Default)]
pub struct Typed {
    pub text: BTreeMap<Cell, String>,
    pub sum: BTreeMap<Cell, Qty>,
    pub errors: BTreeMap<Cell, String>,
}

/// A delivery: one order when it is sent.
pub struct Column {
    pub number: usize,
    /// `2026-11-24@lycee-x`, as fields are called.
    pub code: String,
    pub name: String,
    pub day_name: String,
    pub site_name: String,
    pub cutoff: String,
    /// What was ordered for it before; empty when nothing was.
    pub before: String,
}

pub struct Field {
    pub number: usize,
    pub column: String,
    pub name: String,
    pub value: String,
    pub hint: String,
    pub error: String,
    /// Thousandths that are left; what the script refuses beyond.
    pub left: i64,
    pub left_said: String,
    /// False when nothing is left for that day.
    pub is_open: bool,
    /// Why it is not: all of it is taken, or there was none for that day.
    pub shut_said: &'static str,
    /// Ten-thousandths of a euro, where the day has another price than the row.
    pub price: Option<i64>,
}

pub struct Row {
    pub product: String,
    pub labels: String,
    pub detail: String,
    pub origin: String,
    pub season: &'static str,
    pub egalim: &'static str,
    pub pack: String,
    /// Thousandths of a pack; 0 for goods sold by the weight found.
    pub pack_size: i64,
    pub unit: &'static str,
    /// `kg, par 10`: what stands beside a quantity.
    pub unit_said: String,
    pub price: i64,
    pub price_said: String,
    pub why: &'static str,
    pub parts: Vec<String>,
    pub fields: Vec<Field>,
    pub is_known: bool,
    pub has_label: bool,
    /// Its price is a contract's.
    pub is_contract: bool,
}

pub struct Family {
    pub name: String,
    pub rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "my_order_sheet.html")]
pub struct SheetPage {
    pub frame: Frame,
    pub action: String,
    pub key: String,
    pub columns: Vec<Column>,
    pub families: Vec<Family>,
    pub minimum: String,
    pub minimum_cents: i64,
    pub contracts: Vec<String>,
    pub chorus: Chorus,
    /// What could not be taken because order taking had ended: asked of the hub by one click.
    pub late: Option<super::late::Late>,
    /// Whether something on the sheet was short: then it can be sent cut to what is left.
    pub may_cut: bool,
    pub has_known: bool,
    /// Categories of EGalim that the list has, to choose from.
    pub categories: Vec<&'static str>,
    pub has_contract: bool,
    /// What of the buyer's own list is not understood.
    pub own_list: Option<super::list::OwnList>,
}

/// What the buyer's treasury wants on the invoice.
pub struct Chorus {
    /// Only those with a SIRET are invoiced through Chorus Pro.
    pub may_have: bool,
    /// The treasury sends back an invoice without a number.
    pub is_asked: bool,
    /// The treasury wants a code, and none is known.
    pub asks_service: bool,
    /// One of the two at least is wanted, and none is known.
    pub asks_either: bool,
    pub commitment_number: String,
    pub service_code: String,
    /// What is wrong with the number.
    pub error: String,
    /// Where both are changed for good.
    pub href: String,
}

impl Chorus {
    fn of(week: BuyerWeek<'_>) -> Chorus {
        let Buyer { identity, commitment_number, service_code, invoice_rule: rule, .. } =
            week.own();
        let has_none = commitment_number.is_empty() && service_code.is_empty();
        let is_free = *rule == InvoiceRule::Free && commitment_number.is_empty();
        Chorus {
            may_have: !is_free || !identity.siret.is_empty(),
            is_asked: rule.wants_commitment(),
            asks_service: service_code.is_empty() && rule.wants_service(),
            asks_either: has_none && *rule == InvoiceRule::Either,
            commitment_number: commitment_number.clone(),
            service_code: service_code.clone(),
            error: String::new(),
            href: format!("/weeks/{}/my-orders/references", week.week()),
        }
    }

    /// What the number is for is said until it is known.
    fn asks_number(&self) -> bool {
        self.is_asked && self.commitment_number.is_empty()
    }
}

/// All deliveries that can be ordered now: day by day, site by site.
pub fn columns_of(week: BuyerWeek<'_>) -> Vec<(Day, SiteId)> {
    let sites: Vec<SiteId> = week.sites().map(|site| site.id).collect();
    let days = open_days(week).into_iter();
    days.flat_map(|sale| sites.iter().map(move |&site| (sale.day, site))).collect()
}

/// What the sheet is made of besides the week.
pub struct Making<'a> {
    pub typed: &'a Typed,
    pub ceilings: &'a BTreeMap<ContractId, Cents>,
    /// Lines that the buyer had before: they stand first.
    pub known: &'a [LineId],
    /// Deliveries that were taken just now: no longer to be filled.
    pub taken: &'a BTreeSet<(Day, SiteId)>,
}

/// The sheet as far as the week tells it.
pub fn sheet(week: BuyerWeek<'_>, frame: Frame, making: &Making<'_>) -> Result<SheetPage, Failure> {
    let list = week.publication().ok_or(trade::Denial::NotPublished)?;
    let open = columns_of(week).into_iter().filter(|column| !making.taken.contains(column));
    let open: Vec<(Day, SiteId)> = open.collect();
    let columns = columns(week, list, &open)?;
    let mut families: Vec<Family> = Vec::new();
    let mut known = Vec::new();
    for line in &list.lines {
        let row = row(week, line, &open, &columns, making)?;
        if row.fields.iter().all(|field| !field.is_open && field.value.is_empty()) {
            continue;
        }
        let name = fr::family(week.list().product(line.product)?.family);
        match families.last_mut() {
            _ if row.is_known => known.push(row),
            Some(family) if family.name == name => family.rows.push(row),
            _ => families.push(Family { name, rows: vec![row] }),
        }
    }
    let has_known = !known.is_empty();
    if has_known {
        let name = "Vos produits de la dernière commande".to_string();
        families.insert(0, Family { name, rows: known });
    }
    let rows = || families.iter().flat_map(|family| &family.rows);
    let has_contract = rows().any(|row| row.is_contract);
    let named = |name: &&str| rows().any(|row| row.egalim == *name);
    let categories = CATEGORIES.into_iter().filter(named).collect();
    let hub = week.hub();
    Ok(SheetPage {
        frame,
        action: format!("/weeks/{}/my-orders", week.week()),
        key: format!("{:016x}", fastrand::u64(..)),
        columns,
        families,
        minimum: fr::euros(hub.minimum_order),
        minimum_cents: hub.minimum_order.get(),
        contracts: contracts(week, making.ceilings),
        chorus: Chorus::of(week),
        late: None,
        may_cut: false,
        has_known,
        categories,
        has_contract,
        own_list: None,
    })
}

fn columns(
    week: BuyerWeek<'_>,
    list: &Publication,
    open: &[(Day, SiteId)],
) -> Result<Vec<Column>, Failure> {
    let has_many = week.sites().count() > 1;
    let mut columns = Vec::with_capacity(open.len());
    for &(day, site) in open {
        let name = site_name(week, site)?;
        let own = week.orders().filter(|order| (order.day, order.site) == (day, site));
        let sum: i64 = own.map(|order| net(week, order).get()).sum();
        columns.push(Column {
            number: columns.len() + 1,
            code: column_code(day, site),
            name: column_name(day, name, has_many),
            day_name: fr::short_day(day),
            site_name: if has_many { name.to_string() } else { String::new() },
            cutoff: short_cutoff(list.sale_day(day)?),
            before: match sum {
                0 => String::new(),
                sum => format!("déjà commandé : {} HT", fr::euros(Cents::new(sum))),
            },
        });
    }
    Ok(columns)
}

/// `avant dim. 29, 12 h 00`: the head of a column is narrow.
fn short_cutoff(sale: &SaleDay) -> String {
    let (day, minute) = clock::civil(sale.cutoff_at);
    format!("avant {}, {}", fr::short_day(day).replace(' ', "\u{a0}"), fr::time(minute))
}

/// How the fields of a delivery are called.
pub fn column_code(day: Day, site: SiteId) -> String {
    format!("{day}@{site}")
}

fn row(
    week: BuyerWeek<'_>,
    line: &MercurialeLine,
    open: &[(Day, SiteId)],
    columns: &[Column],
    making: &Making<'_>,
) -> Result<Row, Failure> {
    let product = week.list().product(line.product)?;
    // Days that share a price share the row's; a contract may begin or end within the week.
    let first = open.first().map_or(week.week().monday(), |column| column.0);
    let (price, origin) = week.price(line, first)?;
    let class = match product.quality_class.as_str() {
        "" => String::new(),
        class => format!("cat. {class}"),
    };
    let details = [papers::variety(product).to_string(), class, product.size_grade.clone()];
    let details: Vec<String> = details.into_iter().filter(|text| !text.is_empty()).collect();
    let mut fields = Vec::with_capacity(open.len());
    for (&(day, site), column) in open.iter().zip(columns) {
        let cell = (line.id, day, site);
        let left = week.left(line.id, day);
        let own = week.price(line, day)?.0;
        // Said where it may well be too little.
        let is_scarce = left.get() < 10 * line.pack.size.get().max(1_000);
        fields.push(Field {
            number: column.number,
            column: column.name.clone(),
            name: format!("quantity-{}@{}", line.id, column.code),
            value: making.typed.text.get(&cell).cloned().unwrap_or_default(),
            hint: format!("{}, {}", product.name, column.name),
            error: making.typed.errors.get(&cell).cloned().unwrap_or_default(),
            left: left.get(),
            left_said: match is_scarce && left.get() > 0 {
                true => format!("reste {}", fr::qty(left, product.unit)),
                false => String::new(),
            },
            is_open: left.get() > 0,
            shut_said: if week.is_wanted(line.id, day) { "épuisé" } else { "pas ce jour" },
            price: (own != price).then_some(own.get()),
        });
    }
    Ok(Row {
        product: product.name.clone(),
        labels: fr::labels(line.labels),
        detail: details.join(" · "),
        origin: week.list().origin(line.policy),
        season: if product.season.has(first) { "de saison" } else { "" },
        egalim: egalim(week.egalim(line.labels, first)),
        pack: papers::pack(line.pack, product.unit),
        pack_size: if line.pack.weighed { 0 } else { line.pack.size.get() },
        unit: fr::unit(product.unit, false),
        unit_said: papers::unit_by(line.pack, product.unit),
        price: price.get(),
        price_said: fr::price_per(price, product.unit),
        why: why(origin),
        parts: parts(&week.explain(line, price), origin, making.ceilings),
        fields,
        is_known: making.known.contains(&line.id),
        has_label: !line.labels.is_empty(),
        is_contract: matches!(origin, PriceOrigin::Contract(_)),
    })
}

const CATEGORIES: [&str; 3] = ["Bio", "Qualité et origine", "EGalim"];

/// As what a canteen may count it (L.230-5-1 of the Code rural).
fn egalim(category: EgalimCategory) -> &'static str {
    match category {
        EgalimCategory::Organic => CATEGORIES[0],
        EgalimCategory::Siqo => CATEGORIES[1],
        EgalimCategory::OtherEgalim => CATEGORIES[2],
        EgalimCategory::None => "",
    }
}

/// Where the price goes, one part a line.
fn parts(
    parts: &PriceParts,
    origin: PriceOrigin,
    ceilings: &BTreeMap<ContractId, Cents>,
) -> Vec<String> {
    let mut said = vec![format!("ferme : {}", fr::price(parts.farm))];
    said.push(match parts.hub.get() < 0 {
        true => format!("plateforme et transport : {}, à sa charge", fr::price(parts.hub)),
        false => format!("plateforme et transport : {}", fr::price(parts.hub)),
    });
    said.push(format!("TVA : {}, soit {} TTC", fr::price(parts.vat), fr::price(parts.with_vat)));
    if let Some(quote) = parts.quote {
        said.push(format!("cours de gros, à côté : {}", fr::price(quote)));
    }
    match origin {
        PriceOrigin::Mercuriale => {}
        PriceOrigin::BuyerRule => said.push("tarif convenu pour vos établissements".into()),
        PriceOrigin::Contract(contract) => {
            let left = ceilings.get(&contract).map(|left| fr::euros(*left));
            let left = left.map_or(String::new(), |left| format!(", il en reste {left} HT"));
            said.push(format!("marché {contract}{left}"));
        }
    }
    said
}

/// The buyer's contracts of the week, with what is left of their ceilings.
fn contracts(week: BuyerWeek<'_>, ceilings: &BTreeMap<ContractId, Cents>) -> Vec<String> {
    let monday = week.week().monday();
    let holds = |one: &&trade::contract::Contract| {
        one.valid_from <= monday.plus_days(6) && monday <= one.valid_to
    };
    let said = |one: &trade::contract::Contract| {
        let left = ceilings.get(&one.id).zip(one.ceiling);
        let left = left.map(|(left, whole)| {
            format!("il reste {} sur {} HT", fr::euros(*left), fr::euros(whole))
        });
        let left = left.unwrap_or_else(|| "sans plafond".into());
        format!("{} ({}) : {left}", one.name, one.reference)
    };
    week.contracts().filter(holds).map(said).collect()
}
