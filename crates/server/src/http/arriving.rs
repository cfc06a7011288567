//! How a large body comes in: it has to get on.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt;
use onshi_core::RefusalCode;
use std::time::{Duration, Instant};

/// Watches that a body gets on. Only waiting for the sender counts, not what we do meanwhile.
pub(crate) struct Progress {
    patience: Duration,
    bytes_min: u64,
    waited: Duration,
    bytes: u64,
}

impl Progress {
    /// So many bytes have to come within each patience.
    pub(crate) fn new(patience: Duration, bytes_min: u64) -> Progress {
        Progress {
            patience,
            bytes_min,
            waited: Duration::ZERO,
            bytes: 0,
        }
    }

    /// The next piece. Whoever drips would hold a place for ever: within each patience of waiting
    /// so many bytes have to come.
    pub(crate) async fn next(&mut self, body: &mut Body) -> Result<Option<Bytes>, RefusalCode> {
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
