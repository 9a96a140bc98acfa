//! Proposing, accepting and confirming purchases.

use db::{FromRow, Row, Val};
use trade::Week;
use trade::calendar::{Day, IsoWeek};
use trade::id::{HubId, ProducerId, ProductId, PurchaseLineId};
use trade::offers::Stamp;
use trade::sourcing::{
    self, AcceptedPlan, Confirmation, Lock, LockTarget, Locking, Season, SourcingPlan, SourcingTask,
};
use trade::unit::{Qty, cents_of_exact};

use super::words::rule_name;
use crate::access::audit::{self, Seen};
use crate::access::link::{Opens, WithLetters};
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::{Act, Place};
use crate::store::keys::{self, Once};
use crate::ui::fr;

/// Weeks of a season: what a farm traded before that no longer counts.
pub const SEASON_WEEKS: i32 = 36;

/// The last word of a farm; what was carried over nobody has said.
const OFFERED: &str = "SELECT o.producer, o.product, CAST(SUM(o.quantity) AS BIGINT) \
    FROM offers o JOIN (SELECT p.week AS week, MAX(p.id) AS id FROM offers p \
    WHERE p.hub_id = $1 AND p.week >= $2 AND p.week < $3 \
    GROUP BY p.week, p.producer, p.product, p.labels, p.day) last \
    ON last.week = o.week AND last.id = o.id WHERE o.hub_id = $1 AND o.carried_from IS NULL \
    GROUP BY o.producer, o.product ORDER BY o.producer, o.product";
// A line's amount is exact in 10^-7 EUR: its sum is rounded to the cent once.
/// As the farms confirmed it last: who could not bring what was ordered has not sold it.
const PURCHASED: &str = "SELECT p.producer, p.product, \
    CAST(SUM(COALESCE(c.quantity, p.quantity)) AS BIGINT), \
    CAST(SUM(COALESCE(c.quantity, p.quantity) * p.price) AS BIGINT) FROM purchase_lines p \
    LEFT JOIN (SELECT hub_id, week, purchase_line, MAX(id) AS last FROM confirmations \
    WHERE hub_id = $1 AND week >= $2 AND week < $3 GROUP BY hub_id, week, purchase_line) l \
    ON l.hub_id = p.hub_id AND l.week = p.week AND l.purchase_line = p.id \
    LEFT JOIN confirmations c ON c.hub_id = l.hub_id AND c.week = l.week AND c.id = l.last \
    WHERE p.hub_id = $1 AND p.week >= $2 AND p.week < $3 \
    GROUP BY p.producer, p.product ORDER BY p.producer, p.product";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[OFFERED, PURCHASED];

struct Sum(ProducerId, ProductId, Qty);

impl FromRow for Sum {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("bad {what} code in a season's sum"));
        let producer = ProducerId::parse(&row.text(0)?).map_err(|_| bad("producer"))?;
        let product = ProductId::parse(&row.text(1)?).map_err(|_| bad("product"))?;
        Ok(Sum(producer, product, Qty::new(row.i64(2)?)))
    }
}

/// What was purchased, and what it cost in 10^-7 EUR.
struct Spent(Sum, i64);

impl FromRow for Spent {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Spent(Sum::from_row(row)?, row.i64(3)?))
    }
}

/// What farms offered and sold in the season before `week`.
pub async fn season(db: &db::Db, hub: HubId, week: IsoWeek) -> Result<Season, Failure> {
    let first = week.monday().plus_days(-7 * SEASON_WEEKS).week();
    let span = || vec![hub.as_str().into(), Val::I(first.number()), Val::I(week.number())];
    let mut season = Season::new();
    for Sum(producer, product, quantity) in db.query::<Sum>(OFFERED, span()).await? {
        season.entry((producer, product)).or_default().offered = quantity;
    }
    for Spent(Sum(producer, product, quantity), spent) in
        db.query::<Spent>(PURCHASED, span()).await?
    {
        let row = season.entry((producer, product)).or_default();
        row.purchased = quantity;
        row.value = cents_of_exact(i128::from(spent));
    }
    Ok(season)
}

/// A plan to look at. `mark` changes whenever the plan would.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub task: SourcingTask,
    pub plan: SourcingPlan,
    pub mark: String,
}

/// Splits what is sold for a day over the farms, without deciding anything.
pub async fn propose(app: &App, place: Place, day: Day) -> Result<Proposal, Failure> {
    let season = season(&app.db(place.scope()), place.hub, place.week).await?;
    app.read(place, |week, _| proposal(week, day, season)).await?
}

/// All that a planner may know of a day: with what the hub aims at and what is locked.
fn task(week: &Week, day: Day, season: Season) -> Result<SourcingTask, Failure> {
    let locks = sourcing::locks(week, day);
    let rules = week.register().sourcing_setting().rules(locks, plan::distance::metres);
    Ok(sourcing::task(week, day, season, &rules)?)
}

fn proposal(week: &Week, day: Day, season: Season) -> Result<Proposal, Failure> {
    let task = task(week, day, season)?;
    let plan = plan::sourcing::by_aims(&task);
    let breaches = plan::verify::sourcing(&task, &plan);
    if !breaches.is_empty() {
        // A planner's mistake must never become a purchase.
        return Err(anyhow::anyhow!("plan refusé par la vérification : {breaches:?}").into());
    }
    let mark = mark(&plan);
    Ok(Proposal { task, plan, mark })
}

/// A short text that two different plans do not share but by a chance of 2^-64 (FNV-1a).
fn mark(plan: &SourcingPlan) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = format!("{plan:?}").bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    format!("{hash:016x}")
}

/// Accepts the plan of a day and orders from the farms, each with its own link. With a `mark`, only
/// the plan that was seen is accepted. `site`: the begin of addresses, as a mail shows them; empty
/// where nobody knows it.
pub async fn accept(
    app: &App,
    place: Place,
    day: Day,
    seen: Option<&str>,
    stamp: &Stamp,
    site: &str,
) -> Result<AcceptedPlan, Failure> {
    let season = season(&app.db(place.scope()), place.hub, place.week).await?;
    accept_with(app, place, day, season, seen, (stamp, site)).await
}

/// [`accept`], when the season is at hand.
pub async fn accept_with(
    app: &App,
    place: Place,
    day: Day,
    season: Season,
    seen: Option<&str>,
    (stamp, site): (&Stamp, &str),
) -> Result<AcceptedPlan, Failure> {
    app.act(place, |act| {
        let proposal = proposal(act.week(), day, season.clone())?;
        if seen.is_some_and(|seen| seen != proposal.mark) {
            return Err(Failure::Input(
                "La situation a changé depuis que ce plan a été proposé. Relisez-le, puis acceptez."
                    .into(),
            ));
        }
        let accepted = sourcing::accept(act.week(), &proposal.plan, stamp.clone())?;
        let mut links = WithLetters::new(place.scope(), stamp, site);
        let link = |farm| links.address(&Opens::Farm(farm, place.week), "");
        for letter in mail::purchase_orders(act.week(), &accepted, link)? {
            act.send(letter);
        }
        links.write(act);
        act.add(accepted.clone());
        Ok(accepted)
    })
    .await
}

/// Notes what farms confirm of purchase lines, all or none.
pub async fn confirm(
    app: &App,
    place: Place,
    answers: &[(PurchaseLineId, Qty)],
    stamp: &Stamp,
) -> Result<Vec<Confirmation>, Failure> {
    app.act(place, |act| confirm_in(act, answers, stamp)).await
}

/// [`confirm`], once for its key; `told` is what is answered, also to the same key again.
pub async fn confirm_once(
    app: &App,
    place: Place,
    answers: &[(PurchaseLineId, Qty)],
    stamp: &Stamp,
    once: &Once,
    told: impl Fn(&[Confirmation]) -> String,
) -> Result<String, Failure> {
    keys::once(app, place, once, |act| Ok(told(&confirm_in(act, answers, stamp)?))).await
}

fn confirm_in(
    act: &mut Act<'_>,
    answers: &[(PurchaseLineId, Qty)],
    stamp: &Stamp,
) -> Result<Vec<Confirmation>, Failure> {
    let mut confirmations = Vec::with_capacity(answers.len());
    for &(line, quantity) in answers {
        let confirmation = sourcing::confirm(act.week(), line, quantity, stamp.clone())?;
        act.add(confirmation.clone());
        confirmations.push(confirmation);
    }
    Ok(confirmations)
}

/// Settles by hand what a farm brings of an order line or of goods; how many order lines. The
/// journal of the administrator tells of it.
pub async fn lock(
    app: &App,
    place: Place,
    asked: &Locking,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let locks = sourcing::lock(act.week(), asked, stamp.clone())?;
        note_locks(act, place, locks, stamp)
    })
    .await
}

/// Takes back what was settled by hand.
pub async fn unlock(
    app: &App,
    place: Place,
    target: LockTarget,
    producer: ProducerId,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    app.act(place, |act| {
        let locks = sourcing::unlock(act.week(), target, producer, stamp.clone())?;
        note_locks(act, place, locks, stamp)
    })
    .await
}

fn note_locks(
    act: &mut Act<'_>,
    place: Place,
    locks: Vec<Lock>,
    stamp: &Stamp,
) -> Result<usize, Failure> {
    let many = locks.len();
    if let Some(first) = locks.first() {
        let about = about(act.week(), first, many)?;
        let seen = Seen::PlanLocked;
        let (text, values) = audit::line(place.hub, seen, &stamp.by, &about, "", stamp.at);
        act.write(text, values);
    }
    for lock in locks {
        act.add(lock);
    }
    Ok(many)
}

/// `Carotte, Mas Bel, 3 commandes du mardi 24 novembre : grêle`
fn about(week: &Week, first: &Lock, many: usize) -> Result<String, Failure> {
    let (order, line) = week.order_line(first.order_line)?;
    let farm = &week.register().producer(first.producer)?.identity.name;
    let orders = fr::count(many as i64, "commande", "commandes");
    let what = match first.rule {
        Some(rule) => format!("{}, {}", rule_name(rule, line.unit), first.reason),
        None => "décision retirée".into(),
    };
    Ok(format!("{}, {farm}, {orders} du {} : {what}", line.name, fr::day(order.day)))
}
