//! マイナンバーカード: what the certificate of a card is worth, and whose it is.
//!
//! A card proves that it is there by signing what the centre made up for it ([`prove`]): the signature with
//! the certificate's key, the certificate with the key of an authority that the operator added. Authorities
//! of several generations share one name, so that the authority is found by its key identifier and its
//! signature, never by its name; a certificate is known by the authority's key identifier and its number.
//! What a proven certificate is worth on a day ([`judge`]) is a [`CardState`], told apart in words.
//!
//! SIMULATED: the authority is one of our own (`JPKI-SIM`). The real one's lists of revocations are open only to
//! registered verifiers.

pub mod authority;
mod certificate;
pub(crate) mod challenge;
mod online;
pub mod registration;
mod revocation;
mod store;
#[cfg(test)]
pub(crate) mod tests;

pub use crate::terms::{CardState, Medium, Trouble};
pub use authority::{CardAuthority, RevocationList};
pub use certificate::{Proven, prove};
pub use online::{ANSWER_BYTES_MAX, Online, Question};
pub use registration::{RegistrationRecord, Taken};
pub use revocation::{Revocation, RevokedCard, read_list, take_piece};

use crate::clock::{Moment, Month};
use crate::error::Fault;
use crate::rules::CardRules;
use crate::service::{Service, Tx};

/// Whose card it is, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Our own key of the person.
    pub person: i64,
    /// On what the certificate is.
    pub medium: Medium,
    /// When the holder registered it as insurance card (保険証利用登録).
    pub registered_at: Option<Moment>,
}

/// A card as the centre judged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What it is worth.
    pub state: CardState,
    /// Whose it is.
    pub registration: Option<Registration>,
}

/// Judges a proven card at this moment.
pub(crate) fn judge(tx: &mut Tx<'_>, proven: &Proven) -> Result<Judged, Fault> {
    let Some(key_id) = proven.authority.as_deref() else {
        return Ok(Judged {
            state: CardState::OtherAuthority,
            registration: None,
        });
    };
    let registration = store::find_registration(tx, key_id, &proven.serial)?;
    let medium = registration.map_or(Medium::Card, |known| known.medium);
    let is_revoked = store::is_revoked(tx, key_id, &proven.serial)?;
    let list = match store::find_list(tx, key_id, &proven.point)? {
        Some(list) => Some(list),
        None => store::find_list(tx, key_id, "")?,
    };
    let (now, rules) = (tx.now(), &tx.rules().card);
    let oldest = now.plus_seconds(-rules.revocation_hours * 3600);
    // What the authority said at once counts beside its lists, while it is fresh.
    let online = proven.online.filter(|said| said.is_fresh(now, rules));
    let is_revoked = is_revoked || online.is_some_and(|said| said.is_revoked);
    let is_confirmed = online.is_some() || list.is_some_and(|list| list.next_at >= oldest);
    let state = if now < proven.not_before {
        CardState::NotYetValid
    } else if is_revoked {
        CardState::Revoked
    } else if now > proven.not_after && now > last_answer(proven.not_after, medium, rules) {
        CardState::Expired
    } else if registration.is_none() {
        let renewed = now.seconds_since(proven.not_before) <= rules.renewal_hours * 3600;
        match renewed {
            true => CardState::RenewedRecently,
            false => CardState::UnknownCard,
        }
    } else if now > proven.not_after {
        CardState::ExpiredRecently
    } else if !is_confirmed {
        CardState::Unconfirmed
    } else if ends_soon(now, proven.not_after, rules) {
        CardState::EndsSoon
    } else {
        CardState::Good
    };
    Ok(Judged {
        state,
        registration,
    })
}

/// Until when an expired card answers eligibility: the last moment of the last month after it. A phone's certificate
/// has no such time.
fn last_answer(not_after: Moment, medium: Medium, rules: &CardRules) -> Moment {
    if medium == Medium::Smartphone {
        return not_after;
    }
    let last = Month::of(not_after.jst_day()).plus(rules.grace_months);
    last.plus(1).first_day().start().plus_seconds(-1)
}

/// Whether a certificate ends within so many months, counted by the days of the calendar.
fn ends_soon(now: Moment, not_after: Moment, rules: &CardRules) -> bool {
    let (today, end) = (now.jst_day().number(), not_after.jst_day().number());
    let noticed = Month::of(not_after.jst_day()).plus(-rules.notice_months);
    today >= noticed.number() * 100 + end % 100
}

impl Service {
    /// The authorities whose cards are taken. It tells nothing of anybody, and leaves no entry: each card at
    /// a reader is held against them.
    pub fn card_authorities(&self) -> Result<Vec<CardAuthority>, Fault> {
        self.read_for_authn(store::list_authorities)
    }
}
