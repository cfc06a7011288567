//! A terminal renews its certificate: by a press on its start page, by itself, after a kill; and the linked application's
//! way of finding the newer one.

use onshi_core::enrolment::{EnrolmentFor, issue};
use onshi_core::{AccountKind, Function};
use onshi_scenarios::client::{Client, Identity};
use onshi_terminal::enrolment::{EnrolmentConfig, Installed, enrol};
use onshi_terminal::gateway::{self, GatewayConfig, Renewal, Timeouts};
use serde_json::json;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use super::test_centre::{Institution, TestCentre, TestClock, log_in};

const DAY: i64 = 86_400;
const USED: &str = "/onshi/v1/certificates/renewal/used";

/// A terminal with its folder, which fetched its certificate.
struct Terminal {
    folder: tempfile::TempDir,
    installed: Installed,
}

async fn terminal(centre: &TestCentre, at: &Institution, name: &str) -> Terminal {
    let of = EnrolmentFor::Terminal(at.code.clone(), name.to_owned());
    // The code is used at once, and the clock moves on.
    let code = centre.operate(&at.code, Function::IssueEnrolmentCodes, move |tx| {
        let end = tx.now().plus_seconds(4000 * DAY);
        issue(tx, &of, end).map(|(_, code)| code)
    });
    let folder = tempfile::tempdir().unwrap();
    let installed = enrol(EnrolmentConfig {
        centre_url: centre.url(),
        authority_pem: centre.secrets.authority_file(),
        certificates: folder.path().to_owned(),
        code: Zeroizing::new(code.reveal().to_owned()),
        backup: None,
        passphrase: None,
        timeouts: Timeouts::default(),
    });
    Terminal {
        installed: installed.await.unwrap(),
        folder,
    }
}

fn config(centre: &TestCentre, folder: &Path, now: fn() -> i64) -> GatewayConfig {
    GatewayConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        centre_url: centre.url(),
        authority_pem: centre.secrets.authority_file(),
        certificates: folder.to_owned(),
        environment: None,
        now,
        timeouts: Timeouts::default(),
        renewal: Renewal::default(),
    }
}

fn client_of(centre: &TestCentre, certificate: &Path, key: &Path) -> Client {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    centre.client_as(Some(&Identity {
        certificate_pem: read(certificate),
        key_pem: read(key),
    }))
}

async fn standing(client: &mut Client) -> (String, bool) {
    let told = client.get("/terminal/standing").await.unwrap().json();
    let renewable = told["renewable"].as_bool().unwrap_or(false);
    (told["standing"].as_str().unwrap().to_owned(), renewable)
}

/// The pairs of a folder.
fn pairs(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.ends_with(".pem") && !name.ends_with(".key.pem")
        })
        .collect();
    found.sort();
    found
}

/// A page of the start page's address, as a browser asks for it.
async fn page(port: u16, request: &str, body: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let origin = format!("http://localhost:{port}");
    let head = format!(
        "{request} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_press_renews_and_the_old_one_ends_after_the_new_one_was_used() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let at = terminal(&centre, &ours, "受付 2号機").await;
    let mut old = client_of(&centre, &at.installed.certificate, &at.installed.key);
    let gateway = gateway::bind(config(&centre, at.folder.path(), || CLOCK.read().ms())).await;
    let gateway = gateway.unwrap();
    let port = gateway.address().port();
    let running = tokio::spawn(gateway.run(std::future::pending()));

    let before = page(port, "GET /", "").await;
    assert!(!before.contains("証明書を更新する"), "{before}");
    let nothing = json!({"certificateRequest": ""});
    let path = "/onshi/v1/certificates/renewal";
    let refused = old.json(path, None, &nothing).await.unwrap();
    assert_eq!(refused.status, 400);
    CLOCK.advance(1100 * DAY);
    assert_eq!(standing(&mut old).await, ("valid".to_owned(), true));
    let offered = page(port, "GET /", "").await;
    let fingerprint = offered
        .split("name=\"renew\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("{offered}"))
        .to_owned();
    let body = format!("renew={fingerprint}");
    let pressed = page(port, "POST /terminal/renew", &body).await;
    assert!(pressed.contains("電子証明書を更新しました"), "{pressed}");
    assert!(pressed.contains("更新済み"), "{pressed}");
    let found = pairs(at.folder.path());
    assert_eq!(found.len(), 2);
    let new = found.iter().find(|path| **path != at.installed.certificate);
    let new = new.unwrap();
    let key = PathBuf::from(new.display().to_string().replace(".pem", ".key.pem"));
    let mut client = client_of(&centre, new, &key);
    log_in(&mut client, ours.login(AccountKind::Admin)).await;

    // Pressed again, nothing happens; the page before it is a stranger's.
    let again = page(port, "POST /terminal/renew", &body).await;
    assert!(again.contains("更新する電子証明書がありません"), "{again}");
    assert_eq!(pairs(at.folder.path()).len(), 2);
    assert_eq!(standing(&mut old).await.0, "valid");
    CLOCK.advance(12 * 3600);
    assert_eq!(standing(&mut old).await.0, "revoked");
    assert_eq!(standing(&mut client).await.0, "valid");
    // It was said before, and says nothing more.
    let other = json!({"serial": at.installed.serial});
    let told = client.json(USED, None, &other).await.unwrap();
    assert_eq!(told.status, 400, "another's number");
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_press_what_may_be_renewed_is_and_once() {
    static CLOCK: TestClock = TestClock::new();
    // By then people have a second factor.
    let without = |config: &mut onshi_server::Config| config.rules.second_factor.required_from = 0;
    let centre = TestCentre::open_with(|| CLOCK.read(), without).await;
    let ours = centre.ours();
    let at = terminal(&centre, &ours, "受付 3号機").await;
    let now = || CLOCK.read().ms();
    let due = || gateway::renew_due(config(&centre, at.folder.path(), now));
    assert!(due().await.unwrap().is_empty(), "it is too early");
    CLOCK.advance(1100 * DAY);
    let renewed = due().await.unwrap();
    assert_eq!(renewed.len(), 1);
    let installed = renewed[0].as_ref().unwrap();
    assert!(installed.backup.exists());
    assert!(due().await.unwrap().is_empty(), "it was renewed");
    let list = client_of(&centre, &installed.certificate, &installed.key);
    let mut list = list;
    log_in(&mut list, ours.login(AccountKind::Admin)).await;
    let page = list.get("/web/certificates").await.unwrap().text();
    let rows = page.split("<tr>").filter(|row| row.contains("受付 3号機"));
    assert_eq!(rows.count(), 2, "{page}");
    let left: Vec<String> = std::fs::read_dir(at.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("renewal-"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}
