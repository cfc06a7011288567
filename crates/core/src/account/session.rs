//! Web sessions (ログイン中の画面): one an account, with an idle and an absolute limit.

use super::{Account, PasswordOrigin, Period, store};
use crate::actor::{AccountKind, Actor};
use crate::clock::Moment;
use crate::error::{Error, Fault, RefusalCode};
use crate::rules::SessionRules;
use crate::second_factor::{self, FactorPolicy, policy};
use crate::service::Tx;
use crate::terms::FacilityCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What a browser holds to prove that it is logged in. Kept only as a hash.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    pub(super) fn draw(tx: &mut Tx<'_>) -> SessionToken {
        SessionToken(URL_SAFE_NO_PAD.encode(tx.entropy().block()))
    }

    /// The text for the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The form in which a token is kept and looked up.
pub fn token_hash(token: &str) -> String {
    crate::entropy::hex(&Sha256::digest(token.as_bytes()))
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The person logged out.
    LoggedOut,
    /// Another log-in took it over.
    TakenOver,
    /// The password was changed or reset.
    PasswordChanged,
    /// The account's state or the institution's was changed.
    Stopped,
    /// Whoever manages the account ended it.
    EndedByManager,
    /// Nothing was done for too long, or it lasted too long.
    TimedOut,
    /// The account's validity period is over, or begins later.
    OutsidePeriod,
    /// The second factor was reset.
    FactorReset,
    /// The phone that it was begun on was voided.
    PhoneVoided,
}

impl EndReason {
    const ALL: [EndReason; 9] = [
        EndReason::LoggedOut,
        EndReason::TakenOver,
        EndReason::PasswordChanged,
        EndReason::Stopped,
        EndReason::EndedByManager,
        EndReason::TimedOut,
        EndReason::OutsidePeriod,
        EndReason::FactorReset,
        EndReason::PhoneVoided,
    ];

    const fn code(self) -> &'static str {
        match self {
            EndReason::LoggedOut => "logged_out",
            EndReason::TakenOver => "taken_over",
            EndReason::PasswordChanged => "password_changed",
            EndReason::Stopped => "stopped",
            EndReason::EndedByManager => "ended_by_manager",
            EndReason::TimedOut => "timed_out",
            EndReason::OutsidePeriod => "outside_period",
            EndReason::FactorReset => "factor_reset",
            EndReason::PhoneVoided => "phone_voided",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<EndReason> {
        EndReason::ALL
            .into_iter()
            .find(|reason| reason.code() == code)
    }

    /// What the person at the screen that ended is told.
    pub fn words(self, terminal: Option<&str>) -> String {
        match self {
            EndReason::LoggedOut => "ログアウトしました。".to_owned(),
            EndReason::TakenOver => format!(
                "同じアカウントで、端末「{}」からログインがあったため、この画面のログインは終了しました。心当たりがないときは、管理アカウントの方に知らせ、パスワードを変更してください。",
                terminal.unwrap_or("不明")
            ),
            EndReason::PasswordChanged => {
                "パスワードが変更されたため、ログインは終了しました。新しいパスワードでログインしてください。".to_owned()
            }
            EndReason::Stopped => {
                "アカウントの状態が変更されたため、ログインは終了しました。理由は、アカウントを管理する方にご確認ください。".to_owned()
            }
            EndReason::EndedByManager => {
                "アカウントを管理する方の操作により、ログインは終了しました。続けて使うときは、もう一度ログインしてください。".to_owned()
            }
            EndReason::TimedOut => {
                "一定時間操作がなかったため、ログアウトしました。もう一度ログインしてください。".to_owned()
            }
            EndReason::OutsidePeriod => {
                "アカウントの有効期間の外になったため、ログインは終了しました。続けて使うときは、アカウントを管理する方に有効期間の変更を依頼してください。".to_owned()
            }
            EndReason::FactorReset => {
                "二要素認証が初期化されたため、ログインは終了しました。もう一度ログインし、必要なときは二要素認証を登録し直してください。".to_owned()
            }
            EndReason::PhoneVoided => {
                "この端末の登録が無効にされたため、ログインは終了しました。続けて使うときは、管理アカウントの方に、新しいアクティベーションコードを依頼してください。".to_owned()
            }
        }
    }
}

/// A session as it is kept, with what authentication needs of its account.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Session {
    pub token_hash: String,
    pub account_id: String,
    pub facility: FacilityCode,
    pub facility_name: String,
    pub certificate_serial: String,
    pub terminal_name: String,
    pub started_at: Moment,
    pub last_seen_at: Moment,
    pub previous_login_at: Option<Moment>,
    pub ended: Option<(EndReason, Option<String>)>,
    pub kind: AccountKind,
    pub user_id: String,
    pub account_name: String,
    pub password_origin: PasswordOrigin,
    pub must_change_password: bool,
    /// True when a second factor was required at the log-in, and there is still none.
    pub must_add_factor: bool,
    /// False when the account or its institution was stopped, or the account retired.
    pub account_usable: bool,
    pub period: Period,
    /// Whether the account has a second factor.
    pub has_factor: bool,
    /// When the master's password was reset, while nobody at the institution has confirmed to have seen that.
    pub alarm_at: Option<Moment>,
    pub(super) actor: Actor,
}

impl Session {
    /// As whom its holder asks. Authentication gives a session away only at the terminal where it was begun.
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Whether the session still holds at this moment.
    pub fn check(&self, now: Moment, rules: &SessionRules) -> Result<(), EndReason> {
        if let Some((reason, _)) = &self.ended {
            return Err(*reason);
        }
        if !self.account_usable {
            return Err(EndReason::Stopped);
        }
        if !self.period.covers(now.jst_day()) {
            return Err(EndReason::OutsidePeriod);
        }
        // To the millisecond, as `open_of` asks the database.
        let idle_until = self.last_seen_at.plus_seconds(rules.idle_seconds);
        let at_the_latest = self.started_at.plus_seconds(rules.absolute_seconds);
        if now > idle_until || now > at_the_latest {
            return Err(EndReason::TimedOut);
        }
        Ok(())
    }
}

/// An open session as the one who manages the account sees it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpenSession {
    pub terminal_name: String,
    pub started_at: Moment,
    pub last_seen_at: Moment,
}

/// The open sessions of an account, those that ran out left aside.
pub fn open_of(tx: &mut Tx<'_>, account_id: &str) -> Result<Vec<OpenSession>, Fault> {
    let now = tx.now();
    let idle_since = now.plus_seconds(-tx.rules().session.idle_seconds);
    let begun_since = now.plus_seconds(-tx.rules().session.absolute_seconds);
    store::list_open_sessions(tx, account_id, idle_since, begun_since)
}

/// Whether somebody has no second factor and must have one, as it is asked when a session begins: what is set meanwhile
/// throws nobody out of what they are doing.
fn lacks_factor(tx: &mut Tx<'_>, account: &Account) -> Result<bool, Error> {
    let policy = policy::holds_for(tx, account.kind)?;
    let has_factor = second_factor::has_factor(tx.connection(), &account.account_id)?;
    Ok(policy == FactorPolicy::Required && !has_factor)
}

/// Begins a session. Gives its token, and whether a second factor must be added first.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    account: &Account,
    certificate_serial: &str,
    terminal_name: &str,
) -> Result<(SessionToken, bool), Error> {
    let token = SessionToken::draw(tx);
    let hash = token_hash(token.reveal());
    let needed = lacks_factor(tx, account)?;
    store::insert_session(
        tx,
        (&hash, needed),
        account,
        certificate_serial,
        terminal_name,
    )?;
    crate::certificate::note_contact(tx, certificate_serial)?;
    Ok((token, needed))
}

/// Ends every open session of an account, and every takeover that somebody is still thinking
/// about: it was asked about a state that is no more.
pub(super) fn end_all(
    tx: &mut Tx<'_>,
    account_id: &str,
    reason: EndReason,
    by_terminal: Option<&str>,
) -> Result<u64, Fault> {
    // Whatever makes a person log in again makes a program log in again.
    if matches!(
        reason,
        EndReason::PasswordChanged
            | EndReason::Stopped
            | EndReason::EndedByManager
            | EndReason::OutsidePeriod
    ) {
        store::tokens::end_all(tx, account_id)?;
    }
    store::end_sessions(tx, account_id, reason.code(), by_terminal)
}

/// Ends every open session of an institution, and its programs' tokens.
pub(crate) fn end_all_of_facility(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reason: EndReason,
) -> Result<(), Fault> {
    store::tokens::end_all_of_facility(tx, facility)?;
    store::end_sessions_of_facility(tx, facility, reason.code())
}

/// Ends every open session that was begun through a certificate, or on a phone, and every log-in that waits there for an
/// answer. Says how many sessions there were.
pub(crate) fn end_all_through(
    tx: &mut Tx<'_>,
    serial: &str,
    reason: EndReason,
) -> Result<u64, Fault> {
    store::end_sessions_through(tx, serial, reason.code())
}

/// Logs out: ends the session of this token.
pub fn log_out(tx: &mut Tx<'_>, session_hash: &str) -> Result<(), Error> {
    let ended = store::end_session(tx, session_hash, EndReason::LoggedOut.code())?;
    if ended == 0 {
        return Err(RefusalCode::SessionEnded.into());
    }
    Ok(())
}
