//! When the centre, the way to it, or the certificate fails.

use super::browser::{Page, Terminal};
use super::folder::{Authority, Folder};
use super::{Centre, SAKURA, clinic};

fn is_a_failure_page(page: &Page, status: u16, code: &str) {
    assert_eq!(page.status, status, "{}", page.text);
    assert!(page.says(code), "{code} is missing in {}", page.text);
    assert!(page.says("考えられる原因") && page.says("すること") && page.says("可能性が高い"));
    assert!(page.says("lang=\"ja\"") && page.text.matches("<h1").count() == 1);
}

#[tokio::test]
async fn a_centre_that_is_down_gets_a_page_with_a_way_on() {
    let (_authority, centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    drop(centre);
    // The task ends at its next turn, and with it the connections that still stand.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let page = browser.get("/web/patients?name=%E5%B1%B1").await;
    is_a_failure_page(&page, 502, "TERMINAL-02");
    assert!(
        page.says("href=\"/web/patients?name=%E5%B1%B1\""),
        "a way to try again"
    );
    let post = browser.post("/web/account", "a=b").await;
    is_a_failure_page(&post, 502, "TERMINAL-02");
    assert!(post.says("送った操作が完了したか確認できません"));

    let start = browser.get("/").await;
    assert_eq!(start.status, 200);
    assert!(start.says("センターに接続できません") && start.says("もう一度試す"));
    assert!(
        start.says(&page_address(&start)),
        "the address is on the page"
    );
    assert!(
        start.choosable(SAKURA).is_some(),
        "what the terminal knows by itself still counts"
    );
}

fn page_address(page: &Page) -> String {
    let at = page.text.find("https://localhost:").unwrap();
    page.text[at..].split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_centre_of_another_authority_is_not_spoken_to() {
    let (authority, stranger) = (Authority::new("Centre"), Authority::new("Stranger"));
    let centre = Centre::start(&authority, &stranger.server()).await;
    let folder = Folder::new();
    folder.put(
        "sakura",
        &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
    );
    let terminal = Terminal::start(folder, &authority, &centre.url()).await;
    let mut browser = terminal.browser();
    assert!(
        browser
            .get("/")
            .await
            .says("接続先が正しいセンターか確認できません")
    );
    browser.choose(SAKURA).await;
    is_a_failure_page(&browser.get("/web/login").await, 502, "TERMINAL-05");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_named_as_the_cause() {
    let (authority, stranger) = (Authority::new("Centre"), Authority::new("Stranger"));
    let centre = Centre::start(&authority, &authority.server()).await;
    let folder = Folder::new();
    folder.put(
        "sakura",
        &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
    );
    folder.put(
        "other",
        &stranger.terminal("よその医院", "1", "other-01", 2040),
    );
    let terminal = Terminal::start(folder, &authority, &centre.url()).await;
    let page = terminal.browser().get("/").await;
    assert_eq!(page.choosable("よその医院"), None);
    assert!(page.says("センターがこの証明書を受け付けませんでした。"));
    assert!(page.choosable(SAKURA).is_some());
}

#[tokio::test]
async fn a_silent_centre_times_out() {
    let (_authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    is_a_failure_page(&browser.get("/web/silent").await, 504, "TERMINAL-04");
}

#[tokio::test]
async fn a_certificate_whose_files_vanish_leads_back_to_the_start() {
    for file in ["sakura.key.pem", "sakura.pem"] {
        let (_authority, _centre, terminal) = clinic().await;
        let mut browser = terminal.browser();
        browser.choose(SAKURA).await;
        assert_eq!(browser.get("/web/menu").await.status, 200);
        terminal.folder.remove(file);
        let page = browser.get("/web/menu").await;
        assert_eq!(page.status, 409);
        assert!(page.says("選んでいた証明書が見つかりません"));
        assert!(browser.cookies.is_empty());
    }
}

#[tokio::test]
async fn a_renewed_certificate_under_the_old_name_is_not_the_old_one() {
    let (authority, _centre, terminal) = clinic().await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    terminal.folder.put(
        "sakura",
        &authority.terminal(SAKURA, "1312345678", "sakura-02", 2041),
    );
    assert!(
        browser
            .get("/web/menu")
            .await
            .says("選んでいた証明書が見つかりません")
    );
    browser.choose(SAKURA).await;
    assert!(browser.get("/web/menu").await.says("peer: sakura-02"));
}

#[tokio::test]
async fn a_port_without_tls_is_named() {
    let authority = Authority::new("Centre");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let answering = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let plain = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            drop(tokio::io::AsyncWriteExt::write_all(&mut stream, plain).await);
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    });
    let folder = Folder::new();
    folder.put(
        "sakura",
        &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
    );
    let terminal = Terminal::start(folder, &authority, &url).await;
    let mut browser = terminal.browser();
    browser.choose(SAKURA).await;
    is_a_failure_page(&browser.get("/web/login").await, 502, "TERMINAL-08");
    answering.abort();
}
