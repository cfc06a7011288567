//! Strangers hold as many connections as they can, for as long as they can, and terminals get in
//! all the same.

use onshi_core::{AccountKind, Function, certificate};
use onshi_scenarios::client::Client;
use onshi_server::Config;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::test_centre::{TestCentre, TestClock, log_in};

/// Only what went wrong takes this long; the right run never waits for it.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);
const RECORDS: &str = "/onshi/v1/insurers/06139018/records";

/// No deadline ends anything: only places are given up.
fn patient(config: &mut Config) {
    config.connections.handshake_seconds = 3600;
    config.connections.head_seconds = 3600;
    config.connections.idle_seconds = 3600;
    config.connections.stranger_idle_seconds = 3600;
    config.connections.refused_body_seconds = 3600;
    config.centre.request_seconds = 3600;
    config.centre.shutdown_seconds = 1;
}

/// Everything is waited for as shortly as can be set.
fn impatient(config: &mut Config) {
    config.connections.handshake_seconds = 1;
    config.connections.head_seconds = 1;
    config.connections.stranger_idle_seconds = 1;
    config.connections.refused_body_seconds = 1;
    config.centre.request_seconds = 1;
}

/// Waits until the other side has ended a connection, and gives what came before.
async fn ended(mut stream: impl AsyncRead + Unpin) -> String {
    let mut read = Vec::new();
    let end = stream.read_to_end(&mut read);
    // How it ends does not matter: closed, reset, without TLS's goodbye.
    let _ = tokio::time::timeout(FAR_TOO_LONG, end)
        .await
        .expect("it is not ended");
    String::from_utf8_lossy(&read).into_owned()
}

fn head(client: &Client, method: &str, path: &str, more: &str) -> String {
    let host = client.host();
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terminals_get_in_while_strangers_take_every_place_of_theirs() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut Config| {
        patient(config);
        config.centre.connections_max = 64;
        config.connections.strangers_max = 16;
        config.connections.per_address = 16;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let mut kept = centre.client(&ours.terminal);
    log_in(&mut kept, ours.login(AccountKind::Admin)).await;
    let nobody = centre.client_as(None);
    let address = centre.running.address;
    let mut held = Vec::new();
    for round in 0..100 {
        // A connection without a word, one that begins a handshake, one that stops after it, one
        // with half a head, one with half a body.
        held.push((Some(TcpStream::connect(address).await.unwrap()), None));
        let mut begun = TcpStream::connect(address).await.unwrap();
        begun.write_all(&[22, 3, 1, 2, 0, 1, 0]).await.unwrap();
        held.push((Some(begun), None));
        let half = [
            String::new(),
            head(&nobody, "GET", "/", ""),
            head(&nobody, "POST", RECORDS, "Content-Length: 9\r\n\r\n{"),
        ];
        for text in half {
            let mut tls = nobody.tls().await.unwrap();
            tls.write_all(text.as_bytes()).await.unwrap();
            held.push((None, Some(tls)));
        }
        if round % 10 == 0 {
            let mut terminal = centre.client(&ours.terminal);
            let answer = tokio::time::timeout(FAR_TOO_LONG, terminal.get("/web/login"));
            assert_eq!(answer.await.unwrap().unwrap().status, 200);
            let health = nobody.another().get("/health").await.unwrap();
            assert_eq!(health.status, 200, "strangers get in for an answer, too");
        }
    }
    assert_eq!(kept.get("/web/menu").await.unwrap().status, 200);
    assert_eq!(kept.connections, 1, "a terminal's connection was kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_dawdles_is_not_waited_for() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), impatient).await;
    let nobody = centre.client_as(None);
    for address in [centre.running.address, centre.running.portal.unwrap()] {
        let silent = TcpStream::connect(address).await.unwrap();
        ended(silent).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        let dripping = async {
            // The beginning of a handshake, a byte at a time.
            for byte in [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3].into_iter().cycle() {
                if slow.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(FAR_TOO_LONG, dripping).await.unwrap();
    }
    let silent = nobody.tls().await.unwrap();
    ended(silent).await;
    for text in [
        head(&nobody, "GET", "/", ""),
        head(&nobody, "GET", "/health", "\r\n") + "GET /he",
        head(&nobody, "GET", "/health", "\r\n"),
    ] {
        let mut half = nobody.tls().await.unwrap();
        half.write_all(text.as_bytes()).await.unwrap();
        let answer = ended(half).await;
        let whole = text.contains("\r\n\r\n");
        assert_eq!(
            answer.starts_with("HTTP/1.1 200"),
            whole,
            "{text}: {answer}"
        );
    }
    // A head that never ends, though something of it comes all the time.
    let mut endless = nobody.tls().await.unwrap();
    let start = head(&nobody, "GET", "/", "");
    endless.write_all(start.as_bytes()).await.unwrap();
    let dripping = async {
        while endless.write_all(b"X: y\r\n").await.is_ok() && endless.flush().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(FAR_TOO_LONG, dripping).await.unwrap();
}

/// Sends a body a byte at a time, and gives the answer.
async fn drip(client: &Client, path: &str, more: &str) -> String {
    let tls = client.tls().await.unwrap();
    let (reading, mut writing) = tokio::io::split(tls);
    let more = format!("{more}Content-Length: 1000000\r\n\r\n");
    let text = head(client, "POST", path, &more);
    writing.write_all(text.as_bytes()).await.unwrap();
    let dripping = tokio::spawn(async move {
        while writing.write_all(b"x").await.is_ok() && writing.flush().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let answer = ended(reading).await;
    dripping.abort();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_drips_is_refused_and_ended_wherever_it_goes() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), impatient).await;
    let ours = centre.ours();
    let insurer = centre.insurer("架空健康保険組合", &["06139018"]);
    let nobody = centre.client_as(None);
    let terminal = centre.client(&ours.terminal);
    let insurer = centre.client(&insurer);
    let json = "Content-Type: application/json\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let log_in = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";
    let bulk = "/onshi/v1/messages/OQSmuquc01";
    for (client, path, more) in [
        (&nobody, RECORDS, ""),
        (&nobody, "/web/login", form),
        (&nobody, bulk, json),
        (&nobody, "/nothing", ""),
        (&terminal, RECORDS, ""),
        (&terminal, "/web/login", form),
        (&terminal, log_in, json),
        (&terminal, bulk, json),
        (&terminal, "/nothing", ""),
        (&insurer, RECORDS, "Content-Type: application/x-ndjson\r\n"),
        (&insurer, "/onshi/v1/insurers/06139019/records", ""),
        (&insurer, log_in, json),
    ] {
        let answer = drip(client, path, more).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(status.starts_with('4'), "{path} {more}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_never_read_are_given_up() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), impatient).await;
    let ours = centre.ours();
    for client in [centre.client_as(None), centre.client(&ours.terminal)] {
        let mut tls = client.tls().await.unwrap();
        let asked = head(&client, "GET", "/onshi/v1/openapi.json", "\r\n");
        // One after the other, without reading, until the other side has had enough.
        let asking = async {
            while tls.write_all(asked.as_bytes()).await.is_ok() && tls.flush().await.is_ok() {}
        };
        tokio::time::timeout(FAR_TOO_LONG, asking).await.unwrap();
        ended(tls).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_good_for_nothing_keeps_no_terminals_place() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut Config| {
        patient(config);
        config.connections.strangers_max = 1;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let mut good = centre.client(&ours.terminal);
    assert_eq!(good.get("/web/login").await.unwrap().status, 200);
    let stolen = centre.certificate(&ours.code, "ONS02", -3600, 86_400);
    let mut revoked = centre.client(&stolen);
    let serial = stolen.serial.clone();
    centre.operate(&ours.code, Function::ManageCertificates, move |tx| {
        certificate::revoke(tx, &serial, "盗難")
    });
    assert_eq!(revoked.get("/web/login").await.unwrap().status, 403);
    let mut token = centre.client(&stolen);
    let message = "/onshi/v1/messages/OQSsiquc01";
    let sent = token.message(message, Some("x"), "application/json", "{}");
    assert_eq!(sent.await.unwrap().status, 403);
    for mut client in [revoked, token] {
        // The only place of strangers goes to whoever comes last.
        let other = centre.client_as(None).get("/health").await;
        assert_eq!(other.unwrap().status, 200);
        assert_eq!(client.get("/web/login").await.unwrap().status, 403);
        assert_eq!(client.connections, 2, "its place was given up");
    }
    assert_eq!(good.get("/web/login").await.unwrap().status, 200);
    assert_eq!(good.connections, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_certificate_takes_no_more_than_its_share() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut Config| {
        patient(config);
        config.connections.per_certificate = 4;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let mut other = centre.client(&theirs.terminal);
    assert_eq!(other.get("/web/login").await.unwrap().status, 200);
    let mut many = Vec::new();
    for _ in 0..12 {
        let mut client = centre.client(&ours.terminal);
        assert_eq!(client.get("/web/login").await.unwrap().status, 200);
        many.push(client);
    }
    let mut kept = 0;
    for client in many.iter_mut().rev().take(4) {
        assert_eq!(client.get("/web/login").await.unwrap().status, 200);
        kept += usize::from(client.connections == 1);
    }
    assert_eq!(kept, 4, "the last four were kept");
    assert_eq!(other.get("/web/login").await.unwrap().status, 200);
    assert_eq!(other.connections, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_makes_connections_too_fast_is_hung_up_on_and_terminals_never_are() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut Config| {
        patient(config);
        config.connections.handshakes_burst = 5;
        config.connections.handshakes_per_second = 1;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let mut ended_early = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 2], 0).into()).unwrap();
        let stream = socket.connect(centre.running.address).await.unwrap();
        // Nothing is sent: whoever is let in is waited for.
        ended_early.spawn(ended(stream));
    }
    for _ in 0..20 {
        let answer = ended_early.join_next().await.unwrap().unwrap();
        assert_eq!(answer, "", "nothing of TLS was done for it");
    }
    // An institution's terminals behind one address come as often as they like.
    for _ in 0..30 {
        let mut terminal = centre.client(&ours.terminal);
        assert_eq!(terminal.get("/web/login").await.unwrap().status, 200);
    }
    ended_early.abort_all();
}
