//! What a person finds who reloads, goes back, or presses twice.

use onshi_core::AccountKind;
use onshi_core::audit::Outcome;
use onshi_scenarios::client::Client;

use super::test_centre::{
    Institution, TestCentre, TestClock, done, log_in, shown_password, try_log_in,
};

async fn admin(centre: &TestCentre, at: &Institution) -> Client {
    let mut admin = centre.client(&at.terminal);
    log_in(&mut admin, at.login(AccountKind::Admin)).await;
    admin
}

/// The token that the page carries in its own form, not in the one that logs out.
fn token_of(page: &str) -> String {
    let (_, main) = page.split_once("<main").unwrap();
    let (_, token) = main.split_once("name=\"form_token\" value=\"").unwrap();
    token.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_made_password_is_shown_once_and_stays_the_one_on_paper() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = admin(&centre, &ours).await;
    let (id, _) = centre.account(&ours, AccountKind::General, "Kami01");
    let path = format!("/web/accounts/{id}/reset");
    let asked = admin.get(&path).await.unwrap();
    let token = token_of(&asked.text());
    let fields = [("form_token", token.as_str())];
    let first = admin.post(&path, &fields).await.unwrap();
    let page = admin.get(first.location()).await.unwrap();
    let password = shown_password(&page);
    // The page is loaded anew, twice; the form is sent again; and again by another browser window.
    for _ in 0..2 {
        let again = admin.get(first.location()).await.unwrap().text();
        assert!(again.contains("もう表示できません"), "{again}");
        assert!(again.contains("Kami01") && !again.contains(&password));
        let sent_again = admin.post(&path, &fields).await.unwrap();
        assert_eq!(sent_again.location(), first.location());
    }
    let resets = centre.audit(&ours.code, 50);
    let resets = resets
        .iter()
        .filter(|line| line.request == resets[0].request);
    assert_eq!(resets.count(), 1);
    let mut person = centre.client(&ours.terminal);
    let answer = try_log_in(&mut person, "Kami01", &password).await;
    assert_eq!(answer.location(), "/web/password", "the paper is right");
    // Nobody else may look, not even with the address, and not the same person later.
    let mut master = centre.client(&ours.terminal);
    log_in(&mut master, ours.login(AccountKind::Master)).await;
    assert_eq!(master.get(first.location()).await.unwrap().status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_nobody_fetched_within_the_minute_is_not_shown() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let mut admin = admin(&centre, &ours).await;
    let fields = [("kind", "general"), ("user_id", "Osoi01"), ("name", "遅い")];
    let sent = admin.post("/web/accounts", &fields).await.unwrap();
    CLOCK.advance(61);
    let page = admin.get(sent.location()).await.unwrap().text();
    assert!(page.contains("Osoi01"), "the account is there: {page}");
    assert!(page.contains("もう表示できません"), "{page}");
    assert!(page.contains("/reset\""), "the way to a new one: {page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_that_is_loaded_anew_is_not_told_that_its_id_is_taken() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = admin(&centre, &ours).await;
    let token = token_of(&admin.get("/web/accounts/new").await.unwrap().text());
    let fields = [
        ("kind", "general"),
        ("user_id", "Niban01"),
        ("name", "二番"),
        ("form_token", token.as_str()),
    ];
    let first = admin.post("/web/accounts", &fields).await.unwrap();
    let page = admin.get(first.location()).await.unwrap();
    shown_password(&page);
    let again = admin.post("/web/accounts", &fields).await.unwrap();
    assert_eq!((again.status, again.location()), (303, first.location()));
    let page = admin.get(again.location()).await.unwrap().text();
    assert!(
        page.contains("Niban01") && !page.contains("すでに使われています"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_presses_at_the_same_moment_are_one() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let admin = admin(&centre, &ours).await;
    for number in 0..5 {
        let user_id = format!("Nido{number}");
        let token = admin.form_token("/web/accounts").unwrap();
        let press = || {
            let mut browser = admin.another();
            browser.cookies.clone_from(&admin.cookies);
            let (user_id, token) = (user_id.clone(), token.clone());
            async move {
                let fields = [
                    ("kind", "general"),
                    ("user_id", user_id.as_str()),
                    ("name", "二度"),
                    ("form_token", token.as_str()),
                ];
                browser.post("/web/accounts", &fields).await.unwrap()
            }
        };
        let answers = tokio::join!(press(), press(), press());
        let places = [&answers.0, &answers.1, &answers.2].map(|a| (a.status, a.location()));
        assert_eq!(places[0], places[1]);
        assert_eq!(places[1], places[2]);
        assert_eq!(places[0].0, 303);
        let lines = centre.audit(&ours.code, 6);
        let made = lines.iter().filter(|line| {
            line.subject.as_deref() == Some(user_id.as_str()) && line.outcome == Some(Outcome::Done)
        });
        assert_eq!(made.count(), 1, "{user_id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_log_in_that_is_sent_again_is_counted_once() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let staff = ours.login(AccountKind::General);
    let mut browser = centre.client(&ours.terminal);
    let token = token_of(&browser.get("/web/login").await.unwrap().text());
    let fields = [
        ("user_id", staff.user_id.as_str()),
        ("password", "wrong"),
        ("form_token", token.as_str()),
    ];
    assert_eq!(
        browser.post("/web/login", &fields).await.unwrap().status,
        403
    );
    for _ in 0..9 {
        let again = browser.post("/web/login", &fields).await.unwrap();
        assert_eq!(again.status, 303);
        let page = browser.get(again.location()).await.unwrap().text();
        assert!(page.contains("くり返しの送信は行いませんでした"), "{page}");
    }
    assert_eq!(log_in(&mut browser, staff).await, "/web/menu", "not locked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_claims_nothing_that_did_not_happen() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = admin(&centre, &ours).await;
    let (id, _) = centre.account(&ours, AccountKind::General, "Misete01");
    let stranger = admin.form_token("/web/menu").unwrap();
    for claim in [
        "done=stop",
        "done=edit",
        "result=",
        "result=x",
        &format!("result={stranger}"),
    ] {
        let page = admin
            .get(&format!("/web/accounts/{id}?{claim}"))
            .await
            .unwrap()
            .text();
        assert!(!page.contains("notice-success"), "{claim}: {page}");
        assert!(!page.contains("受け付けています"), "{claim}: {page}");
    }
    let path = format!("/web/accounts/{id}/stop");
    let page = done(&mut admin, &path, &[("reason", "試験")]).await.text();
    assert!(page.contains("アカウントを停止しました。"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_password_says_so_once_more_when_its_page_is_loaded_anew() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = admin(&centre, &ours).await;
    let now = ours.login(AccountKind::Admin).password.clone();
    let new = "yuki-no-asa-2026-shiro";
    let fields = [
        ("current_password", now.as_str()),
        ("new_password", new),
        ("confirm_password", new),
    ];
    let sent = admin.post("/web/password", &fields).await.unwrap();
    for _ in 0..2 {
        let page = admin.get(sent.location()).await.unwrap().text();
        assert!(page.contains("パスワードを変更しました"), "{page}");
    }
    let form = admin.get("/web/password").await.unwrap().text();
    assert!(form.contains("今のパスワード"), "{form}");
}
