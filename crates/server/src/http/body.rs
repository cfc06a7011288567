//! The body of a message, bounded in bytes, in time, and in how many are in memory.

use crate::capacity::shares::Place;
use crate::http::arriving::Progress;
use crate::state::context::Context;
use axum::body::Body;
use axum::body::HttpBody;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use onshi_core::RefusalCode;
use onshi_wire::{Limits, MessageKind};
use std::time::Duration;

/// A body of which no more is left is read to its end, so that the connection can go on. Of a
/// longer one the connection itself throws away what still comes.
const SMALL_BYTES_MAX: u64 = 64 * 1024;

/// The bounds of a message of this kind. Only two have rows; the other bulk messages are as small
/// as those about one person.
pub(crate) fn limits(centre: &Context, message: Option<MessageKind>) -> Limits {
    match message {
        Some(MessageKind::BulkUploadRequest | MessageKind::ReferenceUploadRequest) => {
            let rows = centre.config.rules.bulk.items_max;
            Limits::upload(centre.config.limits.bulk_bytes, rows)
        }
        _ => Limits::SINGLE,
    }
}

fn has_rows(message: Option<MessageKind>) -> bool {
    use MessageKind as M;
    matches!(
        message,
        Some(M::BulkUploadRequest | M::ReferenceUploadRequest)
    )
}

/// Takes a body in. What can have rows needs a place first: nothing of it is read before.
pub(crate) async fn take(
    centre: &Context,
    message: Option<MessageKind>,
    share: &str,
    body: &mut Body,
) -> Result<(Bytes, Option<Place>), RefusalCode> {
    let patience = patience(centre);
    let most = limits(centre, message).bytes;
    if body.size_hint().lower() > most as u64 {
        return Err(RefusalCode::TooLarge);
    }
    let mut place = None;
    if has_rows(message) {
        let given = tokio::time::timeout(patience, centre.bulk_bodies.place(share)).await;
        place = Some(given.unwrap_or(Err(RefusalCode::Busy))?);
    }
    if place.is_some() {
        // On a slow line a large body takes minutes; it only has to get on.
        let progress = Progress::new(patience, centre.config.limits.bulk_bytes_min);
        return Ok((read(body, most, progress).await?, place));
    }
    let whole = read(body, most, Progress::new(patience, 0));
    let whole = tokio::time::timeout(patience, whole).await;
    Ok((whole.unwrap_or(Err(RefusalCode::TooSlow))?, place))
}

async fn read(body: &mut Body, most: usize, mut progress: Progress) -> Result<Bytes, RefusalCode> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(data) = progress.next(body).await? {
        if first.len() + all.len() + data.len() > most {
            return Err(RefusalCode::TooLarge);
        }
        if first.is_empty() && all.is_empty() {
            // Nearly every message comes in one piece, and is not copied.
            first = data;
            continue;
        }
        if all.is_empty() {
            let announced = usize::try_from(body.size_hint().lower()).unwrap_or(0);
            all.reserve(first.len() + data.len() + announced.min(most));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Reads a small rest of a body to its end.
pub(crate) async fn end_small(centre: &Context, left: Option<Body>) {
    let Some(mut body) = left else { return };
    let hint = body.size_hint();
    if body.is_end_stream() || hint.upper().is_none_or(|bytes| bytes > SMALL_BYTES_MAX) {
        return;
    }
    let rest = async { while let Some(Ok(_)) = body.frame().await {} };
    // Whoever drips is not waited for any longer; the answer goes out all the same.
    let _ = tokio::time::timeout(patience(centre), rest).await;
}

/// Within this time a body has to come, or to get on.
pub(crate) fn patience(centre: &Context) -> Duration {
    Duration::from_secs(centre.config.centre.request_seconds)
}
