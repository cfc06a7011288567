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
    /// What those have in common that did not, the most frequent first.
    pub causes: Vec<Cause>,
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
    /// What it has in common with others that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Why it was skipped, or what is wrong with an answer that could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the answer is not what was expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// What one that failed is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The folder where request and answer of one that failed were put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
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

/// What several failures have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// In a sentence.
    pub cause: String,
    /// Which vectors failed by it, with their forms.
    pub vectors: Vec<String>,
    /// What the first of them is for.
    pub why: String,
}

/// Why a vector did not hold.
#[derive(Debug)]
pub(super) struct Flaw {
    /// What others may have in common with it.
    cause: String,
    /// What is wrong with an answer that could not be compared.
    reason: Option<String>,
    /// Where the answer is another one.
    differences: Vec<Difference>,
}

impl Flaw {
    /// There is no answer to compare.
    pub(super) fn words(text: impl Into<String>) -> Self {
        let text = text.into();
        Flaw {
            cause: text.clone(),
            reason: Some(text),
            differences: Vec::new(),
        }
    }

    /// The same, with what is this vector's alone.
    pub(super) fn detailed(cause: impl Into<String>, detail: &str) -> Self {
        let cause = cause.into();
        Flaw {
            reason: Some(format!("{cause}: {detail}")),
            cause,
            differences: Vec::new(),
        }
    }

    /// The answer is another one, and what it says where it refuses.
    pub(super) fn differences(differences: Vec<Difference>, refusal: Option<&str>) -> Self {
        let cause = match (refusal, differences.first()) {
            (Some(words), _) => say!(
                "the answer refuses: {words}",
                "答えが拒否になっています: {words}"
            ),
            (None, Some(first)) => first.cause(),
            (None, None) => String::new(),
        };
        Flaw {
            cause,
            reason: None,
            differences,
        }
    }

    /// The same, said of one step of several.
    pub(super) fn in_step(mut self, step: &str) -> Self {
        self.reason = self.reason.map(|text| format!("{step}: {text}"));
        for difference in &mut self.differences {
            difference.path = format!("{step}: {}", difference.path);
        }
        self
    }
}

impl Difference {
    /// What it has in common with those of other vectors: the element, and what is the matter with it.
    fn cause(&self) -> String {
        let mut path = String::new();
        let mut is_number = false;
        for c in self.path.chars() {
            match c {
                '[' => is_number = true,
                ']' => is_number = false,
                c if !is_number => path.push(c),
                _ => {}
            }
        }
        match (&self.expected, &self.found) {
            (Some(_), None) => say!("{path} is missing", "{path} がありません"),
            (None, _) => say!("{path} should not be there", "{path} は、ないはずです"),
            (Some(_), Some(_)) => say!("{path} has another value", "{path} の値が違います"),
        }
    }
}

impl VectorResult {
    pub(super) fn of(vector: &str, form: &'static str, came: Result<(), Flaw>) -> Self {
        let (outcome, flaw) = match came {
            Ok(()) => (Outcome::Passed, None),
            Err(flaw) => (Outcome::Failed, Some(flaw)),
        };
        let (cause, reason, differences) = match flaw {
            None => (None, None, Vec::new()),
            Some(flaw) => (Some(flaw.cause), flaw.reason, flaw.differences),
        };
        Self {
            vector: vector.to_owned(),
            form: Some(form),
            outcome,
            cause,
            reason,
            differences,
            why: None,
            kept: None,
        }
    }

    pub(super) fn skipped(vector: &str, reason: impl Into<String>) -> Self {
        Self {
            vector: vector.to_owned(),
            form: None,
            outcome: Outcome::Skipped,
            cause: None,
            reason: Some(reason.into()),
            differences: Vec::new(),
            why: None,
            kept: None,
        }
    }

    /// Its name and form.
    fn title(&self) -> String {
        match self.form {
            Some(form) => format!("{} ({form})", self.vector),
            None => self.vector.clone(),
        }
    }

    /// A line, and one more for each difference.
    pub fn words(&self) -> String {
        let word = match self.outcome {
            Outcome::Passed => say!("passed ", "合格  "),
            Outcome::Failed => say!("failed ", "不合格"),
            Outcome::Skipped => say!("skipped", "対象外"),
        };
        let mut text = format!("{word} {}", self.title());
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
        if let Some(why) = &self.why {
            text.push_str(&say!(
                "\n        what it is for: {why}",
                "\n        目的: {why}"
            ));
        }
        if let Some(kept) = &self.kept {
            text.push_str(&say!(
                "\n        request and answer: {kept}",
                "\n        要求と答え: {kept}"
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
            causes: causes(&vectors),
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
        if !self.causes.is_empty() {
            lines.push(say!("\nby cause:", "\n原因ごと:"));
            lines.extend(self.causes.iter().map(Cause::words));
            lines.push(String::new());
        }
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

impl Cause {
    /// So many vectors of one are named.
    const NAMED_MAX: usize = 6;

    fn words(&self) -> String {
        let named = self.vectors.iter().take(Self::NAMED_MAX);
        let mut named: Vec<String> = named.cloned().collect();
        if let more @ 1.. = self.vectors.len().saturating_sub(Self::NAMED_MAX) {
            named.push(say!("and {more} more", "ほか{more}件"));
        }
        say!(
            "  {} × {}\n        {}\n        what the first is for: {}",
            "  {}件 {}\n        {}\n        はじめのものの目的: {}",
            self.vectors.len(),
            self.cause,
            named.join(", "),
            self.why
        )
    }
}

/// The failures by what they have in common.
fn causes(vectors: &[VectorResult]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for failed in vectors.iter().filter(|v| v.outcome == Outcome::Failed) {
        let cause = failed.cause.clone().unwrap_or_default();
        match causes.iter_mut().find(|known| known.cause == cause) {
            Some(known) => known.vectors.push(failed.title()),
            None => causes.push(Cause {
                cause,
                vectors: vec![failed.title()],
                why: failed.why.clone().unwrap_or_default(),
            }),
        }
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.vectors.len()));
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_by_what_they_have_in_common() {
        let other = |row: usize| {
            let difference = Difference {
                path: format!("XmlMsg/MessageBody/BulkConfirmUnit[{row}]/Name"),
                expected: Some("架空　花子".to_owned()),
                found: None,
            };
            Err(Flaw::differences(vec![difference], None).in_step("2-OQSmuquc02"))
        };
        let taken = Err(Flaw::detailed("it was taken", "Date 23:7"));
        let mut vectors = vec![
            VectorResult::of("b", "xml", taken),
            VectorResult::of("a", "xml", other(1)),
            VectorResult::of("a", "json", other(7)),
            VectorResult::of("c", "xml", Ok(())),
        ];
        vectors[1].why = Some("A name.".to_owned());
        let report = VectorReport::of(vectors);
        assert_eq!((report.passed, report.failed), (1, 3));
        let [first, second] = report.causes.as_slice() else {
            panic!("{:?}", report.causes);
        };
        let missing = "XmlMsg/MessageBody/BulkConfirmUnit/Name is missing";
        assert_eq!(
            (first.cause.as_str(), first.why.as_str()),
            (missing, "A name.")
        );
        assert_eq!(first.vectors, ["a (xml)", "a (json)"]);
        assert_eq!(second.cause, "it was taken");
        assert!(report.words().contains("it was taken: Date 23:7"));
    }
}
