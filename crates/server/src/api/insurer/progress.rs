//! How a report comes in: it has to get on, and what is refused is thrown away.

use crate::centre::Centre;
use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt;
use onshi_core::RefusalCode;
use std::time::{Duration, Instant};

/// How much of a report that is refused is still taken in and thrown away. Whoever is cut off
/// while sending never sees why.
const DRAINED_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Takes in what will be refused anyway, so that its sender sees why; the whole of it within the
/// time that what is refused has.
pub(super) async fn throw_away(centre: &Centre, mut body: Body) {
    let patience = Duration::from_secs(centre.config.connections.refused_body_seconds);
    let all = async {
        let mut seen = 0;
        while let Some(Ok(frame)) = body.frame().await {
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > DRAINED_BYTES_MAX {
                return;
            }
        }
    };
    // Whoever drips is not waited for any longer; the answer goes out all the same.
    let _ = tokio::time::timeout(patience, all).await;
}

/// Watches that a report gets on. Only waiting for the sender counts, not what we do meanwhile.
pub(super) struct Progress {
    patience: Duration,
    bytes_min: u64,
    waited: Duration,
    bytes: u64,
}

impl Progress {
    pub(super) fn of(centre: &Centre) -> Progress {
        Progress {
            patience: Duration::from_secs(centre.config.centre.request_seconds.max(1)),
            bytes_min: centre.config.limits.report_bytes_min,
            waited: Duration::ZERO,
            bytes: 0,
        }
    }

    /// The next piece. Whoever drips would hold a place for ever: within each patience of waiting
    /// so many bytes have to come.
    pub(super) async fn next(&mut self, body: &mut Body) -> Result<Option<Bytes>, RefusalCode> {
        loop {
            let begun = Instant::now();
            let left = self.patience.saturating_sub(self.waited);
            let Ok(frame) = tokio::time::timeout(left, body.frame()).await else {
                if self.bytes < self.bytes_min {
                    return Err(RefusalCode::TooSlow);
                }
                (self.waited, self.bytes) = (Duration::ZERO, 0);
                continue;
            };
            self.waited += begun.elapsed();
            match frame {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.bytes += data.len() as u64;
                        return Ok(Some(data));
                    }
                }
                Some(Err(error)) if onshi_connections::is_too_slow(&error) => {
                    return Err(RefusalCode::TooSlow);
                }
                Some(Err(_)) => return Err(RefusalCode::Unreadable),
            }
        }
    }
}
