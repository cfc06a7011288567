//! What came of a run, for people and for machines.

use onshi_language::say;
use serde::Serialize;

/// Differences of one vector that people are shown; the first few say what is the matter.
const SHOWN_MAX: usize = 20;

/// What came of a run.
#[derive(Debug, Default, Serialize)]
pub struct VectorReport {
    /// How many held.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
    /// How many could not be tried.
    pub skipped: usize,
    /// Each of them.
    pub vectors: Vec<VectorResult>,
}

/// What came of one vector in one form.
#[derive(Debug, Serialize)]
pub struct VectorResult {
    /// The vector's folder, below that of all.
    pub vector: String,
    /// `xml` or `json`; nothing where it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<&'static str>,
    /// Whether it held.
    pub outcome: Outcome,
    /// Why it was skipped, or what is wrong with an answer that could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the answer is not what was expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// Whether a vector held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The implementation does what the vector says.
    Passed,
    /// It does something else.
    Failed,
    /// It was not asked.
    Skipped,
}

/// One place where an answer is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The element's path; entries of lists count from 1.
    pub path: String,
    /// What was expected; a mark in braces stands for more than one value. Nothing: no element.
    pub expected: Option<String>,
    /// What came. Nothing: no element.
    pub found: Option<String>,
}

/// Why a vector did not hold.
#[derive(Debug)]
pub(super) enum Flaw {
    /// There is no answer to compare.
    Words(String),
    /// It is another one.
    Differences(Vec<Difference>),
}

impl Flaw {
    pub(super) fn words(text: impl Into<String>) -> Self {
        Flaw::Words(text.into())
    }

    /// The same, said of one step of several.
    pub(super) fn in_step(self, step: &str) -> Self {
        match self {
            Flaw::Words(text) => Flaw::Words(format!("{step}: {text}")),
            Flaw::Differences(mut differences) => {
                for difference in &mut differences {
                    difference.path = format!("{step}: {}", difference.path);
                }
                Flaw::Differences(differences)
            }
        }
    }
}

impl VectorResult {
    pub(super) fn of(vector: &str, form: &'static str, came: Result<(), Flaw>) -> Self {
        let (outcome, reason, differences) = match came {
            Ok(()) => (Outcome::Passed, None, Vec::new()),
            Err(Flaw::Words(text)) => (Outcome::Failed, Some(text), Vec::new()),
            Err(Flaw::Differences(differences)) => (Outcome::Failed, None, differences),
        };
        Self {
            vector: vector.to_owned(),
            form: Some(form),
            outcome,
            reason,
            differences,
        }
    }

    pub(super) fn skipped(vector: &str, reason: impl Into<String>) -> Self {
        Self {
            vector: vector.to_owned(),
            form: None,
            outcome: Outcome::Skipped,
            reason: Some(reason.into()),
            differences: Vec::new(),
        }
    }

    /// A line, and one more for each difference.
    pub fn words(&self) -> String {
        let word = match self.outcome {
            Outcome::Passed => say!("passed ", "合格  "),
            Outcome::Failed => say!("failed ", "不合格"),
            Outcome::Skipped => say!("skipped", "対象外"),
        };
        let mut text = format!("{word} {}", self.vector);
        if let Some(form) = self.form {
            text.push_str(&format!(" ({form})"));
        }
        if let Some(reason) = &self.reason {
            text.push_str(&format!(": {reason}"));
        }
        for difference in self.differences.iter().take(SHOWN_MAX) {
            let said = |value: &Option<String>| match value {
                Some(value) => say!("“{value}”", "「{value}」"),
                None => say!("nothing", "なし"),
            };
            text.push_str(&say!(
                "\n        {}: expected {}, found {}",
                "\n        {}: 期待は{}、答えは{}",
                difference.path,
                said(&difference.expected),
                said(&difference.found)
            ));
        }
        if let more @ 1.. = self.differences.len().saturating_sub(SHOWN_MAX) {
            text.push_str(&say!(
                "\n        and {more} more (--json shows all)",
                "\n        ほか{more}件（--json ですべて出ます）"
            ));
        }
        text
    }
}

impl VectorReport {
    pub(super) fn of(vectors: Vec<VectorResult>) -> Self {
        let count = |outcome| vectors.iter().filter(|v| v.outcome == outcome).count();
        Self {
            passed: count(Outcome::Passed),
            failed: count(Outcome::Failed),
            skipped: count(Outcome::Skipped),
            vectors,
        }
    }

    /// Whether something was tried, and all of it held.
    pub fn holds(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// A line each, and the sum.
    pub fn words(&self) -> String {
        let mut lines: Vec<String> = self.vectors.iter().map(VectorResult::words).collect();
        lines.push(say!(
            "{} passed, {} failed, {} skipped",
            "合格{}件、不合格{}件、対象外{}件",
            self.passed,
            self.failed,
            self.skipped
        ));
        lines.join("\n")
    }
}
