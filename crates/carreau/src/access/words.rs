//! What a buyer means by its own words: chosen once, remembered.

use std::collections::BTreeMap;

use db::Val;
use trade::calendar::IsoWeek;

use super::scope::BuyerScope;
use crate::app::App;
use crate::failure::Failure;

const WORDS: &str = "SELECT words, goods FROM buyer_words WHERE hub_id = $1 AND buyer = $2";
const REMEMBER: &str = "INSERT INTO buyer_words (hub_id, buyer, words, goods) \
    VALUES ($1, $2, $3, $4) \
    ON CONFLICT (hub_id, buyer, words) DO UPDATE SET goods = excluded.goods";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[WORDS, REMEMBER];

impl BuyerScope {
    /// The goods (`carotte|organic`) that each of the buyer's words means.
    pub async fn words(
        self,
        app: &App,
        week: IsoWeek,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let place = self.place(week)?;
        let key = vec![Val::from(place.hub.as_str()), Val::from(self.buyer().as_str())];
        let rows: Vec<(String, String)> = app.db(place.scope()).query(WORDS, key).await?;
        Ok(rows.into_iter().collect())
    }

    /// Remembers words; the last choice counts.
    pub async fn remember(
        self,
        app: &App,
        week: IsoWeek,
        chosen: &[(String, String)],
    ) -> Result<(), Failure> {
        if chosen.is_empty() {
            return Ok(());
        }
        let place = self.place(week)?;
        let row = |(words, goods): &(String, String)| {
            let head = [Val::from(place.hub.as_str()), Val::from(self.buyer().as_str())];
            let own = [Val::from(words.as_str()), Val::from(goods.as_str())];
            (REMEMBER, head.into_iter().chain(own).collect::<Vec<_>>())
        };
        let commands: Vec<_> = chosen.iter().map(row).collect();
        app.db(place.scope())
            .write(move |tx| {
                Box::pin(async move {
                    tx.batch(commands).await?;
                    Ok::<_, Failure>(())
                })
            })
            .await
    }
}
