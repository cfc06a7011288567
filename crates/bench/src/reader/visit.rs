//! A patient's way at a reader, as fast as the machine lets them: every touch follows at once.

use super::hall::{CARD, PIN};
use onshi_core::Fault;
use onshi_terminal::reader::machine::{Method, Screen, Touch, Wait};
use onshi_terminal::reader::secret::Secret;
use onshi_terminal::reader::{Handle, Put, Tray};
use std::time::{Duration, Instant};

/// Only a reader that is broken takes so long.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often whoever stands before the camera is seen.
const SEEN_EVERY: Duration = Duration::from_millis(100);

/// How long a visit took from the card to the result, and what was waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Visit {
    pub(super) whole: Duration,
    /// The card, its photo among what it was asked.
    pub(super) card: Duration,
    /// The comparison of faces.
    pub(super) face: Duration,
    pub(super) centre: Duration,
    /// How many commands the card was given.
    pub(super) commands: u32,
}

fn stuck(what: impl ToString) -> Fault {
    Fault::at("a visit at the reader", what.to_string())
}

/// Goes the way once, and takes the card.
pub(super) async fn visit(
    handle: &mut Handle,
    tray: &Tray,
    method: Method,
) -> Result<Visit, Fault> {
    until(handle, |screen| matches!(screen, Screen::PutCard)).await?;
    let begun = Instant::now();
    if tray.put(CARD) != Put::Done {
        return Err(stuck("there is no card"));
    }
    let mut visit = Visit::default();
    let (mut since, mut last) = (begun, handle.shown());
    let mut answered = 0;
    loop {
        if last.number > answered {
            answered = last.number;
            match &last.screen {
                Screen::Choose { .. } => handle.touch(last.number, Touch::Method(method)).await,
                Screen::Pin { .. } => {
                    let pin = Secret::new(PIN.as_bytes().to_vec());
                    handle.touch(last.number, Touch::Pin(pin)).await;
                }
                Screen::Consent { .. } => handle.touch(last.number, Touch::AgreeToAll).await,
                Screen::Result { .. } => break,
                Screen::Problem {
                    problem, notice, ..
                } => {
                    tray.take();
                    return Err(stuck(format!("{problem:?} {}", notice.code)));
                }
                _ => {}
            }
        }
        let next = if matches!(last.screen, Screen::Look { .. }) {
            seen(handle, tray).await?
        } else {
            changed(handle).await?
        };
        let passed = since.elapsed();
        match &last.screen {
            Screen::Wait {
                what: Wait::Card | Wait::Photo,
            } => visit.card += passed,
            Screen::Wait { what: Wait::Centre } => visit.centre += passed,
            Screen::Look { .. } => visit.face += passed,
            _ => {}
        }
        (since, last) = (Instant::now(), next);
    }
    visit.whole = begun.elapsed();
    visit.commands = tray.commands();
    tray.take();
    Ok(visit)
}

async fn changed(handle: &mut Handle) -> Result<onshi_terminal::reader::machine::Shown, Fault> {
    let next = tokio::time::timeout(PATIENCE, handle.changed()).await;
    next.map_err(|_| stuck(format!("it stays at {:?}", handle.shown().screen)))?
        .ok_or_else(|| stuck("the reader ended"))
}

/// Stands before the camera until the screen changes.
async fn seen(
    handle: &mut Handle,
    tray: &Tray,
) -> Result<onshi_terminal::reader::machine::Shown, Fault> {
    let person = tray.person(CARD).ok_or_else(|| stuck("nobody"))?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        handle.frame(person.clone());
        if let Ok(next) = tokio::time::timeout(SEEN_EVERY, handle.changed()).await {
            return next.ok_or_else(|| stuck("the reader ended"));
        }
    }
    Err(stuck("nobody is recognised"))
}

async fn until(handle: &mut Handle, there: impl Fn(&Screen) -> bool) -> Result<(), Fault> {
    while !there(&handle.shown().screen) {
        changed(handle).await?;
    }
    Ok(())
}
