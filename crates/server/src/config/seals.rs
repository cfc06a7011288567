//! Where the seals of the audit log are noted, beside the database.

use onshi_language::say;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A second place for the seals of the audit log: what was acknowledged is known there after a disaster.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SealsConfig {
    /// The folder, best one of another machine; none notes them nowhere.
    pub folder: Option<PathBuf>,
    /// How often they are noted, in seconds.
    pub every_seconds: u64,
}

impl Default for SealsConfig {
    fn default() -> Self {
        SealsConfig {
            folder: None,
            every_seconds: 60,
        }
    }
}

impl SealsConfig {
    /// What is wrong with it, if anything is.
    pub(super) fn wrong(&self) -> Option<String> {
        (self.every_seconds == 0).then(|| {
            say!(
                "seals.every_seconds begins at 1",
                "seals.every_seconds は1以上です。"
            )
        })
    }
}
