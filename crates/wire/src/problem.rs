//! What is wrong with a message, said so that a person can mend it.

use std::fmt;

use crate::error_codes::{self, ErrorCode};
use crate::limits::Limits;

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
    fn is_warning(self) -> bool {
        matches!(self, ProblemCode::UnknownElement | ProblemCode::Ignored)
    }

    /// Whether nothing after it is read.
    fn ends_reading(self) -> bool {
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
    /// Whether it could be read to its end. If not, no answer can be made of it (`.err`).
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

    /// The same with another message.
    pub(crate) fn with<N>(self, change: impl FnOnce(M) -> N) -> Parsed<N> {
        Parsed {
            message: change(self.message),
            problems: self.problems,
            warnings: self.warnings,
            left_out: self.left_out,
            readable: self.readable,
            encoding: self.encoding,
        }
    }
}

/// Reading cannot go on; the problem is in the report.
pub(crate) struct Fatal;

/// Collects problems while a message is read and keeps count of what it costs.
pub(crate) struct Report {
    limits: Limits,
    /// Names from the root to where we are.
    path: Vec<(&'static str, Option<usize>)>,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    pub left_out: usize,
    elements: usize,
    memory: usize,
}

/// Line and column.
pub(crate) type At = Option<(u32, u32)>;

impl Report {
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            path: Vec::with_capacity(8),
            problems: Vec::new(),
            warnings: Vec::new(),
            left_out: 0,
            elements: 0,
            memory: 0,
        }
    }

    pub fn enter(&mut self, name: &'static str, index: Option<usize>) {
        self.path.push((name, index));
    }

    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// Whether another problem would be kept, so that nobody works out its text for nothing.
    pub fn is_full(&self) -> bool {
        self.problems.len() + self.warnings.len() >= self.limits.problems
    }

    /// Whether another problem of this kind would be kept. What ends the reading always is, and so
    /// is a first problem: a message full of oddities must not seem right.
    pub fn keeps(&self, code: ProblemCode) -> bool {
        !self.is_full() || code.ends_reading() || (!code.is_warning() && self.problems.is_empty())
    }

    /// A problem where we are, or in the element `child` of it.
    pub fn add(&mut self, code: ProblemCode, at: At, child: &str, ja: String, en: String) {
        if !self.keeps(code) {
            self.left_out += 1;
            return;
        }
        let problem = Problem {
            code,
            line: at.map(|(line, _)| line),
            column: at.map(|(_, column)| column),
            element: self.path_of(child),
            unit: self.path.iter().find_map(|(_, index)| *index),
            text_ja: ja,
            text_en: en,
        };
        if code.is_warning() {
            self.warnings.push(problem)
        } else {
            self.problems.push(problem)
        }
    }

    /// The path of `child` of where we are; entries of lists are counted from 1.
    pub fn path_of(&self, child: &str) -> String {
        path_text(&self.path, child)
    }

    /// Counts one element.
    pub fn element(&mut self, at: impl FnOnce() -> At) -> Result<(), Fatal> {
        self.elements += 1;
        if self.elements <= self.limits.elements {
            return Ok(());
        }
        let max = self.limits.elements;
        Err(self.limit(
            at(),
            format!("要素が多すぎます（上限{max}個）。"),
            "elements",
        ))
    }

    /// Counts what was allocated for the message.
    pub fn allocated(&mut self, bytes: usize, at: impl FnOnce() -> At) -> Result<(), Fatal> {
        self.memory += bytes;
        if self.memory <= self.limits.memory {
            return Ok(());
        }
        Err(self.limit(at(), "内容が多すぎて処理できません。".into(), "memory"))
    }

    /// Checks the depth of nesting.
    pub fn depth(&mut self, depth: usize, at: impl FnOnce() -> At) -> Result<(), Fatal> {
        if depth <= self.limits.depth {
            return Ok(());
        }
        let max = self.limits.depth;
        Err(self.limit(
            at(),
            format!("要素の入れ子が深すぎます（上限{max}段）。"),
            "depth",
        ))
    }

    fn limit(&mut self, at: At, ja: String, what: &str) -> Fatal {
        self.add(
            ProblemCode::Limit,
            at,
            "",
            ja,
            format!("beyond the limit of {what}"),
        );
        Fatal
    }

    /// What was found, as the caller gets it.
    pub fn finish<M>(self, message: M, readable: bool, encoding: crate::Encoding) -> Parsed<M> {
        Parsed {
            message,
            problems: self.problems,
            warnings: self.warnings,
            left_out: self.left_out,
            readable,
            encoding,
        }
    }
}

/// `XmlMsg/MessageBody/BulkConfirmUnit[3]/Name`
pub(crate) fn path_text(path: &[(&'static str, Option<usize>)], child: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (name, index) in path {
        let slash = if text.is_empty() { "" } else { "/" };
        let _ = write!(text, "{slash}{name}");
        if let Some(index) = index {
            let _ = write!(text, "[{}]", index + 1);
        }
    }
    if !child.is_empty() {
        let slash = if text.is_empty() { "" } else { "/" };
        let _ = write!(text, "{slash}{child}");
    }
    text
}
