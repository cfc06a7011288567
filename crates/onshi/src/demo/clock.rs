//! The demo's clock: the system's, and as far ahead of it as `onshi demo clock` set it. Whatever runs in the demo is given
//! this one, so that midnight, the end of a consent and the end of a certificate come when they are asked for.

use onshi_core::Moment;
use std::sync::atomic::{AtomicI64, Ordering};

/// How far ahead of the system's it is, in milliseconds.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// The furthest that it goes ahead: beyond the end of the terminals' certificates.
pub(super) const AHEAD_DAYS_MAX: i64 = 4 * 366;

/// What the demo's clock says.
pub(super) fn now() -> Moment {
    let system = onshi_core::clock::now();
    Moment::from_ms(system.ms().saturating_add(AHEAD.load(Ordering::Relaxed)))
}

/// The same in milliseconds since 1970.
pub(super) fn now_ms() -> i64 {
    now().ms()
}

/// How many seconds it is ahead of the system's.
pub(super) fn ahead_seconds() -> i64 {
    AHEAD.load(Ordering::Relaxed) / 1000
}

/// Why the clock is not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotMoved {
    /// What happened already would be in the future.
    Backwards,
    /// Beyond [`AHEAD_DAYS_MAX`].
    TooFar,
}

/// Moves it to this moment, which is none before its own.
pub(super) fn move_to(to: Moment) -> Result<(), NotMoved> {
    if to < now() {
        return Err(NotMoved::Backwards);
    }
    let ahead = to.ms().saturating_sub(onshi_core::clock::now().ms());
    if ahead > AHEAD_DAYS_MAX * 86_400_000 {
        return Err(NotMoved::TooFar);
    }
    AHEAD.store(ahead, Ordering::Relaxed);
    Ok(())
}

/// Lets it say again what the system's says; only where nothing has happened yet.
pub(super) fn begin_again() {
    AHEAD.store(0, Ordering::Relaxed);
}
