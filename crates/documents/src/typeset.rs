//! From characters to glyphs: which font has it, and how wide it is.
//!
//! There is no shaping: Japanese and Latin letters stand one beside the other as the font says. What
//! needs more than that (Arabic, Thai) does not occur in these documents, and is printed letter by letter.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::{Charmap, MapVariant};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use crate::fonts::Fonts;

/// What stands where a character has no glyph: the printers' mark for a missing type (下駄).
pub(crate) const MISSING: char = '〓';

/// A character's glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) face: usize,
    pub(crate) id: u32,
    /// How wide, in parts of the size.
    pub(crate) advance: f32,
}

struct Loaded<'a> {
    font: Font,
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    units: f32,
}

/// Glyphs of one font in a row: which font, where they begin, and they.
pub(crate) type Run = (usize, f32, Vec<KrillaGlyph>);

/// The glyphs that were looked for, by character and selector.
type Known = HashMap<(char, Option<char>), Option<Glyph>>;

/// Finds glyphs for one document.
pub(crate) struct Typesetter<'a> {
    fonts: &'a Fonts,
    faces: Vec<OnceCell<Option<Loaded<'a>>>>,
    known: RefCell<Known>,
}

/// A character with the selector of a variant that follows it (IVS, SVS).
pub(crate) struct Letter {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) base: char,
    pub(crate) selector: Option<char>,
}

/// Whether it chooses a variant of the character before it (異体字セレクタ).
pub(crate) fn is_selector(c: char) -> bool {
    matches!(c as u32, 0xFE00..=0xFE0F | 0xE0100..=0xE01EF)
}

/// The letters of a text. A selector is never parted from its letter.
pub(crate) fn letters(text: &str) -> impl Iterator<Item = Letter> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, base) = chars.next()?;
        let follows = chars.next_if(|(_, c)| is_selector(*c));
        let to = chars.peek().map_or(text.len(), |(at, _)| *at);
        Some(Letter {
            from,
            to,
            base,
            selector: follows.map(|(_, selector)| selector),
        })
    })
}

impl<'a> Typesetter<'a> {
    pub(crate) fn new(fonts: &'a Fonts) -> Typesetter<'a> {
        Typesetter {
            fonts,
            faces: (0..fonts.count()).map(|_| OnceCell::new()).collect(),
            known: RefCell::new(HashMap::new()),
        }
    }

    fn face(&self, at: usize) -> Option<&Loaded<'a>> {
        let load = || {
            let face = self.fonts.face(at)?;
            let font = FontRef::from_index(&face.bytes, 0).ok()?;
            let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
            Some(Loaded {
                font: face.font.clone(),
                charmap: font.charmap(),
                metrics,
                units: face.font.units_per_em(),
            })
        };
        self.faces.get(at)?.get_or_init(load).as_ref()
    }

    /// The font itself.
    pub(crate) fn font(&self, at: usize) -> Option<Font> {
        self.face(at).map(|face| face.font.clone())
    }

    /// The glyph of a character; of a variant only the variant's own. None where no font has it.
    pub(crate) fn glyph(&self, base: char, selector: Option<char>) -> Option<Glyph> {
        if let Some(known) = self.known.borrow().get(&(base, selector)) {
            return *known;
        }
        let found = (0..self.faces.len()).find_map(|at| self.glyph_of(at, base, selector));
        self.known.borrow_mut().insert((base, selector), found);
        found
    }

    fn glyph_of(&self, at: usize, base: char, selector: Option<char>) -> Option<Glyph> {
        let face = self.face(at)?;
        let id = match selector {
            None => face.charmap.map(base)?,
            Some(selector) => match face.charmap.map_variant(base, selector)? {
                MapVariant::UseDefault => face.charmap.map(base)?,
                MapVariant::Variant(id) => id,
            },
        };
        if id.to_u32() == 0 {
            return None;
        }
        Some(Glyph {
            face: at,
            id: id.to_u32(),
            advance: face.metrics.advance_width(id)? / face.units,
        })
    }

    /// How wide a letter is, in parts of the size.
    pub(crate) fn advance(&self, letter: &Letter) -> f32 {
        self.glyph(letter.base, letter.selector)
            .map_or(0.0, |glyph| glyph.advance)
    }

    /// How wide a line is.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        letters(text)
            .map(|letter| self.advance(&letter))
            .sum::<f32>()
            * size
    }

    /// A line's glyphs, in runs of one font each, with the place where each run begins.
    pub(crate) fn runs(&self, text: &str, size: f32) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut x = 0.0;
        for letter in letters(text) {
            let Some(glyph) = self.glyph(letter.base, letter.selector) else {
                continue;
            };
            if runs.last().is_none_or(|(face, ..)| *face != glyph.face) {
                runs.push((glyph.face, x, Vec::new()));
            }
            if let Some((.., run)) = runs.last_mut() {
                run.push(KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    glyph.advance,
                    0.0,
                    0.0,
                    0.0,
                    letter.from..letter.to,
                    None,
                ));
            }
            x += glyph.advance * size;
        }
        runs
    }
}
