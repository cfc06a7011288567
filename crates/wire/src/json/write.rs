//! Printing: keys in layout order, every value a string, what is absent left out.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::shape::{Block, Blocks, JsonList, Kind, View};

/// A message for `serde`, to be embedded in something larger.
pub struct Json<'a>(pub &'a dyn Block);

/// Prints `{"XmlMsg":{…}}`.
pub fn print_json(message: &dyn Block) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2048);
    let printed = serde_json::to_writer(&mut bytes, &Json(message));
    printed.expect("strings into memory can't fail");
    bytes
}

/// The same with one key a line and a line break at the end; for people and vectors.
pub fn print_json_indented(message: &dyn Block) -> Vec<u8> {
    let printed = serde_json::to_vec_pretty(&Json(message));
    let mut bytes = printed.expect("strings into memory can't fail");
    bytes.push(b'\n');
    bytes
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut root = serializer.serialize_map(Some(1))?;
        root.serialize_entry("XmlMsg", &Inside(self.0))?;
        root.end()
    }
}

struct Inside<'a>(&'a dyn Block);

impl Serialize for Inside<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (index, field) in self.0.shape().fields.iter().enumerate() {
            match self.0.view(index) {
                View::Text(Some(text)) => map.serialize_entry(field.name, text)?,
                View::Block(Some(block)) => map.serialize_entry(field.name, &Inside(block))?,
                View::Blocks(blocks) if blocks.count() > 0 => {
                    map.serialize_entry(field.name, &Entries(blocks, wrapper(&field.kind)))?;
                }
                _ => {}
            }
        }
        map.end()
    }
}

/// The key around each entry, if the Web API writes one.
pub(crate) fn wrapper(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::List {
            item,
            json: JsonList::Wrapped,
            ..
        } => Some(item),
        _ => None,
    }
}

struct Entries<'a>(&'a dyn Blocks, Option<&'static str>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(Some(self.0.count()))?;
        for number in 0..self.0.count() {
            let inside = Inside(self.0.at(number));
            match self.1 {
                Some(key) => entries.serialize_element(&Wrapped(key, inside))?,
                None => entries.serialize_element(&inside)?,
            }
        }
        entries.end()
    }
}

struct Wrapped<'a>(&'static str, Inside<'a>);

impl Serialize for Wrapped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}
