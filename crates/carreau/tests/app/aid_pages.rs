//! Food aid's pages and the dock's, as people press them: both databases, no script.

use carreau::clock;
use carreau::dock::surplus::acts;
use carreau::dock::surplus::intake::reserve;
use carreau::mail::SURPLUS;
use carreau::play::surplus;
use carreau::store::register::set_profile;
use carreau::ui::fr;
use db::testing;
use trade::calendar::Instant;
use trade::dock::LeftoverSource;
use trade::dock::surplus::{SurplusRequest, SurplusSource};
use trade::impact::aid::of_week;
use trade::offers::Stamp;
use trade::party::AidProfile;
use trade::unit::{Cents, Grams, Qty, Rate};

use crate::aid::{CRATE, Morning, mornings, mornings_of_today, now};
use crate::browser::{Browser, Page};
use crate::tables;

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

async fn enter(morning: &Morning, at: usize) -> Browser {
    Browser::new(&morning.house, &format!("food-aid.{}", morning.aids[at])).await
}

fn href(morning: &Morning, rest: &str) -> String {
    format!("/weeks/{}/{rest}", morning.place.week)
}

/// Presses the form of a page that goes to `action`, with some fields typed.
pub async fn press(
    browser: &mut Browser,
    page: &Page,
    action: &str,
    typed: &[(&str, &str)],
) -> Page {
    let form = page.forms().into_iter().find(|form| form.is_post && form.action.ends_with(action));
    let mut form = form.unwrap_or_else(|| panic!("no form {action}: {}", page.text()));
    for (name, value) in typed {
        form.fields.retain(|(known, _)| known != name);
        form.fields.push((name.to_string(), value.to_string()));
    }
    let fields: Vec<(String, String)> =
        form.fields.into_iter().filter(|(name, _)| name != "form_token").collect();
    browser.post(&form.action, &fields).await
}

/// From the dock's page to the shared-out kilos: A1 to A4, and what stands then in the books.
#[tokio::test(flavor = "multi_thread")]
async fn a_morning_from_the_dock_to_the_charities() {
    for morning in mornings(testing::databases()).await {
        let name = morning.name();
        let mut dock = Browser::new(&morning.house, "dock").await;
        let page = dock.get(&href(&morning, "dock/surplus")).await;
        assert_eq!(page.status, 200, "{name}: {}", page.text());
        let key = format!("quantity-dock.{}", morning.receipt);
        let typed = [(key.as_str(), "40"), ("until_day", "2037-01-01"), ("until_time", "12:00")];
        let page = press(&mut dock, &page, "/dock/surplus", &typed).await;
        assert!(page.text().contains("1 surplus offert"), "{name}: {}", page.text());
        let typed = [("day", "2037-01-02"), ("from", "14:00"), ("to", "16:00"), ("capacity", "35")];
        let page = press(&mut dock, &page, "/slots", &typed).await;
        assert!(page.text().contains("Créneau ouvert"), "{name}: {}", page.text());

        let mut aid = enter(&morning, 0).await;
        let page = aid.get("/").await;
        assert_eq!(page.address, href(&morning, "surplus"), "{name}: food aid begins here");
        let one = page.links().into_iter().find(|link| link.contains("/offers/")).expect("goods");
        let page = aid.get(&one).await;
        assert!(page.text().contains("40 kg"), "{name}: {}", page.text());
        // Too much is refused with what is left, at the same page.
        let form = page.forms().into_iter().find(|form| form.is_post).expect("a form");
        let key = form.value("key").expect("a key").to_string();
        let typed = fields(&[("quantity", "41"), ("key", &key)]);
        let refused = aid.post_once(&one, &typed).await;
        assert_eq!(refused.status, 409, "{name}");
        assert!(refused.text().contains("Vous demandez 41 kg, il reste 40 kg"), "{name}");
        let page = press(&mut aid, &page, &one, &[("quantity", "30")]).await;
        assert!(page.text().contains("Réservé : 30 kg"), "{name}: {}", page.text());

        let page = aid.get(&href(&morning, "surplus/slot")).await;
        assert!(page.text().contains("30 kg à charger"), "{name}: {}", page.text());
        let page = press(&mut aid, &page, "/slot", &[("slot", "1")]).await;
        assert!(page.text().contains("de 14 h 00 à 16 h 00"), "{name}: {}", page.text());
        // The other organisation does not fit into what is left of these hours.
        let mut other = enter(&morning, 1).await;
        let second = other.get(&one).await;
        press(&mut other, &second, &one, &[("quantity", "10")]).await;
        let full = fields(&[("slot", "1"), ("van", "")]);
        let full = other.post(&href(&morning, "surplus/slot"), &full).await;
        assert_eq!(full.status, 422, "{name}");
        assert!(full.text().contains("Ce créneau charge encore 5 kg"), "{name}: {}", full.text());

        let page = aid.get(&href(&morning, "surplus/receipt")).await;
        let typed = [("temperature", "6,5"), ("signed_by", "Nadia Benali")];
        let page = press(&mut aid, &page, "/receipt", &typed).await;
        assert!(page.text().contains("Reçu signé pour 1 produit"), "{name}: {}", page.text());
        assert_the_paper_and_the_shares(&morning, &mut aid, &page).await;
    }
}

async fn assert_the_paper_and_the_shares(morning: &Morning, aid: &mut Browser, page: &Page) {
    let name = morning.name();
    let find = |end: &str| page.links().into_iter().find(|link| link.contains(end));
    let paper = aid.get(&find("/paper").expect("a paper")).await;
    assert!(paper.bytes.starts_with(b"%PDF"), "{name}");
    let split = find("/split/").expect("a page to share out");
    let page = aid.get(&split).await;
    let form = page.forms().into_iter().find(|form| form.is_post).expect("a proposal");
    let parts: Vec<&str> = form
        .fields
        .iter()
        .filter(|(name, _)| name.starts_with("part-"))
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(parts, ["30"], "{name}: all to its only site");
    let six = ["Lunel", "Sète", "Béziers", "Agde", "Lodève", "Ganges"];
    let mut typed: Vec<(String, String)> = Vec::new();
    for (rank, structure) in six.iter().enumerate() {
        typed.push((format!("name-{rank}"), structure.to_string()));
        typed.push((format!("part-{rank}"), "5".into()));
    }
    let saved = aid.post(&split, &typed).await;
    assert!(saved.text().contains("Répartition enregistrée"), "{name}: {}", saved.text());
    assert!(six.iter().all(|structure| saved.text().contains(structure)), "{name}");
    typed[1].1 = "4,9".into();
    let wrong = aid.post(&split, &typed).await;
    assert_eq!(wrong.status, 422, "{name}");
    assert!(wrong.text().contains("29,9 répartis pour 30 reçus"), "{name}: {}", wrong.text());
    let sums = morning.house.other_app().await;
    let sums = sums.read(morning.place, |week, _| {
        let parts = week.surplus().splits().iter().flat_map(|one| &one.parts);
        (parts.map(|part| part.1.get()).sum::<i64>(), week.check().breaches)
    });
    assert_eq!(sums.await.expect("a week"), (30_000, vec![]), "{name}");
}

/// Twenty press the button for the last crate: one is led on, nineteen read in French that it is
/// gone.
#[tokio::test(flavor = "multi_thread")]
async fn nineteen_are_told_that_the_last_crate_is_gone() {
    for morning in mornings(testing::databases()).await {
        let surplus = morning.offer(CRATE, None).await;
        let address = href(&morning, &format!("surplus/offers/{surplus}"));
        let browsers = [enter(&morning, 0).await, enter(&morning, 1).await];
        let mut running = tokio::task::JoinSet::new();
        for at in 0..20 {
            let (mut browser, address) = (browsers[at % 2].twin(), address.clone());
            running.spawn(async move {
                let key = format!("click-{at}");
                browser.post_once(&address, &fields(&[("quantity", "10"), ("key", &key)])).await
            });
        }
        let pages = running.join_all().await;
        let won = pages.iter().filter(|page| page.status == 303).count();
        assert_eq!(won, 1, "{}", morning.name());
        for page in pages.iter().filter(|page| page.status != 303) {
            assert_eq!(page.status, 409, "{}", page.text());
            let said = "Trop tard : d'autres ont tout pris, il ne reste rien.";
            assert!(page.text().contains(said), "{}", page.text());
        }
        // The winner's second click, and its browser's retry, are the same reservation.
        let mut winner = browsers[0].twin();
        for _ in 0..2 {
            let page = winner.get(&href(&morning, "surplus")).await;
            assert!(page.status == 200, "{}", page.text());
        }
        morning.assert_sound(surplus, Qty::ZERO).await;
    }
}

/// Another organisation's reservation is nobody's business: not seen, not cancelled, not signed
/// for, not shared out, not printed.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_reservation_is_seen_or_touched() {
    for morning in mornings(testing::databases()).await {
        let name = morning.name();
        let surplus = morning.offer(Qty::new(4 * CRATE.get()), None).await;
        let mut own = enter(&morning, 0).await;
        let address = href(&morning, &format!("surplus/offers/{surplus}"));
        own.post(&address, &fields(&[("quantity", "30"), ("key", "k1")])).await;
        let app = &morning.house.app;
        let id = app.read(morning.place, |week, _| week.surplus().reservations()[0].id);
        let id = id.await.expect("a week");
        let mut other = enter(&morning, 1).await;
        let page = other.get(&href(&morning, "surplus")).await;
        assert!(!page.text().contains("À enlever"), "{name}: {}", page.text());
        let received = format!("received-{id}");
        let unknown = format!("La réservation {id} n'est pas une des vôtres.");
        let posts = [
            ("surplus/cancellations", fields(&[("reservation", &id.to_string())])),
            ("surplus/receipt", fields(&[(&received, "30"), ("signed_by", "X"), ("key", "k2")])),
            (&*format!("surplus/split/{id}"), fields(&[("name-0", "X"), ("part-0", "30")])),
        ];
        for (rest, sent) in posts {
            let page = other.post(&href(&morning, rest), &sent).await;
            assert_eq!(page.status, 404, "{name} {rest}: {}", page.text());
            assert!(page.text().contains(&unknown), "{name} {rest}: {}", page.text());
        }
        for rest in [format!("surplus/split/{id}"), format!("surplus/receipt/{id}/paper")] {
            let page = other.get(&href(&morning, &rest)).await;
            assert_eq!(page.status, 404, "{name} {rest}");
            // Foreign and unknown are answered alike.
            let unknown = rest.replace(&id.to_string(), "999999");
            let unknown = other.get(&href(&morning, &unknown)).await;
            let said = unknown.text().replace("999999", &id.to_string());
            assert_eq!((unknown.status, said), (page.status, page.text()), "{name} {rest}");
        }
        // Its own it may cancel, once.
        let cancel = fields(&[("reservation", &id.to_string())]);
        let page = own.post(&href(&morning, "surplus/cancellations"), &cancel).await;
        assert!(page.text().contains("Réservation annulée"), "{name}: {}", page.text());
        morning.assert_sound(surplus, Qty::new(4 * CRATE.get())).await;
    }
}

/// A5: page, CSV and workbook say what the facts say, and no name of a farm is a formula.
#[tokio::test(flavor = "multi_thread")]
async fn the_month_is_the_fold_of_its_facts() {
    for morning in mornings_of_today().await {
        let name = morning.name();
        let formula = "UPDATE producers SET name = '=HYPERLINK(1)' || producer";
        crate::standing::write(morning.db(), vec![(formula, vec![])]).await;
        morning.house.app.forget_all();
        let surplus = morning.offer(Qty::new(3 * CRATE.get()), None).await;
        let mut aid = enter(&morning, 0).await;
        let address = href(&morning, &format!("surplus/offers/{surplus}"));
        aid.post(&address, &fields(&[("quantity", "30"), ("key", "k1")])).await;
        let page = aid.get(&href(&morning, "surplus/receipt")).await;
        press(&mut aid, &page, "/receipt", &[("signed_by", "Nadia")]).await;
        let expected = expected(&morning).await;
        assert_eq!(expected.iter().map(|row| row.grams).sum::<i64>(), 30_000, "{name}");
        assert!(expected.iter().all(|row| row.cents > 0), "{name}: {expected:?}");
        // What is fetched today belongs to today's month, which looks a week back at most.
        let month = carreau::clock::today().to_string()[..7].to_string();
        let page = aid.get(&href(&morning, &format!("surplus/report?month={month}"))).await;
        assert_the_page(&page, &expected, name);
        let csv = aid.get(&href(&morning, &format!("surplus/report/csv?month={month}"))).await;
        let mut rows = tables::of_csv(&csv.bytes);
        assert!(!rows.iter().flatten().any(|cell| cell.starts_with('=')), "{name}: {rows:?}");
        rows.iter_mut().flatten().for_each(|cell| *cell = wire::safe::unguarded(cell).into());
        assert_eq!(said_by(&rows[1..]), expected, "{name}: the CSV");
        // The broken variant: a file that lost a line, and one whose value is another.
        assert_ne!(said_by(&rows[2..]), expected, "{name}");
        rows[1][12] = "0,01".into();
        assert_ne!(said_by(&rows[1..]), expected, "{name}");
        let xlsx = aid.get(&href(&morning, &format!("surplus/report/xlsx?month={month}"))).await;
        let rows = tables::of_xlsx(&xlsx.bytes);
        let (lines, sums) = rows[2..].split_at(expected.len());
        assert_eq!(said_by(lines), expected, "{name}: the workbook");
        let sum = |of: fn(&Given) -> i64| expected.iter().map(of).sum::<i64>();
        let total = &sums[0];
        assert_eq!(total[0], "Total", "{name}: {sums:?}");
        assert_eq!(thousandths(&total[9]), sum(|row| row.grams), "{name}");
        assert_eq!(thousandths(&total[11]), sum(|row| row.cents) * 10, "{name}");
        assert_eq!(thousandths(&total[12]), sum(|row| row.gift_cents) * 10, "{name}");
        let mut other = enter(&morning, 1).await;
        let page = other.get(&href(&morning, &format!("surplus/report?month={month}"))).await;
        assert!(page.text().contains("Rien ce mois"), "{name}: {}", page.text());
    }
}

/// What one line of the report says.
#[derive(Debug, PartialEq, Eq)]
struct Given {
    farm: String,
    siret: String,
    grams: i64,
    cents: i64,
    gift_cents: i64,
}

/// The lines of the first organisation, from the facts.
async fn expected(morning: &Morning) -> Vec<Given> {
    let seen = morning.house.app.read(morning.place, |week, _| {
        let rows = of_week(week, Some(morning.aids[0])).expect("rows");
        let given = rows.iter().map(|row| {
            let farm = &week.register().producers[&row.producer].identity;
            Given {
                farm: farm.name.clone(),
                siret: farm.siret.clone(),
                grams: row.weight.get(),
                cents: row.value.get(),
                gift_cents: row.gift_value.get(),
            }
        });
        given.collect()
    });
    seen.await.expect("a week")
}

/// The lines of a file, read by its columns.
fn said_by(rows: &[Vec<String>]) -> Vec<Given> {
    let one = |row: &Vec<String>| Given {
        farm: row[3].clone(),
        siret: row[4].clone(),
        grams: thousandths(&row[9]),
        cents: thousandths(&row[11]) / 10,
        gift_cents: thousandths(&row[12]) / 10,
    };
    rows.iter().map(one).collect()
}

/// `12,5` or `12.5` as 12 500; a figure that no person can read as such fails.
fn thousandths(cell: &str) -> i64 {
    let (whole, part) = cell.split_once([',', '.']).unwrap_or((cell, ""));
    let figure = format!("{whole}{part:0<3}");
    figure.parse().unwrap_or_else(|_| panic!("no figure: {cell}"))
}

/// Each farm with its kilos and values, and the sums under them.
fn assert_the_page(page: &Page, expected: &[Given], name: &str) {
    let plain = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let figures = |grams, cents, gift| {
        let (value, gift) = (fr::euros(Cents::new(cents)), fr::euros(Cents::new(gift)));
        plain(format!("{} {value} {gift}", fr::kilos(Grams::new(grams))))
    };
    let text = page.text();
    let sum = |of: fn(&Given) -> i64| expected.iter().map(of).sum::<i64>();
    let total = figures(sum(|row| row.grams), sum(|row| row.cents), sum(|row| row.gift_cents));
    assert!(text.contains(&format!("Total {total}")), "{name}: {total}: {text}");
    let (goods, _) = text.split_once(" Total ").expect("a sum");
    for row in expected {
        let (_, own) = goods.split_once(&row.farm).unwrap_or_else(|| panic!("{name}: {text}"));
        let said = figures(row.grams, row.cents, row.gift_cents);
        assert!(own.contains(&said), "{name}: {said}: {own}");
    }
}

/// One letter for each organisation that may take something of it; none for the others.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_take_it_is_written_to_once() {
    for morning in mornings(testing::databases()).await {
        let (app, name) = (&morning.house.app, morning.name());
        let far = AidProfile {
            buyer: morning.aids[1],
            approval: String::new(),
            departments: vec!["59".into()],
            vans: Vec::new(),
            structures: Vec::new(),
        };
        set_profile(morning.db(), morning.place.hub, &far).await.expect("a profile");
        let surplus = morning.offer(CRATE, None).await;
        let letters = "SELECT recipient, body FROM outbox WHERE kind = $1 ORDER BY recipient";
        let letters: Vec<(String, String)> =
            morning.db().query(letters, vec![SURPLUS.into()]).await.expect("the outbox");
        let [(recipient, body)] = &letters[..] else { panic!("{name}: {letters:?}") };
        assert_eq!(*recipient, morning.aids[0].to_string(), "{name}");
        assert!(body.contains("10 kg") && body.contains("quai 7"), "{name}: {body}");
        let mut other = enter(&morning, 1).await;
        let page = other.get(&href(&morning, "surplus")).await;
        assert!(page.text().contains("origine hors de vos règles"), "{name}: {}", page.text());
        let address = href(&morning, &format!("surplus/offers/{surplus}"));
        let refused = other.post(&address, &fields(&[("quantity", "1"), ("key", "k")])).await;
        assert_eq!(refused.status, 422, "{name}");
        assert!(refused.text().contains("du département"), "{name}: {}", refused.text());
        let back = acts::withdraw(app, morning.place, surplus, &now()).await.expect("taken back");
        assert_eq!(back, CRATE, "{name}");
    }
}

/// Two days after the end of an offer, part of which was reserved: the dock sees who did not come
/// and what is free again, on both of its pages, and takes all of it back with one press.
#[tokio::test(flavor = "multi_thread")]
async fn the_dock_sees_what_was_never_fetched() {
    for morning in mornings(testing::databases()).await {
        let (app, place, name) = (&morning.house.app, morning.place, morning.name());
        let ago = |days: i64| Instant(clock::now().0 - days * 86_400);
        let then = Stamp { at: ago(3), by: "essai".into() };
        let request = SurplusRequest {
            source: SurplusSource::Left(LeftoverSource::Dock(morning.receipt)),
            quantity: CRATE,
            price: None,
            value_rate: Rate::new(10_000),
            place: "quai 7".into(),
            until: ago(2),
        };
        let ids = acts::offer(app, place, &[request], &then, "").await.expect("an offer");
        let asked = morning.asking(0, ids[0], Qty::new(4_000));
        reserve(app, place, asked, "old", &then).await.expect("a reservation");
        let mut dock = Browser::new(&morning.house, "dock").await;
        let page = dock.get(&href(&morning, "dock/surplus")).await;
        for said in ["pas enlevé à temps : libre au quai", "pas venu : libre", "Reprendre 10 kg"]
        {
            assert!(page.text().contains(said), "{name}: {said}: {}", page.text());
        }
        let desk = dock.get(&href(&morning, "dock")).await;
        assert!(desk.text().contains("offert, pas enlevé à temps"), "{name}: {}", desk.text());
        let page = press(&mut dock, &page, "/withdrawals", &[]).await;
        assert!(page.text().contains("10 repris"), "{name}: {}", page.text());
        assert!(!page.text().contains("pas venu : libre"), "{name}");
        let desk = dock.get(&href(&morning, "dock")).await;
        assert!(!desk.text().contains("offert, pas enlevé à temps"), "{name}");
        morning.assert_sound(ids[0], Qty::ZERO).await;
    }
}

/// The demonstration has something to click on, and the door leads there.
#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_has_surplus_today() {
    for morning in mornings(testing::databases()).await {
        let (app, place) = (&morning.house.app, morning.place);
        surplus::offer(app, place, carreau::clock::now(), "").await.expect("a surplus");
        let seen =
            |week: &trade::Week, _: i64| (week.surplus().offers().len(), week.check().breaches);
        let (offers, breaches) = app.read(place, seen).await.expect("a week");
        assert!(offers > 0 && breaches.is_empty(), "{offers} {breaches:?}");
        // Playing again offers nothing twice.
        surplus::offer(app, place, carreau::clock::now(), "").await.expect("nothing more");
        assert_eq!(app.read(place, seen).await.expect("a week").0, offers);
        let page = enter(&morning, 0).await.get("/").await;
        assert_eq!(page.address, href(&morning, "surplus"));
        assert!(page.links().iter().any(|link| link.contains("/offers/")), "{}", page.text());
    }
}
