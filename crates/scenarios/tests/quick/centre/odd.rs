//! Requests that no browser of ours makes: each gets a clean answer, and none a fault.

use http::{Method, Request};
use onshi_core::AccountKind;
use onshi_scenarios::client::{Answer, Client};

use super::test_centre::{TestCentre, TestClock, log_in};

/// A page of ours, with the headers that every page has.
fn is_page(answer: &Answer, told: &str) {
    assert!(
        answer.header("content-type").starts_with("text/html"),
        "{told}"
    );
    assert!(
        answer
            .header("content-security-policy")
            .contains("default-src 'none'"),
        "{told}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{told}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{told}");
    assert!(answer.text().contains("<h1>"), "{told}");
}

async fn admin_of(centre: &TestCentre) -> Client {
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    admin
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_is_nothing_of_ours_is_not_found() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut admin = admin_of(&centre).await;
    let long = "a".repeat(5000);
    let paths = [
        "/nothing",
        "//",
        "/web//menu",
        "/web/menu/",
        "/WEB/MENU",
        "/web/accounts/%00",
        "/web/accounts/%FF",
        "/web/accounts/%E5%8C%BB",
        "/web/accounts/%2e%2e%2fmenu",
        "/web/accounts/..%2f..%2fhealth",
        "/web/accounts/a%0d%0aSet-Cookie:%20x=y",
        "/web/accounts/'%20or%201=1",
        "/web/accounts/%",
        "/web/accounts/%zz",
        "/web/accounts/x/stop%00",
        "/web/accounts/x/nothing",
        "/web/accounts/x/stop/now",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%FF",
        "/assets/nothing.css",
        "/web/accounts?q=%00",
        "/web/history?account=%00",
        &format!("/web/accounts/{long}"),
        &format!("/{long}"),
    ];
    for path in paths {
        let answer = admin.get(path).await.unwrap();
        assert_eq!(answer.status, 404, "{path}");
        is_page(&answer, path);
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    for path in [
        "/web/accounts/%00",
        "/web/accounts/%FF/stop",
        "/web/accounts/%FF",
    ] {
        let answer = admin.post(path, &[("reason", "試験")]).await.unwrap();
        assert_eq!(answer.status, 404, "{path}");
    }
    let many = "q=".to_owned() + &long;
    for query in [
        "skip=-1",
        "skip=999999999999999999999",
        "%FF=%FF",
        "&&&=",
        &many,
        "sort=x",
    ] {
        let path = format!("/web/accounts?{query}");
        assert_eq!(admin.get(&path).await.unwrap().status, 200, "{path}");
    }
    // Dates that can't be read must not mean "all of it".
    assert_eq!(admin.get("/web/history?from=x").await.unwrap().status, 200);
    assert_eq!(
        admin.get("/web/history.csv?from=x").await.unwrap().status,
        422
    );
    let last = admin.get("/web/history.csv?from=2999-12-31T23:59").await;
    assert_eq!(last.unwrap().status, 200);
    assert_eq!(admin.get("/web/menu").await.unwrap().status, 200);
    assert_eq!(admin.connections, 1, "none of it cost the connection");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_method_is_told_so_and_head_is_get_without_its_body() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut admin = admin_of(&centre).await;
    let foo = Method::from_bytes(b"FOO").unwrap();
    for method in [
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
        Method::TRACE,
        foo,
    ] {
        let request = Request::builder().method(&method).uri("/web/menu");
        let answer = admin.send(request.body(bytes::Bytes::new()).unwrap()).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), "GET,HEAD", "{method}");
        is_page(&answer, method.as_str());
    }
    for path in ["/web/menu", "/health", "/assets/onshi.css", "/"] {
        let answer = admin.post(path, &[]).await.unwrap();
        assert_eq!(answer.status, 405, "POST {path}");
    }
    for path in ["/web/logout", "/web/login/takeover"] {
        let answer = admin.get(path).await.unwrap();
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, "POST"),
            "{path}"
        );
    }
    for path in [
        "/",
        "/health",
        "/web/menu",
        "/web/accounts",
        "/web/history.csv",
        "/x",
    ] {
        let get = admin.get(path).await.unwrap();
        let head = Request::head(path).body(bytes::Bytes::new()).unwrap();
        let head = admin.send(head).await.unwrap();
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        let kind = get.header("content-type");
        assert_eq!(head.header("content-type"), kind, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_no_form_is_told_so_on_a_page() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut admin = admin_of(&centre).await;
    let form = "application/x-www-form-urlencoded";
    let named = |length: usize| format!("user_id={}", "a".repeat(length)).into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("application/json", b"{\"user_id\":\"x\"}".to_vec()),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\ncut".to_vec(),
        ),
        ("text/plain", b"user_id=x".to_vec()),
        ("", b"user_id=x".to_vec()),
        (form, b"user_id=a%00b".to_vec()),
        (form, b"user_id=x&na%00me=x".to_vec()),
        (form, named(64 * 1024)),
        (form, named(3 * 1024 * 1024)),
    ];
    for (kind, body) in cases {
        let told = format!("{kind} of {}", body.len());
        for path in ["/web/accounts", "/web/login", "/web/password"] {
            let mut request = admin.form(path, &[]).unwrap();
            let headers = request.headers_mut();
            headers.remove("content-type");
            if !kind.is_empty() {
                headers.insert("content-type", kind.parse().unwrap());
            }
            *request.body_mut() = body.clone().into();
            let answer = admin.send(request).await.unwrap();
            let status = if body.len() > 64 * 1024 { 413 } else { 422 };
            assert_eq!(answer.status, status, "{told} to {path}");
            is_page(&answer, &told);
        }
    }
    for (origin, cookies, status) in [("https://evil.example", true, 403), ("", false, 303)] {
        let mut client = admin.another();
        if cookies {
            client.cookies.clone_from(&admin.cookies);
        }
        let mut request = client.form("/web/accounts", &[]).unwrap();
        if !origin.is_empty() {
            let headers = request.headers_mut();
            headers.insert("origin", origin.parse().unwrap());
        }
        *request.body_mut() = named(3 * 1024 * 1024).into();
        let answer = client.send(request).await.unwrap();
        assert_eq!(answer.status, status, "refused before the form matters");
    }
    assert_eq!(admin.connections, 1, "each body was read to its end");
    // Many fields, fields twice, and fields of nobody are a form all the same.
    let many: Vec<(&str, &str)> = std::iter::repeat_n(("user_id", "x"), 5000).collect();
    assert_eq!(admin.post("/web/login", &many).await.unwrap().status, 403);
    for id in [
        "",
        "%00",
        "' or 1=1 --",
        "医師",
        &"x".repeat(20_000),
        "a\r\nb",
        "<script>",
    ] {
        let answer = admin
            .post("/web/login", &[("user_id", id), ("password", id)])
            .await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 403);
        assert!(!answer.text().contains("<script>\""), "{id}");
    }
    let long = "x".repeat(60_000);
    let answer = admin
        .post("/web/login", &[("user_id", "Staff01"), ("password", &long)])
        .await;
    assert_eq!(answer.unwrap().status, 403);
}

fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    let word = text.split(' ').nth(1).unwrap_or("0");
    word.parse().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_hardly_http_never_make_a_fault() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut admin = admin_of(&centre).await;
    let get = |head: &str| format!("GET /health HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
    let flood: String = (0..500).map(|n| format!("X-Flood-{n}: x\r\n")).collect();
    let big = format!("X-Big: {}\r\n", "x".repeat(2 * 1024 * 1024));
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    let menu = "GET https://localhost/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let cases: Vec<(&str, String, &[u16])> = vec![
        ("a flood of headers", get(&flood), &[431]),
        ("a big header", get(&big), &[431, 0]),
        ("a long target", long, &[414, 431]),
        ("no host", get(""), &[200]),
        ("an absolute target", menu.to_owned(), &[200]),
        (
            "an old version",
            "GET /health HTTP/1.0\r\n\r\n".to_owned(),
            &[200],
        ),
        (
            "a star",
            "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
            &[404],
        ),
        (
            "a tunnel",
            "CONNECT x:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
            &[400, 404],
        ),
        ("no HTTP", "hello\r\n\r\n".to_owned(), &[400]),
        (
            "HTTP/2 without asking",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            &[400, 505, 0],
        ),
        (
            "two lengths",
            get("Content-Length: 1\r\nContent-Length: 2\r\n"),
            &[400],
        ),
        ("a bad length", get("Content-Length: x\r\n"), &[400]),
        (
            "length and chunks",
            get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            &[200, 400],
        ),
        ("a broken header", get("X Y: z\r\n"), &[400]),
        (
            "a raw NUL",
            "GET /web/accounts/\0 HTTP/1.1\r\n\r\n".to_owned(),
            &[400],
        ),
    ];
    for (told, bytes, expected) in cases {
        let answer = admin.wire(bytes.as_bytes()).await.unwrap();
        let status = status(&answer);
        assert!(expected.contains(&status), "{told}: {status}");
    }
    let cookies: String = (0..90)
        .map(|n| format!("Cookie: x{n}=y; ; =;=\r\n"))
        .collect();
    let answer = admin.wire(get(&cookies).as_bytes()).await.unwrap();
    assert_eq!(status(&answer), 200);
    assert_eq!(admin.get("/web/menu").await.unwrap().status, 200);
}
