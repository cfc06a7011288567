//! Insurers (保険者) as those who report: their certificates, each bound to insurer numbers, and
//! what is known of their data.
//!
//! An insurer has no accounts: its program shows a certificate of its own kind, and the permission
//! table's mark `I` lets it reach the numbers of that certificate and no other.

mod store;
#[cfg(test)]
mod tests;

pub(crate) use store::find;

use crate::audit::{Detail, SubjectKind};
use crate::certificate::CertificateState;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::insured::import::{self, LinesOf, Run};
use crate::insured::import_reader::{Batch, Rejection};
use crate::insured::{find_insurer, runs};
use crate::service::Tx;
use onshi_wire::numbers::{InsurerNumber, has_right_check_digit, match_insurer};

/// A certificate that was issued to an insurer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct InsurerCertificate {
    pub serial: String,
    /// Whose it is, as the certificate says.
    pub name: String,
    /// The numbers that its holder may report for, in the form in which they are compared.
    pub numbers: Vec<String>,
    pub fingerprint: String,
    pub not_before: Moment,
    pub not_after: Moment,
    pub issued_at: Moment,
    pub revoked: Option<(Moment, String)>,
}

impl InsurerCertificate {
    /// What it is worth now.
    pub fn state(&self, now: Moment) -> CertificateState {
        let period = (self.not_before, self.not_after);
        CertificateState::of(self.revoked.is_some(), period, now)
    }
}

/// What is known of an insurer's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The number, in the form in which it is compared.
    pub number: String,
    /// The name and the day for which the data is true; none before the first whole report.
    pub known: Option<(String, Day)>,
    /// How many persons have a qualification there, past or present.
    pub persons: i64,
    /// How many qualifications these are.
    pub qualifications: i64,
    /// The report that was begun last.
    pub last_report: Option<InsurerReport>,
    /// The report of medical records that was begun last.
    pub last_medical_report: Option<InsurerReport>,
}

/// A report, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsurerReport {
    /// What the insurer calls it, or what we called it.
    pub key: String,
    /// How far it has come.
    pub run: Run,
    /// The lines that could not be taken, as far as they are kept.
    pub rejections: Vec<Rejection>,
}

/// Reads an insurer's number: the digit is checked, and the form is the one that is compared.
pub fn number(text: &str) -> Result<String, Problem> {
    let wrong = || {
        Problem::new(
            Fact::InsurerNumber,
            "保険者番号は8桁（国保は6桁）で、検証番号まで正しい必要があります。",
        )
        .in_english(
            "An insurer's number has 8 digits (6 of a municipality's), the last of which is a check \
             digit.",
        )
    };
    let number = InsurerNumber::parse(text).map_err(|_| wrong())?;
    if has_right_check_digit(number.digits()) {
        Ok(match_insurer(text))
    } else {
        Err(wrong())
    }
}

/// Writes down a certificate that the authority has issued. Without this it counts as foreign.
pub fn record(tx: &mut Tx<'_>, certificate: &InsurerCertificate) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, &certificate.serial);
    tx.set_detail(Detail::InsurerCertificateIssued {
        numbers: certificate.numbers.join("・"),
    });
    if let Some(text) = crate::text::wrong_in_a_line(&certificate.name) {
        let problem =
            Problem::new(Fact::InsurerName, text).in_english(crate::text::FOREIGN_CHARACTER);
        return Err(Refusal::invalid(vec![problem]).into());
    }
    if certificate.numbers.is_empty() {
        let problem = Problem::new(Fact::InsurerNumber, "保険者番号が1つ以上必要です。")
            .in_english("At least one insurer's number is needed.");
        return Err(Refusal::invalid(vec![problem]).into());
    }
    Ok(store::insert(tx, certificate)?)
}

/// Takes a batch of a report. The door has seen that the insurer is the asker's own.
pub fn take_report(
    tx: &mut Tx<'_>,
    source: &str,
    insurer: &str,
    batch: &Batch,
) -> Result<Run, Error> {
    refuse_ended(tx)?;
    import::take_report(tx, source, insurer, batch)
}

/// The source under which a report of medical records is kept.
pub fn medical_source(insurer: &str, key: &str) -> String {
    format!("medical-report/{insurer}/{key}")
}

/// Refuses what an insurer's certificate may not do any more: a report comes in for minutes, and its
/// certificate was judged when it began.
pub(crate) fn refuse_ended(tx: &mut Tx<'_>) -> Result<(), Error> {
    let Some(serial) = tx.actor().certificate().map(str::to_owned) else {
        return Ok(());
    };
    match store::find(tx.connection(), &serial)? {
        Some(found) => Ok(found.state(tx.now()).must_be_valid()?),
        None => Ok(()),
    }
}

/// The certificates of all insurers, or of one.
pub fn list(tx: &mut Tx<'_>, of: Option<&str>) -> Result<Vec<InsurerCertificate>, Error> {
    Ok(store::list(tx.connection(), of)?)
}

/// Revokes a certificate. From the next request on it is refused.
pub fn revoke(tx: &mut Tx<'_>, serial: &str, reason: &str) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, serial);
    let reason = crate::text::reason(reason)?;
    tx.set_detail(Detail::Revoked {
        reason: reason.clone(),
    });
    let found = store::find(tx.connection(), serial)?.ok_or(RefusalCode::NotFound)?;
    if found.revoked.is_some() || !store::change_revoked(tx, serial, &reason)? {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

/// The source under which a report is kept: keys of two insurers never meet.
pub fn source(insurer: &str, key: &str) -> String {
    format!("report/{insurer}/{key}")
}

/// What is known of an insurer's data, and what came of its last report.
pub fn status(tx: &mut Tx<'_>, insurer: &str) -> Result<Status, Error> {
    let (persons, qualifications) = store::find_counts(tx, insurer)?;
    let last_insured = last_report(tx, insurer, LinesOf::Insured)?;
    let last_medical_report = last_report(tx, insurer, LinesOf::Medical)?;
    Ok(Status {
        number: insurer.to_owned(),
        known: find_insurer(tx, insurer)?,
        persons,
        qualifications,
        last_report: last_insured,
        last_medical_report,
    })
}

fn last_report(
    tx: &mut Tx<'_>,
    insurer: &str,
    of: LinesOf,
) -> Result<Option<InsurerReport>, Error> {
    let Some((source, run)) = runs::find_last_report(tx, insurer, of)? else {
        return Ok(None);
    };
    Ok(Some(InsurerReport {
        rejections: import::list_rejections(tx, &source)?,
        key: source.splitn(3, '/').last().unwrap_or_default().to_owned(),
        run,
    }))
}

/// The same for a report that is kept under this source.
pub fn find_report_at(
    tx: &mut Tx<'_>,
    source: &str,
    key: &str,
) -> Result<Option<InsurerReport>, Error> {
    let Some(run) = import::find_run(tx, source)? else {
        return Ok(None);
    };
    Ok(Some(InsurerReport {
        key: key.to_owned(),
        rejections: import::list_rejections(tx, source)?,
        run,
    }))
}
