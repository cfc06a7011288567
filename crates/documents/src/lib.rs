//! Printed documents (PDF) in Japanese: a description in, the bytes of a tagged PDF out.
//!
//! A [`Document`] says what is told: headings, paragraphs, facts, tables. This crate breaks lines by the
//! rules of Japanese (禁則処理), breaks pages between rows, repeats the heads of tables, and writes a
//! PDF that is PDF/A-2a and PDF/UA-1 at once: with a structure tree for screen readers. It knows
//! no clock: the moment a document was made is part of its description.
//!
//! A character that no font has does not cost the document: 〓 stands in its place, and a note at
//! the end says which character it was.

mod description;
mod fonts;
mod layout;
mod lines;
mod prepare;
mod table;
#[cfg(test)]
mod tests;
mod typeset;
mod watermark;
mod write;

pub use description::{
    Block, Cell, Code, Column, Document, Level, Made, Paper, Picture, Row, Table, Tone,
};
pub use fonts::{FontError, Fonts};

/// A finished document.
#[derive(Debug)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// The characters that no font has.
    pub replaced: Vec<char>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Longer than anybody prints, and than memory should hold.
    #[error("the document has more than {most} pages")]
    TooLong {
        /// The most.
        most: usize,
    },
    /// The library refused it: a mistake of ours.
    #[error("the PDF could not be written: {0}")]
    Write(String),
}

/// How many pages a document has at the most: what 20,000 lines of
/// a month need, each with a name of 400 characters.
pub const PAGES_MAX: usize = 10_000;

/// Makes the document.
pub fn print(document: &Document, fonts: &Fonts) -> Result<Pdf, DocumentError> {
    let typesetter = typeset::Typesetter::new(fonts);
    let prepared = prepare::prepare(document, &typesetter);
    let layout = layout::lay_out(&prepared.document, &typesetter)?;
    let pages = layout.pages.len();
    let bytes = write::write(&prepared.document, layout, &typesetter)?;
    Ok(Pdf {
        bytes,
        pages,
        replaced: prepared.replaced,
    })
}
