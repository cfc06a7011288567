//! So many callers at a time, each on its own connection, for so long.

use super::client::{Caller, Target};
use super::timing::Rate;
use bytes::Bytes;
use onshi_core::Fault;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Whoever is turned away comes again after so long.
const AGAIN: Duration = Duration::from_millis(100);

/// What callers send.
#[derive(Clone)]
pub(super) enum Load {
    /// Messages with a token.
    Messages(Press),
    /// Pages of a screen with a session.
    Pages(Pages),
    /// Nothing but a GET of nginx's file.
    Static,
}

/// The messages, one after the other.
#[derive(Clone)]
pub(super) struct Press {
    /// Where to.
    pub path: &'static str,
    /// Their content type.
    pub kind: &'static str,
    pub token: String,
    pub questions: Arc<Vec<Bytes>>,
}

/// The pages of a screen, one after the other, of somebody who is logged in.
#[derive(Clone)]
pub(super) struct Pages {
    pub session: String,
    pub paths: Arc<Vec<String>>,
}

/// Presses, and says how fast the answers came.
pub(super) async fn press(
    target: &Target,
    load: Load,
    callers: usize,
    time: Duration,
) -> Result<Rate, Fault> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::with_capacity(callers);
    for _ in 0..callers {
        connections.push(target.connect().await?);
    }
    let begun = Instant::now();
    let mut tasks = Vec::with_capacity(callers);
    for caller in connections {
        let (load, next) = (load.clone(), next.clone());
        tasks.push(tokio::spawn(async move {
            call(caller, load, next, begun + time).await
        }));
    }
    let (mut taken, mut turned_away) = (Vec::new(), 0);
    for task in tasks {
        let (times, refused) = task.await.map_err(|e| Fault::at("pressing", e))??;
        taken.extend(times);
        turned_away += refused;
    }
    let rate = Rate::of(callers, taken, begun.elapsed());
    Ok(Rate {
        turned_away,
        ..rate
    })
}

async fn call(
    mut caller: Caller,
    load: Load,
    next: Arc<AtomicUsize>,
    end: Instant,
) -> Result<(Vec<Duration>, usize), Fault> {
    let (mut taken, mut turned_away) = (Vec::new(), 0);
    while Instant::now() < end {
        let begun = Instant::now();
        let answer = match &load {
            Load::Static => caller.get("/answer.json").await?,
            Load::Pages(pages) => {
                let place = next.fetch_add(1, Ordering::Relaxed) % pages.paths.len().max(1);
                caller.session = Some(pages.session.clone());
                let path = pages.paths.get(place).cloned().unwrap_or_default();
                caller.get(&path).await?
            }
            Load::Messages(press) => {
                let place = next.fetch_add(1, Ordering::Relaxed) % press.questions.len().max(1);
                let body = press.questions.get(place).cloned().unwrap_or_default();
                let token = Some(press.token.as_str());
                caller
                    .message_as(press.path, token, press.kind, body)
                    .await?
            }
        };
        if answer.status == 503 {
            turned_away += 1;
            tokio::time::sleep(AGAIN).await;
            continue;
        }
        if answer.status != 200 {
            return Err(Fault::at("pressing", format!("status {}", answer.status)));
        }
        taken.push(begun.elapsed());
    }
    Ok((taken, turned_away))
}
