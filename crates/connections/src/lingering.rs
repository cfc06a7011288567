//! The end of a connection whose client still sends: an answer that goes out before its request was
//! read to the end is lost when the socket is closed with bytes unread, since the other side is told
//! of a broken connection instead. So the sending side is closed first, and what still comes is
//! thrown away, bounded in bytes and time.

use crate::Limits;
use crate::seat::Seat;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A stream that closes only when its other side is done, where that still sends.
#[derive(Debug)]
pub(crate) struct Lingering<S> {
    inner: S,
    seat: Arc<Seat>,
    bytes_left: usize,
    patience: Duration,
    closed: bool,
    until: Option<Pin<Box<Sleep>>>,
}

impl<S> Lingering<S> {
    pub fn new(inner: S, seat: Arc<Seat>, limits: &Limits) -> Self {
        let patience = match limits.stranger_body {
            Some(all) if !seat.is_known() => all,
            _ => limits.progress,
        };
        Lingering {
            inner,
            seat,
            bytes_left: limits.thrown_away,
            patience,
            closed: false,
            until: None,
        }
    }
}

impl<S: AsyncRead + Unpin> Lingering<S> {
    /// Throws away what comes, until the other side is done, or too much came, or it took too long.
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let patience = self.patience;
        let until = self
            .until
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        if until.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        while self.bytes_left > 0 {
            let mut room = [0; 8192];
            let mut piece = ReadBuf::new(&mut room);
            let read = ready!(Pin::new(&mut self.inner).poll_read(context, &mut piece));
            let bytes = piece.filled().len();
            if read.is_err() || bytes == 0 {
                return Poll::Ready(());
            }
            self.bytes_left = self.bytes_left.saturating_sub(bytes);
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.closed {
            ready!(Pin::new(&mut self.inner).poll_shutdown(context))?;
            self.closed = true;
        }
        if self.seat.has_unread() {
            ready!(self.poll_rest(context));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{known, limits};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    #[tokio::test]
    async fn what_still_comes_is_thrown_away_up_to_the_bound() {
        let limits = limits();
        for (unread, taken) in [(true, limits.thrown_away), (false, 0)] {
            let (ours, mut theirs) = duplex(1000);
            let guard = known(&limits, "00ff");
            guard.seat().more_comes(unread);
            let mut ours = Lingering::new(ours, guard.seat(), &limits);
            let sending = tokio::spawn(async move {
                let mut sent = 0;
                while theirs.write_all(&[0; 500]).await.is_ok() {
                    sent += 500;
                }
                sent
            });
            ours.shutdown().await.unwrap();
            drop(ours);
            let sent = sending.await.unwrap();
            assert!((taken..taken + 10_000).contains(&sent), "{unread}: {sent}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_drips_is_not_waited_for() {
        let limits = limits();
        let (ours, mut theirs) = duplex(1000);
        let guard = known(&limits, "00ff");
        guard.seat().more_comes(true);
        let mut ours = Lingering::new(ours, guard.seat(), &limits);
        let dripping = tokio::spawn(async move {
            while theirs.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let begun = Instant::now();
        ours.shutdown().await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), limits.progress.as_secs());
        drop(ours);
        dripping.await.unwrap();
    }

    #[tokio::test]
    async fn the_answer_goes_out_first() {
        let limits = limits();
        let (ours, mut theirs) = duplex(1000);
        let guard = known(&limits, "00ff");
        guard.seat().more_comes(true);
        let mut ours = Lingering::new(ours, guard.seat(), &limits);
        ours.write_all(b"no").await.unwrap();
        let closing = tokio::spawn(async move { ours.shutdown().await });
        let mut answer = Vec::new();
        theirs.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"no");
        drop(theirs);
        closing.await.unwrap().unwrap();
    }
}
