//! What a person is asked to agree to, and what of it was said. An answer is there only when it was
//! touched.

/// The questions of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    asks: Vec<String>,
    answers: Vec<bool>,
    /// Each is asked apart.
    pub(super) apart: bool,
}

impl Form {
    /// Questions without an answer.
    pub(super) fn new(asks: Vec<String>) -> Form {
        Form {
            asks,
            answers: Vec::new(),
            apart: false,
        }
    }

    /// The same answer to all, which ends it.
    pub(super) fn all(&self, yes: bool) -> Vec<(String, bool)> {
        self.asks.iter().map(|ask| (ask.clone(), yes)).collect()
    }

    /// The one that is asked now, and its place from 1.
    pub(super) fn present(&self) -> Option<(&str, usize)> {
        let place = self.answers.len();
        let ask = self.asks.get(place)?;
        Some((ask, place + 1))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.asks.len()
    }

    /// All that is asked.
    pub(super) fn asks(&self) -> &[String] {
        &self.asks
    }

    /// The answer to the present one; when it was the last, all answers.
    pub(super) fn answer(&mut self, yes: bool) -> Option<Vec<(String, bool)>> {
        if self.answers.len() < self.asks.len() {
            self.answers.push(yes);
        }
        let whole = self.answers.len() == self.asks.len();
        whole.then(|| {
            let answers = self.answers.iter().copied();
            self.asks.iter().cloned().zip(answers).collect()
        })
    }

    /// One back: the last answer is taken back, or it is asked for all together again.
    pub(super) fn back(&mut self) {
        if self.answers.pop().is_none() {
            self.apart = false;
        }
    }
}
