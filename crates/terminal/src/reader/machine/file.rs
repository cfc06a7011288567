//! Reading a file of the card piece by piece: how long it is stands at its beginning.

use super::super::apdu;
use super::super::secret::Secret;
use super::Command;
use super::card::{Dialogue, Pending};

/// A file of the card is no longer than this.
const FILE_BYTES_MAX: usize = 32 << 10;

/// A file is not what it should be.
pub(super) struct Broken;

impl Dialogue {
    pub(super) fn begin_file(&mut self, pending: Pending, out: &mut Vec<Command>) {
        self.buffer = Secret::default();
        self.length = 0;
        self.send(apdu::read(0, apdu::PIECE), pending, out);
    }

    /// Takes a piece, and asks for the next one; true when it was the last.
    pub(super) fn more_of_file(
        &mut self,
        pending: Pending,
        data: &[u8],
        out: &mut Vec<Command>,
    ) -> Result<bool, Broken> {
        if self.length == 0 {
            self.length = apdu::object_length(data)
                .filter(|length| *length <= FILE_BYTES_MAX)
                .ok_or(Broken)?;
        }
        if data.is_empty() {
            return Err(Broken);
        }
        self.buffer.extend(data);
        let read = self.buffer.bytes().len();
        if read >= self.length {
            if read > self.length {
                let exact = self.buffer.bytes().get(..self.length).unwrap_or_default();
                self.buffer = Secret::new(exact.to_vec());
            }
            return Ok(true);
        }
        let offset = u16::try_from(read).map_err(|_| Broken)?;
        let piece = (self.length - read).min(apdu::PIECE);
        self.send(apdu::read(offset, piece), pending, out);
        Ok(false)
    }
}
