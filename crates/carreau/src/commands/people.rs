//! People from the command line: the first administrator has nobody to ask.

use anyhow::Context;
use clap::{Args, Subcommand};
use trade::Week;
use trade::party::BuyerKind;

use super::House;
use crate::access::link::{self, INVITED_S, Opens};
use crate::access::people::{self, Human};
use crate::access::{HubScope, Role};
use crate::clock;

#[derive(Args)]
pub struct PeopleArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Donne une place à quelqu'un, et imprime le lien de sa première entrée
    Add {
        email: String,
        #[arg(long, default_value = "")]
        name: String,
        /// administrator, coordinator, dock, driver, accountant, observer, buyer.CODE,
        /// food-aid.CODE, producer.CODE
        #[arg(long, default_value = "administrator")]
        role: String,
        /// Adresse publique du site, pour le lien
        #[arg(long, env = "CARREAU_ADDRESS", default_value = "http://localhost:8080")]
        address: String,
    },
    /// Imprime un nouveau lien d'entrée pour quelqu'un qui a perdu ses clés
    Link {
        email: String,
        #[arg(long, env = "CARREAU_ADDRESS", default_value = "http://localhost:8080")]
        address: String,
    },
    /// Ferme un compte : ses sessions, ses liens et ses jetons sont morts aussitôt
    Close { email: String },
}

/// Who stands in the facts that a command writes.
const BY: &str = "ligne de commande";

pub async fn people(house: &House, args: PeopleArgs) -> anyhow::Result<()> {
    let app = house.open(false).await?;
    let scope = HubScope::of_program(house.hub(app.everything()).await?);
    let now = clock::now();
    match args.act {
        Act::Add { email, name, role, address } => {
            let role = Role::parse(&role).with_context(|| {
                format!("le rôle « {role} » est inconnu. Exemples : coordinator, buyer.0340005W")
            })?;
            known(&app, scope, role).await?;
            let human = Human { id: String::new(), email, name, phone: String::new() };
            let human = people::person(&app, human, now).await?;
            people::join(&app, scope, &human.id, role, BY, now).await?;
            println!("{} : {}.", human.email, role.name());
            invite(&app, scope, &human.id, &address).await?;
        }
        Act::Link { email, address } => {
            let human = found(&app, &email).await?;
            invite(&app, scope, &human.id, &address).await?;
        }
        Act::Close { email } => {
            let human = found(&app, &email).await?;
            people::close(&app, &human.id, now).await?;
            println!("Le compte de {} est fermé.", human.email);
        }
    }
    app.everything().close().await;
    Ok(())
}

async fn found(app: &crate::app::App, email: &str) -> anyhow::Result<Human> {
    let email = people::email(email)?;
    people::by_email(app, &email).await?.with_context(|| format!("« {email} » est inconnu"))
}

/// A party that is not in the register gets nobody.
async fn known(app: &crate::app::App, scope: HubScope, role: Role) -> anyhow::Result<()> {
    let look = |week: &Week, _| match role {
        Role::Buyer(buyer) => week.register().buyers.contains_key(&buyer),
        Role::FoodAid(buyer) => {
            let found = week.register().buyers.get(&buyer);
            found.is_some_and(|buyer| buyer.kind == BuyerKind::FoodAid)
        }
        Role::Producer(producer) => week.register().producers.contains_key(&producer),
        _ => true,
    };
    let is_known = app.read(scope.at(clock::today().week()), look).await?;
    anyhow::ensure!(is_known, "« {} » n'est pas dans les données de la plateforme", role.party());
    Ok(())
}

async fn invite(
    app: &crate::app::App,
    scope: HubScope,
    person: &str,
    address: &str,
) -> anyhow::Result<()> {
    let opens = Opens::Person(person.to_string());
    let token = link::make(app, scope, &opens, BY, clock::now(), Some(INVITED_S)).await?;
    println!("Lien d'entrée, une fois, pendant sept jours :");
    println!("{}", link::address_of(address.trim_end_matches('/'), &token));
    Ok(())
}
