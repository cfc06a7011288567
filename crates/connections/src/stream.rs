//! A socket whose other side has to take what is written to it, and a stream that tells when the
//! first byte of a request comes.

use crate::Limits;
use crate::pace::Pace;
use crate::places::Ended;
use crate::seat::Seat;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A socket. Writing to it fails when the other side does not take what is written.
#[derive(Debug)]
pub struct PacedStream<S = TcpStream> {
    inner: S,
    pace: Pace,
    seat: Arc<Seat>,
}

impl<S> PacedStream<S> {
    pub(crate) fn new(inner: S, seat: Arc<Seat>, limits: &Limits) -> Self {
        PacedStream {
            inner,
            pace: Pace::new(limits),
            seat,
        }
    }

    fn written(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.pace.moved(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Pending if self.pace.is_too_slow(context) => {
                self.seat.ends(Ended::AnswerNotTaken);
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            other => other,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.seat.speaks();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// Whatever lies above flushes only when it has given all of it to the socket.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.pace.finished();
            self.seat.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// Tells the seat when the first byte of a request comes. It lies above TLS, whose own messages are
/// no request.
#[derive(Debug)]
pub(crate) struct Noticed<S> {
    inner: S,
    seat: Arc<Seat>,
}

impl<S> Noticed<S> {
    pub fn new(inner: S, seat: Arc<Seat>) -> Self {
        Noticed { inner, seat }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Noticed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.seat.reads();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Noticed<S> {
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
        parts: &[IoSlice<'_>],
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
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{limits, stranger};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_not_taken_is_given_up() {
        let (ours, theirs) = duplex(1024);
        let limits = limits();
        let mut paced = PacedStream::new(ours, stranger(&limits).seat(), &limits);
        let error = paced.write_all(&[0; 4096]).await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(theirs);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_a_byte_now_and_then_is_given_up_too() {
        let (ours, mut theirs) = duplex(1024);
        let limits = limits();
        let mut paced = PacedStream::new(ours, stranger(&limits).seat(), &limits);
        let drip = tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let error = paced.write_all(&[0; 9999]).await.expect_err("too slow");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(paced);
        drip.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_slow_and_keeps_the_pace_gets_all_of_it() {
        let (ours, mut theirs) = duplex(1024);
        let limits = limits();
        let mut paced = PacedStream::new(ours, stranger(&limits).seat(), &limits);
        let slow = tokio::spawn(async move {
            let (mut all, mut part) = (0, [0; 256]);
            while let Ok(bytes @ 1..) = theirs.read(&mut part).await {
                all += bytes;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            all
        });
        let begun = tokio::time::Instant::now();
        for _ in 0..4 {
            paced.write_all(&[0; 16_384]).await.unwrap();
            paced.flush().await.unwrap();
            // Between two answers nothing has to be taken.
            tokio::time::sleep(limits.progress * 3).await;
        }
        assert!(begun.elapsed() > limits.progress * 12);
        drop(paced);
        assert_eq!(slow.await.unwrap(), 4 * 16_384);
    }
}
