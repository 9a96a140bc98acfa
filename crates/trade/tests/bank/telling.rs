//! Books and statements as texts, and what is found as a text.

use trade::bank::{
    BankBooks, BankLine, BankPart, BankParty, MatchFinding, MatchedLine, OpenInvoice, PostedPayout,
    match_lines,
};
use trade::calendar::Day;
use trade::id::Code;
use trade::unit::Cents;

fn cents(text: &str) -> Cents {
    let (sign, bare) = match text.strip_prefix('-') {
        Some(bare) => (-1, bare),
        None => (1, text),
    };
    let (whole, part) = bare.split_once(',').expect("a comma before cents");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    assert_eq!(part.len(), 2, "{text}");
    Cents::new(sign * (number(whole) * 100 + number(part)))
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// Rows: `party CODE SIRET NAME…`, `invoice REFERENCE PARTY ISSUED AMOUNT [paid=] [ej=]`,
/// `payout REFERENCE PARTY DAY AMOUNT`. An invoice is due 30 days after it was issued.
pub fn books(text: &str) -> BankBooks {
    let mut books = BankBooks::default();
    for row in text.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let code = |at: usize| Code::parse(words[at]).expect("a code");
        match words[0] {
            "party" => books.parties.push(BankParty {
                code: code(1),
                siret: if words[2] == "-" { String::new() } else { words[2].to_string() },
                name: words[3..].join(" "),
            }),
            "invoice" => {
                let option =
                    |name: &str| words[5..].iter().find_map(|word| word.strip_prefix(name));
                books.invoices.push(OpenInvoice {
                    reference: words[1].to_string(),
                    party: code(2),
                    commitment_number: option("ej=").unwrap_or_default().to_string(),
                    issued_on: day(words[3]),
                    due_on: day(words[3]).plus_days(30),
                    with_vat: cents(words[4]),
                    paid_with_vat: option("paid=").map_or(Cents::ZERO, cents),
                });
            }
            "payout" => books.payouts.push(PostedPayout {
                reference: words[1].to_string(),
                party: code(2),
                paid_on: day(words[3]),
                amount_with_vat: cents(words[4]),
            }),
            other => panic!("{other} is no word of the books"),
        }
    }
    books
}

/// `2026-11-20 120,00 VIR SEPA …`
pub fn line(text: &str) -> BankLine {
    let mut words = text.trim().splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default();
    let (day, amount) = (day(next()), cents(next()));
    let label = next().to_string();
    BankLine { day, label, reference: String::new(), amount_with_vat: amount }
}

/// `120,00`
pub fn shown(amount: Cents) -> String {
    format!("{},{:02}", amount.get() / 100, amount.get() % 100)
}

fn part(part: &BankPart) -> String {
    let amount = shown(part.amount_with_vat());
    match part {
        BankPart::Invoice(reference, _) | BankPart::Payout(reference, _) => {
            format!("{reference} {amount}")
        }
        BankPart::OnAccount(party, _) => format!("account of {party} {amount}"),
        BankPart::Charge(_) => format!("charge {amount}"),
        BankPart::Suspense(_) => format!("suspense {amount}"),
    }
}

/// `Named: F2026-000012 120,00`, `? SeveralWays: …`.
pub fn told(matched: &MatchedLine) -> String {
    let parts = |parts: &[BankPart]| parts.iter().map(part).collect::<Vec<_>>().join(" + ");
    match &matched.finding {
        MatchFinding::Known => "known".into(),
        MatchFinding::Certain(one) => format!("{:?}: {}", one.reason, parts(&one.parts)),
        MatchFinding::Doubtful(doubt, choices) => {
            let shown = choices.iter().map(|one| parts(&one.parts));
            format!("? {doubt:?}: {}", shown.collect::<Vec<_>>().join(" | "))
        }
    }
}

/// Reads `LINE` rows, each followed by `-> WHAT IS FOUND`, against the books. All that differs is
/// shown at once.
pub fn check(known: &str, statement: &str) {
    let books = books(known);
    let rows: Vec<&str> = statement.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    let (lines, wanted): (Vec<&str>, Vec<&str>) =
        rows.iter().partition(|row| !row.starts_with("->"));
    let lines: Vec<BankLine> = lines.into_iter().map(line).collect();
    let found: Vec<String> = match_lines(&lines, &books).iter().map(told).collect();
    let wanted: Vec<&str> = wanted.into_iter().map(|row| row[2..].trim()).collect();
    let both: Vec<String> =
        lines.iter().zip(&found).map(|(l, f)| format!("{}\n-> {f}", l.label)).collect();
    assert_eq!(found, wanted, "\n{}", both.join("\n"));
}
