//! The page on which a statement is pasted, the page of what its lines are, and the batches.

use askama::Template;
use trade::bank::{BankLine, MatchFinding, MatchProposal, MatchReason};
use trade::unit::Cents;
use wire::bank::{Statement, Unread};

use super::acts::{self, Chosen, Reading};
use super::{rows, words};
use crate::accounts::pages::Desk;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Upload, back_to, html};

const PAGE: &str = "/accounts/bank";

/// Most lines of one statement: a year of a hub's account.
const LINES_MAX: usize = 5_000;

struct BatchRow {
    number: i64,
    when: String,
    by: String,
    source: String,
    lines: i64,
    incoming: String,
    /// When and by whom it was taken back; empty: it counts.
    reversed: String,
}

#[derive(Template)]
#[template(path = "accounts_bank.html")]
struct BeginPage {
    frame: Frame,
    may_write: bool,
    is_demo: bool,
    /// Invoices that wait, and what they come to.
    due: (usize, String),
    batches: Vec<BatchRow>,
    waiting: Waiting,
}

/// Lines of a statement that were left when the others were noted. Nothing keeps them but the page:
/// the same statement brings them back on any day.
#[derive(Default)]
struct Waiting {
    rows: Vec<LineRow>,
    /// The statement, to be read again.
    carried: String,
    carried_name: String,
}

/// `GET /accounts/bank`
pub async fn begin(desk: Desk) -> Answer {
    html(&begin_page(&desk, Waiting::default()).await?)
}

async fn begin_page(desk: &Desk, waiting: Waiting) -> Result<BeginPage, Failure> {
    let mut frame = desk.frame(PAGE, "Paiements reçus").await?;
    frame.subtitle = "Collez le relevé de la banque : chaque ligne trouve sa facture.".into();
    let known = rows::known(&desk.db(), desk.hub()).await?;
    let open = known.books.invoices.iter().filter(|one| one.left_with_vat().get() > 0);
    let open: Vec<i64> = open.map(|one| one.left_with_vat().get()).collect();
    let batches = rows::batches(&desk.db(), desk.hub()).await?;
    Ok(BeginPage {
        frame,
        may_write: desk.may_write(),
        is_demo: desk.app().is_demo,
        due: (open.len(), fr::euros(Cents::new(open.iter().sum()))),
        batches: batches.into_iter().map(batch_row).collect(),
        waiting,
    })
}

fn batch_row(batch: rows::Batch) -> BatchRow {
    let reversed =
        batch.reversed_at.map(|at| format!("{}, {}", fr::numbers_moment(at), batch.reversed_by));
    BatchRow {
        number: batch.number,
        when: fr::numbers_moment(batch.at),
        by: batch.by,
        source: batch.source,
        lines: batch.lines,
        incoming: fr::euros(batch.incoming),
        reversed: reversed.unwrap_or_default(),
    }
}

/// A reading that may be chosen.
struct Choice {
    key: String,
    said: String,
}

/// A line of the statement on the page.
struct LineRow {
    /// Its place in the statement.
    at: usize,
    day: String,
    label: String,
    amount: String,
    party: String,
    why: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "accounts_bank_read.html")]
struct ReadPage {
    frame: Frame,
    may_write: bool,
    /// The statement, to be sent again with what was chosen.
    carried: String,
    carried_name: String,
    certain: Vec<LineRow>,
    /// What the certain lines bring.
    sum: String,
    doubtful: Vec<LineRow>,
    known: Vec<LineRow>,
    unread: Vec<Unread>,
}

/// Reads the statement of a request.
fn statement(upload: &Upload) -> Result<Statement, Failure> {
    let statement = wire::bank::read(&upload.bytes, clock::today()).map_err(Failure::Input)?;
    match statement.lines.len() > LINES_MAX {
        true => Err(Failure::Input(format!(
            "Ce relevé a plus de {LINES_MAX} lignes : coupez-le en deux."
        ))),
        false => Ok(statement),
    }
}

fn lines_of(statement: &Statement) -> Vec<BankLine> {
    statement.lines.iter().map(|one| one.line.clone()).collect()
}

/// `POST /accounts/bank`: what each line is. Nothing is written.
pub async fn read(desk: Desk, upload: Upload) -> Answer {
    let statement = statement(&upload)?;
    let carried = upload.carried();
    if carried.is_empty() {
        return Err(Failure::Input(
            "Ce relevé est trop long (512 Ko au plus) : coupez-le en deux.".into(),
        )
        .into());
    }
    let lines = lines_of(&statement);
    let reading = acts::read(desk.app(), desk.scope, &lines).await?;
    let mut frame = desk.frame(PAGE, "Relevé lu").await?;
    let format = statement.format.unwrap_or("titres reconnus");
    frame.subtitle = format!("{} · {format}", fr::counted(lines.len(), "ligne lue", "lignes lues"));
    html(&page(frame, &desk, (carried, upload.name), &lines, &reading, statement.unread))
}

fn page(
    frame: Frame,
    desk: &Desk,
    (carried, carried_name): (String, String),
    lines: &[BankLine],
    reading: &Reading,
    unread: Vec<Unread>,
) -> ReadPage {
    let mut page = ReadPage {
        frame,
        may_write: desk.may_write(),
        carried,
        carried_name,
        certain: Vec::new(),
        sum: String::new(),
        doubtful: Vec::new(),
        known: Vec::new(),
        unread,
    };
    let mut sum = 0;
    for (at, (line, matched)) in lines.iter().zip(&reading.matched).enumerate() {
        match &matched.finding {
            MatchFinding::Known => page.known.push(row(at, line, String::new(), "")),
            MatchFinding::Certain(one) => {
                sum += line.amount_with_vat.get().max(0);
                let why = words::reason(one, &reading.known);
                let mut row = row(at, line, words::party(one, &reading.known), &why);
                row.choices.push(choice(one, reading, false));
                page.certain.push(row);
            }
            MatchFinding::Doubtful(doubt, choices) => {
                let mut row = row(at, line, String::new(), words::doubt(*doubt));
                row.choices = choices.iter().map(|one| choice(one, reading, true)).collect();
                page.doubtful.push(row);
            }
        }
    }
    page.sum = fr::euros(Cents::new(sum));
    page
}

fn row(at: usize, line: &BankLine, party: String, why: &str) -> LineRow {
    let label = match line.reference.as_str() {
        "" => line.label.clone(),
        reference => format!("{} · {reference}", line.label),
    };
    LineRow {
        at,
        day: fr::numbers_day(line.day),
        label,
        amount: fr::euros(line.amount_with_vat),
        party,
        why: why.to_string(),
        choices: Vec::new(),
    }
}

/// `with_reason`: where several stand beside each other, each says why.
fn choice(one: &MatchProposal, reading: &Reading, with_reason: bool) -> Choice {
    let parts = words::parts(&one.parts, &reading.known);
    let is_plain = matches!(one.reason, MatchReason::Charges | MatchReason::Unexplained);
    let said = match with_reason && !is_plain {
        true => format!("{parts} : {}", words::reason(one, &reading.known)),
        false => parts,
    };
    Choice { key: one.key(), said }
}

/// `POST /accounts/bank/batches`: what was ticked and chosen, all of it or nothing.
pub async fn note(desk: Desk, upload: Upload) -> Answer {
    let statement = statement(&upload)?;
    let mut chosen = Chosen::new();
    for (name, key) in &upload.fields {
        if let Some(at) = name.strip_prefix("line-").and_then(|at| at.parse().ok())
            && !key.trim().is_empty()
        {
            chosen.insert(at, key.trim().to_string());
        }
    }
    let (lines, stamp) = (lines_of(&statement), desk.caught.stamp());
    let noted = acts::note(desk.app(), desk.scope, &upload.name, &lines, &chosen, &stamp).await?;
    let said = fr::counted(noted, "ligne notée", "lignes notées");
    let waiting = waiting(&desk, &upload, &lines).await?;
    if waiting.rows.is_empty() {
        return back_to(PAGE, &format!("{said}. Rien ne reste à regarder."));
    }
    let count = waiting.rows.len();
    let mut page = begin_page(&desk, waiting).await?;
    let left = fr::counted(count, "reste à regarder", "restent à regarder");
    page.frame = page.frame.tell(Notice::done(format!("{said}, {left}.")));
    html(&page)
}

/// What of a statement is not noted yet, each line with the reason.
async fn waiting(desk: &Desk, upload: &Upload, lines: &[BankLine]) -> Result<Waiting, Failure> {
    let reading = acts::read(desk.app(), desk.scope, lines).await?;
    let mut rows = Vec::new();
    for (at, (line, matched)) in lines.iter().zip(&reading.matched).enumerate() {
        let why = match &matched.finding {
            MatchFinding::Known => continue,
            MatchFinding::Certain(_) => "Reconnue, mais vous ne l'avez pas cochée.",
            MatchFinding::Doubtful(doubt, _) => words::doubt(*doubt),
        };
        rows.push(row(at, line, String::new(), why));
    }
    Ok(Waiting { rows, carried: upload.carried(), carried_name: upload.name.clone() })
}

/// `POST /accounts/bank/batches/{batch}/removal`
pub async fn take_back(desk: Desk) -> Answer {
    let text = desk.caught.param("batch")?;
    let number = text
        .parse::<i64>()
        .map_err(|_| Failure::NotFound(format!("« {text} » n'est pas le numéro d'un relevé.")))?;
    let stamp = desk.caught.stamp();
    let lines = acts::take_back(desk.app(), desk.scope, number, &stamp).await?;
    let said = fr::counted(lines, "ligne", "lignes");
    back_to(PAGE, &format!("Relevé {number} annulé ({said}) : ses factures attendent de nouveau."))
}
