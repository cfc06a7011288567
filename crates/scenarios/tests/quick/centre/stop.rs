//! Stopping: what was asked is answered, and nobody new comes in.

use std::io::ErrorKind;
use std::time::Duration;

use onshi_core::AccountKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::test_centre::{TestCentre, TestClock, log_in};

/// A request that is on its way when the centre is told to stop is answered, and its connection is the last thing to go: who keeps
/// one open and asks now and then notices a change of the program by nothing but `Connection: close`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_through_an_open_connection_is_answered_once_more() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.centre.leave_ms = 3_600_000;
        config.centre.shutdown_seconds = 3600;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let address = centre.running.address;
    let mut kept = centre.client(&ours.terminal).tls().await.unwrap();
    let mut fresh = centre.client(&ours.terminal).tls().await.unwrap();
    let ask = format!(
        "GET /health HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
        address.port()
    );
    kept.write_all(ask.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    kept.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");

    let stopping = tokio::spawn(centre.running.stop());
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(FAR_TOO_LONG, refused).await.unwrap();
    for open in [&mut kept, &mut fresh] {
        open.write_all(ask.as_bytes()).await.unwrap();
        let mut answers = Vec::new();
        // The other side may close without TLS's goodbye.
        let _ = open.read_to_end(&mut answers).await;
        let answers = String::from_utf8_lossy(&answers).into_owned();
        assert_eq!(answers.matches("HTTP/1.1 200").count(), 1, "{answers}");
        assert_eq!(answers.matches("connection: close").count(), 1, "{answers}");
    }
    drop((kept, fresh));
    let stopped = tokio::time::timeout(FAR_TOO_LONG, stopping).await;
    stopped.unwrap().unwrap();
}

/// Only what went wrong takes this long; the right run never waits for it.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered_and_the_next_connection_refused() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.centre.shutdown_seconds = 3600;
        config.centre.request_seconds = 3600;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let address = centre.running.address;
    let mut kept_alive = centre.client(&ours.terminal);
    log_in(&mut kept_alive, ours.login(AccountKind::Admin)).await;
    // Connections that have not asked anything yet hold up nobody.
    let silent = centre.client(&ours.terminal).tls().await.unwrap();
    let halfway = TcpStream::connect(address).await.unwrap();

    let login = ours.login(AccountKind::General);
    let client = centre.client(&ours.terminal);
    let token = client.form_token("/web/login").unwrap();
    let (user_id, password) = (&login.user_id, &login.password);
    let body = format!("user_id={user_id}&password={password}&form_token={token}");
    let head = format!(
        "POST /web/login HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        body.len(),
        host = client.host(),
    );
    let mut asking = client.tls().await.unwrap();
    asking.write_all(head.as_bytes()).await.unwrap();
    // The centre asks for the body only when the request is under way.
    let mut go_on = [0; 25];
    asking.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    let stopping = tokio::spawn(centre.running.stop());
    let refused = async {
        loop {
            match TcpStream::connect(address).await {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
                // The system still took it, and drops it with the socket.
                _ => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(FAR_TOO_LONG, refused).await.unwrap();
    assert!(
        !stopping.is_finished(),
        "it waits for the request under way"
    );

    asking.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The other side may close without TLS's goodbye.
    let _ = asking.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(answer.contains("location: /web/menu"), "{answer}");
    let stopped = tokio::time::timeout(FAR_TOO_LONG, stopping).await;
    stopped.unwrap().unwrap();
    drop((silent, halfway));
}
