//! The content of a file: pieces of 64 KiB, each sealed with its number and whether it is the last.

use crate::header::{self, cipher, derive};
use crate::{AgeError, Key, Lock};
use ring::aead::{Aad, LessSafeKey, Nonce};
use std::io::{BufRead, Read, Write};
use zeroize::Zeroize;

const PIECE: usize = 64 << 10;
const MARK: usize = 16;

/// The number of a piece, as its nonce.
#[derive(Default)]
struct Count(u64);

impl Count {
    fn next(&mut self, last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.0.to_be_bytes());
        nonce[11] = u8::from(last);
        self.0 += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}

/// Encrypts what is written to it. Nothing of it is whole before [`Writer::finish`].
pub struct Writer<W: Write> {
    out: W,
    cipher: LessSafeKey,
    count: Count,
    piece: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins a file. `draw` gives fresh random bytes, each time others.
    pub fn begin(
        mut out: W,
        lock: &Lock<'_>,
        draw: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Writer<W>, AgeError> {
        let file_key = header::write(&mut out, lock, draw)?;
        let nonce = &draw()[..16];
        out.write_all(nonce)?;
        Ok(Writer {
            cipher: cipher(&derive(&file_key[..], nonce, b"payload")),
            out,
            count: Count::default(),
            piece: Vec::with_capacity(PIECE + MARK),
        })
    }

    fn seal(&mut self, last: bool) -> std::io::Result<()> {
        let nonce = self.count.next(last);
        self.cipher
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut self.piece)
            .map_err(|_| std::io::Error::other("a piece is too long"))?;
        self.out.write_all(&self.piece)?;
        self.piece.clear();
        Ok(())
    }

    /// Writes the last piece and gives back where it was written to.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Only where more comes is a full piece known not to be the last.
        if self.piece.len() == PIECE && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Decrypts as it is read. What it gives was looked at; that there was no more is known at its end. After a failure it
/// gives nothing more, however often it is asked.
pub struct Reader<R: BufRead> {
    input: R,
    cipher: LessSafeKey,
    count: Count,
    piece: Vec<u8>,
    given: usize,
    stage: Stage,
}

/// How far a reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// More pieces come.
    Open,
    /// The last piece was whole.
    Ended,
    /// A piece was not.
    Failed,
}

impl<R: BufRead> Reader<R> {
    /// Begins to read a file.
    pub fn begin(mut input: R, key: &Key) -> Result<Reader<R>, AgeError> {
        let file_key = header::read(&mut input, key)?;
        let mut nonce = [0; 16];
        input.read_exact(&mut nonce).map_err(cut_short)?;
        Ok(Reader {
            cipher: cipher(&derive(&file_key[..], &nonce, b"payload")),
            input,
            count: Count::default(),
            piece: Vec::new(),
            given: 0,
            stage: Stage::Open,
        })
    }

    /// Takes the next piece. Of one that is not as it was written nothing is left to be given.
    fn open(&mut self) -> Result<(), AgeError> {
        // Until it is known to be good.
        self.stage = Stage::Failed;
        self.given = 0;
        let opened = self.opened();
        if opened.is_err() {
            self.piece.zeroize();
        }
        self.stage = opened?;
        Ok(())
    }

    fn opened(&mut self) -> Result<Stage, AgeError> {
        self.piece.clear();
        let most = (PIECE + MARK) as u64;
        let read = self
            .input
            .by_ref()
            .take(most)
            .read_to_end(&mut self.piece)?;
        let last = read < PIECE + MARK || self.input.fill_buf()?.is_empty();
        let is_first = self.count.0 == 0;
        let nonce = self.count.next(last);
        let opened = self
            .cipher
            .open_in_place(nonce, Aad::empty(), &mut self.piece)
            .map_err(|_| AgeError::Damaged)?
            .len();
        self.piece.truncate(opened);
        // An empty piece says that nothing was written at all.
        if last && opened == 0 && !is_first {
            return Err(AgeError::Damaged);
        }
        Ok(if last { Stage::Ended } else { Stage::Open })
    }
}

fn cut_short(error: std::io::Error) -> AgeError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => AgeError::Damaged,
        _ => AgeError::File(error),
    }
}

impl<R: BufRead> Read for Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.piece.len() {
            match self.stage {
                Stage::Open => self.open()?,
                Stage::Ended => return Ok(0),
                Stage::Failed => return Err(AgeError::Damaged.into()),
            }
        }
        let taken = out.len().min(self.piece.len() - self.given);
        out[..taken].copy_from_slice(&self.piece[self.given..self.given + taken]);
        self.given += taken;
        Ok(taken)
    }
}
