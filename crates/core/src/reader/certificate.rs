//! Certificates of card readers (リーダーの電子証明書): what they sign is checked with their keys.

use super::{Sent, Signed, standing, store};
use crate::audit::{Detail, SubjectKind};
use crate::certificate::CertificateState;
use crate::clock::Moment;
use crate::error::{Error, Fact, Fault, Problem, Refusal, RefusalCode};
use crate::facility::{self, FacilityCode};
use crate::service::Tx;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use x509_parser::parse_x509_certificate;

/// A certificate that was issued to a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReaderCertificate {
    pub serial: String,
    pub facility: FacilityCode,
    pub reader_name: String,
    pub fingerprint: String,
    pub not_before: Moment,
    pub not_after: Moment,
    pub issued_at: Moment,
    pub revoked: Option<(Moment, String)>,
}

/// The same with its content, as the authority issued it.
#[derive(Clone, Debug)]
pub struct NewReaderCertificate {
    /// What is written down of it.
    pub certificate: ReaderCertificate,
    /// The whole of it.
    pub der: Vec<u8>,
}

impl ReaderCertificate {
    /// What it is worth now.
    pub fn state(&self, now: Moment) -> CertificateState {
        let period = (self.not_before, self.not_after);
        CertificateState::of(self.is_revoked(now), period, now)
    }

    /// Whether it is revoked by now: one that was replaced is good for a while.
    pub fn is_revoked(&self, now: Moment) -> bool {
        self.revoked.as_ref().is_some_and(|(at, _)| *at <= now)
    }
}

/// Whether the holder of this key (base64 of the point) signed this.
pub(super) fn has_signed(key: &str, content: &[u8], signature: &[u8]) -> bool {
    STANDARD.decode(key).is_ok_and(|key| {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key)
            .verify(content, signature)
            .is_ok()
    })
}

/// Writes down a certificate that the authority has issued to a reader.
pub fn record_certificate(tx: &mut Tx<'_>, new: &NewReaderCertificate) -> Result<(), Error> {
    let certificate = &new.certificate;
    tx.set_subject(SubjectKind::Certificate, &certificate.serial);
    tx.set_detail(Detail::ReaderCertificateIssued {
        facility: certificate.facility.as_str().to_owned(),
        reader: certificate.reader_name.clone(),
    });
    if let Some(text) = crate::text::wrong_in_a_line(&certificate.reader_name) {
        let problem =
            Problem::new(Fact::ReaderName, text).in_english(crate::text::FOREIGN_CHARACTER);
        return Err(Refusal::invalid(vec![problem]).into());
    }
    facility::show(tx, &certificate.facility)?;
    tx.set_subject(SubjectKind::Certificate, &certificate.serial);
    let (_, read) = parse_x509_certificate(&new.der)
        .map_err(|e| Fault::at("reading the certificate of a reader", e))?;
    let key = STANDARD.encode(&read.public_key().subject_public_key.data);
    Ok(store::insert_certificate(tx, certificate, &key)?)
}

/// The certificates of the readers of an institution.
pub fn list_certificates(
    tx: &mut Tx<'_>,
    of: &FacilityCode,
) -> Result<Vec<ReaderCertificate>, Error> {
    Ok(store::list_certificates(tx, of)?)
}

/// Revokes a reader's certificate. From the next request on it is refused.
pub fn revoke_certificate(tx: &mut Tx<'_>, serial: &str, reason: &str) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, serial);
    let reason = crate::text::reason(reason)?;
    tx.set_detail(Detail::Revoked {
        reason: reason.clone(),
    });
    let found = store::find_certificate(tx, serial)?;
    let (found, _) = found.ok_or(RefusalCode::NotFound)?;
    let now = tx.now();
    if found.is_revoked(now) || !store::change_revoked(tx, serial, now, &reason)? {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

/// Lets a certificate end at a moment, since another one is in its place; one that ended before stays as it is.
pub(crate) fn revoke_at(
    tx: &mut Tx<'_>,
    serial: &str,
    at: Moment,
    reason: &str,
) -> Result<(), Fault> {
    match store::find_certificate(tx, serial)? {
        Some((found, _)) if found.revoked.is_none() => {
            store::change_revoked(tx, serial, at, reason).map(drop)
        }
        _ => Ok(()),
    }
}

/// The certificate of the reader that signed this; refused where none of the institution did, or it is not of this time.
pub(crate) fn must_have_signed(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
) -> Result<ReaderCertificate, Error> {
    let facility = tx.facility()?;
    let found = store::find_certificate(tx, &signed.reader)?;
    let found = standing::must_be_from((found, &facility), (signed, sent), tx.now())?;
    let apart = tx.now().seconds_since(sent.made_at).abs();
    if apart > tx.rules().consent.reader_clock_seconds {
        return Err(RefusalCode::ReaderClock.into());
    }
    Ok(found)
}
