//! How far an application for a certificate is: its own state first, then that of the code, then that of the certificate.

use super::{Application, ApplicationKind, ApplicationState, CertificateProgress};
use crate::certificate::CertificateState;
use crate::enrolment::{self, EnrolmentState, Outcome};
use crate::error::Fault;
use crate::service::Tx;

/// The application with its progress as it is now, where it is for a certificate.
pub(super) fn with(tx: &mut Tx<'_>, application: Application) -> Result<Application, Fault> {
    let progress = match application.kind {
        ApplicationKind::Certificate => Some(of(tx, &application)?),
        ApplicationKind::Start | ApplicationKind::Change | ApplicationKind::Recovery => None,
    };
    Ok(Application {
        progress,
        ..application
    })
}

fn of(tx: &mut Tx<'_>, application: &Application) -> Result<CertificateProgress, Fault> {
    Ok(match application.state {
        ApplicationState::Unconfirmed if application.is_over(tx.now()) => CertificateProgress::Over,
        ApplicationState::Unconfirmed => CertificateProgress::Unconfirmed,
        ApplicationState::Received | ApplicationState::Seconded => CertificateProgress::Received,
        ApplicationState::Rejected => CertificateProgress::Rejected,
        ApplicationState::Withdrawn => CertificateProgress::Withdrawn,
        ApplicationState::Approved => match &application.notice_enrolment {
            Some(id) => enrolment::outcome(tx, id)?.map_or(CertificateProgress::CodeOver, fetched),
            None => CertificateProgress::Issued,
        },
    })
}

/// How far it is behind the drawing of its code.
fn fetched(outcome: Outcome) -> CertificateProgress {
    match (outcome.code, outcome.certificate) {
        (EnrolmentState::Open, _) => CertificateProgress::Issued,
        (EnrolmentState::Over | EnrolmentState::Voided, _) => CertificateProgress::CodeOver,
        (EnrolmentState::Used, Some(CertificateState::Revoked)) => CertificateProgress::Revoked,
        (EnrolmentState::Used, Some(CertificateState::Expired)) => CertificateProgress::Expired,
        (EnrolmentState::Used, _) => CertificateProgress::Fetched,
    }
}
