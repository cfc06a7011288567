//! Printing: layout order, the declaration as real files have it, values escaped only as XML needs.

use crate::check::is_printable;
use crate::encoding::{Encoding, GETA, encode_shift_jis};
use crate::problem::path_text;
use crate::shape::{Block, Kind, View};

/// How to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The bytes, and what the declaration says.
    pub encoding: Encoding,
    /// One element a line, indented by two; for people. Values are never changed by it.
    pub indented: bool,
}

/// A printed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that became 〓. The caller names them in a message.
    pub replaced: Vec<Replaced>,
}

/// A character that the encoding has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Path of the element.
    pub element: String,
    /// What stood there.
    pub character: char,
    /// Its number, since the reader's font may lack it too: U+20BB7.
    pub code_point: u32,
}

/// Prints a message. What is absent or empty is left out; nothing is checked.
pub fn print_xml(message: &dyn Block, style: Style) -> Printed {
    let mut writing = Writing {
        style,
        printed: Printed {
            bytes: Vec::with_capacity(2048),
            replaced: Vec::new(),
        },
        path: Vec::with_capacity(8),
    };
    let name = style.encoding.name();
    let declaration = format!("<?xml version=\"1.0\" encoding=\"{name}\" standalone=\"no\"?>");
    writing
        .printed
        .bytes
        .extend_from_slice(declaration.as_bytes());
    if !style.indented {
        writing.printed.bytes.push(b'\n');
    }
    writing.block("XmlMsg", None, message);
    writing.printed.bytes.push(b'\n');
    writing.printed
}

struct Writing {
    style: Style,
    printed: Printed,
    path: Vec<(&'static str, Option<usize>)>,
}

impl Writing {
    fn raw(&mut self, text: &str) {
        self.printed.bytes.extend_from_slice(text.as_bytes());
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
                    self.text(field.name, text);
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

    fn text(&mut self, element: &'static str, text: &str) {
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
                    self.lost(element, other);
                    self.encoded(element, GETA.encode_utf8(&mut [0; 4]));
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
        match self.style.encoding {
            Encoding::Utf8 => self.raw(text),
            Encoding::ShiftJis => {
                let mut lost = Vec::new();
                encode_shift_jis(text, &mut self.printed.bytes, |character| {
                    lost.push(character)
                });
                for character in lost {
                    self.lost(element, character);
                }
            }
        }
    }

    fn lost(&mut self, element: &'static str, character: char) {
        let element = path_text(&self.path, element);
        let code_point = u32::from(character);
        self.printed.replaced.push(Replaced {
            element,
            character,
            code_point,
        });
    }
}
