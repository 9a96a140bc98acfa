use crate::error::PaperError;
use crate::parts::Imprint;
use crate::press::Paper;
use qrcodegen::QrCodeEcc;
use serde::Serialize;

/// Labels for crates and lots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Labels {
    pub imprint: Imprint,
    pub on: LabelSheet,
    pub labels: Vec<CrateLabel>,
}

/// What is in the printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelSheet {
    /// A4 with two columns of four labels of 99,1 × 67,7 mm, as stationers sell them.
    A4,
    /// A continuous roll 62 mm wide, one label to a page.
    Roll,
}

/// One crate for a client, or a lot as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrateLabel {
    /// The client's letter, as large as the label allows; none for a lot.
    pub letter: Option<String>,
    pub client: Option<String>,
    /// Round and stop: "T1 · 3".
    pub round: Option<String>,
    pub product: String,
    /// Farm and commune.
    pub farm: String,
    pub batch: String,
    /// "mar. 24".
    pub day: String,
    pub quantity: String,
    /// "2 / 3", when a part fills several crates.
    pub rank: String,
    /// What is typed where nothing reads the code: "347-2".
    pub code: String,
    pub qr: QrCode,
}

/// A QR code, as the picture that the template sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct QrCode {
    svg: String,
}

impl QrCode {
    /// Encodes a short text; a quarter of it may be torn or dirty.
    pub fn of(text: &str) -> Result<QrCode, PaperError> {
        let code = qrcodegen::QrCode::encode_text(text, QrCodeEcc::Quartile)
            .map_err(|_| PaperError::TooLong { text: text.to_string() })?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let start = x;
                while x < code.size() && code.get_module(x, y) {
                    x += 1;
                }
                if x > start {
                    let width = x - start;
                    path.push_str(&format!("M{start} {y}h{width}v1h-{width}z"));
                }
                x += 1;
            }
        }
        let size = code.size();
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\">\
             <path d=\"{path}\"/></svg>"
        );
        Ok(QrCode { svg })
    }
}

impl Paper for Labels {
    const TEMPLATE: &'static str = "labels.typ";

    /// Stuck on crates.
    const TAGGED: bool = false;

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners() {
        let QrCode { svg } = QrCode::of("2026-W48.347-2").expect("a short text");
        assert!(svg.contains("viewBox=\"0 0 21 21\""), "{svg}");
        // The first row: a corner of seven at each end.
        for corner in ["M0 0h7v1h-7z", "M14 0h7v1h-7z", "M0 20h7v1h-7z"] {
            assert!(svg.contains(corner), "{corner}: {svg}");
        }
        assert_ne!(QrCode::of("2026-W48.347-3").expect("a short text").svg, svg);
        assert!(QrCode::of(&"x".repeat(5_000)).is_err());
    }
}
