//! What the centre does on its own: the runner of the jobs of core.

use crate::state::Centre;
use onshi_core::jobs::{self, Job};
use onshi_core::{Error, Moment};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// How long a lane sleeps when nothing wakes it: another node may have taken a request, and the
/// clock may have come to a job.
const NAP: Duration = Duration::from_secs(2);
/// How long a runner rests after a piece, as a multiple of what the piece took: so a single check
/// finds the writer free three times out of four, however fast the machine is.
const REST: u32 = 3;
/// The longest rest. A database that was slow once must not keep a request waiting for minutes.
const REST_MAX: Duration = Duration::from_secs(1);

/// Works until it is told to stop. A piece that was begun is finished. Bulk requests have a lane of
/// their own: whoever waits for one does not wait for what is deleted.
pub async fn work(centre: Arc<Centre>, stop: watch::Receiver<bool>) {
    let nobody = Notify::new();
    tokio::join!(
        lane(
            &centre,
            &jobs::BULK,
            &centre.bulk_wake,
            (held, stop.clone())
        ),
        lane(&centre, &jobs::UPKEEP, &nobody, (|_| false, stop.clone())),
        tell_counted_refusals(&centre, stop)
    );
}

/// Whether bulk requests stay as they are, as they may in a sandbox.
fn held(centre: &Centre) -> bool {
    let sandbox = centre.sandbox.as_ref();
    sandbox.is_some_and(|sandbox| sandbox.holds_bulk())
}

/// Runs each job of a lane when its time has come, piece by piece until nothing is left, one after
/// the other, while it is not held. `wake` lets it look at once.
async fn lane(
    centre: &Arc<Centre>,
    jobs: &'static [&'static dyn Job],
    wake: &Notify,
    (held, mut stop): (fn(&Centre) -> bool, watch::Receiver<bool>),
) {
    let mut next: Vec<Option<Moment>> = vec![None; jobs.len()];
    loop {
        for (job, next) in jobs.iter().zip(&mut next) {
            let now = (centre.clock)();
            if next.is_some_and(|next| now < next) {
                continue;
            }
            if run(centre, *job, (held, &mut stop)).await {
                return;
            }
            *next = Some(now.plus_seconds(job.every_seconds(centre.service.rules())));
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Lets the audit log know of refusals that were only counted. Nobody waits for it, and it needs no
/// thread of its own.
async fn tell_counted_refusals(centre: &Centre, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        centre
            .service
            .tell_counted_refusals(&centre.request(), false);
        tokio::select! {
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

/// Runs a job until nothing is left to do, or it fails. True when it is time to end.
async fn run(
    centre: &Arc<Centre>,
    job: &'static dyn Job,
    (held, stop): (fn(&Centre) -> bool, &mut watch::Receiver<bool>),
) -> bool {
    while !*stop.borrow() && !held(centre) {
        let (service, request) = (centre.service.clone(), centre.request());
        let begun = Instant::now();
        let ran = tokio::task::spawn_blocking(move || job.run(&service, &request)).await;
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
    *stop.borrow()
}

fn fault(panic: &tokio::task::JoinError) -> onshi_core::Fault {
    onshi_core::Fault::at("running a job", panic)
}
