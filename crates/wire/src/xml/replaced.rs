//! The characters that the reader of an answer has to be told of.

use std::collections::HashSet;

/// Different characters of one value that are listed; more are dropped.
pub const LISTED_MAX: usize = 256;

/// Characters of one message that are listed.
const LISTED_IN_ALL_MAX: usize = 50_000;

/// A character that the encoding has not, or that means something on one machine only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Path of the element.
    pub element: String,
    /// What stood there.
    pub character: char,
    /// Its number, since the reader's font may lack it too: U+20BB7.
    pub code_point: u32,
    /// Whether it was printed all the same: a private-use character where the encoding has it.
    pub as_it_is: bool,
}

/// Lists them, each once for each value: a value of a million of them is no list of a million.
#[derive(Default)]
pub(crate) struct Replacing {
    list: Vec<Replaced>,
    here: HashSet<char>,
}

impl Replacing {
    /// Another value begins.
    pub fn begin(&mut self) {
        if !self.here.is_empty() {
            self.here.clear();
        }
    }

    pub fn add(&mut self, character: char, as_it_is: bool, element: impl FnOnce() -> String) {
        let full = self.here.len() >= LISTED_MAX || self.list.len() >= LISTED_IN_ALL_MAX;
        if full || !self.here.insert(character) {
            return;
        }
        self.list.push(Replaced {
            element: element(),
            character,
            code_point: u32::from(character),
            as_it_is,
        });
    }

    pub fn into_list(self) -> Vec<Replaced> {
        self.list
    }
}
