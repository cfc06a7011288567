//! What the centre does on its own (定期処理): the list of its jobs.

use crate::access::IndexChecks;
use crate::account::retention::{ExpireFailures, ExpirePasswords, ExpireSessions, ExpireTokens};
use crate::application::retention::ExpireApplications;
use crate::eligibility::bulk::RunBulk;
use crate::eligibility::retention::ExpireResults;
use crate::enrolment::warning::WarnOfCertificates;
use crate::form::retention::ExpireForms;
use crate::mail::retention::ExpireMail;
use crate::reader::retention::ExpireReaderResults;
pub use crate::service::Job;

/// The jobs that keep nobody waiting, in the order in which they are run.
pub static UPKEEP: [&dyn Job; 11] = [
    &ExpireResults,
    &ExpireSessions,
    &ExpireFailures,
    &ExpireTokens,
    &ExpirePasswords,
    &ExpireForms,
    &ExpireReaderResults,
    &ExpireMail,
    &ExpireApplications,
    &WarnOfCertificates,
    &IndexChecks,
];

/// The job for whose results somebody waits. It is woken when there is a request.
pub static BULK: [&dyn Job; 1] = [&RunBulk];

/// Every job.
pub fn all() -> impl Iterator<Item = &'static dyn Job> {
    BULK.into_iter().chain(UPKEEP)
}
