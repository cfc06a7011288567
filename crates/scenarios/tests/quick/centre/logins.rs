//! ログイン履歴: everybody sees the log-ins with the own account, done and refused, and nobody else's.

use onshi_core::{AccountKind, Function, RefusalCode};

use super::test_centre::{TestCentre, TestClock, log_in, try_log_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_the_log_ins_with_the_own_account_and_no_others() {
    static CLOCK: TestClock = TestClock::new();
    let shown = |config: &mut onshi_server::Config| config.rules.account.logins_shown = 3;
    let centre = TestCentre::open_with(|| CLOCK.read(), shown).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let second = centre.certificate(&ours.code, "ONS02", -3600, 86_400);
    let staff = ours.login(AccountKind::General);
    let mut other = centre.client(&second);
    assert_eq!(
        try_log_in(&mut other, &staff.user_id, "wrong-Password-1")
            .await
            .status,
        403
    );
    CLOCK.advance(60);
    let mut doctor = centre.client(&second);
    log_in(&mut doctor, ours.login(AccountKind::Viewer)).await;
    let mut browser = centre.client(&ours.terminal);
    log_in(&mut browser, staff).await;

    let page = browser.get("/web/logins").await.unwrap();
    assert_eq!(page.status, 200);
    let page = page.text();
    let rows: Vec<&str> = page.split("<tr><th scope=\"row\">").skip(1).collect();
    assert_eq!(rows.len(), 2, "{page}");
    assert!(
        rows[0].contains("ONS01") && rows[0].contains("この端末"),
        "{page}"
    );
    assert!(rows[0].contains("ログイン</span>"), "{page}");
    assert!(
        rows[1].contains("ONS02") && !rows[1].contains("この端末"),
        "{page}"
    );
    assert!(
        rows[1].contains(RefusalCode::WrongPassword.what()),
        "{page}"
    );
    let line = centre.audit(&ours.code, 1).remove(0);
    assert_eq!(line.function, Some(Function::ReadOwnLogins));
    assert_eq!(line.subject, line.user_id);
    // Not more than the rule says.
    for _ in 0..4 {
        CLOCK.advance(60);
        browser.post("/web/logout", &[]).await.unwrap();
        log_in(&mut browser, staff).await;
    }
    let page = browser.get("/web/logins").await.unwrap().text();
    assert_eq!(page.matches("<tr><th scope=\"row\">").count(), 3, "{page}");
}
