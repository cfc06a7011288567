//! The demo's insurer: a certificate to report with, and a file to report.

use super::kept::{KeptFiles, kept};
use crate::certificate::write_files;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::Day;
use onshi_core::insured::{InsurerRecord, Line};
use onshi_population::Showcase;
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Provision};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What the demo keeps of its insurer between its starts.
#[derive(Serialize, Deserialize)]
pub(super) struct Reporter {
    pub(super) number: String,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) files: KeptFiles,
    /// A report of the sample patients whom this insurer insures.
    pub(super) example: PathBuf,
}

/// Makes the certificate of the insurer of the first sample patient, and an example.
pub(super) fn make(
    provision: &Provision<'_>,
    tools: &Tools,
    patients: &[Showcase],
    (dir, today): (&Path, Day),
) -> Result<Option<Reporter>, Failure> {
    let lines = || patients.iter().flat_map(|patient| &patient.lines);
    let known = lines().find_map(|line| match line {
        Line::Insurer(record) => Some(record.clone()),
        Line::Qualification(_) => None,
    });
    let Some(record) = known else {
        return Ok(None);
    };
    let number = onshi_core::insurer::number(&record.insurer_number)?;
    let now = onshi_core::clock::now();
    let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
    let begin = now.plus_seconds(-3600);
    let numbers = [number.clone()];
    let issued = provision.insurer_certificate(&record.insurer_name, &numbers, begin, end)?;
    let folder = dir.join("insurer");
    let authority = tools.authority.certificate_der();
    let files = write_files(&issued, authority, &folder, &format!("insurer-{number}"))?;
    let own = lines().filter(|line| match line {
        Line::Insurer(_) => false,
        Line::Qualification(one) => one.insurer_number == record.insurer_number,
    });
    let first = Line::Insurer(InsurerRecord {
        data_date: today.eight(),
        ..record.clone()
    });
    let mut text = String::new();
    for line in std::iter::once(&first).chain(own) {
        let line = serde_json::to_string(line).map_err(|e| Failure::fault("example.jsonl", e))?;
        text.push_str(&line);
        text.push('\n');
    }
    let example = folder.join("example.jsonl");
    onshi_server::start::secrets::replace(&example, text.as_bytes())?;
    Ok(Some(Reporter {
        number,
        name: record.insurer_name,
        files: kept(files),
        example,
    }))
}

/// What `demo.json` tells of it.
pub(super) fn describe(reporter: &Reporter, centre_url: &str) -> serde_json::Value {
    let at = |end: &str| {
        let number = &reporter.number;
        format!("{centre_url}/onshi/v1/insurers/{number}/{end}")
    };
    serde_json::json!({
        "number": reporter.number,
        "name": reporter.name,
        "certificate": reporter.files.certificate,
        "key": reporter.files.key,
        "pkcs12": reporter.files.pkcs12,
        "pkcs12_password": reporter.files.pkcs12_password,
        "serial": reporter.files.serial,
        "records": at("records"),
        "status": at("status"),
        "example": reporter.example,
    })
}
