//! What people type who mean the right thing, and the way back after a log-in.

use onshi_core::AccountKind;

use super::test_centre::{TestCentre, TestClock, log_in, try_log_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_of_the_keyboard_is_taken_or_named_and_never_counted() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let staff = ours.login(AccountKind::General);
    let (id, password) = (staff.user_id.as_str(), staff.password.as_str());
    let wide = |text: &str| -> String {
        let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap();
        text.chars().map(wide).collect()
    };
    let mut browser = centre.client(&ours.terminal);
    // Named, and not counted: more often than a lock needs.
    for _ in 0..3 {
        for (typed, secret, word) in [
            (id, "", "パスワードが入力されていません"),
            (id, "さくらさく", "全角の文字"),
            (id, "　", "パスワードが入力されていません"),
            ("", password, "ユーザIDが入力されていません"),
            ("受付", password, "全角"),
            ("a b c", password, "空白"),
        ] {
            let page = try_log_in(&mut browser, typed, secret).await;
            assert_eq!(page.status, 403);
            let page = page.text();
            assert!(page.contains(word), "{typed} {secret}: {page}");
            assert!(page.contains("回数に数えていません"), "{page}");
            let line = centre.audit(&ours.code, 1).remove(0);
            assert_eq!(line.refusal.as_deref(), Some("login.slip"));
        }
    }
    // Taken, since it is plain what was meant.
    for (typed, secret) in [
        (id.to_owned(), format!("{password} ")),
        (id.to_owned(), format!("　{password}\r\n")),
        (format!(" {id}　"), password.to_owned()),
        (wide(id), wide(password)),
    ] {
        let answer = try_log_in(&mut browser, &typed, &secret).await;
        assert_eq!(answer.status, 303, "{typed} {secret}: {}", answer.text());
        browser.post("/web/logout", &[]).await.unwrap();
    }
    // What is wrong is counted, and says when it will lock: for an id of nobody as well.
    for user_id in [id, "Nobody77"] {
        for left in [4, 3, 2, 1] {
            let page = try_log_in(&mut browser, user_id, "chigau-kotoba-1")
                .await
                .text();
            let told = page.contains(&format!("あと{left}回まちがえると"));
            assert_eq!(told, left <= 2, "{left}: {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_number_is_read_in_full_width() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut reset = centre.client(&ours.terminal);
    log_in(&mut reset, ours.login(AccountKind::Reset)).await;
    let number: String = ours
        .welcome
        .secret_number
        .chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
            '-' => 'ー',
            other => other,
        })
        .collect();
    let fields = [("secret_number", number.as_str())];
    let answer = reset.post("/web/master-reset", &fields).await.unwrap();
    assert_eq!(answer.status, 303, "{number}: {}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_in_leads_back_to_the_page_and_never_away_from_us() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let admin = ours.login(AccountKind::Admin);
    let mut browser = centre.client(&ours.terminal);
    let asked = browser
        .get("/web/accounts?q=%E5%B1%B1&skip=0")
        .await
        .unwrap();
    let login = asked.location().to_owned();
    assert!(login.starts_with("/web/login?next="), "{login}");
    let page = browser.get(&login).await.unwrap().text();
    assert!(page.contains("ほかの画面（タブ）でログアウト"), "{page}");
    let next = "/web/accounts?q=%E5%B1%B1&skip=0";
    let shown = next.replace('&', "&#38;");
    assert!(
        page.contains(&format!("name=\"next\" value=\"{shown}\"")),
        "{page}"
    );
    let log_in_to = async |next: &str| {
        let mut browser = centre.client(&ours.terminal);
        let fields = [
            ("user_id", admin.user_id.as_str()),
            ("password", admin.password.as_str()),
            ("next", next),
        ];
        let answer = browser.post("/web/login", &fields).await.unwrap();
        let location = answer.location().to_owned();
        browser.post("/web/logout", &[]).await.unwrap();
        location
    };
    assert_eq!(log_in_to(next).await, next);
    for away in [
        "https://evil.example/web/menu",
        "//evil.example",
        "/\\evil.example",
        "/web/../../evil",
        "/web/menu\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/web/logout",
        "/web/administrators",
        "/web/history.csv",
        "",
    ] {
        assert_eq!(log_in_to(away).await, "/web/menu", "{away}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_edit_keeps_what_was_typed_and_shows_what_is_there() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let (id, _) = centre.account(&ours, AccountKind::General, "Furui01");
    let path = format!("/web/accounts/{id}");
    let first = [("name", "先の 人"), ("version", "1"), ("note", "先の備考")];
    assert_eq!(admin.post(&path, &first).await.unwrap().status, 303);
    let second = [("name", "後の 人"), ("version", "1"), ("note", "後の備考")];
    let answer = admin.post(&path, &second).await.unwrap();
    assert_eq!(answer.status, 409);
    let page = answer.text();
    for word in [
        "後の 人",
        "後の備考",
        "現在の登録は「先の 人」です",
        "現在の登録は「先の備考」です",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(
        page.contains("name=\"version\" value=\"2\""),
        "it can be sent on purpose: {page}"
    );
    let again = [("name", "後の 人"), ("version", "2"), ("note", "後の備考")];
    assert_eq!(admin.post(&path, &again).await.unwrap().status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_not_there_is_no_log_out_and_a_refusal_has_its_number() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let lost = admin.get("/web/nothing").await.unwrap();
    assert_eq!(lost.status, 404);
    let page = lost.text();
    assert!(
        page.contains("ログアウト</button>") && page.contains("メニューへ戻る"),
        "{page}"
    );
    let refused = admin.get("/web/administrators").await.unwrap().text();
    assert!(refused.contains("要求番号"), "{refused}");
    assert!(!refused.contains(">permission.denied"), "{refused}");
    let history = admin.get("/web/history").await.unwrap().text();
    assert!(
        !history.contains(">障害・災害時機能の開放</option>"),
        "{history}"
    );
    for there in ["アカウントの保守", "環境設定情報更新"] {
        assert!(history.contains(&format!(">{there}</option>")), "{there}");
    }
    let mut program = centre.client(&ours.terminal);
    log_in(&mut program, ours.login(AccountKind::Link)).await;
    let page = program.get("/web/password").await.unwrap().text();
    assert!(!page.contains("href=\"/web/menu\""), "{page}");
}
