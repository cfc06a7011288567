//! Tokens of the Web API and the linked application: a program logs in once and then shows a
//! token, which is bound to the certificate that it logged in through.
//!
//! A log-in gives three, as the real system's does: an id token (sent with every message), an
//! access token (the same life; kept for clients that send that one) and a refresh token.

use super::login::{PasswordVerdict, Through, admit, refuse_stopped, unusable};
use super::session::token_hash;
use super::store::tokens;
use super::{Account, Period, UserId, store};
use crate::actor::{AccountKind, Actor};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The tokens of a log-in. Kept only as hashes.
#[derive(Clone)]
pub struct Tokens {
    /// For clients that send the access token.
    pub access: String,
    /// For new tokens.
    pub refresh: String,
    /// For messages.
    pub id: String,
    /// Until when id and access token hold.
    pub expires_at: Moment,
}

/// What came of a log-in for tokens.
pub enum TokenLogin {
    /// Here they are.
    Tokens(Tokens),
    /// No. What was written about the failure is kept.
    Refused(Refusal),
}

/// A token as authentication finds it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TokenSession {
    pub account_id: String,
    pub kind: AccountKind,
    pub facility: FacilityCode,
    pub certificate_serial: String,
    pub issued_at: Moment,
    pub expires_at: Moment,
    /// Why its account may not be used, whatever the day is.
    pub unusable: Option<RefusalCode>,
    /// On which days its account may be used.
    pub period: Period,
    /// When it ended, or ends, before its time.
    pub ended_at: Option<Moment>,
    /// True when a renewal ends it, which leaves it a while.
    pub is_replaced: bool,
    /// True when messages are sent with it, and not renewals.
    pub is_for_messages: bool,
    /// True when the institution's programs read Shift_JIS.
    pub shift_jis: bool,
    pub(super) actor: Actor,
}

impl TokenSession {
    /// As whom the program asks.
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Why the token is not good at this moment, whoever shows it. The period is asked with the
    /// day of the moment, so that an account which ended at midnight ends there.
    pub fn refusal(&self, now: Moment) -> Option<RefusalCode> {
        if self.unusable.is_some() {
            self.unusable
        } else if !self.period.covers(now.jst_day()) {
            Some(RefusalCode::AccountOutsidePeriod)
        } else if !self.is_for_messages {
            Some(RefusalCode::TokenOtherUse)
        } else if self.ended_at.is_some_and(|ended| now >= ended) {
            Some(match self.is_replaced {
                true => RefusalCode::TokenReplaced,
                false => RefusalCode::TokenInvalid,
            })
        } else if now >= self.expires_at {
            Some(RefusalCode::TokenExpired)
        } else {
            None
        }
    }

    /// Until when it is good, as far as is known.
    pub fn good_until(&self) -> Moment {
        let ends = self.ended_at.unwrap_or(self.expires_at);
        self.expires_at.min(ends)
    }
}

/// Logs in for tokens, with what the test of the password said.
pub fn log_in(
    tx: &mut Tx<'_>,
    user_id: &UserId,
    verdict: &PasswordVerdict,
    through: &Through,
) -> Result<TokenLogin, Error> {
    let facility = tx.facility()?;
    let now = tx.now();
    refuse_stopped(tx, &facility)?;
    let account = match admit(tx, &facility, user_id, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(refused(tx, refusal)),
    };
    if let Some(code) = no_tokens_for(tx, &account, now) {
        return Ok(refused(tx, Refusal::new(code)));
    }
    store::change_last_login(tx, &account.account_id, &through.terminal_name)?;
    let family = tx.entropy().id('t');
    issue(tx, &account.account_id, &family, through).map(TokenLogin::Tokens)
}

/// Why an account with the right password gets no tokens.
fn no_tokens_for(tx: &Tx<'_>, account: &Account, now: Moment) -> Option<RefusalCode> {
    if let Some(code) = unusable(account, now) {
        return Some(code);
    }
    if !Function::LogInToApi.is_for(tx.actor().role()) {
        return Some(RefusalCode::NotPermitted);
    }
    account
        .must_change_password()
        .then_some(RefusalCode::PasswordChangeNeeded)
}

/// Gives new tokens for a refresh token. The old ones of the family are good for a short while more
/// (`rules.token.grace_seconds`), so that what is sent by the side does not fail. A token that was used
/// before ends its whole family: of the two who have it one should not.
pub fn refresh(
    tx: &mut Tx<'_>,
    refresh_token: &str,
    through: &Through,
) -> Result<TokenLogin, Error> {
    let now = tx.now();
    let facility = tx.facility()?;
    refuse_stopped(tx, &facility)?;
    let hash = token_hash(refresh_token);
    let serial = &through.certificate_serial;
    let Some((account_id, family)) = tokens::use_refresh(tx, &hash, serial)? else {
        return renews_nothing(tx, &facility, &hash, serial);
    };
    let account = store::find(tx, &facility, &account_id)?.ok_or(RefusalCode::TokenUnknown)?;
    tx.set_subject(SubjectKind::Account, &account_id);
    tx.identify(account.kind, &account_id);
    if let Some(code) = no_tokens_for(tx, &account, now) {
        return Err(code.into());
    }
    let grace = tx.rules().token.grace_seconds;
    tokens::replace_family(tx, &family, now.plus_seconds(grace))?;
    issue(tx, &account_id, &family, through).map(TokenLogin::Tokens)
}

/// What is told of a token that renews nothing. Where it was used before, at this institution, the
/// tokens of its log-in end, and the log says so. One of another institution looks like none.
fn renews_nothing(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    hash: &str,
    certificate_serial: &str,
) -> Result<TokenLogin, Error> {
    let now = tx.now();
    let Some(sent) = tokens::find_sent_to_renew(tx, facility, hash)? else {
        return Err(RefusalCode::TokenUnknown.into());
    };
    if !sent.is_refresh {
        return Err(RefusalCode::TokenOtherUse.into());
    }
    if now >= sent.expires_at {
        return Err(RefusalCode::TokenExpired.into());
    }
    if !sent.is_used {
        return Err(match sent.certificate_serial == certificate_serial {
            true => RefusalCode::TokenInvalid.into(),
            false => RefusalCode::TokenOtherCertificate.into(),
        });
    }
    tx.set_subject(SubjectKind::Account, &sent.account_id);
    let ended = tokens::end_family(tx, &sent.family)?;
    tx.set_detail(Detail::TokensEnded {
        count: i64::try_from(ended).unwrap_or(i64::MAX),
    });
    Ok(refused(tx, Refusal::new(RefusalCode::TokenReused)))
}

fn issue(
    tx: &mut Tx<'_>,
    account_id: &str,
    family: &str,
    through: &Through,
) -> Result<Tokens, Error> {
    let (now, facility) = (tx.now(), tx.facility()?);
    let rules = tx.rules().token.clone();
    crate::certificate::note_contact(tx, &through.certificate_serial)?;
    let whose = (account_id, &facility, through.certificate_serial.as_str());
    let expires_at = now.plus_seconds(rules.seconds);
    let draw = |tx: &mut Tx<'_>, purpose: &str, expires: Moment| {
        let token = URL_SAFE_NO_PAD.encode(tx.entropy().block());
        tokens::insert(tx, &token_hash(&token), (family, purpose, expires), whose)?;
        Ok::<_, Fault>(token)
    };
    let access = draw(tx, "access", expires_at)?;
    let id = draw(tx, "id", expires_at)?;
    let refresh = draw(tx, "refresh", now.plus_seconds(rules.refresh_seconds))?;
    Ok(Tokens {
        access,
        refresh,
        id,
        expires_at,
    })
}

fn refused(tx: &mut Tx<'_>, refusal: Refusal) -> TokenLogin {
    tx.refuse_and_keep(refusal.clone());
    TokenLogin::Refused(refusal)
}
