//! What a certificate that somebody shows is worth.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::oid_registry::{
    OID_X509_COMMON_NAME, OID_X509_COUNTRY_NAME, OID_X509_ORGANIZATION_NAME,
    OID_X509_ORGANIZATIONAL_UNIT, Oid,
};
use x509_parser::parse_x509_certificate;
use x509_parser::x509::X509Version;

use super::{fingerprint, period_of, serial_of};
use crate::clock::Moment;
use crate::error::RefusalCode;

/// A terminal (資格確認端末) of a facility, as its certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub(crate) facility_code: String,
    pub(crate) facility_name: String,
    pub(crate) terminal_name: String,
    pub(crate) serial: String,
    /// SHA-256 in lower hex, to show to people. Nothing may be decided by it: for every ECDSA
    /// signature anybody can compute a second valid one, and with it the fingerprint changes.
    pub(crate) fingerprint: String,
    pub(crate) not_before_ms: i64,
    pub(crate) not_after_ms: i64,
}

impl Peer {
    /// The institution's code, or [`super::INSURER_UNIT`].
    pub fn facility_code(&self) -> &str {
        &self.facility_code
    }

    /// The institution's name.
    pub fn facility_name(&self) -> &str {
        &self.facility_name
    }

    /// The terminal's name.
    pub fn terminal_name(&self) -> &str {
        &self.terminal_name
    }

    /// Lower hex. It is signed, so it is what a certificate is known and revoked by.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// For people; see the field.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The first moment of its life.
    pub fn not_before(&self) -> Moment {
        Moment::from_ms(self.not_before_ms)
    }

    /// The last moment of its life.
    pub fn not_after(&self) -> Moment {
        Moment::from_ms(self.not_after_ms)
    }

    /// From when until when it is good.
    pub fn period(&self) -> (Moment, Moment) {
        (self.not_before(), self.not_after())
    }
}

/// What the certificate itself tells. Only `Valid` may go on, and only after the store has said
/// that neither certificate nor facility was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerStatus {
    /// None was shown.
    Missing,
    /// Not one of our terminals' certificates; nothing in it is to be believed.
    Foreign {
        /// For the operator's log.
        why: &'static str,
    },
    NotYetValid(Peer),
    Expired(Peer),
    Valid(Peer),
}

impl PeerStatus {
    /// The certificate, where it is one of ours.
    pub fn peer(&self) -> Option<&Peer> {
        self.believed().ok()
    }

    /// The same, or why there is none.
    pub(crate) fn believed(&self) -> Result<&Peer, RefusalCode> {
        match self {
            PeerStatus::Missing => Err(RefusalCode::CertificateMissing),
            PeerStatus::Foreign { .. } => Err(RefusalCode::CertificateForeign),
            PeerStatus::NotYetValid(peer) | PeerStatus::Expired(peer) | PeerStatus::Valid(peer) => {
                Ok(peer)
            }
        }
    }
}

/// Judges a certificate by our authority's and by the moment.
pub fn judge(peer_der: Option<&[u8]>, authority_der: &[u8], now_ms: i64) -> PeerStatus {
    let Some(der) = peer_der else {
        return PeerStatus::Missing;
    };
    match believe(der, authority_der) {
        Err(why) => PeerStatus::Foreign { why },
        Ok(peer) if now_ms < peer.not_before_ms => PeerStatus::NotYetValid(peer),
        Ok(peer) if now_ms > peer.not_after_ms => PeerStatus::Expired(peer),
        Ok(peer) => PeerStatus::Valid(peer),
    }
}

fn believe(der: &[u8], authority_der: &[u8]) -> Result<Peer, &'static str> {
    let Ok(([], certificate)) = parse_x509_certificate(der) else {
        return Err("not readable as a certificate");
    };
    let Ok(([], authority)) = parse_x509_certificate(authority_der) else {
        return Err("our own authority's certificate is not readable");
    };
    is_from(&certificate, &authority)?;
    is_for_a_client(&certificate)?;
    let (not_before_ms, not_after_ms) = period_of(&certificate);
    let [facility_name, facility_code, terminal_name] = subject(&certificate)?;
    Ok(Peer {
        facility_code,
        facility_name,
        terminal_name,
        serial: serial_of(&certificate),
        fingerprint: fingerprint(der),
        not_before_ms,
        not_after_ms,
    })
}

fn is_from(
    certificate: &X509Certificate<'_>,
    authority: &X509Certificate<'_>,
) -> Result<(), &'static str> {
    if certificate.issuer().as_raw() != authority.subject().as_raw() {
        return Err("issued by another authority");
    }
    if certificate.as_raw() != as_we_write_it(certificate) {
        return Err("not written as our authority writes");
    }
    certificate
        .verify_signature(Some(authority.public_key()))
        .map_err(|_| "not signed by our authority's key")
}

/// The signed part with its frame put round it anew.
///
/// The frame is not signed and the parser is lenient about it, so that without this comparison one
/// certificate could be shown in many spellings, each with another fingerprint.
fn as_we_write_it(certificate: &X509Certificate<'_>) -> Vec<u8> {
    /// `AlgorithmIdentifier` of ecdsa-with-SHA256.
    const ALGORITHM: [u8; 12] = [
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
    ];
    let signature = certificate.signature_value.data.as_ref();
    let mut body = certificate.tbs_certificate.as_ref().to_vec();
    body.extend(ALGORITHM);
    // A length that does not fit is not ours and compares as different.
    body.extend([0x03, u8::try_from(signature.len() + 1).unwrap_or(0), 0x00]);
    body.extend(signature);
    let [high, low] = u16::try_from(body.len()).unwrap_or(0).to_be_bytes();
    [&[0x30, 0x82, high, low], body.as_slice()].concat()
}

fn is_for_a_client(certificate: &X509Certificate<'_>) -> Result<(), &'static str> {
    if certificate.version() != X509Version::V3 {
        return Err("not a certificate of version 3");
    }
    let unknown = |extension: &ParsedExtension<'_>| {
        matches!(
            extension,
            ParsedExtension::UnsupportedExtension { .. } | ParsedExtension::ParseError { .. }
        )
    };
    if certificate
        .iter_extensions()
        .any(|e| e.critical && unknown(e.parsed_extension()))
    {
        return Err("a critical extension that we do not know");
    }
    if !matches!(certificate.basic_constraints(), Ok(Some(basic)) if !basic.value.ca) {
        return Err("an authority's certificate, not a terminal's");
    }
    if !matches!(certificate.key_usage(), Ok(Some(usage)) if usage.value.digital_signature()) {
        return Err("not for signatures");
    }
    match certificate.extended_key_usage() {
        Ok(Some(usage)) if usage.value.client_auth && !usage.value.any => Ok(()),
        _ => Err("not for a client"),
    }
}

/// Organisation, unit and common name, if the subject is these and the country, each once.
fn subject(certificate: &X509Certificate<'_>) -> Result<[String; 3], &'static str> {
    const SHAPE: &str = "a subject that is not a terminal's";
    let oids: [Oid<'static>; 4] = [
        OID_X509_COUNTRY_NAME,
        OID_X509_ORGANIZATION_NAME,
        OID_X509_ORGANIZATIONAL_UNIT,
        OID_X509_COMMON_NAME,
    ];
    let mut parts = Vec::with_capacity(oids.len());
    for attribute in certificate.subject().iter_attributes() {
        let expected = oids.get(parts.len()).ok_or(SHAPE)?;
        let text = attribute.as_str().map_err(|_| SHAPE)?;
        if attribute.attr_type() != expected || text.is_empty() {
            return Err(SHAPE);
        }
        parts.push(text.to_owned());
    }
    match <[String; 4]>::try_from(parts) {
        Ok([country, name, code, terminal]) if country == "JP" => Ok([name, code, terminal]),
        _ => Err(SHAPE),
    }
}
