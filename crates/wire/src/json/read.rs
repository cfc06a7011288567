//! Reading: straight from the text into the struct, with the same checks as XML.
//!
//! A problem carries its path; line and column only where the text is not JSON, since only there
//! the parser tells them. Lists are taken in each form that a client may think of: an array of
//! wrapped entries, of bare entries, a single entry, or the object that mirrors the XML.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::block::Inside;
use super::keys::{Name, duplicate, stop, unknown};
use crate::encoding::{Encoding, without_head, without_tail};
use crate::limits::Limits;
use crate::problem::{Parsed, ProblemCode};
use crate::report::Diagnostics;
use crate::shape::{Block, Typed};

/// Reads a message. What could be read is in `message` even if there are problems.
pub fn parse_json<M: Typed>(bytes: &[u8], limits: &Limits) -> Parsed<M> {
    let mut message = M::default();
    parse_json_into(&mut message, bytes, limits).with(|()| message)
}

/// Reads a message of a kind that is known only at run time.
pub fn parse_json_into(message: &mut dyn Block, bytes: &[u8], limits: &Limits) -> Parsed<()> {
    let mut report = Diagnostics::new(limits);
    if bytes.len() > limits.bytes {
        let ja = format!("データが大きすぎます（上限{}バイト）。", limits.bytes);
        report.add(
            ProblemCode::Limit,
            None,
            "",
            ja,
            "beyond the limit of bytes".into(),
        );
        return report.finish((), false, Encoding::Utf8);
    }
    // What comes before the text is passed over, and its lines are counted all the same.
    let (text, _) = without_head(bytes);
    let head = &bytes[..bytes.len() - text.len()];
    let lines_before = head.iter().filter(|byte| **byte == b'\n').count();
    let mut stopped = false;
    let mut parser = serde_json::Deserializer::from_slice(without_tail(text));
    let root = Root {
        message,
        report: &mut report,
        stopped: &mut stopped,
    };
    let outcome = root.deserialize(&mut parser).and_then(|()| parser.end());
    if let Err(error) = &outcome
        && !stopped
    {
        not_json(error, lines_before, &mut report);
    }
    report.finish((), outcome.is_ok(), Encoding::Utf8)
}

fn not_json(error: &serde_json::Error, lines_before: usize, report: &mut Diagnostics) {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let at = Some((number(error.line() + lines_before), number(error.column())));
    let ja = "JSONとして正しくありません。".to_owned();
    let en = "not JSON: ".to_owned() + category(error);
    report.add(ProblemCode::NotWellFormed, at, "", ja, en);
}

/// The parser's own text may repeat what was sent.
fn category(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "the text ends early",
        serde_json::error::Category::Syntax => "a syntax error",
        _ => "of another type",
    }
}

/// `{"XmlMsg": …}`
struct Root<'a> {
    message: &'a mut dyn Block,
    report: &'a mut Diagnostics,
    stopped: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with XmlMsg")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut met, mut seen) = (false, false);
        while let Some(key) = map.next_key_seed(Name(&["XmlMsg"]))? {
            self.report.element(|| None).map_err(stop(self.stopped))?;
            match key {
                Ok(_) if !met => {
                    met = true;
                    self.report.enter("XmlMsg", None);
                    let inside = Inside {
                        block: &mut *self.message,
                        wrapper: None,
                        report: &mut *self.report,
                        stopped: &mut *self.stopped,
                    };
                    seen = map.next_value_seed(inside)?;
                    self.report.leave();
                }
                Ok(_) => {
                    duplicate(self.report, "XmlMsg", "XmlMsg");
                    map.next_value::<IgnoredAny>()?;
                }
                Err(name) => {
                    unknown(self.report, &name);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !seen {
            let ja = "最上位に XmlMsg がありません。".to_owned();
            self.report.add(
                ProblemCode::Root,
                None,
                "",
                ja,
                "the root is not XmlMsg".into(),
            );
        }
        Ok(())
    }
}
