//! Records of parties, price rules, words of letters, jobs and the journal.

use carreau::access::audit::{self, Seen};
use carreau::clock;
use carreau::mail;
use carreau::store::jobs::{self, Notes};
use trade::calendar::Instant;
use trade::offers::Stamp;

use super::{houses_of, plain, play, post, scope};
use crate::browser::Browser;
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};

/// A buyer with an invoice and a signed note, and one with neither.
async fn buyers(house: &House) -> (String, String, String) {
    let found = house.app.read(house.place(0), |week, _| {
        let note = week.notes().first().expect("a delivered week");
        let own = week.register().site(note.site).expect("a site").buyer;
        let mut others = week.register().buyers.keys();
        let free = others.find(|buyer| {
            let has_order = week.orders().iter().any(|order| order.buyer == **buyer);
            !has_order
        });
        let free = free.map(ToString::to_string).unwrap_or_default();
        (own.to_string(), note.site.to_string(), free)
    });
    found.await.expect("a week")
}

#[tokio::test(flavor = "multi_thread")]
async fn records_change_where_no_paper_says_otherwise() {
    for house in played_and_open(&two_weeks()).await {
        let name = house.database.name;
        let (buyer, site, _) = buyers(&house).await;
        let before = house.app.read(house.place(0), |week, _| week.register().clone());
        let before = before.await.expect("a week");
        let siret = |code: &str| {
            let id = trade::id::BuyerId::parse(code).expect("a code");
            before.buyers[&id].identity.siret.clone()
        };
        let mut browser = Browser::new(&house, "administrator").await;
        let page = format!("/admin/parties/buyer/{buyer}");
        let table = format!(
            "{page} | email=cuisine@exemple.fr; phone=04 00 00 00 01; service_code=CUISINE-7; \
             commitment_number=EJ-2037; invoice_rule=both | Fiche enregistrée.
             {page} | email=cuisine | « cuisine » ne se lit pas
             {page} | email=; siret=73282932000075 | « 73282932000075 » n'en est pas un
             {page}/sites | site=; name=Annexe; commune=Sète; postcode=34200; opens=07:00; \
             closes=10:30; diners=120 | Site ajouté : Annexe.
             {page}/sites | site=; name=Annexe; commune=Nulle-Part; opens=07:00; closes=10:30 \
             | n'est pas sur notre carte
             {page}/sites | site=; name=Annexe; commune=Sète; opens=11:00; closes=10:30 \
             | échangez-les
             {page}/sites | site={site}; opens=05:30; closes=09:45; diners=77 | Site enregistré
             {page}/sites | site={site}; name=Autre nom; opens=05:30; closes=09:45 \
             | figure sur des pièces déjà émises
             {page}/sites | site=ailleurs; name=x; opens=05:30; closes=09:45 \
             | n'est pas de cet acheteur"
        );
        play(&mut browser, &table).await;
        if !siret(&buyer).is_empty() {
            play(
                &mut browser,
                &format!(
                    "{page} | email=; siret=73282932000074 | figure sur des pièces déjà émises"
                ),
            )
            .await;
        }
        let after = house.app.read(house.place(1), |week, _| week.register().clone());
        let after = after.await.expect("a week");
        let id = trade::id::BuyerId::parse(&buyer).expect("a code");
        assert_eq!(after.buyers[&id].service_code, "CUISINE-7", "{name}");
        assert_eq!(after.buyers[&id].invoice_rule.code(), "both", "{name}");
        assert_eq!(after.buyers[&id].identity.siret, siret(&buyer), "{name}");
        let own: Vec<_> = after.sites.values().filter(|one| one.buyer == id).collect();
        let annex = own.iter().find(|one| one.name == "Annexe").expect("the new site");
        assert_eq!((annex.opens_minute, annex.closes_minute, annex.diners), (420, 630, 120));
        assert!(annex.place.lat_e6 > 43_000_000, "{name}: the middle of Sète");
        let known = own.iter().find(|one| one.id.to_string() == site).expect("the site");
        assert_eq!((known.opens_minute, known.diners), (330, 77), "{name}");
        // Who keys in an order finds the new site on the next page.
        let mut desk = Browser::new(&house, "coordinator").await;
        let day = house.weeks[1].day(trade::calendar::Weekday::Thursday);
        let address = format!("/weeks/{}/orders/new?buyer={buyer}&day={day}", house.weeks[1]);
        let orders = desk.get(&address).await;
        assert!(plain(&orders).contains("Annexe"), "{name}: {}", plain(&orders));
    }
}

/// A farm that we fetch from, and when: what rounds and the dock's slots look at.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_says_whether_we_fetch_and_when() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let farm = house.app.read(house.place(0), |week, _| {
            let mut farms = week.register().producers.keys();
            *farms.next().expect("a farm")
        });
        let farm = farm.await.expect("a week");
        let page = format!("/admin/parties/farm/{farm}");
        let mut browser = Browser::new(&house, "administrator").await;
        let table = format!(
            "{page} | email=; fetched=1; arrives_from=07:00; arrives_to=06:00 | échangez-les
             {page} | email=; fetched=1; arrives_from=05:00; arrives_to= | est vide
             {page} | email=; fetched=1; arrives_from=05:00; arrives_to=06:30 | Fiche enregistrée."
        );
        play(&mut browser, &table).await;
        let carriage = || async {
            let read =
                house.app.read(house.place(0), |week, _| week.register().producers[&farm].carriage);
            read.await.expect("a week")
        };
        let hours = Some(trade::party::Hours { from: 300, to: 390 });
        let said = trade::party::Carriage { is_fetched: true, hours };
        assert_eq!(carriage().await, said, "{name}");
        // A form that does not speak of it changes nothing of it.
        play(&mut browser, &format!("{page} | email= | Fiche enregistrée.")).await;
        assert_eq!(carriage().await, said, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_rule_is_shown_added_followed_and_withdrawn() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let mut browser = Browser::new(&house, "administrator").await;
        let tried =
            browser.get("/admin/prices?from=2037-04-01&reading=sale&rate=40&family=&kind=").await;
        let text = plain(&tried);
        assert!(text.contains("À partir du 1er avril 2037 : taux de marque de 40 %."), "{text}");
        assert!(text.contains("66,67 %") && text.contains("40 %"), "{name}: {text}");
        let mut forms = tried.forms().into_iter();
        let form = forms.find(|form| form.is_post && form.action == "/admin/prices");
        let form = form.expect("a form to add it");
        let page = browser.post("/admin/prices", &form.fields).await;
        assert!(plain(&page).contains("Règle ajoutée"), "{name}: {}", plain(&page));
        let today = clock::today();
        play(
            &mut browser,
            &format!(
            "/admin/prices | from={today}; reading=cost; rate=20 | Une règle ne peut pas commencer
             /admin/prices | from=2037-04-01; reading=cost; rate=20 | Une règle commence déjà
             /admin/prices | from=2037-05-01; reading=sale; rate=100 | il doit rester sous 100 %
             /admin/prices | from=2037-05-01; reading=cost; rate=-3 | ne peut pas être négatif
             /admin/prices | from=2037-05-01; reading=cost; rate=beaucoup | n'est pas un taux
             /admin/prices | from=2037-05-01; reading=; rate=20 | choisissez taux de marge
             /admin/prices | from=; reading=cost; rate=20 | « À partir du »
             /admin/prices/removal | rule=1 | a commencé
             /admin/prices/removal | rule=1001 | Règle retirée : taux de marque de 40 %
             /admin/prices/removal | rule=1001 | n'est plus là"
        ),
        )
        .await;
    }
}

/// Words of the hub go into the next letter, as plain text, and back.
#[tokio::test(flavor = "multi_thread")]
async fn the_hubs_own_words_go_into_its_letters() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let mut browser = Browser::new(&house, "administrator").await;
        let address = "/admin/texts/offer_request";
        let words = "opening=Il pleut <b>enfin</b>.\n\nSemez !; closing=À jeudi.";
        let seen = post(&mut browser, &format!("{address}/preview"), words).await;
        assert!(plain(&seen).contains("pas encore enregistrée"), "{name}: {}", plain(&seen));
        assert!(seen.html().contains("&#60;b&#62;enfin"), "{name}");
        assert!(!seen.html().contains("<b>enfin"), "{name}");
        assert_eq!(asked(&house, 1).await, None, "{name}: a look keeps nothing");
        play(&mut browser, &format!(
            "{address} | opening=Il pleut <b>enfin</b>.; closing=À jeudi. | Version 1 enregistrée"
        ))
        .await;
        let (plain_text, html) = asked(&house, 2).await.expect("a letter");
        assert!(plain_text.starts_with("Bonjour,\n\nIl pleut <b>enfin</b>.\n\n"), "{plain_text}");
        assert!(plain_text.contains("\nÀ jeudi.\n\nRépondez"), "{plain_text}");
        assert!(html.contains("&#60;b&#62;enfin&#60;/b&#62;"), "{name}: {html}");
        let long = "x".repeat(1_300);
        play(
            &mut browser,
            &format!(
                "{address} | opening={long}; closing= | « Au début » a 1300 signes
             {address} | act=back | est de nouveau celle d'origine"
            ),
        )
        .await;
        assert_eq!(browser.get("/admin/texts/nothing").await.status, 404);
        let page = plain(&browser.get(address).await);
        assert!(page.contains("2 versions") && page.contains("Version 1, Hélène Vidal"), "{page}");
    }
}

/// Asks the farms (in week 13 or 14: each is asked once) when the hub has words; the letter.
async fn asked(house: &House, time: i64) -> Option<(String, String)> {
    let place = house.place(0);
    let words = house.app.read(place, |week, _| week.register().words("offer_request").is_some());
    if !words.await.expect("a week") {
        return None;
    }
    let stamp = Stamp { at: Instant(clock::now().0 + time), by: "essai".into() };
    mail::request_offers(&house.app, place, &stamp, |_| String::new()).await.expect("letters");
    let text = "SELECT body, html FROM outbox WHERE kind = 'offer_request' ORDER BY recipient";
    let found: Vec<(String, String)> =
        house.app.everything().query(text, vec![]).await.expect("letters");
    found.into_iter().next()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_say_what_they_did_and_failed_letters_go_again() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let now = clock::now();
        let mut notes = Notes::of(jobs::MAIL);
        notes.note(&house.app, now, Ok(Some("3 lettres parties".into()))).await;
        notes.note(&house.app, now, Err("le serveur ne répond pas".into())).await;
        notes.note(&house.app, Instant(now.0 + 1), Ok(None)).await;
        let runs = jobs::runs(&house.app).await.expect("runs");
        assert_eq!(runs[0].looked_at, now, "{name}: a run without work is noted once a minute");
        notes.note(&house.app, Instant(now.0 + 61), Ok(None)).await;
        let runs = jobs::runs(&house.app).await.expect("runs");
        assert_eq!(runs[0].looked_at.0, now.0 + 61, "{name}");
        let mut browser = Browser::new(&house, "administrator").await;
        let page = plain(&browser.get("/admin/jobs").await);
        assert!(page.contains("3 lettres parties"), "{name}: {page}");
        assert!(page.contains("le serveur ne répond pas"), "{name}: {page}");

        let none = post(&mut browser, "/admin/jobs/mail/tries", "").await;
        assert!(plain(&none).contains("Aucune lettre n'attend"), "{name}: {}", plain(&none));
        let stamp = Stamp { at: now, by: "essai".into() };
        let asked =
            mail::request_offers(&house.app, house.place(0), &stamp, |_| String::new()).await;
        let count = asked.expect("letters");
        let fail = "UPDATE outbox SET failed_at = 1, next_try_at = NULL, error = 'non' \
            WHERE kind = 'offer_request'";
        let failed = house
            .app
            .everything()
            .write(move |tx| Box::pin(async move { tx.exec(fail, vec![]).await }));
        assert_eq!(failed.await.expect("failed") as usize, count);
        let page = post(&mut browser, "/admin/jobs/mail/tries", "").await;
        assert!(plain(&page).contains("Tout repart"), "{name}: {}", plain(&page));
        let due = mail::rows::due(house.app.everything(), clock::now().0).await.expect("due");
        assert!(!due.is_empty() && due.len() <= count, "{name}");
        assert_eq!(post(&mut browser, "/admin/jobs/none/tries", "").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_filtered_paged_and_given_out_without_formulas() {
    for house in houses_of("2037-W12").await {
        let (app, name) = (&house.app, house.database.name);
        let day = Instant(clock::instant(clock::today().plus_days(-40), 600).0);
        for rank in 0..120 {
            let at = Instant(day.0 + rank);
            audit::note(app, house.hub, Seen::Left, "=1+1", "@SUM(A1)", "10.0.0.1", at).await;
        }
        let mut browser = Browser::new(&house, "administrator").await;
        let first = browser.get("/admin/audit?who=%3D1%2B1").await;
        let text = plain(&first);
        assert!(text.contains("120 lignes, page 1 sur 2"), "{name}: {text}");
        let next = first.links().into_iter().find(|href| href.contains("page=2"));
        let second = browser.get(&next.expect("a second page")).await;
        assert!(plain(&second).contains("page 2 sur 2"), "{name}: {}", plain(&second));
        let rows = second.html().matches("<tr><th scope=\"row\">").count();
        assert_eq!(rows, 20, "{name}");

        let (from, to) = (clock::today().plus_days(-41), clock::today().plus_days(-39));
        let seen = browser.get(&format!("/admin/audit?kind=left&from={from}&to={to}")).await;
        assert!(plain(&seen).contains("120 lignes"), "{name}: {}", plain(&seen));
        let none = browser.get(&format!("/admin/audit?kind=forged&from={from}")).await;
        assert!(plain(&none).contains("aucune ligne"), "{name}");
        assert_eq!(browser.get("/admin/audit?from=hier").await.status, 400);

        let file = browser.get("/admin/audit/export?who=%3D1%2B1").await;
        let text = String::from_utf8(file.bytes.to_vec()).expect("UTF-8");
        assert_eq!(text.lines().count(), 121, "{name}");
        assert!(text.starts_with("\u{feff}Date;Heure;Qui;Quoi;Objet;Adresse\n"), "{text}");
        let line = text.lines().nth(1).expect("a line");
        assert!(line.contains(";'=1+1;") && line.contains(";'@SUM(A1);"), "{line}");
        // What the desk itself did stands there too, and who was refused at its doors.
        let mut dock = Browser::new(&house, "dock").await;
        assert_eq!(dock.get("/admin/audit").await.status, 403);
        let refused = plain(&browser.get("/admin/audit?kind=forbidden").await);
        assert!(refused.contains("/admin/audit") && refused.contains("Karim Haddad"), "{refused}");
        assert_eq!(scope(&house).hub(), house.hub);
    }
}
