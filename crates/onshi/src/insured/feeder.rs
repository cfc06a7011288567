//! Handing lines to the service, a few batches ahead of its answers.

use super::BATCH;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::insured::Line;
use onshi_core::insured::import::{self, Progress, Run};
use onshi_core::insured::intake::Batch;
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, Request};
use onshi_language::say;
use std::io::{IsTerminal, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Batches that may be under way, so that reading and writing go on side by side.
const AHEAD: usize = 2;

/// What the operator comes for.
pub(super) fn operation(tools: &Tools) -> OperationContext {
    OperationContext::new(
        tools.operator.actor(),
        Function::ImportInsuredPersons,
        Request::fresh(),
    )
}

/// Hands batches to the service, a few ahead of its answers.
pub(super) struct Feeder<'a> {
    tools: &'a Tools,
    source: String,
    waiting: usize,
    tell: Sender<Result<Run, Error>>,
    told: Receiver<Result<Run, Error>>,
    last: Progress,
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
            shown_at: now,
            begun: now,
        }
    }

    pub(super) fn send(&mut self, batch: Batch) -> Result<(), Failure> {
        let (source, tell) = (self.source.clone(), self.tell.clone());
        let lines = batch.line_count;
        self.tools.service.change(
            operation(self.tools),
            move |tx| import::take_batch(tx, &source, &batch),
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
            let text = say!(
                "\r{lines} lines, {rate:.0} a second",
                "\r{lines}行 {rate:.0}行/秒"
            );
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<(), Failure> {
        self.waiting -= 1;
        match self.told.recv() {
            Ok(answer) => {
                self.last = answer?.progress;
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

    pub(super) fn finish(mut self) -> Result<Progress, Failure> {
        while self.waiting > 0 {
            self.wait()?;
        }
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
