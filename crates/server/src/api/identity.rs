//! Who sends a message: the token, bound to the certificate of the connection.
//!
//! What the database says of a token is kept for a moment, since a busy institution sends hundreds
//! of messages a second with the same one. A stop, a revocation or a change of password therefore
//! takes effect within that moment (`login.identity_cache_ms`).

use crate::api::token_alone;
use crate::http::listener::Presented;
use crate::state::Centre;
use crate::state::blocking::beside;
use axum::http::{HeaderMap, header};
use onshi_core::account::Period;
use onshi_core::account::token::TokenSession;
use onshi_core::authn::Terminal;
use onshi_core::certificate::PeerStatus;
use onshi_core::eligibility::message::Encoding;
use onshi_core::facility::FacilityCode;
use onshi_core::network::Network;
use onshi_core::{Actor, Error, Moment, Problem, Refusal, RefusalCode};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

/// Who sends a message.
pub struct Identity {
    /// As whom the door is asked.
    pub actor: Actor,
    /// The institution.
    pub facility: FacilityCode,
    /// The character set that the institution's programs read.
    pub encoding: Encoding,
    certificate_serial: String,
    expires_at: Moment,
    period: Period,
    /// From where its institution takes messages without a certificate; none for everywhere.
    networks: Vec<Network>,
}

impl Identity {
    /// Whom a token is of.
    pub(super) fn of(session: TokenSession) -> Identity {
        let actor = session.actor();
        let encoding = if session.shift_jis {
            Encoding::ShiftJis
        } else {
            Encoding::Utf8
        };
        Identity {
            actor,
            facility: session.facility,
            encoding,
            certificate_serial: session.certificate_serial,
            expires_at: session.expires_at,
            period: session.period,
            networks: Vec::new(),
        }
    }

    /// The same, but only until then and only from there.
    pub(super) fn bound(self, end: Moment, networks: Vec<Network>) -> Identity {
        Identity {
            expires_at: self.expires_at.min(end),
            networks,
            ..self
        }
    }

    /// What was found before midnight is still in the cache after it; the day is the request's.
    pub(super) fn must_be_current(&self, now: Moment) -> Result<(), Error> {
        match self.period.covers(now.jst_day()) {
            true => Ok(()),
            false => Err(over(RefusalCode::AccountOutsidePeriod)),
        }
    }

    /// Whether its institution takes messages without a certificate from there.
    pub(super) fn may_come_from(&self, address: IpAddr) -> bool {
        self.networks.is_empty() || token_alone::lies_in(&self.networks, address)
    }
}

/// What was found lately.
#[derive(Default)]
pub struct IdentityCache(RwLock<HashMap<String, (Moment, Arc<Identity>)>>);

/// More tokens than this are not kept; a small machine has no use for more.
const KEPT_MAX: usize = 65_536;

impl IdentityCache {
    pub(super) fn get(&self, token: &str, now: Moment, keep_ms: i64) -> Option<Arc<Identity>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (found_at, identity) = kept.get(token)?;
        let age = now.ms() - found_at.ms();
        ((0..keep_ms).contains(&age) && now < identity.expires_at).then(|| identity.clone())
    }

    pub(super) fn put(&self, token: String, now: Moment, identity: Arc<Identity>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(token, (now, identity));
    }
}

/// The token of a message, as it is or after `Bearer `.
pub(super) fn token(headers: &HeaderMap) -> Result<&str, Error> {
    let sent = headers.get(header::AUTHORIZATION);
    let token = sent
        .and_then(|value| value.to_str().ok())
        .map(|value| value.strip_prefix("Bearer ").unwrap_or(value).trim())
        .filter(|token| !token.is_empty() && token.len() <= 512);
    Ok(token.ok_or(RefusalCode::TokenInvalid)?)
}

/// A token that is good no more, and why where its holder may know: who has it logged in.
pub(super) fn over(code: RefusalCode) -> Error {
    let mut refusal = Refusal::new(RefusalCode::TokenInvalid);
    if code != RefusalCode::TokenInvalid {
        let words = [code.what(), code.next()].concat();
        refusal.problems.push(Problem::new("Authorization", words));
    }
    refusal.into()
}

/// Finds who sends a message.
pub async fn find(
    centre: &Arc<Centre>,
    presented: &Presented,
    headers: &HeaderMap,
    now: Moment,
) -> Result<Arc<Identity>, Error> {
    let token = token(headers)?;
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
        return Err(over(code));
    }
    Ok(Identity::of(session))
}

/// What was found of whoever knocks; a refusal is audited or counted here.
pub(super) async fn known<T: Send + 'static>(
    centre: &Arc<Centre>,
    presented: &Presented,
    function: onshi_core::Function,
    request: &onshi_core::Request,
    found: Result<T, Error>,
) -> Result<T, Error> {
    let found = super::insurer::audited(centre, presented, function, request, found).await;
    crate::http::refusals::found(centre, presented, function, request, found).await
}

/// Which terminal knocks, on routes that need its certificate alone.
pub(super) async fn judge(
    centre: &Arc<Centre>,
    presented: &Presented,
    now: Moment,
) -> Result<Terminal, Error> {
    let (asked, presented) = (centre.clone(), presented.clone());
    let judged = beside(centre, "looking who is at the door", move || {
        asked.service.authn().terminal(&presented.certificate, now)
    })
    .await?;
    judged.map_err(|bad| bad.code.into())
}
