//! Which browser has chosen which certificate.
//!
//! Kept in memory only: after a restart everybody chooses again. The browser holds a random token
//! that says nothing; it is never sent on to the centre.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::time::Duration;
use cookie::{Cookie, CookieBuilder, SameSite};
use hyper::header::HeaderMap;

use super::cookies;

/// More browsers than one terminal will ever have; the oldest choice gives way.
const CHOICES_MAX: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Choices {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    fingerprints: HashMap<String, String>,
    oldest_first: VecDeque<String>,
}

/// Tokens are secrets: they are counted, not shown.
impl std::fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Kept")
            .field("choices", &self.fingerprints.len())
            .finish()
    }
}

impl Choices {
    /// Remembers a choice and gives the token for it. Nothing if the system has no randomness.
    pub(super) fn remember(&self, fingerprint: &str) -> Option<String> {
        let mut random = [0_u8; 32];
        if let Err(error) = getrandom::fill(&mut random) {
            tracing::error!(%error, "the system gives no random bytes");
            return None;
        }
        let token = URL_SAFE_NO_PAD.encode(random);
        let mut kept = self.kept();
        if kept.oldest_first.len() >= CHOICES_MAX
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.fingerprints.remove(&oldest);
        }
        kept.fingerprints
            .insert(token.clone(), fingerprint.to_owned());
        kept.oldest_first.push_back(token.clone());
        Some(token)
    }

    /// The certificate that this browser has chosen.
    pub(super) fn of(&self, headers: &HeaderMap, port: u16) -> Option<String> {
        let token = cookies::value(headers, &cookie_name(port))?;
        self.kept().fingerprints.get(&token).cloned()
    }

    pub(super) fn forget(&self, headers: &HeaderMap, port: u16) {
        if let Some(token) = cookies::value(headers, &cookie_name(port)) {
            let mut kept = self.kept();
            kept.fingerprints.remove(&token);
            kept.oldest_first.retain(|other| *other != token);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Browsers share cookies between the ports of one host, so the name has the port in it.
fn cookie_name(port: u16) -> String {
    format!("onshi-terminal-{port}")
}

/// Without `Secure`: the start page is plain HTTP, on loopback.
fn cookie(port: u16, token: &str) -> CookieBuilder<'_> {
    Cookie::build((cookie_name(port), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
}

pub(super) fn set_cookie(port: u16, token: &str) -> String {
    cookie(port, token).to_string()
}

pub(super) fn clear_cookie(port: u16) -> String {
    cookie(port, "").max_age(Duration::ZERO).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_token(token: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(
            "cookie",
            format!("onshi-terminal-8080={token}").parse().unwrap(),
        );
        headers
    }

    #[test]
    fn the_oldest_choice_gives_way() {
        let choices = Choices::default();
        let first = choices.remember("first").unwrap();
        let second = choices.remember("second").unwrap();
        assert_eq!(
            choices.of(&with_token(&first), 8080).as_deref(),
            Some("first")
        );
        for _ in 0..CHOICES_MAX - 1 {
            choices.remember("later").unwrap();
        }
        assert_eq!(choices.of(&with_token(&first), 8080), None);
        assert_eq!(
            choices.of(&with_token(&second), 8080).as_deref(),
            Some("second")
        );
        choices.forget(&with_token(&second), 8080);
        assert_eq!(choices.of(&with_token(&second), 8080), None);
        let kept = choices.kept();
        assert_eq!(kept.fingerprints.len(), kept.oldest_first.len());
    }
}
