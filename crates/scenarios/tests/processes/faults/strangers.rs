//! The real program among strangers: told to stop, and without file descriptors.

use crate::faults::place::{Place, program};
use onshi_bench::setup::{Served, Site, command};
use onshi_scenarios::client::{Client, Identity};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Only what went wrong takes this long; the right run never waits for it.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

fn set_up(set: impl FnOnce(&mut onshi_server::Config)) -> (Place, Site) {
    let mut place = Place::new(None);
    let any_port = Some(([127, 0, 0, 1], 0).into());
    place.config.portal.listen = any_port;
    place.config.operations.listen = any_port;
    set(&mut place.config);
    let site = Site::set_up(place.config.clone()).unwrap();
    (place, site)
}

fn client(served: &Served, site: &Site, listener: &str) -> Client {
    let identity = Identity {
        certificate_pem: site.issued.certificate_pem.clone(),
        key_pem: site.issued.key_pem.to_string(),
    };
    let identity = (listener == "centre").then_some(&identity);
    let address = served.listener(listener).unwrap();
    Client::new(address, &site.authority_pem, identity).unwrap()
}

/// Sends this to health and metrics, and gives what is answered when the other side is done.
fn plain(served: &Served, text: &str) -> String {
    let mut stream = TcpStream::connect(served.listener("operations").unwrap()).unwrap();
    stream.set_read_timeout(Some(FAR_TOO_LONG)).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn metrics(served: &Served) -> String {
    plain(
        served,
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_requests_on_every_port_hold_up_no_stop() {
    // Deadlines of their own would end them too late.
    let (place, site) = set_up(|config| {
        config.centre.shutdown_seconds = 2;
        config.centre.request_seconds = 3600;
        config.connections.head_seconds = 3600;
        config.connections.handshake_seconds = 3600;
        config.connections.idle_seconds = 3600;
        config.connections.stranger_idle_seconds = 3600;
        config.connections.refused_body_seconds = 3600;
    });
    let served = site.serve(&program(), place.path()).unwrap();
    let halves = [
        "",
        "GET / HTTP/1.1\r\nHost: localhost\r\n",
        "POST /web/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
        "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];
    let (mut raw, mut tls) = (Vec::new(), Vec::new());
    for listener in ["centre", "portal", "operations"] {
        let address = served.listener(listener).unwrap();
        for half in halves {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(half.as_bytes()).unwrap();
            raw.push(stream);
            if listener != "operations" {
                let mut stream = client(&served, &site, listener).tls().await.unwrap();
                stream.write_all(half.as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
                tls.push(stream);
            }
        }
    }
    let stopping = tokio::task::spawn_blocking(move || served.stop());
    let stopped = tokio::time::timeout(FAR_TOO_LONG, stopping).await;
    stopped.expect("it does not end").unwrap().unwrap();
    assert!(!place.complaints().contains("panicked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_who_take_every_file_descriptor_keep_no_terminal_out() {
    let (place, site) = set_up(|_| {});
    let mut few = Command::new("prlimit");
    few.arg("--nofile=128:128").arg(program());
    let settings = command(&program(), &site.config, place.path()).unwrap();
    few.args(settings.get_args());
    few.args(["serve", "--json"]).stderr(place.log());
    let served = Served::start(&mut few).unwrap();
    let mut terminal = client(&served, &site, "centre");
    assert_eq!(terminal.get("/web/login").await.unwrap().status, 200);
    let mut held = Vec::new();
    for round in 0..600 {
        let listener = ["centre", "portal", "operations"][round % 3];
        held.push(TcpStream::connect(served.listener(listener).unwrap()).unwrap());
        if round % 50 == 0 {
            for listener in ["centre", "portal"] {
                let mut new = client(&served, &site, listener);
                let answer = tokio::time::timeout(FAR_TOO_LONG, new.get("/health")).await;
                assert_eq!(answer.unwrap().unwrap().status, 200, "{listener}");
            }
        }
    }
    assert_eq!(terminal.get("/web/login").await.unwrap().status, 200);
    assert_eq!(terminal.connections, 1, "a terminal's connection was kept");
    let counted = metrics(&served);
    for told in [
        "onshi_connections_open{listener=\"centre\",kind=\"known\"} 1\n",
        "onshi_connections_ended_total{listener=\"portal\",why=\"made_room\"}",
    ] {
        assert!(counted.contains(told), "{told} is not in {counted}");
    }
    assert!(place.complaints().contains("raise LimitNOFILE"));
    drop(held);
}

#[test]
fn health_and_metrics_are_told_under_names_of_ours_only() {
    let (place, site) = set_up(|config| {
        config.operations.names = vec!["monitor.example".to_owned()];
        config.centre.names.push("centre.example".to_owned());
    });
    let served = site.serve(&program(), place.path()).unwrap();
    let port = served.listener("operations").unwrap().port();
    let asked = |path: &str, version: &str, headers: &str| {
        let text = format!("GET {path} HTTP/{version}\r\n{headers}Connection: close\r\n\r\n");
        let answer = plain(&served, &text);
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    for path in ["/health", "/metrics"] {
        for host in [
            format!("127.0.0.1:{port}"),
            format!("localhost:{port}"),
            format!("[::1]:{port}"),
            "10.1.2.3".to_owned(),
            "Monitor.Example".to_owned(),
            "centre.example:9100".to_owned(),
        ] {
            let host = format!("Host: {host}\r\n");
            assert_eq!(asked(path, "1.1", &host), "200", "{host}");
        }
        for host in [
            format!("Host: evil.example:{port}\r\n"),
            "Host: localhost.evil.example\r\n".to_owned(),
            "Host: 127.0.0.1.evil.example\r\n".to_owned(),
            "Host: 127.1\r\n".to_owned(),
            "Host: \r\n".to_owned(),
            "Host: localhost\r\nHost: evil.example\r\n".to_owned(),
            String::new(),
        ] {
            let status = asked(path, "1.1", &host);
            assert!(status.starts_with('4'), "{host}: {status}");
        }
        let absolute = format!("http://evil.example{path}");
        assert_eq!(asked(&absolute, "1.1", "Host: localhost\r\n"), "421");
        assert_eq!(asked(path, "1.0", ""), "200", "a balancer names nobody");
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", served.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let bounds: Vec<&str> = core.unwrap().split_whitespace().skip(4).take(2).collect();
    assert_eq!(bounds, ["0", "0"], "no core dump");
}
