//! The buyer's own list, as it lies in their spreadsheet: read, matched to the price list, and put
//! on the order sheet. What is not understood is listed with candidates; a choice is remembered.

use std::collections::BTreeSet;

use trade::calendar::Day;
use trade::catalog::Labels;
use trade::id::{ProductId, SiteId};
use trade::mercuriale::Publication;
use trade::unit::Qty;
use wire::list::matching::{Listed, Matched, Matcher, remembered_as};
use wire::list::{Choice, Counted, ListFile, ListPreview, ReadRow};

use super::last::known_lines;
use super::pages::site_name;
use super::sheet::{self, Making, SheetPage, Typed, columns_of};
use crate::access::buyer::BuyerWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::frame::{Frame, Notice};
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, BuyerVisit, Upload, html};

/// A row that no line of the price list was sure to mean.
pub struct Unmatched {
    pub number: usize,
    pub line: u64,
    pub text: String,
    pub quantity: String,
    /// The best first: key and name.
    pub candidates: Vec<(String, String)>,
}

/// The part of the page about the list.
pub struct OwnList {
    pub action: String,
    pub unmatched: Vec<Unmatched>,
    /// All goods of the price list, for what has no candidate.
    pub others: Vec<(String, String)>,
    /// The list again, to be read with what is chosen.
    pub text: String,
    pub delivery: String,
    /// How the file was read; doubtful guesses first.
    pub guesses: Vec<Reading>,
    /// What was chosen before, as codes.
    pub choices: Vec<String>,
    /// The file itself, in hexadecimal, with its name; empty when it is too long to carry.
    pub carried: String,
    pub name: String,
}

/// A guess with its other readings: what is said, and the code that chooses it.
pub struct Reading {
    pub sentence: String,
    pub is_doubtful: bool,
    pub others: Vec<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "my_list.html")]
struct ListPage {
    frame: Frame,
    action: String,
    deliveries: Vec<(String, String)>,
}

/// `GET …/my-orders/list`
pub async fn form(visit: BuyerVisit) -> Answer {
    let page = visit.see(|week| {
        let mut frame = visit.frame(week, "my-orders", "Déposer ma liste");
        frame.subtitle =
            "Un tableau Excel, un CSV, ou des lignes collées : produit, quantité.".into();
        let mut deliveries = Vec::new();
        for (day, site) in columns_of(week) {
            let name = format!("{} · {}", fr::day(day), site_name(week, site)?);
            deliveries.push((sheet::column_code(day, site), name));
        }
        if deliveries.is_empty() {
            frame = frame.tell(Notice::known("Aucun jour ne prend de commande cette semaine."));
        }
        Ok(ListPage { frame, action: visit.href("my-orders/list"), deliveries })
    });
    html(&page.await?)
}

/// `POST …/my-orders/list`: the order sheet with what was understood. Nothing is ordered yet.
pub async fn read(visit: BuyerVisit, upload: Upload) -> Answer {
    let chosen = visit.see(|week| chosen(week, &upload)).await?;
    visit.scope.remember(visit.app(), visit.week, &chosen).await?;
    let known = visit.scope.words(visit.app(), visit.week).await?;
    let file = ListFile { name: &upload.name, bytes: &upload.bytes, today: clock::today() };
    let codes = upload.fields.iter().filter(|(name, _)| name == "choice");
    let codes: Vec<String> = codes.map(|(_, code)| code.clone()).collect();
    let choices: Vec<Choice> = codes.iter().filter_map(|code| Choice::parse(code)).collect();
    let preview = file.with(&choices).map_err(|fault| Failure::Told(vec![fault.to_string()]))?;
    let ceilings = visit.scope.ceilings(visit.app(), visit.week).await?;
    let last = super::last::last_order(&visit).await?;
    let delivery = upload.text("delivery").to_string();
    let page = visit.see(|week| {
        let list = week.publication().ok_or(trade::Denial::NotPublished)?;
        let goods = listed(week, list)?;
        let mut found = Found { typed: Typed::default(), unmatched: Vec::new(), said: Vec::new() };
        let matcher = Matcher::new(&goods, &known);
        let columns = columns_of(week);
        let usual = columns.iter().find(|one| sheet::column_code(one.0, one.1) == delivery);
        for row in &preview.rows {
            let at = place_of(week, row, &columns, usual.copied());
            found.take(week, list, row, matcher.find(&row.product, &row.code), at, &goods)?;
        }
        let frame = told(&visit, week, &found);
        let known = known_lines(list, &last.lines);
        let taken = BTreeSet::new();
        let making =
            Making { typed: &found.typed, ceilings: &ceilings, known: &known, taken: &taken };
        let mut page: SheetPage = sheet::sheet(week, frame, &making)?;
        page.own_list = Some(OwnList {
            action: visit.href("my-orders/list"),
            unmatched: found.unmatched,
            others: goods.iter().map(|one| (one.key.clone(), one.name.clone())).collect(),
            text: again(&preview),
            delivery: delivery.clone(),
            guesses: readings(&preview),
            choices: codes,
            carried: upload.carried(),
            name: upload.name.clone(),
        });
        Ok(page)
    });
    html(&page.await?)
}

/// How the list was read, what is doubtful first: one click reads it otherwise.
fn readings(preview: &ListPreview) -> Vec<Reading> {
    let reading = |guess: &wire::list::Guess| Reading {
        sentence: guess.sentence.clone(),
        is_doubtful: guess.is_doubtful,
        others: guess
            .alternatives
            .iter()
            .map(|other| (other.label.clone(), other.choice.code()))
            .collect(),
    };
    let mut readings: Vec<Reading> = preview.guesses.iter().map(reading).collect();
    readings.sort_by_key(|reading| !reading.is_doubtful);
    readings
}

/// What a person chose for rows that were not sure: the words, and the goods that they mean.
fn chosen(week: BuyerWeek<'_>, upload: &Upload) -> Result<Vec<(String, String)>, Failure> {
    let words = upload.fields.iter().filter_map(|(name, value)| {
        let number = name.strip_prefix("means-")?;
        let word = upload.text(&format!("word-{number}"));
        (!value.is_empty() && !word.is_empty()).then(|| (remembered_as(word), value.clone()))
    });
    let words: Vec<(String, String)> = words.collect();
    for (_, goods) in &words {
        // What is no product is not kept: a later list would be read by it.
        let (product, _) = goods_of(goods)?;
        week.list().product(product).map_err(|_| no_goods(goods))?;
    }
    Ok(words)
}

fn no_goods(key: &str) -> Failure {
    Failure::Input(format!("« {key} » n'est pas un produit. Rechargez la page."))
}

/// Goods as the price list has them, each once: several farms sell the same under one name here.
fn listed(week: BuyerWeek<'_>, list: &Publication) -> Result<Vec<Listed>, Failure> {
    let mut goods: Vec<Listed> = Vec::new();
    for line in &list.lines {
        let key = format!("{}|{}", line.product, line.labels.code());
        if goods.iter().any(|one| one.key == key) {
            continue;
        }
        let product = week.list().product(line.product)?;
        let labels = fr::labels(line.labels);
        let with = |name: &str| format!("{name} {labels}").trim_end().to_string();
        let mut others = vec![with(&papers::designation(product))];
        if labels.is_empty() {
            others.push(product.id.to_string());
        }
        goods.push(Listed { key, name: with(&product.name), others });
    }
    Ok(goods)
}

/// For which delivery a row is: its own day and site, else the one chosen for the list.
fn place_of(
    week: BuyerWeek<'_>,
    row: &ReadRow,
    columns: &[(Day, SiteId)],
    usual: Option<(Day, SiteId)>,
) -> Option<(Day, SiteId)> {
    let word = remembered_as(&row.site);
    let is_site = |site: SiteId| {
        let name = site_name(week, site).unwrap_or_default();
        word == remembered_as(name) || word == remembered_as(site.as_str())
    };
    let own = columns.iter().find(|(day, site)| {
        let fits_day = match row.day {
            Some(own) => own == *day,
            None => usual.is_none_or(|usual| usual.0 == *day),
        };
        let fits_site = match row.site.is_empty() {
            false => is_site(*site),
            true => usual.is_none_or(|usual| usual.1 == *site),
        };
        fits_day && fits_site
    });
    own.copied()
}

/// What a list came to.
struct Found {
    typed: Typed,
    unmatched: Vec<Unmatched>,
    said: Vec<String>,
}

impl Found {
    fn take(
        &mut self,
        week: BuyerWeek<'_>,
        list: &Publication,
        row: &ReadRow,
        matched: Matched,
        at: Option<(Day, SiteId)>,
        goods: &[Listed],
    ) -> Result<(), Failure> {
        let line = row.line;
        let problems = row.problems.iter().filter(|problem| problem.is_blocking);
        for problem in problems {
            let said = format!("Ligne {line}, {} : {}", problem.column, problem.reason);
            self.said.push(said);
        }
        let Some(quantity) = row.quantity.filter(|quantity| !quantity.is_zero()) else {
            return Ok(());
        };
        let key = match matched {
            Matched::Sure(key) => key,
            Matched::Likely(candidates) => {
                let keys = candidates.into_iter().map(|one| one.key).collect();
                self.unmatched.push(unmatched(self.unmatched.len(), row, quantity, keys, goods));
                return Ok(());
            }
            Matched::Unknown => {
                let none = Vec::new();
                self.unmatched.push(unmatched(self.unmatched.len(), row, quantity, none, goods));
                return Ok(());
            }
        };
        let Some((day, site)) = at else {
            let said =
                format!("Ligne {line}, {} : ce jour ou ce site ne se commande pas.", row.product);
            self.said.push(said);
            return Ok(());
        };
        let (product, labels) = goods_of(&key)?;
        let Some(line) = list.find(product, labels, None) else { return Ok(()) };
        let quantity = match row.unit {
            Some(Counted::Packs) => packs(quantity, line.pack.size),
            _ => quantity,
        };
        let unit = week.list().product(product)?.unit;
        if let Some(Counted::In(own)) = row.unit
            && own != unit
        {
            let unit = fr::unit(unit, false);
            self.said.push(format!("Ligne {}, {} : se commande en {unit}.", row.line, row.product));
            return Ok(());
        }
        self.typed.add((line.id, day, site), quantity);
        Ok(())
    }
}

/// So many packs, in thousandths of the sale unit.
fn packs(count: Qty, size: Qty) -> Qty {
    let exact = i128::from(count.get()) * i128::from(size.get()) / 1_000;
    Qty::new(i64::try_from(exact).unwrap_or(i64::MAX))
}

fn goods_of(key: &str) -> Result<(ProductId, Labels), Failure> {
    let (product, labels) = key.split_once('|').ok_or_else(|| no_goods(key))?;
    let product = ProductId::parse(product).map_err(|_| no_goods(key))?;
    Ok((product, Labels::parse(labels).map_err(|_| no_goods(key))?))
}

fn unmatched(
    number: usize,
    row: &ReadRow,
    quantity: Qty,
    keys: Vec<String>,
    goods: &[Listed],
) -> Unmatched {
    let name = |key: String| {
        let known = goods.iter().find(|one| one.key == key)?;
        Some((key, known.name.clone()))
    };
    Unmatched {
        number,
        line: row.line,
        text: row.product.clone(),
        quantity: fr::number(quantity),
        candidates: keys.into_iter().filter_map(name).collect(),
    }
}

/// The rows as a table of our own, so that they can be read again with what is chosen.
fn again(preview: &ListPreview) -> String {
    let mut text = String::from("Produit\tCode\tQuantité\tUnité\tJour\tSite\n");
    for row in &preview.rows {
        let Some(quantity) = row.quantity else { continue };
        let unit = match row.unit {
            Some(Counted::Packs) => "colis",
            Some(Counted::In(unit)) => fr::unit(unit, true),
            None => "",
        };
        let number = fr::number(quantity).replace(['\u{a0}', '\u{202f}'], "");
        let day = row.day.map(fr::numbers_day).unwrap_or_default();
        let cells = [&row.product, &row.code, &number, unit, &day, &row.site];
        let plain = cells.map(|cell: &str| cell.replace(['\t', '\n', '\r'], " "));
        text.push_str(&plain.join("\t"));
        text.push('\n');
    }
    text
}

fn told(visit: &BuyerVisit, week: BuyerWeek<'_>, found: &Found) -> Frame {
    let mut frame = visit.frame(week, "my-orders", "Ma liste");
    let filled = found.typed.text.len() as i64;
    let said = fr::count(filled, "quantité est reconnue", "quantités sont reconnues");
    let said = format!("{said} : vérifiez, puis commandez. Rien n'est encore commandé.");
    frame = frame.tell(Notice::known(said));
    if !found.said.is_empty() {
        let title = "Ces lignes ne sont pas reprises :";
        frame = frame.tell(Notice::changed(title).items(found.said.clone()));
    }
    frame
}
