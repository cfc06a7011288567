//! 認証局: the authorities whose cards are taken, and what each said of revocations.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::certificate::{fingerprint, period_and_serial};
use crate::clock::Moment;
use crate::entropy::hex;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::service::Tx;
use x509_parser::extensions::ParsedExtension;
use x509_parser::parse_x509_certificate;

/// An authority that issues certificates of cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardAuthority {
    /// Its key identifier, in lower hexadecimal digits.
    pub key_id: String,
    /// Its name, as its certificate has it. Generations share it.
    pub name: String,
    /// Its certificate.
    pub der: Vec<u8>,
    /// The first moment of its life.
    pub not_before: Moment,
    /// The last moment of its life.
    pub not_after: Moment,
}

/// A list of revocations (失効リスト, CRL), as far as it says something of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    /// The distribution point for whose certificates it is: a digest of its name, empty for all of them.
    pub point: String,
    /// When it was made.
    pub made_at: Moment,
    /// When the next one is to come at the latest.
    pub next_at: Moment,
}

impl CardAuthority {
    /// Reads the certificate of an authority.
    pub fn read(der: &[u8]) -> Result<CardAuthority, Refusal> {
        let wrong = |japanese: &str, english: &str| {
            let problem =
                Problem::new(Fact::CardAuthority, japanese.to_owned()).in_english(english);
            Refusal::invalid(vec![problem])
        };
        let Ok(([], read)) = parse_x509_certificate(der) else {
            return Err(wrong(
                "証明書として読み取れません。",
                "It can't be read as a certificate.",
            ));
        };
        let is_authority = matches!(read.basic_constraints(), Ok(Some(basic)) if basic.value.ca);
        let signs = matches!(read.key_usage(), Ok(Some(usage)) if usage.value.key_cert_sign());
        if !is_authority || !signs {
            return Err(wrong(
                "認証局の証明書ではありません。",
                "It is not the certificate of an authority.",
            ));
        }
        let key_id =
            read.iter_extensions()
                .find_map(|extension| match extension.parsed_extension() {
                    ParsedExtension::SubjectKeyIdentifier(id) => Some(hex(id.0)),
                    _ => None,
                });
        let key_id = key_id.ok_or_else(|| {
            wrong(
                "主体者鍵識別子がないため、使えません。",
                "It has no subject key identifier, by which authorities are told apart.",
            )
        })?;
        let (not_before, not_after, _) = period_and_serial(&read);
        Ok(CardAuthority {
            key_id,
            name: read.subject().to_string(),
            der: der.to_vec(),
            not_before,
            not_after,
        })
    }

    /// SHA-256 of its certificate, to show to people.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.der)
    }
}

/// Adds an authority. The same again changes nothing; another one with the same key identifier is refused.
pub fn add(tx: &mut Tx<'_>, authority: &CardAuthority) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, &authority.key_id);
    tx.set_detail(Detail::CardAuthorityAdded {
        fingerprint: authority.fingerprint(),
    });
    match store::find_authority(tx, &authority.key_id)? {
        Some(known) if known.der == authority.der => Ok(()),
        Some(_) => Err(RefusalCode::WrongState.into()),
        None => Ok(store::insert_authority(tx, authority)?),
    }
}

/// The newest lists of revocations of an authority, one for each distribution point.
pub fn lists(tx: &mut Tx<'_>, key_id: &str) -> Result<Vec<RevocationList>, Error> {
    Ok(store::list_lists(tx, key_id)?)
}

/// The authorities whose cards are taken.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<CardAuthority>, Error> {
    Ok(store::list_authorities(tx.connection())?)
}
