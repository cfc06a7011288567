//! Printing: layout order, the declaration as real files have it, values escaped only as XML needs.

use super::replaced::{Replaced, Replacing};
use crate::check::is_printable;
use crate::encoding::{Encoding, REPLACEMENT, encode_shift_jis, user_defined};
use crate::report::path_text;
use crate::shape::{Block, Kind, View};
use crate::spelling::{ECHOED, Spellings};

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The bytes, and what the declaration says.
    pub encoding: Encoding,
    /// One element a line, indented by two; for people. Values are never changed by it.
    pub indented: bool,
    /// What stands for a character that the encoding has not. Shift_JIS must have it.
    pub replacement: char,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            indented: false,
            replacement: REPLACEMENT,
        }
    }
}

/// A printed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that could not be printed as they are, and private-use characters that Shift_JIS
    /// could. The caller names them in a message.
    pub replaced: Vec<Replaced>,
}

/// Prints a message. What is absent or empty is left out; nothing is checked.
pub fn print_xml(message: &dyn Block, style: Style) -> Printed {
    print_xml_as_spelt(message, style, &Spellings::default())
}

/// The same with what is echoed spelt as it came.
pub fn print_xml_as_spelt(message: &dyn Block, style: Style, spellings: &Spellings) -> Printed {
    let mut writing = Writing {
        style,
        spellings,
        bytes: Vec::with_capacity(2048),
        replaced: Replacing::default(),
        path: Vec::with_capacity(8),
    };
    let name = style.encoding.name();
    let declaration = format!("<?xml version=\"1.0\" encoding=\"{name}\" standalone=\"no\"?>");
    writing.raw(&declaration);
    if !style.indented {
        writing.raw("\n");
    }
    writing.block("XmlMsg", None, message);
    writing.raw("\n");
    Printed {
        bytes: writing.bytes,
        replaced: writing.replaced.into_list(),
    }
}

struct Writing<'s> {
    style: Style,
    spellings: &'s Spellings,
    bytes: Vec<u8>,
    replaced: Replacing,
    path: Vec<(&'static str, Option<usize>)>,
}

impl<'s> Writing<'s> {
    fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn open(&mut self, name: &'static str) {
        self.line();
        self.raw("<");
        self.raw(name);
        self.raw(">");
    }

    fn close(&mut self, name: &'static str) {
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    fn line(&mut self) {
        if self.style.indented {
            self.raw("\n");
            for _ in 0..self.path.len() {
                self.raw("  ");
            }
        }
    }

    fn block(&mut self, name: &'static str, index: Option<usize>, block: &dyn Block) {
        self.open(name);
        self.path.push((name, index));
        for (place, field) in block.shape().fields.iter().enumerate() {
            match block.view(place) {
                View::Text(Some(text)) => {
                    self.open(field.name);
                    self.value(field.name, text);
                    self.close(field.name);
                }
                View::Block(Some(inner)) => self.block(field.name, None, inner),
                View::Blocks(blocks) if blocks.count() > 0 => {
                    if let Kind::List { item, .. } = field.kind {
                        self.open(field.name);
                        self.path.push((field.name, None));
                        for number in 0..blocks.count() {
                            self.block(item, Some(number), blocks.at(number));
                        }
                        self.path.pop();
                        self.line();
                        self.close(field.name);
                    } else {
                        for number in 0..blocks.count() {
                            self.block(field.name, Some(number), blocks.at(number));
                        }
                    }
                }
                _ => {}
            }
        }
        self.path.pop();
        self.line();
        self.close(name);
    }

    fn value(&mut self, element: &'static str, value: &str) {
        self.replaced.begin();
        match self.spelling(element, value) {
            Some(spelling) => self.encoded(element, spelling),
            None => self.escaped(element, value),
        }
    }

    /// How this value came, if it is an echo of what was sent.
    fn spelling(&self, element: &'static str, value: &str) -> Option<&'s str> {
        if self.spellings.is_empty() || !self.is_echo() {
            return None;
        }
        let row = self.path.iter().find_map(|(_, index)| *index);
        self.spellings.find(row, element, value)
    }

    fn is_echo(&self) -> bool {
        let inside = self.path.last();
        inside.is_some_and(|(name, _)| ECHOED.contains(name))
    }

    fn escaped(&mut self, element: &'static str, text: &str) {
        let mut from = 0;
        for (place, character) in text.char_indices() {
            let escape = match character {
                '&' => "&amp;",
                '<' => "&lt;",
                // Only `]]>` is forbidden; a lone `>` stays, for clients that search for the value.
                '>' if text[..place].ends_with("]]") => "&gt;",
                '\r' => "&#13;",
                '\n' | '\t' => continue,
                c if is_printable(c) || ('\x7F'..='\u{9F}').contains(&c) => continue,
                other => {
                    self.encoded(element, &text[from..place]);
                    let path = &self.path;
                    self.replaced.add(other, false, || path_text(path, element));
                    self.encoded(element, self.style.replacement.encode_utf8(&mut [0; 4]));
                    from = place + other.len_utf8();
                    continue;
                }
            };
            self.encoded(element, &text[from..place]);
            self.raw(escape);
            from = place + character.len_utf8();
        }
        self.encoded(element, &text[from..]);
    }

    fn encoded(&mut self, element: &'static str, text: &str) {
        let echo = self.is_echo();
        let Writing {
            style,
            bytes,
            replaced,
            path,
            ..
        } = self;
        if style.encoding == Encoding::Utf8 {
            bytes.extend_from_slice(text.as_bytes());
            return;
        }
        encode_shift_jis(text, bytes, |character, bytes| {
            let own = user_defined(character).filter(|_| echo);
            replaced.add(character, own.is_some(), || path_text(path, element));
            match own {
                Some(own) => bytes.extend_from_slice(&own),
                None => {
                    let stand_in = style.replacement;
                    // A stand-in that Shift_JIS has not either can't stand in.
                    encode_shift_jis(stand_in.encode_utf8(&mut [0; 4]), bytes, |_, bytes| {
                        bytes.push(b'?');
                    });
                }
            }
        });
    }
}
