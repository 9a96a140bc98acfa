//! Weeks, and the price list of a week as whoever asks pays it.

use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::catalog::{EgalimCategory, Labels, Product};
use trade::id::{ContractId, ProductId};
use trade::mercuriale::{MercurialeLine, SaleDay};
use trade::orders::PriceOrigin;
use trade::unit::{Price, Qty};

use super::register::{PackShape, UnitWord, pack};
use crate::access::buyer::BuyerWeek;
use crate::access::weeks::{Dated, DatedDay};
use crate::failure::Failure;
use crate::web::api::call::{Call, Link, Mark, Operation, Seat, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{As, LabelWord, Listed, WEEK, objects, words};

words! {
    PriceOriginWord of ["mercuriale", "buyer_rule", "contract"];
    EgalimWord of ["organic", "siqo", "other_egalim", "none"];
}

objects! {
    DayShape, "Un jour de livraison." {
        day: As<Day> = "Le jour.", "2026-11-24";
        cutoff_at: Option<As<Instant>> = "Jusque quand il se commande ; null avant la publication.",
            "2026-11-22T11:00:00Z";
        closed_at: Option<As<Instant>> = "Quand les commandes ont été closes ; null tant qu'elles \
            sont ouvertes.", serde_json::Value::Null;
    }
    WeekShape, "Une semaine." {
        week: As<IsoWeek> = "La semaine ISO.", "2026-W48";
        monday: As<Day> = "Son lundi.", "2026-11-23";
        published_at: Option<As<Instant>> = "Quand sa mercuriale a été publiée.",
            "2026-11-19T15:00:00Z";
        days: Vec<DayShape> = "Ses jours de livraison.", serde_json::Value::Null;
    }
    LeftShape, "Ce qui se commande encore d'une ligne pour un jour." {
        day: As<Day> = "Le jour.", "2026-11-24";
        left: i64 = "Millièmes de l'unité de vente.", 120_000;
        price: i64 = "Votre prix ce jour-là : un marché peut commencer ou finir dans la semaine.",
            12_500;
    }
    PriceLine, "Une ligne de la mercuriale, au prix de qui la demande." {
        line: i64 = "Son numéro dans la semaine : c'est lui que l'on commande.", 12;
        product: As<ProductId> = "Le produit.", "carotte";
        name: String = "Son nom.", "Carotte";
        labels: Vec<LabelWord> = "Ses signes de qualité.", ["organic"];
        egalim: Option<EgalimWord> = "Ce que cet achat compte pour EGalim ; null pour un bureau.",
            "organic";
        origin: String = "Le pays, la ferme et sa commune quand une seule l'apporte.", "France";
        unit: UnitWord = "L'unité de vente.", "kg";
        pack: PackShape = "Le conditionnement.", serde_json::Value::Null;
        price: i64 = "Dix-millièmes d'euro HT pour une unité : votre prix du premier jour.", 12_500;
        price_origin: PriceOriginWord = "D'où vient ce prix.", "mercuriale";
        contract: Option<As<ContractId>> = "Le lot de marché dont vient ce prix.",
            serde_json::Value::Null;
        vat_bp: i64 = "Taux de TVA, en centièmes de pour cent.", 550;
        days: Vec<LeftShape> = "Ce qu'il en reste, par jour.", serde_json::Value::Null;
    }
}

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Listed<WeekShape>>(
            Verb::Get,
            "/weeks",
            "listWeeks",
            "Les semaines",
            |call| Box::pin(weeks(call)),
        )
        .desk("api")
        .buyer()
        .farm()
        .paged_by(WEEK, "2026-W48")
        .links(&[
            Link { name: "week", to: "getWeek", parts: &[FIRST_WEEK] },
            Link { name: "prices", to: "getPriceList", parts: &[FIRST_WEEK] },
            Link { name: "orders", to: "listOrders", parts: &[FIRST_WEEK] },
            Link { name: "offers", to: "listOffers", parts: &[FIRST_WEEK] },
            Link { name: "purchases", to: "listPurchases", parts: &[FIRST_WEEK] },
            Link { name: "notes", to: "listDeliveryNotes", parts: &[FIRST_WEEK] },
            Link { name: "documents", to: "listDocuments", parts: &[FIRST_WEEK] },
        ])
        .told("Celles qui ont commencé, la plus récente d'abord.", "Une page de semaines."),
        Operation::new::<WeekShape>(Verb::Get, "/weeks/{week}", "getWeek", "Une semaine", |call| {
            Box::pin(week(call))
        })
        .desk("api")
        .buyer()
        .farm()
        .told("Ses jours de livraison, leurs heures limites, leurs clôtures.", "La semaine."),
        Operation::new::<Listed<PriceLine>>(
            Verb::Get,
            "/weeks/{week}/price-list",
            "getPriceList",
            "La mercuriale d'une semaine",
            |call| Box::pin(price_list(call)),
        )
        .desk("price-list")
        .buyer()
        .paged("12")
        .told(
            "Un acheteur y lit ses propres prix, marchés compris, et ce qu'il reste de chaque \
             ligne. Vide avant la publication.",
            "Une page de lignes.",
        ),
    ]
}

const FIRST_WEEK: (&str, &str) = ("week", "$response.body#/items/0/week");

fn shown(dated: Dated) -> WeekShape {
    let day = |one: DatedDay| DayShape {
        day: As(one.day),
        cutoff_at: one.cutoff_at.map(As),
        closed_at: one.closed_at.map(As),
    };
    WeekShape {
        week: As(dated.week),
        monday: As(dated.week.monday()),
        published_at: dated.published_at.map(As),
        days: dated.days.into_iter().map(day).collect(),
    }
}

async fn weeks(call: Call) -> Result<Reply, Refusal> {
    // The digits alone: a week that there is not is still before and behind others.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let before = call.asked("after").and_then(|text| digits(text).parse().ok());
    let mut weeks = call.person.weeks(call.app(), before, call.limit() + 1).await?;
    let has_more = weeks.len() > call.limit();
    weeks.truncate(call.limit());
    let next = weeks.last().filter(|_| has_more).map(|last| last.week.to_string());
    Reply::json(&Listed { items: weeks.into_iter().map(shown).collect(), next })
}

async fn week(call: Call) -> Result<Reply, Refusal> {
    Reply::json(&shown(call.person.week(call.app(), call.week()?).await?))
}

pub fn labels(labels: Labels) -> Vec<LabelWord> {
    labels.iter().map(|label| LabelWord(label.code().into())).collect()
}

pub fn price_origin(origin: PriceOrigin) -> (PriceOriginWord, Option<As<ContractId>>) {
    let (word, contract) = match origin {
        PriceOrigin::Mercuriale => ("mercuriale", None),
        PriceOrigin::BuyerRule => ("buyer_rule", None),
        PriceOrigin::Contract(contract) => ("contract", Some(As(contract))),
    };
    (PriceOriginWord(word.into()), contract)
}

fn egalim(category: EgalimCategory) -> EgalimWord {
    let word = match category {
        EgalimCategory::Organic => "organic",
        EgalimCategory::Siqo => "siqo",
        EgalimCategory::OtherEgalim => "other_egalim",
        EgalimCategory::None => "none",
    };
    EgalimWord(word.into())
}

async fn price_list(call: Call) -> Result<Reply, Refusal> {
    let week = call.week()?;
    let page = match call.seat()? {
        Seat::Buyer(scope) => scope.see(call.app(), week, |week| own_list(&call, week)).await?,
        _ => call.app().read(call.hub()?.at(week), |week, _| hub_list(&call, week)).await??,
    };
    Reply::json(&page)
}

fn mark(line: &&MercurialeLine) -> Mark {
    Mark::Number(line.id.0)
}

fn own_list(call: &Call, week: BuyerWeek<'_>) -> Result<Listed<PriceLine>, Failure> {
    let Some(list) = week.publication() else {
        return Ok(Listed { items: Vec::new(), next: None });
    };
    let first = list.days.first().map_or(week.week().monday(), |sale| sale.day);
    call.page(&list.lines, mark, |line| {
        let product = week.list().product(line.product)?;
        let origin = week.list().origin(line.policy);
        let mut shown = line_shape(line, product, week.price(line, first)?, origin);
        shown.egalim = Some(egalim(week.egalim(line.labels, first)));
        for sale in &list.days {
            let (left, (price, _)) = (week.left(line.id, sale.day), week.price(line, sale.day)?);
            shown.days.push(of_day(sale, left, price));
        }
        Ok(shown)
    })
}

fn hub_list(call: &Call, week: &Week) -> Result<Listed<PriceLine>, Failure> {
    let Some(list) = week.publication() else {
        return Ok(Listed { items: Vec::new(), next: None });
    };
    call.page(&list.lines, mark, |line| {
        let product = week.register().product(line.product)?;
        let origin = crate::mercuriale::paper::origin(week.register(), line.policy);
        let mut shown = line_shape(line, product, (line.sale, PriceOrigin::Mercuriale), origin);
        let day = |sale: &SaleDay| of_day(sale, week.left(line.id, sale.day), line.sale);
        shown.days = list.days.iter().map(day).collect();
        Ok(shown)
    })
}

fn of_day(sale: &SaleDay, left: Qty, price: Price) -> LeftShape {
    LeftShape { day: As(sale.day), left: left.get(), price: price.get() }
}

fn line_shape(
    line: &MercurialeLine,
    product: &Product,
    (price, origin_of_price): (Price, PriceOrigin),
    origin: String,
) -> PriceLine {
    let (price_origin, contract) = price_origin(origin_of_price);
    PriceLine {
        line: line.id.0,
        product: As(line.product),
        name: product.name.clone(),
        labels: labels(line.labels),
        egalim: None,
        origin,
        unit: UnitWord(product.unit.code().into()),
        pack: pack(line.pack),
        price: price.get(),
        price_origin,
        contract,
        vat_bp: line.vat.get(),
        days: Vec::new(),
    }
}
