//! The passkeys of an account: what is kept of them, and how one is added, used and removed.

pub(super) mod store;

use super::passkey::{self, ALGORITHMS, Flaw, KeptKey, Purpose, Signed};
use crate::clock::Moment;
use crate::entropy::hex;
use crate::error::Fault;
use crate::service::Tx;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The most letters of a passkey's name.
pub const PASSKEY_NAME_MAX: usize = 40;

/// A passkey (パスキー) that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Under which number it is kept.
    pub id: String,
    /// What its holder calls it.
    pub name: String,
    /// The credential, as browsers name it.
    pub credential: String,
    /// At which address it is good: the centre's, or `localhost` at a terminal's gateway.
    pub site: String,
    /// When it was added.
    pub added_at: Moment,
    /// When it was last used.
    pub last_used_at: Option<Moment>,
}

/// What a browser is told to make a passkey with.
#[derive(Clone, Debug)]
pub struct PasskeyOffer {
    /// What is made up for it.
    pub challenge: String,
    /// What a device keeps of the account: it tells nobody who that is.
    pub handle: String,
    /// What the device shows.
    pub user_name: String,
    /// The holder's name.
    pub display_name: String,
    /// The passkeys that there are: no device makes a second one.
    pub known: Vec<String>,
    /// The signatures that are taken.
    pub algorithms: [i64; 3],
}

/// Makes up what is needed to add a passkey; nothing is kept before it comes back.
pub(crate) fn offer(
    tx: &mut Tx<'_>,
    account_id: &str,
    (user_name, display_name): (String, String),
) -> Result<PasskeyOffer, Fault> {
    let seconds = tx.rules().second_factor.enrolment_seconds;
    let until = tx.now().plus_seconds(seconds);
    let nonce = tx.entropy().bytes();
    let whose = (Purpose::Add, account_id);
    let challenge = passkey::challenge(tx.second_factors(), whose, nonce, until);
    let known = store::list(tx, account_id)?;
    Ok(PasskeyOffer {
        challenge,
        handle: URL_SAFE_NO_PAD.encode(account_id),
        user_name,
        display_name,
        known: known.into_iter().map(|one| one.credential).collect(),
        algorithms: ALGORITHMS,
    })
}

/// The number of a credential: the same credential has the same everywhere.
fn number(credential: &str) -> String {
    hex(&Sha256::digest(credential.as_bytes())[..16])
}

/// Adds a passkey. None of a credential that is known already.
pub(crate) fn add_passkey(
    tx: &mut Tx<'_>,
    account_id: &str,
    (name, sent): (&str, &str),
    names: &[String],
) -> Result<Result<(), Flaw>, Fault> {
    let whose = (tx.second_factors(), account_id, tx.now());
    let new = match passkey::read_new(sent, whose, names) {
        Ok(new) => new,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let is_new = store::insert(tx, (&number(&new.credential), account_id), name, &new)?;
    Ok(is_new.then_some(()).ok_or(Flaw::Challenge))
}

/// Removes one of an account's. Tells its name.
pub(crate) fn remove_passkey(
    tx: &mut Tx<'_>,
    account_id: &str,
    id: &str,
) -> Result<Option<String>, Fault> {
    let known = store::list(tx, account_id)?;
    let Some(found) = known.into_iter().find(|one| one.id == id) else {
        return Ok(None);
    };
    store::delete(tx, account_id, id)?;
    Ok(Some(found.name))
}

/// Whose credential it is.
pub(crate) fn owner_of(tx: &mut Tx<'_>, signed: &Signed) -> Result<Option<String>, Fault> {
    let found = store::find(tx, &number(&signed.credential))?;
    Ok(found.map(|(account_id, _)| account_id))
}

/// Tests what a device of an account signed, and keeps that it was used.
pub(crate) fn test_passkey(
    tx: &mut Tx<'_>,
    account_id: &str,
    (signed, challenge): (&Signed, &str),
    names: &[String],
) -> Result<Result<(), Flaw>, Fault> {
    let id = number(&signed.credential);
    let found = store::find(tx, &id)?.filter(|(owner, _)| owner == account_id);
    let Some((_, kept)) = found else {
        return Ok(Err(Flaw::Key));
    };
    match signed.test(&kept, challenge, names) {
        Ok(counter) => store::use_once(tx, &id, counter).map(Ok),
        Err(flaw) => Ok(Err(flaw)),
    }
}

/// What a device is to sign to log in by it alone at a terminal.
pub(crate) fn challenge_to_enter(
    key: &[u8; 32],
    certificate_serial: &str,
    nonce: [u8; 16],
    until: Moment,
) -> String {
    passkey::challenge(key, (Purpose::Enter, certificate_serial), nonce, until)
}

pub(super) fn kept_key(algorithm: i64, key: Vec<u8>, site: String, counter: i64) -> KeptKey {
    KeptKey {
        algorithm,
        key,
        site,
        counter,
    }
}
