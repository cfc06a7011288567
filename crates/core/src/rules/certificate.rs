//! The numbers of certificates: how long they live, how long a code fetches one, and when they are renewed.

use serde::{Deserialize, Serialize};

/// 電子証明書: how long one lives, and the codes by which one is fetched.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CertificateRules {
    /// How long a certificate is valid that is fetched by a code or renewed, in days; three years and three months.
    pub days: i64,
    /// How long a code fetches its certificate, in days.
    pub enrolment_days: i64,
    /// From how many days before its end on a certificate is renewed.
    pub renewal_days: i64,
    /// How long a certificate is still good after the one that replaces it was used first, in minutes.
    pub overlap_minutes: i64,
}

impl Default for CertificateRules {
    fn default() -> Self {
        CertificateRules {
            days: 3 * 365 + 90,
            enrolment_days: 180,
            renewal_days: 90,
            // As long as a session may live that was begun with the older one.
            overlap_minutes: 12 * 60,
        }
    }
}
