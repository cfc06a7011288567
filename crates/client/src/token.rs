//! The log-in of a program, and the tokens that come of it.

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

/// The content type of what is sent to log in.
pub const JSON: &str = "application/json;charset=UTF-8";

/// What a log-in or a renewal gives.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What goes with every message.
    pub id: String,
    /// What new tokens are had for.
    pub refresh: String,
    /// For how long the first is good.
    pub lasts: Duration,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(***)")
    }
}

#[derive(Deserialize)]
struct Granted {
    result: GrantedTokens,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantedTokens {
    id_token: String,
    #[serde(default)]
    refresh_token: String,
    /// Not among the real system's public fields; ten minutes where it is absent.
    #[serde(default = "ten_minutes")]
    expires_in: u64,
}

fn ten_minutes() -> u64 {
    600
}

impl Tokens {
    /// What the body of a granted log-in or renewal says.
    pub fn read(body: &[u8]) -> Option<Tokens> {
        let Granted { result } = serde_json::from_slice(body).ok()?;
        Some(Tokens {
            id: result.id_token,
            refresh: result.refresh_token,
            lasts: Duration::from_secs(result.expires_in),
        })
    }
}

/// The body of a log-in, to [`LOG_IN`](crate::paths::LOG_IN).
pub fn log_in(user_id: &str, password: &str) -> Bytes {
    Bytes::from(json!({"userId": user_id, "password": password}).to_string())
}

/// The body of a renewal, to [`REFRESH`](crate::paths::REFRESH).
pub fn renewal(tokens: &Tokens) -> Bytes {
    Bytes::from(json!({"refreshToken": tokens.refresh}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_and_never_shown() {
        let body = br#"{"result":{"idToken":"abc","refreshToken":"def","expiresIn":900}}"#;
        let tokens = Tokens::read(body).unwrap();
        assert_eq!(
            (tokens.id.as_str(), tokens.refresh.as_str()),
            ("abc", "def")
        );
        assert_eq!(tokens.lasts, Duration::from_secs(900));
        assert_eq!(format!("{tokens:?}"), "Tokens(***)");
        // The real system's public fields alone.
        let least = Tokens::read(br#"{"result":{"idToken":"abc"}}"#).unwrap();
        assert_eq!(least.lasts, Duration::from_secs(600));
        for other in ["", "{}", r#"{"result":{}}"#, r#"{"result":{"idToken":1}}"#] {
            assert_eq!(Tokens::read(other.as_bytes()), None, "{other}");
        }
        let body = log_in("a\"b", "c\\d");
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(said, json!({"userId": "a\"b", "password": "c\\d"}));
    }
}
