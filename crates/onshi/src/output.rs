//! What the command line prints: words for people, JSON for scripts, and an exit code.

use onshi_core::{Error, Problem, Refusal};
use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

/// How to print.
pub struct Output {
    /// JSON instead of words.
    pub json: bool,
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    word: String,
    text: String,
}

impl Failure {
    /// The command line or the configuration is wrong.
    pub fn usage(text: impl ToString) -> Failure {
        Failure {
            code: 2,
            word: "usage".to_owned(),
            text: text.to_string(),
        }
    }

    /// What was given was looked at and is not right.
    pub fn refused(word: &str, text: impl ToString) -> Failure {
        Failure {
            code: 3,
            word: word.to_owned(),
            text: text.to_string(),
        }
    }

    /// It was done, but for a part that the output names.
    pub fn incomplete(text: impl ToString) -> Failure {
        Failure {
            code: 5,
            word: "incomplete".to_owned(),
            text: text.to_string(),
        }
    }

    /// The audit log is not whole.
    pub fn not_whole(text: impl ToString) -> Failure {
        Failure {
            code: 4,
            word: "audit.not_whole".to_owned(),
            text: text.to_string(),
        }
    }

    /// We failed.
    pub fn fault(place: &str, cause: impl ToString) -> Failure {
        Failure {
            code: 1,
            word: "fault".to_owned(),
            text: format!("{place}: {}", cause.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Fault(fault) => Failure {
                code: 1,
                word: "fault".to_owned(),
                text: fault.to_string(),
            },
            Error::Refused(refusal) => Failure::from(refusal),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let details: Vec<&str> = refusal.problems.iter().map(|p| p.text.as_str()).collect();
        let text = format!(
            "{}{} {}",
            refusal.code.what(),
            refusal.code.next(),
            details.join(" ")
        );
        Failure {
            code: 3,
            word: refusal.code.code().to_owned(),
            text: text.trim().to_owned(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::from(Refusal::invalid(vec![problem]))
    }
}

impl From<onshi_core::Fault> for Failure {
    fn from(fault: onshi_core::Fault) -> Failure {
        Failure::from(Error::from(fault))
    }
}

impl Output {
    /// Prints a line for people. A closed pipe is nothing to complain about.
    pub fn text(&self, text: &str) {
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// Prints the result: as JSON, or in the given words.
    pub fn result(&self, value: &impl Serialize, words: impl FnOnce() -> String) {
        if self.json {
            let text = serde_json::to_string_pretty(value).unwrap_or_else(|e| e.to_string());
            self.text(&text);
        } else {
            self.text(&words());
        }
    }

    /// Prints why a command failed, and gives its exit code.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        let text = if self.json {
            serde_json::json!({"error": {"code": failure.word, "message": failure.text}})
                .to_string()
        } else {
            format!("onshi: {}", failure.text)
        };
        let _ = writeln!(std::io::stderr(), "{text}");
        ExitCode::from(failure.code)
    }
}
