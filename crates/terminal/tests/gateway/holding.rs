//! Programs on the same machine that hold connections to the start page.

use super::browser::config;
use super::clinic;
use super::folder::{Authority, Folder};
use onshi_terminal::gateway::bind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// Only what went wrong takes this long; the right run never waits for it.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn whoever_holds_the_start_pages_connections_keeps_nobody_out() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut held = Vec::new();
    for round in 0..600 {
        let mut stream = TcpStream::connect(terminal.address).await.unwrap();
        let half = ["", "GET / HTTP/1.1\r\n"][round % 2];
        stream.write_all(half.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let mut browser = terminal.browser();
    let page = tokio::time::timeout(FAR_TOO_LONG, browser.get("/")).await;
    assert_eq!(page.expect("no place").status, 200);
    let mut ended = Vec::new();
    let end = held[0].read_to_end(&mut ended);
    let end = tokio::time::timeout(FAR_TOO_LONG, end).await;
    assert!(end.is_ok(), "the oldest gave up its place");
}

#[tokio::test]
async fn half_a_request_holds_up_no_stop() {
    let authority = Authority::new("Centre");
    let folder = Folder::new();
    let gateway = bind(config(&folder, &authority, "https://localhost:1")).await;
    let gateway = gateway.unwrap();
    let address = gateway.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(gateway.run(async move { drop(stopped.await) }));
    let mut held = Vec::new();
    for half in ["", "GET / HTTP/1.1\r\nHost: localhost\r\n", "GE"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        held.push(stream);
    }
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(FAR_TOO_LONG, running).await;
    ended.expect("it does not end").unwrap().unwrap();
}
