//! 二要素認証 of the own account: what its holder adds and removes, each confirmed by the current password. Somebody who
//! finds a screen open can't add a factor of their own.

use super::login::PasswordVerdict;
use super::{Account, own_password, store};
use crate::audit::{Detail, SubjectKind};
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::second_factor::passkey::Flaw;
use crate::second_factor::{
    self, Factor, FactorPolicy, Factors, PASSKEY_NAME_MAX, Passkey, PasskeyOffer, RecoveryCode,
    TotpOffer, policy,
};
use crate::service::Tx;
use crate::terms::FacilityCode;
use crate::text;

/// What the own account has, and what the institution wants of it.
pub struct OwnFactors {
    /// What the institution wants.
    pub policy: FactorPolicy,
    /// What there is.
    pub factors: Factors,
}

/// What came of a change.
pub enum FactorChange<T> {
    /// It was done.
    Done(T),
    /// The password was wrong. What was written about the failure is kept.
    Refused(Refusal),
}

fn own(tx: &mut Tx<'_>) -> Result<(FacilityCode, String), Error> {
    let facility = tx.facility()?;
    let id = tx.actor().account_id().ok_or(RefusalCode::NotLoggedIn)?;
    let id = id.to_owned();
    tx.set_subject(SubjectKind::Account, &id);
    Ok((facility, id))
}

fn own_account(tx: &mut Tx<'_>) -> Result<Account, Error> {
    let (facility, id) = own(tx)?;
    Ok(store::find(tx, &facility, &id)?.ok_or(RefusalCode::NotFound)?)
}

/// What the own account has.
pub fn show(tx: &mut Tx<'_>) -> Result<OwnFactors, Error> {
    let account = own_account(tx)?;
    tx.set_detail(Detail::Looked {});
    Ok(OwnFactors {
        policy: policy::holds_for(tx, account.kind)?,
        factors: second_factor::of(tx, &account.account_id)?,
    })
}

/// One passkey of the own account.
pub fn passkey(tx: &mut Tx<'_>, passkey_id: &str) -> Result<Passkey, Error> {
    let mut passkeys = show(tx)?.factors.passkeys.into_iter();
    let found = passkeys.find(|one| one.id == passkey_id);
    found.ok_or_else(|| RefusalCode::NotFound.into())
}

fn refuse_off(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    match policy::holds_for(tx, account.kind)? {
        FactorPolicy::Off => Err(RefusalCode::SecondFactorOff.into()),
        FactorPolicy::Offered | FactorPolicy::Required => Ok(()),
    }
}

/// A secret to be taken into an authenticator, with the institution and the user id that it shows.
pub fn offer_totp(tx: &mut Tx<'_>) -> Result<(TotpOffer, String), Error> {
    let account = own_account(tx)?;
    refuse_off(tx, &account)?;
    tx.set_detail(Detail::Looked {});
    let name = format!("{} {}", account.facility.as_str(), account.user_id.as_str());
    Ok((second_factor::offer_totp(tx, &account.account_id)?, name))
}

/// The secret of an offer again, where the first code was mistyped.
pub fn offered_again(tx: &mut Tx<'_>, sealed: &str) -> Result<(TotpOffer, String), Error> {
    let account = own_account(tx)?;
    tx.set_detail(Detail::Looked {});
    let secret = second_factor::offered(tx, &account.account_id, sealed);
    let secret = secret.ok_or(RefusalCode::SecondFactorOfferOver)?;
    let name = format!("{} {}", account.facility.as_str(), account.user_id.as_str());
    let sealed = sealed.to_owned();
    Ok((TotpOffer { secret, sealed }, name))
}

/// Adds the authenticator that took this offer and shows this code; the one that there was is replaced. With the first
/// factor come recovery codes.
pub fn add_totp(
    tx: &mut Tx<'_>,
    verdict: &PasswordVerdict,
    (sealed, typed): (&str, &str),
) -> Result<FactorChange<Vec<RecoveryCode>>, Error> {
    let account = match own_password::confirm(tx, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(FactorChange::Refused(refusal)),
    };
    refuse_off(tx, &account)?;
    let id = account.account_id.as_str();
    let secret = second_factor::offered(tx, id, sealed);
    let secret = secret.ok_or(RefusalCode::SecondFactorOfferOver)?;
    let before = second_factor::of(tx, id)?;
    if !second_factor::add_totp(tx, id, &secret, typed)? {
        let text = "確認コードが違います。認証アプリに表示されている6けたの数字を入力してください。続くときは、スマートフォンの時計が合っているか確かめてください。";
        return Err(Refusal::invalid(vec![Problem::new(Fact::SecondFactorCode, text)]).into());
    }
    let (factor, name) = (Factor::Totp, String::new());
    tx.set_detail(Detail::FactorAdded { factor, name });
    codes_of_the_first(tx, id, &before).map(FactorChange::Done)
}

/// What a browser is told to make a passkey with, and the name that is offered for it.
pub fn offer_passkey(tx: &mut Tx<'_>) -> Result<PasskeyOffer, Error> {
    let account = own_account(tx)?;
    refuse_off(tx, &account)?;
    tx.set_detail(Detail::Looked {});
    let user_name = format!("{} {}", account.facility.as_str(), account.user_id.as_str());
    let names = (user_name, account.name.clone());
    Ok(second_factor::offer_passkey(
        tx,
        &account.account_id,
        names,
    )?)
}

fn about_passkey(fact: Fact, text: &str) -> Error {
    Refusal::invalid(vec![Problem::new(fact, text)]).into()
}

/// What its holder reads of a passkey that is not taken.
fn words(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Unreadable | Flaw::Challenge | Flaw::Counter | Flaw::Signature => {
            "パスキーを登録できませんでした。時間が過ぎたか、この端末にすでに登録されています。「パスキーを作る」を、もう一度押してください。"
        }
        Flaw::Origin | Flaw::Site => {
            "このアドレスの画面では、パスキーを登録できません。開始画面から開き直してください。"
        }
        Flaw::NotKnown => {
            "本人の確認（指紋、顔、PIN）がありませんでした。本人の確認ができる端末やセキュリティキーを使ってください。"
        }
        Flaw::Key => {
            "このパスキーの種類は使えません。ほかの端末やセキュリティキーを使ってください。"
        }
    }
}

/// Adds a passkey that a browser made. With the first factor come recovery codes.
pub fn add_passkey(
    tx: &mut Tx<'_>,
    verdict: &PasswordVerdict,
    (name, sent): (&str, &str),
    names: &[String],
) -> Result<FactorChange<Vec<RecoveryCode>>, Error> {
    let account = match own_password::confirm(tx, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(FactorChange::Refused(refusal)),
    };
    refuse_off(tx, &account)?;
    let name = name.trim();
    let wrong = match name.chars().count() {
        1..=PASSKEY_NAME_MAX => text::wrong_in_a_line(name),
        _ => Some(format!(
            "名前は、1文字から{PASSKEY_NAME_MAX}文字までで入力してください。"
        )),
    };
    if let Some(words) = wrong {
        return Err(about_passkey(Fact::PasskeyName, &words));
    }
    let id = account.account_id.as_str();
    let before = second_factor::of(tx, id)?;
    let most = tx.rules().second_factor.passkeys_max;
    if before.passkeys.len() >= most {
        let text =
            format!("パスキーは{most}個まで登録できます。使わなくなったものを削除してください。");
        return Err(about_passkey(Fact::Passkey, &text));
    }
    if let Err(flaw) = second_factor::add_passkey(tx, id, (name, sent), names)? {
        return Err(about_passkey(Fact::Passkey, words(flaw)));
    }
    let (factor, name) = (Factor::Passkey, name.to_owned());
    tx.set_detail(Detail::FactorAdded { factor, name });
    codes_of_the_first(tx, id, &before).map(FactorChange::Done)
}

/// Removes a passkey.
pub fn remove_passkey(
    tx: &mut Tx<'_>,
    verdict: &PasswordVerdict,
    passkey_id: &str,
) -> Result<FactorChange<()>, Error> {
    let account = match own_password::confirm(tx, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(FactorChange::Refused(refusal)),
    };
    let removed = second_factor::remove_passkey(tx, &account.account_id, passkey_id)?;
    let name = removed.ok_or(RefusalCode::NotFound)?;
    let factor = Factor::Passkey;
    tx.set_detail(Detail::FactorRemoved { factor, name });
    after_removal(tx, &account).map(FactorChange::Done)
}

/// Recovery codes for whoever had nothing.
fn codes_of_the_first(
    tx: &mut Tx<'_>,
    id: &str,
    before: &Factors,
) -> Result<Vec<RecoveryCode>, Error> {
    match before.is_enrolled() {
        true => Ok(Vec::new()),
        false => Ok(second_factor::make_codes(tx, id)?),
    }
}

/// Removes the authenticator.
pub fn remove_totp(tx: &mut Tx<'_>, verdict: &PasswordVerdict) -> Result<FactorChange<()>, Error> {
    let account = match own_password::confirm(tx, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(FactorChange::Refused(refusal)),
    };
    let id = account.account_id.as_str();
    if !second_factor::remove_totp(tx, id)? {
        return Err(RefusalCode::NotFound.into());
    }
    let (factor, name) = (Factor::Totp, String::new());
    tx.set_detail(Detail::FactorRemoved { factor, name });
    after_removal(tx, &account).map(FactorChange::Done)
}

/// Somebody who must have a factor keeps the last one; else what hangs on it goes with it.
fn after_removal(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    let id = account.account_id.as_str();
    if second_factor::has_factor(tx.connection(), id)? {
        return Ok(());
    }
    if policy::holds_for(tx, account.kind)? == FactorPolicy::Required {
        return Err(RefusalCode::SecondFactorLast.into());
    }
    second_factor::forget_all(tx, id)?;
    Ok(store::refuse_short_password(tx, id)?)
}

/// Makes new recovery codes; those of before are good no more.
pub fn make_codes(
    tx: &mut Tx<'_>,
    verdict: &PasswordVerdict,
) -> Result<FactorChange<Vec<RecoveryCode>>, Error> {
    let account = match own_password::confirm(tx, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(FactorChange::Refused(refusal)),
    };
    let id = account.account_id.as_str();
    if !second_factor::has_factor(tx.connection(), id)? {
        return Err(RefusalCode::WrongState.into());
    }
    let codes = second_factor::make_codes(tx, id)?;
    tx.set_detail(Detail::RecoveryCodesMade {
        count: i64::try_from(codes.len()).unwrap_or(i64::MAX),
    });
    Ok(FactorChange::Done(codes))
}
