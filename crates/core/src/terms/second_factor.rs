//! The words of a second factor (二要素認証): by what somebody was known beside the password, and whether an institution
//! wants one.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

words! {
    /// 認証要素: by what somebody was known beside the password.
    Factor {
        /// A code of an authenticator application (TOTP, RFC 6238).
        Totp = "totp", "認証アプリ";
        /// A passkey (WebAuthn).
        Passkey = "passkey", "パスキー";
        /// One of the codes that were printed, each good once.
        RecoveryCode = "recovery_code", "回復コード";
    }
}

words! {
    /// 二要素認証の利用区分: whether those who hold a kind of account have a second factor.
    FactorPolicy {
        /// Nobody can add one.
        Off = "off", "利用しない";
        /// Whoever wants adds one.
        Offered = "offered", "任意";
        /// Whoever has none adds one before anything else.
        Required = "required", "必須";
    }
}

impl PartialOrd for FactorPolicy {
    fn partial_cmp(&self, other: &FactorPolicy) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FactorPolicy {
    fn cmp(&self, other: &FactorPolicy) -> std::cmp::Ordering {
        (*self as u8).cmp(&(*other as u8))
    }
}

impl Serialize for FactorPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for FactorPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FactorPolicy, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = "it is off, offered or required";
        FactorPolicy::from_code(&word).ok_or_else(|| D::Error::custom(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_more_is_greater() {
        assert!(FactorPolicy::Off < FactorPolicy::Offered);
        assert!(FactorPolicy::Offered < FactorPolicy::Required);
    }

    #[test]
    fn a_policy_is_set_by_its_word() {
        for policy in FactorPolicy::ALL {
            let text = serde_json::to_string(policy).unwrap();
            assert_eq!(
                serde_json::from_str::<FactorPolicy>(&text).unwrap(),
                *policy
            );
        }
        assert!(serde_json::from_str::<FactorPolicy>("\"must\"").is_err());
    }
}
