//! Private-use characters (外字): in UTF-8 nothing is lost of them, but what they look like is known
//! only where they were made. So whoever reads them is told that they are there.

use crate::report::path_text;
use crate::shape::{Block, Kind, View};
use crate::xml::{Replaced, Replacing};

/// Whether a character has no meaning but that of one machine's fonts.
pub fn is_private_use(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Whether printed UTF-8 has one of them. Asked of every answer, so it looks at the bytes alone, and
/// without a way out in the middle, so that the compiler looks at many of them at a time.
fn is_there(bytes: &[u8]) -> bool {
    let Some((_, seconds)) = bytes.split_first() else {
        return false;
    };
    bytes
        .iter()
        .zip(seconds)
        .fold(false, |found, (first, second)| {
            found
                | (*first == 0xEE)
                | (*first == 0xF4)
                | ((*first == 0xEF) & (*second < 0xA4))
                | ((*first == 0xF3) & (*second >= 0xB0))
        })
}

/// The private-use characters of a message that was printed to these bytes of UTF-8.
pub fn private_use(message: &dyn Block, printed: &[u8]) -> Vec<Replaced> {
    let mut found = Replacing::default();
    if is_there(printed) {
        look(message, &mut vec![("XmlMsg", None)], &mut found);
    }
    found.into_list()
}

fn look(block: &dyn Block, path: &mut Vec<(&'static str, Option<usize>)>, found: &mut Replacing) {
    for (place, field) in block.shape().fields.iter().enumerate() {
        match block.view(place) {
            View::Text(Some(text)) => {
                found.begin();
                for character in text.chars().filter(|c| is_private_use(*c)) {
                    found.add(character, true, || path_text(path, field.name));
                }
            }
            View::Block(Some(inner)) => {
                path.push((field.name, None));
                look(inner, path, found);
                path.pop();
            }
            View::Blocks(blocks) => {
                let item = match field.kind {
                    Kind::List { item, .. } => Some(item),
                    _ => None,
                };
                if item.is_some() {
                    path.push((field.name, None));
                }
                for number in 0..blocks.count() {
                    path.push((item.unwrap_or(field.name), Some(number)));
                    look(blocks.at(number), path, found);
                    path.pop();
                }
                if item.is_some() {
                    path.pop();
                }
            }
            _ => {}
        }
    }
}
