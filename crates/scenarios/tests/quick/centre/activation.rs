//! 利用開始: from the code that an administrator hands out to the log-in, as a browser does it.

use onshi_core::AccountKind;
use onshi_scenarios::client::{Answer, Client};

use super::test_centre::{TestCentre, TestClock, done, log_in, shown_password, try_log_in};

const OWN: &str = "asa-no-sanpo-2026";

async fn test(browser: &mut Client, user_id: &str, code: &str) -> Answer {
    let fields = [("user_id", user_id), ("code", code)];
    browser.post("/web/activation", &fields).await.unwrap()
}

async fn choose(browser: &mut Client, (user_id, code): (&str, &str), new: [&str; 2]) -> Answer {
    let fields = [
        ("user_id", user_id),
        ("code", code),
        ("new_password", new[0]),
        ("confirm_password", new[1]),
    ];
    browser
        .post("/web/activation/password", &fields)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_begins_with_a_code_from_paper() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let new = [
        ("kind", "general"),
        ("user_id", "Uketsuke02"),
        ("name", "架空 受付花子"),
        ("password_mode", "activation"),
    ];
    let page = done(&mut admin, "/web/accounts", &new).await;
    assert!(page.text().contains("利用開始コード"), "{}", page.text());
    let code = shown_password(&page);
    let line = &centre.audit(&ours.code, 2)[1];
    assert_eq!(
        line.detail.as_ref().unwrap().code(),
        "registered_to_activate"
    );

    let mut browser = centre.client(&ours.terminal);
    let page = browser.get("/web/login").await.unwrap().text();
    assert!(page.contains("href=\"/web/activation\""), "{page}");
    // What can be no code is a slip: named, not counted, and nothing typed is lost.
    for typed in [
        "",
        "さくら",
        "0000-0000-0000-0000",
        &code.replacen(&code[..1], "", 1),
    ] {
        for _ in 0..2 {
            let page = test(&mut browser, "Uketsuke02", typed).await;
            assert_eq!(page.status, 403);
            let page = page.text();
            assert!(page.contains("回数に数えていません"), "{typed}: {page}");
            assert!(page.contains("value=\"Uketsuke02\""), "{page}");
        }
    }
    let lower = code.to_lowercase().replace('-', " ");
    let page = test(&mut browser, " ｕｋｅｔｓｕｋｅ02", &lower).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    assert!(
        page.contains("架空 受付花子") && page.contains("一般アカウント"),
        "{page}"
    );
    // A bad password is told with the rules, and the code need not be typed again.
    for (new, word) in [
        (["mijikai-1", "mijikai-1"], "13文字以上"),
        ([OWN, "asa-no-sanpo-2027"], "一致しません"),
        (["Uketsuke02-no-hi", "Uketsuke02-no-hi"], "ユーザID"),
    ] {
        let page = choose(&mut browser, ("Uketsuke02", &code), new).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains(word), "{word}: {}", page.text());
        assert!(page.text().contains(&code), "{}", page.text());
        assert!(!page.text().contains(new[0]), "{}", page.text());
    }
    let answer = choose(&mut browser, ("Uketsuke02", &code), [OWN, OWN]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(answer.location().starts_with("/web/login?result="));
    let page = browser.get(answer.location()).await.unwrap().text();
    assert!(page.contains("利用を開始しました"), "{page}");
    assert_eq!(
        try_log_in(&mut browser, "Uketsuke02", OWN).await.location(),
        "/web/menu",
        "nothing has to be changed first"
    );
    let page = test(&mut browser, "Uketsuke02", &code).await.text();
    assert!(page.contains("すでに使われています"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_are_counted_for_what_was_typed_and_tell_nothing() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut browser = centre.client(&ours.terminal);
    let mut told = Vec::new();
    for user_id in ["Staff01", "Daremo99"] {
        let mut pages = Vec::new();
        for (number, step) in [0, 0, 1, 1, 0, 1].into_iter().enumerate() {
            // A code as it might be: the check character fits.
            let code = "2222-2222-2222-2222";
            let page = match step {
                0 => test(&mut browser, user_id, code).await,
                _ => choose(&mut browser, (user_id, code), [OWN, OWN]).await,
            };
            assert_eq!(page.status, 403, "{number}");
            let page = page.text();
            let told = page.contains("あと1回まちがえると");
            assert_eq!(told, number == 3, "{number}: {page}");
            pages.push(page.matches("ロック").count());
        }
        let line = centre.audit(&ours.code, 1).remove(0);
        assert_eq!(line.refusal.as_deref(), Some("login.locked"));
        told.push(pages);
    }
    assert_eq!(told[0], told[1]);
    // Who guesses codes has locked the log-in, and the other way round.
    let staff = ours.login(AccountKind::General);
    let page = try_log_in(&mut browser, &staff.user_id, &staff.password).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("ロック"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_hands_out_another_code_and_the_session_ends() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let (id, first) = centre.account(&ours, AccountKind::General, "Uketsuke02");
    let staff = centre.used(&ours, &first);
    let mut browser = centre.client(&ours.terminal);
    log_in(&mut browser, &staff).await;
    let path = format!("/web/accounts/{id}/activate");
    let asked = admin.get(&path).await.unwrap().text();
    assert!(asked.contains("利用開始コードを発行しますか"), "{asked}");
    let page = done(&mut admin, &path, &[]).await;
    let code = shown_password(&page);
    let ended = browser.get("/web/menu").await.unwrap();
    assert!(
        ended.location().starts_with("/web/login"),
        "{}",
        ended.location()
    );
    let page = try_log_in(&mut browser, &staff.user_id, &staff.password).await;
    assert_eq!(page.status, 403);
    let page = admin
        .get(&format!("/web/accounts/{id}"))
        .await
        .unwrap()
        .text();
    assert!(
        page.contains("利用開始待ち") && page.contains("発行済み"),
        "{page}"
    );
    // The password of before is none of those that may come back.
    let used = [staff.password.as_str(); 2];
    let page = choose(&mut browser, (&staff.user_id, &code), used).await;
    assert_eq!(page.status, 422, "{}", page.text());
    // After its time the code says so, to whoever has it.
    CLOCK.advance(72 * 3600 + 1);
    let page = test(&mut browser, &staff.user_id, &code).await.text();
    assert!(page.contains("有効期限が切れています"), "{page}");
}
