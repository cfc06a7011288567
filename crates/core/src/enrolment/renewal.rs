//! 電子証明書の更新 (renewal): a certificate in the place of one that ends soon, asked for with the old one, for a new key.
//!
//! Both are good until the new one was used first ([`used`]); then the old one ends after a while
//! ([`CertificateRules::overlap_minutes`](crate::rules::CertificateRules)), so that the programs of the same terminal
//! pick the new one up without losing a request. Whoever is cut off asks again with the same key and is given the same
//! certificate; whoever lost the key asks with another one, and what was issued for the lost one is revoked.

use super::certify::{certify, record};
use super::{Enrolled, EnrolmentFor, store};
use crate::audit::{Detail, SubjectKind};
use crate::certificate::ending::days_left;
use crate::certificate::{self, Authority, CertificateRequest};
use crate::clock::Moment;
use crate::error::{Error, Refusal, RefusalCode};
use crate::reader::{self, ReaderCertificate, Sent, Signed};
use crate::service::Tx;
use crate::terms::CertificateKind;

/// How many certificates are issued in the place of one: more is no terminal that lost its answer.
const RENEWALS_MAX: i64 = 10;

/// Why a certificate that was replaced is revoked.
const REPLACED: &str = "更新した電子証明書の利用開始";

/// Why a certificate is revoked whose key was lost before it was used.
const LOST: &str = "更新のやり直し（使われる前に鍵が作り直された）";

/// A certificate that is to be replaced.
struct Old {
    serial: String,
    of: EnrolmentFor,
    not_after: Moment,
}

/// Renews the certificate of the terminal that asks.
pub fn renew(
    tx: &mut Tx<'_>,
    authority: &Authority,
    request: &CertificateRequest,
) -> Result<Enrolled, Error> {
    let serial = own_serial(tx)?;
    let found = certificate::find(tx.connection(), &serial)?;
    let found = found.ok_or(RefusalCode::CertificateForeign)?;
    let old = Old {
        serial,
        of: EnrolmentFor::Terminal(found.facility, found.terminal_name),
        not_after: found.not_after,
    };
    renewed(tx, authority, &old, request)
}

/// Renews the certificate of the card reader that signed the request.
pub fn renew_reader(
    tx: &mut Tx<'_>,
    authority: &Authority,
    (signed, sent): (&Signed, &Sent),
    request: &CertificateRequest,
) -> Result<Enrolled, Error> {
    let found = reader::must_have_signed(tx, signed, sent)?;
    let old = Old {
        serial: found.serial,
        of: EnrolmentFor::Reader(found.facility, found.reader_name),
        not_after: found.not_after,
    };
    renewed(tx, authority, &old, request)
}

fn own_serial(tx: &Tx<'_>) -> Result<String, RefusalCode> {
    let serial = tx.actor().certificate().map(str::to_owned);
    serial.ok_or(RefusalCode::CertificateMissing)
}

fn renewed(
    tx: &mut Tx<'_>,
    authority: &Authority,
    old: &Old,
    request: &CertificateRequest,
) -> Result<Enrolled, Error> {
    let from_days = tx.rules().certificate.renewal_days;
    if days_left(old.not_after, tx.now()) > from_days {
        let begin = old
            .not_after
            .plus_seconds(-from_days.saturating_mul(86_400));
        return Err(Refusal::until(RefusalCode::RenewalTooEarly, begin).into());
    }
    let key = request.key_digest();
    if let Some((serial, certificate_pem)) = store::find_renewal(tx, &old.serial, &key)? {
        tx.set_subject(SubjectKind::Certificate, &serial);
        tx.set_detail(Detail::EnrolledAgain {
            kind: old.of.kind(),
            name: old.of.name().to_owned(),
        });
        return Ok(Enrolled {
            of: old.of.clone(),
            certificate_pem,
            serial,
        });
    }
    if store::count_renewals(tx, &old.serial)? >= RENEWALS_MAX {
        return Err(RefusalCode::TooManyRequests.into());
    }
    for lost in store::list_unused_renewals(tx, &old.serial)? {
        revoke_at(tx, old.of.kind(), &lost, (tx.now(), LOST))?;
    }
    let certified = certify(tx, authority, &old.of, request)?;
    record(tx, &old.of, &certified)?;
    store::insert_renewal(tx, (&old.serial, &key), &old.of, &certified)?;
    tx.set_subject(SubjectKind::Certificate, &certified.serial);
    tx.set_detail(Detail::Renewed {
        kind: old.of.kind(),
        name: old.of.name().to_owned(),
        old: old.serial.clone(),
    });
    Ok(Enrolled {
        of: old.of.clone(),
        certificate_pem: certified.certificate_pem,
        serial: certified.serial,
    })
}

/// Says that the certificate that is shown is in use in the place of an older one, which ends after a while. Gives the
/// moment of that; none where it replaces nothing, or said so before.
pub fn used(tx: &mut Tx<'_>) -> Result<Option<Moment>, Error> {
    let serial = own_serial(tx)?;
    begun(tx, CertificateKind::Terminal, &serial)
}

/// The same for the card reader that signed this.
pub fn used_by_reader(
    tx: &mut Tx<'_>,
    (signed, sent): (&Signed, &Sent),
) -> Result<Option<Moment>, Error> {
    let found: ReaderCertificate = reader::must_have_signed(tx, signed, sent)?;
    begun(tx, CertificateKind::Reader, &found.serial)
}

fn begun(tx: &mut Tx<'_>, kind: CertificateKind, serial: &str) -> Result<Option<Moment>, Error> {
    tx.set_subject(SubjectKind::Certificate, serial);
    tx.set_detail(Detail::Looked {});
    let Some(old) = store::change_renewal_used(tx, serial)? else {
        return Ok(None);
    };
    let minutes = tx.rules().certificate.overlap_minutes;
    let end = tx.now().plus_seconds(minutes.saturating_mul(60));
    revoke_at(tx, kind, &old, (end, REPLACED))?;
    tx.set_detail(Detail::RenewalUsed {
        old,
        until: end.jst_fourteen(),
    });
    Ok(Some(end))
}

/// Ends a certificate at a moment, unless it has ended before.
fn revoke_at(
    tx: &mut Tx<'_>,
    kind: CertificateKind,
    serial: &str,
    (at, reason): (Moment, &str),
) -> Result<(), Error> {
    match kind {
        CertificateKind::Terminal => certificate::revoke_at(tx, serial, at, reason)?,
        CertificateKind::Reader => reader::revoke_at(tx, serial, at, reason)?,
        // An insurer renews by a code.
        CertificateKind::Insurer => {}
    }
    Ok(())
}
