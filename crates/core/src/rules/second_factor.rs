//! The numbers of a second factor (二要素認証), and of what a password may be like beside one.

use super::PasswordRules;
use crate::terms::FactorPolicy;
use serde::{Deserialize, Serialize};

/// Who has a second factor, and how it is tested.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecondFactorRules {
    /// What holds for a kind of account of which its institution set nothing: `off`, `offered` or `required`.
    pub initial: FactorPolicy,
    /// The same for the operators (担当者), whatever is set elsewhere.
    pub officers: FactorPolicy,
    /// From which day on people must have one wherever the operator allowed nothing else for their institution, as a
    /// number such as 20270401; 0 is never.
    pub required_from: i64,
    /// How long somebody whose password was right may take for the second step of the log-in, in seconds.
    pub step_seconds: i64,
    /// How many steps of thirty seconds an authenticator's clock may be before or behind ours.
    pub window_steps: i64,
    /// How long a secret that is shown to be taken into an authenticator may be confirmed, in seconds.
    pub enrolment_seconds: i64,
    /// The most passkeys of one account.
    pub passkeys_max: usize,
    /// How many recovery codes somebody gets.
    pub recovery_codes: usize,
    /// The fewest characters of a password beside a second factor.
    pub password_length_min: usize,
    /// The least zxcvbn score of a password beside a second factor, 0 to 4.
    pub password_strength_min: u8,
}

impl Default for SecondFactorRules {
    fn default() -> Self {
        SecondFactorRules {
            initial: FactorPolicy::Offered,
            officers: FactorPolicy::Required,
            // 令和9年度.
            required_from: 20_270_401,
            step_seconds: 5 * 60,
            window_steps: 1,
            enrolment_seconds: 15 * 60,
            passkeys_max: 10,
            recovery_codes: 10,
            password_length_min: 8,
            password_strength_min: 2,
        }
    }
}

impl PasswordRules {
    /// The same for somebody who has a second factor. What is asked of a password beside one is never more.
    #[must_use]
    pub fn beside_a_factor(&self, rules: &SecondFactorRules) -> PasswordRules {
        PasswordRules {
            length_min: self.length_min.min(rules.password_length_min),
            strength_min: self.strength_min.min(rules.password_strength_min),
            ..self.clone()
        }
    }
}
