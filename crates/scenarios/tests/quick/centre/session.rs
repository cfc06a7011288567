//! Sessions: one an account, how they end, and what the person is told.

use onshi_core::AccountKind;
use onshi_scenarios::client::Client;

use super::test_centre::{Institution, TestCentre, TestClock, log_in, ticket, try_log_in};

async fn takes_over(client: &mut Client, ticket: &str) -> u16 {
    let fields = [("ticket", ticket)];
    let answer = client.post("/web/login/takeover", &fields).await;
    answer.unwrap().status
}

/// The session is over, and the log-in page says why.
async fn is_over(client: &mut Client, why: &str) {
    for path in ["/web/menu", "/web/password"] {
        let answer = client.get(path).await.unwrap();
        assert_eq!(
            (answer.status, answer.location().split('?').next().unwrap()),
            (303, "/web/login"),
            "{why}"
        );
    }
    let page = client.get("/web/login").await.unwrap().text();
    assert!(page.contains(why), "{why} is not in {page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_log_in_takes_over_only_when_told_to_and_only_with_its_ticket() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    let second = centre.certificate(&ours.code, "ONS02", -3600, 86_400);
    let (mut first, mut other) = (centre.client(&ours.terminal), centre.client(&second));
    log_in(&mut first, staff).await;

    let asked = try_log_in(&mut other, &staff.user_id, &staff.password).await;
    assert_eq!(asked.status, 200);
    assert!(
        asked.text().contains("ONS01"),
        "it says where the first runs"
    );
    assert!(other.cookies.is_empty());
    assert_eq!(first.get("/web/menu").await.unwrap().status, 200);

    let given = ticket(&asked);
    assert_eq!(
        takes_over(&mut first, &given).await,
        409,
        "the ticket is of a terminal"
    );
    assert_eq!(takes_over(&mut other, "nonsense").await, 409);
    assert_eq!(takes_over(&mut other, &given).await, 303);
    assert_eq!(other.get("/web/menu").await.unwrap().status, 200);
    assert_eq!(takes_over(&mut other, &given).await, 409, "once");
    is_over(&mut first, "端末「ONS02」からログインがあったため").await;

    let asked = try_log_in(&mut first, &staff.user_id, &staff.password).await;
    CLOCK.advance(121);
    assert_eq!(
        takes_over(&mut first, &ticket(&asked)).await,
        409,
        "too late"
    );
    assert_eq!(other.get("/web/menu").await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_time() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let admin = ours.login(AccountKind::Admin);
    let mut client = centre.client(&ours.terminal);
    log_in(&mut client, admin).await;
    // The list passes through the writer, behind what keeps when the session was last seen.
    for _ in 0..3 {
        CLOCK.advance(29 * 60);
        assert_eq!(client.get("/web/accounts").await.unwrap().status, 200);
    }
    CLOCK.advance(31 * 60);
    is_over(&mut client, "一定時間操作がなかったため").await;

    log_in(&mut client, admin).await;
    for _ in 0..35 {
        CLOCK.advance(20 * 60);
        assert_eq!(client.get("/web/accounts").await.unwrap().status, 200);
    }
    CLOCK.advance(20 * 60);
    assert_eq!(
        client.get("/web/accounts").await.unwrap().status,
        200,
        "12 hours"
    );
    CLOCK.advance(1);
    is_over(&mut client, "一定時間操作がなかったため").await;
    let landing = log_in(&mut client, admin).await;
    assert_eq!(landing, "/web/menu", "what ran out by time asks nobody");
}

struct Desk {
    centre: TestCentre,
    ours: Institution,
    admin: Client,
}

impl Desk {
    async fn open(clock: fn() -> onshi_core::Moment) -> Desk {
        let centre = TestCentre::open(clock).await;
        let ours = centre.ours();
        let mut admin = centre.client(&ours.terminal);
        log_in(&mut admin, ours.login(AccountKind::Admin)).await;
        Desk {
            centre,
            ours,
            admin,
        }
    }

    async fn acts(&mut self, id: &str, action: &str) -> u16 {
        let path = format!("/web/accounts/{id}/{action}");
        let answer = self.admin.post(&path, &[("reason", "試験")]).await;
        answer.unwrap().status
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_was_ended_says_by_what() {
    static CLOCK: TestClock = TestClock::new();
    let mut desk = Desk::open(|| CLOCK.read()).await;
    let cases = [
        ("end-sessions", 303, "アカウントを管理する方の操作により"),
        ("reset", 303, "パスワードが変更されたため"),
        ("stop", 303, "アカウントの状態が変更されたため"),
        ("retire", 303, "アカウントの状態が変更されたため"),
    ];
    for (number, (action, status, why)) in cases.into_iter().enumerate() {
        let word = format!("Hito{number:02}");
        let (id, first) = desk.centre.account(&desk.ours, AccountKind::General, &word);
        let login = desk.centre.used(&desk.ours, &first);
        let mut person = desk.centre.client(&desk.ours.terminal);
        log_in(&mut person, &login).await;
        // A question that was asked before must not outlive what ends the session.
        let mut other = desk.centre.client(&desk.ours.terminal);
        let asked = try_log_in(&mut other, &login.user_id, &login.password).await;
        assert_eq!(desk.acts(&id, action).await, status, "{action}");
        is_over(&mut person, why).await;
        assert_eq!(
            takes_over(&mut other, &ticket(&asked)).await,
            409,
            "{action}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_out_ends_the_session_for_whoever_kept_its_cookie() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut client = centre.client(&ours.terminal);
    log_in(&mut client, ours.login(AccountKind::General)).await;
    let mut thief = client.another();
    thief.cookies.clone_from(&client.cookies);
    let (name, _) = client.cookies.iter().next().unwrap();
    assert!(name.starts_with("__Host-"), "{name}");
    let answer = client.post("/web/logout", &[]).await.unwrap();
    assert_eq!(answer.location(), "/web/signed-out");
    assert!(client.cookies.is_empty());
    let menu = thief.get("/web/menu").await.unwrap();
    assert_eq!((menu.status, menu.location()), (303, "/web/login"));

    let login = ours.login(AccountKind::General);
    let answer = try_log_in(&mut client, &login.user_id, &login.password).await;
    let cookie = answer.header("set-cookie");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{part}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"));
}
