//! The numbers of the mail that the centre sends.

use serde::{Deserialize, Serialize};

/// How mail is tried, and how much of it may wait.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailRules {
    /// How often a letter is tried before it is given up.
    pub tries_max: i64,
    /// How long the second try is waited for, in seconds; each further one twice as long, six hours at the most.
    pub retry_seconds: i64,
    /// The most letters that wait at a time.
    pub queue_max: i64,
    /// How long letters that were given up are shown, in days.
    pub kept_days: i64,
}

impl Default for MailRules {
    fn default() -> Self {
        MailRules {
            tries_max: 12,
            retry_seconds: 60,
            queue_max: 10_000,
            kept_days: 30,
        }
    }
}
