//! Asking an authority about one certificate at once (OCSP, RFC 6960), beside its lists of revocations.
//!
//! The answer counts only where who answers for the authority signed it, about this certificate and for this question; what
//! is wrong in any way is no answer, and then the lists decide alone. How old an answer may be is `rules.card.ocsp_minutes`.

use super::certificate::has_signed;
use super::{CardAuthority, Proven};
use crate::clock::Moment;
use crate::rules::CardRules;
use sha2::{Digest, Sha256};
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;

/// No answer about one certificate is longer.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024;

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const INTEGER: u8 = 0x02;
const TIME: u8 = 0x18;
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const BASIC: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
const NONCE: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];

/// What an authority said of a certificate, when, and until when it means to say nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Online {
    /// Whether it is revoked.
    pub is_revoked: bool,
    pub(super) this_at: Moment,
    pub(super) next_at: Option<Moment>,
}

impl Online {
    /// Whether it may still be believed.
    pub(super) fn is_fresh(&self, now: Moment, rules: &CardRules) -> bool {
        let oldest = now.plus_seconds(-rules.ocsp_minutes * 60);
        self.this_at >= oldest && self.next_at.is_none_or(|next| now <= next)
    }
}

/// What is asked, and by what the answer is known for one to it.
#[derive(Clone, Debug)]
pub struct Question {
    /// The request, to be sent to the authority.
    pub request: Vec<u8>,
    name: Vec<u8>,
    key: Vec<u8>,
    serial: Vec<u8>,
    nonce: Vec<u8>,
}

fn object(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut all = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => all.push(short),
        Ok(byte) => all.extend([0x81, byte]),
        Err(_) => {
            let long = u16::try_from(length).unwrap_or(u16::MAX);
            all.push(0x82);
            all.extend(long.to_be_bytes());
        }
    }
    all.extend_from_slice(content);
    all
}

/// One object of DER: its tag, its content and all of it.
type Piece<'a> = (u8, &'a [u8], &'a [u8]);

/// The objects that stand behind each other; none where anything is no DER.
fn objects(mut bytes: &[u8]) -> Option<Vec<Piece<'_>>> {
    let mut found = Vec::new();
    while let Some(tag) = bytes.first() {
        let (behind, object) = Any::from_der(bytes).ok()?;
        let whole = &bytes[..bytes.len() - behind.len()];
        found.push((*tag, object.data, whole));
        bytes = behind;
    }
    Some(found)
}

/// The content of the only object, which has this tag.
fn only(tag: u8, bytes: &[u8]) -> Option<&[u8]> {
    match objects(bytes)?[..] {
        [(found, content, _)] if found == tag => Some(content),
        _ => None,
    }
}

/// A moment of `GeneralizedTime`, which is in UTC.
fn moment(content: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    Some(Moment::parse_fourteen(text)?.plus_seconds(9 * 3600))
}

fn authority<'a>(of: &Proven, known: &'a [CardAuthority]) -> Option<&'a CardAuthority> {
    let key_id = of.authority.as_deref()?;
    known.iter().find(|authority| authority.key_id == key_id)
}

impl Proven {
    /// What is asked of the authority about this certificate; none where no known one has issued it.
    pub fn question(&self, known: &[CardAuthority], nonce: [u8; 16]) -> Option<Question> {
        let authority = authority(self, known)?;
        let Ok(([], read)) = parse_x509_certificate(&authority.der) else {
            return None;
        };
        let key = Sha256::digest(&read.public_key().subject_public_key.data).to_vec();
        let name = Sha256::digest(read.subject().as_raw()).to_vec();
        let mut serial = Vec::new();
        for pair in self.even_serial().as_bytes().chunks(2) {
            let pair = std::str::from_utf8(pair).ok()?;
            serial.push(u8::from_str_radix(pair, 16).ok()?);
        }
        if serial.first().is_none_or(|first| *first >= 0x80) {
            serial.insert(0, 0);
        }
        let digest = object(SEQUENCE, &[object(0x06, SHA256), vec![0x05, 0x00]].concat());
        let id = [
            digest,
            object(OCTETS, &name),
            object(OCTETS, &key),
            object(INTEGER, &serial),
        ];
        let one = object(SEQUENCE, &object(SEQUENCE, &id.concat()));
        let nonce = object(OCTETS, &nonce);
        let repeat = object(
            SEQUENCE,
            &[object(0x06, NONCE), object(OCTETS, &nonce)].concat(),
        );
        let asked = [
            object(SEQUENCE, &one),
            object(0xA2, &object(SEQUENCE, &repeat)),
        ];
        Some(Question {
            request: object(SEQUENCE, &object(SEQUENCE, &asked.concat())),
            name,
            key,
            serial,
            nonce,
        })
    }

    fn even_serial(&self) -> String {
        match self.serial.len() % 2 {
            0 => self.serial.clone(),
            _ => format!("0{}", self.serial),
        }
    }

    /// The same with what the authority said. What is no answer to the question, or not signed by who answers for the
    /// authority now, is refused with the reason, for the operator's log.
    pub fn heard(
        mut self,
        (question, answer): (&Question, &[u8]),
        known: &[CardAuthority],
        now: Moment,
    ) -> Result<Proven, &'static str> {
        let authority = authority(&self, known).ok_or("no authority")?;
        self.online = Some(read(question, answer, (authority, now))?);
        Ok(self)
    }
}

fn read(
    question: &Question,
    answer: &[u8],
    (authority, now): (&CardAuthority, Moment),
) -> Result<Online, &'static str> {
    const BROKEN: &str = "the answer can't be read";
    let parts = only(SEQUENCE, answer).and_then(objects).ok_or(BROKEN)?;
    let [(0x0A, [0], _), (0xA0, inner, _)] = parts[..] else {
        return Err("the authority gives no answer");
    };
    let inner = only(SEQUENCE, inner).and_then(objects).ok_or(BROKEN)?;
    let [(0x06, BASIC, _), (OCTETS, basic, _)] = inner[..] else {
        return Err(BROKEN);
    };
    let basic = only(SEQUENCE, basic).and_then(objects).ok_or(BROKEN)?;
    let [
        (SEQUENCE, data, signed),
        _,
        (0x03, [0, signature @ ..], _),
        (0xA0, certificates, _),
    ] = basic[..]
    else {
        return Err(BROKEN);
    };
    let certificates = only(SEQUENCE, certificates)
        .and_then(objects)
        .ok_or(BROKEN)?;
    let [(_, _, responder), ..] = certificates[..] else {
        return Err(BROKEN);
    };
    must_be_signed((signed, signature), responder, (authority, now))?;
    let data = objects(data).ok_or(BROKEN)?;
    let single = data
        .iter()
        .find(|(tag, ..)| *tag == SEQUENCE)
        .ok_or(BROKEN)?;
    // Who answers comes first, with the same tag as what was added, which comes last.
    let added = data
        .last()
        .filter(|(tag, ..)| *tag == 0xA1 && data.len() > 3);
    if added.and_then(|(_, added, _)| nonce_of(added)) != Some(&question.nonce[..]) {
        return Err("the answer is to another question");
    }
    let single = only(SEQUENCE, single.1).and_then(objects).ok_or(BROKEN)?;
    let [
        (SEQUENCE, id, _),
        (status, ..),
        (TIME, this, _),
        ref more @ ..,
    ] = single[..]
    else {
        return Err(BROKEN);
    };
    let id = objects(id).ok_or(BROKEN)?;
    let [_, (OCTETS, name, _), (OCTETS, key, _), (INTEGER, serial, _)] = id[..] else {
        return Err(BROKEN);
    };
    if (name, key, serial) != (&question.name[..], &question.key[..], &question.serial[..]) {
        return Err("the answer is about another certificate");
    }
    let next = more.iter().find(|(tag, ..)| *tag == 0xA0);
    let next = next.and_then(|(_, content, _)| moment(only(TIME, content)?));
    Ok(Online {
        is_revoked: match status {
            0x80 => false,
            0xA1 => true,
            _ => return Err("the authority does not know the certificate"),
        },
        this_at: moment(this).ok_or(BROKEN)?,
        next_at: next,
    })
}

/// What the answer repeats of the question.
fn nonce_of(added: &[u8]) -> Option<&[u8]> {
    let all = only(SEQUENCE, added).and_then(objects)?;
    all.iter().find_map(|(_, one, _)| match objects(one)?[..] {
        [(0x06, NONCE, _), (OCTETS, value, _)] => Some(value),
        _ => None,
    })
}

/// Whether who answers for the authority signed it, by a certificate of the authority's for this alone.
fn must_be_signed(
    (signed, signature): (&[u8], &[u8]),
    responder: &[u8],
    (authority, now): (&CardAuthority, Moment),
) -> Result<(), &'static str> {
    let parsed = |der| match parse_x509_certificate(der) {
        Ok(([], read)) => Ok(read),
        _ => Err("a certificate can't be read"),
    };
    let (own, issuer): (X509Certificate<'_>, X509Certificate<'_>) =
        (parsed(responder)?, parsed(&authority.der)?);
    let answers = matches!(own.extended_key_usage(), Ok(Some(usage)) if usage.value.ocsp_signing);
    let (from, until, _) = crate::certificate::period_and_serial(&own);
    if !answers || now < from || until < now {
        return Err("who answered may not answer for the authority now");
    }
    if own.issuer().as_raw() != issuer.subject().as_raw()
        || own.verify_signature(Some(issuer.public_key())).is_err()
    {
        return Err("who answered is not of the authority");
    }
    match has_signed(&own, signed, signature) {
        Ok(true) => Ok(()),
        _ => Err("the answer is not signed by who answers"),
    }
}
