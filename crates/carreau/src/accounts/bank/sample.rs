//! A statement for the demonstration, which has no bank: what open invoices and payouts would look
//! like on one, in the words that treasuries write (`seeds/bank_labels.csv`).

use std::collections::BTreeMap;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use trade::bank::{BankLine, OpenInvoice, plain};
use trade::calendar::Day;
use trade::unit::Cents;
use wire::fec::decimal;

use super::rows::{self, Known};
use crate::accounts::pages::Desk;
use crate::clock;
use crate::failure::Failure;
use crate::web::Answer;

const LABELS: &str = include_str!("../../../../../seeds/bank_labels.csv");

/// A line with what it is really for.
pub struct SampleLine {
    pub line: BankLine,
    /// References of invoices or of farm bills; empty for what nobody could know.
    pub pays: Vec<String>,
    /// Whether a person has to look: a part payment, an unknown payer.
    pub is_doubtful: bool,
}

fn labels(kind: &str) -> Vec<&'static str> {
    let rows = LABELS.lines().filter_map(|row| row.split_once(','));
    rows.filter(|(own, _)| *own == kind).map(|(_, label)| label).collect()
}

/// How many lines of each kind; single payments make up the rest.
const SEVERAL: usize = 4;
const PAYOUTS: usize = 4;

/// A statement of at most `count` lines.
pub fn statement(known: &Known, today: Day, count: usize) -> Vec<SampleLine> {
    let is_open = |one: &&OpenInvoice| one.left_with_vat().get() > 0 && one.issued_on <= today;
    let mut open: Vec<&OpenInvoice> = known.books.invoices.iter().filter(is_open).collect();
    open.sort_by_key(|one| (one.due_on, &one.reference));
    let mut open = open.into_iter();
    let mut lines = odd(known, today, &mut open);
    lines.extend(payouts(known, today));
    for (at, label) in labels("several").into_iter().cycle().take(SEVERAL).enumerate() {
        let own: Vec<&OpenInvoice> = open.by_ref().take(2 + at % 2).collect();
        lines.extend(several(&own, today, label));
    }
    let ones = labels("one");
    while lines.len() < count {
        let Some(one) = open.next() else { break };
        // A wording that needs what the invoice lacks is passed over.
        let fitting = (0..ones.len()).map(|step| ones[(lines.len() + step) % ones.len()]);
        let line = fitting.filter_map(|label| single(known, one, today, label)).next();
        lines.extend(line);
    }
    lines.sort_by_key(|one| (one.line.day, one.line.label.clone()));
    lines.truncate(count);
    lines
}

fn line(day: Day, label: String, amount: i64, pays: Vec<String>) -> SampleLine {
    let amount_with_vat = Cents::new(amount);
    let line = BankLine { day, label, reference: String::new(), amount_with_vat };
    SampleLine { line, pays, is_doubtful: false }
}

fn filled(label: &str, values: &BTreeMap<&str, String>) -> Option<String> {
    let mut text = label.to_string();
    for (name, value) in values {
        let mark = format!("{{{name}}}");
        if text.contains(&mark) && value.is_empty() {
            return None;
        }
        text = text.replace(&mark, value);
    }
    Some(text)
}

fn single(known: &Known, one: &OpenInvoice, today: Day, label: &str) -> Option<SampleLine> {
    let party = known.books.parties.iter().find(|party| party.code == one.party)?;
    let (series, number) = one.reference.rsplit_once('-')?;
    let values = BTreeMap::from([
        ("ref", one.reference.clone()),
        ("joined", format!("{series}{number}")),
        ("spaced", format!("{series} {} {}", &number[..4], &number[4..])),
        ("number", number.to_string()),
        ("short", number.trim_start_matches('0').to_string()),
        ("cut", format!("{series}-{}", &number[..5])),
        ("NAME", plain(&party.name)),
        ("name", party.name.to_lowercase()),
        ("siret", party.siret.clone()),
        ("commitment", one.commitment_number.clone()),
    ]);
    let day = today.min(one.issued_on.plus_days(21));
    let pays = vec![one.reference.clone()];
    Some(line(day, filled(label, &values)?, one.left_with_vat().get(), pays))
}

fn several(own: &[&OpenInvoice], today: Day, label: &str) -> Option<SampleLine> {
    let latest = own.iter().map(|one| one.issued_on).max()?;
    let pays: Vec<String> = own.iter().map(|one| one.reference.clone()).collect();
    let sum = own.iter().map(|one| one.left_with_vat().get()).sum();
    let day = today.min(latest.plus_days(14));
    Some(line(day, label.replace("{refs}", &pays.join(" ")), sum, pays))
}

fn payouts(known: &Known, today: Day) -> Vec<SampleLine> {
    let wordings = labels("payout").into_iter().cycle();
    let own = known.books.payouts.iter().take(PAYOUTS).zip(wordings);
    let lines = own.map(|(one, label)| {
        let name = known.name_of(one.party);
        let text = label.replace("{ref}", &one.reference);
        let text = text.replace("{NAME}", &plain(name)).replace("{name}", &name.to_lowercase());
        let pays = vec![one.reference.clone()];
        line(today.max(one.paid_on), text, -one.amount_with_vat.get(), pays)
    });
    lines.collect()
}

/// Charges, a part payment, a payment that nobody knows, one of which only the amount is known.
fn odd<'a>(
    known: &Known,
    today: Day,
    open: &mut impl Iterator<Item = &'a OpenInvoice>,
) -> Vec<SampleLine> {
    let charges = labels("charge").into_iter().zip([840, 215]);
    let mut lines: Vec<SampleLine> =
        charges.map(|(label, cents)| line(today, label.into(), -cents, Vec::new())).collect();
    let doubtful = |one: SampleLine| SampleLine { is_doubtful: true, ..one };
    for label in labels("part") {
        let part = open.next().and_then(|one| single(known, one, today, label));
        lines.extend(part.map(|mut part| {
            let half = part.line.amount_with_vat.get() / 2;
            part.line.amount_with_vat = Cents::new(half);
            doubtful(part)
        }));
    }
    for label in labels("alone") {
        lines.extend(open.next().and_then(|one| single(known, one, today, label)).map(doubtful));
    }
    for label in labels("unknown") {
        lines.push(doubtful(line(today, label.into(), 3_700, Vec::new())));
    }
    lines
}

/// The statement as a bank's CSV.
pub fn csv(lines: &[SampleLine]) -> String {
    let mut out = String::from("\u{feff}Date;Libellé;Débit;Crédit\r\n");
    for SampleLine { line, .. } in lines {
        let (year, month, day) = line.day.ymd();
        let amount = line.amount_with_vat.get();
        let cell = decimal(amount.abs());
        let (debit, credit) =
            if amount < 0 { (cell, String::new()) } else { (String::new(), cell) };
        let label = wire::safe::guarded(&line.label).replace(';', ",");
        out.push_str(&format!("{day:02}/{month:02}/{year};{label};{debit};{credit}\r\n"));
    }
    out
}

/// Lines of the statement of the demonstration.
const LINES: usize = 40;

/// `GET /accounts/bank/sample`: in the demonstration only.
pub async fn file(desk: Desk) -> Answer {
    if !desk.app().is_demo {
        return Err(Failure::NotFound("Cette page est celle de la démonstration.".into()).into());
    }
    let known = rows::known(&desk.db(), desk.hub()).await?;
    let text = csv(&statement(&known, clock::today(), LINES));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"releve-fictif.csv\""),
    ];
    Ok((headers, text).into_response())
}
