//! A document whose every character can be printed, made before anything is laid out.

use std::collections::BTreeMap;

use crate::description::{Block, Cell, Code, Column, Document, Level, Picture, Row, Table, Tone};
use crate::typeset::{MISSING, Typesetter, is_selector, letters};

/// A document, and what had to be replaced in it.
pub(crate) struct Prepared {
    pub(crate) document: Document,
    pub(crate) replaced: Vec<char>,
}

/// How many characters the note at the end names; of more it gives the number.
const NAMED_MAX: usize = 40;
/// How long a title can be in the file's properties and the outline.
const TITLE_MAX: usize = 200;

/// What could not be printed as it is.
#[derive(Default)]
struct Replaced {
    characters: BTreeMap<char, usize>,
    variants: BTreeMap<(char, char), usize>,
}

pub(crate) fn prepare(document: &Document, typesetter: &Typesetter<'_>) -> Prepared {
    let mut replaced = Replaced::default();
    let mut text = |text: &str| clean(text, typesetter, &mut replaced);
    let mut blocks: Vec<Block> = document
        .blocks
        .iter()
        .map(|block| prepare_block(block, &mut text))
        .collect();
    let mut prepared = Document {
        title: heading(&text(&document.title)),
        about: one_line(&text(&document.about)),
        made_for: one_line(&text(&document.made_for)),
        made: document.made,
        paper: document.paper,
        blocks: Vec::new(),
    };
    blocks.extend(replaced.notes());
    prepared.blocks = blocks;
    Prepared {
        document: prepared,
        replaced: replaced.characters.into_keys().collect(),
    }
}

fn prepare_block(block: &Block, text: &mut impl FnMut(&str) -> String) -> Block {
    match block {
        Block::NewPage => Block::NewPage,
        Block::Code(code) => Block::Code(Code {
            words: heading(&text(&code.words)),
            ..code.clone()
        }),
        Block::Picture(picture) => Block::Picture(Picture {
            words: heading(&text(&picture.words)),
            ..picture.clone()
        }),
        Block::Heading(level, words) => Block::Heading(*level, heading(&text(words))),
        Block::Paragraph(tone, words) => Block::Paragraph(*tone, text(words)),
        Block::Facts(facts) => {
            let fact = |(name, value): &(String, String)| (text(name), text(value));
            Block::Facts(facts.iter().map(fact).collect())
        }
        Block::Table(table) => Block::Table(Table {
            summary: one_line(&text(&table.summary)),
            columns: table
                .columns
                .iter()
                .map(|column| Column {
                    title: text(&column.title),
                    share: column.share.max(1),
                    names_row: column.names_row,
                })
                .collect(),
            rows: table
                .rows
                .iter()
                .map(|row| {
                    let mut cells: Vec<Cell> = row
                        .cells
                        .iter()
                        .take(table.columns.len())
                        .map(|cell| Cell {
                            text: text(&cell.text),
                            tone: cell.tone,
                        })
                        .collect();
                    cells.resize(table.columns.len(), Cell::default());
                    Row { cells }
                })
                .collect(),
        }),
    }
}

/// The text with a glyph for each of its characters. Lines stay; other controls are left out, since
/// nobody can see them.
fn clean(text: &str, typesetter: &Typesetter<'_>, replaced: &mut Replaced) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in letters(text) {
        let (base, selector) = (letter.base, letter.selector);
        match base {
            '\n' => clean.push('\n'),
            '\t' | '\u{a0}' => clean.push(' '),
            _ if base.is_control() || is_invisible(base) || is_selector(base) => {}
            _ if is_private(base) || typesetter.glyph(base, None).is_none() => {
                *replaced.characters.entry(base).or_default() += 1;
                clean.push(MISSING);
            }
            _ => {
                clean.push(base);
                let Some(selector) = selector else {
                    continue;
                };
                if typesetter.glyph(base, Some(selector)).is_some() {
                    clean.push(selector);
                } else {
                    *replaced.variants.entry((base, selector)).or_default() += 1;
                }
            }
        }
    }
    clean
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ").chars().take(TITLE_MAX).collect()
}

/// A heading needs words: the outline and a screen reader go by them.
fn heading(text: &str) -> String {
    let line = one_line(text);
    if line.trim().is_empty() {
        "－".to_owned()
    } else {
        line
    }
}

/// Marks of direction and joining, byte order marks and the like.
fn is_invisible(c: char) -> bool {
    matches!(c as u32, 0xAD | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
        | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
}

/// 外字: what only one machine knows the meaning of.
fn is_private(c: char) -> bool {
    matches!(c as u32, 0xE000..=0xF8FF | 0xF0000..=0x10FFFF)
}

impl Replaced {
    /// What the reader is told of it.
    fn notes(&self) -> Vec<Block> {
        if self.characters.is_empty() && self.variants.is_empty() {
            return Vec::new();
        }
        let mut notes = vec![Block::Heading(
            Level::Part,
            "印字できなかった文字".to_owned(),
        )];
        let mut note = |words: String| notes.push(Block::Paragraph(Tone::Plain, words));
        if !self.characters.is_empty() {
            let named = self.characters.iter().map(|(c, times)| {
                let code = format!("U+{:04X}", *c as u32);
                format!("{code}（{times}か所）")
            });
            note(format!(
                "「{MISSING}」は、用意した書体にない文字の代わりです。元の文字: {}。",
                listed(named, self.characters.len())
            ));
        }
        if !self.variants.is_empty() {
            let named = self.variants.iter().map(|((base, selector), times)| {
                format!(
                    "「{base}」（U+{:04X} U+{:04X}、{times}か所）",
                    *base as u32, *selector as u32
                )
            });
            note(format!(
                "次の文字の異体字は用意した書体にないため、通常の字体で印字しました: {}。",
                listed(named, self.variants.len())
            ));
        }
        notes
    }
}

fn listed(named: impl Iterator<Item = String>, count: usize) -> String {
    let mut words = named.take(NAMED_MAX).collect::<Vec<_>>().join("、");
    if count > NAMED_MAX {
        words.push_str(&format!("、ほか{}種類", count - NAMED_MAX));
    }
    words
}
