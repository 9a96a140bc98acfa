//! Charts as SVG, drawn here. The words stand in HTML beside the drawing, so that they keep their
//! size on a phone; nothing carries an inline style; each figure can be read as a table.
//!
//! Values are integers in whatever unit the caller has (cents, grams): only their proportion is
//! drawn. What a person reads is given as text, made by [`super::fr`].

use std::fmt::{self, Write};

use trade::unit::Rate;

/// A drawing with its words, as HTML that templates print as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart(String);

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Chart {}

/// How a bar is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    #[default]
    Plain,
    /// The one the page speaks of.
    Here,
    /// Not yet certain.
    Expected,
    Wrong,
}

impl Mark {
    fn class(self) -> &'static str {
        match self {
            Mark::Plain => "bar",
            Mark::Here => "bar here",
            Mark::Expected => "bar expected",
            Mark::Wrong => "bar wrong",
        }
    }
}

/// One bar of a row of weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// `s. 48`.
    pub label: String,
    pub value: i64,
    /// `1 234 kg`.
    pub said: String,
    pub mark: Mark,
}

/// A farm's part of the whole, beside the part it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub name: String,
    pub part: Rate,
    pub target: Option<Rate>,
    /// `412 kg · 21 %`.
    pub said: String,
    pub mark: Mark,
}

/// One part of a balance: what became of goods or money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub value: i64,
    pub said: String,
    pub kind: PartKind,
}

/// What became of it, by which it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    Sold,
    Given,
    Back,
    Lost,
    /// What nothing explains.
    Open,
}

impl PartKind {
    fn class(self) -> &'static str {
        match self {
            PartKind::Sold => "sold",
            PartKind::Given => "given",
            PartKind::Back => "back",
            PartKind::Lost => "lost",
            PartKind::Open => "open",
        }
    }
}

/// Height of the drawing of bars, in its own units.
const TALL: i64 = 100;
/// Width of one bar and of the gap after it, in the drawing's own units.
const STRIDE: i64 = 10;
const BAR: i64 = 8;
/// Length of a horizontal bar: one unit is a thousandth of the whole.
const LONG: i64 = 1_000;

/// Vertical bars in week order, none to 53 of them, with a line at `target` where there is one.
///
/// `title` names the figure, `said` is its message in one sentence.
pub fn bars_by_week(title: &str, said: &str, bars: &[Bar], target: Option<(i64, &str)>) -> Chart {
    if bars.is_empty() {
        return nothing(title);
    }
    let most = bars.iter().map(|bar| bar.value).chain(target.map(|(value, _)| value)).max();
    let most = most.unwrap_or_default().max(1);
    let wide = bars.len() as i64 * STRIDE;
    let mut svg = svg_head("bars", wide, TALL, title, said);
    for (at, bar) in bars.iter().enumerate() {
        let high = part_of(bar.value, most, TALL);
        let (x, y) = (at as i64 * STRIDE + (STRIDE - BAR) / 2, TALL - high);
        let class = bar.mark.class();
        let _ = write!(
            svg,
            "<rect class='{class}' x='{x}' y='{y}' width='{BAR}' height='{high}'>\
             <title>{} : {}</title></rect>",
            escape(&bar.label),
            escape(&bar.said)
        );
    }
    if let Some((value, _)) = target {
        let y = TALL - part_of(value, most, TALL);
        let _ = write!(svg, "<path class='target' d='M0 {y}H{wide}'/>");
    }
    svg.push_str("</svg>");
    let mut html = figure_head("by-week", title, said);
    html.push_str(&svg);
    html.push_str(&axis(bars));
    if let Some((_, name)) = target {
        let _ = write!(html, "<p class='key'><span class='target'></span>{}</p>", escape(name));
    }
    let rows = bars.iter().map(|bar| (bar.label.as_str(), bar.said.as_str()));
    html.push_str(&numbers("Semaine", rows));
    figure_end(html)
}

/// Labels under the bars: all when few, else the first, the middle and the last.
fn axis(bars: &[Bar]) -> String {
    let last = bars.len() - 1;
    let shown = |at: usize| bars.len() <= 8 || at == 0 || at == last || at == last / 2;
    let class = if bars.len() <= 8 { "axis all" } else { "axis" };
    let mut html = format!("<div class='{class}' aria-hidden='true'>");
    for (_, bar) in bars.iter().enumerate().filter(|(at, _)| shown(*at)) {
        let _ = write!(html, "<span>{}</span>", escape(&bar.label));
    }
    html.push_str("</div>");
    html
}

/// One horizontal bar for each farm, with a tick where its part should be.
pub fn shares(title: &str, said: &str, shares: &[Share]) -> Chart {
    if shares.is_empty() {
        return nothing(title);
    }
    let rates = shares.iter().flat_map(|share| [Some(share.part), share.target]);
    let most = rates.flatten().map(Rate::get).max().unwrap_or_default().max(1);
    let mut html = figure_head("shares", title, said);
    html.push_str("<ul>");
    for share in shares {
        let long = part_of(share.part.get(), most, LONG);
        let _ = write!(
            html,
            "<li><span class='name'>{}</span><span class='said'>{}</span>",
            escape(&share.name),
            escape(&share.said)
        );
        let _ = write!(
            html,
            "<svg class='share' viewBox='0 0 {LONG} 10' \
             preserveAspectRatio='none' aria-hidden='true'><rect class='ground' \
             width='{LONG}' height='10'/><rect class='{}' width='{long}' height='10'/>",
            share.mark.class()
        );
        if let Some(target) = share.target {
            // Kept inside the drawing, whose edge would cut half of the line.
            let x = part_of(target.get(), most, LONG).clamp(2, LONG - 2);
            let _ = write!(html, "<path class='target' d='M{x} 0V10'/>");
        }
        html.push_str("</svg></li>");
    }
    html.push_str("</ul>");
    if shares.iter().any(|share| share.target.is_some()) {
        html.push_str("<p class='key'><span class='target'></span>part visée</p>");
    }
    figure_end(html)
}

/// A line through few or many points, for a cell; `said` is its message.
pub fn sparkline(said: &str, values: &[i64]) -> Chart {
    let (Some(&least), Some(&most)) = (values.iter().min(), values.iter().max()) else {
        return Chart(format!("<span class='spark-none'>{}</span>", escape(said)));
    };
    let (wide, tall) = (96, 24);
    let last = values.len() as i64 - 1;
    let point = |at: usize, value: i64| {
        let x = if last == 0 { wide / 2 } else { 3 + at as i64 * (wide - 6) / last };
        let rise = part_of(value - least, (most - least).max(1), tall - 6);
        let rise = if most == least { (tall - 6) / 2 } else { rise };
        (x, tall - 3 - rise)
    };
    let mut line = String::new();
    for (at, &value) in values.iter().enumerate() {
        let (x, y) = point(at, value);
        let _ = write!(line, "{}{x} {y}", if at == 0 { "M" } else { "L" });
    }
    let (x, y) = point(values.len() - 1, values[values.len() - 1]);
    let said = escape(said);
    Chart(format!(
        "<svg class='spark' viewBox='0 0 {wide} {tall}' width='{wide}' height='{tall}' role='img' \
         aria-label='{said}'><title>{said}</title><path d='{line}'/>\
         <circle cx='{x}' cy='{y}' r='2.5'/></svg>"
    ))
}

/// What came in beside what became of it: the two must be as long as each other.
///
/// `whole` with its text is what came in. Parts that do not add up to it leave a hole, or stand
/// out; the caller names that as a part of kind [`PartKind::Open`].
pub fn balance(title: &str, whole: (i64, &str), parts: &[Part]) -> Chart {
    let sum: i64 = parts.iter().map(|part| part.value.max(0)).sum();
    let most = whole.0.max(sum);
    if most <= 0 {
        return nothing(title);
    }
    let mut html = figure_head("balance", title, whole.1);
    let _ = write!(
        html,
        "<svg class='parts' viewBox='0 0 {LONG} 10' preserveAspectRatio='none' role='img' \
         aria-label='{}'><rect class='ground' width='{}' height='10'/>",
        escape(title),
        part_of(whole.0, most, LONG)
    );
    let mut before = 0;
    for part in parts.iter().filter(|part| part.value > 0) {
        // From both edges, so that rounding leaves no gap between two parts.
        let from = part_of(before, most, LONG);
        before += part.value;
        let long = part_of(before, most, LONG) - from;
        let _ = write!(
            html,
            "<rect class='{}' x='{from}' width='{}' height='10'><title>{} : {}</title></rect>",
            part.kind.class(),
            long.max(3),
            escape(&part.name),
            escape(&part.said)
        );
    }
    html.push_str("</svg><ul class='legend'>");
    for part in parts {
        let _ = write!(
            html,
            "<li class='{}'><span class='name'>{}</span> <span class='said'>{}</span></li>",
            part.kind.class(),
            escape(&part.name),
            escape(&part.said)
        );
    }
    html.push_str("</ul>");
    figure_end(html)
}

/// A bar that fills from left to right; `said` stands in words beside it.
pub fn progress(done: i64, whole: i64, said: &str) -> Chart {
    let long = part_of(done, whole.max(1), LONG);
    let class = if whole > 0 && done >= whole { "progress full" } else { "progress" };
    let said = escape(said);
    Chart(format!(
        "<span class='{class}'><svg viewBox='0 0 {LONG} 10' \
         preserveAspectRatio='none' aria-hidden='true'><rect class='ground' \
         width='{LONG}' height='10'/><rect class='bar' width='{long}' height='10'/></svg><span \
         class='said'>{said}</span></span>"
    ))
}

/// What there is on each leg of a way: a step as high as its part of `most`, all of one width.
pub fn steps(most: i64, legs: &[i64], said: &str) -> Chart {
    let wide = legs.len() as i64 * STRIDE;
    let mut svg = format!(
        "<svg class='steps' viewBox='0 0 {wide} {TALL}' preserveAspectRatio='none' role='img' \
         aria-label='{0}'><title>{0}</title>",
        escape(said)
    );
    for (at, &leg) in legs.iter().enumerate() {
        let high = part_of(leg, most, TALL);
        let class = if leg > most { Mark::Wrong.class() } else { Mark::Plain.class() };
        let (x, y) = (at as i64 * STRIDE, TALL - high);
        let _ =
            write!(svg, "<rect class='{class}' x='{x}' y='{y}' width='{STRIDE}' height='{high}'/>");
    }
    svg.push_str("</svg>");
    Chart(svg)
}

/// `value` of `most` on a scale of `length`, within it.
fn part_of(value: i64, most: i64, length: i64) -> i64 {
    let long = i128::from(value.max(0)) * i128::from(length) / i128::from(most.max(1));
    (long as i64).min(length)
}

fn svg_head(class: &str, wide: i64, tall: i64, title: &str, said: &str) -> String {
    format!(
        "<svg class='{class}' viewBox='0 0 {wide} {tall}' preserveAspectRatio='none' role='img' \
         aria-label='{}. {}'><title>{}</title><desc>{}</desc>",
        escape(title),
        escape(said),
        escape(title),
        escape(said)
    )
}

fn figure_head(class: &str, title: &str, said: &str) -> String {
    format!(
        "<figure class='chart {class}'><figcaption><b>{}</b> <span>{}</span></figcaption>",
        escape(title),
        escape(said)
    )
}

fn figure_end(mut html: String) -> Chart {
    html.push_str("</figure>");
    Chart(html)
}

/// The figures behind a drawing, to be unfolded.
fn numbers<'a>(first: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut html = format!(
        "<details><summary>Les chiffres</summary><table class='table'><thead><tr>\
         <th scope='col'>{}</th><th scope='col' class='n'>Valeur</th></tr></thead><tbody>",
        escape(first)
    );
    for (label, said) in rows {
        let (label, said) = (escape(label), escape(said));
        let _ = write!(html, "<tr><th scope='row'>{label}</th><td class='n'>{said}</td></tr>");
    }
    html.push_str("</tbody></table></details>");
    html
}

fn nothing(title: &str) -> Chart {
    let head = figure_head("none", title, "");
    figure_end(format!("{head}<p>Rien à montrer pour l'instant.</p>"))
}

/// A drawing made elsewhere, of escaped words.
pub(super) fn drawn(html: String) -> Chart {
    Chart(html)
}

/// Text inside HTML and inside a double-quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(count: usize) -> Vec<Bar> {
        let bar = |at: usize| Bar {
            label: format!("s. {}", at + 1),
            value: at as i64 * 100,
            said: format!("{} kg", at * 100),
            mark: Mark::Plain,
        };
        (0..count).map(bar).collect()
    }

    fn count(chart: &Chart, piece: &str) -> usize {
        chart.to_string().matches(piece).count()
    }

    #[test]
    fn none_one_and_a_year_of_bars_are_drawn() {
        let empty = bars_by_week("Volumes", "", &[], None);
        assert_eq!((count(&empty, "<svg"), count(&empty, "Rien à montrer")), (0, 1));
        for points in [1, 8, 52] {
            let chart = bars_by_week("Volumes", "En hausse", &weeks(points), Some((50, "visé")));
            assert_eq!(count(&chart, "<rect"), points);
            assert_eq!(count(&chart, "<tr>"), points + 1, "every bar is in the table");
            assert_eq!(count(&chart, "<path class='target'"), 1);
        }
        assert_eq!(count(&bars_by_week("V", "", &weeks(52), None), "<span>s. "), 3);
    }

    #[test]
    fn the_longest_bar_fills_and_none_overflows() {
        let chart = bars_by_week("V", "", &weeks(3), None).to_string();
        for height in ["height='0'", "height='50'", "height='100'"] {
            assert!(chart.contains(height), "{height} in {chart}");
        }
        assert_eq!(part_of(-5, 10, 100), 0);
        assert_eq!(part_of(i64::MAX, i64::MAX, 1_000), 1_000);
        assert_eq!(part_of(3, 0, 100), 100, "nothing to compare with: full, not a panic");
    }

    #[test]
    fn what_is_above_the_most_fills_and_is_marked() {
        let chart = steps(100, &[120, 50, 0], "à bord");
        assert_eq!((count(&chart, "<rect"), count(&chart, "bar wrong")), (3, 1));
        for height in ["height='100'", "height='50'", "height='0'"] {
            assert_eq!(count(&chart, height), 1, "{height}");
        }
    }

    #[test]
    fn all_zero_is_flat() {
        let mut bars = weeks(2);
        bars[1].value = 0;
        assert_eq!(count(&bars_by_week("V", "", &bars, None), "height='0'"), 2);
        assert_eq!(count(&sparkline("stable", &[0, 0, 0]), "12L"), 2);
        assert_eq!(count(&balance("B", (0, "0 kg"), &[]), "<svg"), 0);
    }

    #[test]
    fn sparklines_take_any_number_of_points() {
        assert_eq!(count(&sparkline("aucune vente", &[]), "<svg"), 0);
        assert_eq!(count(&sparkline("une vente", &[7]), "M48 12"), 1);
        let year: Vec<i64> = (0..52).collect();
        let chart = sparkline("un an", &year);
        assert_eq!((count(&chart, "M3 21"), count(&chart, "L93 3'")), (1, 1));
    }

    #[test]
    fn shares_and_parts_are_scaled_to_the_largest() {
        let share = |name: &str, part, target: Option<i64>| Share {
            name: name.into(),
            part: Rate::new(part),
            target: target.map(Rate::new),
            said: String::new(),
            mark: Mark::Plain,
        };
        let chart = shares("Parts", "", &[share("A", 2_000, Some(4_000)), share("B", 1_000, None)]);
        for piece in ["width='500'", "width='250'", "M998 0"] {
            assert_eq!(count(&chart, piece), 1, "{piece}");
        }
        let part = |value, kind| Part { name: "p".into(), value, said: "x".into(), kind };
        let parts = [part(60, PartKind::Sold), part(40, PartKind::Given)];
        let chart = balance("Quai", (100, "100 kg"), &parts);
        assert_eq!(count(&chart, "x='600' width='400'"), 1);
    }

    #[test]
    fn names_cannot_break_the_page() {
        let mut bars = weeks(1);
        bars[0].said = "<script>\"&'".into();
        let chart = bars_by_week("<b>", "\"", &bars, None).to_string();
        assert!(!chart.contains("<script>") && !chart.contains("<b><b>"));
        assert!(chart.contains("&lt;script&gt;&quot;&amp;&#39;"));
        assert!(!chart.contains("style="), "the content policy forbids inline styles");
    }
}
