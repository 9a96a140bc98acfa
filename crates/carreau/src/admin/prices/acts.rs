//! Adding a rule, withdrawing one that has not begun.

use trade::calendar::Day;
use trade::id::FamilyId;
use trade::party::BuyerKind;
use trade::register::{PricingRule, Reading, first_free_day};
use trade::unit::Rate;

use super::pages::rule_name;
use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Desk};
use crate::admin::rows;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to};

const PAGE: &str = "/admin/prices";
const PUBLISHED: &str = "Une mercuriale vient d'être publiée pour ces jours : ses prix ne changent \
    plus. Choisissez un jour plus tard.";

/// A rule as a form or an address has it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Sent {
    pub from: String,
    pub reading: String,
    pub rate: String,
    pub family: String,
    pub kind: String,
}

impl Sent {
    pub fn of(fields: &Fields) -> Sent {
        let text = |name: &str| fields.text(name).to_string();
        Sent {
            from: text("from"),
            reading: text("reading"),
            rate: text("rate"),
            family: text("family"),
            kind: text("kind"),
        }
    }

    pub fn rule(&self) -> Result<PricingRule, Failure> {
        let bad = |label: &str, said: &str| Failure::Input(format!("« {label} » : {said}"));
        let from = fr::parse_day(&self.from).map_err(|said| bad("À partir du", &said))?;
        let reading = match self.reading.as_str() {
            "cost" => Reading::OnCost,
            "sale" => Reading::OnSale,
            _ => return Err(bad("Lecture", "choisissez taux de marge ou taux de marque.")),
        };
        let family = match self.family.as_str() {
            "" => None,
            code => {
                let family = FamilyId::parse(code);
                Some(family.map_err(|_| bad("Produits", "cette famille est inconnue."))?)
            }
        };
        let buyer_kind = match self.kind.as_str() {
            "" => None,
            code => {
                let kind = BuyerKind::parse(code);
                Some(kind.ok_or_else(|| bad("Acheteurs", "ce genre est inconnu."))?)
            }
        };
        Ok(PricingRule { from, reading, rate: rate(&self.rate)?, family, buyer_kind })
    }
}

/// `25`, `33,33 %`: two decimals at most.
fn rate(text: &str) -> Result<Rate, Failure> {
    let bare = text.trim().trim_end_matches('%');
    let read = fr::parse_price(bare).map_err(|_| {
        let said = format!("« Taux » : « {text} » n'est pas un taux. Écrivez par exemple 25.");
        Failure::Input(said)
    })?;
    // A price has four decimals, a rate two.
    match read.get() % 100 {
        0 => Ok(Rate::new(read.get() / 100)),
        _ => Err(Failure::Input("« Taux » : deux décimales au plus.".into())),
    }
}

/// The first day on which a rule may begin.
pub async fn first_day(desk: &Desk) -> Result<Day, Failure> {
    let last = rows::last_published(&desk.db(), desk.hub()).await?;
    Ok(first_free_day(clock::today(), last))
}

/// `POST /admin/prices`
pub async fn add(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let rule = Sent::of(&fields).rule()?;
    desk.register().await?.judge_rule(&rule, first_day(&desk).await?)?;
    let said =
        format!("Règle ajoutée : {}, à partir du {}.", rule_name(&rule), fr::date(rule.from));
    let (hub, week) = (desk.hub(), rule.from.week());
    let deed = Deed::new(Seen::SettingChanged, said.clone(), said)
        .then(rows::touch_from(hub, week))
        .needs([(rows::none_published(hub, week), PUBLISHED)])
        .then(rows::add_rule(hub, &rule, clock::now(), &desk.by()));
    desk.finish(once, deed.on_register(), PAGE).await
}

/// `POST /admin/prices/removal`
pub async fn withdraw(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let id = fields.number("rule", "Règle")?;
    let known = rows::rules(&desk.db(), desk.hub()).await?;
    let kept = known.iter().find(|kept| kept.id == id);
    let kept =
        kept.ok_or_else(|| Failure::NotFound("Cette règle n'est plus là : rechargez.".into()))?;
    let first = first_day(&desk).await?;
    if kept.rule.from < first {
        return Err(trade::Denial::RuleBegun { from: kept.rule.from }.into());
    }
    const GONE: &str = "Cette règle n'est plus là : rechargez la page.";
    let from = fr::date(kept.rule.from);
    let said = format!("Règle retirée : {}, qui aurait commencé le {from}.", rule_name(&kept.rule));
    let (hub, week) = (desk.hub(), kept.rule.from.week());
    let deed = Deed::new(Seen::SettingChanged, said.clone(), said)
        .then(rows::touch_from(hub, week))
        .needs([(rows::none_published(hub, week), PUBLISHED), (rows::drop_rule(hub, id), GONE)]);
    desk.finish(once, deed.on_register(), PAGE).await
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn a_rate_is_read_or_refused() {
        let read = |text: &str| rate(text).ok().map(|rate| rate.get());
        for (text, bp) in [("25", 2_500), ("33,33 %", 3_333), ("0", 0), ("-1", -100)] {
            assert_eq!(read(text), Some(bp), "{text}");
        }
        for bad in ["", "beaucoup", "1,234", "25 %%x"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
