//! axe on every page that there is, in each of its variants.

use std::collections::HashMap;
use std::sync::Arc;

use onshi_scenarios::browser::{Browser, Options};
use onshi_server::pages::{all_samples, asset};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const HTML: &str = "text/html; charset=utf-8";

#[tokio::test]
async fn axe_finds_nothing_on_any_sample() {
    let samples: HashMap<String, String> = all_samples().into_iter().collect();
    let mut names: Vec<String> = samples.keys().cloned().collect();
    names.sort();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Arc::new(samples)));

    let browser = Browser::start(Options::default()).await.unwrap();
    let mut found = Vec::new();
    for name in names {
        browser.goto(&format!("{home}/{name}")).await.unwrap();
        for violation in browser.axe().await.unwrap() {
            found.push(format!("{name}: {violation}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(browser.errors().await.unwrap(), [""; 0]);
}

async fn serve(listener: TcpListener, samples: Arc<HashMap<String, String>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let samples = samples.clone();
        tokio::spawn(async move {
            // A browser that goes away in the middle is nobody's loss.
            let _ = answer(stream, &samples).await;
        });
    }
}

async fn answer(stream: TcpStream, samples: &HashMap<String, String>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut first, mut line) = (String::new(), String::new());
    stream.read_line(&mut first).await?;
    while stream.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or("/");
    let page = samples
        .get(path.trim_start_matches('/'))
        .map(|html| (HTML, html.as_bytes()));
    let (status, kind, body) = match page.or_else(|| asset(path)) {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", HTML, [].as_slice()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}
