//! Accounts (アカウント): the heart of the product.
//!
//! An account belongs to one institution and has one kind. Its user id is unique there for ever: a
//! retired account keeps its row. Every number of the rules (length of passwords, failures that
//! lock, times) is a setting; every name of a state is here.

pub mod activation;
pub mod alarm;
pub mod bulk;
mod changes;
mod check;
mod credential;
pub mod factors;
pub mod login;
pub mod logins;
pub mod manage;
pub mod own_password;
pub mod passkey_entry;
pub(crate) mod retention;
pub mod review;
pub mod second_step;
pub mod session;
mod store;
pub mod token;

#[cfg(test)]
mod tests;

pub use crate::password::{self, PasswordHash, PasswordOrigin};
pub use crate::terms::Profession;
pub use credential::Credential;
pub use manage::Managed;
pub use store::{ListFilter, Sort};
pub(crate) use store::{
    find_activation, find_credential, find_owner, find_session, find_token, keep_last_seen,
    list_password_hashes,
};

use crate::actor::AccountKind;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::service::Tx;
use crate::terms::FacilityCode;

/// Whether an account of the own institution is there and not retired.
pub(crate) fn is_in_use(tx: &mut Tx<'_>, account_id: &str) -> Result<bool, Error> {
    let facility = tx.facility()?;
    let found = store::find(tx, &facility, account_id)?;
    Ok(found.is_some_and(|account| account.retired.is_none()))
}

/// The name that a person or program types to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserId(String);

impl UserId {
    /// Reads a user id: 3 to 32 half-width letters, digits, `-`, `_`, `.`, beginning with a letter
    /// or digit.
    pub fn parse(text: &str) -> Result<UserId, Problem> {
        let bad =
            |text: &str, english: &str| Err(Problem::new(Fact::UserId, text).in_english(english));
        if text.is_empty() {
            return bad("ユーザIDを入力してください。", "The user id is missing.");
        }
        if !text.is_ascii() {
            return bad(
                "ユーザIDに全角文字が含まれています。半角英数字で入力してください。",
                "The user id has characters other than half-width letters and digits.",
            );
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if !text.bytes().all(allowed) || !text.as_bytes()[0].is_ascii_alphanumeric() {
            return bad(
                "ユーザIDに使えるのは、半角英数字と - _ . です（先頭は英数字）。空白は使えません。",
                "A user id has half-width letters, digits, `-`, `_` and `.`, and begins with a letter \
                 or digit.",
            );
        }
        if !(3..=32).contains(&text.len()) {
            return bad(
                "ユーザIDは3文字以上32文字以内で入力してください。",
                "A user id has 3 to 32 characters.",
            );
        }
        Ok(UserId(text.to_owned()))
    }

    /// As it was typed when it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that must be unique: case does not tell two ids apart.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// The name of the person or device that holds an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountName(String);

impl AccountName {
    /// Reads a name of 1 to 50 characters.
    pub fn parse(text: &str) -> Result<AccountName, Refusal> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > 50 {
            let words = "使う人の氏名、または機器の名前を50文字以内で入力してください。";
            return Err(Refusal::invalid(vec![Problem::new(
                Fact::AccountName,
                words,
            )]));
        }
        if let Some(words) = crate::text::wrong_in_a_line(text) {
            return Err(Refusal::invalid(vec![Problem::new(
                Fact::AccountName,
                words,
            )]));
        }
        Ok(AccountName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why somebody may hold a 医療情報閲覧アカウント.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A doctor, dentist or pharmacist, with the number of the licence where it was given.
    Licensed(Profession, Option<String>),
    /// A person whom the institution named (被選定者): why, and who approved it.
    Designated {
        /// Why this person needs to view.
        reason: String,
        /// Who approved it.
        approver: String,
    },
}

/// From which day to which day an account is valid; both days included, both may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

impl Period {
    /// True when the day is within the period.
    pub fn covers(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// What is needed to make an account.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewAccount {
    pub user_id: UserId,
    pub kind: AccountKind,
    pub name: AccountName,
    pub holder: Option<Holder>,
    /// 救急時閲覧権限; only a 医療情報閲覧 account has it.
    pub emergency_viewing: bool,
    pub period: Period,
    pub note: String,
    pub password: PasswordHash,
    pub origin: PasswordOrigin,
}

/// The states that people tell apart, the first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 廃止
    Retired,
    /// 停止
    Stopped,
    /// 期限切れ
    Expired,
    /// 開始前
    NotYetValid,
    /// ロック
    Locked,
    /// 未使用: nobody has logged in yet.
    NeverUsed,
    /// 90日未使用
    Unused,
    /// 有効
    Active,
}

impl State {
    /// Every state, in order of precedence.
    pub const ALL: [State; 8] = [
        State::Retired,
        State::Stopped,
        State::Expired,
        State::NotYetValid,
        State::Locked,
        State::NeverUsed,
        State::Unused,
        State::Active,
    ];

    /// The word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            State::Retired => "retired",
            State::Stopped => "stopped",
            State::Expired => "expired",
            State::NotYetValid => "not_yet_valid",
            State::Locked => "locked",
            State::NeverUsed => "never_used",
            State::Unused => "unused",
            State::Active => "active",
        }
    }

    /// Reads [`State::code`] back.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What a person reads.
    pub fn label(self, unused_days: i64) -> String {
        match self {
            State::Retired => "廃止".to_owned(),
            State::Stopped => "停止".to_owned(),
            State::Expired => "期限切れ".to_owned(),
            State::NotYetValid => "開始前".to_owned(),
            State::Locked => "ロック".to_owned(),
            State::NeverUsed => "未使用".to_owned(),
            State::Unused => format!("{unused_days}日未使用"),
            State::Active => "有効".to_owned(),
        }
    }
}

/// An account as it is kept.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Account {
    pub account_id: String,
    pub facility: FacilityCode,
    pub user_id: UserId,
    pub kind: AccountKind,
    pub name: String,
    pub holder: Option<Holder>,
    /// 救急時閲覧権限.
    pub emergency_viewing: bool,
    pub period: Period,
    pub note: String,
    pub(crate) password: PasswordHash,
    /// Of which hash of the same password this one took the place, as a digest.
    pub(crate) rehashed_from: Option<String>,
    pub origin: PasswordOrigin,
    pub password_changed_at: Moment,
    pub created_at: Moment,
    /// The user id of who registered it, where it was an account.
    pub created_by: Option<String>,
    pub stopped: Option<(Moment, String)>,
    pub retired: Option<(Moment, String)>,
    pub last_login: Option<(Moment, String)>,
    pub version: i64,
    /// Until when failed log-ins lock it, if that is still to come.
    pub locked_until: Option<Moment>,
}

impl Account {
    /// The state that a person is told.
    pub fn state(&self, now: Moment, unused_days: i64) -> State {
        let today = now.jst_day();
        let unused_since = now.plus_seconds(-unused_days * 86_400);
        if self.retired.is_some() {
            State::Retired
        } else if self.stopped.is_some() {
            State::Stopped
        } else if self.period.until.is_some_and(|until| until < today) {
            State::Expired
        } else if self.period.from.is_some_and(|from| from > today) {
            State::NotYetValid
        } else if self.locked_until.is_some_and(|until| until > now) {
            State::Locked
        } else {
            match self.last_login {
                None => State::NeverUsed,
                Some((at, _)) if at < unused_since => State::Unused,
                Some(_) => State::Active,
            }
        }
    }

    /// Whether it may look in emergency care now.
    fn may_view_in_emergency_care(&self, now: Moment) -> bool {
        let locked = self.locked_until.is_some_and(|until| until > now);
        self.kind == AccountKind::Viewer
            && self.emergency_viewing
            && !locked
            && login::unusable(self, now).is_none()
    }

    /// True when the next log-in must begin with a change of password.
    pub fn must_change_password(&self) -> bool {
        self.origin != PasswordOrigin::Own
    }
}

/// Makes the account, where its user id was never given out.
pub(crate) fn insert_new(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    new: &NewAccount,
) -> Result<String, Error> {
    let account_id = tx.entropy().id('a');
    if store::insert(tx, facility, &account_id, new)? == 0 {
        let mut refusal = Refusal::new(RefusalCode::UserIdTaken);
        let text = [
            RefusalCode::UserIdTaken.what(),
            RefusalCode::UserIdTaken.next(),
        ]
        .concat();
        let english = RefusalCode::UserIdTaken.in_english().join(" ");
        let problem = Problem::new(Fact::UserId, text).in_english(english);
        refusal.problems.push(problem);
        return Err(refusal.into());
    }
    // A lock that went away now would tell that somebody has the id from now on.
    let hidden = login::hidden(tx.typed_ids(), facility, &new.user_id);
    store::adopt_failures(tx, facility, &hidden, &new.user_id)?;
    Ok(account_id)
}

/// Who may look in emergency care (救急時閲覧権限), by the user id: a 医療情報閲覧 account of the own institution with
/// which somebody could log in now. Whoever else it is looks as nobody does.
pub(crate) fn find_emergency_viewer(
    tx: &mut Tx<'_>,
    user_id: &str,
) -> Result<Option<Account>, Error> {
    let Ok(user_id) = UserId::parse(user_id) else {
        return Ok(None);
    };
    let facility = tx.facility()?;
    let found = store::find_by_user_id(tx, &facility, &user_id)?;
    Ok(found.filter(|account| account.may_view_in_emergency_care(tx.now())))
}

/// The same by the account's id.
pub(crate) fn is_emergency_viewer(tx: &mut Tx<'_>, account_id: &str) -> Result<bool, Error> {
    let facility = tx.facility()?;
    let found = store::find(tx, &facility, account_id)?;
    Ok(found.is_some_and(|account| account.may_view_in_emergency_care(tx.now())))
}

/// The account that resets the master finds the master.
fn master_of(tx: &mut Tx<'_>) -> Result<Account, Error> {
    let facility = tx.facility()?;
    let found = store::find_by_kind(tx, &facility, AccountKind::Master)?;
    Ok(found.ok_or(RefusalCode::NotFound)?)
}
