//! What holds at a reader: its mode and its settings, asked all day; and what the reader says of itself.

use super::asked::Asked;
use super::certificate::has_signed;
use super::{ReaderCertificate, Sent, Signed, store};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::environment;
use crate::error::{Error, RefusalCode};
use crate::service::{Service, Tx};
use crate::terms::FacilityCode;

/// What a reader says runs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The program and its version.
    pub version: String,
    /// The version of the settings that it works by; empty before the first.
    pub settings: String,
}

/// What holds at a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The reader's name.
    pub reader: String,
    /// Until when it is in 目視確認モード.
    pub by_eye_until: Option<Moment>,
    /// What it asks for.
    pub asked: Asked,
    /// By which the institution's settings are told apart: it changes when they do.
    pub settings: String,
    /// What it said last of what runs there.
    pub reported: Option<Report>,
}

/// Refuses what was not signed by a good reader of the institution, or is not of this time.
pub(super) fn must_be_from(
    (found, facility): (Option<(ReaderCertificate, String)>, &FacilityCode),
    (signed, sent): (&Signed, &Sent),
    now: Moment,
) -> Result<ReaderCertificate, RefusalCode> {
    let Some((certificate, key)) = found.filter(|(found, _)| found.facility == *facility) else {
        return Err(RefusalCode::ReaderUnknown);
    };
    certificate.state(now).must_be_valid()?;
    if !has_signed(&key, &signed.content, &signed.signature) {
        return Err(RefusalCode::ReaderSignature);
    }
    if sent.institution != facility.as_str() {
        return Err(RefusalCode::NotPermitted);
    }
    Ok(certificate)
}

impl Service {
    /// What holds at the reader that asks. It tells nothing of anybody, and leaves no entry: readers ask for it
    /// all day, and before each card.
    pub fn reader_standing(
        &self,
        signed: &Signed,
        sent: &Sent,
        (facility, now): (&FacilityCode, Moment),
    ) -> Result<Standing, Error> {
        let (found, mode, reported, environment) = self.read_for_authn(|connection| {
            let found = store::find_certificate_on(connection, &signed.reader)?;
            let name = found.as_ref().map_or("", |(found, _)| &found.reader_name);
            let mode = store::find_mode(connection, facility, name)?;
            let reported = store::find_report(connection, facility, name)?;
            let environment = environment::find(connection, facility)?;
            Ok((found, mode, reported, environment))
        })?;
        let certificate = must_be_from((found, facility), (signed, sent), now)?;
        let apart = now.seconds_since(sent.made_at).abs();
        if apart > self.rules().consent.reader_clock_seconds {
            return Err(RefusalCode::ReaderClock.into());
        }
        Ok(Standing {
            reader: certificate.reader_name,
            by_eye_until: mode.map(|(until, _)| until).filter(|until| now < *until),
            asked: Asked::by(&environment.settings, true),
            settings: environment.version.to_string(),
            reported: reported.map(|(version, settings, _)| Report { version, settings }),
        })
    }
}

/// Keeps what a reader says runs there.
pub fn report(tx: &mut Tx<'_>, reader: &str, report: &Report) -> Result<(), Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    tx.set_detail(Detail::ReaderReported {
        reader: reader.to_owned(),
        version: report.version.clone(),
    });
    Ok(store::upsert_report(tx, (&facility, reader), report)?)
}
