//! What the command line prints: words for people, JSON for scripts, and an exit code.

use onshi_core::{Error, Fault, Problem, Refusal};
use onshi_language::{Language, cause, say, spoken};
use serde::Serialize;
use std::cell::Cell;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

/// How to print.
pub struct Output {
    /// JSON instead of words.
    pub json: bool,
    /// Why something that was printed did not arrive.
    unwritten: Cell<Option<std::io::Error>>,
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
    pub fn fault(what: impl Into<String>, cause: impl ToString) -> Failure {
        Failure {
            code: 1,
            word: "fault".to_owned(),
            text: format!("{}: {}", what.into(), cause.to_string()),
        }
    }

    /// What is told of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A file or a socket could not be used.
    pub fn io(what: impl Into<String>, error: &std::io::Error) -> Failure {
        Failure::fault(what, cause(error))
    }
}

/// Reads a file that was named on the command line.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|e| Failure::usage(format!("{}: {}", path.display(), cause(&e))))
}

/// A fault for the operator: what there is to do about it, or what is in the log.
fn fault_in_words(fault: &Fault) -> String {
    match (spoken(), &fault.japanese) {
        (Language::English, _) => fault.to_string(),
        (Language::Japanese, Some(japanese)) => japanese.clone(),
        // What a library or the system says of it is quoted as it is.
        (Language::Japanese, None) => format!("{}［{fault}］", fault.effect.what()),
    }
}

/// What is wrong, for the operator.
pub fn problem_in_words(problem: &Problem) -> String {
    match (spoken(), &problem.english) {
        (Language::Japanese, _) => problem.text.clone(),
        (Language::English, Some(english)) => english.clone(),
        (Language::English, None) => format!("It is about {}.", problem.about.word()),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Fault(fault) => Failure {
                code: 1,
                word: "fault".to_owned(),
                text: fault_in_words(&fault),
            },
            Error::Refused(refusal) => Failure::from(refusal),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let code = refusal.code;
        let told = match spoken() {
            Language::English => code.in_english().join(" "),
            Language::Japanese => [code.what(), code.next()].concat(),
        };
        let details: Vec<String> = refusal.problems.iter().map(problem_in_words).collect();
        let text = format!("{told} {}", details.join(" "));
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

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::from(Error::from(fault))
    }
}

impl Output {
    /// Prints words, or JSON.
    pub fn new(json: bool) -> Output {
        Output {
            json,
            unwritten: Cell::new(None),
        }
    }

    /// Prints a line for people. What did not arrive is told at the end.
    pub fn text(&self, text: &str) {
        if let Err(error) = writeln!(std::io::stdout(), "{text}") {
            self.unwritten.set(Some(error));
        }
    }

    /// Whether something that was printed did not arrive.
    pub fn is_broken(&self) -> bool {
        let error = self.unwritten.take();
        let is_broken = error.is_some();
        self.unwritten.set(error);
        is_broken
    }

    /// Whether all that was printed arrived. That nobody reads a pipe to its end is nothing to complain about.
    pub fn ended(&self) -> Result<(), Failure> {
        match self.unwritten.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                let what = say!(
                    "the output can't be written",
                    "結果を出力できません（処理そのものは終わっています）"
                );
                Err(Failure::io(what, &error))
            }
            _ => Ok(()),
        }
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
