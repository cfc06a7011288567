//! VERIFY, and the change of a secret. Nothing else ever costs a try.

use crate::apdu::Command;
use crate::card::Card;
use crate::memory::{Condition, File, Form, Presented, Secret};
use crate::status::Status;

/// The longest secret that a command carries (JICSAP).
const LONGEST: usize = 16;

pub(crate) fn verify(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    if command.p1 != 0 {
        return Err(Status::P1_P2);
    }
    let file = card.meant(command.p2)?;
    let secret = secret(card, file)?;
    if command.data.is_empty() {
        // Asked for the counter: always 63Cx, also after the right one, and it costs nothing.
        return Err(Status::tries(secret.left()));
    }
    if command.data.len() > LONGEST || command.extended {
        return Err(Status::LENGTH);
    }
    match secret.present(command.data) {
        Presented::Right => {
            card.session.shown.insert(Condition::Secret(file));
            Ok(Vec::new())
        }
        Presented::Wrong(left) => {
            card.session.shown.remove(&Condition::Secret(file));
            Err(Status::tries(left))
        }
        Presented::Locked => {
            card.session.shown.remove(&Condition::Secret(file));
            Err(Status::LOCKED)
        }
    }
}

pub(crate) fn change(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    let by_reference = command.instruction == 0x24;
    if command.p1 != u8::from(by_reference) {
        return Err(Status::P1_P2);
    }
    let file = card.meant(command.p2)?;
    let shown = card.session.shown.contains(&Condition::Secret(file));
    let secret = secret(card, file)?;
    let changed_so = match secret.form {
        Form::Pin | Form::Password => by_reference,
        Form::KeyPin => !by_reference,
        Form::Fixed => false,
    };
    if !changed_so || !shown {
        return Err(Status::NOT_VERIFIED);
    }
    if secret.left() == 0 {
        return Err(Status::LOCKED);
    }
    if secret.change(command.data) {
        Ok(Vec::new())
    } else {
        Err(Status::WRONG_DATA)
    }
}

fn secret(card: &mut Card, file: u16) -> Result<&mut Secret, Status> {
    match card.file_mut(file) {
        Some(File::Secret(secret)) => Ok(secret),
        _ => Err(Status::FILE_STRUCTURE),
    }
}
