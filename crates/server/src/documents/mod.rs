//! Printed documents (PDF) of the centre: what is on a screen or in a record, as a description that
//! `onshi-documents` prints. Nothing of it is ever on a disk.

pub mod png;

use bytes::Bytes;
use onshi_core::clock::Moment;
use onshi_core::medical::Patient;
use onshi_core::{Error, Fault, RefusalCode};
use onshi_documents::{Block, Code, Document, DocumentError, Fonts, Level, Made, Paper, Tone};
use qrcode::{Color, EcLevel, QrCode};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Prints documents with the centre's fonts.
#[derive(Debug)]
pub struct Printer {
    paths: Vec<PathBuf>,
    fonts: OnceLock<Fonts>,
    /// What is the same for everybody, by its name.
    kept: Mutex<BTreeMap<&'static str, Bytes>>,
}

impl Printer {
    /// With the fonts at these places, which are read when the first document is printed.
    pub fn new(paths: &[PathBuf]) -> Printer {
        Printer {
            paths: paths.to_vec(),
            fonts: OnceLock::new(),
            kept: Mutex::new(BTreeMap::new()),
        }
    }

    /// Prints a document that is the same for everybody, at the first time, and keeps it. Two who ask at the
    /// first time may both have it printed.
    pub fn print_once(
        &self,
        name: &'static str,
        make: impl FnOnce() -> Document,
    ) -> Result<Bytes, Error> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(printed) = kept().get(name) {
            return Ok(printed.clone());
        }
        let printed = Bytes::from(self.print(&make())?);
        kept().insert(name, printed.clone());
        Ok(printed)
    }

    /// Prints a document. It takes tens of milliseconds and more: not for the threads of the sockets.
    pub fn print(&self, document: &Document) -> Result<Vec<u8>, Error> {
        let fonts = match self.fonts.get() {
            Some(fonts) => fonts,
            None => {
                // Where a font is installed meanwhile, the next document has it.
                let fonts = Fonts::open(&self.paths).map_err(|error| {
                    tracing::error!(%error, "no document can be printed: see documents.fonts");
                    RefusalCode::DocumentFonts
                })?;
                self.fonts.get_or_init(|| fonts)
            }
        };
        match onshi_documents::print(document, fonts) {
            Ok(pdf) => Ok(pdf.bytes),
            Err(DocumentError::TooLong { .. }) => Err(RefusalCode::DocumentTooLong.into()),
            Err(error) => Err(Fault::at("printing a document", error).into()),
        }
    }
}

/// Who has a document made, where and when.
#[derive(Clone, Debug)]
pub struct MadeFor {
    /// The institution, its code and the account, in words.
    pub words: String,
    /// When.
    pub now: Moment,
}

/// A document about a patient, with who it is at its beginning.
pub fn about(
    title: &str,
    (patient, facts): (&Patient, String),
    made_for: &MadeFor,
    ages: Vec<String>,
) -> Document {
    let mut identity = vec![("氏名".to_owned(), patient.name.clone())];
    identity.extend(patient.kana.clone().map(|kana| ("カナ".to_owned(), kana)));
    identity.push(("生年月日・性別".to_owned(), facts.clone()));
    let now = made_for.now.jst_words();
    identity.push(("作成".to_owned(), format!("{} {now}", made_for.words)));
    let mut blocks = vec![Block::Facts(identity)];
    blocks.extend(
        ages.into_iter()
            .map(|age| Block::Paragraph(Tone::Quiet, age)),
    );
    Document {
        title: title.to_owned(),
        about: format!("{} {facts}", patient.name),
        made_for: format!("{} {now}", made_for.words),
        made: made(made_for.now),
        paper: Paper::Portrait,
        blocks,
    }
}

/// The heading of a part.
pub fn part(title: &str) -> Block {
    Block::Heading(Level::Part, title.to_owned())
}

/// The white border that readers of codes need, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The dark and light squares of the code of a text, with the border that readers need; true is dark.
pub fn squares(text: &str) -> Result<Vec<Vec<bool>>, Fault> {
    let fault = |cause| Fault::at("drawing a QR code", cause);
    let drawn = QrCode::with_error_correction_level(text, EcLevel::M).map_err(fault)?;
    let (width, colors) = (drawn.width(), drawn.into_colors());
    let whole = width + 2 * QUIET;
    let is_dark = |down: usize, across: usize| {
        let inside = down.checked_sub(QUIET).zip(across.checked_sub(QUIET));
        let inside = inside.filter(|(down, across)| *down < width && *across < width);
        inside.is_some_and(|(down, across)| colors.get(down * width + across) == Some(&Color::Dark))
    };
    let row = |down| (0..whole).map(|across| is_dark(down, across)).collect();
    Ok((0..whole).map(row).collect())
}

/// A text as a code that a camera reads (二次元コード), so wide, with what it is in words.
pub fn code(text: &str, words: &str, millimetres: u16) -> Result<Block, Fault> {
    Ok(Block::Code(Code {
        words: words.to_owned(),
        rows: squares(text)?,
        millimetres,
    }))
}

/// The moment as the file's properties have it.
pub fn made(now: Moment) -> Made {
    let text = now.jst_fourteen();
    let number =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u16>().ok());
    let small = |from: usize| number(from, from + 2).and_then(|number| u8::try_from(number).ok());
    Made {
        year: number(0, 4).unwrap_or_default(),
        month: small(4).unwrap_or_default(),
        day: small(6).unwrap_or_default(),
        hour: small(8).unwrap_or_default(),
        minute: small(10).unwrap_or_default(),
        second: small(12).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_documents::PAGES_MAX;

    #[test]
    fn a_document_that_nobody_prints_is_refused() {
        let printer = Printer::new(&crate::config::DocumentsConfig::default().fonts);
        let book = Document {
            title: "一冊".to_owned(),
            about: String::new(),
            made_for: String::new(),
            made: Made::default(),
            paper: Paper::Portrait,
            blocks: vec![Block::paragraph("行\n".repeat(80 * PAGES_MAX))],
        };
        let told = printer.print(&book);
        let is_told = matches!(&told, Err(Error::Refused(refusal))
            if refusal.code == RefusalCode::DocumentTooLong);
        assert!(is_told, "{:?}", told.map(|pdf| pdf.len()));
    }
}
