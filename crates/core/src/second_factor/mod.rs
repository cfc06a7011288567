//! 二要素認証: what somebody has beside the password, how it is tested at a log-in, and whether an institution wants it.
//!
//! A factor is an authenticator application's codes ([`totp`]), a passkey ([`passkey`]), or one of the recovery codes that are printed
//! when the first factor is added. What is secret of them is kept sealed with a key of the centre that is not in the
//! database. Whatever an institution sets later, a factor that somebody has is asked for at every log-in: nothing that
//! is set takes a factor away in silence.
//!
//! Whose account it is and whether the password was right is the business of [`crate::account`].

mod keys;
pub mod passkey;
pub mod policy;
mod recovery;
mod store;
pub mod totp;

pub use crate::terms::{Factor, FactorPolicy};
pub use keys::{PASSKEY_NAME_MAX, Passkey, PasskeyOffer};
pub(crate) use keys::{
    add_passkey, challenge_to_enter, offer as offer_passkey, owner_of, remove_passkey, test_passkey,
};
pub use recovery::RecoveryCode;
pub(crate) use store::{forget_all, has_factor};

use crate::clock::Moment;
use crate::error::{Error, Fault, RefusalCode};
use crate::keyed;
use crate::service::Tx;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use totp::TotpSecret;

/// For what a secret is sealed: as it is kept, and as a page offers it.
const KEPT: &str = "totp";
const OFFERED: &str = "totp that is offered";

/// For what something is sealed, and for whom: it opens for nothing and nobody else.
fn context(purpose: &str, account_id: &str) -> Vec<u8> {
    [purpose.as_bytes(), &[0], account_id.as_bytes()].concat()
}

/// An authenticator application that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotpFactor {
    /// When.
    pub added_at: Moment,
    /// When a code of it was last taken at a log-in.
    pub last_used_at: Option<Moment>,
}

/// What somebody has.
#[derive(Clone, Debug, Default)]
pub struct Factors {
    /// 認証アプリ.
    pub totp: Option<TotpFactor>,
    /// パスキー, those that were added first at the front.
    pub passkeys: Vec<Passkey>,
    /// How many recovery codes are not used yet.
    pub codes_left: i64,
}

impl Factors {
    /// Whether there is anything beside recovery codes.
    pub fn is_enrolled(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }
}

/// What an account has.
pub(crate) fn of(tx: &mut Tx<'_>, account_id: &str) -> Result<Factors, Fault> {
    Ok(Factors {
        totp: store::find_totp(tx, account_id)?.map(|found| found.factor),
        passkeys: keys::store::list(tx, account_id)?,
        codes_left: store::count_codes(tx, account_id)?,
    })
}

/// A secret that is shown to be taken into an authenticator.
pub struct TotpOffer {
    /// The secret.
    pub secret: TotpSecret,
    /// The same sealed, to come back with the first code.
    pub sealed: String,
}

/// Draws a secret for an account. Nothing is kept before a code of it comes back.
pub(crate) fn offer_totp(tx: &mut Tx<'_>, account_id: &str) -> Result<TotpOffer, Fault> {
    let secret = TotpSecret::draw(tx.entropy());
    let until = tx
        .now()
        .plus_seconds(tx.rules().second_factor.enrolment_seconds);
    let bytes = [&until.ms().to_be_bytes(), secret.bytes()].concat();
    let nonce = tx.entropy().bytes();
    let context = context(OFFERED, account_id);
    let sealed = keyed::seal(tx.second_factors(), &context, nonce, &bytes)?;
    Ok(TotpOffer {
        secret,
        sealed: URL_SAFE_NO_PAD.encode(sealed),
    })
}

/// The secret of an offer of this account, while it may be confirmed.
pub(crate) fn offered(tx: &Tx<'_>, account_id: &str, sealed: &str) -> Option<TotpSecret> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let context = context(OFFERED, account_id);
    let bytes = keyed::open(tx.second_factors(), &context, &sealed)?;
    let (until, secret) = bytes.split_at_checked(8)?;
    let until = Moment::from_ms(i64::from_be_bytes(until.try_into().ok()?));
    (tx.now() <= until).then(|| TotpSecret::of_bytes(secret))?
}

/// Adds an authenticator in the place of the one that there was, where what was typed is a code of it now. Says
/// whether it was.
pub(crate) fn add_totp(
    tx: &mut Tx<'_>,
    account_id: &str,
    secret: &TotpSecret,
    typed: &str,
) -> Result<bool, Fault> {
    let window = tx.rules().second_factor.window_steps;
    let Some(step) = secret.matching_step(typed, tx.now(), window) else {
        return Ok(false);
    };
    let nonce = tx.entropy().bytes();
    let context = context(KEPT, account_id);
    let sealed = keyed::seal(tx.second_factors(), &context, nonce, secret.bytes())?;
    store::keep_totp(tx, account_id, sealed, step)?;
    Ok(true)
}

/// Removes it. Says whether there was one.
pub(crate) fn remove_totp(tx: &mut Tx<'_>, account_id: &str) -> Result<bool, Fault> {
    store::delete_totp(tx, account_id)
}

/// Makes new recovery codes in the place of all that there were.
pub(crate) fn make_codes(tx: &mut Tx<'_>, account_id: &str) -> Result<Vec<RecoveryCode>, Fault> {
    let count = tx.rules().second_factor.recovery_codes;
    let key = *tx.second_factors();
    let codes: Vec<RecoveryCode> = (0..count)
        .map(|_| RecoveryCode::draw(tx.entropy()))
        .collect();
    store::delete_codes(tx, account_id)?;
    for code in &codes {
        let kept = recovery::kept(&key, account_id, code.plain());
        store::insert_code(tx, account_id, &kept)?;
    }
    Ok(codes)
}

/// Whether what was typed can be a code at all; what can't is a slip of the keyboard, whoever types it.
pub(crate) fn can_be_code(typed: &str) -> bool {
    totp::can_be_code(typed) || recovery::read(typed).is_some()
}

/// Tests what was typed at the second step of a log-in, and spends it. A code of an authenticator is taken once, and
/// none that is older; none where it fits nothing.
pub(crate) fn test_code(
    tx: &mut Tx<'_>,
    account_id: &str,
    typed: &str,
) -> Result<Option<Factor>, Error> {
    if let Some(plain) = recovery::read(typed) {
        let kept = recovery::kept(tx.second_factors(), account_id, &plain);
        let spent = store::use_code(tx, account_id, &kept)?;
        return Ok(spent.then_some(Factor::RecoveryCode));
    }
    let Some(found) = store::find_totp(tx, account_id)? else {
        return Ok(None);
    };
    let context = context(KEPT, account_id);
    let opened = keyed::open(tx.second_factors(), &context, &found.sealed);
    let secret = opened.as_deref().and_then(TotpSecret::of_bytes);
    // Sealed with the keys of another centre: whoever manages the account resets it.
    let secret = secret.ok_or(RefusalCode::SecondFactorUnreadable)?;
    let window = tx.rules().second_factor.window_steps;
    match secret.matching_step(typed, tx.now(), window) {
        Some(step) if store::use_step(tx, account_id, step)? => Ok(Some(Factor::Totp)),
        _ => Ok(None),
    }
}
