//! Backups (バックアップ) and what is restored from them (復元): the database, its keys and the settings of one
//! moment, as a folder or as one encrypted file.
//!
//! A backup is made beside its name and gets it when it is whole, on the disk and verified; a restore puts
//! in place what was verified, and only where nothing is (ADR 0050).

mod bundle;
pub mod make;
mod manifest;
mod name;
mod place;
pub mod restore;
mod targets;

pub use manifest::{FORMAT, Kind, Manifest, Part};

use onshi_core::{Error, Fault};

/// Why there is no backup, or why it was not restored.
#[derive(Debug)]
pub enum BackupError {
    /// What was asked for can't be done so; what there is to do instead.
    Refused {
        /// For scripts.
        word: &'static str,
        /// In the language of the command line.
        text: String,
    },
    /// The log is not whole.
    NotWhole(String),
    /// Anything else.
    Other(Error),
}

impl<E: Into<Error>> From<E> for BackupError {
    fn from(error: E) -> BackupError {
        BackupError::Other(error.into())
    }
}

fn refused(word: &'static str, text: String) -> BackupError {
    BackupError::Refused { word, text }
}

/// A file or a folder could not be used.
fn io(what: &'static str, path: &std::path::Path) -> impl Fn(std::io::Error) -> BackupError {
    move |error| Fault::at(format!("{what} {}", path.display()), error).into()
}

/// A number of bytes for people.
pub fn bytes_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..10_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
