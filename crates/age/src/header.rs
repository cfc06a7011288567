//! The head of a file: for whom it is, and the file's own key, wrapped for each of them.

use crate::{AgeError, FIRST_LINE, Identity, Key, Lock, Recipient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use std::io::{BufRead, Read, Write};
use zeroize::Zeroizing;

/// The key of one file.
pub(crate) type FileKey = Zeroizing<[u8; 16]>;

/// How hard the passphrase of a file may be made that we read (2 to this power, times 1 KiB of memory).
pub const LOG_N_MAX: u8 = 20;
/// How hard it is made in what we write: 256 MiB and about a second.
const LOG_N: u8 = 18;
/// How long a head may be that we read.
const HEAD_MAX: u64 = 64 << 10;
const COLUMNS: usize = 64;

const X25519_LABEL: &[u8] = b"age-encryption.org/v1/X25519";
const SCRYPT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";

/// A key made of another one (HKDF-SHA-256).
pub(crate) fn derive(secret: &[u8], salt: &[u8], label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    extracted
        .expand(&[label], hkdf::HKDF_SHA256)
        .and_then(|made| made.fill(&mut out[..]))
        .expect("32 bytes are few enough");
    out
}

/// The cipher with this key.
pub(crate) fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("the key has 32 bytes"))
}

fn wrap(with: &[u8; 32], file_key: &FileKey) -> Vec<u8> {
    let mut body = file_key.to_vec();
    cipher(with)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key([0; 12]),
            Aad::empty(),
            &mut body,
        )
        .expect("sixteen bytes are few enough");
    body
}

fn unwrap(with: &[u8; 32], body: &[u8]) -> Option<FileKey> {
    // A longer body would be another way of spelling the same.
    let mut body: [u8; 32] = body.try_into().ok()?;
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    let opened = cipher(with).open_in_place(nonce, Aad::empty(), &mut body);
    let key: [u8; 16] = opened.ok()?.try_into().ok()?;
    Some(Zeroizing::new(key))
}

fn of_passphrase(words: &str, salt: &[u8], log_n: u8) -> Result<Zeroizing<[u8; 32]>, AgeError> {
    let parameters = scrypt::Params::new(log_n, 8, 1).map_err(|_| AgeError::Head)?;
    let salt = [SCRYPT_LABEL, salt].concat();
    let mut out = Zeroizing::new([0; 32]);
    scrypt::scrypt(words.as_bytes(), &salt, &parameters, &mut out[..])
        .map_err(|_| AgeError::Head)?;
    Ok(out)
}

/// One way to the file's key.
struct Stanza {
    words: Vec<String>,
    body: Vec<u8>,
}

impl Stanza {
    fn of_recipient(
        recipient: &Recipient,
        ephemeral: [u8; 32],
        file_key: &FileKey,
    ) -> Option<Stanza> {
        let ephemeral = Identity::new(ephemeral);
        let share = ephemeral.recipient().0;
        let shared = ephemeral.agree(recipient.0)?;
        let key = derive(&shared[..], &[share, recipient.0].concat(), X25519_LABEL);
        Some(Stanza {
            words: vec!["X25519".to_owned(), STANDARD_NO_PAD.encode(share)],
            body: wrap(&key, file_key),
        })
    }

    fn of_passphrase(words: &str, salt: [u8; 16], file_key: &FileKey) -> Result<Stanza, AgeError> {
        let key = of_passphrase(words, &salt, LOG_N)?;
        let salt = STANDARD_NO_PAD.encode(salt);
        Ok(Stanza {
            words: vec!["scrypt".to_owned(), salt, LOG_N.to_string()],
            body: wrap(&key, file_key),
        })
    }

    fn write(&self, head: &mut String) {
        head.push_str("-> ");
        head.push_str(&self.words.join(" "));
        head.push('\n');
        let body = STANDARD_NO_PAD.encode(&self.body);
        let (mut rest, mut last) = (body.as_str(), COLUMNS);
        // The last line is a short one, if need be an empty one.
        while last == COLUMNS {
            last = rest.len().min(COLUMNS);
            head.push_str(&rest[..last]);
            head.push('\n');
            rest = &rest[last..];
        }
    }

    fn is_scrypt(&self) -> bool {
        self.words.first().is_some_and(|word| word == "scrypt")
    }

    fn open_with_passphrase(&self, passphrase: &str) -> Result<Option<FileKey>, AgeError> {
        let [_, salt, log_n] = self.words.as_slice() else {
            return Err(AgeError::Head);
        };
        let salt = STANDARD_NO_PAD.decode(salt).map_err(|_| AgeError::Head)?;
        let spelt_right = !log_n.starts_with('0') && log_n.bytes().all(|b| b.is_ascii_digit());
        let log_n: u8 = match log_n.parse() {
            Ok(number) if spelt_right && salt.len() == 16 => number,
            _ => return Err(AgeError::Head),
        };
        if log_n > LOG_N_MAX {
            return Err(AgeError::TooHard);
        }
        Ok(unwrap(
            &*of_passphrase(passphrase, &salt, log_n)?,
            &self.body,
        ))
    }

    fn open_with_identity(&self, identity: &Identity) -> Result<Option<FileKey>, AgeError> {
        let [kind, share] = self.words.as_slice() else {
            return Ok(None);
        };
        if kind != "X25519" {
            return Ok(None);
        }
        let share = STANDARD_NO_PAD.decode(share).map_err(|_| AgeError::Head)?;
        let share: [u8; 32] = share.try_into().map_err(|_| AgeError::Head)?;
        let shared = identity.agree(share).ok_or(AgeError::Head)?;
        let salt = [share, identity.recipient().0].concat();
        Ok(unwrap(
            &derive(&shared[..], &salt, X25519_LABEL),
            &self.body,
        ))
    }
}

fn mark_key(file_key: &FileKey) -> hmac::Key {
    hmac::Key::new(
        hmac::HMAC_SHA256,
        &derive(&file_key[..], b"", b"header")[..],
    )
}

/// Writes a head and gives the file's key.
pub(crate) fn write(
    out: &mut impl Write,
    lock: &Lock<'_>,
    draw: &mut dyn FnMut() -> [u8; 32],
) -> Result<FileKey, AgeError> {
    let half = |whole: [u8; 32]| -> [u8; 16] { std::array::from_fn(|i| whole[i]) };
    let file_key = Zeroizing::new(half(draw()));
    let stanzas = match lock {
        Lock::Recipients([]) => return Err(AgeError::Nobody),
        Lock::Recipients(all) => all
            .iter()
            .map(|one| Stanza::of_recipient(one, draw(), &file_key).ok_or(AgeError::Misspelt))
            .collect::<Result<Vec<Stanza>, AgeError>>()?,
        Lock::Passphrase(words) => vec![Stanza::of_passphrase(words, half(draw()), &file_key)?],
    };
    let mut head = format!("{FIRST_LINE}\n");
    for stanza in &stanzas {
        stanza.write(&mut head);
    }
    head.push_str("---");
    let mark = hmac::sign(&mark_key(&file_key), head.as_bytes());
    let mark = STANDARD_NO_PAD.encode(mark);
    out.write_all(format!("{head} {mark}\n").as_bytes())?;
    Ok(file_key)
}

/// Reads a head and finds the file's key.
pub(crate) fn read(input: &mut impl BufRead, with: &Key) -> Result<FileKey, AgeError> {
    let mut input = input.take(HEAD_MAX);
    let mut head = String::new();
    let mut line = || -> Result<String, AgeError> {
        let mut line = Vec::new();
        input.read_until(b'\n', &mut line)?;
        let line = String::from_utf8(line).map_err(|_| AgeError::Head)?;
        match line.strip_suffix('\n') {
            Some(line) => Ok(line.to_owned()),
            None => Err(AgeError::Head),
        }
    };
    let first = line().map_err(|error| match error {
        AgeError::File(error) => AgeError::File(error),
        _ => AgeError::NotAge,
    })?;
    if first != FIRST_LINE {
        return Err(AgeError::NotAge);
    }
    head.push_str(&format!("{first}\n"));
    let mut stanzas = Vec::new();
    let given = loop {
        let begin = line()?;
        if let Some(mark) = begin.strip_prefix("--- ") {
            head.push_str("---");
            break STANDARD_NO_PAD.decode(mark).map_err(|_| AgeError::Head)?;
        }
        let words = begin.strip_prefix("-> ").ok_or(AgeError::Head)?;
        head.push_str(&format!("{begin}\n"));
        let mut body = String::new();
        loop {
            let part = line()?;
            head.push_str(&format!("{part}\n"));
            body.push_str(&part);
            match part.len() {
                COLUMNS => {}
                0..COLUMNS => break,
                _ => return Err(AgeError::Head),
            }
        }
        stanzas.push(Stanza {
            words: words.split(' ').map(str::to_owned).collect(),
            body: STANDARD_NO_PAD.decode(body).map_err(|_| AgeError::Head)?,
        });
    };
    let file_key = find(&stanzas, with)?;
    match hmac::verify(&mark_key(&file_key), head.as_bytes(), &given) {
        Ok(()) => Ok(file_key),
        Err(_) => Err(AgeError::Head),
    }
}

fn find(stanzas: &[Stanza], with: &Key) -> Result<FileKey, AgeError> {
    let by_passphrase = stanzas.iter().any(Stanza::is_scrypt);
    // Whoever knows a passphrase must not find somebody else's key beside it.
    if by_passphrase && stanzas.len() != 1 {
        return Err(AgeError::Head);
    }
    match (with, stanzas) {
        (Key::Passphrase(words), [one]) if by_passphrase => {
            one.open_with_passphrase(words)?.ok_or(AgeError::WrongKey)
        }
        (Key::Identities(identities), _) if !by_passphrase => {
            for identity in identities {
                for stanza in stanzas {
                    if let Some(key) = stanza.open_with_identity(identity)? {
                        return Ok(key);
                    }
                }
            }
            Err(AgeError::WrongKey)
        }
        _ => Err(AgeError::OtherWay { by_passphrase }),
    }
}
