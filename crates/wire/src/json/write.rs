//! Printing: keys in layout order, every value a string, what is absent left out.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::shape::{Block, Blocks, JsonList, Kind, View};

/// A message for `serde`, to be embedded in something larger.
pub struct Json<'a>(pub &'a dyn Block);

/// Prints `{"XmlMsg":{…}}`: the bytes that `serde_json` writes for [`Json`], in a third of the time,
/// since keys and nearly all values need no escaping and are copied whole.
pub fn print_json(message: &dyn Block) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2048);
    bytes.extend_from_slice(b"{\"XmlMsg\":");
    put_block(&mut bytes, message);
    bytes.push(b'}');
    bytes
}

fn put_block(bytes: &mut Vec<u8>, block: &dyn Block) {
    bytes.push(b'{');
    let mut first = true;
    for (index, field) in block.shape().fields.iter().enumerate() {
        let view = block.view(index);
        match &view {
            View::Text(Some(_)) | View::Block(Some(_)) => {}
            View::Blocks(blocks) if blocks.count() > 0 => {}
            _ => continue,
        }
        if !std::mem::take(&mut first) {
            bytes.push(b',');
        }
        put_key(bytes, field.name);
        match view {
            View::Text(Some(text)) => put_text(bytes, text),
            View::Block(Some(inner)) => put_block(bytes, inner),
            View::Blocks(blocks) => put_blocks(bytes, blocks, wrapper(&field.kind)),
            _ => {}
        }
    }
    bytes.push(b'}');
}

fn put_blocks(bytes: &mut Vec<u8>, blocks: &dyn Blocks, wrapper: Option<&str>) {
    for number in 0..blocks.count() {
        bytes.push(if number == 0 { b'[' } else { b',' });
        if let Some(key) = wrapper {
            bytes.push(b'{');
            put_key(bytes, key);
        }
        put_block(bytes, blocks.at(number));
        if wrapper.is_some() {
            bytes.push(b'}');
        }
    }
    bytes.push(b']');
}

/// Names of the layout have nothing that JSON escapes.
fn put_key(bytes: &mut Vec<u8>, key: &str) {
    debug_assert!(!needs_escape(key.as_bytes()));
    bytes.push(b'"');
    bytes.extend_from_slice(key.as_bytes());
    bytes.extend_from_slice(b"\":");
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    if needs_escape(text.as_bytes()) {
        let printed = serde_json::to_writer(bytes, text);
        return printed.expect("strings into memory can't fail");
    }
    bytes.push(b'"');
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(b'"');
}

/// Whether JSON escapes any of these. Without a way out in the middle, the compiler looks at many
/// bytes at a time.
fn needs_escape(text: &[u8]) -> bool {
    text.iter().fold(false, |found, byte| {
        found | (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\')
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::EligibilityResponse;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_short_way_prints_what_serde_prints(words in proptest::collection::vec(any::<String>(), 3)) {
            let mut message = EligibilityResponse::default();
            message.header.arbitrary_file_identifier = Some(words[0].clone());
            message.body.processing_result_message = Some(words[1].clone());
            message.body.result_list = vec![
                crate::messages::ResultOfQualificationConfirmation { name: words[2].clone(), ..Default::default() };
                words[0].len() % 3
            ];
            prop_assert_eq!(print_json(&message), serde_json::to_vec(&Json(&message)).unwrap());
        }
    }
}
