//! axe on every page that there is, in each of its variants: in light and in dark, in a wide window,
//! at 200 % and on a telephone.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use onshi_scenarios::browser::{Browser, Options};
use onshi_server::web::all_samples;
use onshi_server::web::layout::asset::asset;
use onshi_server::web::manual::pictures;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const HTML: &str = "text/html; charset=utf-8";

/// The folder into which a picture of each page is put, where somebody wants to look at them.
const PICTURES: &str = "ONSHI_PICTURES";

/// How the pages are looked at: width and height in CSS pixels, and whether the system is dark.
const VIEWS: [(u32, u32, bool); 4] = [
    (1280, 900, false),
    (1280, 900, true),
    (683, 384, false),
    (320, 640, true),
];

/// What is wider than the window, which then has to be moved sideways.
const WIDE: &str = "
    if (document.documentElement.scrollWidth <= window.innerWidth) return [];
    return [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > window.innerWidth && !e.closest('.table-wrap'))
        .map((e) => e.cloneNode(false).outerHTML.slice(0, 120));";

/// Whether the colours of the page are dark ones.
const IS_DARK: &str = "
    const colour = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number);
    return colour[0] + colour[1] + colour[2] < 300;";

#[tokio::test]
async fn axe_finds_nothing_on_any_sample_in_any_view() {
    let samples: HashMap<String, String> = all_samples().into_iter().collect();
    let mut names: Vec<String> = samples.keys().cloned().collect();
    names.sort();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Arc::new(samples)));

    let browser = Browser::start(Options::default()).await.unwrap();
    let mut found = Vec::new();
    for (width, height, dark) in VIEWS {
        browser.looks_through(width, height).await.unwrap();
        browser.prefers_dark(dark).await.unwrap();
        let view = format!("{width}{}", if dark { " dark" } else { "" });
        for name in &names {
            browser.goto(&format!("{home}/{name}")).await.unwrap();
            if let Some(folder) = std::env::var_os(PICTURES) {
                let picture = format!("{view}/{}.png", name.replace('/', "-"));
                let path = Path::new(&folder).join(picture);
                browser.screenshot(path).await.unwrap();
            }
            // Else nothing was looked at in the dark.
            assert_eq!(browser.execute(IS_DARK).await.unwrap(), dark, "{name}");
            for violation in browser.axe().await.unwrap() {
                found.push(format!("{name}, {view}: {violation}"));
            }
            let wide = browser.execute(WIDE).await.unwrap();
            if wide.as_array().is_none_or(|wide| !wide.is_empty()) {
                found.push(format!("{name}, {view}: sideways {wide:#}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(browser.errors().await.unwrap(), [""; 0]);
}

pub(super) async fn serve(listener: TcpListener, samples: Arc<HashMap<String, String>>) {
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
    let picture = || {
        let file = path.strip_prefix("/manual/pictures/")?;
        let taken = pictures::of(file.strip_suffix(".webp")?)?;
        Some(("image/webp", taken.bytes))
    };
    let (status, kind, body) = match page.or_else(|| asset(path)).or_else(picture) {
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
