//! What was found while a message is read, and what it has cost so far: every bound is asked here.

use crate::limits::Limits;
use crate::problem::{Parsed, Problem, ProblemCode};
use crate::spelling::Spellings;

/// Reading cannot go on; the problem is in the report.
pub(crate) struct Fatal;

/// Collects problems while a message is read and keeps count of what it costs.
pub(crate) struct Diagnostics {
    limits: Limits,
    /// Names from the root to where we are.
    path: Vec<(&'static str, Option<usize>)>,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    pub left_out: usize,
    pub spellings: Spellings,
    elements: usize,
    events: usize,
    memory: usize,
    /// Whether there was a problem more than are kept.
    over: bool,
}

/// Line and column.
pub(crate) type At = Option<(u32, u32)>;

impl Diagnostics {
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            path: Vec::with_capacity(8),
            problems: Vec::new(),
            warnings: Vec::new(),
            left_out: 0,
            spellings: Spellings::default(),
            elements: 0,
            events: 0,
            memory: 0,
            over: false,
        }
    }

    pub fn enter(&mut self, name: &'static str, index: Option<usize>) {
        self.path.push((name, index));
    }

    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// Whether another problem of this kind would be kept, so that nobody works out its text for
    /// nothing. What ends the reading always is.
    pub fn keeps(&self, code: ProblemCode) -> bool {
        let before = if code.is_warning() {
            &self.warnings
        } else {
            &self.problems
        };
        before.len() < self.limits.problems || code.ends_reading()
    }

    /// Counts what is not kept.
    pub fn leave_out(&mut self, code: ProblemCode) {
        self.left_out += 1;
        self.over |= !code.is_warning();
    }

    /// The row that we are in, from 0.
    pub fn row(&self) -> Option<usize> {
        self.path.iter().find_map(|(_, index)| *index)
    }

    /// A problem where we are, or in the element `child` of it.
    pub fn add(&mut self, code: ProblemCode, at: At, child: &str, ja: String, en: String) {
        if !self.keeps(code) {
            self.leave_out(code);
            return;
        }
        let problem = Problem {
            code,
            line: at.map(|(line, _)| line),
            column: at.map(|(_, column)| column),
            element: self.path_of(child),
            unit: self.row(),
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
        if self.over {
            return Err(self.too_many_problems(at()));
        }
        if self.elements <= self.limits.elements {
            return Ok(());
        }
        let max = self.limits.elements;
        let ja = format!("要素が多すぎます（上限{max}個）。");
        Err(self.limit(at(), ja, "elements"))
    }

    /// Counts what of XML is met, elements and all else.
    pub fn event(&mut self, at: impl FnOnce() -> At) -> Result<(), Fatal> {
        self.events += 1;
        if self.over {
            return Err(self.too_many_problems(at()));
        }
        if self.events <= self.limits.elements.saturating_mul(8) {
            return Ok(());
        }
        let ja = "要素以外のもの（コメントや実体参照など）が多すぎます。".to_owned();
        Err(self.limit(at(), ja, "events"))
    }

    fn too_many_problems(&mut self, at: At) -> Fatal {
        let max = self.limits.problems;
        let ja = format!("誤りが多すぎるため、ここで読むのをやめました（上限{max}件）。");
        self.limit(at, ja, "problems")
    }

    /// Asks for an entry of a list, of which so many were read.
    pub fn entry(&mut self, before: usize, at: impl FnOnce() -> At) -> Result<(), Fatal> {
        if before < self.limits.rows || self.row().is_some() {
            return Ok(());
        }
        let max = self.limits.rows;
        let ja = format!("1回に送信できる件数を超えています（上限{max}件）。");
        Err(self.limit(at(), ja, "rows"))
    }

    /// Asks for a value of so many bytes.
    pub fn value(
        &mut self,
        bytes: usize,
        child: &str,
        at: impl FnOnce() -> At,
    ) -> Result<(), Fatal> {
        let max = self.limits.value;
        if bytes <= max {
            return Ok(());
        }
        let ja = format!("{child} の値が長すぎます（上限{max}バイト）。");
        Err(self.limit(at(), ja, "one value"))
    }

    /// Notes how a value was spelt.
    pub fn spelt(
        &mut self,
        element: &'static str,
        text: &str,
        at: impl FnOnce() -> At,
    ) -> Result<(), Fatal> {
        let bytes = self.spellings.note(self.row(), element, text);
        self.allocated(bytes, at)
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
            spellings: self.spellings.sorted(),
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
