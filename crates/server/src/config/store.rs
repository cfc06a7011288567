//! The part of the configuration that says where the data is, how it is reached and watched.

use onshi_core::store::{Location, PostgresSettings, StoreSettings, Tls};
use onshi_language::say;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Where the data is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// The path of a SQLite file, or `postgres://…`.
    pub location: String,
    /// The name of this node's chain in the audit log.
    pub node: String,
    /// The most pieces of work in one commit.
    pub group_max: usize,
    /// The most pieces of work that may wait.
    pub queue_max: usize,
    /// Connections for reading that are kept.
    pub readers: usize,
    /// How often it is tried whether the database can be written, in seconds.
    pub probe_seconds: u64,
    /// How long anybody waits for the database's answer, in seconds.
    pub answer_seconds: u64,
    /// To how much SQLite's write-ahead log is cut, in MiB.
    pub wal_mib: u64,
    /// From how much of it on nothing more is written, in MiB.
    pub wal_max_mib: u64,
    /// How PostgreSQL is reached.
    pub postgres: PostgresConfig,
}

const DAY: Duration = Duration::from_secs(86_400);

/// How PostgreSQL is reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostgresConfig {
    /// How long connecting may take, in seconds.
    pub connect_seconds: u64,
    /// How long a statement may run, in seconds.
    pub statement_seconds: u64,
    /// How long a statement of an operator's command may run, in seconds; 0 is for as long as it
    /// takes. What is queued there waits as long.
    pub operator_statement_seconds: u64,
    /// How long a statement may wait for a lock, in seconds.
    pub lock_seconds: u64,
    /// After how long without a sign of life a connection is given up, in seconds.
    pub silence_seconds: u64,
    /// `auto`, `verify-full` or `disable`.
    pub tls: Tls,
    /// The certificates of the authority that may say who the server is (PEM).
    pub root_file: Option<PathBuf>,
}

impl Default for StoreConfig {
    fn default() -> Self {
        StoreConfig {
            location: "onshi-data/onshi.db".to_owned(),
            node: "centre-1".to_owned(),
            group_max: 512,
            queue_max: 16_384,
            readers: 16,
            probe_seconds: 5,
            answer_seconds: 15,
            wal_mib: 64,
            wal_max_mib: 2048,
            postgres: PostgresConfig::default(),
        }
    }
}

impl StoreConfig {
    /// The same for the operator's commands: whoever walks through all of a large database may take
    /// longer than a page.
    pub fn for_operator(&self) -> StoreSettings {
        let settings = self.settings();
        let longer = match self.postgres.operator_statement_seconds {
            0 => None,
            seconds => Some(Duration::from_secs(seconds)),
        };
        StoreSettings {
            answer: settings.answer.max(longer.unwrap_or(DAY)),
            postgres: PostgresSettings {
                statement: longer,
                ..settings.postgres
            },
            ..settings
        }
    }

    /// How the database is reached and watched.
    pub fn settings(&self) -> StoreSettings {
        let (seconds, postgres) = (Duration::from_secs, &self.postgres);
        StoreSettings {
            postgres: PostgresSettings {
                connect: seconds(postgres.connect_seconds),
                statement: Some(seconds(postgres.statement_seconds)),
                lock: Some(seconds(postgres.lock_seconds)),
                silence: seconds(postgres.silence_seconds),
                tls: postgres.tls,
                root_file: postgres.root_file.clone(),
                ..PostgresSettings::of("")
            },
            probe: seconds(self.probe_seconds),
            answer: seconds(self.answer_seconds),
            wal_limit: self.wal_mib << 20,
            wal_max: self.wal_max_mib << 20,
        }
    }

    /// What is wrong with it, if anything.
    pub(super) fn check(&self) -> Result<(), String> {
        let (store, postgres) = (self, &self.postgres);
        let times = [
            store.probe_seconds,
            store.answer_seconds,
            postgres.connect_seconds,
            postgres.statement_seconds,
            postgres.lock_seconds,
            postgres.silence_seconds,
        ];
        let operator = postgres.operator_statement_seconds;
        // What is longer than a day is meant to be for ever, and nothing of a service's is.
        let range = 1..=DAY.as_secs();
        if times.iter().any(|seconds| !range.contains(seconds)) || operator > DAY.as_secs() {
            return Err(say!(
                "the times of [store] and [store.postgres] are 1 to 86400 seconds",
                "[store] と [store.postgres] の時間は1以上86400以下（秒）です。"
            ));
        }
        if !(1..1 << 24).contains(&store.wal_mib)
            || !(store.wal_mib..1 << 24).contains(&store.wal_max_mib)
        {
            return Err(say!(
                "store.wal_mib begins at 1, store.wal_max_mib at store.wal_mib",
                "store.wal_mib は1以上、store.wal_max_mib は store.wal_mib 以上です。"
            ));
        }
        Location::parse(&self.location)
            .check(&self.settings())
            .map_err(|fault| fault.cause)
    }
}

impl Default for PostgresConfig {
    fn default() -> Self {
        PostgresConfig {
            connect_seconds: 3,
            statement_seconds: 8,
            operator_statement_seconds: 0,
            lock_seconds: 3,
            silence_seconds: 10,
            tls: Tls::Auto,
            root_file: None,
        }
    }
}
