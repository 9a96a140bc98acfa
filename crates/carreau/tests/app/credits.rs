//! An accepted claim becomes one credit note: looked at, posted, linked, sent, found again.

use std::sync::Arc;

use axum::http::StatusCode;
use carreau::access::claims::Claim;
use carreau::accounts::proof::{faults, prove};
use carreau::app::App;
use carreau::billing::acts;
use carreau::clock;
use carreau::store::act::Place;
use trade::billing::{Counters, DocumentKind};
use trade::offers::Stamp;
use trade::unit::Qty;
use trade::{Fact, Week};

use crate::browser::Browser;
use crate::claims::{Kitchen, kitchens};
use crate::standing::write;

impl Kitchen {
    fn place(&self) -> Place {
        self.house.place(0)
    }

    fn billing(&self) -> String {
        format!("/weeks/{}/billing", self.house.weeks[0])
    }

    /// The buyer claims the first line, and the coordinator answers.
    async fn answered(&mut self, verdict: &str) -> Claim {
        let form = self.forms().await.remove(0);
        assert_eq!(self.send(&form, b"").await.status, StatusCode::SEE_OTHER);
        let mut desk = Browser::new(&self.house, "coordinator").await;
        let answers = format!("{}/answers", self.desk());
        let page = desk.get(&self.desk()).await;
        let mut answer = page.forms().into_iter().find(|form| form.action == answers);
        let answer = answer.as_mut().expect("an open claim");
        answer.set("said", "Vu au quai.");
        answer.fields.push(("verdict".into(), verdict.into()));
        let told = desk.post(&answers, &answer.fields).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
        self.claim().await
    }

    async fn claim(&self) -> Claim {
        let scope = self.place().scope();
        let claims = scope.claims(&self.house.app, self.place().week).await;
        claims.expect("the claims").remove(0)
    }

    async fn credits(&self) -> i64 {
        let text = "SELECT COUNT(*) FROM documents WHERE kind = 'credit_note'";
        let found: Vec<i64> =
            self.house.app.everything().query(text, vec![]).await.expect("a count");
        found[0]
    }

    async fn letters(&self, kind: &'static str) -> Vec<String> {
        let text = "SELECT body FROM outbox WHERE kind = $1";
        let db = self.house.app.everything();
        db.query(text, vec![kind.into()]).await.expect("the letters")
    }
}

fn stamp() -> Stamp {
    Stamp { at: clock::now(), by: "compta".into() }
}

/// F2: look, post; the buyer has a letter for the answer and one for the credit note, and finds the
/// paper where it looks for it. The books hold.
#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_claim_becomes_a_credit_note() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let claim = kitchen.answered("yes").await;
        let answered = kitchen.letters("claim_answer").await;
        assert_eq!(answered.len(), 1, "{name}");
        assert!(answered[0].contains("Vous recevrez un avoir sur la facture F2037-"), "{name}");
        let mut desk = Browser::new(&kitchen.house, "accountant").await;
        let page = desk.get(&kitchen.billing()).await;
        assert!(page.text().contains("avoirs à établir"), "{name}: {}", page.text());
        let preview = format!("{}/credits/{}", kitchen.billing(), claim.about.code());
        assert!(page.links().contains(&preview), "{name}: {:?}", page.links());
        let page = desk.get(&preview).await;
        assert!(page.text().contains("Corrige la facture F2037-"), "{name}: {}", page.text());
        assert_eq!(kitchen.credits().await, 0, "{name}: looking posts nothing");
        let action = format!("{}/credits", kitchen.billing());
        let form = page.forms().into_iter().find(|form| form.action == action).expect("a form");
        let told = desk.post(&action, &form.fields).await;
        assert!(told.text().contains("Avoir A2026-000001 établi"), "{name}: {}", told.text());
        assert!(!told.text().contains("avoirs à établir"), "{name}");
        let again = desk.post(&action, &form.fields).await;
        assert!(again.text().contains("était déjà établi"), "{name}: {}", again.text());
        assert_eq!(kitchen.credits().await, 1, "{name}");
        let letters = kitchen.letters("credit_note").await;
        assert_eq!(letters.len(), 1, "{name}");
        assert!(letters[0].contains("Avoir A2026-000001"), "{name}: {}", letters[0]);
        let linked = kitchen.claim().await.credit_note;
        let paper = format!(
            "/weeks/{}/my-orders/invoice/{}",
            kitchen.house.weeks[0],
            linked.expect("a credit note")
        );
        let week = format!("/weeks/{}/my-orders", kitchen.house.weeks[0]);
        let delivery = kitchen.delivery.clone();
        for page in [week.clone(), format!("{week}/history"), delivery] {
            let links = kitchen.browser.get(&page).await.links();
            assert!(links.contains(&paper), "{name}: {page}: {links:?}");
        }
        let id = linked.expect("a credit note");
        let api = format!("/api/v1/weeks/{}/documents/{id}", kitchen.house.weeks[0]);
        for browser in [&mut desk, &mut kitchen.browser] {
            let shown = browser.get_once(&api).await;
            let said = String::from_utf8_lossy(&shown.bytes).into_owned();
            assert!(said.contains("\"credit_note\""), "{name}: {said}");
            assert!(!said.contains("\"corrects\":null"), "{name}: {said}");
        }
        let found = kitchen.browser.get("/search?q=A2026-000001").await;
        assert!(found.links().contains(&paper), "{name}: {}", found.text());
        assert_eq!(kitchen.browser.get_once(&paper).await.status, StatusCode::OK, "{name}");
        let proof = prove(&kitchen.house.app, kitchen.place().scope()).await.expect("a proof");
        assert_eq!(faults(&proof.verdict), [""; 0], "{name}");
        let check = kitchen.house.app.read(kitchen.place(), |week, _| week.check()).await;
        assert_eq!(check.expect("a week").breaches, [], "{name}");
        // By engagement: the page deducts it, and the file holds its paper.
        let filed = [
            ("UPDATE orders SET commitment_number = 'EJ-7'", vec![]),
            ("UPDATE documents SET commitment_number = 'EJ-7'", vec![]),
        ];
        write(kitchen.house.app.everything(), filed.into()).await;
        kitchen.house.app.forget_all();
        let page = kitchen.browser.get(&format!("{week}/history?engagement=EJ-7")).await;
        assert!(page.text().contains("avoirs HT"), "{name}: {}", page.text());
        let file = kitchen.browser.get_once(&format!("{week}/proof?engagement=EJ-7")).await;
        let inside = String::from_utf8_lossy(&file.bytes);
        assert!(inside.contains("avoirs/A2026-000001.pdf"), "{name}");
        assert!(inside.contains("Avoirs, à déduire"), "{name}");
    }
}

async fn press(app: Arc<App>, place: Place, claim: Claim) -> bool {
    loop {
        let made =
            acts::credit(&app, place, &claim, clock::today(), &stamp(), |_| String::new()).await;
        match made {
            Ok((document, is_new)) => {
                assert_eq!(document.kind, DocumentKind::CreditNote);
                return is_new;
            }
            Err(carreau::failure::Failure::Busy) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

/// Twenty presses at once, by two programs: one credit note, one letter, one number. Broken
/// variant: the rule of amounts alone lets a second one pass.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_credited_once_however_often_it_is_pressed() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let mut claim = kitchen.answered("yes").await;
        let other = kitchen.house.other_app().await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..20 {
            let app = [kitchen.house.app.clone(), other.clone()][n % 2].clone();
            tasks.spawn(press(app, kitchen.place(), claim.clone()));
        }
        let made = tasks.join_all().await;
        assert_eq!(made.iter().filter(|is_new| **is_new).count(), 1, "{name}");
        assert_eq!(kitchen.credits().await, 1, "{name}");
        assert_eq!(kitchen.letters("credit_note").await.len(), 1, "{name}");
        // The rule of amounts alone would let a small claim pass again and again.
        claim.quantity = Qty::new(1);
        let small = claim.clone();
        let again = kitchen.house.app.read(kitchen.place(), |week, _| {
            let mut counters = Counters::default();
            let (today, stamp) = (clock::today(), stamp());
            let credit = |week: &Week, counters: &mut Counters| {
                acts::draft_credit(week, &small, today, counters, &stamp)
            };
            let before = uncredited(week);
            let first = credit(&before, &mut counters).expect("a first credit note");
            let mut then = before;
            then.apply(first.into());
            credit(&then, &mut counters).is_ok()
        });
        assert!(again.await.expect("a week"), "{name}: two of one claim");
    }
}

/// The week as it was before its credit notes.
fn uncredited(week: &Week) -> Week {
    let mut before = Week::new(week.week(), week.register().clone());
    let told = [
        week.publication().map(|one| Fact::from((**one).clone())).into_iter().collect::<Vec<_>>(),
        week.orders().iter().cloned().map(Fact::from).collect(),
        week.notes().iter().cloned().map(Fact::from).collect(),
        week.documents()
            .iter()
            .filter(|one| one.corrects.is_none())
            .cloned()
            .map(Fact::from)
            .collect(),
    ];
    told.into_iter().flatten().for_each(|fact| before.apply(fact));
    before
}

/// What is refused, unanswered or not invoiced gets no credit note, and the page says why.
#[tokio::test(flavor = "multi_thread")]
async fn no_credit_note_without_a_yes_and_an_invoice() {
    for mut kitchen in kitchens().await {
        let name = kitchen.name();
        let claim = kitchen.answered("no").await;
        let letter = kitchen.letters("claim_answer").await.remove(0);
        assert!(letter.contains("est refusée") && letter.contains("Vu au quai."), "{letter}");
        let mut desk = Browser::new(&kitchen.house, "accountant").await;
        let fields = [("about".to_string(), claim.about.code())];
        let action = format!("{}/credits", kitchen.billing());
        let told = desk.post_once(&action, &fields).await;
        assert!(told.text().contains("pas d'avoir"), "{name}: {}", told.text());
        // Accepted, of a delivery that nobody has invoiced.
        let db = kitchen.house.app.everything();
        let accept = "UPDATE claims SET accepted = 1";
        let gone = "DELETE FROM document_lines WHERE note IS NOT NULL";
        write(db, vec![(accept, vec![]), (gone, vec![])]).await;
        kitchen.house.app.forget_all();
        let page = desk.get(&kitchen.billing()).await;
        assert!(page.text().contains("l'avoir suivra la facture"), "{name}: {}", page.text());
        let told = desk.post_once(&action, &fields).await;
        assert!(told.text().contains("n'est pas encore facturée"), "{name}: {}", told.text());
        let delivery = kitchen.delivery.clone();
        let own = kitchen.browser.get(&delivery).await.text();
        assert!(own.contains("l'avoir suivra la facture"), "{name}: {own}");
        assert_eq!(kitchen.credits().await, 0, "{name}");
    }
}
