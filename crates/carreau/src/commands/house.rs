//! Opening the data that a command works on.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use db::Db;
use trade::calendar::IsoWeek;
use trade::id::HubId;

use super::House;
use crate::app::App;
use crate::store::register;

/// The folder when none is named.
const FOLDER: &str = "carreau-data";

impl House {
    /// The database's address. A folder is made if missing.
    pub fn address(&self) -> anyhow::Result<String> {
        if let Some(address) = &self.database {
            return Ok(address.clone());
        }
        let folder = self.data.clone().unwrap_or_else(|| FOLDER.into());
        sqlite_in(&folder)
    }

    /// Opens the database and brings its tables up to date.
    pub async fn open(&self, is_demo: bool) -> anyhow::Result<Arc<App>> {
        open(&self.address()?, is_demo).await
    }

    /// The hub that is meant: the one named, or the only one.
    pub async fn hub(&self, db: &Db) -> anyhow::Result<HubId> {
        let known = register::hubs(db).await?;
        match (&self.hub, known.as_slice()) {
            (_, []) => {
                bail!("la base est vide. Importez d'abord un dossier : carreau import DOSSIER")
            }
            (None, [only]) => Ok(*only),
            (Some(code), _) => {
                let found = known.iter().find(|hub| hub.as_str() == code);
                found.copied().with_context(|| {
                    format!("la plateforme « {code} » est inconnue. Connues : {}", list(&known))
                })
            }
            (None, _) => bail!("plusieurs plateformes : précisez --hub parmi {}", list(&known)),
        }
    }
}

fn list(hubs: &[HubId]) -> String {
    hubs.iter().map(HubId::to_string).collect::<Vec<_>>().join(", ")
}

/// The address of the embedded database of a folder.
pub fn sqlite_in(folder: &Path) -> anyhow::Result<String> {
    std::fs::create_dir_all(folder).with_context(|| {
        format!("{} : impossible de créer ce dossier. Vérifiez vos droits.", folder.display())
    })?;
    Ok(format!("sqlite:{}", folder.join("carreau.db").display()))
}

/// Opens a database by its address and brings its tables up to date.
pub async fn open(address: &str, is_demo: bool) -> anyhow::Result<Arc<App>> {
    if !["sqlite:", "postgres://", "postgresql://"].iter().any(|kind| address.starts_with(kind)) {
        anyhow::bail!(
            "« {address} » n'est pas l'adresse d'une base. Écrivez sqlite:CHEMIN ou postgres://…"
        );
    }
    let db = Db::open(address, db::Opts::default()).await.with_context(|| {
        "la base de données ne s'ouvre pas. Vérifiez --data ou --database.".to_string()
    })?;
    crate::store::migrate(&db).await.context("les tables ne se mettent pas à jour")?;
    Ok(Arc::new(App::new(db, is_demo)))
}

/// Reads a week's name, or takes the current one.
pub fn iso_week(name: Option<&str>) -> anyhow::Result<IsoWeek> {
    match name {
        None => Ok(crate::clock::today().week()),
        Some(name) => IsoWeek::parse(name).with_context(|| {
            format!("« {name} » n'est pas une semaine. Écrivez par exemple 2026-W48.")
        }),
    }
}
