//! READ BINARY, READ RECORD(S) and GET DATA.

use crate::apdu::Command;
use crate::card::Card;
use crate::memory::File;
use crate::status::Status;

/// The contact card's answer to reset without its first byte.
const CONTACT_ANSWER_TO_RESET: u16 = 0x5F51;

pub(crate) fn binary(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    if !command.data.is_empty() || command.extended {
        return Err(Status::LENGTH);
    }
    let expected = command.expected.ok_or(Status::LENGTH)?;
    let (file, offset) = if command.p1 & 0x80 == 0 {
        let file = card.session.file.ok_or(Status::NO_CURRENT_FILE)?;
        (file, usize::from(command.parameters()))
    } else {
        if command.p1 & 0x60 != 0 {
            return Err(Status::P1_P2);
        }
        let file = u16::from(command.p1 & 0x1F);
        card.file(file).ok_or(Status::NOT_FOUND)?;
        card.session.file = Some(file);
        (file, usize::from(command.p2))
    };
    let Some(File::Binary { content, read }) = card.file(file) else {
        return Err(Status::FILE_STRUCTURE);
    };
    card.allows(read)?;
    let rest = content.0.get(offset..).unwrap_or_default();
    if rest.is_empty() {
        return Err(Status::OFFSET);
    }
    Ok(rest[..expected.min(rest.len())].to_vec())
}

pub(crate) fn records(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    if !command.data.is_empty() || command.extended || command.expected.is_none() {
        return Err(Status::LENGTH);
    }
    let file = match command.p2 >> 3 {
        0 => card.session.file.ok_or(Status::NO_CURRENT_FILE)?,
        short => {
            let file = u16::from(short);
            card.file(file).ok_or(Status::NOT_FOUND)?;
            card.session.file = Some(file);
            file
        }
    };
    let Some(File::Records { records, read }) = card.file(file) else {
        return Err(Status::FILE_STRUCTURE);
    };
    card.allows(read)?;
    let first = usize::from(command.p1)
        .checked_sub(1)
        .ok_or(Status::P1_P2)?;
    let found = records.get(first..).unwrap_or_default();
    let wanted = match command.p2 & 0x07 {
        0x04 => found.get(..1),
        0x05 if !found.is_empty() => Some(found),
        0x05 => None,
        _ => return Err(Status::P1_P2),
    };
    let wanted = wanted.ok_or(Status::NO_RECORD)?;
    Ok(wanted.iter().flat_map(|record| record.0.clone()).collect())
}

pub(crate) fn object(card: &mut Card, command: &Command) -> Result<Vec<u8>, Status> {
    let tag = command.parameters();
    let expected = command.expected.ok_or(Status::LENGTH)?;
    let everywhere = tag == CONTACT_ANSWER_TO_RESET;
    if card.session.application.is_some() && !everywhere {
        return Err(Status::NO_OBJECT);
    }
    let object = card.memory.objects.get(&tag).ok_or(Status::NO_OBJECT)?;
    // Large objects must be asked for with an extended length.
    if object.0.len() > expected {
        return Err(Status::LENGTH);
    }
    Ok(object.0.clone())
}
