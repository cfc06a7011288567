//! What goes through to the centre and comes back.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Frame;

use super::centre::{DOWNLOAD_PIECES, PIECE_BYTES, Pieces};
use super::{MIDORI, SAKURA, clinic};

#[tokio::test]
async fn two_browsers_use_two_certificates() {
    let (_authority, _centre, terminal) = clinic().await;
    let (mut desk, mut service) = (terminal.browser(), terminal.browser());
    desk.choose(SAKURA).await;
    service.choose(MIDORI).await;
    for _ in 0..3 {
        assert!(desk.get("/web/menu").await.says("peer: sakura-01"));
        assert!(service.get("/web/menu").await.says("peer: midori-01"));
    }
}

#[tokio::test]
async fn the_request_arrives_as_if_the_centre_had_been_asked_directly() {
    let (_authority, centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    let own = format!("http://{}", browser.host);
    let referer = format!("{own}/web/secret");
    let headers = [
        ("origin", own.as_str()),
        ("referer", &referer),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "for=10.0.0.1"),
        ("connection", "keep-alive, x-hop"),
        ("x-hop", "1"),
        ("te", "trailers"),
        ("x-kept", "yes"),
    ];
    let page = browser
        .ask("POST", "/web/a%20b?c=%E3%81%82&d", &headers, "x=1")
        .await;
    let host = centre.url().replace("https://", "");
    for line in [
        "POST /web/a%20b?c=%E3%81%82&d",
        &format!("host: {host}"),
        &format!("origin: https://{host}"),
        "x-kept: yes",
        "content-length: 3",
    ] {
        assert!(page.says(line), "{line} is missing in {}", page.text);
    }
    for gone in [
        "referer",
        "forwarded",
        "x-hop",
        "\nte:",
        "onshi-terminal",
        &own,
    ] {
        assert!(!page.says(gone), "{gone} is in {}", page.text);
    }
}

#[tokio::test]
async fn cookies_are_renamed_on_both_ways() {
    let (_authority, _centre, terminal) = clinic().await;
    let port = terminal.address.port();
    let mut browser = terminal.browser();
    browser.cookies.insert("neighbour".into(), "private".into());
    browser
        .cookies
        .insert("onshi-g1-session".into(), "another gateway's".into());
    browser.choose(SAKURA).await;
    let page = browser.get("/web/cookie").await;
    let set: Vec<_> = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect();
    let session = format!("onshi-g{port}-__Host-session=abc; Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(set, [session, format!("onshi-g{port}-csrf=x")]);
    assert!(page.headers.get("strict-transport-security").is_none());
    assert!(page.headers.get("x-hop").is_none());
    assert!(!page.header("clear-site-data").contains("cookies"));

    let page = browser.get("/web/menu").await;
    assert!(
        page.says("cookie: __Host-session=abc; csrf=x"),
        "{}",
        page.text
    );
    assert!(!page.says("private") && !page.says("another gateway's"));
}

#[tokio::test]
async fn redirects_stay_on_the_gateway_unless_they_lead_elsewhere() {
    let (_authority, centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    let here = browser.get("/web/leave").await;
    assert_eq!(
        here.header("location"),
        format!("http://{}/web/menu?a=b#c", browser.host)
    );
    let abroad = browser.get("/web/abroad").await;
    assert_eq!(
        abroad.header("location"),
        format!("{}.evil.example/", centre.url())
    );
}

#[tokio::test]
async fn a_large_upload_streams_and_may_take_longer_than_an_answer() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    let own = format!("http://{}", browser.host);
    let (sender, receiver) = tokio::sync::mpsc::channel(2);
    let pieces = 256;
    let sending = tokio::spawn(async move {
        for piece in 0..pieces {
            // 1.6 s in all, more than twice the limit for an answer.
            if piece % 64 == 0 {
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
            let data = Bytes::from(vec![7; PIECE_BYTES]);
            sender.send(Frame::data(data)).await.unwrap();
        }
    });
    let headers = [("origin", own.as_str())];
    let body = Pieces(receiver).boxed_unsync();
    let answer = browser.send("POST", "/web/upload", &headers, body).await;
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    sending.await.unwrap();
    assert_eq!(text, (pieces * PIECE_BYTES).to_string());
}

#[tokio::test]
async fn a_body_of_known_length_keeps_it() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    assert_eq!(browser.post("/web/sized", "12345").await.text, "Some(5)");
}

#[tokio::test]
async fn a_large_download_streams() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    let empty = http_body_util::Empty::new().boxed_unsync();
    let mut body = browser
        .send("GET", "/web/download", &[], empty)
        .await
        .into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let data = frame.unwrap().into_data().unwrap();
        for (offset, byte) in data.iter().enumerate().step_by(4096) {
            let piece = (bytes + offset) / PIECE_BYTES;
            assert_eq!(usize::from(*byte), piece % 251);
        }
        bytes += data.len();
    }
    assert_eq!(bytes, DOWNLOAD_PIECES * PIECE_BYTES);
}
