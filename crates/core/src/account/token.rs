//! Tokens of the Web API and the linked application: a program logs in once and then shows a
//! token, which is bound to the certificate that it logged in through.
//!
//! A log-in gives three, as the real system's does: an id token (sent with every message), an
//! access token (the same life; kept for clients that send that one) and a refresh token.

use super::login::{Failures, Through, Verdict, unusable};
use super::session::token_hash;
use super::{Account, UserId, store};
use crate::actor::AccountKind;
use crate::audit::SubjectKind;
use crate::clock::Moment;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::facility::FacilityCode;
use crate::office::Work;
use crate::permission::{Function, Mark};
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
    pub expires_at: Moment,
    /// False when it ended, or its account or institution was stopped.
    pub usable: bool,
    /// True when the institution's programs read Shift_JIS.
    pub shift_jis: bool,
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
    let found = store::find_by_user_id(work, &facility, user_id)?;
    if let Some(account) = &found {
        work.about(SubjectKind::Account, &account.account_id);
    }
    let failure = store::find_failure(work, &facility, user_id)?;
    if let Some(until) = failure.locked_until.filter(|until| *until > now) {
        return Ok(refused(work, Refusal::until(RefusalCode::Locked, until)));
    }
    let account = match (found, verdict) {
        (Some(account), Verdict::Fits(hash)) if account.password == *hash => account,
        _ => return count_failure(work, &facility, user_id, &failure),
    };
    store::forget_failures(work, &facility, user_id)?;
    work.identify(account.kind, &account.account_id);
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
    if Function::LogInToApi.mark(work.actor().role()) == Mark::Never {
        return Some(RefusalCode::NotPermitted);
    }
    account
        .must_change_password()
        .then_some(RefusalCode::PasswordChangeNeeded)
}

/// Gives new tokens for a refresh token. The old ones of the family end.
pub fn refresh(
    work: &mut Work<'_>,
    refresh_token: &str,
    through: &Through,
) -> Result<Tokens, Error> {
    let now = work.now();
    let hash = token_hash(refresh_token);
    let row = work
        .row(
            "update api_token set ended_at = $3 where token_hash = $1 and use = 'refresh' \
             and certificate_serial = $2 and ended_at is null and expires_at > $3 \
             returning account_id, family",
            &[
                hash.into(),
                through.certificate_serial.as_str().into(),
                now.into(),
            ],
        )?
        .ok_or(RefusalCode::SessionEnded)?;
    let (account_id, family) = (row.text(0)?, row.text(1)?);
    let facility = work.facility()?;
    let account = store::find(work, &facility, &account_id)?.ok_or(RefusalCode::SessionEnded)?;
    work.about(SubjectKind::Account, &account_id);
    work.identify(account.kind, &account_id);
    if let Some(code) = no_tokens_for(work, &account, now) {
        return Err(code.into());
    }
    work.execute(
        "update api_token set ended_at = $2 where family = $1 and ended_at is null",
        &[family.as_str().into(), now.into()],
    )?;
    issue(work, &account_id, &family, through)
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

fn count_failure(
    work: &mut Work<'_>,
    facility: &FacilityCode,
    user_id: &UserId,
    before: &Failures,
) -> Result<TokenLogin, Error> {
    match super::login::count_failure(work, facility, user_id, before)? {
        super::login::LoggedIn::Refused(refusal) => Ok(TokenLogin::Refused(refusal)),
        _ => Err(Fault::at("counting a failed log-in", "it was not refused").into()),
    }
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

pub(super) fn find(
    connection: &mut Connection,
    token: &str,
) -> Result<Option<TokenSession>, Fault> {
    let Some(row) = connection.row(
        "select t.account_id, a.kind, t.facility_code, t.certificate_serial, t.expires_at, \
         case when t.ended_at is null and a.stopped_at is null and a.retired_at is null \
         and f.stopped_at is null then 1 else 0 end, f.character_code \
         from api_token t join account a on a.account_id = t.account_id \
         join facility f on f.facility_code = t.facility_code \
         where t.token_hash = $1 and t.use <> 'refresh'",
        &[token_hash(token).into()],
    )?
    else {
        return Ok(None);
    };
    let kind = row.text(1)?;
    Ok(Some(TokenSession {
        account_id: row.text(0)?,
        kind: AccountKind::from_code(&kind)
            .ok_or_else(|| Fault::at("reading a token", format!("no kind {kind}")))?,
        facility: FacilityCode::stored(row.text(2)?),
        certificate_serial: row.text(3)?,
        expires_at: row.moment(4)?,
        usable: row.int(5)? == 1,
        shift_jis: row.text(6)? == "1",
    }))
}
