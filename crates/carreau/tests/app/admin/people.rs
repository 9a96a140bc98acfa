//! People: invited, given and taken places, and shut out at once (T-27).

use carreau::access::api_token::{self, Leave};
use carreau::access::link::{self, INVITED_S, Opens, Tapped};
use carreau::access::session::{self, COOKIE, Ground};
use carreau::access::{Role, people};
use carreau::clock;
use keys::Token;

use super::{houses_of, keyed, plain, play, post, scope};
use crate::browser::{Browser, Page};
use crate::hub::House;

/// The token of the link that a page shows.
fn shown_link(page: &Page) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("/lien#").unwrap_or_else(|| panic!("no link: {text}"));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn id_of(house: &House, email: &str) -> String {
    let found = people::by_email(&house.app, email).await.expect("an answer");
    found.unwrap_or_else(|| panic!("{email} is unknown")).id
}

async fn player(house: &House, role: Role) -> (String, String) {
    let made = people::player(&house.app, scope(house), role, "Karim Haddad", clock::now());
    made.await.expect("a person")
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_comes_in_and_is_known() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let mut browser = Browser::new(&house, "administrator").await;
        let form = keyed("email=Zoe@Exemple.fr; name=Zoé Serre; phone=; place=dock; by=link");
        let page = browser.post("/admin/people", &form).await;
        let token = shown_link(&page);
        assert!(plain(&page).contains("Zoé Serre"), "{name}: {}", plain(&page));
        // The same form again makes nobody twice, and shows no second link.
        let again = browser.post("/admin/people", &form).await;
        assert!(!again.text().contains("/lien#"), "{name}: {}", again.text());
        let id = id_of(&house, "zoe@exemple.fr").await;
        assert_eq!(people::memberships(&house.app, &id).await.expect("places").len(), 1);

        let mut zoe = Browser::new(&house, "").await;
        let come = zoe.post_once("/lien", &[("token".into(), token.clone())]).await;
        assert_eq!(come.status, 303, "{name}: {}", come.text());
        assert!(plain(&zoe.get("/account").await).contains("Zoé Serre · Quai"));
        let mut other = Browser::new(&house, "").await;
        let twice = other.post_once("/lien", &[("token".into(), token)]).await;
        assert_eq!(twice.status, 403, "{name}: a link for one serves once");

        let page = browser.get("/admin/people?q=zoe+quai").await;
        assert!(plain(&page).contains("1 personne"), "{name}: {}", plain(&page));
        let page = browser.get(&format!("/admin/people/{id}")).await;
        assert!(plain(&page).contains("Sessions ouvertes"), "{name}");
        assert!(plain(&page).contains("Terminer la session ouverte"), "{name}: {}", plain(&page));
    }
}

/// Table of acts on one person; `~` is the person's page.
const ACTS: &str = "\
/admin/people | email=zoe@exemple.fr; name=Zoé; place=dock; by=mail | part par courriel
/admin/people | email=zoe; name=Zoé; place=dock; by=mail | « zoe » ne se lit pas
/admin/people | email=a@b.fr; place=king; by=mail | « king » est inconnu
/admin/people | email=a@b.fr; place=buyer.nobody; by=mail | n'est pas de cette plateforme
~/places | place=accountant | Place donnée : Comptabilité.
~/places | place=accountant | Comptabilité est déjà la sienne
~/links | by=link | montré une fois
~ | name=Zoé Serre; phone=06 11 22 33 44 | Fiche enregistrée.
~/sessions/removal | session=all | sont terminées
~/tokens/removal | token=none | Quelqu'un l'a déjà fait
~/keys/removal | credential=none | Quelqu'un l'a déjà fait
~/places/removal | membership=none | n'est pas la sienne
";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_people_is_said_and_noted() {
    for house in houses_of("2037-W12").await {
        let mut browser = Browser::new(&house, "administrator").await;
        let first =
            post(&mut browser, "/admin/people", "email=zoe@exemple.fr; place=dock; by=link");
        first.await;
        let id = id_of(&house, "zoe@exemple.fr").await;
        play(&mut browser, &ACTS.replace('~', &format!("/admin/people/{id}"))).await;
        // The letter waits in the outbox with its link; who is not in the demonstration sees none.
        let text = "SELECT body FROM outbox WHERE kind = 'invitation'";
        let bodies: Vec<String> =
            house.app.everything().query(text, vec![]).await.expect("letters");
        assert!(bodies.len() == 1 && bodies[0].contains("/lien#"), "{bodies:?}");
        let journal = plain(&browser.get("/admin/audit?kind=right-changed").await);
        assert!(journal.contains("zoe@exemple.fr : Comptabilité"), "{journal}");
        assert!(journal.contains("Hélène Vidal"), "{journal}");
    }
}

/// What somebody's account opens: sessions, a link, a token of a program.
struct Opened {
    sessions: Vec<Token>,
    link: Token,
    program: Token,
}

async fn open(house: &House, person: &str, membership: &str, role: Role) -> Opened {
    let (app, now) = (&house.app, clock::now());
    let mut sessions = Vec::new();
    for _ in 0..3 {
        let ground = Ground::Member { person, membership, role };
        sessions.push(session::begin(app, ground, now).await.expect("a session"));
    }
    let opens = Opens::Person(person.to_string());
    let link = link::make(app, scope(house), &opens, "test", now, Some(INVITED_S)).await;
    let leave = [Leave::Read];
    let program = api_token::make(app, scope(house), membership, "t", &leave, now, 3_600).await;
    Opened { sessions, link: link.expect("a link"), program: program.expect("a token") }
}

/// How much of it still opens, here and for a second program on the same database.
async fn alive(house: &House, opened: &Opened) -> usize {
    let now = clock::now();
    let other = house.other_app().await;
    let mut alive = 0;
    for app in [&house.app, &other] {
        for token in &opened.sessions {
            let found = session::person(app, token.as_str(), now).await.expect("an answer");
            alive += usize::from(found.is_some());
        }
        let program = api_token::person(app, opened.program.as_str(), now).await;
        alive += usize::from(program.expect("an answer").is_some());
    }
    other.everything().close().await;
    alive
}

/// T-27 from the page: three sessions, a link and a token are dead when the account is closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_opens_nothing_from_the_page_on() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let (person, membership) = player(&house, Role::Dock).await;
        let (other, _) = player(&house, Role::Driver).await;
        let opened = open(&house, &person, &membership, Role::Dock).await;
        assert_eq!(alive(&house, &opened).await, 8, "{name}");
        let mut browser = Browser::new(&house, "administrator").await;
        // The broken variant: another's account is closed, and the same look finds all alive.
        let page = post(&mut browser, &format!("/admin/people/{other}/closing"), "").await;
        assert!(plain(&page).contains("est fermé"), "{name}: {}", plain(&page));
        assert_eq!(alive(&house, &opened).await, 8, "{name}");

        let page = post(&mut browser, &format!("/admin/people/{person}/closing"), "").await;
        assert!(plain(&page).contains("est fermé"), "{name}: {}", plain(&page));
        assert_eq!(alive(&house, &opened).await, 0, "{name}");
        let tapped = link::tap(&house.app, opened.link.as_str(), clock::now()).await;
        assert!(matches!(tapped.expect("an answer"), Tapped::No), "{name}");
        // Invited again, the person comes back, and nothing old comes back with them.
        let form = "email=dock@demo.exemple.fr; place=dock; by=link";
        let page = post(&mut browser, "/admin/people", form).await;
        let token = shown_link(&page);
        assert_eq!(alive(&house, &opened).await, 0, "{name}");
        let mut back = Browser::new(&house, "").await;
        assert_eq!(back.post_once("/lien", &[("token".into(), token)]).await.status, 303, "{name}");
    }
}

/// A place that is taken away shuts what stands on it, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_taken_away_shuts_its_sessions() {
    for house in houses_of("2037-W12").await {
        let (person, dock) = player(&house, Role::Dock).await;
        let now = clock::now();
        let joined =
            people::join(&house.app, scope(&house), &person, Role::Driver, "test", now).await;
        let driver = joined.expect("a place");
        let at_dock = open(&house, &person, &dock, Role::Dock).await;
        let at_wheel = open(&house, &person, &driver, Role::Driver).await;
        let mut browser = Browser::new(&house, "administrator").await;
        let address = format!("/admin/people/{person}/places/removal");
        let page = post(&mut browser, &address, &format!("membership={dock}")).await;
        assert!(plain(&page).contains("Place retirée : Quai"), "{}", plain(&page));
        assert_eq!(alive(&house, &at_dock).await, 0);
        assert_eq!(alive(&house, &at_wheel).await, 8);
        let address = format!("/admin/people/{person}/sessions/removal");
        let hash = at_wheel.sessions[0].hash();
        post(&mut browser, &address, &format!("session={hash}")).await;
        assert_eq!(alive(&house, &at_wheel).await, 6, "one session, seen by two programs");
        post(&mut browser, &address, "session=all").await;
        assert_eq!(alive(&house, &at_wheel).await, 2, "the program's token is another thing");
        let address = format!("/admin/people/{person}/tokens/removal");
        post(&mut browser, &address, &format!("token={}", at_wheel.program.hash())).await;
        assert_eq!(alive(&house, &at_wheel).await, 0);
    }
}

/// How many living administrators the hub has.
async fn administrators(house: &House) -> usize {
    let text = "SELECT m.person FROM memberships m JOIN people p ON p.person = m.person \
        WHERE m.role = 'administrator' AND m.ended_at IS NULL AND p.closed_at IS NULL";
    let found: Vec<String> = house.app.everything().query(text, vec![]).await.expect("places");
    found.len()
}

/// Two administrators who take each other's place at the same moment: one of them stays.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_always_left_to_administer() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let mut helene = Browser::new(&house, "administrator").await;
        let own = id_of(&house, "administrator@demo.exemple.fr").await;
        let page = post(&mut helene, &format!("/admin/people/{own}/closing"), "").await;
        assert!(plain(&page).contains("la dernière personne"), "{name}: {}", plain(&page));

        let form = "email=paul@exemple.fr; place=administrator; by=link";
        let token = shown_link(&post(&mut helene, "/admin/people", form).await);
        let mut paul = Browser::new(&house, "").await;
        assert_eq!(paul.post_once("/lien", &[("token".into(), token)]).await.status, 303);
        paul.get("/account").await;
        let other = id_of(&house, "paul@exemple.fr").await;
        let place = async |person: &str| {
            people::memberships(&house.app, person).await.expect("places")[0].id.clone()
        };
        let (of_helene, of_paul) = (place(&own).await, place(&other).await);
        let (first, second) =
            (keyed(&format!("membership={of_paul}")), keyed(&format!("membership={of_helene}")));
        let (to_paul, to_helene) = (
            format!("/admin/people/{other}/places/removal"),
            format!("/admin/people/{own}/places/removal"),
        );
        let both = futures_util::future::join(
            helene.post_once(&to_paul, &first),
            paul.post_once(&to_helene, &second),
        );
        let (first, second) = both.await;
        assert_eq!(administrators(&house).await, 1, "{name}: {} {}", first.status, second.status);
        // The broken variant: without the condition both are gone.
        for membership in [of_helene, of_paul] {
            people::leave(&house.app, scope(&house), &membership, "test", clock::now())
                .await
                .expect("an answer");
        }
        assert_eq!(administrators(&house).await, 0, "{name}");
    }
}

/// The administrator's own session ends with the own place, at once.
#[tokio::test(flavor = "multi_thread")]
async fn who_closes_the_own_account_is_out() {
    let house = houses_of("2037-W12").await.remove(0);
    let mut browser = Browser::new(&house, "administrator").await;
    let form = "email=paul@exemple.fr; place=administrator; by=link";
    post(&mut browser, "/admin/people", form).await;
    let own = id_of(&house, "administrator@demo.exemple.fr").await;
    let address = format!("/admin/people/{own}/closing");
    assert_eq!(browser.post_once(&address, &keyed("")).await.status, 303);
    let token = Token::parse(browser.cookie(COOKIE).expect("a cookie")).expect("a token");
    let found = session::person(&house.app, token.as_str(), clock::now()).await;
    assert!(found.expect("an answer").is_none());
}
