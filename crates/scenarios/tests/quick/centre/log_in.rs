//! Logging in: what is told, how often, and what comes before anything else.

use onshi_core::{AccountKind, RefusalCode};
use onshi_scenarios::client::{Answer, text_without_tokens};
use onshi_server::routes::{Access, screens};

use super::test_centre::{Institution, TestCentre, TestClock, log_in, try_log_in};

/// Why the institution's last request was refused, as its log has it.
fn refused(centre: &TestCentre, at: &Institution) -> Option<String> {
    centre.audit(&at.code, 9).remove(0).refusal
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_logged_in_is_led_to_the_log_in() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut browser = centre.client(&ours.terminal);
    let answer = browser.get("/web/menu").await.unwrap();
    let told = (answer.status, answer.location());
    assert_eq!(told, (303, "/web/login"));
}

/// All that the other side can see, without the date and with the typed id blotted out.
fn seen(answer: &Answer, user_id: &str) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value)));
    let page = text_without_tokens(answer).replace(user_id, "ID");
    (answer.status, headers.collect(), page)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_learns_from_a_log_in_whether_a_user_id_exists() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    let (mut one, mut two) = (centre.client(&ours.terminal), centre.client(&ours.terminal));
    // Stopped and retired accounts are told so only after the right password.
    for round in 1..=7 {
        CLOCK.advance(10);
        let known = try_log_in(&mut one, &staff.user_id, "not the password").await;
        let unknown = try_log_in(&mut two, "Nobody1", "not the password").await;
        let known = seen(&known, &staff.user_id);
        assert_eq!(known, seen(&unknown, "Nobody1"), "round {round}");
        assert_eq!(known.0, 403);
        assert_eq!(
            known.2.contains("ロックされています"),
            round >= 5,
            "round {round}"
        );
    }
    // The right password of a locked account is told nothing else.
    let known = try_log_in(&mut one, &staff.user_id, &staff.password).await;
    let unknown = try_log_in(&mut two, "Nobody1", &staff.password).await;
    assert_eq!(seen(&known, &staff.user_id), seen(&unknown, "Nobody1"));
    CLOCK.advance(15 * 60);
    assert_eq!(log_in(&mut one, staff).await, "/web/menu");
    let unknown = try_log_in(&mut two, "Nobody1", "again").await;
    assert!(!unknown.text().contains("ロックされています"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_sends_too_many_log_ins_waits_and_others_do_not() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.login.terminal_burst = 3;
        config.login.terminal_per_minute = 6;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    let second = centre.certificate(&ours.code, "ONS02", -3600, 86_400);
    let (mut one, mut two) = (centre.client(&ours.terminal), centre.client(&second));
    for _ in 0..3 {
        assert_eq!(try_log_in(&mut one, "Nobody1", "x").await.status, 403);
    }
    // Another connection of the same terminal is the same terminal.
    let mut again = centre.client(&ours.terminal);
    for client in [&mut one, &mut again] {
        let answer = try_log_in(client, &staff.user_id, &staff.password).await;
        assert_eq!(answer.status, 429);
        assert_eq!(answer.header("retry-after"), "60");
        assert!(answer.text().contains("受け付けを控えています"));
        assert_eq!(refused(&centre, &ours), Some("login.too_many".to_owned()));
    }
    assert_eq!(log_in(&mut two, staff).await, "/web/menu");
    CLOCK.advance(10);
    assert_eq!(try_log_in(&mut one, "Nobody1", "x").await.status, 403);
    assert_eq!(try_log_in(&mut one, "Nobody1", "x").await.status, 429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_password_opens_only_the_change_of_it() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let (_, first) = centre.account(&ours, AccountKind::Admin, "Shinjin01");
    let mut client = centre.client(&ours.terminal);
    assert_eq!(log_in(&mut client, &first).await, "/web/password");
    let mut asked = 0;
    for route in screens() {
        let Access::Session(_) = route.access else {
            continue;
        };
        if matches!(route.path, "/web/password" | "/web/logout") {
            continue;
        }
        let path = route.path.replace("{id}", "x").replace("{action}", "stop");
        let answer = if route.method == "POST" {
            client.post(&path, &[("user_id", "Sneaky01")]).await
        } else {
            client.get(&path).await
        };
        let answer = answer.unwrap();
        let told = (answer.status, answer.location());
        assert_eq!(told, (303, "/web/password"), "{} {path}", route.method);
        asked += 1;
    }
    assert!(asked > 15, "{asked}");
    let why = refused(&centre, &ours);
    assert_eq!(why, Some("password.change_needed".to_owned()));
    let login = client.get("/web/login").await.unwrap();
    assert_eq!(login.location(), "/web/password");
    let change = |current: &str, new: &str| {
        let pairs = [("current_password", current), ("new_password", new)];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (new, status) in [(first.password.as_str(), 422), ("sora-no-iro-2026-ao", 303)] {
        let mut fields = change(&first.password, new).to_vec();
        fields.push(("confirm_password".to_owned(), new.to_owned()));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = client.post("/web/password", &fields).await.unwrap();
        assert_eq!(answer.status, status, "{}", answer.text());
        let reused = answer.text().contains(RefusalCode::PasswordReused.what());
        assert_eq!(reused, status == 422, "{}", answer.text());
    }
    assert_eq!(client.get("/web/menu").await.unwrap().status, 200);
    assert_eq!(client.get("/web/accounts").await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_programs_account_sees_the_change_of_its_password_and_nothing_else() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    for kind in [AccountKind::Link, AccountKind::WebApi, AccountKind::Face] {
        let mut client = centre.client(&ours.terminal);
        assert_eq!(log_in(&mut client, ours.login(kind)).await, "/web/password");
        for route in screens().filter(|route| route.method == "GET") {
            let Access::Session(_) = route.access else {
                continue;
            };
            let path = route.path.replace("{id}", "x").replace("{action}", "stop");
            let status = client.get(&path).await.unwrap().status;
            let expected = if path == "/web/password" { 200 } else { 403 };
            assert_eq!(status, expected, "{} {path}", kind.code());
        }
    }
}
