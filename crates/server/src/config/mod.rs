//! The configuration: one TOML file, flags and environment above it, unknown keys refused.

mod cards;
mod connections;
mod documents;
mod limits;
mod mail;
mod password;
mod seals;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use cards::CardsConfig;
pub use connections::{
    ConnectionsConfig, ListenerSizes, OperationsConfig, OperatorsConfig, PortalConfig,
};
pub use documents::DocumentsConfig;
pub use limits::LimitsConfig;
pub use mail::{MailConfig, MailTls};
pub use seals::SealsConfig;
pub use store::{PostgresConfig, StoreConfig};
pub use words::in_words;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use onshi_core::Rules;
use onshi_core::network::Network;
use onshi_core::store::Location;
use onshi_language::{say, spoken};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything that can be set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Who we are and where we listen for terminals.
    pub centre: CentreConfig,
    /// Connections.
    pub connections: ConnectionsConfig,
    /// The public portal.
    pub portal: PortalConfig,
    /// The operators' screens (実施機関の画面).
    pub operators: OperatorsConfig,
    /// Asking the authority of cards (OCSP).
    pub cards: CardsConfig,
    /// Health and metrics for the operator.
    pub operations: OperationsConfig,
    /// Where the data is.
    pub store: StoreConfig,
    /// Log-ins.
    pub login: LoginConfig,
    /// How much of everything else there may be, in all and for each.
    pub limits: LimitsConfig,
    /// Printed documents.
    pub documents: DocumentsConfig,
    /// Mail that is sent.
    pub mail: MailConfig,
    /// Where the seals of the audit log are noted.
    pub seals: SealsConfig,
    /// Logs.
    pub log: LogConfig,
    /// The numbers of the rules.
    pub rules: Rules,
}

/// Who we are and where we listen for terminals.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CentreConfig {
    /// Address for the terminals (mutual TLS).
    pub listen: SocketAddr,
    /// Address for programs that send messages with a token and no certificate (TLS); none
    /// switches it off.
    pub messages: Option<SocketAddr>,
    /// From where messages are taken there.
    pub messages_networks: Vec<Network>,
    /// The most connections at a time there.
    pub messages_connections_max: usize,
    /// For how long after its log-in a token is good there, in seconds.
    pub messages_seconds: i64,
    /// Host names and addresses in the server's certificate.
    pub names: Vec<String>,
    /// Folder of the keys: the authority, the server's certificate, the seal key.
    pub secrets: PathBuf,
    /// A band on every page that says which environment this is; empty in production.
    pub environment: String,
    /// Whom to call, shown where only the operator can help.
    pub contact: String,
    /// What stands for a character that an answer's character set has not.
    pub replacement_character: char,
    /// The most connections at a time.
    pub connections_max: usize,
    /// Within this time a body must go on, or an answer be taken, in seconds.
    pub request_seconds: u64,
    /// How long a connection is kept after a stop was asked for, while nothing is asked through it, in milliseconds.
    pub leave_ms: u64,
    /// How long open requests may still run after a stop was asked for, in seconds.
    pub shutdown_seconds: u64,
    /// For how long browsers are told to come by TLS only, in seconds; 0 does not tell them.
    pub hsts_seconds: u64,
    /// How often it is looked whether the server's certificate has to be made anew, in seconds.
    pub renewal_check_seconds: u64,
}

/// Log-ins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoginConfig {
    /// How many log-ins a terminal may send in a row.
    pub terminal_burst: u32,
    /// How many log-ins a terminal may send a minute.
    pub terminal_per_minute: u32,
    /// Threads that hash passwords; 0 takes half of the machine's.
    pub hashing_threads: usize,
    /// Passwords that may wait to be hashed; beyond it the answer is "busy".
    pub hashing_queue: usize,
    /// How many of them may be of one institution.
    pub hashing_queue_each: usize,
    /// How many forms with a new password an account may send in a row.
    pub password_burst: u32,
    /// How many of them a minute.
    pub password_per_minute: u32,
    /// For how long what the database says of a program's token is kept, in milliseconds.
    pub identity_cache_ms: i64,
}

/// Logs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `json` or `text`.
    pub format: LogFormat,
    /// A filter as `tracing` reads it, such as `info,onshi_server=debug`.
    pub level: String,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Default for CentreConfig {
    fn default() -> Self {
        CentreConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 8443)),
            messages: None,
            messages_networks: Network::LOOPBACK.to_vec(),
            messages_connections_max: 1024,
            messages_seconds: 900,
            names: vec![
                "localhost".to_owned(),
                "127.0.0.1".to_owned(),
                "::1".to_owned(),
            ],
            secrets: PathBuf::from("onshi-data/secrets"),
            environment: String::new(),
            contact: String::new(),
            replacement_character: onshi_wire::REPLACEMENT,
            connections_max: 8192,
            request_seconds: 30,
            leave_ms: 1000,
            shutdown_seconds: 10,
            hsts_seconds: 31_536_000,
            renewal_check_seconds: 3600,
        }
    }
}

impl Default for LoginConfig {
    fn default() -> Self {
        LoginConfig {
            terminal_burst: 20,
            terminal_per_minute: 30,
            hashing_threads: 0,
            hashing_queue: 64,
            hashing_queue_each: 16,
            password_burst: 20,
            password_per_minute: 20,
            identity_cache_ms: 1000,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        LogConfig {
            format: LogFormat::Text,
            level: "info".to_owned(),
        }
    }
}

/// A hundred years: no day that is asked for lies further away.
const DAYS_MAX: i64 = 36_525;

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", say!("the configuration can't be used: {}", "設定が正しくありません: {}", .0))]
pub struct ConfigError(String);

impl Config {
    /// Reads the file (when one is named), the environment (`ONSHI_CENTRE__LISTEN=…`) and the
    /// flags (`centre.listen=…`), the later above the earlier.
    pub fn load(file: Option<&Path>, flags: &[String]) -> Result<Config, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Config::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError(say!(
                    "there is no file {}",
                    "ファイル {} がありません。",
                    file.display()
                )));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(Env::prefixed("ONSHI_").ignore(&["config"]).split("__"));
        for flag in flags {
            let Some((key, value)) = flag.split_once('=') else {
                return Err(ConfigError(say!(
                    "--set takes KEY=VALUE, not {flag}",
                    "--set は KEY=VALUE の形です（{flag} は使えません）。"
                )));
            };
            let value: toml::Value = toml::from_str(&format!("v = {value}"))
                .ok()
                .and_then(|mut table: toml::Table| table.remove("v"))
                .unwrap_or_else(|| toml::Value::String(value.to_owned()));
            figment = figment.merge(Serialized::default(key, value));
        }
        let config: Config = figment.extract().map_err(|e| ConfigError(in_words(&e)))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |english: &str, japanese: &str| {
            Err(ConfigError(spoken().choose(english, japanese).to_owned()))
        };
        let centre = &self.centre;
        if let Some(text) = self.wrong_of_a_part() {
            return Err(ConfigError(text));
        }
        let others = [
            self.portal.connections_max,
            self.operators.connections_max,
            self.operations.connections_max,
        ];
        if others.contains(&0) || centre.request_seconds == 0 || centre.renewal_check_seconds == 0 {
            return wrong(
                "portal, operators and operations.connections_max, centre.request_seconds and renewal_check_seconds begin at 1",
                "portal・operators・operations の connections_max、centre の request_seconds と renewal_check_seconds は1以上です。",
            );
        }
        if centre.messages.is_some() && centre.messages_networks.is_empty() {
            return wrong(
                "centre.messages is set, but centre.messages_networks allows nobody; \
                 name the networks from which messages come without a certificate",
                "centre.messages がありますが、centre.messages_networks が空です。電子証明書なしのメッセージを受け付けるネットワークを書いてください。",
            );
        }
        if centre.messages_seconds < 1 || centre.messages_connections_max == 0 {
            return wrong(
                "centre.messages_seconds and messages_connections_max begin at 1",
                "centre の messages_seconds と messages_connections_max は1以上です。",
            );
        }
        let stand_in = self.centre.replacement_character;
        if stand_in.is_ascii() || !onshi_wire::Encoding::ShiftJis.has(stand_in) {
            return wrong(
                "centre.replacement_character must be one full-width character that Shift_JIS has",
                "centre.replacement_character は、Shift_JISにある全角1文字です。",
            );
        }
        if self.limits.bulk_bytes < 64 * 1024 || self.limits.bulk_bytes > 1 << 30 {
            return wrong(
                "limits.bulk_bytes must lie between 65536 and 1073741824",
                "limits.bulk_bytes は65536以上1073741824以下です。",
            );
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log.level).is_err() {
            return wrong(
                "log.level is no filter such as info or info,onshi_server=debug",
                "log.level は info や info,onshi_server=debug のように書きます。",
            );
        }
        if self.rules.lock.failures < 1 || self.store.group_max == 0 || self.store.queue_max == 0 {
            return wrong(
                "rules.lock.failures, store.group_max and store.queue_max begin at 1",
                "rules.lock.failures、store.group_max、store.queue_max は1以上です。",
            );
        }
        let check = &self.rules.check;
        if ![check.days_ahead, check.days_back]
            .iter()
            .all(|days| (0..=DAYS_MAX).contains(days))
        {
            return wrong(
                "rules.check.days_ahead and .days_back lie between 0 and 36525",
                "rules.check の days_ahead と days_back は0以上36525以下です。",
            );
        }
        self.store.check().map_err(ConfigError)
    }

    /// What is wrong with connections, portal or mail, if anything is.
    fn wrong_of_a_part(&self) -> Option<String> {
        password::wrong(&self.rules)
            .or_else(|| self.connections.wrong(self.centre.connections_max))
            .or_else(|| self.portal.wrong())
            .or_else(|| self.cards.wrong())
            .or_else(|| self.mail.wrong())
            .or_else(|| self.seals.wrong())
    }

    /// Where the data is.
    pub fn location(&self) -> Location {
        Location::parse(&self.store.location)
    }

    /// The sum of file, environment and flags as TOML, without the database's password.
    pub fn print(&self) -> String {
        let mut shown = self.clone();
        shown.store.location = self.location().shown();
        toml::to_string_pretty(&shown).unwrap_or_else(|e| format!("# {e}"))
    }
}
