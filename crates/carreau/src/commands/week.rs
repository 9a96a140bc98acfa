//! One week from the command line.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use trade::Week;
use trade::calendar::Day;
use trade::id::{
    DocumentId, LineId, OfferId, OrderId, OrderLineId, OutcomeId, PayoutId, PurchaseLineId,
    ReceiptId, SortingId,
};
use trade::offers::Stamp;
use trade::trace::{Record, trace};

use super::{House, house};
use crate::access::scope::HubScope;
use crate::app::App;
use crate::clock;
use crate::orders::acts::Intake;
use crate::play::{self, Until};
use crate::report;
use crate::store::act::Place;
use crate::ui::fr;
use crate::{mercuriale, orders, sourcing};

#[derive(Args)]
pub struct WeekArgs {
    #[command(subcommand)]
    act: WeekAct,
}

#[derive(Args)]
pub struct Which {
    /// La semaine, par exemple 2026-W48 ; sans elle, la semaine en cours
    week: Option<String>,
    /// Réponse en JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct WhichDay {
    #[command(flatten)]
    which: Which,
    /// Un seul jour, par exemple 2026-11-24 ; sans lui, tous
    #[arg(long)]
    day: Option<String>,
}

#[derive(Subcommand)]
enum WeekAct {
    /// Où en est la semaine
    Show(Which),
    /// Fige et publie la mercuriale
    Publish(Which),
    /// Clôt les commandes
    Close(WhichDay),
    /// Répartit ce qui est vendu et commande aux fermes
    Plan(WhichDay),
    /// Vérifie les deux bilans, marchandise et argent
    Check(Which),
    /// Suit un enregistrement : offer:3, line:5, order:12.1, purchase:4, receipt:7, sorting:9,
    /// outcome:1, document:2, payout:1, ou un numéro de lot ou de pièce
    Trace {
        record: String,
        #[command(flatten)]
        which: Which,
    },
    /// Joue la semaine entière d'après ce qui est connu d'elle
    Run(Which),
}

pub async fn week(house: &House, args: WeekArgs) -> anyhow::Result<ExitCode> {
    let app = house.open(false).await?;
    let hub = house.hub(app.everything()).await?;
    let place = |which: &Which| -> anyhow::Result<Place> {
        Ok(HubScope::of_program(hub).at(house::iso_week(which.week.as_deref())?))
    };
    let code = match args.act {
        WeekAct::Show(which) => show(&app, place(&which)?, which.json).await?,
        WeekAct::Publish(which) => publish(&app, place(&which)?, which.json).await?,
        WeekAct::Close(days) => close(&app, place(&days.which)?, &days).await?,
        WeekAct::Plan(days) => plan(&app, place(&days.which)?, &days).await?,
        WeekAct::Check(which) => check(&app, place(&which)?, which.json).await?,
        WeekAct::Trace { record, which } => {
            follow(&app, place(&which)?, &record, which.json).await?
        }
        WeekAct::Run(which) => run(&app, place(&which)?, which.json).await?,
    };
    app.everything().close().await;
    Ok(code)
}

fn by_command() -> Stamp {
    Stamp { at: clock::now(), by: "ligne de commande".into() }
}

async fn show(app: &App, place: Place, json: bool) -> anyhow::Result<ExitCode> {
    let text = app.read(place, |week, _| shown(week, json)).await?;
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}

fn shown(week: &Week, json: bool) -> String {
    let check = week.check();
    let offers = week.current_offers().filter(|offer| !offer.quantity.is_zero()).count();
    let lines = week.publication().map_or(0, |publication| publication.lines.len());
    if json {
        let mut object = report::check_json(week, &check);
        object["counts"] = json!({
            "offers": offers, "mercuriale_lines": lines, "orders": week.orders().len(),
            "closed_days": week.closings().len(), "plans": week.plans().len(),
            "purchase_lines": week.purchase_lines().len(),
            "receipts": week.valid_receipts().count(),
            "sortings": week.sortings().len(), "rounds": week.rounds().len(),
            "delivery_notes": week.notes().len(), "documents": week.documents().len(),
            "payouts": week.payouts().len(),
        });
        return object.to_string();
    }
    let mut text = format!("{}\n", fr::week(week.week()));
    let steps = [
        ("Offres", offers),
        ("Mercuriale, lignes", lines),
        ("Commandes", week.orders().len()),
        ("Jours clos", week.closings().len()),
        ("Achats, lignes", week.purchase_lines().len()),
        ("Réceptions", week.valid_receipts().count()),
        ("Tournées", week.rounds().len()),
        ("Bons de livraison", week.notes().len()),
        ("Pièces comptables", week.documents().len()),
        ("Paiements", week.payouts().len()),
    ];
    for (name, count) in steps {
        text.push_str(&format!("  {name:20} {count:>6}\n"));
    }
    for item in &check.open {
        text.push_str(&format!("  · {}\n", report::open_sentence(item)));
    }
    for breach in &check.breaches {
        text.push_str(&format!("  ÉCART : {}\n", report::breach_sentence(breach)));
    }
    text.trim_end().to_string()
}

async fn publish(app: &App, place: Place, json: bool) -> anyhow::Result<ExitCode> {
    let publication = mercuriale::acts::publish_week(app, place, &by_command()).await?;
    let intake = play::take_waiting(app, place).await?;
    let lines = publication.lines.len();
    let week = place.week.to_string();
    if json {
        println!("{}", json!({ "week": week, "lines": lines, "intake": intake_json(&intake) }));
    } else {
        let lines = fr::count(lines as i64, "ligne", "lignes");
        println!("Mercuriale de la {} publiée : {lines}.", fr::week(place.week));
        print_intake(&intake);
    }
    Ok(ExitCode::SUCCESS)
}

/// What became of the orders that waited: of the data pack and standing ones.
pub fn intake_json(intake: &Intake) -> serde_json::Value {
    json!({
        "taken": intake.taken, "cut": intake.cut, "refused": intake.refused,
        "notes": intake.notes,
    })
}

fn print_intake(intake: &Intake) {
    let Intake { taken, cut, refused, notes } = intake;
    if taken + cut + refused > 0 {
        println!(
            "Commandes en attente : {}, {}, {}.",
            fr::count(*taken, "prise", "prises"),
            fr::count(*cut, "réduite", "réduites"),
            fr::count(*refused, "refusée", "refusées")
        );
    }
    for note in notes {
        println!("  · {note}");
    }
}

/// The days that are meant: the one named, or all that are on sale.
async fn days(app: &App, place: Place, args: &WhichDay) -> anyhow::Result<Vec<Day>> {
    if let Some(text) = &args.day {
        let day = fr::parse_day(text).map_err(|said| anyhow::anyhow!(said))?;
        return Ok(vec![day]);
    }
    let on_sale = app.on_sale(place).await?;
    Ok(on_sale.publication.days.iter().map(|sale| sale.day).collect())
}

async fn close(app: &App, place: Place, args: &WhichDay) -> anyhow::Result<ExitCode> {
    // Orders of an imported pack that nobody has keyed in yet would be lost by closing.
    let intake = play::take_waiting(app, place).await?;
    if !args.which.json {
        print_intake(&intake);
    }
    for day in days(app, place, args).await? {
        let is_new = orders::acts::close(app, place, day, &by_command()).await?;
        match args.which.json {
            true => println!("{}", json!({ "day": day.to_string(), "closed_now": is_new })),
            false if is_new => println!("Commandes du {} closes.", fr::day(day)),
            false => println!("Commandes du {} : déjà closes.", fr::day(day)),
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn plan(app: &App, place: Place, args: &WhichDay) -> anyhow::Result<ExitCode> {
    for day in days(app, place, args).await? {
        let accepted = sourcing::acts::accept(app, place, day, None, &by_command(), "").await?;
        match args.which.json {
            true => println!(
                "{}",
                json!({
                    "day": day.to_string(), "plan": accepted.id.0,
                    "purchase_lines": accepted.purchases.len(),
                    "allocations": accepted.allocations.len(),
                    "shortfalls": accepted.shortfalls.len(),
                })
            ),
            false => println!(
                "{} : {}, {}.",
                fr::day(day),
                fr::count(accepted.purchases.len() as i64, "ligne d'achat", "lignes d'achat"),
                fr::count(accepted.shortfalls.len() as i64, "manque", "manques")
            ),
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn check(app: &App, place: Place, json: bool) -> anyhow::Result<ExitCode> {
    let (text, balanced) = app
        .read(place, |week, _| {
            let check = week.check();
            let text = match json {
                true => report::check_json(week, &check).to_string(),
                false => checked(week, &check),
            };
            (text, check.is_balanced())
        })
        .await?;
    println!("{text}");
    Ok(if balanced { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn checked(week: &Week, check: &trade::check::Check) -> String {
    let goods = &check.goods;
    let money = &check.money;
    let quantities = [
        ("Vendu", goods.ordered),
        ("Acheté", goods.purchased),
        ("Reçu", goods.received),
        ("Refusé au quai", goods.rejected),
        ("Alloti", goods.sorted),
        ("Livré", goods.delivered),
        ("Refusé par les clients", goods.refused),
        ("Manquant", goods.missing),
        ("Donné", goods.donated),
        ("Rendu", goods.returned),
        ("Perdu", goods.wasted),
        ("Reste au quai", goods.on_dock),
    ];
    let amounts = [
        ("Factures", money.invoices),
        ("Avoirs", money.credited),
        ("Dû aux fermes", money.farm_bills),
        ("Marge", money.margin),
        ("Dons, au coût", money.donated),
        ("Démarque, au coût", money.shrinkage),
        ("Arrondis", money.rounding),
        ("Payé aux fermes", money.paid),
    ];
    let mut text = format!("{}\nMarchandise (unités de vente)\n", fr::week(week.week()));
    for (name, quantity) in quantities {
        text.push_str(&format!("  {name:24} {:>14}\n", fr::number(quantity)));
    }
    text.push_str("Argent (HT)\n");
    for (name, cents) in amounts {
        text.push_str(&format!("  {name:24} {:>14}\n", fr::euros(cents)));
    }
    for item in &check.open {
        text.push_str(&format!("  · {}\n", report::open_sentence(item)));
    }
    match check.breaches.as_slice() {
        [] => text.push_str("Équilibrée au gramme et au centime."),
        breaches => {
            for breach in breaches {
                text.push_str(&format!("  ÉCART : {}\n", report::breach_sentence(breach)));
            }
            text.push_str("NON équilibrée.");
        }
    }
    text
}

async fn run(app: &App, place: Place, json: bool) -> anyhow::Result<ExitCode> {
    let intake = play::play(app, place, Until::Billed).await?;
    if !json {
        print_intake(&intake);
        return check(app, place, false).await;
    }
    let (mut object, balanced) = app
        .read(place, |week, _| {
            let check = week.check();
            (report::check_json(week, &check), check.is_balanced())
        })
        .await?;
    object["intake"] = intake_json(&intake);
    println!("{object}");
    Ok(if balanced { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn follow(app: &App, place: Place, said: &str, json: bool) -> anyhow::Result<ExitCode> {
    let text = app
        .read(place, |week, _| {
            let record = record(week, said)?;
            let found = trace(week, record);
            let names = |records: &[Record]| -> Vec<String> {
                records.iter().map(|&record| named(week, record)).collect()
            };
            let (origins, outcomes) = (names(&found.origins), names(&found.outcomes));
            Some(match json {
                true => json!({
                    "record": named(week, record), "origins": origins, "outcomes": outcomes,
                })
                .to_string(),
                false => format!(
                    "D'où cela vient\n  {}\n{}\nCe que c'est devenu\n  {}",
                    origins.join("\n  "),
                    named(week, record),
                    outcomes.join("\n  ")
                ),
            })
        })
        .await?;
    match text {
        Some(text) => {
            println!("{text}");
            Ok(ExitCode::SUCCESS)
        }
        None => anyhow::bail!(
            "« {said} » est inconnu dans la {}. Écrivez par exemple order:12.1, un numéro de lot ou \
             de facture.",
            fr::week(place.week)
        ),
    }
}

/// What records are called: the word of a command, and those of a page.
const KINDS: [(&str, &[&str]); 9] = [
    ("offer", &["offre"]),
    ("line", &["ligne"]),
    ("order", &["commande"]),
    ("purchase", &["achat"]),
    ("receipt", &["réception", "reception"]),
    ("sorting", &["part", "allotissement"]),
    ("outcome", &["suite"]),
    ("document", &["pièce", "piece"]),
    ("payout", &["paiement"]),
];

/// The word of a command for what is said in either language.
fn kind_of(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let mut kinds = KINDS.iter();
    let found = kinds.find(|(code, names)| *code == word || names.iter().any(|one| *one == word));
    found.map(|(code, _)| *code)
}

/// Reads a record's name: `commande 12`, `kind:number`, a batch or a document's number.
pub fn record(week: &Week, said: &str) -> Option<Record> {
    let said = said.trim();
    let said = ["lot ", "Lot ", "facture ", "Facture "]
        .into_iter()
        .find_map(|word| said.strip_prefix(word))
        .map_or(said, str::trim);
    if let Some(receipt) = week.valid_receipts().find(|receipt| receipt.batch == said) {
        return Some(Record::Receipt(receipt.id));
    }
    if let Some(document) = week.documents().iter().find(|one| one.reference() == said) {
        return Some(Record::Document(document.id));
    }
    let (kind, number) = said.split_once([':', ' '])?;
    let (kind, number) = (kind_of(kind)?, number.trim());
    if kind == "order" {
        let (order, rank) = number.split_once('.').unwrap_or((number, "1"));
        let id = OrderLineId { order: OrderId(order.parse().ok()?), rank: rank.parse().ok()? };
        return week.order_line(id).ok().map(|_| Record::OrderLine(id));
    }
    let number: i64 = number.parse().ok()?;
    let exists = |count: usize| number >= 1 && number <= count as i64;
    let lines = week.publication().map_or(0, |publication| publication.lines.len());
    let (record, known) = match kind {
        "offer" => (Record::Offer(OfferId(number)), exists(week.offers().len())),
        "line" => (Record::Line(LineId(number)), exists(lines)),
        "purchase" => {
            (Record::Purchase(PurchaseLineId(number)), exists(week.purchase_lines().len()))
        }
        "receipt" => (Record::Receipt(ReceiptId(number)), exists(week.receipts().len())),
        "sorting" => (Record::Sorting(SortingId(number)), exists(week.sortings().len())),
        "outcome" => (Record::Outcome(OutcomeId(number)), exists(week.outcomes().len())),
        "document" => (Record::Document(DocumentId(number)), exists(week.documents().len())),
        "payout" => (Record::Payout(PayoutId(number)), exists(week.payouts().len())),
        _ => return None,
    };
    known.then_some(record)
}

/// A record in one line that a person understands.
pub fn named(week: &Week, record: Record) -> String {
    named_or(week, record).unwrap_or_else(|| format!("{record:?}"))
}

fn named_or(week: &Week, record: Record) -> Option<String> {
    let register = week.register();
    let farm = |id| register.producer(id).map(|farm| farm.identity.name.clone()).ok();
    let product = |id| register.product(id).ok();
    Some(match record {
        Record::Offer(id) => {
            let offer = week.offer(id).ok()?;
            let goods = product(offer.product)?;
            let quantity = fr::qty(offer.quantity, goods.unit);
            format!("offre {id} : {}, {quantity} {}", farm(offer.producer)?, goods.name)
        }
        Record::Line(id) => {
            let line = week.publication()?.line(id).ok()?;
            format!("ligne {id} de la mercuriale : {}", product(line.product)?.name)
        }
        Record::OrderLine(id) => {
            let (order, line) = week.order_line(id).ok()?;
            let buyer = &register.buyer(order.buyer).ok()?.identity.name;
            let quantity = fr::qty(week.ordered(id), line.unit);
            format!("commande {id} : {buyer}, {quantity} {}", line.name)
        }
        Record::Purchase(id) => {
            let line = week.purchase_line(id).ok()?;
            let goods = product(line.product)?;
            let quantity = fr::qty(line.quantity, goods.unit);
            format!("achat {id} : {}, {quantity} {}", farm(line.producer)?, goods.name)
        }
        Record::Receipt(id) => {
            let receipt = week.receipt(id).ok()?;
            let unit = product(week.purchase_line(receipt.line).ok()?.product)?.unit;
            format!("réception {id} : lot {}, {}", receipt.batch, fr::qty(receipt.received, unit))
        }
        Record::Sorting(id) => {
            let sorting = week.sorting(id).ok()?;
            let (order, line) = week.order_line(sorting.order_line).ok()?;
            let site = &register.site(order.site).ok()?.name;
            format!("part {id} : {} pour {site}", fr::qty(sorting.quantity, line.unit))
        }
        Record::Outcome(id) => {
            let outcome = week.outcomes().iter().find(|outcome| outcome.id == id)?;
            let quantity = fr::number(outcome.quantity);
            format!("suite {id} : {quantity}, {}", outcome.reason)
        }
        Record::Document(id) => {
            let document = week.document(id).ok()?;
            format!("pièce {} : {} TTC", document.reference(), fr::euros(document.with_vat()))
        }
        Record::Payout(id) => {
            let payout = week.payouts().iter().find(|payout| payout.id == id)?;
            let paid = fr::euros(payout.amount_with_vat);
            format!("paiement {id} : {paid} le {}", fr::day(payout.paid_on))
        }
    })
}
