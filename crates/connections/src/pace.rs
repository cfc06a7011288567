//! Whether the other side keeps the least pace, while it is waited for.

use crate::Limits;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// Counts what moves, and for how long nothing does. Only time in which the other side is waited
/// for counts, so that nobody is cut off because we were slow.
#[derive(Debug)]
pub(crate) struct Pace {
    within: Duration,
    least: u64,
    moved: u64,
    waited: Duration,
    since: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub fn new(limits: &Limits) -> Pace {
        Pace {
            within: limits.progress,
            least: limits.progress_bytes.max(1),
            moved: 0,
            waited: Duration::ZERO,
            since: None,
            sleep: None,
        }
    }

    /// So much moved.
    pub fn moved(&mut self, bytes: usize) {
        self.moved = self.moved.saturating_add(bytes as u64);
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
    }

    /// All is through: what comes next is measured by itself.
    pub fn finished(&mut self) {
        self.moved = 0;
        self.waited = Duration::ZERO;
        self.since = None;
    }

    /// The other side has to be waited for. True when it was waited for long enough; else the
    /// task is woken when it will have been.
    pub fn is_too_slow(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            let since = *self.since.get_or_insert_with(Instant::now);
            let at = since + self.within.saturating_sub(self.waited);
            let sleep = self
                .sleep
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
            if sleep.deadline() != at {
                sleep.as_mut().reset(at);
            }
            match sleep.as_mut().poll(context) {
                Poll::Pending => return false,
                Poll::Ready(()) if self.moved < self.least => return true,
                Poll::Ready(()) => self.finished(),
            }
        }
    }
}
