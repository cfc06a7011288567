//! Who sends a message: the token, bound to the certificate of the connection.

use crate::http::presented::Presented;
use crate::state::Centre;
use crate::state::blocking::beside;
use crate::state::identity::{Identity, no_more};
use axum::http::{HeaderMap, header};
use onshi_core::certificate::PeerStatus;
use onshi_core::{Error, Moment, RefusalCode};
use std::sync::Arc;

/// The token of a message, as it is or after `Bearer `.
pub(super) fn sent(headers: &HeaderMap) -> Result<&str, Error> {
    let sent = headers.get(header::AUTHORIZATION);
    let token = sent
        .and_then(|value| value.to_str().ok())
        .map(|value| value.strip_prefix("Bearer ").unwrap_or(value).trim())
        .filter(|token| !token.is_empty() && token.len() <= 512);
    Ok(token.ok_or(RefusalCode::TokenInvalid)?)
}

/// Finds who sends a message.
pub async fn find(
    centre: &Arc<Centre>,
    presented: &Presented,
    headers: &HeaderMap,
    now: Moment,
) -> Result<Arc<Identity>, Error> {
    let token = sent(headers)?;
    let keep_ms = centre.config.login.identity_cache_ms;
    let found = match centre.identities.get(token, now, keep_ms) {
        Some(found) => found,
        None => {
            let (asked, presented, key) = (centre.clone(), presented.clone(), token.to_owned());
            let found = beside(centre, "looking up a token", move || {
                look_up(&asked, &presented, &key, now)
            })
            .await?;
            let found = Arc::new(found);
            centre.identities.put(token.to_owned(), now, found.clone());
            found
        }
    };
    // The certificate is the connection's, not the token's: it is compared every time.
    match presented.certificate.as_ref() {
        PeerStatus::Valid(peer) | PeerStatus::Expired(peer)
            if peer.serial() == found.certificate_serial =>
        {
            if now > peer.not_after() {
                return Err(RefusalCode::CertificateExpired.into());
            }
        }
        PeerStatus::Missing => return Err(RefusalCode::CertificateMissing.into()),
        _ => return Err(RefusalCode::TokenInvalid.into()),
    }
    found.must_be_current(now)?;
    Ok(found)
}

fn look_up(
    centre: &Centre,
    presented: &Presented,
    token: &str,
    now: Moment,
) -> Result<Identity, Error> {
    let authn = centre.service.authn();
    let terminal = authn
        .terminal(&presented.certificate, now)?
        .map_err(|bad| Error::from(bad.code))?;
    let session = authn.token(token)?.ok_or(RefusalCode::TokenInvalid)?;
    let ours =
        session.facility == terminal.facility && session.certificate_serial == terminal.serial;
    if !ours {
        return Err(RefusalCode::TokenInvalid.into());
    }
    if let Some(code) = session.refusal(now) {
        return Err(no_more(code));
    }
    Ok(Identity::of(session))
}
