//! Early refusals: whoever sends everything before reading anything sees why, and no broken
//! connection, whatever is refused and however large the body is.

use http::Method;
use onshi_scenarios::client::Client;
use onshi_server::routes::{Access, programs, screens};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::program::Program;
use crate::centre::test_centre::{TestCentre, TestClock};

const LARGE: usize = 5_000_000;
const OWN: &str = "06139018";

/// What was answered.
struct Seen {
    status: u16,
    head: String,
    body: String,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        let line = lines.find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        Some(line.split_once(':')?.1.trim())
    }
}

/// Sends all of a request, then reads until the other side is done. Nothing may break.
async fn send(client: &Client, head: &str, body: &[u8], chunked: bool) -> Seen {
    let mut stream = client.tls().await.unwrap();
    let length = match chunked {
        true => "transfer-encoding: chunked".to_owned(),
        false => format!("content-length: {}", body.len()),
    };
    let host = client.host();
    let head = format!("{head}\r\nhost: {host}\r\n{length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in body.chunks(60_000) {
        if chunked {
            let size = format!("{:x}\r\n", piece.len());
            stream.write_all(size.as_bytes()).await.unwrap();
        }
        stream.write_all(piece).await.unwrap();
        if chunked {
            stream.write_all(b"\r\n").await.unwrap();
        }
    }
    if chunked {
        stream.write_all(b"0\r\n\r\n").await.unwrap();
    }
    stream.flush().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
    Seen {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

fn post(path: &str, token: &str, kind: &str) -> String {
    let mut head = format!("POST {path} HTTP/1.1\r\ncontent-type: {kind}");
    if !token.is_empty() {
        head.push_str(&format!("\r\nauthorization: {token}"));
    }
    head
}

async fn refused(client: &Client, head: &str, status: u16) -> Seen {
    let body = vec![b'x'; LARGE];
    let mut last = None;
    for chunked in [false, true, false] {
        let seen = send(client, head, &body, chunked).await;
        assert_eq!(seen.status, status, "{head}: {}", seen.body);
        assert_eq!(seen.header("connection"), Some("close"), "{head}");
        last = Some(seen);
    }
    last.unwrap()
}

fn is_problem(seen: &Seen) {
    assert_eq!(
        seen.header("content-type"),
        Some("application/problem+json")
    );
    let problem: Value = serde_json::from_str(&seen.body).expect(&seen.body);
    assert_eq!(problem["status"], seen.status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sends_everything_first_sees_why_it_was_refused() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let issued = centre.insurer("架空健康保険組合", &[OWN]);
    let insurer = centre.client(&issued);
    let program = Program::log_in(&centre, &ours).await;
    let (terminal, token) = (&program.client, program.token.as_str());
    let nobody = centre.client_as(None);
    let json = "application/json";
    let single = "/onshi/v1/messages/OQSsiquc01";
    let bulk = "/onshi/v1/messages/OQSmuquc01";
    let records = format!("/onshi/v1/insurers/{OWN}/records");
    for path in [single, bulk, "/onshi/v1/messages/OQSmuquc02"] {
        is_problem(&refused(terminal, &post(path, "", json), 401).await);
        is_problem(&refused(&nobody, &post(path, "", json), 401).await);
    }
    is_problem(&refused(&insurer, &post(bulk, "", json), 401).await);
    let auth = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";
    is_problem(&refused(&nobody, &post(auth, "", json), 403).await);
    is_problem(&refused(&insurer, &post(auth, "", json), 403).await);
    is_problem(&refused(terminal, &post(auth, "", json), 413).await);
    is_problem(&refused(&nobody, &post(&records, "", json), 403).await);
    is_problem(&refused(terminal, &post(&records, "", json), 403).await);
    let other = records.replace(OWN, "06139026");
    is_problem(&refused(&insurer, &post(&other, "", json), 403).await);
    let odd = records.replace(OWN, "%00");
    is_problem(&refused(&insurer, &post(&odd, "", json), 404).await);
    is_problem(
        &refused(
            terminal,
            &post("/onshi/v1/messages/OQSnone", token, json),
            404,
        )
        .await,
    );
    is_problem(&refused(terminal, &post("/onshi/v1/openapi.json", token, json), 405).await);
    is_problem(&refused(terminal, &post(single, token, json), 413).await);
    is_problem(&refused(terminal, &post(single, token, "image/png"), 415).await);
    is_problem(&refused(terminal, &post(bulk, token, "text/plain"), 415).await);
    let foreign = format!(
        "{}\r\norigin: https://evil.example",
        post(bulk, token, json)
    );
    is_problem(&refused(terminal, &foreign, 403).await);
    is_problem(&refused(&insurer, &post(&records, "", "image/png"), 415).await);
    // Screens and whatever is not there at all close no connection before they are read either.
    refused(&nobody, "POST /nothing HTTP/1.1", 404).await;
    refused(&nobody, "POST /health HTTP/1.1", 405).await;
    let form = format!(
        "POST /web/login HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         origin: https://{}",
        terminal.host()
    );
    refused(terminal, &form, 413).await;
    centre.closed().await;
}

/// A place is taken by whoever has sent the beginning of a body.
async fn hold(client: &Client, head: &str) -> impl Sized + use<> {
    let mut stream = client.tls().await.unwrap();
    let head = format!("{head}\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n{{");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_all_places_are_taken_it_is_busy_and_says_when_to_come_again() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.limits.bulk_bodies = 2;
            config.limits.bulk_bodies_each = 1;
            config.limits.bulk_bodies_queue_each = 0;
            config.limits.reports = 1;
            config.login.terminal_burst = 2;
            config.login.terminal_per_minute = 1;
        },
    )
    .await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let issued = centre.insurer("架空健康保険組合", &[OWN]);
    let insurer = centre.client(&issued);
    let program = Program::log_in(&centre, &ours).await;
    let mut neighbour = Program::log_in(&centre, &theirs).await;
    let bulk = post(
        "/onshi/v1/messages/OQSmuimm01",
        &program.token,
        "application/xml",
    );
    let records = format!("/onshi/v1/insurers/{OWN}/records");
    let records = post(&records, "", "application/x-ndjson");
    let closing = "\r\nconnection: close";
    let (bulk, records) = (bulk + closing, records + closing);
    let first = (
        hold(&program.client, &bulk).await,
        hold(&insurer, &records).await,
    );
    // Until the place is taken the body is only refused for what it says.
    let mut seen = send(&program.client, &bulk, b"x", false).await;
    while seen.status != 503 {
        seen = send(&program.client, &bulk, b"x", false).await;
    }
    for (client, head) in [(&program.client, &bulk), (&insurer, &records)] {
        let seen = refused(client, head, 503).await;
        is_problem(&seen);
        let seconds: u64 = seen.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds));
    }
    // Another institution has a place of its own, and nobody's small messages need one.
    let answer = neighbour.send("OQSmuquc01", "application/xml", b"<XmlMsg/>".to_vec());
    assert_eq!(answer.await.status, 200);
    let own = "<XmlMsg/>".as_bytes();
    let head = post(
        "/onshi/v1/messages/OQSmuquc02",
        &program.token,
        "application/xml",
    );
    let head = format!("{head}\r\nconnection: close");
    assert_eq!(send(&program.client, &head, own, false).await.status, 200);
    drop(first);
    // The place comes back with the connection.
    loop {
        match send(&program.client, &bulk, own, false).await.status {
            200 => break,
            status => assert_eq!(status, 503),
        }
    }
    // Log-ins beyond the bucket say when to come again, too.
    let auth = post(
        "/oqs-api-pro/MSA12020/ILI12020SV01/auth",
        "",
        "application/json",
    );
    let auth = format!("{auth}\r\nconnection: close");
    let body = br#"{"userId":"Nobody01","password":"x"}"#;
    let mut seen = send(&program.client, &auth, body, false).await;
    while seen.status == 403 {
        seen = send(&program.client, &auth, body, false).await;
    }
    assert_eq!(seen.status, 429);
    is_problem(&seen);
    assert!(seen.header("retry-after").is_some());
    centre.closed().await;
}

/// Every route of the centre, with nothing that lets anybody in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_cuts_a_stranger_off() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let nobody = centre.client_as(None);
    let body = vec![b'x'; 1_000_000];
    let screens = screens().map(|route| (route.path, route.access));
    let messages = programs().map(|route| (route.path, route.access));
    for (path, access) in screens.chain(messages) {
        if matches!(access, Access::Open(_)) {
            continue;
        }
        for method in [Method::POST, Method::GET] {
            let seen = send(
                &nobody,
                &format!("{method} {path} HTTP/1.1\r\nconnection: close"),
                &body,
                false,
            )
            .await;
            assert!((300..500).contains(&seen.status), "{method} {path}");
        }
    }
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_cannot_be_kept_is_refused_by_its_name() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let program = Program::log_in(&centre, &ours).await;
    let issued = centre.insurer("架空健康保険組合", &[OWN]);
    let insurer = centre.client(&issued);
    let records = format!("/onshi/v1/insurers/{OWN}/records");
    let ids = [
        "OQSmuquc01",
        "OQSmuimm01",
        "OQSmutic01",
        "OQSmuhvq01",
        "OQSmuonq01",
    ];
    let mut routes: Vec<(&Client, String)> = ids
        .map(|id| {
            (
                &program.client,
                post(
                    &format!("/onshi/v1/messages/{id}"),
                    &program.token,
                    "application/xml",
                ),
            )
        })
        .to_vec();
    routes.push((&insurer, post(&records, "", "application/x-ndjson")));
    let longest = "k".repeat(64);
    for (client, head) in &routes {
        for key in [&format!("{longest}k"), "", "a b", "鍵", &"k".repeat(5000)] {
            let head = format!("{head}\r\nidempotency-key: {key}\r\nconnection: close");
            let seen = send(client, &head, b"<XmlMsg/>", false).await;
            assert_eq!(seen.status, 422, "{head}: {}", seen.body);
            assert!(seen.body.contains("idempotency-key"), "{}", seen.body);
        }
        let head = format!("{head}\r\nidempotency-key: {longest}\r\nconnection: close");
        let seen = send(client, &head, b"<XmlMsg/>", false).await;
        assert!(!seen.body.contains("\"idempotency-key\""), "{}", seen.body);
    }
    centre.closed().await;
}
