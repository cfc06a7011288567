//! What lies in `req` and is left alone, with the reason.

use serde::Serialize;

/// Files in `req` that are no requests by their names. Unlike all else these names are shown whole, on the
/// page for whoever put them there, since nobody answers them.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(super) struct LeftAlone {
    /// How many there are.
    pub(super) count: usize,
    /// The first of them.
    #[serde(skip)]
    pub(super) files: Vec<LeftAloneFile>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeftAloneFile {
    pub(super) name: String,
    pub(super) why: &'static str,
}

impl LeftAlone {
    /// So many are named.
    const NAMED_MAX: usize = 10;
    /// A name is shown so far.
    const CHARACTERS_MAX: usize = 80;

    pub(super) fn add(&mut self, name: &str, why: &'static str) {
        self.count += 1;
        if self.files.len() < Self::NAMED_MAX {
            let mut shown: String = name.chars().take(Self::CHARACTERS_MAX).collect();
            if shown.len() < name.len() {
                shown.push('…');
            }
            self.files.push(LeftAloneFile { name: shown, why });
        }
    }

    /// How many are not named.
    pub(super) fn others(&self) -> usize {
        self.count - self.files.len()
    }
}
