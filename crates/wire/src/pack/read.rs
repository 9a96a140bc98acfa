//! A folder's files to a pack: all faults at once, or the whole pack.

use super::checks::{self, Ahead, Calendar, Checks, Known, Unread};
use super::columns::{self, TABLES, Table};
use super::fault::{Fault, nearest};
use super::register::{self as reg, At, rows};
use super::sheet::Sheet;
use super::{Pack, sourcing, week};

/// A pack, and where its offers stand: the rules judge them later, and then name the line.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub pack: Pack,
    /// The line of each offer in its file.
    pub offer_lines: Vec<u64>,
}

/// Reads the files of a folder, by name and bytes. Nothing is returned while one fault is left.
pub fn read(files: &[(String, Vec<u8>)]) -> Result<Parsed, Vec<Fault>> {
    let mut faults = unknown_files(files);
    let sheets: Vec<Sheet> = TABLES.iter().map(|table| sheet(table, files, &mut faults)).collect();
    let parsed = parse(&sheets, &mut faults);
    if faults.is_empty() { Ok(parsed) } else { Err(as_in_folder(faults, &sheets)) }
}

/// In the order of the files, then of their lines; by the names and titles that people gave.
fn as_in_folder(mut faults: Vec<Fault>, sheets: &[Sheet]) -> Vec<Fault> {
    let rank = |file: &str| TABLES.iter().position(|table| is_file_of(table, file));
    faults.sort_by_key(|fault| (rank(&fault.file), fault.file.clone(), fault.line));
    faults.dedup();
    for fault in &mut faults {
        let Some(sheet) = rank(&fault.file).and_then(|rank| sheets.get(rank)) else { continue };
        fault.file.clone_from(&sheet.file);
        if let Some(title) = sheet.title(&fault.column) {
            fault.column = title.to_string();
        }
    }
    faults
}

fn is_file_of(table: &Table, name: &str) -> bool {
    name.eq_ignore_ascii_case(&table.file())
}

/// CSV files that no table has. Other files (notes, credits) are let alone.
fn unknown_files(files: &[(String, Vec<u8>)]) -> Vec<Fault> {
    let is_csv = |name: &str| name.to_lowercase().ends_with(".csv");
    let known: Vec<String> = TABLES.iter().map(|table| table.file()).collect();
    let is_unknown =
        |name: &&String| is_csv(name) && !TABLES.iter().any(|table| is_file_of(table, name));
    let unknown = files.iter().map(|(name, _)| name).filter(is_unknown);
    unknown
        .map(|name| {
            let stem = name.get(..name.len() - ".csv".len()).unwrap_or_default();
            let reason = match nearest(stem, TABLES.iter().map(|table| table.name)) {
                Some(like) => format!("fichier inconnu. Vouliez-vous dire « {like}.csv » ?"),
                None => format!("fichier inconnu. Connus : {}.", known.join(", ")),
            };
            Fault::new(name, 0, "", "", reason)
        })
        .collect()
}

fn sheet(table: &'static Table, files: &[(String, Vec<u8>)], faults: &mut Vec<Fault>) -> Sheet {
    let mut named = files.iter().filter(|(name, _)| is_file_of(table, name));
    match named.next() {
        Some((name, bytes)) => {
            if let Some((second, _)) = named.next() {
                let reason = format!("ce fichier est deux fois dans le dossier (« {second} »).");
                faults.push(Fault::new(name, 0, "", "", reason));
            }
            Sheet::read(table, name, bytes, faults)
        }
        None => {
            if table.is_needed {
                let reason = format!("ce fichier manque au dossier. {}", table.what);
                faults.push(Fault::new(&table.file(), 0, "", "", reason));
            }
            Sheet::missing(table)
        }
    }
}

/// The records of sheets with their lines, checked against each other.
fn parse(sheets: &[Sheet], faults: &mut Vec<Fault>) -> Parsed {
    let sheet = |table: &Table| of_table(sheets, table);
    let mut known = known(sheets, faults);
    let packs = rows(sheet(&columns::PACKS), faults, reg::packing);
    let mut unpacked = Vec::new();
    let unread = Unread::of(faults);
    checks::packs(&mut known.products, &packs, &unread, &mut unpacked);
    let rules = rows(sheet(&columns::PRICING_RULES), faults, reg::rule);
    let certificates = rows(sheet(&columns::CERTIFICATES), faults, reg::certificate);
    let quotes = rows(sheet(&columns::QUOTATIONS), faults, reg::quotation);
    let priced = rows(sheet(&columns::CONTRACTS), faults, reg::contract);
    let standing = rows(sheet(&columns::STANDING_ORDERS), faults, reg::standing_order);
    let mut vehicles = rows(sheet(&columns::VEHICLES), faults, reg::vehicle);
    for (rank, vehicle) in (1..).zip(&mut vehicles) {
        vehicle.record.rank = rank;
    }
    let calendar = Calendar {
        rhythms: rows(sheet(&columns::RHYTHMS), faults, reg::rhythm),
        exceptions: rows(sheet(&columns::DAY_EXCEPTIONS), faults, reg::exception),
    };
    let aid = rows(sheet(&columns::AID_PROFILES), faults, reg::aid_profile);
    let sourcing = rows(sheet(&columns::SOURCING), faults, sourcing::sourcing);
    let ahead = Ahead {
        pledges: rows(sheet(&columns::PLEDGES), faults, reg::pledge),
        menus: rows(sheet(&columns::MENUS), faults, reg::menu),
    };
    let offers = rows(sheet(&columns::OFFERS), faults, week::offer);
    let lines = rows(sheet(&columns::ORDERS), faults, week::order);
    let arrivals = rows(sheet(&columns::DOCK_EVENTS), faults, week::arrival);
    let handovers = rows(sheet(&columns::ROUND_EVENTS), faults, week::handover);
    let leftovers = rows(sheet(&columns::LEFTOVERS), faults, week::leftover);
    let mut checks = Checks::new(&known, &calendar, faults);
    checks.settings(&aid, &sourcing);
    checks.ahead(&ahead);
    checks.register(&certificates, &quotes, &standing, &vehicles);
    checks.rules(&rules);
    checks.contract_rows(&priced);
    checks.offers(&offers);
    checks.order_lines(&lines);
    checks.events(&arrivals, &handovers, &leftovers);
    faults.extend(unpacked);
    let contracts = reg::contracts(sheet(&columns::CONTRACTS), priced, faults);
    let orders = week::orders(sheet(&columns::ORDERS), lines, faults);
    let offer_lines = offers.iter().map(|offer| offer.line).collect();
    let pack = Pack {
        hub: plain(known.hubs).into_iter().next(),
        rules: plain(rules),
        producers: plain(known.producers),
        certificates: plain(certificates),
        buyers: plain(known.buyers),
        sites: plain(known.sites),
        products: plain(known.products),
        quotes: plain(quotes),
        contracts: plain(contracts),
        standing_orders: plain(standing),
        vehicles: plain(vehicles),
        rhythms: plain(calendar.rhythms),
        exceptions: plain(calendar.exceptions),
        aid: plain(aid),
        sourcing: plain(sourcing).into_iter().next(),
        pledges: plain(ahead.pledges),
        menus: plain(ahead.menus),
        offers: plain(offers),
        orders: plain(orders),
        arrivals: plain(arrivals),
        handovers: plain(handovers),
        leftovers: plain(leftovers),
    };
    Parsed { pack, offer_lines }
}

fn of_table<'s>(sheets: &'s [Sheet], table: &Table) -> &'s Sheet {
    let found = sheets.iter().find(|sheet| sheet.table.name == table.name);
    found.unwrap_or_else(|| unreachable!("every table has its sheet"))
}

/// What other files point to; products are still without their packs.
fn known(sheets: &[Sheet], faults: &mut Vec<Fault>) -> Known {
    let sheet = |table: &Table| of_table(sheets, table);
    Known {
        hubs: rows(sheet(&columns::HUB), faults, reg::hub),
        producers: rows(sheet(&columns::PRODUCERS), faults, reg::producer),
        buyers: rows(sheet(&columns::BUYERS), faults, reg::buyer),
        sites: rows(sheet(&columns::SITES), faults, reg::site),
        products: rows(sheet(&columns::PRODUCTS), faults, reg::product),
    }
}

fn plain<T>(records: Vec<At<T>>) -> Vec<T> {
    records.into_iter().map(|at| at.record).collect()
}
