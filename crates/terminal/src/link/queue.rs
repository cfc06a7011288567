//! The queue: in order of arrival, several at once, one at a time while the centre is away.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::centre_client::Away;
use super::job::{Job, Stage};
use super::names::Name;
use super::worker::{Served, Worker, lock};

const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// What is under way when we are asked to stop may take so long.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// And with what a folder may take.
pub(super) const END: Duration = Duration::from_secs(15);
/// Longer than anybody waits.
const FAR: Duration = Duration::from_secs(3600);

/// 1, 2, 4 … 30 seconds, or what the centre asks for within that.
fn backoff(tries: u32, asked: Option<Duration>) -> Duration {
    let own = Duration::from_secs(1 << tries.saturating_sub(1).min(5));
    asked
        .unwrap_or(own)
        .clamp(Duration::from_secs(1), BACKOFF_MAX)
}

#[derive(Debug)]
struct Waiting {
    job: Job,
    since: Instant,
    due: Instant,
    tries: u32,
    /// Why it still waits.
    away: Option<Away>,
    /// It needs no centre.
    local: bool,
}

/// Closed while the centre is away; then one request at a time tries whether it is back.
#[derive(Debug)]
struct Gate {
    tries: u32,
    until: Instant,
    away: Option<Away>,
}

impl Gate {
    /// Several that were under way together fail together; that is one failure.
    fn close(&mut self, away: &Away) {
        let now = Instant::now();
        if self.tries == 0 || now >= self.until {
            self.tries += 1;
            self.until = now + backoff(self.tries, away.again_after);
            self.away = Some(away.clone());
        }
    }
}

pub(super) struct Dispatcher {
    worker: Arc<Worker>,
    offline_timeout: Duration,
    concurrency: usize,
    waiting: BTreeMap<String, Waiting>,
    flying: JoinSet<(Waiting, Served)>,
    /// Since when each of them is.
    begun: BTreeMap<String, Instant>,
    gate: Gate,
}

impl Dispatcher {
    pub(super) fn new(worker: Arc<Worker>, offline_timeout: Duration, concurrency: usize) -> Self {
        Self {
            worker,
            offline_timeout,
            concurrency: concurrency.max(1),
            waiting: BTreeMap::new(),
            flying: JoinSet::new(),
            begun: BTreeMap::new(),
            gate: Gate {
                tries: 0,
                until: Instant::now(),
                away: None,
            },
        }
    }

    /// Until `stop`, then lets what is under way finish, for a while.
    pub(super) async fn run(
        mut self,
        mut incoming: mpsc::Receiver<Job>,
        mut stop: watch::Receiver<()>,
    ) {
        loop {
            self.give_up_the_overdue();
            self.start();
            self.show();
            let wake = self.wake();
            tokio::select! {
                _ = stop.changed() => break,
                job = incoming.recv() => match job {
                    Some(job) => self.take_in(job).await,
                    None => break,
                },
                Some(flown) = self.flying.join_next() => self.landed(flown),
                () = sleep_until(wake) => {}
            }
        }
        let worker = self.worker.clone();
        let ending = async { while self.flying.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WORDS, ending).await.is_err() {
            tracing::warn!("stopping while requests are under way; the next start goes on");
        }
        worker.status.queue(|queue| *queue = Default::default());
    }

    async fn take_in(&mut self, job: Job) {
        let now = Instant::now();
        let (worker, own) = (self.worker.clone(), job.clone());
        let stage = super::worker::blocking(move || own.stage(&worker.folders)).await;
        let unknown = !matches!(Name::of(&job.name), Name::Known(_));
        let local = unknown || matches!(stage, Ok(Stage::Deliver));
        let waiting = Waiting {
            since: now,
            due: now,
            tries: 0,
            away: None,
            local,
            job,
        };
        self.waiting.insert(waiting.job.id.clone(), waiting);
    }

    fn start(&mut self) {
        let now = Instant::now();
        let closed = self.gate.tries > 0 && now < self.gate.until;
        let limit = if self.gate.tries > 0 {
            1
        } else {
            self.concurrency
        };
        let mut asking = self.flying.len();
        let ready: Vec<String> = self
            .waiting
            .values()
            .filter(|waiting| waiting.due <= now)
            .filter(|waiting| {
                if waiting.local {
                    return true;
                }
                asking += 1;
                !closed && asking <= limit
            })
            .map(|waiting| waiting.job.id.clone())
            .collect();
        for id in ready {
            if let Some(waiting) = self.waiting.remove(&id) {
                let worker = self.worker.clone();
                self.begun.insert(id, now);
                self.flying.spawn(async move {
                    let served = worker.serve(&waiting.job).await;
                    (waiting, served)
                });
            }
        }
    }

    /// Why a request could not be asked: its own reason, or everybody's.
    fn reason(&self, waiting: &Waiting) -> Option<Away> {
        let everybodys = self.gate.away.as_ref().filter(|_| self.gate.tries > 0);
        let reason = waiting.away.as_ref().or(everybodys);
        reason.filter(|_| !waiting.local).cloned()
    }

    fn give_up_the_overdue(&mut self) {
        let now = Instant::now();
        let overdue: Vec<(String, Away)> = self
            .waiting
            .values()
            .filter(|waiting| waiting.since + self.offline_timeout <= now)
            .filter_map(|waiting| Some((waiting.job.id.clone(), self.reason(waiting)?)))
            .collect();
        for (id, away) in overdue {
            if let Some(mut waiting) = self.waiting.remove(&id) {
                let worker = self.worker.clone();
                waiting.local = true;
                self.begun.insert(id, now);
                self.flying.spawn(async move {
                    let served = worker.give_up(&waiting.job, &away).await;
                    (waiting, served)
                });
            }
        }
    }

    fn landed(&mut self, flown: Result<(Waiting, Served), tokio::task::JoinError>) {
        let (mut waiting, served) = match flown {
            Ok(flown) => flown,
            Err(error) => {
                // Its folder in work is as it was; the next start takes it up again.
                tracing::error!(%error, "a request's task broke down");
                return;
            }
        };
        waiting.tries += 1;
        self.begun.remove(&waiting.job.id);
        match served {
            Served::Done => {
                if !waiting.local {
                    self.gate.tries = 0;
                    self.worker.status.busy(None);
                }
                lock(&self.worker.names).remove(&waiting.job.name.to_lowercase());
                lock(&self.worker.ids).remove(&waiting.job.id);
                return;
            }
            Served::Stuck { kept } => {
                waiting.local = kept || !matches!(Name::of(&waiting.job.name), Name::Known(_));
                waiting.due = Instant::now() + backoff(waiting.tries, None);
            }
            Served::Away(away) => {
                let pause = if away.for_all {
                    self.gate.close(&away);
                    Duration::ZERO
                } else {
                    backoff(waiting.tries, away.again_after)
                };
                waiting.due = Instant::now() + pause;
                self.worker.status.busy(Some(away.clone()));
                waiting.away = Some(away);
            }
        }
        self.waiting.insert(waiting.job.id.clone(), waiting);
    }

    fn wake(&self) -> Instant {
        let now = Instant::now();
        let closed = self.gate.tries > 0;
        let moments = self.waiting.values().flat_map(|waiting| {
            let end = self
                .reason(waiting)
                .map(|_| waiting.since + self.offline_timeout);
            let due = if closed && !waiting.local {
                waiting.due.max(self.gate.until)
            } else {
                waiting.due
            };
            // What is due and was not started waits for a place, and not for a moment.
            [Some(due).filter(|due| *due > now), end]
                .into_iter()
                .flatten()
        });
        moments.min().unwrap_or(now + FAR)
    }

    fn show(&self) {
        let (waiting, under_way) = (self.waiting.len(), self.flying.len());
        self.worker.status.queue(|queue| {
            queue.waiting = waiting;
            queue.under_way = under_way;
        });
        let oldest = self.begun.values().min();
        self.worker.status.oldest(oldest.copied());
    }
}
