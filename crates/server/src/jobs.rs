//! What the centre does on its own: works bulk requests, and runs the jobs of core.

use crate::centre::Centre;
use onshi_core::jobs::{self, Job};
use onshi_core::{Error, Moment};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long the runners sleep when nothing wakes them: another node may have taken a request, and
/// the clock may have come to a job.
const NAP: Duration = Duration::from_secs(2);
/// How long a runner rests after a piece, as a multiple of what the piece took: so a single check
/// finds the writer free three times out of four, however fast the machine is.
const REST: u32 = 3;
/// The longest rest. A database that was slow once must not keep a request waiting for minutes.
const REST_MAX: Duration = Duration::from_secs(1);

/// Works until it is told to stop. A piece that was begun is finished.
pub async fn work(centre: Arc<Centre>, stop: watch::Receiver<bool>) {
    tokio::join!(
        work_on_bulk(centre.clone(), stop.clone()),
        run_jobs(centre, stop)
    );
}

async fn work_on_bulk(centre: Arc<Centre>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let (office, request) = (centre.office.clone(), centre.request());
        let begun = Instant::now();
        let worked = tokio::task::spawn_blocking(move || office.work_on_bulk(&request)).await;
        let more = match worked {
            Ok(Ok(more)) => more,
            Ok(Err(error)) => {
                tracing::error!(%error, "a piece of a bulk request failed; it is tried again");
                false
            }
            Err(error) => {
                tracing::error!(%error, "the bulk job panicked");
                false
            }
        };
        if more {
            // Single checks come first: whoever waits at a reception is a person.
            if rest(begun, &mut stop).await {
                return;
            }
            continue;
        }
        tokio::select! {
            () = centre.bulk_wake.notified() => {}
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Rests after a piece that was begun then. True when it is time to end.
async fn rest(begun: Instant, stop: &mut watch::Receiver<bool>) -> bool {
    let rest = (begun.elapsed() * REST).min(REST_MAX);
    tokio::select! {
        () = tokio::time::sleep(rest) => *stop.borrow(),
        _ = stop.changed() => true,
    }
}

/// Runs every job when its time has come, piece by piece until nothing is left.
async fn run_jobs(centre: Arc<Centre>, mut stop: watch::Receiver<bool>) {
    // Nobody waits for it, so it needs no thread of its own.
    let tell = |centre: &Centre| {
        centre
            .office
            .tell_counted_refusals(&centre.request(), false);
    };
    let mut next: [Option<Moment>; jobs::ALL.len()] = [None; jobs::ALL.len()];
    loop {
        tell(&centre);
        for (job, next) in jobs::ALL.into_iter().zip(&mut next) {
            let now = (centre.clock)();
            if next.is_some_and(|next| now < next) {
                continue;
            }
            if run(&centre, job, &mut stop).await {
                return;
            }
            let every = job.every_seconds(centre.office.rules()).max(1);
            *next = Some(now.plus_seconds(every));
        }
        tokio::select! {
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Runs a job until nothing is left to do, or it fails. True when it is time to end.
async fn run(
    centre: &Arc<Centre>,
    job: &'static dyn Job,
    stop: &mut watch::Receiver<bool>,
) -> bool {
    while !*stop.borrow() {
        let (office, request) = (centre.office.clone(), centre.request());
        let begun = Instant::now();
        let ran = tokio::task::spawn_blocking(move || office.run_job(job, &request)).await;
        let ran = ran.unwrap_or_else(|panic| Err(Error::Fault(fault(&panic))));
        match ran {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                tracing::error!(job = job.name(), %error, "a job failed; it is tried again");
                return false;
            }
        }
        if rest(begun, stop).await {
            return true;
        }
    }
    true
}

fn fault(panic: &tokio::task::JoinError) -> onshi_core::Fault {
    onshi_core::Fault::at("running a job", panic)
}
