//! The certificate of a card (利用者証明用電子証明書), and the proof that its key is at the reader.

use super::CardAuthority;
use super::online::Online;
use super::revocation::point_of_certificate;
use crate::certificate::period_and_serial;
use crate::clock::Moment;
use crate::error::RefusalCode;
use ring::signature::{
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Version;

/// The most bytes of a certificate; those of cards have about 1,600.
pub const CERTIFICATE_BYTES_MAX: usize = 4096;
/// The bytes of a P-384 signature as r and s.
const P384_FIXED: usize = 96;

/// A certificate whose key has signed what it was asked to. Only [`prove`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The key identifier of its authority; none where no known one has issued it.
    pub(super) authority: Option<String>,
    /// Its number, in lower hexadecimal digits.
    pub(super) serial: String,
    /// By which of the authority's lists of revocations it is held against.
    pub(super) point: String,
    pub(super) not_before: Moment,
    pub(super) not_after: Moment,
    /// What its authority said of it just now, where it was asked (OCSP).
    pub(super) online: Option<Online>,
}

impl Proven {
    /// Authority and number, by which it is known; none where no known authority has issued it.
    pub(crate) fn key(&self) -> Option<(&str, &str)> {
        Some((self.authority.as_deref()?, self.serial.as_str()))
    }

    /// The last moment of its life.
    pub fn not_after(&self) -> Moment {
        self.not_after
    }
}

/// Holds a card's signature over `to_sign` against its certificate, and the certificate against the authorities.
/// It takes as long as a few signatures take to be verified, which is nothing for a thread that serves sockets.
pub fn prove(
    (certificate, signature): (&[u8], &[u8]),
    to_sign: &[u8],
    authorities: &[CardAuthority],
) -> Result<Proven, RefusalCode> {
    if certificate.len() > CERTIFICATE_BYTES_MAX {
        return Err(RefusalCode::CardCertificate);
    }
    let Ok(([], read)) = parse_x509_certificate(certificate) else {
        return Err(RefusalCode::CardCertificate);
    };
    if !is_for_authentication(&read) {
        return Err(RefusalCode::CardCertificate);
    }
    if !has_signed(&read, to_sign, signature)? {
        return Err(RefusalCode::CardSignature);
    }
    let (not_before, not_after, serial) = period_and_serial(&read);
    Ok(Proven {
        authority: issuer(&read, not_before, authorities).map(|found| found.key_id.clone()),
        serial,
        point: point_of_certificate(&read),
        not_before,
        not_after,
        online: None,
    })
}

/// Whether it is a person's certificate for authentication, and says nothing critical that we do not know.
fn is_for_authentication(read: &X509Certificate<'_>) -> bool {
    let is_strange = |parsed: &ParsedExtension<'_>| {
        matches!(
            parsed,
            ParsedExtension::UnsupportedExtension { .. } | ParsedExtension::ParseError { .. }
        )
    };
    let usage = matches!(read.key_usage(), Ok(Some(usage))
        if usage.value.digital_signature() && !usage.value.non_repudiation());
    let client = matches!(read.extended_key_usage(), Ok(Some(usage)) if usage.value.client_auth);
    let is_authority = match read.basic_constraints() {
        Ok(None) => false,
        Ok(Some(basic)) => basic.value.ca,
        Err(_) => true,
    };
    read.version() == X509Version::V3
        && usage
        && client
        && !is_authority
        && !read
            .iter_extensions()
            .any(|extension| extension.critical && is_strange(extension.parsed_extension()))
}

/// Whether the certificate's key signed this; refused where its key is of no kind that cards have.
pub(super) fn has_signed(
    read: &X509Certificate<'_>,
    to_sign: &[u8],
    signature: &[u8],
) -> Result<bool, RefusalCode> {
    let key = read.public_key();
    let algorithm: &dyn VerificationAlgorithm = match key.parsed() {
        Ok(PublicKey::RSA(_)) => &RSA_PKCS1_2048_8192_SHA256,
        Ok(PublicKey::EC(point)) if point.key_size() == 384 => match signature.len() {
            P384_FIXED => &ECDSA_P384_SHA384_FIXED,
            _ => &ECDSA_P384_SHA384_ASN1,
        },
        _ => return Err(RefusalCode::CardCertificate),
    };
    let key = UnparsedPublicKey::new(algorithm, &key.subject_public_key.data);
    Ok(key.verify(to_sign, signature).is_ok())
}

/// The authority by whose key it was signed while that one's own certificate was good.
fn issuer<'a>(
    read: &X509Certificate<'_>,
    not_before: Moment,
    authorities: &'a [CardAuthority],
) -> Option<&'a CardAuthority> {
    let named = read.iter_extensions().find_map(|extension| {
        let ParsedExtension::AuthorityKeyIdentifier(named) = extension.parsed_extension() else {
            return None;
        };
        named
            .key_identifier
            .as_ref()
            .map(|id| crate::entropy::hex(id.0))
    });
    authorities
        .iter()
        .filter(|known| named.as_ref().is_none_or(|named| *named == known.key_id))
        .filter(|known| known.not_before <= not_before && not_before <= known.not_after)
        .find(|known| {
            let Ok(([], authority)) = parse_x509_certificate(&known.der) else {
                return false;
            };
            read.issuer().as_raw() == authority.subject().as_raw()
                && read.verify_signature(Some(authority.public_key())).is_ok()
        })
}
