//! Why something was not done: a refusal, which the person is told, or a fault, which is ours.

mod effect;
mod fact;
mod programs;
mod refusals;

pub use effect::Effect;
pub use fact::Fact;
pub use refusals::RefusalCode;

use crate::clock::Moment;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no. The person is told why and what to do, with a stable code.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// We failed. The operator is told everything; the person a request number and nothing else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A failure of ours, with where it happened. Never shown to the person who asked.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {cause}")]
pub struct Fault {
    /// What we were doing.
    pub place: String,
    /// What went wrong.
    pub cause: String,
    /// True when the database asks for the work to be done again (serialisation, deadlock).
    pub again: bool,
    /// What it means for what was asked.
    pub effect: Effect,
    /// All of it in Japanese, where the operator has to do something about it.
    pub japanese: Option<String>,
}

impl Fault {
    /// A fault at this place.
    pub fn at(place: impl Into<String>, cause: impl std::fmt::Display) -> Fault {
        Fault {
            place: place.into(),
            cause: cause.to_string(),
            again: false,
            effect: Effect::Broken,
            japanese: None,
        }
    }

    /// The database can't be used at present, and nothing was done.
    pub fn unavailable(place: impl Into<String>, cause: impl std::fmt::Display) -> Fault {
        Fault {
            effect: Effect::NotDone,
            ..Fault::at(place, cause)
        }
    }

    /// The same fault, with all that it says in Japanese too.
    #[must_use]
    pub fn in_japanese(self, text: impl Into<String>) -> Fault {
        Fault {
            japanese: Some(text.into()),
            ..self
        }
    }

    /// The same fault for one of those that it met, who may not ask for a repeat.
    #[must_use]
    pub fn within(&self, place: impl Into<String>) -> Fault {
        Fault {
            effect: self.effect,
            again: self.again,
            japanese: self.japanese.clone(),
            ..Fault::at(place, self)
        }
    }

    /// The same fault where it came too late to know whether something was done.
    #[must_use]
    pub fn unknown(self) -> Fault {
        Fault {
            effect: Effect::Unknown,
            ..self
        }
    }
}

/// The rules' no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .code.code())]
pub struct Refusal {
    /// Which no.
    pub code: RefusalCode,
    /// What exactly is wrong, field by field, in words for the person.
    pub problems: Vec<Problem>,
    /// Until when it stands, where it ends by itself.
    pub until: Option<Moment>,
}

/// One thing that is wrong with one fact of what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub about: Fact,
    /// What is wrong and what to do, in Japanese.
    pub text: String,
    /// The same in English, where an operator's command can meet it.
    pub english: Option<String>,
}

impl Refusal {
    /// A refusal with nothing more to say than its code.
    pub fn new(code: RefusalCode) -> Refusal {
        Refusal {
            code,
            problems: Vec::new(),
            until: None,
        }
    }

    /// A refusal that ends by itself.
    pub fn until(code: RefusalCode, until: Moment) -> Refusal {
        Refusal {
            code,
            problems: Vec::new(),
            until: Some(until),
        }
    }

    /// What was sent can't be taken, for these reasons.
    pub fn invalid(problems: Vec<Problem>) -> Refusal {
        Refusal {
            code: RefusalCode::Invalid,
            problems,
            until: None,
        }
    }
}

impl Problem {
    /// Says what is wrong with a fact.
    pub fn new(about: impl Into<Fact>, text: impl Into<String>) -> Problem {
        Problem {
            about: about.into(),
            text: text.into(),
            english: None,
        }
    }

    /// The same problem, with what an operator who reads English is told.
    #[must_use]
    pub fn in_english(self, text: impl Into<String>) -> Problem {
        Problem {
            english: Some(text.into()),
            ..self
        }
    }
}

impl From<RefusalCode> for Error {
    fn from(code: RefusalCode) -> Error {
        Error::Refused(Refusal::new(code))
    }
}
