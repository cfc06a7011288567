//! Random messages of any kind, out of the tables.

use onshi_wire::shape::{Block, Kind, Need, Slot};
use onshi_wire::{Encoding, MessageKind};

/// A small generator, so that a seed is enough to repeat a case.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub fn up_to(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }

    fn one_of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.up_to(these.len())]
    }
}

/// A message that is right, with random contents that the encoding has.
pub fn message(kind: MessageKind, encoding: Encoding, seed: u64) -> Box<dyn Block> {
    let mut message = kind.empty();
    fill(&mut *message, encoding, &mut Dice::new(seed));
    message
}

fn fill(block: &mut dyn Block, encoding: Encoding, dice: &mut Dice) {
    for (index, field) in block.shape().fields.iter().enumerate() {
        let least = usize::from(field.need == Need::Required);
        let times = match field.kind.entries() {
            Some(entries) => entries.min + dice.up_to(2),
            None => least.max(dice.up_to(2)),
        };
        for _ in 0..times {
            match block.open(index) {
                Slot::Block(inner) => fill(inner, encoding, dice),
                text => text.put(value(&field.kind, encoding, dice)),
            }
        }
    }
}

fn value(kind: &Kind, encoding: Encoding, dice: &mut Dice) -> String {
    let digits = |dice: &mut Dice, n| (0..n).map(|_| dice.one_of(b"0123456789") as char).collect();
    match kind {
        Kind::Text(max) => text(*max, encoding, dice, false),
        Kind::Lines(max) => text(*max, encoding, dice, true),
        Kind::Digits(n) => digits(dice, *n),
        Kind::Number(max) => {
            let n = 1 + dice.up_to((*max).min(9));
            digits(dice, n)
        }
        Kind::Date => dice.one_of(&["20240229", "19750502", "20261231"]).into(),
        Kind::Month => dice.one_of(&["202611", "202601"]).into(),
        Kind::Time => dice.one_of(&["20261122235959", "20240229000000"]).into(),
        Kind::InsurerNumber => dice.one_of(&["  138057", "138057", "01130012"]).into(),
        Kind::PostNumber => "000-0000".into(),
        Kind::Code(list) => list.entries[dice.up_to(list.entries.len())].0.into(),
        _ => unreachable!("blocks are filled, not put"),
    }
}

fn text(max: usize, encoding: Encoding, dice: &mut Dice, lines: bool) -> String {
    const BOTH: &str = "aZ09 <>&\"']]>;　架空花子ｶﾞ①髙～－ー・々●\\{}";
    let mut letters: Vec<char> = BOTH.chars().collect();
    if encoding == Encoding::Utf8 {
        letters.extend("𠮷〜−é🀄\u{3099}".chars());
    }
    if lines {
        letters.extend("\n\t".chars());
    }
    let length = 1 + dice.up_to(max.min(24));
    // The first is visible: a required text that is blank is absent.
    std::iter::once('架')
        .chain((1..length).map(|_| dice.one_of(&letters)))
        .collect()
}
