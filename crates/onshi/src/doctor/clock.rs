//! The clock: whether it is kept right, and by how much it is off.

use super::finding::Finding;
use onshi_language::{cause, say};
use std::net::{ToSocketAddrs, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const ABOUT: &str = "clock";
/// Certificates, one-time codes and days take this without harm.
const OFF_SECONDS_MAX: f64 = 1.0;
/// Seconds from 1900, where the time of the network begins, to 1970.
const EPOCH: u64 = 2_208_988_800;

pub(super) fn look(server: Option<&str>) -> Vec<Finding> {
    let mut found = vec![kept()];
    if let Some(server) = server {
        found.push(off(server));
    }
    found
}

fn advice() -> String {
    say!(
        "install chrony or switch systemd-timesyncd on; certificates, locks, one-time codes and the day of a check rest on the clock",
        "chrony を入れるか systemd-timesyncd を有効にしてください。電子証明書・ロック・ワンタイムコード・資格確認日は時計に基づきます。"
    )
}

/// Whether somebody keeps the clock right.
fn kept() -> Finding {
    if let Some(line) = printed("chronyc", &["-c", "tracking"]) {
        return by_chrony(&line);
    }
    if let Some(said) = printed("timedatectl", &["show", "-p", "NTPSynchronized", "--value"]) {
        let good = said == "yes";
        let found = say!(
            "synchronised by the system: {said}",
            "システムによる同期: {said}"
        );
        return Finding::judged(good, ABOUT, found, advice);
    }
    if Path::new("/run/systemd/timesync/synchronized").exists() {
        let found = say!(
            "synchronised by systemd-timesyncd",
            "systemd-timesyncd が同期しています"
        );
        return Finding::good(ABOUT, found);
    }
    let found = say!(
        "neither chronyc nor timedatectl answers",
        "chronyc も timedatectl も応答しません"
    );
    Finding::unknown(ABOUT, found, advice())
}

/// What `chronyc -c tracking` says: the fifth value is the difference in seconds, the last how it stands.
fn by_chrony(line: &str) -> Finding {
    let values: Vec<&str> = line.trim().split(',').collect();
    let off: f64 = values
        .get(4)
        .and_then(|it| it.parse().ok())
        .unwrap_or(f64::NAN);
    let stands = values.last().copied().unwrap_or_default();
    let good = stands == "Normal" && off.abs() <= OFF_SECONDS_MAX;
    let found = say!(
        "chrony: {stands}, {:.6} s off",
        "chrony: {stands}、ずれ {:.6} 秒",
        off
    );
    Finding::judged(good, ABOUT, found, advice)
}

fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// By how much a time server says that the clock is off.
fn off(server: &str) -> Finding {
    match asked(server) {
        Ok(seconds) => {
            let good = seconds.abs() <= OFF_SECONDS_MAX;
            let found = say!(
                "{seconds:+.3} s from {server}",
                "{server} とのずれ {seconds:+.3} 秒"
            );
            Finding::judged(good, ABOUT, found, advice)
        }
        Err(error) => {
            let found = say!(
                "{server} does not answer: {}",
                "{server} が応答しません: {}",
                cause(&error)
            );
            let next = say!(
                "look at its name and whether UDP port 123 is let through",
                "名前と、UDP 123番の通信が許されているかを確かめてください。"
            );
            Finding::unknown(ABOUT, found, next)
        }
    }
}

/// Asks once by SNTP (RFC 4330), and gives how many seconds the server is ahead.
fn asked(server: &str) -> std::io::Result<f64> {
    let address = match server.contains(':') {
        true => server.to_owned(),
        false => format!("{server}:123"),
    };
    let address = address.to_socket_addrs()?.next();
    let address = address.ok_or(std::io::ErrorKind::NotFound)?;
    let bind = if address.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let socket = UdpSocket::bind(bind)?;
    socket.set_read_timeout(Some(Duration::from_secs(3)))?;
    socket.connect(address)?;
    let mut question = [0_u8; 48];
    // Version 4, as a client.
    question[0] = 0x23;
    let sent = seconds_now();
    socket.send(&question)?;
    let mut answer = [0_u8; 48];
    let read = socket.recv(&mut answer)?;
    let came = seconds_now();
    // A server that is not synchronised itself says stratum 0 or 16.
    if read < 48 || answer[0] & 7 != 4 || !(1..16).contains(&answer[1]) {
        return Err(std::io::Error::other(
            "not an answer of a synchronised server",
        ));
    }
    let (took_in, gave_out) = (stamp(&answer[32..40]), stamp(&answer[40..48]));
    Ok(((took_in - sent) + (gave_out - came)) / 2.0)
}

fn seconds_now() -> f64 {
    onshi_core::clock::now().ms() as f64 / 1000.0
}

/// A time of the network: seconds since 1900 and their parts.
fn stamp(bytes: &[u8]) -> f64 {
    let number = |from: usize| {
        let four = bytes.get(from..from + 4);
        let four = four.and_then(|four| four.try_into().ok());
        f64::from(u32::from_be_bytes(four.unwrap_or_default()))
    };
    number(0) - EPOCH as f64 + number(4) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    /// A time server of the test, so many seconds ahead.
    fn server(ahead: f64, stratum: u8) -> String {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let mut question = [0; 48];
            let (_, from) = socket.recv_from(&mut question).unwrap();
            let now = seconds_now() + ahead + EPOCH as f64;
            let mut answer = [0; 48];
            (answer[0], answer[1]) = (0x24, stratum);
            for at in [32, 40] {
                answer[at..at + 4].copy_from_slice(&(now as u32).to_be_bytes());
                let part = (now.fract() * 4_294_967_296.0) as u32;
                answer[at + 4..at + 8].copy_from_slice(&part.to_be_bytes());
            }
            socket.send_to(&answer, from).unwrap();
        });
        address
    }

    #[test]
    fn a_time_server_says_by_how_much_the_clock_is_off() {
        assert_eq!(off(&server(0.0, 2)).state, State::Good);
        let late = off(&server(90.0, 2));
        assert_eq!(late.state, State::Bad, "{late:?}");
        assert!(late.found.contains("+90."), "{late:?}");
        assert_eq!(off(&server(0.0, 16)).state, State::Unknown);
    }

    #[test]
    fn chrony_is_read() {
        let line = |off: &str, stands: &str| {
            format!("A,192.0.2.1,2,1774999800.1,{off},0.0,0.0,0.0,0.0,0.0,0.1,0.1,64.1,{stands}")
        };
        assert_eq!(by_chrony(&line("0.000012", "Normal")).state, State::Good);
        assert_eq!(by_chrony(&line("-3.5", "Normal")).state, State::Bad);
        assert_eq!(
            by_chrony(&line("0.0", "Not synchronised")).state,
            State::Bad
        );
    }
}
