//! The calendar is used when a week's sale days are made.

use carreau::admin::rows;
use carreau::clock;
use carreau::ui::fr;
use trade::mercuriale::SaleDay;

use super::{houses_of, plain, play, post, week};
use crate::browser::Browser;
use crate::hub::House;

/// The sale days of the house's week, as buyers have them.
async fn sale_days(house: &House) -> Vec<String> {
    let told = |sale: &SaleDay| {
        let (day, minute) = clock::civil(sale.cutoff_at);
        format!("{}, {} {}", fr::day(sale.day), fr::day(day), fr::time(minute))
    };
    let found = house.app.read(house.place(0), |week, _| {
        let publication = week.publication().expect("a published week");
        publication.days.iter().map(told).collect::<Vec<_>>()
    });
    let found = found.await.expect("a week").into_iter();
    found.map(|text| text.replace('\u{a0}', " ")).collect()
}

async fn publish(house: &House) {
    let mut coordinator = Browser::new(house, "coordinator").await;
    let address = format!("/weeks/{}/mercuriale/publication", house.weeks[0]);
    let page = coordinator.post(&address, &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
}

/// Ascension 2026 is a Thursday: its delivery is moved to Wednesday, with a cut-off of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_in_the_week_is_moved_and_buyers_order_for_the_new_day() {
    for house in houses_of("2026-W20").await {
        let mut browser = Browser::new(&house, "administrator").await;
        let page = browser.get("/admin/calendar?year=2026").await;
        assert!(plain(&page).contains("14 Ascension"), "{}", plain(&page));
        play(
            &mut browser,
            "/admin/calendar/exceptions | day=14/05/2026; delivery=moved; moved_to=13/05/2026; \
             cutoff_on=11/05/2026; cutoff_at=9 h 30; reason=Ascension \
             | La livraison du jeudi 14 mai se fait le mercredi 13 mai, commandes jusqu'au lundi 11 \
             mai à 9 h 30.",
        )
        .await;
        publish(&house).await;
        let days = sale_days(&house).await;
        let name = house.database.name;
        let expected =
            ["mardi 12 mai, dimanche 10 mai 12 h 00", "mercredi 13 mai, lundi 11 mai 9 h 30"];
        assert_eq!(days, expected, "{name}");
        // What buyers have does not change any more.
        play(
            &mut browser,
            "/admin/calendar/exceptions | day=14/05/2026; delivery=usual | a été publiée
             /admin/calendar/exceptions | day=12/05/2026; delivery=none | a été publiée",
        )
        .await;
        assert_eq!(sale_days(&house).await, expected, "{name}");
    }
}

/// Clocks go forward on 29 March 2037, the day of a cut-off.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_off_on_the_day_of_summer_time_is_the_hour_in_paris() {
    for house in houses_of("2037-W14").await {
        let mut browser = Browser::new(&house, "administrator").await;
        play(
            &mut browser,
            "/admin/calendar/exceptions | day=2037-03-31; delivery=usual; cutoff_on=2037-03-29; \
             cutoff_at=02:30 | Livraison le mardi 31 mars, commandes jusqu'au dimanche 29 mars à 2 \
             h 30.",
        )
        .await;
        publish(&house).await;
        let found = house.app.read(house.place(0), |week, _| {
            let days = &week.publication().expect("a published week").days;
            days.iter().map(|sale| sale.cutoff_at.0).collect::<Vec<_>>()
        });
        let found = found.await.expect("a week");
        // 2.30 does not exist that night: 3.30 in summer time. Thursday's falls on Tuesday noon.
        let (day, minute) = clock::civil(trade::calendar::Instant(found[0]));
        assert_eq!((day.to_string().as_str(), minute), ("2037-03-29", 210));
        let midnight = clock::instant(day, 0).0;
        assert_eq!(found[0] - midnight, 150 * 60, "an hour of that night is missing");
        assert_eq!(clock::civil(trade::calendar::Instant(found[1])).1, 720);
    }
}

/// What is refused, said in French, and a day that farms had already offered for.
#[tokio::test(flavor = "multi_thread")]
async fn words_for_dates_are_judged_and_told() {
    for house in houses_of("2037-W12").await {
        let mut browser = Browser::new(&house, "administrator").await;
        play(
            &mut browser,
            "/admin/calendar/exceptions | day=2037-03-18; delivery=none \
             | Il n'y a pas de livraison le mercredi 18 mars.
             /admin/calendar/exceptions | day=2037-03-17; delivery=extra \
             | Il y a déjà une livraison le mardi 17 mars.
             /admin/calendar/exceptions | day=2037-03-17; delivery=moved; moved_to=2037-03-25 \
             | dans une autre semaine
             /admin/calendar/exceptions | day=2037-03-17; delivery=moved | « Déplacée au » est vide
             /admin/calendar/exceptions | day=2037-03-17; delivery=usual; cutoff_on=2037-03-17; \
             cutoff_at=06:00 | doivent s'arrêter avant ce jour
             /admin/calendar/exceptions | day=2037-03-17; delivery=usual; cutoff_on=2037-03-15; \
             cutoff_at=midi | « midi » n'est pas une heure
             /admin/calendar/exceptions | day=demain; delivery=none | « demain » n'est pas un jour
             /admin/calendar/exceptions | day=2037-03-17; delivery=jamais | « jamais » est inconnu
             /admin/calendar/exceptions | day=2037-03-19; delivery=none; reason=Grève \
             | Pas de livraison le jeudi 19 mars. Des fermes avaient déjà offert pour ce jour
             /admin/calendar/exceptions | day=2037-03-21; delivery=extra \
             | Livraison le samedi 21 mars",
        )
        .await;
        let days = house.app.read(house.place(0), |week, _| {
            let days = week.register().delivery_days(week.week());
            days.iter().map(ToString::to_string).collect::<Vec<_>>()
        });
        assert_eq!(days.await.expect("a week"), ["2037-03-17", "2037-03-21"]);
        play(
            &mut browser,
            "/admin/calendar/exceptions | day=2037-03-19; delivery=usual \
             | Livraison le jeudi 19 mars, commandes jusqu'au mardi 17 mars à 12 h 00.",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rhythm_holds_from_its_week_on() {
    for house in houses_of("2037-W12").await {
        let mut browser = Browser::new(&house, "administrator").await;
        play(
            &mut browser,
            "/admin/calendar/rhythms | from=2037-W14; days_before=1; at=10:00 \
             | Choisissez au moins un jour de livraison.
             /admin/calendar/rhythms | from=2037-W14; day-0=1; days_before=9; at=10:00 \
             | de 1 à 7 jours avant la livraison
             /admin/calendar/rhythms | from=2037-W14; day-0=1; day-4=1; days_before=1; at=10:00 \
             | lundi et vendredi, commandes jusqu'à 1 jour avant, 10 h 00.",
        )
        .await;
        let days = async |name: &str| {
            let place = super::scope(&house).at(week(name));
            let seen = house.app.read(place, |week, _| {
                let made = clock::sale_days(week.register(), week.week());
                made.iter().map(|sale| fr::weekday(sale.day.weekday())).collect::<Vec<_>>()
            });
            seen.await.expect("a week")
        };
        assert_eq!(days("2037-W13").await, ["mardi", "jeudi"]);
        assert_eq!(days("2037-W14").await, ["lundi", "vendredi"]);
        play(
            &mut browser,
            "/admin/calendar/rhythms/removal | from=2037-W14 | est retiré
             /admin/calendar/rhythms/removal | from=2037-W14 | n'est plus là
             /admin/calendar/rhythms/removal | from=2026-W01 | a commencé",
        )
        .await;
        assert_eq!(days("2037-W14").await, ["mardi", "jeudi"]);
        publish(&house).await;
        let late = post(
            &mut browser,
            "/admin/calendar/rhythms",
            "from=2037-W12; day-0=1; days_before=1; at=10:00",
        );
        let said = plain(&late.await);
        assert!(said.contains("ne peut plus changer"), "{said}");
    }
}

/// Whoever publishes at the same moment is not passed by: the statements ask again themselves.
#[tokio::test(flavor = "multi_thread")]
async fn the_statement_itself_sees_a_publication() {
    for house in houses_of("2037-W12").await {
        let touched = async || {
            let commands = vec![
                rows::is_unpublished(house.hub, week("2037-W12")),
                rows::none_published(house.hub, week("2037-W11")),
                rows::none_published(house.hub, week("2037-W13")),
            ];
            let db = house.app.db(super::scope(&house));
            db.write(move |tx| Box::pin(async move { tx.batch(commands).await })).await
        };
        assert_eq!(touched().await.expect("counts"), [1, 1, 1]);
        publish(&house).await;
        assert_eq!(touched().await.expect("counts"), [0, 0, 1], "{}", house.database.name);
    }
}
