//! Tokens of the Web API and the linked application: a program logs in once and then shows a
//! token, which is bound to the certificate that it logged in through.
//!
//! A log-in gives three, as the real system's does: an id token (sent with every message), an
//! access token (the same life; kept for clients that send that one) and a refresh token.

use super::login::{Through, Verdict, admit, refuse_stopped, unusable};
use super::session::token_hash;
use super::{Account, Period, UserId, store};
use crate::actor::{AccountKind, Actor};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::facility::FacilityCode;
use crate::office::Work;
use crate::permission::Function;
use crate::store::{Connection, Value};
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

/// A token as the gate finds it.
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
    /// True when it ended before its time.
    pub ended: bool,
    /// True when the institution's programs read Shift_JIS.
    pub shift_jis: bool,
    actor: Actor,
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
        } else if self.ended || now >= self.expires_at {
            Some(RefusalCode::TokenInvalid)
        } else {
            None
        }
    }
}

/// Logs in for tokens, with what the test of the password said.
pub fn log_in(
    work: &mut Work<'_>,
    user_id: &UserId,
    verdict: &Verdict,
    through: &Through,
) -> Result<TokenLogin, Error> {
    let facility = work.facility()?;
    let now = work.now();
    refuse_stopped(work, &facility)?;
    let account = match admit(work, &facility, user_id, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(refused(work, refusal)),
    };
    if let Some(code) = no_tokens_for(work, &account, now) {
        return Ok(refused(work, Refusal::new(code)));
    }
    store::change_last_login(work, &account.account_id, &through.terminal_name)?;
    let family = work.entropy().id('t');
    issue(work, &account.account_id, &family, through).map(TokenLogin::Tokens)
}

/// Why an account with the right password gets no tokens.
fn no_tokens_for(work: &Work<'_>, account: &Account, now: Moment) -> Option<RefusalCode> {
    if let Some(code) = unusable(account, now) {
        return Some(code);
    }
    if !Function::LogInToApi.is_for(work.actor().role()) {
        return Some(RefusalCode::NotPermitted);
    }
    account
        .must_change_password()
        .then_some(RefusalCode::PasswordChangeNeeded)
}

/// Gives new tokens for a refresh token. The old ones of the family end. A token that was used
/// before ends its whole family: of the two who have it one should not.
pub fn refresh(
    work: &mut Work<'_>,
    refresh_token: &str,
    through: &Through,
) -> Result<TokenLogin, Error> {
    let now = work.now();
    let facility = work.facility()?;
    refuse_stopped(work, &facility)?;
    let hash = token_hash(refresh_token);
    let row = work.row(
        "update api_token set ended_at = $3, used_at = $3 where token_hash = $1 \
         and use = 'refresh' and certificate_serial = $2 and ended_at is null \
         and expires_at > $3 returning account_id, family",
        &[
            hash.as_str().into(),
            through.certificate_serial.as_str().into(),
            now.into(),
        ],
    )?;
    let Some(row) = row else {
        return used_before(work, &facility, &hash);
    };
    let (account_id, family) = (row.text(0)?, row.text(1)?);
    let account = store::find(work, &facility, &account_id)?.ok_or(RefusalCode::SessionEnded)?;
    work.about(SubjectKind::Account, &account_id);
    work.identify(account.kind, &account_id);
    if let Some(code) = no_tokens_for(work, &account, now) {
        return Err(code.into());
    }
    end_family(work, &family)?;
    issue(work, &account_id, &family, through).map(TokenLogin::Tokens)
}

/// What is told of a refresh token that renews nothing. Where it was used before, at this
/// institution, the tokens of its log-in end, and the log says so under a code of its own.
fn used_before(
    work: &mut Work<'_>,
    facility: &FacilityCode,
    hash: &str,
) -> Result<TokenLogin, Error> {
    let now = work.now();
    let row = work.row(
        "select account_id, family from api_token where token_hash = $1 and use = 'refresh' \
         and facility_code = $2 and used_at is not null and expires_at > $3",
        &[hash.into(), facility.as_str().into(), now.into()],
    )?;
    let Some(row) = row else {
        return Err(RefusalCode::SessionEnded.into());
    };
    work.about(SubjectKind::Account, &row.text(0)?);
    let ended = end_family(work, &row.text(1)?)?;
    work.note(Detail::TokensEnded {
        count: i64::try_from(ended).unwrap_or(i64::MAX),
    });
    Ok(refused(work, Refusal::new(RefusalCode::TokenReused)))
}

fn end_family(work: &mut Work<'_>, family: &str) -> Result<u64, Fault> {
    let now = work.now();
    work.execute(
        "update api_token set ended_at = $2 where family = $1 and ended_at is null",
        &[family.into(), now.into()],
    )
}

fn issue(
    work: &mut Work<'_>,
    account_id: &str,
    family: &str,
    through: &Through,
) -> Result<Tokens, Error> {
    let (now, facility) = (work.now(), work.facility()?);
    let rules = work.rules().token.clone();
    let expires_at = now.plus_seconds(rules.seconds);
    let draw = |work: &mut Work<'_>, purpose: &str, expires: Moment| {
        let token = URL_SAFE_NO_PAD.encode(work.entropy().block());
        let values: [Value; 8] = [
            token_hash(&token).into(),
            family.into(),
            purpose.into(),
            account_id.into(),
            facility.as_str().into(),
            through.certificate_serial.as_str().into(),
            now.into(),
            expires.into(),
        ];
        work.execute(
            "insert into api_token (token_hash, family, use, account_id, facility_code, \
             certificate_serial, issued_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &values,
        )?;
        Ok::<_, Fault>(token)
    };
    let access = draw(work, "access", expires_at)?;
    let id = draw(work, "id", expires_at)?;
    let refresh = draw(work, "refresh", now.plus_seconds(rules.refresh_seconds))?;
    Ok(Tokens {
        access,
        refresh,
        id,
        expires_at,
    })
}

fn refused(work: &mut Work<'_>, refusal: Refusal) -> TokenLogin {
    work.refuse_and_keep(refusal.clone());
    TokenLogin::Refused(refusal)
}

/// Ends every token of an account.
pub(super) fn end_all(work: &mut Work<'_>, account_id: &str) -> Result<(), Fault> {
    let now = work.now();
    work.execute(
        "update api_token set ended_at = $2 where account_id = $1 and ended_at is null",
        &[account_id.into(), now.into()],
    )
    .map(drop)
}

/// Ends every token of an institution.
pub(super) fn end_all_of_facility(
    work: &mut Work<'_>,
    facility: &FacilityCode,
) -> Result<(), Fault> {
    let now = work.now();
    work.execute(
        "update api_token set ended_at = $2 where facility_code = $1 and ended_at is null",
        &[facility.as_str().into(), now.into()],
    )
    .map(drop)
}

pub(crate) fn find(
    connection: &mut Connection,
    token: &str,
) -> Result<Option<TokenSession>, Fault> {
    let Some(row) = connection.row(
        "select t.account_id, a.kind, t.facility_code, t.certificate_serial, t.expires_at, \
         t.ended_at, a.retired_at, a.stopped_at, f.stopped_at, a.valid_from, a.valid_until, \
         f.character_code, t.issued_at \
         from api_token t join account a on a.account_id = t.account_id \
         join facility f on f.facility_code = t.facility_code \
         where t.token_hash = $1 and t.use <> 'refresh'",
        &[token_hash(token).into()],
    )?
    else {
        return Ok(None);
    };
    let kind = row.text(1)?;
    let kind = AccountKind::from_code(&kind)
        .ok_or_else(|| Fault::at("reading a token", format!("no kind {kind}")))?;
    let (account_id, certificate_serial) = (row.text(0)?, row.text(3)?);
    let facility = FacilityCode::stored(row.text(2)?);
    Ok(Some(TokenSession {
        actor: Actor::account(kind, &account_id, facility.clone(), &certificate_serial),
        account_id,
        kind,
        facility,
        certificate_serial,
        issued_at: row.moment(12)?,
        expires_at: row.moment(4)?,
        ended: row.opt_moment(5)?.is_some(),
        unusable: [
            (6, RefusalCode::AccountRetired),
            (7, RefusalCode::AccountStopped),
            (8, RefusalCode::FacilityStopped),
        ]
        .into_iter()
        .find_map(|(at, code)| match row.opt_moment(at) {
            Ok(None) => None,
            Ok(Some(_)) => Some(Ok(code)),
            Err(fault) => Some(Err(fault)),
        })
        .transpose()?,
        period: Period {
            from: row.opt_day(9)?,
            until: row.opt_day(10)?,
        },
        shift_jis: row.text(11)? == "1",
    }))
}
