use std::fmt;

/// Why a paper could not be printed. None of these is the reader's fault: they are for the log.
#[derive(Debug)]
pub enum PaperError {
    /// `Imprint::written_at` is not a date of the calendar.
    Date,
    /// A row of the sorting sheet does not have one cell per client.
    Ragged { product: String, cells: usize, clients: usize },
    /// A text is too long for a QR code.
    TooLong { text: String },
    /// The struct did not turn into JSON.
    Data(serde_json::Error),
    /// A template is wrong, or met a value it does not know: messages with file and line.
    Template(String),
    /// The PDF could not be written to the archive standard.
    Export(String),
}

impl fmt::Display for PaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaperError::Date => write!(f, "the paper's date is not in the calendar"),
            PaperError::Ragged { product, cells, clients } => {
                write!(f, "sorting row {product:?} has {cells} cells for {clients} clients")
            }
            PaperError::TooLong { text } => {
                write!(f, "{} bytes do not fit a QR code", text.len())
            }
            PaperError::Data(_) => write!(f, "the paper's data did not become JSON"),
            PaperError::Template(messages) => write!(f, "template: {messages}"),
            PaperError::Export(messages) => write!(f, "PDF/A export: {messages}"),
        }
    }
}

impl std::error::Error for PaperError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PaperError::Data(cause) => Some(cause),
            _ => None,
        }
    }
}
