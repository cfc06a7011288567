//! What an administrator does for an account, and what its holder notices.

use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person, STAFF};

#[tokio::test]
async fn an_administrator_helps_a_locked_account() {
    let demo = Demo::start().await.unwrap();
    let staff = Person::at_log_in(&demo).await;
    for _ in 0..5 {
        staff.log_in(STAFF, "chigau-pasuwaado-1").await;
        staff.is_refused(403).await;
    }
    staff.reads("ロック中").await;
    staff.browser.wait_for("[data-countdown]").await.unwrap();
    let left = staff.text_of("[data-countdown]").await;
    assert!(left.starts_with("あと") && left.ends_with('秒'), "{left}");
    staff.sees("40-locked").await;
    // Not even the right one.
    staff.log_in(STAFF, demo.password(STAFF)).await;
    staff.reads("ロック中").await;

    let admin = Person::logged_in(&demo, ADMIN).await;
    open_account(&admin, STAFF).await;
    admin.reads("ロック").await;
    admin.sees("41-account-locked").await;
    confirm(&admin, "unlock", "42-confirm-unlock", None).await;
    admin.reads("ロックを解除しました").await;
    admin.sees("43-unlocked").await;

    staff.log_in(STAFF, demo.password(STAFF)).await;
    assert_eq!(staff.heading().await, "メニュー");
    admin.had_no_trouble().await;
}

#[tokio::test]
async fn an_administrator_ends_stops_resumes_resets_and_retires_an_account() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    let staff = Person::logged_in(&demo, STAFF).await;

    open_account(&admin, STAFF).await;
    admin.sees("44-account").await;
    confirm(&admin, "end-sessions", "45-confirm-end-sessions", None).await;
    staff.press("main a[href='/web/password']").await;
    assert_eq!(staff.heading().await, "ログイン");
    staff.sees("46-session-ended").await;
    assert!(!staff.text_of("main .notice").await.is_empty());

    confirm(&admin, "stop", "47-confirm-stop", Some("育児休業のため")).await;
    admin.reads("育児休業のため").await;
    admin.sees("48-stopped").await;
    staff.log_in(STAFF, demo.password(STAFF)).await;
    staff.reads("ログインできませんでした").await;
    staff.reads("停止").await;
    staff.sees("49-login-stopped").await;
    staff.is_refused(403).await;
    confirm(&admin, "resume", "50-confirm-resume", None).await;
    admin.reads("アカウントを再開しました").await;

    confirm(&admin, "reset", "51-confirm-reset", None).await;
    let first = admin.secret().await;
    admin.sees("52-reset").await;
    staff.log_in(STAFF, &first).await;
    staff.reads("パスワードが初期化されました").await;
    staff.sees("53-change-after-reset").await;
    staff.had_no_trouble().await;

    open_account(&admin, STAFF).await;
    confirm(&admin, "retire", "54-confirm-retire", Some("退職のため")).await;
    admin.reads("退職のため").await;
    admin.sees("55-retired").await;
    // Its name is never given to somebody else.
    admin.press("nav a[href='/web/accounts/new']").await;
    admin.choose("kind", "general").await;
    admin.fill("#user_id", STAFF).await;
    admin.fill("#name", "架空 受付三郎").await;
    admin.enter().await;
    admin.sees("56-user-id-taken").await;
    admin.is_refused(409).await;
    admin.is_ready_at(".summary").await;
    admin.press("nav a[href='/web/accounts']").await;
    let table = admin.text_of("main table").await;
    assert!(!table.contains(STAFF), "{table}");
    admin.had_no_trouble().await;
}

/// From wherever the administrator is, by the list and its search.
async fn open_account(admin: &Person, user_id: &str) {
    admin.press("a[href='/web/accounts']").await;
    admin.fill("#q", user_id).await;
    admin.enter().await;
    admin.press("main tbody th a").await;
    admin.reads(user_id).await;
}

/// Does something to the account whose page is open, past the page that asks.
async fn confirm(admin: &Person, deed: &str, picture: &str, reason: Option<&str>) {
    admin.press(&format!(".actions a[href$='/{deed}']")).await;
    admin.sees(picture).await;
    if let Some(reason) = reason {
        admin.is_ready_at("#reason").await;
        admin.fill("#reason", reason).await;
    }
    admin.press("main form button").await;
}
