//! How a demo that runs is told what to do: a socket on loopback, and a key in a file that only its owner can read.
//!
//! An order is a line of JSON, and so is what came of it.

use super::clock::{self, NotMoved};
use super::faults::Faults;
use super::kept::write;
use super::sandbox::DemoSandbox;
use crate::output::Failure;
use onshi_core::Moment;
use onshi_core::entropy::{fresh_seed, hex};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

/// The longest order.
const ORDER_BYTES_MAX: u64 = 64 << 10;

/// Where the demo that runs is told, and by which key.
#[derive(Serialize, Deserialize)]
pub(super) struct Whereabouts {
    pub(super) address: SocketAddr,
    pub(super) key: String,
}

/// The file that says it.
pub(super) fn file(dir: &Path) -> PathBuf {
    dir.join("control.json")
}

/// What is to be done.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// Put the first state back.
    Reset,
    /// Say what the clock says; before that move it.
    Clock {
        /// To this moment, in milliseconds since 1970.
        to_ms: Option<i64>,
        /// By so many seconds.
        forward: Option<i64>,
    },
    /// Say what goes wrong; before that let this go wrong.
    Faults(Option<Faults>),
    /// Say what came and was answered.
    Log {
        /// Whose.
        institution: String,
        /// Behind this number.
        after: u64,
    },
}

/// An order of whoever can read the key.
#[derive(Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) key: String,
    pub(super) order: Order,
}

/// Why an order is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Refused {
    /// The key is another one, or it is no order.
    Unreadable,
    /// No copy of the first state is there.
    NoFirstState,
    /// The clock goes forward only.
    Backwards,
    /// The clock does not go so far.
    TooFar,
}

/// What came of an order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    Done(Value),
    Refused(Refused),
}

/// Who waits for the first state.
pub(super) type Waiting = oneshot::Sender<()>;

/// A demo's ear.
pub(super) struct Control {
    sandbox: Arc<DemoSandbox>,
    key: String,
    /// None where no first state is kept.
    resets: Option<mpsc::Sender<Waiting>>,
}

/// Listens on loopback, and writes down where. It goes on until the demo ends.
pub(super) async fn open(
    dir: &Path,
    sandbox: Arc<DemoSandbox>,
    resets: Option<mpsc::Sender<Waiting>>,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await;
    let opened = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = opened.map_err(|e| Failure::io("127.0.0.1", &e))?;
    let key = hex(&fresh_seed());
    let place = Whereabouts {
        address,
        key: key.clone(),
    };
    write(&file(dir), &place)?;
    let control = Arc::new(Control {
        sandbox,
        key,
        resets,
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let control = control.clone();
            tokio::spawn(async move { control.hear(stream).await });
        }
    });
    Ok(())
}

impl Control {
    async fn hear(&self, mut stream: TcpStream) {
        let (read, mut write) = stream.split();
        let mut line = String::new();
        let mut read = BufReader::new(read.take(ORDER_BYTES_MAX));
        if read.read_line(&mut line).await.is_err() {
            return;
        }
        let told = match serde_json::from_str::<Sent>(&line) {
            Ok(sent) if self.is_ours(&sent.key) => self.follow(sent.order).await,
            _ => Told::Refused(Refused::Unreadable),
        };
        let mut answer = serde_json::to_vec(&told).unwrap_or_default();
        answer.push(b'\n');
        // Who has gone away meanwhile is told nothing.
        let _ = write.write_all(&answer).await;
    }

    /// Digests are compared, so that the time says nothing of the key.
    fn is_ours(&self, key: &str) -> bool {
        Sha256::digest(key) == Sha256::digest(&self.key)
    }

    async fn follow(&self, order: Order) -> Told {
        match order {
            Order::Reset => self.reset().await,
            Order::Clock { to_ms, forward } => moved(to_ms, forward),
            Order::Faults(wanted) => {
                let mut faults = self.sandbox.faults();
                if let Some(wanted) = wanted {
                    *faults = wanted;
                }
                Told::Done(json!(*faults))
            }
            Order::Log { institution, after } => {
                let entries = self.sandbox.record().read(&institution, after);
                Told::Done(json!(entries))
            }
        }
    }

    async fn reset(&self) -> Told {
        let Some(resets) = &self.resets else {
            return Told::Refused(Refused::NoFirstState);
        };
        let (done, waits) = oneshot::channel();
        if resets.send(done).await.is_err() || waits.await.is_err() {
            // The demo ends.
            return Told::Refused(Refused::Unreadable);
        }
        Told::Done(json!({"at": clock::now().jst_table()}))
    }
}

fn moved(to_ms: Option<i64>, forward: Option<i64>) -> Told {
    let to = match (to_ms, forward) {
        (Some(to), _) => Some(Moment::from_ms(to)),
        (None, Some(seconds)) => Some(clock::now().plus_seconds(seconds)),
        (None, None) => None,
    };
    match to.map_or(Ok(()), clock::move_to) {
        Ok(()) => Told::Done(json!({
            "at": clock::now().jst_table(),
            "aheadSeconds": clock::ahead_seconds(),
        })),
        Err(NotMoved::Backwards) => Told::Refused(Refused::Backwards),
        Err(NotMoved::TooFar) => Told::Refused(Refused::TooFar),
    }
}
