//! A connection that ends when it is told to, or when nothing happens for too long.

use crate::places::Ended;
use crate::seat::{Phase, Seat};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1::Connection;
use hyper::service::HttpService;
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep};

/// How long a connection gets to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// What watches over a connection.
pub(crate) struct Life {
    seat: Arc<Seat>,
    waker: Option<Waker>,
    /// It was told that all are to end.
    told: bool,
    /// It takes no request any more.
    closing: bool,
    /// When it is looked again whether something has happened in time.
    look: Option<Pin<Box<Sleep>>>,
    goodbye: Option<Instant>,
}

impl Life {
    fn of(seat: Arc<Seat>) -> Life {
        Life {
            seat,
            waker: None,
            told: false,
            closing: false,
            look: None,
            goodbye: None,
        }
    }

    /// Waits for a handshake. Whoever has not finished it soon after all were told to end has not asked for anything that
    /// could be lost.
    pub async fn handshake<T>(greeting: impl Future<Output = T>, seat: Arc<Seat>) -> Option<T> {
        let (mut life, mut greeting) = (Life::of(seat), pin!(greeting));
        poll_fn(|context| {
            life.listen(context);
            if life.seat.is_leaving() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(greeted) = greeting.as_mut().poll(context) {
                return Poll::Ready(Some(greeted));
            }
            if life.seat.is_stopping() {
                let end = || Box::pin(tokio::time::sleep(life.seat.leave_time()));
                let end = life.look.get_or_insert_with(end);
                return end.as_mut().poll(context).map(|()| None);
            }
            Poll::Pending
        })
        .await
    }

    /// Serves a connection to its end.
    pub async fn connection<I, S, B>(
        connection: Connection<TokioIo<I>, S>,
        seat: Arc<Seat>,
    ) -> Result<(), hyper::Error>
    where
        I: AsyncRead + AsyncWrite + Unpin + 'static,
        S: HttpService<Incoming, ResBody = B>,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        B: Body + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (mut life, mut connection) = (Life::of(seat), pin!(connection));
        poll_fn(|context| {
            life.listen(context);
            if life.seat.is_leaving() {
                return Poll::Ready(Ok(()));
            }
            if life.seat.is_stopping() && !life.told {
                life.told = true;
                // Each answer from now on says that it is the last one.
                life.goodbye = Some(Instant::now() + life.seat.leave_time());
            }
            loop {
                if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                    return Poll::Ready(ended);
                }
                match life.is_over(context) {
                    Over::No => return Poll::Pending,
                    Over::Cut => return Poll::Ready(Ok(())),
                    Over::Goodbye => connection.as_mut().graceful_shutdown(),
                }
            }
        })
        .await
    }

    fn listen(&mut self, context: &mut Context<'_>) {
        let new = context.waker();
        if !self.waker.as_ref().is_some_and(|kept| kept.will_wake(new)) {
            self.waker = Some(new.clone());
            self.seat.wake_later(new);
            // It would wake whoever waited before.
            self.look = None;
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match (self.goodbye, self.seat.phase()) {
            // What was asked while we said goodbye is answered all the same.
            (Some(_), Phase::Busy | Phase::Answering) => None,
            (Some(goodbye), _) => Some(goodbye),
            (None, _) => self.seat.deadline(),
        }
    }

    /// Whether something did not happen in time. Costs next to nothing while all goes well: the
    /// timer is set anew only for an earlier moment, or when it has gone off.
    fn is_over(&mut self, context: &mut Context<'_>) -> Over {
        let Some(at) = self.deadline() else {
            return Over::No;
        };
        let look = match &mut self.look {
            Some(look) if look.deadline() <= at && !look.is_elapsed() => return Over::No,
            Some(look) => {
                look.as_mut().reset(at);
                look
            }
            None => self.look.insert(Box::pin(tokio::time::sleep_until(at))),
        };
        if look.as_mut().poll(context).is_pending() {
            return Over::No;
        }
        if !self.closing && self.seat.phase() == Phase::Idle {
            if !self.told {
                self.seat.ends(Ended::Idle);
            }
            self.closing = true;
            self.goodbye = Some(Instant::now() + GOODBYE);
            return Over::Goodbye;
        }
        let why = if self.told {
            Ended::CutOff
        } else {
            Ended::HeadTooSlow
        };
        self.seat.ends(why);
        Over::Cut
    }
}

/// What is to be done with a connection.
enum Over {
    /// It goes on.
    No,
    /// It may end by itself, since nothing is under way.
    Goodbye,
    /// It is cut off.
    Cut,
}
