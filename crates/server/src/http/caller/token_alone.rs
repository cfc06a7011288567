//! Who sends a message at the address for programs without a certificate (`centre.messages`).
//!
//! There the token is all that is shown, so whoever has it is believed to be its account. It is
//! bound to what it can be bound to: the log-in was over mutual TLS, and the certificate of that
//! log-in must still be good; the source address lies in a network that the centre allows, and in
//! one of the institution's own where it has any; and it is good here only for the first minutes
//! of its life (`centre.messages_seconds`).

use crate::http::caller::token;
use crate::state::Centre;
use crate::state::blocking::beside;
use crate::state::identity::{Identity, no_more};
use axum::http::HeaderMap;
use onshi_core::{Error, Moment, RefusalCode};
use std::net::IpAddr;
use std::sync::Arc;

/// Who sends it; refused where the centre takes no such messages from.
pub async fn find(
    centre: &Arc<Centre>,
    from: IpAddr,
    headers: &HeaderMap,
    now: Moment,
) -> Result<Arc<Identity>, Error> {
    let allowed = &centre.config.centre.messages_networks;
    if !allowed.iter().any(|network| network.contains(from)) {
        metrics::counter!("onshi_messages_refused_total", "code" => "network").increment(1);
        tracing::info!(%from, "a message came from a network that is not allowed");
        return Err(RefusalCode::NetworkNotAllowed.into());
    }
    let token = token::sent(headers)?;
    let keep_ms = centre.config.login.identity_cache_ms;
    let found = match centre.identities_alone.get(token, now, keep_ms) {
        Some(found) => found,
        None => {
            let (asked, key) = (centre.clone(), token.to_owned());
            let look = move || look_up(&asked, &key, now);
            let found = beside(centre, "looking up a token", look).await;
            let found = Arc::new(found.inspect_err(|_| {
                metrics::counter!("onshi_messages_refused_total", "code" => "token").increment(1);
                tracing::info!(%from, "a message came with a token that is not good here");
            })?);
            let kept = found.clone();
            centre.identities_alone.put(token.to_owned(), now, kept);
            found
        }
    };
    found.must_be_current(now)?;
    Ok(found)
}

fn look_up(centre: &Centre, token: &str, now: Moment) -> Result<Identity, Error> {
    let authn = centre.service.authn();
    let session = authn.token(token)?.ok_or(RefusalCode::TokenUnknown)?;
    // The certificate of the log-in is not shown here, but it must still be one that might be.
    let (certificate, facility) = match authn.certificate_of(&session, now)? {
        Ok(found) => found,
        Err(code) => return Err(no_more(code)),
    };
    let seconds = centre.config.centre.messages_seconds;
    let end = session.issued_at.plus_seconds(seconds);
    let end = end.min(session.good_until()).min(certificate.not_after);
    if let Some(code) = session.refusal(now) {
        return Err(no_more(code));
    }
    if now >= end {
        return Err(RefusalCode::TokenExpired.into());
    }
    Ok(Identity::of(session).bound(end, facility.message_networks))
}
