//! A coordinator runs a whole week through the forms of the pages, and makes mistakes.

use carreau::access::scope::HubScope;
use carreau::generate::{self, Scale};
use carreau::store::act::Place;
use trade::calendar::IsoWeek;
use wire::pack::Pack;

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses};
use crate::pages::OPEN;
use crate::roles::revision;

/// A hub that is set up, in a week about which nothing is known yet.
fn register_only() -> Pack {
    let week = IsoWeek::parse(OPEN).expect("a week");
    let mut pack = generate::pack(Scale::Xs, 3, &[week]);
    pack.standing_orders.clear();
    pack.contracts.clear();
    pack.offers.clear();
    pack.orders.clear();
    pack.arrivals.clear();
    pack.handovers.clear();
    pack.leftovers.clear();
    pack
}

/// Page, form on it (its address ends so; `name==value` must be what it sends anyway), what is
/// typed, and what the next page says. A page without a form is only read.
const A_WEEK: &str = "\
           |  |  \
            | La mercuriale est en préparation.
offers     | /offers \
            | producer=grenadiers; product=carotte; day=2037-03-10; quantity=140; price=0,95 \
            | Offre notée : Carotte, 140 kg de Potager des Grenadiers, le mardi 10 mars, à 0,95 €/kg.
offers     | /offers | producer=noria; product=carotte; day=2037-03-10; quantity=36; price=1,00 \
            | Offre notée : Carotte, 36
offers     | /offers \
            | producer=jujubiers; product=pdt-agata; day=2037-03-10; quantity=80; price=0,95 \
            | Offre notée : Pomme de terre Agata, 80
offers     | /offers \
            | producer=grenadiers; product=poireau; day=2037-03-10; quantity=85,5; price=1,97 \
            | Offre notée : Poireau, 85,5
offers     | /offers \
            | producer=grenadiers; product=poireau; day=2037-03-12; quantity=60; price=1,97 \
            | jeudi 12 mars
offers     | /offers/quantities      | Quantité/Poireau=90                   | 1 offre changée.
mercuriale | /mercuriale/prices      | Vente HT/Carotte=1,40                 | 1 prix changé.
mercuriale | /mercuriale/publication |  \
            | Mercuriale publiée : 3 lignes.
orders     |                         |                                       | Saisir une commande
orders/new?buyer=chu-montpellier&day=2037-03-10| /orders \
            | site=chu-montpellier; Quantité/Carotte=60; Quantité/Poireau=40 \
            | prise : 2 lignes
orders/new?buyer=0342571K&day=2037-03-10| /orders \
            | Quantité/Carotte=48; Quantité/Pomme de terre Agata=40 \
            | prise : 2 lignes
orders/new?buyer=ru-boutonnet&day=2037-03-12| /orders \
            | Quantité/Poireau=50; commitment_number=EJ-7 \
            | prise : 1 ligne
orders     | /orders/amendments      | Quantité/Pomme de terre Agata=50      | 1 quantité changée.
orders     | /orders/closings | day==2037-03-10 \
            | Commandes du mardi 10 mars closes.
orders     | /orders/closings | day==2037-03-12 \
            | Commandes du jeudi 12 mars closes.
sourcing   | /sourcing/plans         | day==2037-03-10                       | mardi 10 mars :
sourcing   | /sourcing/plans         | day==2037-03-12                       | jeudi 12 mars :
sourcing   | /sourcing/confirmations | Confirmé/Poireau=35                   | 1 réponse notée.
sourcing   |  |  \
            | Tout ce que les fermes peuvent apporter est commandé.
sourcing   |  |  \
            | à confirmer
dock       | /dock/receipts \
            | Reçu/Poireau=35; Refusé/Carotte=10; Motif du refus, Carotte=quality; \
            Lot, Poireau=GR-10 \
            | lignes reçues
dock       | /dock/sortings          | day==2037-03-10                       | parts alloties
dock       | /dock/receipts          | Reçu/Poireau=50                       | 1 ligne reçue
dock       | /dock/sortings          | day==2037-03-12                       | 1 part allotie
rounds/plan/2037-03-10 | /rounds/rounds | day==2037-03-10 \
            | mardi 10 mars : 1 tournée.
rounds/plan/2037-03-12 | /rounds/rounds | day==2037-03-12 \
            | jeudi 12 mars : 1 tournée.
rounds     | /rounds/deliveries \
            | site==0342571K; Refusé/Pomme de terre Agata=5; Motif, Pomme de terre Agata=germées; \
            signed_by=Le second \
            | Livraison signée.
rounds     | /rounds/deliveries-all  | day==2037-03-10                       | 1 livraison signée.
rounds     | /rounds/deliveries-all  | day==2037-03-12                       | 1 livraison signée.
dock       | /dock/outcomes          | kind=returned; reason=germées         | Suite notée.
billing    | /billing/invoices       |                                       | 3 factures émises.
billing    | /billing/farm-bills     |                                       | relevés émis.
!billing   | /billing/payouts |  \
            | Aucun relevé n'est échu.
           |  |  \
            | Tout est livré et facturé.
           |  |  \
            | équilibrés au gramme et au centime
";

#[tokio::test(flavor = "multi_thread")]
async fn a_week_by_hand_balances() {
    for house in houses(&register_only()).await {
        let mut browser = Browser::new(&house, "coordinator").await;
        play(&house, &mut browser, A_WEEK).await;
        let check = house.app.read(place(&house), |week, _| week.check()).await.expect("a week");
        let name = house.database.name;
        assert!(check.is_balanced() && check.is_finished(), "{name}: {check:?}");
    }
}

fn place(house: &House) -> Place {
    HubScope::of_program(house.hub).at(IsoWeek::parse(OPEN).expect("a week"))
}

/// Steps that begin with `!` must be refused and change nothing.
async fn play(house: &House, browser: &mut Browser, steps: &str) {
    let mut wrong = Vec::new();
    for step in steps.lines().filter(|line| !line.trim().is_empty()) {
        let columns: Vec<&str> = step.split('|').map(str::trim).collect();
        let [page, form, typed, said] = columns[..] else { panic!("four columns: {step}") };
        let (is_refused, page) = page.strip_prefix('!').map_or((false, page), |page| (true, page));
        let before = revision(house, place(house)).await;
        let mut found = browser.get(&address(page)).await;
        if !form.is_empty() {
            let form = filled(&found, form, typed).unwrap_or_else(|| {
                panic!("{step}\nno such form: {:?}\n{}", found.forms(), found.text())
            });
            found = browser.post(&form.action, &form.fields).await;
        }
        let text = found.text();
        let mut is_right = text.contains(said) && found.status.is_client_error() == is_refused;
        if is_refused {
            is_right &= revision(house, place(house)).await == before;
            is_right &= text.contains("Rien n'a été changé");
            is_right &= text.contains("ramène à la page d'avant");
        }
        if !is_right {
            wrong.push(format!("{step}\n{} {text}\n", found.status));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", house.database.name, wrong.join("\n"));
}

fn address(page: &str) -> String {
    format!("/weeks/{OPEN}/{page}").trim_end_matches('/').to_string()
}

/// The form of a page that goes to `action` and has all that is typed.
fn filled(page: &Page, action: &str, typed: &str) -> Option<Form> {
    let typed: Vec<&str> = typed.split(';').map(str::trim).filter(|one| !one.is_empty()).collect();
    let has = |form: &Form, one: &str| match one.split_once("==") {
        Some((name, value)) => form.value(name) == Some(value),
        None => form.name_of(one.split_once('=').expect("a value").0).is_some(),
    };
    let mut forms = page.forms().into_iter();
    let is_it =
        |form: &Form| form.action.ends_with(action) && typed.iter().all(|one| has(form, one));
    let mut form = forms.find(is_it)?;
    for (name, value) in
        typed.iter().filter(|one| !one.contains("==")).filter_map(|one| one.split_once('='))
    {
        form.set(name, value);
    }
    Some(form)
}

/// As above; `!` marks what must be refused. Coming back finds the page with its own values, not
/// those refused: the browser keeps what was typed.
const MISTAKES: &str = "\
!offers    | /offers | producer=grenadiers; product=carotte; quantity=beaucoup; price=0,95 \
            | « beaucoup »
!offers    | /offers | producer=grenadiers; product=carotte; quantity=-5; price=0,95 \
            | La quantité −5 doit être positive.
!offers    | /offers | producer=grenadiers; product=carotte; quantity=; price=0,95 \
            | « Quantité » est vide
!offers    | /offers | producer=grenadiers; product=carotte; quantity=140; price=0 \
            | plus grand que zéro
!offers    | /offers | producer=grenadiers; product=carotte; quantity=1,2345; price=1 \
            | « Quantité »
!offers    | /offers \
            | producer=grenadiers; product=carotte; quantity=140; price=1; label-organic=1 \
            | certificat
offers     | /offers \
            | producer=grenadiers; product=carotte; day=2037-03-10; quantity=144; price=0,95 \
            | Offre notée
!mercuriale| /mercuriale/prices      | Vente HT/Carotte=douze                | douze
mercuriale | /mercuriale/publication |  \
            | Mercuriale publiée : 1 ligne.
!offers    | /offers \
            | producer=grenadiers; product=carotte; day=2037-03-10; quantity=144; price=2 \
            | a été publiée
!orders/new?buyer=chu-montpellier| /orders | Quantité/Carotte=soixante \
            | « soixante »
!orders/new?buyer=chu-montpellier| /orders | Quantité/Carotte=-12 \
            | La quantité −12 doit être positive.
!orders/new?buyer=chu-montpellier| /orders | Quantité/Carotte=50 \
            | par colis de 12 kg : 50 kg n'est pas possible. Commandez 48 kg ou 60 kg.
!orders/new?buyer=chu-montpellier| /orders | Quantité/Carotte=12 \
            | minimum
!orders/new?buyer=chu-montpellier| /orders | Quantité/Carotte=1200 \
            | reste
!orders/new?buyer=chu-montpellier| /orders |  \
            | vide
orders/new?buyer=chu-montpellier| /orders | Quantité/Carotte=72 \
            | prise : 1 ligne
!offers    | /offers \
            | producer=grenadiers; product=carotte; day=2037-03-10; quantity=60; price=0,95 \
            | Déjà commandé : 72
!orders    | /orders/amendments | Quantité/Carotte=50 \
            | « Carotte » se vend par colis
orders     | /orders/closings | day==2037-03-10 \
            | Commandes du mardi 10 mars closes.
sourcing   | /sourcing/plans         | day==2037-03-10                       | mardi 10 mars :
!sourcing  | /sourcing/confirmations | Confirmé/Carotte=900                  | 900
!dock      | /dock/receipts          | Reçu/Carotte=soixante                 | soixante
!dock      | /dock/receipts          | Refusé/Carotte=10                     | motif
!dock      | /dock/receipts | Reçu/Carotte= \
            | pesez au moins une ligne
dock       | /dock/receipts          | Reçu/Carotte=72                       | 1 ligne reçue
dock       | /dock/sortings          | day==2037-03-10                       | 1 part allotie
rounds/plan/2037-03-10 | /rounds/rounds | day==2037-03-10 | 1 tournée
!rounds    | /rounds/deliveries      | signed_by=                            | « Signé par » est vide
!rounds    | /rounds/deliveries \
            | signed_by=Léa; Refusé/Carotte=100; Motif, Carotte=trop \
            | 100 refusés ou manquants pour 72 chargés
!rounds    | /rounds/deliveries      | signed_by=Léa; Refusé/Carotte=10      | motif
rounds     | /rounds/deliveries-all  | day==2037-03-10                       | 1 livraison signée.
billing    | /billing/invoices       |                                       | 1 facture émise.
";

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_said_and_changes_nothing() {
    for house in houses(&register_only()).await {
        let mut browser = Browser::new(&house, "coordinator").await;
        play(&house, &mut browser, MISTAKES).await;
    }
}
