//! SELECT FILE: an application by its name, a file by its identifier.

use crate::apdu::Command;
use crate::card::{Card, Session};
use crate::profile::ISSUER;
use crate::status::Status;

pub(crate) fn select(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    match (command.p1, command.p2) {
        (0x04, 0x00 | 0x0C) => application(card, command.data),
        (0x02, 0x00 | 0x0C) => file(card, command.data),
        // The real card has no trustworthy SELECT of the MF: after a reset it says 6A86, within an
        // application 9000, and stays where it is. A file identifier is never found.
        (0x00, 0x00 | 0x0C) => match (command.data, card.session.application) {
            ([], Some(_)) => Ok(Vec::new()),
            ([], None) => Err(Status::P1_P2),
            _ => Err(Status::NOT_FOUND),
        },
        _ => Err(Status::P1_P2),
    }
}

fn application(card: &mut Card, name: &[u8]) -> Result<Vec<u8>, Status> {
    if name.is_empty() || name.len() > 16 {
        return Err(Status::LENGTH);
    }
    let place = if name.starts_with(&ISSUER) {
        None
    } else {
        let mut all = card.memory.applications.iter();
        let place = all.position(|one| one.name.0 == name);
        Some(place.ok_or(Status::NOT_FOUND)?)
    };
    card.session = Session {
        application: place,
        unlocked: card.session.unlocked,
        ..Session::default()
    };
    Ok(Vec::new())
}

fn file(card: &mut Card, identifier: &[u8]) -> Result<Vec<u8>, Status> {
    let [high, low] = identifier else {
        return Err(Status::LENGTH);
    };
    let identifier = u16::from_be_bytes([*high, *low]);
    card.file(identifier).ok_or(Status::NOT_FOUND)?;
    card.session.file = Some(identifier);
    Ok(Vec::new())
}
