//! Keys, and what all parts of reading say in the same words.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, Visitor};

use crate::problem::ProblemCode;
use crate::report::{Diagnostics, Fatal};
use crate::shape::Shape;
use crate::xml::shown;

/// A key: its place among known names, or the name.
pub(super) struct Name<'a>(pub(super) &'a [&'static str]);

/// The same among the elements of a shape.
pub(super) struct Key {
    pub(super) shape: &'static Shape,
    pub(super) hint: usize,
    pub(super) wrapper: Option<&'static str>,
    /// Whether an unknown name would be told.
    pub(super) told: bool,
}

pub(super) enum Found {
    Place(usize),
    Wrapper,
    Unknown(String),
}

macro_rules! key_seed {
    ($type:ty, $value:ty, |$this:ident, $name:ident| $body:expr) => {
        impl<'de> DeserializeSeed<'de> for $type {
            type Value = $value;

            fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<$value, D::Error> {
                d.deserialize_identifier(self)
            }
        }

        impl Visitor<'_> for $type {
            type Value = $value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: de::Error>(self, $name: &str) -> Result<$value, E> {
                let $this = self;
                Ok($body)
            }
        }
    };
}

key_seed!(Name<'_>, Result<usize, String>, |this, name| {
    this.0.iter().position(|known| *known == name).ok_or_else(|| shown(name))
});

key_seed!(Key, Found, |this, name| {
    match this.shape.find(name, this.hint) {
        Some(index) => Found::Place(index),
        None if this.wrapper == Some(name) => Found::Wrapper,
        None if this.told => Found::Unknown(shown(name)),
        None => Found::Unknown(String::new()),
    }
});

/// Goes on as an error of the parser; that the report has the reason is noted.
pub(super) fn stop<E: de::Error>(stopped: &mut bool) -> impl FnOnce(Fatal) -> E + '_ {
    |Fatal| {
        *stopped = true;
        E::custom("stopped")
    }
}

pub(super) fn unknown(report: &mut Diagnostics, name: &str) {
    if !report.keeps(ProblemCode::UnknownElement) {
        report.leave_out(ProblemCode::UnknownElement);
        return;
    }
    let ja = format!("{name} はこの電文にない項目のため、無視しました。");
    report.add(
        ProblemCode::UnknownElement,
        None,
        name,
        ja,
        "an unknown key was ignored".into(),
    );
}

pub(super) fn duplicate(report: &mut Diagnostics, name: &str, ja: &str) {
    let ja = format!("{ja}（{name}）が2回以上あります。");
    report.add(
        ProblemCode::Duplicate,
        None,
        name,
        ja,
        "there more than once".into(),
    );
}

pub(super) fn another_type(report: &mut Diagnostics, child: &str, ja: &str) {
    report.add(
        ProblemCode::Structure,
        None,
        child,
        ja.into(),
        "of another JSON type".into(),
    );
}

/// Values that are not what is wanted there: one problem, then on with the next.
macro_rules! refuse_others {
    ($($type:ident),*) => {
        $( refuse_others!(@ $type); )*
    };
    (@ null) => {
        fn visit_unit<E: serde::de::Error>(mut self) -> Result<Self::Value, E> {
            Ok(self.refuse())
        }
    };
    (@ bool) => { refuse_others!(@ visit_bool bool); };
    (@ i64) => { refuse_others!(@ visit_i64 i64); };
    (@ u64) => { refuse_others!(@ visit_u64 u64); };
    (@ f64) => { refuse_others!(@ visit_f64 f64); };
    (@ str) => { refuse_others!(@ visit_str &str); };
    (@ $visit:ident $type:ty) => {
        fn $visit<E: serde::de::Error>(mut self, _: $type) -> Result<Self::Value, E> {
            Ok(self.refuse())
        }
    };
}
pub(super) use refuse_others;

/// `null` is what is absent: many programs write it for what they have not.
macro_rules! null_is_absent {
    () => {
        fn visit_unit<E: serde::de::Error>(self) -> Result<bool, E> {
            Ok(false)
        }
    };
}
pub(super) use null_is_absent;
