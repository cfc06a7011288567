//! A connection to PostgreSQL for threads that block: every call ends, by an answer or by its limit.
//!
//! What hangs is not always the statement: a server that is stopped, a disk under it that does not
//! answer or a wire that is cut says nothing at all, and no limit of the server's own helps. So each
//! call has a limit here too. A connection whose limit has passed is of no more use and counts as
//! closed; what became of the statement is not known.
//!
//! This is a crate of its own since its inside is asynchronous, which `onshi-core` is not.

mod settings;
mod tls;

pub use settings::{Settings, Tls};
pub use tokio_postgres::error::SqlState;
pub use tokio_postgres::{Row, Statement, types};

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use types::{BorrowToSql, ToSql, Type};

type Driver = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send>>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings can't be used.
    #[error("{0}")]
    Settings(String),
    /// The server said no, or the connection broke.
    #[error("{}", words(.0))]
    Server(#[from] tokio_postgres::Error),
    /// Nothing was heard for so long.
    #[error("PostgreSQL did not answer within {:.1} seconds", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The system did not give what is needed to wait for an answer.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

/// A server's answer as a sentence; any other error with what is behind it.
fn words(error: &tokio_postgres::Error) -> String {
    if let Some(answer) = error.as_db_error() {
        return format!("{} ({})", answer.message(), answer.code().code());
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        // Some say again what is behind them.
        let said = inner.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        source = inner.source();
    }
    text
}

impl Error {
    /// The server's code, when it is the server's own answer.
    pub fn code(&self) -> Option<&SqlState> {
        match self {
            Error::Server(error) => error.code(),
            _ => None,
        }
    }

    /// True when the connection broke or was never made; else it is about what was asked.
    pub fn is_of_the_connection(&self) -> bool {
        match self {
            Error::Settings(_) => false,
            Error::TimedOut(_) | Error::System(_) => true,
            Error::Server(error) => {
                let source = std::error::Error::source(error);
                let broke = source.is_some_and(|inner| inner.is::<std::io::Error>());
                error.as_db_error().is_none() && (error.is_closed() || broke)
            }
        }
    }
}

/// An open connection.
pub struct Client {
    /// Taken only when it is dropped.
    inner: Option<Inner>,
    /// How long a call may take.
    limit: Option<Duration>,
    /// A call's limit has passed: an answer that comes now would be taken for the next one's.
    failed: bool,
}

struct Inner {
    client: tokio_postgres::Client,
    driver: Driver,
    /// The driver came to its end.
    ended: bool,
    runtime: Runtime,
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            let Inner {
                client,
                driver,
                runtime,
                ..
            } = inner;
            drop((client, driver));
            // Never waits, so it may be dropped on any thread, also on one that serves sockets.
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// Connects, within the limit of the settings.
    pub fn connect(settings: &Settings) -> Result<Client, Error> {
        let prepared = settings.prepare()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let config = &prepared.config;
        let connecting = async {
            match prepared.tls {
                None => {
                    let (client, connection) = config.connect(NoTls).await?;
                    Ok::<_, Error>((client, Box::pin(connection) as Driver))
                }
                Some(tls) => {
                    let (client, connection) = config.connect(tls).await?;
                    Ok((client, Box::pin(connection) as Driver))
                }
            }
        };
        let limit = prepared.limit;
        let connected = runtime.block_on(async { tokio::time::timeout(limit, connecting).await });
        let (client, driver) = match connected {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => {
                runtime.shutdown_background();
                return Err(error);
            }
            Err(_) => {
                runtime.shutdown_background();
                return Err(Error::TimedOut(limit));
            }
        };
        let mut client = Client {
            inner: Some(Inner {
                client,
                driver,
                ended: false,
                runtime,
            }),
            limit: Some(limit),
            failed: false,
        };
        client.batch_execute(&prepared.session)?;
        client.limit = settings.call_limit();
        Ok(client)
    }

    /// True when it is of no more use.
    pub fn is_closed(&self) -> bool {
        self.failed
            || self
                .inner
                .as_ref()
                .is_none_or(|inner| inner.ended || inner.client.is_closed())
    }

    /// Prepares a statement.
    pub fn prepare(&mut self, sql: &str) -> Result<Statement, Error> {
        self.run(async |client| client.prepare(sql).await)
    }

    /// Runs a query and gives every row.
    pub fn query<P, I>(&mut self, statement: &Statement, with: I) -> Result<Vec<Row>, Error>
    where
        P: BorrowToSql,
        I: IntoIterator<Item = P>,
        I::IntoIter: ExactSizeIterator,
    {
        self.run(async |client| {
            let mut rows = pin!(client.query_raw(statement, with).await?);
            let mut all = Vec::new();
            while let Some(row) = poll_fn(|cx| next(rows.as_mut(), cx)).await {
                all.push(row?);
            }
            Ok(all)
        })
    }

    /// Runs a statement and says how many rows it touched.
    pub fn execute(
        &mut self,
        statement: &Statement,
        with: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        self.run(async |client| client.execute(statement, with).await)
    }

    /// Sends rows by a `COPY … FROM STDIN BINARY`, whose columns have these types, and says how many the server took.
    pub fn copy_in<'a, V: ToSql + Sync + 'a>(
        &mut self,
        sql: &str,
        columns: &[Type],
        rows: impl IntoIterator<Item = &'a [V]>,
    ) -> Result<u64, Error> {
        self.run(async |client| {
            let sink = client.copy_in(sql).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, columns));
            for row in rows {
                writer.as_mut().write_raw(row).await?;
            }
            writer.finish().await
        })
    }

    /// Runs a text of several statements without parameters.
    pub fn batch_execute(&mut self, sql: &str) -> Result<(), Error> {
        self.run(async |client| client.batch_execute(sql).await)
    }

    fn run<T>(
        &mut self,
        call: impl AsyncFnOnce(&tokio_postgres::Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Error> {
        let limit = self.limit;
        let inner = self.inner.as_mut().expect("it is only taken when dropped");
        let Inner {
            client,
            driver,
            ended,
            runtime,
        } = inner;
        let answer = runtime.block_on(async {
            let mut call = pin!(call(client));
            let both = poll_fn(|cx| {
                if !*ended && let Poll::Ready(end) = driver.as_mut().poll(cx) {
                    *ended = true;
                    if let Err(error) = end {
                        return Poll::Ready(Err(error));
                    }
                }
                call.as_mut().poll(cx)
            });
            match limit {
                None => Ok(both.await),
                Some(limit) => tokio::time::timeout(limit, both).await.map_err(|_| limit),
            }
        });
        match answer {
            Ok(answer) => Ok(answer?),
            Err(limit) => {
                self.failed = true;
                Err(Error::TimedOut(limit))
            }
        }
    }
}

/// The next row of a stream.
fn next(
    mut rows: Pin<&mut tokio_postgres::RowStream>,
    cx: &mut std::task::Context<'_>,
) -> Poll<Option<Result<Row, tokio_postgres::Error>>> {
    futures_core::Stream::poll_next(rows.as_mut(), cx)
}
