//! Settings of connections and listeners: how many, from where, and for how long.

use onshi_connections::{Arrivals, Limits};
use onshi_language::say;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;

/// Connections of the terminals' listener and of the portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionsConfig {
    /// Of `centre.connections_max`, how many may be strangers': without a certificate that is
    /// good, or with the handshake not finished.
    pub strangers_max: usize,
    /// The most connections of strangers from one address (IPv6: one network of 64 bits).
    pub per_address: usize,
    /// New connections from one address in a row, each of which costs a handshake; where somebody
    /// known is connected from, eight times as many. Those who are known do not count.
    pub handshakes_burst: u32,
    /// How many a second after that; 0 bounds nothing.
    pub handshakes_per_second: u32,
    /// By how much the threads that serve strangers are nicer than the others (`nice`), at the
    /// terminals' address; 0 serves them beside the others.
    pub strangers_nice: u8,
    /// The most connections with one certificate.
    pub per_certificate: usize,
    /// How long a handshake may take, in seconds.
    pub handshake_seconds: u64,
    /// How long the head of a request may take, in seconds.
    pub head_seconds: u64,
    /// How long a connection with a good certificate may be left open between requests, in seconds.
    pub idle_seconds: u64,
    /// How long a stranger's may, in seconds.
    pub stranger_idle_seconds: u64,
    /// How long the whole of a body that is refused may take, in seconds.
    pub refused_body_seconds: u64,
    /// Bytes of a body that is refused that are still taken in and thrown away.
    pub refused_body_bytes: usize,
    /// Bytes a second that a body must bring, or an answer must be taken by, within each
    /// `centre.request_seconds` of waiting.
    pub pace_bytes_per_second: u64,
}

/// The public portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalConfig {
    /// Address for anybody (TLS); none switches it off.
    pub listen: Option<SocketAddr>,
    /// Where anybody reaches it from outside, as it stands in QR codes: `https://host` or `https://host:port`; empty is
    /// the first of `centre.names` and the port of `listen`.
    pub url: String,
    /// Where the program that lets a patient's card sign is on the patient's own machine (`onshi card sign-at`).
    pub card_program: String,
    /// The most connections at a time.
    pub connections_max: usize,
}

/// The operators' screens (実施機関の画面).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperatorsConfig {
    /// Address for the operators' terminals (mutual TLS); none switches it off.
    pub listen: Option<SocketAddr>,
    /// The most connections at a time.
    pub connections_max: usize,
}

impl Default for OperatorsConfig {
    fn default() -> Self {
        OperatorsConfig {
            listen: None,
            connections_max: 64,
        }
    }
}

/// Health and metrics for the operator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationsConfig {
    /// Address for `/health` and `/metrics` (plain HTTP; keep it on loopback or an inner network).
    pub listen: Option<SocketAddr>,
    /// Names under which it may be asked, beside `centre.names`, `localhost` and any address.
    pub names: Vec<String>,
    /// The most connections at a time.
    pub connections_max: usize,
    /// How long `/health` waits for a commit, in milliseconds.
    pub health_ms: u64,
}

impl Default for ConnectionsConfig {
    fn default() -> Self {
        ConnectionsConfig {
            strangers_max: 1024,
            per_address: 256,
            handshakes_burst: 1000,
            handshakes_per_second: 100,
            strangers_nice: 10,
            per_certificate: 256,
            handshake_seconds: 5,
            head_seconds: 10,
            idle_seconds: 60,
            stranger_idle_seconds: 5,
            refused_body_seconds: 5,
            refused_body_bytes: 32 * 1024 * 1024,
            pace_bytes_per_second: 1024,
        }
    }
}

impl Default for PortalConfig {
    fn default() -> Self {
        PortalConfig {
            listen: None,
            url: String::new(),
            card_program: "http://127.0.0.1:8447".to_owned(),
            connections_max: 1024,
        }
    }
}

impl PortalConfig {
    /// What is wrong with it, if anything is.
    pub(super) fn wrong(&self) -> Option<String> {
        let known = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        let is_of_a_site = match self.url.strip_prefix("https://") {
            Some(host) => !host.is_empty() && host.chars().all(known),
            None => self.url.is_empty(),
        };
        let text = || {
            say!(
                "portal.url is https:// and a name, with a port where it is not 443, and nothing after it",
                "portal.url は https:// とホスト名（443以外ならポートも）だけで、後ろには何も付けません。"
            )
        };
        let program = self.card_program.strip_prefix("http://");
        let is_of_a_program =
            program.is_some_and(|host| !host.is_empty() && host.chars().all(known));
        let text_of_program = || {
            say!(
                "portal.card_program is http:// and an address of the patient's own machine, such as http://127.0.0.1:8447",
                "portal.card_program は、患者の計算機の中のアドレスです（例：http://127.0.0.1:8447）。"
            )
        };
        match (is_of_a_site, is_of_a_program) {
            (false, _) => Some(text()),
            (true, false) => Some(text_of_program()),
            (true, true) => None,
        }
    }
}

impl Default for OperationsConfig {
    fn default() -> Self {
        OperationsConfig {
            listen: None,
            names: Vec::new(),
            connections_max: 64,
            health_ms: 1500,
        }
    }
}

/// The most connections of each listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerSizes {
    /// Terminals, strangers among them.
    pub centre: usize,
    /// Of these, strangers.
    pub strangers: usize,
    /// Programs without a certificate, where everybody is a stranger.
    pub messages: usize,
    /// The portal, where everybody is one too.
    pub portal: usize,
    /// The operators' screens.
    pub operators: usize,
    /// Health and metrics.
    pub operations: usize,
}

/// File descriptors for everything that is no connection: databases, logs, keys.
const DESCRIPTORS_RESERVED: usize = 256;
/// Fewer connections than these are of no use to anybody.
const FEWEST: usize = 8;

impl ListenerSizes {
    /// Makes all listeners smaller alike when the process may not open so many files. A connection
    /// that can't be opened is nobody's, and one that was promised must be possible.
    pub fn within(self, descriptors: usize) -> ListenerSizes {
        let reserved = DESCRIPTORS_RESERVED.min(descriptors / 2);
        let (wanted, there) = (
            self.centre + self.messages + self.portal + self.operators + self.operations,
            descriptors - reserved,
        );
        if wanted <= there {
            return self;
        }
        let part = |connections: usize| (connections * there / wanted).max(FEWEST.min(connections));
        ListenerSizes {
            centre: part(self.centre),
            strangers: part(self.strangers),
            messages: part(self.messages),
            portal: part(self.portal),
            operators: part(self.operators),
            operations: part(self.operations),
        }
    }
}

impl ConnectionsConfig {
    /// What can't be, if anything.
    pub(super) fn wrong(&self, connections_max: usize) -> Option<String> {
        let times = [
            self.handshake_seconds,
            self.head_seconds,
            self.idle_seconds,
            self.stranger_idle_seconds,
            self.refused_body_seconds,
        ];
        if times.contains(&0) || self.per_address == 0 || self.per_certificate == 0 {
            return Some(say!(
                "connections.…_seconds, per_address and per_certificate begin at 1",
                "connections の …_seconds、per_address、per_certificate は1以上です。"
            ));
        }
        if self.strangers_nice > 19 {
            return Some(say!(
                "connections.strangers_nice is 0 to 19",
                "connections.strangers_nice は0以上19以下です。"
            ));
        }
        if self.strangers_max == 0 || self.strangers_max >= connections_max {
            return Some(say!(
                "connections.strangers_max must lie between 1 and centre.connections_max, so that \
                 there are places for terminals",
                "connections.strangers_max は1以上で、centre.connections_max より小さい値です（端末の分の接続が残るように）。"
            ));
        }
        None
    }

    fn arrivals(&self) -> Option<Arrivals> {
        let bounded = self.handshakes_per_second > 0;
        bounded.then_some(Arrivals {
            burst: self.handshakes_burst.max(1),
            per_second: self.handshakes_per_second,
        })
    }

    /// The bounds of a listener with so many connections, so many of them strangers'.
    pub(crate) fn limits(
        &self,
        centre: &super::CentreConfig,
        all: usize,
        strangers: usize,
    ) -> Limits {
        let seconds = Duration::from_secs;
        Limits {
            known_max: all.saturating_sub(strangers),
            strangers_max: strangers,
            per_address: self.per_address,
            arrivals: self.arrivals(),
            // Where nobody is ever known, strangers are whom it is for.
            nice: if strangers < all {
                self.strangers_nice
            } else {
                0
            },
            per_name: self.per_certificate,
            handshake: seconds(self.handshake_seconds),
            head: seconds(self.head_seconds),
            idle: seconds(self.idle_seconds),
            stranger_idle: seconds(self.stranger_idle_seconds),
            progress: seconds(centre.request_seconds),
            progress_bytes: self
                .pace_bytes_per_second
                .saturating_mul(centre.request_seconds),
            stranger_body: Some(seconds(self.refused_body_seconds)),
            thrown_away: self.refused_body_bytes,
            leave: Duration::from_millis(centre.leave_ms),
            shutdown: seconds(centre.shutdown_seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_file_descriptors_make_all_listeners_smaller() {
        let wanted = ListenerSizes {
            centre: 8192,
            strangers: 1024,
            messages: 1024,
            portal: 1024,
            operators: 64,
            operations: 64,
        };
        assert_eq!(wanted.within(65_536), wanted);
        for descriptors in [1, 64, 256, 1024, 4096] {
            let fits = wanted.within(descriptors);
            assert!(fits.strangers < fits.centre || descriptors < 64, "{fits:?}");
            let all = fits.centre + fits.messages + fits.portal + fits.operators + fits.operations;
            assert!(
                descriptors < 64 || all < descriptors,
                "{descriptors}: {fits:?}"
            );
        }
    }
}
