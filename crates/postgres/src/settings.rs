//! Where the server is, how long anything may take, and whether the way to it is protected.

use crate::Error;
use crate::tls::Rustls;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

/// How much longer a call is waited for here than the server lets a statement run: so the server's
/// own answer comes first wherever there is one.
const GRACE: Duration = Duration::from_secs(1);

/// Whether the way to the server is protected. There is nothing in between: what goes on in clear
/// when the server says so, or does not ask whose the certificate is, protects from nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// As [`Tls::VerifyFull`], but for servers on this machine (a loopback address, a socket).
    #[default]
    Auto,
    /// By TLS, with a certificate of an authority of ours and the server's own name.
    VerifyFull,
    /// In clear.
    Disable,
}

/// Where the server is, how long anything may take, and whether the way to it is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `postgres://…`; `sslmode` and `sslrootcert` in it stand above the settings here.
    pub url: String,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long a statement may run; none is for migrations.
    pub statement: Option<Duration>,
    /// How long a statement may wait for a lock.
    pub lock: Option<Duration>,
    /// After how long without a sign of life from the other machine the connection is given up; the
    /// server gives up a transaction of ours after three times as long.
    pub silence: Duration,
    /// Whether the way is protected.
    pub tls: Tls,
    /// The certificates of the authorities that may say who the server is (PEM).
    pub root_file: Option<PathBuf>,
}

/// What connecting needs.
pub(crate) struct Prepared {
    pub(crate) config: Config,
    pub(crate) tls: Option<Rustls>,
    pub(crate) limit: Duration,
    /// What every session is told first.
    pub(crate) session: String,
}

impl Settings {
    /// The settings of this address, with limits that suit a service.
    pub fn of(url: &str) -> Settings {
        Settings {
            url: url.to_owned(),
            connect: Duration::from_secs(3),
            statement: Some(Duration::from_secs(10)),
            lock: Some(Duration::from_secs(3)),
            silence: Duration::from_secs(10),
            tls: Tls::Auto,
            root_file: None,
        }
    }

    /// How long one call may take.
    pub(crate) fn call_limit(&self) -> Option<Duration> {
        self.statement.map(|statement| statement + GRACE)
    }

    /// Whether these can be used at all, without connecting.
    pub fn check(&self) -> Result<(), Error> {
        self.prepare().map(drop)
    }

    pub(crate) fn prepare(&self) -> Result<Prepared, Error> {
        let address = Address::parse(&self.url)?;
        let mut config: Config = address
            .rest
            .parse()
            .map_err(|e| Error::Settings(format!("the address of PostgreSQL: {e}")))?;
        let tls = self.protected(&config, &address)?;
        let root_file = address.root_file.or_else(|| self.root_file.clone());
        config.ssl_mode(if tls {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        config.connect_timeout(self.connect);
        config.keepalives(true);
        config.keepalives_idle((self.silence / 2).max(Duration::from_secs(1)));
        config.keepalives_interval((self.silence / 4).max(Duration::from_secs(1)));
        config.keepalives_retries(2);
        config.tcp_user_timeout(self.silence);
        // A replica would be read from as if it knew everything. It is no server for us, and the next one of the address is
        // tried.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_application_name().is_none() {
            config.application_name("onshi");
        }
        let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
        Ok(Prepared {
            tls: match tls {
                true => Some(Rustls::of(&trusted(root_file.as_deref())?)?),
                false => None,
            },
            limit: self.connect * u32::try_from(hosts.max(1)).unwrap_or(1),
            session: self.session(),
            config,
        })
    }

    fn session(&self) -> String {
        let ms = |limit: Option<Duration>| limit.map_or(0, |limit| limit.as_millis());
        format!(
            "set statement_timeout = {}; set lock_timeout = {}; \
             set idle_in_transaction_session_timeout = {}",
            ms(self.statement),
            ms(self.lock),
            // A node that stands still must not hold up the others with what it has locked.
            ms(self.statement.map(|_| self.silence * 3))
        )
    }

    /// Whether TLS is to be used.
    fn protected(&self, config: &Config, address: &Address) -> Result<bool, Error> {
        let named = match address.mode.as_deref() {
            None => self.tls,
            Some("disable") => Tls::Disable,
            Some("verify-full") => Tls::VerifyFull,
            Some(weak) => {
                return Err(Error::Settings(format!(
                    "sslmode={weak} does not make sure whom we talk to; it is verify-full, or \
                     disable where the way needs no protection"
                )));
            }
        };
        Ok(match named {
            Tls::VerifyFull => true,
            Tls::Disable => false,
            Tls::Auto => !is_local(config),
        })
    }
}

/// The authorities' certificates. Without any nobody could say who the server is.
fn trusted(root_file: Option<&Path>) -> Result<PathBuf, Error> {
    root_file.map(Path::to_owned).ok_or_else(|| {
        Error::Settings(
            "PostgreSQL is on another machine, so it is asked for by TLS, and the certificate of \
             its authority is needed: name the file with store.postgres.root_file (or \
             sslrootcert in the address); store.postgres.tls = \"disable\" goes in clear"
                .to_owned(),
        )
    })
}

/// Whether every server of the address is on this machine. What is connected to counts: where
/// there are addresses beside names, the names are only names.
fn is_local(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost")
                || name
                    .parse::<IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
    })
}

/// An address without what our driver does not read, and that.
struct Address {
    rest: String,
    mode: Option<String>,
    root_file: Option<PathBuf>,
}

impl Address {
    fn parse(url: &str) -> Result<Address, Error> {
        let (before, query) = url.split_once('?').unwrap_or((url, ""));
        let mut address = Address {
            rest: before.to_owned(),
            mode: None,
            root_file: None,
        };
        let mut left = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => address.mode = Some(mode.to_owned()),
                Some(("sslrootcert", path)) => {
                    address.root_file = Some(PathBuf::from(decoded(path)?));
                }
                _ => left.push(pair),
            }
        }
        if !left.is_empty() {
            address.rest = format!("{before}?{}", left.join("&"));
        }
        Ok(address)
    }
}

/// A part of an address, with its `%xx` as the bytes that they stand for.
fn decoded(text: &str) -> Result<String, Error> {
    let wrong = || Error::Settings(format!("the address of PostgreSQL has a part {text}"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next()), digit(rest.next()));
        let (Some(high), Some(low)) = (high, low) else {
            return Err(wrong());
        };
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| wrong())?);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(url: &str) -> Result<bool, Error> {
        let address = Address::parse(url)?;
        let config: Config = address.rest.parse()?;
        Settings::of(url).protected(&config, &address)
    }

    #[test]
    fn what_is_not_on_this_machine_is_verified_and_nothing_weaker_is_taken() {
        for local in [
            "postgres://u@localhost/d",
            "postgres://u@LOCALHOST:5433/d",
            "postgres://u@127.0.0.1/d",
            "postgres://u@127.8.8.8/d",
            "postgres://u@[::1]/d",
            "postgres:///d?host=/var/run/postgresql",
            "postgres://u@db.example/d?hostaddr=127.0.0.1",
            "postgres://u@db.example/d?sslmode=disable",
        ] {
            assert!(!tls(local).unwrap(), "{local}");
        }
        for remote in [
            "postgres://u@db.example/d",
            "postgres://u@10.0.0.1/d",
            "postgres://u@localhost.example/d",
            "postgres://u@localhost,db.example/d",
            "postgres://u@localhost/d?hostaddr=10.0.0.1",
            "postgres://u@localhost/d?sslmode=verify-full",
        ] {
            assert!(tls(remote).unwrap(), "{remote}");
            let told = Settings::of(remote).check().expect_err("no authority");
            assert!(told.to_string().contains("root_file"), "{told}");
        }
        for weak in ["allow", "prefer", "require", "verify-ca", "", "VERIFY-FULL"] {
            let told = tls(&format!("postgres://u@localhost/d?sslmode={weak}"));
            let told = told.expect_err(weak).to_string();
            assert!(told.contains("verify-full"), "{told}");
        }
    }

    #[test]
    fn what_stands_in_the_address_is_taken_out_and_read() {
        let url = "postgres://u@h/d?a=b&sslrootcert=%2Fetc%2Fca%20x.pem&sslmode=verify-full&c=d";
        let address = Address::parse(url).unwrap();
        assert_eq!(address.rest, "postgres://u@h/d?a=b&c=d");
        assert_eq!(address.root_file, Some(PathBuf::from("/etc/ca x.pem")));
        assert!(Address::parse("postgres://h/d?sslrootcert=%2").is_err());
    }

    #[test]
    fn a_server_that_says_nothing_is_not_waited_for() {
        let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = silent.local_addr().unwrap().port();
        let mut settings = Settings::of(&format!("postgres://u@127.0.0.1:{port}/d"));
        settings.connect = Duration::from_millis(200);
        let told = crate::Client::connect(&settings).map(drop);
        assert!(matches!(told, Err(Error::TimedOut(_))), "{told:?}");
    }
}
