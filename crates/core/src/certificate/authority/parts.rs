//! What a certificate is made of, and how one of ours is read.

use std::time::Duration;

use onshi_wire::characters::foreign_to_names;
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair, PublicKeyData};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;

use super::CertificateFault;

/// The longest organisation, unit and common name that X.520 has room for.
pub(super) const NAME_CHARS_MAX: usize = 64;

/// The last second of the year 9999, the end of X.509's calendar.
const LAST_SECOND: u64 = 253_402_300_799;

pub(super) fn params(
    names: Vec<String>,
    not_before_ms: i64,
    not_after_ms: i64,
) -> Result<CertificateParams, CertificateFault> {
    let mut params = CertificateParams::new(names)?;
    let not_before = seconds(not_before_ms)?;
    let not_after = seconds(not_after_ms)?;
    if not_after <= not_before {
        return Err(CertificateFault::Period("ends before it begins"));
    }
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + Duration::from_secs(not_before);
    params.not_after = epoch + Duration::from_secs(not_after);
    params.distinguished_name = DistinguishedName::new();
    let japan = "JP".try_into()?;
    params
        .distinguished_name
        .push(DnType::CountryName, DnValue::PrintableString(japan));
    Ok(params)
}

fn seconds(moment_ms: i64) -> Result<u64, CertificateFault> {
    u64::try_from(moment_ms.div_euclid(1000))
        .ok()
        .filter(|seconds| *seconds <= LAST_SECOND)
        .ok_or(CertificateFault::Period(
            "is outside the years 1970 to 9999",
        ))
}

pub(super) fn words<'a>(part: &'static str, text: &'a str) -> Result<&'a str, CertificateFault> {
    let why = if text.is_empty() {
        "is missing"
    } else if text.chars().count() > NAME_CHARS_MAX {
        "is longer than 64 characters"
    } else if text.trim() != text {
        "begins or ends with a space"
    } else if foreign_to_names(text).is_some() {
        "contains a control character, a direction mark or a character that can't be seen"
    } else {
        return Ok(text);
    };
    Err(CertificateFault::Words { part, why })
}

pub(super) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CertificateFault> {
    match parse_x509_certificate(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(CertificateFault::Unreadable(
            "the certificate is not readable",
        )),
    }
}

/// A certificate and the key that belongs to it.
pub(super) fn pair_from_pem(
    certificate_pem: &str,
    key_pem: &str,
) -> Result<(Vec<u8>, KeyPair), CertificateFault> {
    let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
        .map_err(|_| CertificateFault::Unreadable("the certificate is not readable"))?
        .to_vec();
    let key = KeyPair::from_pem(key_pem)
        .map_err(|_| CertificateFault::Unreadable("the key is not readable"))?;
    if parse(&der)?.public_key().raw != key.subject_public_key_info() {
        return Err(CertificateFault::Unreadable(
            "the key is not the certificate's",
        ));
    }
    Ok((der, key))
}
