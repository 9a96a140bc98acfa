//! Who one is, and what outlives a week: products, sites, buyers, farms.

use trade::Week;
use trade::calendar::IsoWeek;
use trade::catalog::Product;
use trade::id::{BuyerId, ProducerId, ProductId, SiteId};
use trade::party::{Buyer, Producer, Site};

use crate::access::api_token::Leave;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::api::call::{Call, Mark, Operation, Param, Seat, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{As, Listed, Shaped, objects, words};

words! {
    RoleWord of [
        "administrator", "coordinator", "dock", "driver", "accountant", "observer", "buyer",
        "food-aid", "producer",
    ];
    LeaveWord of Leave::ALL.map(Leave::word);
    UnitWord of trade::catalog::SaleUnit::ALL.map(trade::catalog::SaleUnit::code);
    TemperatureWord of
        trade::catalog::TemperatureClass::ALL.map(trade::catalog::TemperatureClass::code);
    BuyerKindWord of trade::party::BuyerKind::ALL.map(trade::party::BuyerKind::code);
}

objects! {
    Me, "La personne dont vous portez le jeton." {
        name: String = "Son nom ; vide pour un lien.", "Anaïs Roux";
        role: RoleWord = "Son rôle.", "buyer";
        party: Option<String> = "Le code de son acheteur ou de sa ferme.", "0340005W";
        hub: String = "Le code de la plateforme.", "occitanie";
        leave: Vec<LeaveWord> = "Ce que le jeton permet : « read » lire, « trade » commander, \
            offrir et confirmer, « run » clore un jour et accepter ses tournées.",
            ["read", "trade"];
        week: As<IsoWeek> = "La semaine d'aujourd'hui.", "2026-W48";
    }
    PackShape, "Comment un produit est conditionné." {
        size: i64 = "Millièmes de l'unité de vente dans un colis.", 10_000;
        weighed: bool = "Vendu au poids constaté : toute quantité se commande. Sinon, des colis \
            entiers.", false;
    }
    ProductShape, "Un produit du catalogue." {
        product: As<ProductId> = "Son code.", "carotte";
        name: String = "Son nom.", "Carotte";
        family: String = "Sa famille.", "Légumes";
        unit: UnitWord = "Son unité de vente.", "kg";
        pack: PackShape = "Son conditionnement.", serde_json::Value::Null;
        unit_weight_g: i64 = "Grammes d'une unité de vente.", 1_000;
        temperature: TemperatureWord = "Sa classe de température.", "ambient";
        season: String = "Ses mois, de janvier à décembre : 1 en saison.", "111100000111";
    }
    SiteShape, "Un lieu de livraison." {
        site: As<SiteId> = "Son code.", "college-rimbaud";
        buyer: As<BuyerId> = "L'acheteur.", "0340005W";
        name: String = "Son nom.", "Collège Rimbaud, cuisine";
        address: String = "Sa rue.", "12 rue des Lilas";
        postcode: String = "Son code postal.", "34000";
        commune: String = "Sa commune.", "Montpellier";
        opens_minute: i64 = "Il reçoit à partir de cette minute du jour.", 360;
        closes_minute: i64 = "Il reçoit jusqu'à cette minute du jour.", 600;
    }
    BuyerShape, "Un acheteur." {
        buyer: As<BuyerId> = "Son code.", "0340005W";
        name: String = "Son nom.", "Collège Rimbaud";
        kind: BuyerKindWord = "Ce qu'il est.", "school";
        siret: String = "Son SIRET, ou rien.", "21340172201787";
        service_code: String = "Son code service Chorus Pro, ou rien.", "CUISINE";
    }
    ProducerShape, "Une ferme." {
        producer: As<ProducerId> = "Son code.", "figuiers";
        name: String = "Son nom.", "Ferme des Figuiers";
        commune: String = "Sa commune.", "Mauguio";
        siret: String = "Son SIRET, ou rien.", "";
    }
}

pub fn operations() -> Vec<Operation> {
    let everybody = |operation: Operation| operation.desk("api").buyer().farm();
    vec![
        everybody(Operation::new::<Me>(Verb::Get, "/me", "me", "Qui suis-je", |call| {
            Box::pin(me(call))
        }))
        .told("Le premier appel d'un programme : il y lit son rôle et son code.", "La personne."),
        everybody(
            Operation::new::<Listed<ProductShape>>(
                Verb::Get,
                "/products",
                "listProducts",
                "Le catalogue",
                |call| Box::pin(products(call)),
            )
            .paged("carotte"),
        )
        .told("Tous les produits, dans l'ordre de leurs codes.", "Une page du catalogue."),
        Operation::new::<Listed<SiteShape>>(
            Verb::Get,
            "/sites",
            "listSites",
            "Les sites de livraison",
            |call| Box::pin(sites(call)),
        )
        .desk("orders")
        .buyer()
        .query(Param {
            name: "buyer",
            shape: As::<BuyerId>::shape,
            said: "Les sites de cet acheteur seulement.",
            example: "0340005W",
        })
        .paged("college-rimbaud")
        .told("Un acheteur lit les siens ; la plateforme, tous.", "Une page des sites."),
        Operation::new::<Listed<BuyerShape>>(
            Verb::Get,
            "/buyers",
            "listBuyers",
            "Les acheteurs",
            |call| Box::pin(buyers(call)),
        )
        .desk("orders")
        .paged("0340005W")
        .told("Dans l'ordre de leurs codes.", "Une page des acheteurs."),
        Operation::new::<Listed<ProducerShape>>(
            Verb::Get,
            "/producers",
            "listProducers",
            "Les fermes",
            |call| Box::pin(producers(call)),
        )
        .desk("offers")
        .paged("figuiers")
        .told("Dans l'ordre de leurs codes.", "Une page des fermes."),
    ]
}

async fn me(call: Call) -> Result<Reply, Refusal> {
    let person = &call.person;
    let leave = person.leave.clone().unwrap_or(Leave::ALL.to_vec());
    Reply::json(&Me {
        name: person.name.clone(),
        role: RoleWord(person.role.word().into()),
        party: Some(person.role.party()).filter(|party| !party.is_empty()),
        hub: person.hub.to_string(),
        leave: leave.into_iter().map(|leave| LeaveWord(leave.word().into())).collect(),
        week: As(clock::today().week()),
    })
}

pub fn pack(pack: trade::catalog::Pack) -> PackShape {
    PackShape { size: pack.size.get(), weighed: pack.weighed }
}

fn product(product: &Product) -> Result<ProductShape, Failure> {
    Ok(ProductShape {
        product: As(product.id),
        name: product.name.clone(),
        family: fr::family(product.family),
        unit: UnitWord(product.unit.code().into()),
        pack: pack(product.pack),
        unit_weight_g: product.unit_weight.get(),
        temperature: TemperatureWord(product.temperature.code().into()),
        season: product.season.flags(),
    })
}

async fn products(call: Call) -> Result<Reply, Refusal> {
    let (app, week) = (call.app(), clock::today().week());
    let mark = |one: &&Product| Mark::Code(one.id.to_string());
    let page = match call.seat()? {
        Seat::Farm(scope) => {
            scope.see(app, week, |week| call.page(week.products(), mark, product)).await?
        }
        Seat::Hub(_) | Seat::Buyer(_) => {
            let scope = call.person.list_scope();
            let scope = scope.ok_or_else(|| Failure::Forbidden("Entrez d'abord.".into()))?;
            scope.see(app, week, |week| call.page(week.products(), mark, product)).await?
        }
    };
    Reply::json(&page)
}

fn site(site: &Site) -> Result<SiteShape, Failure> {
    Ok(SiteShape {
        site: As(site.id),
        buyer: As(site.buyer),
        name: site.name.clone(),
        address: site.address.clone(),
        postcode: site.postcode.clone(),
        commune: site.commune.clone(),
        opens_minute: site.opens_minute,
        closes_minute: site.closes_minute,
    })
}

async fn sites(call: Call) -> Result<Reply, Refusal> {
    let (app, week) = (call.app(), clock::today().week());
    let mark = |one: &&Site| Mark::Code(one.id.to_string());
    let only: Option<BuyerId> = call.asked_for("buyer");
    let is_asked = |site: &&Site| only.is_none_or(|only| site.buyer == only);
    let page = match call.seat()? {
        Seat::Buyer(scope) => {
            let own = scope.see(app, week, |week| {
                let mut own: Vec<&Site> = week.sites().filter(is_asked).collect();
                own.sort_unstable_by_key(|site| site.id);
                call.page(own, mark, site)
            });
            own.await?
        }
        _ => {
            let all = |week: &Week, _| {
                let all = week.register().sites.values().filter(is_asked);
                call.page(all, mark, site)
            };
            app.read(call.hub()?.at(week), all).await??
        }
    };
    Reply::json(&page)
}

async fn buyers(call: Call) -> Result<Reply, Refusal> {
    let show = |one: &Buyer| {
        Ok(BuyerShape {
            buyer: As(one.id),
            name: one.identity.name.clone(),
            kind: BuyerKindWord(one.kind.code().into()),
            siret: one.identity.siret.clone(),
            service_code: one.service_code.clone(),
        })
    };
    let look = |week: &Week, _| {
        let mark = |one: &&Buyer| Mark::Code(one.id.to_string());
        call.page(week.register().buyers.values(), mark, show)
    };
    Reply::json(&call.app().read(call.hub()?.at(clock::today().week()), look).await??)
}

async fn producers(call: Call) -> Result<Reply, Refusal> {
    let show = |one: &Producer| {
        Ok(ProducerShape {
            producer: As(one.id),
            name: one.identity.name.clone(),
            commune: one.identity.commune.clone(),
            siret: one.identity.siret.clone(),
        })
    };
    let look = |week: &Week, _| {
        let mark = |one: &&Producer| Mark::Code(one.id.to_string());
        call.page(week.register().producers.values(), mark, show)
    };
    Reply::json(&call.app().read(call.hub()?.at(clock::today().week()), look).await??)
}
