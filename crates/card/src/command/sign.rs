//! COMPUTE SIGNATURE, GET CHALLENGE and INTERNAL AUTHENTICATE.

use crate::apdu::Command;
use crate::card::Card;
use crate::key::{KeyKind, PrivateKey, digest_info};
use crate::memory::{File, Signing};
use crate::random::Random;
use crate::status::Status;
use rsa::sha2::{Digest, Sha256, Sha384};

/// The most that PKCS#1 v1.5 leaves room for under a key of 2048 bits.
const MOST_PADDED: usize = 245;

pub(crate) fn compute(
    card: &mut Card,
    command: &Command,
    random: &mut Random,
) -> Result<Vec<u8>, Status> {
    let file = match command.p2 {
        0x00 => {
            let application = card.application().ok_or(Status::NO_CURRENT_FILE)?;
            application.default_key.ok_or(Status::NO_OBJECT)?
        }
        named => card.meant(named)?,
    };
    let Some(File::Key { key, sign, by }) = card.file(file) else {
        return Err(Status::FILE_STRUCTURE);
    };
    if *by != Signing::Compute {
        return Err(Status::CONDITIONS);
    }
    if command.data.is_empty() || command.data.len() > 255 {
        return Err(Status::LENGTH);
    }
    // A wrong parameter is told before what was not presented: nothing is learnt by it.
    let known = match key.kind() {
        KeyKind::Rsa2048 => command.p1 <= 5,
        KeyKind::P384 => matches!(command.p1, 0 | 3),
    };
    if !known {
        return Err(Status::P1_P2);
    }
    card.allows(sign)?;
    match key.kind() {
        KeyKind::Rsa2048 => rsa(key, command.p1, command.data, random),
        KeyKind::P384 => p384(key, command.p1, command.data),
    }
}

/// The six schemes of today's card.
fn rsa(key: &PrivateKey, p1: u8, data: &[u8], random: &mut Random) -> Result<Vec<u8>, Status> {
    if matches!(p1, 2 | 4) && data.len() != 32 || p1 == 0 && data.len() > MOST_PADDED {
        return Err(Status::CONDITIONS);
    }
    let hashed = Sha256::digest(data);
    let signed = match p1 {
        0 => key.sign_padded(data),
        1 => key.sign_padded(&hashed),
        2 => key.sign_padded(&digest_info(data)),
        3 => key.sign_padded(&digest_info(&hashed)),
        4 => key.sign_pss(data, random),
        _ => key.sign_pss(&hashed, random),
    };
    signed.map_err(|_| Status::CONDITIONS)
}

/// The next card (simulated): `00` signs a SHA-384, `03` hashes first.
fn p384(key: &PrivateKey, p1: u8, data: &[u8]) -> Result<Vec<u8>, Status> {
    if p1 == 0 && data.len() != 48 {
        return Err(Status::CONDITIONS);
    }
    let signed = match p1 {
        0 => key.sign_digest(data),
        _ => key.sign_digest(&Sha384::digest(data)),
    };
    signed.map_err(|_| Status::CONDITIONS)
}

pub(crate) fn challenge(
    card: &mut Card,
    command: &Command,
    random: &mut Random,
) -> Result<Vec<u8>, Status> {
    if command.parameters() != 0 {
        return Err(Status::P1_P2);
    }
    if command.extended {
        return Err(Status::CONDITIONS);
    }
    let length = command.expected.ok_or(Status::LENGTH)?;
    if !command.data.is_empty() {
        return Err(Status::LENGTH);
    }
    let mut drawn = vec![0; length];
    random.fill(&mut drawn);
    card.session.challenge = Some(drawn.clone());
    Ok(drawn)
}

pub(crate) fn internal_authenticate(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    if command.p1 != 0 {
        return Err(Status::P1_P2);
    }
    let file = card.meant(command.p2)?;
    let Some(File::Key { key, sign, by }) = card.file(file) else {
        return Err(Status::FILE_STRUCTURE);
    };
    card.allows(sign)?;
    if *by != Signing::InternalAuthenticate {
        return Err(Status::CONDITIONS);
    }
    if command.data.is_empty() || command.data.len() > 255 {
        return Err(Status::LENGTH);
    }
    key.sign(command.data).map_err(|_| Status::CONDITIONS)
}
