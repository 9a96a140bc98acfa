//! The list of rules, the form of a new one, and what it would change.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use trade::calendar::Day;
use trade::id::{FamilyId, ProductId};
use trade::party::BuyerKind;
use trade::register::{PricingRule, Reading, Register, RuleEffect};
use trade::unit::{Price, Rate};

use super::acts::{Sent, first_day};
use crate::admin::desk::{Desk, new_key};
use crate::admin::parties::kind_name;
use crate::admin::rows::{self, KeptRule};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

type Options = Vec<(String, String)>;

struct Row {
    id: i64,
    from: String,
    goods: String,
    buyers: String,
    reading: &'static str,
    rate: String,
    tag: &'static str,
    state: &'static str,
    by: String,
    may_withdraw: bool,
}

struct EffectRow {
    name: String,
    cost: String,
    before: String,
    after: String,
    markup: String,
    margin: String,
    is_changed: bool,
}

/// What a rule would change, with the rule as hidden fields.
struct Preview {
    said: String,
    fields: Vec<(&'static str, String)>,
    rows: Vec<EffectRow>,
}

#[derive(Template)]
#[template(path = "admin/prices.html")]
struct PricesPage {
    frame: Frame,
    key: String,
    rows: Vec<Row>,
    sent: Sent,
    families: Options,
    kinds: Options,
    first: String,
    wrong: String,
    preview: Option<Preview>,
}

/// `GET /admin/prices`; with a rule in the address, what it would change.
pub async fn page(desk: Desk, Query(sent): Query<Sent>) -> Answer {
    let register = desk.register().await?;
    let first = first_day(&desk).await?;
    let (preview, wrong) = match sent.rate.is_empty() {
        true => (None, String::new()),
        false => match preview(&desk, &register, &sent, first).await {
            Ok(preview) => (Some(preview), String::new()),
            Err(Failure::Database(error)) => return Err(Failure::Database(error).into()),
            Err(no) => (None, fr::typeset(&no.to_string())),
        },
    };
    let rules = rows::rules(&desk.db(), desk.hub()).await?;
    let mut frame = desk.frame("prices", "Règles de prix").await?;
    frame.subtitle =
        "Comment un prix de ferme devient un prix de vente. Une règle ne change pas : \
        une autre la suit."
            .into();
    let sent = match sent.from.is_empty() {
        true => Sent { from: first.to_string(), ..sent },
        false => sent,
    };
    html(&PricesPage {
        frame,
        key: new_key(),
        rows: rules.iter().map(|kept| row(kept, &rules, first)).collect(),
        families: families(&register),
        kinds: kinds(),
        first: fr::date(first),
        sent,
        wrong,
        preview,
    })
}

/// `taux de marge de 25 %, légumes, aide alimentaire`
pub fn rule_name(rule: &PricingRule) -> String {
    let family = rule.family.map(|family| format!(", {}", fr::family(family)));
    let kind = rule.buyer_kind.map(|kind| format!(", {}", kind_name(kind)));
    let (family, kind) = (family.unwrap_or_default(), kind.unwrap_or_default());
    format!("{} de {}{family}{kind}", reading_name(rule.reading), fr::rate(rule.rate))
}

fn reading_name(reading: Reading) -> &'static str {
    match reading {
        Reading::OnCost => "taux de marge",
        Reading::OnSale => "taux de marque",
    }
}

fn row(kept: &KeptRule, all: &[KeptRule], first: Day) -> Row {
    let rule = &kept.rule;
    let today = clock::today();
    let is_same = |other: &&KeptRule| {
        (other.rule.family, other.rule.buyer_kind) == (rule.family, rule.buyer_kind)
    };
    let mut others = all.iter().filter(is_same);
    let is_followed = others.any(|other| other.rule.from > rule.from && other.rule.from <= today);
    let (tag, state) = match (rule.from > today, is_followed) {
        (true, _) => ("wait", "à venir"),
        (_, true) => ("", "suivie par une autre"),
        _ => ("ok", "en vigueur"),
    };
    let by = kept.set.as_ref().map(|(at, by)| format!("{by}, {}", fr::numbers_moment(*at)));
    Row {
        id: kept.id,
        from: fr::date(rule.from),
        goods: rule.family.map_or("Tous les produits".into(), fr::family),
        buyers: rule.buyer_kind.map_or("Tous".into(), |kind| kind_name(kind).into()),
        reading: reading_name(rule.reading),
        rate: fr::rate(rule.rate),
        tag,
        state,
        by: by.unwrap_or_else(|| "dossier de données".into()),
        may_withdraw: rule.from >= first,
    }
}

fn families(register: &Register) -> Options {
    let mut known: Vec<FamilyId> =
        register.products.values().map(|product| product.family).collect();
    known.sort_unstable();
    known.dedup();
    let one = |family: FamilyId| (family.to_string(), fr::family(family));
    let all = (String::new(), "Tous les produits".to_string());
    std::iter::once(all).chain(known.into_iter().map(one)).collect()
}

fn kinds() -> Options {
    let one = |kind: BuyerKind| (kind.code().to_string(), kind_name(kind).to_string());
    let all = (String::new(), "Tous les acheteurs".to_string());
    std::iter::once(all).chain(BuyerKind::ALL.into_iter().map(one)).collect()
}

async fn preview(
    desk: &Desk,
    register: &Register,
    sent: &Sent,
    first: Day,
) -> Result<Preview, Failure> {
    let rule = sent.rule()?;
    register.judge_rule(&rule, first)?;
    let samples = samples(desk, register, rule.family).await?;
    let effects = register.rule_effects(&rule, &samples)?;
    let from = fr::date(rule.from);
    Ok(Preview {
        said: format!("À partir du {from} : {}.", rule_name(&rule)),
        fields: vec![
            ("from", rule.from.to_string()),
            ("reading", rows::reading_code(rule.reading).into()),
            ("rate", sent.rate.clone()),
            ("family", sent.family.clone()),
            ("kind", sent.kind.clone()),
        ],
        rows: effects.iter().map(|effect| effect_row(register, effect)).collect(),
    })
}

fn effect_row(register: &Register, effect: &RuleEffect) -> EffectRow {
    let product = register.products.get(&effect.product);
    let per = |price: Price| match product {
        Some(product) => fr::price_per(price, product.unit),
        None => fr::price(price),
    };
    let rate = |rate: Option<Rate>| rate.map(fr::rate).unwrap_or_default();
    EffectRow {
        name: product.map(|product| product.name.clone()).unwrap_or_default(),
        cost: per(effect.cost),
        before: effect.before.map(per).unwrap_or_else(|| "aucune règle".into()),
        after: per(effect.after),
        markup: rate(effect.markup),
        margin: rate(effect.margin),
        is_changed: effect.before != Some(effect.after),
    }
}

/// How many prices a preview shows.
const SAMPLES: usize = 5;

/// Five goods from the cheapest to the dearest, at what farms last asked for them.
async fn samples(
    desk: &Desk,
    register: &Register,
    family: Option<FamilyId>,
) -> Result<Vec<(ProductId, Price)>, Failure> {
    let last = rows::last_published(&desk.db(), desk.hub()).await?;
    let mut costs: BTreeMap<ProductId, Price> = BTreeMap::new();
    if let Some(week) = last {
        let lines = desk.app().read(desk.scope.desk().at(week), |week, _| {
            let publication = week.publication();
            let lines = publication.map(|publication| publication.lines.iter());
            lines.into_iter().flatten().map(|line| (line.product, line.cost)).collect::<Vec<_>>()
        });
        costs.extend(lines.await?);
    }
    let is_of = |product: &ProductId| {
        let own = register.products.get(product).map(|product| product.family);
        family.is_none_or(|family| own == Some(family))
    };
    let mut known: Vec<(ProductId, Price)> =
        costs.into_iter().filter(|(product, _)| is_of(product)).collect();
    known.sort_by_key(|(product, cost)| (*cost, *product));
    if known.is_empty() {
        // Nothing was ever on a list: round prices of what may come.
        let prices = [8_000, 12_000, 25_000, 60_000, 120_000].map(Price::new);
        let products = register.products.keys().filter(|product| is_of(product)).copied();
        return Ok(products.zip(prices).collect());
    }
    let many = known.len();
    let shown = SAMPLES.min(many);
    let picked = (0..shown).map(|at| known[at * (many - 1) / (shown - 1).max(1)]);
    let mut picked: Vec<(ProductId, Price)> = picked.collect();
    picked.dedup();
    Ok(picked)
}
