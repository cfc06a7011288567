//! The certificate itself: issued for a request, and written down where those of its kind are.

use super::EnrolmentFor;
use crate::certificate::{
    self, Authority, CLOCK_SKEW_SECONDS, CertificateRequest, Certified, Certifies,
    TerminalCertificate, TerminalSubject,
};
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::facility;
use crate::insurer::{self, InsurerCertificate};
use crate::reader::{self, NewReaderCertificate, ReaderCertificate};
use crate::service::Tx;

/// Issues the certificate itself. It takes less than a millisecond.
pub(super) fn certify(
    tx: &mut Tx<'_>,
    authority: &Authority,
    of: &EnrolmentFor,
    request: &CertificateRequest,
) -> Result<Certified, Error> {
    let (certifies, facility_code, facility_name) = match of {
        EnrolmentFor::Terminal(code, _) => {
            let name = facility::show(tx, code)?.name;
            (Certifies::Terminal, code.as_str().to_owned(), name)
        }
        EnrolmentFor::Reader(code, _) => {
            let name = facility::show(tx, code)?.name;
            (Certifies::Reader, code.as_str().to_owned(), name)
        }
        EnrolmentFor::Insurer(name, _) => (Certifies::Insurer, String::new(), name.clone()),
    };
    let subject = TerminalSubject {
        facility_code,
        facility_name,
        terminal_name: of.name().to_owned(),
    };
    let days = tx.rules().certificate.days;
    let begin = tx.now().plus_seconds(-CLOCK_SKEW_SECONDS);
    let end = tx.now().plus_seconds(days.saturating_mul(86_400));
    let serial = certificate::serial_number(tx.entropy().bytes());
    let period = (serial, begin.ms(), end.ms());
    let certified = authority.certify(request, (certifies, &subject), period);
    Ok(certified.map_err(|e| Fault::at("issuing a certificate", e))?)
}

/// Writes a certificate down where those of its kind are.
pub(super) fn record(
    tx: &mut Tx<'_>,
    of: &EnrolmentFor,
    certified: &Certified,
) -> Result<(), Error> {
    let not_before = Moment::from_ms(certified.not_before_ms);
    let not_after = Moment::from_ms(certified.not_after_ms);
    let issued_at = tx.now();
    let (serial, fingerprint) = (certified.serial.clone(), certified.fingerprint.clone());
    match of {
        EnrolmentFor::Terminal(facility, name) => {
            let certificate = TerminalCertificate {
                serial,
                facility: facility.clone(),
                terminal_name: name.clone(),
                fingerprint,
                not_before,
                not_after,
                issued_at,
                revoked: None,
            };
            certificate::record(tx, &certificate)
        }
        EnrolmentFor::Reader(facility, name) => {
            let certificate = ReaderCertificate {
                serial,
                facility: facility.clone(),
                reader_name: name.clone(),
                fingerprint,
                not_before,
                not_after,
                issued_at,
                revoked: None,
            };
            let der = certified.certificate_der.clone();
            reader::record_certificate(tx, &NewReaderCertificate { certificate, der })
        }
        EnrolmentFor::Insurer(name, numbers) => {
            let certificate = InsurerCertificate {
                serial,
                name: name.clone(),
                numbers: numbers.clone(),
                fingerprint,
                not_before,
                not_after,
                issued_at,
                revoked: None,
            };
            insurer::record(tx, &certificate)
        }
    }
}
