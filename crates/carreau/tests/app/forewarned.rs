//! Food aid hears weeks ahead of what will probably be too much: seen first, sent once, shown
//! afterwards, and only by who coordinates.

use axum::http::StatusCode;
use carreau::access::audit::{self, Seen, Wanted};
use carreau::generate::{self, Scale};
use carreau::mail::FOREWARNING;
use carreau::mail::sheet::WIDTH;
use carreau::play::{Until, play};
use trade::calendar::IsoWeek;

use crate::ahead::{cast, form, row_of};
use crate::aid::two_aids;
use crate::browser::{Browser, Page, attribute, encoded, tags};
use crate::hub::{House, houses};

/// A week that stays ahead of the clock, and the one after it.
const NOW: &str = "2037-W10";
const AFTER: &str = "2037-W11";
const PAGE: &str = "/anticipation/aid";

/// What may be told, as the boxes of the page send it.
fn boxes(page: &Page) -> Vec<String> {
    let is_line = |tag: &&str| attribute(tag, "name").is_some_and(|name| name == "line");
    let lines = tags(page.html(), "input").filter(is_line);
    lines.filter_map(|tag| attribute(tag, "value")).collect()
}

/// `8 950 kg` of `8 950 kg de trop`, in a row of the page.
fn excess(row: &str) -> String {
    let (before, _) = row.split_once(" de trop").expect("something too much");
    before.rsplit('>').next().unwrap_or_default().to_string()
}

/// Where the page of what is chosen stands.
fn chosen(line: &str) -> String {
    let fields: Vec<(String, String)> =
        vec![("week".into(), NOW.into()), ("line".into(), line.into())];
    format!("{PAGE}?{}", encoded(&fields))
}

async fn letters(house: &House) -> Vec<(String, String)> {
    let text = "SELECT recipient, body FROM outbox WHERE kind = $1 ORDER BY created_at, recipient";
    let found = house.app.everything().query(text, vec![FOREWARNING.into()]).await;
    found.expect("the outbox")
}

/// A farm promises `weekly` of some goods for the week after, far more than anybody wants.
async fn promise(desk: &mut Browser, farm: &str, goods: &str, weekly: &str) {
    let page = desk.get("/anticipation/pledges").await;
    let mut pledge = form(&page, "/anticipation/pledges").expect("a season to note");
    for (field, value) in
        [("producer", farm), ("goods", goods), ("from", AFTER), ("to", AFTER), ("weekly", weekly)]
    {
        pledge.set(field, value);
    }
    let said = desk.post(&pledge.action, &pledge.fields).await.text();
    assert!(said.contains("Noté"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_be_too_much_is_told_once_to_each_organisation() {
    let week = IsoWeek::parse(NOW).expect("a week");
    for house in houses(&two_aids(generate::pack(Scale::Xs, 3, &[week]))).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Closed).await.expect("a closed week");
        let (_, farm, goods, called) = cast(&house).await;
        let (ahead, line) = (format!("/anticipation?week={NOW}"), format!("{AFTER}|{goods}"));
        let mut desk = Browser::new(&house, "coordinator").await;
        promise(&mut desk, &farm, &goods, "9000").await;
        let page = desk.get(&ahead).await;
        assert!(boxes(&page).contains(&line), "{name}: {:?}", boxes(&page));
        let excess = excess(&row_of(&page, &called));
        let mut observer = Browser::new(&house, "observer").await;
        assert_eq!(boxes(&observer.get(&ahead).await), Vec::<String>::new(), "{name}");

        // Seen before it is sent: nothing has gone.
        let page = desk.get(&chosen(&line)).await;
        let text = page.text();
        for part in ["prévu, non promis", called.as_str(), excess.as_str(), "Aide Deux"] {
            assert!(text.contains(part), "{name}, {part}: {text}");
        }
        assert!(letters(&house).await.is_empty(), "{name}");
        let sends = form(&page, PAGE).expect("letters to send");
        assert!(form(&observer.get(&chosen(&line)).await, PAGE).is_none(), "{name}");
        let refused = observer.post(PAGE, &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");

        let after = desk.post(PAGE, &sends.fields).await;
        assert!(after.text().contains("1 ligne, 2 lettres"), "{name}: {}", after.text());
        let row = row_of(&after, &called);
        assert!(row.contains("annoncé le"), "{name}: {row}");
        assert!(!boxes(&after).contains(&line), "{name}: told, and to be told again");
        let sent = letters(&house).await;
        assert_eq!(sent.len(), 2, "{name}: {sent:?}");
        for (to, body) in &sent {
            let words = body.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("prévu, non promis"), "{name} {to}: {body}");
            assert!(words.contains(&excess), "{name} {to}, {excess}: {body}");
            let is_long = |line: &&str| line.chars().count() > WIDTH;
            assert_eq!(body.lines().find(is_long), None, "{name} {to}");
        }

        // The same form again, the same line in another form: nothing goes.
        let again = desk.post(PAGE, &sends.fields).await;
        assert!(again.text().contains("1 ligne, 2 lettres"), "{name}: {}", again.text());
        let mut other = sends.clone();
        other.set("key", "another-form-of-the-page");
        let refused = desk.post(PAGE, &other.fields).await;
        assert!(refused.text().contains("déjà annoncé"), "{name}: {}", refused.text());
        let seen = desk.get(&chosen(&line)).await;
        let twice = format!("déjà annoncé à l'aide alimentaire, environ {excess}");
        assert!(seen.text().contains(&twice), "{name}: {}", seen.text());
        assert_eq!(letters(&house).await, sent, "{name}");
        let wanted = Wanted { seen: Some(Seen::AidForewarned), ..Wanted::default() };
        let told = audit::found(&house.app, house.place(0).scope(), &wanted, 10, 0).await;
        let told = told.expect("a journal");
        assert_eq!(told.len(), 1, "{name}: {told:?}");
        assert!(told[0].about.contains(&called), "{name}: {told:?}");

        // More than was told is news, and takes the place of what was told.
        promise(&mut desk, &farm, &goods, "9900").await;
        let page = desk.get(&chosen(&line)).await;
        let instead = format!("au lieu de {excess}");
        assert!(page.text().contains(&instead), "{name}, {instead}: {}", page.text());
        let sends = form(&page, PAGE).expect("letters to send");
        let after = desk.post(PAGE, &sends.fields).await;
        assert!(row_of(&after, &called).contains("annoncé le"), "{name}");
        assert_eq!(letters(&house).await.len(), 4, "{name}");
    }
}

/// Nothing chosen is a page that says so; what cannot be read or is not expected is refused.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_expected_is_told() {
    let week = IsoWeek::parse(NOW).expect("a week");
    for house in houses(&generate::pack(Scale::Xs, 3, &[week])).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Closed).await.expect("a closed week");
        let (_, _, goods, _) = cast(&house).await;
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&format!("{PAGE}?week={NOW}")).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert!(page.text().contains("Rien n'est choisi"), "{name}: {}", page.text());
        assert!(form(&page, PAGE).is_none(), "{name}");
        for (line, said) in [
            (format!("2037-W20|{goods}"), "rien n'est prévu de trop"),
            (format!("2020-W20|{goods}"), "a commencé"),
            ("carotte".to_string(), "ne se lit pas"),
        ] {
            let page = desk.get(&chosen(&line)).await;
            assert!(page.status.is_client_error(), "{name} {line}: {}", page.status);
            assert!(page.text().contains(said), "{name} {line}: {}", page.text());
            let fields = [("key", "a-key-of-this-test"), ("week", NOW), ("line", line.as_str())];
            let fields = fields.map(|(name, value)| (name.to_string(), value.to_string()));
            let page = desk.post(PAGE, &fields).await;
            assert!(page.status.is_client_error(), "{name} {line}: {}", page.status);
        }
        assert!(letters(&house).await.is_empty(), "{name}");
    }
}
