//! Handing lines to the service, a few batches ahead of its answers.

use super::BATCH;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::insured::Line;
use onshi_core::insured::import::{self, Progress, Run};
use onshi_core::insured::import_reader::{Batch, IntakeLine, Rejection};
use onshi_core::medical::{self, Record};
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, Request, Tx};
use onshi_language::{counted, say};
use std::io::{IsTerminal, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Batches that may be under way, so that reading and writing go on side by side.
const AHEAD: usize = 2;

/// What the operator comes for.
pub(super) fn operation(tools: &Tools, function: Function) -> OperationContext {
    OperationContext::new(tools.operator.actor(), function, Request::fresh())
}

/// A kind of lines that the operator imports.
pub(crate) trait Imported: IntakeLine {
    /// What the operator comes for.
    const FUNCTION: Function;

    /// Under which name a file of these bytes is imported.
    fn source(digest: &str) -> String;

    /// Takes a batch. Gives how far it is, and the lines that only the database knows to be wrong.
    fn take(
        tx: &mut Tx<'_>,
        source: &str,
        batch: &Batch<Self>,
    ) -> Result<(Run, Vec<Rejection>), Error>;
}

impl Imported for Line {
    const FUNCTION: Function = Function::ImportInsuredPersons;

    fn source(digest: &str) -> String {
        format!("sha256-{digest}")
    }

    fn take(tx: &mut Tx<'_>, source: &str, batch: &Batch) -> Result<(Run, Vec<Rejection>), Error> {
        Ok((import::take_batch(tx, source, batch)?, Vec::new()))
    }
}

impl Imported for Record {
    const FUNCTION: Function = Function::ImportMedicalRecords;

    fn source(digest: &str) -> String {
        format!("medical-sha256-{digest}")
    }

    fn take(
        tx: &mut Tx<'_>,
        source: &str,
        batch: &Batch<Record>,
    ) -> Result<(Run, Vec<Rejection>), Error> {
        let (run, mut rejections) = medical::import::take_batch(tx, source, batch)?;
        rejections.retain(|one| batch.places.contains(&one.line));
        Ok((run, rejections))
    }
}

/// How far a batch has brought the import, and what of it was not taken.
type Taken = Result<(Run, Vec<Rejection>), Error>;

/// Hands batches to the service, a few ahead of its answers.
pub(super) struct Feeder<'a> {
    tools: &'a Tools,
    source: String,
    waiting: usize,
    tell: Sender<Taken>,
    told: Receiver<Taken>,
    last: Progress,
    /// The lines that only the database knew to be wrong, not yet told.
    pub(super) rejections: Vec<Rejection>,
    shown_at: Instant,
    pub(super) begun: Instant,
}

impl<'a> Feeder<'a> {
    pub(super) fn new(tools: &'a Tools, source: String) -> Feeder<'a> {
        let (tell, told) = channel();
        let now = Instant::now();
        Feeder {
            tools,
            source,
            waiting: 0,
            tell,
            told,
            last: Progress::default(),
            rejections: Vec::new(),
            shown_at: now,
            begun: now,
        }
    }

    pub(super) fn send<L: Imported>(&mut self, batch: Batch<L>) -> Result<(), Failure> {
        let (source, tell) = (self.source.clone(), self.tell.clone());
        let lines = batch.line_count;
        self.tools.service.change(
            operation(self.tools, L::FUNCTION),
            move |tx| L::take(tx, &source, &batch),
            // The receiver lives as long as we do.
            move |answer| drop(tell.send(answer)),
        );
        self.waiting += 1;
        while self.waiting > AHEAD {
            self.wait()?;
        }
        if self.shown_at.elapsed() >= Duration::from_secs(1) && std::io::stderr().is_terminal() {
            self.shown_at = Instant::now();
            let rate = lines as f64 / self.begun.elapsed().as_secs_f64();
            let read = counted(lines, "line", "lines");
            let text = say!("\r{read}, {rate:.0} a second", "\r{lines}行 {rate:.0}行/秒");
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<(), Failure> {
        self.waiting -= 1;
        match self.told.recv() {
            Ok(answer) => {
                let (run, rejections) = answer?;
                self.last = run.progress;
                self.rejections.extend(rejections);
                Ok(())
            }
            Err(error) => {
                let what = say!(
                    "the database gave no answer",
                    "データベースから応答がありません"
                );
                Err(Failure::fault(what, error))
            }
        }
    }

    /// Waits for all that is under way.
    pub(super) fn wait_for_all(&mut self) -> Result<(), Failure> {
        while self.waiting > 0 {
            self.wait()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Progress, Failure> {
        self.wait_for_all()?;
        Ok(self.last)
    }
}

/// Hands lines that were made here to the service.
pub(super) struct Loader<'a> {
    feeder: Feeder<'a>,
    from: Option<i64>,
    lines: i64,
}

impl<'a> Loader<'a> {
    pub(super) fn new(tools: &'a Tools, source: String) -> Loader<'a> {
        Loader {
            feeder: Feeder::new(tools, source),
            from: None,
            lines: 0,
        }
    }

    pub(super) fn load(mut self, mut lines: impl Iterator<Item = Line>) -> Result<i64, Failure> {
        loop {
            let batch: Vec<Line> = lines.by_ref().take(BATCH).collect();
            let finished = batch.len() < BATCH;
            self.lines += batch.len() as i64;
            // The place of a line is its number: such a source has no bytes.
            self.feeder.send(Batch {
                lines: batch,
                from: self.from,
                position: self.lines,
                line_count: self.lines,
                finished,
                ..Batch::default()
            })?;
            self.from = Some(self.lines);
            if finished {
                return Ok(self.feeder.finish()?.accepted);
            }
        }
    }
}
