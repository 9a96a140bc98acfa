//! What is traded: products with their marking, sale unit and pack; labels; dated tables of law.

use crate::calendar::{Day, IsoWeek};
use crate::id::{FamilyId, ProductId};
use crate::unit::{Grams, Price, Qty, Rate};

/// What one unit of quantity and price is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaleUnit {
    Kilo,
    Piece,
    Bunch,
    Litre,
}

impl SaleUnit {
    pub const ALL: [SaleUnit; 4] =
        [SaleUnit::Kilo, SaleUnit::Piece, SaleUnit::Bunch, SaleUnit::Litre];

    pub const fn code(self) -> &'static str {
        match self {
            SaleUnit::Kilo => "kg",
            SaleUnit::Piece => "piece",
            SaleUnit::Bunch => "bunch",
            SaleUnit::Litre => "litre",
        }
    }

    pub fn parse(code: &str) -> Option<SaleUnit> {
        SaleUnit::ALL.into_iter().find(|unit| unit.code() == code)
    }
}

/// A sign of quality that changes how a canteen may count its purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    Organic,
    Conversion,
    Hve,
    Aop,
    Igp,
    LabelRouge,
}

impl Label {
    pub const ALL: [Label; 6] =
        [Label::Organic, Label::Conversion, Label::Hve, Label::Aop, Label::Igp, Label::LabelRouge];

    pub const fn code(self) -> &'static str {
        match self {
            Label::Organic => "organic",
            Label::Conversion => "conversion",
            Label::Hve => "hve",
            Label::Aop => "aop",
            Label::Igp => "igp",
            Label::LabelRouge => "label_rouge",
        }
    }

    pub fn parse(code: &str) -> Option<Label> {
        Label::ALL.into_iter().find(|label| label.code() == code)
    }
}

/// A set of labels, at most one of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(u8);

impl Labels {
    pub const NONE: Labels = Labels(0);

    pub fn of(labels: &[Label]) -> Labels {
        labels.iter().fold(Labels::NONE, |set, &label| set.with(label))
    }

    pub const fn with(self, label: Label) -> Labels {
        Labels(self.0 | 1 << label as u8)
    }

    pub const fn has(self, label: Label) -> bool {
        self.0 & 1 << label as u8 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Label> {
        Label::ALL.into_iter().filter(move |&label| self.has(label))
    }

    /// `organic+hve`, or an empty text.
    pub fn code(self) -> String {
        self.iter().map(Label::code).collect::<Vec<_>>().join("+")
    }

    /// Reads [`Labels::code`]; the unknown word is the error.
    pub fn parse(code: &str) -> Result<Labels, String> {
        let words = code.split(['+', ',', ' ', '|']).filter(|word| !word.is_empty());
        words
            .map(|word| Label::parse(word).ok_or_else(|| word.to_string()))
            .try_fold(Labels::NONE, |set, label| Ok(set.with(label?)))
    }
}

/// How cold a product must be kept; the limits are a dated table of the shell's seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemperatureClass {
    Ambient,
    Fresh,
    /// Cut vegetables (*4e gamme*): at most +4 °C.
    Chilled,
}

impl TemperatureClass {
    pub const ALL: [TemperatureClass; 3] =
        [TemperatureClass::Ambient, TemperatureClass::Fresh, TemperatureClass::Chilled];

    pub const fn code(self) -> &'static str {
        match self {
            TemperatureClass::Ambient => "ambient",
            TemperatureClass::Fresh => "fresh",
            TemperatureClass::Chilled => "chilled",
        }
    }

    pub fn parse(code: &str) -> Option<TemperatureClass> {
        TemperatureClass::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// Months in which a product is in season: bit 0 is January.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Season(pub u16);

impl Season {
    pub fn has(self, day: Day) -> bool {
        self.0 & 1 << (day.ymd().1 - 1) != 0
    }

    /// True where the calendar names no months: dry or stored goods, or nobody filled it in.
    pub fn is_all_year(self) -> bool {
        self.0 & 0xfff == 0xfff
    }

    /// Reads twelve `0` or `1`, January first.
    pub fn parse(flags: &str) -> Option<Season> {
        let flags = flags.trim();
        if flags.len() != 12 || !flags.bytes().all(|byte| byte == b'0' || byte == b'1') {
            return None;
        }
        let bits = flags.bytes().enumerate().map(|(month, byte)| u16::from(byte - b'0') << month);
        Some(Season(bits.sum()))
    }

    pub fn flags(self) -> String {
        (0..12).map(|month| if self.0 & 1 << month == 0 { '0' } else { '1' }).collect()
    }
}

/// The smallest quantity that the dock splits: one gram of a kilo, one whole piece.
pub const fn dock_step(unit: SaleUnit) -> Qty {
    match unit {
        SaleUnit::Kilo | SaleUnit::Litre => Qty::new(1),
        SaleUnit::Piece | SaleUnit::Bunch => Qty::new(1_000),
    }
}

/// How a product is packed for sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pack {
    /// Sale units in one pack: 10 000 for a crate of ten kilos.
    pub size: Qty,
    /// Sold by the weight found at the dock (*poids variable*): an order may be any quantity,
    /// and what is delivered is what was weighed. Otherwise whole packs only.
    pub weighed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    pub family: FamilyId,
    pub species: String,
    pub variety: String,
    /// `Extra`, `I`, `II`, or empty where no class applies.
    pub quality_class: String,
    pub size_grade: String,
    pub unit: SaleUnit,
    pub pack: Pack,
    /// Key of the dated VAT table.
    pub vat: VatKind,
    pub temperature: TemperatureClass,
    /// Weight of one sale unit: 1 000 g for a kilo.
    pub unit_weight: Grams,
    pub season: Season,
    /// Raw weight bought for one meal in which it is served.
    pub grammage: Grams,
}

impl Product {
    /// The weight of `quantity`, to the gram.
    pub fn weight_of(&self, quantity: Qty) -> Grams {
        let exact = i128::from(quantity.get()) * i128::from(self.unit_weight.get());
        Grams::new(crate::unit::round_div(exact, 1_000))
    }
}

/// What the VAT law calls the goods; rates are in [`VatTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VatKind {
    Food,
    Catering,
    Standard,
}

impl VatKind {
    pub const ALL: [VatKind; 3] = [VatKind::Food, VatKind::Catering, VatKind::Standard];

    pub const fn code(self) -> &'static str {
        match self {
            VatKind::Food => "food",
            VatKind::Catering => "catering",
            VatKind::Standard => "standard",
        }
    }

    pub fn parse(code: &str) -> Option<VatKind> {
        VatKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VatRow {
    pub kind: VatKind,
    pub from: Day,
    pub to: Option<Day>,
    pub rate: Rate,
}

/// VAT rates by kind of goods and date: law is data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VatTable(pub Vec<VatRow>);

impl VatTable {
    /// The rate on `day`; `None` when the table has no row for it, and then nothing may be sold
    /// (an order without its rate is how VAT gets lost).
    pub fn rate(&self, kind: VatKind, day: Day) -> Option<Rate> {
        let holds = |row: &&VatRow| {
            row.kind == kind && row.from <= day && row.to.is_none_or(|to| day <= to)
        };
        self.0.iter().find(holds).map(|row| row.rate)
    }
}

/// Categories that a canteen declares, in the order in which a purchase is counted once
/// (EGalim, L.230-5-1 of the Code rural).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EgalimCategory {
    Organic,
    Siqo,
    OtherEgalim,
    None,
}

/// When a label counts, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelRow {
    pub label: Label,
    pub category: EgalimCategory,
    pub from: Day,
    pub to: Option<Day>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTable(pub Vec<LabelRow>);

impl LabelTable {
    /// The one category in which a purchase with these labels counts on `day`.
    pub fn category(&self, labels: Labels, day: Day) -> EgalimCategory {
        let counts = |row: &&LabelRow| {
            labels.has(row.label) && row.from <= day && row.to.is_none_or(|to| day <= to)
        };
        let best = self.0.iter().filter(counts).map(|row| row.category).min();
        best.unwrap_or(EgalimCategory::None)
    }
}

/// What wholesalers pay a farm for a product in a week (*cours, cotation*), for comparison only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketQuote {
    pub product: ProductId,
    pub organic: bool,
    pub week: IsoWeek,
    pub price: Price,
    pub source: String,
}

/// A name as a French index orders it: capitals and accents do not count, so that « Épinard »
/// stands among the e's.
pub fn alphabetical(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' | 'ä' => key.push('a'),
            'é' | 'è' | 'ê' | 'ë' => key.push('e'),
            'î' | 'ï' => key.push('i'),
            'ô' | 'ö' => key.push('o'),
            'ù' | 'û' | 'ü' => key.push('u'),
            'ç' => key.push('c'),
            'œ' => key.push_str("oe"),
            'æ' => key.push_str("ae"),
            '’' => key.push('\''),
            other => key.push(other),
        }
    }
    key
}
