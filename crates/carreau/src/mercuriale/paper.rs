//! The price list on paper.

use paper::{Deadline, Family, Mark, PriceLine, PriceList};
use trade::Week;
use trade::calendar::Instant;
use trade::mercuriale::{
    Change, LinePolicy, MercurialeLine, SaleDay, difference, draft, is_to_confirm,
};
use trade::register::Register;

use crate::clock;
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};

/// Where the goods of a line come from: the country is what the law wants (R 543/2011), the farm
/// what buyers want.
pub fn origin(register: &Register, policy: LinePolicy) -> String {
    match policy {
        LinePolicy::Pooled => "France".into(),
        LinePolicy::Named(producer) => match register.producer(producer) {
            Ok(farm) => format!("France, {} ({})", farm.identity.name, farm.identity.commune),
            Err(_) => "France".into(),
        },
    }
}

/// The published list, marked against last week's lines.
pub fn price_list(week: &Week, before: &[MercurialeLine]) -> Result<PriceList, Failure> {
    let publication = week.publication().ok_or(trade::Denial::NotPublished)?;
    set(week, before, &publication.lines, &publication.days, publication.stamp.at)
}

/// The list as it would be published `at` this moment, for the coordinator's own eyes.
pub fn draft_list(
    week: &Week,
    before: &[MercurialeLine],
    at: Instant,
) -> Result<PriceList, Failure> {
    let lines = draft(week)?;
    let cutoffs = clock::sale_days(week.register(), week.week());
    let mut list = set(week, before, &lines, &cutoffs, at)?;
    let waiting = lines.iter().filter(|line| is_to_confirm(week, line)).count();
    list.title = "Brouillon".into();
    list.notice = Some(match waiting {
        0 => "Brouillon : les prix peuvent encore changer.".into(),
        many => format!(
            "Brouillon : les prix peuvent encore changer, et {} à confirmer par les fermes.",
            fr::count(many as i64, "ligne est", "lignes sont")
        ),
    });
    Ok(list)
}

fn set(
    week: &Week,
    before: &[MercurialeLine],
    lines: &[MercurialeLine],
    days: &[SaleDay],
    at: Instant,
) -> Result<PriceList, Failure> {
    let register = week.register();
    let (changes, _) = difference(before, lines);
    let mut families: Vec<Family> = Vec::new();
    for (line, change) in lines.iter().zip(changes) {
        let product = register.product(line.product)?;
        let name = fr::family(product.family);
        let row = price_line(register, line, change, before.is_empty())?;
        match families.last_mut() {
            Some(family) if family.name == name => family.lines.push(row),
            _ => families.push(Family { name, lines: vec![row] }),
        }
    }
    let hub = &register.hub;
    let deadlines = days.iter().map(|sale| {
        let (day, minute) = clock::civil(sale.cutoff_at);
        Deadline {
            delivery: fr::day(sale.day),
            cutoff: format!("{} à {}", fr::day(day), fr::time(minute)),
        }
    });
    let title = format!("Mercuriale {}", week.week());
    Ok(PriceList {
        imprint: papers::imprint(
            hub,
            &title,
            &format!("mercuriale/{}/{}", hub.id, week.week()),
            at,
        ),
        hub: papers::party(&hub.identity),
        title: "Mercuriale".into(),
        week: fr::week(week.week()),
        deadlines: deadlines.collect(),
        notice: None,
        families,
        notes: vec![
            "Prix hors taxes, rendus sur votre site.".into(),
            format!("Commande minimum : {} HT par livraison.", fr::euros(hub.minimum_order)),
        ],
    })
}

fn price_line(
    register: &Register,
    line: &MercurialeLine,
    change: Change,
    is_first: bool,
) -> Result<PriceLine, Failure> {
    let product = register.product(line.product)?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    Ok(PriceLine {
        product: product.name.clone(),
        variety: some(papers::variety(product)),
        quality_class: some(&product.quality_class).map(|class| format!("Cat. {class}")),
        size_grade: some(&product.size_grade),
        origin: origin(register, line.policy),
        label: some(&fr::labels(line.labels)),
        pack: papers::pack(line.pack, product.unit),
        unit: fr::unit(product.unit, false).into(),
        price: fr::price(line.sale),
        mark: match change {
            _ if is_first => Mark::Same,
            Change::New => Mark::New,
            Change::Up { .. } => Mark::Up,
            Change::Down { .. } => Mark::Down,
            Change::Same => Mark::Same,
        },
    })
}
