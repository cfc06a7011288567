//! No secret reaches a log, or the database in words.

use onshi_core::{AccountKind, RefusalCode};
use onshi_scenarios::client::Client;

use super::logs;
use super::test_centre::{TestCentre, TestClock, done, log_in, shown_password, ticket, try_log_in};

const TYPED_ID: &str = "Himitsu-no-Id-77";
const TYPED_WRONG: &str = "typed-and-wrong-4711";
const TYPED_NEW: &str = "ame-nochi-hare-8830";
const TYPED_FIRST: &str = "kumo-no-ue-no-5521";

fn cookie(client: &Client) -> String {
    client.cookies.values().next().unwrap().clone()
}

/// A day's work; returns the secrets of it.
async fn work(centre: &TestCentre) -> Vec<String> {
    let ours = centre.ours();
    let mut secrets = vec![ours.welcome.secret_number.clone()];
    secrets.push(ours.welcome.secret_number.replace('-', ""));
    let general = ours.login(AccountKind::General);
    let mut staff = centre.client(&ours.terminal);
    log_in(&mut staff, general).await;
    secrets.extend([general.password.clone(), cookie(&staff)]);
    let mut other = staff.another();
    secrets.push(ticket(
        &try_log_in(&mut other, &general.user_id, &general.password).await,
    ));
    try_log_in(&mut other, TYPED_WRONG, &general.password).await;
    assert_eq!(staff.another().get("/web/menu").await.unwrap().status, 303);
    other
        .log_in_for_tokens(TYPED_ID, TYPED_WRONG)
        .await
        .unwrap();
    try_log_in(&mut other, TYPED_ID, TYPED_WRONG).await;
    try_log_in(&mut other, &general.user_id, TYPED_WRONG).await;

    let admin = ours.login(AccountKind::Admin);
    let mut manager = centre.client(&ours.terminal);
    log_in(&mut manager, admin).await;
    secrets.extend([admin.password.clone(), cookie(&manager)]);
    let made = [
        ("kind", "general"),
        ("user_id", "Atarashii1"),
        ("name", "新人"),
    ];
    secrets.push(shown_password(
        &done(&mut manager, "/web/accounts", &made).await,
    ));
    let typed = [
        ("kind", "link"),
        ("user_id", "Renkei99"),
        ("name", "連携"),
        ("password_mode", "typed"),
        ("password", TYPED_FIRST),
        ("confirm_password", TYPED_FIRST),
    ];
    done(&mut manager, "/web/accounts", &typed).await;
    let change = [
        ("current_password", admin.password.as_str()),
        ("new_password", TYPED_NEW),
        ("confirm_password", TYPED_NEW),
    ];
    done(&mut manager, "/web/password", &change).await;
    secrets.push(cookie(&manager));

    let reset = ours.login(AccountKind::Reset);
    let mut last = centre.client(&ours.terminal);
    log_in(&mut last, reset).await;
    let number = [("secret_number", ours.welcome.secret_number.as_str())];
    secrets.push(shown_password(
        &done(&mut last, "/web/master-reset", &number).await,
    ));
    secrets.push(reset.password.clone());
    let wrong = [("secret_number", "0000-1111-2222")];
    last.post("/web/master-reset", &wrong).await.unwrap();
    secrets.push("0000-1111-2222".to_owned());
    secrets.extend([TYPED_NEW, TYPED_FIRST].map(str::to_owned));
    secrets
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_logged_or_kept_in_words() {
    static CLOCK: TestClock = TestClock::new();
    let logs = logs::all();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let secrets = work(&centre).await;
    assert!(secrets.len() >= 14, "{}", secrets.len());
    assert!(secrets.iter().all(|secret| secret.len() >= 12));
    let folder = centre.folder.path().to_owned();
    centre.running.stop().await;

    let logged = logs.text();
    assert!(logged.contains("/web/accounts"), "the centre did log");
    assert!(logged.contains("the centre is closed"));
    assert!(logged.contains(RefusalCode::NotLoggedIn.code()));
    for secret in secrets
        .iter()
        .map(String::as_str)
        .chain([TYPED_ID, TYPED_WRONG])
    {
        let found = logged.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} was logged");
    }
    // A password that was typed where the user id goes is one still.
    let typed = [TYPED_ID, TYPED_WRONG].map(str::to_lowercase);
    for name in ["onshi.db", "onshi.db-wal"] {
        let kept = std::fs::read(folder.join(name)).unwrap_or_default();
        let kept = kept.to_ascii_lowercase();
        for secret in secrets.iter().chain(&typed) {
            let secret = secret.to_lowercase();
            let found = kept
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {name}");
        }
    }
}
