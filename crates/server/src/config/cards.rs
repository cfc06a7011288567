//! Asking the authority of My Number Cards about single certificates (OCSP).

use onshi_language::say;
use serde::{Deserialize, Serialize};

/// Where the authority of cards is asked, and for how long an answer is waited for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CardsConfig {
    /// The responder, `http://host`, with a port and a path where it has them; empty asks nobody: then the lists of
    /// revocations decide alone.
    pub ocsp: String,
    /// How long an answer is waited for, in milliseconds; without one the lists decide.
    pub ocsp_ms: u64,
}

impl Default for CardsConfig {
    fn default() -> Self {
        CardsConfig {
            ocsp: String::new(),
            ocsp_ms: 1500,
        }
    }
}

impl CardsConfig {
    /// What is wrong with it, if anything is.
    pub(super) fn wrong(&self) -> Option<String> {
        let known = |c: char| c.is_ascii_alphanumeric() || "-._:/[]".contains(c);
        let is_address = match self.ocsp.strip_prefix("http://") {
            Some(rest) => !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(known),
            None => self.ocsp.is_empty(),
        };
        (!is_address || self.ocsp_ms == 0).then(|| {
            say!(
                "cards.ocsp is empty or http:// and a host, with port and path where it has them; cards.ocsp_ms begins at 1",
                "cards.ocsp は空か、http:// とホスト名（あればポートとパスも）です。cards.ocsp_ms は1以上です。"
            )
        })
    }
}
