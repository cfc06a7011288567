//! The start page: what it lists, what can be chosen, who is let in.

use onshi_terminal::gateway::{GatewayError, bind};

use super::browser::{Terminal, config};
use super::folder::{Authority, Folder};
use super::{Centre, MIDORI, SAKURA, clinic};

#[tokio::test]
async fn the_start_page_lists_certificates_and_starts_with_one() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    let page = browser.get("/").await;
    assert_eq!(page.status, 200);
    for word in [
        SAKURA,
        MIDORI,
        "1312345678",
        "sakura-01",
        "2040年1月1日",
        "残り900日",
        "デモ環境",
    ] {
        assert!(page.says(word), "{word} is missing");
    }
    assert_eq!(page.text.matches("<h1").count(), 1);
    assert!(
        !page.says(" checked"),
        "with two to choose from, none is chosen for the person"
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    // Else a form of this page would say `Origin: null`, as a page that hides where it is does.
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("cache-control"), "no-store");

    let started = browser.choose(SAKURA).await;
    assert_eq!(
        (started.status.as_u16(), started.header("location")),
        (303, "/web/login")
    );
    let cookie = started.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    assert!(browser.get("/web/login").await.says("peer: sakura-01"));
    assert!(
        browser.get("/").await.says(" checked"),
        "what was chosen before is marked"
    );
}

#[tokio::test]
async fn the_pages_have_their_styles_before_any_connection() {
    let (_authority, centre, terminal) = clinic().await;
    drop(centre);
    let mut browser = terminal.browser();
    for asset in ["tokens.css", "terminal.css", "icon.svg"] {
        let answer = browser.get(&format!("/terminal/assets/{asset}")).await;
        assert_eq!(answer.status, 200, "{asset}");
    }
    assert_eq!(browser.get("/terminal/assets/../x").await.status, 404);
    assert_eq!(browser.get("/terminal/nothing").await.status, 404);
    assert_eq!(browser.get("/terminal/start").await.status, 405);
}

#[tokio::test]
async fn without_a_choice_every_path_leads_to_the_start_page() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    for path in ["/web/menu", "/assets/onshi.css", "/api/x?y=z"] {
        let page = browser.get(path).await;
        assert_eq!(
            (page.status.as_u16(), page.header("location")),
            (303, "/"),
            "{path}"
        );
    }
    browser.cookies.insert(
        format!("onshi-terminal-{}", terminal.address.port()),
        "made-up".into(),
    );
    assert_eq!(browser.get("/web/menu").await.status, 303);
}

#[tokio::test]
async fn what_the_centre_refuses_can_not_be_chosen() {
    let (_authority, centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    let before = browser.get("/").await.choosable(MIDORI).unwrap();
    let table = [
        ("revoked", "失効"),
        ("expired", "期限切れ"),
        ("not_yet_valid", "有効期間前"),
        ("facility_stopped", "停止"),
        ("foreign", "対象外"),
        ("something_new", "利用不可"),
    ];
    for (standing, label) in table {
        centre.says("midori-01", standing);
        let page = browser.get("/").await;
        assert_eq!(page.choosable(MIDORI), None, "{standing}");
        assert!(page.says(&format!("tag tag-bad\">{label}<")), "{standing}");
        assert!(page.choosable(SAKURA).is_some());
        assert!(page.says(" checked"), "the only usable one is marked");
    }
    assert!(browser.get("/").await.says("センターの説明"));
    // Not even by a form that was drawn when it still could.
    let forced = browser
        .post("/terminal/start", &format!("certificate={before}"))
        .await;
    assert_eq!(forced.status, 409);
    assert!(forced.says("選んだ証明書は使えません"));
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_certificate_near_its_end_says_so_and_can_be_chosen() {
    let (_authority, centre, terminal) = clinic().await;
    centre.standings.lock().unwrap().insert(
        "sakura-01".into(),
        r#"{"standing":"valid","days_left":90,"extra":null}"#.into(),
    );
    let page = terminal.browser().get("/").await;
    assert!(page.says("期限が近い") && page.says("残り90日"));
    assert!(page.choosable(SAKURA).is_some());
}

#[tokio::test]
async fn an_expired_certificate_is_listed_but_can_not_be_chosen() {
    let (authority, _centre, terminal) = clinic().await;
    terminal.folder.put(
        "old",
        &authority.terminal("旧医院", "1399999999", "old-01", 2021),
    );
    let page = terminal.browser().get("/").await;
    assert_eq!(page.choosable("旧医院"), None);
    assert!(page.says("2021年1月1日に有効期限が切れました。"));
    assert!(
        page.choosable(SAKURA).is_some(),
        "the others are as good as before"
    );
}

#[tokio::test]
async fn broken_pairs_are_listed_with_what_is_wrong() {
    let (authority, _centre, terminal) = clinic().await;
    let one = authority.terminal("鍵なし医院", "1", "a", 2040);
    let other = authority.terminal("鍵違い医院", "2", "b", 2040);
    terminal.folder.write("keyless.pem", &one.certificate);
    terminal.folder.write("mixed.pem", &other.certificate);
    terminal.folder.write("mixed.key.pem", &one.key);
    terminal.folder.write("noise.pem", "not a certificate");
    terminal.folder.write(
        "nokey.pem",
        &authority.terminal("鍵壊れ医院", "3", "c", 2040).certificate,
    );
    terminal.folder.write("nokey.key.pem", "not a key");
    terminal.folder.write("terminal.p12", "ignored");
    terminal.folder.write("ca.pem", &authority.pem);
    let page = terminal.browser().get("/").await;
    for name in ["鍵なし医院", "鍵違い医院", "鍵壊れ医院", "noise.pem"] {
        assert_eq!(page.choosable(name), None, "{name}");
    }
    for why in [
        "keyless.key.pem がありません",
        "mixed.key.pem は、この証明書の秘密鍵ではありません",
        "nokey.key.pem の中に使える秘密鍵がありません",
        "noise.pem の中に証明書がありません",
    ] {
        assert!(page.says(why), "{why}");
    }
    assert!(!page.says("terminal.p12") && !page.says("ca.pem"));
}

#[tokio::test]
async fn a_new_file_appears_without_a_restart() {
    let authority = Authority::new("Centre");
    let centre = Centre::start(&authority, &authority.server()).await;
    let terminal = Terminal::start(Folder::new(), &authority, &centre.url()).await;
    let mut browser = terminal.browser();
    assert!(browser.get("/").await.says("証明書がありません"));
    terminal.folder.put(
        "sakura",
        &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
    );
    assert!(browser.get("/").await.says(" checked"));
    browser.choose(SAKURA).await;
    assert!(browser.get("/web/login").await.says("peer: sakura-01"));
}

#[tokio::test]
async fn nothing_marked_is_said_so() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    for form in ["", "certificate=", "certificate=%3Cscript%3E", "other=1"] {
        let page = browser.post("/terminal/start", form).await;
        assert_eq!(page.status, 400, "{form}");
        assert!(page.says("証明書が選ばれていません"));
    }
    let unknown = format!("certificate={}", "a".repeat(64));
    assert_eq!(browser.post("/terminal/start", &unknown).await.status, 409);
}

#[tokio::test]
async fn the_choice_can_be_taken_back() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    browser.get("/web/cookie").await;
    assert_eq!(browser.cookies.len(), 3);
    let old = browser.cookies.clone();
    let elsewhere = [("sec-fetch-site", "cross-site")];
    browser.ask("GET", "/terminal/change", &elsewhere, "").await;
    assert_eq!(browser.cookies.len(), 3, "not by somebody else's link");
    let changed = browser.get("/terminal/change").await;
    assert_eq!(
        (changed.status.as_u16(), changed.header("location")),
        (303, "/")
    );
    assert!(
        browser.cookies.is_empty(),
        "the session of that certificate goes with it"
    );
    browser.cookies = old;
    assert_eq!(
        browser.get("/web/menu").await.status,
        303,
        "the old token opens nothing"
    );
}

#[tokio::test]
async fn foreign_names_and_pages_are_refused() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    for host in ["evil.example", "localhost", "localhost:1"] {
        for path in ["/", "/web/menu", "/terminal/assets/tokens.css"] {
            let page = browser.ask("GET", path, &[("host", host)], "").await;
            assert_eq!(page.status, 421, "{host} {path}");
            assert!(!page.says(SAKURA));
        }
    }
    let own = format!("http://{}", browser.host);
    browser.choose(SAKURA).await;
    for headers in [
        vec![],
        vec![("origin", "http://evil.example")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site")],
    ] {
        for path in ["/terminal/start", "/web/account"] {
            let page = browser.ask("POST", path, &headers, "").await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
            assert!(page.says("別のページからの操作を止めました"));
        }
    }
    for headers in [
        vec![("origin", own.as_str())],
        vec![("sec-fetch-site", "same-origin")],
    ] {
        assert_eq!(
            browser
                .ask("POST", "/web/account", &headers, "")
                .await
                .status,
            200
        );
    }
    let port = terminal.address.port();
    let by_number = format!("127.0.0.1:{port}");
    assert_eq!(
        browser
            .ask("GET", "/", &[("host", &by_number)], "")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn settings_that_can_not_work_are_refused_at_the_start() {
    let authority = Authority::new("Centre");
    let folder = Folder::new();
    let good = config(&folder, &authority, "https://localhost:1");

    let mut open = good.clone();
    open.listen = "0.0.0.0:0".parse().unwrap();
    let error = bind(open).await.unwrap_err();
    assert!(matches!(error, GatewayError::NotLoopback(_)));
    assert!(
        error
            .to_string()
            .contains("0.0.0.0:0 is not a loopback address")
    );

    for url in [
        "http://localhost:1",
        "localhost:1",
        "https://a:1/path",
        "https://u@a:1",
        "",
    ] {
        let mut wrong = good.clone();
        wrong.centre_url = url.to_owned();
        assert!(
            matches!(
                bind(wrong).await.unwrap_err(),
                GatewayError::CentreUrl { .. }
            ),
            "{url}"
        );
    }
    for text in [None, Some("no certificate in here")] {
        let mut wrong = good.clone();
        wrong.authority_pem = match text {
            Some(text) => folder.write("empty.crt", text),
            None => folder.path().join("absent.crt"),
        };
        assert!(matches!(
            bind(wrong).await.unwrap_err(),
            GatewayError::Authority { .. }
        ));
    }
    let first = bind(good.clone()).await.unwrap();
    let mut taken = good;
    taken.listen = first.address();
    assert!(matches!(
        bind(taken).await.unwrap_err(),
        GatewayError::Listen { .. }
    ));
}

#[tokio::test]
async fn the_gateway_ends_when_told_and_gives_its_port_back() {
    let authority = Authority::new("Centre");
    let folder = Folder::new();
    let mut settings = config(&folder, &authority, "https://localhost:1");
    let gateway = bind(settings.clone()).await.unwrap();
    settings.listen = gateway.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(gateway.run(async move { stopped.await.unwrap() }));
    // An idle connection does not keep it.
    let idle = tokio::net::TcpStream::connect(settings.listen)
        .await
        .unwrap();
    stop.send(()).unwrap();
    let limit = std::time::Duration::from_secs(5);
    tokio::time::timeout(limit, running)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    drop(idle);
    bind(settings).await.unwrap();
}
