//! The list of buyers and farms, and the record of each.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use trade::catalog::alphabetical;
use trade::id::{BuyerId, ProducerId};
use trade::party::{Access, Buyer, BuyerKind, Identity, Producer, Site};
use trade::register::Register;
use trade::treasury::InvoiceRule;

use super::contracts::{self, ContractForm};
use super::terms::{Terms, TermsForm};
use crate::admin::desk::{Desk, new_key};
use crate::admin::forms::{degrees_value, time_value};
use crate::admin::rows;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Fields, html};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

struct Row {
    href: String,
    name: String,
    what: String,
    commune: String,
    phone: String,
    email: String,
    sites: String,
    /// What is still to be filled in.
    missing: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "admin/parties.html")]
struct ListPage {
    frame: Frame,
    q: String,
    buyers: Vec<Row>,
    farms: Vec<Row>,
}

/// What a kind of buyer is called.
pub fn kind_name(kind: BuyerKind) -> &'static str {
    match kind {
        BuyerKind::School => "Collège ou lycée",
        BuyerKind::CentralKitchen => "Cuisine centrale",
        BuyerKind::University => "Restaurant universitaire",
        BuyerKind::FoodAid => "Aide alimentaire",
        BuyerKind::Community => "Collectivité, établissement",
        BuyerKind::Partner => "Plateforme partenaire",
        BuyerKind::Other => "Autre acheteur",
    }
}

fn rule_name(rule: InvoiceRule) -> &'static str {
    match rule {
        InvoiceRule::Free => "rien",
        InvoiceRule::Commitment => "le numéro d'engagement",
        InvoiceRule::Service => "le code service",
        InvoiceRule::Both => "le numéro et le code",
        InvoiceRule::Either => "l'un des deux",
    }
}

/// `GET /admin/parties`
pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let register = desk.register().await?;
    let is_wanted = |row: &Row| {
        let text = alphabetical(&format!("{} {} {}", row.name, row.commune, row.what));
        asked.q.split_whitespace().all(|word| text.contains(&alphabetical(word)))
    };
    let sorted = |rows: Vec<Row>| {
        let mut rows: Vec<Row> = rows.into_iter().filter(is_wanted).collect();
        rows.sort_by_key(|row| alphabetical(&row.name));
        rows
    };
    let buyers = register.buyers.values().map(|buyer| buyer_row(&register, buyer)).collect();
    let farms = register.producers.values().map(farm_row).collect();
    let mut frame = desk.frame("parties", "Acheteurs et fermes").await?;
    frame.subtitle = "Comment les joindre, où les livrer, et ce qui manque à leurs fiches.".into();
    html(&ListPage { frame, buyers: sorted(buyers), farms: sorted(farms), q: asked.q.clone() })
}

fn row(href: String, what: &str, identity: &Identity, sites: String) -> Row {
    let gaps = [
        (identity.email.is_empty(), "courriel"),
        (identity.phone.is_empty(), "téléphone"),
        (identity.siret.is_empty(), "SIRET"),
    ];
    Row {
        href,
        name: identity.name.clone(),
        what: what.into(),
        commune: identity.commune.clone(),
        phone: identity.phone.clone(),
        email: identity.email.clone(),
        sites,
        missing: gaps.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect(),
    }
}

fn buyer_row(register: &Register, buyer: &Buyer) -> Row {
    let count = register.sites.values().filter(|site| site.buyer == buyer.id).count();
    let href = format!("/admin/parties/buyer/{}", buyer.id);
    row(href, kind_name(buyer.kind), &buyer.identity, fr::integer(count as i64))
}

fn farm_row(farm: &Producer) -> Row {
    row(format!("/admin/parties/farm/{}", farm.id), "Ferme", &farm.identity, String::new())
}

/// A site with the fields of its form.
struct SiteForm {
    code: String,
    name: String,
    address: String,
    postcode: String,
    commune: String,
    lat: String,
    lon: String,
    opens: String,
    closes: String,
    diners: i64,
    reopens: String,
    recloses: String,
    service_minutes: i64,
    /// Kilos; empty: any truck.
    largest: String,
    priority: i64,
    empties: i64,
    said: String,
    /// Notes were signed there: its name and address stay as they are printed.
    is_fixed: bool,
}

impl SiteForm {
    fn of(site: &Site, is_fixed: bool) -> SiteForm {
        let hours = (fr::time(site.opens_minute), fr::time(site.closes_minute));
        let meals = fr::count(site.diners, "repas par jour", "repas par jour");
        SiteForm {
            code: site.id.to_string(),
            name: site.name.clone(),
            address: site.address.clone(),
            postcode: site.postcode.clone(),
            commune: site.commune.clone(),
            lat: degrees_value(site.place.lat_e6),
            lon: degrees_value(site.place.lon_e6),
            opens: time_value(site.opens_minute),
            closes: time_value(site.closes_minute),
            diners: site.diners,
            reopens: site.access.again.map(|hours| time_value(hours.from)).unwrap_or_default(),
            recloses: site.access.again.map(|hours| time_value(hours.to)).unwrap_or_default(),
            service_minutes: site.access.service_minutes,
            largest: largest_value(&site.access),
            priority: site.access.priority,
            empties: site.access.empties,
            said: format!(
                "{}, {} {} · reçoit de {} à {} · {meals}",
                site.address, site.postcode, site.commune, hours.0, hours.1
            ),
            is_fixed,
        }
    }

    fn new(identity: &Identity) -> SiteForm {
        let usual = Access::default();
        SiteForm {
            code: String::new(),
            name: String::new(),
            address: String::new(),
            postcode: identity.postcode.clone(),
            commune: identity.commune.clone(),
            lat: String::new(),
            lon: String::new(),
            opens: "06:00".into(),
            closes: "11:00".into(),
            diners: 0,
            reopens: String::new(),
            recloses: String::new(),
            service_minutes: usual.service_minutes,
            largest: largest_value(&usual),
            priority: usual.priority,
            empties: usual.empties,
            said: String::new(),
            is_fixed: false,
        }
    }
}

fn largest_value(access: &Access) -> String {
    access.largest.map(|most| (most.get() / 1_000).to_string()).unwrap_or_default()
}

/// When a farm's goods come to the dock, as its form has it.
struct CarriageForm {
    from: String,
    to: String,
}

impl CarriageForm {
    fn of(farm: &Producer) -> CarriageForm {
        let hours = farm.carriage.hours;
        CarriageForm {
            from: hours.map(|hours| time_value(hours.from)).unwrap_or_default(),
            to: hours.map(|hours| time_value(hours.to)).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/party.html")]
struct PartyPage {
    frame: Frame,
    key: String,
    action: String,
    identity: Identity,
    /// The page of the week of today with its links, and what is said there.
    week_href: String,
    week_name: &'static str,
    /// Has papers: the SIRET that stands on them stays.
    is_fixed: bool,
    /// Of a buyer; `None` for a farm.
    chorus: Option<(String, String)>,
    rules: Vec<(&'static str, &'static str)>,
    rule: String,
    /// Of a farm; `None` for a buyer.
    carriage: Option<CarriageForm>,
    ways: Vec<(&'static str, &'static str)>,
    fetched: String,
    terms: Option<TermsForm>,
    /// Of a buyer: its contracts, and where their goods may come from.
    contracts: Vec<ContractForm>,
    origins: Vec<(&'static str, &'static str)>,
    sites: Vec<SiteForm>,
    new_site: Option<SiteForm>,
    communes: Vec<String>,
}

/// The buyer in the address.
pub fn asked_buyer(desk: &Desk, register: &Arc<Register>) -> Result<Buyer, Failure> {
    let code = desk.caught.param("buyer")?;
    let found = BuyerId::parse(code).ok().and_then(|id| register.buyers.get(&id));
    found.cloned().ok_or_else(|| Failure::NotFound(format!("L'acheteur « {code} » est inconnu.")))
}

/// The farm in the address.
pub fn asked_farm(desk: &Desk, register: &Arc<Register>) -> Result<Producer, Failure> {
    let code = desk.caught.param("producer")?;
    let found = ProducerId::parse(code).ok().and_then(|id| register.producers.get(&id));
    found.cloned().ok_or_else(|| Failure::NotFound(format!("La ferme « {code} » est inconnue.")))
}

/// `GET /admin/parties/buyer/{buyer}`
pub async fn buyer(desk: Desk) -> Answer {
    let register = desk.register().await?;
    let buyer = asked_buyer(&desk, &register)?;
    html(&buyer_page(&desk, &register, buyer).await?)
}

/// The buyer's page again, with a contract's form as it was typed and what is wrong with it.
pub async fn buyer_refused(
    desk: &Desk,
    register: &Register,
    buyer: Buyer,
    typed: ContractForm,
) -> Answer {
    let mut page = buyer_page(desk, register, buyer).await?;
    let wrong = typed.errors();
    if let Some(form) = page.contracts.iter_mut().find(|form| form.code == typed.code) {
        *form = typed;
    }
    refused(page, wrong)
}

/// A page of which nothing is kept, with what is wrong above it as well.
fn refused(mut page: PartyPage, wrong: Vec<String>) -> Answer {
    let said = "Rien n'est enregistré : corrigez, puis envoyez de nouveau.";
    page.frame = page.frame.tell(Notice::wrong(said).items(wrong));
    Ok((StatusCode::BAD_REQUEST, html(&page)?).into_response())
}

async fn buyer_page(desk: &Desk, register: &Register, buyer: Buyer) -> Result<PartyPage, Failure> {
    let mut sites = Vec::new();
    for site in register.sites.values().filter(|site| site.buyer == buyer.id) {
        let is_fixed = rows::has_notes(&desk.db(), desk.hub(), site.id).await?;
        sites.push(SiteForm::of(site, is_fixed));
    }
    let mut frame = desk.frame("parties", &buyer.identity.name).await?;
    frame.subtitle = format!("{} · code {}", kind_name(buyer.kind), buyer.id);
    let communes = crate::generate::seeds::communes().iter();
    Ok(PartyPage {
        frame,
        key: new_key(),
        action: format!("/admin/parties/buyer/{}", buyer.id),
        week_href: format!("/weeks/{}/orders?buyer={}", desk.place().week, buyer.id),
        week_name: "Ses commandes et ses liens",
        is_fixed: rows::has_papers(&desk.db(), desk.hub(), buyer.id.as_str()).await?,
        chorus: Some((buyer.service_code.clone(), buyer.commitment_number.clone())),
        rules: InvoiceRule::ALL.iter().map(|rule| (rule.code(), rule_name(*rule))).collect(),
        rule: buyer.invoice_rule.code().into(),
        carriage: None,
        ways: Vec::new(),
        fetched: String::new(),
        terms: None,
        contracts: contracts::forms(register, &buyer),
        origins: contracts::WAYS.to_vec(),
        sites,
        new_site: Some(SiteForm::new(&buyer.identity)),
        communes: communes.map(|commune| commune.name.clone()).collect(),
        identity: buyer.identity,
    })
}

/// `GET /admin/parties/farm/{producer}`
pub async fn farm(desk: Desk) -> Answer {
    let register = desk.register().await?;
    let farm = asked_farm(&desk, &register)?;
    html(&farm_page(&desk, farm).await?)
}

/// The farm's page again, with what was typed and what is wrong with it.
pub async fn farm_refused(
    desk: &Desk,
    farm: Producer,
    fields: &Fields,
    typed: TermsForm,
) -> Answer {
    let text = |name: &str| fields.text(name).to_string();
    let mut page = farm_page(desk, farm).await?;
    (page.identity.email, page.identity.phone) = (text("email"), text("phone"));
    if fields.was_sent("siret") {
        page.identity.siret = text("siret");
    }
    if fields.was_sent("fetched") {
        page.fetched = text("fetched");
        page.carriage = Some(CarriageForm { from: text("arrives_from"), to: text("arrives_to") });
    }
    let wrong = typed.errors();
    page.terms = Some(typed);
    refused(page, wrong)
}

async fn farm_page(desk: &Desk, farm: Producer) -> Result<PartyPage, Failure> {
    let mut frame = desk.frame("parties", &farm.identity.name).await?;
    frame.subtitle = format!("Ferme · code {}", farm.id);
    Ok(PartyPage {
        frame,
        key: new_key(),
        action: format!("/admin/parties/farm/{}", farm.id),
        week_href: format!("/weeks/{}/offers/farm/{}", desk.place().week, farm.id),
        week_name: "Ses offres et ses liens",
        is_fixed: rows::has_papers(&desk.db(), desk.hub(), farm.id.as_str()).await?,
        chorus: None,
        rules: Vec::new(),
        rule: String::new(),
        carriage: Some(CarriageForm::of(&farm)),
        ways: vec![("0", "la ferme apporte"), ("1", "nous allons chercher (ramasse)")],
        fetched: i64::from(farm.carriage.is_fetched).to_string(),
        terms: Some(TermsForm::of(Terms::of(&farm))),
        contracts: Vec::new(),
        origins: Vec::new(),
        sites: Vec::new(),
        new_site: None,
        communes: Vec::new(),
        identity: farm.identity,
    })
}
