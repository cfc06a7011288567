//! 失効リスト (CRL): what an authority says of revoked certificates, taken piece by piece.

use super::{CardAuthority, RevocationList, store};
use crate::audit::{Detail, SubjectKind};
use crate::certificate::serial_on_a_list;
use crate::clock::Moment;
use crate::entropy::hex;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::service::Tx;
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::parse_x509_certificate;
use x509_parser::prelude::{CertificateRevocationList, FromDer, ReasonCode};

/// A list of revocations whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The key identifier of the authority.
    pub key_id: String,
    /// When it was made, and when the next one is to come.
    pub list: RevocationList,
    /// What it revokes.
    pub revoked: Vec<RevokedCard>,
}

/// A certificate on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedCard {
    /// Its number, in lower hexadecimal digits.
    pub serial: String,
    /// Since when.
    pub at: Moment,
    /// Whether it is only held (一時停止), which a later list can take back.
    pub held: bool,
}

/// Reads a list, and finds the authority by whose key it is signed.
pub fn read_list(der: &[u8], authorities: &[CardAuthority]) -> Result<Revocation, Refusal> {
    let wrong = |japanese: &str, english: &str| {
        let problem = Problem::new(Fact::RevocationList, japanese.to_owned()).in_english(english);
        Refusal::invalid(vec![problem])
    };
    let Ok(([], read)) = CertificateRevocationList::from_der(der) else {
        return Err(wrong(
            "失効リストとして読み取れません。",
            "It can't be read as a list of revocations.",
        ));
    };
    let signed_by = authorities.iter().find(|known| {
        let Ok(([], authority)) = parse_x509_certificate(&known.der) else {
            return false;
        };
        read.verify_signature(authority.public_key()).is_ok()
    });
    let authority = signed_by.ok_or_else(|| {
        wrong(
            "登録された認証局が署名した失効リストではありません。",
            "It is not signed by an authority that was added.",
        )
    })?;
    let Some(next) = read.next_update() else {
        return Err(wrong(
            "次の失効リストの予定日時（nextUpdate）がないため、使えません。",
            "It does not say when the next one is to come (nextUpdate).",
        ));
    };
    let moment = |seconds: i64| Moment::from_ms(seconds.saturating_mul(1000));
    let revoked = read.iter_revoked_certificates().map(|entry| {
        let held = entry.extensions().iter().any(|extension| {
            matches!(extension.parsed_extension(),
                ParsedExtension::ReasonCode(reason) if *reason == ReasonCode::CertificateHold)
        });
        RevokedCard {
            serial: serial_on_a_list(entry.raw_serial()),
            at: moment(entry.revocation_date.timestamp()),
            held,
        }
    });
    Ok(Revocation {
        key_id: authority.key_id.clone(),
        list: RevocationList {
            point: point_of_list(&read),
            made_at: moment(read.last_update().timestamp()),
            next_at: moment(next.timestamp()),
        },
        revoked: revoked.collect(),
    })
}

/// By which a distribution point is known: a digest of its name in the certificate's directory.
fn point_of(names: &[GeneralName<'_>]) -> Option<String> {
    names.iter().find_map(|name| match name {
        GeneralName::DirectoryName(name) => Some(hex(&Sha256::digest(name.as_raw()))),
        _ => None,
    })
}

fn point_of_list(read: &CertificateRevocationList<'_>) -> String {
    let found = read.extensions().iter().find_map(|extension| {
        let ParsedExtension::IssuingDistributionPoint(named) = extension.parsed_extension() else {
            return None;
        };
        match named.distribution_point.as_ref()? {
            DistributionPointName::FullName(names) => point_of(names),
            DistributionPointName::NameRelativeToCRLIssuer(_) => None,
        }
    });
    found.unwrap_or_default()
}

/// The distribution point by whose list a certificate is held against; empty where it names none.
pub(super) fn point_of_certificate(read: &X509Certificate<'_>) -> String {
    let found = read.iter_extensions().find_map(|extension| {
        let ParsedExtension::CRLDistributionPoints(points) = extension.parsed_extension() else {
            return None;
        };
        points
            .iter()
            .find_map(|point| match point.distribution_point.as_ref()? {
                DistributionPointName::FullName(names) => point_of(names),
                DistributionPointName::NameRelativeToCRLIssuer(_) => None,
            })
    });
    found.unwrap_or_default()
}

/// Takes the next piece of a list. The last piece says that the list was taken, and lets go what was only held
/// and is on it no more: until then the earlier list counts, and what the new one adds counts already.
pub fn take_piece(
    tx: &mut Tx<'_>,
    (key_id, list): (&str, &RevocationList),
    piece: &[RevokedCard],
    is_last: bool,
) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, key_id);
    tx.set_detail(Detail::CardRevocationsTaken {
        count: i64::try_from(piece.len()).unwrap_or(i64::MAX),
        last: is_last,
    });
    if store::find_authority(tx, key_id)?.is_none() {
        return Err(RefusalCode::NotFound.into());
    }
    let before = store::find_list(tx, key_id, &list.point)?;
    if before.is_some_and(|before| before.made_at > list.made_at) {
        // An older list says nothing that a newer one has not said.
        return Err(RefusalCode::WrongState.into());
    }
    for card in piece {
        store::upsert_revocation(tx, key_id, card, list)?;
    }
    if is_last {
        store::delete_held(tx, key_id, list)?;
        store::upsert_list(tx, key_id, list)?;
    }
    Ok(())
}
