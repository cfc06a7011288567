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
        // A header's last blank is nobody's, so that a scheme may come alone.
        .filter(|token| !token.is_empty() && *token != "Bearer" && token.len() <= 512);
    Ok(token.ok_or(RefusalCode::TokenMissing)?)
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
    if let Some(code) = other_certificate(centre, presented, &found, now).await? {
        return Err(code.into());
    }
    found.must_be_current(now)?;
    Ok(found)
}

/// Why the token is not good with the certificate of this connection, where it was found by another.
async fn other_certificate(
    centre: &Arc<Centre>,
    presented: &Presented,
    found: &Identity,
    now: Moment,
) -> Result<Option<RefusalCode>, Error> {
    let (PeerStatus::Valid(peer) | PeerStatus::Expired(peer)) = presented.certificate.as_ref()
    else {
        return Ok(Some(match presented.certificate.as_ref() {
            PeerStatus::Missing => RefusalCode::CertificateMissing,
            _ => RefusalCode::TokenUnknown,
        }));
    };
    if peer.serial() == found.certificate_serial {
        return Ok((now > peer.not_after()).then_some(RefusalCode::CertificateExpired));
    }
    let (asked, presented) = (centre.clone(), presented.clone());
    let terminal = beside(centre, "looking up another certificate", move || {
        asked.service.authn().terminal(&presented.certificate, now)
    })
    .await?;
    Ok(Some(match terminal {
        Ok(terminal) if terminal.facility == found.facility => RefusalCode::TokenOtherCertificate,
        Ok(_) => RefusalCode::TokenUnknown,
        Err(bad) => bad.code,
    }))
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
    let session = authn.token(token)?.ok_or(RefusalCode::TokenUnknown)?;
    // Another institution's looks like none.
    if session.facility != terminal.facility {
        return Err(RefusalCode::TokenUnknown.into());
    }
    if session.certificate_serial != terminal.serial {
        return Err(RefusalCode::TokenOtherCertificate.into());
    }
    if let Some(code) = session.refusal(now) {
        return Err(no_more(code));
    }
    Ok(Identity::of(session))
}
