//! Passkeys (パスキー): what a browser sends of one, and whether the device of its holder signed it (WebAuthn).
//!
//! Nobody is asked who made a device, so a new passkey comes without an attestation, and what a browser says of it is
//! all that is known of it. A device shows itself later by a signature over what the centre made up, the page's
//! address and the device's own counter. It has to have asked its holder for a finger, a face or a PIN.

use crate::clock::Moment;
use crate::keyed;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The most bytes of what a browser sends of one passkey, as text.
const SENT_BYTES_MAX: usize = 8192;
/// The longest name of a credential, as the standard has it.
const CREDENTIAL_BYTES_MAX: usize = 1023;

/// The signatures that are taken, by their numbers of COSE, in the order in which they are asked for: ES256, EdDSA, RS256.
pub const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// Bits of the authenticator's data: somebody was there, and was known; and a credential follows.
const PRESENT: u8 = 0x01;
const KNOWN: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

/// For what a challenge is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To add a passkey to an account.
    Add,
    /// To log in by a passkey alone, at a terminal.
    Enter,
}

impl Purpose {
    const fn word(self) -> &'static [u8] {
        match self {
            Purpose::Add => b"passkey that is added",
            Purpose::Enter => b"passkey at the log-in",
        }
    }
}

const NONCE: usize = 16;
const UNTIL: usize = 8;
const MAC: usize = 16;

fn mac(key: &[u8; 32], (purpose, whose): (Purpose, &str), head: &[u8]) -> [u8; MAC] {
    let whole = keyed::mac(key, &[purpose.word(), whose.as_bytes(), head]);
    let mut short = [0; MAC];
    short.copy_from_slice(&whole[..MAC]);
    short
}

/// Makes up what a device is to sign, good until then, for an account or a terminal. It needs no place to be kept:
/// it shows by itself that it is ours.
pub(crate) fn challenge(
    key: &[u8; 32],
    whose: (Purpose, &str),
    nonce: [u8; NONCE],
    until: Moment,
) -> String {
    let head = [&nonce[..], &until.ms().to_be_bytes()].concat();
    let mac = mac(key, whose, &head);
    URL_SAFE_NO_PAD.encode([&head[..], &mac].concat())
}

/// Until when a challenge of ours is good; none where it is none, or another's.
fn good_until(key: &[u8; 32], whose: (Purpose, &str), challenge: &[u8]) -> Option<Moment> {
    let (head, told) = challenge.split_at_checked(NONCE + UNTIL)?;
    let expected = mac(key, whose, head);
    let until: [u8; UNTIL] = head.get(NONCE..)?.try_into().ok()?;
    let is_ours: bool = expected.ct_eq(told).into();
    is_ours.then(|| Moment::from_ms(i64::from_be_bytes(until)))
}

/// What a device is to sign at the second step of a log-in: it hangs on the step's ticket, and ends with it.
pub fn step_challenge(ticket: &str) -> String {
    let text = ["passkey at the second step ", ticket].concat();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// Why what came of a passkey is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It can't be read, or something of it is missing.
    Unreadable,
    /// It is for another purpose, or not for what was made up here and now.
    Challenge,
    /// It is of a page that is none of ours.
    Origin,
    /// It is of a passkey of another address.
    Site,
    /// The device did not make sure who was there.
    NotKnown,
    /// A key of a kind that is not taken.
    Key,
    /// The signature does not fit.
    Signature,
    /// The device's counter did not go on: there may be a copy of it.
    Counter,
}

/// The part of the browser's own words that is looked at.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

/// What a page sends.
#[derive(Deserialize)]
struct Sent {
    id: String,
    client_data: String,
    authenticator_data: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    public_key: String,
    #[serde(default)]
    algorithm: i64,
}

fn bytes(text: &str) -> Result<Vec<u8>, Flaw> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Flaw::Unreadable)
}

fn sent(text: &str) -> Result<Sent, Flaw> {
    if text.len() > SENT_BYTES_MAX {
        return Err(Flaw::Unreadable);
    }
    serde_json::from_str(text).map_err(|_| Flaw::Unreadable)
}

/// The address of passkeys (RP ID) that a page belongs to: one of the centre's names over TLS, or `localhost`, where the
/// terminal's gateway shows the centre's pages.
fn site<'a>(origin: &'a str, names: &[String]) -> Option<&'a str> {
    let host = |rest: &'a str| match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => rest,
    };
    if let Some(rest) = origin.strip_prefix("http://") {
        return Some(host(rest)).filter(|host| *host == "localhost");
    }
    let host = host(origin.strip_prefix("https://")?);
    let is_ours = names.iter().any(|name| name.eq_ignore_ascii_case(host));
    is_ours.then_some(host)
}

/// What a device says of itself.
struct DeviceData<'d> {
    site_hash: &'d [u8],
    flags: u8,
    counter: u32,
    rest: &'d [u8],
}

impl DeviceData<'_> {
    fn read(bytes: &[u8]) -> Result<DeviceData<'_>, Flaw> {
        let (site_hash, rest) = bytes.split_at_checked(32).ok_or(Flaw::Unreadable)?;
        let (flags, rest) = rest.split_first().ok_or(Flaw::Unreadable)?;
        let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Flaw::Unreadable)?;
        Ok(DeviceData {
            site_hash,
            flags: *flags,
            counter: u32::from_be_bytes(*counter),
            rest,
        })
    }

    /// The name of the credential that follows.
    fn credential(&self) -> Option<&[u8]> {
        let rest = self.rest.get(16..)?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        rest.get(..usize::from(u16::from_be_bytes(*length)))
    }
}

/// Of which address a ceremony is; `kind` is what the browser calls it, and `is_ours` knows the challenge.
fn ceremony(
    kind: &str,
    client_data: &[u8],
    device: &DeviceData<'_>,
    (names, is_ours): (&[String], impl Fn(&[u8]) -> bool),
) -> Result<String, Flaw> {
    let client: ClientData = serde_json::from_slice(client_data).map_err(|_| Flaw::Unreadable)?;
    let challenge = bytes(&client.challenge)?;
    if client.kind != kind || !is_ours(&challenge) {
        return Err(Flaw::Challenge);
    }
    let site = site(&client.origin, names).filter(|_| !client.cross_origin);
    let site = site.ok_or(Flaw::Origin)?.to_ascii_lowercase();
    if digest(&SHA256, site.as_bytes()).as_ref() != device.site_hash {
        return Err(Flaw::Site);
    }
    if device.flags & (PRESENT | KNOWN) != PRESENT | KNOWN {
        return Err(Flaw::NotKnown);
    }
    Ok(site)
}

/// A passkey that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewPasskey {
    pub(crate) credential: String,
    pub(crate) algorithm: i64,
    pub(crate) key: Vec<u8>,
    pub(crate) site: String,
    pub(crate) counter: i64,
}

/// Reads a passkey that was made for an account.
pub(crate) fn read_new(
    text: &str,
    (key, account_id, now): (&[u8; 32], &str, Moment),
    names: &[String],
) -> Result<NewPasskey, Flaw> {
    let sent = sent(text)?;
    let authenticator_data = bytes(&sent.authenticator_data)?;
    let device = DeviceData::read(&authenticator_data)?;
    let is_ours = |challenge: &[u8]| {
        good_until(key, (Purpose::Add, account_id), challenge).is_some_and(|until| now <= until)
    };
    let client_data = bytes(&sent.client_data)?;
    let site = ceremony("webauthn.create", &client_data, &device, (names, is_ours))?;
    let credential = bytes(&sent.id)?;
    let is_there = device.flags & HAS_CREDENTIAL != 0;
    let fits = is_there && device.credential() == Some(credential.as_slice());
    if !fits || credential.is_empty() || credential.len() > CREDENTIAL_BYTES_MAX {
        return Err(Flaw::Unreadable);
    }
    let info = bytes(&sent.public_key)?;
    let (_, info) = SubjectPublicKeyInfo::from_der(&info).map_err(|_| Flaw::Key)?;
    let public = info.subject_public_key.data.to_vec();
    let is_taken = match sent.algorithm {
        -7 => public.len() == 65 && public.first() == Some(&4),
        -8 => public.len() == 32,
        -257 => (256..=1100).contains(&public.len()),
        _ => false,
    };
    if !is_taken {
        return Err(Flaw::Key);
    }
    Ok(NewPasskey {
        credential: URL_SAFE_NO_PAD.encode(credential),
        algorithm: sent.algorithm,
        key: public,
        site,
        counter: i64::from(device.counter),
    })
}

/// A passkey as it is kept, as far as a signature is tested with it.
pub(crate) struct KeptKey {
    pub(crate) algorithm: i64,
    pub(crate) key: Vec<u8>,
    pub(crate) site: String,
    pub(crate) counter: i64,
}

/// What a device signed.
pub(crate) struct Signed {
    /// The name of the credential.
    pub(crate) credential: String,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    /// Reads what a page sent.
    pub(crate) fn read(text: &str) -> Result<Signed, Flaw> {
        let sent = sent(text)?;
        Ok(Signed {
            credential: URL_SAFE_NO_PAD.encode(bytes(&sent.id)?),
            client_data: bytes(&sent.client_data)?,
            authenticator_data: bytes(&sent.authenticator_data)?,
            signature: bytes(&sent.signature)?,
        })
    }

    /// The challenge that was signed, where it was made up at this terminal to log in, and is good now.
    pub(crate) fn challenge_to_enter(
        &self,
        (key, serial, now): (&[u8; 32], &str, Moment),
    ) -> Option<(String, Moment)> {
        let client: ClientData = serde_json::from_slice(&self.client_data).ok()?;
        let challenge = URL_SAFE_NO_PAD.decode(&client.challenge).ok()?;
        let until = good_until(key, (Purpose::Enter, serial), &challenge)?;
        // The same bytes have one text: whoever wrote it otherwise could use it twice.
        (now <= until).then(|| (URL_SAFE_NO_PAD.encode(challenge), until))
    }

    /// Tests it with the passkey that it names, and tells the device's counter.
    pub(crate) fn test(
        &self,
        kept: &KeptKey,
        challenge: &str,
        names: &[String],
    ) -> Result<i64, Flaw> {
        let device = DeviceData::read(&self.authenticator_data)?;
        let expected = bytes(challenge)?;
        let is_ours = |told: &[u8]| told == expected;
        let site = ceremony("webauthn.get", &self.client_data, &device, (names, is_ours))?;
        if site != kept.site {
            return Err(Flaw::Site);
        }
        let algorithm: &'static dyn VerificationAlgorithm = match kept.algorithm {
            -7 => &ECDSA_P256_SHA256_ASN1,
            -8 => &ED25519,
            -257 => &RSA_PKCS1_2048_8192_SHA256,
            _ => return Err(Flaw::Key),
        };
        let hash = digest(&SHA256, &self.client_data);
        let message = [self.authenticator_data.as_slice(), hash.as_ref()].concat();
        UnparsedPublicKey::new(algorithm, &kept.key)
            .verify(&message, &self.signature)
            .map_err(|_| Flaw::Signature)?;
        let counter = i64::from(device.counter);
        // A device without a counter says 0 always.
        let goes_on = counter > kept.counter || (counter == 0 && kept.counter == 0);
        goes_on.then_some(counter).ok_or(Flaw::Counter)
    }
}

#[cfg(test)]
pub(crate) mod device;
#[cfg(test)]
mod tests;
