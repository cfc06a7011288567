//! 特定機関認証, simulated: how a terminal that may do so lets the card sign without a PIN.
//!
//! The real step is not public. What is known is that the card checks a terminal's card-verifiable
//! certificate against a key of its own, and then lets the key of 利用者証明 be used without the
//! PIN. This has the same shape and other bytes, under a class that no real card answers, so that
//! nobody takes one for the other:
//!
//! 1. `B0 A2 00 96 Lc <certificate>`: the card checks it against EF 0016 and keeps its key.
//! 2. `00 84 00 00 20`: a challenge of the card.
//! 3. `B0 82 00 00 Lc <signature>`: by the terminal's key over the challenge. A challenge serves once.

use crate::apdu::Command;
use crate::authority::TerminalCertificate;
use crate::card::Card;
use crate::key::p384_verifies;
use crate::memory::{Condition, File};
use crate::status::Status;

/// The shortest challenge that counts.
const SHORTEST_CHALLENGE: usize = 16;

pub(crate) fn run(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    if command.extended || command.data.is_empty() {
        return Err(Status::LENGTH);
    }
    match (command.instruction, command.p1, command.p2) {
        (0xA2, 0x00, p2) => present(card, p2, command.data),
        (0x82, 0x00, 0x00) => prove(card, command.data),
        (0xA2 | 0x82, _, _) => Err(Status::P1_P2),
        _ => Err(Status::INSTRUCTION),
    }
}

fn present(card: &mut Card, p2: u8, certificate: &[u8]) -> Result<Vec<u8>, Status> {
    let file = card.meant(p2)?;
    let Some(File::TerminalAuthority { point }) = card.file(file) else {
        return Err(Status::FILE_STRUCTURE);
    };
    let certificate = TerminalCertificate::parse(certificate).ok_or(Status::WRONG_DATA)?;
    if !certificate.verifies(&point.0) {
        card.session.terminal = None;
        return Err(Status::NOT_VERIFIED);
    }
    card.session.terminal = Some(certificate.point);
    Ok(Vec::new())
}

fn prove(card: &mut Card, signature: &[u8]) -> Result<Vec<u8>, Status> {
    let challenge = card.session.challenge.take();
    let challenge = challenge.filter(|drawn| drawn.len() >= SHORTEST_CHALLENGE);
    let (Some(key), Some(challenge)) = (&card.session.terminal, challenge) else {
        return Err(Status::CONDITIONS);
    };
    if !p384_verifies(key, &challenge, signature) {
        card.session.shown.remove(&Condition::Terminal);
        return Err(Status::NOT_VERIFIED);
    }
    card.session.shown.insert(Condition::Terminal);
    Ok(Vec::new())
}
