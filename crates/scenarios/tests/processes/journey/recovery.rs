//! Sessions that are taken over, and a master who forgot the password.

use onshi_scenarios::demo::Demo;

use super::person::{Person, STAFF};

#[tokio::test]
async fn a_session_is_taken_over_and_the_first_browser_is_told() {
    let demo = Demo::start().await.unwrap();
    let first = Person::logged_in(&demo, STAFF).await;
    let second = Person::logged_in(&demo, STAFF).await;
    assert_eq!(second.heading().await, "このアカウントはログイン中です");
    second.reads("ONS01").await;
    second.sees("60-takeover").await;
    // One key is enough.
    second.enter().await;
    assert_eq!(second.heading().await, "メニュー");
    second.had_no_trouble().await;

    first.press("main a[href='/web/password']").await;
    assert_eq!(first.heading().await, "ログイン");
    first.reads("ONS01").await;
    first.sees("61-taken-over").await;
    first.had_no_trouble().await;
}

#[tokio::test]
async fn the_master_comes_back_with_the_secret_number() {
    let demo = Demo::start().await.unwrap();
    let owner = Person::logged_in(&demo, "Reset01").await;
    if owner.heading().await == "パスワード変更" {
        let given = demo.password("Reset01");
        owner.change_password(given, "asa-no-sanpo-2026").await;
        owner.enter().await;
    }
    owner.sees("62-menu-reset").await;
    owner.press("main a[href='/web/master-reset']").await;
    owner.sees("63-master-reset").await;
    owner.fill("#secret_number", "0000-0000-0000").await;
    owner.enter().await;
    owner.sees("64-secret-number-wrong").await;
    owner.is_refused(422).await;
    let number = demo.value("/facility/secret_number");
    owner.fill("#secret_number", number).await;
    owner.enter().await;
    let given = owner.secret().await;
    owner.sees("65-master-was-reset").await;
    owner.log_out().await;

    owner.press("main .button-primary").await;
    owner.log_in("Master01", &given).await;
    assert_eq!(owner.heading().await, "パスワード変更");
    owner.reads("パスワードが初期化されました").await;
    owner.change_password(&given, "yuugata-no-kaze-7").await;
    owner.enter().await;
    assert_eq!(owner.heading().await, "メニュー");
    owner.had_no_trouble().await;
}
