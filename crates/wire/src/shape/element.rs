//! Elements by their names, for what all messages have in common: who asks, and how an answer says what
//! came of it. A message that has them needs no line anywhere for that.

use super::{Block, Blocks, Kind, Shape, Slot, View};

impl Shape {
    /// Where an element stands.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// What an element may hold, in the blocks of these names.
    pub fn kind(&self, path: &[&str]) -> Option<&Kind> {
        let (name, rest) = path.split_first()?;
        let kind = &self.fields[self.place(name)?].kind;
        match (rest, kind) {
            ([], kind) => Some(kind),
            (rest, Kind::Block(shape)) => shape.kind(rest),
            _ => None,
        }
    }
}

/// The text of an element, in the blocks of these names.
pub fn text<'a>(block: &'a dyn Block, path: &[&str]) -> Option<&'a str> {
    let (name, rest) = path.split_first()?;
    match block.view(block.shape().place(name)?) {
        View::Text(text) if rest.is_empty() => text,
        View::Block(Some(inner)) => text(inner, rest),
        _ => None,
    }
}

/// Puts a text into an element, in the blocks of these names; says whether it is there at all.
pub fn put(block: &mut dyn Block, path: &[&str], value: String) -> bool {
    let Some((name, rest)) = path.split_first() else {
        return false;
    };
    let Some(place) = block.shape().place(name) else {
        return false;
    };
    match &block.shape().fields[place].kind {
        Kind::Block(_) => match block.open(place) {
            Slot::Block(inner) => put(inner, rest, value),
            _ => false,
        },
        Kind::Repeated(_) | Kind::List { .. } => false,
        _ => {
            block.open(place).put(value);
            true
        }
    }
}

/// The rows of a block's first element that repeats, and the element's name.
pub fn rows<'a>(
    block: &'a mut dyn Block,
    within: &str,
) -> Option<(&'static str, &'a mut dyn Blocks)> {
    let place = block.shape().place(within)?;
    if !matches!(block.shape().fields[place].kind, Kind::Block(_)) {
        return None;
    }
    let Slot::Block(inner) = block.open(place) else {
        return None;
    };
    let fields = inner.shape().fields;
    let place = fields
        .iter()
        .position(|field| matches!(field.kind, Kind::Repeated(_)))?;
    Some((fields[place].name, inner.blocks(place)?))
}
