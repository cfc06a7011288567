//! The numbers of applications of institutions (利用申請).

use serde::{Deserialize, Serialize};

/// How long an application waits for its mail address to be confirmed, and how many of them there may be.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApplicationRules {
    /// How long the mail address may be confirmed, in hours.
    pub confirm_hours: i64,
    /// The most applications a day with one mail address.
    pub per_mail_max: i64,
    /// The most applications at a time whose mail address nobody has confirmed.
    pub unconfirmed_max: i64,
    /// How long an application is kept after it was rejected or withdrawn, in days; one that was never confirmed as long
    /// as it may be.
    pub kept_days: i64,
}

impl Default for ApplicationRules {
    fn default() -> Self {
        ApplicationRules {
            confirm_hours: 24,
            per_mail_max: 5,
            unconfirmed_max: 1000,
            kept_days: 365,
        }
    }
}
