//! Keeping what insurers report: idempotent, and to be gone on with after a kill. A batch and how
//! far it reaches are committed together.

use super::import_reader::{Batch, Rejection};
use super::record::{InsurerRecord, Line};
use super::store::upsert::{self, Counts, Upserted};
use super::store::{find_insurer, runs};
use crate::audit::{Detail, SubjectKind};
use crate::clock::{Day, Moment};
use crate::error::{Error, RefusalCode};
use crate::service::Tx;

pub use super::check::check;

/// What the lines of an import are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinesOf {
    /// 加入者情報.
    Insured,
    /// 診療・薬剤・特定健診情報.
    Medical,
}

impl LinesOf {
    /// The word that is kept.
    pub const fn code(self) -> &'static str {
        match self {
            LinesOf::Insured => "insured",
            LinesOf::Medical => "medical",
        }
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Bytes of the source that are done.
    pub position: i64,
    /// Lines read.
    pub lines: i64,
    /// Lines taken.
    pub accepted: i64,
    /// Of these, what was not known before.
    pub added: i64,
    /// What was known otherwise.
    pub changed: i64,
    /// What was known so already.
    pub unchanged: i64,
    /// Lines that could not be taken.
    pub rejected: i64,
    /// True when the source was read to its end.
    pub finished: bool,
}

impl Progress {
    pub(crate) fn count(&mut self, upsert: Upserted) {
        self.accepted += 1;
        match upsert {
            Upserted::Added => self.added += 1,
            Upserted::Changed => self.changed += 1,
            Upserted::Unchanged => self.unchanged += 1,
        }
    }
}

/// What is known of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// How far it has come.
    pub progress: Progress,
    /// SHA-256 of the bytes that are done.
    pub digest: Option<String>,
    /// Of a report: the insurer's name and day.
    pub insurer: Option<InsurerRecord>,
    /// When it was begun.
    pub begun_at: Option<Moment>,
    /// When it went on last.
    pub updated_at: Option<Moment>,
}

/// How far this source was taken before.
pub fn find_run(tx: &mut Tx<'_>, source: &str) -> Result<Option<Run>, Error> {
    Ok(runs::find_run(tx, source)?)
}

/// The kept rejections of a source, in the order of its lines.
pub fn list_rejections(tx: &mut Tx<'_>, source: &str) -> Result<Vec<Rejection>, Error> {
    Ok(runs::list_rejections(tx, source)?)
}

/// A generated population other than this one, if the database has one. Its people have the same
/// keys, and would mix with those of this one.
pub fn find_other_population(tx: &mut Tx<'_>, source: &str) -> Result<Option<String>, Error> {
    Ok(runs::find_other_population(tx, source)?)
}

/// Takes lines that are known to be right, and keeps how far they reach.
pub fn take(
    tx: &mut Tx<'_>,
    source: &str,
    lines: &[Line],
    progress: &Progress,
) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Request, source);
    let mut taken = Progress::default();
    upsert_lines(tx, lines, &mut taken)?;
    tx.set_detail(detail(&taken));
    let run = Run {
        progress: *progress,
        ..Run::default()
    };
    Ok(runs::keep_run(tx, source, (LinesOf::Insured, None), &run)?)
}

/// Takes a batch of the operator's import.
pub fn take_batch(tx: &mut Tx<'_>, source: &str, batch: &Batch) -> Result<Run, Error> {
    tx.set_subject(SubjectKind::Request, source);
    take_and_keep(tx, source, (LinesOf::Insured, None), batch, put_insured).map(|(run, _)| run)
}

/// Takes a batch of an insurer's report. The door has seen that the insurer is the asker's own.
pub(crate) fn take_report(
    tx: &mut Tx<'_>,
    source: &str,
    insurer: &str,
    batch: &Batch,
) -> Result<Run, Error> {
    if let Some(reported) = &batch.insurer
        && let Some(day) = Day::parse(&reported.data_date)
        && let Some((_, kept)) = find_insurer(tx, insurer)?
        && day < kept
    {
        return Err(RefusalCode::ReportOlder.into());
    }
    report(tx, source, (LinesOf::Insured, insurer), batch, put_insured)
}

/// Takes a batch of a report of any kind, and keeps which of its lines could not be taken.
pub(crate) fn report<L>(
    tx: &mut Tx<'_>,
    source: &str,
    (of, insurer): (LinesOf, &str),
    batch: &Batch<L>,
    upsert: impl FnOnce(&mut Tx<'_>, &Batch<L>, &mut Progress) -> Result<Vec<Rejection>, Error>,
) -> Result<Run, Error> {
    if batch.from == Some(0) {
        runs::forget_rejections(tx, insurer, of)?;
    }
    let (run, rejections) = take_and_keep(tx, source, (of, Some(insurer)), batch, upsert)?;
    let room = tx.rules().report.rejections_max;
    let before = run.progress.rejected - rejections.len() as i64;
    for (_, rejection) in (before..room).zip(&rejections) {
        runs::put_rejection(tx, source, rejection)?;
    }
    Ok(run)
}

/// Takes a batch of lines of any kind, and keeps how far they reach. Gives the lines that could not be
/// taken, those of the import reader and those that only the database knows of, in their order.
pub(crate) fn take_and_keep<L>(
    tx: &mut Tx<'_>,
    source: &str,
    of: (LinesOf, Option<&str>),
    batch: &Batch<L>,
    upsert: impl FnOnce(&mut Tx<'_>, &Batch<L>, &mut Progress) -> Result<Vec<Rejection>, Error>,
) -> Result<(Run, Vec<Rejection>), Error> {
    let before = match batch.from {
        None => Run::default(),
        Some(_) => runs::find_run(tx, source)?.unwrap_or_default(),
    };
    // Somebody else goes on with the same source, or a batch before this one was not committed:
    // either way lines between the two would be passed over.
    if batch
        .from
        .is_some_and(|from| from != before.progress.position)
        || before.progress.finished
    {
        return Err(RefusalCode::ReportUnderWay.into());
    }
    let mut taken = Progress::default();
    let mut rejections = upsert(tx, batch, &mut taken)?;
    rejections.extend(batch.rejections.iter().cloned());
    rejections.sort_by_key(|one| one.line);
    taken.rejected = rejections.len() as i64;
    tx.set_detail(detail(&taken));
    let sum = before.progress;
    let run = Run {
        progress: Progress {
            position: batch.position,
            lines: batch.line_count,
            accepted: sum.accepted + taken.accepted,
            added: sum.added + taken.added,
            changed: sum.changed + taken.changed,
            unchanged: sum.unchanged + taken.unchanged,
            rejected: sum.rejected + taken.rejected,
            finished: batch.finished,
        },
        digest: Some(batch.digest.clone()),
        insurer: batch.insurer.clone(),
        begun_at: before.begun_at.or(Some(tx.now())),
        updated_at: Some(tx.now()),
    };
    runs::keep_run(tx, source, of, &run)?;
    Ok((run, rejections))
}

fn put_insured(
    tx: &mut Tx<'_>,
    batch: &Batch,
    taken: &mut Progress,
) -> Result<Vec<Rejection>, Error> {
    upsert_lines(tx, &batch.lines, taken)?;
    if let (true, Some(record)) = (batch.finished, &batch.insurer) {
        taken.count(upsert::upsert_insurer(tx, record)?);
    }
    Ok(Vec::new())
}

fn upsert_lines(tx: &mut Tx<'_>, lines: &[Line], taken: &mut Progress) -> Result<(), Error> {
    let mut counts = Counts::default();
    let is_insurer = |line: &Line| matches!(line, Line::Insurer(_));
    for alike in lines.chunk_by(|one, next| is_insurer(one) == is_insurer(next)) {
        let mut records = Vec::with_capacity(alike.len());
        for line in alike {
            match line {
                Line::Insurer(record) => taken.count(upsert::upsert_insurer(tx, record)?),
                Line::Qualification(record) => records.push(&**record),
            }
        }
        for upsert in upsert::upsert_qualifications(tx, &records, &mut counts)? {
            taken.count(upsert);
        }
    }
    Ok(upsert::add_counts(tx, &counts)?)
}

pub(crate) fn detail(taken: &Progress) -> Detail {
    Detail::LinesTaken {
        added: taken.added,
        changed: taken.changed,
        unchanged: taken.unchanged,
        rejected: taken.rejected,
    }
}
