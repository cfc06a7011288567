//! Whose a token is, and what was found of tokens lately.
//!
//! What the database says of a token is kept for a moment, since a busy institution sends hundreds
//! of messages a second with the same one. A stop, a revocation or a change of password therefore
//! takes effect within that moment (`login.identity_cache_ms`).

use onshi_core::account::Period;
use onshi_core::account::token::TokenSession;
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
    /// The certificate that its token is bound to.
    pub(crate) certificate_serial: String,
    expires_at: Moment,
    period: Period,
    /// From where its institution takes messages without a certificate; none for everywhere.
    networks: Vec<Network>,
}

impl Identity {
    /// Whom a token is of.
    pub(crate) fn of(session: TokenSession) -> Identity {
        let (actor, expires_at) = (session.actor(), session.good_until());
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
            expires_at,
            period: session.period,
            networks: Vec::new(),
        }
    }

    /// The same, but only until then and only from there.
    pub(crate) fn bound(self, end: Moment, networks: Vec<Network>) -> Identity {
        Identity {
            expires_at: self.expires_at.min(end),
            networks,
            ..self
        }
    }

    /// What was found before midnight is still in the cache after it; the day is the request's.
    pub(crate) fn must_be_current(&self, now: Moment) -> Result<(), Error> {
        match self.period.covers(now.jst_day()) {
            true => Ok(()),
            false => Err(no_more(RefusalCode::AccountOutsidePeriod)),
        }
    }

    /// Whether its institution takes messages without a certificate from there.
    pub(crate) fn may_come_from(&self, address: IpAddr) -> bool {
        let mut networks = self.networks.iter();
        self.networks.is_empty() || networks.any(|network| network.contains(address))
    }
}

/// What was found lately.
#[derive(Default)]
pub struct IdentityCache(RwLock<HashMap<String, (Moment, Arc<Identity>)>>);

/// More tokens than this are not kept; a small machine has no use for more.
const KEPT_MAX: usize = 65_536;

impl IdentityCache {
    pub(crate) fn get(&self, token: &str, now: Moment, keep_ms: i64) -> Option<Arc<Identity>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (found_at, identity) = kept.get(token)?;
        let age = now.ms() - found_at.ms();
        ((0..keep_ms).contains(&age) && now < identity.expires_at).then(|| identity.clone())
    }

    pub(crate) fn put(&self, token: String, now: Moment, identity: Arc<Identity>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(token, (now, identity));
    }
}

/// A token that is good no more, and why where its holder may know: who has it logged in. What is
/// about the account, and not about the token, ends it for good.
pub(crate) fn no_more(code: RefusalCode) -> Error {
    use RefusalCode::{TokenExpired, TokenInvalid, TokenOtherUse, TokenReplaced, TokenUnknown};
    if [
        TokenExpired,
        TokenInvalid,
        TokenOtherUse,
        TokenReplaced,
        TokenUnknown,
    ]
    .contains(&code)
    {
        return code.into();
    }
    let mut refusal = Refusal::new(TokenInvalid);
    let words = [code.what(), code.next_for_programs()].concat();
    refusal.problems.push(Problem::new("Authorization", words));
    refusal.into()
}
