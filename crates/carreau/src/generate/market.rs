//! Prices of a week: the season's price of the month, moved by a market with a memory.

use trade::calendar::IsoWeek;
use trade::catalog::MarketQuote;
use trade::unit::Price;

use super::chance::{happens, normal, source};
use super::seeds::{Article, Moves, moves};

/// What every generated quotation says of itself.
const SOURCE: &str = "Cotation fictive, d'après des moyennes FranceAgriMer – RNM";

/// Weeks whose moves are still felt, and how much of a move is left one week later.
const MEMORY: i32 = 12;
const LEFT_PER_WEEK: f64 = 0.8;

/// How an article's price stands in a week, over its usual one.
///
/// The same for a seed and week wherever a pack begins, since it looks back a fixed time.
pub fn level(seed: u64, at: usize, article: &Article, week: IsoWeek) -> f64 {
    let known = moves();
    let of_group = known.get(&article.price_group).or_else(|| known.get("all"));
    let Some(moves) = of_group else { return 1.0 };
    let month = week.monday().plus_days(3).ymd().1 as usize;
    let mut drift = 0.0;
    for back in (0..MEMORY).rev() {
        let monday = week.monday().plus_days(-7 * back);
        drift = drift * LEFT_PER_WEEK + step(seed, at, moves, i64::from(monday.days()));
    }
    moves.months[month - 1] * drift.clamp(-0.6, 0.6).exp()
}

fn step(seed: u64, at: usize, moves: &Moves, monday: i64) -> f64 {
    let mut rng = source(seed ^ monday as u64, "market", at as u64);
    let size = normal(&mut rng) * moves.sigma_changed;
    if happens(&mut rng, moves.changed_share) { size } else { 0.0 }
}

/// A price in ten-thousandths of a euro, to the cent and at least five.
pub fn to_cents(price: f64) -> Price {
    Price::new(((price / 100.0).round() as i64).max(5) * 100)
}

/// The quotations of a week: every article in season, conventional and organic.
pub fn quotes(articles: &[Article], levels: &[f64], week: IsoWeek) -> Vec<MarketQuote> {
    let day = week.monday().plus_days(1);
    let mut quotes = Vec::new();
    for (article, level) in articles.iter().zip(levels) {
        if !article.product.season.has(day) {
            continue;
        }
        for (organic, quoted) in [false, true].into_iter().zip(article.quoted) {
            quotes.push(MarketQuote {
                product: article.product.id,
                organic,
                week,
                price: to_cents(quoted as f64 * level),
                source: SOURCE.into(),
            });
        }
    }
    quotes
}
