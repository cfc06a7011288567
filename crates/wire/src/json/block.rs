//! Reading the inside of a block, and texts.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::keys::{
    Found, Key, another_type, duplicate, null_is_absent, refuse_others, stop, unknown,
};
use super::list::Several;
use crate::check;
use crate::problem::ProblemCode;
use crate::report::Diagnostics;
use crate::shape::{Block, Field, Kind, Need, Slot};

/// The inside of a block. Gives whether there was one.
pub(super) struct Inside<'a> {
    pub(super) block: &'a mut dyn Block,
    /// A key that may stand around the block itself.
    pub(super) wrapper: Option<&'static str>,
    pub(super) report: &'a mut Diagnostics,
    pub(super) stopped: &'a mut bool,
}

impl Inside<'_> {
    fn refuse(&mut self) -> bool {
        let ja = "ここには項目をまとめたオブジェクト（{ }）が必要です。";
        another_type(self.report, "", ja);
        true
    }
}

impl<'de> DeserializeSeed<'de> for Inside<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    refuse_others!(bool, i64, u64, f64, str);
    null_is_absent!();

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<bool, A::Error> {
        let told = self.refuse();
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(told)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Inside {
            block,
            wrapper,
            report,
            stopped,
        } = self;
        let shape = block.shape();
        let (mut seen, mut filled, mut hint, mut unwrapped) = (0u128, 0u128, 0, false);
        while let Some(found) = map.next_key_seed(Key {
            shape,
            hint,
            wrapper,
            told: report.keeps(ProblemCode::UnknownElement),
        })? {
            report.element(|| None).map_err(stop(stopped))?;
            match found {
                Found::Place(index) if seen & (1 << index) == 0 => {
                    seen |= 1 << index;
                    hint = index + 1;
                    let element = Element {
                        block: &mut *block,
                        index,
                        report,
                        stopped,
                    };
                    if element.read(&mut map)? {
                        filled |= 1 << index;
                    }
                }
                Found::Place(index) => {
                    let field = &shape.fields[index];
                    duplicate(report, field.name, field.ja());
                    map.next_value::<IgnoredAny>()?;
                }
                Found::Wrapper if !unwrapped => {
                    let (report, stopped) = (&mut *report, &mut *stopped);
                    let block = &mut *block;
                    unwrapped = map.next_value_seed(Inside {
                        block,
                        wrapper: None,
                        report,
                        stopped,
                    })?;
                }
                Found::Wrapper => {
                    duplicate(report, wrapper.unwrap_or_default(), "要素");
                    map.next_value::<IgnoredAny>()?;
                }
                Found::Unknown(name) => {
                    unknown(report, &name);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !unwrapped {
            complete(block, report, filled);
        }
        Ok(true)
    }
}

fn complete(block: &dyn Block, report: &mut Diagnostics, filled: u128) {
    for (index, field) in block.shape().fields.iter().enumerate() {
        if field.need == Need::Optional && field.kind.entries().is_none() {
            continue;
        }
        let there = filled & (1 << index) != 0;
        if let Some((code, ja, en)) = check::absence(field, &block.view(index), there) {
            report.add(code, None, field.name, ja, en);
        }
    }
}

/// One element of a block.
pub(super) struct Element<'a> {
    pub(super) block: &'a mut dyn Block,
    pub(super) index: usize,
    pub(super) report: &'a mut Diagnostics,
    pub(super) stopped: &'a mut bool,
}

impl Element<'_> {
    pub(super) fn field(&self) -> &'static Field {
        &self.block.shape().fields[self.index]
    }

    /// Whether there was something.
    fn read<'de, A: MapAccess<'de>>(self, map: &mut A) -> Result<bool, A::Error> {
        let field = self.field();
        match field.kind {
            Kind::Block(_) => map.next_value_seed(Child(self)),
            Kind::Repeated(_) => map.next_value_seed(Several(self, None)),
            Kind::List { item, .. } => map.next_value_seed(Several(self, Some(item))),
            _ => map.next_value_seed(Text(self)),
        }
    }
}

/// A block within a block, which is made only when there is one.
struct Child<'a>(Element<'a>);

impl Child<'_> {
    fn refuse(&mut self) -> bool {
        let field = self.0.field();
        let report = &mut *self.0.report;
        report.enter(field.name, None);
        let ja = "ここには項目をまとめたオブジェクト（{ }）が必要です。";
        another_type(report, "", ja);
        report.leave();
        true
    }
}

impl<'de> DeserializeSeed<'de> for Child<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Child<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    refuse_others!(bool, i64, u64, f64, str);
    null_is_absent!();

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<bool, A::Error> {
        let told = self.refuse();
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(told)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        let field = self.0.field();
        let Element {
            block,
            index,
            report,
            stopped,
        } = self.0;
        let size = match field.kind {
            Kind::Block(inner) => inner.size,
            _ => 0,
        };
        report.allocated(size, || None).map_err(stop(stopped))?;
        let Slot::Block(block) = block.open(index) else {
            return Ok(false);
        };
        report.enter(field.name, None);
        let inside = Inside {
            block,
            wrapper: None,
            report: &mut *report,
            stopped,
        };
        let there = inside.visit_map(map)?;
        report.leave();
        Ok(there)
    }
}

/// What a text costs in memory beside its bytes.
const STRING_BYTES: usize = 32;

/// The value of a text.
pub(super) struct Text<'a>(pub(super) Element<'a>);

impl Text<'_> {
    fn refuse(&mut self) -> bool {
        let field = self.0.field();
        let ja = format!(
            "{}（{}）は文字列（\" \"）で設定してください。",
            field.ja(),
            field.name
        );
        another_type(self.0.report, field.name, &ja);
        true
    }
}

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    refuse_others!(bool, i64, u64, f64);
    null_is_absent!();

    fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
        if text.is_empty() {
            return Ok(false);
        }
        let field = self.0.field();
        let Element {
            block,
            index,
            report,
            stopped,
        } = self.0;
        report
            .value(text.len(), field.name, || None)
            .and_then(|()| report.allocated(text.len() + STRING_BYTES, || None))
            .map_err(stop(stopped))?;
        if let Err(wrong) = check::value(field, text) {
            let ja = format!("{}（{}）{}", field.ja(), field.name, wrong.ja);
            report.add(wrong.code, None, field.name, ja, wrong.en);
        }
        block.open(index).put(text.to_owned());
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<bool, A::Error> {
        let told = self.refuse();
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(told)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
        let told = self.refuse();
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(told)
    }
}
