//! The imports' SQL: how far each source has come, and which of its lines could not be taken.

use crate::error::Fault;
use crate::insured::import::{LinesOf, Progress, Run};
use crate::insured::import_reader::Rejection;
use crate::service::Tx;
use crate::store::{Row, Value};

fn read(row: &Row) -> Result<Run, Fault> {
    let insurer = match row.opt_text(9)? {
        None => None,
        Some(text) => Some(
            serde_json::from_str(&text)
                .map_err(|e| Fault::at("reading the insurer of a report", e))?,
        ),
    };
    Ok(Run {
        progress: Progress {
            position: row.int(0)?,
            lines: row.int(1)?,
            accepted: row.int(2)?,
            added: row.int(3)?,
            changed: row.int(4)?,
            unchanged: row.int(5)?,
            rejected: row.int(6)?,
            finished: row.opt_int(7)?.is_some(),
        },
        digest: row.opt_text(8)?,
        insurer,
        begun_at: row.opt_moment(10)?,
        updated_at: row.opt_moment(11)?,
    })
}

/// How far an import of this source has come.
pub(in crate::insured) fn find_run(tx: &mut Tx<'_>, source: &str) -> Result<Option<Run>, Fault> {
    tx.row(
        "select position, lines, accepted, added, changed, unchanged, rejected, finished_at, \
         digest, pending, begun_at, updated_at from import_run where source = $1",
        &[source.into()],
    )?
    .map(|row| read(&row))
    .transpose()
}

/// The report of this insurer that was begun last, with its source.
pub(crate) fn find_last_report(
    tx: &mut Tx<'_>,
    insurer: &str,
    of: LinesOf,
) -> Result<Option<(String, Run)>, Fault> {
    tx.row(
        "select position, lines, accepted, added, changed, unchanged, rejected, finished_at, \
         digest, pending, begun_at, updated_at, source from import_run \
         where insurer_number = $1 and lines_of = $2 order by begun_at desc limit 1",
        &[insurer.into(), of.code().into()],
    )?
    .map(|row| Ok((row.text(12)?, read(&row)?)))
    .transpose()
}

/// A generated population other than this one.
pub(in crate::insured) fn find_other_population(
    tx: &mut Tx<'_>,
    source: &str,
) -> Result<Option<String>, Fault> {
    tx.row(
        "select source from import_run where source like 'population-%' and source <> $1 \
         order by source limit 1",
        &[source.into()],
    )?
    .map(|row| row.text(0))
    .transpose()
}

pub(in crate::insured) fn keep_run(
    tx: &mut Tx<'_>,
    source: &str,
    (of, insurer): (LinesOf, Option<&str>),
    run: &Run,
) -> Result<(), Fault> {
    let now = tx.now();
    let progress = &run.progress;
    let finished = progress.finished.then_some(now);
    let pending = match &run.insurer {
        None => Value::Null,
        Some(record) => serde_json::to_string(record)
            .map_err(|e| Fault::at("keeping the insurer of a report", e))?
            .into(),
    };
    tx.execute(
        "insert into import_run (source, begun_at, updated_at, position, lines, accepted, added, \
         changed, unchanged, rejected, finished_at, digest, pending, insurer_number, lines_of) \
         values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         on conflict (source) do update set updated_at = $2, position = $3, lines = $4, \
         accepted = $5, added = $6, changed = $7, unchanged = $8, rejected = $9, \
         finished_at = $10, digest = $11, pending = $12",
        &[
            source.into(),
            now.into(),
            progress.position.into(),
            progress.lines.into(),
            progress.accepted.into(),
            progress.added.into(),
            progress.changed.into(),
            progress.unchanged.into(),
            progress.rejected.into(),
            finished.into(),
            run.digest.as_deref().into(),
            pending,
            insurer.into(),
            of.code().into(),
        ],
    )
    .map(drop)
}

pub(in crate::insured) fn list_rejections(
    tx: &mut Tx<'_>,
    source: &str,
) -> Result<Vec<Rejection>, Fault> {
    tx.rows(
        "select line, problems from import_rejection where source = $1 order by line",
        &[source.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Rejection {
            line: row.int(0)?,
            problems: row.text(1)?.lines().map(str::to_owned).collect(),
        })
    })
    .collect()
}

pub(in crate::insured) fn put_rejection(
    tx: &mut Tx<'_>,
    source: &str,
    rejection: &Rejection,
) -> Result<(), Fault> {
    tx.execute(
        "insert into import_rejection (source, line, problems) values ($1, $2, $3) \
         on conflict (source, line) do nothing",
        &[
            source.into(),
            rejection.line.into(),
            rejection.problems.join("\n").into(),
        ],
    )
    .map(drop)
}

/// Forgets the rejections of an insurer's finished reports: they were told, and the insurer begins
/// with the next one.
pub(in crate::insured) fn forget_rejections(
    tx: &mut Tx<'_>,
    insurer: &str,
    of: LinesOf,
) -> Result<(), Fault> {
    tx.execute(
        "delete from import_rejection where source in (select source from import_run \
         where insurer_number = $1 and lines_of = $2 and finished_at is not null)",
        &[insurer.into(), of.code().into()],
    )
    .map(drop)
}
