//! The fonts, in the order in which they are asked for a character.
//!
//! A font is read when the first document needs it, and kept: the one with every variant of names
//! (IPAmj明朝) is 46 MB, and most documents never need it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use krilla::text::Font;
use skrifa::{FontRef, MetadataProvider};

/// What every document of ours needs of its first font.
const NEEDED: &str = "0あ漢〓・…";

/// Why there are no fonts to print with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// None of the files is there.
    #[error("none of the font files is there: {0}")]
    None(String),
    /// The first that is there can't be read, is no font, or has no Japanese.
    #[error("{0} can't be used as a Japanese font")]
    Unusable(String),
}

/// The fonts of a centre.
#[derive(Debug)]
pub struct Fonts {
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    path: PathBuf,
    face: OnceLock<Option<Face>>,
}

/// A font that was read.
#[derive(Clone)]
pub(crate) struct Face {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) font: Font,
}

impl std::fmt::Debug for Face {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Face({} bytes)", self.bytes.len())
    }
}

impl Fonts {
    /// Of the files that are there, in this order. The first must have Japanese.
    pub fn open(paths: &[PathBuf]) -> Result<Fonts, FontError> {
        let there = paths.iter().filter(|path| path.is_file());
        let places: Vec<Place> = there
            .map(|path| Place {
                path: path.clone(),
                face: OnceLock::new(),
            })
            .collect();
        let names = || {
            let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
            names.join(", ")
        };
        let fonts = Fonts { places };
        let first = fonts
            .places
            .first()
            .ok_or_else(|| FontError::None(names()))?;
        let usable = fonts.face(0).is_some_and(|face| {
            let charmap = FontRef::from_index(&face.bytes, 0).map(|font| font.charmap());
            charmap.is_ok_and(|charmap| NEEDED.chars().all(|c| charmap.map(c).is_some()))
        });
        if usable {
            Ok(fonts)
        } else {
            Err(FontError::Unusable(first.path.display().to_string()))
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }

    /// One of them; none where it can't be read or is no font.
    pub(crate) fn face(&self, at: usize) -> Option<&Face> {
        let place = self.places.get(at)?;
        place.face.get_or_init(|| read(&place.path)).as_ref()
    }
}

fn read(path: &Path) -> Option<Face> {
    let bytes = Arc::new(std::fs::read(path).ok()?);
    let font = Font::new(bytes.clone().into(), 0)?;
    Some(Face { bytes, font })
}
