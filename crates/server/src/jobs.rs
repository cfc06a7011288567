//! What the centre does on its own: works bulk requests, and deletes results whose time is over.

use crate::centre::Centre;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long the job sleeps when nothing wakes it: another node may have taken a request.
const NAP: Duration = Duration::from_secs(2);
/// How long the job rests after a piece, as a multiple of what the piece took: so a single check
/// finds the writer free three times out of four, however fast the machine is.
const REST: u32 = 3;
/// The longest rest. A database that was slow once must not keep a request waiting for minutes.
const REST_MAX: Duration = Duration::from_secs(1);
/// How often results whose time is over are deleted, in seconds.
const CLEAN_SECONDS: i64 = 600;

/// Works until it is told to stop. A piece that was begun is finished.
pub async fn work(centre: Arc<Centre>, mut stop: watch::Receiver<bool>) {
    let mut cleaned = (centre.clock)().plus_seconds(-CLEAN_SECONDS);
    loop {
        if *stop.borrow() {
            return;
        }
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
            let rest = (begun.elapsed() * REST).min(REST_MAX);
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stop.changed() => return,
            }
            continue;
        }
        let now = (centre.clock)();
        if now.seconds_since(cleaned) >= CLEAN_SECONDS {
            centre.office.delete_old_bulk(now);
            cleaned = now;
        }
        tokio::select! {
            () = centre.bulk_wake.notified() => {}
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => return,
        }
    }
}
