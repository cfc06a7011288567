//! 反映の状況: which readers work by the institution's newest settings, and since when the others are behind.

use super::store;
use crate::clock::Moment;
use crate::environment;
use crate::error::Error;
use crate::service::Tx;

/// Whether a reader works by the newest settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It does, and said so then.
    Newest(Moment),
    /// It works by an older version, and has been behind since the change that it lacks.
    Behind {
        /// The version that it said it works by, where it is one of ours.
        version: Option<i64>,
        /// Since when.
        since: Option<Moment>,
    },
    /// It has never said what it works by.
    Silent,
}

/// A reader, and by which settings it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderSettings {
    /// Its name.
    pub reader: String,
    /// Whether they are the newest.
    pub applied: Applied,
}

/// The readers of the own institution, with the settings by which they work.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ReaderSettings>, Error> {
    let facility = tx.facility()?;
    let now = tx.now();
    let newest = environment::current(tx)?.version;
    let mut readers: Vec<ReaderSettings> = Vec::new();
    for known in store::list_certificates(tx, &facility)? {
        let is_good = known.state(now).must_be_valid().is_ok();
        if !is_good || readers.iter().any(|one| one.reader == known.reader_name) {
            continue;
        }
        let reported = store::find_report(tx.connection(), &facility, &known.reader_name)?;
        let applied = match reported {
            None => Applied::Silent,
            Some((_, text, _)) if text.is_empty() => Applied::Silent,
            Some((_, text, at)) => match text.parse::<i64>() {
                Ok(version) if version == newest => Applied::Newest(at),
                // A program that is older than versions with numbers has none.
                Err(_) => Applied::Behind {
                    version: None,
                    since: environment::behind_since(tx, 0)?,
                },
                Ok(version) => Applied::Behind {
                    version: Some(version),
                    since: environment::behind_since(tx, version)?,
                },
            },
        };
        readers.push(ReaderSettings {
            reader: known.reader_name,
            applied,
        });
    }
    Ok(readers)
}
