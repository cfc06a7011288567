//! Reading lists, in each form that a client may think of.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::block::{Element, Inside};
use super::keys::{Name, another_type, null_is_absent, refuse_others, stop, unknown};
use crate::shape::{Slot, View};

/// The entries of a list; with the name of the entries if there is a wrapping element.
pub(super) struct Several<'a>(pub(super) Element<'a>, pub(super) Option<&'static str>);

impl Several<'_> {
    fn refuse(&mut self) -> bool {
        let field = self.0.field();
        let ja = format!(
            "{}（{}）は配列（[ ]）で設定してください。",
            field.ja(),
            field.name
        );
        another_type(self.0.report, field.name, &ja);
        true
    }
}

impl<'de> DeserializeSeed<'de> for Several<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Several<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    refuse_others!(bool, i64, u64, f64, str);
    null_is_absent!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let Element {
            block,
            index,
            report,
            stopped,
        } = self.0;
        loop {
            let (report, stopped, block) = (&mut *report, &mut *stopped, &mut *block);
            report.element(|| None).map_err(stop(stopped))?;
            let entry = Entry(
                Element {
                    block,
                    index,
                    report,
                    stopped,
                },
                self.1,
            );
            if seq.next_element_seed(entry)?.is_none() {
                return Ok(true);
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Several(element, item) = self;
        let Some(item) = item else {
            return Entry(element, None).visit_map(map).map(|()| true);
        };
        let Element {
            block,
            index,
            report,
            stopped,
        } = element;
        while let Some(key) = map.next_key_seed(Name(&[item]))? {
            report.element(|| None).map_err(stop(stopped))?;
            match key {
                Ok(_) => {
                    let (report, stopped, block) = (&mut *report, &mut *stopped, &mut *block);
                    let element = Element {
                        block,
                        index,
                        report,
                        stopped,
                    };
                    map.next_value_seed(Several(element, None))?;
                }
                Err(name) => {
                    unknown(report, &name);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(true)
    }
}

/// One entry of a list, which counts only if it is an object.
struct Entry<'a>(Element<'a>, Option<&'static str>);

impl Entry<'_> {
    fn refuse(&mut self) {
        let field = self.0.field();
        let ja = "リストの中にはオブジェクト（{ }）が必要です。";
        another_type(self.0.report, field.name, ja);
    }
}

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    refuse_others!(bool, i64, u64, f64, str, null);

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.refuse();
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let field = self.0.field();
        let Element {
            block,
            index,
            report,
            stopped,
        } = self.0;
        let Some(entries) = field.kind.entries() else {
            return Ok(());
        };
        let number = match block.view(index) {
            View::Blocks(blocks) => blocks.count(),
            _ => 0,
        };
        // A list that grows is held twice for a moment.
        report
            .entry(number, || None)
            .and_then(|()| report.allocated(2 * entries.shape.size, || None))
            .map_err(stop(stopped))?;
        let Slot::Block(block) = block.open(index) else {
            return Ok(());
        };
        report.enter(self.1.unwrap_or(field.name), Some(number));
        let inside = Inside {
            block,
            wrapper: self.1,
            report: &mut *report,
            stopped,
        };
        inside.visit_map(map)?;
        report.leave();
        Ok(())
    }
}
