//! What forms are made of: their fields as types, what is wrong with one of them, and small pieces that
//! forms and messages share.
//!
//! A form is said once, with [`form!`]: a struct with what a browser sends, and an enum with its fields,
//! each with the fact of the rules that it is about. Handler, view and tests name a field by the enum; what
//! a template calls its controls is held against it by a test.

use onshi_core::{Error, RefusalCode};

/// The fields of a form.
pub trait FormField: Copy + PartialEq + 'static {
    /// All of them, as a browser sends them.
    const NAMES: &'static [&'static str];

    /// The field for a fact of the rules, where the form has one.
    fn of(fact: onshi_core::error::Fact) -> Option<Self>;
}

/// Says a form: the struct that is read, and the enum of its fields, each with the fact that it is about.
macro_rules! form {
    ($(#[doc = $doc:literal])+ $form:ident, $field:ident {
        $( $(#[doc = $about:literal])+ $name:ident: $variant:ident $(= $fact:ident)?; )+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Default, serde::Deserialize)]
        #[serde(default)]
        pub struct $form { $( $(#[doc = $about])+ pub $name: String, )+ }

        // What was typed may be a password: none of it is for a log.
        impl std::fmt::Debug for $form {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($form), "(***)"))
            }
        }

        #[doc = concat!("The fields of [`", stringify!($form), "`].")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $field { $( $(#[doc = $about])+ $variant, )+ }

        impl $field {
            /// The name under which a browser sends it.
            pub const fn name(self) -> &'static str {
                match self { $( $field::$variant => stringify!($name), )+ }
            }
        }

        impl $crate::web::layout::form::FormField for $field {
            const NAMES: &'static [&'static str] = &[ $( stringify!($name), )+ ];

            fn of(fact: onshi_core::error::Fact) -> Option<Self> {
                $( $( if fact == onshi_core::error::Fact::$fact { return Some($field::$variant); } )? )+
                // A form may have none of them.
                let _ = fact;
                None
            }
        }
    };
}
pub(in crate::web) use form;

form! {
    /// What is looked for in a list, and how far down it.
    SearchForm, SearchField {
        /// Words.
        q: Words;
        /// How many lines are passed over.
        skip: Skip;
    }
}

/// Why a form was not taken.
#[derive(Debug)]
pub enum NotTaken<F> {
    /// For what is wrong with its fields, which its page shows.
    Fields(RefusalCode, Vec<FieldError<F>>),
    /// For something else.
    Else(Error),
}

impl<F: FormField> NotTaken<F> {
    /// For these fields.
    pub(in crate::web) fn invalid(errors: Vec<FieldError<F>>) -> NotTaken<F> {
        NotTaken::Fields(RefusalCode::Invalid, errors)
    }

    /// For this one.
    pub(in crate::web) fn field(field: F, text: &str) -> NotTaken<F> {
        NotTaken::invalid(vec![field_error(field, text)])
    }
}

impl<F: FormField> From<Error> for NotTaken<F> {
    fn from(error: Error) -> NotTaken<F> {
        let Error::Refused(refusal) = error else {
            return NotTaken::Else(error);
        };
        match field_errors(&refusal.problems) {
            Some(errors) if !errors.is_empty() => NotTaken::Fields(refusal.code, errors),
            _ => NotTaken::Else(refusal.into()),
        }
    }
}

/// The rules' problems at their fields; none where the form has no field for one of them, which would
/// be told to nobody.
pub(in crate::web) fn field_errors<F: FormField>(
    problems: &[onshi_core::Problem],
) -> Option<Vec<FieldError<F>>> {
    let at = |problem: &onshi_core::Problem| {
        let field = F::of(problem.about)?;
        Some(field_error(field, &problem.text))
    };
    problems.iter().map(at).collect()
}

/// Something that went wrong, told in the order a person needs it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What happened, in a few words.
    pub title: String,
    /// Why.
    pub what: String,
    /// What to do next.
    pub next: String,
}

/// A lock that ends by itself.
#[derive(Debug, Clone)]
pub struct Lock {
    /// When it ends, such as 10時15分.
    pub until: String,
    /// Seconds that are left, for the countdown.
    pub remaining_seconds: i64,
}

/// Why one field was not accepted.
#[derive(Debug, Clone)]
pub struct FieldError<F> {
    /// Which.
    pub field: F,
    /// What is wrong and how to put it right.
    pub text: String,
}

/// One option of a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The value that is sent.
    pub value: String,
    /// The words that are shown.
    pub label: String,
    /// Whether it is the chosen one.
    pub selected: bool,
}

/// A labelled fact.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// All that is wrong with one field, joined, if anything is.
pub(in crate::web) fn errors_of<F: FormField>(
    errors: &[FieldError<F>],
    field: F,
) -> Option<String> {
    let texts: Vec<&str> = errors
        .iter()
        .filter(|e| e.field == field)
        .map(|e| e.text.as_str())
        .collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

pub(in crate::web) fn choice(value: &str, label: &str, selected: bool) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected,
    }
}

pub(in crate::web) fn fact(label: &str, value: &str) -> Fact {
    Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

pub(in crate::web) fn field_error<F>(field: F, text: &str) -> FieldError<F> {
    FieldError {
        field,
        text: text.to_owned(),
    }
}
