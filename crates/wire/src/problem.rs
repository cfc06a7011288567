//! What is wrong with a message, said so that a person can mend it.

use std::fmt;

use crate::error_codes::{self, ErrorCode};
use crate::spelling::Spellings;

/// One thing that is wrong (or, among the warnings, odd).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind of thing.
    pub code: ProblemCode,
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// Column in characters, from 1, where it is known.
    pub column: Option<u32>,
    /// Path of the element: `XmlMsg/MessageBody/QualificationConfirmSearchInfo[2]/Birthdate`.
    pub element: String,
    /// Which entry of the outermost list it is in, from 0: the row of a bulk request.
    pub unit: Option<usize>,
    /// For the person who sent it. Never repeats the value, which may be personal data.
    pub text_ja: String,
    /// For the log. Never repeats the value either.
    pub text_en: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.code)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, " at {line}:{column}")?;
        }
        write!(f, " in {}: {}", self.element, self.text_en)
    }
}

impl Problem {
    /// The simulated code of the interface, for `ErrorCode` or `ProcessingResultCode`.
    pub fn error_code(&self) -> &'static ErrorCode {
        self.code.error_code()
    }

    /// Whether it is about something inside the root.
    fn is_inside(&self) -> bool {
        self.element.starts_with("XmlMsg")
    }

    /// One line for a person: where, then what.
    pub fn sentence_ja(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{line}行目{column}文字目: {}", self.text_ja),
            _ if self.element.is_empty() => self.text_ja.clone(),
            _ => format!("{}: {}", self.element, self.text_ja),
        }
    }
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemCode {
    /// Larger, deeper or more than the limits allow.
    Limit,
    /// An encoding that is not UTF-8 or Shift_JIS, or bytes that are not in it.
    Encoding,
    /// Not XML, or not JSON.
    NotWellFormed,
    /// A document type definition.
    Dtd,
    /// An entity other than the five of XML.
    Entity,
    /// The root is not `XmlMsg`.
    Root,
    /// Text between elements, an element in a text, or a JSON value of another type.
    Structure,
    /// A character that no value may have.
    Character,
    /// A required element is absent or empty.
    Missing,
    /// An element that may be there once is there again.
    Duplicate,
    /// Fewer or more entries than the layout says.
    Count,
    /// Longer than the layout says.
    TooLong,
    /// Not of the shape: digits, insurer number, postal code.
    Format,
    /// Not a day, month or moment of the calendar.
    Date,
    /// Not in the code list.
    Code,
    /// An element that we do not know. A warning: it was ignored.
    UnknownElement,
    /// An attribute or instruction, which the layout has not. A warning: it was ignored.
    Ignored,
}

impl ProblemCode {
    /// Whether the message is right in spite of it.
    pub(crate) fn is_warning(self) -> bool {
        matches!(self, ProblemCode::UnknownElement | ProblemCode::Ignored)
    }

    /// Whether nothing after it is read.
    pub(crate) fn ends_reading(self) -> bool {
        use ProblemCode as P;
        matches!(
            self,
            P::Limit | P::Encoding | P::NotWellFormed | P::Dtd | P::Entity | P::Root
        )
    }

    /// The simulated code of the interface.
    pub fn error_code(self) -> &'static ErrorCode {
        use ProblemCode as P;
        match self {
            P::Limit => &error_codes::TOO_MUCH,
            P::Encoding => &error_codes::ENCODING,
            P::NotWellFormed | P::Dtd | P::Entity | P::Root | P::Structure | P::Character => {
                &error_codes::NOT_WELL_FORMED
            }
            P::Missing => &error_codes::MISSING,
            P::Duplicate | P::Count => &error_codes::DUPLICATE,
            P::TooLong | P::Format | P::Date => &error_codes::FORMAT,
            P::Code => &error_codes::CODE_VALUE,
            P::UnknownElement | P::Ignored => &error_codes::NOTICE,
        }
    }
}

/// A message as far as it could be read, and what was wrong.
#[derive(Clone, Debug)]
pub struct Parsed<M> {
    /// What could be read; complete and right only if there are no problems.
    pub message: M,
    /// What is wrong; of XML in the order of the text.
    pub problems: Vec<Problem>,
    /// What was ignored.
    pub warnings: Vec<Problem>,
    /// Problems and warnings beyond `Limits::problems`, which were only counted.
    pub left_out: usize,
    /// How the values of XML were spelt, where that is not how we print them.
    pub spellings: Spellings,
    /// Whether it could be read to its end. If not, no answer can be made of it (`.err`), but for
    /// one that is only too much: see [`Parsed::is_too_much`].
    pub readable: bool,
    /// The encoding that it came in.
    pub encoding: crate::Encoding,
}

impl<M> Parsed<M> {
    /// The message if nothing is wrong with it, else the problems.
    pub fn into_result(self) -> Result<M, Vec<Problem>> {
        if self.problems.is_empty() && self.readable {
            Ok(self.message)
        } else {
            Err(self.problems)
        }
    }

    /// Whether the reading ended at a limit inside the message: what came before it is there, and
    /// the message itself can be answered.
    pub fn is_too_much(&self) -> bool {
        let limit = |problem: &Problem| problem.code == ProblemCode::Limit && problem.is_inside();
        !self.readable && self.problems.iter().any(limit)
    }

    /// The same with another message.
    pub(crate) fn with<N>(self, change: impl FnOnce(M) -> N) -> Parsed<N> {
        Parsed {
            message: change(self.message),
            problems: self.problems,
            warnings: self.warnings,
            left_out: self.left_out,
            spellings: self.spellings,
            readable: self.readable,
            encoding: self.encoding,
        }
    }
}
