//! The press: Typst with our templates and fonts, built once, fed with one JSON file per paper.

use crate::error::PaperError;
use crate::letters;
use crate::parts::{Imprint, WrittenAt};
use serde::Serialize;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Name under which templates read their document.
const DATA: &str = "data.json";

/// After this many papers an unused layout result is forgotten: the letterhead of one invoice
/// serves the next one, which is printed twice as fast.
const PAPERS_REMEMBERED: usize = 4;

/// A paper of more pages is forgotten at once: little of it serves again, and a matrix of 40
/// clients by 50 products leaves 60 MB behind.
const PAGES_REMEMBERED: usize = 5;

const TEMPLATES: [(&str, &str); 12] = [
    ("_sheet.typ", include_str!("../templates/_sheet.typ")),
    ("price_list.typ", include_str!("../templates/price_list.typ")),
    ("_purchase_order.typ", include_str!("../templates/_purchase_order.typ")),
    ("purchase_order.typ", include_str!("../templates/purchase_order.typ")),
    ("purchase_orders.typ", include_str!("../templates/purchase_orders.typ")),
    ("sorting_sheet.typ", include_str!("../templates/sorting_sheet.typ")),
    ("round_sheets.typ", include_str!("../templates/round_sheets.typ")),
    ("delivery_note.typ", include_str!("../templates/delivery_note.typ")),
    ("proof_report.typ", include_str!("../templates/proof_report.typ")),
    ("donation_note.typ", include_str!("../templates/donation_note.typ")),
    ("invoice.typ", include_str!("../templates/invoice.typ")),
    ("labels.typ", include_str!("../templates/labels.typ")),
];

const FONTS: [&[u8]; 5] = [
    include_bytes!("../fonts/AtkinsonHyperlegibleNext_400Regular.ttf"),
    include_bytes!("../fonts/AtkinsonHyperlegibleNext_600SemiBold.ttf"),
    include_bytes!("../fonts/BricolageGrotesque_700Bold.ttf"),
    include_bytes!("../fonts/IBMPlexSansCondensed_400Regular.ttf"),
    include_bytes!("../fonts/IBMPlexSansCondensed_600SemiBold.ttf"),
];

static PRESS: LazyLock<Press> = LazyLock::new(Press::build);

/// A struct that has a template.
pub trait Paper: Serialize {
    /// File name of its template.
    const TEMPLATE: &'static str;

    /// Whether the PDF carries its structure for screen readers. It multiplies the size of a
    /// large table by ten.
    const TAGGED: bool = true;

    /// Title, name and instant of the paper.
    fn imprint(&self) -> &Imprint;

    /// Refuses data that would print askew.
    fn check(&self) -> Result<(), PaperError> {
        Ok(())
    }
}

/// A printed paper, and what the printer noticed.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The PDF/A-3b file.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Characters that no font of ours draws, printed as "?".
    pub lost: Vec<char>,
    /// What Typst complained about: empty, or a template is at fault (tests insist).
    pub warnings: Vec<String>,
}

/// Prints any paper. The functions of the crate root are this one, by name.
pub fn typeset<P: Paper>(paper: &P) -> Result<Printed, PaperError> {
    let (run, lost) = Run::of(paper)?;
    let printed = run.print(paper.imprint(), P::TAGGED, lost);
    let short = printed.as_ref().is_ok_and(|printed| printed.pages <= PAGES_REMEMBERED);
    typst::comemo::evict(if short { PAPERS_REMEMBERED } else { 0 });
    printed
}

/// The words of each page in the order they are set, without their places: for tests, which then
/// need no PDF reader.
pub fn page_texts<P: Paper>(paper: &P) -> Result<Vec<String>, PaperError> {
    let run = Run::of(paper)?.0;
    let document = run.compile()?.0;
    let texts = document.pages().iter().map(|page| words(&page.frame)).collect();
    typst::comemo::evict(0);
    Ok(texts)
}

fn words(frame: &Frame) -> String {
    let mut text = String::new();
    for (_, item) in frame.items() {
        match item {
            FrameItem::Text(run) => text.push_str(&run.text),
            FrameItem::Group(group) => text.push_str(&words(&group.frame)),
            _ => continue,
        }
        text.push(' ');
    }
    text
}

/// Whether one of the bundled fonts has a shape for this character.
pub(crate) fn covers(letter: char) -> bool {
    PRESS.fonts.iter().any(|font| font.info().coverage.contains(u32::from(letter)))
}

struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: Vec<Source>,
}

impl Press {
    fn build() -> Press {
        let fonts: Vec<Font> =
            FONTS.iter().flat_map(|file| Font::iter(Bytes::new(*file))).collect();
        let sources = TEMPLATES
            .iter()
            .map(|(name, text)| Source::new(file_id(name), (*text).to_owned()))
            .collect();
        Press {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources,
        }
    }
}

/// The world as one paper sees it: the press, its template, its data, and nothing else.
struct Run {
    press: &'static Press,
    main: FileId,
    data: Bytes,
}

impl Run {
    /// The run of a checked paper, and the characters it loses.
    fn of<P: Paper>(paper: &P) -> Result<(Run, Vec<char>), PaperError> {
        paper.check()?;
        let mut value = serde_json::to_value(paper).map_err(PaperError::Data)?;
        let lost = letters::make_printable(&mut value);
        let data = serde_json::to_vec(&value).map_err(PaperError::Data)?;
        let run = Run { press: &PRESS, main: file_id(P::TEMPLATE), data: Bytes::new(data) };
        Ok((run, lost))
    }

    /// The laid out pages, and the warnings.
    fn compile(&self) -> Result<(PagedDocument, Vec<String>), PaperError> {
        let compiled = typst::compile::<PagedDocument>(self);
        let document = compiled.output.map_err(|e| PaperError::Template(self.explain(&e)))?;
        Ok((document, compiled.warnings.iter().map(|w| self.sentence(w)).collect()))
    }

    fn print(
        &self,
        imprint: &Imprint,
        tagged: bool,
        lost: Vec<char>,
    ) -> Result<Printed, PaperError> {
        let timestamp = timestamp(imprint.written_at).ok_or(PaperError::Date)?;
        let (document, warnings) = self.compile()?;
        let options = PdfOptions {
            ident: Smart::Custom(imprint.ident.clone()),
            creator: Smart::Custom(Some("Carreau".to_owned())),
            timestamp: Some(timestamp),
            standards: PdfStandards::new(&[PdfStandard::A_3b])
                .map_err(|e| PaperError::Export(e.message().to_string()))?,
            tagged,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options)
            .map_err(|e| PaperError::Export(self.explain(&e)))?;
        Ok(Printed { pdf, pages: document.pages().len(), lost, warnings })
    }

    fn explain(&self, diagnostics: &[SourceDiagnostic]) -> String {
        let sentences: Vec<String> = diagnostics.iter().map(|d| self.sentence(d)).collect();
        sentences.join("; ")
    }

    /// One complaint of Typst, with the place in the template where there is one.
    fn sentence(&self, diagnostic: &SourceDiagnostic) -> String {
        let place = diagnostic.span.id().zip(self.range(diagnostic.span)).and_then(|(id, at)| {
            let line = self.source(id).ok()?.lines().byte_to_line(at.start)? + 1;
            Some(format!(" ({}:{line})", id.get().vpath().get_without_slash()))
        });
        format!("{}{}", diagnostic.message, place.unwrap_or_default())
    }
}

impl World for Run {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.press
            .sources
            .iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| unknown(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == file_id(DATA) { Ok(self.data.clone()) } else { Err(unknown(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    /// No clock: a paper's date is in its data.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("our own file names are plain");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

fn unknown(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

fn timestamp(at: WrittenAt) -> Option<Timestamp> {
    Datetime::from_ymd_hms(at.year, at.month, at.day, at.hour, at.minute, at.second)
        .map(Timestamp::new_utc)
}
