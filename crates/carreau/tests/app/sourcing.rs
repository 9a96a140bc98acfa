//! The coordinator's plan of purchases: seen in one glance, questioned, decided by hand, accepted;
//! a shortage shared out by a rule or by hand; what plans aim at. On every database.

use carreau::access::audit::{self, Seen, Wanted};
use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use carreau::sourcing::acts::propose;
use carreau::store::act::Place;
use carreau::ui::fr;
use trade::calendar::{Day, IsoWeek};
use trade::id::{LineId, OrderLineId, PurchaseLineId};
use trade::sourcing::shortage::ShortagePolicy;
use trade::sourcing::{Aim, Reason, SharedBy, effective, share_out};
use trade::unit::Qty;

use crate::admin::post as at_desk;
use crate::browser::{Browser, Form, Page, encoded};
use crate::hub::{House, houses};
use crate::roles::revision;

/// Hubs with a week whose days are closed.
async fn closed() -> Vec<House> {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    let houses = houses(&pack).await;
    for house in &houses {
        play(&house.app, house.place(0), Until::Closed).await.expect("closed days");
    }
    houses
}

fn form(page: &Page, action: &str) -> Option<Form> {
    page.forms().into_iter().find(|form| form.action.ends_with(action))
}

fn sourcing(place: Place) -> String {
    format!("/weeks/{}/sourcing", place.week)
}

async fn first_day(house: &House, place: Place) -> Day {
    let on_sale = house.app.on_sale(place).await.expect("a published week");
    on_sale.publication.days[0].day
}

/// Accepts the plans of all days on the page.
async fn accept_all(desk: &mut Browser, address: &str) {
    while let Some(accept) = form(&desk.get(address).await, "/plans") {
        desk.post(&accept.action, &accept.fields).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_seen_in_one_glance_and_questioned_without_a_trace() {
    for house in closed().await {
        let (name, place) = (house.database.name, house.place(0));
        let day = first_day(&house, place).await;
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&sourcing(place)).await;
        let text = page.text();
        for said in ["de ce qui est vendu", "payés aux fermes", "Qui apporte quoi", "Au mieux"] {
            assert!(text.contains(said), "{name}: {said} in {text}");
        }
        let proposal = propose(&house.app, place, day).await.expect("a plan");
        let first = &proposal.plan.allotments[0];
        let reason = carreau::sourcing::words::reason_sentence(&first.reason);
        let reason: String = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&reason), "{name}: {reason} in {text}");
        // What a farm that brings nothing would change is shown, and nothing is written.
        let before = revision(&house, place).await;
        let asked = [("day", day.to_string()), ("offer", first.offer.to_string())];
        let mut asked: Vec<(String, String)> =
            asked.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        asked.push(("change".into(), "nothing".into()));
        let told = desk.get(&format!("{}?{}", sourcing(place), encoded(&asked))).await;
        let text = told.text();
        assert!(text.contains("n'en apportait pas"), "{name}: {text}");
        assert!(text.contains("Rien n'est noté"), "{name}: {text}");
        assert_eq!(revision(&house, place).await, before, "{name}");
        let same = propose(&house.app, place, day).await.expect("a plan");
        assert_eq!(same.mark, proposal.mark, "{name}");
        // What cannot be read is said beside the question.
        asked[2].1 = "more".into();
        asked.push(("quantity".into(), "beaucoup".into()));
        let refused = desk.get(&format!("{}?{}", sourcing(place), encoded(&asked))).await;
        assert!(refused.text().contains("beaucoup"), "{name}: {}", refused.text());
        assert!(!refused.text().contains("Rien n'est noté"), "{name}: {}", refused.text());
    }
}

/// An order line whose goods several farms offer, with a farm that can bring all of it and is not
/// asked to: line of the list, order line, farm, quantity.
async fn open_choice(house: &House, place: Place, day: Day) -> (LineId, OrderLineId, String, Qty) {
    let proposal = propose(&house.app, place, day).await.expect("a plan");
    let (task, plan) = (proposal.task, proposal.plan);
    let found = task.wants.iter().find_map(|want| {
        let able = task.supplies.iter().filter(|one| {
            (one.product, one.labels) == (want.product, want.labels)
                && one.price <= want.cost
                && one.is_proven
                && one.left >= want.quantity
        });
        let is_asked = |offer| {
            plan.allotments
                .iter()
                .any(|one| (one.order_line, one.offer) == (want.order_line, offer))
        };
        let mut able = able.filter(|one| want.only.is_none() && !is_asked(one.offer));
        let pooled = want.policy == trade::mercuriale::LinePolicy::Pooled;
        let other = able.next().filter(|_| pooled)?;
        Some((want.line, want.order_line, other.producer.to_string(), want.quantity))
    });
    found.expect("goods of several farms")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_coordinator_decides_with_a_name_and_a_reason() {
    for house in closed().await {
        let (name, place) = (house.database.name, house.place(0));
        let day = first_day(&house, place).await;
        let (line, order_line, farm, quantity) = open_choice(&house, place, day).await;
        let mut desk = Browser::new(&house, "coordinator").await;
        let address = format!("{}/plans/{day}/{line}", sourcing(place));
        let page = desk.get(&address).await;
        let mut lock = form(&page, "/locks").expect("a decision to make");
        lock.set("target", &order_line.to_string());
        lock.set("farm", &farm);
        lock.set("rule", "exactly");
        lock.set("quantity", &fr::number(quantity));
        // Not without a reason, and not more than is wanted.
        let refused = desk.post(&lock.action, &lock.fields).await;
        assert_eq!(refused.status, 400, "{name}: {}", refused.text());
        lock.set("reason", "habitude de la cantine");
        let mut more = lock.clone();
        more.set("quantity", &fr::number(Qty::new(quantity.get() * 1_000)));
        let refused = desk.post(&more.action, &more.fields).await;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());

        let page = desk.post(&lock.action, &lock.fields).await;
        let text = page.text();
        assert!(text.contains("habitude de la cantine"), "{name}: {text}");
        assert!(text.contains("décidé par"), "{name}: {text}");
        let proposal = propose(&house.app, place, day).await.expect("a plan");
        let own = proposal.plan.allotments.iter().filter(|one| one.order_line == order_line);
        let own: Vec<_> = own.map(|one| (one.quantity, one.reason.clone())).collect();
        let [(given, Reason::ByHand { why, .. })] = &own[..] else {
            panic!("{name}: one farm, by hand: {own:?}")
        };
        assert_eq!((*given, why.as_str()), (quantity, "habitude de la cantine"), "{name}");
        // The journal tells of it; another program on the same database reads the same plan.
        let wanted = Wanted { seen: Some(Seen::PlanLocked), ..Wanted::default() };
        let told = audit::found(&house.app, place.scope(), &wanted, 10, 0).await;
        let told = told.expect("a journal");
        assert_eq!(told.len(), 1, "{name}: {told:?}");
        assert!(told[0].about.contains("habitude de la cantine"), "{name}: {told:?}");
        let other = house.other_app().await;
        let again = propose(&other, place, day).await.expect("a plan");
        assert_eq!(again.mark, proposal.mark, "{name}");

        // Taken back, the plan is as before.
        let removal = form(&page, "/removal").expect("a decision to take back");
        let page = desk.post(&removal.action, &removal.fields).await;
        assert!(page.text().contains("ne tient plus"), "{name}: {}", page.text());
        let free = propose(&house.app, place, day).await.expect("a plan");
        let by_hand = |reason: &Reason| matches!(reason, Reason::ByHand { .. });
        assert!(!free.plan.allotments.iter().any(|one| by_hand(&one.reason)), "{name}");
    }
}

/// A purchase line for several buyers that is counted in packs, and half of it.
async fn shared_line(house: &House, place: Place) -> (PurchaseLineId, Qty) {
    let found = house.app.read(place, |week, _| {
        let lines = week.purchase_lines().iter().filter(|line| !line.pack.weighed);
        let line = lines.max_by_key(|line| week.allocations_of(line.id).count());
        let line = line.expect("a purchase in packs");
        let packs = line.quantity.get() / line.pack.size.get() / 2;
        (line.id, Qty::new(packs * line.pack.size.get()))
    });
    found.await.expect("a week")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortage_is_shared_by_the_rule_that_is_chosen_and_the_dock_follows() {
    for house in closed().await {
        let (name, place) = (house.database.name, house.place(0));
        let mut desk = Browser::new(&house, "coordinator").await;
        accept_all(&mut desk, &sourcing(place)).await;
        let (line, brings) = shared_line(&house, place).await;
        let typed = fr::number(brings).replace(',', "%2C").replace(['\u{a0}', '\u{202f}'], "");
        let shortage = format!("{}/shortage/{line}", sourcing(place));
        let page = desk.get(&format!("{shortage}?brings={typed}&policy=first_come")).await;
        assert!(page.text().contains("premiers à commander"), "{name}: {}", page.text());
        let confirm = form(&page, "/shortages").expect("something to confirm");
        assert_eq!(confirm.value("policy"), Some("first_come"), "{name}");

        let expected = house.app.read(place, |week, _| {
            let known = week.purchase_line(line).expect("a purchase");
            let mut parts = share_out(week, known, brings, ShortagePolicy::FirstCome);
            parts.sort_by_key(|(line, _)| *line);
            parts
        });
        let expected = expected.await.expect("a week");
        // Numbers of one's own fit what the farm brings, or are refused in words.
        let mut wrong = confirm.clone();
        let served = expected.iter().find(|(_, part)| !part.is_zero());
        wrong.set(&format!("gets-{}", served.expect("somebody gets some").0), "0");
        let refused = desk.post(&wrong.action, &wrong.fields).await;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());
        assert!(refused.text().contains("donnez encore"), "{name}: {}", refused.text());

        let page = desk.post(&confirm.action, &confirm.fields).await;
        assert!(page.text().contains("premiers à commander"), "{name}: {}", page.text());
        // Read back from the tables, it is what was confirmed.
        let other = house.other_app().await;
        let stored = other.read(place, |week, _| {
            let known = week.purchase_line(line).expect("a purchase");
            let by = week.sharing(line).map(|sharing| sharing.by);
            let mut parts = effective(week, known);
            parts.sort_by_key(|(line, _)| *line);
            (by, parts, week.check().breaches)
        });
        let (by, parts, breaches) = stored.await.expect("a week");
        assert_eq!(by, Some(SharedBy::Policy(ShortagePolicy::FirstCome)), "{name}");
        assert_eq!(parts, expected, "{name}");
        assert_eq!(breaches, [], "{name}");

        // Taken back, everybody gets all.
        let undo = form(&page, "/shortages").expect("something to take back");
        let page = desk.post(&undo.action, &undo.fields).await;
        assert!(page.text().contains("manque annulé"), "{name}: {}", page.text());
        let left = house.app.read(place, |week, _| week.sharing(line).is_some());
        assert!(!left.await.expect("a week"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_plans_aim_at_is_set_and_kept() {
    for house in closed().await {
        let (name, place) = (house.database.name, house.place(0));
        let day = first_day(&house, place).await;
        let mut desk = Browser::new(&house, "administrator").await;
        let said = "place-kilometres=1; place-fair_share=2; farms_most=3; tolerance=12,50";
        let page = at_desk(&mut desk, "/admin/sourcing", said).await;
        assert!(page.text().contains("Réglage 1 enregistré"), "{name}: {}", page.text());
        let proposal = propose(&house.app, place, day).await.expect("a plan");
        let aims = [Aim::Promises, Aim::Served, Aim::Kilometres, Aim::FairShare];
        assert_eq!(proposal.task.aims, aims, "{name}");
        assert_eq!(proposal.task.wants[0].farms_most, 3, "{name}");
        assert_eq!(proposal.task.tolerance.map(|cents| cents.get()), Some(1_250), "{name}");
        let reported: Vec<Aim> = proposal.plan.report.aims.iter().map(|one| one.aim).collect();
        assert_eq!(reported, aims, "{name}");
        // Two in one place, no farm, and another's page are refused.
        for (said, why) in [
            ("place-kilometres=1; place-fair_share=1; farms_most=2", "même place"),
            ("place-fair_share=1; farms_most=0", "n'est pas possible"),
        ] {
            let page = at_desk(&mut desk, "/admin/sourcing", said).await;
            assert!(page.text().contains(why), "{name}: {said}: {}", page.text());
        }
        let mut coordinator = Browser::new(&house, "coordinator").await;
        assert_eq!(coordinator.get("/admin/sourcing").await.status, 403, "{name}");
    }
}
