//! Keeping what is reported of persons' medicines, treatments, operations and checkups, by the same import reader
//! as insured persons: in batches, to be gone on with, each line taken or told.

use super::line::MedicalLine;
use super::record::{Holds, Record};
use super::store;
use crate::audit::SubjectKind;
use crate::error::{Error, Fault};
use crate::insured::import::{self, LinesOf, Progress, Run};
use crate::insured::import_reader::{Batch, IntakeLine, Rejection, Words};
use crate::insured::{self, lines};
use crate::insurer;
use crate::service::Tx;
use onshi_wire::numbers::match_insurer;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

impl IntakeLine for Record {
    const HEADED: bool = false;
    /// A month of a large hospital, twenty thousand lines, has about this much.
    const BYTES_MAX: usize = 8 * 1024 * 1024;

    fn read_json(text: &[u8]) -> Result<Record, Vec<String>> {
        let line: MedicalLine = lines::read_json(text).map_err(|why| vec![why])?;
        line.read()
    }

    fn columns(_: &[u8]) -> Result<Vec<String>, Words> {
        Err(Words::of(
            "診療・薬剤・特定健診情報は、CSVでは受け付けません。JSONの行（1行に1件、application/x-ndjson）にしてください。",
            "Medical records are not taken as CSV; send JSON lines (application/x-ndjson).",
        ))
    }

    fn read_csv(_: &[String], _: &[u8]) -> Result<Record, Vec<String>> {
        Err(vec!["CSVでは受け付けません。".to_owned()])
    }

    fn problems(&self) -> Vec<String> {
        Vec::new()
    }

    fn insurer_number(&self) -> &str {
        &self.insurer
    }
}

impl Record {
    /// How many medicines, treatments or results it has.
    fn line_count(&self) -> usize {
        match &self.holds {
            Holds::Medicines(of) => of.days.iter().map(|day| day.medicines.len()).sum(),
            Holds::Treatments(of) => of.days.iter().map(|day| day.treatments.len()).sum(),
            Holds::Operations(of) => of.operations.len(),
            Holds::Checkups(of) => of.checkups.iter().map(|day| day.items.len()).sum(),
        }
    }
}

/// Takes records that are known to be right.
pub fn take(tx: &mut Tx<'_>, source: &str, records: &[Record]) -> Result<Progress, Error> {
    tx.set_subject(SubjectKind::Request, source);
    let mut taken = Progress::default();
    for record in records {
        taken.count(store::upsert(tx, record)?);
    }
    tx.set_detail(import::detail(&taken));
    Ok(taken)
}

/// Takes a batch of the operator's import. Gives how far it is, and the lines that were not taken.
pub fn take_batch(
    tx: &mut Tx<'_>,
    source: &str,
    batch: &Batch<Record>,
) -> Result<(Run, Vec<Rejection>), Error> {
    tx.set_subject(SubjectKind::Request, source);
    import::take_and_keep(tx, source, (LinesOf::Medical, None), batch, upsert)
}

/// Takes a batch of an insurer's report. The door has seen that the insurer is the asker's own, and the
/// import reader that every line is this insurer's.
pub fn take_report(
    tx: &mut Tx<'_>,
    source: &str,
    insurer: &str,
    batch: &Batch<Record>,
) -> Result<Run, Error> {
    insurer::refuse_ended(tx)?;
    import::report(tx, source, (LinesOf::Medical, insurer), batch, upsert)
}

/// Puts in the records of persons who are or were insured by the insurer that bears them. Nobody can
/// write into the history of somebody else's insured.
fn upsert(
    tx: &mut Tx<'_>,
    batch: &Batch<Record>,
    taken: &mut Progress,
) -> Result<Vec<Rejection>, Error> {
    let most = tx.rules().medical.record_lines_max;
    let mut insurers: HashMap<i64, Vec<String>> = HashMap::new();
    let mut rejections = Vec::new();
    for (place, record) in batch.lines.iter().enumerate() {
        let mut problems = Vec::new();
        let lines = record.line_count();
        if lines > most {
            problems.push(format!(
                "Days: 1件の記録は{most}行までです（{lines}行あります）。"
            ));
        }
        if !is_insured_by(tx, record, &mut insurers)? {
            problems.push(
                "Person: この保険者（InsurerNumber）の加入者として登録されていません。".to_owned(),
            );
        }
        if problems.is_empty() {
            taken.count(store::upsert(tx, record)?);
        } else {
            rejections.push(Rejection {
                line: batch.places.get(place).copied().unwrap_or(0),
                problems,
            });
        }
    }
    Ok(rejections)
}

fn is_insured_by(
    tx: &mut Tx<'_>,
    record: &Record,
    known: &mut HashMap<i64, Vec<String>>,
) -> Result<bool, Fault> {
    let of = match known.entry(record.person) {
        Entry::Occupied(there) => there.into_mut(),
        Entry::Vacant(place) => {
            let of = insured::list_insurers_of(tx, record.person)?;
            place.insert(of.iter().map(|number| match_insurer(number)).collect())
        }
    };
    Ok(of.contains(&record.insurer))
}
