//! The one definition: what a message looks like.
//!
//! Every element of the interface is a line in a `layout!` table under `messages/`. The table
//! gives a plain struct and its [`Shape`]; reading and printing XML and JSON, checking values, the
//! JSON schema, the field tables and the examples all walk the shape and reach the struct through
//! [`Block`]. So an element is spelt in exactly one place, and a new one is one new line.

pub mod element;
mod layout;

pub(crate) use layout::{block, layout, list, repeated};

use crate::codes::CodeList;

/// The length is not published; any length within [`crate::Limits`] is taken.
pub const NOT_PUBLIC: usize = usize::MAX;

/// The number of entries in a list is not limited by the layout.
pub const ANY: usize = usize::MAX;

/// What a block consists of, in the order of the layout.
#[derive(Debug)]
pub struct Shape {
    /// The Rust name, which is the name in the JSON schema too.
    pub name: &'static str,
    /// Doc comment: `日本語: English.`
    pub doc: &'static str,
    /// Elements in layout order.
    pub fields: &'static [Field],
    /// What one of them occupies in memory, without its texts.
    pub size: usize,
}

/// One element.
#[derive(Debug)]
pub struct Field {
    /// The element's name in XML, the key in JSON.
    pub name: &'static str,
    /// Doc comment: `日本語: English.`
    pub doc: &'static str,
    /// Whether it may be absent.
    pub need: Need,
    /// What it may hold.
    pub kind: Kind,
    /// A fictional value, or nothing.
    pub example: &'static str,
}

/// Whether an element may be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Absent is a problem.
    Required,
    /// Optional, or conditional on something that the layout alone does not show.
    Optional,
}

/// What an element may hold. Lengths are in characters.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One line of text, at most so long.
    Text(usize),
    /// Text that may have line breaks.
    Lines(usize),
    /// Exactly so many half-width digits.
    Digits(usize),
    /// At most so many half-width digits.
    Number(usize),
    /// yyyyMMdd, a day of the calendar.
    Date,
    /// yyyyMM
    Month,
    /// yyyyMMddHHmmss
    Time,
    /// 6 or 8 digits, 8 characters when padded on the left with blanks.
    InsurerNumber,
    /// nnn-nnnn
    PostNumber,
    /// A value of a code list.
    Code(&'static CodeList),
    /// A block of its own.
    Block(&'static Shape),
    /// The same block several times, without anything around it.
    Repeated(Entries),
    /// Blocks inside a wrapping element.
    List {
        /// The name of each entry.
        item: &'static str,
        /// What is in it and how many.
        entries: Entries,
        /// How the Web API writes it.
        json: JsonList,
    },
}

/// Blocks of one shape and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Entries {
    /// Each of them.
    pub shape: &'static Shape,
    /// At least so many, if the element is there at all.
    pub min: usize,
    /// At most so many.
    pub max: usize,
}

/// The ways in which the Web API writes a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonList {
    /// `[{"Item": {…}}, …]`, as `ResultList`.
    Wrapped,
    /// `[{…}, …]`, as `SpecificDiseasesCertificateList`.
    Bare,
}

impl Kind {
    /// The entries of a list, with or without a wrapping element.
    pub fn entries(&self) -> Option<&Entries> {
        match self {
            Kind::Repeated(entries) | Kind::List { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// The most characters that a text may have.
    pub fn length(&self) -> Option<usize> {
        match self {
            Kind::Text(max) | Kind::Lines(max) | Kind::Digits(max) | Kind::Number(max) => {
                Some(*max)
            }
            Kind::Date | Kind::InsurerNumber | Kind::PostNumber => Some(8),
            Kind::Month => Some(6),
            Kind::Time => Some(14),
            _ => None,
        }
    }

    /// Whether it holds text, not blocks.
    pub fn is_text(&self) -> bool {
        !matches!(self, Kind::Block(_) | Kind::Repeated(_) | Kind::List { .. })
    }
}

impl Field {
    /// The Japanese name.
    pub fn ja(&self) -> &'static str {
        first_words(self.doc)
    }
}

impl Shape {
    /// The Japanese name.
    pub fn ja(&self) -> &'static str {
        first_words(self.doc)
    }

    /// The place of an element. `hint` is looked at first: in layout order it is always right.
    #[inline]
    pub fn find(&self, name: &str, hint: usize) -> Option<usize> {
        if self
            .fields
            .get(hint)
            .is_some_and(|field| field.name == name)
        {
            return Some(hint);
        }
        self.fields.iter().position(|field| field.name == name)
    }
}

fn first_words(doc: &'static str) -> &'static str {
    let line = doc.trim_start();
    line.split_once(": ")
        .map_or(line.trim_end(), |(words, _)| words)
}

/// A struct whose elements can be reached by their place in its shape.
pub trait Block {
    /// What it consists of.
    fn shape(&self) -> &'static Shape;

    /// Somewhere to put the element; a list grows by one entry.
    fn open(&mut self, field: usize) -> Slot<'_>;

    /// The element as it is.
    fn view(&self, field: usize) -> View<'_>;

    /// The blocks of an element that repeats.
    fn blocks(&mut self, field: usize) -> Option<&mut dyn Blocks>;
}

/// A block whose shape is known without having one.
pub trait Typed: Block + Clone + Default + 'static {
    /// What it consists of.
    const SHAPE: &'static Shape;
}

/// Somewhere to put an element.
pub enum Slot<'a> {
    /// A text that must be there; empty means absent.
    Required(&'a mut String),
    /// A text that may be absent.
    Optional(&'a mut Option<String>),
    /// A block to be filled.
    Block(&'a mut dyn Block),
}

impl Slot<'_> {
    /// Puts a text. A block takes none.
    pub fn put(self, text: String) {
        match self {
            Slot::Required(place) => *place = text,
            Slot::Optional(place) => *place = Some(text),
            Slot::Block(_) => {}
        }
    }
}

/// An element as it is.
pub enum View<'a> {
    /// A text, or nothing.
    Text(Option<&'a str>),
    /// A block, or nothing.
    Block(Option<&'a dyn Block>),
    /// Any number of blocks.
    Blocks(&'a dyn Blocks),
}

impl View<'_> {
    /// Whether there is nothing to print.
    pub fn is_absent(&self) -> bool {
        match self {
            View::Text(text) => text.is_none(),
            View::Block(block) => block.is_none(),
            View::Blocks(blocks) => blocks.count() == 0,
        }
    }
}

/// A list of blocks, whatever their type.
pub trait Blocks {
    /// How many.
    fn count(&self) -> usize;
    /// One of them.
    fn at(&self, index: usize) -> &dyn Block;
    /// The same, to change it.
    fn at_mut(&mut self, index: usize) -> &mut dyn Block;
}

impl<T: Block> Blocks for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> &dyn Block {
        &self[index]
    }

    fn at_mut(&mut self, index: usize) -> &mut dyn Block {
        &mut self[index]
    }
}

/// The Rust types that a field may have: they say whether it may be absent.
pub trait FieldType {
    /// Whether it may be absent.
    const NEED: Need;
    /// See [`Block::open`].
    fn slot(&mut self) -> Slot<'_>;
    /// See [`Block::view`].
    fn view(&self) -> View<'_>;
    /// See [`Block::blocks`].
    fn blocks(&mut self) -> Option<&mut dyn Blocks> {
        None
    }
}

impl FieldType for String {
    const NEED: Need = Need::Required;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Required(self)
    }

    fn view(&self) -> View<'_> {
        View::Text(Some(self.as_str()).filter(|text| !text.is_empty()))
    }
}

impl FieldType for Option<String> {
    const NEED: Need = Need::Optional;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Optional(self)
    }

    fn view(&self) -> View<'_> {
        View::Text(self.as_deref().filter(|text| !text.is_empty()))
    }
}

impl<T: Typed> FieldType for T {
    const NEED: Need = Need::Required;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Block(self)
    }

    fn view(&self) -> View<'_> {
        View::Block(Some(self))
    }
}

impl<T: Typed> FieldType for Option<T> {
    const NEED: Need = Need::Optional;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Block(self.get_or_insert_default())
    }

    fn view(&self) -> View<'_> {
        View::Block(self.as_ref().map(|block| block as &dyn Block))
    }
}

impl<T: Typed> FieldType for Vec<T> {
    const NEED: Need = Need::Optional;

    fn slot(&mut self) -> Slot<'_> {
        let index = self.len();
        self.push(T::default());
        Slot::Block(&mut self[index])
    }

    fn view(&self) -> View<'_> {
        View::Blocks(self)
    }

    fn blocks(&mut self) -> Option<&mut dyn Blocks> {
        Some(self)
    }
}

/// Names of the elements that are there, never their values: messages hold personal data, and
/// `{:?}` ends in logs.
pub(crate) fn debug(block: &dyn Block, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let shape = block.shape();
    let mut out = f.debug_struct(shape.name);
    for (index, field) in shape.fields.iter().enumerate() {
        match block.view(index) {
            View::Text(Some(_)) => out.field(field.name, &format_args!("***")),
            View::Blocks(blocks) if blocks.count() > 0 => {
                out.field(field.name, &format_args!("[{}]", blocks.count()))
            }
            View::Block(Some(_)) => out.field(field.name, &format_args!("{{…}}")),
            _ => &mut out,
        };
    }
    out.finish()
}
