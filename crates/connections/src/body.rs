//! The body of a request, which has to come at the least pace.

use crate::Limits;
use crate::pace::Pace;
use crate::places::Ended;
use crate::seat::Seat;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep};

type BoxError = Box<dyn Error + Send + Sync>;

/// Why a body ended early.
#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("the body did not come in time")
    }
}

impl Error for TooSlow {}

/// Whether this error, or what is behind it, says that a body did not come in time.
pub fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    error.is::<TooSlow>() || error.source().is_some_and(is_too_slow)
}

/// A body as it arrives. It ends with an error when it does not go on.
#[derive(Debug)]
pub struct ArrivingBody<B = Incoming> {
    inner: B,
    seat: Arc<Seat>,
    patience: Patience,
}

#[derive(Debug)]
enum Patience {
    /// It must go on.
    Pace(Pace),
    /// All of it must be there by then, since it will be refused.
    Until(Instant, Option<Pin<Box<Sleep>>>),
}

impl<B> ArrivingBody<B> {
    pub(crate) fn new(inner: B, seat: Arc<Seat>, limits: &Limits) -> Self {
        let patience = match limits.stranger_body {
            Some(all) if !seat.is_known() => Patience::Until(Instant::now() + all, None),
            _ => Patience::Pace(Pace::new(limits)),
        };
        ArrivingBody {
            inner,
            seat,
            patience,
        }
    }
}

impl Patience {
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        match self {
            Patience::Pace(pace) => pace.is_too_slow(context),
            Patience::Until(at, sleep) => sleep
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(*at)))
                .as_mut()
                .poll(context)
                .is_ready(),
        }
    }

    /// Whether what came came too late: whoever keeps sending is never waited for.
    fn came(&mut self, bytes: usize) -> bool {
        match self {
            Patience::Pace(pace) => {
                pace.moved(bytes);
                false
            }
            Patience::Until(at, _) => Instant::now() > *at,
        }
    }
}

impl<B> Body for ArrivingBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let late = match Pin::new(&mut this.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                if this.inner.is_end_stream() {
                    this.seat.more_comes(false);
                }
                if !this.patience.came(bytes) {
                    return Poll::Ready(Some(Ok(frame)));
                }
                true
            }
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => {
                this.seat.more_comes(false);
                return Poll::Ready(None);
            }
            Poll::Pending => this.patience.is_over(context),
        };
        if !late {
            return Poll::Pending;
        }
        this.seat.ends(Ended::BodyTooSlow);
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of an answer. When it is through, or nobody wants it any more, the seat is told.
pub(crate) struct LeavingBody<B> {
    inner: B,
    seat: Arc<Seat>,
}

impl<B> LeavingBody<B> {
    pub fn new(inner: B, seat: Arc<Seat>) -> Self {
        LeavingBody { inner, seat }
    }
}

impl<B> Drop for LeavingBody<B> {
    fn drop(&mut self) {
        self.seat.answered();
    }
}

impl<B: Body + Unpin> Body for LeavingBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{known, limits, stranger};
    use http_body_util::BodyExt;
    use std::io;
    use std::time::Duration;

    /// So many bytes a second, until so much was sent.
    struct Drip {
        bytes: usize,
        left: usize,
        next: Pin<Box<Sleep>>,
    }

    fn drip(bytes: usize, left: usize) -> Drip {
        let next = Box::pin(tokio::time::sleep(Duration::from_secs(1)));
        Drip { bytes, left, next }
    }

    impl Body for Drip {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
            if self.left == 0 {
                return Poll::Ready(None);
            }
            if self.next.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let at = self.next.deadline() + Duration::from_secs(1);
            self.next.as_mut().reset(at);
            let bytes = self.bytes.min(self.left);
            self.left -= bytes;
            Poll::Ready(Some(Ok(Frame::data(vec![b'x'; bytes].into()))))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_byte_a_second_is_not_waited_for() {
        let limits = limits();
        let guard = known(&limits, "00ff");
        let begun = Instant::now();
        let body = ArrivingBody::new(drip(1, 1_000_000), guard.seat(), &limits);
        let error = body.collect().await.expect_err("too slow");
        assert!(is_too_slow(error.as_ref()));
        assert!(begun.elapsed() <= limits.progress * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_upload_that_keeps_the_pace_gets_through() {
        let limits = limits();
        let guard = known(&limits, "00ff");
        let pace = limits.progress_bytes / limits.progress.as_secs() + 1;
        let size = 100 * limits.progress_bytes as usize;
        let body = ArrivingBody::new(drip(pace as usize, size), guard.seat(), &limits);
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), size);
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_we_take_ourselves_is_not_the_senders() {
        let limits = limits();
        let guard = known(&limits, "00ff");
        let mut body = ArrivingBody::new(drip(1, 50), guard.seat(), &limits);
        let mut all = 0;
        while let Some(frame) = body.frame().await {
            all += frame.unwrap().into_data().unwrap().len();
            tokio::time::sleep(limits.progress * 2).await;
        }
        assert_eq!(all, 50);
    }

    #[tokio::test(start_paused = true)]
    async fn what_will_be_refused_has_a_deadline_for_all_of_it() {
        let limits = limits();
        let guard = stranger(&limits);
        let begun = Instant::now();
        let body = ArrivingBody::new(drip(1_000_000, usize::MAX), guard.seat(), &limits);
        assert!(body.collect().await.is_err());
        assert!(begun.elapsed() <= limits.stranger_body.unwrap() + Duration::from_secs(1));
    }
}
