//! DER, as certificates, lists and answers are written in it.

use crate::key::{KeyError, KeyKind, PrivateKey};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rsa::sha2::{Digest, Sha256};
use yasna::models::{GeneralizedTime, ObjectIdentifier, UTCTime};
use yasna::{DERWriter, construct_der};

/// An object identifier.
pub(crate) fn oid(parts: &[u64]) -> ObjectIdentifier {
    ObjectIdentifier::from_slice(parts)
}

/// An extension of a certificate, a list or an answer.
pub(super) struct Extension {
    pub(super) oid: &'static [u64],
    pub(super) critical: bool,
    pub(super) value: Vec<u8>,
}

pub(super) fn extensions(writer: DERWriter<'_>, all: &[Extension]) {
    writer.write_sequence_of(|writer| {
        for extension in all {
            writer.next().write_sequence(|writer| {
                writer.next().write_oid(&oid(extension.oid));
                if extension.critical {
                    writer.next().write_bool(true);
                }
                writer.next().write_bytes(&extension.value);
            });
        }
    });
}

/// A time: UTCTime until 2049, GeneralizedTime after.
pub(super) fn time(writer: DERWriter<'_>, seconds: i64) {
    let text = digits(seconds);
    let short = text
        .get(2..)
        .and_then(|text| UTCTime::parse(text.as_bytes()));
    match short {
        Some(time) if text.as_str() < "2050" => writer.write_utctime(&time),
        _ => generalized(writer, seconds),
    }
}

/// A time as answers about certificates have it.
pub(super) fn generalized(writer: DERWriter<'_>, seconds: i64) {
    let earliest = b"19700101000000Z";
    let time = GeneralizedTime::parse(digits(seconds).as_bytes())
        .or_else(|| GeneralizedTime::parse(earliest));
    if let Some(time) = time {
        writer.write_generalized_time(&time);
    }
}

/// `YYYYMMDDHHMMSSZ`.
fn digits(seconds: i64) -> String {
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let at = moment.to_zoned(TimeZone::UTC).datetime();
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// The AlgorithmIdentifier of what [`PrivateKey::sign`] makes.
pub(super) fn algorithm(writer: DERWriter<'_>, kind: KeyKind) {
    writer.write_sequence(|writer| match kind {
        KeyKind::Rsa2048 => {
            writer
                .next()
                .write_oid(&oid(&[1, 2, 840, 113_549, 1, 1, 11]));
            writer.next().write_null();
        }
        KeyKind::P384 => writer.next().write_oid(&oid(&[1, 2, 840, 10045, 4, 3, 3])),
    });
}

/// What is signed, the algorithm, the signature: the frame of certificates and lists.
pub(super) fn signed(what: &[u8], key: &PrivateKey) -> Result<Vec<u8>, KeyError> {
    let signature = key.sign(what)?;
    Ok(construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_der(what);
            algorithm(writer.next(), key.kind());
            let bits = signature.len() * 8;
            writer.next().write_bitvec_bytes(&signature, bits);
        });
    }))
}

/// The identifier of a public key: 160 bits of its digest (RFC 7093, method 1). It is read from the
/// certificate and never computed by a checker, so that SHA-1 isn't needed.
pub(super) fn key_identifier(key: &PrivateKey) -> Vec<u8> {
    Sha256::digest(public_bits(key))[..20].to_vec()
}

/// The bits of the public key, without their frame.
pub(super) fn public_bits(key: &PrivateKey) -> Vec<u8> {
    let der = key.public_der();
    let read = yasna::parse_der(&der, |reader| {
        reader.read_sequence(|reader| {
            reader.next().read_der()?;
            let (bits, _) = reader.next().read_bitvec_bytes()?;
            Ok(bits)
        })
    });
    read.unwrap_or_default()
}
