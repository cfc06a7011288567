//! マイナ資格確認アプリ（居宅同意取得型）: the phones of the staff who visit patients. SIMULATED: pages of the portal in the
//! browser of the phone, where the real one is an app.
//!
//! An administrator names a phone and hands its アクティベーションコード over ([`issue`]). Whoever logs in with it once, with
//! a 医療情報閲覧 account, binds the phone's browser, the account and the institution together ([`entry`]); from then on the
//! phone is to a session what a terminal's certificate is. [`void`] ends that at once, with the phone's sessions. What is
//! done there for a patient is [`visit`].

pub mod entry;
mod store;
#[cfg(test)]
mod tests;
pub mod visit;

use crate::account::session::{self, EndReason};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::environment::{self, EnvironmentSettings, Setting};
use crate::error::{Error, Fact, Fault, Problem, Refusal, RefusalCode};
use crate::one_time_code::OneTimeCode;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;

/// For what a code is good, and nothing else.
const PURPOSE: &str = "staff phone";
/// How many phones are listed.
pub const LISTED_MAX: usize = 1000;
/// No name is longer.
const NAME_CHARS_MAX: usize = 40;

/// A phone, as the institution's administrator named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffPhone {
    /// Its id, which stands where a terminal's certificate does.
    pub id: String,
    /// 端末名.
    pub name: String,
    /// User id and name of the account that issued its code.
    pub issued_by: (String, String),
    /// When.
    pub issued_at: Moment,
    /// Until when the code may be used.
    pub code_until: Moment,
    /// What the code bound.
    pub activated: Option<Activated>,
    /// When it was voided.
    pub voided_at: Option<Moment>,
    /// When it was last used.
    pub last_seen_at: Option<Moment>,
}

/// What a code bound, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// When.
    pub at: Moment,
    /// The account's own id.
    pub account_id: String,
    /// Its user id and name.
    pub account: (String, String),
}

/// 状態 of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneState {
    /// コード未使用.
    Waiting,
    /// The code's time is over, and nobody used it.
    Over,
    /// 利用中.
    Active,
    /// 無効.
    Voided,
}

impl StaffPhone {
    /// What it is worth at a moment.
    pub fn state(&self, now: Moment) -> PhoneState {
        match (&self.voided_at, &self.activated) {
            (Some(_), _) => PhoneState::Voided,
            (None, Some(_)) => PhoneState::Active,
            (None, None) if now < self.code_until => PhoneState::Waiting,
            (None, None) => PhoneState::Over,
        }
    }
}

/// A phone as authentication finds it.
pub(crate) struct KnownPhone {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) facility: FacilityCode,
}

/// The phone whose browser keeps this secret, by its hash.
pub(crate) fn find_by_secret(
    connection: &mut Connection,
    secret_hash: &str,
) -> Result<Option<KnownPhone>, Fault> {
    store::find_by_secret(connection, secret_hash)
}

/// The phone that this code binds now.
pub(crate) fn find_by_code(
    connection: &mut Connection,
    (facility, code): (&FacilityCode, &OneTimeCode),
    (key, now): (&[u8; 32], Moment),
) -> Result<Option<KnownPhone>, Fault> {
    let hash = code.hash(key, PURPOSE, facility.as_str());
    store::find_by_code(connection, facility, &hash, now)
}

/// Whether the institution lets its staff's phones be used: 訪問診療等機能 is 利用する.
pub fn is_used(settings: &EnvironmentSettings) -> bool {
    settings.uses(Setting::HomeVisits)
}

/// Refuses where the institution does not use 訪問診療等機能.
fn must_be_used(tx: &mut Tx<'_>) -> Result<(), Error> {
    match is_used(&environment::current(tx)?.settings) {
        true => Ok(()),
        false => Err(RefusalCode::PhoneNotUsed.into()),
    }
}

/// Issues an アクティベーションコード for a phone of this name. One of the same name that was not used is void with it.
pub fn issue(tx: &mut Tx<'_>, name: &str) -> Result<(StaffPhone, OneTimeCode), Error> {
    must_be_used(tx)?;
    let name = checked(name)?;
    let (facility, now) = (tx.facility()?, tx.now());
    for known in store::list_named(tx, &facility, &name)? {
        match known.state(now) {
            PhoneState::Active => return Err(taken().into()),
            PhoneState::Waiting | PhoneState::Over => {
                store::change_voided(tx, &facility, &known.id)?;
            }
            PhoneState::Voided => {}
        }
    }
    let until = now.plus_seconds(tx.rules().card.phone_code_hours * 3600);
    let code = OneTimeCode::generate(tx.entropy());
    let hash = code.hash(tx.one_time_codes(), PURPOSE, facility.as_str());
    let id = tx.entropy().id('p');
    store::insert(tx, &facility, (&id, &name), (&hash, until))?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    tx.set_detail(Detail::StaffPhoneCodeIssued {
        phone: name,
        until: until.jst_fourteen(),
    });
    Ok((show(tx, &id)?, code))
}

/// The own institution's phones, those that may be used before the others, the newest first; at most [`LISTED_MAX`] of them, and
/// whether there are more.
pub fn list(tx: &mut Tx<'_>) -> Result<(Vec<StaffPhone>, bool), Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    let mut found = store::list(tx, &facility, LISTED_MAX as i64 + 1)?;
    let more = found.len() > LISTED_MAX;
    found.truncate(LISTED_MAX);
    Ok((found, more))
}

/// One of them.
pub fn show(tx: &mut Tx<'_>, id: &str) -> Result<StaffPhone, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    let found = store::find(tx, &facility, id)?;
    Ok(found.ok_or(RefusalCode::NotFound)?)
}

/// Voids a phone, be its code used or not: nobody gets in by it any more, and who is in is out. Gives it as it was, and how
/// many sessions ended.
pub fn void(tx: &mut Tx<'_>, id: &str) -> Result<(StaffPhone, u64), Error> {
    let phone = show(tx, id)?;
    let facility = tx.facility()?;
    tx.set_detail(Detail::StaffPhoneVoided {
        phone: phone.name.clone(),
    });
    if !store::change_voided(tx, &facility, id)? {
        return Err(RefusalCode::WrongState.into());
    }
    let ended = session::end_all_through(tx, id, EndReason::PhoneVoided)?;
    Ok((phone, ended))
}

fn checked(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let length = name.chars().count();
    let wrong = match length {
        1..=NAME_CHARS_MAX => crate::text::wrong_in_a_line(name),
        _ => Some(format!(
            "端末名を{NAME_CHARS_MAX}文字以内で入力してください（例：訪問1号機）。"
        )),
    };
    match wrong {
        None => Ok(name.to_owned()),
        Some(words) => Err(Refusal::invalid(vec![Problem::new(
            Fact::TerminalName,
            words,
        )])),
    }
}

fn taken() -> Refusal {
    let words = "この名前の端末は利用中です。ほかの名前にするか、利用中の端末を無効にしてから発行してください。";
    Refusal::invalid(vec![Problem::new(Fact::TerminalName, words)])
}
