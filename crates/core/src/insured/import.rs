//! Importing what insurers send: line by line checked, idempotent, and to be gone on with after a
//! kill. The batch and how far it reaches are committed together.

use super::record::{InsurerRecord, Line, QualificationRecord};
use super::store;
use crate::audit::SubjectKind;
use crate::clock::Day;
use crate::error::Error;
use crate::office::Work;
use onshi_wire::codes;
use onshi_wire::numbers::{InsurerNumber, has_right_check_digit};

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Bytes of the source that are done.
    pub position: i64,
    /// Lines read.
    pub lines: i64,
    /// Lines taken.
    pub accepted: i64,
    /// Lines that could not be taken.
    pub rejected: i64,
    /// True when the source was read to its end.
    pub finished: bool,
}

/// How far this source was imported before. The source is known by a digest of its name, length
/// and beginning, so that a changed file begins anew.
pub fn progress(work: &mut Work<'_>, source: &str) -> Result<Option<Progress>, Error> {
    Ok(store::find_run(work.connection(), source)?)
}

/// Takes a batch of checked lines, and keeps how far it reaches.
pub fn take(
    work: &mut Work<'_>,
    source: &str,
    lines: &[Line],
    progress: &Progress,
) -> Result<(), Error> {
    work.about(SubjectKind::Request, source);
    work.note(format!("imported {} lines", lines.len()));
    for line in lines {
        match line {
            Line::Insurer(record) => store::put_insurer(work, record)?,
            Line::Qualification(record) => store::put_qualification(work, record)?,
        }
    }
    Ok(store::keep_run(work, source, progress)?)
}

/// Says what is wrong with a line; empty when it can be taken.
pub fn check(line: &Line) -> Vec<String> {
    match line {
        Line::Insurer(record) => check_insurer(record),
        Line::Qualification(record) => check_qualification(record),
    }
}

fn number_problem(text: &str) -> Option<String> {
    match InsurerNumber::parse(text) {
        Err(_) => Some(format!(
            "InsurerNumber {text}: 8 digits, or 6 for 国保, are wanted"
        )),
        Ok(number) if !has_right_check_digit(number.digits()) => {
            Some(format!("InsurerNumber {text}: the check digit is wrong"))
        }
        Ok(_) => None,
    }
}

fn check_insurer(record: &InsurerRecord) -> Vec<String> {
    let mut problems: Vec<String> = number_problem(&record.insurer_number).into_iter().collect();
    if record.insurer_name.trim().is_empty() {
        problems.push("InsurerName is missing".to_owned());
    }
    if Day::parse(&record.data_date).is_none() {
        problems.push("DataDate is no day".to_owned());
    }
    problems
}

fn check_qualification(record: &QualificationRecord) -> Vec<String> {
    let mut problems: Vec<String> = number_problem(&record.insurer_number).into_iter().collect();
    let mut wrong = |text: String| problems.push(text);
    if record.person < 1 {
        wrong("Person begins at 1".to_owned());
    }
    if record.name.trim().is_empty() {
        wrong("Name is missing".to_owned());
    }
    if record.insured_identification_number.trim().is_empty() {
        wrong("InsuredIdentificationNumber is missing".to_owned());
    }
    let mut days = [None; 3];
    let needed = [
        ("Birthdate", Some(&record.birthdate)),
        ("QualificationDate", Some(&record.qualification_date)),
        (
            "DisqualificationDate",
            record.disqualification_date.as_ref(),
        ),
    ];
    for (place, (name, text)) in needed.into_iter().enumerate() {
        if let Some(text) = text {
            days[place] = Day::parse(text);
            if days[place].is_none() {
                wrong(format!("{name} {text} is no day"));
            }
        }
    }
    if let [Some(birth), Some(acquired), _] = days
        && acquired < birth
    {
        wrong("QualificationDate is before Birthdate".to_owned());
    }
    if let [_, Some(acquired), Some(lost)] = days
        && lost < acquired
    {
        wrong("DisqualificationDate is before QualificationDate".to_owned());
    }
    let coded = [
        (
            "InsuredCardClassification",
            "010",
            Some(&record.insured_card_classification),
        ),
        (
            "PersonalFamilyClassification",
            "009",
            record.personal_family_classification.as_ref(),
        ),
        ("Sex1", "007", Some(&record.sex1)),
        ("Sex2", "007", record.sex2.as_ref()),
        ("ReasonOfLoss", "008", record.reason_of_loss.as_ref()),
    ];
    for (name, list, value) in coded {
        let list = format!("OQSCD{list}");
        if let Some(value) = value
            && codes::label(&list, value).is_none()
        {
            wrong(format!("{name} {value} is not in {list}"));
        }
    }
    if record.disqualification_date.is_none() != record.reason_of_loss.is_none() {
        wrong("DisqualificationDate and ReasonOfLoss belong together".to_owned());
    }
    problems
}
