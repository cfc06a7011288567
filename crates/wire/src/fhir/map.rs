//! The mapping, executed from its table: a block of a message into FHIR, and back.

use super::form::Form;
use super::place::{all, get, open, push};
use super::table::{Table, To};
use crate::shape::{Block, Kind, View};
use serde_json::{Value, json};

fn to(table: &Table, block: &str, element: &str) -> To {
    // Whoever adds an element without a row is told by a test; until then it is not told.
    table
        .find(block, element)
        .map_or(To::NotTold(""), |row| row.to)
}

/// Puts what a block says into FHIR, from this place on.
pub(super) fn forward(table: &Table, block: &dyn Block, at: &mut Value) {
    let shape = block.shape();
    for (index, field) in shape.fields.iter().enumerate() {
        let to = to(table, shape.name, field.name);
        match (block.view(index), to) {
            (View::Text(Some(text)), To::At(path, form)) => put(at, text, (path, form), None),
            (View::Text(Some(text)), To::AtOrText(path, form, other)) => {
                put(at, text, (path, form), Some(other));
            }
            (View::Block(Some(inner)), To::Here) => forward(table, inner, at),
            (View::Block(Some(inner)), To::Within(path)) => {
                forward(table, inner, push(at, path));
            }
            (View::Blocks(blocks), To::Within(path)) => {
                for number in 0..blocks.count() {
                    forward(table, blocks.at(number), push(at, path));
                }
            }
            _ => {}
        }
    }
}

fn put(at: &mut Value, text: &str, (path, form): (&str, Form), other: Option<&str>) {
    match (form.to_fhir(text), other) {
        (Some(value), _) => {
            *open(at, path) = value;
            if let Some(money) = path.strip_suffix(".valueMoney.value") {
                *open(at, &format!("{money}.valueMoney.currency")) = json!("JPY");
            }
        }
        (None, Some(other)) => *open(at, other) = json!(text),
        (None, None) => {}
    }
}

/// Reads a block back from FHIR.
pub(super) fn back(table: &Table, block: &mut dyn Block, at: &Value) {
    let shape = block.shape();
    for (index, field) in shape.fields.iter().enumerate() {
        let to = to(table, shape.name, field.name);
        match to {
            To::At(path, form) => {
                if let Some(text) = get(at, path).and_then(|value| form.to_message(value)) {
                    block.open(index).put(text);
                }
            }
            To::AtOrText(path, form, other) => {
                let text = get(at, path).and_then(|value| form.to_message(value));
                let kept = || get(at, other)?.as_str().map(str::to_owned);
                if let Some(text) = text.or_else(kept) {
                    block.open(index).put(text);
                }
            }
            To::Here => {
                if let Kind::Block(_) = field.kind
                    && let crate::shape::Slot::Block(inner) = block.open(index)
                {
                    back(table, inner, at);
                }
            }
            To::Within(path) => {
                for found in all(at, path) {
                    if let crate::shape::Slot::Block(inner) = block.open(index) {
                        back(table, inner, found);
                    }
                }
            }
            To::Each(_) | To::As(_) | To::NotTold(_) => {}
        }
    }
}
