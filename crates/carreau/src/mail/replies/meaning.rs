//! From the words of a reply to what the farm means: which of its goods each line names. And the
//! French of what a person has to read.

use std::collections::BTreeMap;

use trade::Week;
use trade::catalog::{Label, Labels, Product, SaleUnit};
use trade::id::ProductId;
use trade::register::Register;
use trade::reply::{FarmReply, ReplyDoubt, ReplyLine};
use wire::list::Counted;
use wire::list::matching::{Listed, Matched, Matcher};
use wire::reply::{GoodsLine, Said, Unclear};

use crate::denied;
use crate::ui::{fr, paper as papers};

/// Goods that a line may name.
pub type Goods = (ProductId, Labels);

/// What a farm means. `own`: its usual goods, or those that were ordered from it; a few words are
/// enough for one of them. `catalogue`: whether other goods may be named too, in full.
/// Errors: French, why a person has to read.
pub fn meant(
    week: &Week,
    said: &Said,
    own: &[Goods],
    catalogue: bool,
) -> Result<FarmReply, String> {
    match said {
        Said::Yes => Ok(FarmReply::Yes),
        Said::AsBefore => Ok(FarmReply::AsBefore),
        Said::Nothing => Ok(FarmReply::Nothing),
        Said::Unclear(unclear) => Err(why_unclear(unclear)),
        Said::Goods(lines) => {
            let naming = Naming::of(week.register(), own, catalogue);
            let lines: Result<Vec<ReplyLine>, String> =
                lines.iter().map(|line| naming.line(line)).collect();
            Ok(FarmReply::Goods(lines?))
        }
    }
}

/// Names by which goods are known.
struct Naming<'week> {
    register: &'week Register,
    own: Vec<Listed>,
    others: Vec<Listed>,
}

fn key((product, labels): Goods) -> String {
    format!("{product}|{}", labels.code())
}

fn read_key(key: &str) -> Option<Goods> {
    let (product, labels) = key.split_once('|')?;
    Some((ProductId::parse(product).ok()?, Labels::parse(labels).ok()?))
}

fn listed(product: &Product, labels: Labels) -> Listed {
    let signed = format!("{} {}", product.name, fr::labels(labels));
    let others = vec![product.name.clone(), papers::designation(product), product.id.to_string()];
    Listed { key: key((product.id, labels)), name: signed.trim().to_string(), others }
}

impl<'week> Naming<'week> {
    fn of(register: &'week Register, own: &[Goods], catalogue: bool) -> Naming<'week> {
        let known = |&(id, labels): &Goods| Some(listed(register.products.get(&id)?, labels));
        let others = register.products.values().filter(|_| catalogue);
        Naming {
            register,
            own: own.iter().filter_map(known).collect(),
            others: others.map(|product| listed(product, Labels::NONE)).collect(),
        }
    }

    /// The goods that words mean, if it can be no others.
    fn goods(&self, words: &str) -> Option<Goods> {
        let remembered = BTreeMap::new();
        let found = match Matcher::new(&self.own, &remembered).find(words, "") {
            Matched::Sure(key) => read_key(&key),
            Matched::Likely(likely) => match &likely[..] {
                [only] => read_key(&only.key),
                _ => return None,
            },
            Matched::Unknown => match Matcher::new(&self.others, &remembered).find(words, "") {
                Matched::Sure(key) => read_key(&key),
                _ => None,
            },
        };
        found.filter(|(_, labels)| has_said_labels(words, *labels))
    }

    fn line(&self, said: &GoodsLine) -> Result<ReplyLine, String> {
        let line = &said.line;
        let (id, labels) = self.goods(&said.words).ok_or_else(|| {
            format!("« {line} » : le produit peut être un autre, ou n'est pas connu.")
        })?;
        let product = self.register.products.get(&id);
        let unit = product.map_or(SaleUnit::Kilo, |product| product.unit);
        let is_other = |said: Option<Counted>| said.is_some_and(|one| one != Counted::In(unit));
        if is_other(said.unit) || is_other(said.price_unit) {
            let unit = fr::unit(unit, false);
            return Err(format!("« {line} » : ce produit se compte au {unit}."));
        }
        let GoodsLine { quantity, price, weekday, .. } = *said;
        Ok(ReplyLine { product: id, labels, quantity, price, weekday })
    }
}

/// A sign of quality that is said must be one of the goods: bio is never passed over.
fn has_said_labels(words: &str, labels: Labels) -> bool {
    let words = wire::list::matching::remembered_as(words);
    let label = |word: &str| match word {
        "bio" | "ab" | "biologique" | "biologiques" => Some(Label::Organic),
        "conversion" => Some(Label::Conversion),
        "hve" => Some(Label::Hve),
        "aop" | "aoc" => Some(Label::Aop),
        "igp" => Some(Label::Igp),
        _ => None,
    };
    words.split(' ').filter_map(label).all(|label| labels.has(label))
}

fn why_unclear(unclear: &Unclear) -> String {
    match unclear {
        Unclear::Empty => "Le courriel ne dit rien que le logiciel sache lire.".into(),
        Unclear::Scattered => {
            "Des mots se trouvent entre les lignes citées ou sous la signature.".into()
        }
        Unclear::Reserve(line) => format!("« {line} » : une réserve, un refus ou une question."),
        Unclear::Line(line) => format!("« {line} » ne se lit pas d'une seule façon."),
        Unclear::Several => "Le courriel donne deux réponses à la fois.".into(),
    }
}

/// Why the rules leave a reply to a person.
pub fn why_doubtful(register: &Register, doubt: &ReplyDoubt) -> String {
    let name = |product: ProductId| match register.products.get(&product) {
        Some(product) => product.name.clone(),
        None => product.to_string(),
    };
    match doubt {
        ReplyDoubt::OtherQuestion => "La réponse ne va pas avec la lettre.".into(),
        ReplyDoubt::SaidBefore => {
            "La ferme a déjà dit autre chose cette semaine : qu'est-ce qui vaut ?".into()
        }
        ReplyDoubt::NothingBefore => {
            "Rien n'a été offert les semaines passées qui puisse être repris.".into()
        }
        ReplyDoubt::WhichDay { product } => format!("{} : pour quel jour ?", name(*product)),
        ReplyDoubt::WhichPrice { product } => format!("{} : à quel prix ?", name(*product)),
        ReplyDoubt::Twice { product } => format!("{} est dit deux fois.", name(*product)),
        ReplyDoubt::DayClosed { day } => {
            format!("Les commandes du {} sont closes.", fr::day(*day))
        }
        ReplyDoubt::NotOrdered { product } => format!("{} n'est pas commandé.", name(*product)),
        ReplyDoubt::OtherThanOrdered { product } => {
            format!("{} : autre chose que ce qui est commandé.", name(*product))
        }
        ReplyDoubt::PartOfOrder => "La réponse ne parle que d'une partie de la commande.".into(),
        ReplyDoubt::Settled => {
            "La commande est déjà reçue, ou la ferme y a déjà répondu autrement.".into()
        }
        ReplyDoubt::Denied(denial) => denied::sentence(denial),
    }
}
