//! 二要素認証 over HTTP: enrolment, the second step of a log-in, and what may be done before it.

use onshi_core::second_factor::FactorPolicy;
use onshi_core::second_factor::totp::{TotpSecret, step_of};
use onshi_core::{AccountKind, Moment, RefusalCode};
use onshi_scenarios::client::{Answer, Client};
use onshi_server::operator::provision::Login;
use onshi_server::routes::{Access, screens};

use super::test_centre::{TestCentre, TestClock, done, log_in, ticket, try_log_in};

const PAGE: &str = "/web/second-factor";

fn code(secret: &TotpSecret, now: Moment) -> String {
    secret.code_at(step_of(now))
}

/// The secret in Base32, as the page shows it to be typed.
fn shown_secret(page: &str) -> String {
    let (_, rest) = page.split_once("id=\"totp-secret\">").expect(page);
    rest.split_once('<').unwrap().0.to_owned()
}

fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .expect(page);
    rest.split_once('"').unwrap().0.to_owned()
}

/// The recovery codes that a page shows.
fn shown_codes(page: &str) -> Vec<String> {
    let (_, list) = page.split_once("id=\"secret\">").expect(page);
    let (list, _) = list.split_once("</ol>").unwrap();
    let items = list.split("<li class=\"code\">").skip(1);
    items
        .map(|item| item.split_once('<').unwrap().0.to_owned())
        .collect()
}

async fn second(client: &mut Client, ticket: &str, typed: &str) -> Answer {
    let fields = [("ticket", ticket), ("code", typed)];
    client.post("/web/login/second", &fields).await.unwrap()
}

/// The ticket of a log-in that waits for its second step.
async fn asked(client: &mut Client, login: &Login) -> String {
    let answer = try_log_in(client, &login.user_id, &login.password).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(
        answer.text().contains("確認コードの入力"),
        "{}",
        answer.text()
    );
    assert_eq!(answer.header("set-cookie"), "", "there is no session yet");
    ticket(&answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authenticator_is_added_and_asked_for_at_the_next_log_in() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    let mut browser = centre.client(&ours.terminal);
    log_in(&mut browser, staff).await;
    let page = browser.get("/web/second-factor/totp").await.unwrap().text();
    let (typed, sealed) = (shown_secret(&page), hidden(&page, "sealed"));
    assert!(page.contains("<svg class=\"qr\""), "{page}");
    assert_eq!(typed.len(), 39, "{typed}");
    let wrong = [
        ("sealed", sealed.as_str()),
        ("code", "000000"),
        ("current_password", staff.password.as_str()),
    ];
    let again = browser
        .post("/web/second-factor/totp", &wrong)
        .await
        .unwrap();
    assert_eq!(again.status, 422, "{}", again.text());
    assert_eq!(shown_secret(&again.text()), typed, "the same secret stays");

    let (secret, sealed) = centre.offer_factor(&ours, staff);
    let typed = code(&secret, CLOCK.read());
    let right = [
        ("sealed", sealed.as_str()),
        ("code", typed.as_str()),
        ("current_password", staff.password.as_str()),
    ];
    let answer = browser
        .post("/web/second-factor/totp", &right)
        .await
        .unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = browser.get(answer.location()).await.unwrap().text();
    let codes = shown_codes(&page);
    assert_eq!(codes.len(), 10, "{page}");
    let once = browser.get(answer.location()).await.unwrap().text();
    assert!(once.contains("もう表示できません"), "{once}");
    let page = browser.get(PAGE).await.unwrap().text();
    assert!(page.contains("登録済み") && page.contains("10個"), "{page}");

    browser.post("/web/logout", &[]).await.unwrap();
    CLOCK.advance(60);
    let waits = asked(&mut browser, staff).await;
    let answer = second(&mut browser, &waits, "000000").await;
    assert_eq!(answer.status, 403);
    assert!(
        answer
            .text()
            .contains(RefusalCode::SecondFactorWrong.what())
    );
    let answer = second(&mut browser, &waits, "12345").await;
    assert!(answer.text().contains(RefusalCode::SecondFactorSlip.what()));
    // The code of the page that came back, in full width and with blanks.
    let typed: String = code(&secret, CLOCK.read())
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
        .collect();
    let answer = second(&mut browser, &waits, &format!(" {typed}　")).await;
    assert_eq!((answer.status, answer.location()), (303, "/web/menu"));
    let page = browser.get("/web/logins").await.unwrap().text();
    assert!(page.contains("認証アプリで確認"), "{page}");

    browser.post("/web/logout", &[]).await.unwrap();
    let waits = asked(&mut browser, staff).await;
    let answer = second(&mut browser, &waits, &codes[0]).await;
    assert_eq!((answer.status, answer.location()), (303, "/web/menu"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_passed_only_the_password_may_do_the_second_step_and_nothing_else() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    for kind in [
        AccountKind::Master,
        AccountKind::Admin,
        AccountKind::General,
        AccountKind::Viewer,
    ] {
        let login = ours.login(kind);
        let (secret, _) = centre.add_factor(&ours, login);
        let mut browser = centre.client(&ours.terminal);
        let waits = asked(&mut browser, login).await;
        // The ticket as the cookie of a session, which it is not.
        let mut forged = centre.client(&ours.terminal);
        let port = centre.running.address.port();
        forged
            .cookies
            .insert(format!("__Host-onshi-{port}"), waits.clone());
        let mut tried = 0;
        for route in screens() {
            let Access::Session(_) = route.access else {
                continue;
            };
            let path = route.path.replace("{id}", "x").replace("{action}", "stop");
            for client in [&mut browser, &mut forged] {
                let answer = match route.method {
                    "GET" => client.get(&path).await,
                    _ => client.post(&path, &[("reason", "試験")]).await,
                };
                let answer = answer.unwrap();
                let led = answer.location().starts_with("/web/login");
                assert!(answer.status == 303 && led, "{} {path}", route.method);
                tried += 1;
            }
            forged
                .cookies
                .insert(format!("__Host-onshi-{port}"), waits.clone());
        }
        assert!(tried > 100, "{tried}");
        let taken = [("ticket", waits.as_str())];
        let taken = browser.post("/web/login/takeover", &taken).await.unwrap();
        assert_eq!(taken.status, 409, "nor does it take over");
        CLOCK.advance(60);
        let answer = second(&mut browser, &waits, &code(&secret, CLOCK.read())).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/web/menu"),
            "{kind:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_factor_is_required_nothing_else_opens_before_one_is_added() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    for kind in [
        AccountKind::Master,
        AccountKind::Admin,
        AccountKind::General,
        AccountKind::Viewer,
    ] {
        centre.want_factor(&ours, kind, FactorPolicy::Required);
        let login = ours.login(kind);
        let mut browser = centre.client(&ours.terminal);
        assert_eq!(log_in(&mut browser, login).await, PAGE);
        let mut asked = 0;
        for route in screens() {
            let Access::Session(_) = route.access else {
                continue;
            };
            let stays = ["/web/password", "/web/logout"].contains(&route.path);
            if stays
                || route.path.starts_with("/web/second-factor") && !route.path.ends_with("policy")
            {
                continue;
            }
            let path = route.path.replace("{id}", "x").replace("{action}", "stop");
            let answer = match route.method {
                "GET" => browser.get(&path).await,
                _ => browser.post(&path, &[("user_id", "Sneaky01")]).await,
            };
            let answer = answer.unwrap();
            let told = (answer.status, answer.location());
            assert_eq!(told, (303, PAGE), "{} {path}", route.method);
            asked += 1;
        }
        assert!(asked > 60, "{asked}");
        let why = centre.audit(&ours.code, 500).remove(0).refusal;
        assert_eq!(why, Some(RefusalCode::SecondFactorNeeded.code().to_owned()));
        assert_eq!(browser.get("/web/login").await.unwrap().location(), PAGE);
        let page = browser.get(PAGE).await.unwrap().text();
        assert!(page.contains("最初に") && !page.contains("<nav"), "{page}");
        let (secret, sealed) = centre.offer_factor(&ours, login);
        let typed = code(&secret, CLOCK.read());
        let fields = [
            ("sealed", sealed.as_str()),
            ("code", typed.as_str()),
            ("current_password", login.password.as_str()),
        ];
        done(&mut browser, "/web/second-factor/totp", &fields).await;
        assert_eq!(browser.get("/web/menu").await.unwrap().status, 200);
        let last = [("current_password", login.password.as_str())];
        let told = browser
            .post("/web/second-factor/totp/remove", &last)
            .await
            .unwrap();
        assert_eq!(told.status, 409);
        assert!(told.text().contains(RefusalCode::SecondFactorLast.what()));
    }
    // Programs have none, whatever is required of people.
    for kind in [AccountKind::Link, AccountKind::WebApi, AccountKind::Face] {
        let mut browser = centre.client(&ours.terminal);
        assert_eq!(
            log_in(&mut browser, ours.login(kind)).await,
            "/web/password"
        );
        assert_eq!(browser.get(PAGE).await.unwrap().status, 403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_lock_by_either_way_in_and_one_that_is_right_is_no_way_round() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    centre.add_factor(&ours, staff);
    let mut browser = centre.client(&ours.terminal);
    for round in 1..=5 {
        let waits = asked(&mut browser, staff).await;
        // The API tests the password too, and gives people nothing for it.
        let told = browser
            .log_in_for_tokens(&staff.user_id, &staff.password)
            .await;
        assert_eq!(told.unwrap().status, 403);
        let answer = second(&mut browser, &waits, "000000").await;
        assert_eq!(answer.status, 403, "round {round}");
        let locked = answer.text().contains("ロックされています");
        assert_eq!(locked, round == 5, "round {round}");
    }
    let answer = try_log_in(&mut browser, &staff.user_id, &staff.password).await;
    assert!(
        answer.text().contains("ロックされています"),
        "{}",
        answer.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_level_above_resets_it_and_what_is_set_is_told() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    let (secret, _) = centre.add_factor(&ours, staff);
    CLOCK.advance(60);
    let mut browser = centre.client(&ours.terminal);
    let waits = asked(&mut browser, staff).await;
    let answer = second(&mut browser, &waits, &code(&secret, CLOCK.read())).await;
    assert_eq!(answer.status, 303);

    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let list = admin.get("/web/accounts?q=Staff01").await.unwrap().text();
    let (_, link) = list.split_once("href=\"/web/accounts/a").unwrap();
    let id = format!("a{}", link.split_once('"').unwrap().0);
    let page = admin
        .get(&format!("/web/accounts/{id}"))
        .await
        .unwrap()
        .text();
    assert!(page.contains("認証アプリ（"), "{page}");
    let reset = format!("/web/accounts/{id}/reset-factor");
    done(&mut admin, &reset, &[]).await;
    let ended = browser.get("/web/menu").await.unwrap();
    assert!(
        ended.location().starts_with("/web/login"),
        "{}",
        ended.location()
    );
    let told = browser.get(ended.location()).await.unwrap().text();
    assert!(told.contains("二要素認証が初期化された"), "{told}");
    assert_eq!(log_in(&mut browser, staff).await, "/web/menu");

    let page = admin.get("/web/second-factor-policy").await.unwrap().text();
    assert!(
        page.contains("name=\"version\" id=\"version\" value=\"0\""),
        "{page}"
    );
    let kinds = |general| {
        [
            ("version", "0"),
            ("master", "offered"),
            ("admin", "offered"),
            ("general", general),
            ("viewer", "required"),
        ]
    };
    let path = "/web/second-factor-policy";
    let page = done(&mut admin, path, &kinds("off")).await.text();
    assert!(page.contains("設定を変更しました（2件）"), "{page}");
    let late = admin.post(path, &kinds("required")).await.unwrap();
    assert_eq!(late.status, 409);
    assert!(late.text().contains("ほかの人が設定を変更しました"));
    let odd = admin.post(path, &kinds("later")).await.unwrap();
    assert_eq!(odd.status, 422);
    let told = browser.get("/web/second-factor/totp").await.unwrap();
    assert_eq!(told.status, 409);
    assert!(told.text().contains(RefusalCode::SecondFactorOff.what()));
}
