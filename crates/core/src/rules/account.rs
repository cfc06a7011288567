//! The numbers of accounts: when they count as unused, how many come at once, and when they are reviewed.

use serde::{Deserialize, Serialize};

/// What the screens tell of accounts, and how many are registered at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountRules {
    /// Days without a log-in after which an account counts as unused.
    pub unused_days: i64,
    /// How many log-ins with the own account are shown (ログイン履歴).
    pub logins_shown: i64,
    /// The most accounts that are registered at once (一括登録).
    pub bulk_max: usize,
    /// How many days after the last signed review (棚卸し) the next one is due; a quarter.
    pub review_days: i64,
    /// How long a one-time activation (利用開始コード) is good, in hours.
    pub activation_hours: i64,
    /// The most days for which an installer's right (導入の権限) is given.
    pub installer_days_max: i64,
}

impl Default for AccountRules {
    fn default() -> Self {
        AccountRules {
            unused_days: 90,
            logins_shown: 50,
            bulk_max: 200,
            review_days: 92,
            activation_hours: 72,
            installer_days_max: 184,
        }
    }
}
