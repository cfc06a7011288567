//! What was found of one thing, and what there is to do.

use onshi_language::say;
use serde::Serialize;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it has to be.
    Good,
    /// It works, and should be otherwise.
    Warning,
    /// It has to be put right.
    Bad,
    /// It could not be found out.
    Unknown,
}

/// What was found of one thing.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The thing, for scripts.
    pub about: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What there is to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Finding {
    /// It is as it has to be.
    pub fn good(about: &'static str, found: String) -> Finding {
        Finding {
            about,
            state: State::Good,
            found,
            next: None,
        }
    }

    /// It works, and should be otherwise.
    pub fn warning(about: &'static str, found: String, next: String) -> Finding {
        Finding {
            about,
            state: State::Warning,
            found,
            next: Some(next),
        }
    }

    /// It has to be put right.
    pub fn bad(about: &'static str, found: String, next: String) -> Finding {
        Finding {
            state: State::Bad,
            ..Finding::warning(about, found, next)
        }
    }

    /// It could not be found out.
    pub fn unknown(about: &'static str, found: String, next: String) -> Finding {
        Finding {
            state: State::Unknown,
            ..Finding::warning(about, found, next)
        }
    }

    /// Good, or bad with what there is to do.
    pub fn judged(
        good: bool,
        about: &'static str,
        found: String,
        next: impl FnOnce() -> String,
    ) -> Finding {
        match good {
            true => Finding::good(about, found),
            false => Finding::bad(about, found, next()),
        }
    }

    /// Only a warning where it is bad.
    pub fn only_a_warning(mut self) -> Finding {
        if self.state == State::Bad {
            self.state = State::Warning;
        }
        self
    }

    /// As a line for people, and one more where there is something to do.
    pub fn told(&self) -> String {
        let mark = match self.state {
            State::Good => say!("good   ", "良好"),
            State::Warning => say!("WARNING", "注意"),
            State::Bad => say!("BAD    ", "不良"),
            State::Unknown => say!("unknown", "不明"),
        };
        let mut line = format!("{mark}  {:<14} {}", self.about, self.found);
        if let Some(next) = &self.next {
            line.push_str(&format!("\n         → {next}"));
        }
        line
    }
}
